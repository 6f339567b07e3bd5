//! Apply as a synchronous state machine: `step(event, now) -> effects`.
//!
//! The machine knows no runtime, clock, network or disk, so that any run replays exactly from its seed. What it
//! guarantees, whoever drives it:
//!
//! - nothing is sent before its intent is durable;
//! - a create that may have been processed is looked up by its key before it is sent again;
//! - people, then references between them, then groups, then memberships; whoever is named and has no account is left out
//!   and reported;
//! - one object's failure is one outcome; lost credentials, a spent quota and an unreachable service provider stop the
//!   run with everything resumable;
//! - success means listed back.

mod answers;
mod begin;
mod discretion;
mod finish;
mod halves;
mod lines;
mod pace;
mod protocol;
mod unit;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use usher_plan::{EntraObjectId, ObjectKind, Operation, ScimId};

use crate::{End, Record, State, UnitId};
use pace::Pace;
pub use protocol::{ApplyInput, Effect, Event, Fill, Limits, Progress, Resume};
use unit::{Busy, Next, PHASES, Stage, Unit};

/// Failed requests for one unit after which it is parked. Five tries span half a minute: longer trouble is not a blip,
/// and the next cycle tries again.
const TRIES: u32 = 5;

/// Records in one transaction. Bounds the memory of a batch, not the pace: a batch takes what has gathered.
const BATCH: usize = 1000;

/// Intents written ahead of the requests, so that one transaction serves many requests. Each may cost one look-up
/// after a kill, hence not more.
const AHEAD: usize = 32;

/// One run of apply.
pub struct Machine {
    operations: Vec<Operation>,
    units: Vec<Unit>,
    index: BTreeMap<UnitId, usize>,
    resume: Resume,
    limits: Limits,
    fill: Fill,
    pace: Pace,
    jitter: u64,
    started_at: u64,
    /// Ages of the requests of the second before.
    before: Vec<u64>,
    /// Units by phase, and how far each list is begun.
    order: [Vec<usize>; PHASES],
    begun: usize,
    left: [usize; PHASES],
    phase: usize,
    ahead: usize,
    ready: VecDeque<usize>,
    timers: BTreeSet<(u64, usize)>,
    busy: BTreeSet<Busy>,
    in_flight: u32,
    /// Lines for the journal, with the unit that waits for the line.
    pending: VecDeque<(Record, Option<usize>)>,
    outstanding: Option<(u64, Vec<usize>)>,
    batch: u64,
    journal_broken: bool,
    /// Accounts by object in Entra, known to this run.
    accounts: BTreeMap<(ObjectKind, EntraObjectId), ScimId>,
    /// Whose accounts they are.
    owners: BTreeMap<(ObjectKind, ScimId), EntraObjectId>,
    /// Why an object in Entra has no account.
    failed: BTreeMap<(ObjectKind, EntraObjectId), String>,
    deleted: BTreeSet<(ObjectKind, ScimId)>,
    streak: u32,
    streak_units: BTreeSet<usize>,
    verification: finish::Verification,
    halt: Option<End>,
    finished: bool,
    requests: u64,
    progress: Progress,
    reported_at: Option<u64>,
    waiting_until: Option<u64>,
    asks: bool,
}

impl Machine {
    /// Prepares a run. Nothing happens before [`Event::Start`].
    pub fn new(input: ApplyInput) -> Self {
        begin::machine(input)
    }

    /// Tells of requests that this process sent in the second before the run, by their age in milliseconds: they count for
    /// the limit that a 429 shows.
    #[must_use]
    pub fn after_requests(mut self, ages: Vec<u64>) -> Self {
        self.before = ages;
        self
    }

    /// A create that comes upon an account of somebody else's making fails: a person is asked before it is adopted.
    #[must_use]
    pub fn asking(mut self, asks: bool) -> Self {
        self.asks = asks;
        self
    }

    /// Takes one event at a time in milliseconds that never goes back, and says what to do.
    pub fn step(&mut self, event: Event, now: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.finished {
            return effects;
        }
        match event {
            Event::Start => {
                self.started_at = now;
                self.pace.left_before(now, &self.before);
            }
            Event::Durable(batch) => self.durable(batch),
            Event::JournalFailed(detail) => self.journal_failed(detail),
            Event::Reply { unit, reply } => {
                if let Some(index) = self.returned(unit, Next::Send) {
                    self.replied(index, reply, now);
                }
            }
            Event::LookedUp { unit, result } => {
                if let Some(index) = self.returned(unit, Next::LookUp) {
                    self.looked_up(index, result, now);
                }
            }
            Event::Listed(result) => self.listed(result, now),
            Event::Tick => {}
            Event::Cancel => self.stop(End::Cancelled),
        }
        self.pump(now, &mut effects);
        effects
    }

