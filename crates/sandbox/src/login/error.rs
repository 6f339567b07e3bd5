//! Error bodies of the sign-in endpoints.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;
use serde_json::json;

use crate::world::{Random, Reason, World};

/// What went wrong, in OAuth's words, with Microsoft's number.
#[derive(Debug, Clone)]
pub struct OAuthError {
    /// The OAuth error code.
    pub error: &'static str,
    /// The AADSTS number.
    pub number: u32,
    /// What happened.
    pub text: String,
}

impl OAuthError {
    /// An error.
    pub fn new(error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self { error, number, text: text.into() }
    }

    /// A request that the developer has to mend.
    pub fn invalid_request(number: u32, text: impl Into<String>) -> Self {
        Self::new("invalid_request", number, text)
    }

    /// A grant that no longer works.
    pub fn invalid_grant(number: u32, text: impl Into<String>) -> Self {
        Self::new("invalid_grant", number, text)
    }

    /// `error_description` without ids.
    pub fn description(&self) -> String {
        format!("AADSTS{}: {}", self.number, self.text)
    }

    /// The body of the token and device code endpoints.
    pub fn response(&self, world: &World) -> Response {
        let trace = Random::unseeded_uuid();
        let correlation = Random::unseeded_uuid();
        let time = stamp(world.clock.now());
        let body = json!({
            "error": self.error,
            "error_description": format!(
                "{} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}", self.description()
            ),
            "error_codes": [self.number],
            "timestamp": time,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{}/error?code={}", world.endpoints().login, self.number),
        });
        let status =
            if self.error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        let mut response = (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response();
        response.extensions_mut().insert(Reason(format!("{} AADSTS{}", self.error, self.number)));
        response
    }
}

fn stamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}
