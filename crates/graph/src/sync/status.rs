//! The status of a synchronization job, with the service's words for "never" and "nothing" read as such.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::application::list_or_null;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::SyncJob;
    use serde_json::json;

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
