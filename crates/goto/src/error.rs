//! What can go wrong at a service provider, and whether a request that failed may have been processed.

use std::time::Duration;

use serde_json::Value as Json;

use crate::capabilities::Dialect;

/// A failed request. The address is kept without host and query: queries name people.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{method} {path}: {class}{}", evidence(.status, .code, .detail))]
pub struct GotoError {
    /// What it means.
    pub class: Class,
    /// Whether the request may have been processed.
    pub outcome: Outcome,
    /// Method.
    pub method: String,
    /// Path.
    pub path: String,
    /// HTTP status, if a reply came.
    pub status: Option<u16>,
    /// `scimType`, `code` or `errorCode` of the reply.
    pub code: Option<String>,
    /// What the reply says, or our own sentence when there was none.
    pub detail: String,
}

/// Whether a request that failed may have had its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Certainly not: it was never sent, or the server turned it away.
    NotProcessed,
    /// Nobody knows. Look before anything is sent again.
    Unknown,
}

/// The classes of failure that callers act upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Class {
    /// Signed in, but without a role in the GoTo organisation. An account role, even super admin, is not one.
    #[error("a role in the GoTo organisation is missing")]
    NeedsOrganisationRole,
    /// The token was refused, also after it was renewed.
    #[error("the sign-in is not accepted")]
    BadToken,
    /// There is no token to be had: a person must sign in.
    #[error("not signed in")]
    NotSignedIn,
    /// The token lacks a scope.
    #[error("a permission of the sign-in is missing")]
    MissingScope,
    /// Signed in, but not allowed.
    #[error("not allowed")]
    Forbidden,
    /// No such object, or no such address.
    #[error("not found")]
    NotFound,
    /// A unique attribute is taken, or the object changed meanwhile.
    #[error("already taken")]
    Conflict,
    /// The server found the request wrong.
    #[error("refused as invalid")]
    Invalid,
    /// Too many requests.
    #[error("too many requests")]
    TooMany {
        /// How long the server asked us to wait.
        retry_after: Option<Duration>,
    },
    /// The server failed.
    #[error("the server failed")]
    Server,
    /// No connection could be made.
    #[error("cannot be reached")]
    Unreachable,
    /// The request went out and no whole reply came back.
    #[error("no reply, the outcome is unknown")]
    LostReply,
    /// The service provider cannot do this; nothing was sent.
    #[error("the service provider does not support this")]
    Unsupported,
    /// More members than the service provider takes in one request; nothing was sent.
    #[error("the group has more members than can be written at once")]
    TooManyMembers {
        /// The limit.
        limit: usize,
    },
    /// A list ended before it was whole, or changed while it was read.
    #[error("the list could not be read completely")]
    Incomplete,
    /// An address of another origin; nothing was sent.
    #[error("an address elsewhere was refused")]
    OtherOrigin,
    /// The reply is not what the dialect promises.
    #[error("unexpected reply")]
    Protocol,
}

impl GotoError {
    /// Whether the request certainly had no effect, so that it may be sent again without a look.
    pub fn definitely_not_processed(&self) -> bool {
        self.outcome == Outcome::NotProcessed
    }

    /// Whether the same request may succeed later without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self.class, Class::TooMany { .. } | Class::Server | Class::Unreachable | Class::LostReply)
    }

    /// Whether no service provider is at the address, as far as replies show: a redirect, or a web page such as that of a
    /// sign-in in front of it.
    pub fn is_elsewhere(&self) -> bool {
        self.class == Class::Protocol && self.status.is_some() && self.outcome == Outcome::NotProcessed
    }

    /// Whether every further request will fail alike, so that a run must stop.
    pub fn stops_the_run(&self) -> bool {
        use Class::*;
        matches!(self.class, NeedsOrganisationRole | BadToken | NotSignedIn | MissingScope | OtherOrigin)
    }
}

fn evidence(status: &Option<u16>, code: &Option<String>, detail: &str) -> String {
    let mut text = String::new();
    if let Some(status) = status {
        text.push_str(&format!(" ({status}"));
        if let Some(code) = code {
            text.push_str(&format!(" {code}"));
        }
        text.push(')');
    }
    if !detail.is_empty() {
        text.push_str(": ");
        text.push_str(detail);
    }
    text
}

/// What an error body says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub code: Option<String>,
    pub detail: String,
}

