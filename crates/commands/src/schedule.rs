//! The scheduler of this process: it runs what is on and due, as long as the process lives.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::{SignedDuration, Timestamp};
use usher_engine::cycle::{self as life, CycleResult, Due};
use usher_runner::state;
use usher_store::ConnectionId;

use crate::app::App;
use crate::connections::{self, load};
use crate::dto::{CommandError, ErrorCode};
use crate::running::run_once;

impl App {
    /// Starts the scheduler of this process: it runs what is on and due, as long as the process lives.
    pub fn start_scheduler(self: &Arc<Self>) {
        if !self.running.scheduler.swap(true, Ordering::Relaxed) {
            tokio::spawn(schedule(Arc::clone(self)));
        }
    }
}

/// How long a connection rests whose failure could not even be recorded: its store says that it is due at once, for ever.
const REST: SignedDuration = SignedDuration::from_mins(5);

async fn schedule(app: Arc<App>) {
    let mut resting: BTreeMap<ConnectionId, Timestamp> = BTreeMap::new();
    while !app.running.stop.is_cancelled() {
        let mut next: Option<Timestamp> = None;
        let mut due = due(&app, &mut next).await;
        let now = app.now();
        resting.retain(|_, until| *until > now);
        due.retain(|id| !resting.contains_key(id));
        next = next.into_iter().chain(resting.values().copied()).min();
        let ran = !due.is_empty();
        for id in due {
            // One connection's trouble is in its own record; the others go on.
            let began = app.now();
            if let Err(problem) = run_once(&app, id.as_str()).await {
                tracing::warn!(connection = %id, code = ?problem.code, "the cycle did not come to its end");
                if !note_failure(&app, &id, began, &problem).await {
                    resting.insert(id, app.now().checked_add(REST).unwrap_or(began));
                }
            }
        }
        // When those that just ran are due again is known only now.
        if ran {
            continue;
        }
        tracing::debug!(?next, "the scheduler waits");
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
    if let Err(error) = &noted {
        tracing::error!(connection = %id, %error, "the failure could not be recorded");
    }
    noted.is_ok()
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
