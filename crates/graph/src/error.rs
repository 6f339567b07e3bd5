//! What can go wrong when Graph is asked, with the evidence that support needs: code, message, request ids.

use std::time::Duration;

use serde_json::Value;

/// A failed call. The address is kept without its query, because queries carry names and paging tokens.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{method} {path}: {kind}{}", evidence(.status, .code, .message))]
pub struct GraphError {
    /// What it means for the caller.
    pub kind: GraphErrorKind,
    /// The method of the call that failed.
    pub method: String,
    /// The path of the call that failed, without host and query.
    pub path: String,
    /// The HTTP status, if a reply came.
    pub status: Option<u16>,
    /// `error.code` of the reply.
    pub code: Option<String>,
    /// `error.message` of the reply, or our own sentence when there was no reply.
    pub message: String,
    /// `request-id` as Graph knows the call.
    pub request_id: Option<String>,
    /// `client-request-id` as we named the call.
    pub client_request_id: Option<String>,
    /// How long Graph asked us to wait.
    pub retry_after: Option<Duration>,
}

/// The classes of failure that callers act upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GraphErrorKind {
    /// No valid sign-in: a person must sign in again.
    #[error("not signed in")]
    NotSignedIn,
    /// The sign-in service refuses the program itself, not a person: its client ID, secret or certificate.
    #[error("the client is refused")]
    ClientRefused,
    /// Conditional Access wants a fresh interactive sign-in (403 with `insufficient_claims`).
    #[error("another sign-in step is required")]
    StepUp,
    /// Signed in, but a permission or a directory role is missing.
    #[error("not allowed")]
    Forbidden,
    /// A synchronization path answered 401 with a valid token: a role or scope is missing, or the id is not a
    /// service principal's object id. Graph does not say which (microsoftgraph/microsoft-graph-docs-contrib#8800).
    #[error("the synchronization interface refused the call")]
    SyncRefused,
    /// The object does not exist, or not yet.
    #[error("not found")]
    NotFound,
    /// The object exists already, or changed meanwhile.
    #[error("conflict")]
    Conflict,
    /// Graph found the request wrong.
    #[error("the request was refused as invalid")]
    Invalid,
    /// Too many requests, and patience ran out.
    #[error("throttled")]
    Throttled,
    /// The delta chain is too old; the whole must be read again (410, `syncStateNotFound`, `resyncRequired`).
    #[error("changes can no longer be followed, a full read is needed")]
    Resync,
    /// A new object did not become visible everywhere in the time allowed.
    #[error("not replicated yet")]
    ReplicationPending,
    /// Graph itself failed.
    #[error("the service failed")]
    Server,
    /// No connection could be made: nothing was processed.
    #[error("the service cannot be reached")]
    Unreachable,
    /// The request went out and no whole reply came back: the outcome is unknown.
    #[error("no reply, the outcome is unknown")]
    LostReply,
    /// A link pointed to another origin and was not followed.
    #[error("a link to another origin was refused")]
    OtherOrigin,
    /// The reply was not what the documentation promises.
    #[error("unexpected reply")]
    Protocol,
}

impl GraphError {
    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        use GraphErrorKind::*;
        matches!(self.kind, Throttled | Server | Unreachable | LostReply | ReplicationPending)
    }
}

fn evidence(status: &Option<u16>, code: &Option<String>, message: &str) -> String {
    let mut text = String::new();
    if let Some(status) = status {
        text.push_str(&format!(" ({status}"));
        if let Some(code) = code {
            text.push_str(&format!(" {code}"));
        }
        text.push(')');
    }
    if !message.is_empty() {
        text.push_str(": ");
        text.push_str(message);
    }
    text
}

/// What a Graph error body says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub code: Option<String>,
    pub message: String,
    pub request_id: Option<String>,
    pub client_request_id: Option<String>,
    pub inner_codes: Vec<String>,
}

/// Reads the error envelope (Microsoft Graph, "Error responses"): both spellings of `innerError` occur, nested.
pub(crate) fn envelope(body: &[u8]) -> Envelope {
    let mut found = Envelope::default();
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return found };
    let Some(error) = value.get("error") else { return found };
    if let Some(code) = error.as_str() {
        // OAuth-shaped bodies are sent by gateways in front of Graph.
        found.code = Some(code.to_owned());
        found.message = text(&value, "error_description").unwrap_or_default();
        return found;
    }
    found.code = text(error, "code");
    found.message = text(error, "message").unwrap_or_default();
    let mut level = Some(error);
    while let Some(here) = level {
        let inner = here.get("innerError").or_else(|| here.get("innererror"));
        if let Some(inner) = inner {
            found.request_id = found.request_id.or_else(|| text(inner, "request-id"));
            found.client_request_id = found.client_request_id.or_else(|| text(inner, "client-request-id"));
            found.inner_codes.extend(text(inner, "code"));
        }
        level = inner;
    }
    found
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Which part of Graph a call belongs to; 401 means different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    Directory,
    Synchronization,
}

/// The class of a reply that is not a success. `code` decides, never `message`.
pub(crate) fn classify(status: u16, found: &Envelope, area: Area, challenge: &str) -> GraphErrorKind {
    use GraphErrorKind::*;
    let has =
        |name: &str| found.code.iter().chain(&found.inner_codes).any(|code| code.eq_ignore_ascii_case(name));
    // A link to changes or to a next page that the service no longer knows: reading begins anew.
    if has("syncStateNotFound") || has("resyncRequired") || has("Directory_ExpiredPageToken") {
        return Resync;
    }
    match status {
        401 if challenge.contains("insufficient_claims") => StepUp,
        // microsoft-graph-docs-contrib#8800: missing rights and wrong ids give 401 `UnknownError`, empty message.
        401 if area == Area::Synchronization && (has("UnknownError") || found.code.is_none()) => SyncRefused,
        401 => NotSignedIn,
        403 if has("insufficient_claims") || challenge.contains("insufficient_claims") => StepUp,
        402 | 403 => Forbidden,
        404 => NotFound,
        409 | 412 | 423 => Conflict,
        410 => Resync,
        429 => Throttled,
        500..=599 => Server,
        400..=499 => Invalid,
        _ => Protocol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_every_documented_shape() {
        let vectors: Vec<Value> = serde_json::from_str(include_str!("../tests/vectors/errors.json")).unwrap();
        assert!(vectors.len() >= 10, "the vector file lost cases");
        for case in vectors {
            let name = case["name"].as_str().unwrap();
            let body = match &case["body"] {
                Value::String(text) => text.clone().into_bytes(),
                value => serde_json::to_vec(value).unwrap(),
            };
            let area = match case["area"].as_str() {
                Some("synchronization") => Area::Synchronization,
                _ => Area::Directory,
            };
            let found = envelope(&body);
            let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
            let kind = classify(status, &found, area, case["challenge"].as_str().unwrap_or(""));
            assert_eq!(format!("{kind:?}"), case["kind"].as_str().unwrap(), "{name}");
            assert_eq!(found.code.as_deref(), case["code"].as_str(), "{name}");
            assert_eq!(found.request_id.as_deref(), case["request_id"].as_str(), "{name}");
        }
    }
}
