//! The token endpoint: code with PKCE, refresh, client credentials, device code.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::grant::{ACCESS_SECONDS, access_token, delegated, scopes};
use super::{Form, OAuthError, device, known_tenant};
use crate::world::{World, lock};

const KNOWN: [&str; 11] = [
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "scope",
    "refresh_token",
    "device_code",
    "claims",
    "client_assertion",
];

pub async fn token(
    State(world): State<Arc<World>>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    match answer(&world, &tenant, &headers, &body) {
        Ok(body) => {
            ([(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")], Json(body)).into_response()
        }
        Err(error) => error.response(&world),
    }
}

/// The form of a POST, whose content type must say so.
pub fn posted(headers: &HeaderMap, body: &str, known: &[&str]) -> Result<Form, OAuthError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        let text = "The Content-Type must be application/x-www-form-urlencoded.";
        return Err(OAuthError::invalid_request(900_561, text));
    }
    Form::parse(body, known)
}

fn answer(world: &World, tenant: &str, headers: &HeaderMap, body: &str) -> Result<Value, OAuthError> {
    let form = posted(headers, body, &KNOWN)?;
    if !known_tenant(world, tenant) {
        return Err(super::discovery::unknown_tenant(tenant));
    }
    let basic = basic(headers)?;
    let client_id = match &basic {
        Some((id, _)) => id.as_str(),
        None => form.need("client_id")?,
    };
    let ours = &world.endpoints().entra;
    if client_id != ours.client_id {
        let text = format!("Application with identifier '{client_id}' was not found in the directory.");
        return Err(OAuthError::new("unauthorized_client", 700_016, text));
    }
    let secret = basic.as_ref().map(|(_, secret)| secret.as_str()).or(form.get("client_secret"));
    let grant_type = form.need("grant_type")?;
    if grant_type == "client_credentials" {
        return client_credentials(world, &form, tenant, secret);
    }
    if secret.is_some() || form.get("client_assertion").is_some() {
        let text = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
        return Err(OAuthError::new("invalid_client", 700_025, text));
    }
    match grant_type {
        "authorization_code" => authorization_code(world, &form, client_id),
        "refresh_token" => refresh_token(world, &form, client_id),
        "urn:ietf:params:oauth:grant-type:device_code" => device::redeem(world, &form, client_id),
        other => {
            let text = format!("The grant type '{other}' is not supported.");
            Err(OAuthError::new("unsupported_grant_type", 70_003, text))
        }
    }
}

/// Client id and secret of HTTP Basic, form-encoded before base64 (RFC 6749, section 2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, OAuthError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let malformed = || OAuthError::new("invalid_client", 9_002_313, "The Authorization header is malformed.");
    let text = value.to_str().ok().and_then(|value| value.strip_prefix("Basic ")).ok_or_else(malformed)?;
    let bytes = STANDARD.decode(text.trim()).map_err(|_| malformed())?;
    let text = String::from_utf8(bytes).map_err(|_| malformed())?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    let decode = |part: &str| {
        let pair = format!("v={part}");
        url::form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    Ok(Some((decode(id), decode(secret))))
}

fn client_credentials(
    world: &World,
    form: &Form,
    tenant: &str,
    secret: Option<&str>,
) -> Result<Value, OAuthError> {
    if matches!(tenant, "organizations" | "common") {
        return Err(OAuthError::invalid_request(50_059, "Client credentials need the tenant in the path."));
    }
    let Some(secret) = secret else {
        let text = "The request body must contain 'client_assertion' or 'client_secret'.";
        return Err(OAuthError::new("invalid_client", 7_000_218, text));
    };
    if secret != world.endpoints().entra.client_secret {
        return Err(OAuthError::new("invalid_client", 7_000_215, "Invalid client secret provided."));
    }
    let scope = form.need("scope")?;
    let graph = &world.endpoints().graph;
    if scope != format!("{graph}/.default") && scope != "https://graph.microsoft.com/.default" {
        let text =
            format!("The scope '{scope}' is not valid: client credentials ask for '{graph}/.default'.");
        return Err(OAuthError::new("invalid_scope", 1_002_012, text));
    }
    let mut entra = lock(&world.entra);
    let permissions = entra.grants.app_roles.clone();
    let access = access_token(world, &mut entra.grants, None, permissions);
    Ok(json!({
        "token_type": "Bearer", "expires_in": ACCESS_SECONDS, "ext_expires_in": ACCESS_SECONDS, "access_token": access,
    }))
}

fn authorization_code(world: &World, form: &Form, client_id: &str) -> Result<Value, OAuthError> {
    let (code, verifier) = (form.need("code")?, form.need("code_verifier")?);
    let redirect_uri = form.need("redirect_uri")?;
    let now = world.clock.now();
    let mut entra = lock(&world.entra);
    let Some(known) = entra.grants.codes.get_mut(code) else {
        return Err(OAuthError::invalid_grant(70_000, "The provided authorization code is invalid."));
    };
    if known.used {
        return Err(OAuthError::invalid_grant(54_005, "The authorization code was already redeemed."));
    }
    if known.expires <= now {
        return Err(OAuthError::invalid_grant(70_008, "The authorization code has expired."));
    }
    if known.request.client_id != client_id || known.request.redirect_uri != redirect_uri {
        let text = "The redirect_uri does not match the one of the authorize request.";
        return Err(OAuthError::invalid_grant(500_112, text));
    }
    let shaped = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    if !shaped || URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != known.request.challenge {
        let text = "The code_verifier does not match the code_challenge of the authorize request.";
        return Err(OAuthError::invalid_grant(501_481, text));
    }
    known.used = true;
    let (request, user) = (known.request.clone(), known.user.clone());
    let scopes = narrowed(form, &request.scopes)?;
    Ok(delegated(world, &mut entra, client_id, &user, &scopes, request.nonce.as_deref()))
}

fn refresh_token(world: &World, form: &Form, client_id: &str) -> Result<Value, OAuthError> {
    let value = form.need("refresh_token")?;
    let now = world.clock.now();
    let mut entra = lock(&world.entra);
    let single_use = entra.grants.refresh_single_use;
    let known = entra.grants.refresh.get_mut(value).filter(|known| known.client_id == client_id);
    let Some(known) = known else {
        return Err(OAuthError::invalid_grant(70_000, "The provided refresh token is invalid."));
    };
    if known.revoked {
        return Err(OAuthError::invalid_grant(
            50_173,
            "The provided grant has expired due to it being revoked.",
        ));
    }
    if known.expires <= now {
        return Err(OAuthError::invalid_grant(700_082, "The refresh token has expired due to inactivity."));
    }
    // By default the old one stays valid beside its successor, as Microsoft documents.
    known.revoked = single_use;
    let (user, consented) = (known.user.clone(), known.scopes.clone());
    let scopes = narrowed(form, &consented)?;
    if entra
        .directory
        .user(&user)
        .is_none_or(|user| user.attributes.get("accountEnabled") != Some(&true.into()))
    {
        return Err(OAuthError::invalid_grant(50_057, "The user account is disabled."));
    }
    Ok(delegated(world, &mut entra, client_id, &user, &scopes, None))
}

/// The scopes of this request: those asked for, all of which must have been consented to.
fn narrowed(form: &Form, consented: &BTreeSet<String>) -> Result<BTreeSet<String>, OAuthError> {
    let Some(asked) = form.get("scope") else { return Ok(consented.clone()) };
    let asked = scopes(asked)?;
    if asked.contains(".default") {
        return Ok(consented.clone());
    }
    let mut given: BTreeSet<String> = asked.intersection(consented).cloned().collect();
    let missing = asked
        .iter()
        .any(|scope| super::grant::needs_admin(&BTreeSet::from([scope.clone()])) && !given.contains(scope));
    if missing && given.iter().all(|scope| !scope.contains('.')) {
        let text = "The user or administrator has not consented to use the application.";
        return Err(OAuthError::new("invalid_grant", 65_001, text));
    }
    given.extend(consented.get("offline_access").cloned());
    Ok(given)
}
