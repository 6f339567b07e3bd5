//! Whom the next cycle looks at although their rows in Entra may not have changed since the last one: members and
//! references of a run that ended early (what it came to, and what not, only a look at the group shows), and
//! whoever a run on demand wrote between two cycles (what it wrote for may have been taken back since).

use std::collections::BTreeSet;

use usher_engine::Outcome;
use usher_plan::{Action, EntraObjectId, ObjectKind, Operation, Plan};
use usher_store::{Store, StoreError};

use crate::error::RunError;
use crate::memory::Memory;
use crate::record::came_upon_another;
use crate::state;

/// People and groups, each once.
pub(crate) type Undone = BTreeSet<(ObjectKind, EntraObjectId)>;

/// Notes what this run may not have come to, and whom a create matched with an account that was made meanwhile: what that
/// one says is not what Entra says.
pub(crate) async fn note(memory: &Memory, plan: &Plan, outcome: &Outcome) -> Result<(), RunError> {
    remember(memory, between(plan).chain(matched(plan, outcome))).await
}

/// The same of a run that was killed: what it did come to is not to be done twice, so the groups are looked at.
pub(crate) async fn note_killed(memory: &Memory, plan: &Plan) -> Result<(), RunError> {
    remember(memory, between(plan)).await
}

/// Memberships and references. Done or not: the next pass follows the same changes and knows the members of before.
fn between(plan: &Plan) -> impl Iterator<Item = &Operation> {
    plan.operations.iter().filter(|operation| {
        matches!(operation.action, Action::SetReferences | Action::AddMembers | Action::RemoveMembers)
    })
}

fn matched<'p>(plan: &'p Plan, outcome: &'p Outcome) -> impl Iterator<Item = &'p Operation> {
    let units = outcome.units.iter().filter_map(|unit| Some((plan.operation(unit.unit.operation)?, unit)));
    let matched = units.filter(|(operation, unit)| came_upon_another(operation, unit));
    matched.map(|(operation, _)| operation)
}

/// Notes whom a run on demand is about to write.
pub(crate) async fn note_on_demand(memory: &Memory, plan: &Plan) -> Result<(), RunError> {
    remember(memory, plan.operations.iter()).await
}

async fn remember(memory: &Memory, open: impl Iterator<Item = &Operation>) -> Result<(), RunError> {
    let open: Undone = ids(open);
    if open.is_empty() {
        return Ok(());
    }
    memory
        .with(move |store| store.update_state(state::UNDONE, |undone: &mut Undone| undone.extend(open)))
        .await
        .map_err(RunError::Store)
}

fn ids<'p>(operations: impl Iterator<Item = &'p Operation>) -> Undone {
    operations.filter_map(|operation| Some((operation.kind, operation.source.clone()?))).collect()
}

/// What earlier runs left to the next cycle.
pub(crate) fn load(store: &Store) -> Result<Undone, StoreError> {
    Ok(store.state(state::UNDONE)?.unwrap_or_default())
}

/// A pass that came to its end has looked at all of it, except for what it matched itself.
pub(crate) async fn settled(memory: &Memory, plan: &Plan, outcome: &Outcome) -> Result<(), RunError> {
    let left: Undone = ids(matched(plan, outcome));
    let settle = move |store: &Store| match store.state::<Undone>(state::UNDONE)? {
        Some(_) if left.is_empty() => store.remove_state(state::UNDONE),
        _ if left.is_empty() => Ok(()),
        _ => store.set_state(state::UNDONE, &left),
    };
    memory.with(settle).await.map_err(RunError::Store)
}
