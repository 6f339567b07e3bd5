//! `control/goto/...`: reads and changes the organisation from outside, behind the back of whoever provisions.
//!
//! A plain JSON API; `docs/sandbox-goto.md` lists it. Rules of GoTo do not apply here, but unknown fields are refused.

mod domains;
mod people;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post, put};
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::auth::Which;
use super::keys::Key;
use super::model::{OrgRole, Switches};
use super::state::State;
use super::wire;
use crate::world::{Service, World, lock};

type Shared = Extract<Arc<World>>;
type Answer = Result<Value, Fault>;

/// Why a control request was refused.
#[derive(Debug)]
struct Fault(StatusCode, String);

impl Fault {
    fn not_found(what: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("There is no {what}."))
    }

    fn bad(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, text.into())
    }
}

/// The answer of a control request.
struct Out(Answer);

impl IntoResponse for Out {
    fn into_response(self) -> Response {
        match self.0 {
            Ok(body) => wire::json(StatusCode::OK, &body),
            Err(Fault(status, text)) => wire::json(status, &json!({"error": text})),
        }
    }
}

/// Reads a body; every field must be known.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::bad(format!("The body is not valid: {error}.")))
}

/// What `control/goto/...` offers.
pub fn control_router(world: Arc<World>) -> Router {
    Router::new()
        .route("/switches", get(switches).patch(change_switches))
        .route("/users", get(people::users).post(people::add_user))
        .route("/users/{user}", get(people::user).patch(people::change_user).delete(people::remove_user))
        .route("/groups", get(people::groups).post(people::add_group))
        .route("/groups/{group}", get(people::group).patch(people::change_group).delete(people::remove_group))
        .route("/outside", get(outside).put(set_outside))
        .route("/accounts", get(accounts))
        .route("/accounts/{account}/licences/{licence}", patch(change_licence))
        .route("/admin", get(admin).patch(change_admin))
        .route("/clients", get(clients))
        .route("/clients/{client}/redirects", post(add_redirect))
        .route("/tokens/revoke", post(revoke))
        .route("/tokens/personal", post(personal))
        .route("/domains", get(domains::all).post(domains::add))
        .route("/domains/{domain}", patch(domains::change).delete(domains::remove))
        .route("/dns", get(domains::dns).patch(domains::change_dns))
        .route("/dns/txt/{name}", put(domains::set_txt).delete(domains::remove_txt))
        .route("/web/{host}", put(domains::set_file))
        .fallback(|| async { Out(Err(Fault::not_found("such control path"))) })
        .with_state(world)
}

async fn switches(Extract(world): Shared) -> Out {
    Out(Ok(json!(lock(&world.goto).switches)))
}

async fn change_switches(Extract(world): Shared, body: Bytes) -> Out {
    Out((|| {
        let change: serde_json::Map<String, Value> = read(&body)?;
        let mut state = lock(&world.goto);
        let mut whole = json!(state.switches);
        for (name, value) in change {
            whole[name] = value;
        }
        let changed: Switches = serde_json::from_value(whole)
            .map_err(|error| Fault::bad(format!("The switches are not valid: {error}.")))?;
        state.switches = changed;
        Ok(json!(state.switches))
    })())
}

async fn outside(Extract(world): Shared) -> Out {
    Out(Ok(json!(lock(&world.goto).outside)))
}

async fn set_outside(Extract(world): Shared, body: Bytes) -> Out {
    Out(read::<Vec<String>>(&body).map(|names| {
        let mut state = lock(&world.goto);
        state.outside = names.iter().map(|name| name.to_lowercase()).collect();
        json!(state.outside)
    }))
}

