//! What answers mean: accepted, again later, looked up first, parked, or the end of the run.

use usher_plan::{Action, EntraObjectId, Reason, ScimId};

use super::discretion::discreet;
use super::halves::may_be_one;
use super::pace::AfterThrottle;
use super::unit::{Next, Stage, phase, reason, reason_with};
use super::{Machine, Resume, TRIES};
use crate::{End, LookUp, Origin, Refusal, Reply, State, StopReason, Trouble, codes};

/// Failed requests in a row, over so many units, after which the service provider counts as unreachable: not one
/// object is to blame, and going on would park everyone.
const STREAK: u32 = 20;
const STREAK_UNITS: usize = 8;

/// Back-off of a unit doubles from here.
const FIRST_BACK_OFF: u64 = 1000;

/// Look-ups that find nothing before a create that may have been processed counts as not processed. They span about
/// fifteen seconds, for lists that lag behind.
const LOOKS: u32 = 4;

/// The longest back-off of a unit, whatever `Retry-After` says: a longer one is left to the next cycle.
const LAST_BACK_OFF: u64 = 300_000;

impl Machine {
    /// Takes the reply to a write.
    pub(super) fn replied(&mut self, index: usize, reply: Reply, now: u64) {
        let operation = &self.operations[self.units[index].op];
        let reply = discreet(operation, &self.units[index], reply);
        let action = operation.action;
        let creates = action == Action::Create;
        match reply {
            Reply::Done { target, .. } => {
                self.welcome();
                if creates && target.is_none() {
                    self.made_without_id(index, now);
                    return;
                }
                if creates {
                    self.units[index].target = target;
                    self.units[index].origin = Some(Origin::Created);
                }
                match action {
                    Action::AddMembers | Action::RemoveMembers => self.taken(index),
                    _ => self.accept(index),
                }
            }
            Reply::NotProcessed { detail } => {
                self.record(index, State::Intended, false);
                if self.units[index].failures + 1 >= TRIES {
                    // It never got there: that is no fault of this object.
                    self.units[index].stage = Stage::Waiting;
                    self.stop(End::Stopped { why: StopReason::TargetUnreachable, detail });
                } else {
                    self.trouble(index, &detail);
                    self.again(index, Next::Send, "target-unreachable", None, now);
                }
            }
            Reply::Unknown { detail } => self.unknown(index, "no-reply", detail, None, now),
            Reply::Refused { class, detail, retry_after } => {
                self.refused(index, action, class, detail, retry_after, now)
            }
        }
    }

    fn refused(
        &mut self,
        index: usize,
        action: Action,
        class: Refusal,
        detail: String,
        retry_after: Option<u64>,
        now: u64,
    ) {
        match class {
            Refusal::Authentication | Refusal::QuotaSpent | Refusal::WrongAddress => {
                let why = match class {
                    Refusal::Authentication => StopReason::LostAuthentication,
                    Refusal::WrongAddress => StopReason::WrongAddress,
                    _ => StopReason::QuotaSpent,
                };
                self.record(index, State::Intended, false);
                self.units[index].stage = Stage::Waiting;
                self.stop(End::Stopped { why, detail });
            }
            Refusal::Throttled => {
                self.record(index, State::Intended, false);
                self.throttled(index, Next::Send, retry_after, detail, now);
            }
            Refusal::Server => self.unknown(index, class.code(), detail, retry_after, now),
            Refusal::NotFound if action == Action::Delete => {
                self.welcome();
                self.accept(index);
            }
            Refusal::Conflict if action == Action::Create => {
                self.welcome();
                if self.operations[self.units[index].op].key.is_none() {
                    self.park(index, reason_with(codes::CONFLICT, "detail", detail));
                    return;
                }
                self.units[index].reason = Some(reason_with(class.code(), "detail", detail));
                let unsure = self.units[index].maybe_processed;
                self.record(index, if unsure { State::Unknown } else { State::Intended }, false);
                self.units[index].stage = Stage::Ready(Next::LookUp);
                self.ready.push_front(index);
            }
            class if may_be_one(&self.operations[self.units[index].op], class) => {
                self.welcome();
                self.halve(index, reason_with(class.code(), "detail", detail));
            }
            class => {
                self.welcome();
                self.park(index, reason_with(class.code(), "detail", detail));
            }
        }
    }

    /// Accepted without an id: the id is found by the key, and whatever the list shows, it is never sent again.
    fn made_without_id(&mut self, index: usize, now: u64) {
        let has_key = self.operations[self.units[index].op].key.is_some();
        self.units[index].maybe_processed = true;
        // The journal's reason is what another process knows it by.
        self.units[index].reason = Some(reason(codes::NOT_SHOWN));
        if !has_key {
            self.park(index, reason(codes::UNKNOWN_OUTCOME));
            return;
        }
        self.record(index, State::Unknown, false);
        self.again(index, Next::LookUp, "no-reply", None, now);
    }

