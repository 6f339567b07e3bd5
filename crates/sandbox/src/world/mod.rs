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

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

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
    /// GoTo: accounts, clients, tokens, users, groups.
    pub goto: Mutex<crate::goto::State>,
    /// Domain verification: DNS records, web files, verification codes.
    pub domain: Mutex<crate::domain::State>,
    endpoints: OnceLock<Endpoints>,
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
            goto: Mutex::default(),
            domain: Mutex::default(),
            endpoints: OnceLock::new(),
            options,
        })
    }

    /// Where the services listen. Known before any router is built and before any seed runs.
    pub fn endpoints(&self) -> &Endpoints {
        self.endpoints.get().expect("endpoints are set before services start")
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
