//! The authorization endpoint and the pages behind it (RFC 6749 section 4.1, RFC 7636, RFC 9207).

use std::collections::BTreeSet;

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use url::Url;

use super::super::service::Moment;
use super::super::state::State;
use super::super::wire::{self, Call, Plus, value_of};
use super::grants::{Attempt, CODE_MINUTES, Code};
use super::pages;

const KNOWN: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "code_challenge",
    "code_challenge_method",
];

/// GET /oauth/authorize: checks the request, then asks for the user name.
pub fn start(state: &mut State, call: &Call, moment: &Moment) -> Response {
    let Some(query) = call.query(Plus::Space) else {
        return pages::refused("The address of this page is damaged.", "Start again from the application.");
    };
    // Until client and redirect URI are known to be right nothing may be redirected (RFC 6749 section 4.1.2.1).
    let Some(client) = value_of(&query, "client_id").and_then(|id| state.grants.clients.get(id)) else {
        return pages::refused(
            "GoTo does not know this OAuth client.",
            "Compare the client ID in the application with the one shown under OAuth Clients.",
        );
    };
    let redirect_uri = value_of(&query, "redirect_uri").unwrap_or_default();
    if !client.redirect_uris.iter().any(|known| known == redirect_uri) {
        return pages::refused(
            "The redirect URI in the request is not registered for this OAuth client.",
            "Register exactly this text under OAuth Clients, or correct it in the application. \
             GoTo compares it letter by letter.",
        );
    }
    let sent_state = value_of(&query, "state").unwrap_or_default();
    let fail = |error: &str, text: &str| {
        back(redirect_uri, &[("error", error), ("error_description", text), ("state", sent_state)], moment)
    };
    if let Some((name, _)) = query.iter().find(|(name, _)| !KNOWN.contains(&name.as_str())) {
        return fail("invalid_request", &format!("unknown parameter {name}"));
    }
    if KNOWN.iter().any(|known| query.iter().filter(|(name, _)| name == known).count() > 1) {
        return fail("invalid_request", "a parameter is given twice");
    }
    if value_of(&query, "response_type") != Some("code") {
        return fail("unsupported_response_type", "response_type must be code");
    }
    if sent_state.is_empty() {
        return fail("invalid_request", "state is missing");
    }
    let challenge = value_of(&query, "code_challenge").unwrap_or_default();
    let method = value_of(&query, "code_challenge_method").unwrap_or("plain");
    if !is_challenge(challenge) || method != "S256" {
        return fail("invalid_request", "PKCE with S256 is required");
    }
    let scopes: BTreeSet<String> = match value_of(&query, "scope") {
        Some(text) => text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        None => client.scopes.clone(),
    };
    if scopes.is_empty() || !scopes.is_subset(&client.scopes) {
        return fail("invalid_scope", "a scope is not configured on this OAuth client");
    }
    let attempt = Attempt {
        client: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        state: sent_state.to_owned(),
        scopes,
        challenge: challenge.to_owned(),
        expires: moment.now + SignedDuration::from_mins(CODE_MINUTES),
        user_name: None,
        user: None,
    };
    let id = state.mint.secret("attempt");
    state.grants.attempts.retain(|_, old| old.expires > moment.now);
    state.grants.attempts.insert(id.clone(), attempt);
    pages::user_name(&id, state.admin_user_name().unwrap_or_default(), None)
}

/// A challenge of S256 is 43 characters of base64url (RFC 7636 section 4.2).
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// POST /login: the user name.
pub fn user_name(state: &mut State, call: &Call, moment: &Moment) -> Response {
    let Some((id, form)) = under_way(state, call, moment) else {
        return too_late();
    };
    let name = value_of(&form, "username").unwrap_or_default().trim().to_owned();
    let Some(password) = state.passwords.get(&name.to_lowercase()) else {
        let administrator = state.admin_user_name().unwrap_or_default();
        return pages::user_name(&id, administrator, Some("This is no practice account."));
    };
    let page = pages::password(&id, &name, password, None);
    if let Some(attempt) = state.grants.attempts.get_mut(&id) {
        attempt.user_name = Some(name);
        attempt.user = None;
    }
    page
}

