//! Apply as a synchronous state machine: `step(event, now) -> effects`.
//!
//! The machine knows no runtime, clock, network or disk, so that any run replays exactly from its seed. What it
//! guarantees, whoever drives it:
//!
//! - nothing is sent before its intent is durable;
//! - a create that may have been processed is looked up by its key before it is sent again;
//! - people, then groups, then memberships; a member without an account is left out and reported;
//! - one object's failure is one outcome; lost credentials, a spent quota and an unreachable service provider stop the
//!   run with everything resumable;
//! - success means listed back.

mod answers;
mod begin;
mod finish;
mod pace;
mod unit;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use usher_plan::{Change, EntraObjectId, Key, ObjectKind, Operation, Reason, ScimId, Value};

use crate::{End, Facts, LookUp, Outcome, ReadBack, Record, Reply, State, Trouble, UnitId, Write};
use pace::Pace;
use unit::{Busy, Next, Stage, Unit};

/// Failed requests for one unit after which it is parked. Five tries span half a minute: longer trouble is not a blip,
/// and the next cycle tries again.
const TRIES: u32 = 5;

/// Records in one transaction. Bounds the memory of a batch, not the pace: a batch takes what has gathered.
const BATCH: usize = 1000;

/// Intents written ahead of the requests, so that one transaction serves many requests. Each may cost one look-up
/// after a kill, hence not more.
const AHEAD: usize = 32;

/// Fills in a random or redacted value; the plan holds only its placeholder or digest. A reason parks the unit.
pub type Fill = Box<dyn FnMut(&Operation, &Change) -> Result<Value, Reason> + Send>;

/// What a run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests in flight at the same time, at least 1.
    pub concurrency: u32,
    /// Requests in any second, 0 for no ceiling of our own.
    pub requests_per_second: u32,
    /// Seed of the jitter in back-offs.
    pub seed: u64,
}

impl Default for Limits {
    /// Two at a time and eight per second: under GoTo's ten per second with room for its other users.
    fn default() -> Self {
        Limits { concurrency: 2, requests_per_second: 8, seed: 0 }
    }
}

/// What to do about an unfinished run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// Carry the whole plan out, going on from the journal. Also right for a fresh run with an empty journal.
    Continue,
    /// The plan may be stale: only find out what became of the writes that are open. Nothing is written.
    SettleOnly,
}

/// What a run starts from.
pub struct ApplyInput {
    /// The plan's operations, in order.
    pub operations: Vec<Operation>,
    /// The journal of the run so far, in the order in which it was appended; empty for a fresh run.
    pub journal: Vec<Record>,
    /// What to do with it.
    pub resume: Resume,
    /// What the run may use.
    pub limits: Limits,
    /// Fills in random and redacted values.
    pub fill: Fill,
}

/// What happened outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The run begins. The first event, once.
    Start,
    /// The batch is durable.
    Durable(u64),
    /// The batch could not be written.
    JournalFailed(String),
    /// What became of a write.
    Reply {
        /// Which unit.
        unit: UnitId,
        /// What the service provider said.
        reply: Reply,
    },
    /// What a look-up found.
    LookedUp {
        /// Which unit.
        unit: UnitId,
        /// The answer.
        result: LookUp,
    },
    /// What was read back.
    Listed(Result<Facts, Trouble>),
    /// Time passed. May come at any time.
    Tick,
    /// A person cancels the run.
    Cancel,
}

