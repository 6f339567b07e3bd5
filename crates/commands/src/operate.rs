//! Operating: on and off, status, what needs a person, the log.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use usher_engine::StopReason;
use usher_engine::cycle::{self as life, CycleResult, Due, WhenOff};
use usher_engine::quiet::Quiet;
use usher_runner::state;
use usher_store::{Kind, LogQuery, RunId, Store, StoreError};

use crate::app::App;
use crate::audit;
use crate::connections;
use crate::dto::{
    CommandError, ConnectionRef, ErrorCode, LogEntry, LogPage, LogRequest, Message, Need, OtherWriters,
    QuietHours, RunStarted, Status, TurnOff, TurnOn, TurnedOff,
};
use crate::loaded::{Loaded, MARKS, Marks, load};
use crate::problem::error;
use crate::running::{between_cycles, live, ready};
use crate::switched_off::Off;
use crate::trial::{TRIAL, Trial};
use crate::{entra, preview, rows, schedule, steps, switched_off};

pub use crate::report::{Failed, RunSummary, summary};
pub use usher_graph::ResetScope;
pub use usher_runner::Progress;

pub use crate::running::{Report, Watch, apply, make_live, run_once, wait_for_cycle};
pub use crate::trial::{try_group, try_people, try_person};

/// Makes the draft live and switches provisioning on.
pub async fn turn_on(app: &Arc<App>, request: TurnOn) -> Result<Status, CommandError> {
    let loaded = load(app, &request.id).await?;
    if i64::from(request.revision) != loaded.revision.number {
        return Err(error(ErrorCode::Conflict, Message::new("error-saved-in-between")));
    }
    if !loaded.connection.is_local() {
        return Err(error(ErrorCode::Invalid, Message::new("error-entra-runner-in-terminal")));
    }
    let report = steps::report(app, &loaded).await?;
    if let Some(first) = report.in_the_way.first() {
        let problem = error(ErrorCode::NeedsPerson, Message::new("error-not-ready"));
        return Err(problem.hint(first.clone()));
    }
    let trial: Option<Trial> = loaded.memory.with(|store| store.state(TRIAL)).await?;
    let worked = trial.map(|trial| trial.holds(&loaded.connection)).transpose()?.unwrap_or(false);
    if !worked && !request.without_trial {
        return Err(error(ErrorCode::NeedsPerson, Message::new("error-no-trial")));
    }
    entra::refuse_local(app, &loaded).await?;
    switch_on(app, &loaded).await?;
    status(app, ConnectionRef { id: request.id }).await
}

/// Switches on what the draft says, without the wizard's checks: for the terminal.
pub(crate) async fn switch_on(app: &App, loaded: &Loaded) -> Result<(), CommandError> {
    let number = loaded.revision.number;
    let entry = audit::entry(app, "turned-on", None, &audit::goes_live(loaded));
    loaded
        .memory
        .with(move |store| {
            store.append_audit(&entry)?;
            store.set_live(number)?;
            store.set_base(number)?;
            store.update_state(state::LIFE, life::switch_on)
        })
        .await?;
    switched_off::note(loaded, None).await?;
    app.running.wake();
    Ok(())
}

/// Whether another service writes to the same organisation, as a person has said, or says now.
pub async fn other_writers(
    app: &App,
    id: &str,
    said: Option<OtherWriters>,
) -> Result<Option<OtherWriters>, CommandError> {
    let loaded = load(app, id).await?;
    if let Some(said) = said {
        let answer = move |marks: &mut Marks| marks.other_writers = Some(said);
        loaded.memory.with(move |store: &Store| store.update_state(MARKS, answer)).await?;
    }
    Ok(said.or(loaded.marks.other_writers))
}

/// Switches on from the terminal.
pub async fn on(app: &App, id: &str) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    if !loaded.connection.is_local() {
        return entra::switch_on(app, &loaded).await;
    }
    ready(&loaded.connection)?;
    entra::refuse_local(app, &loaded).await?;
    switch_on(app, &loaded).await
}

