//! The portal page: the applications of the tenant, and the Authorize button of the GoTo job.
//!
//! In the real portal Microsoft's own OAuth client takes GoTo's code; here a practice client stands in for it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{StatusCode, header};
use sha2::{Digest, Sha256};

use crate::login::Form;
use crate::login::pages::{error_page, escape, page};
use crate::service::credentials;
use crate::world::{World, lock};

/// An authorisation under way: application, PKCE verifier.
#[derive(Debug, Clone)]
pub struct Pending {
    sp: String,
    verifier: String,
}

/// The service.
pub fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/provisioning/{sp}", get(provisioning))
        .route("/provisioning/{sp}/authorize", post(authorize))
        .route("/callback", get(callback))
        .with_state(world)
}

/// Where GoTo sends the code.
pub fn redirect_uri(world: &World) -> String {
    format!("{}/callback", world.endpoints().portal)
}

async fn home(State(world): State<Arc<World>>) -> Response {
    let entra = lock(&world.entra);
    let items: String = entra
        .applications
        .service_principals
        .values()
        .map(|sp| {
            format!("<li><a href=\"/provisioning/{}\">{}</a></li>", escape(&sp.id), escape(&sp.display_name))
        })
        .collect();
    page(StatusCode::OK, "Enterprise applications", &format!("<ul>{items}</ul>"))
}

async fn provisioning(State(world): State<Arc<World>>, Path(sp): Path<String>) -> Response {
    let entra = lock(&world.entra);
    let Some(found) = entra.applications.visible(&world, &sp) else {
        return error_page(StatusCode::NOT_FOUND, "There is no such application.");
    };
    let authorized = found.sync.secrets.iter().any(|(key, _)| key == "Oauth2AccessToken");
    let jobs = found.sync.jobs.len();
    let state = if authorized { "Authorized." } else { "Not authorized yet." };
    let body = format!(
        "<h2>{} – Provisioning</h2><p id=\"state\">{state}</p><p>Synchronization jobs: {jobs}</p>\
         <form method=\"post\" action=\"/provisioning/{}/authorize\"><button id=\"authorize\" type=\"submit\">\
         Authorize</button></form>",
        escape(&found.display_name),
        escape(&sp),
    );
    page(StatusCode::OK, "Practice portal", &body)
}

async fn authorize(State(world): State<Arc<World>>, Path(sp): Path<String>) -> Response {
    if lock(&world.entra).applications.visible(&world, &sp).is_none() {
        return error_page(StatusCode::NOT_FOUND, "There is no such application.");
    }
    let state = world.random.token("portal_");
    let verifier = world.random.token("");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    lock(&world.portal).insert(state.clone(), Pending { sp, verifier });
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", world.portal_client().0.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &redirect_uri(&world)),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let location = format!("{}/oauth/authorize?{query}", world.endpoints().goto_auth);
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

async fn callback(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Response {
    let known = ["code", "state", "error", "error_description", "iss", "scope"];
    let Ok(form) = Form::parse(query.as_deref().unwrap_or_default(), &known) else {
        return error_page(StatusCode::BAD_REQUEST, "GoTo's answer has parameters that are not expected.");
    };
    let pending = form.get("state").and_then(|state| lock(&world.portal).remove(state));
    let Some(pending) = pending else {
        return error_page(
            StatusCode::BAD_REQUEST,
            "This answer belongs to no authorization of this portal.",
        );
    };
    let Some(code) = form.get("code") else {
        let why = form.get("error").unwrap_or("no code");
        return error_page(StatusCode::BAD_REQUEST, &format!("GoTo did not authorize: {why}."));
    };
    let uri = redirect_uri(&world);
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &uri),
        ("code_verifier", &pending.verifier),
    ];
    match credentials::exchange(&world, &pending.sp, &exchange).await {
        Ok(()) => {
            let location = format!("/provisioning/{}", pending.sp);
            (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
        }
        Err(why) => error_page(StatusCode::BAD_GATEWAY, &why),
    }
}
