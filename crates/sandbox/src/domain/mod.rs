//! Domain verification: the Organization Center, the DNS server, the web server.
//!
//! The DNS and web servers, and the centre's Verify button, all answer from the same functions of [`State`].

mod center;
mod dns;
mod state;
mod web;

pub use center::organization_center_router;
pub use dns::serve_dns;
pub use state::{Answering, DOMAIN, Domain, SUBDOMAIN, State, Status, WebFile, txt_for};
pub use web::web_router;

use crate::world::{World, lock};

/// Fills the state. Called once, when the endpoints are known.
pub fn seed(world: &World) {
    let now = world.clock.now();
    let code = |domain: &str| world.random.uuid(&format!("domain code/{domain}"));
    let mut state = State::default();
    for domain in [DOMAIN, SUBDOMAIN] {
        let value = txt_for(&code(domain));
        state.txt.insert(domain.to_owned(), vec![vec![value.clone()]]);
        state.domains.insert(domain.to_owned(), Domain { status: Status::Verified, value, added: now });
    }
    *lock(&world.domain) = state;
}
