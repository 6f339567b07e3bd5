//! Carrying a plan out, and finding out what became of the writes of earlier ones.

use std::sync::Arc;

use usher_engine::{
    ApplyInput, End, Fill, Limits, Machine, OperationOutcome, Outcome, Record, Resume, State, StopReason,
    UnitEnd, drive,
};
use usher_goto::ServiceProvider;
use usher_plan::{DigestKey, ExistingAccounts, Filling, Plan};
use usher_store::{Run, RunId, Store, StoreError};

use super::Reading;
use super::tables::tables;
use crate::capabilities;
use crate::config::Connection;
use crate::error::RunError;
use crate::journal::{RunJournal, records};
use crate::memory::Memory;
use crate::progress::{Pace, Phase, Progress, Watch};
use crate::record::after;
use crate::state;
use crate::target::{Paths, Writer};
use crate::undone;

#[allow(clippy::too_many_arguments)] // the parts of one run; a struct would only rename them
pub(super) async fn apply(
    reading: &Reading,
    connection: &Connection,
    plan: &Plan,
    run: RunId,
    resume: Resume,
    journal: Vec<Record>,
    writer: Arc<Writer>,
    fill: Fill,
    watch: &Watch,
) -> Outcome {
    let operations = Arc::new(plan.operations.clone());
    let machine = Machine::new(ApplyInput {
        operations: plan.operations.clone(),
        journal,
        resume,
        limits: Limits {
            concurrency: concurrency(connection.runner.requests_per_second),
            requests_per_second: connection.runner.requests_per_second,
            seed: run.0.unsigned_abs(),
        },
        fill,
    });
    let asks = connection.guards.existing_accounts == ExistingAccounts::Ask;
    let machine = machine.asking(asks).after_requests(writer.recent().await);
    let durable = RunJournal::new(reading.memory.clone(), run, Arc::clone(&reading.clock), operations);
    let cancelled = watch.cancel.clone().cancelled_owned();
    let hears = watch.clone();
    drive(machine, writer, Arc::new(durable), cancelled, move |progress| {
        hears.tell(Progress {
            phase: if progress.verifying { Phase::Verifying } else { Phase::Writing },
            done: progress.done,
            total: progress.total,
            remaining: progress.remaining,
            pace: Some(Pace {
                rate: progress.rate,
                ceiling: progress.ceiling,
                waiting: progress.waiting_until.is_some(),
            }),
        });
    })
    .await
}

/// As many at a time as keep the pace up where an answer takes half a second: the rate is the limit, not the way there.
fn concurrency(requests_per_second: u32) -> u32 {
    if requests_per_second == 0 { 8 } else { (requests_per_second / 2).clamp(2, 8) }
}

/// Fills in what the plan left open: every random value from 256 bits of its own, redacted ones from what was just read.
pub(super) fn filled(filling: Filling) -> Fill {
    Box::new(move |operation, change| filling.value(operation, change, rand::random()))
}

/// A run that only settles sends nothing, so it fills nothing in.
fn unfilled() -> Fill {
    Box::new(|_, change| {
        Err(usher_plan::Code::OpenValueGone.with([("attribute", change.attribute.to_string())]))
    })
}

/// The key of this connection's digests, made when it is first needed. It never leaves the connection's memory: a plan
/// that is handed over elsewhere holds digests that say nothing there, and is out of date.
pub async fn digest_key(memory: &Memory) -> Result<DigestKey, RunError> {
    let fresh: [u8; 32] = rand::random();
    let kept = memory
        .with(move |store| {
            store.update_state(state::DIGEST_KEY, |kept: &mut Option<[u8; 32]>| *kept.get_or_insert(fresh))
        })
        .await
        .map_err(RunError::Store)?;
    Ok(DigestKey::new(kept))
}

