//! The provisioning log of the tenant.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::application::list_or_null;
use crate::http::{Graph, quoted};
use crate::ids::{JobId, ServicePrincipalId};
use crate::page::{Kind, Pages};
use crate::sync::ever_timestamp;

/// Which entries are wanted. Only properties that Graph filters on are here (`provisioningObjectSummary`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Entries of one job.
    pub job: Option<JobId>,
    /// Entries of one application.
    pub service_principal: Option<ServicePrincipalId>,
    /// Later than this.
    pub after: Option<Timestamp>,
    /// Earlier than this.
    pub before: Option<Timestamp>,
    /// One action, such as `create` or `stagedDelete`.
    pub action: Option<String>,
    /// About one source object.
    pub source_id: Option<String>,
    /// Of one cycle.
    pub cycle: Option<String>,
}

impl LogFilter {
    fn text(&self) -> Option<String> {
        let mut parts = Vec::new();
        let mut eq = |name: &str, value: Option<&str>| {
            parts.extend(value.map(|value| format!("{name} eq {}", quoted(value))));
        };
        eq("jobId", self.job.as_ref().map(JobId::as_str));
        eq("servicePrincipal/id", self.service_principal.as_ref().map(ServicePrincipalId::as_str));
        eq("provisioningAction", self.action.as_deref());
        eq("sourceIdentity/id", self.source_id.as_deref());
        eq("cycleId", self.cycle.as_deref());
        parts.extend(self.after.map(|time| format!("activityDateTime gt {time}")));
        parts.extend(self.before.map(|time| format!("activityDateTime lt {time}")));
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}

/// One entry of the log. Words of enumerations are kept as they came; compare them without regard to case, samples
/// of the same API mix it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// Entry id.
    pub id: String,
    /// When.
    #[serde(default, deserialize_with = "ever_timestamp")]
    pub activity_date_time: Option<Timestamp>,
    /// Job.
    pub job_id: Option<JobId>,
    /// Cycle.
    pub cycle_id: Option<String>,
    /// Change.
    pub change_id: Option<String>,
    /// `create`, `update`, `disable`, `delete`, `stagedDelete`, `other`.
    pub provisioning_action: Option<String>,
    /// How long it took.
    pub duration_in_milliseconds: Option<i64>,
    /// The object in Entra.
    pub source_identity: Option<Identity>,
    /// The object in the target.
    pub target_identity: Option<Identity>,
    /// How it went.
    pub provisioning_status_info: Option<LogStatus>,
    /// The steps.
    #[serde(default, deserialize_with = "list_or_null")]
    pub provisioning_steps: Vec<LogStep>,
    /// Attributes written.
    #[serde(default, deserialize_with = "list_or_null")]
    pub modified_properties: Vec<ModifiedProperty>,
}

/// An object as the log names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// Id.
    pub id: Option<String>,
    /// Name.
    pub display_name: Option<String>,
    /// `User`, `Group`.
    pub identity_type: Option<String>,
}

/// How an entry went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogStatus {
    /// `success`, `failure`, `skipped`, `warning`.
    pub status: Option<String>,
    /// Why it did not succeed.
    pub error_information: Option<LogError>,
}

/// Why an entry did not succeed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogError {
    /// Code.
    pub error_code: Option<String>,
    /// Text.
    pub reason: Option<String>,
    /// More text.
    pub additional_details: Option<String>,
    /// `failure`, `nonServiceFailure`.
    pub error_category: Option<String>,
    /// Advice.
    pub recommended_action: Option<String>,
}

/// One step of an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogStep {
    /// Such as `EntryImportAdd`.
    pub name: Option<String>,
    /// `import`, `scoping`, `matching`, `processing`, `referenceResolution`, `export`.
    pub provisioning_step_type: Option<String>,
    /// `success`, `failure`, `skipped`, `warning`.
    pub status: Option<String>,
    /// Text.
    pub description: Option<String>,
    /// Facts by name.
    #[serde(default)]
    pub details: Option<Map<String, Value>>,
}

/// An attribute that was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModifiedProperty {
    /// Target attribute.
    pub display_name: String,
    /// Before.
    pub old_value: Option<String>,
    /// After.
    pub new_value: Option<String>,
}

impl Graph {
    /// The log, newest first. The reports interface allows 5 calls in 10 seconds for each app and tenant, so pages
    /// are large; throttling is waited out.
    pub fn provisioning_log(&self, filter: &LogFilter) -> Pages<LogEntry> {
        let text = filter.text();
        let mut query = vec![("$orderby", "activityDateTime desc"), ("$top", "500")];
        query.extend(text.as_deref().map(|text| ("$filter", text)));
        Pages::new(self, self.url(&["auditLogs", "provisioning"], &query), Kind::List, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_joined_and_quoted() {
        let filter = LogFilter {
            job: Some("goto.a'b".into()),
            after: Some("2026-01-01T00:00:00Z".parse().unwrap()),
            ..LogFilter::default()
        };
        assert_eq!(
            filter.text().unwrap(),
            "jobId eq 'goto.a''b' and activityDateTime gt 2026-01-01T00:00:00Z"
        );
        assert_eq!(LogFilter::default().text(), None);
    }
}
