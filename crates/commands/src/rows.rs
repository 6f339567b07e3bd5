//! Plans, runs and log entries as rows for window and terminal.

use std::collections::{BTreeMap, BTreeSet};

use usher_engine::cycle::CycleResult;
use usher_expression::REDACTED;
use usher_plan::{
    Action, Change, Code, Counts, EntraObjectId, GuardFinding, Member, ObjectKind, Operation, Plan, Reason,
    Value,
};
use usher_runner::log::Body;
use usher_store::{Kind, LogRecord, Run, Store, StoreError};

use crate::connection_file::Problem;
use crate::dto::{
    ChangeRow, CheckResult, CycleOutcome, CycleSummary, LogEntry, Message, PlanCounts, PlanRow, TrialStep,
};

/// A reason as a sentence.
pub(crate) fn reason(reason: &Reason) -> Message {
    with_parameters(Message::new(format!("reason-{}", reason.code)), reason)
}

/// What is said in other words of a group, which nobody is and which has no user name.
const OF_GROUPS: [(Code, &str); 11] = [
    (Code::InScopeNoMatch, "reason-group-no-match"),
    (Code::Matched, "reason-group-matched"),
    (Code::SoftDeleted, "reason-group-soft-deleted"),
    (Code::HardDeleted, "reason-group-hard-deleted"),
    (Code::GoneFromEntra, "reason-group-gone-from-entra"),
    (Code::AccountLeft, "reason-group-left"),
    (Code::AccountUndecided, "reason-group-undecided"),
    (Code::DuplicateTargetEntries, "reason-group-several"),
    (Code::KeptForAnother, "reason-group-kept-for-another"),
    (Code::HandedOver, "reason-group-handed-over"),
    (Code::InvalidAnchor, "reason-group-link-gone"),
];

/// A reason as a sentence about a `user` or a `group`.
pub(crate) fn reason_about(kind: &str, why: &Reason) -> Message {
    if kind != "group" {
        return reason(why);
    }
    let own = OF_GROUPS.iter().find(|(code, _)| why.code == code.as_str());
    let Some((_, id)) = own else {
        let mut why = why.clone();
        // The reason behind it has words of its own, too.
        if let Some(because) = why.with.get_mut("because")
            && OF_GROUPS.iter().any(|(code, _)| because == code.as_str())
        {
            because.push_str("-group");
        }
        return reason(&why);
    };
    with_parameters(Message::new(*id), why)
}

fn with_parameters(mut message: Message, reason: &Reason) -> Message {
    for (name, value) in &reason.with {
        message = match (name.as_str(), value.parse::<u32>()) {
            // Counts choose the plural form; everything else is text, even when it looks like a number.
            ("count" | "limit" | "members", Ok(number)) => message.number(name, number),
            _ => message.text(name, value.clone()),
        };
    }
    message
}

/// Whether nothing is done because both sides are equal already.
pub(crate) fn is_in_step(reason: &Reason) -> bool {
    reason.code == Code::RedundantExport.as_str()
}

/// Whether somebody is not meant to have an account, by the reason itself or the one behind it.
fn is_out_of_scope(reason: &Reason) -> bool {
    const CODES: [Code; 9] = [
        Code::NotAssigned,
        Code::NestedOnly,
        Code::NotEffectivelyEntitled,
        Code::FilteredOut,
        Code::DisabledInEntra,
        Code::SoftDeleted,
        Code::HardDeleted,
        Code::GoneFromEntra,
        Code::GroupsOff,
    ];
    let code = reason.with.get("because").map_or(&*reason.code, String::as_str);
    CODES.iter().any(|out| out.as_str() == code)
}

/// A guard as a sentence.
pub(crate) fn guard(finding: &GuardFinding) -> Message {
    let message = Message::new(format!("guard-{}", finding.guard));
    let message =
        message.number("count", finding.count).number("limit", finding.limit).number("of", finding.of);
    message.text("group", finding.group.clone().unwrap_or_default())
}

