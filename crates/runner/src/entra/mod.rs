//! The Entra runner: the synchronization job in Microsoft's cloud, driven through Graph.
//!
//! In the order of a set-up: [`apply_setup`] makes the job and writes scope and notices, a person authorises in the
//! portal ([`authorize_link`]), [`wait_for_authorization`] proves it, [`write_mappings`] writes the schema,
//! [`start`] switches on. Afterwards [`status`], [`log`] and [`provision_person`] show and help. Nothing here is kept:
//! what is true is read from Graph each time.

mod control;
mod credentials;
mod error;
mod log;
mod mappings;
mod on_demand;
mod setup;
mod status;

pub use control::{is_active, pause, refuse_local_runner, restart, start};
pub use credentials::{authorize_link, prove_authorization, wait_for_authorization};
pub use error::EntraError;
pub use log::{Log, LogAction, LogChange, LogObject, LogResult, LogRow, LogStage, LogStep, LogTrouble, log};
pub use mappings::{Imported, Written, import_mappings, restore_schema, write_mappings};
pub use on_demand::{OnePerson, provision_person};
pub use setup::{Credentials, Done, Kept, Note, Setting, Setup, apply_setup, plan_setup};
pub use status::{JobStatus, QuarantineReason, Quarantined, RunCounts, RunEnd, status};

use usher_graph::{Graph, JobId, ServicePrincipalId, SyncJob};

use crate::config::Connection;

/// A job, and the Graph through which it is asked.
#[derive(Debug, Clone)]
pub struct JobAt {
    /// Microsoft Graph.
    pub graph: Graph,
    /// The enterprise application.
    pub application: ServicePrincipalId,
    /// The job.
    pub job: JobId,
}

impl JobAt {
    /// The job of a connection's application, as it was set up.
    pub async fn find(graph: &Graph, connection: &Connection) -> Result<Self, EntraError> {
        let (application, _, job) = setup::place(graph, connection).await?;
        let job = job.ok_or(EntraError::NoJob)?;
        Ok(Self { graph: graph.clone(), application, job: job.id })
    }

    pub(crate) async fn read(&self) -> Result<SyncJob, EntraError> {
        Ok(self.graph.sync_job(&self.application, &self.job).await?)
    }
}

/// The chosen application.
pub(crate) fn application(connection: &Connection) -> Result<ServicePrincipalId, EntraError> {
    match connection.scope.application.as_str() {
        "" => Err(EntraError::NoApplication),
        id => Ok(ServicePrincipalId::from(id.to_owned())),
    }
}
