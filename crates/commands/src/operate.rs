//! Operating: cycles, on and off, status, trial of one person, log. The scheduler lives here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use usher_engine::cycle::{self as life, CycleResult, Due, WhenOff};
use usher_engine::{StopReason, UnitEnd};
use usher_plan::{Only, Plan};
use usher_runner::config::Connection;
use usher_runner::{Revision, RunError, Work, log as run_log, state};

pub use usher_runner::{Report, Watch};
use usher_store::{ConnectionId, Kind, LogQuery, RunId, RunLock, StoreError};

use crate::app::App;
use crate::connections::{self, Loaded, load};
use crate::dto::{
    CheckResult, CommandError, ConnectionRef, ErrorCode, LogPage, LogRequest, Message, Need, RunStarted,
    Status, TrialResult, TrialStep, TryPerson, TurnOff, TurnOn, TurnedOff,
};
use crate::problem::{error, missing};
use crate::{access, preview, rows, steps};

type Shared<T> = Arc<Mutex<T>>;

/// Cycles that run in this process, and its scheduler.
#[derive(Default)]
pub struct Running {
    jobs: Mutex<HashMap<String, Job>>,
    scheduler: AtomicBool,
    wake: Notify,
    stop: CancellationToken,
    idle: Notify,
}

#[derive(Clone)]
struct Job {
    watch: Watch,
    progress: Shared<Option<usher_runner::Progress>>,
}

impl Running {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_running(&self, id: &str) -> bool {
        self.lock().contains_key(id)
    }

    pub(crate) fn has_scheduler(&self) -> bool {
        self.scheduler.load(Ordering::Relaxed)
    }

    /// Something changed that the scheduler should look at.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    fn progress(&self, id: &str) -> Option<usher_runner::Progress> {
        *self.lock().get(id)?.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cancels a running cycle and waits until what was in flight is done.
    pub(crate) async fn cancel(&self, id: &str) {
        loop {
            let idle = self.idle.notified();
            let Some(job) = self.lock().get(id).cloned() else { return };
            job.watch.cancel.cancel();
            idle.await;
        }
    }

    /// Ends the scheduler and every cycle, cleanly.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        let ids: Vec<String> = self.lock().keys().cloned().collect();
        for id in ids {
            self.cancel(&id).await;
        }
    }
}

/// Refuses a connection that lacks what every read needs, with the step that supplies it.
pub(crate) fn ready(connection: &Connection) -> Result<(), CommandError> {
    let lacks = |id: &str| error(ErrorCode::Invalid, Message::new(id));
    if connection.source.client_id.is_empty() || connection.source.tenant.is_empty() {
        return Err(lacks("error-needs-entra-client"));
    }
    if connection.scope.assigned_only && connection.scope.application.is_empty() {
        return Err(lacks("error-needs-application"));
    }
    if connection.target.token.is_none() && connection.target.client_id.is_empty() {
        return Err(lacks("error-needs-goto-client"));
    }
    Ok(())
}

/// What a run is for.
enum What {
    Cycle { everything: bool },
    Plan(Box<Plan>),
    Person(Only),
}

/// Runs a cycle of one connection to its end, in this process.
async fn run(
    app: &App,
    loaded: &Loaded,
    connection: &Connection,
    hash: &str,
    what: What,
) -> Result<Report, CommandError> {
    ready(connection)?;
    let path = app.data.connection_path(&loaded.id).join("run.lock");
    let holder = app.holder();
    let lock = RunLock::acquire(&path, &holder)?;
    let progress: Shared<Option<usher_runner::Progress>> = Arc::default();
    let heard = Arc::clone(&progress);
    let watch = Watch::new(move |news| *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(news));
    app.running.lock().insert(loaded.id.to_string(), Job { watch: watch.clone(), progress });
    let result = locked(app, loaded, connection, hash, what, &lock, &watch).await;
    app.running.lock().remove(loaded.id.as_str());
    app.running.idle.notify_waiters();
    result
}

