//! Preview, approval, the one-person trial.

use super::Message;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A preview: finished, running, failed or absent.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Preview {
    /// Where it stands.
    pub state: PreviewState,
    /// Progress while it runs.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// Why it failed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<super::CommandError>,
    /// The finished plan.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanSummary>,
}

/// Where a preview stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum PreviewState {
    /// None has been made.
    Absent,
    /// It is being worked out.
    Running,
    /// It is there and belongs to the current draft.
    Ready,
    /// It was made before the last change.
    Stale,
    /// It could not be worked out.
    Failed,
}

/// Progress of long work, in objects.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Progress {
    /// What is being done now.
    pub phase: Message,
    /// Done so far.
    pub done: u32,
    /// In all, 0 when unknown.
    pub total: u32,
    /// Seconds left, when the rate is steady.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u32>,
    /// How fast requests go out, while something is written.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Message>,
}

/// A plan's totals and guards.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlanSummary {
    /// What an approval is bound to.
    pub hash: String,
    /// When it was worked out (ISO 8601).
    pub made_at: String,
    /// How long it took.
    pub milliseconds: u32,
    /// Counts for the six filters.
    pub counts: PlanCounts,
    /// People looked at.
    pub people: u32,
    /// Guards that would stop the run.
    pub guards: Vec<GuardNotice>,
    /// Whether a person has approved exactly this plan.
    pub approved: bool,
    /// Who approved it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When (ISO 8601).
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<String>,
    /// What could not be looked at.
    pub not_seen: Vec<Message>,
}

/// Counts for the six filters.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
pub struct PlanCounts {
    /// Create.
    pub create: u32,
    /// Update: people and groups, including accounts that are linked and memberships.
    pub update: u32,
    /// Disable.
    pub disable: u32,
    /// Delete.
    pub delete: u32,
    /// Skip.
    pub skip: u32,
    /// No change.
    pub no_change: u32,
    /// Could not be planned.
    pub failed: u32,
}

/// A guard that would stop the run.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GuardNotice {
    /// What it says.
    pub message: Message,
    /// How many.
    pub count: u32,
    /// How many are allowed.
    pub limit: u32,
    /// Whether it can be allowed once.
    pub approvable: bool,
}

/// Asks for rows of the plan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlanRowsRequest {
    /// Connection id.
    pub id: String,
    /// Only these actions: `create`, `update`, `disable`, `delete`, `skip`, `no-change`, `failed`; all when empty.
    pub actions: Vec<String>,
    /// Only rows whose name or attributes contain this.
    pub text: String,
    /// First row.
    pub offset: u32,
    /// How many rows, 500 at most.
    pub limit: u32,
}

/// Rows of the plan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlanRows {
    /// Rows.
    pub rows: Vec<PlanRow>,
    /// Rows that match in all.
    pub total: u32,
}

/// One row of the plan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlanRow {
    /// Stable key.
    pub key: String,
    /// Action.
    pub action: String,
    /// `user` or `group`.
    pub kind: String,
    /// Object id in Entra; empty where only the account is known.
    pub source: String,
    /// Name.
    pub name: String,
    /// The matching value, usually the user name.
    pub detail: String,
    /// What changes.
    pub changes: Vec<ChangeRow>,
    /// Why.
    pub because: Message,
}

/// One changed attribute.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangeRow {
    /// Attribute path.
    pub attribute: String,
    /// What it was; absent where nothing was.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it becomes.
    pub after: String,
}

/// Approves exactly one plan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ApprovePlan {
    /// Connection id.
    pub id: String,
    /// The plan's hash.
    pub hash: String,
    /// The number of people losing access, typed by the person. Checked in Rust.
    pub typed_count: u32,
}

/// A plan that waits for a person. For the terminal: the window shows its preview.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WaitingPlan {
    /// What an approval is bound to.
    pub hash: String,
    /// When it was worked out (ISO 8601).
    pub made_at: String,
    /// What it would do.
    pub counts: PlanCounts,
    /// Guards that stopped it.
    pub guards: Vec<GuardNotice>,
    /// Everything it would do.
    pub rows: Vec<PlanRow>,
    /// Who approved it, where somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When (ISO 8601).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<String>,
}

/// Tries one person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TryPerson {
    /// Connection id.
    pub id: String,
    /// The person's object id.
    pub person: String,
}

/// The result of trying one person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TrialResult {
    /// Who.
    pub name: String,
    /// `success`, `skipped` or `failure`.
    pub result: String,
    /// What happened.
    pub summary: Message,
    /// Import, scope, match, action, and reading back.
    pub steps: Vec<TrialStep>,
    /// Attributes written.
    pub changes: Vec<ChangeRow>,
    /// How long.
    pub milliseconds: u32,
}

/// One step of the explanation.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TrialStep {
    /// `import`, `scope`, `match`, `action`, `verify`.
    pub step: String,
    /// The result.
    pub result: super::CheckResult,
    /// What it says.
    pub title: Message,
    /// What was seen.
    pub evidence: Vec<Message>,
}
