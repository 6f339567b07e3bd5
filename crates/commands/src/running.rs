//! Runs in this process: one cycle at a time for each connection, its progress and its cancellation.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::json;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use usher_engine::cycle as life;
use usher_plan::{Only, Plan};
use usher_runner::config::Connection;
use usher_runner::{Revision, RunError, Work, state};

pub use usher_runner::{Report, Watch};
use usher_store::{ConnectionId, RunLock, StoreError};

use crate::app::App;
use crate::dto::{CommandError, ErrorCode, Message};
use crate::loaded::{self, Loaded, load};
use crate::problem::{error, missing};
use crate::{access, audit, notice, preview, rows};

type Shared<T> = Arc<Mutex<T>>;

/// Cycles that run in this process, and its scheduler.
#[derive(Default)]
pub struct Running {
    jobs: Mutex<HashMap<String, Job>>,
    pub(crate) scheduler: AtomicBool,
    pub(crate) wake: Notify,
    pub(crate) stop: CancellationToken,
    idle: Notify,
    hear: OnceLock<Hear>,
    pulse: watch::Sender<()>,
}

type Hear = Arc<dyn Fn(usher_runner::Progress) + Send + Sync>;

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

    pub(crate) fn progress(&self, id: &str) -> Option<usher_runner::Progress> {
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

    /// Something changed that a person who looks on wants to see.
    pub(crate) fn changed(&self) {
        self.pulse.send_replace(());
    }

    /// Ends the scheduler and every cycle, cleanly.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        let ids: Vec<String> = self.lock().keys().cloned().collect();
        for id in ids {
            self.cancel(&id).await;
        }
        // What the scheduler was about to write down or to send is done first.
        let mut pulse = self.pulse.subscribe();
        while self.has_scheduler() && pulse.changed().await.is_ok() {}
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

/// Takes the lock of a connection for a decision that a cycle must not miss: one that runs has read already what is
/// decided about, and would end in ignorance of it. Refused while one runs, here or elsewhere, with who runs it.
pub(crate) fn between_cycles(app: &App, id: &ConnectionId) -> Result<RunLock, CommandError> {
    if app.running.is_running(id.as_str()) {
        return Err(error(ErrorCode::Conflict, Message::new("error-already-running")).retryable());
    }
    Ok(RunLock::acquire(&app.data.connection_path(id).join("run.lock"), &app.holder())?)
}

/// Why a cycle begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    WhenDue,
    ByHand,
}

/// What a run is for.
pub(crate) enum What {
    Cycle { everything: bool, begins: Begins },
    Plan(Box<Plan>),
    Person(Only),
}

/// Runs a cycle of one connection to its end, in this process.
pub(crate) async fn run(
    app: &App,
    loaded: &Loaded,
    connection: &Connection,
    hash: &str,
    what: What,
) -> Result<Report, CommandError> {
    ready(connection)?;
    // One connection has one active runner, and this is not it.
    if !connection.is_local() {
        return Err(error(ErrorCode::Invalid, Message::new("error-entra-runs-it")));
    }
    let path = app.data.connection_path(&loaded.id).join("run.lock");
    let holder = app.holder();
    let lock = RunLock::acquire(&path, &holder)?;
    // Removed, and perhaps made anew, since it was opened: its journal would be written where nobody reads.
    if !loaded.memory.is_current() {
        return Err(missing("connection", loaded.id.as_str()));
    }
    note(app, loaded, &what).await?;
    let progress: Shared<Option<usher_runner::Progress>> = Arc::default();
    let heard = Arc::clone(&progress);
    let host = app.running.hear.get().cloned();
    let watch = Watch::new(move |news| {
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(news);
        if let Some(hear) = &host {
            hear(news);
        }
    });
    app.running.lock().insert(loaded.id.to_string(), Job { watch: watch.clone(), progress });
    app.running.changed();
    let result = locked(app, loaded, connection, hash, what, &lock, &watch).await;
    app.running.lock().remove(loaded.id.as_str());
    app.running.idle.notify_waiters();
    app.running.changed();
    result
}

