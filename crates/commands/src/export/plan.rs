//! A plan as a table: one row for each object, and one for each attribute or member that changes.

use usher_plan::{Action, Operation, Plan, Reason};

use super::cells::Table;
use crate::catalogue::words;
use crate::rows;

const COLUMNS: [&str; 11] = [
    "number",
    "action",
    "kind",
    "name",
    "entra_id",
    "target_id",
    "attribute",
    "before",
    "after",
    "code",
    "because",
];

/// The plan as CSV. Redacted values are as little in it as in the plan itself.
#[must_use]
pub fn plan_csv(plan: &Plan) -> String {
    let mut table = Table::new(&COLUMNS);
    for operation in &plan.operations {
        add(&mut table, operation);
    }
    for failure in &plan.failures {
        let about = About { action: "failed", kind: rows::kind(failure.kind), ..About::default() };
        let about = About { name: &failure.display, source: failure.source.as_str(), ..about };
        about.row(&mut table, ["", "", ""], &failure.reason);
    }
    for skip in &plan.skips {
        let action = if rows::is_in_step(&skip.reason) { "in-step" } else { "skip" };
        let about = About { action, kind: rows::kind(skip.kind), ..About::default() };
        let about = About { name: &skip.display, source: skip.source.as_str(), ..about };
        about.row(&mut table, ["", "", ""], &skip.reason);
    }
    for note in &plan.notes {
        let source = note.source.as_ref().map_or("", |id| id.as_str());
        let target = note.target.as_ref().map_or("", |id| id.as_str());
        let about = About { action: "note", kind: rows::kind(note.kind), source, target, ..About::default() };
        about.row(&mut table, ["", "", ""], &note.reason);
    }
    for guard in &plan.guards {
        let name = guard.group.as_deref().unwrap_or_default();
        let said = words(&rows::guard(guard));
        table.row(&["", "guard", "", name, "", "", "", "", "", &guard.guard, &said]);
    }
    table.text()
}

fn add(table: &mut Table, operation: &Operation) {
    let number = operation.id.to_string();
    let about = About {
        number: &number,
        action: action(operation.action),
        kind: rows::kind(operation.kind),
        name: &operation.display,
        source: operation.source.as_ref().map_or("", |id| id.as_str()),
        target: operation.target.as_ref().map_or("", |id| id.as_str()),
    };
    if operation.changes.is_empty() && operation.members.is_empty() {
        about.row(table, ["", "", ""], &operation.reason);
    }
    for change in &operation.changes {
        let before = change.before.as_ref().map(rows::text).unwrap_or_default();
        about.row(table, [&change.attribute, &before, &rows::text(&change.after)], &operation.reason);
    }
    for member in &operation.members {
        let name: &str = &member.display;
        let [before, after] = if operation.action == Action::RemoveMembers { [name, ""] } else { ["", name] };
        about.row(table, ["members", before, after], &operation.reason);
    }
}

/// The cells that every row of one object shares.
#[derive(Default)]
struct About<'a> {
    number: &'a str,
    action: &'a str,
    kind: &'a str,
    name: &'a str,
    source: &'a str,
    target: &'a str,
}

impl About<'_> {
    fn row(&self, table: &mut Table, [attribute, before, after]: [&str; 3], reason: &Reason) {
        let because = words(&rows::reason_about(self.kind, reason));
        let cells = [self.number, self.action, self.kind, self.name, self.source, self.target];
        let [number, action, kind, name, source, target] = cells;
        table.row(&[
            number,
            action,
            kind,
            name,
            source,
            target,
            attribute,
            before,
            after,
            &reason.code,
            &because,
        ]);
    }
}

/// What is done, in one word of the file.
pub(super) fn action(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Link => "link",
        Action::Update => "update",
        Action::Disable => "disable",
        Action::Delete => "delete",
        Action::SetReferences => "set-references",
        Action::AddMembers => "add-members",
        Action::RemoveMembers => "remove-members",
    }
}
