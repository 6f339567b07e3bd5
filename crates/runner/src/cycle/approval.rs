//! Whether a plan may be carried out.

use usher_plan::{Changed, Plan, same_decision, verify};
use usher_store::RunId;

use super::{Reading, Work};
use crate::error::RunError;
use crate::state;

/// Whether this plan may be carried out: within the guards, or approved by a person as exactly this plan.
pub(super) async fn allow(
    reading: &Reading,
    plan: &Plan,
    work: &Work<'_>,
    run: RunId,
) -> Result<(), RunError> {
    if let Work::Approved { plan: approved, by } = work {
        same_decision(approved, plan).map_err(|stale| RunError::Stale { changed: stale.changed })?;
        if plan.guards.iter().any(|guard| !guard.approvable) {
            return Err(RunError::Guarded(Box::new(plan.clone())));
        }
        let (hash, by, at) = (plan.hash.clone(), (*by).to_owned(), (reading.clock)());
        let losing = plan.counts.disable + plan.counts.delete;
        return reading
            .memory
            .with(move |store| {
                store.approve(&hash, &by, Some(losing), at)?;
                store.use_approval(&hash, run, at).map(drop)
            })
            .await
            .map_err(RunError::Store);
    }
    let approvable = plan.guards.iter().all(|guard| guard.approvable);
    match stored(reading, plan, run, matches!(work, Work::Cycle { .. })).await? {
        _ if plan.guards.is_empty() => Ok(()),
        Stored::Fits if approvable => Ok(()),
        Stored::Differs(changed) => Err(RunError::Overtaken { plan: Box::new(plan.clone()), changed }),
        Stored::Fits | Stored::Absent => Err(RunError::Guarded(Box::new(plan.clone()))),
    }
}

/// The plan that a person approved for the next cycle.
pub(super) async fn waiting(reading: &Reading) -> Result<Option<Plan>, RunError> {
    reading
        .memory
        .with(|store| {
            let Some(hash) = store.state::<String>(state::APPROVED)? else { return Ok(None) };
            let Some(saved) = store.plan(&hash)? else { return Ok(None) };
            serde_json::from_str(&saved.body).map(Some).map_err(RunError::plan_form)
        })
        .await
}

/// An approval that was stored, beside what was just recomputed from live facts.
enum Stored {
    Absent,
    Fits,
    Differs(Vec<Changed>),
}

/// Uses the approval that a person gave up, where the plan decides exactly the same. Where it does not, a cycle ends the
/// approval: one that is left over must not serve when the same removals come up again much later.
async fn stored(reading: &Reading, plan: &Plan, run: RunId, is_cycle: bool) -> Result<Stored, RunError> {
    let plan = plan.clone();
    let since = jiff::Timestamp::MIN;
    reading
        .memory
        .with(move |store| {
            let Some(hash) = store.state::<String>(state::APPROVED)? else { return Ok(Stored::Absent) };
            let Some(saved) = store.plan(&hash)? else { return Ok(Stored::Absent) };
            let approved: Plan = serde_json::from_str(&saved.body).map_err(RunError::plan_form)?;
            // A forged row fails here: what counts is what was just recomputed from live facts.
            if verify(&approved).is_err() || approved.hash != hash {
                return Ok(Stored::Absent);
            }
            let answer = match same_decision(&approved, &plan) {
                Ok(()) if store.use_approval(&hash, run, since)?.is_some() => Stored::Fits,
                Ok(()) => return Ok(Stored::Absent),
                // What was approved of a draft waits until that draft is live.
                Err(stale) if !is_cycle || stale.changed.contains(&Changed::Configuration) => {
                    return Ok(Stored::Absent);
                }
                Err(stale) => {
                    store.withdraw_approvals(&hash)?;
                    Stored::Differs(stale.changed)
                }
            };
            store.remove_state(state::APPROVED)?;
            Ok(answer)
        })
        .await
}