/// POST /login/password: the password; a right one leads to consent.
pub fn password(state: &mut State, call: &Call, moment: &Moment) -> Response {
    let Some((id, form)) = under_way(state, call, moment) else {
        return too_late();
    };
    let attempted = state.grants.attempts.get(&id).and_then(|attempt| attempt.user_name.clone());
    let known = attempted.and_then(|name| Some((state.passwords.get(&name.to_lowercase())?, name)));
    let Some((password, name)) = known else {
        return pages::user_name(&id, state.admin_user_name().unwrap_or_default(), None);
    };
    if value_of(&form, "password") != Some(password.as_str()) {
        return pages::password(&id, &name, password, Some("The password is not right."));
    }
    let user = state.user_by_name(&name).filter(|user| user.active()).map(|user| user.key);
    let Some(user) = user else {
        return pages::password(&id, &name, password, Some("This account is suspended or was removed."));
    };
    if let Some(attempt) = state.grants.attempts.get_mut(&id) {
        attempt.user = Some(user);
    }
    redirect(&format!("/oauth/approve?attempt={id}"))
}

/// GET /oauth/approve: the consent page.
pub fn consent(state: &mut State, call: &Call, moment: &Moment) -> Response {
    let query = call.query(Plus::Space).unwrap_or_default();
    let id = value_of(&query, "attempt").unwrap_or_default();
    let attempt = state
        .grants
        .attempts
        .get(id)
        .filter(|attempt| attempt.expires > moment.now && attempt.user.is_some());
    let Some(attempt) = attempt else {
        return too_late();
    };
    match state.grants.clients.get(&attempt.client) {
        Some(client) => pages::consent(id, attempt, client),
        None => too_late(),
    }
}

/// POST /oauth/approve: Allow or Deny, back to the application either way.
pub fn decide(state: &mut State, call: &Call, moment: &Moment) -> Response {
    let Some((id, form)) = under_way(state, call, moment) else {
        return too_late();
    };
    let decision = value_of(&form, "decision").unwrap_or_default();
    if !["allow", "deny"].contains(&decision) {
        return pages::refused("Choose Allow or Deny.", "Go back and choose one of the two.");
    }
    // Taken out: one attempt, one answer.
    let Some(attempt) = state.grants.attempts.remove(&id) else {
        return too_late();
    };
    let Some(user) = attempt.user else {
        return too_late();
    };
    if decision == "deny" {
        let pairs = [
            ("error", "access_denied"),
            ("error_description", "The user denied access."),
            ("state", attempt.state.as_str()),
        ];
        return back(&attempt.redirect_uri, &pairs, moment);
    }
    let code = state.mint.secret("code");
    moment.issued("code", &code);
    let answer =
        back(&attempt.redirect_uri, &[("code", code.as_str()), ("state", attempt.state.as_str())], moment);
    let kept = Code {
        client: attempt.client,
        redirect_uri: attempt.redirect_uri,
        scopes: attempt.scopes,
        challenge: attempt.challenge,
        user,
        expires: moment.now + SignedDuration::from_mins(CODE_MINUTES),
        given: None,
    };
    state.grants.codes.insert(code, kept);
    answer
}

/// The form and the attempt it belongs to, while that is alive.
fn under_way(state: &State, call: &Call, moment: &Moment) -> Option<(String, Vec<(String, String)>)> {
    // A form of another site must not act here; browsers send Origin with every cross-site POST.
    if let Some(origin) = call.header(header::ORIGIN.as_str())
        && origin != moment.auth
        && origin != "null"
    {
        return None;
    }
    let form = call.form()?;
    let id = value_of(&form, "attempt")?.to_owned();
    let attempt = state.grants.attempts.get(&id)?;
    (attempt.expires > moment.now).then_some((id, form))
}

fn too_late() -> Response {
    pages::refused("This sign-in is over or was never started here.", "Start again from the application.")
}

/// Back to the application with these pairs and `iss` (RFC 9207).
fn back(redirect_uri: &str, pairs: &[(&str, &str)], moment: &Moment) -> Response {
    let Ok(mut url) = Url::parse(redirect_uri) else {
        return pages::refused(
            "The registered redirect URI is not a URL.",
            "Correct it under OAuth Clients.",
        );
    };
    url.query_pairs_mut()
        .extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()))
        .append_pair("iss", &moment.auth);
    redirect(url.as_str())
}

fn redirect(to: &str) -> Response {
    let mut response = wire::empty(StatusCode::SEE_OTHER);
    match HeaderValue::from_str(to) {
        Ok(value) => {
            response.headers_mut().insert(header::LOCATION, value);
            response
        }
        Err(_) => pages::refused("The address to return to is not valid.", "Start again."),
    }
}
