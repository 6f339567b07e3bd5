//! What differs between two mappings, in sentences.

pub use usher_mapping::MappingDiff;
use usher_mapping::{
    Actions, CustomAttribute, CustomChange, Field, FilterChange, FilterGroup, Operator, RowChange, TableDiff,
};

use crate::dto::Message;

/// One sentence for each difference, people first.
#[must_use]
pub fn sentences(diff: &MappingDiff) -> Vec<Message> {
    let mut all = Vec::new();
    for (table, diff) in [("users", &diff.users), ("groups", &diff.groups)] {
        of_table(table, diff, &mut all);
    }
    if all.is_empty() {
        all.push(Message::new("diff-same"));
    }
    all
}

fn of_table(table: &str, diff: &TableDiff, all: &mut Vec<Message>) {
    if let Some(enabled) = diff.enabled {
        let state = if enabled { "on" } else { "off" };
        all.push(Message::new("diff-enabled").text("table", table).text("state", state));
    }
    if let Some(change) = diff.actions {
        let (before, after) = (actions(change.before), actions(change.after));
        all.push(
            Message::new("diff-actions").text("table", table).text("before", before).text("after", after),
        );
    }
    all.extend(diff.rows.iter().flat_map(|change| row(table, change)));
    if diff.reordered {
        all.push(Message::new("diff-reordered").text("table", table));
    }
    all.extend(diff.filters.iter().map(|change| filter(table, change)));
    all.extend(diff.custom.iter().map(|change| custom(table, change)));
}

fn row(table: &str, change: &RowChange) -> Vec<Message> {
    match change {
        RowChange::Added { row } => {
            let (target, source) = (row.target.clone(), value(&row.source.formula()));
            vec![
                Message::new("diff-row-added")
                    .text("table", table)
                    .text("target", target)
                    .text("source", source),
            ]
        }
        RowChange::Removed { row } => {
            let (target, source) = (row.target.clone(), value(&row.source.formula()));
            vec![
                Message::new("diff-row-removed")
                    .text("table", table)
                    .text("target", target)
                    .text("source", source),
            ]
        }
        RowChange::Changed { target, fields } => fields
            .iter()
            .map(|change| {
                let field = match change.field {
                    Field::Target => "target",
                    Field::Source => "source",
                    Field::DefaultValue => "default",
                    Field::Matching => "matching",
                    Field::Apply => "apply",
                };
                let (before, after) = (value(&change.before), value(&change.after));
                Message::new("diff-row-changed")
                    .text("table", table)
                    .text("target", target.clone())
                    .text("field", field)
                    .text("before", before)
                    .text("after", after)
            })
            .collect(),
    }
}

/// A word for what is not there: an empty place reads as a slip.
fn value(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.to_owned() }
}

fn actions(actions: Actions) -> String {
    let words = [(actions.create, "create"), (actions.update, "update"), (actions.delete, "delete")];
    let allowed: Vec<&str> =
        words.into_iter().filter(|(allowed, _)| *allowed).map(|(_, word)| word).collect();
    value(&allowed.join(", "))
}

fn filter(table: &str, change: &FilterChange) -> Message {
    match change {
        FilterChange::Added { filter } => Message::new("diff-filter-added")
            .text("table", table)
            .text("title", value(&filter.name))
            .text("after", clauses(filter)),
        FilterChange::Removed { filter } => Message::new("diff-filter-removed")
            .text("table", table)
            .text("title", value(&filter.name))
            .text("before", clauses(filter)),
        FilterChange::Changed { before, after } => Message::new("diff-filter-changed")
            .text("table", table)
            .text("title", value(&after.name))
            .text("before", clauses(before))
            .text("after", clauses(after)),
    }
}

/// The clauses of a filter on one line.
#[must_use]
pub fn clauses(group: &FilterGroup) -> String {
    let clause = |clause: &usher_mapping::FilterClause| {
        let operator = match Operator::find(&clause.operator) {
            Some(operator) => operator.as_str(),
            None => clause.operator.as_str(),
        };
        let values: Vec<String> = clause.values.iter().map(|value| format!("'{value}'")).collect();
        format!("{} {operator} {}", clause.attribute, values.join(", ")).trim_end().to_owned()
    };
    value(&group.clauses.iter().map(clause).collect::<Vec<_>>().join(" AND "))
}

fn custom(table: &str, change: &CustomChange) -> Message {
    match change {
        CustomChange::Added { attribute } => Message::new("diff-custom-added")
            .text("table", table)
            .text("target", attribute.name.clone())
            .text("after", definition(attribute)),
        CustomChange::Removed { attribute } => {
            Message::new("diff-custom-removed").text("table", table).text("target", attribute.name.clone())
        }
        CustomChange::Changed { before, after } => Message::new("diff-custom-changed")
            .text("table", table)
            .text("target", after.name.clone())
            .text("before", definition(before))
            .text("after", definition(after)),
    }
}

fn definition(attribute: &CustomAttribute) -> String {
    let marks = [
        (attribute.multivalued, "multi-valued"),
        (attribute.required, "required"),
        (attribute.case_exact, "exact case"),
    ];
    let marks = marks.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word);
    [attribute.kind.as_str()].into_iter().chain(marks).collect::<Vec<_>>().join(", ")
}
