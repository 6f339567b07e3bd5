//! Domain verification: the Organization Center, the DNS server, the web server.

use std::sync::Arc;

use axum::Router;
use tokio::net::{TcpListener, UdpSocket};

use crate::world::World;

/// The practice organisation's first domain.
pub const DOMAIN: &str = "northwind.example";
/// A subdomain of it, which needs a record of its own.
pub const SUBDOMAIN: &str = "eu.northwind.example";

/// Everything about the practice domains.
#[derive(Default)]
pub struct State {}

/// Fills the state. Called once, when the endpoints are known.
pub fn seed(_world: &World) {}

/// The Organization Center page.
pub fn organization_center_router(_world: Arc<World>) -> Router {
    Router::new()
}

/// The web server of the practice domain.
pub fn web_router(_world: Arc<World>) -> Router {
    Router::new()
}

/// Answers DNS queries until it is dropped.
pub async fn serve_dns(_world: Arc<World>, udp: UdpSocket, tcp: TcpListener) {
    let _sockets = (udp, tcp);
    std::future::pending::<()>().await;
}
