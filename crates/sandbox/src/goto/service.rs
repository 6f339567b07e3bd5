//! Joins the pure handlers to the world: its clock, its addresses, its list of issued secrets.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::state::State;
use super::wire::{self, Call};
use super::{admin, auth, scim2, v1};
use crate::world::{Service, World, lock};

/// What a handler knows about the world around it.
#[derive(Debug)]
pub struct Moment {
    /// The virtual time.
    pub now: Timestamp,
    /// The sign-in service: the OAuth issuer, without a slash at the end.
    pub auth: String,
    /// The API's root, without a slash at the end.
    pub api: String,
    given: RefCell<Vec<(&'static str, String)>>,
}

impl Moment {
    /// A moment for handlers called without a server.
    pub fn new(now: Timestamp, auth: &str, api: &str) -> Self {
        Self { now, auth: auth.to_owned(), api: api.to_owned(), given: RefCell::default() }
    }

    /// Notes a secret that the answer carries.
    pub fn issued(&self, kind: &'static str, value: &str) {
        self.given.borrow_mut().push((kind, value.to_owned()));
    }

    /// The secrets noted so far.
    pub fn given(&self) -> Vec<(&'static str, String)> {
        self.given.borrow().clone()
    }
}

type Handler = fn(&mut State, &Call, &Moment) -> Response;

/// The sign-in service.
pub fn auth_router(world: Arc<World>) -> Router {
    router(world, Service::GotoAuth, auth::handle)
}

/// The SCIM dialects and the Admin API.
pub fn api_router(world: Arc<World>) -> Router {
    router(world, Service::GotoApi, api)
}

fn router(world: Arc<World>, service: Service, handler: Handler) -> Router {
    Router::new().fallback(move |request: Request| {
        let world = world.clone();
        async move {
            let call = match Call::read(request).await {
                Ok(call) => call,
                Err(status) => return wire::empty(status),
            };
            let moment = moment(&world);
            let response = handler(&mut lock(&world.goto), &call, &moment);
            for (kind, value) in moment.given.into_inner() {
                world.issue(service, kind, value);
            }
            response
        }
    })
}

/// The present moment of this world.
pub fn moment(world: &World) -> Moment {
    let endpoints = world.endpoints();
    Moment::new(world.clock.now(), &endpoints.goto_auth, &endpoints.goto_api)
}

/// Answers one request to the API host.
pub fn api(state: &mut State, call: &Call, moment: &Moment) -> Response {
    let (name, handler): (_, Handler) = if call.below(v1::BASE).is_some() {
        ("identity", v1::handle)
    } else if call.below(scim2::BASE).is_some() {
        ("identity", scim2::handle)
    } else if call.below(admin::BASE).is_some() {
        ("admin", admin::handle)
    } else {
        return wire::json(
            StatusCode::NOT_FOUND,
            &json!({"errorCode": "NOT_FOUND", "message": "There is nothing at this path."}),
        );
    };
    let State { rates, switches, .. } = state;
    match rates.admit(name, Instant::now(), switches) {
        None => handler(state, call, moment),
        Some(refused) => refused,
    }
}
