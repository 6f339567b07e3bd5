//! `$batch`: up to twenty calls in one (Microsoft Learn, "Combine multiple requests using JSON batching").

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::{Value, json};

use super::call::{fields, text};
use super::routes::dispatch;
use super::{Answer, Call, GraphError};
use crate::world::{Random, World};

/// Runs a batch. Answers come in reverse order: clients must go by the id.
pub async fn run(world: &Arc<World>, call: &Call) -> Result<Answer, GraphError> {
    super::auth::bearer(world, &call.headers)?;
    if call.method != Method::POST {
        return Err(GraphError::method());
    }
    call.allow(&[])?;
    let body = call.fields(&["requests"])?;
    let requests = body.get("requests").and_then(Value::as_array).cloned().unwrap_or_default();
    if requests.is_empty() || requests.len() > 20 {
        return Err(GraphError::bad_request("A batch takes 1 to 20 requests."));
    }
    let mut done: BTreeMap<String, u16> = BTreeMap::new();
    let mut responses = Vec::new();
    for request in &requests {
        let known = ["id", "method", "url", "headers", "body", "dependsOn"];
        let request = fields(Some(request), &known)?;
        let id = text(&request, "id")?.to_owned();
        if done.contains_key(&id.to_lowercase()) {
            return Err(GraphError::bad_request(format!("The request id '{id}' is used twice.")));
        }
        let needs = request.get("dependsOn").and_then(Value::as_array).cloned().unwrap_or_default();
        let ok = |id: &Value| {
            let status = id.as_str().and_then(|id| done.get(&id.to_lowercase()));
            status.is_some_and(|status| *status < 400)
        };
        let outcome = if needs.iter().all(ok) {
            one(world, call, &request).await
        } else {
            Err(GraphError::new(424, "FailedDependency", "A request that this one depends on failed."))
        };
        let response = shown(world, &id, outcome);
        done.insert(id.to_lowercase(), response["status"].as_u64().unwrap_or(500) as u16);
        responses.push(response);
    }
    responses.reverse();
    Ok(Answer::ok(json!({ "responses": responses })))
}

async fn one(
    world: &Arc<World>,
    outer: &Call,
    request: &serde_json::Map<String, Value>,
) -> Result<Answer, GraphError> {
    let method = Method::from_bytes(text(request, "method")?.as_bytes());
    let method = method.map_err(|_| GraphError::bad_request("The method is not valid."))?;
    let url = text(request, "url")?;
    if !url.starts_with('/') {
        return Err(GraphError::bad_request("The url must be relative and start with '/'."));
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut headers = HeaderMap::new();
    if let Some(own) = outer.headers.get(header::AUTHORIZATION) {
        headers.insert(header::AUTHORIZATION, own.clone());
    }
    for (name, value) in request.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(value.as_str().unwrap_or_default());
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(GraphError::bad_request("A header is not valid."));
        };
        headers.insert(name, value);
    }
    let body = request.get("body").cloned();
    if body.is_some() && !headers.contains_key(header::CONTENT_TYPE) {
        return Err(GraphError::bad_request("A request with a body needs a Content-Type header."));
    }
    let call = Call::new(method, &format!("/v1.0{path}"), query, headers, body)?;
    dispatch(world, &call).await
}

fn shown(world: &World, id: &str, outcome: Result<Answer, GraphError>) -> Value {
    match outcome {
        Ok(Answer { status, body: Some(body) }) => {
            json!({ "id": id, "status": status.as_u16(), "headers": { "Content-Type": "application/json" }, "body": body })
        }
        Ok(Answer { status, body: None }) => json!({ "id": id, "status": status.as_u16(), "headers": {} }),
        Err(error) => {
            let request = Random::unseeded_uuid();
            let mut headers = json!({ "Content-Type": "application/json" });
            for (name, value) in &error.headers {
                headers[*name] = value.clone().into();
            }
            json!({ "id": id, "status": error.status.as_u16(), "headers": headers,
                "body": error.body(world.clock.now(), &request, &request) })
        }
    }
}
