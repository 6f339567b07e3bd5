//! GoTo: sign-in, the SCIM dialects, the Admin API.
//!
//! The handlers are functions `(&mut State, &Call, &Moment) -> Response` that know no server; `service` joins them to
//! the world. What GoTo's public documents leave open is a switch ([`model::Switches`]).

pub mod admin;
pub mod auth;
pub mod control;
pub mod keys;
pub mod model;
mod rate;
pub mod scim2;
mod service;
mod state;
pub mod v1;
pub mod wire;

pub use control::control_router;
pub use service::{Moment, api, api_router, auth_router, moment};
pub use state::{Existing, Options, Refusal, State};

use std::collections::BTreeSet;

use crate::domain;
use crate::world::{GotoClient, Service, World, lock};

fn options(world: &World) -> Options {
    Options {
        seed: world.options.seed,
        dialect: world.options.dialect,
        domains: [domain::DOMAIN, domain::SUBDOMAIN].map(str::to_owned).to_vec(),
        existing: Vec::new(),
        outside: Vec::new(),
        connector_redirects: Vec::new(),
        rate: world.options.goto_rate,
        now: world.clock.now(),
    }
}

/// The practice OAuth client and administrator. Called once, before the endpoints are complete: depends on the seed only.
pub fn credentials(world: &World) -> GotoClient {
    let state = State::new(&options(world));
    let client = state.grants.clients.get(&state.grants.usher_client);
    let user_name = state.admin_user_name().unwrap_or_default().to_owned();
    GotoClient {
        client_id: state.grants.usher_client.clone(),
        client_secret: client.and_then(|client| client.secret.clone()).unwrap_or_default(),
        password: state.passwords.get(&user_name).cloned().unwrap_or_default(),
        user_name,
        redirect_uris: client.map(|client| client.redirect_uris.clone()).unwrap_or_default(),
    }
}

/// A bearer token for the SCIM endpoint. Called once, before the endpoints are complete.
pub fn scim_token(world: &World) -> String {
    State::new(&options(world)).scim_token
}

/// Fills the state, after the tenant is filled: two of its people are in the organisation already.
pub fn seed(world: &World) {
    let state = State::new(&Options { existing: known_to_entra(world), ..options(world) });
    for client in state.grants.clients.values() {
        if let Some(secret) = &client.secret {
            world.issue(Service::GotoAuth, "client_secret", secret.clone());
        }
    }
    for password in state.passwords.values() {
        world.issue(Service::GotoAuth, "password", password.clone());
    }
    world.issue(Service::GotoApi, "scim_token", state.scim_token.clone());
    *lock(&world.goto) = state;
}

/// The first two enabled members, by user name, who have the application by a group or directly.
fn known_to_entra(world: &World) -> Vec<Existing> {
    let entra = lock(&world.entra);
    let directory = &entra.directory;
    let mut ids = BTreeSet::new();
    for assignment in &entra.applications.assignments {
        match directory.group(&assignment.principal_id) {
            Some(group) => ids.extend(directory.members(group)),
            None => {
                ids.insert(assignment.principal_id.clone());
            }
        }
    }
    let mut people: Vec<Existing> = ids
        .iter()
        .filter_map(|id| directory.user(id))
        .filter(|user| user.attributes.get("accountEnabled") == Some(&true.into()))
        .filter(|user| user.text("userType") == Some("Member"))
        .filter_map(|user| {
            Some(Existing {
                user_name: user.text("userPrincipalName")?.to_owned(),
                given_name: user.text("givenName")?.to_owned(),
                family_name: user.text("surname")?.to_owned(),
            })
        })
        .collect();
    people.sort_by(|one, other| one.user_name.cmp(&other.user_name));
    people.truncate(2);
    people
}

/// Adds people who are in the organisation before provisioning starts, such as two whom Entra has too.
pub fn add_existing(world: &World, people: Vec<Existing>) {
    let now = world.clock.now();
    let mut state = lock(&world.goto);
    for person in people {
        state.add_existing(person, now);
    }
}

/// Adds identities that exist at GoTo but outside the organisation: creating them is a 409 without a match.
pub fn add_outside(world: &World, user_names: &[String]) {
    lock(&world.goto).outside.extend(user_names.iter().map(|name| name.to_lowercase()));
}

/// Registers Microsoft's own confidential client, which the portal's Authorize button uses; returns its id and secret.
/// Called once, when the endpoints are known.
pub fn register_portal_client(world: &World, redirect_uri: &str) -> (String, String) {
    let grants = &mut lock(&world.goto).grants;
    let id = grants.connector_client.clone();
    grants.add_redirect(&id, redirect_uri);
    let secret = grants.clients.get(&id).and_then(|client| client.secret.clone()).unwrap_or_default();
    (id, secret)
}
