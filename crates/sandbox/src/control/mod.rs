//! The control endpoint: changes the practice world from outside, and shows what it has seen. No sign-in: it listens
//! on loopback only and belongs to whoever started the world.

mod entra;
mod people;
mod reply;
mod watch;

use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use http::{StatusCode, header};
use serde_json::json;

use crate::world::World;

/// Every endpoint with an example: what `GET /` answers, and what `docs/sandbox.md` explains.
const ENDPOINTS: &[(&str, &str, &str)] = &[
    ("GET", "/endpoints", "Where everything listens: the first line of `usher sandbox --json`."),
    ("GET", "/people", "All people with every property. `?user_name=` picks one."),
    ("POST", "/people", r#"{"displayName":"Ana Silva","userPrincipalName":"ana.silva@northwind.example"}"#),
    ("GET", "/people/{id or user name}", ""),
    ("PATCH", "/people/{id or user name}", r#"{"department":"Sales","surname":null}"#),
    ("DELETE", "/people/{id or user name}", "To the deleted items. `?purge=true` removes for good."),
    ("POST", "/people/{id}/restore", "Back from the deleted items."),
    ("GET", "/groups", "All groups with the ids of their members."),
    ("POST", "/groups", r#"{"displayName":"Pilot","securityEnabled":true,"members":["{id}"]}"#),
    ("PATCH", "/groups/{id}", r#"{"displayName":"Pilot 2"}"#),
    ("DELETE", "/groups/{id}", ""),
    ("POST", "/groups/{id}/members", r#"{"add":["{id}"],"remove":["{id}"]}"#),
    ("GET", "/applications", "Service principals with their roles, assignments, jobs and secret names."),
    (
        "POST",
        "/assignments",
        r#"{"principalId":"{id}","role":"User"} (application and role may be left out)"#,
    ),
    ("DELETE", "/assignments/{assignment, user or group id}", ""),
    (
        "PATCH",
        "/entra",
        r#"{"roles":{"adele.vance@northwind.example":[]},"app_roles":["User.Read.All"],"premium":false}"#,
    ),
    ("POST", "/entra/revoke", r#"{"access_tokens":true,"refresh_tokens":true,"delta_links":true}"#),
    ("PATCH", "/graph", r#"{"page_size":20,"legacy_jobs":true,"on_demand_list":true}"#),
    ("GET", "/faults", "Faults that are set."),
    (
        "POST",
        "/faults",
        r#"{"service":"graph","path_contains":"/users","times":1,"effect":{"status":{"status":429,"retry_after":1}}}"#,
    ),
    ("POST", "/faults/{id}/release", "Lets go what a `hold` holds."),
    ("DELETE", "/faults", "All faults; `/faults/{id}` one."),
    ("GET", "/clock", ""),
    ("POST", "/clock/advance", r#"{"minutes":40}"#),
    ("GET", "/journal", "`?since=12&service=goto_api&method=PATCH`"),
    ("DELETE", "/journal", ""),
    ("GET", "/issued", "Every secret, token and code ever given out."),
    ("POST", "/reset", "Everything as at the start; the clock goes on."),
    ("*", "/goto/...", "The practice GoTo: docs/sandbox-goto.md lists it."),
];

/// The service.
pub fn router(world: Arc<World>) -> Router {
    let own = Router::new()
        .route("/", get(index))
        .route("/endpoints", get(endpoints))
        .route("/people", get(people::all).post(people::create))
        .route("/people/{key}", get(people::one).patch(people::patch).delete(people::delete))
        .route("/people/{key}/restore", post(people::restore))
        .route("/groups", get(people::groups).post(people::create_group))
        .route("/groups/{id}", get(people::group).patch(people::patch_group).delete(people::delete_group))
        .route("/groups/{id}/members", post(people::members))
        .route("/applications", get(entra::applications))
        .route("/assignments", post(entra::assign))
        .route("/assignments/{id}", delete(entra::unassign))
        .route("/entra", axum::routing::patch(entra::patch))
        .route("/entra/revoke", post(entra::revoke))
        .route("/graph", axum::routing::patch(entra::graph))
        .route("/faults", get(watch::faults).post(watch::set_fault).delete(watch::clear_faults))
        .route("/faults/{id}", delete(watch::remove_fault))
        .route("/faults/{id}/release", post(watch::release_fault))
        .route("/clock", get(watch::clock))
        .route("/clock/advance", post(watch::advance))
        .route("/journal", get(watch::journal).delete(watch::clear_journal))
        .route("/issued", get(watch::issued))
        .route("/reset", post(watch::reset))
        .with_state(world.clone());
    own.nest("/goto", crate::goto::control_router(world)).fallback(unknown).layer(from_fn(not_from_pages))
}

/// A web page that the person happens to visit must not steer the practice world: browsers say where a request
/// comes from, and a rebound name shows in Host.
async fn not_from_pages(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = matches!(name, "127.0.0.1" | "localhost" | "[::1]");
    if !local || request.headers().contains_key(header::ORIGIN) {
        return reply::error(
            StatusCode::FORBIDDEN,
            "Only programs on this computer may use the control endpoint.",
        );
    }
    next.run(request).await
}

async fn index() -> Response {
    let rows: Vec<_> = ENDPOINTS
        .iter()
        .map(|(method, path, example)| json!({ "method": method, "path": path, "example": example }))
        .collect();
    Json(json!({ "endpoints": rows })).into_response()
}

async fn endpoints(State(world): State<Arc<World>>) -> Response {
    Json(world.endpoints()).into_response()
}

async fn unknown(OriginalUri(uri): OriginalUri) -> Response {
    reply::error(StatusCode::NOT_FOUND, &format!("There is no {}. GET / lists what there is.", uri.path()))
}