/// Switches on, except what a person has switched off: a restart of a computer must not undo that, and it makes no draft
/// live, either: nobody has looked at what it would do.
pub async fn on_unless_off(app: &App, id: &str) -> Result<(), CommandError> {
    refuse_off(app, id).await?;
    let loaded = load(app, id).await?;
    let pointers = loaded.memory.with(Store::pointers).await?;
    if pointers.live.is_none() || !loaded.connection.is_local() {
        return on(app, id).await;
    }
    entra::refuse_local(app, &loaded).await?;
    loaded.memory.with(|store| store.update_state(state::LIFE, life::switch_on)).await?;
    app.running.wake();
    Ok(())
}

/// Refuses what a person has switched off, or what gave up: a timer that calls for one cycle does not undo that. What was
/// never on is not off.
pub async fn refuse_off(app: &App, id: &str) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    let read = |store: &Store| {
        let memory: life::Memory = store.state(state::LIFE)?.unwrap_or_default();
        let by_a_person = switched_off::read(store)?.is_some();
        Ok::<_, StoreError>(!memory.on && (memory.ever_on || by_a_person))
    };
    match loaded.memory.with(read).await? {
        true => Err(error(ErrorCode::NeedsPerson, Message::new("error-switched-off"))),
        false => Ok(()),
    }
}

/// Switches provisioning off. The running cycle comes to its end, unless it is to be cancelled.
pub async fn turn_off(app: &Arc<App>, request: TurnOff) -> Result<TurnedOff, CommandError> {
    let loaded = load(app, &request.id).await?;
    let reason = request.reason.trim();
    let said = json!({ "reason": reason, "runningCycle": if request.cancel_running { "cancelled" } else { "finished" } });
    audit::note(app, &loaded, "turned-off", None, &said).await?;
    if !loaded.connection.is_local() {
        entra::switch_off(app, &loaded).await?;
    }
    let when = if request.cancel_running { WhenOff::Cancel } else { WhenOff::Finish };
    let cancel = loaded
        .memory
        .with(move |store| store.update_state(state::LIFE, |memory| life::switch_off(memory, when)))
        .await?;
    switched_off::note(&loaded, Some(Off { since: app.now(), reason: reason.to_owned() })).await?;
    if cancel {
        app.running.cancel(&request.id).await;
    }
    app.running.wake();
    if !loaded.connection.is_local() {
        // What Microsoft's service made, Usher does not count.
        return Ok(TurnedOff { stays: vec![Message::new("off-stays-entra"), Message::new("off-leavers")] });
    }
    let (users, groups) = kept(&loaded).await?;
    let mut stays = vec![match (users, groups) {
        (0, 0) => Message::new("off-stays-nobody"),
        _ => Message::new("off-stays").number("people", users).number("groups", groups),
    }];
    if let Some(holder) = connections::runs_elsewhere(app, &loaded) {
        stays.insert(
            0,
            Message::new("off-runs-elsewhere")
                .text("program", holder.program)
                .text("host", holder.host)
                .text("pid", holder.pid.to_string()),
        );
    }
    stays.push(Message::new("off-leavers"));
    Ok(TurnedOff { stays })
}

/// Ends the running cycle as soon as what is in flight is done. The next one goes on from there.
pub async fn run_cancel(app: &Arc<App>, request: ConnectionRef) -> Result<Status, CommandError> {
    load(app, &request.id).await?;
    app.running.cancel(&request.id).await;
    status(app, request).await
}

