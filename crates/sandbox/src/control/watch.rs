//! Faults, clock, journal, issued secrets, reset.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::reply::{missing, read};
use crate::world::{Fault, Service, World};

type Shared = State<Arc<World>>;

pub async fn faults(State(world): Shared) -> Response {
    Json(json!({ "faults": world.faults.all() })).into_response()
}

pub async fn set_fault(State(world): Shared, body: String) -> Response {
    match read::<Fault>(&body) {
        Ok(fault) => {
            let id = world.faults.set(fault);
            (StatusCode::CREATED, Json(json!({ "id": id }))).into_response()
        }
        Err(refusal) => *refusal,
    }
}

pub async fn clear_faults(State(world): Shared) -> Response {
    world.faults.clear();
    StatusCode::NO_CONTENT.into_response()
}

pub async fn remove_fault(State(world): Shared, Path(id): Path<String>) -> Response {
    if world.faults.remove(&id) { StatusCode::NO_CONTENT.into_response() } else { missing(&id) }
}

pub async fn release_fault(State(world): Shared, Path(id): Path<String>) -> Response {
    if world.faults.release(&id) { StatusCode::NO_CONTENT.into_response() } else { missing(&id) }
}

pub async fn clock(State(world): Shared) -> Response {
    Json(json!({ "now": world.clock.now(), "pinned": world.clock.is_pinned() })).into_response()
}

/// How far the clock moves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    minutes: u32,
}

pub async fn advance(State(world): Shared, body: String) -> Response {
    match read::<Advance>(&body) {
        Ok(by) => Json(json!({ "now": world.clock.advance(by.minutes) })).into_response(),
        Err(refusal) => *refusal,
    }
}

/// Which entries of the journal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    #[serde(default)]
    since: u64,
    service: Option<Service>,
    method: Option<String>,
    path_contains: Option<String>,
}

pub async fn journal(State(world): Shared, Query(wanted): Query<Wanted>) -> Response {
    let mut entries = world.journal.since(wanted.since);
    entries.retain(|entry| {
        wanted.service.is_none_or(|service| entry.service == service)
            && wanted.method.as_deref().is_none_or(|method| entry.method.eq_ignore_ascii_case(method))
            && wanted.path_contains.as_deref().is_none_or(|part| entry.path.contains(part))
    });
    Json(json!({ "requests": entries })).into_response()
}

pub async fn clear_journal(State(world): Shared) -> Response {
    world.journal.clear();
    StatusCode::NO_CONTENT.into_response()
}

pub async fn issued(State(world): Shared) -> Response {
    Json(json!({ "issued": world.issued.all() })).into_response()
}

pub async fn reset(State(world): Shared) -> Response {
    world.faults.clear();
    world.journal.clear();
    world.seed();
    StatusCode::NO_CONTENT.into_response()
}
