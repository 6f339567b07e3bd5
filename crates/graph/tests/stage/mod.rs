//! A server for one test: a closure answers, everything received is kept.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use serde_json::Value;
use usher_auth::{Origin, Secret, StaticToken, TokenSource};
use usher_graph::{Graph, Retry};

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `GET /v1.0/me?$select=id`, decoded.
    pub line: String,
    pub token: String,
    pub eventual: bool,
    pub body: Value,
    /// Position among all requests, from 0.
    pub n: usize,
}

pub struct Reply(pub u16, pub Value, pub Vec<(&'static str, String)>);

pub fn ok(body: Value) -> Reply {
    Reply(200, body, vec![])
}

pub fn fail(status: u16, code: &str) -> Reply {
    Reply(status, serde_json::json!({"error": {"code": code, "message": "no"}}), vec![])
}

pub struct Stage {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stage {
    pub async fn new(answer: impl Fn(&Seen, SocketAddr) -> Reply + Send + Sync + 'static) -> Self {
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
                assert!(header("client-request-id").len() == 36, "every call is named");
                let query = parts.uri.query().unwrap_or("");
                let decoded: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
                    .map(|(key, value)| format!("{key}={value}"))
                    .collect();
                let mut line = format!("{} {}", parts.method, parts.uri.path());
                if !decoded.is_empty() {
                    line = format!("{line}?{}", decoded.join("&"));
                }
                let mut log = log.lock().unwrap();
                let seen = Seen {
                    line,
                    token: header("authorization"),
                    eventual: header("consistencylevel") == "eventual",
                    body: serde_json::from_slice(&body).unwrap_or(Value::Null),
                    n: log.len(),
                };
                log.push(seen.clone());
                drop(log);
                let Reply(status, body, headers) = answer(&seen, address);
                let mut reply = Response::builder().status(StatusCode::from_u16(status).unwrap());
                for (name, value) in headers {
                    reply = reply.header(name, value);
                }
                let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
                reply.body(body).unwrap()
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, seen }
    }

    pub fn graph(&self) -> Graph {
        let origin: Origin = format!("http://{}", self.address).parse().unwrap();
        self.graph_with(Arc::new(StaticToken::new(origin, Secret::new("t0"))))
    }

    pub fn graph_with(&self, tokens: Arc<dyn TokenSource>) -> Graph {
        graph_at(self.address, tokens)
    }

    pub fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// A client whose own waits are a millisecond; waits that a server asks for stay as they are.
pub fn graph_at(address: SocketAddr, tokens: Arc<dyn TokenSource>) -> Graph {
    let retry =
        Retry { first: Duration::from_millis(1), longest: Duration::from_millis(2), ..Retry::default() };
    Graph::with_retry(format!("http://{address}").parse().unwrap(), tokens, retry).unwrap()
}
