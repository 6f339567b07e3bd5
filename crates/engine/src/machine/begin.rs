//! How units begin: from the plan, from the journal of a killed run, and when their turn comes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use usher_plan::{Action, Change, Member, ObjectKind, Operation, Reason, ScimId, Value};

use super::finish::Verification;
use super::halves::Halves;
use super::pace::Pace;
use super::unit::{Next, PHASES, Stage, Unit, part, phase, reason, reason_with, units};
use super::{AHEAD, ApplyInput, Machine, Progress, Resume};
use crate::{Origin, State, Undone, Write, codes, latest};

/// Builds the machine, going on from the journal.
pub(super) fn machine(input: ApplyInput) -> Machine {
    let ApplyInput { operations, journal, resume, limits, fill } = input;
    let units = units(&operations);
    let index = units.iter().enumerate().map(|(index, unit)| (unit.id, index)).collect();
    let mut machine = Machine {
        units,
        index,
        resume,
        limits,
        fill,
        pace: Pace::new(limits.requests_per_second),
        jitter: limits.seed,
        started_at: 0,
        before: Vec::new(),
        order: Default::default(),
        begun: 0,
        left: [0; PHASES],
        phase: 0,
        ahead: 0,
        ready: VecDeque::new(),
        timers: BTreeSet::new(),
        busy: BTreeSet::new(),
        in_flight: 0,
        pending: VecDeque::new(),
        outstanding: None,
        batch: 0,
        journal_broken: false,
        accounts: BTreeMap::new(),
        owners: BTreeMap::new(),
        failed: BTreeMap::new(),
        deleted: BTreeSet::new(),
        streak: 0,
        streak_units: BTreeSet::new(),
        verification: Verification::default(),
        halt: None,
        finished: false,
        requests: 0,
        progress: Progress::default(),
        reported_at: None,
        waiting_until: None,
        asks: false,
        operations,
    };
    machine.learn_accounts();
    machine.replay(&journal);
    for index in 0..machine.units.len() {
        let unit = &machine.units[index];
        if unit.stage == Stage::Waiting && (resume == Resume::Continue || unit.look_first) {
            let phase = phase(&machine.operations[unit.op]);
            machine.order[phase].push(index);
            machine.left[phase] += 1;
        }
    }
    machine.progress.total = machine.left.iter().sum::<usize>() as u32;
    machine
}

/// The write of a unit that is ready.
pub(super) fn write(operation: &Operation, unit: &Unit) -> Write {
    let version = || operation.version.clone().filter(|_| !unit.maybe_processed);
    let target = || unit.target.clone().expect("a unit without its object is parked before it is sent");
    match operation.action {
        Action::Create => Write::Create {
            kind: operation.kind,
            source: operation.source.clone(),
            changes: unit.filled.clone(),
        },
        Action::Update | Action::SetReferences | Action::Disable | Action::Link => Write::Update {
            kind: operation.kind,
            target: target(),
            changes: unit.filled.clone(),
            disables: operation.action == Action::Disable,
            version: version(),
        },
        Action::Delete => Write::Delete { kind: operation.kind, target: target(), version: version() },
        Action::AddMembers => Write::AddMembers { group: target(), members: unit.halves.next().to_vec() },
        Action::RemoveMembers => {
            Write::RemoveMembers { group: target(), members: unit.halves.next().to_vec() }
        }
    }
}

impl Machine {
    /// Whose accounts the plan itself names: a look-up must never hand them to someone else.
    fn learn_accounts(&mut self) {
        for operation in &self.operations {
            if let (Some(source), Some(target)) = (&operation.source, &operation.target) {
                self.owners.insert((operation.kind, target.clone()), source.clone());
            }
            for member in &operation.members {
                if let (Some(source), Some(target)) = (&member.source, &member.target) {
                    self.owners.insert((ObjectKind::User, target.clone()), source.clone());
                }
            }
        }
    }

