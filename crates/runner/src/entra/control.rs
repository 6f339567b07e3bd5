//! On, off, again. One connection has exactly one active runner.

use usher_graph::{Graph, JobState, ResetScope, ScheduleState};

use super::{EntraError, JobAt, application};
use crate::config::Connection;

/// Whether the job is switched on. In quarantine it still is: it tries again later.
pub async fn is_active(at: &JobAt) -> Result<bool, EntraError> {
    Ok(at.read().await?.schedule.state == ScheduleState::Active)
}

/// For the local runner, before every cycle: refuses while any job of the application is switched on.
pub async fn refuse_local_runner(graph: &Graph, connection: &Connection) -> Result<(), EntraError> {
    if connection.scope.application.is_empty() {
        // Everyone in the tenant, without an application: no job can belong to it.
        return Ok(());
    }
    let jobs = graph.sync_jobs(&application(connection)?).await?;
    match jobs.iter().any(|job| job.schedule.state == ScheduleState::Active) {
        true => Err(EntraError::EntraRunnerOn),
        false => Ok(()),
    }
}

/// Switches the job on, unless it is or the local runner is. Says whether it had to be.
pub async fn start(at: &JobAt, local_runner_on: bool) -> Result<bool, EntraError> {
    if local_runner_on {
        return Err(EntraError::LocalRunnerOn);
    }
    let job = at.read().await?;
    let quarantined = job.status.code == JobState::Quarantine;
    // A start of a running job may stop it (Microsoft Learn, "synchronizationJob: start"); in quarantine it lifts it.
    if job.schedule.state == ScheduleState::Active && !quarantined {
        return Ok(false);
    }
    at.graph.start_sync_job(&at.application, &at.job).await?;
    Ok(true)
}

/// Switches the job off; a cycle that runs is finished first. Says whether it had to be.
pub async fn pause(at: &JobAt) -> Result<bool, EntraError> {
    if !is_active(at).await? {
        return Ok(false);
    }
    at.graph.pause_sync_job(&at.application, &at.job).await?;
    Ok(true)
}

/// Restarts the job. Without a scope: what the portal's button does. The reset that breaks links is not offered but in
/// [`ResetScope::Full`].
pub async fn restart(at: &JobAt, scope: &[ResetScope]) -> Result<(), EntraError> {
    if scope.contains(&ResetScope::ForceDeletes) && scope.len() > 1 {
        return Err(EntraError::ForceDeletesAlone);
    }
    Ok(at.graph.restart_sync_job(&at.application, &at.job, scope).await?)
}
