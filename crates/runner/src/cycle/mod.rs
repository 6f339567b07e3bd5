//! A cycle: read, plan, guard, apply, record. `preview` is the first half, and holds nothing that could write.

mod absent;
mod apply;
mod approval;
mod around;
mod preview;
mod tables;

use usher_engine::{Outcome, Resume};
use usher_goto::ServiceProvider;
use usher_plan::{Cycle, Only, Plan, verify};
use usher_store::{NewRun, RunId, RunLock, SavedPlan};

use crate::capabilities;
use crate::config::Connection;
use crate::error::RunError;
use crate::progress::Watch;
use crate::record::{after, note_failing, note_leavers, record_end};
use crate::source::{self, Extent};
use crate::target::Writer;
use crate::{pace, retention, undone};

pub use apply::digest_key;
pub use preview::{
    Prepared, Reader, Reading, Revision, Survey, decisions, preview, preview_with_accounts, survey, why,
};

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What is carried out.
pub enum Work<'a> {
    /// A cycle: within the guards by itself, else only with an approval that is stored for exactly this plan.
    Cycle {
        /// Look at everyone again.
        everything: bool,
    },
    /// Exactly this plan, which a person approves by handing it over; refused when it no longer fits the world.
    Approved {
        /// The plan.
        plan: Box<Plan>,
        /// Who approves it.
        by: &'a str,
    },
    /// Named objects only.
    OnDemand(&'a Only),
}

/// What a run did.
pub struct Report {
    /// Its number.
    pub run: RunId,
    /// The plan that was carried out.
    pub plan: Plan,
    /// What became of it.
    pub outcome: Outcome,
    /// People and groups who failed in this cycle or before and wait for another try.
    pub waiting: u32,
}

/// Runs one cycle. The lock is the proof that nobody else does at the same time.
pub async fn run(
    reading: &Reading,
    provider: &ServiceProvider,
    revision: Revision<'_>,
    work: Work<'_>,
    _lock: &RunLock,
    watch: &Watch,
) -> Result<Report, RunError> {
    let began = (reading.clock)();
    pace::recall(provider, &reading.memory, began).await?;
    let settled = apply::settle_earlier(reading, provider, revision.connection, watch).await;
    let extent = match &work {
        Work::Cycle { everything: true } => Extent::Everyone { reread: true },
        // A plan that a person has approved comes about only by looking at as much as it did.
        Work::Cycle { everything: false } => match approval::waiting(reading).await? {
            Some(plan) => extent_of(&plan),
            None => Extent::Changes,
        },
        Work::Approved { plan, .. } => {
            check_file(plan, revision.connection)?;
            plan.mending.as_ref().map_or_else(|| extent_of(plan), Extent::Mending)
        }
        Work::OnDemand(only) => Extent::Only(only),
    };
    let on_demand = matches!(extent, Extent::Only(_) | Extent::Mending(_));
    let new = NewRun {
        cycle: if on_demand { "onDemand" } else { "cycle" }.to_owned(),
        runner: "local".to_owned(),
        began,
        plan: None,
    };
    let run = reading.memory.with(move |store| store.begin_run(&new)).await.map_err(RunError::Store)?;
    let result = match settled {
        Ok(()) => attempt(reading, provider, revision, &work, extent, run, watch).await,
        // Nothing new is begun, and people see why.
        Err(error) => Err(error),
    };
    let ended = (reading.clock)();
    record_end(reading, run, began, ended, on_demand, &result).await?;
    pace::keep(provider, &reading.memory, ended).await?;
    result
}

/// As much as a plan looked at.
fn extent_of(plan: &Plan) -> Extent<'static> {
    match plan.cycle {
        Cycle::Initial => Extent::Everyone { reread: plan.watermark == source::FROM_THE_BEGINNING },
        Cycle::Incremental | Cycle::OnDemand => Extent::Changes,
    }
}

/// Refuses a plan that was edited, or that belongs elsewhere, before anything is read.
fn check_file(plan: &Plan, connection: &Connection) -> Result<(), RunError> {
    verify(plan).map_err(|_| RunError::Edited)?;
    if plan.connection != connection.id {
        return Err(RunError::OtherConnection);
    }
    if plan.practice != connection.practice {
        return Err(RunError::OtherWorld);
    }
    Ok(())
}

async fn attempt(
    reading: &Reading,
    provider: &ServiceProvider,
    revision: Revision<'_>,
    work: &Work<'_>,
    extent: Extent<'_>,
    run: RunId,
    watch: &Watch,
) -> Result<Report, RunError> {
    let prepared = preview(reading, revision, extent, watch).await?;
    let Prepared { plan, about, source, settled, known, paths, makes_again, filling, .. } = prepared;
    save_plan(reading, &plan, run).await?;
    approval::allow(reading, &plan, work, run).await?;
    if makes_again {
        source::look_at_everyone(&reading.memory).await?;
    }
    if plan.cycle == Cycle::OnDemand {
        undone::note_on_demand(&reading.memory, &plan).await?;
    }
    let provider = provider.with_capabilities(known.record().clone());
    let writer = Writer::proving(provider, reading.memory.clone(), paths, known.may_prove_member_patch());
    let fill = apply::filled(filling);
    let connection = revision.connection;
    let outcome = apply::apply(
        reading,
        connection,
        &plan,
        run,
        Resume::Continue,
        Vec::new(),
        writer.clone(),
        fill,
        watch,
    )
    .await;
    if let Some(found) = writer.proven() {
        capabilities::learned(&reading.memory, found).await?;
    }
    after(reading, &plan, &outcome, run).await?;
    undone::note(&reading.memory, &plan, &outcome).await?;
    // The watermark moves last, and only for a pass over everything that changed.
    if outcome.is_settled() {
        note_leavers(reading, &plan).await?;
        if plan.cycle != Cycle::OnDemand {
            source.save(&reading.memory).await?;
            settled.save(&reading.memory).await?;
            undone::settled(&reading.memory, &plan, &outcome).await?;
        }
        note_failing(reading, connection, &plan, &outcome, about.as_ref()).await?;
        retention::purge(reading, connection.runner.log_days).await?;
    }
    let waiting = match work {
        Work::Cycle { .. } => {
            let retries = reading.memory.with(|store| store.retries()).await.map_err(RunError::Store)?;
            count(retries.len())
        }
        // Only cycles try again.
        Work::Approved { .. } | Work::OnDemand(_) => 0,
    };
    Ok(Report { run, plan, outcome, waiting })
}

async fn save_plan(reading: &Reading, plan: &Plan, run: RunId) -> Result<(), RunError> {
    let (saved, cycle) = (saved(plan)?, plan.cycle);
    reading
        .memory
        .with(move |store| {
            store.put_plan(&saved)?;
            store.set_run_plan(run, &saved.hash, cycle.word())
        })
        .await
        .map_err(RunError::Store)
}

/// A plan in the form in which it is stored.
pub fn saved(plan: &Plan) -> Result<SavedPlan, RunError> {
    let body = serde_json::to_string(plan).map_err(RunError::plan_form)?;
    Ok(SavedPlan { hash: plan.hash.clone(), made_at: plan.made_at, body })
}
