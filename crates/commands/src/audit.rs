//! The audit: who did what with Usher, and when. Appended to, never changed; whoever asks gets all of it.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use usher_store::{AuditEntry, AuditRecord, Store, StoreError};

use crate::app::App;
use crate::dto::{CommandError, Message};
use crate::export::Table;
use crate::loaded::{Loaded, load};
use crate::preview;
use crate::problem::error;

/// Entries that are read from the store at a time.
const PAGE: u32 = 500;

/// A value that is longer than this as JSON is said to differ, not shown: the revisions hold it.
const LONGEST: usize = 200;

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// Its number, which only grows.
    pub number: i64,
    /// When, as an ISO instant.
    pub at: Timestamp,
    /// Who, as the operating system names them.
    pub who: String,
    /// What, as a stable code: `turned-on`, `apply-begun`, `approval-given` ...
    pub action: String,
    /// The same in words.
    pub words: String,
    /// The organisation's own reference, where one was given.
    pub ticket: Option<String>,
    /// Hash of the plan, where one is meant.
    pub plan: Option<String>,
    /// What it was about; before and after where something changed.
    pub details: Json,
}

/// What the person at this computer does now, as the audit keeps it.
pub(crate) fn entry(app: &App, action: &str, plan: Option<&str>, details: &Json) -> AuditEntry {
    AuditEntry {
        at: app.now(),
        who: preview::person(),
        action: action.to_owned(),
        ticket: app.ticket().map(str::to_owned),
        plan: plan.map(str::to_owned),
        body: details.to_string(),
    }
}

/// Notes what is about to be done. First: a kill in between leaves an entry too many, never a deed of which nobody knows.
pub(crate) async fn note(
    app: &App,
    loaded: &Loaded,
    action: &str,
    plan: Option<&str>,
    details: &Json,
) -> Result<(), CommandError> {
    let entry = entry(app, action, plan, details);
    Ok(loaded.memory.with(move |store| store.append_audit(&entry)).await?)
}

/// The draft's revision becomes what runs: which one, and every setting that differs from what ran before.
pub(crate) fn goes_live(loaded: &Loaded) -> Json {
    let parsed = |content: &str| serde_json::from_str::<Json>(content).unwrap_or_default();
    let before = loaded.live.as_ref();
    let mut details = json!({
        "revision": loaded.revision.number,
        "configuration": loaded.revision.hash,
        "revisionBefore": before.map(|live| live.number),
        "otherWriters": loaded.marks.other_writers,
    });
    if let Some(before) = before {
        let mut changed = Map::new();
        differences("", &parsed(&before.content), &parsed(&loaded.revision.content), &mut changed);
        details["changed"] = Json::Object(changed);
    }
    details
}

/// Every value that differs, by its path: before and after.
fn differences(path: &str, before: &Json, after: &Json, found: &mut Map<String, Json>) {
    if before == after {
        return;
    }
    if let (Json::Object(old), Json::Object(new)) = (before, after) {
        let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let at = |side: &Map<String, Json>| side.get(name).cloned().unwrap_or_default();
            differences(&path, &at(old), &at(new), found);
        }
        return;
    }
    let short = |value: &Json| {
        if value.to_string().len() > LONGEST { Json::from("…") } else { value.clone() }
    };
    found.insert(path.to_owned(), json!({ "before": short(before), "after": short(after) }));
}

/// Everything that was done with a connection, newest first.
pub async fn audit(app: &App, id: &str) -> Result<Vec<Deed>, CommandError> {
    let loaded = load(app, id).await?;
    let records = loaded.memory.with(all).await?;
    records.into_iter().map(deed).collect()
}

fn all(store: &Store) -> Result<Vec<AuditRecord>, StoreError> {
    let mut records: Vec<AuditRecord> = Vec::new();
    loop {
        let page = store.audit(records.last().map(|record| record.number), PAGE)?;
        if page.is_empty() {
            return Ok(records);
        }
        records.extend(page);
    }
}

fn deed(AuditRecord { number, entry }: AuditRecord) -> Result<Deed, CommandError> {
    let AuditEntry { at, who, action, ticket, plan, body } = entry;
    let details = serde_json::from_str(&body).map_err(|problem| StoreError::Content {
        what: format!("entry {number} of the audit"),
        detail: problem.to_string(),
    })?;
    let words = crate::words(&sentence(&action));
    Ok(Deed { number, at, who, action, words, ticket, plan, details })
}

