//! Connections and their revisions: list, make, edit, import, export, remove.

use std::sync::Arc;

use usher_engine::cycle::{self as life, Present, Status as LifeStatus};
use usher_mapping::Profile;
use usher_runner::config::Connection;
use usher_runner::{Memory, state};
use usher_store::{ConnectionId, RunLock, Store, StoreError};

use crate::app::App;
use crate::connection_file;
use crate::draft;
use crate::dto::{
    CommandError, ConnectionRef, ConnectionSummary, ConnectionView, ErrorCode, ExportedConnection,
    ImportConnection, Message, NewConnection, Nothing, RemoveConnection, Runner, SaveDraft, SavedDraft,
    StatusWord, StepId, TargetProfile,
};
use crate::loaded::{Loaded, MARKS, load, save};
use crate::problem::{error, missing};
use crate::{health, operate, rows, schedule, settings, sign_in, switched_off};

/// Lists connections, those that need a person first.
pub async fn connections(app: &Arc<App>, _: Nothing) -> Result<Vec<ConnectionSummary>, CommandError> {
    let mut all = Vec::new();
    for found in app.data.connections()? {
        match found.world {
            // The other world's connections are not shown, so that nobody takes one for the other.
            Ok(world) if world != app.stored_world() => {}
            Ok(_) => match listed(app, found.id.as_str()).await {
                // One damaged connection must not hide the others.
                Err(problem) if problem.code == ErrorCode::Storage => {
                    all.push(unreadable(app, found.id.as_str(), problem))
                }
                other => all.push(other?),
            },
            Err(problem) => all.push(unreadable(app, found.id.as_str(), problem.into())),
        }
    }
    all.sort_by_key(|summary| (attention(summary), summary.name.to_lowercase()));
    Ok(all)
}

async fn listed(app: &App, id: &str) -> Result<ConnectionSummary, CommandError> {
    summary(app, &load(app, id).await?).await
}

fn attention(summary: &ConnectionSummary) -> u8 {
    match summary.status {
        _ if summary.unreadable => 0,
        StatusWord::Quarantined => 1,
        StatusWord::NotReachable | StatusWord::OnWithProblems => 2,
        StatusWord::OnWaiting => 3,
        StatusWord::RunningNow => 4,
        StatusWord::SettingUp => 5,
        StatusWord::On => 6,
        StatusWord::Off => 7,
    }
}

fn unreadable(app: &App, id: &str, why: CommandError) -> ConnectionSummary {
    ConnectionSummary {
        id: id.to_owned(),
        name: id.to_owned(),
        practice: app.practice().is_some(),
        runner: Runner::Local,
        status: StatusWord::Off,
        tenant: String::new(),
        domain: String::new(),
        steps_done: 0,
        steps_total: 11,
        next_step: None,
        draft_saved_at: String::new(),
        last_cycle: None,
        in_step: None,
        needs: vec![why.message],
        off_since: None,
        unreadable: true,
    }
}

/// The card of a connection. Nothing is asked over the network for it.
pub(crate) async fn summary(app: &App, loaded: &Loaded) -> Result<ConnectionSummary, CommandError> {
    let now = app.now();
    let (memory, cycles, links, off) = loaded
        .memory
        .with(move |store| {
            let memory: life::Memory = store.state(state::LIFE)?.unwrap_or_default();
            let cycles = store.cycles(rows::NEWEST)?;
            let links = store.links(usher_store::Kind::User)?;
            Ok::<_, StoreError>((memory, cycles, links, switched_off::read(store)?))
        })
        .await?;
    let present = present(app, loaded);
    let status = status_word(life::status(&memory, present));
    let active = links.iter().filter(|link| link.active).count();
    let steps = draft::steps_done(loaded, memory.ever_on);
    Ok(ConnectionSummary {
        id: loaded.id.to_string(),
        name: loaded.connection.name.clone(),
        practice: loaded.connection.practice,
        runner: draft::runner(loaded.connection.runner.kind),
        status,
        tenant: loaded.tenant_name().await?,
        domain: loaded.connection.domain.name.clone(),
        steps_done: u32::try_from(steps.len()).unwrap_or(0),
        steps_total: 11,
        next_step: draft::ALL_STEPS
            .iter()
            .copied()
            .find(|step| !steps.contains(step) && *step != StepId::ScopingFilters),
        draft_saved_at: loaded.revision.created_at.to_string(),
        last_cycle: rows::last_cycle(&cycles),
        in_step: memory.last_success.map(|_| u32::try_from(active).unwrap_or(u32::MAX)),
        needs: operate::needs(&memory, now).into_iter().map(|need| need.message).collect(),
        off_since: off.filter(|_| !memory.on && memory.ever_on).map(|off| off.since.to_string()),
        unreadable: false,
    })
}

pub(crate) fn present(app: &App, loaded: &Loaded) -> Present {
    let lock = app.data.connection_path(&loaded.id).join("run.lock");
    let elsewhere = RunLock::holder(&lock).ok().flatten().is_some();
    let scheduled = || RunLock::holder(&health::schedule_lock(app, loaded)).ok().flatten().is_some();
    Present {
        running: app.running.is_running(loaded.id.as_str()) || elsewhere,
        scheduler: app.running.has_scheduler() || elsewhere || scheduled() || schedule::runs_elsewhere(app),
    }
}

