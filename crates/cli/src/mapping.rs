//! `usher mapping`: show, lint, diff, import, export, reset. What it writes is the draft, never what runs.

use crate::arguments::{Arguments, MappingCommand};
use crate::failure::Failure;
use crate::host::{Existing, open, read_file, take, write_file};
use crate::output::{ask, is_interactive, json, json_text, line, progress};
use std::path::Path;
use usher_commands::mapping_files::{self as files, Linted, Side};
use usher_commands::{App, mapping_diff, words};

/// Runs one of the subcommands.
pub async fn run(what: &MappingCommand, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = take(&app, what.connection()).await?;
    match what {
        MappingCommand::Show { .. } => show(&app, &id, arguments.json).await,
        MappingCommand::Lint { .. } => lint(&app, &id, arguments.json).await,
        MappingCommand::Diff { from, to, .. } => {
            let (from, to) = (Named::read(from)?, Named::read(to)?);
            let diff = files::compare(&app, &id, from.side(), to.side()).await?;
            if arguments.json {
                json(&differences(&diff))?;
            } else {
                mapping_diff::sentences(&diff).iter().for_each(|sentence| line(&words(sentence)));
            }
            Ok(0)
        }
        MappingCommand::Import { file, dry_run, .. } => {
            import(&app, &id, &read_file(file)?, *dry_run, arguments.json).await
        }
        MappingCommand::Export { out, force, .. } => export(&app, &id, out.as_deref(), (*force).into()).await,
        MappingCommand::Reset { yes, .. } => reset(&app, &id, *yes, arguments.json).await,
    }
}

/// A side of a comparison as it was named.
enum Named {
    Draft,
    Live,
    Defaults,
    File(String),
}

impl Named {
    fn read(name: &str) -> Result<Self, Failure> {
        Ok(match name {
            "draft" => Self::Draft,
            "live" => Self::Live,
            "defaults" => Self::Defaults,
            path => Self::File(read_file(Path::new(path))?),
        })
    }

    fn side(&self) -> Side<'_> {
        match self {
            Self::Draft => Side::Draft,
            Self::Live => Side::Live,
            Self::Defaults => Side::Defaults,
            Self::File(text) => Side::Text(text),
        }
    }
}

fn differences(diff: &mapping_diff::MappingDiff) -> serde_json::Value {
    let sentences: Vec<String> = mapping_diff::sentences(diff).iter().map(words).collect();
    serde_json::json!({ "same": diff.is_empty(), "diff": diff, "sentences": sentences })
}

async fn show(app: &App, id: &str, as_json: bool) -> Result<u8, Failure> {
    let mappings = files::show(app, id).await?;
    if as_json {
        json(&mappings)?;
        return Ok(0);
    }
    for (title, table) in [("People", &mappings.users), ("Groups", &mappings.groups)] {
        line(&format!("{title}{}", if table.enabled { "" } else { " (not provisioned)" }));
        for row in &table.attributes {
            let mut notes = Vec::new();
            notes.extend(row.matching.map(|precedence| format!("match {precedence}")));
            notes.extend(row.default_value.as_ref().map(|text| format!("if empty \"{text}\"")));
            if row.apply.as_str() != "Always" {
                notes.push(row.apply.as_str().to_owned());
            }
            let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join(", ")) };
            let source = row.source.formula();
            let source = if source.is_empty() { "(nothing)".to_owned() } else { source };
            line(&format!("  {} <- {source}{notes}", row.target));
        }
        for own in &table.custom {
            line(&format!("  own attribute {}: {}", own.name, own.kind.as_str()));
        }
        for (number, group) in table.scope.iter().enumerate() {
            line(&format!("  scoping filter {}: {}", number + 1, mapping_diff::clauses(group)));
        }
    }
    Ok(0)
}

async fn lint(app: &App, id: &str, as_json: bool) -> Result<u8, Failure> {
    let found = files::lint(app, id).await?;
    let is_usable = found.iter().all(|finding| finding.severity != "error");
    if as_json {
        json(&serde_json::json!({ "usable": is_usable, "findings": found }))?;
    } else if found.is_empty() {
        line("Nothing was found.");
    } else {
        found.iter().for_each(said);
    }
    Ok(u8::from(!is_usable))
}

fn said(finding: &Linted) {
    let row = finding.row.map(|row| format!(" {row}")).unwrap_or_default();
    line(&format!("{} in {}{row}: {}", finding.severity, finding.table, finding.message));
    if let [best, ..] = finding.candidates.as_slice() {
        line(&format!("  Did you mean {best}?"));
    }
    line(&format!("  Why: {}", finding.why));
    line(&format!("  Do:  {}", finding.remedy));
}

async fn import(app: &App, id: &str, text: &str, dry_run: bool, as_json: bool) -> Result<u8, Failure> {
    let import = files::import(app, id, text).await?;
    let changes = differences(&import.diff);
    if !as_json {
        mapping_diff::sentences(&import.diff).iter().for_each(|sentence| line(&words(sentence)));
        import.found.iter().for_each(said);
    }
    let found = import.found.clone();
    let imported = !dry_run;
    if imported {
        files::take(app, id, import).await?;
    }
    if as_json {
        json(&serde_json::json!({ "imported": imported, "changes": changes, "findings": found }))?;
    } else if imported {
        line("Imported into the draft. What is live stays as it is until you turn the draft on.");
    } else {
        line("Nothing was changed.");
    }
    Ok(0)
}

async fn export(app: &App, id: &str, out: Option<&Path>, existing: Existing) -> Result<u8, Failure> {
    let exported = files::export(app, id).await?;
    match out {
        Some(path) => write_file(path, &exported.text, existing)?,
        None => json_text(exported.text.trim_end()),
    }
    if !exported.is_imported {
        progress(
            "No schema of a job was imported, so this one holds the mappings alone. To change a job, import its own \
             schema first.",
        );
    }
    Ok(0)
}

async fn reset(app: &App, id: &str, yes: bool, as_json: bool) -> Result<u8, Failure> {
    let diff = files::compare(app, id, Side::Draft, Side::Defaults).await?;
    if !as_json {
        mapping_diff::sentences(&diff).iter().for_each(|sentence| line(&words(sentence)));
    }
    let confirmed = yes
        || diff.is_empty()
        || (is_interactive() && ask("Type yes to put the defaults into the draft:")? == "yes");
    let done = confirmed && !diff.is_empty();
    if done {
        files::reset(app, id).await?;
    }
    if as_json {
        json(&serde_json::json!({ "reset": done, "changes": differences(&diff) }))?;
    } else if done {
        line("The draft has the defaults again. What is live stays as it is until you turn the draft on.");
    } else if !confirmed {
        progress("Nothing was changed. --yes does it.");
    }
    Ok(if confirmed { 0 } else { 3 })
}