/// What was done, in words. An action of a later Usher is shown by its code.
fn sentence(action: &str) -> Message {
    match action {
        "turned-on" => Message::new("audit-turned-on"),
        "turned-off" => Message::new("audit-turned-off"),
        "made-live" => Message::new("audit-made-live"),
        "apply-begun" => Message::new("audit-apply-begun"),
        "run-started" => Message::new("audit-run-started"),
        "on-demand" => Message::new("audit-on-demand"),
        "approval-given" => Message::new("audit-approval-given"),
        "approval-withdrawn" => Message::new("audit-approval-withdrawn"),
        "pending-delete-kept" => Message::new("audit-pending-delete-kept"),
        "pending-delete-released" => Message::new("audit-pending-delete-released"),
        "accounts-decided" => Message::new("audit-accounts-decided"),
        "restarted" => Message::new("audit-restarted"),
        "signed-in" => Message::new("audit-signed-in"),
        "credentials-forgotten" => Message::new("audit-credentials-forgotten"),
        other => Message::new("audit-other").text("action", other),
    }
}

/// The audit as CSV: one row for each entry.
#[must_use]
pub fn audit_csv(deeds: &[Deed]) -> String {
    let mut table = Table::new(&["number", "at", "who", "action", "what", "ticket", "plan", "details"]);
    for deed in deeds {
        table.row(&[
            deed.number.to_string().as_str(),
            &deed.at.to_string(),
            &deed.who,
            &deed.action,
            &deed.words,
            deed.ticket.as_deref().unwrap_or_default(),
            deed.plan.as_deref().unwrap_or_default(),
            &deed.details.to_string(),
        ]);
    }
    table.text()
}

/// A reference that a person gives with `--ticket`: short, and on one line.
pub(crate) fn ticket(given: Option<String>) -> Result<Option<String>, CommandError> {
    let Some(text) = given else { return Ok(None) };
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 100 || text.chars().any(char::is_control) {
        return Err(error(crate::dto::ErrorCode::Invalid, Message::new("error-ticket")));
    }
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_by_its_path_before_and_after() {
        let before = json!({ "name": "Contoso", "guards": { "people_disables": { "count": 5, "share": 10 } }, "domain": null });
        let after = json!({
            "name": "Contoso",
            "guards": { "people_disables": { "count": 50, "share": 10 } },
            "domain": "contoso.example",
            "mappings": ["x".repeat(LONGEST)],
        });
        let mut found = Map::new();
        differences("", &before, &after, &mut found);
        let expected = json!({
            "domain": { "before": null, "after": "contoso.example" },
            "guards.people_disables.count": { "before": 5, "after": 50 },
            "mappings": { "before": null, "after": "…" },
        });
        assert_eq!(Json::Object(found), expected);
    }

    #[test]
    fn a_ticket_stands_on_one_line() {
        let given = |text: &str| ticket(Some(text.to_owned()));
        assert_eq!(given(" CHG-4711 ").expect("fits"), Some("CHG-4711".to_owned()));
        for bad in ["", "  ", "CHG\n4711", &"x".repeat(101)] {
            assert_eq!(given(bad).expect_err("is no reference").message.id, "error-ticket");
        }
    }

    #[test]
    fn a_table_holds_every_entry_and_no_formula() {
        let deed = Deed {
            number: 7,
            at: "2026-01-05T08:00:00Z".parse().expect("an instant"),
            who: "=ana".to_owned(),
            action: "apply-begun".to_owned(),
            words: crate::words(&sentence("apply-begun")),
            ticket: Some("CHG-4711".to_owned()),
            plan: Some("ab12".to_owned()),
            details: json!({ "create": 3 }),
        };
        let expected = concat!(
            "\u{feff}\"number\",\"at\",\"who\",\"action\",\"what\",\"ticket\",\"plan\",\"details\"\r\n",
            "\"7\",\"2026-01-05T08:00:00Z\",\"'=ana\",\"apply-begun\",\"Began to apply a plan\",\"CHG-4711\",\"ab12\",",
            "\"{\"\"create\"\":3}\"\r\n",
        );
        assert_eq!(audit_csv(&[deed]), expected);
    }

    #[test]
    fn a_deed_of_a_later_usher_is_shown_by_its_code() {
        assert_eq!(crate::words(&sentence("flew")), "flew");
    }
}
