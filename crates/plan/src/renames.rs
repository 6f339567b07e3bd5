//! Names that are given up and taken in one plan: who gives one up goes first. Two who exchange their names cannot, one
//! after the other, without a name that neither shall have.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::draft::Draft;
use crate::model::{Action, EntraObjectId, Failure, Key, ObjectKind, Operation, Reason, Value};
use crate::reasons::Code;

/// By object: names that it takes, and that somebody else has until this plan is carried out.
pub(crate) type Takes = BTreeMap<(ObjectKind, EntraObjectId), Vec<Key>>;

type Name = (ObjectKind, String, String);

fn name(kind: ObjectKind, key: &Key) -> Name {
    (kind, key.attribute.clone(), key.value.to_lowercase())
}

/// Names that an update gives up.
fn given_up(operation: &Operation) -> impl Iterator<Item = Name> + '_ {
    operation.changes.iter().filter_map(|change| match &change.before {
        Some(Value::Text(text)) => Some((operation.kind, change.attribute.to_string(), text.to_lowercase())),
        _ => None,
    })
}

fn taken<'t>(takes: &'t Takes, operation: &Operation) -> &'t [Key] {
    let source = operation.source.clone();
    source.and_then(|source| takes.get(&(operation.kind, source))).map_or(&[], Vec::as_slice)
}

/// Puts updates behind those that free their names. Whose name stays taken fails.
pub(crate) fn order(draft: &mut Draft) {
    if draft.takes.is_empty() {
        return;
    }
    let takes = &draft.takes;
    let (takers, mut ordered): (Vec<Operation>, Vec<Operation>) =
        std::mem::take(&mut draft.updates).into_iter().partition(|one| !taken(takes, one).is_empty());
    let mut free: BTreeSet<Name> = ordered.iter().flat_map(given_up).collect();
    let mut waiting = takers;
    loop {
        let ready = |one: &Operation| taken(takes, one).iter().all(|key| free.contains(&name(one.kind, key)));
        let (now, later): (Vec<Operation>, Vec<Operation>) = waiting.into_iter().partition(ready);
        waiting = later;
        if now.is_empty() {
            break;
        }
        free.extend(now.iter().flat_map(given_up));
        ordered.extend(now);
    }
    let failures = waiting.iter().map(|one| (one, why_not(&waiting, takes, one)));
    let failures: Vec<Failure> = failures
        .filter_map(|(one, reason)| {
            let (source, display) = (one.source.clone()?, one.display.clone());
            Some(Failure { kind: one.kind, source, display, reason })
        })
        .collect();
    draft.failures.extend(failures);
    draft.updates = ordered;
}

/// Whether the names go round in a circle, or somebody has the name who keeps it.
fn why_not(waiting: &[Operation], takes: &Takes, one: &Operation) -> Reason {
    let holders: HashMap<Name, &Operation> =
        waiting.iter().flat_map(|held| given_up(held).map(move |name| (name, held))).collect();
    let mut at = one;
    let mut names = vec![one.display.clone()];
    let attribute = taken(takes, one).first().map_or_else(String::new, |key| key.attribute.clone());
    for _ in 0..waiting.len() {
        let next = taken(takes, at).iter().find_map(|key| holders.get(&name(at.kind, key)));
        let Some(next) = next else { break };
        if next.source == one.source {
            let with = [("attribute", attribute), ("names", names.join(", "))];
            return Code::NamesExchanged.with(with);
        }
        names.push(next.display.clone());
        at = next;
    }
    Code::EntryConflict.with([("attribute", attribute)])
}

/// Says of each operation that takes a name after which one it can be carried out.
pub(crate) fn wait(takes: &Takes, operations: &mut [Operation]) {
    if takes.is_empty() {
        return;
    }
    let updates = operations.iter().filter(|one| one.action == Action::Update);
    let free: HashMap<Name, u32> =
        updates.flat_map(|one| given_up(one).map(move |name| (name, one.id))).collect();
    for one in operations.iter_mut().filter(|one| matches!(one.action, Action::Update | Action::Create)) {
        let keys = taken(takes, one).iter();
        one.after = keys.filter_map(|key| free.get(&name(one.kind, key)).copied()).max();
    }
}
