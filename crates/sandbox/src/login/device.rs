//! The device authorization grant (RFC 8628) with a practice page to answer it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::grant::{after, delegated, scopes};
use super::{Form, OAuthError, known_tenant, pages, token};
use crate::entra::tokens::{Decision, Device};
use crate::world::{Service, World, lock};

const INTERVAL: i64 = 5;
const LIFE: i64 = 900;

pub async fn begin(
    State(world): State<Arc<World>>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    match start(&world, &tenant, &headers, &body) {
        Ok(body) => Json(body).into_response(),
        Err(error) => error.response(&world),
    }
}

fn start(world: &World, tenant: &str, headers: &HeaderMap, body: &str) -> Result<Value, OAuthError> {
    let form = token::posted(headers, body, &["client_id", "scope"])?;
    if !known_tenant(world, tenant) {
        return Err(super::discovery::unknown_tenant(tenant));
    }
    let client_id = form.need("client_id")?;
    if client_id != world.endpoints().entra.client_id {
        let text = format!("Application with identifier '{client_id}' was not found in the directory.");
        return Err(OAuthError::new("unauthorized_client", 700_016, text));
    }
    let scopes = scopes(form.need("scope")?)?;
    let device_code = world.issue(Service::Login, "device_code", world.random.token("practice-device."));
    let draw = world.random.bytes(&device_code);
    let letters = b"BCDFGHJKLMNPQRSTVWXZ23456789";
    let user_code: String =
        draw[..9].iter().map(|byte| char::from(letters[usize::from(*byte) % 28])).collect();
    let device = Device {
        client_id: client_id.to_owned(),
        user_code: user_code.clone(),
        scopes,
        expires: after(world, LIFE),
        polled: None,
        decision: Decision::Pending,
    };
    lock(&world.entra).grants.devices.insert(device_code.clone(), device);
    let uri = format!("{}/device", world.endpoints().login);
    Ok(json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": uri,
        "expires_in": LIFE,
        "interval": INTERVAL,
        "message": format!("To sign in, open {uri} in a browser and enter the code {user_code}."),
    }))
}

/// The device code's turn at the token endpoint.
pub fn redeem(world: &World, form: &Form, client_id: &str) -> Result<Value, OAuthError> {
    let code = form.need("device_code")?;
    let now = world.clock.now();
    let mut entra = lock(&world.entra);
    let known = entra.grants.devices.get_mut(code).filter(|device| device.client_id == client_id);
    let Some(device) = known else {
        return Err(OAuthError::new("bad_verification_code", 70_019, "The device code is unknown."));
    };
    if device.expires <= now {
        return Err(OAuthError::new("expired_token", 70_020, "The device code has expired."));
    }
    let early = |last| now.duration_since(last) < SignedDuration::from_secs(INTERVAL);
    // A pinned clock would make every poll look too early.
    let hasty = !world.clock.is_pinned() && device.polled.is_some_and(early);
    device.polled = Some(now);
    match device.decision.clone() {
        Decision::Pending if hasty => Err(OAuthError::new("slow_down", 70_016, "Poll less often.")),
        Decision::Pending => {
            Err(OAuthError::new("authorization_pending", 70_016, "The person has not finished signing in."))
        }
        Decision::Declined => Err(OAuthError::new("authorization_declined", 70_018, "The person refused.")),
        Decision::Used => Err(OAuthError::invalid_grant(70_000, "The device code was already redeemed.")),
        Decision::Accepted(user) => {
            device.decision = Decision::Used;
            let scopes = device.scopes.clone();
            let scopes = super::grant::granted(&entra.grants, &scopes);
            Ok(delegated(world, &mut entra, client_id, &user, &scopes, None))
        }
    }
}

pub async fn page() -> Response {
    form(None)
}

fn form(error: Option<&str>) -> Response {
    let alert = error.map(|text| format!("<p class=\"error\" role=\"alert\">{text}</p>")).unwrap_or_default();
    let body = format!(
        "{alert}<form method=\"post\" action=\"/device\"><label>Code<input id=\"user_code\" name=\"user_code\" required>\
         </label><label>User name<input id=\"user_name\" name=\"user_name\" required></label><label>Password<input \
         id=\"password\" name=\"password\" type=\"password\" required></label><button name=\"decision\" \
         value=\"accept\">Sign in and accept</button><button name=\"decision\" value=\"cancel\">Refuse</button></form>"
    );
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    pages::page(status, "Enter the code", &body)
}

pub async fn answer(State(world): State<Arc<World>>, body: String) -> Response {
    let Ok(fields) = Form::parse(&body, &["user_code", "user_name", "password", "decision"]) else {
        return form(Some("That form is not complete."));
    };
    let get = |name| fields.get(name).unwrap_or_default();
    let mut entra = lock(&world.entra);
    let account =
        entra.account(get("user_name")).filter(|account| account.password == get("password")).cloned();
    let Some(account) = account else {
        return form(Some("This is no practice account, or the password is incorrect."));
    };
    let typed = get("user_code").to_ascii_uppercase();
    let open = |device: &&mut Device| device.user_code == typed && device.decision == Decision::Pending;
    let Some(device) = entra.grants.devices.values_mut().find(open) else {
        return form(Some("That code is unknown or was used."));
    };
    let accepted = get("decision") == "accept"
        && (account.administers_applications() || !super::grant::needs_admin(&device.scopes));
    device.decision = if accepted { Decision::Accepted(account.id) } else { Decision::Declined };
    let text = if accepted { "You are signed in. Go back to the app." } else { "The request was refused." };
    pages::page(StatusCode::OK, "Done", &format!("<p>{text}</p>"))
}
