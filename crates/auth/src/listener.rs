//! The loopback listener (RFC 8252 section 7.3): open only while a sign-in waits for its browser.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{Method, StatusCode, header};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::page::PageTexts;
use crate::provider::{Callback, IssParameter, IssuerRule, Redirect, RedirectHost};
use crate::wire::refusal;
use crate::{Provider, Secret, SignInError};

/// How often another free port is tried when the second family's one happens to be taken.
const EPHEMERAL_TRIES: usize = 10;
/// How long the last page may take to reach the browser before the listener closes all the same.
const LAST_PAGE: Duration = Duration::from_secs(2);

/// Sockets on every loopback address that the redirect URI may mean.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) redirect: Redirect,
    sockets: Vec<TcpListener>,
}

/// Binds what the callback rule asks for; `choice` selects among registered redirect URIs.
pub(crate) async fn bind(callback: &Callback, choice: usize) -> Result<Listener, SignInError> {
    match callback {
        Callback::Registered(uris) => {
            let uri = uris.get(choice).ok_or_else(|| SignInError::BadRedirect { uri: String::new() })?;
            let redirect = Redirect::registered(uri)?;
            let spares: Vec<String> = uris.iter().filter(|other| *other != uri).cloned().collect();
            let taken = |port| SignInError::PortTaken { port, spares };
            match sockets(redirect.host, redirect.port).await {
                Ok(sockets) => Ok(Listener { redirect, sockets }),
                Err(ErrorKind::AddrInUse) => Err(taken(redirect.port)),
                Err(kind) => Err(SignInError::Listener { kind }),
            }
        }
        Callback::AnyPort => {
            let mut last = ErrorKind::AddrInUse;
            for _ in 0..EPHEMERAL_TRIES {
                match sockets(RedirectHost::Localhost, 0).await {
                    Ok(sockets) => {
                        let address =
                            sockets[0].local_addr().map_err(|e| SignInError::Listener { kind: e.kind() })?;
                        let port = address.port();
                        let uri = format!("http://localhost:{port}");
                        let redirect =
                            Redirect { uri, host: RedirectHost::Localhost, port, path: "/".to_owned() };
                        return Ok(Listener { redirect, sockets });
                    }
                    // Any port will do for this cloud, so one that is half taken is simply left alone.
                    Err(ErrorKind::AddrInUse) => {}
                    Err(kind) => {
                        last = kind;
                        break;
                    }
                }
            }
            Err(SignInError::Listener { kind: last })
        }
    }
}

async fn sockets(host: RedirectHost, port: u16) -> Result<Vec<TcpListener>, ErrorKind> {
    let bind = |address: SocketAddr| async move { TcpListener::bind(address).await };
    let v6 = |port| SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    if host == RedirectHost::V6 {
        return Ok(vec![bind(v6(port)).await.map_err(|e| e.kind())?]);
    }
    let first = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await.map_err(|e| e.kind())?;
    let port = first.local_addr().map_err(|e| e.kind())?.port();
    if host == RedirectHost::V4 {
        return Ok(vec![first]);
    }
    // The browser may try ::1 first: whoever holds that port there would receive the code.
    match bind(v6(port)).await {
        Ok(second) => Ok(vec![first, second]),
        Err(error) if no_such_family(&error) => Ok(vec![first]),
        Err(error) => Err(error.kind()),
    }
}

/// The computer has no IPv6 loopback: then nobody else can hold the port there either.
fn no_such_family(error: &std::io::Error) -> bool {
    // EAFNOSUPPORT on Linux and macOS, WSAEAFNOSUPPORT on Windows have no ErrorKind.
    matches!(error.kind(), ErrorKind::AddrNotAvailable | ErrorKind::Unsupported)
        || matches!(error.raw_os_error(), Some(97 | 47 | 10047))
}

/// The one callback that was accepted. The browser's tab waits until `page` is told the outcome.
pub(crate) struct Arrived {
    pub(crate) outcome: Result<Secret, SignInError>,
    pub(crate) page: oneshot::Sender<Result<(), String>>,
}

