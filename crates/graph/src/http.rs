//! One call to Graph: token, origin, repetition, and the reading of the reply.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;
use usher_auth::{Need, Origin, Secret, TokenError, TokenSource};

use crate::error::{Area, GraphError, GraphErrorKind, classify, envelope};
use crate::retry::{Retry, retry_after};

/// No honest page or schema is larger; a reply that is would only fill memory.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// Longer messages are cut; the request ids lead support to the rest.
const LONGEST_TEXT: usize = 600;

/// A synchronization path that keeps refusing is no reason to renew the token more often than this.
const SYNC_REFRESH: Duration = Duration::from_secs(300);

/// The Microsoft Graph client. Cloning is cheap; dropping any of its futures cancels the call.
#[derive(Clone)]
pub struct Graph {
    inner: Arc<Inner>,
}

struct Inner {
    root: Url,
    tokens: Arc<dyn TokenSource>,
    client: reqwest::Client,
    retry: Retry,
    /// When a refusal of the synchronization interface last led to a renewed token.
    sync_refresh: Mutex<Option<Instant>>,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("root", &self.inner.root.as_str()).finish_non_exhaustive()
    }
}

/// Whether a call may be sent again when nobody knows whether it was processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Doing it twice is the same as doing it once.
    Safe,
    /// A second one would make a second object: only repeated when the first was certainly turned away.
    IfRefused,
}

/// One request as a value.
#[derive(Debug)]
pub(crate) struct Call {
    pub method: Method,
    pub url: Url,
    pub body: Option<Value>,
    pub area: Area,
    pub repeat: Repeat,
    /// Asks for the directory's advanced queries (`ConsistencyLevel: eventual`).
    pub eventual: bool,
}

impl Call {
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url, None)
    }

    pub fn new(method: Method, url: Url, body: Option<Value>) -> Self {
        Self { method, url, body, area: Area::Directory, repeat: Repeat::Safe, eventual: false }
    }

    pub fn synchronization(mut self) -> Self {
        self.area = Area::Synchronization;
        self
    }

    pub fn once(mut self) -> Self {
        self.repeat = Repeat::IfRefused;
        self
    }
}

/// A reply with a success status.
#[derive(Debug)]
pub(crate) struct Reply {
    pub body: Vec<u8>,
}

impl Graph {
    /// A client for the Graph of one cloud. `root` is the service root, such as `https://graph.microsoft.com`;
    /// a trailing `/v1.0` is accepted. The tokens must be for the same origin.
    pub fn new(root: Url, tokens: Arc<dyn TokenSource>) -> Result<Self, GraphError> {
        Self::with_retry(root, tokens, Retry::default())
    }

    /// The same with other bounds for repeating calls.
    pub fn with_retry(mut root: Url, tokens: Arc<dyn TokenSource>, retry: Retry) -> Result<Self, GraphError> {
        let origin = Origin::of(&root).map_err(|error| {
            problem(GraphErrorKind::Protocol, &root, format!("the Graph address is unusable: {error}"))
        })?;
        if origin != *tokens.origin() {
            return Err(problem(
                GraphErrorKind::OtherOrigin,
                &root,
                format!("the sign-in is for {}, not for {origin}", tokens.origin()),
            ));
        }
        root.set_query(None);
        root.set_fragment(None);
        let path = root.path().trim_end_matches('/').to_owned();
        root.set_path(&if path.ends_with("/v1.0") { format!("{path}/") } else { format!("{path}/v1.0/") });
        let mut builder = reqwest::Client::builder();
        if is_loopback(&root) {
            // A proxy of the system would be handed the token on the way to this very computer.
            builder = builder.no_proxy();
        }
        let client = builder
            .user_agent(concat!("Usher/", env!("CARGO_PKG_VERSION")))
            // A redirect could lead the token elsewhere; Graph has no need of them on our paths.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| problem(GraphErrorKind::Protocol, &root, error.without_url().to_string()))?;
        Ok(Self { inner: Arc::new(Inner { root, tokens, client, retry, sync_refresh: Mutex::new(None) }) })
    }

