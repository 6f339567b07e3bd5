//! An RFC 7644 service provider at `/scim/v2`, over the same organisation as GoTo's own dialect.

mod accept;
mod error;
mod filter;
mod patch;
mod path;
mod query;
mod resource;
mod resources;
mod schema;

use axum::response::Response;
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::auth::{Bearer, Refused};
use super::model::{Object, OrgRole};
use super::service::Moment;
use super::state::State;
use super::wire::{self, Call, Plus};
use error::Problem;
use query::Query;

/// The path below which this dialect lives.
pub const BASE: &str = "/scim/v2";

const MEDIA_TYPE: &str = "application/scim+json";

/// A good answer.
struct Done {
    status: StatusCode,
    body: Option<Value>,
    version: Option<String>,
    location: Option<String>,
}

impl Done {
    fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body), version: None, location: None }
    }

    fn nothing(status: StatusCode) -> Self {
        Self { status, body: None, version: None, location: None }
    }

    fn answer(self) -> Response {
        let mut response = match &self.body {
            Some(body) => wire::json_as(self.status, MEDIA_TYPE, body),
            None => wire::empty(self.status),
        };
        for (name, value) in [(header::ETAG, self.version), (header::LOCATION, self.location)] {
            if let Some(value) = value.and_then(|text| HeaderValue::from_str(&text).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

type Answer = Result<Done, Problem>;

/// Answers one request below [`BASE`].
pub fn handle(state: &mut State, call: &Call, moment: &Moment) -> Response {
    route(state, call, moment).map_or_else(|problem| problem.answer(), Done::answer)
}

fn route(state: &mut State, call: &Call, moment: &Moment) -> Answer {
    let nowhere = || Problem::new(StatusCode::NOT_FOUND, "There is nothing at this path.");
    let path = call.below(BASE).ok_or_else(nowhere)?;
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    accepts(call)?;
    let bearer = signed_in(state, call, moment)?;
    let get = call.method == Method::GET;
    match path.as_slice() {
        [root @ ("ServiceProviderConfig" | "ResourceTypes" | "Schemas"), rest @ ..] if rest.len() < 2 => {
            if !get {
                return Err(no_method());
            }
            discovery(state, call, moment, root, rest.first().copied())
        }
        [".search"] if call.method == Method::POST => {
            allowed(state, &bearer, OrgRole::Read)?;
            let query = Query::from_body(&body(call)?)?;
            resources::search_all(state, &query, moment).map(Done::ok)
        }
        [kind @ ("Users" | "Groups"), rest @ ..] if rest.len() < 2 => {
            let search = rest == [".search"];
            let need = if get || search { OrgRole::Read } else { OrgRole::Write };
            allowed(state, &bearer, need)?;
            let users = *kind == "Users";
            match (rest, &call.method) {
                ([".search"], &Method::POST) => {
                    let query = Query::from_body(&body(call)?)?;
                    resources::list(state, users, &query, moment).map(Done::ok)
                }
                ([], &Method::GET) => {
                    let query = Query::from_url(&url_query(call)?, true)?;
                    resources::list(state, users, &query, moment).map(Done::ok)
                }
                ([], &Method::POST) => resources::create(state, users, call, moment),
                ([id], &Method::GET) if !search => resources::get(state, users, id, call, moment),
                ([id], &Method::PUT) if !search => resources::replace(state, users, id, call, moment),
                ([id], &Method::PATCH) if !search => resources::patch(state, users, id, call, moment),
                ([id], &Method::DELETE) if !search => resources::delete(state, users, id, call, moment),
                _ => Err(no_method()),
            }
        }
        _ => Err(nowhere()),
    }
}

fn discovery(state: &State, call: &Call, moment: &Moment, root: &str, id: Option<&str>) -> Answer {
    // "If a filter is provided ... 403" (RFC 7644 section 4).
    if url_query(call)?.iter().any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "Discovery takes no filter."));
    }
    let all = match root {
        "ServiceProviderConfig" => {
            return match id {
                None => Ok(Done::ok(schema::service_provider_config(&moment.api))),
                Some(id) => Err(Problem::not_found(id)),
            };
        }
        "Schemas" => schema::schemas(&state.switches, &moment.api),
        _ => schema::resource_types(&state.switches, &moment.api),
    };
    match id {
        None => Ok(Done::ok(Query::default().page(all))),
        Some(id) => {
            all.into_iter().find(|one| one["id"] == id).map(Done::ok).ok_or_else(|| Problem::not_found(id))
        }
    }
}

fn no_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This method is not supported here.")
}

fn accepts(call: &Call) -> Result<(), Problem> {
    let Some(accept) = call.header(header::ACCEPT.as_str()) else {
        return Ok(());
    };
    let good = accept.split(',').any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        [MEDIA_TYPE, "application/json", "application/*", "*/*"].contains(&range.as_str())
    });
    if good {
        Ok(())
    } else {
        Err(Problem::new(StatusCode::NOT_ACCEPTABLE, format!("This service answers with {MEDIA_TYPE}.")))
    }
}

fn signed_in(state: &State, call: &Call, moment: &Moment) -> Result<Bearer, Problem> {
    state.bearer(call.bearer(), moment.now).map_err(|refused| {
        let text = match refused {
            Refused::Missing => "No bearer token was sent.",
            Refused::Invalid => "The bearer token is not valid.",
            Refused::Expired => "The bearer token has expired.",
        };
        Problem::new(StatusCode::UNAUTHORIZED, text)
    })
}

fn allowed(state: &State, bearer: &Bearer, need: OrgRole) -> Result<(), Problem> {
    let refused = |text: &str| Err(Problem::new(StatusCode::FORBIDDEN, text));
    if !bearer.has_scope("identity:scim.org") {
        return refused("The bearer token lacks the scope identity:scim.org.");
    }
    if let Bearer::User { key, .. } = bearer {
        let role = state.users.get(key).map_or(OrgRole::None, |user| user.role);
        if role < need {
            return refused("The signed-in user lacks the organisation role for this.");
        }
    }
    Ok(())
}

/// The JSON object in the body.
fn body(call: &Call) -> Result<Object, Problem> {
    if ![MEDIA_TYPE, "application/json"].contains(&call.media_type().as_str()) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("The body must be {MEDIA_TYPE}."),
        ));
    }
    match serde_json::from_slice(&call.body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Problem::syntax("The body must be a JSON object.")),
        Err(_) => Err(Problem::syntax("The body is not JSON.")),
    }
}

fn url_query(call: &Call) -> Result<Vec<(String, String)>, Problem> {
    call.query(Plus::Space).ok_or_else(|| Problem::syntax("The query is not well-formed."))
}

/// `If-Match` against this version (RFC 7644 section 3.14).
fn matches(call: &Call, version: u64) -> Result<(), Problem> {
    match call.header(header::IF_MATCH.as_str()) {
        Some(wanted) if !names(wanted, version) => {
            Err(Problem::new(StatusCode::PRECONDITION_FAILED, "The resource has changed since it was read."))
        }
        _ => Ok(()),
    }
}

fn names(header: &str, version: u64) -> bool {
    let current = json!(resource::etag(version));
    header.split(',').map(str::trim).any(|tag| tag == "*" || Some(tag) == current.as_str())
}