    /// The request may have been processed.
    fn unknown(&mut self, index: usize, code: &str, detail: String, retry_after: Option<u64>, now: u64) {
        let operation = &self.operations[self.units[index].op];
        let creates = operation.action == Action::Create;
        let has_key = operation.key.is_some();
        self.units[index].reason = Some(reason_with(code, "detail", detail.clone()));
        self.units[index].maybe_processed = true;
        self.record(index, State::Unknown, false);
        self.trouble(index, &detail);
        if !creates {
            // Every other write says what shall be, so that saying it twice changes nothing.
            self.again(index, Next::Send, code, retry_after, now);
        } else if has_key {
            self.again(index, Next::LookUp, code, retry_after, now);
        } else {
            self.park(index, reason(codes::UNKNOWN_OUTCOME));
        }
    }

    /// Takes what a look-up found.
    pub(super) fn looked_up(&mut self, index: usize, result: LookUp, now: u64) {
        let operation = &self.operations[self.units[index].op];
        match result {
            LookUp::Found { target, linked_to } => {
                self.welcome();
                let other = self.owner_other_than(index, &target, linked_to);
                if let Some(other) = other {
                    self.park(index, reason_with(codes::LINKED_TO_ANOTHER, "source", other.to_string()));
                    return;
                }
                if self.asks && !self.units[index].maybe_processed {
                    self.park(index, reason(codes::MEANWHILE));
                    return;
                }
                let unit = &mut self.units[index];
                if unit.look_first && unit.attempts == 0 {
                    unit.forget_what_was_not_sent(&self.operations[unit.op].changes);
                }
                unit.target = Some(target);
                unit.origin = Some(if unit.maybe_processed { Origin::Created } else { Origin::Adopted });
                self.accept(index);
            }
            LookUp::NotFound => {
                self.welcome();
                self.not_found(index, now);
            }
            LookUp::Several { count } => {
                self.welcome();
                self.park(index, reason_with(codes::DUPLICATE, "count", count.to_string()));
            }
            LookUp::Failed(Trouble::Authentication { detail }) => {
                self.units[index].stage = Stage::Waiting;
                self.stop(End::Stopped { why: StopReason::LostAuthentication, detail });
            }
            LookUp::Failed(Trouble::QuotaSpent { detail }) => {
                self.units[index].stage = Stage::Waiting;
                self.stop(End::Stopped { why: StopReason::QuotaSpent, detail });
            }
            LookUp::Failed(Trouble::WrongAddress { detail }) => {
                self.units[index].stage = Stage::Waiting;
                self.stop(End::Stopped { why: StopReason::WrongAddress, detail });
            }
            LookUp::Failed(Trouble::Throttled { retry_after }) => {
                self.throttled(index, Next::LookUp, retry_after, "429 to a look-up".to_owned(), now);
            }
            LookUp::Failed(Trouble::Temporary { detail }) => {
                self.trouble(index, &detail);
                self.again(index, Next::LookUp, "no-reply", None, now);
            }
            LookUp::Failed(Trouble::Permanent { detail }) => {
                let name = operation.key.as_ref().map(|key| key.attribute.clone()).unwrap_or_default();
                tracing::warn!(attribute = name, "the service provider refuses to look up by this attribute");
                self.park(index, reason_with(codes::LOOK_UP_REFUSED, "detail", detail));
            }
        }
    }

    /// Lists lag behind what was accepted: what may have been made is looked for several times before anything else
    /// follows from its absence.
    fn not_found(&mut self, index: usize, now: u64) {
        let unit = &mut self.units[index];
        let told = |code| unit.reason.as_ref().is_some_and(|why| why.code == code);
        let (made, taken) = (told(codes::NOT_SHOWN), told(codes::CONFLICT));
        unit.looks += 1;
        if unit.maybe_processed && unit.looks < LOOKS {
            let wait = FIRST_BACK_OFF << unit.looks;
            self.back_off(index, Next::LookUp, wait, 0, now);
        } else if made || (taken && unit.maybe_processed) {
            self.park(index, reason(codes::NOT_SHOWN));
        } else if taken {
            // The key is taken where we cannot see it: for GoTo, an identity outside the organisation.
            self.park(index, reason(codes::OUTSIDE));
        } else if self.resume == Resume::SettleOnly {
            self.park(index, reason(codes::INTERRUPTED));
        } else if let Err(reason) = self.prepare(index) {
            self.park(index, reason);
        } else {
            self.units[index].reason = None;
            self.units[index].looks = 0;
            self.units[index].stage = Stage::Ready(Next::Send);
            self.record(index, State::Intended, false);
            self.ready.push_front(index);
        }
    }

