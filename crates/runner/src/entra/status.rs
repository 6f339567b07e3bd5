//! How the job is doing, in one struct.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use usher_graph::{JobState, Quarantine, ScheduleState, SyncJob, TaskExecution, TaskState};

use super::{EntraError, JobAt};

/// How the job is doing. Times that never were are absent, and so are runs that never were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStatus {
    /// The service's word.
    pub code: JobState,
    /// On, off, paused.
    pub schedule: ScheduleState,
    /// Between two cycles; absent when the service shows no usable one.
    pub interval: Option<SignedDuration>,
    /// Of the running cycle: objects done, and in all.
    pub progress: Option<(i64, i64)>,
    /// The last cycle.
    pub last: Option<RunCounts>,
    /// When the last cycle without a failure as a whole ended.
    pub last_success: Option<Timestamp>,
    /// Cycles that failed as a whole, in a row.
    pub failures_in_a_row: i64,
    /// Whether the list of errors was cut in a bad initial cycle.
    pub errors_cut: bool,
    /// Since when, and why it is slowed down.
    pub quarantine: Option<Quarantined>,
    /// When the next cycle is expected: known in quarantine, else the interval after the last one began.
    pub next: Option<Timestamp>,
    /// When everybody in scope had been provisioned for the first time.
    pub first_complete: Option<Timestamp>,
    /// Provisioned objects by type. The service never counts down.
    pub objects: BTreeMap<String, i64>,
}

/// One cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCounts {
    /// Start.
    pub began: Option<Timestamp>,
    /// End.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub end: RunEnd,
    /// Code and text, where it failed.
    pub error: Option<(String, String)>,
    /// Objects read.
    pub read: i64,
    /// Objects assigned.
    pub assigned: i64,
    /// Of these, inside the filters and entitled.
    pub in_scope: i64,
    /// Objects written.
    pub written: i64,
    /// Objects with errors.
    pub errors: i64,
    /// The id that support asks for.
    pub activity: Option<String>,
}

/// How a cycle ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// Without errors.
    Succeeded,
    /// With errors of single objects.
    WithErrors,
    /// As a whole.
    Failed,
    /// In a way newer than this program.
    Other,
}

/// A quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Why.
    pub reason: QuarantineReason,
    /// Since when.
    pub began: Option<Timestamp>,
    /// When the first of the series began: after 28 days the service switches the job off.
    pub first_began: Option<Timestamp>,
    /// How many in a row.
    pub count: i64,
    /// What the service says.
    pub text: Option<String>,
}

/// Why a job is in quarantine (`synchronizationQuarantine`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuarantineReason {
    /// Credentials or the service provider do not work.
    Credentials,
    /// More would lose access than the limit allows.
    TooManyDeletes,
    /// Too many objects failed.
    TooManyErrors,
    /// By Microsoft's hand.
    OnDemand,
    /// Reading was interrupted.
    Interrupted,
    /// Another word.
    Other(String),
}

/// Reads how the job is doing.
pub async fn status(at: &JobAt) -> Result<JobStatus, EntraError> {
    Ok(JobStatus::from(at.read().await?))
}

impl From<SyncJob> for JobStatus {
    fn from(job: SyncJob) -> Self {
        let SyncJob { schedule, status, .. } = job;
        let interval = interval(&schedule.interval);
        let due = || {
            let began = status.last_execution.as_ref()?.time_began?;
            began.checked_add(interval?).ok()
        };
        let next = match &status.quarantine {
            _ if schedule.state != ScheduleState::Active => None,
            Some(quarantine) => quarantine.next_attempt,
            None => due(),
        };
        let progress = status.progress.last().map(|now| (now.completed_units, now.total_units));
        Self {
            code: status.code,
            schedule: schedule.state,
            interval,
            progress,
            last: status.last_execution.map(RunCounts::from),
            last_success: status.last_successful_execution.and_then(|run| run.time_ended),
            failures_in_a_row: status.count_successive_complete_failures,
            errors_cut: status.escrows_pruned,
            quarantine: status.quarantine.map(Quarantined::from),
            next,
            first_complete: status.steady_state_first_achieved_time,
            objects: status
                .synchronized_entry_count_by_type
                .into_iter()
                .map(|count| (count.key, count.value))
                .collect(),
        }
    }
}

