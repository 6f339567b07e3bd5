//! A call and its answer, apart from HTTP so that `$batch` can make calls too.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::GraphError;
use crate::world::{Random, Reason, World};

/// One request to Graph.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Decoded path segments after `/v1.0`.
    pub segments: Vec<String>,
    /// Query options; names keep their `$`.
    pub query: BTreeMap<String, String>,
    /// Headers.
    pub headers: HeaderMap,
    /// The JSON body.
    pub body: Option<Value>,
}

/// A successful answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Option<Value>,
}

impl Answer {
    /// 200 with a body.
    pub fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }

    /// 201 with a body.
    pub fn created(body: Value) -> Self {
        Self { status: StatusCode::CREATED, body: Some(body) }
    }

    /// 204.
    pub fn none() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None }
    }
}

impl Call {
    /// Reads an HTTP request.
    pub fn read(parts: &Parts, bytes: &[u8]) -> Result<Self, GraphError> {
        let body = if bytes.is_empty() {
            None
        } else {
            let kind =
                parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
            if !kind.starts_with("application/json") {
                return Err(GraphError::bad_request("The Content-Type must be application/json."));
            }
            let parsed = serde_json::from_slice(bytes);
            Some(parsed.map_err(|_| GraphError::bad_request("Unable to read JSON request payload."))?)
        };
        let query = parts.uri.query().unwrap_or_default();
        Self::new(parts.method.clone(), parts.uri.path(), query, parts.headers.clone(), body)
    }

    /// A call from its parts; the path starts with `/v1.0`.
    pub fn new(
        method: Method,
        path: &str,
        query: &str,
        headers: HeaderMap,
        body: Option<Value>,
    ) -> Result<Self, GraphError> {
        let Some(rest) = path.strip_prefix("/v1.0/") else {
            return Err(GraphError::not_found_path());
        };
        let segments = rest.split('/').map(decode).collect::<Option<Vec<_>>>();
        let segments = segments.ok_or_else(|| GraphError::bad_request("The path is not valid UTF-8."))?;
        let mut options = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if options.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(GraphError::bad_request(format!("The query option '{name}' was given twice.")));
            }
        }
        Ok(Self { method, segments, query: options, headers, body })
    }

    /// The path segments, to match on.
    pub fn path(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// Refuses every query option that is not named.
    pub fn allow(&self, known: &[&str]) -> Result<(), GraphError> {
        match self.query.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                Err(GraphError::bad_request(format!("The query option '{name}' is not supported here.")))
            }
            None => Ok(()),
        }
    }

    /// A query option.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Whether `ConsistencyLevel: eventual` was sent.
    pub fn eventual(&self) -> bool {
        let level = self.headers.get("ConsistencyLevel").and_then(|value| value.to_str().ok());
        level.is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
    }

    /// The body as an object whose fields are all named here.
    pub fn fields(&self, known: &[&str]) -> Result<Map<String, Value>, GraphError> {
        fields(self.body.as_ref(), known)
    }

    /// Refuses a body where none is expected. An empty object passes, as clients send it.
    pub fn no_body(&self) -> Result<(), GraphError> {
        match &self.body {
            Some(body) if *body != json!({}) => Err(GraphError::bad_request("This call takes no body.")),
            _ => Ok(()),
        }
    }
}

/// An object whose fields are all named here.
pub fn fields(value: Option<&Value>, known: &[&str]) -> Result<Map<String, Value>, GraphError> {
    let Some(Value::Object(map)) = value else {
        return Err(GraphError::bad_request("A JSON object is expected."));
    };
    match map.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => {
            Err(GraphError::bad_request(format!("The property '{name}' does not exist on this type.")))
        }
        None => Ok(map.clone()),
    }
}

/// A text field that must be there.
pub fn text<'a>(map: &'a Map<String, Value>, name: &str) -> Result<&'a str, GraphError> {
    map.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or_else(|| {
        GraphError::bad_request(format!("The property '{name}' is required and must be a text."))
    })
}

/// Percent-decodes a path segment. `+` stays as it is, unlike in a query.
fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first == b'%' {
            let (digits, tail) = tail.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The HTTP response, with the ids that Graph puts on each.
pub fn response(
    world: &World,
    outcome: Result<Answer, GraphError>,
    client_request_id: Option<HeaderValue>,
) -> Response {
    let request_id = Random::unseeded_uuid();
    let mut response = match outcome {
        Ok(Answer { status, body: Some(body) }) => (status, Json(body)).into_response(),
        Ok(Answer { status, body: None }) => status.into_response(),
        Err(error) => {
            let client_id =
                client_request_id.as_ref().and_then(|value| value.to_str().ok()).unwrap_or(&request_id);
            let body = error.body(world.clock.now(), &request_id, client_id);
            let mut response = (error.status, Json(body)).into_response();
            for (name, value) in &error.headers {
                if let Ok(value) = HeaderValue::from_str(value) {
                    response.headers_mut().insert(HeaderName::from_static(name), value);
                }
            }
            response.extensions_mut().insert(Reason(error.code.to_owned()));
            response
        }
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        let client = client_request_id.unwrap_or_else(|| value.clone());
        headers.insert("request-id", value);
        headers.insert("client-request-id", client);
    }
    response
}
