//! A small authorization server of the tests' own, for replies that an honest one never sends.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::Url;
use usher_auth::{Callback, Client, ClientAuthentication, IssParameter, IssuerRule, Provider, Secret};

/// One scripted answer of the token endpoint.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(&'static str, String)>,
    pub delay: Duration,
}

pub fn answer(status: u16, body: Value) -> Answer {
    Answer { status, body, headers: Vec::new(), delay: Duration::ZERO }
}

#[derive(Default)]
pub struct Seen {
    /// Answers to give first, in order; then the honest ones.
    pub script: VecDeque<Answer>,
    /// The forms that the token endpoint received.
    pub tokens: Vec<BTreeMap<String, String>>,
    /// `Authorization` headers beside them.
    pub authorization: Vec<Option<String>>,
    pub revoked: Vec<String>,
    /// The only refresh token that is accepted at present.
    pub refresh: String,
    /// How many refreshes are being answered, and the most at one time.
    pub busy: usize,
    pub most_busy: usize,
    pub rotate: bool,
    pub slow: Duration,
    /// Stands before every token, so that a test can look for it.
    pub prefix: &'static str,
    counter: usize,
}

#[derive(Clone)]
pub struct Server {
    pub root: Url,
    pub seen: Arc<Mutex<Seen>>,
}

impl Server {
    pub async fn start() -> Self {
        let seen =
            Arc::new(Mutex::new(Seen { rotate: true, refresh: "refresh-0".into(), ..Seen::default() }));
        let app = Router::new()
            .route("/token", post(token))
            .route("/revoke", post(revoke))
            .with_state(seen.clone());
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(socket, app).await });
        Self { root: format!("http://{address}/").parse().expect("an address"), seen }
    }

    pub fn provider(&self) -> Provider {
        let at = |path| self.root.join(path).expect("an address");
        Provider {
            authorize: at("/authorize"),
            token: at("/token"),
            device: None,
            revoke: Some(at("/revoke")),
            issuer: IssuerRule::Exactly(self.root.as_str().trim_end_matches('/').to_owned()),
            iss_parameter: IssParameter::WhenSent,
            scopes: vec!["api".to_owned()],
            callback: Callback::AnyPort,
            client_authentication: ClientAuthentication::Basic,
        }
    }

    pub fn client(&self) -> Client {
        Client { id: "client-1".to_owned(), secret: Some(Secret::new("client secret: 100 %")) }
    }

    pub fn with<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        change(&mut self.seen.lock().expect("no panic"))
    }
}

async fn token(
    State(seen): State<Arc<Mutex<Seen>>>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> axum::response::Response {
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (scripted, slow) = {
        let mut seen = seen.lock().expect("no panic");
        seen.tokens.push(form.clone());
        let header = headers.get("authorization").and_then(|value| value.to_str().ok()).map(str::to_owned);
        seen.authorization.push(header);
        seen.busy += 1;
        seen.most_busy = seen.most_busy.max(seen.busy);
        (seen.script.pop_front(), seen.slow)
    };
    tokio::time::sleep(slow).await;
    if let Some(scripted) = scripted {
        tokio::time::sleep(scripted.delay).await;
        seen.lock().expect("no panic").busy -= 1;
        let mut reply =
            (StatusCode::from_u16(scripted.status).expect("a status"), Json(scripted.body)).into_response();
        for (name, value) in scripted.headers {
            reply.headers_mut().insert(name, value.parse().expect("a header"));
        }
        return reply;
    }
    let mut seen = seen.lock().expect("no panic");
    seen.busy -= 1;
    seen.counter += 1;
    let number = seen.counter;
    let mut body = json!({"access_token": format!("{}access-{number}", seen.prefix), "expires_in": 3600, "scope": "api", "principal": "ada@example.org"});
    match field("grant_type").as_str() {
        "authorization_code" => body["refresh_token"] = json!(seen.refresh),
        "client_credentials" => {}
        "refresh_token" if field("refresh_token") == seen.refresh => {
            if seen.rotate {
                seen.refresh = format!("{}refresh-{number}", seen.prefix);
                body["refresh_token"] = json!(seen.refresh);
            }
        }
        _ => return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response(),
    }
    Json(body).into_response()
}

async fn revoke(
    State(seen): State<Arc<Mutex<Seen>>>,
    Form(form): Form<BTreeMap<String, String>>,
) -> StatusCode {
    seen.lock().expect("no panic").revoked.extend(form.get("token").cloned());
    StatusCode::OK
}

/// An id_token without a signature: the client takes it from TLS, not from a key.
pub fn id_token(claims: &Value) -> String {
    format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode("{\"alg\":\"none\"}"),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    )
}
