//! The second driver: virtual time, a model of a service provider, faults and kills from a seed.

#![allow(dead_code, reason = "each test file uses its part")]

pub mod desired;
pub mod provider;
pub mod rng;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use provider::{Provider, Stranger};
use rng::Rng;
use usher_engine::{
    ApplyInput, Effect, Event, Limits, LookUp, Machine, Outcome, Record, Refusal, Reply, Resume, State,
    Trouble, UnitId, Write,
};
use usher_plan::{Action, EntraObjectId, ObjectKind, Operation, ScimId, Value};

/// How the network behaves, in cases of a thousand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    pub lost_request: u64,
    pub lost_reply: u64,
    pub no_connection: u64,
    pub server_error: u64,
    /// Milliseconds that a way may take beyond 10.
    pub delay: u64,
}

/// What ended one process.
#[derive(Debug)]
pub enum Ran {
    Ended(Outcome),
    Killed,
}

enum Due {
    Arrive { generation: u32, unit: UnitId, ask: Ask, answer_lost: bool },
    Write { generation: u32, batch: u64, records: Vec<Record> },
    Tell { generation: u32, event: Event },
}

#[derive(Debug, Clone)]
enum Ask {
    Write(Write),
    LookUp(ObjectKind, usher_plan::Key),
    ReadBack(usher_engine::ReadBack),
}

/// What every redacted value is in clear.
pub const CLEAR: &str = "clear-secret";

/// The time after which a client gives up waiting.
const TIME_OUT: u64 = 30_000;

pub struct Sim {
    pub provider: Provider,
    pub faults: Faults,
    pub rng: Rng,
    pub now: u64,
    pub limits: Limits,
    /// The durable journal of the current run.
    pub journal: Vec<Record>,
    /// The link table, written in the transaction of the journal.
    pub links: BTreeMap<(ObjectKind, EntraObjectId), ScimId>,
    /// The process is killed at the boundary with this number.
    pub kill_at: Option<u64>,
    pub boundaries: u64,
    pub cancel_at: Option<u64>,
    /// Milliseconds that a transaction may take beyond 1.
    pub slow_disk: u64,
    pub journal_fails_at: Option<u64>,
    /// Whether requests on their way at a kill still arrive.
    pub in_flight_arrives: bool,
    /// How many values were filled in.
    pub fills: Arc<AtomicU32>,
    /// What other administrators do at the service provider, by time.
    pub strangers: BTreeMap<u64, Stranger>,
    /// Requests as they left: time, unit.
    pub sent: Vec<(u64, UnitId)>,
    queue: BTreeMap<(u64, u64), Due>,
    sequence: u64,
    generation: u32,
}

impl Sim {
    pub fn new(provider: Provider, seed: u64) -> Sim {
        Sim {
            provider,
            faults: Faults::default(),
            rng: Rng(seed),
            now: 0,
            limits: Limits { concurrency: 2, requests_per_second: 0, seed },
            journal: Vec::new(),
            links: BTreeMap::new(),
            kill_at: None,
            boundaries: 0,
            cancel_at: None,
            slow_disk: 5,
            journal_fails_at: None,
            in_flight_arrives: true,
            fills: Arc::default(),
            strangers: BTreeMap::new(),
            sent: Vec::new(),
            queue: BTreeMap::new(),
            sequence: 0,
            generation: 0,
        }
    }

    /// One process: from the journal as it is, to an end or a kill.
    pub fn process(&mut self, operations: &[Operation], resume: Resume) -> Ran {
        self.generation += 1;
        let mut drawn = Rng(self.rng.next());
        let fills = Arc::clone(&self.fills);
        let mut machine = Machine::new(ApplyInput {
            operations: operations.to_vec(),
            journal: self.journal.clone(),
            resume,
            limits: self.limits,
            fill: Box::new(move |_, change| {
                fills.fetch_add(1, Ordering::Relaxed);
                // What is redacted is computed from the source again, and is the same in every process.
                Ok(Value::Text(match change.after {
                    Value::Redacted { .. } => CLEAR.to_owned(),
                    _ => format!("drawn-{}", drawn.next()),
                }))
            }),
        });
        let mut watch = Watch::new(operations, self.limits.concurrency);
        let mut wake = None;
        let mut event = Event::Start;
        for _ in 0..1_000_000 {
            if let Event::Reply { unit, .. } | Event::LookedUp { unit, .. } = &event {
                watch.returned(*unit);
            }
            for effect in machine.step(event, self.now) {
                match effect {
                    Effect::Finished(outcome) => {
                        self.settle_queue();
                        return Ran::Ended(outcome);
                    }
                    Effect::WakeAt(at) => wake = Some(at),
                    Effect::Report(progress) => assert!(progress.done <= progress.total, "{progress:?}"),
                    Effect::Journal { batch, records } => {
                        let generation = self.generation;
                        let at = self.now + 1 + self.rng.below(self.slow_disk);
                        self.schedule(at, Due::Write { generation, batch, records });
                    }
                    Effect::Send { unit, write } => {
                        watch.sent(unit, &write, &self.journal);
                        self.leave(unit, Ask::Write(write));
                    }
                    Effect::LookUp { unit, kind, key } => {
                        watch.looked_up(unit);
                        self.leave(unit, Ask::LookUp(kind, key));
                    }
                    Effect::Verify { wanted, .. } => {
                        self.leave(UnitId { operation: 0, part: 0 }, Ask::ReadBack(wanted))
                    }
                }
            }
            match self.next_event(&mut wake) {
                Some(next) => event = next,
                None => {
                    self.settle_queue();
                    return Ran::Killed;
                }
            }
        }
        panic!("a run must come to an end");
    }

