//! The Admin API at `/admin/rest/v1`: who am I, an account's users and licences (read only).
//!
//! Shapes follow GoTo's guides on account users (developer.goto.com "How to create, update and delete account users via
//! Admin API") and the licence fixture in amp-labs/connectors `providers/goto`.

use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::auth::Bearer;
use super::keys::Key;
use super::model::{Account, Licence, OrgRole, User};
use super::service::Moment;
use super::state::State;
use super::wire::{self, Call, Plus, value_of};

/// The path below which this API lives.
pub const BASE: &str = "/admin/rest/v1";

const PAGE_DEFAULT: usize = 25;
const PAGE_MAX: usize = 200;

struct Problem(StatusCode, &'static str, String);

type Answer = Result<Value, Problem>;

fn bad(text: impl Into<String>) -> Problem {
    Problem(StatusCode::BAD_REQUEST, "invalid.request", text.into())
}

/// Answers one request below [`BASE`].
pub fn handle(state: &mut State, call: &Call, moment: &Moment) -> Response {
    match route(state, call, moment) {
        Ok(body) => wire::json(StatusCode::OK, &body),
        Err(Problem(status, code, text)) => wire::because(
            wire::json(status, &json!({"errorCode": code, "message": text})),
            &format!("{code}: {text}"),
        ),
    }
}

fn route(state: &State, call: &Call, moment: &Moment) -> Answer {
    let not_found = || Problem(StatusCode::NOT_FOUND, "NOT_FOUND", "There is nothing at this path.".into());
    let path = call.below(BASE).ok_or_else(not_found)?;
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    // The API was seen to reject `+` for a space; only %20 will do.
    if call.raw_query.contains('+') {
        return Err(bad("The query must not contain a plus sign; write a space as %20."));
    }
    let query = call.query(Plus::Literal).ok_or_else(|| bad("The query is not well-formed."))?;
    let known: &[&str] = match path.as_slice() {
        ["me"] => &[],
        ["accounts", _, "licenses"] => &["offset", "pageSize"],
        ["accounts", _, "users"] => &["offset", "pageSize", "filter", "attributes"],
        _ => return Err(not_found()),
    };
    if call.method != Method::GET {
        return Err(Problem(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "The practice Admin API is read only.".into(),
        ));
    }
    if let Some((name, _)) = query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        return Err(bad(format!("The query option {name} is not known.")));
    }
    let user = signed_in(state, call, moment)?;
    match path.as_slice() {
        ["me"] => Ok(me(state, user)),
        ["accounts", account, what] => {
            let account =
                account.parse::<Key>().ok().and_then(|key| state.accounts.get(&key)).ok_or_else(not_found)?;
            // Which role lets somebody read what is not described; here it is the one that the thing is named after.
            let needed = if *what == "users" { "MANAGE_USERS" } else { "MANAGE_SEATS" };
            let may = user
                .account_roles
                .get(&account.key)
                .is_some_and(|roles| ["SUPER_USER", needed].iter().any(|role| roles.contains(*role)));
            if !may {
                return Err(Problem(
                    StatusCode::UNAUTHORIZED,
                    "not.authorized",
                    "The user has no role in this account that allows it.".into(),
                ));
            }
            if *what == "users" {
                users(state, account, &query)
            } else {
                let licences = account.licences.iter().map(|licence| licence_json(state, licence));
                page(&licences.collect::<Vec<_>>(), &query)
            }
        }
        _ => Err(not_found()),
    }
}

/// 401 `not.authenticated` covers a bad token and a missing `identity:` scope alike.
fn signed_in<'a>(state: &'a State, call: &Call, moment: &Moment) -> Result<&'a User, Problem> {
    let refused =
        || Problem(StatusCode::UNAUTHORIZED, "not.authenticated", "The token is not valid here.".into());
    let bearer = state.bearer(call.bearer(), moment.now).map_err(|_| refused())?;
    if !bearer.has_scope("identity:") {
        return Err(refused());
    }
    let key = match bearer {
        Bearer::Static => state.admin,
        Bearer::User { key, .. } => key,
    };
    state.users.get(&key).ok_or_else(refused)
}

fn key_json(state: &State, key: Key) -> Value {
    if state.switches.numeric_ids { key.get().into() } else { key.to_string().into() }
}

fn me(state: &State, user: &User) -> Value {
    let accounts: Vec<Value> = state
        .accounts
        .values()
        .filter(|account| member(user, account))
        .map(|account| json!({"key": key_json(state, account.key), "name": account.name}))
        .collect();
    let roles: Vec<&String> = user.account_roles.values().flatten().collect();
    let first = state.accounts.values().find(|account| member(user, account));
    json!({
        "key": key_json(state, user.key),
        "accountKey": first.map(|account| key_json(state, account.key)),
        "email": user.user_name(),
        "orgAdmin": user.role != OrgRole::None,
        "adminRoles": roles,
        "products": products(user, state.accounts.values()),
        "accounts": accounts,
    })
}

