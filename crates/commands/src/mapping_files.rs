//! Mappings as files: shown, looked through, compared, taken in from Entra's schema or a connection file, and given out.

use serde::Serialize;
use serde_json::Value as Json;
use usher_mapping::{
    Finding, FindingCode, MappingDiff, Mappings, ObjectType, Profile, SchemaDocument, SchemaError, Severity,
    compile_in, defaults, lint as found_in,
};
use usher_runner::config::Connection;

use crate::app::App;
use crate::catalogue::words;
use crate::connections;
use crate::dto::{CommandError, ErrorCode, Message};
use crate::loaded::{edit, load};
use crate::mappings::{mapping, remedy, scope, sentence, why};
use crate::problem::error;

/// The schema document that the mappings were imported from: what it says beyond them goes out again with them.
const BASE: &str = "schema-base";

/// A mapping that can be compared.
#[derive(Debug, Clone, Copy)]
pub enum Side<'a> {
    /// The connection's draft.
    Draft,
    /// What runs.
    Live,
    /// The defaults of its profile.
    Defaults,
    /// The text of a connection file or of a schema document.
    Text(&'a str),
}

/// One finding in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Linted {
    /// `users` or `groups`.
    pub table: &'static str,
    /// The row's number, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// The row's target.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The stable code.
    pub code: String,
    /// What is the matter.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// What may have been meant, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
}

/// What an import would do.
#[derive(Debug, Clone)]
pub struct Import {
    /// What it changes of the draft.
    pub diff: MappingDiff,
    /// What is worth a look in it.
    pub found: Vec<Linted>,
    mappings: Mappings,
    base: Option<Json>,
}

/// A schema document to be kept or uploaded.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Its JSON.
    pub text: String,
    /// Whether it is the document that was imported with the draft's mappings in it, or made from the mappings alone.
    pub is_imported: bool,
}

/// The draft's mappings.
pub async fn show(app: &App, id: &str) -> Result<Mappings, CommandError> {
    Ok(load(app, id).await?.connection.mappings)
}

/// Everything that is found in the draft's mappings, people first.
pub async fn lint(app: &App, id: &str) -> Result<Vec<Linted>, CommandError> {
    let connection = load(app, id).await?.connection;
    let all = [ObjectType::User, ObjectType::Group].into_iter().flat_map(|object| {
        let found = found_in(connection.profile, object, mapping(&connection, object), scope(&connection));
        found.iter().map(|finding| linted(&connection.mappings, object, finding)).collect::<Vec<_>>()
    });
    Ok(all.collect())
}

fn linted(mappings: &Mappings, object: ObjectType, finding: &Finding) -> Linted {
    let (table, rows) = match object {
        ObjectType::User => ("users", &mappings.users.attributes),
        ObjectType::Group => ("groups", &mappings.groups.attributes),
    };
    Linted {
        table,
        row: finding.row.map(|row| row + 1),
        target: finding.row.and_then(|row| rows.get(row)).map(|row| row.target.clone()).unwrap_or_default(),
        severity: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        code: finding.with.get("diagnostic").cloned().unwrap_or_else(|| finding.code.as_str().to_owned()),
        message: words(&sentence(finding)),
        why: words(&why(finding)),
        remedy: words(&remedy(finding)),
        candidates: finding.candidates.clone(),
    }
}

/// What has to change in one to make it the other.
pub async fn compare(app: &App, id: &str, from: Side<'_>, to: Side<'_>) -> Result<MappingDiff, CommandError> {
    let loaded = load(app, id).await?;
    let live = loaded.live_connection(app)?;
    let get = |side: Side<'_>| match side {
        Side::Draft => Ok(loaded.connection.mappings.clone()),
        Side::Live => match &live {
            Some(live) => Ok(live.mappings.clone()),
            None => Err(error(ErrorCode::NotFound, Message::new("error-nothing-live"))),
        },
        Side::Defaults => Ok(defaults(loaded.connection.profile)),
        Side::Text(text) => Ok(read(text)?.0),
    };
    Ok(MappingDiff::between(&get(from)?, &get(to)?))
}

