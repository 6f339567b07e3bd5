//! `usher connection`: make, change, list, show, check, import, export, remove.

use crate::arguments::{Arguments, ConnectionCommand};
use crate::failure::Failure;
use crate::host::{find, open, read_file, write_file};
use crate::options::ProfileName;
use crate::output::{ask, is_interactive, json, line, lines, progress};
use std::path::Path;
use std::sync::Arc;
use usher_commands::dto::{
    ConnectionRef, ConnectionSummary, ImportConnection, NewConnection, Nothing, RemoveConnection, StatusWord,
    TargetProfile,
};
use usher_commands::settings::{self, Settings};
use usher_commands::{App, connection_file, connections, words};

/// Runs one of the subcommands.
pub async fn run(what: &ConnectionCommand, arguments: &Arguments) -> Result<u8, Failure> {
    if let ConnectionCommand::Check { file } = what {
        return check(file, arguments.json);
    }
    let app = open(arguments).await?;
    match what {
        ConnectionCommand::New { name, profile, settings } => {
            new(&app, name, *profile, &settings.with(Some(name.clone())), arguments.json).await
        }
        ConnectionCommand::Set { connection, name, settings } => {
            set(&app, connection, &settings.with(name.clone()), arguments.json).await
        }
        ConnectionCommand::List => list(&app, arguments.json).await,
        ConnectionCommand::Show { connection } => {
            let id = find(&app, connection).await?;
            if arguments.json {
                json(&connections::connection(&app, ConnectionRef { id }).await?)?;
            } else {
                lines(&connections::connection_export(&app, ConnectionRef { id }).await?.text);
            }
            Ok(0)
        }
        ConnectionCommand::Import { file } => {
            let text = read_file(file)?;
            let view = connections::connection_import(&app, ImportConnection { text }).await?;
            if arguments.json {
                json(&view)?;
            } else {
                line(&format!("Imported as the draft of {}. Secrets are not in the file.", view.summary.id));
            }
            Ok(0)
        }
        ConnectionCommand::Export { connection, out, force } => {
            let id = find(&app, connection).await?;
            let text = connections::connection_export(&app, ConnectionRef { id: id.clone() }).await?.text;
            match out {
                Some(path) => {
                    write_file(path, &text, (*force).into())?;
                    if arguments.json {
                        json(&serde_json::json!({ "id": id, "file": path }))?;
                    } else {
                        line(&format!("Saved as {}. Secrets are not in the file.", path.display()));
                    }
                }
                None if arguments.json => json(&serde_json::json!({ "id": id, "text": text }))?,
                None => lines(&text),
            }
            Ok(0)
        }
        ConnectionCommand::Remove { connection, confirm } => {
            remove(&app, connection, confirm.as_deref(), arguments.json).await
        }
        ConnectionCommand::Check { .. } => Ok(0),
    }
}

async fn new(
    app: &Arc<App>,
    name: &str,
    profile: ProfileName,
    given: &Settings,
    as_json: bool,
) -> Result<u8, Failure> {
    // First: what is refused must not leave half a connection behind.
    given.check()?;
    let profile = match profile {
        ProfileName::Goto => TargetProfile::Goto,
        ProfileName::Gotomeeting => TargetProfile::Gotomeeting,
    };
    let made = connections::connection_new(app, NewConnection { name: name.to_owned(), profile }).await?;
    let id = made.summary.id;
    settings::set(app, &id, given).await?;
    if as_json {
        json(&serde_json::json!({ "id": id, "name": name }))?;
    } else {
        line(&format!("Made the connection {id}. `usher doctor {id}` says what comes next."));
    }
    Ok(0)
}

async fn set(app: &Arc<App>, connection: &str, given: &Settings, as_json: bool) -> Result<u8, Failure> {
    if *given == Settings::default() {
        return Err(Failure::Usage(
            "say what to set: --name, --tenant, --entra-client, --goto-client or --application".to_owned(),
        ));
    }
    let id = find(app, connection).await?;
    settings::set(app, &id, given).await?;
    if as_json {
        json(&connections::connection(app, ConnectionRef { id }).await?)?;
    } else {
        line(&format!("Set in the draft of {id}. `usher doctor {id}` says what comes next."));
    }
    Ok(0)
}