    /// Takes over what an earlier process of the same run left in the journal.
    fn replay(&mut self, journal: &[crate::Record]) {
        for (id, record) in latest(journal) {
            let Some(&index) = self.index.get(&id) else { continue };
            let operation = &self.operations[self.units[index].op];
            let unit = &mut self.units[index];
            unit.journaled = Some(record.state);
            unit.drawn = record.drawn.clone();
            if record.target.is_some() {
                unit.target = record.target.clone();
            }
            unit.origin = record.origin;
            unit.reason = record.reason.clone();
            match record.state {
                State::Accepted | State::Verified => {
                    unit.stage =
                        if record.state == State::Verified { Stage::Verified } else { Stage::Accepted };
                    self.remember(index);
                    // What was written is judged when it is read back.
                    if self.units[index].stage == Stage::Accepted
                        && let Err(reason) = self.prepare(index)
                    {
                        self.units[index].reason = Some(reason);
                    }
                }
                State::Parked => {
                    unit.stage = Stage::Parked;
                    self.remember_failure(index);
                }
                State::Intended | State::Sent | State::Unknown => {
                    if operation.action == Action::Create {
                        unit.look_first = true;
                        let told = unit.reason.take().filter(|why| {
                            // What the service provider said of it decides whether it may be sent again.
                            why.code == codes::CONFLICT || why.code == codes::NOT_SHOWN
                        });
                        // After a 409 it is known that our request made nothing, unless an earlier one may have.
                        unit.maybe_processed = told.is_none() || record.state != State::Intended;
                        unit.reason = told;
                    } else if self.resume == Resume::SettleOnly {
                        // Every write but a create can be repeated: the next plan sees what is there.
                        unit.stage = Stage::Parked;
                        unit.reason = Some(reason(codes::INTERRUPTED));
                        self.record(index, State::Parked, false);
                    } else {
                        unit.maybe_processed = true;
                    }
                }
            }
        }
    }

    /// Begins units of the current phase, some ahead of what can be sent.
    pub(super) fn begin_units(&mut self) {
        while self.phase < self.order.len() && self.ahead < AHEAD {
            let Some(&index) = self.order[self.phase].get(self.begun) else { return };
            self.begun += 1;
            if self.units[index].stage != Stage::Waiting {
                continue;
            }
            if let Err(reason) = self.prepare(index)
                // What may have been made is looked up first, whether or not it could be sent again.
                && !self.units[index].look_first
            {
                if self.operations[self.units[index].op].action == Action::SetReferences {
                    // Whose own account could not be made has failed once, and that is enough.
                    self.accept(index);
                } else {
                    self.park(index, reason);
                }
                continue;
            }
            let unit = &self.units[index];
            let operation = &self.operations[unit.op];
            let is_membership = matches!(operation.action, Action::AddMembers | Action::RemoveMembers);
            if operation.action == Action::Link {
                self.units[index].origin = Some(Origin::Adopted);
                self.accept(index);
            } else if operation.action == Action::SetReferences && unit.filled.is_empty() {
                // Nobody who is named has an account. The person is there all the same, so that nothing has failed.
                self.accept(index);
            } else if is_membership && unit.members.is_empty() {
                // Nothing is left to say to the service provider; who was left out is in the outcome.
                if unit.left_out.is_empty() {
                    self.accept(index);
                } else {
                    self.park(index, reason(codes::NO_MEMBER));
                }
            } else if unit.look_first {
                if operation.key.is_none() {
                    self.park(index, reason(codes::UNKNOWN_OUTCOME));
                    continue;
                }
                self.units[index].stage = Stage::Ready(Next::LookUp);
                self.ready.push_back(index);
            } else {
                self.units[index].stage = Stage::Intending;
                self.ahead += 1;
                self.record(index, State::Intended, true);
            }
        }
    }

