//! GoTo's sign-in service: RFC 8414 metadata, the sign-in and consent pages, tokens.
//!
//! Modelled on GoTo's guides "How to obtain an OAuth access token" and "How to Obtain and Use Refresh Tokens"
//! (developer.goto.com) and on the metadata document that `identity.goto.com` publishes.

mod authorize;
mod grants;
mod pages;
mod token;

use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::json;

pub use grants::{Bearer, Client, Grants, Refused, Which};

use super::service::Moment;
use super::state::State;
use super::wire::{self, Call};

/// Answers one request to the sign-in service.
pub fn handle(state: &mut State, call: &Call, moment: &Moment) -> Response {
    match (&call.method, call.path.as_str()) {
        (&Method::GET, "/.well-known/oauth-authorization-server") => metadata(moment),
        (&Method::GET, "/oauth/authorize") => authorize::start(state, call, moment),
        (&Method::POST, "/login") => authorize::user_name(state, call, moment),
        (&Method::POST, "/login/password") => authorize::password(state, call, moment),
        (&Method::GET, "/oauth/approve") => authorize::consent(state, call, moment),
        (&Method::POST, "/oauth/approve") => authorize::decide(state, call, moment),
        (&Method::POST, "/oauth/token") => token::token(state, call, moment),
        (&Method::POST, "/oauth/revoke") => token::revoke(state, call),
        (&Method::POST, "/oauth/introspect") => token::introspect(state, call, moment),
        (&Method::GET, "/oauth/jwks.json") => wire::json(StatusCode::OK, &json!({"keys": []})),
        (&Method::GET, "/") => pages::home(),
        (
            _,
            "/.well-known/oauth-authorization-server"
            | "/oauth/authorize"
            | "/login"
            | "/login/password"
            | "/oauth/approve"
            | "/oauth/token"
            | "/oauth/revoke"
            | "/oauth/introspect"
            | "/oauth/jwks.json",
        ) => wire::json(
            StatusCode::METHOD_NOT_ALLOWED,
            &json!({"errorCode": "METHOD_NOT_ALLOWED", "message": "This method is not supported here."}),
        ),
        // No OpenID Connect at GoTo: /.well-known/openid-configuration is a 404 there too.
        _ => wire::json(
            StatusCode::NOT_FOUND,
            &json!({"errorCode": "NOT_FOUND", "message": "There is nothing at this path."}),
        ),
    }
}

fn metadata(moment: &Moment) -> Response {
    let issuer = &moment.auth;
    let at = |path: &str| format!("{issuer}{path}");
    wire::json(
        StatusCode::OK,
        &json!({
            "issuer": issuer,
            "authorization_endpoint": at("/oauth/authorize"),
            "token_endpoint": at("/oauth/token"),
            "jwks_uri": at("/oauth/jwks.json"),
            "introspection_endpoint": at("/oauth/introspect"),
            "revocation_endpoint": at("/oauth/revoke"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        }),
    )
}
