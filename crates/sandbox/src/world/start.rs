//! Starts every service of a practice world, and ends them together.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use axum::Router;
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;

use super::observe::wrap;
use super::{Dialect, Endpoints, Options, Service, World, bind, lock, serve};

/// Why a practice world could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port could not be opened.
    #[error("the practice service {service:?} cannot listen on port {port}: {source}")]
    Bind {
        /// Which service.
        service: Service,
        /// The port asked for; 0 means any.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The DNS server could not open its ports.
    #[error("the practice DNS server cannot listen: {0}")]
    Dns(io::Error),
}

/// A practice world that is served. Everything ends when it is dropped.
pub struct Running {
    /// Where everything listens.
    pub endpoints: Endpoints,
    /// The world behind the services.
    pub world: Arc<World>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Ends every service and waits until the ports are closed.
    pub async fn stop(mut self) {
        lock(&self.world.tasks).abort_all();
        self.tasks.shutdown().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.world.tasks).abort_all();
    }
}

/// Starts a practice world.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let mut listeners = BTreeMap::new();
    for service in Service::ALL {
        let port = options.ports.get(&service).copied().unwrap_or(0);
        let bound = bind(port).await.map_err(|source| StartError::Bind { service, port, source })?;
        listeners.insert(service, bound);
    }
    let (udp, tcp) = dns_sockets().await.map_err(StartError::Dns)?;
    let dns = udp.local_addr().map_err(StartError::Dns)?.to_string();
    let world = World::new(options);
    let endpoints = endpoints(&world, &listeners, dns)?;
    let _ = world.endpoints.set(endpoints);
    world.issue(Service::Login, "client_secret", world.endpoints().entra.client_secret.clone());
    world.join_service(Arc::new(crate::service::provision::Provisioner::default()));
    world.seed();

    let mut tasks = JoinSet::new();
    for (service, listener) in listeners {
        tasks.spawn(serve(listener, router(&world, service)));
    }
    tasks.spawn(crate::domain::serve_dns(world.clone(), udp, tcp));
    Ok(Running { endpoints: world.endpoints().clone(), world, tasks })
}

fn router(world: &Arc<World>, service: Service) -> Router {
    let bare = match service {
        Service::GotoAuth => crate::goto::auth_router(world.clone()),
        Service::GotoApi => crate::goto::api_router(world.clone()),
        Service::OrganizationCenter => crate::domain::organization_center_router(world.clone()),
        Service::Web => crate::domain::web_router(world.clone()),
        Service::Control => return crate::control::router(world.clone()),
        Service::Login => crate::login::router(world.clone()),
        Service::Graph => crate::graph::router(world.clone()),
        Service::Portal => crate::portal::router(world.clone()),
    };
    wrap(world.clone(), service, bare)
}

fn endpoints(
    world: &Arc<World>,
    listeners: &BTreeMap<Service, TcpListener>,
    dns: String,
) -> Result<Endpoints, StartError> {
    let mut urls = BTreeMap::new();
    for (&service, listener) in listeners {
        let address =
            listener.local_addr().map_err(|source| StartError::Bind { service, port: 0, source })?;
        urls.insert(service, format!("http://{address}"));
    }
    let url = |service: Service| urls[&service].clone();
    let scim = match world.options.dialect {
        Dialect::GotoV1 => format!("{}/identity/v1", url(Service::GotoApi)),
        Dialect::Scim2 => format!("{}/scim/v2", url(Service::GotoApi)),
    };
    Ok(Endpoints {
        login: url(Service::Login),
        graph: url(Service::Graph),
        goto_auth: url(Service::GotoAuth),
        goto_api: url(Service::GotoApi),
        scim,
        organization_center: url(Service::OrganizationCenter),
        web: url(Service::Web),
        portal: url(Service::Portal),
        control: url(Service::Control),
        dns,
        entra: crate::entra::client(world),
        goto: crate::goto::credentials(world),
        application: crate::entra::application(world),
        scim_token: crate::goto::scim_token(world),
    })
}

/// UDP and TCP on the same port, as resolvers expect. Another process may hold the TCP twin of a free UDP port.
async fn dns_sockets() -> io::Result<(UdpSocket, TcpListener)> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..20 {
        let udp = UdpSocket::bind("127.0.0.1:0").await?;
        match bind(udp.local_addr()?.port()).await {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) => last = error,
        }
    }
    Err(last)
}
