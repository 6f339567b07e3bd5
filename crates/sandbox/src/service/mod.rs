//! The stand-in for Microsoft's provisioning service: the one seam behind which a real engine provisions.
//!
//! Graph configures jobs and asks; whoever implements [`ProvisioningService`] reads the practice tenant and writes the
//! practice GoTo: [`provision`]. A world without one says so: `start` and on-demand provisioning answer 501.

pub mod credentials;
pub mod provision;
pub mod schedule;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;

use crate::world::World;

/// One cycle that is due.
#[derive(Debug, Clone)]
pub struct CycleRequest {
    /// The service principal.
    pub service_principal_id: String,
    /// The job.
    pub job_id: String,
    /// The cycle's id.
    pub cycle_id: String,
    /// The synchronizationSchema of the job.
    pub schema: Value,
    /// The stored secrets: `SyncAll`, `SyncNotificationSettings`, `BaseAddress`, tokens ...
    pub secrets: BTreeMap<String, String>,
    /// Everything is evaluated, not only changes.
    pub initial: bool,
    /// Deletions that the threshold held back may go through.
    pub force_deletes: bool,
    /// Links between source and target objects are forgotten first.
    pub forget_links: bool,
}

/// How a cycle ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CycleState {
    /// Everything went through.
    Succeeded,
    /// Single objects failed.
    EntryLevelErrors,
    /// The cycle failed as a whole.
    Failed,
}

/// What a cycle did.
#[derive(Debug, Clone)]
pub struct CycleOutcome {
    /// How it ended.
    pub state: CycleState,
    /// Assigned objects.
    pub entitled: i64,
    /// Of these, the ones that may be provisioned.
    pub entitled_for_provisioning: i64,
    /// Objects with errors.
    pub escrowed: i64,
    /// Objects written.
    pub exported: i64,
    /// Objects read.
    pub imported: i64,
    /// Provisioned objects by type, such as `User`.
    pub entries: BTreeMap<String, i64>,
    /// What failed, as a whole.
    pub error: Option<(String, String)>,
    /// A quarantine reason (`EncounteredQuarantineException`, `TooManyDeletes` ...).
    pub quarantine: Option<String>,
    /// provisioningObjectSummary entries without `id`, which is added here.
    pub log: Vec<Value>,
}

/// One object to be provisioned at once.
#[derive(Debug, Clone)]
pub struct OnDemandRequest {
    /// The cycle that would otherwise do it.
    pub cycle: CycleRequest,
    /// The rule of the schema.
    pub rule_id: String,
    /// User or group id.
    pub object_id: String,
    /// `User` or `Group`.
    pub object_type: String,
    /// Members, for a group.
    pub members: Vec<String>,
}

/// What on-demand provisioning did.
#[derive(Debug, Clone)]
pub struct OnDemandOutcome {
    /// `Success`, `Skipped` or `Failure`.
    pub result: String,
    /// Code and message of a failure.
    pub error: Option<(String, String)>,
    /// The object's story: action, steps, modified properties, identities.
    pub record: Value,
}

/// Whoever performs the cycles of a job.
pub trait ProvisioningService: Send + Sync + 'static {
    /// Runs one cycle to its end.
    fn cycle(&self, world: Arc<World>, request: CycleRequest) -> BoxFuture<'static, CycleOutcome>;

    /// Provisions one object.
    fn on_demand(&self, world: Arc<World>, request: OnDemandRequest) -> BoxFuture<'static, OnDemandOutcome>;
}

/// The interval of incremental cycles: fixed, about 40 minutes.
pub const INTERVAL_MINUTES: i64 = 40;

/// When the next cycle is due after one that began at this time.
pub fn next_due(began: Timestamp) -> Timestamp {
    let interval = jiff::SignedDuration::from_mins(INTERVAL_MINUTES);
    began.saturating_add(interval).unwrap_or(Timestamp::MAX)
}
