//! The provisioning log: one entry for every operation, failure and, in passes over everyone, every skip.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use usher_engine::{OperationOutcome, Outcome, UnitEnd};
use usher_plan::{
    Action, Change, Code, Cycle, Key, Member, ObjectKind, PendingDelete, PendingState, Plan, Reason, Skip,
};
use usher_store::{LogEntry, RunId};

use crate::error::RunError;
use crate::record::is_left_as_it_is;

/// The part of an entry that is not searched by: saved as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Why it was done, or not.
    pub reason: Reason,
    /// Why it did not succeed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trouble: Option<Reason>,
    /// By what the account was matched or would be found.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<Key>,
    /// Attributes written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Change>,
    /// Members added or removed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub members: Vec<Member>,
    /// Whether what was written was listed back.
    pub verified: bool,
    /// How often it was sent.
    pub attempts: u32,
}

/// The words of Microsoft's provisioning log for an action.
fn action(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update | Action::SetReferences | Action::AddMembers | Action::RemoveMembers => "update",
        Action::Disable => "disable",
        Action::Delete => "delete",
        Action::Link => "other",
    }
}

fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::User => "user",
        ObjectKind::Group => "group",
    }
}

/// The entries of one run.
pub(crate) fn entries(
    plan: &Plan,
    outcome: &Outcome,
    run: RunId,
    at: Timestamp,
) -> Result<Vec<LogEntry>, RunError> {
    let mut ends: BTreeMap<u32, (Option<Reason>, bool, u32, Option<String>)> = BTreeMap::new();
    let left = |unit: &OperationOutcome| {
        plan.operation(unit.unit.operation).is_some_and(|operation| is_left_as_it_is(operation, unit))
    };
    let (left, units): (Vec<_>, Vec<_>) = outcome.units.iter().partition(|unit| left(unit));
    for unit in units {
        let entry = ends.entry(unit.unit.operation).or_insert((None, true, 0, None));
        let (trouble, verified) = match &unit.end {
            UnitEnd::Verified => (None, true),
            UnitEnd::Accepted => (None, false),
            UnitEnd::Parked(reason) => (Some(reason.clone()), false),
            UnitEnd::Unknown => (Some(plain("outcome-unknown")), false),
            UnitEnd::NotAttempted => (Some(plain("not-attempted")), false),
        };
        entry.0 = entry.0.take().or(trouble);
        entry.1 &= verified;
        entry.2 = entry.2.max(unit.attempts);
        entry.3 = unit.target.as_ref().map(ToString::to_string).or_else(|| entry.3.take());
    }
    let mut entries = Vec::new();
    for operation in &plan.operations {
        // What was not attempted comes again in the next cycle: it is no event.
        let Some((trouble, verified, attempts, target)) = ends.remove(&operation.id) else { continue };
        if trouble.as_ref().is_some_and(|trouble| trouble.code == "not-attempted") {
            continue;
        }
        let body = Body {
            reason: operation.reason.clone(),
            trouble: trouble.clone(),
            key: operation.key.clone(),
            changes: operation.changes.clone(),
            members: operation.members.clone(),
            verified,
            attempts,
        };
        entries.push(LogEntry {
            at,
            run: Some(run),
            kind: kind(operation.kind).to_owned(),
            action: action(operation.action).to_owned(),
            status: if trouble.is_some() { "failure" } else { "success" }.to_owned(),
            source: operation.source.as_ref().map(ToString::to_string),
            target: target.or_else(|| operation.target.as_ref().map(ToString::to_string)),
            display: operation.display.clone(),
            body: serde_json::to_string(&body).map_err(RunError::plan_form)?,
        });
    }
    // As in Microsoft's log, a reference to somebody who is not provisioned is told of whoever has it.
    let unresolved = |reason: &Reason| reason.code == Code::UnresolvedReference.as_str();
    for (unit, undone) in left.iter().flat_map(|unit| unit.left_out.iter().map(move |undone| (unit, undone)))
    {
        let Some(operation) = plan.operation(unit.unit.operation) else { continue };
        let Some(source) = &operation.source else { continue };
        let mut reason = undone.reason.clone();
        reason.with.insert("other".to_owned(), undone.member.display.to_string());
        let display = &operation.display;
        entries.push(note(operation.kind, source.as_str(), display, &reason, "skipped", run, at)?);
    }
    for told in plan.notes.iter().filter(|note| unresolved(&note.reason)) {
        let Some(source) = &told.source else { continue };
        let display = told.reason.with.get("name").map_or(source.as_str(), String::as_str);
        entries.push(note(told.kind, source.as_str(), display, &told.reason, "skipped", run, at)?);
    }
    for failure in &plan.failures {
        entries.push(note(
            failure.kind,
            failure.source.as_str(),
            &failure.display,
            &failure.reason,
            "failure",
            run,
            at,
        )?);
    }
    for skip in plan.skips.iter().filter(|skip| is_news(plan, skip)) {
        entries.push(note(skip.kind, skip.source.as_str(), &skip.display, &skip.reason, "skipped", run, at)?);
    }
    for ended in plan.pending.iter().filter(|pending| pending.state == PendingState::Ends) {
        let (source, display) = (ended.source.as_str(), &ended.display);
        entries.push(note(ended.kind, source, display, &ended.reason, "success", run, at)?);
    }
    Ok(entries)
}

/// In an incremental cycle the same people are skipped every time: only that somebody begins to wait is news.
fn is_news(plan: &Plan, skip: &Skip) -> bool {
    let begins = |pending: &PendingDelete| {
        pending.state == PendingState::Begins
            && (pending.kind, &pending.source, &pending.reason) == (skip.kind, &skip.source, &skip.reason)
    };
    plan.cycle != Cycle::Incremental || plan.pending.iter().any(begins)
}

fn note(
    object: ObjectKind,
    source: &str,
    display: &str,
    reason: &Reason,
    status: &str,
    run: RunId,
    at: Timestamp,
) -> Result<LogEntry, RunError> {
    let body = Body {
        reason: reason.clone(),
        trouble: None,
        key: None,
        changes: Vec::new(),
        members: Vec::new(),
        verified: false,
        attempts: 0,
    };
    Ok(LogEntry {
        at,
        run: Some(run),
        kind: kind(object).to_owned(),
        action: "other".to_owned(),
        status: status.to_owned(),
        source: Some(source.to_owned()),
        target: None,
        display: display.to_owned(),
        body: serde_json::to_string(&body).map_err(RunError::plan_form)?,
    })
}

fn plain(code: &'static str) -> Reason {
    Reason { code: code.into(), with: BTreeMap::new() }
}