/// Finds out what became of the writes of runs that were killed, stopped or cancelled. Nothing is written to the service
/// provider.
pub(super) async fn settle_earlier(
    reading: &Reading,
    provider: &ServiceProvider,
    connection: &Connection,
    watch: &Watch,
) -> Result<(), RunError> {
    let earlier = reading.memory.with(unsettled).await.map_err(RunError::Store)?;
    for run in earlier {
        let lines = records(&reading.memory, run.id).await.map_err(RunError::Store)?;
        let hash = run.plan.clone().unwrap_or_default();
        let saved = reading.memory.with(move |store| store.plan(&hash)).await.map_err(RunError::Store)?;
        let plan: Option<Plan> = match saved {
            Some(saved) => Some(serde_json::from_str(&saved.body).map_err(RunError::plan_form)?),
            None => None,
        };
        if let Some(plan) = plan.as_ref().filter(|_| run.ended.is_none()) {
            undone::note_killed(&reading.memory, plan).await?;
        }
        if let Some(plan) = plan.filter(|_| !usher_engine::open_units(&lines).is_empty()) {
            let (users, groups) = tables(connection.profile, &connection.mappings)?;
            let known = capabilities::known(provider, connection, &reading.memory, (reading.clock)()).await?;
            let provider = provider.with_capabilities(known.record().clone());
            let writer = Writer::new(provider, reading.memory.clone(), Paths::of(&users, &groups));
            let outcome = apply(
                reading,
                connection,
                &plan,
                run.id,
                Resume::SettleOnly,
                lines.clone(),
                writer,
                unfilled(),
                watch,
            )
            .await;
            match outcome.end {
                End::Completed => {}
                End::Cancelled => return Err(RunError::Cancelled),
                // Every create was looked up before that. A service provider that lists nothing back does not hold up
                // every cycle from then on.
                End::Stopped { why: StopReason::ReadBackRefused, .. } if run.ended.is_some() => {}
                End::Stopped { why, .. } => return Err(RunError::NotSettled { why }),
            }
            match run.ended {
                None => after(reading, &plan, &outcome, run.id).await?,
                Some(_) => {
                    let (plan, outcome) = news(&plan, &lines, &outcome);
                    after(reading, &plan, &outcome, run.id).await?;
                }
            }
            undone::note(&reading.memory, &plan, &outcome).await?;
        }
        if run.ended.is_none() {
            let ended = (reading.clock)();
            reading
                .memory
                .with(move |store| store.end_run(run.id, ended, r#"{"kind":"interrupted"}"#, "{}"))
                .await
                .map_err(RunError::Store)?;
        }
    }
    reading.memory.with(Store::note_settled).await.map_err(RunError::Store)
}

/// Runs that never ended, and those that ended with writes of which nobody knows what became, oldest first.
fn unsettled(store: &Store) -> Result<Vec<Run>, StoreError> {
    let mut runs = store.unfinished_runs()?;
    for id in store.unsettled_runs()? {
        if runs.iter().all(|run| run.id != id) {
            runs.push(store.run(id)?);
        }
    }
    runs.sort_by_key(|run| run.id);
    Ok(runs)
}

/// What became known only now of a run that ended by itself: the rest is in the log since then.
fn news(plan: &Plan, before: &[Record], outcome: &Outcome) -> (Plan, Outcome) {
    let before = usher_engine::latest(before);
    let is_news =
        |unit: &OperationOutcome| match (before.get(&unit.unit).map(|record| record.state), &unit.end) {
            (None | Some(State::Verified | State::Parked), _) => false,
            (Some(State::Accepted), end) => matches!(end, UnitEnd::Parked(_)),
            (Some(_), UnitEnd::Parked(reason)) => reason.code != usher_engine::INTERRUPTED,
            (Some(_), _) => true,
        };
    let units = outcome.units.iter().filter(|unit| is_news(unit)).cloned().collect();
    let plan = Plan {
        skips: Vec::new(),
        failures: Vec::new(),
        notes: Vec::new(),
        pending: Vec::new(),
        ..plan.clone()
    };
    (plan, Outcome { units, ..outcome.clone() })
}
