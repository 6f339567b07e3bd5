//! Units of work: operations, long membership operations in parts.

use std::collections::BTreeMap;

use usher_plan::{Action, Change, EntraObjectId, Key, Member, ObjectKind, Operation, Reason, ScimId, Value};

use super::halves::Halves;
use crate::{MEMBERS_PER_REQUEST, Origin, Record, State, Undone, UnitId};

/// What is asked of the service provider next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Send the write.
    Send,
    /// Look the object up by its key.
    LookUp,
}

/// How far a unit is in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its turn has not come.
    Waiting,
    /// Its intent is on the way to the journal.
    Intending,
    /// It may go as soon as pace and concurrency allow.
    Ready(Next),
    /// A request is out.
    InFlight { next: Next, sent_at: u64 },
    /// It waits before the next request.
    BackOff(Next),
    /// The service provider accepted it.
    Accepted,
    /// It was listed back.
    Verified,
    /// It ended without success.
    Parked,
}

/// One unit.
#[derive(Debug)]
pub(super) struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Index of the operation.
    pub op: usize,
    /// How far it is.
    pub stage: Stage,
    /// How often it was sent by this process.
    pub attempts: u32,
    /// Failed requests of this process, look-ups included: what the bound on retries counts.
    pub failures: u32,
    /// Look-ups that found nothing since it was last sent.
    pub looks: u32,
    /// The service provider may have processed an earlier request for it.
    pub maybe_processed: bool,
    /// It is looked up before it is sent, because an earlier process did not learn its outcome.
    pub look_first: bool,
    /// The object at the service provider.
    pub target: Option<ScimId>,
    /// How the link was made.
    pub origin: Option<Origin>,
    /// Why it is parked or unknown.
    pub reason: Option<Reason>,
    /// Random values, as the journal has them.
    pub drawn: BTreeMap<String, Value>,
    /// Redacted values, random ones too: in this process and nowhere else.
    pub kept: BTreeMap<String, Value>,
    /// Attributes as they are written, random and redacted values filled in.
    pub filled: Vec<Change>,
    /// Members of this part that can be written, without those who were refused.
    pub members: Vec<ScimId>,
    /// The requests that name them.
    pub halves: Halves,
    /// Members of this part, or people whom an attribute names, that were left out.
    pub left_out: Vec<Undone>,
    /// Attributes that the service provider does not show.
    pub unseen: Vec<String>,
    /// The journal's last word on it.
    pub journaled: Option<State>,
}

impl Unit {
    pub(super) fn new(op: usize, id: UnitId, target: Option<ScimId>) -> Self {
        Unit {
            id,
            op,
            stage: Stage::Waiting,
            attempts: 0,
            failures: 0,
            looks: 0,
            maybe_processed: false,
            look_first: false,
            target,
            origin: None,
            reason: None,
            drawn: BTreeMap::new(),
            kept: BTreeMap::new(),
            filled: Vec::new(),
            members: Vec::new(),
            halves: Halves::default(),
            left_out: Vec::new(),
            unseen: Vec::new(),
            journaled: None,
        }
    }

    /// The journal's line for a new state.
    pub(super) fn record(&mut self, operation: &Operation, state: State) -> Record {
        self.journaled = Some(state);
        Record {
            unit: self.id,
            kind: operation.kind,
            action: operation.action,
            state,
            attempt: self.attempts,
            source: operation.source.clone(),
            target: self.target.clone(),
            origin: self.origin,
            key: operation.key.clone(),
            precondition: operation.observed.clone(),
            drawn: self.drawn.clone(),
            reason: self.reason.clone(),
        }
    }

    /// An earlier process made the object, with random values that it did not write down: what this process drew was
    /// never sent, and cannot be held against what is read back.
    pub(super) fn forget_what_was_not_sent(&mut self, planned: &[Change]) {
        for (filled, planned) in self.filled.iter_mut().zip(planned) {
            if matches!(planned.after, Value::Drawn { redacted: true, .. }) {
                filled.after = planned.after.clone();
            }
        }
    }

    /// Whether nothing is left to send.
    pub(super) fn is_done_sending(&self) -> bool {
        matches!(self.stage, Stage::Accepted | Stage::Verified | Stage::Parked)
    }
}

/// How many phases there are.
pub(super) const PHASES: usize = 4;

/// Order of the writes: people, then references between them, then groups, then memberships.
pub(super) fn phase(operation: &Operation) -> usize {
    match (operation.kind, operation.action) {
        (_, Action::AddMembers | Action::RemoveMembers) => 3,
        (ObjectKind::Group, _) => 2,
        (ObjectKind::User, Action::SetReferences) => 1,
        (ObjectKind::User, _) => 0,
    }
}

/// The units of a plan, in its order.
pub(super) fn units(operations: &[Operation]) -> Vec<Unit> {
    let mut units = Vec::with_capacity(operations.len());
    for (op, operation) in operations.iter().enumerate() {
        let parts = match operation.action {
            Action::AddMembers | Action::RemoveMembers => {
                operation.members.len().div_ceil(MEMBERS_PER_REQUEST).max(1)
            }
            _ => 1,
        };
        for part in 0..parts {
            let id = UnitId { operation: operation.id, part: part as u32 };
            units.push(Unit::new(op, id, operation.target.clone()));
        }
    }
    units
}

/// The members of one part. Parts are cut from the plan's list, so that they are the same after a restart.
pub(super) fn part(operation: &Operation, part: u32) -> &[Member] {
    let start = (part as usize * MEMBERS_PER_REQUEST).min(operation.members.len());
    let end = (start + MEMBERS_PER_REQUEST).min(operation.members.len());
    &operation.members[start..end]
}

/// What two requests must not touch at the same time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Busy {
    /// An object at the service provider.
    Target(ObjectKind, ScimId),
    /// An object in Entra whose account is not known yet.
    Source(ObjectKind, EntraObjectId),
    /// A key about to be taken.
    Key(ObjectKind, Key),
    /// Nothing that can be named.
    Nothing,
}

impl Busy {
    pub(super) fn of(operation: &Operation, unit: &Unit) -> Busy {
        if let Some(target) = &unit.target {
            Busy::Target(operation.kind, target.clone())
        } else if let Some(key) = &operation.key {
            Busy::Key(operation.kind, key.clone())
        } else if let Some(source) = &operation.source {
            Busy::Source(operation.kind, source.clone())
        } else {
            Busy::Nothing
        }
    }
}

/// A reason without parameters.
pub(super) fn reason(code: &str) -> Reason {
    Reason { code: code.to_owned().into(), with: BTreeMap::new() }
}

/// A reason with what the service provider said.
pub(super) fn reason_with(code: &str, name: &str, value: impl Into<String>) -> Reason {
    Reason { code: code.to_owned().into(), with: BTreeMap::from([(name.to_owned(), value.into())]) }
}
