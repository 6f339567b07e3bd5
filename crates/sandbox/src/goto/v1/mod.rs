//! GoTo's own SCIM dialect at `/identity/v1`.
//!
//! Shape and rules follow the vendor's API description (published by Citrix Online as "SCIM", kept in
//! APIs-guru/openapi-directory `APIs/citrixonline.com/scim`): SCIM 1.x schemas, lower-case `resources`, partial objects
//! in PATCH, 401 for missing rights and 403 for a bad token.

mod attributes;
mod filter;
mod groups;
mod list;
mod schema;
mod users;

use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::auth::{Bearer, Refused};
use super::keys::Key;
use super::model::{Object, OrgRole};
use super::service::Moment;
use super::state::{Refusal, State};
use super::wire::{self, Call, Plus};

/// The path below which this dialect lives.
pub const BASE: &str = "/identity/v1";

/// An error in this dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    description: String,
}

type Answer = Result<(StatusCode, Value), Problem>;

impl Problem {
    fn new(status: StatusCode, code: &'static str, description: impl Into<String>) -> Self {
        Self { status, code, description: description.into() }
    }

    fn bad(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid.request", description)
    }

    fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not.found", format!("The {what} was not found."))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = match refusal {
            Refusal::UserNameTaken | Refusal::IdentityElsewhere => (StatusCode::CONFLICT, "username.in.use"),
            Refusal::GroupNameTaken => (StatusCode::CONFLICT, "groupname.in.use"),
            Refusal::DomainNotVerified => (StatusCode::BAD_REQUEST, "domain.not.verified"),
            Refusal::UnknownMember(_) | Refusal::OwnMember => (StatusCode::BAD_REQUEST, "invalid.member"),
        };
        Self::new(status, code, refusal.to_string())
    }
}

/// Answers one request below [`BASE`].
pub fn handle(state: &mut State, call: &Call, moment: &Moment) -> Response {
    let path = call.path.strip_prefix("/identity").unwrap_or(&call.path).to_owned();
    match route(state, call, moment) {
        Ok((status, body)) => wire::json(status, &body),
        Err(problem) if problem.code == UNROUTED => wire::because(
            wire::json(problem.status, &json!({"errorCode": "NOT_FOUND", "message": problem.description})),
            "not routed",
        ),
        Err(problem) => wire::because(
            wire::json(
                problem.status,
                &json!({"error": [{
                    "description": problem.description,
                    "code": problem.code,
                    "uri": path,
                }]}),
            ),
            &format!("{}: {}", problem.code, problem.description),
        ),
    }
}

const UNROUTED: &str = "unrouted";

fn route(state: &mut State, call: &Call, moment: &Moment) -> Answer {
    let unrouted = || Problem::new(StatusCode::NOT_FOUND, UNROUTED, "There is nothing at this path.");
    let path = call.below(BASE).ok_or_else(unrouted)?;
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let query = call.query(Plus::Literal).ok_or_else(|| Problem::bad("The query is not well-formed."))?;
    let asks = Asks { call, query, moment };
    match (path.as_slice(), &call.method) {
        (["ServiceProviderConfigs"], &Method::GET) => {
            signed_in(state, call, moment)?;
            asks.no_options()?;
            Ok((StatusCode::OK, schema::service_provider_config()))
        }
        (["Schemas", "Users"], &Method::GET) => {
            signed_in(state, call, moment)?;
            asks.no_options()?;
            Ok((StatusCode::OK, schema::users(&state.switches)))
        }
        (["Users"], &Method::GET) => {
            allowed(state, call, moment, OrgRole::Read)?;
            users::list(state, &asks)
        }
        (["Users"], &Method::POST) => {
            allowed(state, call, moment, OrgRole::Write)?;
            users::create(state, &asks)
        }
        (["Users", "me"], method) => {
            let Bearer::User { key, .. } = signed_in(state, call, moment)? else {
                return Err(Problem::not_found("user"));
            };
            users::me(state, &asks, key, method)
        }
        (["Users", key], method) => {
            let need = if method == Method::GET { OrgRole::Read } else { OrgRole::Write };
            allowed(state, call, moment, need)?;
            let key = key_of(key, "user")?;
            users::one(state, &asks, key, method)
        }
        (["Groups"], &Method::GET) => {
            allowed(state, call, moment, OrgRole::Read)?;
            groups::list(state, &asks)
        }
        (["Groups"], &Method::POST) => {
            allowed(state, call, moment, OrgRole::Write)?;
            groups::create(state, &asks)
        }
        (["Groups", key], method) => {
            let need = if method == Method::GET { OrgRole::Read } else { OrgRole::Write };
            allowed(state, call, moment, need)?;
            let key = key_of(key, "group")?;
            groups::one(state, &asks, key, method)
        }
        (["ServiceProviderConfigs"] | ["Schemas", "Users"] | ["Users"] | ["Groups"], _) => Err(no_method()),
        _ => Err(unrouted()),
    }
}