/// Reads every shape of error body that GoTo's interfaces and SCIM servers are known to send: SCIM 2.0 `Error`,
/// SCIM 1.1 `Errors`, `{code, uri}`, `{error: [{code, description}]}`, `{errorCode, message}`,
/// `{error, error_description}`, plain text, nothing.
pub(crate) fn error_body(body: &[u8]) -> ErrorBody {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let Ok(value) = serde_json::from_str::<Json>(text) else {
        // A page of HTML says nothing to a reader; its first line is kept for support.
        let line: String = text.lines().next().unwrap_or("").chars().take(200).collect();
        return ErrorBody { code: None, detail: line };
    };
    let first = |list: &str| value.get(list).and_then(Json::as_array).and_then(|list| list.first()).cloned();
    let inner = first("Errors")
        .or_else(|| first("errors"))
        .or_else(|| first("error"))
        .unwrap_or_else(|| value.clone());
    let word = |names: &[&str]| {
        names.iter().filter_map(|name| inner.get(*name)).find_map(|found| match found {
            Json::String(text) if !text.is_empty() => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        })
    };
    ErrorBody {
        code: word(&["scimType", "errorCode", "code", "error"]),
        detail: word(&["detail", "description", "message", "error_description", "uri"])
            .or_else(|| value.as_str().map(str::to_owned))
            .unwrap_or_default(),
    }
}

/// The class of a reply that is not a success.
///
/// GoTo's description has 401 for "not sufficiently authorised" and 403 for "invalid token", the reverse of RFC 7644
/// section 3.12, so the dialect decides. Before it is known, only an unmistakable code is trusted.
pub(crate) fn classify(
    status: u16,
    found: &ErrorBody,
    dialect: Option<Dialect>,
    retry_after: Option<Duration>,
) -> (Class, Outcome) {
    use Class::*;
    use Outcome::{NotProcessed, Unknown};
    let code = found.code.as_deref().unwrap_or("");
    let is = |name: &str| code.eq_ignore_ascii_case(name);
    let class = match (status, dialect) {
        (401 | 403, _) if is("AUTHZ_INSUFFICIENT_SCOPE") || is("insufficient_scope") => MissingScope,
        (401, _) if is("not.authorized") => NeedsOrganisationRole,
        (401, _) if is("not.authenticated") || is("invalid_token") => BadToken,
        (403, _) if is("invalid.token") || is("invalid_token") => BadToken,
        (401, Some(Dialect::GotoV1)) => NeedsOrganisationRole,
        (403, Some(Dialect::GotoV1)) => BadToken,
        // RFC 7644 section 4: discovery is open to everybody, so a refusal before the dialect is known is the token's.
        (401, _) | (403, None) => BadToken,
        (402 | 403 | 405, _) => Forbidden,
        (404 | 410, _) => NotFound,
        (409 | 412, _) => Conflict,
        (400..=499, _) if is("uniqueness") => Conflict,
        (429, _) => TooMany { retry_after },
        (501, _) => Unsupported,
        (500..=599, _) => Server,
        (400..=499, _) => Invalid,
        _ => Protocol,
    };
    // Gateways answer 5xx and 408 also after the server behind them has done its work.
    let outcome = match status {
        501 => NotProcessed,
        408 | 500..=599 => Unknown,
        _ => NotProcessed,
    };
    (class, outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_every_known_shape() {
        let vectors: Vec<Json> = serde_json::from_str(include_str!("../tests/vectors/errors.json")).unwrap();
        assert!(vectors.len() >= 18, "the vector file lost cases");
        for case in vectors {
            let name = case["name"].as_str().unwrap();
            let body = match &case["body"] {
                Json::String(text) => text.clone().into_bytes(),
                value => serde_json::to_vec(value).unwrap(),
            };
            let dialect = match case["dialect"].as_str() {
                Some("goto-v1") => Some(Dialect::GotoV1),
                Some("scim2") => Some(Dialect::Scim2),
                _ => None,
            };
            let found = error_body(&body);
            let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
            let (class, outcome) = classify(status, &found, dialect, None);
            let seen = format!("{class:?} {outcome:?}");
            assert_eq!(seen, case["expected"].as_str().unwrap(), "{name}");
            assert_eq!(found.code.as_deref(), case["code"].as_str(), "{name}");
            assert_eq!(found.detail, case["detail"].as_str().unwrap(), "{name}");
        }
    }
}
