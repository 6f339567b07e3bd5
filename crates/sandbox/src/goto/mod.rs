//! GoTo: sign-in, the SCIM dialects, the Admin API.

use std::sync::Arc;

use axum::Router;

use crate::world::{GotoClient, World};

/// Everything that the practice GoTo remembers.
#[derive(Default)]
pub struct State {}

/// The practice OAuth client and administrator. Called once, before the endpoints are complete: depends on the seed only.
pub fn credentials(_world: &World) -> GotoClient {
    GotoClient::default()
}

/// A bearer token for the SCIM endpoint. Called once, before the endpoints are complete.
pub fn scim_token(_world: &World) -> String {
    String::new()
}

/// Fills the state. Called once, when the endpoints are known.
pub fn seed(_world: &World) {}

/// Registers Microsoft's own confidential client, which the portal's Authorize button uses; returns its id and secret.
/// Called once, when the endpoints are known.
pub fn register_portal_client(_world: &World, _redirect_uri: &str) -> (String, String) {
    (String::new(), String::new())
}

/// GoTo sign-in.
pub fn auth_router(_world: Arc<World>) -> Router {
    Router::new()
}

/// The SCIM dialects and the Admin API.
pub fn api_router(_world: Arc<World>) -> Router {
    Router::new()
}

/// What `control/goto/...` offers.
pub fn control_router(_world: Arc<World>) -> Router {
    Router::new()
}