/// A problem of a connection file in words.
pub(crate) fn file_problem(problem: &Problem) -> String {
    format!("{problem:#}")
}

/// The filters of the preview: as many as they show rows.
pub(crate) fn counts(plan: &Plan) -> PlanCounts {
    let of = |wanted: &'static str| {
        let those = plan.operations.iter().filter(move |operation| action(operation.action) == wanted);
        those.map(|operation| (operation.kind, operation.source.as_ref()))
    };
    let created: BTreeSet<_> = of("create").collect();
    let updated: BTreeSet<_> = of("update").filter(|object| !created.contains(object)).collect();
    let counts = &plan.counts;
    PlanCounts {
        create: counts.create,
        update: u32::try_from(updated.len()).unwrap_or(u32::MAX),
        disable: counts.disable,
        delete: counts.delete,
        skip: counts.skip,
        no_change: counts.no_change,
        failed: counts.failed,
    }
}

/// A kind of object in one word.
pub(crate) fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::User => "user",
        ObjectKind::Group => "group",
    }
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Link
        | Action::Update
        | Action::SetReferences
        | Action::AddMembers
        | Action::RemoveMembers => "update",
        Action::Disable => "disable",
        Action::Delete => "delete",
    }
}

/// Every row of a plan: what is done, who failed, who is skipped or in step.
pub(crate) fn plan(plan: &Plan) -> Vec<PlanRow> {
    let mut rows: Vec<PlanRow> = Vec::with_capacity(plan.operations.len());
    let mut of_object: BTreeMap<(ObjectKind, &EntraObjectId), usize> = BTreeMap::new();
    for done in &plan.operations {
        let object = done.source.as_ref().map(|source| (done.kind, source));
        let before = object.and_then(|object| of_object.get(&object)).copied();
        // What else is written belongs to what is done with somebody, and who is in a group to the group.
        let row = before.filter(|_| action(done.action) == "update").and_then(|at| rows.get_mut(at));
        match row.filter(|row| matches!(row.action.as_str(), "create" | "update")) {
            Some(row) => row.changes.extend(changes(done.action, &done.changes, &done.members)),
            None => {
                of_object.extend(object.map(|object| (object, rows.len())));
                rows.push(operation(done));
            }
        }
    }
    rows.extend(plan.failures.iter().map(|failure| PlanRow {
        key: format!("failure-{}-{}", kind(failure.kind), failure.source),
        action: "failed".to_owned(),
        kind: kind(failure.kind).to_owned(),
        source: failure.source.to_string(),
        name: failure.display.clone(),
        detail: String::new(),
        changes: Vec::new(),
        because: reason_about(kind(failure.kind), &failure.reason),
    }));
    rows.extend(plan.skips.iter().map(|skip| PlanRow {
        key: format!("skip-{}-{}", kind(skip.kind), skip.source),
        action: if is_in_step(&skip.reason) { "no-change" } else { "skip" }.to_owned(),
        kind: kind(skip.kind).to_owned(),
        source: skip.source.to_string(),
        name: skip.display.clone(),
        detail: String::new(),
        changes: Vec::new(),
        because: reason_about(kind(skip.kind), &skip.reason),
    }));
    rows
}

/// Fills in under which user names Usher keeps people whose rows say none: two people may have one name.
pub(crate) fn name_people(store: &Store, rows: &mut [PlanRow]) -> Result<(), StoreError> {
    for row in rows.iter_mut().filter(|row| row.kind == "user" && row.detail.is_empty()) {
        if let Some(link) = store.link_of_source(Kind::User, &row.source)? {
            row.detail = link.key.unwrap_or_default();
        }
    }
    Ok(())
}