/// A fresh job may show ten million days: no interval at all.
fn interval(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (duration > SignedDuration::ZERO && duration < SignedDuration::from_hours(24 * 366)).then_some(duration)
}

impl From<TaskExecution> for RunCounts {
    fn from(run: TaskExecution) -> Self {
        Self {
            began: run.time_began,
            ended: run.time_ended,
            end: match run.state {
                TaskState::Succeeded => RunEnd::Succeeded,
                TaskState::EntryLevelErrors => RunEnd::WithErrors,
                TaskState::Failed => RunEnd::Failed,
                TaskState::Unknown => RunEnd::Other,
            },
            error: run.error.map(|error| (error.code.unwrap_or_default(), error.message.unwrap_or_default())),
            read: run.count_imported,
            assigned: run.count_entitled,
            in_scope: run.count_entitled_for_provisioning,
            written: run.count_exported,
            errors: run.count_escrowed,
            activity: run.activity_identifier,
        }
    }
}

impl From<Quarantine> for Quarantined {
    fn from(quarantine: Quarantine) -> Self {
        Self {
            reason: QuarantineReason::from(quarantine.reason.unwrap_or_default()),
            began: quarantine.current_began,
            first_began: quarantine.series_began,
            count: quarantine.series_count,
            text: quarantine.error.and_then(|error| error.message).filter(|text| !text.is_empty()),
        }
    }
}

impl From<String> for QuarantineReason {
    fn from(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "encounteredquarantineexception" => Self::Credentials,
            "toomanydeletes" => Self::TooManyDeletes,
            "encounteredbaseescrowthreshold"
            | "encounteredtotalescrowthreshold"
            | "encounteredescrowproportionthreshold" => Self::TooManyErrors,
            // Metadata and article spell it differently.
            "quarantinedondemand" | "quarantineondemand" => Self::OnDemand,
            "ingestioninterrupted" => Self::Interrupted,
            _ => Self::Other(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(job: Value) -> JobStatus {
        JobStatus::from(serde_json::from_value::<SyncJob>(job).expect("a job"))
    }

    #[test]
    fn a_job_that_never_ran_shows_no_run_and_no_next_cycle() {
        let status = of(json!({ "id": "goto.1",
            "schedule": { "interval": "P10675199DT2H48M5.4775807S", "state": "Disabled" },
            "status": { "code": "NotConfigured", "lastExecution": { "state": "Failed",
                "timeBegan": "0001-01-01T00:00:00Z", "error": { "code": "None", "message": "" } } } }));
        assert_eq!((status.last, status.next, status.interval), (None, None, None));
        assert_eq!((status.code, status.schedule), (JobState::NotConfigured, ScheduleState::Disabled));
    }

    #[test]
    fn the_next_cycle_comes_from_the_interval_or_from_the_quarantine() {
        let run =
            json!({ "state": "EntryLevelErrors", "timeBegan": "2026-01-05T08:00:00Z", "countEscrowed": 2 });
        let schedule = json!({ "interval": "PT40M", "state": "Active" });
        let status = of(
            json!({ "id": "1", "schedule": schedule, "status": { "code": "Active", "lastExecution": run } }),
        );
        assert_eq!(status.next, Some("2026-01-05T08:40:00Z".parse().unwrap()));
        let last = status.last.expect("a run");
        assert_eq!((last.end, last.errors, last.error), (RunEnd::WithErrors, 2, None));
        let quarantine = json!({ "reason": "QuarantineOnDemand", "nextAttempt": "2026-01-06T08:00:00Z",
            "seriesBegan": "0001-01-01T00:00:00Z", "error": null });
        let status = of(json!({ "id": "1", "schedule": schedule,
            "status": { "code": "Quarantine", "lastExecution": run, "quarantine": quarantine } }));
        assert_eq!(status.next, Some("2026-01-06T08:00:00Z".parse().unwrap()));
        let quarantine = status.quarantine.expect("a quarantine");
        assert_eq!((quarantine.reason, quarantine.first_began), (QuarantineReason::OnDemand, None));
    }
}
