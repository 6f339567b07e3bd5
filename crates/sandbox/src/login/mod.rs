//! Entra sign-in: discovery, the authorize page, the token endpoint, device codes.
//!
//! Microsoft identity platform v2.0: "OAuth 2.0 authorization code flow", "client credentials", "device authorization
//! grant", "refresh tokens".

mod authorize;
mod device;
mod discovery;
mod error;
mod form;
mod grant;
pub mod jwt;
pub mod pages;
mod redirect;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use error::OAuthError;
pub use form::Form;

use crate::entra::{DOMAIN, INITIAL_DOMAIN, tenant_id};
use crate::world::World;

/// The service.
pub fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(pages::home))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery::configuration))
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::begin))
        .route("/{tenant}/practice/sign-in", post(authorize::sign_in))
        .route("/{tenant}/practice/consent", post(authorize::consent))
        .route("/{tenant}/oauth2/v2.0/token", post(token::token))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device::begin))
        .route("/device", get(device::page).post(device::answer))
        .route("/{tenant}/oauth2/v2.0/logout", get(pages::signed_out))
        .fallback(pages::not_found)
        .with_state(world)
}

/// Whether `{tenant}` of a path names the practice tenant, or leaves the choice to the account.
fn known_tenant(world: &World, tenant: &str) -> bool {
    let names = [DOMAIN, INITIAL_DOMAIN, "organizations", "common"];
    names.iter().any(|name| name.eq_ignore_ascii_case(tenant))
        || tenant.eq_ignore_ascii_case(&tenant_id(world))
}