/// What a restart resets, in Graph's words; without a scope everything but links (`synchronizationJob: restart`).
///
/// In the local runner `Escrows` alone lets whoever failed be looked at in the next cycle, and `Full` forgets links too: who
/// is in scope is matched again, and whoever is not belongs to nobody from then on. Refused while a cycle runs: it writes
/// by the links that it has read, and its end would take the restart back.
pub async fn restart(app: &Arc<App>, id: &str, scopes: &[ResetScope]) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    if !loaded.connection.is_local() {
        let said = json!({ "scopes": words_of(scopes) });
        audit::note(app, &loaded, "restarted", None, &said).await?;
        return entra::restart(app, &loaded, scopes).await;
    }
    if scopes.contains(&ResetScope::ForceDeletes) {
        return Err(error(ErrorCode::Invalid, Message::new("error-force-deletes-local")));
    }
    let full = scopes.contains(&ResetScope::Full);
    let has = |scope| full || scopes.is_empty() || scopes.contains(&scope);
    let everyone = has(ResetScope::Watermark);
    let (failures, quarantine) = (has(ResetScope::Escrows), has(ResetScope::QuarantineState));
    let now = app.now();
    let lock = between_cycles(app, &loaded.id)?;
    let mut entry = audit::entry(app, "restarted", None, &Json::Null);
    let mut said = json!({ "scopes": words_of(scopes) });
    loaded
        .memory
        .with(move |store| {
            // First: a kill in between leaves an entry too many, never a reset of which nobody knows.
            if full {
                forgotten(store, &mut said)?;
            }
            entry.body = said.to_string();
            store.append_audit(&entry)?;
            if failures && everyone {
                store.forget_retries()?;
            } else if failures {
                store.retry_now(now)?;
            }
            if full {
                store.forget_links()?;
            }
            store.update_state(state::LIFE, |memory| life::restart(memory, everyone, quarantine))
        })
        .await?;
    if everyone {
        usher_runner::write_again(&loaded.memory).await?;
    }
    drop(lock);
    app.running.wake();
    Ok(())
}

fn words_of(scopes: &[ResetScope]) -> Vec<String> {
    scopes.iter().map(|scope| format!("{scope:?}")).collect()
}

/// How many links a restart forgets, and whose deletes somebody had taken back.
fn forgotten(store: &Store, said: &mut Json) -> Result<(), StoreError> {
    said["people"] = json!(store.links(Kind::User)?.len());
    said["groups"] = json!(store.links(Kind::Group)?.len());
    let kept = store.pending_deletes()?.into_iter().filter(|pending| pending.kept.is_some());
    said["kept"] = kept.map(|pending| pending.source).collect();
    Ok(())
}

/// Active people and groups that are linked.
async fn kept(loaded: &Loaded) -> Result<(u32, u32), CommandError> {
    let (users, groups) = loaded
        .memory
        .with(|store| Ok::<_, StoreError>((store.links(Kind::User)?, store.links(Kind::Group)?)))
        .await?;
    let active = users.iter().filter(|link| link.active).count();
    Ok((u32::try_from(active).unwrap_or(u32::MAX), u32::try_from(groups.len()).unwrap_or(u32::MAX)))
}

/// The overview.
pub async fn status(app: &Arc<App>, request: ConnectionRef) -> Result<Status, CommandError> {
    let loaded = load(app, &request.id).await?;
    if !loaded.connection.is_local() && loaded.live.is_some() {
        return entra::status(app, &loaded).await;
    }
    let (memory, off, runs, pending_deletes) = loaded
        .memory
        .with(|store| {
            Ok::<_, StoreError>((
                store.state::<life::Memory>(state::LIFE)?.unwrap_or_default(),
                switched_off::read(store)?,
                store.cycles(14)?,
                store.count_pending_deletes()?,
            ))
        })
        .await?;
    let (people, groups) = kept(&loaded).await?;
    let summary = connections::summary(app, &loaded).await?;
    // What is live has a rhythm; a draft that differs has none yet.
    let live = loaded.live_connection(app)?;
    let connection = live.as_ref().filter(|live| live.is_local()).unwrap_or(&loaded.connection);
    let now = app.now();
    let next = match schedule::next_due(connection, &memory, now) {
        Due::Now => Some(now),
        Due::At(at) => Some(at),
        Due::Never | Due::AfterDecision => None,
    };
    Ok(Status {
        status: summary.status,
        on: memory.on,
        off_reason: off.map(|off| off.reason).filter(|reason| !memory.on && !reason.is_empty()),
        progress: app.running.progress(&request.id).map(|news| preview::progress(&news)),
        cycles: rows::cycles(&runs, connections::present(app, &loaded).running),
        next_cycle: next.map(|at| at.to_string()),
        interval_minutes: connection.runner.interval_minutes,
        quiet: connection.quiet().map(|quiet| quiet_now(quiet, now)),
        people,
        groups,
        pending_deletes,
        needs: needs(&memory, app.now()),
        as_of: app.now().to_string(),
    })
}

