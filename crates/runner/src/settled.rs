//! What is remembered of the last read whose cycle was settled: of whom it was, and how much it held.
//!
//! A read of another tenant is refused before anything else is read; one that holds far less is a guard's business.

use serde::{Deserialize, Serialize};
use usher_graph::{Graph, GraphErrorKind, Organization};
use usher_plan::{Cycle, Sizes, SourceSnapshot};

use crate::config::Connection;
use crate::error::RunError;
use crate::memory::Memory;
use crate::progress::Watch;
use crate::state;

/// Sign-in authorities that fix no tenant (Microsoft Learn, "Microsoft identity platform and OAuth 2.0 authorization code
/// flow").
const ANY_TENANT: [&str; 3] = ["", "organizations", "common"];

/// The last settled read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Settled {
    /// The tenant's id; unknown where the application may not read it.
    tenant: Option<String>,
    /// What the connection called the tenant.
    named: String,
    /// The application whose assignments were counted.
    application: String,
    /// How much the last read of everything held.
    sizes: Sizes,
    /// The service provider's base URL, where the accounts that are linked are; unknown of cycles of an earlier Usher.
    #[serde(default)]
    target: Option<String>,
}

impl Settled {
    /// What is remembered; nothing before the first settled cycle.
    pub(crate) async fn load(memory: &Memory) -> Result<Option<Self>, RunError> {
        memory.with(|store| store.state(state::SETTLED)).await.map_err(RunError::Store)
    }

    /// How much the last read held, as far as it can be compared with a read for this connection.
    pub(crate) fn sizes(&self, connection: &Connection) -> Sizes {
        let same = self.application == connection.scope.application;
        Sizes { assignments: if same { self.sizes.assignments } else { 0 }, ..self.sizes }
    }

    /// Where the accounts that are linked are.
    pub(crate) fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// What to remember once the cycle of this read is settled. A read of changes does not say how much there is: what the
    /// last read of everything held stays what the next one is compared with.
    pub(crate) fn after(
        connection: &Connection,
        tenant: Option<String>,
        target: &str,
        last: Option<&Self>,
        cycle: Cycle,
        read: &SourceSnapshot,
    ) -> Self {
        let (application, sizes) = match last.filter(|_| cycle != Cycle::Initial) {
            Some(last) => (last.application.clone(), last.sizes),
            None => (connection.scope.application.clone(), read.sizes()),
        };
        let tenant = tenant.or_else(|| last?.tenant.clone());
        Self {
            tenant,
            named: connection.source.tenant.clone(),
            application,
            sizes,
            target: Some(target.to_owned()),
        }
    }

    /// Remembers it.
    pub(crate) async fn save(self, memory: &Memory) -> Result<(), RunError> {
        memory.with(move |store| store.set_state(state::SETTLED, &self)).await.map_err(RunError::Store)
    }
}

/// Asks which tenant answers (Microsoft Learn, "List organizations"), and refuses one that is not the connection's, or not
/// the one that was read before: nobody there is anybody whom Usher knows, so everybody would seem to be gone.
pub(crate) async fn tenant(
    graph: &Graph,
    connection: &Connection,
    last: Option<&Settled>,
    watch: &Watch,
) -> Result<Option<String>, RunError> {
    let asked = tokio::select! {
        asked = graph.organization() => asked,
        () = watch.cancel.cancelled() => return Err(RunError::Cancelled),
    };
    let found = match asked {
        Ok(found) => found,
        // Applications need Organization.Read.All for it, which an older registration may not have: a token of an
        // application is of the tenant that it was asked from, so the connection's word is enough while it stays the same.
        Err(error) if error.kind == GraphErrorKind::Forbidden => {
            return match last {
                Some(last) if !same(&last.named, &connection.source.tenant) => Err(error.into()),
                _ => Ok(None),
            };
        }
        Err(error) => return Err(error.into()),
    };
    let id = found.id.as_str().to_owned();
    let wrong = |wanted: &str| RunError::WrongTenant { wanted: wanted.to_owned(), found: id.clone() };
    if !belongs(&found, &connection.source.tenant) {
        return Err(wrong(&connection.source.tenant));
    }
    match last.and_then(|last| last.tenant.as_deref()) {
        Some(known) if !same(known, &id) => Err(wrong(known)),
        _ => Ok(Some(id)),
    }
}

/// Whether the tenant is the one that is named by its id or by one of its domains.
fn belongs(organization: &Organization, named: &str) -> bool {
    ANY_TENANT.contains(&named)
        || same(organization.id.as_str(), named)
        || organization.verified_domains.iter().any(|domain| same(&domain.name, named))
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
