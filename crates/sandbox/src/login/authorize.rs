//! The authorize page: user name, password, consent, and the way back to the application.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{StatusCode, header};

use super::grant::{granted, needs_admin, scopes};
use super::{Form, OAuthError, known_tenant, pages, redirect};
use crate::entra::tokens::{Code, Flow, Request};
use crate::world::{Reason, Service, World, lock};

const KNOWN: [&str; 14] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
    "domain_hint",
    "claims",
    "sso_reload",
];

pub async fn begin(
    State(world): State<Arc<World>>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let form = match Form::parse(query.as_deref().unwrap_or_default(), &KNOWN) {
        Ok(form) => form,
        Err(error) => return refused(&error),
    };
    if !known_tenant(&world, &tenant) {
        return refused(&super::discovery::unknown_tenant(&tenant));
    }
    // Errors before the redirect URI is proved are shown here and never sent to it (RFC 6749, section 4.1.2.1).
    let (client_id, redirect_uri) = match address(&world, &form) {
        Ok(address) => address,
        Err(error) => return refused(&error),
    };
    let hint = form.get("login_hint").unwrap_or_default().to_owned();
    let response_mode = form.get("response_mode").unwrap_or("query").to_owned();
    let state = form.get("state").map(str::to_owned);
    match request(&form, client_id, &redirect_uri) {
        Ok(request) => {
            let flow = world.random.token("flow_");
            let mut entra = lock(&world.entra);
            entra.grants.flows.insert(flow.clone(), Flow { request, user: None });
            pages::user_name(&sign_in_path(&tenant), &flow, &hint, &entra.accounts, None)
        }
        Err(error) => back(&redirect_uri, &response_mode, error_parameters(&error, state)),
    }
}

fn sign_in_path(tenant: &str) -> String {
    format!("/{}/practice/sign-in", pages::escape(tenant))
}

fn refused(error: &OAuthError) -> Response {
    let mut response = pages::error_page(StatusCode::BAD_REQUEST, &error.description());
    response.extensions_mut().insert(Reason(format!("{} AADSTS{}", error.error, error.number)));
    response
}

fn address(world: &World, form: &Form) -> Result<(String, String), OAuthError> {
    let client_id = form.need("client_id")?;
    if client_id != world.endpoints().entra.client_id {
        let text = format!("Application with identifier '{client_id}' was not found in the directory.");
        return Err(OAuthError::new("unauthorized_client", 700_016, text));
    }
    let redirect_uri = form.need("redirect_uri")?;
    let registered = &world.options.entra_redirect_uris;
    if !registered.iter().any(|registered| redirect::matches(registered, redirect_uri)) {
        let text = format!("The redirect URI '{redirect_uri}' does not match those of the app registration.");
        return Err(OAuthError::invalid_request(50_011, text));
    }
    Ok((client_id.to_owned(), redirect_uri.to_owned()))
}

fn request(form: &Form, client_id: String, redirect_uri: &str) -> Result<Request, OAuthError> {
    if form.need("response_type")? != "code" {
        let text = "Only response_type=code is supported.";
        return Err(OAuthError::new("unsupported_response_type", 700_054, text));
    }
    let response_mode = form.get("response_mode").unwrap_or("query");
    if !matches!(response_mode, "query" | "fragment" | "form_post") {
        return Err(OAuthError::invalid_request(90_019, "The response_mode is not supported."));
    }
    let challenge = form.get("code_challenge").ok_or_else(|| {
        OAuthError::invalid_request(9_002_325, "Proof Key for Code Exchange is required (code_challenge).")
    })?;
    if form.get("code_challenge_method") != Some("S256") {
        return Err(OAuthError::invalid_request(
            501_491,
            "The practice sign-in takes code_challenge_method=S256.",
        ));
    }
    if URL_SAFE_NO_PAD.decode(challenge).map_or(0, |bytes| bytes.len()) != 32 {
        return Err(OAuthError::invalid_request(50_147, "The code_challenge is malformed."));
    }
    let prompt = form.get("prompt").unwrap_or_default();
    match prompt {
        "" | "login" | "select_account" | "consent" => {}
        "none" => return Err(OAuthError::new("login_required", 50_058, "No session: nobody is signed in.")),
        _ => return Err(OAuthError::invalid_request(90_023, "The prompt is not supported.")),
    }
    Ok(Request {
        client_id,
        redirect_uri: redirect_uri.to_owned(),
        response_mode: response_mode.to_owned(),
        scopes: scopes(form.need("scope")?)?,
        state: form.get("state").map(str::to_owned),
        nonce: form.get("nonce").map(str::to_owned),
        challenge: challenge.to_owned(),
        prompt_consent: prompt == "consent",
    })
}

