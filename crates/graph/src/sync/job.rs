//! Synchronization templates and jobs.

use http::Method;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::application::list_or_null;
use crate::error::{GraphError, GraphErrorKind};
use crate::http::{Call, Graph};
use crate::ids::{JobId, ServicePrincipalId, SyncTemplateId};

/// A template that a job can be made from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncTemplate {
    /// Template id, what a new job wants.
    pub id: SyncTemplateId,
    /// Whether it is the application's usual one.
    #[serde(default)]
    pub default: bool,
    /// Text.
    pub description: Option<String>,
    /// Name inside Microsoft's service.
    pub factory_tag: Option<String>,
    /// Facts such as `IsOAuthEnabled`.
    #[serde(default, deserialize_with = "list_or_null")]
    pub metadata: Vec<MetadataEntry>,
}

/// One metadata entry of a template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MetadataEntry {
    /// Name.
    pub key: String,
    /// Value, often JSON in a string.
    pub value: Option<String>,
}

impl SyncTemplate {
    /// A metadata value.
    pub fn fact(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|entry| entry.key == key)?.value.as_deref()
    }
}

/// A synchronization job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncJob {
    /// Job id.
    pub id: JobId,
    /// The template it was made from.
    pub template_id: Option<SyncTemplateId>,
    /// Whether and how often it runs.
    #[serde(default)]
    pub schedule: Schedule,
    /// How it is doing.
    #[serde(default)]
    pub status: SyncStatus,
    /// Named settings, read-only for us, such as `QuarantineTooManyDeletesThreshold`.
    #[serde(default, deserialize_with = "list_or_null")]
    pub synchronization_job_settings: Vec<JobSetting>,
}

/// A named setting of a job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JobSetting {
    /// Name.
    pub name: String,
    /// Value.
    pub value: Option<String>,
}

/// The schedule of a job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Schedule {
    /// ISO 8601 duration as text: a fresh job may carry ten million days, which fits no duration type.
    #[serde(default)]
    pub interval: String,
    /// On or off.
    #[serde(default, deserialize_with = "lenient")]
    pub state: ScheduleState,
}

/// Whether a job is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScheduleState {
    /// Runs every interval.
    Active,
    /// Never started, or stopped.
    Disabled,
    /// Stopped by an administrator.
    Paused,
    /// A state newer than this program.
    #[default]
    #[serde(other)]
    Unknown,
}

/// The status of a job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncStatus {
    /// The state.
    #[serde(default, deserialize_with = "lenient")]
    pub code: JobState,
    /// Runs that failed in a row.
    #[serde(default)]
    pub count_successive_complete_failures: i64,
    /// Whether the list of errors was cut during a bad initial cycle.
    #[serde(default)]
    pub escrows_pruned: bool,
    /// The last run; nothing when there was none.
    #[serde(default, deserialize_with = "execution")]
    pub last_execution: Option<TaskExecution>,
    /// The last run without errors.
    #[serde(default, deserialize_with = "execution")]
    pub last_successful_execution: Option<TaskExecution>,
    /// The last run that wrote something.
    #[serde(default, deserialize_with = "execution")]
    pub last_successful_execution_with_exports: Option<TaskExecution>,
    /// Progress of the running cycle; empty when idle.
    #[serde(default, deserialize_with = "list_or_null")]
    pub progress: Vec<JobProgress>,
    /// Set while quarantined.
    #[serde(default)]
    pub quarantine: Option<Quarantine>,
    /// When the initial cycle was first complete.
    #[serde(default, deserialize_with = "ever")]
    pub steady_state_first_achieved_time: Option<Timestamp>,
    /// When nothing was left to do, last.
    #[serde(default, deserialize_with = "ever")]
    pub steady_state_last_achieved_time: Option<Timestamp>,
    /// Objects by type that the job knows.
    #[serde(default, deserialize_with = "list_or_null")]
    pub synchronized_entry_count_by_type: Vec<EntryCount>,
    /// A page that explains the trouble.
    #[serde(default)]
    pub troubleshooting_url: Option<String>,
}