/// Another process that runs this connection now.
pub(crate) fn runs_elsewhere(app: &App, loaded: &Loaded) -> Option<usher_store::Holder> {
    let lock = app.data.connection_path(&loaded.id).join("run.lock");
    RunLock::holder(&lock).ok().flatten().filter(|_| !app.running.is_running(loaded.id.as_str()))
}

fn status_word(status: LifeStatus) -> StatusWord {
    match status {
        LifeStatus::SettingUp => StatusWord::SettingUp,
        LifeStatus::RunningNow | LifeStatus::FinishingThenOff => StatusWord::RunningNow,
        LifeStatus::NeedsDecision | LifeStatus::OnWithProblems => StatusWord::OnWithProblems,
        LifeStatus::Quarantined => StatusWord::Quarantined,
        LifeStatus::OnWaitingForThisComputer => StatusWord::OnWaiting,
        LifeStatus::On => StatusWord::On,
        LifeStatus::Off => StatusWord::Off,
    }
}

/// Makes a connection with the profile's defaults.
pub async fn connection_new(app: &Arc<App>, request: NewConnection) -> Result<ConnectionView, CommandError> {
    let name = settings::name(&request.name)?;
    let profile = draft::profile(request.profile);
    let base = app.practice().map(|world| world.scim.clone());
    let id = free_id(app, name)?;
    let made = connection_file::new_connection(id.as_str(), profile, base);
    let mut connection =
        made.ok_or_else(|| error(ErrorCode::Invalid, Message::new("error-base-url-needed")))?;
    name.clone_into(&mut connection.name);
    if app.practice().is_some() {
        connection.practice = true;
        connection.source.client_secret = None;
    }
    create(app, &id, &connection, "new").await?;
    self::connection(app, ConnectionRef { id: id.to_string() }).await
}

async fn create(
    app: &App,
    id: &ConnectionId,
    connection: &Connection,
    note: &str,
) -> Result<Memory, CommandError> {
    let memory = Memory::new(app.data.create(id, app.stored_world(), app.now())?);
    app.remember(id, memory.clone());
    save(app, &memory, connection, None, note).await?;
    Ok(memory)
}

/// An id that nobody has, made from the name.
fn free_id(app: &App, name: &str) -> Result<ConnectionId, CommandError> {
    let mut base = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            base.push(character);
        } else if !base.ends_with('-') && !base.is_empty() {
            base.push('-');
        }
    }
    let base: String = base.trim_matches('-').chars().take(50).collect();
    let base = if base.is_empty() { "connection".to_owned() } else { base };
    let taken: Vec<String> = app.data.connections()?.into_iter().map(|found| found.id.to_string()).collect();
    let id = (1..).map(|number| if number == 1 { base.clone() } else { format!("{base}-{number}") });
    let free = id.into_iter().find(|id| !taken.contains(id)).unwrap_or(base);
    Ok(ConnectionId::new(free)?)
}

/// Shows one connection.
pub async fn connection(app: &Arc<App>, request: ConnectionRef) -> Result<ConnectionView, CommandError> {
    let loaded = load(app, &request.id).await?;
    let summary = summary(app, &loaded).await?;
    let not_live = match loaded.live_connection(app)? {
        Some(live) => draft::differences(&live, &loaded.connection),
        None => Vec::new(),
    };
    let accounts = sign_in::accounts(app, &loaded).await?;
    Ok(ConnectionView {
        summary,
        revision: number(loaded.revision.number),
        draft: draft::of(&loaded),
        live_revision: loaded.live.as_ref().map(|live| number(live.number)),
        not_live,
        kept: sign_in::kept(app, &loaded.connection, &accounts),
        entra_account: accounts.entra,
        goto_account: accounts.goto,
        goto_secret_stored: accounts.goto_secret,
        last_test: crate::connect::last_test(&loaded).await?.and_then(|tested| tested.report),
    })
}

fn number(revision: i64) -> u32 {
    u32::try_from(revision).unwrap_or(0)
}

/// What a person types to remove a connection: its name. One that cannot be read has none, so its id.
pub async fn name_to_type(app: &App, id: &str) -> Result<String, CommandError> {
    match load(app, id).await {
        Ok(loaded) => Ok(loaded.connection.name),
        Err(problem) if problem.code == ErrorCode::Storage => Ok(id.to_owned()),
        Err(problem) => Err(problem),
    }
}

/// Removes a connection from this computer.
pub async fn connection_remove(app: &Arc<App>, request: RemoveConnection) -> Result<Nothing, CommandError> {
    let id = ConnectionId::new(request.id.clone())?;
    if request.typed_name != name_to_type(app, &request.id).await? {
        return Err(error(ErrorCode::Invalid, Message::new("error-typed-name")));
    }
    app.running.cancel(&request.id).await;
    // First of all: while anybody runs it nothing of it is touched.
    let removal = app.data.removal(&id, &app.holder())?;
    // Without a keyring in this session nobody knows what another session's holds: the connection stays.
    app.vault().delete_all(&app.vault_name(&request.id)).await?;
    app.sessions.clear();
    app.forget_memory(&id);
    removal.finish()?;
    Ok(Nothing {})
}

