//! A server for one test: a closure answers, everything received is kept.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use serde_json::Value as Json;
use usher_auth::{Origin, Secret, StaticToken, TokenSource};
use usher_goto::{Admin, Capabilities, Dialect, Pacer, Retry, ServiceProvider};

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `GET /identity/v1/Users?count=1`, decoded.
    pub line: String,
    /// The query as it was sent.
    pub raw_query: String,
    pub host: String,
    pub token: String,
    pub content_type: String,
    pub accept: String,
    pub cache_control: String,
    pub if_match: String,
    pub body: Json,
    /// Position among all requests, from 0.
    pub n: usize,
}

pub struct Reply(pub u16, pub Json, pub Vec<(&'static str, String)>);

pub fn ok(body: Json) -> Reply {
    Reply(200, body, vec![])
}

pub fn status(status: u16) -> Reply {
    Reply(status, Json::Null, vec![])
}

pub struct Stage {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stage {
    pub async fn new(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (seen.clone(), Arc::new(answer));
        let app = axum::Router::new().fallback(move |request: Request| {
            let (log, answer) = (log.clone(), answer.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap();
                let header = |name: &str| {
                    parts
                        .headers
                        .get(name)
                        .map(|value| value.to_str().unwrap().to_owned())
                        .unwrap_or_default()
                };
                let raw_query = parts.uri.query().unwrap_or("").to_owned();
                let decoded: Vec<String> = url::form_urlencoded::parse(raw_query.as_bytes())
                    .map(|(key, value)| format!("{key}={value}"))
                    .collect();
                let mut line = format!("{} {}", parts.method, parts.uri.path());
                if !decoded.is_empty() {
                    line = format!("{line}?{}", decoded.join("&"));
                }
                let mut log = log.lock().unwrap();
                let seen = Seen {
                    line,
                    raw_query,
                    host: header("host"),
                    token: header("authorization"),
                    content_type: header("content-type"),
                    accept: header("accept"),
                    cache_control: header("cache-control"),
                    if_match: header("if-match"),
                    body: serde_json::from_slice(&body).unwrap_or(Json::Null),
                    n: log.len(),
                };
                log.push(seen.clone());
                drop(log);
                let Reply(status, body, headers) = answer(&seen);
                let mut reply = Response::builder().status(StatusCode::from_u16(status).unwrap());
                for (name, value) in headers {
                    reply = reply.header(name, value);
                }
                let body = match body {
                    Json::Null => Body::empty(),
                    Json::String(text) => Body::from(text),
                    json => Body::from(json.to_string()),
                };
                reply.body(body).unwrap()
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, seen }
    }

    pub fn provider(&self, dialect: Dialect) -> ServiceProvider {
        self.provider_with(Capabilities::assumed(dialect), static_token(self.address))
    }

    pub fn provider_with(&self, can: Capabilities, tokens: Arc<dyn TokenSource>) -> ServiceProvider {
        provider_at(self.address, can, tokens)
    }

    pub fn admin(&self) -> Admin {
        let base = format!("http://{}/admin/rest/v1", self.address).parse().unwrap();
        Admin::with_retry(base, static_token(self.address), Arc::new(Pacer::new(0)), quick()).unwrap()
    }

    pub fn lines(&self) -> Vec<String> {
        let prefix = " /identity/v1/";
        self.seen().into_iter().map(|seen| seen.line.replacen(prefix, " ", 1)).collect()
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Waits of our own last a millisecond; waits that a server asks for stay as they are.
pub fn quick() -> Retry {
    Retry { first: Duration::from_millis(1), longest: Duration::from_millis(2), ..Retry::default() }
}

pub fn static_token(address: SocketAddr) -> Arc<dyn TokenSource> {
    let origin: Origin = format!("http://{address}").parse().unwrap();
    Arc::new(StaticToken::new(origin, Secret::new("t0")))
}

pub fn provider_at(address: SocketAddr, can: Capabilities, tokens: Arc<dyn TokenSource>) -> ServiceProvider {
    let base = format!("http://{address}/identity/v1").parse().unwrap();
    ServiceProvider::with_retry(base, tokens, Arc::new(Pacer::new(0)), can, quick()).unwrap()
}