/// The running listener; dropping it closes the sockets at once.
pub(crate) struct Serving {
    pub(crate) arrived: oneshot::Receiver<Arrived>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

struct Waiting {
    redirect: Redirect,
    state: [u8; 32],
    issuer: IssuerRule,
    iss_parameter: IssParameter,
    host: String,
    texts: PageTexts,
    first: Mutex<Option<oneshot::Sender<Arrived>>>,
}

impl Listener {
    /// Begins to answer. `state` is the attempt's own; a callback without it is a stranger's.
    pub(crate) fn serve(self, provider: &Provider, state: &Secret, texts: PageTexts) -> Serving {
        let (first, arrived) = oneshot::channel();
        let (stop, stopped) = watch::channel(false);
        let waiting = Arc::new(Waiting {
            redirect: self.redirect,
            state: Sha256::digest(state.expose()).into(),
            issuer: provider.issuer.clone(),
            iss_parameter: provider.iss_parameter,
            host: provider.authorize.host_str().unwrap_or_default().to_owned(),
            texts,
            first: Mutex::new(Some(first)),
        });
        let app = Router::new().fallback(answer).with_state(waiting);
        let tasks = self.sockets.into_iter().map(|socket| {
            let (app, mut stopped) = (app.clone(), stopped.clone());
            tokio::spawn(async move {
                let end = async move {
                    // A dropped sender means the same as a stop.
                    let _ = stopped.wait_for(|stop| *stop).await;
                };
                if let Err(error) = axum::serve(socket, app).with_graceful_shutdown(end).await {
                    tracing::warn!(kind = %error.kind(), "the loopback listener ended");
                }
            })
        });
        Serving { arrived, stop, tasks: tasks.collect() }
    }
}

impl Serving {
    /// Lets the last page through, then closes.
    pub(crate) async fn close(mut self) {
        let _ = self.stop.send(true);
        let all = futures::future::join_all(self.tasks.iter_mut());
        if tokio::time::timeout(LAST_PAGE, all).await.is_err() {
            tracing::debug!("the browser kept its connection open; the listener closes anyway");
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn answer(State(waiting): State<Arc<Waiting>>, request: Request) -> Response {
    let query = match judge(&waiting, &request) {
        Ok(query) => query,
        Err(status) => {
            // The address is not logged: a misdirected callback still holds a code.
            tracing::warn!(
                status = status.as_u16(),
                "a request that does not belong to this sign-in was refused"
            );
            return waiting.texts.stray(status);
        }
    };
    let first = waiting.first.lock().map(|mut first| first.take()).unwrap_or_default();
    let Some(first) = first else {
        tracing::warn!("a second callback was refused");
        return waiting.texts.stray(StatusCode::GONE);
    };
    let (page, told) = oneshot::channel();
    if first.send(Arrived { outcome: outcome(&waiting, query), page }).is_err() {
        return waiting.texts.failed(&SignInError::Cancelled.to_string());
    }
    match told.await {
        Ok(Ok(())) => waiting.texts.done(),
        Ok(Err(reason)) => waiting.texts.failed(&reason),
        Err(_) => waiting.texts.failed(&SignInError::Cancelled.to_string()),
    }
}

/// The parameters of RFC 6749 section 4.1.2 and RFC 9207.
#[derive(Default)]
struct Query {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Whether a request is the callback of this attempt. Anything else leaves the attempt waiting.
fn judge(waiting: &Waiting, request: &Request) -> Result<Query, StatusCode> {
    // A page elsewhere can make the browser call us under a name of its own (DNS rebinding).
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host_fits =
        hosts.next().is_some_and(|host| host.as_bytes() == waiting.redirect.authority().as_bytes());
    if !host_fits || hosts.next().is_some() {
        return Err(StatusCode::MISDIRECTED_REQUEST);
    }
    if request.uri().path() != waiting.redirect.path {
        return Err(StatusCode::NOT_FOUND);
    }
    if request.method() != Method::GET {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let mut query = Query::default();
    for (name, value) in url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        let place = match &*name {
            "state" => &mut query.state,
            "code" => &mut query.code,
            "iss" => &mut query.iss,
            "error" => &mut query.error,
            "error_description" => &mut query.error_description,
            _ => continue,
        };
        // RFC 6749 section 3.1: a parameter must not appear twice.
        if place.replace(value.into_owned()).is_some() {
            return Err(StatusCode::BAD_REQUEST);
        }
    }
    // Digests are compared, so that timing tells nothing about the value.
    let state: Option<[u8; 32]> = query.state.as_ref().map(|state| Sha256::digest(state).into());
    if state != Some(waiting.state) || query.code.is_some() == query.error.is_some() {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(query)
}

fn outcome(waiting: &Waiting, query: Query) -> Result<Secret, SignInError> {
    let issuer_fits = match &query.iss {
        Some(iss) => waiting.issuer.accepts(iss, None),
        None => waiting.iss_parameter == IssParameter::WhenSent,
    };
    if !issuer_fits {
        return Err(SignInError::WrongIssuer { host: waiting.host.clone() });
    }
    if let Some(error) = query.error {
        let refusal = refusal(&error, &aadsts(query.error_description.as_deref().unwrap_or_default()), None);
        return Err(match refusal.error.as_str() {
            "access_denied" => SignInError::Denied { refusal },
            "unauthorized_client" => SignInError::ClientRefused { host: waiting.host.clone(), refusal },
            _ => SignInError::Refused { host: waiting.host.clone(), refusal },
        });
    }
    Ok(Secret::new(query.code.unwrap_or_default()))
}

/// The `AADSTS` numbers in a description: hints, never decisions.
fn aadsts(description: &str) -> Vec<u32> {
    let parts = description.split("AADSTS").skip(1);
    parts
        .filter_map(|part| {
            part[..part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len())].parse().ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::aadsts;

    #[test]
    fn numbers_are_found_in_descriptions() {
        assert_eq!(aadsts("AADSTS65004: User declined. Trace ID: 1"), [65004]);
        assert_eq!(aadsts("no number, AADSTSx"), [] as [u32; 0]);
    }
}
