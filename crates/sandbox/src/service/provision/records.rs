//! Entries of the provisioning log (Microsoft Learn, provisioningObjectSummary), and the same for on-demand answers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use usher_engine::UnitEnd;
use usher_plan::{Action, Change, Code, ObjectKind, Operation, Reason, ScimId};

use super::memory::Subject;
use super::pass::Pass;
use super::report::word;
use super::source::Facts;
use crate::entra::tenant_id;
use crate::service::CycleRequest;
use crate::world::{World, lock};

/// A reference to somebody who is not provisioned: the rest of the object goes on.
const UNRESOLVED: &str = Code::UnresolvedReference.as_str();

/// One entry for everything that was done, left alone or failed. The journal adds the ids.
pub fn log(world: &World, request: &CycleRequest, pass: &Pass) -> Vec<Value> {
    let frame = Frame::new(world, request);
    let mut stories: Vec<Story<'_>> = Vec::new();
    let mut place: BTreeMap<Subject, usize> = BTreeMap::new();
    for operation in &pass.plan.operations {
        let Some(source) = &operation.source else { continue };
        let subject = (operation.kind, source.to_string());
        // Attributes and members of one object are one entry.
        let at = *place.entry(subject.clone()).or_insert_with(|| {
            stories.push(Story::new(subject, &operation.display));
            stories.len() - 1
        });
        stories[at].add(operation, pass);
    }
    if pass.outcome.is_none() {
        // Held back whole: the log names what the limit was about, and nothing else.
        stories.retain(|story| story.action == "stagedDelete");
        return stories.iter().map(|story| frame.entry(story, facts(pass, story))).collect();
    }
    for skip in &pass.plan.skips {
        let mut story = Story::new((skip.kind, skip.source.to_string()), &skip.display);
        (story.status, story.reason) = ("skipped", Some(&skip.reason));
        stories.push(story);
    }
    for note in &pass.plan.notes {
        let Some(source) = note.source.as_ref().filter(|_| note.reason.code == UNRESOLVED) else { continue };
        let name = note.reason.with.get("name").map_or(source.as_str(), String::as_str);
        let mut story = Story::new((note.kind, source.to_string()), name);
        (story.status, story.reason) = ("warning", Some(&note.reason));
        stories.push(story);
    }
    for failure in &pass.plan.failures {
        let mut story = Story::new((failure.kind, failure.source.to_string()), &failure.display);
        (story.status, story.reason) = ("failure", Some(&failure.reason));
        stories.push(story);
    }
    stories.iter().map(|story| frame.entry(story, facts(pass, story))).collect()
}

fn facts<'p>(pass: &'p Pass, story: &Story<'_>) -> Option<&'p Facts> {
    pass.read.facts.get(&story.subject)
}

/// What became of one object.
struct Story<'p> {
    subject: Subject,
    display: &'p str,
    action: &'static str,
    status: &'static str,
    reason: Option<&'p Reason>,
    target: Option<ScimId>,
    matched: bool,
    changes: Vec<Value>,
}

impl<'p> Story<'p> {
    fn new(subject: Subject, display: &'p str) -> Self {
        Self {
            subject,
            display,
            action: "other",
            status: "success",
            reason: None,
            target: None,
            matched: false,
            changes: Vec::new(),
        }
    }

    fn add(&mut self, operation: &'p Operation, pass: &'p Pass) {
        let removal = matches!(operation.action, Action::Disable | Action::Delete);
        if self.action == "other" {
            self.action =
                if removal && pass.outcome.is_none() { "stagedDelete" } else { word(operation.action) };
        }
        self.matched |= operation.target.is_some();
        self.target = self.target.take().or_else(|| operation.target.clone());
        self.changes.extend(operation.changes.iter().map(modified));
        for member in &operation.members {
            let name = member.target.as_ref().map(ToString::to_string);
            let name = name.or_else(|| member.source.as_ref().map(ToString::to_string));
            let joins = operation.action == Action::AddMembers;
            let (before, after) = if joins { (None, name) } else { (name, None) };
            self.changes.push(json!({ "displayName": "members", "oldValue": before, "newValue": after }));
        }
        let Some(outcome) = &pass.outcome else {
            self.status = "skipped";
            self.reason = Some(&operation.reason);
            return;
        };
        for unit in outcome.units.iter().filter(|unit| unit.unit.operation == operation.id) {
            self.target = self.target.take().or_else(|| unit.target.clone());
            if let UnitEnd::Parked(reason) = &unit.end {
                (self.status, self.reason) = ("failure", Some(reason));
            }
        }
    }
}