/// How many objects of a type a job knows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EntryCount {
    /// `User`, `Group`.
    pub key: String,
    /// Count; never goes down before a reset.
    pub value: i64,
}

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Never authorised.
    NotConfigured,
    /// Configured, the first run is not complete.
    NotRun,
    /// Runs periodically.
    Active,
    /// Stopped by an administrator, state kept.
    Paused,
    /// Slowed down because of errors.
    Quarantine,
    /// A state newer than this program.
    #[default]
    #[serde(other)]
    Unknown,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// Without errors.
    Succeeded,
    /// As a whole.
    Failed,
    /// With errors of single objects.
    EntryLevelErrors,
    /// A state newer than this program.
    #[default]
    #[serde(other)]
    Unknown,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskExecution {
    /// Id for support.
    pub activity_identifier: Option<String>,
    /// How it ended.
    #[serde(default, deserialize_with = "lenient")]
    pub state: TaskState,
    /// Start.
    #[serde(default, deserialize_with = "ever")]
    pub time_began: Option<Timestamp>,
    /// End.
    #[serde(default, deserialize_with = "ever")]
    pub time_ended: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<SyncError>,
    /// Assigned objects.
    #[serde(default)]
    pub count_entitled: i64,
    /// Assigned objects inside the scoping filters.
    #[serde(default)]
    pub count_entitled_for_provisioning: i64,
    /// Objects with errors.
    #[serde(default)]
    pub count_escrowed: i64,
    /// Objects written.
    #[serde(default)]
    pub count_exported: i64,
    /// Objects read.
    #[serde(default)]
    pub count_imported: i64,
}

/// An error of the synchronization service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncError {
    /// Code; `None` is the service's word for no error.
    pub code: Option<String>,
    /// Text.
    pub message: Option<String>,
    /// Whether the tenant can do something about it.
    #[serde(default)]
    pub tenant_actionable: bool,
}

/// Progress of a running cycle.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobProgress {
    /// Done.
    #[serde(default)]
    pub completed_units: i64,
    /// In all.
    #[serde(default)]
    pub total_units: i64,
    /// Of what.
    pub units: Option<String>,
}

/// Why and since when a job is in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantine {
    /// `TooManyDeletes`, `EncounteredQuarantineException` ...
    pub reason: Option<String>,
    /// Since when.
    #[serde(default, deserialize_with = "ever")]
    pub current_began: Option<Timestamp>,
    /// When the next try is due.
    #[serde(default, deserialize_with = "ever")]
    pub next_attempt: Option<Timestamp>,
    /// The first quarantine of the series.
    #[serde(default, deserialize_with = "ever")]
    pub series_began: Option<Timestamp>,
    /// Quarantines in the series.
    #[serde(default)]
    pub series_count: i64,
    /// The error behind it.
    pub error: Option<SyncError>,
}

/// What a restart forgets (`synchronizationJobRestartScope`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetScope {
    /// Failures, so that they are not retried on their own.
    Escrows,
    /// The watermark: everyone is evaluated again.
    Watermark,
    /// The quarantine, for now.
    QuarantineState,
    /// All of it and the links between objects too.
    Full,
    /// Lets held-back deletions through; sent alone, and not part of `Full`.
    ForceDeletes,
}

impl ResetScope {
    fn as_str(self) -> &'static str {
        match self {
            Self::Escrows => "Escrows",
            Self::Watermark => "Watermark",
            Self::QuarantineState => "QuarantineState",
            Self::Full => "Full",
            Self::ForceDeletes => "ForceDeletes",
        }
    }
}

/// A time that really happened: year 1 is the service's word for never.
pub(crate) fn ever<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    match text {
        None => Ok(None),
        Some(text) if text.is_empty() || text.starts_with("0001-") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}

/// A run that really happened. Right after start the service sends a zeroed one with `state: Failed` and
/// `error.code: None` (Microsoft Learn, "Configure cross-tenant synchronization using Microsoft Graph").
fn execution<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TaskExecution>, D::Error> {
    let found = Option::<TaskExecution>::deserialize(deserializer)?;
    Ok(found.filter(|task| task.time_began.is_some()).map(|mut task| {
        task.error = task.error.filter(|error| error.code.as_deref() != Some("None"));
        task
    }))
}

/// An enumeration whose spelling varies in case between samples of the same API.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        None => Ok(T::default()),
        Some(text) => {
            serde_json::from_value(Value::String(text.to_ascii_lowercase())).or_else(|_| Ok(T::default()))
        }
    }
}

#[derive(Deserialize)]
struct List<T> {
    value: Vec<T>,
}

