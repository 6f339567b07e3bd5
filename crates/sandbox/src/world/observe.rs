//! The one middleware of every service: writes the journal and applies the faults.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::{Cut, Effect, Entry, Service, World};

/// More than any service accepts, and far less than would hurt.
const LIMIT: usize = 32 * 1024 * 1024;

/// A service may say why it answered as it did by adding this to the response's extensions.
#[derive(Debug, Clone)]
pub struct Reason(pub String);

/// Puts the journal and the faults around a service.
pub fn wrap(world: Arc<World>, service: Service, router: Router) -> Router {
    router.layer(from_fn_with_state((world, service), observe))
}

async fn observe(
    State((world, service)): State<(Arc<World>, Service)>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let method = parts.method.to_string();
    let path_and_query = parts.uri.path_and_query().map_or("/", |whole| whole.as_str()).to_owned();
    let seq = world.journal.begin(Entry {
        seq: 0,
        time: world.clock.now(),
        service,
        method: method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        body: journaled_body(service, &bytes),
        status: None,
        reason: None,
    });
    let mut fault = world.faults.take(service, &method, &path_and_query);
    if let Some(struck) = &fault {
        world.journal.finish(seq, None, Some(format!("fault {}", struck.id)));
        match &struck.effect {
            Effect::Drop => return Cut::response(),
            Effect::Status { status, retry_after, body } => {
                world.journal.finish(seq, Some(*status), None);
                return refused(service, *status, *retry_after, body.clone());
            }
            Effect::DelayMs(ms) => tokio::time::sleep(std::time::Duration::from_millis(*ms)).await,
            Effect::LoseReply | Effect::Hold | Effect::TruncateBody | Effect::Merge(_) => {}
        }
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let reason = response.extensions().get::<Reason>().map(|reason| reason.0.clone());
    world.journal.finish(seq, Some(response.status().as_u16()), reason);
    match fault.as_mut().map(|struck| struck.effect.clone()) {
        Some(Effect::LoseReply) => Cut::response(),
        Some(Effect::Hold) => {
            if let Some(struck) = &mut fault {
                struck.released().await;
            }
            response
        }
        Some(Effect::TruncateBody) => truncated(response).await,
        Some(Effect::Merge(change)) => merged(response, &change).await,
        _ => response,
    }
}

/// Sign-in forms carry passwords: only the APIs' JSON is journaled.
fn journaled_body(service: Service, bytes: &Bytes) -> Option<Value> {
    match service {
        Service::Graph | Service::GotoApi if !bytes.is_empty() => serde_json::from_slice(bytes).ok(),
        _ => None,
    }
}

fn refused(service: Service, status: u16, retry_after: Option<u64>, body: Option<Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = body.unwrap_or_else(|| usual_body(service, status));
    let mut response = (status, Json(body)).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn usual_body(service: Service, status: StatusCode) -> Value {
    let text = status.canonical_reason().unwrap_or("Error");
    match service {
        Service::Graph => json!({ "error": { "code": graph_code(status), "message": text } }),
        Service::Login | Service::GotoAuth => {
            json!({ "error": "temporarily_unavailable", "error_description": text })
        }
        _ => json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": status.as_u16().to_string(),
            "detail": text,
        }),
    }
}

fn graph_code(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "InvalidAuthenticationToken",
        403 => "Authorization_RequestDenied",
        404 => "Request_ResourceNotFound",
        409 => "Request_MultipleObjectsWithSameKeyValue",
        410 => "syncStateNotFound",
        429 => "TooManyRequests",
        503 => "serviceNotAvailable",
        504 => "gatewayTimeout",
        400..500 => "Request_BadRequest",
        _ => "InternalError",
    }
}

/// The same reply with another body; one that is no JSON object stays as it is.
async fn merged(response: Response, change: &Value) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LIMIT).await else {
        return Cut::response();
    };
    let Ok(mut json) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    merge(&mut json, change);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json.to_string()))
}

/// JSON Merge Patch (RFC 7396 section 2).
fn merge(target: &mut Value, change: &Value) {
    let Value::Object(changes) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    if let Value::Object(fields) = target {
        for (name, change) in changes {
            if change.is_null() {
                fields.remove(name);
            } else {
                merge(fields.entry(name).or_insert(Value::Null), change);
            }
        }
    }
}

/// Promises the whole body, sends half of it, then cuts.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LIMIT).await else {
        return Cut::response();
    };
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    let first = futures::stream::iter([Ok(half)]);
    let cut = futures::stream::once(async {
        // Back to the server once, which then sends what it has before it meets the error.
        tokio::task::yield_now().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    Response::from_parts(parts, Body::from_stream(futures::StreamExt::chain(first, cut)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of RFC 7396 appendix A.
    #[test]
    fn a_merge_patch_changes_what_it_names() {
        for (target, change, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": []}), json!({"a": []})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut changed = target.clone();
            merge(&mut changed, &change);
            assert_eq!(changed, result, "{target} {change}");
        }
    }
}