fn modified(change: &Change) -> Value {
    let text = |value: &usher_plan::Value| match serde_json::to_value(value) {
        // As Microsoft's log shows it (Microsoft Learn, "Reference for writing expressions", section "Redact").
        Ok(Value::Object(_)) => hidden(value),
        Ok(Value::String(text)) => Value::String(text),
        Ok(Value::Null) | Err(_) => Value::Null,
        Ok(other) => Value::String(other.to_string()),
    };
    json!({
        "displayName": change.attribute,
        "oldValue": change.before.as_ref().map(text),
        "newValue": text(&change.after),
    })
}

/// What stands for a value that the log may not show, or that the plan did not know.
fn hidden(value: &usher_plan::Value) -> Value {
    match value {
        usher_plan::Value::Drawn { placeholder, redacted: false } => placeholder.as_str().into(),
        usher_plan::Value::Reference(person) => {
            let id = person.target.as_ref().map(ToString::to_string);
            id.or_else(|| person.source.as_ref().map(ToString::to_string)).into()
        }
        _ => usher_plan::REDACTED.into(),
    }
}

/// What all entries of a pass have in common.
struct Frame<'w> {
    world: &'w World,
    request: &'w CycleRequest,
    at: Timestamp,
    tenant: String,
    application: String,
}

impl<'w> Frame<'w> {
    fn new(world: &'w World, request: &'w CycleRequest) -> Self {
        let application = {
            let entra = lock(&world.entra);
            let found = entra.applications.service_principals.get(&request.service_principal_id);
            found.map(|sp| sp.display_name.clone()).unwrap_or_default()
        };
        Self { world, request, at: world.clock.now(), tenant: tenant_id(world), application }
    }

    fn entry(&self, story: &Story<'_>, facts: Option<&Facts>) -> Value {
        let kind = match story.subject.0 {
            ObjectKind::User => "User",
            ObjectKind::Group => "Group",
        };
        let sp = &self.request.service_principal_id;
        let user_name = facts.map_or("", |facts| facts.user_name.as_str());
        json!({
            "activityDateTime": self.at,
            "tenantId": self.tenant,
            "jobId": self.request.job_id,
            "cycleId": self.request.cycle_id,
            "changeId": self.world.random.fresh_uuid(),
            "provisioningAction": story.action,
            "durationInMilliseconds": 0,
            "initiatedBy": {
                "id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system",
            },
            "servicePrincipal": { "id": sp, "displayName": self.application },
            "sourceSystem": { "id": self.tenant, "displayName": "Azure Active Directory", "details": {} },
            "targetSystem": {
                "id": sp, "displayName": self.application,
                "details": { "ServicePrincipalId": sp, "ServicePrincipalDisplayName": self.application },
            },
            "sourceIdentity": {
                "id": story.subject.1, "displayName": story.display, "identityType": kind,
                "details": {
                    "id": story.subject.1, "odatatype": kind, "DisplayName": story.display,
                    "UserPrincipalName": user_name,
                },
            },
            "targetIdentity": {
                "id": story.target.as_ref().map_or("", ScimId::as_str), "displayName": "", "identityType": kind,
                "details": {},
            },
            "provisioningStatusInfo": { "status": story.status, "errorInformation": error(story) },
            "provisioningSteps": steps(story, facts),
            "modifiedProperties": story.changes,
        })
    }
}

fn error(story: &Story<'_>) -> Value {
    let Some(reason) = story.reason.filter(|_| story.status != "success") else { return Value::Null };
    json!({
        "errorCode": code(&reason.code),
        "reason": text(reason),
        "errorCategory": if story.status == "failure" { "failure" } else { "nonServiceFailure" },
        "additionalDetails": null,
        "recommendedAction": null,
    })
}

/// The codes of Microsoft's log. It has one word for everybody who is out of scope.
fn code(ours: &str) -> &str {
    match ours {
        "not-assigned" | "nested-group-only" | "disabled-in-entra" | "soft-deleted" | "groups-off" => {
            "NotEffectivelyEntitled"
        }
        "exists-outside-organisation" | "linked-to-another" => "EntryConflict",
        "refused-by-target" => "SystemForCrossDomainIdentityManagementServiceIncompatible",
        "not-supported-by-target" => "NotImplemented",
        "retries-exhausted" | "unknown-outcome" | "made-and-not-shown" => "InternalServerError",
        other => other,
    }
}