async fn locked(
    app: &App,
    loaded: &Loaded,
    connection: &Connection,
    hash: &str,
    what: What,
    lock: &RunLock,
    watch: &Watch,
) -> Result<Report, CommandError> {
    let provider = access::provider(app, connection).await?;
    let reading = usher_runner::Reading {
        graph: access::graph(app, connection).await?,
        target: usher_runner::Reader::new(provider.clone()),
        memory: loaded.memory.clone(),
        clock: app.clock.reader(),
    };
    let revision = Revision { connection, hash };
    let by = preview::person();
    let work = match &what {
        What::Cycle { everything } => Work::Cycle { everything: *everything },
        What::Plan(plan) => Work::Approved { plan: plan.clone(), by: &by },
        What::Person(only) => Work::OnDemand(only),
    };
    Ok(usher_runner::run(&reading, &provider, revision, work, lock, watch).await?)
}

/// One cycle of what is live. For hosts that wait for it.
pub async fn run_once(app: &App, id: &str) -> Result<Report, CommandError> {
    let loaded = load(app, id).await?;
    let (connection, hash) = live(app, &loaded)?;
    let everything = loaded
        .memory
        .with(|store| {
            Ok::<_, StoreError>(store.state::<life::Memory>(state::LIFE)?.unwrap_or_default().restart)
        })
        .await?;
    run(app, &loaded, &connection, &hash, What::Cycle { everything }).await
}

fn live(app: &App, loaded: &Loaded) -> Result<(Connection, String), CommandError> {
    let connection = loaded.live_connection(app)?;
    match (connection, &loaded.live) {
        (Some(connection), Some(revision)) => Ok((connection, revision.hash.clone())),
        _ => Err(error(ErrorCode::Invalid, Message::new("error-never-on"))),
    }
}

/// Carries out exactly this plan, which a person hands over. Refused when it was edited, or no longer fits the world.
pub async fn apply(app: &App, plan: Plan) -> Result<Report, CommandError> {
    // Before anything else: an edited file must not even choose a connection.
    usher_plan::verify(&plan).map_err(|_| RunError::Edited)?;
    let loaded = load(app, &plan.connection).await?;
    let wanted = plan.configuration.clone();
    let revision =
        [Some(&loaded.revision), loaded.live.as_ref()].into_iter().flatten().find(|one| one.hash == wanted);
    let Some(revision) = revision.cloned() else {
        let stale = RunError::Stale { changed: vec![usher_plan::Changed::Configuration] };
        return Err(stale.into());
    };
    let connection = connections::parse(app, &revision.content)?;
    run(app, &loaded, &connection, &revision.hash, What::Plan(Box::new(plan))).await
}

/// Makes the draft live, without asking: for a connection file that a person runs as it is.
pub async fn make_live(app: &App, id: &str) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    let number = loaded.revision.number;
    Ok(loaded.memory.with(move |store| store.set_live(number)).await?)
}

/// Provisions one person, with the draft.
pub async fn try_person(app: &Arc<App>, request: TryPerson) -> Result<TrialResult, CommandError> {
    let loaded = load(app, &request.id).await?;
    let began = std::time::Instant::now();
    let only = Only { users: [request.person.as_str().into()].into_iter().collect(), ..Only::default() };
    let report = run(app, &loaded, &loaded.connection, &loaded.revision.hash, What::Person(only)).await?;
    let milliseconds = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    let result = trial(&loaded, &report, &request.person, milliseconds).await?;
    let mark = Trial { configuration: loaded.revision.hash.clone(), worked: result.result == "success" };
    loaded.memory.with(move |store| store.set_state(TRIAL, &mark)).await?;
    Ok(result)
}

/// What is remembered of the last trial.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Trial {
    pub(crate) configuration: String,
    pub(crate) worked: bool,
}

