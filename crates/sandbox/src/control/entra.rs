//! Applications, assignments, and how Entra behaves: roles, permissions, licences, revoked tokens, page size.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::reply::{error, missing, read};
use crate::entra::applications::DEFAULT_ACCESS;
use crate::entra::{ServicePrincipal, accounts::ROLES};
use crate::graph::assignments;
use crate::world::{World, lock};

type Shared = State<Arc<World>>;

pub async fn applications(State(world): Shared) -> Response {
    let entra = lock(&world.entra);
    let show = |sp: &ServicePrincipal| {
        let assigned =
            entra.applications.assignments.iter().filter(|assignment| assignment.resource_id == sp.id);
        json!({
            "id": sp.id,
            "appId": sp.app_id,
            "displayName": sp.display_name,
            "appRoles": sp.roles_json(),
            "assignments": assigned.map(|a| assignments::show(&entra, a)).collect::<Vec<_>>(),
            "jobs": sp.sync.jobs.keys().collect::<Vec<_>>(),
            "secrets": sp.sync.secrets.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        })
    };
    let shown: Vec<Value> = entra.applications.service_principals.values().map(show).collect();
    Json(json!({ "applications": shown })).into_response()
}

/// Who gets which role of which application.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewAssignment {
    principal_id: String,
    /// Service principal; the GoTo application when absent.
    resource_id: Option<String>,
    /// Name of a role, or `Default Access`; `User` when absent.
    role: Option<String>,
}

pub async fn assign(State(world): Shared, body: String) -> Response {
    let wanted: NewAssignment = match read(&body) {
        Ok(wanted) => wanted,
        Err(refusal) => return *refusal,
    };
    let sp = wanted.resource_id.unwrap_or_else(|| world.endpoints().application.service_principal_id.clone());
    let mut entra = lock(&world.entra);
    let Some(found) = entra.applications.service_principals.get(&sp) else { return missing(&sp) };
    let name = wanted.role.as_deref().unwrap_or("User");
    let role = match found.app_roles.iter().find(|role| role.name == name) {
        Some(role) => role.id.clone(),
        None if name == "Default Access" => DEFAULT_ACCESS.to_owned(),
        None => return missing(name),
    };
    match assignments::assign(&world, &mut entra, &sp, &wanted.principal_id, &sp, &role) {
        Ok(made) => (StatusCode::CREATED, Json(assignments::show(&entra, &made))).into_response(),
        Err(refused) => error(refused.status, &refused.message),
    }
}

/// By the assignment's id, or everything of a user or group.
pub async fn unassign(State(world): Shared, Path(id): Path<String>) -> Response {
    let mut entra = lock(&world.entra);
    let assignments = &mut entra.applications.assignments;
    let before = assignments.len();
    assignments.retain(|assignment| assignment.id != id && assignment.principal_id != id);
    match before - assignments.len() {
        0 => missing(&id),
        removed => Json(json!({ "removed": removed })).into_response(),
    }
}

/// How the tenant behaves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Behaviour {
    /// Directory roles by user name.
    #[serde(default)]
    roles: BTreeMap<String, Vec<String>>,
    /// Application permissions of the practice registration.
    app_roles: Option<BTreeSet<String>>,
    /// Scopes that consent leaves out.
    withheld_scopes: Option<BTreeSet<String>>,
    /// Whether a refresh token works only once.
    refresh_single_use: Option<bool>,
    /// Whether the tenant has Entra ID P1.
    premium: Option<bool>,
    /// Roles of the GoTo application that can be assigned, by name.
    #[serde(default)]
    role_enabled: BTreeMap<String, bool>,
}

pub async fn patch(State(world): Shared, body: String) -> Response {
    let wanted: Behaviour = match read(&body) {
        Ok(wanted) => wanted,
        Err(refusal) => return *refusal,
    };
    let unknown = |role: &&String| !ROLES.iter().any(|(name, _)| name == *role);
    if let Some(role) = wanted.roles.values().flatten().find(unknown) {
        return missing(role);
    }
    let mut entra = lock(&world.entra);
    for (user_name, roles) in wanted.roles {
        let account = entra.accounts.iter_mut().find(|account| account.user_name == user_name);
        let Some(account) = account else { return missing(&user_name) };
        account.roles = roles;
    }
    let grants = &mut entra.grants;
    if let Some(roles) = wanted.app_roles {
        grants.app_roles = roles;
    }
    if let Some(scopes) = wanted.withheld_scopes {
        grants.withheld_scopes = scopes;
    }
    if let Some(once) = wanted.refresh_single_use {
        grants.refresh_single_use = once;
    }
    if let Some(premium) = wanted.premium {
        entra.without_premium = !premium;
    }
    for (name, enabled) in wanted.role_enabled {
        let principals = entra.applications.service_principals.values_mut();
        let roles = principals.flat_map(|sp| &mut sp.app_roles).filter(|role| role.name == name);
        roles.for_each(|role| role.enabled = enabled);
    }
    StatusCode::NO_CONTENT.into_response()
}

/// What stops working.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    #[serde(default)]
    access_tokens: bool,
    #[serde(default)]
    refresh_tokens: bool,
    #[serde(default)]
    delta_links: bool,
    #[serde(default)]
    consents: bool,
}

pub async fn revoke(State(world): Shared, body: String) -> Response {
    let what: Revocation = match read(&body) {
        Ok(what) => what,
        Err(refusal) => return *refusal,
    };
    let mut entra = lock(&world.entra);
    if what.access_tokens {
        entra.grants.access.values_mut().for_each(|token| token.revoked = true);
    }
    if what.refresh_tokens {
        entra.grants.refresh.values_mut().for_each(|token| token.revoked = true);
    }
    if what.consents {
        entra.grants.consents.clear();
    }
    entra.delta_epoch += u64::from(what.delta_links);
    StatusCode::NO_CONTENT.into_response()
}

/// How Graph behaves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Graph {
    page_size: Option<usize>,
    largest_page: Option<usize>,
    legacy_jobs: Option<bool>,
    on_demand_list: Option<bool>,
}

pub async fn graph(State(world): Shared, body: String) -> Response {
    let wanted: Graph = match read(&body) {
        Ok(wanted) => wanted,
        Err(refusal) => return *refusal,
    };
    if [wanted.page_size, wanted.largest_page].into_iter().flatten().any(|size| !(1..=999).contains(&size)) {
        return error(StatusCode::BAD_REQUEST, "page_size and largest_page are between 1 and 999.");
    }
    let mut graph = lock(&world.graph);
    graph.largest_page = wanted.largest_page.unwrap_or(graph.largest_page);
    graph.page_size = wanted.page_size.unwrap_or(graph.page_size);
    graph.legacy_jobs = wanted.legacy_jobs.unwrap_or(graph.legacy_jobs);
    graph.on_demand_list = wanted.on_demand_list.unwrap_or(graph.on_demand_list);
    StatusCode::NO_CONTENT.into_response()
}
