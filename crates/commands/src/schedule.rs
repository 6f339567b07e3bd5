//! The scheduler of this process: it runs what is on and due, as long as the process lives.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use usher_engine::cycle::{self as life, CycleResult, Due};
use usher_engine::notice::silent_at;
use usher_engine::quiet::{Quiet, held};
use usher_runner::config::Connection;
use usher_runner::{Report, state};
use usher_store::{ConnectionId, RunLock};

use crate::app::App;
use crate::connections;
use crate::dto::{CommandError, ErrorCode};
use crate::loaded::load;
use crate::notice;
use crate::running::{Begins, run_cycle};

impl App {
    /// Starts the scheduler of this process: it runs what is on and due, as long as the process lives.
    pub fn start_scheduler(self: &Arc<Self>) {
        self.schedule(None);
    }

    /// The same for one connection alone.
    pub fn start_scheduler_of(self: &Arc<Self>, id: &str) -> Result<(), CommandError> {
        self.schedule(Some(ConnectionId::new(id)?));
        Ok(())
    }

    fn schedule(self: &Arc<Self>, only: Option<ConnectionId>) {
        if !self.running.scheduler.swap(true, Ordering::Relaxed) {
            let app = Arc::clone(self);
            tokio::spawn(async move {
                schedule(&app, only.as_ref()).await;
                app.running.scheduler.store(false, Ordering::Relaxed);
                app.running.changed();
            });
        }
    }
}

/// How long a connection rests whose failure could not even be recorded: its store says that it is due at once, for ever.
const REST: SignedDuration = SignedDuration::from_mins(5);

/// The scheduler looks again after so long, whatever it waits for: a clock that was put back would let it wait until the
/// time that it showed before.
const LOOK_AGAIN: Duration = Duration::from_secs(300);

/// How long one rests that another process runs right now.
const ELSEWHERE: SignedDuration = SignedDuration::from_mins(1);

/// A connection whose cycle is due, and its rhythm.
struct Ready {
    id: ConnectionId,
    interval: SignedDuration,
    quiet: Option<Quiet>,
}

/// How long it is from the beginning of one cycle to that of the next.
fn interval(connection: &Connection) -> SignedDuration {
    SignedDuration::from_mins(i64::from(connection.runner.interval_minutes))
}

/// When the next cycle begins by itself.
pub(crate) fn next_due(connection: &Connection, memory: &life::Memory, now: Timestamp) -> Due {
    held(life::next_due(memory, interval(connection), now), memory, connection.quiet(), now)
}

/// The lock of a process that runs whatever is on in this world: others that show a connection know by it that one lives.
fn lock_of_all(app: &App) -> std::path::PathBuf {
    app.data.path().join("locks").join(format!("scheduler-{}.lock", app.stored_world()))
}

/// Whether a process lives that runs whatever is on, such as the window.
pub(crate) fn runs_elsewhere(app: &App) -> bool {
    RunLock::holder(&lock_of_all(app)).ok().flatten().is_some()
}

