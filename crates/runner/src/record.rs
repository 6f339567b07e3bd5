//! What is recorded of a run: links that became known, log entries, totals, and how the cycle ended.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use usher_engine::cycle::{self as life, CycleResult, Ended, Thresholds};
use usher_engine::{OperationOutcome, Origin, Outcome, UnitEnd, is_refused};
use usher_plan::{
    Action, Code, Counts, Cycle, EntraObjectId, ObjectKind, Only, Operation, PendingState, Plan,
};
use usher_store::{Failing, Kind, Leavers, NewPendingDelete, RunId};

use crate::capabilities::Without;
use crate::config::Connection;
use crate::cycle::{Reading, Report, count};
use crate::error::RunError;
use crate::journal::kind;
use crate::{capabilities, log, state};

/// What follows from the outcome: the provisioning log, dropped links, attributes that never came back.
pub(crate) async fn after(
    reading: &Reading,
    plan: &Plan,
    outcome: &Outcome,
    run: RunId,
) -> Result<(), RunError> {
    let entries = log::entries(plan, outcome, run, (reading.clock)())?;
    let deleted: Vec<(ObjectKind, String)> = outcome
        .units
        .iter()
        // What was accepted and not listed back yet was done too: an interrupted run ends before it reads back.
        .filter(|unit| matches!(unit.end, UnitEnd::Verified | UnitEnd::Accepted))
        .filter_map(|unit| plan.operation(unit.unit.operation))
        .filter(|operation| operation.action == Action::Delete)
        .filter_map(|operation| Some((operation.kind, operation.source.as_ref()?.to_string())))
        .collect();
    let (spent, now) = (spent(plan, outcome), (reading.clock)());
    reading
        .memory
        .with(move |store| {
            store.append_log(&entries)?;
            store.decide(&spent, "usher", now)?;
            for (object, source) in deleted {
                store.remove_link(kind(object), &source)?;
            }
            Ok(())
        })
        .await
        .map_err(RunError::Store)?;
    let (users, groups) = never_seen(plan, outcome);
    capabilities::unseen(&reading.memory, users, groups).await
}

/// Decisions that gave somebody's account to somebody else: they were about these two, and not about whoever comes next.
fn spent(plan: &Plan, outcome: &Outcome) -> Vec<(Kind, String, Option<usher_store::Choice>)> {
    let handed_over = Code::HandedOver.as_str();
    if !plan.skips.iter().any(|skip| skip.reason.code == handed_over) {
        return Vec::new();
    }
    let verified = outcome.units.iter().filter(|unit| unit.end == UnitEnd::Verified);
    let operations = verified.filter_map(|unit| plan.operation(unit.unit.operation));
    let linked = operations.filter(|operation| operation.action == Action::Link);
    linked.filter_map(|one| Some((kind(one.kind), one.target.as_ref()?.to_string(), None))).collect()
}

/// Whether references were left as they are because somebody has no account. It is told, and it is no failure: whoever
/// could not be made has failed, and is tried again together with those who refer to them.
pub(crate) fn is_left_as_it_is(operation: &Operation, unit: &OperationOutcome) -> bool {
    operation.action == Action::SetReferences && (unit.target.is_none() || !unit.left_out.is_empty())
}

/// Notes who failed, so that they are looked at again when they are due, and forgets who no longer does.
pub(crate) async fn note_failing(
    reading: &Reading,
    connection: &Connection,
    plan: &Plan,
    outcome: &Outcome,
    looked_at: Option<&Only>,
) -> Result<(), RunError> {
    let mut failed: BTreeMap<(Kind, String), String> = BTreeMap::new();
    for failure in &plan.failures {
        failed.insert((kind(failure.kind), failure.source.to_string()), failure.reason.code.to_string());
    }
    for unit in &outcome.units {
        let code = match (&unit.end, unit.left_out.first()) {
            (UnitEnd::Parked(reason), _) => reason.code.to_string(),
            (_, Some(undone)) => undone.reason.code.to_string(),
            _ => continue,
        };
        let operation = plan.operation(unit.unit.operation);
        let operation = operation
            .filter(|found| matches!(unit.end, UnitEnd::Parked(_)) || !is_left_as_it_is(found, unit));
        if let Some((operation, source)) = operation.and_then(|found| Some((found, found.source.as_ref()?))) {
            failed.insert((kind(operation.kind), source.to_string()), code);
        }
    }
    let looked_at = looked_at.map(|only| {
        let users = only.users.iter().map(|id| (Kind::User, id.to_string()));
        users.chain(only.groups.iter().map(|id| (Kind::Group, id.to_string()))).collect()
    });
    let interval = SignedDuration::from_mins(connection.runner.interval_minutes.into());
    let now = (reading.clock)();
    reading
        .memory
        .with(move |store| {
            let failed: Vec<_> = failed.into_iter().map(|((kind, id), code)| (kind, id, code)).collect();
            let cycle = Failing { failed: &failed, looked_at: looked_at.as_ref(), now };
            store.note_failing(&cycle, |failures| life::retry_at(failures, interval, now))
        })
        .await
        .map_err(RunError::Store)
}