async fn accounts(Extract(world): Shared) -> Out {
    Out(Ok(json!(lock(&world.goto).accounts.values().collect::<Vec<_>>())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LicenceChange {
    seats: Option<u32>,
    enabled: Option<bool>,
    users: Option<Vec<String>>,
}

async fn change_licence(
    Extract(world): Shared,
    Path((account, licence)): Path<(Key, Key)>,
    body: Bytes,
) -> Out {
    Out((|| {
        let change: LicenceChange = read(&body)?;
        let mut state = lock(&world.goto);
        let users: Option<BTreeSet<Key>> = match change.users {
            None => None,
            Some(names) => Some(names.iter().map(|name| user_key(&state, name)).collect::<Result<_, _>>()?),
        };
        let licence = state
            .accounts
            .get_mut(&account)
            .and_then(|account| account.licences.iter_mut().find(|one| one.key == licence))
            .ok_or_else(|| Fault::not_found("such licence"))?;
        licence.seats = change.seats.unwrap_or(licence.seats);
        licence.enabled = change.enabled.unwrap_or(licence.enabled);
        if let Some(users) = users {
            licence.users = users;
        }
        Ok(json!(licence))
    })())
}

/// A user by key or user name.
fn user_key(state: &State, name: &str) -> Result<Key, Fault> {
    let by_key = name.parse::<Key>().ok().filter(|key| state.users.contains_key(key));
    by_key
        .or_else(|| state.user_by_name(name).map(|user| user.key))
        .ok_or_else(|| Fault::not_found(&format!("user {name}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdminChange {
    role: Option<OrgRole>,
    account_roles: Option<BTreeSet<String>>,
}

fn admin_json(state: &State) -> Answer {
    let admin = state.users.get(&state.admin).ok_or_else(|| Fault::not_found("admin any more"))?;
    Ok(
        json!({"key": admin.key, "user_name": admin.user_name(), "role": admin.role, "account_roles": admin.account_roles}),
    )
}

async fn admin(Extract(world): Shared) -> Out {
    Out(admin_json(&lock(&world.goto)))
}

async fn change_admin(Extract(world): Shared, body: Bytes) -> Out {
    Out((|| {
        let change: AdminChange = read(&body)?;
        let mut state = lock(&world.goto);
        let accounts: Vec<Key> = state.accounts.keys().copied().collect();
        let key = state.admin;
        let admin = state.users.get_mut(&key).ok_or_else(|| Fault::not_found("admin any more"))?;
        admin.role = change.role.unwrap_or(admin.role);
        if let Some(roles) = change.account_roles {
            for account in accounts {
                admin.account_roles.insert(account, roles.clone());
            }
        }
        admin_json(&state)
    })())
}

async fn clients(Extract(world): Shared) -> Out {
    let state = lock(&world.goto);
    let list: Vec<Value> = state
        .grants
        .clients
        .values()
        .map(|client| {
            json!({
                "id": client.id, "name": client.name, "public": client.secret.is_none(),
                "redirect_uris": client.redirect_uris, "scopes": client.scopes,
            })
        })
        .collect();
    Out(Ok(json!(list)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redirect {
    uri: String,
}

async fn add_redirect(Extract(world): Shared, Path(client): Path<String>, body: Bytes) -> Out {
    Out((|| {
        let redirect: Redirect = read(&body)?;
        let mut state = lock(&world.goto);
        if !state.grants.clients.contains_key(&client) {
            return Err(Fault::not_found("such OAuth client"));
        }
        state.grants.add_redirect(&client, &redirect.uri);
        Ok(json!({"redirect_uris": state.grants.clients[&client].redirect_uris}))
    })())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    which: Which,
}

async fn revoke(Extract(world): Shared, body: Bytes) -> Out {
    Out(read::<Revoke>(&body)
        .map(|revoke| json!({"revoked": lock(&world.goto).grants.revoke_where(revoke.which)})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Personal {
    user: Option<String>,
}

async fn personal(Extract(world): Shared, body: Bytes) -> Out {
    let made = (|| {
        let asked: Personal = read(&body)?;
        let mut state = lock(&world.goto);
        let key = match asked.user {
            Some(name) => user_key(&state, &name)?,
            None => state.admin,
        };
        let secret = state.mint.secret("personal access token");
        Ok(state.grants.give_personal(secret, key, world.clock.now()))
    })();
    Out(made.map(|pat| json!({"pat": world.issue(Service::GotoAuth, "personal_access_token", pat)})))
}