impl Graph {
    /// The templates that a job for this application can be made from.
    pub async fn sync_templates(&self, sp: &ServicePrincipalId) -> Result<Vec<SyncTemplate>, GraphError> {
        let list: List<_> = self.json(Call::get(self.sync_url(sp, &["templates"])).synchronization()).await?;
        Ok(list.value)
    }

    /// The jobs of an application.
    pub async fn sync_jobs(&self, sp: &ServicePrincipalId) -> Result<Vec<SyncJob>, GraphError> {
        let list: List<_> = self.json(Call::get(self.sync_url(sp, &["jobs"])).synchronization()).await?;
        Ok(list.value)
    }

    /// One job.
    pub async fn sync_job(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<SyncJob, GraphError> {
        self.json(Call::get(self.sync_url(sp, &["jobs", job.as_str()])).synchronization()).await
    }

    /// Makes a job; it is created switched off. After a lost reply list the jobs before trying again.
    pub async fn create_sync_job(
        &self,
        sp: &ServicePrincipalId,
        template: &SyncTemplateId,
    ) -> Result<SyncJob, GraphError> {
        let body = json!({ "templateId": template.as_str() });
        let call = Call::new(Method::POST, self.sync_url(sp, &["jobs"]), Some(body));
        self.json(call.synchronization().once()).await
    }

    /// Switches a job on; also lifts a quarantine. Not to be called while it runs: read the state first.
    pub async fn start_sync_job(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<(), GraphError> {
        self.job_action(sp, job, "start", None).await
    }

    /// Switches a job off; a running cycle finishes first.
    pub async fn pause_sync_job(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<(), GraphError> {
        self.job_action(sp, job, "pause", None).await
    }

    /// Restarts a job. Without a scope the service does what the portal's button does.
    pub async fn restart_sync_job(
        &self,
        sp: &ServicePrincipalId,
        job: &JobId,
        scope: &[ResetScope],
    ) -> Result<(), GraphError> {
        let scope: Vec<&str> = scope.iter().map(|part| part.as_str()).collect();
        let criteria = if scope.is_empty() { json!({}) } else { json!({ "resetScope": scope.join(", ") }) };
        self.job_action(sp, job, "restart", Some(json!({ "criteria": criteria }))).await
    }

    /// Deletes a job with all its state; one that is gone already counts as done.
    pub async fn delete_sync_job(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<(), GraphError> {
        let call = Call::new(Method::DELETE, self.sync_url(sp, &["jobs", job.as_str()]), None);
        match self.send(call.synchronization()).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind == GraphErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn job_action(
        &self,
        sp: &ServicePrincipalId,
        job: &JobId,
        action: &str,
        body: Option<Value>,
    ) -> Result<(), GraphError> {
        let url = self.sync_url(sp, &["jobs", job.as_str(), action]);
        self.send(Call::new(Method::POST, url, body).synchronization()).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_never_was_is_none() {
        let job: SyncJob = serde_json::from_value(json!({
            "id": "goto.1.2",
            "schedule": {"interval": "P10675199DT2H48M5.4775807S", "state": "Disabled"},
            "status": {"code": "NotRun", "steadyStateFirstAchievedTime": "0001-01-01T00:00:00Z", "progress": [],
                "lastExecution": {"state": "Failed", "timeBegan": "0001-01-01T00:00:00Z", "timeEnded": "0001-01-01T00:00:00Z",
                    "error": {"code": "None", "message": "", "tenantActionable": false}}}
        }))
        .unwrap();
        assert_eq!(job.status.last_execution, None);
        assert_eq!(job.status.steady_state_first_achieved_time, None);
        assert_eq!(job.schedule.state, ScheduleState::Disabled);
        assert_eq!(job.status.code, JobState::NotRun);
    }

    #[test]
    fn states_in_any_case_and_newer_ones() {
        let state = |text: &str| serde_json::from_value::<SyncStatus>(json!({ "code": text })).unwrap().code;
        assert_eq!(state("quarantine"), JobState::Quarantine);
        assert_eq!(state("NotConfigured"), JobState::NotConfigured);
        assert_eq!(state("Hibernating"), JobState::Unknown);
        let task: TaskExecution = serde_json::from_value(json!({"state": "EntryLevelErrors"})).unwrap();
        assert_eq!(task.state, TaskState::EntryLevelErrors);
    }
}