fn operation(operation: &Operation) -> PlanRow {
    PlanRow {
        key: format!("operation-{}", operation.id),
        action: action(operation.action).to_owned(),
        kind: kind(operation.kind).to_owned(),
        source: operation.source.as_ref().map(ToString::to_string).unwrap_or_default(),
        name: operation.display.clone(),
        detail: operation.key.as_ref().map(|key| key.value.clone()).unwrap_or_default(),
        changes: changes(operation.action, &operation.changes, &operation.members),
        because: reason_about(kind(operation.kind), &operation.reason),
    }
}

pub(crate) fn changes(action: Action, changes: &[Change], members: &[Member]) -> Vec<ChangeRow> {
    let mut rows: Vec<ChangeRow> = changes.iter().map(change).collect();
    rows.extend(members.iter().map(|member| {
        let removed = action == Action::RemoveMembers;
        let name = member.display.to_string();
        ChangeRow {
            attribute: "members".to_owned(),
            before: removed.then(|| name.clone()),
            after: if removed { String::new() } else { name },
        }
    }));
    rows
}

fn change(change: &Change) -> ChangeRow {
    ChangeRow {
        attribute: change.attribute.to_string(),
        before: change.before.as_ref().map(text),
        after: text(&change.after),
    }
}

/// A value as people read it.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => texts.join(", "),
        Value::Drawn { redacted: true, .. } | Value::Redacted { .. } => REDACTED.to_owned(),
        Value::Drawn { placeholder, .. } => placeholder.clone(),
        Value::Reference(person) => person.display.to_string(),
    }
}

/// Cycles as rows, newest first. Only the newest can be running, and only while somebody `runs`: one that began and never
/// ended was killed.
pub(crate) fn cycles(newest_first: &[Run], runs: bool) -> Vec<CycleSummary> {
    let row = |(at, run): (usize, &Run)| {
        let mut row = cycle(run);
        if row.outcome == CycleOutcome::Running && !(runs && at == 0) {
            (row.outcome, row.because) = interrupted();
        }
        row
    };
    newest_first.iter().enumerate().map(row).collect()
}

fn interrupted() -> (CycleOutcome, Option<Message>) {
    (CycleOutcome::Cancelled, Some(Message::new("cycle-interrupted")))
}

/// The last cycle that ended, of the newest ones.
pub(crate) fn last_cycle(newest_first: &[Run]) -> Option<CycleSummary> {
    newest_first.iter().find(|run| run.ended.is_some()).map(cycle)
}

/// How many cycles are looked at for the last one that ended: in front of it is one that runs, and one that was killed.
pub(crate) const NEWEST: u32 = 5;

/// A run as a row.
pub(crate) fn cycle(run: &Run) -> CycleSummary {
    let counts: Counts = parse(run.counts.as_deref());
    let result: Option<CycleResult> = run.outcome.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let (outcome, because) = match (&result, run.ended) {
        (_, None) => (CycleOutcome::Running, None),
        (Some(CycleResult::Succeeded), _) => (CycleOutcome::Succeeded, None),
        (Some(CycleResult::EntryLevelErrors), _) => (CycleOutcome::InPart, None),
        (Some(CycleResult::NeedsApproval { .. }), _) => {
            (CycleOutcome::StoppedByGuard, Some(Message::new("cycle-stopped-by-guard")))
        }
        (Some(CycleResult::Cancelled), _) => (CycleOutcome::Cancelled, None),
        (Some(CycleResult::Stopped { why }), _) => {
            (CycleOutcome::Failed, Some(Message::new(format!("cycle-stopped-{}", why.code()))))
        }
        (Some(CycleResult::Failed { code, .. }), _) => {
            (CycleOutcome::Failed, Some(Message::new(format!("cycle-failed-{code}"))))
        }
        (None, Some(_)) => interrupted(),
    };
    // What a guard stopped was not done.
    let done = |number| if outcome == CycleOutcome::StoppedByGuard { 0 } else { number };
    CycleSummary {
        run: run.id.0.to_string(),
        cycle: run.cycle.clone(),
        started: run.began.to_string(),
        ended: run.ended.map(|ended| ended.to_string()),
        outcome,
        created: done(counts.create),
        updated: done(counts.update + counts.link),
        disabled: done(counts.disable),
        failed: done(counts.failed),
        because,
    }
}