    /// To whom a found account belongs, when that is someone else.
    fn owner_other_than(
        &self,
        index: usize,
        target: &ScimId,
        linked_to: Option<EntraObjectId>,
    ) -> Option<EntraObjectId> {
        let operation = &self.operations[self.units[index].op];
        let owner = linked_to.or_else(|| self.owners.get(&(operation.kind, target.clone())).cloned())?;
        (operation.source.as_ref() != Some(&owner)).then_some(owner)
    }

    fn throttled(&mut self, index: usize, next: Next, retry_after: Option<u64>, detail: String, now: u64) {
        let sent_at = match self.units[index].stage {
            Stage::InFlight { sent_at, .. } => sent_at,
            _ => now,
        };
        self.units[index].stage = Stage::Ready(next);
        match self.pace.throttled(Some(sent_at), now, retry_after) {
            AfterThrottle::WaitUntil(until) => {
                self.waiting_until = Some(until);
                self.ready.push_front(index);
            }
            AfterThrottle::Spent => {
                self.units[index].stage = Stage::Waiting;
                self.stop(End::Stopped { why: StopReason::QuotaSpent, detail });
            }
        }
    }

    fn again(&mut self, index: usize, next: Next, code: &str, retry_after: Option<u64>, now: u64) {
        let unit = &mut self.units[index];
        if unit.failures + 1 >= TRIES {
            let made = unit.reason.as_ref().is_some_and(|why| why.code == codes::NOT_SHOWN);
            let exhausted = reason_with(codes::RETRIES_EXHAUSTED, "last", code);
            self.park(index, if made { reason(codes::NOT_SHOWN) } else { exhausted });
            return;
        }
        unit.failures += 1;
        let back_off = FIRST_BACK_OFF << (unit.failures - 1);
        self.back_off(index, next, back_off, retry_after.unwrap_or(0), now);
    }

    /// Waits before the next request: so long and some jitter, or as long as the service provider asks for.
    fn back_off(&mut self, index: usize, next: Next, back_off: u64, asked: u64, now: u64) {
        self.units[index].stage = Stage::BackOff(next);
        let jitter = self.random() % (back_off / 4);
        let wait = asked.min(LAST_BACK_OFF).max(back_off + jitter);
        self.timers.insert((now + wait, index));
    }

    /// A request went through: whatever failed before was not the whole service provider.
    fn welcome(&mut self) {
        self.pace.welcome();
        self.streak = 0;
        self.streak_units.clear();
    }

    fn trouble(&mut self, index: usize, detail: &str) {
        self.streak += 1;
        self.streak_units.insert(index);
        if self.streak >= STREAK && self.streak_units.len() >= STREAK_UNITS {
            self.stop(End::Stopped { why: StopReason::TargetUnreachable, detail: detail.to_owned() });
        }
    }

    pub(super) fn accept(&mut self, index: usize) {
        self.units[index].stage = Stage::Accepted;
        self.units[index].reason = None;
        self.remember(index);
        self.record(index, State::Accepted, false);
        self.end_sending(index);
    }

    pub(super) fn park(&mut self, index: usize, why: Reason) {
        let unit = &mut self.units[index];
        let was_sending = !unit.is_done_sending();
        unit.stage = Stage::Parked;
        unit.reason = Some(why);
        if was_sending {
            self.remember_failure(index);
            self.end_sending(index);
        }
        self.record(index, State::Parked, false);
    }

    fn end_sending(&mut self, index: usize) {
        let phase = phase(&self.operations[self.units[index].op]);
        self.left[phase] -= 1;
        self.progress.done += 1;
        if self.units[index].stage == Stage::Parked {
            self.progress.parked += 1;
        }
    }

    /// Remembers what an accepted unit means for later ones.
    pub(super) fn remember(&mut self, index: usize) {
        let unit = &self.units[index];
        let operation = &self.operations[unit.op];
        let Some(target) = &unit.target else { return };
        match operation.action {
            Action::Create | Action::Link => {
                if let Some(source) = &operation.source {
                    self.accounts.insert((operation.kind, source.clone()), target.clone());
                    self.owners.insert((operation.kind, target.clone()), source.clone());
                }
            }
            Action::Delete => {
                self.deleted.insert((operation.kind, target.clone()));
            }
            _ => {}
        }
    }

    /// Remembers why an object has no account.
    pub(super) fn remember_failure(&mut self, index: usize) {
        let unit = &self.units[index];
        let operation = &self.operations[unit.op];
        if let (Action::Create | Action::Link, Some(source), Some(why)) =
            (operation.action, &operation.source, &unit.reason)
        {
            self.failed.insert((operation.kind, source.clone()), why.code.to_string());
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): enough for jitter, and the same on every platform.
    fn random(&mut self) -> u64 {
        self.jitter = self.jitter.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.jitter;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
