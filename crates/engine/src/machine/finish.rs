//! The end of a run: reading back, progress, and the outcome.

use usher_plan::{Action, ObjectKind, ScimId};

use super::pace::AfterThrottle;
use super::unit::{Stage, reason, reason_with};
use super::{Effect, Machine, Progress};
use crate::verify::{judge_members, judge_object};
use crate::{
    End, Facts, OperationOutcome, Origin, Outcome, ReadBack, State, StopReason, Totals, Trouble, UnitEnd,
    Verdict, codes,
};

/// Readings after which what does not show is parked: some service providers list a little later than they accept.
const READINGS: u32 = 3;

/// Failed readings after which the run stops.
const FAILED_READINGS: u32 = 5;

/// The pause before reading again doubles from here.
const PAUSE: u64 = 1000;

/// Progress is reported at most this often: a window redraws no faster.
const REPORT_EVERY: u64 = 200;

/// Where reading back is.
#[derive(Debug, Default)]
pub(super) enum Verification {
    /// Not begun, or to be begun again.
    #[default]
    Due,
    /// The list is asked for.
    Asked { readings: u32, failed: u32 },
    /// A pause before the next reading.
    Paused { until: u64, readings: u32, failed: u32 },
    /// Nothing is left to verify.
    Over,
}

impl Verification {
    pub(super) fn wakes_at(&self) -> Option<u64> {
        match self {
            Verification::Paused { until, .. } => Some(*until),
            _ => None,
        }
    }
}

impl Machine {
    /// Reads back once every write is over.
    pub(super) fn verify(&mut self, now: u64, effects: &mut Vec<Effect>) {
        if self.phase < self.order.len() {
            return;
        }
        let (readings, failed) = match self.verification {
            Verification::Due => (0, 0),
            Verification::Paused { until, readings, failed } if until <= now => (readings, failed),
            _ => return,
        };
        self.ask(readings, failed, now, effects);
    }

