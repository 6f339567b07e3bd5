//! The OpenID Connect discovery document and the key set.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{OAuthError, known_tenant};
use crate::entra::tenant_id;
use crate::world::World;

pub async fn configuration(State(world): State<Arc<World>>, Path(tenant): Path<String>) -> Response {
    if !known_tenant(&world, &tenant) {
        return unknown_tenant(&tenant).response(&world);
    }
    let login = &world.endpoints().login;
    let root = format!("{login}/{tenant}");
    // For `organizations` and `common` Microsoft prints a placeholder, because the account decides.
    let issuer_tenant = match tenant.as_str() {
        "organizations" | "common" => "{tenantid}".to_owned(),
        _ => tenant_id(&world),
    };
    Json(json!({
        "issuer": format!("{login}/{issuer_tenant}/v2.0"),
        "authorization_endpoint": format!("{root}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{root}/oauth2/v2.0/token"),
        "device_authorization_endpoint": format!("{root}/oauth2/v2.0/devicecode"),
        "end_session_endpoint": format!("{root}/oauth2/v2.0/logout"),
        "jwks_uri": format!("{root}/discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "oid"],
        "tenant_region_scope": "EU",
        "msgraph_host": world.endpoints().graph.trim_start_matches("http://"),
    }))
    .into_response()
}

pub async fn keys(State(world): State<Arc<World>>, Path(tenant): Path<String>) -> Response {
    if known_tenant(&world, &tenant) {
        Json(world.signer.jwks()).into_response()
    } else {
        unknown_tenant(&tenant).response(&world)
    }
}

/// What every endpoint says about a tenant that does not exist.
pub fn unknown_tenant(tenant: &str) -> OAuthError {
    OAuthError::invalid_request(90_002, format!("Tenant '{tenant}' not found."))
}
