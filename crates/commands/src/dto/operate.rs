//! Operating: on and off, status, runs, log, practice controls.

use super::{ChangeRow, CycleSummary, Message, Progress, StatusWord, TrialStep};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Switches provisioning on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TurnOn {
    /// Connection id.
    pub id: String,
    /// The draft revision that the person looked over.
    pub revision: u32,
    /// Without a successful trial of one person, by explicit choice.
    pub without_trial: bool,
}

/// Switches provisioning off.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TurnOff {
    /// Connection id.
    pub id: String,
    /// Stop the running cycle as soon as what is in flight is done, instead of letting it finish.
    pub cancel_running: bool,
    /// Why, shown until it is on again; may be empty.
    pub reason: String,
}

/// What happened at switching off.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TurnedOff {
    /// What stays in GoTo.
    pub stays: Vec<Message>,
}

/// The overview of one connection.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Status {
    /// One word.
    pub status: StatusWord,
    /// Whether it is switched on.
    pub on: bool,
    /// What was said when it was switched off.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off_reason: Option<String>,
    /// The running cycle.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// Last cycles, newest first.
    pub cycles: Vec<CycleSummary>,
    /// When the next one is due (ISO 8601).
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cycle: Option<String>,
    /// Minutes between cycles.
    pub interval_minutes: u32,
    /// When the local runner begins nothing by itself.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
    /// People who are active in GoTo because of this connection.
    pub people: u32,
    /// Groups that are kept.
    pub groups: u32,
    /// How many deletes wait for their day.
    pub pending_deletes: u32,
    /// What needs a person.
    pub needs: Vec<Need>,
    /// As of when (ISO 8601).
    pub as_of: String,
}

/// Hours in which no cycle begins by itself.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct QuietHours {
    /// As the connection file says: `Mon-Fri 08:00-18:00`.
    pub hours: String,
    /// The time zone: `Europe/Berlin`.
    pub zone: String,
    /// Until when it is quiet now (ISO 8601); absent where it is not.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The same by the clock of that zone: `18:00`, or `Mon 06:00` on another day.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_local: Option<String>,
}

/// Something that needs a person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Need {
    /// What.
    pub message: Message,
    /// How many people it concerns.
    pub count: u32,
    /// Where it is mended: a step, or `preview`, `logs`, `failures` (those of the log).
    pub place: String,
}

/// Runs a cycle now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RunStarted {
    /// Run id.
    pub run: String,
}

/// Asks for log entries.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LogRequest {
    /// Connection id.
    pub id: String,
    /// Only these results: `success`, `failure`, `skipped`, `warning`; all when empty.
    pub results: Vec<String>,
    /// Only this run.
    pub run: String,
    /// Only entries whose name contains this.
    pub text: String,
    /// First entry, newest first.
    pub offset: u32,
    /// How many, 500 at most.
    pub limit: u32,
}

/// Log entries.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LogPage {
    /// Entries, newest first.
    pub entries: Vec<LogEntry>,
    /// How many match.
    pub total: u32,
}

/// One entry of the provisioning log.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LogEntry {
    /// Entry id.
    pub id: String,
    /// When (ISO 8601).
    pub at: String,
    /// Run id.
    pub run: String,
    /// `create`, `update`, `disable`, `delete`, `other`.
    pub action: String,
    /// `success`, `failure`, `skipped`, `warning`.
    pub result: String,
    /// `user` or `group`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Id in Entra.
    pub source_id: String,
    /// Id at the service provider.
    pub target_id: String,
    /// What happened.
    pub message: Message,
    /// Import, scope, match, action.
    pub steps: Vec<TrialStep>,
    /// Attributes written.
    pub changes: Vec<ChangeRow>,
    /// How long it took.
    pub milliseconds: u32,
}

/// Moves the practice clock.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AdvanceClock {
    /// Minutes.
    pub minutes: u32,
}

/// Makes something fail in the practice world, or mends everything.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PracticeFault {
    /// `none`, `role-missing`, `sign-in-withdrawn`, `too-many-requests`, `goto-unreachable`, `people-leave`.
    pub fault: String,
}

/// Fills in the practice world's own client registrations.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PracticeFill {
    /// Connection id.
    pub id: String,
    /// Which client.
    pub cloud: super::CloudName,
}

/// Asks why a person is in GoTo, or is not.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WhyRequest {
    /// Connection id.
    pub id: String,
    /// Object id of the person in Entra.
    pub person: String,
}

/// Where a person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum WhyState {
    /// Has an active account and keeps it.
    In,
    /// Gets access with the next cycle.
    Arrives,
    /// Loses access with the next cycle.
    Leaves,
    /// Has an account that is not active.
    Inactive,
    /// Has no account that belongs to this connection.
    Out,
    /// What to do could not be worked out.
    Failed,
}

/// Why a person is in GoTo, or is not.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Why {
    /// Name to show.
    pub name: String,
    /// In a word.
    pub state: WhyState,
    /// In a sentence.
    pub summary: Message,
    /// Import, scope, match and action.
    pub steps: Vec<TrialStep>,
    /// What the next cycle would change.
    pub changes: Vec<ChangeRow>,
}
