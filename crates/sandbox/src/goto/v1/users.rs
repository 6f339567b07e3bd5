//! `/Users`, `/Users/{userKey}` and `/Users/me`.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::keys::Key;
use super::super::model::{ENTERPRISE, Object, User};
use super::super::state::State;
use super::attributes::{self, CORE, GETGO};
use super::filter::{self, Operator};
use super::list::{self, Row};
use super::{Answer, Asks, BASE, Problem, key_json, no_method};

const SEARCHABLE: [&str; 4] = ["userName", "displayName", "name.givenName", "name.familyName"];

/// GET /Users.
pub fn list(state: &State, asks: &Asks<'_>) -> Answer {
    asks.only(&list::OPTIONS)?;
    let filter = asks
        .option("filter")
        .map(|text| filter::parse(text, &SEARCHABLE, &[Operator::Eq, Operator::Sw]))
        .transpose()?;
    let sort = list::sort_by(asks, &SEARCHABLE)?;
    let rows = state
        .users
        .values()
        .filter(|user| filter.as_ref().is_none_or(|filter| filter.passes(value(user, filter.attribute))))
        .map(|user| Row {
            of: user,
            sort: sort.map_or_else(String::new, |name| value(user, name).to_lowercase()),
        })
        .collect();
    list::answer(rows, asks, state.switches.paging, |user| render(state, asks, user))
}

fn value<'a>(user: &'a User, attribute: &str) -> &'a str {
    match attribute.strip_prefix("name.") {
        Some(part) => user.name_part(part),
        None => user.attributes.get(attribute).and_then(Value::as_str).unwrap_or_default(),
    }
}

/// POST /Users.
pub fn create(state: &mut State, asks: &Asks<'_>) -> Answer {
    asks.no_options()?;
    let set = attributes::user(&asks.body()?, &state.switches)?;
    let user_name = required(&set)?;
    state.check_user_name(&user_name, None)?;
    let mut stored = Object::new();
    attributes::merge(&mut stored, set);
    if state.switches.active {
        stored.entry("active").or_insert(true.into());
    }
    let key = state.add_user(stored, asks.moment.now);
    found(state, asks, key, StatusCode::CREATED)
}

fn required(set: &Object) -> Result<String, Problem> {
    set.get("userName")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Problem::bad("userName is required."))
}

/// GET, PATCH, PUT and DELETE /Users/{userKey}.
pub fn one(state: &mut State, asks: &Asks<'_>, key: Key, method: &Method) -> Answer {
    asks.no_options()?;
    match *method {
        Method::GET => found(state, asks, key, StatusCode::OK),
        Method::PATCH | Method::PUT => change(state, asks, key, method),
        Method::DELETE => {
            asks.no_body()?;
            let gone = state.remove_user(key, asks.moment.now);
            gone.map(|_| (StatusCode::OK, json!({}))).ok_or_else(|| Problem::not_found("user"))
        }
        _ => Err(no_method()),
    }
}

fn change(state: &mut State, asks: &Asks<'_>, key: Key, method: &Method) -> Answer {
    let user = state.users.get(&key).ok_or_else(|| Problem::not_found("user"))?;
    let set = attributes::user(&asks.body()?, &state.switches)?;
    let mut stored = if method == Method::PUT {
        required(&set)?;
        let mut kept = Object::new();
        // PUT is the full writable set; whether somebody is suspended is not part of the described one.
        if let Some(active) = user.attributes.get("active") {
            kept.insert("active".to_owned(), active.clone());
        }
        kept
    } else {
        user.attributes.clone()
    };
    if let Some(name) = set.get("userName").and_then(Value::as_str) {
        state.check_user_name(name, Some(key))?;
    }
    attributes::merge(&mut stored, set);
    state.set_user(key, stored, asks.moment.now);
    found(state, asks, key, StatusCode::OK)
}

/// GET, PATCH and PUT /Users/me: the signed-in user, with the accounts. No organisation role is needed.
pub fn me(state: &mut State, asks: &Asks<'_>, key: Key, method: &Method) -> Answer {
    asks.no_options()?;
    let (status, mut body) = match *method {
        Method::GET => found(state, asks, key, StatusCode::OK)?,
        Method::PATCH | Method::PUT => change(state, asks, key, method)?,
        _ => return Err(no_method()),
    };
    let accounts: Vec<Value> = state
        .accounts
        .values()
        .filter_map(|account| {
            let user = state.users.get(&key)?;
            let mut entitlements = Vec::new();
            if user.account_roles.get(&account.key).is_some_and(|roles| !roles.is_empty()) {
                entitlements.push("acctadmin");
            }
            let holds = |product: &str| {
                account.licences.iter().any(|licence| {
                    licence.users.contains(&key) && licence.products.iter().any(|code| code == product)
                })
            };
            if holds("JIVE") {
                entitlements.extend(["gotoconnect", "jive"]);
            }
            (!entitlements.is_empty() || holds("G2M")).then(|| {
                json!({
                    "value": key_json(state, account.key),
                    "display": account.name,
                    "entitlements": entitlements,
                })
            })
        })
        .collect();
    body[GETGO] = json!({"accounts": accounts});
    if let Some(schemas) = body["schemas"].as_array_mut() {
        schemas.push(GETGO.into());
    }
    Ok((status, body))
}

fn found(state: &State, asks: &Asks<'_>, key: Key, status: StatusCode) -> Answer {
    let user = state.users.get(&key).ok_or_else(|| Problem::not_found("user"))?;
    Ok((status, render(state, asks, user)))
}

/// A user as the dialect shows one: only what it knows.
fn render(state: &State, asks: &Asks<'_>, user: &User) -> Value {
    let switches = &state.switches;
    let mut schemas = vec![CORE];
    let mut body = Object::new();
    body.insert("schemas".to_owned(), Value::Null);
    body.insert("id".to_owned(), key_json(state, user.key));
    let mut show = |name: &str| {
        if let Some(value) = user.attributes.get(name) {
            body.insert(name.to_owned(), value.clone());
        }
    };
    for name in ["userName", "displayName"] {
        show(name);
    }
    if let Some(Value::Object(name)) = user.attributes.get("name") {
        let mut shown = Object::new();
        for part in ["givenName", "familyName"] {
            if let Some(value) = name.get(part) {
                shown.insert(part.to_owned(), value.clone());
            }
        }
        body.insert("name".to_owned(), Value::Object(shown));
    }
    for (name, supported) in [
        ("locale", true),
        ("timezone", true),
        ("title", true),
        ("active", switches.active),
        ("externalId", switches.external_id),
    ] {
        if let Some(value) = user.attributes.get(name).filter(|_| supported) {
            body.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(Value::Object(extension)) = user.attributes.get(ENTERPRISE).filter(|_| switches.enterprise) {
        let mut shown = extension.clone();
        shown.retain(|name, _| {
            ["department", "employeeNumber", "costCenter", "division"].contains(&name.as_str())
        });
        if !shown.is_empty() {
            schemas.push(ENTERPRISE);
            body.insert(ENTERPRISE.to_owned(), Value::Object(shown));
        }
    }
    body.insert(
        "meta".to_owned(),
        json!({
            "created": user.created.to_string(),
            "location": format!("{}{BASE}/Users/{}", asks.moment.api, user.key),
        }),
    );
    body["schemas"] = json!(schemas);
    Value::Object(body)
}
