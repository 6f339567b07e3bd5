//! The provisioning log of the job, newest first, in one form whatever spelling a page uses.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use usher_graph::{Identity, LogEntry, LogFilter, ModifiedProperty, Pages};

use super::{EntraError, JobAt};

/// Pages of the log.
pub struct Log(Pages<LogEntry>);

impl Log {
    /// The next page; nothing after the last one.
    pub async fn next(&mut self) -> Result<Option<Vec<LogRow>>, EntraError> {
        Ok(self.0.next().await?.map(|page| page.into_iter().map(LogRow::from).collect()))
    }
}

/// The log of the job. `filter.job` is set here.
#[must_use]
pub fn log(at: &JobAt, filter: &LogFilter) -> Log {
    Log(at.graph.provisioning_log(&LogFilter { job: Some(at.job.clone()), ..filter.clone() }))
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRow {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Option<Timestamp>,
    /// The cycle.
    pub cycle: Option<String>,
    /// What was done.
    pub action: LogAction,
    /// How it went.
    pub result: LogResult,
    /// Why it did not go.
    pub trouble: Option<LogTrouble>,
    /// The object in Entra.
    pub source: LogObject,
    /// The object at the service provider.
    pub target: LogObject,
    /// The steps, in order.
    pub steps: Vec<LogStep>,
    /// Attributes written.
    pub changes: Vec<LogChange>,
}

/// What was done (`provisioningAction`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogAction {
    /// Made.
    Create,
    /// Changed.
    Update,
    /// Deactivated.
    Disable,
    /// Removed.
    Delete,
    /// Held back by the limit of deletions.
    StagedDelete,
    /// Something else, or nothing.
    Other(String),
}

/// How it went (`provisioningResult`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogResult {
    /// Well.
    Success,
    /// It failed.
    Failure,
    /// Left alone.
    Skipped,
    /// Well, with a warning.
    Warning,
    /// A newer word.
    Other(String),
}

/// Why it did not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogTrouble {
    /// Code.
    pub code: String,
    /// Text.
    pub text: String,
    /// Advice.
    pub advice: Option<String>,
}

/// An object on one side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogObject {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub display: Option<String>,
    /// `User` or `Group`.
    pub kind: Option<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStep {
    /// Which.
    pub stage: LogStage,
    /// Microsoft's name for it.
    pub name: String,
    /// How it went.
    pub result: LogResult,
    /// Microsoft's sentence.
    pub text: String,
    /// Facts by name.
    pub facts: BTreeMap<String, String>,
}

/// The kind of a step (`provisioningStepType`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogStage {
    /// Read from Entra.
    Import,
    /// Whether it is considered.
    Scope,
    /// Which account belongs to it.
    Match,
    /// What is done about it.
    Action,
    /// A newer word.
    Other(String),
}

/// An attribute that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogChange {
    /// Its path at the service provider.
    pub attribute: String,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

impl From<LogEntry> for LogRow {
    fn from(entry: LogEntry) -> Self {
        let status = entry.provisioning_status_info;
        let error = status.as_ref().and_then(|status| status.error_information.clone());
        let named = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self {
            id: entry.id,
            at: entry.activity_date_time,
            cycle: entry.cycle_id,
            action: entry.provisioning_action.unwrap_or_default().into(),
            result: status.and_then(|status| status.status).unwrap_or_default().into(),
            trouble: error
                .map(|error| LogTrouble {
                    code: error.error_code.unwrap_or_default(),
                    text: named(error.reason).or(error.additional_details).unwrap_or_default(),
                    advice: named(error.recommended_action),
                })
                .filter(|trouble| !(trouble.code.is_empty() && trouble.text.is_empty())),
            source: entry.source_identity.map(LogObject::from).unwrap_or_default(),
            target: entry.target_identity.map(LogObject::from).unwrap_or_default(),
            steps: entry.provisioning_steps.into_iter().map(LogStep::from).collect(),
            changes: entry.modified_properties.into_iter().map(LogChange::from).collect(),
        }
    }
}

// Words are compared without regard to case: samples of the same interface mix it.
impl From<String> for LogAction {
    fn from(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "create" => Self::Create,
            "update" => Self::Update,
            "disable" => Self::Disable,
            "delete" => Self::Delete,
            "stageddelete" => Self::StagedDelete,
            _ => Self::Other(word),
        }
    }
}

impl From<String> for LogResult {
    fn from(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "success" => Self::Success,
            "failure" => Self::Failure,
            "skipped" => Self::Skipped,
            "warning" => Self::Warning,
            _ => Self::Other(word),
        }
    }
}

impl From<String> for LogStage {
    fn from(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "import" => Self::Import,
            "scoping" => Self::Scope,
            "matching" => Self::Match,
            "processing" | "referenceresolution" | "export" => Self::Action,
            _ => Self::Other(word),
        }
    }
}

impl From<Identity> for LogObject {
    fn from(identity: Identity) -> Self {
        let named = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self {
            id: named(identity.id),
            display: named(identity.display_name),
            kind: named(identity.identity_type),
        }
    }
}

impl From<usher_graph::LogStep> for LogStep {
    fn from(step: usher_graph::LogStep) -> Self {
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let facts = step.details.unwrap_or_default();
        Self {
            stage: step.provisioning_step_type.unwrap_or_default().into(),
            name: step.name.unwrap_or_default(),
            result: step.status.unwrap_or_default().into(),
            text: step.description.unwrap_or_default(),
            facts: facts.into_iter().map(|(name, value)| (name, text(value))).collect(),
        }
    }
}

impl From<ModifiedProperty> for LogChange {
    fn from(change: ModifiedProperty) -> Self {
        Self { attribute: change.display_name, before: change.old_value, after: change.new_value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_in_any_case_newer_words_and_gaps() {
        let entry = json!({ "id": "1", "provisioningAction": "stageddelete", "activityDateTime": "0001-01-01T00:00:00Z",
            "provisioningStatusInfo": { "status": "Failure", "errorInformation": { "errorCode": "Conflict",
                "reason": "", "additionalDetails": "taken", "recommendedAction": "" } },
            "targetIdentity": { "id": "", "displayName": "", "identityType": "User" },
            "provisioningSteps": [{ "name": "EntryExportAdd", "provisioningStepType": "Export", "status": "hibernated",
                "details": { "count": 2, "text": "two" } }],
            "modifiedProperties": null });
        let row = LogRow::from(serde_json::from_value::<LogEntry>(entry).expect("an entry"));
        assert_eq!((row.action, row.result, row.at), (LogAction::StagedDelete, LogResult::Failure, None));
        let trouble = LogTrouble { code: "Conflict".into(), text: "taken".into(), advice: None };
        assert_eq!(row.trouble, Some(trouble));
        assert_eq!((row.source, row.target.id, row.changes.len()), (LogObject::default(), None, 0));
        let step = &row.steps[0];
        assert_eq!((&step.stage, &step.result), (&LogStage::Action, &LogResult::Other("hibernated".into())));
        assert_eq!((step.facts["count"].as_str(), step.facts["text"].as_str()), ("2", "two"));
    }
}
