//! Why a run, or a preview, did not do what it was asked for.

use usher_engine::StopReason;
use usher_goto::{Class, GotoError};
use usher_graph::{GraphError, GraphErrorKind};
use usher_mapping::Finding;
use usher_plan::{Changed, Plan};
use usher_store::StoreError;

/// Why a run stopped, or never began.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Microsoft Graph refused or failed.
    #[error(transparent)]
    Source(#[from] GraphError),
    /// The service provider refused or failed.
    #[error(transparent)]
    Target(#[from] GotoError),
    /// Nothing at the address speaks SCIM.
    #[error("nothing at this address speaks SCIM")]
    NotScim,
    /// The connection's memory could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The attribute mappings cannot be used.
    #[error("the attribute mappings cannot be used")]
    Mappings(Vec<Finding>),
    /// Another tenant answers than the one that the connection belongs to.
    #[error("the tenant {found} answers, and the connection belongs to {wanted}")]
    WrongTenant {
        /// The tenant of the connection: what it names, or what was read before.
        wanted: String,
        /// The id of the one that answers.
        found: String,
    },
    /// A read ended before its end was proven, or without somebody who is there.
    #[error("Entra was not read completely")]
    IncompleteRead,
    /// A guard stopped the run before anything was written. A person may approve exactly this plan.
    #[error("a guard stopped the run before anything was written")]
    Guarded(Box<Plan>),
    /// What a person approved no longer fits the world, and a guard stopped what would be done now.
    #[error("what was approved is out of date, and a guard stopped the run before anything was written")]
    Overtaken {
        /// What would be done now.
        plan: Box<Plan>,
        /// What changed since the approval.
        changed: Vec<Changed>,
    },
    /// The plan that was to be carried out no longer fits the world.
    #[error("the plan is out of date: {} things changed since it was made", changed.len())]
    Stale {
        /// What changed.
        changed: Vec<Changed>,
    },
    /// The plan's content does not fit its hash.
    #[error("the plan was edited")]
    Edited,
    /// Practice and live do not mix.
    #[error("a plan of the practice world and a live connection, or the reverse, do not mix")]
    OtherWorld,
    /// The plan belongs to another connection.
    #[error("the plan belongs to another connection")]
    OtherConnection,
    /// It could not be found out what became of the writes of an earlier run: nothing new is begun.
    #[error("it could not be found out what an earlier run had written")]
    NotSettled {
        /// Why not.
        why: StopReason,
    },
    /// A saved plan, or a part of one, does not have its form.
    #[error("a plan cannot be read or written: {0}")]
    PlanForm(String),
    /// A person cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl RunError {
    // Taken by value so that it can be named in `map_err`.
    #[allow(clippy::needless_pass_by_value)]
    pub(crate) fn plan_form(error: serde_json::Error) -> Self {
        Self::PlanForm(error.to_string())
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "entra-not-read",
            Self::Target(_) => "target-not-reached",
            Self::NotScim => "target-not-scim",
            Self::Store(_) => "storage",
            Self::Mappings(_) => "mappings-wrong",
            Self::WrongTenant { .. } => "wrong-tenant",
            Self::IncompleteRead => "incomplete-read",
            Self::Guarded(_) | Self::Overtaken { .. } => "guarded",
            Self::Stale { .. } => "plan-stale",
            Self::Edited => "plan-edited",
            Self::OtherWorld => "other-world",
            Self::OtherConnection => "other-connection",
            Self::NotSettled { .. } => "not-settled",
            Self::PlanForm(_) => "plan-form",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether lost credentials are the reason.
    #[must_use]
    pub fn lost_credentials(&self) -> bool {
        match self {
            Self::Source(error) => matches!(
                error.kind,
                GraphErrorKind::NotSignedIn | GraphErrorKind::StepUp | GraphErrorKind::ClientRefused
            ),
            Self::Target(error) => {
                matches!(error.class, Class::BadToken | Class::NotSignedIn | Class::NeedsOrganisationRole)
            }
            Self::NotSettled { why } => *why == StopReason::LostAuthentication,
            _ => false,
        }
    }
}
