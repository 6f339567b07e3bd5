//! Errors in Graph's envelope.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

/// An error answer.
#[derive(Debug, Clone)]
pub struct GraphError {
    /// The HTTP status.
    pub status: StatusCode,
    /// `error.code`.
    pub code: &'static str,
    /// `error.message`.
    pub message: String,
    /// Further headers, by lower-case name.
    pub headers: Vec<(&'static str, String)>,
}

impl GraphError {
    /// An error.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code, message: message.into(), headers: Vec::new() }
    }

    /// 400.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "Request_BadRequest", message)
    }

    /// 404 for an object.
    pub fn not_found(id: &str) -> Self {
        let message = format!(
            "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
        );
        Self::new(404, "Request_ResourceNotFound", message)
    }

    /// 404 for a path.
    pub fn not_found_path() -> Self {
        Self::new(404, "ResourceNotFound", "Resource not found for the segment.")
    }

    /// 405.
    pub fn method() -> Self {
        Self::new(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    }

    /// 403.
    pub fn denied() -> Self {
        Self::new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    }

    /// 401 for a missing, expired, revoked or foreign token.
    pub fn token(message: &str) -> Self {
        let mut error = Self::new(401, "InvalidAuthenticationToken", message);
        error.headers.push(("www-authenticate", "Bearer realm=\"\", error=\"invalid_token\"".into()));
        error
    }

    /// What synchronization paths answer when the caller may not, or the service principal is not there:
    /// 401, not 403, with an empty message (microsoftgraph/microsoft-graph-docs-contrib#8800).
    pub fn sync_unknown() -> Self {
        Self::new(401, "UnknownError", "")
    }

    /// 429 with the seconds to wait.
    pub fn throttled(seconds: i64) -> Self {
        let mut error = Self::new(429, "TooManyRequests", "Too many requests.");
        error.headers.push(("retry-after", seconds.to_string()));
        error
    }

    /// The body.
    pub fn body(&self, now: Timestamp, request_id: &str, client_request_id: &str) -> Value {
        json!({ "error": {
            "code": self.code,
            "message": self.message,
            "innerError": {
                "date": now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
                "request-id": request_id,
                "client-request-id": client_request_id,
            },
        } })
    }
}
