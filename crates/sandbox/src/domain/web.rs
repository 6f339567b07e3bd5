//! The web server of the practice domains: plain http, one port, chosen by the Host header.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, Method, StatusCode, header};

use super::state::DOMAIN;
use crate::world::{World, lock};

/// The web server of the practice domain.
pub fn web_router(world: Arc<World>) -> Router {
    Router::new().fallback(move |request: Request| {
        let world = world.clone();
        async move { answer(&world, &request) }
    })
}

fn answer(world: &World, request: &Request) -> Response {
    let mut response = Response::new(Body::empty());
    if request.method() != Method::GET && request.method() != Method::HEAD {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        return response;
    }
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_lowercase();
    // By address means the organisation's first domain.
    let name = if name == "localhost" || name.starts_with("127.") { DOMAIN } else { name.as_str() };
    let reply = lock(&world.domain).web(name, request.uri().path());
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::NOT_FOUND);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if let Some(location) = reply.location.and_then(|to| HeaderValue::from_str(&to).ok()) {
        headers.insert(header::LOCATION, location);
    }
    *response.body_mut() = Body::from(reply.body);
    response
}