/// What the driver must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Append the records in one transaction, then say [`Event::Durable`]. Only one batch is out at a time.
    Journal {
        /// Number of the batch.
        batch: u64,
        /// In order.
        records: Vec<Record>,
    },
    /// Send the write once, then say [`Event::Reply`].
    Send {
        /// Which unit.
        unit: UnitId,
        /// What to send.
        write: Write,
    },
    /// Look an object up, then say [`Event::LookedUp`].
    LookUp {
        /// Which unit.
        unit: UnitId,
        /// Person or group.
        kind: ObjectKind,
        /// By what.
        key: Key,
    },
    /// Read objects back, then say [`Event::Listed`].
    Verify(ReadBack),
    /// Send a [`Event::Tick`] at this time; replaces an earlier wake-up.
    WakeAt(u64),
    /// Something to show.
    Report(Progress),
    /// The run is over; requests that only read may be dropped. The last effect.
    Finished(Outcome),
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Units to do.
    pub total: u32,
    /// Units whose writing is over.
    pub done: u32,
    /// Of these, parked.
    pub parked: u32,
    /// Writes and look-ups sent.
    pub requests: u64,
    /// Requests in the last second.
    pub rate: u32,
    /// The ceiling per second in force, own or learned.
    pub ceiling: Option<u32>,
    /// Until when everything waits, where the service provider asked for it.
    pub waiting_until: Option<u64>,
    /// Milliseconds still needed at the pace so far; absent while that is unknown.
    pub remaining: Option<u64>,
    /// Whether the writes are over and only reading back is left.
    pub verifying: bool,
}

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
    /// Units by phase, and how far each list is begun.
    order: [Vec<usize>; 3],
    begun: usize,
    left: [usize; 3],
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
}

impl Machine {
    /// Prepares a run. Nothing happens before [`Event::Start`].
    pub fn new(input: ApplyInput) -> Self {
        begin::machine(input)
    }

    /// Takes one event at a time in milliseconds that never goes back, and says what to do.
    pub fn step(&mut self, event: Event, now: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.finished {
            return effects;
        }
        match event {
            Event::Start => self.started_at = now,
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
        }
        self.flush(effects);
        if self.is_over() {
            self.finished = true;
            self.report(now, true, effects);
            effects.push(Effect::Finished(self.outcome()));
            return;
        }
        self.report(now, false, effects);
        if self.halt.is_none() {
            let timer = self.timers.first().map(|(at, _)| *at);
            if let Some(at) = [timer, slot, self.verification.wakes_at()].into_iter().flatten().min() {
                effects.push(Effect::WakeAt(at));
            }
        }
    }

    /// Sends what may go; says when the next request may leave when the pace is what holds it.
    fn send_ready(&mut self, now: u64, effects: &mut Vec<Effect>) -> Option<u64> {
        while self.in_flight < self.limits.concurrency.max(1) {
            let free = |index: &usize| {
                let unit = &self.units[*index];
                !self.busy.contains(&Busy::of(&self.operations[unit.op], unit))
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

    /// Appends a line for the unit; `waits` when the unit may not go on before the line is durable.
    fn record(&mut self, index: usize, state: State, waits: bool) {
        let unit = &mut self.units[index];
        let record = unit.record(&self.operations[unit.op], state);
        self.pending.push_back((record, waits.then_some(index)));
    }

    fn flush(&mut self, effects: &mut Vec<Effect>) {
        if self.outstanding.is_some() || self.pending.is_empty() || self.journal_broken {
            return;
        }
        let count = self.pending.len().min(BATCH);
        let mut waiting = Vec::new();
        let mut records = Vec::with_capacity(count);
        for (record, waits) in self.pending.drain(..count) {
            records.push(record);
            waiting.extend(waits);
        }
        self.batch += 1;
        self.outstanding = Some((self.batch, waiting));
        effects.push(Effect::Journal { batch: self.batch, records });
    }

    fn durable(&mut self, batch: u64) {
        let Some((expected, waiting)) = self.outstanding.take() else { return };
        if expected != batch {
            self.outstanding = Some((expected, waiting));
            return;
        }
        for index in waiting {
            if self.units[index].stage == Stage::Intending {
                self.units[index].stage = Stage::Ready(Next::Send);
                self.ready.push_back(index);
            }
        }
    }

    fn journal_failed(&mut self, detail: String) {
        self.journal_broken = true;
        self.outstanding = None;
        self.pending.clear();
        self.stop(End::Stopped { why: crate::StopReason::JournalFailed, detail });
    }

    /// Sends nothing more; what is in flight is finished. The first reason counts.
    fn stop(&mut self, end: End) {
        if self.halt.is_some() {
            return;
        }
        self.halt = Some(end);
        // Intents that have not reached the journal were never sent: they need not be looked up after a restart.
        let units = &mut self.units;
        self.pending.retain(|(_, waits)| match waits {
            Some(index) if units[*index].stage == Stage::Intending => {
                units[*index].stage = Stage::Waiting;
                units[*index].journaled = None;
                false
            }
            _ => true,
        });
    }
}