fn no_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method.not.allowed", "This method is not supported here.")
}

fn key_of(text: &str, what: &str) -> Result<Key, Problem> {
    text.parse().map_err(|_| Problem::bad(format!("The {what} key must be a number.")))
}

/// 403 for a bad token: GoTo swaps 401 and 403.
fn signed_in(state: &State, call: &Call, moment: &Moment) -> Result<Bearer, Problem> {
    state.bearer(call.bearer(), moment.now).map_err(|refused| {
        let text = match refused {
            Refused::Missing => "No access token was sent.",
            Refused::Invalid => "The access token is not valid.",
            Refused::Expired => "The access token has expired.",
        };
        Problem::new(StatusCode::FORBIDDEN, "invalid.token", text)
    })
}

/// Whether the caller has the scope (else 403) and the organisation role (else 401 `not.authorized`).
fn allowed(state: &State, call: &Call, moment: &Moment, need: OrgRole) -> Result<Bearer, Problem> {
    let bearer = signed_in(state, call, moment)?;
    if !bearer.has_scope("identity:scim.org") {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "AUTHZ_INSUFFICIENT_SCOPE",
            "The access token lacks the scope identity:scim.org.",
        ));
    }
    if let Bearer::User { key, .. } = &bearer {
        let role = state.users.get(key).map_or(OrgRole::None, |user| user.role);
        if role < need {
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "not.authorized",
                format!("Incident #{}", state.users.len() + 4096),
            ));
        }
    }
    Ok(bearer)
}

/// A request with its decoded query.
struct Asks<'a> {
    call: &'a Call,
    query: Vec<(String, String)>,
    moment: &'a Moment,
}

impl Asks<'_> {
    /// Refuses any query option.
    fn no_options(&self) -> Result<(), Problem> {
        self.only(&[])
    }

    /// Refuses options that are not known here, and options given twice.
    fn only(&self, known: &[&str]) -> Result<(), Problem> {
        for (at, (name, _)) in self.query.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(Problem::bad(format!("The query option {name} is not known.")));
            }
            if self.query[..at].iter().any(|(earlier, _)| earlier == name) {
                return Err(Problem::bad(format!("The query option {name} is given twice.")));
            }
        }
        Ok(())
    }

    fn option(&self, name: &str) -> Option<&str> {
        wire::value_of(&self.query, name)
    }

    /// The JSON object in the body.
    fn body(&self) -> Result<Object, Problem> {
        if self.call.media_type() != "application/json" {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "invalid.media.type",
                "The body must be application/json.",
            ));
        }
        match serde_json::from_slice(&self.call.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(Problem::bad("The body must be a JSON object.")),
            Err(_) => Err(Problem::bad("The body is not JSON.")),
        }
    }

    fn no_body(&self) -> Result<(), Problem> {
        if self.call.body.is_empty() { Ok(()) } else { Err(Problem::bad("No body is expected here.")) }
    }
}

/// A key as this dialect writes it.
fn key_json(state: &State, key: Key) -> Value {
    if state.switches.numeric_ids { key.get().into() } else { key.to_string().into() }
}