fn text(reason: &Reason) -> String {
    let facts: Vec<String> = reason.with.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    match facts.is_empty() {
        true => reason.code.to_string(),
        false => format!("{} ({})", reason.code, facts.join(", ")),
    }
}

fn steps(story: &Story<'_>, facts: Option<&Facts>) -> Vec<Value> {
    let suffix = match story.action {
        "create" => "Add",
        "delete" | "stagedDelete" => "Delete",
        "update" | "disable" => "Update",
        _ => "",
    };
    let step = |name: String, kind: &str, status: &str, text: &str, details: Value| json!({ "name": name, "provisioningStepType": kind, "status": status, "description": text, "details": details });
    let said = |fact: bool| if fact { "True" } else { "False" };
    let mut steps = vec![step(
        format!("EntryImport{suffix}"),
        "import",
        "success",
        "Read from Microsoft Entra ID.",
        json!({}),
    )];
    if let Some(facts) = facts {
        let details = json!({
            "Active in the source system": said(facts.active),
            "Assigned to the application": said(facts.assigned),
            "User has the required role": said(facts.entitled),
            "Scoping filter evaluation passed": said(facts.filtered.passed == Some(true)),
            "ScopeEvaluationResult": facts.filtered.results,
        });
        let (status, text) = match (facts.in_scope(), facts.filtered.passed) {
            // A filter without an answer says nothing about who is in scope.
            (true, None) => ("failure", "The scoping filters could not be evaluated."),
            (true, Some(true)) => ("success", "The object is in scope."),
            _ => ("skipped", "The object is not in scope."),
        };
        steps.push(step("EntrySynchronizationScoping".into(), "scoping", status, text, details));
    }
    if story.matched {
        let target = story.target.as_ref().map_or("", ScimId::as_str);
        let text = "An account was found.";
        steps.push(step("EntryMatch".into(), "matching", "success", text, json!({ "id": target })));
    }
    match (story.action, story.status) {
        ("stagedDelete", _) => steps.push(step(
            "EntryStagedDelete".into(),
            "processing",
            "skipped",
            "Held back by the limit of accidental deletions.",
            json!({}),
        )),
        (_, "skipped") => {
            let why = story.reason.map(text).unwrap_or_default();
            steps.push(step("EntrySynchronizationSkip".into(), "processing", "skipped", &why, json!({})));
        }
        ("other", "success") => {}
        (_, status) => {
            let why = story.reason.filter(|_| status != "success").map(text).unwrap_or_default();
            let text = if why.is_empty() { "Written to the service provider.".to_owned() } else { why };
            steps.push(step(format!("EntryExport{suffix}"), "export", status, &text, json!({})));
        }
    }
    steps
}

/// The same entry as on-demand provisioning tells it: other names, and words with capitals.
pub fn on_demand(mut entry: Value) -> Value {
    let capital = |word: &Value| {
        let word = word.as_str().unwrap_or_default();
        let mut letters = word.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first}{}", letters.as_str())
    };
    let identity = |identity: &Value| {
        json!({ "id": identity["id"], "type": identity["identityType"], "displayName": identity["displayName"],
            "details": identity["details"] })
    };
    let steps: Vec<Value> = entry["provisioningSteps"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|step| {
            json!({ "name": step["name"], "type": capital(&step["provisioningStepType"]),
                "status": capital(&step["status"]), "description": step["description"],
                "timestamp": entry["activityDateTime"], "details": step["details"] })
        })
        .collect();
    let info = &entry["provisioningStatusInfo"];
    let error = &info["errorInformation"];
    let record = json!({
        "action": capital(&entry["provisioningAction"]),
        "changeId": entry["changeId"],
        "startTime": entry["activityDateTime"],
        "endTime": entry["activityDateTime"],
        "reportableIdentifier": entry["sourceIdentity"]["details"]["UserPrincipalName"],
        "provisioningSteps": steps,
        "statusInfo": {
            "status": capital(&info["status"]), "errorCode": error["errorCode"], "reason": error["reason"],
            "errorCategory": error["errorCategory"], "additionalDetails": null, "recommendedAction": null,
        },
        "sourceIdentity": identity(&entry["sourceIdentity"]),
        "targetIdentity": identity(&entry["targetIdentity"]),
        "sourceSystem": { "id": entry["sourceSystem"]["id"], "name": entry["sourceSystem"]["displayName"], "details": {} },
        "targetSystem": { "id": entry["targetSystem"]["id"], "name": entry["targetSystem"]["displayName"], "details": {} },
        "modifiedProperties": entry["modifiedProperties"].take(),
    });
    record
}