    /// Fills in what the plan leaves open: accounts made by this run, then random and redacted values.
    pub(super) fn prepare(&mut self, index: usize) -> Result<(), Reason> {
        let operation = &self.operations[self.units[index].op];
        let unit = &mut self.units[index];
        if unit.target.is_none()
            && let Some(source) = &operation.source
        {
            unit.target = self.accounts.get(&(operation.kind, source.clone())).cloned();
        }
        if unit.target.is_none() && operation.action != Action::Create {
            let code = match operation.kind {
                ObjectKind::User => codes::NO_ACCOUNT,
                ObjectKind::Group => codes::GROUP_MISSING,
            };
            return Err(reason(code));
        }
        unit.members.clear();
        unit.left_out.clear();
        for member in part(operation, unit.id.part) {
            let source = member.source.as_ref().map(|source| (ObjectKind::User, source.clone()));
            let account: Option<&ScimId> = match (&member.target, &source) {
                (Some(target), _) => Some(target),
                (None, Some(source)) => self.accounts.get(source),
                (None, None) => None,
            };
            match account {
                // A deleted account has left its groups already.
                Some(account) if self.deleted.contains(&(ObjectKind::User, account.clone())) => {
                    if operation.action == Action::AddMembers {
                        unit.left_out
                            .push(Undone { member: member.clone(), reason: reason(codes::DELETED_IN_RUN) });
                    }
                }
                Some(account) => unit.members.push(account.clone()),
                None => {
                    let why = source.and_then(|source| self.failed.get(&source)).cloned();
                    let reason = match why {
                        Some(why) => reason_with(codes::PERSON_FAILED, "why", why),
                        None => reason(codes::PERSON_MISSING),
                    };
                    unit.left_out.push(Undone { member: member.clone(), reason });
                }
            }
        }
        unit.members.sort();
        unit.members.dedup();
        unit.halves = Halves::whole(&unit.members);
        self.fill_in(index)
    }

    /// Fills in random and redacted values, and the accounts of people whom attributes name. Each value is filled in once
    /// in this process, so that a repeated request says the same; random ones are in the journal as well, before they are
    /// sent.
    fn fill_in(&mut self, index: usize) -> Result<(), Reason> {
        let unit = &mut self.units[index];
        let operation = &self.operations[unit.op];
        let sends = self.resume == Resume::Continue && unit.stage != Stage::Accepted;
        let mut filled = Vec::with_capacity(operation.changes.len());
        for change in &operation.changes {
            if let Value::Reference(person) = &change.after
                && let Member { source: Some(source), target: None, .. } = &**person
            {
                match self.accounts.get(&(ObjectKind::User, source.clone())) {
                    Some(account) => {
                        let person = Member { target: Some(account.clone()), ..(**person).clone() };
                        let after = Value::Reference(Box::new(person));
                        filled.push(Change { after, ..change.clone() });
                    }
                    None => {
                        let reason = reason_with(codes::UNRESOLVED, "attribute", &*change.attribute);
                        unit.left_out.push(Undone { member: (**person).clone(), reason });
                    }
                }
                continue;
            }
            let known = unit.drawn.get(&*change.attribute).or_else(|| unit.kept.get(&*change.attribute));
            let after = match (&change.after, known) {
                (Value::Drawn { .. } | Value::Redacted { .. }, Some(known)) => known.clone(),
                // Nothing is sent, so nothing is drawn. What another process sent and did not write down cannot be
                // held against what is read back: the next cycle compares it with the source.
                (open @ (Value::Drawn { .. } | Value::Redacted { .. }), None) if !sends => open.clone(),
                (open @ (Value::Drawn { .. } | Value::Redacted { .. }), None) => {
                    let value = (self.fill)(operation, change)?;
                    let journaled = matches!(open, Value::Drawn { redacted: false, .. });
                    let store = if journaled { &mut unit.drawn } else { &mut unit.kept };
                    store.insert(change.attribute.to_string(), value.clone());
                    value
                }
                (value, _) => value.clone(),
            };
            filled.push(Change { attribute: change.attribute.clone(), before: change.before.clone(), after });
        }
        unit.filled = filled;
        Ok(())
    }
}