fn check(file: &Path, as_json: bool) -> Result<u8, Failure> {
    let text = read_file(file)?;
    let (problems, warnings) = match connection_file::parse(&text) {
        Ok(parsed) => (Vec::new(), parsed.warnings),
        Err(problems) => (problems, Vec::new()),
    };
    let shown = |problems: &[connection_file::Problem]| {
        problems
            .iter()
            .map(|problem| {
                serde_json::json!({
                    "line": problem.line, "column": problem.column, "key": problem.key,
                    "code": problem.kind.code(), "message": format!("{problem:#}"),
                })
            })
            .collect::<Vec<_>>()
    };
    if as_json {
        json(&serde_json::json!({
            "valid": problems.is_empty(), "problems": shown(&problems), "warnings": shown(&warnings),
        }))?;
    } else {
        for problem in &problems {
            line(&format!("{}:{}:{}: {problem:#}", file.display(), problem.line, problem.column));
        }
        for warning in &warnings {
            line(&format!(
                "{}:{}:{}: worth a look: {warning:#}",
                file.display(),
                warning.line,
                warning.column
            ));
        }
        if problems.is_empty() {
            line(&format!("{} is a valid connection file.", file.display()));
        }
    }
    Ok(if problems.is_empty() { 0 } else { 2 })
}

async fn list(app: &Arc<App>, as_json: bool) -> Result<u8, Failure> {
    let all = connections::connections(app, Nothing {}).await?;
    if as_json {
        json(&all)?;
    } else {
        show_all(&all);
    }
    Ok(0)
}

/// What a list says that has no lines.
const NONE_YET: &str =
    "There is no connection yet: `usher connection new NAME` makes one, `usher demo` shows one.";

/// One line of a list.
fn row(summary: &ConnectionSummary) -> String {
    let needs = summary.needs.first().map(|need| format!("  {}", words(need))).unwrap_or_default();
    let word = if summary.unreadable { "Cannot be read" } else { status(summary.status) };
    format!("{:<24} {word:<26} {}{needs}", summary.id, summary.name)
}

/// A line for each, and what to do about those that cannot be read.
pub fn show_all(all: &[ConnectionSummary]) {
    if all.is_empty() {
        line(NONE_YET);
    }
    all.iter().for_each(|summary| line(&row(summary)));
    if code(all) != 0 {
        progress(
            "What cannot be read is restored from your backup of Usher's data folder, or removed from this computer: \
             `usher connection remove ID --confirm ID`.",
        );
    }
}

/// The exit code of a look at all of them: 1 where one cannot be read, of which the others are shown all the same.
pub fn code(all: &[ConnectionSummary]) -> u8 {
    u8::from(all.iter().any(|summary| summary.unreadable))
}

/// The words of the status vocabulary.
pub fn status(word: StatusWord) -> &'static str {
    match word {
        StatusWord::SettingUp => "Setting up",
        StatusWord::On => "On",
        StatusWord::RunningNow => "Running now",
        StatusWord::OnWithProblems => "On, with problems",
        StatusWord::OnWaiting => "On, waiting for a computer",
        StatusWord::Quarantined => "Quarantined",
        StatusWord::Off => "Off",
        StatusWord::NotReachable => "Not reachable",
    }
}

async fn remove(
    app: &Arc<App>,
    connection: &str,
    confirm: Option<&str>,
    as_json: bool,
) -> Result<u8, Failure> {
    let id = find(app, connection).await?;
    let typed_name = match confirm {
        Some(name) => name.to_owned(),
        None if is_interactive() => {
            let name = connections::name_to_type(app, &id).await?;
            ask(&format!("Type the connection's name, {name:?}, to remove it from this computer:"))?
        }
        None => return Err(Failure::Usage("confirm with --confirm NAME".to_owned())),
    };
    connections::connection_remove(app, RemoveConnection { id: id.clone(), typed_name }).await?;
    if as_json {
        json(&serde_json::json!({ "removed": id }))?;
        return Ok(0);
    }
    line(
        "Removed from this computer. Nothing changed in Microsoft Entra or GoTo: people keep what they have there.",
    );
    Ok(0)
}
