//! Provision on demand: one user, or one group with up to five of its members.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::{GraphError, GraphErrorKind};
use crate::http::{Call, Graph, problem};
use crate::ids::{GroupId, JobId, RuleId, ServicePrincipalId, UserId};
use crate::provisioning_log::ModifiedProperty;

/// Members per call for a group (Microsoft Learn, "On-demand provisioning").
const MEMBERS_AT_ONCE: usize = 5;

/// Who is to be provisioned.
#[derive(Debug, Clone)]
pub enum OnDemandSubject {
    /// One user.
    User(UserId),
    /// A group with some of its members.
    Group {
        /// The group.
        group: GroupId,
        /// At most five users.
        members: Vec<UserId>,
    },
}

/// The word that the service has for how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum OnDemandResult {
    /// Written, or equal already.
    Success,
    /// Left alone, for a reason that the steps tell.
    Skipped,
    /// Failed.
    Failure,
    /// A newer word.
    Other(String),
}

/// What came of a provision on demand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OnDemandOutcome {
    /// Result.
    pub result: OnDemandResult,
    /// Error code.
    pub error_code: Option<String>,
    /// Error text.
    pub error_message: Option<String>,
    /// `Create`, `Update`, `Other` ...
    pub action: Option<String>,
    /// The steps in order.
    pub steps: Vec<OnDemandStep>,
    /// Attributes written.
    pub modified: Vec<ModifiedProperty>,
    /// The object's id in the target, if it is known.
    pub target_id: Option<String>,
    /// The records as they came, for support.
    pub raw: Vec<Value>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OnDemandStep {
    /// Such as `EntrySynchronizationScoping`.
    #[serde(default)]
    pub name: String,
    /// Such as `Scoping`.
    #[serde(default, rename = "type", alias = "provisioningStepType")]
    pub kind: String,
    /// Such as `Success`.
    #[serde(default)]
    pub status: String,
    /// Text.
    #[serde(default)]
    pub description: Option<String>,
    /// Facts by name.
    #[serde(default)]
    pub details: Option<Map<String, Value>>,
}

/// Reads both published shapes of the reply. In one, `key` is JSON with the result and `value` is one record; in the
/// other `key` is a type name and `value` a list of records (Microsoft Learn: "synchronizationJob: provisionOnDemand"
/// and "Configure cross-tenant synchronization using Microsoft Graph").
fn outcome(reply: &Value) -> Option<OnDemandOutcome> {
    let text = |value: &Value, path: &[&str]| -> Option<String> {
        let found = path.iter().try_fold(value, |value, part| value.get(part))?;
        found.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let key = reply.get("key").and_then(Value::as_str).unwrap_or("");
    let records = match serde_json::from_str(reply.get("value")?.as_str()?).ok()? {
        Value::Array(records) => records,
        record @ Value::Object(_) => vec![record],
        _ => return None,
    };
    let head: Value = serde_json::from_str(key).unwrap_or(Value::Null);
    let last = records.last().cloned().unwrap_or(Value::Null);
    let info = |name: &str| {
        text(&last, &["statusInfo", name]).or_else(|| text(&last, &["provisioningStatusInfo", name]))
    };
    let word = text(&head, &["result"]).or_else(|| info("status"))?;
    let result = match word.to_ascii_lowercase().as_str() {
        "success" => OnDemandResult::Success,
        "skipped" => OnDemandResult::Skipped,
        "failure" | "failed" => OnDemandResult::Failure,
        _ => OnDemandResult::Other(word),
    };
    let list = |name: &str| -> Vec<Value> {
        records.iter().filter_map(|record| record.get(name)?.as_array()).flatten().cloned().collect()
    };
    Some(OnDemandOutcome {
        result,
        error_code: text(&head, &["details", "errorCode"]).or_else(|| info("errorCode")),
        error_message: text(&head, &["details", "errorMessage"]).or_else(|| info("reason")),
        action: text(&last, &["action"]).or_else(|| text(&last, &["provisioningAction"])),
        steps: list("provisioningSteps")
            .into_iter()
            .filter_map(|step| serde_json::from_value(step).ok())
            .collect(),
        modified: list("modifiedProperties")
            .into_iter()
            .filter_map(|change| serde_json::from_value(change).ok())
            .collect(),
        target_id: text(&last, &["targetIdentity", "id"]),
        raw: records,
    })
}

impl Graph {
    /// Provisions one user, or one group with up to five members, at once. The rule's id comes from the schema of
    /// the job itself.
    pub async fn provision_on_demand(
        &self,
        sp: &ServicePrincipalId,
        job: &JobId,
        rule: &RuleId,
        subject: &OnDemandSubject,
    ) -> Result<OnDemandOutcome, GraphError> {
        let url = self.sync_url(sp, &["jobs", job.as_str(), "provisionOnDemand"]);
        let subject = match subject {
            OnDemandSubject::User(user) => json!({ "objectId": user.as_str(), "objectTypeName": "User" }),
            OnDemandSubject::Group { members, .. } if members.len() > MEMBERS_AT_ONCE => {
                let message =
                    format!("at most {MEMBERS_AT_ONCE} members of a group can be provisioned at once");
                return Err(problem(GraphErrorKind::Invalid, &url, message));
            }
            OnDemandSubject::Group { group, members } => {
                let members: Vec<Value> = members
                    .iter()
                    .map(|user| json!({ "objectId": user.as_str(), "objectTypeName": "User" }))
                    .collect();
                json!({ "objectId": group.as_str(), "objectTypeName": "Group", "links": { "members": members } })
            }
        };
        let body = json!({ "parameters": [{ "ruleId": rule.as_str(), "subjects": [subject] }] });
        let reply: Value =
            self.json(Call::new(Method::POST, url.clone(), Some(body)).synchronization().once()).await?;
        outcome(&reply).ok_or_else(|| {
            problem(GraphErrorKind::Protocol, &url, "the result of the trial cannot be read".to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(status: &str) -> Value {
        json!({
            "action": "Create", "changeId": "c", "reportableIdentifier": "ana@contoso.example",
            "modifiedProperties": [{"displayName": "userName", "oldValue": null, "newValue": "ana@contoso.example"}],
            "provisioningSteps": [
                {"name": "EntryImport", "type": "Import", "status": "Success", "description": "read", "details": {}},
                {"name": "EntryExportAdd", "type": "Export", "status": status, "description": null, "details": null}],
            "statusInfo": {"status": status, "errorCode": "", "reason": ""},
            "targetIdentity": {"id": "9007199254740993", "type": "User"}
        })
    }

    fn check(reply: &Value, result: OnDemandResult, error: Option<&str>) {
        let found = outcome(reply).unwrap();
        assert_eq!(found.result, result);
        assert_eq!(found.error_code.as_deref(), error);
        assert_eq!(found.steps.len(), 2);
        assert_eq!(found.steps[1].kind, "Export");
        assert_eq!(found.modified[0].display_name, "userName");
        assert_eq!(found.target_id.as_deref(), Some("9007199254740993"));
    }

    #[test]
    fn both_shapes_of_the_reply() {
        let head = json!({"result": "Skipped", "details": {"errorCode": "RedundantExport", "errorMessage": "equal"}});
        let one = json!({"key": head.to_string(), "value": record("Skipped").to_string()});
        check(&one, OnDemandResult::Skipped, Some("RedundantExport"));
        let name = "Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo";
        let other = json!({"key": name, "value": json!([record("Success")]).to_string()});
        check(&other, OnDemandResult::Success, None);
        assert_eq!(outcome(&json!({"key": name, "value": "[]"})), None);
    }
}
