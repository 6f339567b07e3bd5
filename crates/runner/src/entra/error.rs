//! Why the Entra runner did not do what it was asked for.

use usher_graph::{GraphError, GraphErrorKind, OnDemandOutcome};
use usher_mapping::SchemaError;

/// Why the Entra runner did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum EntraError {
    /// Graph refused or failed.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// No application was chosen yet.
    #[error("no application is chosen")]
    NoApplication,
    /// The application cannot be provisioned to this kind of service provider.
    #[error("the application has no synchronization template for this service provider")]
    NoTemplate {
        /// What its templates are for: names of target directories.
        found: Vec<String>,
    },
    /// The application has no synchronization job.
    #[error("the application has no synchronization job")]
    NoJob,
    /// Settings must change, the job is authorised already, and Graph replaces all settings at once without ever
    /// showing the tokens: the change would drop the authorisation.
    #[error("changing the settings would drop the authorisation, because Graph hides the stored tokens")]
    WouldDropCredentials {
        /// The settings that differ.
        settings: Vec<&'static str>,
        /// The keys whose values are hidden.
        hidden: Vec<String>,
    },
    /// Graph accepted settings and shows others.
    #[error("Graph accepted the settings and shows others")]
    SettingsNotKept {
        /// Which.
        keys: Vec<&'static str>,
    },
    /// The stored credentials do not work, or nobody authorised yet.
    #[error("the stored credentials do not work: {message}")]
    NotAuthorized {
        /// What Graph says, word for word: no page lists the codes.
        message: String,
    },
    /// The schema is not one that can be shown as two tables.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A rule that the schema marks as read-only would have to change.
    #[error("the rule {rule} of the schema cannot be edited")]
    ReadOnlyRule {
        /// Its name.
        rule: String,
    },
    /// Graph accepted a schema and shows another.
    #[error("Graph accepted the mappings and shows others")]
    SchemaNotKept,
    /// The schema has no rule for people.
    #[error("the schema has no rule for people")]
    NoRule,
    /// The job runs in Microsoft's cloud: nobody else may provision for this connection.
    #[error("the synchronization job in Entra is switched on")]
    EntraRunnerOn,
    /// The local runner is switched on: the job may not be started as well.
    #[error("the local runner is switched on")]
    LocalRunnerOn,
    /// Letting held-back deletions through does not go together with other resets (`synchronizationJobRestartScope`).
    #[error("held-back deletions are let through alone, without other resets")]
    ForceDeletesAlone,
    /// The job was paused for provisioning on demand and could not be switched on again.
    #[error("the job was paused for provisioning on demand and could not be switched on again: {error}")]
    NotSwitchedOn {
        /// What provisioning on demand had done, where it got that far.
        outcome: Option<Box<OnDemandOutcome>>,
        /// Why not.
        error: GraphError,
    },
    /// A person cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl EntraError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Graph(error) => graph_code(error.kind),
            Self::NoApplication => "application-not-chosen",
            Self::NoTemplate { .. } => "no-synchronization-template",
            Self::NoJob => "no-synchronization-job",
            Self::WouldDropCredentials { .. } => "would-drop-credentials",
            Self::SettingsNotKept { .. } => "settings-not-kept",
            Self::NotAuthorized { .. } => "not-authorized",
            Self::Schema(_) => "schema-not-understood",
            Self::ReadOnlyRule { .. } => "schema-rule-read-only",
            Self::SchemaNotKept => "schema-not-kept",
            Self::NoRule => "schema-without-rule",
            Self::EntraRunnerOn => "entra-runner-on",
            Self::LocalRunnerOn => "local-runner-on",
            Self::ForceDeletesAlone => "force-deletes-alone",
            Self::NotSwitchedOn { .. } => "not-switched-on-again",
            Self::Cancelled => "cancelled",
        }
    }
}

fn graph_code(kind: GraphErrorKind) -> &'static str {
    use GraphErrorKind::*;
    match kind {
        NotSignedIn => "entra-not-signed-in",
        ClientRefused => "entra-client-refused",
        StepUp => "entra-step-up",
        Forbidden => "entra-forbidden",
        SyncRefused => "entra-sync-refused",
        NotFound => "entra-not-found",
        Conflict => "entra-conflict",
        Invalid => "entra-invalid",
        Throttled => "entra-throttled",
        ReplicationPending => "entra-not-replicated",
        Server => "entra-server",
        Unreachable => "entra-unreachable",
        LostReply => "entra-lost-reply",
        Resync | OtherOrigin | Protocol => "entra-protocol",
    }
}
