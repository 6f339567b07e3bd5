//! Who is to blame when a request with several members is refused: found by halves, so that one account that the
//! service provider does not take keeps nobody else out of their group.

use usher_plan::{Action, Member, ObjectKind, Operation, Reason, ScimId};

use super::Machine;
use super::unit::{Next, Stage, part};
use crate::{Refusal, Undone};

/// So many members refused one by one, with nobody taken before, and the group itself is to blame.
const HOPELESS: usize = 3;

/// Members of one unit that are still to be written.
#[derive(Debug, Default)]
pub(super) struct Halves {
    /// Requests still to send; the last one goes first.
    to_send: Vec<Vec<ScimId>>,
    /// Whether any was taken.
    taken: bool,
    /// Members who were refused alone.
    refused: usize,
}

impl Halves {
    /// Everybody in one request.
    pub(super) fn whole(members: &[ScimId]) -> Self {
        Self { to_send: vec![members.to_vec()], ..Self::default() }
    }

    /// Whom the next request names.
    pub(super) fn next(&self) -> &[ScimId] {
        self.to_send.last().map(Vec::as_slice).unwrap_or_default()
    }
}

/// Whether a refusal may be the fault of one member among several.
pub(super) fn may_be_one(operation: &Operation, class: Refusal) -> bool {
    let membership = matches!(operation.action, Action::AddMembers | Action::RemoveMembers);
    membership && matches!(class, Refusal::Invalid | Refusal::NotFound | Refusal::Conflict)
}

impl Machine {
    /// The request was accepted: the unit is, once nothing is left of it.
    pub(super) fn taken(&mut self, index: usize) {
        let halves = &mut self.units[index].halves;
        halves.to_send.pop();
        halves.taken = true;
        self.go_on(index, None);
    }

    /// The request was refused: its halves are tried, and a single member is left out.
    pub(super) fn halve(&mut self, index: usize, why: Reason) {
        let unit = &mut self.units[index];
        let Some(mut first) = unit.halves.to_send.pop() else {
            self.park(index, why);
            return;
        };
        if first.len() > 1 {
            let second = first.split_off(first.len() / 2);
            unit.halves.to_send.extend([second, first]);
            self.go_on(index, None);
            return;
        }
        let operation = &self.operations[unit.op];
        let accounts = &self.accounts;
        let is = |member: &&Member| {
            let made = member.source.as_ref().and_then(|id| accounts.get(&(ObjectKind::User, id.clone())));
            member.target.as_ref().or(made).is_some_and(|account| first.contains(account))
        };
        unit.members.retain(|member| !first.contains(member));
        let left_out = part(operation, unit.id.part).iter().filter(is);
        unit.left_out.extend(left_out.map(|member| Undone { member: member.clone(), reason: why.clone() }));
        unit.halves.refused += 1;
        self.go_on(index, Some(why));
    }

    fn go_on(&mut self, index: usize, refused: Option<Reason>) {
        let unit = &mut self.units[index];
        let hopeless = !unit.halves.taken && unit.halves.refused >= HOPELESS;
        match refused {
            Some(why) if hopeless || unit.members.is_empty() => self.park(index, why),
            _ if unit.halves.to_send.is_empty() => self.accept(index),
            _ => {
                unit.stage = Stage::Ready(Next::Send);
                self.ready.push_front(index);
            }
        }
    }
}