fn member(user: &User, account: &Account) -> bool {
    user.account_roles.get(&account.key).is_some_and(|roles| !roles.is_empty())
        || account.licences.iter().any(|licence| licence.users.contains(&user.key))
}

fn products<'a>(user: &User, accounts: impl Iterator<Item = &'a Account>) -> Vec<&'a str> {
    let mut codes: Vec<&str> = accounts
        .flat_map(|account| &account.licences)
        .filter(|licence| licence.users.contains(&user.key))
        .flat_map(|licence| licence.products.iter().map(String::as_str))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn users(state: &State, account: &Account, query: &[(String, String)]) -> Answer {
    let wanted = value_of(query, "filter").map(email_filter).transpose()?;
    let fields: Option<Vec<&str>> = value_of(query, "attributes").map(|text| text.split(',').collect());
    let all: Vec<&User> = state
        .users
        .values()
        .filter(|user| member(user, account))
        .filter(|user| wanted.as_ref().is_none_or(|email| user.user_name().to_lowercase() == *email))
        .collect();
    let shown = all.iter().map(|user| shown(user_json(state, account, user), fields.as_deref()));
    page(&shown.collect::<Result<Vec<_>, _>>()?, query)
}

/// One page of a list, in the envelope that lists have.
fn page(all: &[Value], query: &[(String, String)]) -> Answer {
    let number = |name: &str, usual: usize| match value_of(query, name) {
        None => Ok(usual),
        Some(text) => text.parse().map_err(|_| bad(format!("{name} must be a whole number."))),
    };
    let offset = number("offset", 0)?;
    let size = number("pageSize", PAGE_DEFAULT)?;
    if size == 0 || size > PAGE_MAX {
        return Err(bad(format!("pageSize must be between 1 and {PAGE_MAX}.")));
    }
    let rows: Vec<&Value> = all.iter().skip(offset).take(size).collect();
    let to = (offset + rows.len()).saturating_sub(1);
    Ok(json!({"results": rows, "fromIndex": offset, "toIndex": to, "total": all.len()}))
}

fn email_filter(text: &str) -> Result<String, Problem> {
    text.strip_prefix("email eq ")
        .and_then(|value| serde_json::from_str::<String>(value).ok())
        .map(|value| value.to_lowercase())
        .ok_or_else(|| bad("The filter must read email eq \"address\"."))
}

fn shown(mut user: Value, fields: Option<&[&str]>) -> Answer {
    if let (Some(fields), Some(object)) = (fields, user.as_object_mut()) {
        if let Some(other) = fields.iter().find(|field| !object.contains_key(**field)) {
            return Err(bad(format!("The attribute {other} is not known.")));
        }
        object.retain(|name, _| fields.contains(&name.as_str()));
    }
    Ok(user)
}

fn user_json(state: &State, account: &Account, user: &User) -> Value {
    let roles: Vec<&String> = user.account_roles.get(&account.key).into_iter().flatten().collect();
    let products = products(user, std::iter::once(account));
    // Suspended is reached whenever somebody has no product and no role (GoTo support, "Manage users").
    let suspended = products.is_empty() && roles.is_empty();
    json!({
        "key": key_json(state, user.key),
        "email": user.user_name(),
        "firstName": user.name_part("givenName"),
        "lastName": user.name_part("familyName"),
        "status": if suspended || !user.active() { "SUSPENDED" } else { "ACTIVE" },
        "products": products,
        "adminRoles": roles,
        "roleSets": [],
    })
}

fn licence_json(state: &State, licence: &Licence) -> Value {
    let users: Vec<Value> = licence.users.iter().map(|key| key_json(state, *key)).collect();
    json!({
        "key": key_json(state, licence.key),
        "description": licence.description,
        "type": "NAMED",
        "channel": "CORPORATE",
        "enabled": licence.enabled,
        "seats": licence.seats,
        "userCount": licence.users.len(),
        "userKeys": users,
        "invitedUserKeys": [],
        "deviceKeys": [],
        "products": licence.products,
        "childLicenseKeys": [],
        "deviceCount": 0,
        "entitlements": {},
        "devicesOnly": false,
        "devicesAllowed": false,
        "externallyManaged": false,
        // 0 for none, as in the vendor's example.
        "concurrentLicenseKey": 0,
    })
}
