//! Applies a plan as a synchronous state machine and decides the life of cycles; the outside is two small traits.
//!
//! - [`Machine`] is apply itself: `step(event, now) -> effects`, without runtime, clock, network or disk.
//! - [`drive`] runs a machine on tokio against a [`Target`] and a [`Journal`]; tests drive it with virtual time.
//! - [`quiet`] says when no cycle begins by itself.
//! - [`notice`] decides what a person hears of, once for each change.
//! - [`cycle`] decides when a cycle is due, which pass it is, what the status is and when a connection is quarantined.

mod codes;
pub mod cycle;
mod driver;
mod machine;
pub mod notice;
mod outcome;
mod ports;
pub mod quiet;
mod record;
mod verify;
mod write;

pub use codes::{CODES, INTERRUPTED, is_refused, waits_for_somebody};
pub use driver::drive;
pub use machine::{ApplyInput, Effect, Event, Fill, Limits, Machine, Progress, Resume};
pub use outcome::{End, OperationOutcome, Outcome, StopReason, Totals, Undone, UnitEnd};
pub use ports::{Journal, JournalFailed, LookUp, Refusal, Reply, Target, Trouble};
pub use record::{Origin, Record, State, UnitId, latest, open_units};
pub use verify::{Facts, ReadBack, Seen, Verdict, same_value, still_shows};
pub use write::{MEMBERS_PER_REQUEST, Write};