    fn schedule(&mut self, at: u64, due: Due) {
        self.sequence += 1;
        self.queue.insert((at, self.sequence), due);
    }

    fn way(&mut self) -> u64 {
        10 + self.rng.below(self.faults.delay.max(1))
    }

    /// A request leaves.
    fn leave(&mut self, unit: UnitId, ask: Ask) {
        let reads_back = matches!(ask, Ask::ReadBack(_));
        if !reads_back {
            self.sent.push((self.now, unit));
        }
        let generation = self.generation;
        if self.rng.per_mille(self.faults.no_connection) {
            let event = answer(&ask, unit, Fate::NoConnection);
            let at = self.now + 1;
            return self.schedule(at, Due::Tell { generation, event });
        }
        if self.rng.per_mille(self.faults.lost_request) {
            let event = answer(&ask, unit, Fate::TimeOut);
            let at = self.now + TIME_OUT;
            return self.schedule(at, Due::Tell { generation, event });
        }
        let at = self.now + self.way();
        let answer_lost = self.rng.per_mille(self.faults.lost_reply);
        self.schedule(at, Due::Arrive { generation, unit, ask, answer_lost });
    }

    /// What happens next; `None` when the process is killed.
    fn next_event(&mut self, wake: &mut Option<u64>) -> Option<Event> {
        loop {
            let next = self.queue.keys().next().map(|(at, _)| *at);
            let first = next.into_iter().chain(*wake).min();
            if let Some(at) = self.cancel_at.filter(|at| first.is_none_or(|first| *at <= first)) {
                self.cancel_at = None;
                self.now = self.now.max(at);
                return Some(Event::Cancel);
            }
            match (next, *wake) {
                (None, None) => panic!("the machine waits for nothing: it would hang for ever"),
                (next, Some(at)) if next.is_none_or(|next| at <= next) => {
                    *wake = None;
                    self.now = self.now.max(at);
                    return Some(Event::Tick);
                }
                _ => {}
            }
            let ((at, _), due) = self.queue.pop_first().expect("looked at above");
            self.now = self.now.max(at);
            match due {
                Due::Tell { generation, event } if generation == self.generation => return Some(event),
                Due::Tell { .. } => {}
                Due::Write { generation, batch, records } => {
                    if self.boundary() {
                        return None;
                    }
                    if self.journal_fails_at.is_some_and(|number| number <= batch) {
                        self.journal_fails_at = None;
                        return Some(Event::JournalFailed("disk full".to_owned()));
                    }
                    self.append(records);
                    if self.boundary() {
                        return None;
                    }
                    assert_eq!(generation, self.generation, "nobody writes for a dead process");
                    return Some(Event::Durable(batch));
                }
                Due::Arrive { generation, unit, ask, answer_lost } => {
                    let alive = generation == self.generation;
                    if alive && self.boundary() {
                        if self.in_flight_arrives {
                            self.arrive(unit, &ask);
                        }
                        return None;
                    }
                    let event = self.arrive(unit, &ask);
                    if !alive {
                        continue;
                    }
                    if self.boundary() {
                        return None;
                    }
                    let (at, event) = if answer_lost {
                        (self.now + TIME_OUT, answer(&ask, unit, Fate::TimeOut))
                    } else {
                        (self.now + self.way(), event)
                    };
                    self.schedule(at, Due::Tell { generation, event });
                }
            }
        }
    }

    /// Whether the process is killed here.
    fn boundary(&mut self) -> bool {
        self.boundaries += 1;
        if self.kill_at == Some(self.boundaries) {
            self.kill_at = None;
            return true;
        }
        false
    }

    /// The service provider takes a request.
    fn arrive(&mut self, unit: UnitId, ask: &Ask) -> Event {
        self.let_strangers_in();
        // Half of the server's errors come before it did something, half after.
        let before = self.rng.per_mille(self.faults.server_error / 2);
        let after = self.rng.per_mille(self.faults.server_error / 2);
        if before {
            return answer(ask, unit, Fate::ServerError);
        }
        let event = match ask {
            Ask::Write(write) => Event::Reply { unit, reply: self.provider.write(write, self.now) },
            Ask::LookUp(kind, key) => {
                Event::LookedUp { unit, result: self.provider.look_up(*kind, key, &self.links, self.now) }
            }
            Ask::ReadBack(wanted) => Event::Listed(self.provider.read_back(wanted, self.now)),
        };
        if after { answer(ask, unit, Fate::ServerError) } else { event }
    }