    /// The address of a path below `/v1.0/`, its segments and query values encoded.
    pub(crate) fn url(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.inner.root.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            let text: Vec<String> =
                query.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
            url.set_query(Some(&text.join("&")));
        }
        url
    }

    /// Takes a link out of a reply: it must lead to the same origin (a `nextLink` elsewhere would carry the token
    /// and the reader away).
    pub(crate) fn link(&self, text: &str) -> Result<Url, GraphError> {
        let root = &self.inner.root;
        let url = Url::parse(text).map_err(|_| {
            problem(GraphErrorKind::Protocol, root, "a link in a reply is not an address".to_owned())
        })?;
        if !self.inner.tokens.origin().admits(&url) {
            let host = url.host_str().unwrap_or("an unnamed host").to_owned();
            return Err(problem(
                GraphErrorKind::OtherOrigin,
                root,
                format!("a link in a reply leads to {host}"),
            ));
        }
        Ok(url)
    }

    pub(crate) async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T, GraphError> {
        let url = call.url.clone();
        let reply = self.send(call).await?;
        serde_json::from_slice(&reply.body).map_err(|error| {
            problem(GraphErrorKind::Protocol, &url, format!("the reply cannot be read: {error}"))
        })
    }

    /// Sends a call until it succeeds, fails for good, or patience runs out.
    pub(crate) async fn send(&self, call: Call) -> Result<Reply, GraphError> {
        let Inner { tokens, retry, .. } = &*self.inner;
        if !tokens.origin().admits(&call.url) {
            return Err(problem(
                GraphErrorKind::OtherOrigin,
                &call.url,
                "the address is not Graph's".to_owned(),
            ));
        }
        let id = uuid::Uuid::new_v4().to_string();
        let mut token = self.token(&call, Need::Current).await?;
        let mut refreshed = false;
        let mut attempt = 1;
        loop {
            let error = match self.attempt(&call, &token, &id).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            if error.status == Some(401) && !refreshed && self.may_refresh(error.kind) {
                refreshed = true;
                match tokens.token(Need::Fresh).await {
                    Ok(fresh) => {
                        token = fresh;
                        continue;
                    }
                    // The reply says more than "there is no other token" does.
                    Err(TokenError::StaticTokenRefused { .. }) => return Err(error),
                    Err(other) => return Err(no_token(&call, &other)),
                }
            }
            let again = match error.kind {
                GraphErrorKind::Throttled => true,
                // Somebody may be waiting in front of a screen: three tries show that nobody is there.
                GraphErrorKind::Unreachable => attempt < 3,
                GraphErrorKind::LostReply => call.repeat == Repeat::Safe,
                // A 500 to a write may come each time, and after it was done; a read may simply be asked again.
                GraphErrorKind::Server => match error.status {
                    Some(500) => call.method == Method::GET,
                    Some(502..=504) => call.repeat == Repeat::Safe,
                    _ => false,
                },
                _ => false,
            };
            let jitter = rand::random::<f64>();
            let Some(pause) = retry.pause(attempt, error.retry_after, jitter).filter(|_| again) else {
                return Err(error);
            };
            tracing::debug!(path = %error.path, status = error.status, attempt, ?pause, "Graph call is repeated");
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// Whether another token may help. The synchronization interface answers 401 for as long as a new service
    /// principal is unknown to it: a poll must not renew the token each time.
    fn may_refresh(&self, kind: GraphErrorKind) -> bool {
        match kind {
            GraphErrorKind::StepUp => false,
            GraphErrorKind::SyncRefused => {
                let mut last =
                    self.inner.sync_refresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let due = last.is_none_or(|last| last.elapsed() > SYNC_REFRESH);
                if due {
                    *last = Some(Instant::now());
                }
                due
            }
            _ => true,
        }
    }

    async fn token(&self, call: &Call, need: Need) -> Result<Secret, GraphError> {
        self.inner.tokens.token(need).await.map_err(|error| no_token(call, &error))
    }

    async fn attempt(&self, call: &Call, token: &Secret, id: &str) -> Result<Reply, GraphError> {
        let mut request = self
            .inner
            .client
            .request(call.method.clone(), call.url.clone())
            .bearer_auth(token.expose())
            .header("client-request-id", id)
            .header("accept", "application/json");
        if call.eventual {
            request = request.header("ConsistencyLevel", "eventual");
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        } else if call.method == Method::POST {
            // Some gateways answer 411 to a POST without a length.
            request = request.header("content-length", "0");
        }
        let lost = |error: reqwest::Error| {
            let kind =
                if error.is_connect() { GraphErrorKind::Unreachable } else { GraphErrorKind::LostReply };
            let mut failed = problem(kind, &call.url, reason(&error));
            failed.method = call.method.to_string();
            failed.client_request_id = Some(id.to_owned());
            failed
        };
        let response = request.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = read(response).await.map_err(|error| match error {
            Unread::Broken(error) => lost(error),
            Unread::TooLarge => {
                problem(GraphErrorKind::Protocol, &call.url, "the reply is too large".to_owned())
            }
        });
        if (200..300).contains(&status) {
            return body.map(|body| Reply { body });
        }
        // A refusal stays a refusal even if its body broke off.
        let found = envelope(&body.unwrap_or_default());
        let safe = |text: String| shown(&text, token);
        let challenge = header(&headers, "www-authenticate").unwrap_or_default();
        Err(GraphError {
            kind: classify(status, &found, call.area, &challenge),
            method: call.method.to_string(),
            path: call.url.path().to_owned(),
            status: Some(status),
            code: found.code.map(safe),
            message: safe(found.message),
            request_id: found.request_id.or_else(|| header(&headers, "request-id")),
            client_request_id: found.client_request_id.or_else(|| Some(id.to_owned())),
            retry_after: retry_after(&headers),
        })
    }
}

enum Unread {
    Broken(reqwest::Error),
    TooLarge,
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Unread::Broken)? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn reason(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "no answer in time" } else { "the connection failed" }.to_owned();
    // The innermost cause is the operating system's; the outer ones repeat the address with its query.
    let mut source = std::error::Error::source(error);
    let mut last = None;
    while let Some(cause) = source {
        last = Some(cause.to_string());
        source = cause.source();
    }
    if let Some(last) = last.filter(|last| !last.contains("://")) {
        text.push_str(": ");
        text.push_str(&last);
    }
    text
}

