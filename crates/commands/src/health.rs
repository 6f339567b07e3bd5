//! How a running `usher run` is doing, for monitoring: one small object that changes only when something has changed.

use std::sync::Arc;

use serde::Serialize;
use usher_engine::cycle::{self as life, Due};
use usher_runner::state;
use usher_store::{Holder, RunLock, SCHEDULE_LOCK, StoreError};

use crate::app::App;
use crate::connections;
use crate::dto::{CommandError, CycleSummary, Message, Need, ToldNotice};
use crate::loaded::{Loaded, load};
use crate::{notice, operate, rows, schedule};

/// One word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HealthState {
    /// Another process runs the cycles of this connection; this one waits for its end.
    Standby,
    /// A cycle runs.
    Running,
    /// The next cycle is waited for, and the last one was good.
    Waiting,
    /// The next cycle is waited for; something failed in the last one.
    Problems,
    /// Cycles run less often, because too much fails.
    Quarantined,
    /// A plan waits for a person; no cycle runs until then.
    NeedsDecision,
    /// Somebody switched provisioning off, or it gave up.
    Off,
    /// What is in flight is finished, then the process ends.
    Ending,
    /// The process ends now; the lock is free.
    Ended,
}

impl HealthState {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Standby => "standby",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Problems => "problems",
            Self::Quarantined => "quarantined",
            Self::NeedsDecision => "needs-decision",
            Self::Off => "off",
            Self::Ending => "ending",
            Self::Ended => "ended",
        }
    }
}

/// How a running connection is doing.
#[derive(Debug, Clone, Serialize)]
pub struct Health {
    /// When this was found out (ISO 8601).
    pub at: String,
    /// Connection id.
    pub connection: String,
    /// The process.
    pub pid: u32,
    /// One word.
    pub state: HealthState,
    /// Whether nobody has to do anything.
    pub healthy: bool,
    /// The last cycle that ended.
    pub last: Option<CycleSummary>,
    /// When the next cycle is due (ISO 8601).
    pub next: Option<String>,
    /// The last change that was told: cycles that were missed, for example.
    pub notice: Option<ToldNotice>,
    /// What needs a person.
    pub needs: Vec<Need>,
    /// Mails that could not be sent yet.
    pub unsent: u32,
    /// Why not.
    pub unsent_because: Option<Message>,
}

impl Health {
    /// The same in another state.
    #[must_use]
    pub fn in_state(&self, app: &App, state: HealthState) -> Self {
        let healthy = self.healthy && state != HealthState::Ended;
        Self { at: app.now().to_string(), state, healthy, ..self.clone() }
    }
}

/// How a connection is doing in this process.
pub async fn health(app: &App, id: &str) -> Result<Health, CommandError> {
    let loaded = load(app, id).await?;
    let connection = loaded.live_connection(app)?.unwrap_or_else(|| loaded.connection.clone());
    let (memory, runs) = loaded
        .memory
        .with(|store| {
            let memory: life::Memory = store.state(state::LIFE)?.unwrap_or_default();
            Ok::<_, StoreError>((memory, store.cycles(rows::NEWEST)?))
        })
        .await?;
    let now = app.now();
    let state = match connections::present(app, &loaded).running {
        true => HealthState::Running,
        false => waiting(&memory),
    };
    let next = match schedule::next_due(&connection, &memory, now) {
        Due::At(at) => Some(at),
        // One that is due now begins in a moment, and says so.
        Due::Now | Due::Never | Due::AfterDecision => None,
    };
    let outside = notice::outside(&loaded).await?;
    let needs = operate::needs(&memory, now);
    Ok(Health {
        at: now.to_string(),
        connection: loaded.id.to_string(),
        pid: std::process::id(),
        state,
        healthy: needs.is_empty() && matches!(state, HealthState::Running | HealthState::Waiting),
        last: rows::last_cycle(&runs),
        next: next.filter(|_| state != HealthState::Running).map(|at| at.to_string()),
        notice: outside.last,
        needs,
        unsent: outside.unsent,
        unsent_because: outside.because,
    })
}

fn waiting(memory: &life::Memory) -> HealthState {
    match () {
        () if !memory.on => HealthState::Off,
        () if memory.waiting_for.is_some() => HealthState::NeedsDecision,
        () if memory.quarantine.is_some() => HealthState::Quarantined,
        () if memory.last.as_ref().is_some_and(|last| last.result != life::CycleResult::Succeeded) => {
            HealthState::Problems
        }
        () => HealthState::Waiting,
    }
}

/// That this process runs the cycles of a connection. Dropping it, or the end of the process, lets another one do it.
pub struct Schedule {
    _lock: RunLock,
}

/// Who runs the cycles of a connection, if somebody else does.
pub enum Held {
    /// Nobody else: this process does now.
    Ours(Schedule),
    /// This one. Absent while it is still writing down who it is.
    Theirs(Option<Holder>),
}

/// Takes over the cycles of a connection, or says who runs them.
pub async fn take_over(app: &Arc<App>, id: &str) -> Result<Held, CommandError> {
    let loaded = load(app, id).await?;
    match RunLock::acquire(&schedule_lock(app, &loaded), &app.holder()) {
        Ok(lock) => Ok(Held::Ours(Schedule { _lock: lock })),
        Err(StoreError::Held { holder }) => Ok(Held::Theirs(holder)),
        Err(other) => Err(other.into()),
    }
}

/// Who runs a cycle of this connection right now, in another process.
pub async fn cycle_elsewhere(app: &App, id: &str) -> Result<Option<Holder>, CommandError> {
    Ok(connections::runs_elsewhere(app, &load(app, id).await?))
}

/// The lock of whoever runs the cycles: held between them, too, unlike the lock of a run.
pub(crate) fn schedule_lock(app: &App, loaded: &Loaded) -> std::path::PathBuf {
    app.data.connection_path(&loaded.id).join(SCHEDULE_LOCK)
}
