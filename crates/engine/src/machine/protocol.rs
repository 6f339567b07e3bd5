//! What goes into a machine and what comes out of it.

use usher_plan::{Change, Key, ObjectKind, Operation, Reason, Value};

use crate::{Facts, LookUp, Outcome, ReadBack, Record, Reply, Trouble, UnitId, Write};

/// Fills in a random or redacted value; the plan holds only its placeholder or digest. Asked once for each value in a
/// process, and never by a run that only settles. A reason parks the unit.
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
    Verify {
        /// Which objects.
        wanted: ReadBack,
        /// Requests in any second, if a 429 showed how many are taken.
        ceiling: Option<u32>,
    },
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