    /// Does whatever can be done now.
    fn pump(&mut self, now: u64, effects: &mut Vec<Effect>) {
        while let Some((at, index)) = self.timers.first().copied()
            && at <= now
        {
            self.timers.pop_first();
            if let Stage::BackOff(next) = self.units[index].stage {
                self.units[index].stage = Stage::Ready(next);
                self.ready.push_back(index);
            }
        }
        let mut slot = None;
        if self.halt.is_none() {
            loop {
                self.begin_units();
                slot = self.send_ready(now, effects);
                if self.phase < self.order.len() && self.left[self.phase] == 0 {
                    self.phase += 1;
                    self.begun = 0;
                } else {
                    break;
                }
            }
            self.verify(now, effects);
        } else if self.is_cancelled() && self.in_flight == 0 {
            self.last_look(now, effects);
        }
        self.flush(effects);
        if self.is_over() {
            self.finished = true;
            self.report(now, true, effects);
            effects.push(Effect::Finished(self.outcome()));
            return;
        }
        self.report(now, false, effects);
        let timer = self.timers.first().map(|(at, _)| *at).filter(|_| self.halt.is_none());
        if let Some(at) = [timer, slot, self.verification.wakes_at()].into_iter().flatten().min() {
            effects.push(Effect::WakeAt(at));
        }
    }

    /// Sends what may go; says when the next request may leave when the pace is what holds it.
    fn send_ready(&mut self, now: u64, effects: &mut Vec<Effect>) -> Option<u64> {
        while self.in_flight < self.limits.concurrency.max(1) {
            let free = |index: &usize| {
                let unit = &self.units[*index];
                let operation = &self.operations[unit.op];
                !self.busy.contains(&Busy::of(operation, unit)) && !self.waits_for_another(unit)
            };
            let position = self.ready.iter().position(free)?;
            let slot = self.pace.next_slot(now);
            if slot > now {
                return Some(slot);
            }
            self.waiting_until = None;
            let index = self.ready.remove(position)?;
            self.send(index, now, effects);
        }
        None
    }

    /// Whether the operation that frees a name for this one is not over yet.
    fn waits_for_another(&self, unit: &Unit) -> bool {
        let first = self.operations[unit.op].after.filter(|_| unit.stage == Stage::Ready(Next::Send));
        let first = first.and_then(|operation| self.index.get(&UnitId { operation, part: 0 }));
        first.is_some_and(|&index| !self.units[index].is_done_sending())
    }

    fn send(&mut self, index: usize, now: u64, effects: &mut Vec<Effect>) {
        let unit = &mut self.units[index];
        let operation = &self.operations[unit.op];
        let Stage::Ready(next) = unit.stage else { return };
        let busy = Busy::of(operation, unit);
        unit.stage = Stage::InFlight { next, sent_at: now };
        match next {
            Next::Send => {
                if unit.attempts == 0 && !unit.look_first {
                    self.ahead = self.ahead.saturating_sub(1);
                }
                unit.attempts += 1;
                let record = unit.record(operation, State::Sent);
                self.pending.push_back((record, None));
                effects.push(Effect::Send { unit: unit.id, write: begin::write(operation, unit) });
            }
            Next::LookUp => {
                let key =
                    operation.key.clone().expect("a unit without a key is never made ready for a look-up");
                effects.push(Effect::LookUp { unit: unit.id, kind: operation.kind, key });
            }
        }
        if busy != Busy::Nothing {
            self.busy.insert(busy);
        }
        self.in_flight += 1;
        self.requests += 1;
        self.pace.left(now);
    }

    /// Takes a unit out of flight; `None` for an answer that nobody waits for.
    fn returned(&mut self, id: UnitId, expected: Next) -> Option<usize> {
        let index = *self.index.get(&id)?;
        let unit = &self.units[index];
        match unit.stage {
            Stage::InFlight { next, .. } if next == expected => {
                self.busy.remove(&Busy::of(&self.operations[unit.op], unit));
                self.in_flight -= 1;
                Some(index)
            }
            _ => None,
        }
    }
}
