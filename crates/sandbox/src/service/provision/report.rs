//! What a pass looks like from outside: counters, quarantine, answers of on-demand provisioning.

use serde_json::Value;
use usher_plan::{Action, ObjectKind};
use usher_runner::RunError;

use super::memory::Subject;
use super::pass::Pass;
use super::records;
use crate::service::{CycleOutcome, CycleRequest, CycleState, OnDemandOutcome};
use crate::world::World;

/// A pass that could not come to its end.
#[derive(Debug)]
pub struct Stopped {
    code: String,
    text: String,
    quarantine: bool,
}

impl Stopped {
    /// The credentials do not work.
    pub fn credentials(text: String) -> Self {
        Self { code: "InvalidCredentials".into(), text, quarantine: true }
    }

    /// The schema or the tenant URL cannot be used.
    pub fn configuration(text: String) -> Self {
        Self { code: "InvalidConfiguration".into(), text, quarantine: false }
    }

    /// The service provider cannot be reached, or answers nothing but trouble: tried again in the next cycle.
    pub fn target(code: &str, text: String) -> Self {
        Self { code: "WebExceptionProtocolError".into(), text: format!("{code}: {text}"), quarantine: false }
    }

    /// What answers is no SCIM.
    fn incompatible(text: String) -> Self {
        let code = "SystemForCrossDomainIdentityManagementServiceIncompatible".into();
        Self { code, text, quarantine: true }
    }

    /// The stand-in itself is in trouble.
    pub fn own(text: String) -> Self {
        Self { code: "InternalError".into(), text, quarantine: false }
    }
}

impl From<usher_goto::GotoError> for Stopped {
    fn from(error: usher_goto::GotoError) -> Self {
        Self::from(RunError::Target(error))
    }
}

impl From<RunError> for Stopped {
    fn from(error: RunError) -> Self {
        match error {
            error if error.lost_credentials() => Self::credentials(error.to_string()),
            // A reply that is no SCIM puts a job into quarantine at once (Microsoft Learn, "Application provisioning
            // in quarantine status").
            RunError::NotScim => Self::incompatible(error.to_string()),
            // A query always has an answer, if an empty list: 404 to it is told from an object that is not there.
            RunError::Target(error) if error.class == usher_goto::Class::NotFound => {
                Self::incompatible(error.to_string())
            }
            RunError::Target(error) => Self::target("target", error.to_string()),
            error => Self::own(error.to_string()),
        }
    }
}

/// The outcome of a cycle that could not come to its end.
pub fn stopped(stopped: Stopped) -> CycleOutcome {
    CycleOutcome {
        state: CycleState::Failed,
        entitled: 0,
        entitled_for_provisioning: 0,
        escrowed: 0,
        exported: 0,
        imported: 0,
        entries: Default::default(),
        error: Some((stopped.code, stopped.text)),
        quarantine: stopped.quarantine.then(|| "EncounteredQuarantineException".to_owned()),
        log: Vec::new(),
    }
}

/// The outcome of a cycle.
pub fn cycle(world: &World, request: &CycleRequest, pass: Pass) -> CycleOutcome {
    let log = records::log(world, request, &pass);
    let held = pass.outcome.is_none();
    let state = match (held, pass.failing == 0) {
        (true, _) => CycleState::Failed,
        (false, true) => CycleState::Succeeded,
        (false, false) => CycleState::EntryLevelErrors,
    };
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let assigned = pass.read.facts.values().filter(|facts| facts.assigned);
    let written = log.iter().filter(|entry| is_write(entry)).count();
    let text = "More objects would be disabled or deleted than the limit of accidental deletions allows.";
    CycleOutcome {
        state,
        entitled: number(assigned.clone().count()),
        entitled_for_provisioning: number(assigned.filter(|facts| facts.in_scope()).count()),
        escrowed: number(pass.failing),
        exported: number(written),
        imported: number(pass.looked_at),
        entries: pass.counts,
        error: held.then(|| ("TooManyDeletes".to_owned(), text.to_owned())),
        quarantine: held.then(|| "TooManyDeletes".to_owned()),
        log,
    }
}

/// Whether an entry of the log stands for a write that went through.
fn is_write(entry: &Value) -> bool {
    entry["provisioningStatusInfo"]["status"] == "success"
        && matches!(entry["provisioningAction"].as_str(), Some("create" | "update" | "disable" | "delete"))
}

/// The answer of on-demand provisioning.
pub fn on_demand(
    world: &World,
    request: &CycleRequest,
    subject: Subject,
    done: Result<Pass, Stopped>,
) -> OnDemandOutcome {
    let pass = match done {
        Ok(pass) => pass,
        Err(stopped) => return failure(stopped.code, stopped.text),
    };
    if !pass.read.facts.contains_key(&subject) {
        let kind = if subject.0 == ObjectKind::User { "user" } else { "group" };
        return failure("SourceObjectNotFound".into(), format!("The tenant has no such {kind}."));
    }
    let entries = records::log(world, request, &pass);
    let Some(entry) = entries.into_iter().find(|entry| entry["sourceIdentity"]["id"] == subject.1.as_str())
    else {
        let why = "Nothing was decided about the object.".to_owned();
        return failure("InternalError".into(), why);
    };
    let record = records::on_demand(entry);
    let info = &record["statusInfo"];
    let result = info["status"].as_str().unwrap_or("Failure").to_owned();
    let text = |name: &str| info[name].as_str().unwrap_or_default().to_owned();
    let error = (result != "Success").then(|| (text("errorCode"), text("reason")));
    OnDemandOutcome { result, error, record }
}

fn failure(code: String, text: String) -> OnDemandOutcome {
    let record = serde_json::json!({ "action": "Other", "modifiedProperties": [], "provisioningSteps": [],
        "statusInfo": { "status": "Failure", "errorCode": code, "reason": text } });
    OnDemandOutcome { result: "Failure".into(), error: Some((code, text)), record }
}

/// The word of the log for an action.
pub fn word(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update | Action::SetReferences | Action::AddMembers | Action::RemoveMembers => "update",
        Action::Disable => "disable",
        Action::Delete => "delete",
        Action::Link => "other",
    }
}
