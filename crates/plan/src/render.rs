//! The plan as plain text: for the terminal, for review, and for the snapshots of tests.
//!
//! Values are quoted with escapes, so that control and bidirectional characters in names cannot deceive a reader.

use std::fmt::{self, Write};

use usher_expression::REDACTED;

use crate::model::{Action, Cycle, GuardFinding, Member, Note, ObjectKind, Operation, Plan, Reason, Value};
use crate::pending::PendingState;
use crate::reasons::Code;

/// The same plan always gives the same text. People who are in step are counted, not listed.
#[must_use]
pub fn render(plan: &Plan) -> String {
    let mut out = String::new();
    write_plan(&mut out, plan).expect("writing to a String cannot fail");
    out
}

fn write_plan(out: &mut String, plan: &Plan) -> fmt::Result {
    let cycle = match plan.cycle {
        Cycle::Initial => "initial cycle",
        Cycle::Incremental => "incremental cycle",
        Cycle::OnDemand if plan.mending.is_some() => "mending",
        Cycle::OnDemand => "on demand",
    };
    let practice = if plan.practice { ", practice" } else { "" };
    writeln!(out, "plan for {} ({cycle}{practice})", plan.connection)?;
    for operation in &plan.operations {
        write_operation(out, operation)?;
    }
    for skip in plan.skips.iter().filter(|skip| skip.reason.code != Code::RedundantExport.as_str()) {
        write!(out, "skip {} {} {:?}: ", kind(skip.kind), skip.source, skip.display)?;
        write_reason(out, &skip.reason)?;
    }
    for failure in &plan.failures {
        write!(out, "fail {} {} {:?}: ", kind(failure.kind), failure.source, failure.display)?;
        write_reason(out, &failure.reason)?;
    }
    for note in &plan.notes {
        write_note(out, note)?;
    }
    for pending in plan.pending.iter().filter(|pending| pending.state == PendingState::Ends) {
        write!(
            out,
            "no longer to be deleted {} {} {:?}: ",
            kind(pending.kind),
            pending.source,
            pending.display
        )?;
        write_reason(out, &pending.reason)?;
    }
    for guard in &plan.guards {
        write_guard(out, guard)?;
    }
    let counts = [
        ("create", plan.counts.create),
        ("link", plan.counts.link),
        ("update", plan.counts.update),
        ("disable", plan.counts.disable),
        ("delete", plan.counts.delete),
        ("members added", plan.counts.members_added),
        ("members removed", plan.counts.members_removed),
        ("skip", plan.counts.skip),
        ("in step", plan.counts.no_change),
        ("failed", plan.counts.failed),
    ];
    let counts: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).collect();
    if counts.is_empty() {
        return writeln!(out, "nothing to do");
    }
    let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    writeln!(out, "{}", counts.join(", "))
}

fn write_operation(out: &mut String, operation: &Operation) -> fmt::Result {
    let action = match operation.action {
        Action::Create => "create",
        Action::Link => "link",
        Action::Update => "update",
        Action::Disable => "disable",
        Action::Delete => "delete",
        Action::SetReferences => "set references of",
        Action::AddMembers => "add members to",
        Action::RemoveMembers => "remove members from",
    };
    write!(out, "{} {action} {}", operation.id, kind(operation.kind))?;
    if let Some(source) = &operation.source {
        write!(out, " {source}")?;
    }
    if let Some(target) = &operation.target {
        write!(out, " = {target}")?;
    }
    write!(out, " {:?}: ", operation.display)?;
    write_reason(out, &operation.reason)?;
    for change in &operation.changes {
        write!(out, "    {}: ", change.attribute)?;
        if let Some(before) = &change.before {
            write_value(out, before)?;
            out.push_str(" -> ");
        }
        write_value(out, &change.after)?;
        out.push('\n');
    }
    let sign = if operation.action == Action::RemoveMembers { '-' } else { '+' };
    for member in &operation.members {
        write_member(out, sign, member)?;
    }
    Ok(())
}

fn write_member(out: &mut String, sign: char, member: &Member) -> fmt::Result {
    write!(out, "    {sign}")?;
    write_person(out, member)?;
    out.write_char('\n')
}

fn write_person(out: &mut String, person: &Member) -> fmt::Result {
    if let Some(source) = &person.source {
        write!(out, " {source}")?;
    }
    if let Some(target) = &person.target {
        write!(out, " = {target}")?;
    }
    write!(out, " {:?}", person.display)
}

fn write_note(out: &mut String, note: &Note) -> fmt::Result {
    write!(out, "note {}", kind(note.kind))?;
    if let Some(source) = &note.source {
        write!(out, " {source}")?;
    }
    if let Some(target) = &note.target {
        write!(out, " = {target}")?;
    }
    out.push_str(": ");
    write_reason(out, &note.reason)
}

fn write_guard(out: &mut String, guard: &GuardFinding) -> fmt::Result {
    write!(out, "guard {}", guard.guard)?;
    if let Some(group) = &guard.group {
        write!(out, " {group:?}")?;
    }
    let approval = if guard.approvable { "needs approval" } else { "cannot be approved" };
    writeln!(out, ": {} of {}, limit {}, {approval}", guard.count, guard.of, guard.limit)
}

fn write_reason(out: &mut String, reason: &Reason) -> fmt::Result {
    out.push_str(&reason.code);
    for (name, value) in &reason.with {
        write!(out, " {name}={value:?}")?;
    }
    out.push('\n');
    Ok(())
}

fn write_value(out: &mut String, value: &Value) -> fmt::Result {
    match value {
        Value::Boolean(value) => write!(out, "{value}"),
        Value::Integer(value) => write!(out, "{value}"),
        Value::Text(text) => write!(out, "{text:?}"),
        Value::Texts(texts) => write!(out, "{texts:?}"),
        Value::Drawn { redacted: true, .. } | Value::Redacted { .. } => out.write_str(REDACTED),
        Value::Drawn { placeholder, .. } => write!(out, "<{}>", placeholder.escape_debug()),
        Value::Reference(person) => {
            out.write_str("->")?;
            write_person(out, person)
        }
    }
}

fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::User => "user",
        ObjectKind::Group => "group",
    }
}
