//! One request to a service provider: token, origin, pace, and what its failure means.

use std::sync::Arc;
use std::time::Duration;

use http::header::{DATE, ETAG, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Method};
use serde_json::Value as Json;
use url::Url;
use usher_auth::{Need, Origin, Secret, TokenError, TokenSource};

use crate::capabilities::Dialect;
use crate::error::{Class, GotoError, Outcome, classify, error_body};
use crate::pacer::Pacer;

/// No honest page is larger.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// Longer messages are cut.
const LONGEST_TEXT: usize = 600;

/// Bounds for repeating reads. Writes are never repeated here.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Tries in all.
    pub tries: u32,
    /// The first wait when the server names none; doubled each time.
    pub first: Duration,
    /// The longest wait of our own choosing.
    pub longest: Duration,
    /// A longer `Retry-After` is reported instead of slept.
    pub patience: Duration,
}

impl Default for Retry {
    /// One second doubling to 32, six tries: GoTo documents 10 requests a second and a bare 429.
    fn default() -> Self {
        Self {
            tries: 6,
            first: Duration::from_secs(1),
            longest: Duration::from_secs(32),
            patience: Duration::from_secs(120),
        }
    }
}

impl Retry {
    fn pause(&self, attempt: u32, asked: Option<Duration>, jitter: f64) -> Option<Duration> {
        if attempt >= self.tries {
            return None;
        }
        match asked {
            Some(asked) if asked > self.patience => None,
            Some(asked) => Some(asked + self.first.mul_f64(jitter * 0.25)),
            None => {
                let doubled = self.first.saturating_mul(2u32.saturating_pow(attempt - 1));
                Some(doubled.min(self.longest).mul_f64(0.5 + jitter / 2.0))
            }
        }
    }
}

/// The shared way out.
#[derive(Clone)]
pub(crate) struct Transport {
    base: Url,
    tokens: Arc<dyn TokenSource>,
    client: reqwest::Client,
    pacer: Arc<Pacer>,
    retry: Retry,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Request {
    pub method: Method,
    pub url: Url,
    pub body: Option<Json>,
    pub dialect: Option<Dialect>,
    pub if_match: Option<String>,
    /// Asks for a read that sees every write before it.
    pub no_cache: bool,
}

/// A reply with a success status.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub json: Option<Json>,
    pub etag: Option<String>,
    /// `Location`, as an address.
    pub location: Option<Url>,
}

impl Transport {
    pub fn new(
        mut base: Url,
        tokens: Arc<dyn TokenSource>,
        pacer: Arc<Pacer>,
        retry: Retry,
    ) -> Result<Self, GotoError> {
        let refuse =
            |class, detail: String| failure(class, Outcome::NotProcessed, &Method::GET, &base, detail);
        let origin = Origin::of(&base).map_err(|error| refuse(Class::Protocol, error.to_string()))?;
        if origin != *tokens.origin() {
            let detail = format!("the sign-in is for {}, not for {origin}", tokens.origin());
            return Err(refuse(Class::OtherOrigin, detail));
        }
        let client = client(&base)
            .user_agent(concat!("Usher/", env!("CARGO_PKG_VERSION")))
            // A redirect could carry the token elsewhere, and a redirected write may arrive as a GET.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| refuse(Class::Protocol, error.without_url().to_string()))?;
        base.set_query(None);
        base.set_fragment(None);
        Ok(Self { base, tokens, client, pacer, retry })
    }

    pub fn base(&self) -> &Url {
        &self.base
    }

    pub fn pacer(&self) -> &Arc<Pacer> {
        &self.pacer
    }

