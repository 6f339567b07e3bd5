//! The token, revocation and introspection endpoints (RFC 6749 section 5, RFC 7009, RFC 7662).

use std::collections::BTreeSet;

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::keys::Key;
use super::super::service::Moment;
use super::super::state::State;
use super::super::wire::{self, Call, Plus, percent_decode, value_of};
use super::grants::{ACCESS_SECONDS, Client, scopes_text};

/// An error of the token endpoint.
struct Problem {
    status: StatusCode,
    error: &'static str,
    text: &'static str,
}

impl Problem {
    fn bad(error: &'static str, text: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, text }
    }

    fn client(text: &'static str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, error: "invalid_client", text }
    }

    fn answer(&self) -> Response {
        let body = json!({"error": self.error, "error_description": self.text});
        let mut response = wire::json(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"goto\""));
        }
        response
    }
}

type Form = Vec<(String, String)>;

/// POST /oauth/token.
pub fn token(state: &mut State, call: &Call, moment: &Moment) -> Response {
    exchange(state, call, moment).map_or_else(
        |problem| problem.answer(),
        |body| {
            let mut response = wire::json(StatusCode::OK, &body);
            response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
            response
        },
    )
}

fn exchange(state: &mut State, call: &Call, moment: &Moment) -> Result<Value, Problem> {
    let form = call
        .form()
        .ok_or(Problem::bad("invalid_request", "The body must be a form with each field once."))?;
    let client = authenticate(state, call, &form)?;
    let grant = value_of(&form, "grant_type").unwrap_or_default().to_owned();
    let known: &[&str] = match grant.as_str() {
        "authorization_code" => &["code", "redirect_uri", "code_verifier"],
        "refresh_token" => &["refresh_token", "scope"],
        "personal_access_token" => &["pat", "scope"],
        "client_credentials" | "password" => {
            return Err(Problem {
                status: StatusCode::UNAUTHORIZED,
                error: "unauthorized_client",
                text: "Unauthorized grant type",
            });
        }
        _ => return Err(Problem::bad("unsupported_grant_type", "This grant type is not known.")),
    };
    let general = ["grant_type", "client_id", "client_secret"];
    if form.iter().any(|(name, _)| !known.contains(&name.as_str()) && !general.contains(&name.as_str())) {
        return Err(Problem::bad("invalid_request", "A field of the form is not known."));
    }
    match grant.as_str() {
        "authorization_code" => by_code(state, &client, &form, moment),
        "refresh_token" => by_refresh(state, &client, &form, moment),
        _ => by_personal(state, &client, &form, moment),
    }
}

/// The client, by Basic or by form fields, never by both (RFC 6749 section 2.3).
fn authenticate(state: &State, call: &Call, form: &Form) -> Result<Client, Problem> {
    let basic = call.header(header::AUTHORIZATION.as_str()).map(basic_pair);
    let (id, secret) = match basic {
        Some(None) => return Err(Problem::client("The Authorization header is not Basic.")),
        Some(Some(_)) if value_of(form, "client_secret").is_some() => {
            return Err(Problem::bad("invalid_request", "The client authenticates in two ways."));
        }
        Some(Some((id, secret))) => (id, Some(secret)),
        None => (
            value_of(form, "client_id").unwrap_or_default().to_owned(),
            value_of(form, "client_secret").map(str::to_owned),
        ),
    };
    if value_of(form, "client_id").is_some_and(|sent| sent != id) {
        return Err(Problem::bad("invalid_request", "Two different client IDs were sent."));
    }
    state
        .grants
        .clients
        .get(&id)
        .filter(|client| client.secret == secret)
        .cloned()
        .ok_or(Problem::client("The client ID or the client secret is not right."))
}

fn basic_pair(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((percent_decode(id, Plus::Space)?, percent_decode(secret, Plus::Space)?))
}

fn by_code(state: &mut State, client: &Client, form: &Form, moment: &Moment) -> Result<Value, Problem> {
    let wrong = Problem::bad("invalid_grant", "The code is not valid, was used, or has expired.");
    let sent = value_of(form, "code").unwrap_or_default();
    let code = state.grants.codes.get(sent).cloned();
    let Some(code) = code.filter(|code| code.client == client.id) else {
        return Err(wrong);
    };
    if let Some((access, refresh)) = &code.given {
        for token in
            [state.grants.access.get_mut(access), state.grants.refresh.get_mut(refresh)].into_iter().flatten()
        {
            token.revoked = true;
        }
        return Err(wrong);
    }
    if code.expires <= moment.now {
        return Err(wrong);
    }
    if value_of(form, "redirect_uri") != Some(code.redirect_uri.as_str()) {
        return Err(Problem::bad("invalid_grant", "redirect_uri is not the one of the authorization."));
    }
    let verifier = value_of(form, "code_verifier").unwrap_or_default();
    if !is_verifier(verifier) || URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.challenge {
        return Err(Problem::bad("invalid_grant", "code_verifier does not match the code_challenge."));
    }
    let access = access_token(state, &client.id, code.user, &code.scopes, moment);
    let refresh = refresh_token(state, &client.id, code.user, &code.scopes, moment);
    if let Some(kept) = state.grants.codes.get_mut(sent) {
        kept.given = Some((access.clone(), refresh.clone()));
    }
    answer(state, code.user, &code.scopes, access, Some(refresh))
}

