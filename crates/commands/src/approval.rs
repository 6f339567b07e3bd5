//! The plan that waits for a person: what it is, approving exactly it, and taking that back.

use std::sync::Arc;

use serde_json::json;
use usher_engine::cycle::{self as life, Memory as Life};
use usher_plan::{Plan, verify};
use usher_runner::{RunError, state};
use usher_store::{AuditEntry, Store, StoreError};

use crate::app::App;
use crate::audit;
use crate::dto::{CommandError, ConnectionRef, ErrorCode, Message, PlanRow, WaitingPlan};
use crate::loaded::{Loaded, load};
use crate::problem::error;
use crate::{preview, rows};

/// By how much of its hash a plan has to be named.
const LEAST: usize = 8;

/// The plan that waits for a person, or that a person has approved for the next cycle.
pub async fn waiting(app: &Arc<App>, request: ConnectionRef) -> Result<Option<WaitingPlan>, CommandError> {
    let loaded = load(app, &request.id).await?;
    local(app, &loaded)?;
    let Some(plan) = candidate(&loaded).await? else { return Ok(None) };
    let approval = preview::approval(&loaded, &plan.hash).await?;
    let done = |row: &PlanRow| matches!(row.action.as_str(), "create" | "update" | "disable" | "delete");
    let mut listed: Vec<PlanRow> = rows::plan(&plan).into_iter().filter(done).collect();
    let listed =
        loaded.memory.with(move |store| rows::name_people(store, &mut listed).map(|()| listed)).await?;
    Ok(Some(WaitingPlan {
        hash: plan.hash.clone(),
        made_at: plan.made_at.to_string(),
        counts: rows::counts(&plan),
        guards: preview::guard_notices(&plan),
        rows: listed,
        approved_by: approval.as_ref().map(|approval| approval.who.clone()),
        approved_at: approval.as_ref().map(|approval| approval.at.to_string()),
    }))
}

/// Approves exactly the plan that waits, named by its hash or the beginning of it: whoever has not seen it cannot name it.
pub async fn approve(
    app: &Arc<App>,
    request: ConnectionRef,
    named: &str,
) -> Result<Option<WaitingPlan>, CommandError> {
    let named = named.to_ascii_lowercase();
    if named.len() < LEAST || !named.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(error(ErrorCode::Invalid, Message::new("error-approve-short")));
    }
    let loaded = load(app, &request.id).await?;
    local(app, &loaded)?;
    let Some(plan) = candidate(&loaded).await? else {
        return Err(error(ErrorCode::Stale, Message::new("error-approve-nothing")));
    };
    if !plan.hash.starts_with(&named) {
        return Err(error(ErrorCode::Stale, Message::new("error-approve-other")));
    }
    // Once is enough: a second approval would serve a second run.
    if preview::approval(&loaded, &plan.hash).await?.is_none() {
        record(app, &loaded, &plan, None).await?;
    }
    waiting(app, request).await
}

/// Notes that a person approves a plan for the next cycle, as window and terminal do it.
pub(crate) async fn record(
    app: &App,
    loaded: &Loaded,
    plan: &Plan,
    typed: Option<u32>,
) -> Result<(), CommandError> {
    if plan.guards.iter().any(|guard| !guard.approvable) {
        return Err(error(ErrorCode::Forbidden, Message::new("error-not-approvable")));
    }
    let (who, at) = (preview::person(), app.now());
    let entry = audited(app, plan, "approval-given");
    let hash = plan.hash.clone();
    loaded
        .memory
        .with(move |store| {
            store.approve(&hash, &who, typed, at)?;
            store.append_audit(&entry)?;
            store.set_state(state::APPROVED, &hash)?;
            store.update_state(state::LIFE, life::decided)
        })
        .await?;
    app.running.wake();
    Ok(())
}

/// Takes an approval back that no cycle has used. The plan waits again.
pub async fn withdraw(app: &Arc<App>, request: ConnectionRef) -> Result<Option<WaitingPlan>, CommandError> {
    let loaded = load(app, &request.id).await?;
    local(app, &loaded)?;
    let Some(plan) = approved(&loaded).await? else {
        return Err(error(ErrorCode::NotFound, Message::new("error-withdraw-nothing")));
    };
    let entry = audited(app, &plan, "approval-withdrawn");
    let withdrawn = loaded
        .memory
        .with(move |store| {
            // The row decides between this and a cycle that begins right now: only one of the two gets it.
            if store.withdraw_approvals(&plan.hash)? == 0 {
                return Ok::<_, StoreError>(false);
            }
            store.remove_state(state::APPROVED)?;
            store.append_audit(&entry)?;
            store.update_state(state::LIFE, |memory: &mut Life| life::undecided(memory, &plan.hash))?;
            Ok(true)
        })
        .await?;
    if !withdrawn {
        return Err(error(ErrorCode::Conflict, Message::new("error-withdraw-used")));
    }
    waiting(app, request).await
}

/// Microsoft's service holds its own cycles back.
fn local(app: &App, loaded: &Loaded) -> Result<(), CommandError> {
    let connection = loaded.live_connection(app)?.unwrap_or_else(|| loaded.connection.clone());
    if connection.is_local() {
        Ok(())
    } else {
        Err(error(ErrorCode::Invalid, Message::new("error-approve-entra")))
    }
}

/// What was approved for the next cycle, then what a guard stopped, then what the last preview says it would stop.
async fn candidate(loaded: &Loaded) -> Result<Option<Plan>, CommandError> {
    if let Some(plan) = approved(loaded).await? {
        return Ok(Some(plan));
    }
    let stopped = |store: &Store| {
        let memory: Life = store.state(state::LIFE)?.unwrap_or_default();
        Ok::<_, StoreError>(memory.waiting_for)
    };
    match loaded.memory.with(stopped).await? {
        Some(hash) => read(loaded, hash).await,
        None => preview::guarded(loaded).await,
    }
}

async fn approved(loaded: &Loaded) -> Result<Option<Plan>, CommandError> {
    let hash = loaded.memory.with(|store| store.state::<String>(state::APPROVED)).await?;
    match hash {
        Some(hash) if preview::approval(loaded, &hash).await?.is_some() => read(loaded, hash).await,
        _ => Ok(None),
    }
}

async fn read(loaded: &Loaded, hash: String) -> Result<Option<Plan>, CommandError> {
    let Some(saved) = loaded.memory.with(move |store| store.plan(&hash)).await? else { return Ok(None) };
    let plan: Plan =
        serde_json::from_str(&saved.body).map_err(|problem| RunError::PlanForm(problem.to_string()))?;
    verify(&plan).map_err(|_| RunError::Edited)?;
    Ok(Some(plan))
}

fn audited(app: &App, plan: &Plan, action: &str) -> AuditEntry {
    let guards: Vec<&str> = plan.guards.iter().map(|finding| finding.guard.as_str()).collect();
    let said = json!({ "disable": plan.counts.disable, "delete": plan.counts.delete, "guards": guards });
    audit::entry(app, action, Some(&plan.hash), &said)
}