/// Notes whose delete waits from now on, whose no longer does, and who is managed. Called before the watermark moves: Entra
/// says only once that somebody is gone for good.
pub(crate) async fn note_leavers(reading: &Reading, plan: &Plan) -> Result<(), RunError> {
    let ids = |all: &mut dyn Iterator<Item = (ObjectKind, &EntraObjectId)>| {
        all.map(|(object, id)| (kind(object), id.to_string())).collect::<Vec<_>>()
    };
    let of = |state| plan.pending.iter().filter(move |pending| pending.state == state);
    let begin = of(PendingState::Begins).map(|pending| NewPendingDelete {
        kind: kind(pending.kind),
        source: pending.source.to_string(),
        display: pending.display.clone(),
        code: Code::HardDeleted.as_str().to_owned(),
        since: pending.since,
        due: pending.due,
    });
    let leavers = Leavers {
        begin: begin.collect(),
        end: ids(&mut of(PendingState::Ends).map(|pending| (pending.kind, &pending.source))),
        let_go: ids(&mut plan.lets_go()),
        managed: ids(&mut plan.manages()),
    };
    reading.memory.with(move |store| store.note_leavers(&leavers)).await.map_err(RunError::Store)
}

/// Attributes that no object shows after this run although they were written, with who was written. One object that shows
/// it clears it.
fn never_seen(plan: &Plan, outcome: &Outcome) -> (Without, Without) {
    let (mut unseen, mut seen) = ([Without::new(), Without::new()], [BTreeSet::new(), BTreeSet::new()]);
    for unit in outcome.units.iter().filter(|unit| unit.end == UnitEnd::Verified) {
        let operation = plan.operation(unit.unit.operation);
        let Some(operation) = operation.filter(|found| !is_left_as_it_is(found, unit)) else { continue };
        let at = usize::from(operation.kind == ObjectKind::Group);
        let Some(source) = &operation.source else { continue };
        for change in &operation.changes {
            let path = change.attribute.to_string();
            if unit.unseen.contains(&path) {
                unseen[at].entry(path).or_default().insert(source.to_string());
            } else {
                seen[at].insert(path);
            }
        }
    }
    for (unseen, seen) in unseen.iter_mut().zip(&seen) {
        unseen.retain(|path, _| !seen.contains(path));
    }
    let [users, groups] = unseen;
    (users, groups)
}

/// Whether a create found its name taken by an account that somebody made meanwhile, and matched that one.
pub(crate) fn came_upon_another(operation: &Operation, unit: &OperationOutcome) -> bool {
    operation.action == Action::Create && unit.origin == Some(Origin::Adopted)
}

/// How many failed: in planning, when they were written, and groups of which a member was refused.
fn failed(plan: &Plan, outcome: &Outcome) -> u32 {
    let parked = |unit: &OperationOutcome| matches!(unit.end, UnitEnd::Parked(_));
    let refused = outcome.units.iter().filter(|unit| !parked(unit)).filter(|unit| {
        let membership = plan.operation(unit.unit.operation).filter(|found| !found.members.is_empty());
        membership.is_some() && unit.left_out.iter().any(|undone| is_refused(&undone.reason))
    });
    plan.counts.failed + outcome.totals.parked + count(refused.count())
}