/// RFC 7636 section 4.1.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn by_refresh(state: &mut State, client: &Client, form: &Form, moment: &Moment) -> Result<Value, Problem> {
    let sent = value_of(form, "refresh_token").unwrap_or_default();
    let known = state
        .grants
        .refresh
        .get(sent)
        .filter(|token| token.client == client.id)
        .cloned()
        .ok_or(Problem::bad("invalid_grant", "The refresh token is not valid."))?;
    if known.revoked {
        return Err(Problem::bad("invalid_grant", "refresh.token.revoked"));
    }
    if known.expires <= moment.now {
        return Err(Problem::bad("invalid_grant", "refresh.token.expired"));
    }
    let scopes = narrowed(&known.scopes, form)?;
    let access = access_token(state, &client.id, known.user, &scopes, moment);
    let mut fresh = None;
    if state.switches.rotate_refresh_tokens {
        if let Some(old) = state.grants.refresh.get_mut(sent) {
            old.revoked = true;
        }
        fresh = Some(refresh_token(state, &client.id, known.user, &known.scopes, moment));
    }
    answer(state, known.user, &scopes, access, fresh)
}

fn by_personal(state: &mut State, client: &Client, form: &Form, moment: &Moment) -> Result<Value, Problem> {
    if !state.switches.personal_access_tokens {
        return Err(Problem::bad(
            "unauthorized_client",
            "Unauthorized grant type: switch on personal access tokens for this client.",
        ));
    }
    let known = value_of(form, "pat")
        .and_then(|sent| state.grants.personal.get(sent))
        .filter(|token| !token.revoked && token.expires > moment.now)
        .cloned()
        .ok_or(Problem::bad("invalid_grant", "The personal access token is not valid."))?;
    let possible: BTreeSet<String> = known.scopes.intersection(&client.scopes).cloned().collect();
    let scopes = narrowed(&possible, form)?;
    let access = access_token(state, &client.id, known.user, &scopes, moment);
    answer(state, known.user, &scopes, access, None)
}

/// The asked part of the granted scopes; asking for more is an error (RFC 6749 section 6).
fn narrowed(granted: &BTreeSet<String>, form: &Form) -> Result<BTreeSet<String>, Problem> {
    let Some(text) = value_of(form, "scope") else {
        return Ok(granted.clone());
    };
    let asked: BTreeSet<String> = text.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect();
    if asked.is_empty() || !asked.is_subset(granted) {
        return Err(Problem::bad("invalid_scope", "A scope was not granted."));
    }
    Ok(asked)
}

fn access_token(
    state: &mut State,
    client: &str,
    user: Key,
    scopes: &BTreeSet<String>,
    moment: &Moment,
) -> String {
    let token = state.grants.give_access(client, user, scopes, moment.now);
    moment.issued("access_token", &token);
    token
}

fn refresh_token(
    state: &mut State,
    client: &str,
    user: Key,
    scopes: &BTreeSet<String>,
    moment: &Moment,
) -> String {
    let secret = state.mint.secret("refresh token");
    moment.issued("refresh_token", &secret);
    state.grants.give_refresh(secret, client, user, scopes, moment.now)
}

fn answer(
    state: &State,
    user: Key,
    scopes: &BTreeSet<String>,
    access: String,
    refresh: Option<String>,
) -> Result<Value, Problem> {
    let user = state
        .users
        .get(&user)
        .filter(|user| user.active())
        .ok_or(Problem::bad("invalid_grant", "The user is suspended or was removed."))?;
    let mut body = json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": ACCESS_SECONDS,
        "scope": scopes_text(scopes),
        "principal": user.user_name(),
    });
    if let Some(refresh) = refresh {
        body["refresh_token"] = refresh.into();
    }
    Ok(body)
}

/// POST /oauth/revoke: 200 whether or not the token is known (RFC 7009 section 2.2).
pub fn revoke(state: &mut State, call: &Call) -> Response {
    let Some(form) = call.form() else {
        return Problem::bad("invalid_request", "The body must be a form.").answer();
    };
    let client = match authenticate(state, call, &form) {
        Ok(client) => client,
        Err(problem) => return problem.answer(),
    };
    let Some(sent) = value_of(&form, "token") else {
        return Problem::bad("invalid_request", "token is missing.").answer();
    };
    let mut ended = None;
    for tokens in [&mut state.grants.access, &mut state.grants.refresh] {
        if let Some(token) = tokens.get_mut(sent).filter(|token| token.client == client.id) {
            token.revoked = true;
            ended = Some((token.user, token.issued));
        }
    }
    // With a refresh token ends what came from it (RFC 7009 section 2.1): access tokens of this user and client since then.
    if let Some((user, since)) = ended.filter(|_| state.grants.refresh.contains_key(sent)) {
        for token in state.grants.access.values_mut() {
            token.revoked |= token.client == client.id && token.user == user && token.issued >= since;
        }
    }
    wire::empty(StatusCode::OK)
}

/// POST /oauth/introspect.
pub fn introspect(state: &mut State, call: &Call, moment: &Moment) -> Response {
    let Some(form) = call.form() else {
        return Problem::bad("invalid_request", "The body must be a form.").answer();
    };
    let client = match authenticate(state, call, &form) {
        Ok(client) => client,
        Err(problem) => return problem.answer(),
    };
    let sent = value_of(&form, "token").unwrap_or_default();
    let known = state
        .grants
        .access
        .get(sent)
        .or_else(|| state.grants.refresh.get(sent))
        .filter(|token| token.client == client.id && !token.revoked && token.expires > moment.now);
    let body = match known {
        None => json!({"active": false}),
        Some(token) => json!({
            "active": true,
            "client_id": token.client,
            "sub": token.user.to_string(),
            "scope": scopes_text(&token.scopes),
            "iat": token.issued.as_second(),
            "exp": token.expires.as_second(),
        }),
    };
    wire::json(StatusCode::OK, &body)
}