pub async fn sign_in(State(world): State<Arc<World>>, Path(tenant): Path<String>, body: String) -> Response {
    let form = match Form::parse(&body, &["flow", "user_name", "password"]) {
        Ok(form) => form,
        Err(error) => return refused(&error),
    };
    let flow_id = form.get("flow").unwrap_or_default();
    let user_name = form.get("user_name").unwrap_or_default();
    let action = sign_in_path(&tenant);
    let mut entra = lock(&world.entra);
    let Some(flow) = entra.grants.flows.get(flow_id).cloned() else {
        return refused(&OAuthError::invalid_request(
            90_014,
            "This sign-in has ended. Start again in the app.",
        ));
    };
    let Some(account) = entra.account(user_name).cloned() else {
        let text = "This is no practice account. Real accounts are never accepted here.";
        return pages::user_name(&action, flow_id, user_name, &entra.accounts, Some(text));
    };
    let Some(password) = form.get("password") else {
        return pages::password(&action, flow_id, &account, None);
    };
    if password != account.password {
        let text = "Your account or password is incorrect.";
        return pages::password(&action, flow_id, &account, Some(text));
    }
    if entra.directory.user(&account.id).is_none_or(|user| user.attributes["accountEnabled"] == false) {
        return refused(&OAuthError::invalid_grant(50_057, "The user account is disabled."));
    }
    if let Some(open) = entra.grants.flows.get_mut(flow_id) {
        open.user = Some(account.id.clone());
    }
    let known = entra.grants.consents.get(&(flow.request.client_id.clone(), account.id.clone()));
    let consented = known.is_some_and(|known| flow.request.scopes.is_subset(known));
    if consented && !flow.request.prompt_consent {
        drop(entra);
        return finish(&world, flow_id, &account.id);
    }
    let may_accept = account.administers_applications() || !needs_admin(&flow.request.scopes);
    let action = format!("/{}/practice/consent", pages::escape(&tenant));
    pages::consent(&action, flow_id, &account.user_name, flow.request.scopes.iter(), may_accept)
}

pub async fn consent(State(world): State<Arc<World>>, Path(_): Path<String>, body: String) -> Response {
    let form = match Form::parse(&body, &["flow", "decision"]) {
        Ok(form) => form,
        Err(error) => return refused(&error),
    };
    let flow_id = form.get("flow").unwrap_or_default().to_owned();
    let mut entra = lock(&world.entra);
    let open = entra.grants.flows.get(&flow_id).cloned();
    let Some((flow, user)) = open.and_then(|flow| flow.user.clone().map(|user| (flow, user))) else {
        return refused(&OAuthError::invalid_request(
            90_014,
            "This sign-in has ended. Start again in the app.",
        ));
    };
    let administers =
        entra.accounts.iter().any(|account| account.id == user && account.administers_applications());
    let may_accept = administers || !needs_admin(&flow.request.scopes);
    if form.get("decision") != Some("accept") || !may_accept {
        entra.grants.flows.remove(&flow_id);
        let error = OAuthError::new(
            "access_denied",
            65_004,
            "The resource owner or authorization server denied the request.",
        );
        let parameters = error_parameters(&error, flow.request.state);
        return back(&flow.request.redirect_uri, &flow.request.response_mode, parameters);
    }
    let given = granted(&entra.grants, &flow.request.scopes);
    let key = (flow.request.client_id.clone(), user.clone());
    entra.grants.consents.entry(key).or_default().extend(given);
    drop(entra);
    finish(&world, &flow_id, &user)
}

/// Hands out the code. A flow ends here, whatever comes of it.
fn finish(world: &World, flow_id: &str, user: &str) -> Response {
    let mut entra = lock(&world.entra);
    let Some(mut flow) = entra.grants.flows.remove(flow_id) else {
        return refused(&OAuthError::invalid_request(
            90_014,
            "This sign-in has ended. Start again in the app.",
        ));
    };
    flow.request.scopes = granted(&entra.grants, &flow.request.scopes);
    let code = world.issue(Service::Login, "code", world.random.token("0.practice-code."));
    // Ten minutes, as Microsoft documents.
    let expires = super::grant::after(world, 10 * 60);
    let request = flow.request.clone();
    entra.grants.codes.insert(code.clone(), Code { request, user: user.to_owned(), expires, used: false });
    let mut parameters = vec![("code", code)];
    parameters.extend(flow.request.state.map(|state| ("state", state)));
    back(&flow.request.redirect_uri, &flow.request.response_mode, parameters)
}

fn error_parameters(error: &OAuthError, state: Option<String>) -> Vec<(&'static str, String)> {
    let mut parameters = vec![("error", error.error.to_owned()), ("error_description", error.description())];
    parameters.extend(state.map(|state| ("state", state)));
    parameters
}

/// Back to the application in the way that it asked for.
fn back(redirect_uri: &str, response_mode: &str, parameters: Vec<(&'static str, String)>) -> Response {
    let Ok(mut target) = url::Url::parse(redirect_uri) else {
        return pages::error_page(StatusCode::BAD_REQUEST, "The redirect URI is not a URI.");
    };
    let reason = parameters.first().map(|(name, value)| match *name {
        "error" => Reason(value.clone()),
        name => Reason(name.to_owned()),
    });
    let encoded = {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&parameters);
        form.finish()
    };
    let mut response = match response_mode {
        "form_post" => form_post(target.as_str(), &parameters),
        "fragment" => {
            target.set_fragment(Some(&encoded));
            (StatusCode::FOUND, [(header::LOCATION, String::from(target))]).into_response()
        }
        _ => {
            target.query_pairs_mut().extend_pairs(&parameters);
            (StatusCode::FOUND, [(header::LOCATION, String::from(target))]).into_response()
        }
    };
    if let Some(reason) = reason {
        response.extensions_mut().insert(reason);
    }
    response
}

fn form_post(target: &str, parameters: &[(&'static str, String)]) -> Response {
    let field = |(name, value): &(&'static str, String)| {
        format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", pages::escape(value))
    };
    let fields: String = parameters.iter().map(field).collect();
    Html(format!(
        "<!doctype html><title>Practice sign-in</title><form method=\"post\" action=\"{}\">{fields}\
         <button>Continue</button></form><script>document.forms[0].submit()</script>",
        pages::escape(target)
    ))
    .into_response()
}