/// Imports a connection file as a new draft, or as a new draft revision of the connection with the same id.
pub async fn connection_import(
    app: &Arc<App>,
    request: ImportConnection,
) -> Result<ConnectionView, CommandError> {
    let imported = read_file(&request.text)?;
    if !app.references && !connection_file::local_references(&imported).is_empty() {
        return Err(error(ErrorCode::Invalid, Message::new("error-reference-in-window")));
    }
    let id = place(app, &imported, "imported").await?;
    connection(app, ConnectionRef { id }).await
}

/// Reads a connection file, every problem with line and column.
pub fn read_file(text: &str) -> Result<Connection, CommandError> {
    connection_file::parse(text).map(|parsed| parsed.connection).map_err(|problems| {
        let mut found = error(ErrorCode::Invalid, Message::new("error-connection-file"));
        for problem in problems {
            found = found.detail(
                &format!("line {}, column {}", problem.line, problem.column),
                rows::file_problem(&problem),
            );
        }
        found
    })
}

/// Puts a connection as read from a file into the data folder: a new one, or a new draft of the one with that id.
pub async fn place(app: &App, connection: &Connection, note: &str) -> Result<String, CommandError> {
    let id = place_new(app, connection, note).await?;
    let loaded = load(app, &id).await?;
    save(app, &loaded.memory, connection, Some(loaded.revision.number), note).await?;
    Ok(id)
}

/// Makes the connection with this id where there is none; one that is there stays as it is.
pub async fn place_new(app: &App, connection: &Connection, note: &str) -> Result<String, CommandError> {
    // A live file under the practice clock would really write; a practice file in the live world is nobody's.
    if connection.practice != app.practice().is_some() {
        return Err(error(ErrorCode::Practice, Message::new("error-other-world")));
    }
    let id = ConnectionId::new(connection.id.clone())?;
    if !app.data.connections()?.iter().any(|found| found.id == id) {
        create(app, &id, connection, note).await?;
    }
    Ok(id.to_string())
}

/// Exports the draft as a connection file.
pub async fn connection_export(
    app: &Arc<App>,
    request: ConnectionRef,
) -> Result<ExportedConnection, CommandError> {
    let loaded = load(app, &request.id).await?;
    Ok(ExportedConnection { text: connection_file::print(&loaded.connection) })
}

/// Saves the draft.
pub async fn draft_save(app: &Arc<App>, request: SaveDraft) -> Result<SavedDraft, CommandError> {
    let loaded = load(app, &request.id).await?;
    let mut connection = loaded.connection.clone();
    draft::take(&mut connection, &request.draft)?;
    let mut marks = draft::marks(&request.draft, &connection)?;
    // Answered in the terminal while this draft was open: an answer is changed, never taken back.
    marks.other_writers = marks.other_writers.or(loaded.marks.other_writers);
    let revision =
        save(app, &loaded.memory, &connection, Some(i64::from(request.revision)), "edited in the window")
            .await?;
    loaded.memory.with(move |store: &Store| store.set_state(MARKS, &marks)).await?;
    Ok(SavedDraft { revision: number(revision), saved_at: app.now().to_string() })
}

/// Finds a connection by its id, else by a name that no other one has: what is done with it may not hit another.
pub async fn find(app: &App, name: &str) -> Result<String, CommandError> {
    let all = app.data.connections()?;
    if all.iter().any(|found| found.id.as_str() == name) {
        return Ok(name.to_owned());
    }
    let (mut named, mut unreadable) = (Vec::new(), Vec::new());
    for found in all {
        let ours = !matches!(found.world, Ok(world) if world != app.stored_world());
        match load(app, found.id.as_str()).await {
            Ok(loaded) if loaded.connection.name == name => named.push(found.id.to_string()),
            // Nobody knows its name: it must not be in the way of the others.
            Err(problem) if ours && problem.code == ErrorCode::Storage => {
                unreadable.push(found.id.to_string())
            }
            Err(problem) if ours => return Err(problem),
            _ => {}
        }
    }
    match named.as_slice() {
        [] if unreadable.is_empty() => Err(missing("connection", name)),
        [] => Err(missing("connection", name)
            .hint(Message::new("error-unreadable-by-id").text("ids", unreadable.join(", ")))),
        [id] => Ok(id.clone()),
        several => Err(error(
            ErrorCode::Invalid,
            Message::new("error-several-connections").text("name", name).text("ids", several.join(", ")),
        )),
    }
}

/// Only used to keep the profile words of file and window together.
pub(crate) fn profile_word(profile: Profile) -> TargetProfile {
    match profile {
        Profile::Goto => TargetProfile::Goto,
        Profile::Gotomeeting => TargetProfile::Gotomeeting,
        Profile::Scim => TargetProfile::Scim,
    }
}