pub(crate) const TRIAL: &str = "trial";

async fn trial(
    loaded: &Loaded,
    report: &Report,
    person: &str,
    milliseconds: u32,
) -> Result<TrialResult, CommandError> {
    let plan = &report.plan;
    if let Some(failure) = plan.failures.iter().find(|failure| failure.source.as_str() == person) {
        let why = rows::reason(&failure.reason);
        return Ok(told(
            &failure.display,
            "failure",
            why.clone(),
            out_of_step(CheckResult::FixThis, why),
            milliseconds,
        ));
    }
    let run = report.run;
    let query = LogQuery { run: Some(run), object: Some(person.to_owned()), ..LogQuery::default() };
    let page = loaded.memory.with(move |store| store.log(&query, None, 50)).await?;
    if let Some(record) = page.records.iter().find(|record| record.entry.action != "other") {
        let entry = rows::log_entry(record);
        let summary = match entry.result.as_str() {
            "success" => Message::new(format!("trial-{}", entry.action)),
            _ => entry.message.clone(),
        };
        return Ok(TrialResult {
            name: entry.name,
            result: entry.result,
            summary,
            steps: entry.steps,
            changes: entry.changes,
            milliseconds,
        });
    }
    if let Some(operation) = plan
        .operations
        .iter()
        .find(|operation| operation.source.as_ref().is_some_and(|source| source.as_str() == person))
    {
        // Linked only: the account was there and already equal.
        let verified = report
            .outcome
            .units
            .iter()
            .any(|unit| unit.unit.operation == operation.id && matches!(unit.end, UnitEnd::Verified));
        let body = run_log::Body {
            reason: operation.reason.clone(),
            trouble: None,
            key: operation.key.clone(),
            changes: Vec::new(),
            members: Vec::new(),
            verified,
            attempts: 1,
        };
        let steps = rows::steps("other", "success", &body);
        return Ok(told(&operation.display, "success", Message::new("trial-link"), steps, milliseconds));
    }
    if let Some(skip) = plan.skips.iter().find(|skip| skip.source.as_str() == person) {
        let why = rows::reason(&skip.reason);
        let in_step = skip.reason.code == "RedundantExport";
        let (result, finding) =
            if in_step { ("success", CheckResult::Passed) } else { ("skipped", CheckResult::Information) };
        return Ok(told(&skip.display, result, why.clone(), out_of_step(finding, why), milliseconds));
    }
    Err(missing("person", person))
}

fn told(name: &str, result: &str, summary: Message, steps: Vec<TrialStep>, milliseconds: u32) -> TrialResult {
    TrialResult {
        name: name.to_owned(),
        result: result.to_owned(),
        summary,
        steps,
        changes: Vec::new(),
        milliseconds,
    }
}

fn out_of_step(result: CheckResult, why: Message) -> Vec<TrialStep> {
    let imported = TrialStep {
        step: "import".to_owned(),
        result: CheckResult::Passed,
        title: Message::new("step-import-done"),
        evidence: Vec::new(),
    };
    let title =
        Message::new(if result == CheckResult::Passed { "step-nothing-to-do" } else { "step-scope-out" });
    vec![imported, TrialStep { step: "scope".to_owned(), result, title, evidence: vec![why] }]
}

/// Makes the draft live and switches provisioning on.
pub async fn turn_on(app: &Arc<App>, request: TurnOn) -> Result<Status, CommandError> {
    let loaded = load(app, &request.id).await?;
    if i64::from(request.revision) != loaded.revision.number {
        return Err(error(ErrorCode::Conflict, Message::new("error-saved-in-between")));
    }
    if !connections::is_local(&loaded.connection) {
        return Err(error(ErrorCode::Invalid, Message::new("error-entra-runner-in-terminal")));
    }
    let report = steps::report(app, &loaded).await?;
    if let Some(first) = report.in_the_way.first() {
        let problem = error(ErrorCode::NeedsPerson, Message::new("error-not-ready"));
        return Err(problem.hint(first.clone()));
    }
    let trial: Option<Trial> = loaded.memory.with(|store| store.state(TRIAL)).await?;
    let worked = trial.is_some_and(|trial| trial.worked && trial.configuration == loaded.revision.hash);
    if !worked && !request.without_trial {
        return Err(error(ErrorCode::NeedsPerson, Message::new("error-no-trial")));
    }
    switch_on(app, &loaded).await?;
    status(app, ConnectionRef { id: request.id }).await
}

