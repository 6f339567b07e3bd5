//! The HTTP client for authorization servers: never follows a redirect, retries what is safe to retry.

use std::time::Duration;

use http::header::RETRY_AFTER;
use oauth2::{HttpRequest, HttpResponse};

use crate::error::{ReplyProblem, Unreachable};
use crate::origin::is_loopback;

/// Replies of honest authorization servers are a few kilobytes; discovery documents stay below 100.
const REPLY_LIMIT: usize = 1024 * 1024;
/// Three tries bridge a dropped connection or a restart; longer outages are for the person to see.
const TRIES: u32 = 3;
/// A server that asks for more patience than this is reported as unreachable rather than waited for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);

/// The client could not be set up: the TLS library or the system's certificates are missing.
#[derive(Debug, thiserror::Error)]
#[error("secure connections cannot be set up on this computer")]
pub struct HttpSetupError(#[source] reqwest::Error);

/// The connections to authorization servers; cheap to clone.
#[derive(Debug, Clone)]
pub struct Http {
    outside: reqwest::Client,
    /// Practice mode lives on loopback: what goes there must not pass through a proxy.
    loopback: reqwest::Client,
    backoff: Duration,
}

/// Whether a request may be sent again after it may have reached the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// A code is used once: again only if the connection was never made, or the server said "later".
    IfNotSent,
    /// The request may be repeated.
    Freely,
}

/// Why there is no reply worth parsing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransportError {
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    #[error(transparent)]
    BadReply(#[from] ReplyProblem),
}

impl Http {
    /// Sets the connections up.
    pub fn new() -> Result<Self, HttpSetupError> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(Duration::from_secs(10))
                .timeout(Duration::from_secs(60))
                .user_agent(concat!("Usher/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            outside: builder().build().map_err(HttpSetupError)?,
            loopback: builder().no_proxy().build().map_err(HttpSetupError)?,
            backoff: Duration::from_millis(500),
        })
    }

    /// The first pause between two tries; each next one is three times as long.
    #[must_use]
    pub fn with_backoff(mut self, first_pause: Duration) -> Self {
        self.backoff = first_pause;
        self
    }

    /// Sends a request, again where `retry` allows it. Redirects, 429 and 5xx come back as errors.
    pub(crate) async fn send(
        &self,
        request: HttpRequest,
        retry: Retry,
    ) -> Result<HttpResponse, TransportError> {
        let mut pause = self.backoff;
        for attempt in 1.. {
            let (error, sent, wanted) = match self.once(request.clone()).await {
                Ok(reply) => return Ok(reply),
                Err(Failure { error, sent, wanted_pause }) => (error, sent, wanted_pause),
            };
            let again = matches!(error, TransportError::Unreachable(_))
                && (retry == Retry::Freely || !sent)
                && attempt < TRIES
                && wanted.is_none_or(|wanted| wanted <= LONGEST_RETRY_AFTER);
            if !again {
                return Err(error);
            }
            tracing::debug!(attempt, %error, "the authorization server did not answer; trying again");
            tokio::time::sleep(wanted.unwrap_or(pause)).await;
            pause *= 3;
        }
        unreachable!("the loop ends by returning")
    }

    async fn once(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let request = reqwest::Request::try_from(request)
            .map_err(|_| Failure::final_(ReplyProblem::Address(crate::OriginError::NotAnAddress)))?;
        crate::Origin::of(request.url()).map_err(|problem| Failure::final_(problem.into()))?;
        let client = if is_loopback(request.url()) { &self.loopback } else { &self.outside };
        let mut reply = client.execute(request).await.map_err(|error| Failure::of(&error))?;
        let status = reply.status();
        if status.is_redirection() {
            return Err(Failure::final_(ReplyProblem::Redirect));
        }
        if status.is_server_error() || status.as_u16() == 429 {
            let wanted_pause = reply
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok()?.trim().parse().ok())
                .map(Duration::from_secs);
            let error = Unreachable::Status { status: status.as_u16() }.into();
            // 429 and 503 say that the request was not worked on (RFC 6585 section 4, RFC 9110 section 15.6.4).
            return Err(Failure { error, sent: !matches!(status.as_u16(), 429 | 503), wanted_pause });
        }
        let mut answer = http::Response::builder().status(status);
        if let Some(kind) = reply.headers().get(http::header::CONTENT_TYPE) {
            answer = answer.header(http::header::CONTENT_TYPE, kind);
        }
        let mut body = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(|error| Failure::of(&error))? {
            if body.len() + chunk.len() > REPLY_LIMIT {
                return Err(Failure::final_(ReplyProblem::TooLarge));
            }
            body.extend_from_slice(&chunk);
        }
        answer.body(body).map_err(|_| Failure::final_(ReplyProblem::NotOAuth { status: status.as_u16() }))
    }
}

struct Failure {
    error: TransportError,
    sent: bool,
    wanted_pause: Option<Duration>,
}

impl Failure {
    fn final_(problem: ReplyProblem) -> Self {
        Self { error: problem.into(), sent: true, wanted_pause: None }
    }

    /// Keeps the kind only: the text of a reqwest error holds the address with its query.
    fn of(error: &reqwest::Error) -> Self {
        let kind = if error.is_timeout() {
            Unreachable::TimedOut
        } else if error.is_connect() {
            Unreachable::NoConnection
        } else {
            Unreachable::Broken
        };
        Self { error: kind.into(), sent: !error.is_connect(), wanted_pause: None }
    }
}
