//! The provisioning log: one entry for every operation, failure and skip, and for members that were left out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use usher_engine::{INTERRUPTED, OperationOutcome, Outcome, Undone, UnitEnd, is_refused};
use usher_plan::{
    Action, Change, Code, Cycle, Key, Member, ObjectKind, PendingDelete, PendingState, Plan, Reason, Skip,
};
use usher_store::{LogEntry, RunId};

use crate::error::RunError;
use crate::record::{came_upon_another, is_left_as_it_is};

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
    /// Attributes that were written and are not shown.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unseen: Vec<String>,
}

impl Body {
    /// Of something that was not written.
    #[must_use]
    pub fn unwritten(reason: &Reason) -> Self {
        Self {
            reason: reason.clone(),
            trouble: None,
            key: None,
            changes: Vec::new(),
            members: Vec::new(),
            verified: false,
            attempts: 0,
            unseen: Vec::new(),
        }
    }
}

/// What became of one operation, of all its parts.
#[derive(Default)]
struct Became {
    trouble: Option<Reason>,
    unverified: bool,
    attempts: u32,
    target: Option<String>,
    unseen: Vec<String>,
    left_out: Vec<Undone>,
    /// Whether a create matched an account that was made meanwhile.
    matched: bool,
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
    let mut ends: BTreeMap<u32, Became> = BTreeMap::new();
    let left = |unit: &OperationOutcome| {
        plan.operation(unit.unit.operation).is_some_and(|operation| is_left_as_it_is(operation, unit))
    };
    let (left, units): (Vec<_>, Vec<_>) = outcome.units.iter().partition(|unit| left(unit));
    for unit in units {
        let became = ends.entry(unit.unit.operation).or_default();
        let trouble = match &unit.end {
            UnitEnd::Verified | UnitEnd::Accepted => None,
            UnitEnd::Parked(reason) => Some(reason.clone()),
            UnitEnd::Unknown => Some(plain("outcome-unknown")),
            UnitEnd::NotAttempted => Some(plain("not-attempted")),
        };
        became.trouble = became.trouble.take().or(trouble);
        became.unverified |= unit.end != UnitEnd::Verified;
        became.attempts = became.attempts.max(unit.attempts);
        became.target = unit.target.as_ref().map(ToString::to_string).or_else(|| became.target.take());
        let operation = plan.operation(unit.unit.operation);
        became.matched |= operation.is_some_and(|operation| came_upon_another(operation, unit));
        became.unseen.extend(unit.unseen.iter().cloned());
        became.left_out.extend(unit.left_out.iter().cloned());
    }
    let mut entries = Vec::new();
    for operation in &plan.operations {
        // What was not attempted comes again in the next cycle: it is no event.
        let Some(became) = ends.remove(&operation.id) else { continue };
        let Became { trouble, unverified, attempts, target, unseen, left_out, matched } = became;
        if trouble.as_ref().is_some_and(|trouble| trouble.code == "not-attempted") {
            continue;
        }
        let target = target.or_else(|| operation.target.as_ref().map(ToString::to_string));
        let entry = |status: &str, body: &Body| {
            Ok::<_, RunError>(LogEntry {
                at,
                run: Some(run),
                kind: kind(operation.kind).to_owned(),
                action: action(if matched { Action::Link } else { operation.action }).to_owned(),
                status: status.to_owned(),
                source: operation.source.as_ref().map(ToString::to_string),
                target: target.clone(),
                display: operation.display.clone(),
                body: serde_json::to_string(body).map_err(RunError::plan_form)?,
            })
        };
        let is_membership = matches!(operation.action, Action::AddMembers | Action::RemoveMembers);
        let out: BTreeSet<&Member> = left_out.iter().map(|undone| &undone.member).collect();
        let members: Vec<Member> =
            operation.members.iter().filter(|member| !out.contains(member)).cloned().collect();
        let status = match &trouble {
            // Whether it was done is for the next cycle to see: nobody has refused it.
            Some(trouble) if trouble.code == INTERRUPTED => "skipped",
            Some(_) => "failure",
            None => "success",
        };
        let (reason, changes) = match &operation.key {
            Some(key) if matched => {
                let with = [("attribute", key.attribute.clone()), ("value", key.value.clone())];
                (Code::Matched.with(with), Vec::new())
            }
            _ => (operation.reason.clone(), operation.changes.clone()),
        };
        let body = Body {
            reason,
            trouble,
            key: operation.key.clone(),
            changes,
            members,
            verified: !unverified,
            attempts,
            unseen,
        };
        // Of a group whose members were all left out, the next entries tell.
        if !is_membership || body.trouble.is_some() || !body.members.is_empty() {
            entries.push(entry(status, &body)?);
        }
        if !is_membership {
            continue;
        }
        let mut by_reason: BTreeMap<&Reason, Vec<Member>> = BTreeMap::new();
        for undone in &left_out {
            by_reason.entry(&undone.reason).or_default().push(undone.member.clone());
        }
        for (why, members) in by_reason {
            let (status, trouble) = match is_refused(why) {
                true => ("failure", Some(why.clone())),
                false => ("skipped", None),
            };
            let (changes, unseen) = (Vec::new(), Vec::new());
            let (reason, key) = (why.clone(), operation.key.clone());
            let body = Body { reason, trouble, key, changes, members, verified: false, attempts, unseen };
            entries.push(entry(status, &body)?);
        }
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

/// A cycle over changes looks at whoever changed or is tried again: who is passed over there is news, and in step nobody is.
/// Of those who wait to be deleted, only that they begin to.
fn is_news(plan: &Plan, skip: &Skip) -> bool {
    let of = |pending: &&PendingDelete| (pending.kind, &pending.source) == (skip.kind, &skip.source);
    let begins =
        |pending: &PendingDelete| pending.state == PendingState::Begins && pending.reason == skip.reason;
    match plan.pending.iter().find(of) {
        Some(pending) if pending.reason == skip.reason => plan.cycle != Cycle::Incremental || begins(pending),
        _ => plan.cycle != Cycle::Incremental || skip.reason.code != Code::RedundantExport.as_str(),
    }
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
    let body = Body::unwritten(reason);
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