/// What a person does goes into the audit; cycles that are due have their log.
async fn note(app: &App, loaded: &Loaded, what: &What) -> Result<(), CommandError> {
    match what {
        What::Cycle { begins: Begins::WhenDue, .. } => Ok(()),
        What::Cycle { begins: Begins::ByHand, everything } => {
            audit::note(app, loaded, "run-started", None, &json!({ "everyone": everything })).await
        }
        What::Plan(plan) => {
            let counts = serde_json::to_value(plan.counts).unwrap_or_default();
            audit::note(app, loaded, "apply-begun", Some(&plan.hash), &counts).await
        }
        What::Person(only) => {
            let said = json!({ "people": only.users, "groups": only.groups });
            audit::note(app, loaded, "on-demand", None, &said).await
        }
    }
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
        acting: access::acting(app, connection).await?,
    };
    let revision = Revision { connection, hash };
    let by = preview::person();
    let work = match &what {
        What::Cycle { everything, .. } => Work::Cycle { everything: *everything },
        What::Plan(plan) => Work::Approved { plan: plan.clone(), by: &by },
        What::Person(only) => Work::OnDemand(only),
    };
    Ok(usher_runner::run(&reading, &provider, revision, work, lock, watch).await?)
}

/// One cycle of what is live, and what there is to tell of it. For hosts that wait for it.
pub async fn run_once(app: &App, id: &str) -> Result<Report, CommandError> {
    let ended = run_cycle(app, id, Begins::ByHand).await;
    notice::after(app, id).await;
    ended
}

/// One cycle of what is live.
pub(crate) async fn run_cycle(app: &App, id: &str, begins: Begins) -> Result<Report, CommandError> {
    let loaded = load(app, id).await?;
    let (connection, hash) = live(app, &loaded)?;
    let everything = everything(&loaded).await?;
    run(app, &loaded, &connection, &hash, What::Cycle { everything, begins }).await
}

/// Whether the next cycle looks at everyone again.
pub(crate) async fn everything(loaded: &Loaded) -> Result<bool, CommandError> {
    let restart = |store: &usher_store::Store| {
        Ok(store.state::<life::Memory>(state::LIFE)?.unwrap_or_default().restart)
    };
    Ok(loaded.memory.with::<_, StoreError>(restart).await?)
}

pub(crate) fn live(app: &App, loaded: &Loaded) -> Result<(Connection, String), CommandError> {
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
    let connection = loaded::parse(app, &revision.content)?;
    run(app, &loaded, &connection, &revision.hash, What::Plan(Box::new(plan))).await
}

/// Makes the draft live, without asking: for a connection file that a person runs as it is.
pub async fn make_live(app: &App, id: &str) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    let number = loaded.revision.number;
    let same = loaded.live.as_ref().is_some_and(|live| live.hash == loaded.revision.hash);
    let entry = (!same).then(|| audit::entry(app, "made-live", None, &audit::goes_live(&loaded)));
    let save = move |store: &usher_store::Store| {
        if let Some(entry) = entry {
            store.append_audit(&entry)?;
        }
        store.set_live(number)
    };
    Ok(loaded.memory.with(save).await?)
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
        let runs = loaded.memory.with(|store| store.cycles(100)).await?;
        let ended: Vec<_> = runs.iter().filter(|run| run.ended.is_some()).collect();
        if ended.len() >= number {
            return Ok(rows::cycle(ended[ended.len() - number]));
        }
        idle.await;
    }
}

impl App {
    /// Tells when a cycle begins or ends, and when the scheduler waits.
    pub fn pulse(&self) -> watch::Receiver<()> {
        self.running.pulse.subscribe()
    }

    /// Hears of the progress of every run of this process. The first listener stays.
    pub fn on_progress(&self, hear: impl Fn(usher_runner::Progress) + Send + Sync + 'static) {
        let _ = self.running.hear.set(Arc::new(hear));
    }

    /// Cancels a running cycle: what is in flight is finished, nothing more is sent.
    pub fn cancel(&self, id: &str) {
        if let Some(job) = self.running.lock().get(id) {
            job.watch.cancel.cancel();
        }
    }
}
