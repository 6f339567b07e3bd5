//! Whether a plan may be carried out.

use usher_plan::{Plan, same_decision, verify};
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
    if plan.guards.is_empty() {
        return Ok(());
    }
    let approvable = plan.guards.iter().all(|guard| guard.approvable);
    if approvable && use_stored_approval(reading, plan, run).await? {
        return Ok(());
    }
    Err(RunError::Guarded(Box::new(plan.clone())))
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

/// Uses an approval that a person gave for a plan that decides exactly the same.
async fn use_stored_approval(reading: &Reading, plan: &Plan, run: RunId) -> Result<bool, RunError> {
    let plan = plan.clone();
    let since = jiff::Timestamp::MIN;
    reading
        .memory
        .with(move |store| {
            let Some(hash) = store.state::<String>(state::APPROVED)? else { return Ok(false) };
            let Some(saved) = store.plan(&hash)? else { return Ok(false) };
            let approved: Plan = serde_json::from_str(&saved.body).map_err(RunError::plan_form)?;
            // A forged row fails here: what counts is what was just recomputed from live facts.
            if verify(&approved).is_err() || approved.hash != hash || same_decision(&approved, &plan).is_err()
            {
                return Ok(false);
            }
            let used = store.use_approval(&hash, run, since)?.is_some();
            if used {
                store.remove_state(state::APPROVED)?;
            }
            Ok(used)
        })
        .await
}
