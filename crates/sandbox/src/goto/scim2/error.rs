//! Errors as RFC 7644 section 3.12 has them.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::super::state::Refusal;
use super::super::wire;
use super::MEDIA_TYPE;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The `scimType`.
    pub scim_type: Option<&'static str>,
    /// The `detail`.
    pub detail: String,
}

impl Problem {
    /// An error without a `scimType`.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into() }
    }

    /// A 400 with a `scimType`.
    pub fn bad(scim_type: &'static str, detail: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, scim_type: Some(scim_type), detail: detail.into() }
    }

    /// 400 invalidSyntax.
    pub fn syntax(detail: impl Into<String>) -> Self {
        Self::bad("invalidSyntax", detail)
    }

    /// 400 invalidValue.
    pub fn value(detail: impl Into<String>) -> Self {
        Self::bad("invalidValue", detail)
    }

    /// 400 invalidFilter.
    pub fn filter(detail: impl Into<String>) -> Self {
        Self::bad("invalidFilter", detail)
    }

    /// 400 invalidPath.
    pub fn path(detail: impl Into<String>) -> Self {
        Self::bad("invalidPath", detail)
    }

    /// 404 for a resource.
    pub fn not_found(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("Resource {id} not found."))
    }

    /// The answer.
    pub fn answer(&self) -> Response {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status.as_u16().to_string(),
            "detail": self.detail,
        });
        if let Some(scim_type) = self.scim_type {
            body["scimType"] = scim_type.into();
        }
        let mut response = wire::json_as(self.status, MEDIA_TYPE, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        wire::because(
            response,
            &format!(
                "{}{}",
                self.scim_type.map_or_else(String::new, |kind| format!("{kind}: ")),
                self.detail
            ),
        )
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UserNameTaken | Refusal::IdentityElsewhere | Refusal::GroupNameTaken => Self {
                status: StatusCode::CONFLICT,
                scim_type: Some("uniqueness"),
                detail: refusal.to_string(),
            },
            Refusal::DomainNotVerified | Refusal::UnknownMember(_) | Refusal::OwnMember => {
                Self::value(refusal.to_string())
            }
        }
    }
}
