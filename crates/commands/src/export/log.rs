//! The provisioning log as a table: one row for each entry, and one for each attribute or member that it changed.

use super::cells::Table;
use crate::catalogue::words;
use crate::dto::LogEntry;

const COLUMNS: [&str; 14] = [
    "at",
    "run",
    "entry",
    "action",
    "result",
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

/// Entries as CSV, in their order. Redacted values are as little in it as in the log itself.
pub(super) fn log_csv(entries: &[LogEntry]) -> String {
    let mut table = Table::new(&COLUMNS);
    for entry in entries {
        let because = words(&entry.message);
        // A sentence's id is the reason's code with its family before it.
        let id = entry.message.id.as_str();
        let code = id.strip_prefix("reason-").or_else(|| id.strip_prefix("trouble-")).unwrap_or(id);
        let mut row = |attribute: &str, before: &str, after: &str| {
            table.row(&[
                entry.at.as_str(),
                &entry.run,
                &entry.id,
                &entry.action,
                &entry.result,
                &entry.kind,
                &entry.name,
                &entry.source_id,
                &entry.target_id,
                attribute,
                before,
                after,
                code,
                &because,
            ]);
        };
        if entry.changes.is_empty() {
            row("", "", "");
        }
        for change in &entry.changes {
            row(&change.attribute, change.before.as_deref().unwrap_or_default(), &change.after);
        }
    }
    table.text()
}