    /// The address below the base.
    pub fn url(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
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

    /// A read: paced, and repeated within bounds.
    pub async fn read(&self, request: Request) -> Result<Reply, GotoError> {
        let mut attempt = 1;
        loop {
            let started = self.pacer.turn().await;
            let error = match self.once(&request).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            if matches!(error.class, Class::TooMany { .. }) {
                self.pacer.refused(started).await;
            }
            let again = match error.class {
                Class::TooMany { .. } | Class::LostReply => true,
                // Somebody may be waiting in front of a screen: three tries show that nobody is there.
                Class::Unreachable => attempt < 3,
                Class::Server => matches!(error.status, Some(502..=504)),
                _ => false,
            };
            let asked = match error.class {
                Class::TooMany { retry_after } => retry_after,
                _ => None,
            };
            let jitter = rand::random::<f64>();
            let Some(pause) = self.retry.pause(attempt, asked, jitter).filter(|_| again) else {
                return Err(error);
            };
            tracing::debug!(path = %error.path, status = error.status, attempt, ?pause, "read is repeated");
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// A write: sent once. Only a refused token is renewed and tried again, because a request that was turned away
    /// at the door was not processed.
    pub async fn once(&self, request: &Request) -> Result<Reply, GotoError> {
        if !self.tokens.origin().admits(&request.url) {
            let detail = "the address belongs to another origin".to_owned();
            let refused =
                failure(Class::OtherOrigin, Outcome::NotProcessed, &request.method, &request.url, detail);
            return Err(refused);
        }
        let token = self.token(request, Need::Current).await?;
        let error = match self.attempt(request, &token).await {
            Err(error) if matches!(error.status, Some(401 | 403)) => error,
            other => return other,
        };
        let token_at_fault = match error.class {
            Class::BadToken => true,
            // GoTo's 401 without its `not.authorized` code may be either; one renewal tells.
            Class::NeedsOrganisationRole => error.code.as_deref() != Some("not.authorized"),
            _ => false,
        };
        if !token_at_fault {
            return Err(error);
        }
        match self.tokens.token(Need::Fresh).await {
            Ok(fresh) => self.attempt(request, &fresh).await,
            Err(TokenError::StaticTokenRefused { .. }) => Err(error),
            Err(other) => Err(no_token(request, &other)),
        }
    }

    async fn token(&self, request: &Request, need: Need) -> Result<Secret, GotoError> {
        self.tokens.token(need).await.map_err(|error| no_token(request, &error))
    }

    async fn attempt(&self, request: &Request, token: &Secret) -> Result<Reply, GotoError> {
        let Request { method, url, dialect, .. } = request;
        // RFC 7644 section 3.1; GoTo's description names application/json.
        let (content, accept) = match dialect {
            Some(Dialect::GotoV1) => ("application/json", "application/json"),
            Some(Dialect::Scim2) => {
                ("application/scim+json", "application/scim+json, application/json;q=0.9")
            }
            None => ("application/json", "application/scim+json, application/json"),
        };
        let mut builder = self
            .client
            .request(method.clone(), url.clone())
            .bearer_auth(token.expose())
            .header("accept", accept);
        if let Some(body) = &request.body {
            builder = builder.header("content-type", content).body(body.to_string());
        }
        if let Some(tag) = &request.if_match {
            builder = builder.header("if-match", tag);
        }
        if request.no_cache {
            builder = builder.header("cache-control", "no-cache");
        }
        let lost = |error: reqwest::Error| {
            // Before the connection stands nothing was sent; afterwards nobody knows.
            let (class, outcome) = match error.is_connect() || error.is_builder() {
                true => (Class::Unreachable, Outcome::NotProcessed),
                false => (Class::LostReply, Outcome::Unknown),
            };
            failure(class, outcome, method, url, reason(&error))
        };
        let response = builder.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = read(response, LARGEST_BODY).await.map_err(|error| match error {
            Unread::Broken(error) => lost(error),
            Unread::TooLarge => {
                failure(Class::Protocol, Outcome::Unknown, method, url, "the reply is too large".to_owned())
            }
        });
        if (200..300).contains(&status) {
            let body = body?;
            let header = |name| headers.get(name).and_then(|text| text.to_str().ok());
            let etag = header(ETAG).map(str::to_owned);
            let location = header(LOCATION).and_then(|text| url.join(text).ok());
            let json = match body.iter().all(u8::is_ascii_whitespace) {
                true => None,
                false => match serde_json::from_slice(&body) {
                    Ok(json) => Some(json),
                    // A write was taken, whatever words say so.
                    Err(_) if *method != Method::GET && !is_page(&body) => None,
                    Err(error) => {
                        let (outcome, detail) = match is_page(&body) {
                            true => (
                                Outcome::NotProcessed,
                                "a web page answers there, not a SCIM service provider".to_owned(),
                            ),
                            false => (Outcome::Unknown, format!("the reply is not JSON: {error}")),
                        };
                        let failed = failure(Class::Protocol, outcome, method, url, detail);
                        return Err(GotoError { status: Some(status), ..failed });
                    }
                },
            };
            return Ok(Reply { status, json, etag, location });
        }
        if let (300..400, Some(to)) = (status, headers.get(LOCATION).and_then(|to| to.to_str().ok())) {
            // The rest of such an address carries the state of a sign-in.
            let to = url.join(to).map(|to| format!("{}{}", to.origin().ascii_serialization(), to.path()));
            let detail = format!("requests are sent on to {}", to.as_deref().unwrap_or("another address"));
            let failed = failure(Class::Protocol, Outcome::NotProcessed, method, url, detail);
            return Err(GotoError { status: Some(status), ..failed });
        }
        let found = error_body(&body.unwrap_or_default());
        let (class, outcome) = classify(status, &found, *dialect, retry_after(&headers));
        let safe = |text: String| shown(&text, token);
        Err(GotoError {
            class,
            outcome,
            method: method.to_string(),
            path: url.path().to_owned(),
            status: Some(status),
            code: found.code.map(safe),
            detail: safe(found.detail),
        })
    }
}

/// Whether a body is a page for people: of a sign-in, or of a proxy.
fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

pub(crate) enum Unread {
    Broken(reqwest::Error),
    TooLarge,
}

/// Reads a body up to a limit.
pub(crate) async fn read(mut response: reqwest::Response, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Unread::Broken)? {
        if body.len() + chunk.len() > limit {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// `Retry-After` in seconds or as a date, the date measured against the reply's own `Date`.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(asked).ok()?.timestamp().as_second();
    let now = jiff::fmt::rfc2822::parse(text(DATE)?).ok()?.timestamp().as_second();
    Some(Duration::from_secs(u64::try_from(until - now).unwrap_or(0)))
}

/// What happened, without the address: the innermost cause is the operating system's.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "no answer in time" } else { "the connection failed" }.to_owned();
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

fn no_token(request: &Request, error: &TokenError) -> GotoError {
    let class = match error {
        TokenError::Unreachable { .. } => Class::Unreachable,
        _ => Class::NotSignedIn,
    };
    failure(class, Outcome::NotProcessed, &request.method, &request.url, error.to_string())
}

/// A text of the service as errors may carry it: not endless, and without the token, should the service echo it.
fn shown(text: &str, token: &Secret) -> String {
    let text = if token.is_empty() { text.to_owned() } else { text.replace(token.expose(), "[secret]") };
    text.chars().take(LONGEST_TEXT).collect()
}

/// A client builder for an address. A proxy of the system would be handed the token on the way to this very computer,
/// so loopback addresses go without.
pub(crate) fn client(base: &Url) -> reqwest::ClientBuilder {
    let loopback = match base.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let builder = reqwest::Client::builder();
    if loopback { builder.no_proxy() } else { builder }
}

/// An error that has no error reply behind it.
pub(crate) fn failure(
    class: Class,
    outcome: Outcome,
    method: &Method,
    url: &Url,
    detail: String,
) -> GotoError {
    GotoError {
        class,
        outcome,
        method: method.to_string(),
        path: url.path().to_owned(),
        status: None,
        code: None,
        detail,
    }
}

/// Percent-encodes a query value. A space becomes `%20`: GoTo's Admin API rejects `+`.
fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}