    /// Lets happen what other administrators have done by now.
    pub fn let_strangers_in(&mut self) {
        while let Some(entry) = self.strangers.first_entry().filter(|entry| *entry.key() <= self.now) {
            self.provider.edited(entry.remove());
        }
    }

    fn append(&mut self, records: Vec<Record>) {
        for record in &records {
            if let (State::Accepted, Action::Create | Action::Link, Some(source), Some(target)) =
                (record.state, record.action, &record.source, &record.target)
            {
                assert!(record.origin.is_some(), "a link says how it came to be: {record:?}");
                self.links.insert((record.kind, source.clone()), target.clone());
            }
            if let (State::Accepted, Action::Delete, Some(target)) =
                (record.state, record.action, &record.target)
            {
                self.links.retain(|(kind, _), id| (*kind, &*id) != (record.kind, target));
            }
        }
        self.journal.extend(records);
    }

    /// After a process: what is on its way arrives, or does not.
    fn settle_queue(&mut self) {
        let queue = std::mem::take(&mut self.queue);
        for ((at, _), due) in queue {
            if let Due::Arrive { unit, ask, .. } = due
                && self.in_flight_arrives
            {
                self.now = self.now.max(at);
                self.arrive(unit, &ask);
            }
        }
    }
}

enum Fate {
    NoConnection,
    TimeOut,
    ServerError,
}

fn answer(ask: &Ask, unit: UnitId, fate: Fate) -> Event {
    match (ask, fate) {
        (Ask::Write(_), Fate::NoConnection) => {
            Event::Reply { unit, reply: Reply::NotProcessed { detail: "no connection".to_owned() } }
        }
        (Ask::Write(_), Fate::TimeOut) => {
            Event::Reply { unit, reply: Reply::Unknown { detail: "time-out".to_owned() } }
        }
        (Ask::Write(_), Fate::ServerError) => {
            let detail = "503".to_owned();
            Event::Reply { unit, reply: Reply::Refused { class: Refusal::Server, detail, retry_after: None } }
        }
        (Ask::LookUp(..), _) => Event::LookedUp {
            unit,
            result: LookUp::Failed(Trouble::Temporary { detail: "time-out".to_owned() }),
        },
        (Ask::ReadBack(_), _) => Event::Listed(Err(Trouble::Temporary { detail: "time-out".to_owned() })),
    }
}

/// What must hold at every single effect.
struct Watch<'a> {
    operations: BTreeMap<u32, &'a Operation>,
    concurrency: usize,
    in_flight: BTreeMap<UnitId, Option<(ObjectKind, ScimId)>>,
    phase: usize,
}

impl<'a> Watch<'a> {
    fn new(operations: &'a [Operation], concurrency: u32) -> Self {
        let operations = operations.iter().map(|operation| (operation.id, operation)).collect();
        Watch { operations, concurrency: concurrency as usize, in_flight: BTreeMap::new(), phase: 0 }
    }

    fn sent(&mut self, unit: UnitId, write: &Write, journal: &[Record]) {
        assert!(
            journal.iter().rev().any(|record| record.unit == unit),
            "{unit:?} left before its intent was durable"
        );
        let object = match write {
            Write::Create { .. } => None,
            Write::Update { kind, target, .. } | Write::Delete { kind, target, .. } => {
                Some((*kind, target.clone()))
            }
            Write::AddMembers { group, .. } | Write::RemoveMembers { group, .. } => {
                Some((ObjectKind::Group, group.clone()))
            }
        };
        let operation = self.operations[&unit.operation];
        let phase = match (operation.kind, write) {
            (_, Write::AddMembers { .. } | Write::RemoveMembers { .. }) => 3,
            (ObjectKind::Group, _) => 2,
            (ObjectKind::User, _) if operation.action == Action::SetReferences => 1,
            (ObjectKind::User, _) => 0,
        };
        assert!(phase >= self.phase, "people, then references, then groups, then memberships");
        self.phase = phase;
        let busy: BTreeSet<_> = self.in_flight.values().flatten().collect();
        assert!(
            object.as_ref().is_none_or(|object| !busy.contains(object)),
            "two writes to {object:?} at once"
        );
        self.take_off(unit, object);
    }

    fn looked_up(&mut self, unit: UnitId) {
        self.take_off(unit, None);
    }

    fn take_off(&mut self, unit: UnitId, object: Option<(ObjectKind, ScimId)>) {
        assert!(self.in_flight.insert(unit, object).is_none(), "{unit:?} is out twice");
        assert!(self.in_flight.len() <= self.concurrency, "more in flight than allowed");
    }

    fn returned(&mut self, unit: UnitId) {
        self.in_flight.remove(&unit);
    }
}