/// What was really done: verified operations instead of planned ones, and everybody who failed.
#[must_use]
pub fn done(plan: &Plan, outcome: &Outcome) -> Counts {
    let mut done = Counts {
        skip: plan.counts.skip,
        no_change: plan.counts.no_change,
        failed: failed(plan, outcome),
        ..Counts::default()
    };
    let mut left_out: BTreeMap<u32, u32> = BTreeMap::new();
    for unit in &outcome.units {
        *left_out.entry(unit.unit.operation).or_default() += count(unit.left_out.len());
    }
    // A long membership operation has several units and counts once.
    let verified = outcome.units.iter().filter(|unit| unit.end == UnitEnd::Verified);
    let verified = verified.filter_map(|unit| Some((plan.operation(unit.unit.operation)?, unit)));
    let mut verified: Vec<(&Operation, Action)> = verified
        .filter(|(operation, unit)| !is_left_as_it_is(operation, unit))
        .map(|(operation, unit)| match came_upon_another(operation, unit) {
            true => (operation, Action::Link),
            false => (operation, operation.action),
        })
        .collect();
    verified.dedup_by_key(|(operation, _)| operation.id);
    let mut updated = BTreeSet::new();
    for (operation, action) in verified {
        let out = left_out.get(&operation.id).copied().unwrap_or_default();
        let members = count(operation.members.len()).saturating_sub(out);
        match action {
            Action::Create => done.create += 1,
            Action::Link => done.link += 1,
            // Whoever was made in this run counts as made, and somebody with two writes counts once.
            Action::Update | Action::SetReferences if operation.target.is_some() => {
                done.update += u32::from(updated.insert((operation.kind, &operation.source)));
            }
            Action::Update | Action::SetReferences => {}
            Action::AddMembers | Action::RemoveMembers if members == 0 => {}
            Action::AddMembers => {
                done.update += 1;
                done.members_added += members;
            }
            Action::RemoveMembers => {
                done.update += 1;
                done.members_removed += members;
            }
            Action::Disable => done.disable += 1,
            Action::Delete => done.delete += 1,
        }
    }
    done
}

pub(crate) async fn record_end(
    reading: &Reading,
    run: RunId,
    began: jiff::Timestamp,
    ended: jiff::Timestamp,
    on_demand: bool,
    result: &Result<Report, RunError>,
) -> Result<(), RunError> {
    let (outcome, counts, failed, considered, cycle) = match result {
        Ok(report) => {
            let planned = report.plan.counts.failed;
            let done = done(&report.plan, &report.outcome);
            let considered = count(report.plan.operations.len()) + report.plan.counts.no_change + planned;
            (
                CycleResult::of(&report.outcome, planned),
                done,
                failed(&report.plan, &report.outcome),
                considered,
                report.plan.cycle,
            )
        }
        Err(RunError::Guarded(plan) | RunError::Overtaken { plan, .. }) => {
            let result = CycleResult::NeedsApproval { plan: plan.hash.clone() };
            (result, plan.counts, 0, 0, plan.cycle)
        }
        Err(RunError::Cancelled) => (CycleResult::Cancelled, Default::default(), 0, 0, Cycle::Incremental),
        Err(error) => {
            let result =
                CycleResult::Failed { code: error.code().to_owned(), credentials: error.lost_credentials() };
            (result, Default::default(), 0, 0, Cycle::Incremental)
        }
    };
    let wrong = |error| RunError::plan_form(error);
    let (outcome_text, counts_text) =
        (serde_json::to_string(&outcome).map_err(wrong)?, serde_json::to_string(&counts).map_err(wrong)?);
    // The plan that somebody handed over no longer fits: nothing was written, and the last cycle is still the last.
    let refused = matches!(result, Err(RunError::Stale { .. }));
    let mut ended_cycle = Ended { cycle, began, ended, result: outcome, failed, waiting: 0, considered };
    reading
        .memory
        .with(move |store| {
            store.end_run(run, ended, &outcome_text, &counts_text)?;
            if refused {
                store.refuse_run(run)?;
            }
            if on_demand || refused {
                return Ok(());
            }
            // Of a cycle that a guard stopped, or that could not read, nobody knows out of how many: that is no share to
            // quarantine for.
            if ended_cycle.result.is_settled() {
                ended_cycle.waiting = count(store.retries()?.len());
            }
            if ended_cycle.result == CycleResult::Succeeded && ended_cycle.failing() > 0 {
                ended_cycle.result = CycleResult::EntryLevelErrors;
            }
            if ended_cycle.cycle == Cycle::Incremental {
                let (people, groups) = store.count_links()?;
                ended_cycle.considered =
                    ended_cycle.considered.max(people + groups).max(ended_cycle.failing());
            }
            store.update_state(state::LIFE, |memory: &mut life::Memory| {
                life::ended(memory, ended_cycle, Thresholds::LOCAL);
            })
        })
        .await
        .map_err(RunError::Store)
}
