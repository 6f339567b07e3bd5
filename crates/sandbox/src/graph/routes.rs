//! Which path does what. A path that is not here does not exist.

use std::sync::Arc;

use super::{Answer, Call, GraphError, applications, assignments, auth, delta, groups, me, sync, users};
use crate::world::World;

/// Answers one call. The token is checked before anything else, as Graph does.
pub async fn dispatch(world: &Arc<World>, call: &Call) -> Result<Answer, GraphError> {
    let token = auth::bearer(world, &call.headers)?;
    let path = call.path();
    if let ["servicePrincipals", id, "synchronization", rest @ ..] = path.as_slice() {
        return sync::dispatch(world, call, &token, id, rest).await;
    }
    let get = call.method == http::Method::GET;
    let method = call.method.as_str();
    if get && call.body.is_some() {
        return Err(GraphError::bad_request("A GET request takes no body."));
    }
    match path.as_slice() {
        ["me"] if get => me::me(world, call, &token),
        ["me", "transitiveMemberOf"] if get => me::roles(world, call, &token, None),
        ["me", "transitiveMemberOf", cast] if get => me::roles(world, call, &token, Some(cast)),
        ["organization"] if get => me::organization(world, call, &token),
        ["subscribedSkus"] if get => me::subscribed_skus(world, call, &token),

        ["users"] if get => users::all(world, call, &token),
        ["users", "delta" | "delta()" | "microsoft.graph.delta()"] if get => {
            delta::run(world, call, &token, delta::Kind::Users)
        }
        ["users", key] if get => users::one(world, call, &token, key),
        ["users", key, "manager"] if get => users::manager(world, call, &token, key),
        ["directory", "deletedItems", "microsoft.graph.user"] if get => users::deleted(world, call, &token),

        ["groups"] if get => groups::all(world, call, &token),
        ["groups", "delta" | "delta()" | "microsoft.graph.delta()"] if get => {
            delta::run(world, call, &token, delta::Kind::Groups)
        }
        ["groups", id] if get => groups::one(world, call, &token, id),
        ["groups", id, list @ ("members" | "transitiveMembers"), cast @ ..] if get && cast.len() < 2 => {
            groups::members(world, call, &token, id, *list == "transitiveMembers", cast.first().copied())
        }

        ["applicationTemplates"] if get => applications::templates(world, call),
        ["applicationTemplates", id] if get => applications::template(world, call, id),
        ["applicationTemplates", id, "instantiate" | "microsoft.graph.instantiate"] if method == "POST" => {
            applications::instantiate(world, call, &token, id)
        }
        ["applications"] if get => applications::applications(world, call, &token),
        ["applications", id] if get => applications::application(world, call, &token, id),
        ["servicePrincipals"] if get => applications::service_principals(world, call, &token),
        ["servicePrincipals", id] if get => applications::service_principal(world, call, &token, id),
        ["servicePrincipals", id] if method == "PATCH" => applications::patch(world, call, &token, id),
        ["servicePrincipals", id] if method == "DELETE" => applications::delete(world, call, &token, id),
        ["servicePrincipals", id, "appRoleAssignedTo"] if get => assignments::all(world, call, &token, id),
        ["servicePrincipals", id, "appRoleAssignedTo"] if method == "POST" => {
            assignments::create(world, call, &token, id)
        }
        ["servicePrincipals", sp, "appRoleAssignedTo", id] if method == "DELETE" => {
            assignments::delete(world, call, &token, sp, id)
        }
        ["auditLogs", "provisioning"] if get => sync::logs::all(world, call, &token),
        [name] => by_key(world, call, &token, name),
        other if known(other) => Err(GraphError::method()),
        _ => Err(GraphError::not_found_path()),
    }
}

/// `servicePrincipals(appId='...')`
fn by_key(
    world: &Arc<World>,
    call: &Call,
    token: &crate::entra::Token,
    name: &str,
) -> Result<Answer, GraphError> {
    let app_id = name.strip_prefix("servicePrincipals(appId='").and_then(|rest| rest.strip_suffix("')"));
    match app_id {
        Some(app_id) if call.method == http::Method::GET => {
            applications::service_principal(world, call, token, app_id)
        }
        None if !known(&[name]) => Err(GraphError::not_found_path()),
        _ => Err(GraphError::method()),
    }
}

/// Whether a path exists with another method.
fn known(path: &[&str]) -> bool {
    matches!(
        path,
        ["me"
            | "organization"
            | "subscribedSkus"
            | "users"
            | "groups"
            | "applications"
            | "servicePrincipals"]
            | ["applicationTemplates"]
            | ["me", "transitiveMemberOf", ..]
            | ["users" | "groups" | "applications" | "servicePrincipals" | "applicationTemplates", _]
            | ["users", _, "manager"]
            | ["groups", _, "members" | "transitiveMembers", ..]
            | ["applicationTemplates", _, "instantiate"]
            | ["servicePrincipals", _, "appRoleAssignedTo", ..]
            | ["directory", "deletedItems", "microsoft.graph.user"]
            | ["auditLogs", "provisioning"]
    )
}