    /// Reads back once what was accepted until a person cancelled: what was done is told as done. What does not show yet is
    /// the next run's business.
    pub(super) fn last_look(&mut self, now: u64, effects: &mut Vec<Effect>) {
        if matches!(self.verification, Verification::Due | Verification::Paused { .. }) {
            self.ask(0, 0, now, effects);
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.halt == Some(End::Cancelled)
    }

    fn ask(&mut self, readings: u32, failed: u32, now: u64, effects: &mut Vec<Effect>) {
        let wanted = self.wanted();
        if wanted == ReadBack::default() {
            // Units without anything to read, such as a removal whose members are all gone already.
            for index in 0..self.units.len() {
                self.verified(index, Vec::new());
            }
            self.verification = Verification::Over;
            return;
        }
        let slot = self.pace.next_slot(now);
        if slot > now {
            self.verification = Verification::Paused { until: slot, readings, failed };
            return;
        }
        self.pace.left(now);
        self.verification = Verification::Asked { readings, failed };
        effects.push(Effect::Verify { wanted, ceiling: self.pace.learned() });
    }

    /// The objects whose accepted units are not verified yet.
    fn wanted(&self) -> ReadBack {
        let mut wanted = ReadBack::default();
        for unit in self.units.iter().filter(|unit| unit.stage == Stage::Accepted) {
            let operation = &self.operations[unit.op];
            let Some(target) = unit.target.clone() else { continue };
            match (operation.action, operation.kind) {
                (Action::AddMembers | Action::RemoveMembers, _) if unit.members.is_empty() => {}
                (Action::AddMembers | Action::RemoveMembers, _) => {
                    wanted.members_of.insert(target);
                }
                (_, ObjectKind::User) => {
                    wanted.users.insert(target);
                }
                (_, ObjectKind::Group) => {
                    wanted.groups.insert(target);
                }
            }
        }
        wanted
    }

    /// Takes what was read back.
    pub(super) fn listed(&mut self, result: Result<Facts, Trouble>, now: u64) {
        let Verification::Asked { readings, failed } = self.verification else { return };
        let again = |until| Verification::Paused { until, readings, failed: failed + 1 };
        match result {
            Err(_) if self.is_cancelled() => self.verification = Verification::Over,
            Ok(facts) => self.judge(&facts, readings + 1, now),
            Err(Trouble::Authentication { detail }) => {
                self.stop(End::Stopped { why: StopReason::LostAuthentication, detail });
            }
            Err(Trouble::QuotaSpent { detail }) => {
                self.stop(End::Stopped { why: StopReason::QuotaSpent, detail });
            }
            Err(Trouble::WrongAddress { detail }) => {
                self.stop(End::Stopped { why: StopReason::WrongAddress, detail });
            }
            Err(Trouble::Throttled { retry_after }) => match self.pace.throttled(None, now, retry_after) {
                AfterThrottle::WaitUntil(until) => self.verification = again(until),
                AfterThrottle::Spent => {
                    let detail = "429 to reading back".to_owned();
                    self.stop(End::Stopped { why: StopReason::QuotaSpent, detail });
                }
            },
            Err(Trouble::Temporary { .. }) if failed + 1 < FAILED_READINGS => {
                self.verification = again(now + (PAUSE << failed));
            }
            Err(Trouble::Temporary { detail }) => {
                self.stop(End::Stopped { why: StopReason::TargetUnreachable, detail });
            }
            Err(Trouble::Permanent { detail }) => {
                self.stop(End::Stopped { why: StopReason::ReadBackRefused, detail });
            }
        }
    }

    fn judge(&mut self, facts: &Facts, readings: u32, now: u64) {
        let mut open = Vec::new();
        for index in 0..self.units.len() {
            if self.units[index].stage != Stage::Accepted {
                continue;
            }
            match self.verdict(index, facts) {
                Verdict::Shown { unseen } => self.verified(index, unseen),
                verdict => open.push((index, verdict)),
            }
        }
        if open.is_empty() || self.is_cancelled() {
            self.verification = Verification::Over;
        } else if readings < READINGS {
            let until = now + (PAUSE << (readings - 1));
            self.verification = Verification::Paused { until, readings, failed: 0 };
        } else {
            for (index, verdict) in open {
                let why = match verdict {
                    Verdict::Differs { what } => reason_with(codes::DIFFERS, "what", what.join(", ")),
                    _ => reason(codes::NOT_LISTED_BACK),
                };
                self.progress.parked += 1;
                self.park(index, why);
            }
            self.verification = Verification::Over;
        }
    }

    fn verdict(&self, index: usize, facts: &Facts) -> Verdict {
        let unit = &self.units[index];
        let operation = &self.operations[unit.op];
        let Some(target) = &unit.target else { return Verdict::Shown { unseen: Vec::new() } };
        // Deleted later in the same run: there is nothing left to show.
        let deleted = |kind, id: &ScimId| self.deleted.contains(&(kind, id.clone()));
        if operation.action != Action::Delete && deleted(operation.kind, target) {
            return Verdict::Shown { unseen: Vec::new() };
        }
        match operation.action {
            Action::AddMembers | Action::RemoveMembers if unit.members.is_empty() => {
                Verdict::Shown { unseen: Vec::new() }
            }
            Action::AddMembers | Action::RemoveMembers => {
                judge_members(facts, operation.action, target, &unit.members)
            }
            action => {
                // An adopted account was found, not written: its attributes are the next cycle's business.
                let written = if unit.origin == Some(Origin::Adopted) { &[][..] } else { &unit.filled[..] };
                judge_object(facts, operation.kind, action, target, written)
            }
        }
    }

    fn verified(&mut self, index: usize, unseen: Vec<String>) {
        if self.units[index].stage == Stage::Accepted {
            self.units[index].stage = Stage::Verified;
            self.units[index].unseen = unseen;
            self.record(index, State::Verified, false);
        }
    }

    /// Whether nothing is left to do or to wait for.
    pub(super) fn is_over(&self) -> bool {
        let journal_idle = self.journal_broken || (self.pending.is_empty() && self.outstanding.is_none());
        let done = match self.halt {
            None | Some(End::Cancelled) => matches!(self.verification, Verification::Over),
            Some(End::Completed | End::Stopped { .. }) => true,
        };
        done && self.in_flight == 0 && journal_idle
    }

    pub(super) fn report(&mut self, now: u64, last: bool, effects: &mut Vec<Effect>) {
        let due = self.reported_at.is_none_or(|at| now >= at + REPORT_EVERY);
        if !due && !last {
            return;
        }
        let elapsed = now.saturating_sub(self.started_at);
        let left = u64::from(self.progress.total - self.progress.done.min(self.progress.total));
        let progress = Progress {
            requests: self.requests,
            rate: self.pace.rate(now),
            ceiling: self.pace.ceiling(),
            waiting_until: self.waiting_until.filter(|until| *until > now),
            remaining: (self.progress.done > 0).then(|| elapsed * left / u64::from(self.progress.done)),
            verifying: self.phase >= self.order.len(),
            ..self.progress
        };
        if progress != self.progress || last {
            self.progress = progress;
            self.reported_at = Some(now);
            effects.push(Effect::Report(progress));
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        let mut totals = Totals::default();
        let mut units = Vec::with_capacity(self.units.len());
        for unit in &self.units {
            let (end, count) = match unit.stage {
                Stage::Verified => (UnitEnd::Verified, &mut totals.verified),
                Stage::Accepted => (UnitEnd::Accepted, &mut totals.accepted),
                Stage::Parked => {
                    let why = unit.reason.clone().unwrap_or_else(|| reason("parked"));
                    (UnitEnd::Parked(why), &mut totals.parked)
                }
                _ if self.may_have_happened(unit) => (UnitEnd::Unknown, &mut totals.unknown),
                _ => (UnitEnd::NotAttempted, &mut totals.not_attempted),
            };
            *count += 1;
            totals.left_out += unit.left_out.len() as u32;
            units.push(OperationOutcome {
                unit: unit.id,
                end,
                target: unit.target.clone(),
                origin: unit.origin,
                attempts: unit.attempts,
                left_out: unit.left_out.clone(),
                unseen: unit.unseen.clone(),
            });
        }
        Outcome { end: self.halt.clone().unwrap_or(End::Completed), units, totals, requests: self.requests }
    }

    fn may_have_happened(&self, unit: &super::Unit) -> bool {
        unit.maybe_processed || matches!(unit.journaled, Some(State::Sent | State::Unknown))
    }
}
