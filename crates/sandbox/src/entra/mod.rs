//! The practice tenant: people, groups, applications, accounts and what sign-in gave out.

pub mod accounts;
pub mod applications;
pub mod assigning;
pub mod attributes;
pub mod directory;
pub mod grouping;
mod names;
pub mod people;
pub mod tokens;

use crate::world::{Application, EntraClient, PracticeUser, World, lock};

pub use accounts::Account;
pub use applications::{Applications, Assignment, ServicePrincipal};
pub use directory::{Directory, Group, User};
pub use tokens::{Grants, Token};

/// The domain that the practice tenant has verified. Reserved by RFC 2606, so it never reaches a real one.
pub const DOMAIN: &str = "northwind.example";
/// A subdomain with people of its own: GoTo wants a proof for each.
pub const SUBDOMAIN: &str = "eu.northwind.example";
/// The domain that the tenant started with.
pub const INITIAL_DOMAIN: &str = "northwindpractice.onmicrosoft.example";

/// Everything that the practice tenant remembers.
#[derive(Default)]
pub struct State {
    /// People and groups, with their changes.
    pub directory: Directory,
    /// Gallery, applications, service principals, assignments.
    pub applications: Applications,
    /// Accounts that can sign in.
    pub accounts: Vec<Account>,
    /// Codes, tokens, consents.
    pub grants: Grants,
    /// Expires every delta link that was given out so far.
    pub delta_epoch: u64,
    /// The tenant has no Entra ID P1 licence.
    pub without_premium: bool,
}

impl State {
    /// The account behind a user name.
    pub fn account(&self, user_name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.user_name.eq_ignore_ascii_case(user_name))
    }
}

/// Fills the tenant. Depends on the options only.
pub fn seed(world: &World) {
    let mut state = lock(&world.entra);
    *state = State::default();
    accounts::seed(world, &mut state);
    let people = people::generate(world, &mut state.directory);
    let groups = grouping::generate(world, &mut state.directory, &people);
    applications::seed(world, &mut state.applications);
    if world.options.application {
        assigning::seed(world, &mut state, &people, &groups);
    }
}

/// The practice app registration, its tenant and who can sign in.
pub fn client(world: &World) -> EntraClient {
    let users: Vec<PracticeUser> = accounts::practice_users(world);
    EntraClient {
        client_id: world.random.uuid("entra/client"),
        client_secret: format!("practice~{}", hex(&world.random.bytes("entra/secret")[..16])),
        tenant_id: tenant_id(world),
        user_name: users[0].user_name.clone(),
        password: users[0].password.clone(),
        users,
    }
}

/// The tenant's id.
pub fn tenant_id(world: &World) -> String {
    world.random.uuid("entra/tenant")
}

/// The GoTo application of the tenant, empty when it was not added.
pub fn application(world: &World) -> Application {
    if !world.options.application {
        return Application::default();
    }
    Application {
        service_principal_id: world.random.uuid("sp/goto"),
        app_id: world.random.uuid("app/goto"),
        display_name: "GoTo".into(),
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