fn quiet_now(quiet: &Quiet, now: Timestamp) -> QuietHours {
    let until = quiet.quiet_until(now);
    QuietHours {
        hours: quiet.hours().to_owned(),
        zone: quiet.zone().to_owned(),
        until: until.map(|at| at.to_string()),
        until_local: until.map(|at| quiet.on_the_wall(at, now)),
    }
}

/// What needs a person, worst first.
pub(crate) fn needs(memory: &life::Memory, _now: Timestamp) -> Vec<Need> {
    let mut all = Vec::new();
    let mut need = |id: &str, count: u32, place: &str| {
        all.push(Need { message: Message::new(id).number("count", count), count, place: place.to_owned() });
    };
    if memory.quarantine.is_some() {
        need("need-quarantine", 0, "logs");
    }
    if memory.waiting_for.is_some() {
        need("need-approval", 0, "preview");
    }
    match memory.last.as_ref().map(|last| (&last.result, last.failed, last.waiting)) {
        Some((CycleResult::Stopped { why: StopReason::LostAuthentication }, ..)) => {
            need("need-authorize", 0, "connect")
        }
        Some((CycleResult::Failed { credentials: true, .. }, ..)) => need("need-sign-in", 0, "connect"),
        Some((CycleResult::Stopped { .. } | CycleResult::Failed { .. }, ..)) => {
            need("need-cycle-failed", 0, "logs")
        }
        Some((CycleResult::EntryLevelErrors, failed, waiting)) => {
            if failed > 0 {
                need("need-failures", failed, "failures");
            }
            // Cycles look at them when they are due, not each time.
            if waiting > failed {
                need("need-retries", waiting, "failures");
            }
        }
        _ => {}
    }
    all
}

/// Runs a cycle now.
pub async fn run_now(app: &Arc<App>, request: ConnectionRef) -> Result<RunStarted, CommandError> {
    let loaded = load(app, &request.id).await?;
    live(app, &loaded)?;
    if app.running.is_running(&request.id) {
        return Err(error(ErrorCode::Conflict, Message::new("error-already-running")));
    }
    let (app, id) = (Arc::clone(app), request.id.clone());
    // What became of it is in the run's record, which the overview shows.
    tokio::spawn(async move { run_once(&app, &id).await.map(drop) });
    Ok(RunStarted { run: String::new() })
}

/// What a request looks for in our own log.
pub(crate) fn query(request: &LogRequest) -> LogQuery {
    LogQuery {
        statuses: request.results.clone(),
        run: request.run.parse().ok().map(RunId),
        text: Some(request.text.clone()).filter(|text| !text.is_empty()),
        ..LogQuery::default()
    }
}

/// The same of an entry of Microsoft's log, which is filtered here.
pub(crate) fn fits(request: &LogRequest, entry: &LogEntry) -> bool {
    let text = request.text.to_lowercase();
    let mut texts = [&entry.name, &entry.source_id, &entry.target_id].into_iter();
    (request.results.is_empty() || request.results.contains(&entry.result))
        && (request.run.is_empty() || request.run == entry.run)
        && (text.is_empty() || texts.any(|found| found.to_lowercase().contains(&text)))
}

/// Pages through the provisioning log.
pub async fn log(app: &Arc<App>, request: LogRequest) -> Result<LogPage, CommandError> {
    let loaded = load(app, &request.id).await?;
    if !loaded.connection.is_local() && loaded.live.is_some() {
        let mut entries = entra::log(app, &loaded, request.limit.min(500)).await?;
        entries.retain(|entry| fits(&request, entry));
        let total = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        return Ok(LogPage { entries, total });
    }
    let query = query(&request);
    let (offset, limit) = (request.offset, request.limit.min(500));
    let (records, total) = loaded
        .memory
        .with(move |store| {
            let page = store.log(&query, None, offset.saturating_add(limit))?;
            Ok::<_, StoreError>((page.records, store.count_log(&query)?))
        })
        .await?;
    let entries = records.iter().skip(offset as usize).map(rows::log_entry).collect();
    Ok(LogPage { entries, total: u32::try_from(total).unwrap_or(u32::MAX) })
}
