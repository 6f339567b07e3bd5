//! The synchronization interface: templates, jobs, secrets, schema and provision on demand.

mod job;
mod on_demand;
mod schema;
mod secrets;
mod status;

pub use job::{JobSetting, MetadataEntry, ResetScope, Schedule, SyncJob, SyncTemplate};
pub use on_demand::{OnDemandOutcome, OnDemandResult, OnDemandStep, OnDemandSubject};
pub use secrets::{SecretKey, SecretPair};
pub(crate) use status::ever as ever_timestamp;
pub use status::{
    EntryCount, JobProgress, JobState, Quarantine, ScheduleState, SyncError, SyncStatus, TaskExecution,
    TaskState,
};

use url::Url;

use crate::http::Graph;
use crate::ids::ServicePrincipalId;

impl Graph {
    /// An address below `/servicePrincipals/{id}/synchronization`; only the object id works there
    /// (microsoftgraph/msgraph-sdk-python#961).
    fn sync_url(&self, service_principal: &ServicePrincipalId, rest: &[&str]) -> Url {
        let mut path = vec!["servicePrincipals", service_principal.as_str(), "synchronization"];
        path.extend(rest);
        self.url(&path, &[])
    }
}