fn parse<T: serde::de::DeserializeOwned + Default>(text: Option<&str>) -> T {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// A log record as an entry with its explained steps.
pub(crate) fn log_entry(record: &LogRecord) -> LogEntry {
    let entry = &record.entry;
    let body: Option<Body> = serde_json::from_str(&entry.body).ok();
    let message = body.as_ref().map_or_else(
        || Message::new("log-unreadable"),
        |body| body.trouble.as_ref().map_or_else(|| reason_about(&entry.kind, &body.reason), trouble),
    );
    LogEntry {
        id: record.number.to_string(),
        at: entry.at.to_string(),
        run: entry.run.map(|run| run.0.to_string()).unwrap_or_default(),
        // "other" is Microsoft's word for an entry that changed nothing; people read what it was: an account that
        // was linked, or somebody who was passed over, by a rule or because no value could be worked out.
        action: match (entry.action.as_str(), entry.status.as_str()) {
            ("other", "success") => "update".to_owned(),
            ("other", _) => "skip".to_owned(),
            (action, _) => action.to_owned(),
        },
        result: entry.status.clone(),
        kind: entry.kind.clone(),
        name: entry.display.clone(),
        source_id: entry.source.clone().unwrap_or_default(),
        target_id: entry.target.clone().unwrap_or_default(),
        message,
        steps: body
            .as_ref()
            .map(|body| steps(&entry.kind, &entry.action, &entry.status, body))
            .unwrap_or_default(),
        changes: body
            .map(|body| changes(Action::AddMembers, &body.changes, &body.members))
            .unwrap_or_default(),
        milliseconds: 0,
    }
}

/// Why something did not succeed, as a sentence.
pub(crate) fn trouble(reason: &Reason) -> Message {
    with_parameters(Message::new(format!("trouble-{}", reason.code)), reason)
}

/// Import, scope, match, action and reading back, as far as the entry tells.
pub(crate) fn steps(kind: &str, action: &str, status: &str, body: &Body) -> Vec<TrialStep> {
    let step = |step: &str, result, title: &str, evidence| TrialStep {
        step: step.to_owned(),
        result,
        title: Message::new(title),
        evidence,
    };
    let imported = step("import", CheckResult::Passed, "step-import-done", Vec::new());
    if let Some(open) = body.trouble.as_ref().filter(|trouble| trouble.code == usher_engine::INTERRUPTED) {
        let (result, evidence) = (CheckResult::Information, vec![trouble(open)]);
        return vec![imported, step("action", result, "step-action-unknown", evidence)];
    }
    let why = || vec![reason_about(kind, &body.reason)];
    let is_link = body.reason.code == Code::Matched.as_str();
    // Nothing was done, and that is as it should be.
    if status == "skipped" || (action == "other" && status == "success" && !is_link) {
        let (result, title) = match () {
            () if is_in_step(&body.reason) => (CheckResult::Passed, "step-nothing-to-do"),
            () if is_out_of_scope(&body.reason) => (CheckResult::Information, "step-scope-out"),
            () => (CheckResult::Information, "step-nothing-done"),
        };
        return vec![imported, step("scope", result, title, why())];
    }
    if body.attempts == 0 && action == "other" && status == "failure" {
        return vec![imported, step("match", CheckResult::FixThis, "step-match-failed", why())];
    }
    let is_new = action == "create";
    let key = body.key.as_ref().map(|key| {
        Message::new(if is_new { "step-match-searched" } else { "step-match-key" })
            .text("attribute", key.attribute.clone())
            .text("value", key.value.clone())
    });
    let matched = match (kind, is_new) {
        ("group", true) => "step-match-none-group",
        ("group", false) => "step-match-found-group",
        (_, true) => "step-match-none",
        (_, false) => "step-match-found",
    };
    let scope = match is_out_of_scope(&body.reason) {
        true => step("scope", CheckResult::Information, "step-scope-out", why()),
        // The match below tells by what.
        false if is_link => step("scope", CheckResult::Passed, "step-scope-in", Vec::new()),
        false => step("scope", CheckResult::Passed, "step-scope-in", why()),
    };
    let mut all =
        vec![imported, scope, step("match", CheckResult::Passed, matched, key.into_iter().collect())];
    all.extend(match body.trouble.as_ref().map(trouble) {
        Some(failed) => Some(step("action", CheckResult::FixThis, "step-action-failed", vec![failed])),
        // An account that is linked was as it should be: nothing was sent.
        None if is_link => None,
        None => Some(step("action", CheckResult::Passed, "step-action-done", Vec::new())),
    });
    if body.verified && body.unseen.is_empty() {
        all.push(step("verify", CheckResult::Passed, "step-verify-done", Vec::new()));
    } else if body.verified {
        let which = Message::new("step-verify-unseen-which").text("attributes", body.unseen.join(", "));
        all.push(step("verify", CheckResult::Information, "step-verify-unseen", vec![which]));
    }
    all
}

#[cfg(test)]
mod tests {
    use usher_plan::Key;

    use super::*;
    use crate::catalogue::words;

    /// The steps of an entry, in words.
    fn told(action: &str, status: &str, reason: Reason, attempts: u32) -> String {
        let key = Key { attribute: "userName".to_owned(), value: "ana@x.example".to_owned() };
        let body = Body {
            reason,
            trouble: None,
            key: Some(key),
            changes: Vec::new(),
            members: Vec::new(),
            verified: false,
            attempts,
            unseen: Vec::new(),
        };
        let one = |step: &TrialStep| {
            let said = std::iter::once(&step.title).chain(&step.evidence).map(words);
            said.collect::<Vec<_>>().join(" / ")
        };
        // That Entra was read is always the first.
        steps("user", action, status, &body)[1..].iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_is_done_with_one_object_is_one_row_and_counts_once() {
        let operation = |id: u32, kind: &str, action: &str, source: &str, target: Option<&str>| {
            let member = serde_json::json!({ "source": "ana", "display": "Ana" });
            let members = if action.ends_with("Members") { vec![member] } else { Vec::new() };
            let reason = serde_json::json!({ "code": "matched", "with": {} });
            serde_json::json!({ "id": id, "kind": kind, "action": action, "source": source, "target": target,
                "display": source, "members": members, "reason": reason })
        };
        let operations = [
            operation(1, "user", "create", "ana", None),
            operation(2, "user", "link", "bo", Some("2")),
            operation(3, "user", "update", "bo", Some("2")),
            operation(4, "user", "setReferences", "ana", None),
            operation(5, "group", "create", "new", None),
            operation(6, "group", "addMembers", "new", None),
            operation(7, "group", "removeMembers", "old", Some("9")),
            operation(8, "group", "addMembers", "old", Some("9")),
            operation(9, "user", "disable", "cleo", Some("3")),
        ];
        let plan = serde_json::json!({ "format": 1, "connection": "c", "practice": true, "cycle": "initial",
            "madeAt": "2026-01-01T00:00:00Z", "configuration": "", "policy": "", "target": "", "watermark": "",
            "operations": operations, "skips": [], "failures": [], "notes": [], "guards": [], "hash": "",
            "counts": { "create": 2, "link": 1, "update": 2, "disable": 1, "delete": 0, "skip": 0, "noChange": 0,
                "failed": 0, "membersAdded": 2, "membersRemoved": 1 } });
        let plan: Plan = serde_json::from_value(plan).expect("it is a plan");
        let rows: Vec<_> =
            super::plan(&plan).into_iter().map(|row| (row.source, row.action, row.changes.len())).collect();
        let row = |source: &str, action: &str, changes| (source.to_owned(), action.to_owned(), changes);
        let expected = [
            row("ana", "create", 0),
            row("bo", "update", 0),
            row("new", "create", 1),
            row("old", "update", 2),
            row("cleo", "disable", 0),
        ];
        assert_eq!(rows, expected);
        let counts = counts(&plan);
        assert_eq!((counts.create, counts.update, counts.disable), (2, 2, 1));
    }

    #[test]
    fn each_step_says_what_is_so() {
        let found = "The GoTo account was found / Matched by userName: ana@x.example";
        let leaves = told("disable", "success", Code::NotAssigned.reason(), 1);
        assert_eq!(
            leaves,
            format!("Not in scope / Not assigned to the application; {found}; GoTo accepted the change")
        );
        let made = told("create", "success", Code::InScopeNoMatch.reason(), 1);
        let searched = "No GoTo account fits, so one is created / Looked for by userName: ana@x.example";
        assert!(made.contains(searched) && made.starts_with("In scope / In scope, "), "{made}");
        let link = told("other", "success", Code::Matched.with([]), 0);
        assert_eq!(link, format!("In scope; {found}"));
        let ended = told("other", "success", Code::DeleteNoLongerPending.reason(), 0);
        assert_eq!(ended, "Nothing was done / Entra lists it again, so it will not be deleted");
        for (reason, title) in [
            (Code::RedundantExport.reason(), "In scope, and nothing to be done / "),
            (Code::NotAssigned.reason(), "Not in scope / "),
            (Code::AlreadyInactive.with([("because", "filtered-out".to_owned())]), "Not in scope / "),
            (Code::WaitsForRing.reason(), "Nothing was done / In scope, but waits"),
            (Code::ImportSkipped.reason(), "Nothing was done / "),
        ] {
            let skipped = told("other", "skipped", reason, 0);
            assert!(skipped.starts_with(title), "{skipped}");
        }
        let unplanned = told("other", "failure", Code::DuplicateTargetEntries.reason(), 0);
        assert!(unplanned.starts_with("It could not be decided what to do in GoTo / "), "{unplanned}");
    }

    #[test]
    fn what_a_killed_run_left_open_is_neither_done_nor_refused() {
        let open = Reason { code: usher_engine::INTERRUPTED.into(), with: BTreeMap::new() };
        let body = Body { trouble: Some(open), ..Body::unwritten(&Code::AttributesDiffer.reason()) };
        let steps = steps("user", "update", "skipped", &body);
        let said: Vec<String> = steps.iter().map(|step| words(&step.title)).collect();
        assert_eq!(said, ["Read from Entra", "It is not known whether GoTo took the change"]);
        assert!(words(&steps[1].evidence[0]).starts_with("The run was ended before it was known"));
    }

    #[test]
    fn a_group_is_no_person() {
        let say = |reason: Reason| words(&reason_about("group", &reason));
        assert_eq!(say(Code::InScopeNoMatch.reason()), "In scope, and no group of this name is in GoTo yet");
        let pending = [("because", "hard-deleted".to_owned()), ("due", "2026-01-15".to_owned())];
        let said = say(Code::DeletePending.with(pending));
        assert!(said.starts_with("The group was removed from Entra; will be deleted"), "{said}");
        let kept = [("attribute", "displayName".to_owned()), ("value", "Sales".to_owned())];
        assert!(say(Code::KeptForAnother.with(kept)).contains("is kept for a group that is no longer"));
        assert_eq!(say(Code::GroupsOff.reason()), words(&reason(&Code::GroupsOff.reason())));
        let body = Body::unwritten(&Code::InScopeNoMatch.reason());
        let made: Vec<String> =
            steps("group", "create", "success", &body).iter().map(|step| words(&step.title)).collect();
        assert!(made.contains(&"No GoTo group fits, so one is created".to_owned()), "{made:?}");
    }
}