/// The mappings of a connection file or of a schema document, and the document.
fn read(text: &str) -> Result<(Mappings, Vec<Finding>, Option<Json>), CommandError> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with(['{', '[']) {
        return Ok((connections::read_file(text)?.mappings, Vec::new(), None));
    }
    let document = SchemaDocument::from_text(text).map_err(|problem| schema(&problem))?;
    let (mappings, notes) = document.mappings().map_err(|problem| schema(&problem))?;
    Ok((mappings, notes, Some(document.into_raw())))
}

fn schema(problem: &SchemaError) -> CommandError {
    error(ErrorCode::Invalid, Message::new("error-schema-file").text("detail", problem.to_string()))
}

/// Reads a file and says what taking it over would change. What the draft cannot express, or nothing could be planned
/// with, is refused.
pub async fn import(app: &App, id: &str, text: &str) -> Result<Import, CommandError> {
    let connection = load(app, id).await?.connection;
    let (mappings, notes, base) = read(text)?;
    refuse_errors(&connection, &mappings, &notes)?;
    let tables = [(ObjectType::User, &mappings.users), (ObjectType::Group, &mappings.groups)];
    let mut found: Vec<Linted> = notes.iter().map(|note| linted(&mappings, ObjectType::User, note)).collect();
    for (object, table) in tables {
        let findings = compile_in(connection.profile, object, table, scope(&connection)).findings;
        found.extend(findings.iter().map(|finding| linted(&mappings, object, finding)));
    }
    Ok(Import { diff: MappingDiff::between(&connection.mappings, &mappings), found, mappings, base })
}

fn refuse_errors(
    connection: &Connection,
    mappings: &Mappings,
    notes: &[Finding],
) -> Result<(), CommandError> {
    let mut wrong: Vec<Linted> = notes
        .iter()
        .filter(|note| note.severity == Severity::Error)
        .map(|note| linted(mappings, ObjectType::User, note))
        .collect();
    for (object, table) in [(ObjectType::User, &mappings.users), (ObjectType::Group, &mappings.groups)] {
        let findings = compile_in(connection.profile, object, table, scope(connection)).findings;
        let errors =
            findings.iter().filter(|finding| finding.severity == Severity::Error && !is_for_later(finding));
        wrong.extend(errors.map(|finding| linted(mappings, object, finding)));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let mut refused = error(ErrorCode::Invalid, Message::new("error-mapping-refused"));
    for finding in wrong {
        let row = finding.row.map(|row| format!(" {row}")).unwrap_or_default();
        refused = refused.detail(&format!("{}{row}", finding.table), finding.message);
    }
    Err(refused)
}

/// What only the local runner cannot do is no fault of a mapping; a run with it is refused.
fn is_for_later(finding: &Finding) -> bool {
    finding.code == FindingCode::FlowTypeUnsupported
        || finding.with.get("diagnostic").is_some_and(|code| code == "EXPR-NOT-EVALUATED")
}

/// Puts what was imported into the draft.
pub async fn take(app: &App, id: &str, import: Import) -> Result<i64, CommandError> {
    let Import { mappings, base, .. } = import;
    let revision = edit(app, id, "mapping imported", |connection| connection.mappings = mappings).await?;
    if let Some(base) = base {
        let loaded = load(app, id).await?;
        loaded.memory.with(move |store| store.set_state(BASE, &base)).await?;
    }
    Ok(revision)
}

/// Puts the profile's own mappings back into the draft.
pub async fn reset(app: &App, id: &str) -> Result<i64, CommandError> {
    edit(app, id, "mapping reset", |connection| connection.mappings = defaults(connection.profile)).await
}

/// The draft's mappings as a schema document.
pub async fn export(app: &App, id: &str) -> Result<Exported, CommandError> {
    let loaded = load(app, id).await?;
    let base: Option<Json> = loaded.memory.with(|store| store.state(BASE)).await?;
    let is_imported = base.is_some();
    let document = written(base, loaded.connection.profile, &loaded.connection.mappings)
        .map_err(|problem| schema(&problem))?;
    let text = serde_json::to_string_pretty(document.raw()).expect("JSON can be written");
    Ok(Exported { text: text + "\n", is_imported })
}

fn written(base: Option<Json>, profile: Profile, mappings: &Mappings) -> Result<SchemaDocument, SchemaError> {
    let Some(base) = base else { return Ok(SchemaDocument::fresh(profile, mappings)) };
    let mut document = SchemaDocument::new(base)?;
    document.write(mappings)?;
    Ok(document)
}
