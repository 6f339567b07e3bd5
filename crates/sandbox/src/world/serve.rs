//! One HTTP/1.1 server per service on loopback. Own accept loop, because a fault must be able to cut a connection
//! before a single byte of the reply is sent.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_service::Service as _;

/// A response with this extension is never sent: the connection is cut instead.
#[derive(Debug, Clone, Copy)]
pub struct Cut;

impl Cut {
    /// A response that is never sent.
    pub fn response() -> Response {
        let mut response = StatusCode::BAD_GATEWAY.into_response();
        response.extensions_mut().insert(Self);
        response
    }
}

/// Listens on loopback; port 0 takes any free one.
pub async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
}

/// Accepts until it is dropped; every connection ends with it.
pub async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    connections.spawn(connection(TokioIo::new(stream), router.clone()));
                }
                // Out of descriptors, for example: give others time to close.
                Err(error) => {
                    tracing::warn!(%error, "accept failed");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(io: TokioIo<tokio::net::TcpStream>, router: Router) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        async move {
            let answer: Result<Response, Infallible> = router.call(request.map(Body::new)).await;
            let Ok(response) = answer;
            match response.extensions().get::<Cut>() {
                Some(Cut) => Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
                None => Ok(response),
            }
        }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(io, service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection ended");
    }
}