/// Switches on what the draft says, without the wizard's checks: for the terminal.
pub(crate) async fn switch_on(app: &App, loaded: &Loaded) -> Result<(), CommandError> {
    let number = loaded.revision.number;
    loaded
        .memory
        .with(move |store| {
            store.set_live(number)?;
            store.set_base(number)?;
            store.update_state(state::LIFE, life::switch_on)
        })
        .await?;
    connections::note_off(loaded, None).await?;
    app.running.wake();
    Ok(())
}

/// Switches on from the terminal.
pub async fn on(app: &App, id: &str) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    ready(&loaded.connection)?;
    switch_on(app, &loaded).await
}

/// Switches provisioning off. The running cycle comes to its end, unless it is to be cancelled.
pub async fn turn_off(app: &Arc<App>, request: TurnOff) -> Result<TurnedOff, CommandError> {
    let loaded = load(app, &request.id).await?;
    let when = if request.cancel_running { WhenOff::Cancel } else { WhenOff::Finish };
    let cancel = loaded
        .memory
        .with(move |store| store.update_state(state::LIFE, |memory| life::switch_off(memory, when)))
        .await?;
    connections::note_off(&loaded, Some(app.now())).await?;
    if cancel {
        app.running.cancel(&request.id).await;
    }
    app.running.wake();
    let (users, groups) = kept(&loaded).await?;
    let stays = Message::new("off-stays").number("people", users).number("groups", groups);
    Ok(TurnedOff { stays: vec![stays, Message::new("off-leavers")] })
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
    let (memory, runs) = loaded
        .memory
        .with(|store| {
            Ok::<_, StoreError>((
                store.state::<life::Memory>(state::LIFE)?.unwrap_or_default(),
                store.runs(None, 14)?,
            ))
        })
        .await?;
    let (people, groups) = kept(&loaded).await?;
    let summary = connections::summary(app, &loaded).await?;
    let interval = SignedDuration::from_mins(i64::from(loaded.connection.runner.interval_minutes));
    let next = match life::next_due(&memory, interval, app.now()) {
        Due::Now => Some(app.now()),
        Due::At(at) => Some(at),
        Due::Never | Due::AfterDecision => None,
    };
    Ok(Status {
        status: summary.status,
        on: memory.on,
        progress: app.running.progress(&request.id).map(|news| preview::progress(&news)),
        cycles: runs.iter().map(rows::cycle).collect(),
        next_cycle: next.map(|at| at.to_string()),
        interval_minutes: loaded.connection.runner.interval_minutes,
        people,
        groups,
        needs: needs(&memory, app.now()),
        as_of: app.now().to_string(),
    })
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
    match memory.last.as_ref().map(|last| (&last.result, last.failed)) {
        Some((CycleResult::Stopped { why: StopReason::LostAuthentication }, _)) => {
            need("need-authorize", 0, "connect")
        }
        Some((CycleResult::Failed { credentials: true, .. }, _)) => need("need-sign-in", 0, "connect"),
        Some((CycleResult::Stopped { .. } | CycleResult::Failed { .. }, _)) => {
            need("need-cycle-failed", 0, "logs")
        }
        Some((CycleResult::EntryLevelErrors, failed)) if failed > 0 => need("need-failures", failed, "logs"),
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

/// Pages through the provisioning log.
pub async fn log(app: &Arc<App>, request: LogRequest) -> Result<LogPage, CommandError> {
    let loaded = load(app, &request.id).await?;
    let run = request.run.parse().ok().map(RunId);
    let query = LogQuery {
        statuses: request.results.clone(),
        run,
        text: Some(request.text.clone()).filter(|text| !text.is_empty()),
        ..LogQuery::default()
    };
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

impl App {
    /// Starts the scheduler of this process: it runs what is on and due, as long as the process lives.
    pub fn start_scheduler(self: &Arc<Self>) {
        if !self.running.scheduler.swap(true, Ordering::Relaxed) {
            tokio::spawn(schedule(Arc::clone(self)));
        }
    }
}

async fn schedule(app: Arc<App>) {
    while !app.running.stop.is_cancelled() {
        let mut next: Option<Timestamp> = None;
        for id in due(&app, &mut next).await {
            // One connection's trouble is in its own record; the others go on.
            let began = app.now();
            if let Err(problem) = run_once(&app, id.as_str()).await {
                tracing::warn!(connection = %id, code = ?problem.code, "the cycle did not come to its end");
                note_failure(&app, &id, began, &problem).await;
            }
        }
        let wait = async {
            match next {
                Some(at) => app.clock.wait_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = wait => {}
            () = app.running.wake.notified() => {}
            () = app.running.stop.cancelled() => {}
        }
    }
}

/// Notes a cycle that failed before it could begin (no sign-in, a locked keyring), so that it is not tried again and
/// again at once, and so that people see it.
async fn note_failure(app: &App, id: &ConnectionId, began: Timestamp, problem: &CommandError) {
    let Ok(loaded) = load(app, id.as_str()).await else { return };
    let code = serde_json::to_value(problem.code).ok().and_then(|code| code.as_str().map(str::to_owned));
    let credentials = matches!(problem.code, ErrorCode::SignIn | ErrorCode::Keyring);
    let ended = life::Ended {
        cycle: usher_plan::Cycle::Incremental,
        began,
        ended: app.now(),
        result: CycleResult::Failed { code: code.unwrap_or_default(), credentials },
        failed: 0,
        considered: 0,
    };
    let noted = loaded
        .memory
        .with(move |store| {
            store.update_state(state::LIFE, |memory: &mut life::Memory| {
                // What the run itself has recorded says more.
                if memory.last.as_ref().is_none_or(|last| last.ended < began) {
                    life::ended(memory, ended, life::Thresholds::LOCAL);
                }
            })
        })
        .await;
    if let Err(error) = noted {
        tracing::error!(connection = %id, %error, "the failure could not be recorded");
    }
}

/// Connections whose cycle is due now; `next` becomes the earliest later one.
async fn due(app: &App, next: &mut Option<Timestamp>) -> Vec<ConnectionId> {
    let now = app.now();
    let mut ids = Vec::new();
    for found in app.data.connections().unwrap_or_default() {
        let Ok(loaded) = load(app, found.id.as_str()).await else { continue };
        let Ok(Some(connection)) = loaded.live_connection(app) else { continue };
        if !connections::is_local(&connection) {
            continue;
        }
        let memory = loaded.memory.with(|store| store.state::<life::Memory>(state::LIFE)).await;
        let Ok(memory) = memory.map(Option::unwrap_or_default) else { continue };
        let interval = SignedDuration::from_mins(i64::from(connection.runner.interval_minutes));
        match life::next_due(&memory, interval, now) {
            Due::Now => ids.push(found.id),
            Due::At(at) => *next = Some(next.map_or(at, |earliest| earliest.min(at))),
            Due::Never | Due::AfterDecision => {}
        }
    }
    ids
}

/// What a run did, for hosts that waited for it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RunSummary {
    /// Its number.
    pub run: String,
    /// `initial`, `incremental` or `onDemand`.
    pub cycle: usher_plan::Cycle,
    /// Created and verified.
    pub created: u32,
    /// Linked to accounts that were there.
    pub linked: u32,
    /// Updated, memberships included.
    pub updated: u32,
    /// Disabled.
    pub disabled: u32,
    /// Deleted.
    pub deleted: u32,
    /// Already in step.
    pub no_change: u32,
    /// Skipped.
    pub skipped: u32,
    /// Could not be planned, or did not succeed.
    pub failed: u32,
    /// Writes and look-ups sent.
    pub requests: u64,
    /// Who failed, and why.
    pub failures: Vec<Failed>,
    /// Why it stopped before its end.
    pub stopped: Option<Message>,
    /// Whether lost credentials are the reason.
    pub lost_credentials: bool,
    /// The plan that was carried out.
    pub plan: String,
}

/// Somebody who failed.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Failed {
    /// Name.
    pub name: String,
    /// Why.
    pub why: Message,
}

/// What a run did.
#[must_use]
pub fn summary(report: &Report) -> RunSummary {
    use usher_plan::Action;
    let plan = &report.plan;
    let mut done = [0_u32; 5];
    let mut failures: Vec<Failed> = plan
        .failures
        .iter()
        .map(|failure| Failed { name: failure.display.clone(), why: rows::reason(&failure.reason) })
        .collect();
    for unit in &report.outcome.units {
        let Some(operation) = plan.operations.iter().find(|one| one.id == unit.unit.operation) else {
            continue;
        };
        match &unit.end {
            UnitEnd::Verified => {
                let at = match operation.action {
                    Action::Create => 0,
                    Action::Link => 1,
                    Action::Update | Action::AddMembers | Action::RemoveMembers => 2,
                    Action::Disable => 3,
                    Action::Delete => 4,
                };
                done[at] += 1;
            }
            UnitEnd::Parked(reason) => {
                failures.push(Failed { name: operation.display.clone(), why: rows::trouble(reason) });
            }
            UnitEnd::Accepted | UnitEnd::Unknown | UnitEnd::NotAttempted => {}
        }
    }
    let (stopped, lost_credentials) = match &report.outcome.end {
        usher_engine::End::Completed => (None, false),
        usher_engine::End::Cancelled => (Some(Message::new("error-cancelled")), false),
        usher_engine::End::Stopped { why, .. } => (
            Some(Message::new(format!("cycle-stopped-{}", why.code()))),
            *why == StopReason::LostAuthentication,
        ),
    };
    RunSummary {
        run: report.run.0.to_string(),
        cycle: plan.cycle,
        created: done[0],
        linked: done[1],
        updated: done[2],
        disabled: done[3],
        deleted: done[4],
        no_change: plan.counts.no_change,
        skipped: plan.counts.skip,
        failed: u32::try_from(failures.len()).unwrap_or(u32::MAX),
        requests: report.outcome.requests,
        failures,
        stopped,
        lost_credentials,
        plan: plan.hash.clone(),
    }
}

/// Waits until this many cycles have ended, trials apart.
pub async fn wait_for_cycle(
    app: &App,
    id: &str,
    number: usize,
) -> Result<crate::dto::CycleSummary, CommandError> {
    let loaded = load(app, id).await?;
    loop {
        let idle = app.running.idle.notified();
        let runs = loaded.memory.with(|store| store.runs(None, 100)).await?;
        let ended: Vec<_> =
            runs.iter().filter(|run| run.ended.is_some() && run.cycle != "onDemand").collect();
        if ended.len() >= number {
            return Ok(rows::cycle(ended[ended.len() - number]));
        }
        idle.await;
    }
}

impl App {
    /// Cancels a running cycle: what is in flight is finished, nothing more is sent.
    pub fn cancel(&self, id: &str) {
        if let Some(job) = self.running.lock().get(id) {
            job.watch.cancel.cancel();
        }
    }
}