fn no_token(call: &Call, error: &TokenError) -> GraphError {
    let kind = match error {
        TokenError::Unreachable { .. } => GraphErrorKind::Unreachable,
        TokenError::ClientRefused { .. } => GraphErrorKind::ClientRefused,
        _ => GraphErrorKind::NotSignedIn,
    };
    let mut failed = problem(kind, &call.url, error.to_string());
    failed.method = call.method.to_string();
    failed
}

/// A text of the service as errors may carry it: not endless, and without the token, should the service echo it.
fn shown(text: &str, token: &Secret) -> String {
    let text = if token.is_empty() { text.to_owned() } else { text.replace(token.expose(), "[secret]") };
    text.chars().take(LONGEST_TEXT).collect()
}

/// An error that has no reply behind it.
pub(crate) fn problem(kind: GraphErrorKind, url: &Url, message: String) -> GraphError {
    GraphError {
        kind,
        method: "GET".to_owned(),
        path: url.path().to_owned(),
        status: None,
        code: None,
        message,
        request_id: None,
        client_request_id: None,
        retry_after: None,
    }
}

/// Percent-encodes a query value; a space becomes `%20`, which every OData server reads alike.
fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

/// An OData string literal: apostrophes are doubled (OData 4.01, ABNF `string`).
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_and_encoded() {
        assert_eq!(quoted("O'Neil & Co"), "'O''Neil & Co'");
        assert_eq!(encode("a b+c&d='é'"), "a%20b%2Bc%26d%3D%27%C3%A9%27");
    }
}
