//! Whom the next cycle looks at although their rows in Entra may not have changed since the last one: members and
//! references that a run did not come to when it ended early (what made them due was an account that is there now), and
//! whoever a run on demand wrote between two cycles (what it wrote for may have been taken back since).

use std::collections::BTreeSet;

use usher_engine::{Outcome, UnitEnd};
use usher_plan::{Action, EntraObjectId, ObjectKind, Operation, Plan};
use usher_store::{Store, StoreError};

use crate::error::RunError;
use crate::memory::Memory;
use crate::state;

/// People and groups, each once.
pub(crate) type Undone = BTreeSet<(ObjectKind, EntraObjectId)>;

/// Notes what this run did not come to.
pub(crate) async fn note(memory: &Memory, plan: &Plan, outcome: &Outcome) -> Result<(), RunError> {
    let done = |end: &UnitEnd| matches!(end, UnitEnd::Verified | UnitEnd::Accepted);
    let open = outcome.units.iter().filter(|unit| !done(&unit.end));
    let open = open.filter_map(|unit| plan.operation(unit.unit.operation)).filter(|operation| {
        matches!(operation.action, Action::SetReferences | Action::AddMembers | Action::RemoveMembers)
    });
    remember(memory, open).await
}

/// Notes whom a run on demand is about to write.
pub(crate) async fn note_on_demand(memory: &Memory, plan: &Plan) -> Result<(), RunError> {
    remember(memory, plan.operations.iter()).await
}

async fn remember(memory: &Memory, open: impl Iterator<Item = &Operation>) -> Result<(), RunError> {
    let open: Undone =
        open.filter_map(|operation| Some((operation.kind, operation.source.clone()?))).collect();
    if open.is_empty() {
        return Ok(());
    }
    memory
        .with(move |store| store.update_state(state::UNDONE, |undone: &mut Undone| undone.extend(open)))
        .await
        .map_err(RunError::Store)
}

/// What earlier runs left to the next cycle.
pub(crate) fn load(store: &Store) -> Result<Undone, StoreError> {
    Ok(store.state(state::UNDONE)?.unwrap_or_default())
}

/// A pass that came to its end has looked at all of it.
pub(crate) async fn forget(memory: &Memory) -> Result<(), RunError> {
    let forget = |store: &Store| match store.state::<Undone>(state::UNDONE)? {
        Some(_) => store.remove_state(state::UNDONE),
        None => Ok(()),
    };
    memory.with(forget).await.map_err(RunError::Store)
}
