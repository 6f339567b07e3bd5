//! What every service of the practice world shares: clock, randomness, journal, faults, issued secrets.

mod clock;
mod endpoints;
mod faults;
mod issued;
mod journal;
mod observe;
mod options;
mod random;
mod serve;
mod start;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::task::JoinSet;

use crate::service::ProvisioningService;

pub use clock::{Clock, ClockMode};
pub use endpoints::{Application, Endpoints, EntraClient, GotoClient, PracticeUser};
pub use faults::{Effect, Fault, Faults, Taken};
pub use issued::{Issued, IssuedSecret};
pub use journal::{Entry, Journal};
pub use observe::Reason;
pub use options::{Dialect, Options, Service};
pub use random::Random;
pub use serve::{Cut, bind, serve};
pub use start::{Running, StartError, start};

/// The shared state of one practice world.
pub struct World {
    /// How it was started.
    pub options: Options,
    /// The virtual clock that every service follows.
    pub clock: Clock,
    /// Seeded ids and tokens.
    pub random: Random,
    /// Every request received.
    pub journal: Journal,
    /// Faults that wait for their request.
    pub faults: Faults,
    /// Every secret, token and code that was ever given out.
    pub issued: Issued,
    /// The practice tenant: people, groups, applications, sign-in.
    pub entra: Mutex<crate::entra::State>,
    /// What Graph remembers besides.
    pub graph: Mutex<crate::graph::State>,
    /// Authorisations under way in the portal, by `state`.
    pub portal: Mutex<BTreeMap<String, crate::portal::Pending>>,
    /// Signs id tokens; made when the first is needed.
    pub signer: LazyLock<crate::login::jwt::Signer>,
    /// Running cycles. They end with the world.
    pub tasks: Mutex<JoinSet<()>>,
    /// GoTo: accounts, clients, tokens, users, groups.
    pub goto: Mutex<crate::goto::State>,
    /// Domain verification: DNS records, web files, verification codes.
    pub domain: Mutex<crate::domain::State>,
    endpoints: OnceLock<Endpoints>,
    service: Mutex<Option<Arc<dyn ProvisioningService>>>,
    portal_client: OnceLock<(String, String)>,
}

impl World {
    /// An empty world; [`start`] fills and serves it.
    pub fn new(options: Options) -> Arc<Self> {
        Arc::new(Self {
            clock: Clock::new(options.clock),
            random: Random::new(options.seed),
            journal: Journal::default(),
            faults: Faults::default(),
            issued: Issued::default(),
            entra: Mutex::default(),
            graph: Mutex::default(),
            portal: Mutex::default(),
            signer: LazyLock::new(crate::login::jwt::Signer::new),
            tasks: Mutex::default(),
            goto: Mutex::default(),
            domain: Mutex::default(),
            endpoints: OnceLock::new(),
            service: Mutex::default(),
            portal_client: OnceLock::new(),
            options,
        })
    }

    /// Where the services listen. Known before any router is built and before any seed runs.
    pub fn endpoints(&self) -> &Endpoints {
        self.endpoints.get().expect("endpoints are set before services start")
    }

    /// Joins the provisioning service that runs the cycles of jobs; the last one counts. [`start`] joins the real one.
    pub fn join_service(&self, service: Arc<dyn ProvisioningService>) {
        *lock(&self.service) = Some(service);
    }

    /// Takes the provisioning service away, as if Microsoft's were down for good.
    pub fn part_service(&self) {
        *lock(&self.service) = None;
    }

    /// The provisioning service, when one is joined.
    pub fn service(&self) -> Option<Arc<dyn ProvisioningService>> {
        lock(&self.service).clone()
    }

    /// Id and secret of Microsoft's own client at GoTo.
    pub fn portal_client(&self) -> (String, String) {
        self.portal_client.get().cloned().unwrap_or_default()
    }

    /// Fills every service from the seed, as at the start. Secrets, tokens, positions
    /// and running cycles of before are gone.
    pub fn seed(&self) {
        lock(&self.tasks).abort_all();
        crate::entra::seed(self);
        *lock(&self.graph) = crate::graph::State::default();
        lock(&self.portal).clear();
        crate::goto::seed(self);
        crate::domain::seed(self);
        let client = crate::goto::register_portal_client(self, &crate::portal::redirect_uri(self));
        let _ = self.portal_client.set(client);
    }

    /// Records a secret, token or code that was given out, and returns it.
    pub fn issue(&self, service: Service, kind: &str, value: String) -> String {
        self.issued.add(self.clock.now(), service, kind, &value);
        value
    }
}

/// Locks a state; a panic in another request leaves data that is still the best there is.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