async fn schedule(app: &Arc<App>, only: Option<&ConnectionId>) {
    // Where another window has it, that one is known, and this one takes it over once that one has ended.
    let mut lives = None;
    let mut resting: BTreeMap<ConnectionId, Timestamp> = BTreeMap::new();
    while !app.running.stop.is_cancelled() {
        if only.is_none() && lives.is_none() {
            lives = RunLock::acquire(&lock_of_all(app), &app.holder()).ok();
        }
        let mut next: Option<Timestamp> = None;
        let mut due = due(app, only, &mut next).await;
        let now = app.now();
        resting.retain(|_, until| *until > now && until.duration_since(now) <= REST);
        due.retain(|ready| !resting.contains_key(&ready.id));
        next = next.into_iter().chain(resting.values().copied()).min();
        let ran = !due.is_empty();
        for ready in due {
            if app.running.stop.is_cancelled() {
                return;
            }
            // One connection's trouble is in its own record; the others go on.
            let began = app.now();
            if let Some(rest) = cycle(app, &ready, began).await {
                resting.insert(ready.id, app.now().checked_add(rest).unwrap_or(began));
            }
        }
        // When those that just ran are due again is known only now.
        if ran {
            continue;
        }
        app.running.changed();
        tracing::debug!(?next, "the scheduler waits");
        let wait = async {
            match next {
                Some(at) => app.clock.wait_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = wait => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            () = app.running.wake.notified() => {}
            () = app.running.stop.cancelled() => {}
        }
    }
}

/// Runs one cycle and tells what has changed by it; says how long the connection rests where its own record does not.
async fn cycle(app: &App, ready: &Ready, began: Timestamp) -> Option<SignedDuration> {
    let (id, interval) = (ready.id.as_str(), ready.interval);
    notice::late(app, id, interval, ready.quiet.clone()).await;
    let ended = watched(app, id, interval, began).await;
    let Err(problem) = ended else {
        notice::after(app, id).await;
        return None;
    };
    if problem.code == ErrorCode::Conflict && is_running(app, id).await {
        // Another process, or a person here, runs it and writes down how it ends: that is no failure.
        return Some(ELSEWHERE);
    }
    tracing::warn!(connection = id, code = ?problem.code, "the cycle did not come to its end");
    let noted = note_failure(app, &ready.id, began, &problem).await;
    notice::after(app, id).await;
    (!noted).then_some(REST)
}

/// Runs one cycle, and tells once if it does not end.
async fn watched(
    app: &App,
    id: &str,
    interval: SignedDuration,
    began: Timestamp,
) -> Result<Report, CommandError> {
    let cycle = run_cycle(app, id, Begins::WhenDue);
    tokio::pin!(cycle);
    tokio::select! {
        ended = &mut cycle => return ended,
        () = app.clock.wait_until(silent_at(began, interval)) => {}
    }
    // The cycle goes on beside it.
    tokio::select! {
        ended = &mut cycle => return ended,
        () = notice::silent(app, id, began, interval) => {}
    }
    cycle.await
}

async fn is_running(app: &App, id: &str) -> bool {
    load(app, id).await.is_ok_and(|loaded| connections::present(app, &loaded).running)
}

/// Notes a cycle that failed before it could begin (no sign-in, a locked keyring), so that it is not tried again and
/// again at once, and so that people see it. Says whether that could be done.
async fn note_failure(app: &App, id: &ConnectionId, began: Timestamp, problem: &CommandError) -> bool {
    let Ok(loaded) = load(app, id.as_str()).await else { return false };
    let code = serde_json::to_value(problem.code).ok().and_then(|code| code.as_str().map(str::to_owned));
    let credentials = matches!(problem.code, ErrorCode::SignIn | ErrorCode::Keyring);
    let ended = life::Ended {
        cycle: usher_plan::Cycle::Incremental,
        began,
        ended: app.now(),
        result: CycleResult::Failed { code: code.unwrap_or_default(), credentials },
        failed: 0,
        waiting: 0,
        considered: 0,
    };
    let noted = loaded
        .memory
        .with(move |store| {
            store.update_state(state::LIFE, |memory: &mut life::Memory| {
                // What the run itself has recorded says more; what is yet to come, a clock recorded that was ahead.
                let during = began..=ended.ended;
                if memory.last.as_ref().is_none_or(|last| !during.contains(&last.ended)) {
                    life::ended(memory, ended, life::Thresholds::LOCAL);
                }
            })
        })
        .await;
    if let Err(error) = &noted {
        tracing::error!(connection = %id, %error, "the failure could not be recorded");
    }
    noted.is_ok()
}

/// Connections whose cycle is due now; `next` becomes the earliest later one.
async fn due(app: &App, only: Option<&ConnectionId>, next: &mut Option<Timestamp>) -> Vec<Ready> {
    let now = app.now();
    let mut ready = Vec::new();
    let mut all = app.data.connections().unwrap_or_default();
    all.retain(|found| only.is_none_or(|only| *only == found.id));
    for found in all {
        let Ok(loaded) = load(app, found.id.as_str()).await else { continue };
        let Ok(Some(connection)) = loaded.live_connection(app) else { continue };
        if !connection.is_local() {
            continue;
        }
        let memory = loaded.memory.with(|store| store.state::<life::Memory>(state::LIFE)).await;
        let Ok(memory) = memory.map(Option::unwrap_or_default) else { continue };
        match next_due(&connection, &memory, now) {
            Due::Now => {
                let (interval, quiet) = (interval(&connection), connection.quiet().cloned());
                ready.push(Ready { id: found.id, interval, quiet });
            }
            Due::At(at) => *next = Some(next.map_or(at, |earliest| earliest.min(at))),
            Due::Never | Due::AfterDecision => {}
        }
    }
    ready
}
