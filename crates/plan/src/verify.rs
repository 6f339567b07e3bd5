//! Whether a plan is unaltered, and whether two plans decide the same.
//!
//! The hash only detects accidents and careless edits: whoever edits a file can compute a hash. What protects is that
//! apply plans again from live facts and compares with [`same_decision`].

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::{Counts, Cycle, Failure, GuardFinding, Mending, Note, Operation, Plan, Skip};
use crate::pending::{PendingDelete, PendingState};
use crate::reasons::Code;

/// Everything that the hash covers, in the order of the saved form. `made_at` is not part of the decision.
#[derive(Serialize)]
struct Canonical<'a> {
    format: u32,
    connection: &'a str,
    practice: bool,
    cycle: Cycle,
    configuration: &'a str,
    policy: &'a str,
    target: &'a str,
    watermark: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mending: Option<&'a Mending>,
    operations: &'a [Operation],
    skips: Vec<&'a Skip>,
    failures: &'a [Failure],
    notes: &'a [Note],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pending: Vec<PendingDelete>,
    guards: &'a [GuardFinding],
    counts: Counts,
}

struct Hashing(Sha256);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn hash(plan: &Plan) -> String {
    // Named one by one: a field that is added to the plan does not compile until somebody decides whether it counts.
    let Plan {
        format,
        connection,
        practice,
        cycle,
        made_at: _,
        configuration,
        policy,
        target,
        watermark,
        mending,
        operations,
        skips,
        failures,
        notes,
        pending,
        guards,
        counts,
        hash: _,
    } = plan;
    let begins = pending.iter().filter(|one| one.state == PendingState::Begins);
    let begins: BTreeSet<_> = begins.map(|one| (one.kind, &one.source)).collect();
    // Of whoever begins to wait, `pending` says as much.
    let says_more = |skip: &&Skip| {
        skip.reason.code != Code::DeletePending.as_str() || !begins.contains(&(skip.kind, &skip.source))
    };
    let canonical = Canonical {
        format: *format,
        connection,
        practice: *practice,
        cycle: *cycle,
        configuration,
        policy,
        target,
        watermark,
        mending: mending.as_ref(),
        operations,
        skips: skips.iter().filter(says_more).collect(),
        failures,
        notes,
        pending: pending.iter().map(timeless).collect(),
        guards,
        counts: *counts,
    };
    let mut writer = BufWriter::with_capacity(64 * 1024, Hashing(Sha256::new()));
    serde_json::to_writer(&mut writer, &canonical)
        .expect("a plan has only text keys, and hashing cannot fail");
    let hashing = writer.into_inner().map_err(|error| error.into_error()).expect("hashing cannot fail");
    crate::digest::hex(&hashing.0.finalize())
}

/// A delete that begins to wait does so from the moment at which the plan is carried out: while a guard holds it back, the
/// same plan is made again and again, each time with another day.
fn timeless(pending: &PendingDelete) -> PendingDelete {
    let mut pending = pending.clone();
    if pending.state == PendingState::Begins {
        (pending.since, pending.due) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        pending.reason.with.remove("due");
    }
    pending
}

/// Why a saved plan is refused before anything else is looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Altered {
    /// It was saved by another version.
    #[error("the plan has format {found}, this version reads format {expected}")]
    Format {
        /// What it says.
        found: u32,
        /// What is understood.
        expected: u32,
    },
    /// Its content does not give its hash.
    #[error("the plan was changed after it was made")]
    Hash,
}

/// Whether the plan is what was made: its content gives its hash.
pub fn verify(plan: &Plan) -> Result<(), Altered> {
    if plan.format != crate::model::FORMAT {
        return Err(Altered::Format { found: plan.format, expected: crate::model::FORMAT });
    }
    if hash(plan) == plan.hash { Ok(()) } else { Err(Altered::Hash) }
}

/// What makes an approved plan stale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the plan is stale: {} things changed since it was made", changed.len())]
pub struct Stale {
    /// Everything that changed.
    pub changed: Vec<Changed>,
}

/// One thing that changed between the approved plan and the one that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It belongs to another connection.
    Connection,
    /// One belongs to practice mode, the other does not.
    Practice,
    /// The configuration was changed.
    Configuration,
    /// The rules in force were changed.
    Policy,
    /// It is for another service provider.
    Target,
    /// What the guards say is different.
    Guards,
    /// This operation would now be different, for example because the account was changed in the meantime.
    Operation {
        /// Its number in the approved plan.
        id: u32,
        /// A name to show.
        display: String,
    },
    /// This operation is no longer called for.
    NoLonger {
        /// Its number in the approved plan.
        id: u32,
        /// A name to show.
        display: String,
    },
    /// This operation is new; nobody has approved it.
    New {
        /// Its number in the new plan.
        id: u32,
        /// A name to show.
        display: String,
    },
}

/// Whether the plan that was just made from live facts decides exactly what was approved.
///
/// Numbers of operations, skips and people in step may differ: they are no part of what is done.
pub fn same_decision(approved: &Plan, now: &Plan) -> Result<(), Stale> {
    let mut changed = Vec::new();
    let frame = [
        (approved.connection != now.connection, Changed::Connection),
        (approved.practice != now.practice, Changed::Practice),
        (approved.configuration != now.configuration, Changed::Configuration),
        (approved.policy != now.policy, Changed::Policy),
        (approved.target != now.target, Changed::Target),
        (approved.guards != now.guards, Changed::Guards),
    ];
    changed.extend(frame.into_iter().filter(|(differs, _)| *differs).map(|(_, changed)| changed));
    compare_operations(&approved.operations, &now.operations, &mut changed);
    if changed.is_empty() { Ok(()) } else { Err(Stale { changed }) }
}

fn compare_operations(approved: &[Operation], now: &[Operation], changed: &mut Vec<Changed>) {
    let sorted = |operations: &[Operation]| {
        let mut order: Vec<usize> = (0..operations.len()).collect();
        order.sort_by(|&a, &b| identity(&operations[a]).cmp(&identity(&operations[b])));
        order
    };
    let (left, right) = (sorted(approved), sorted(now));
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(&a), Some(&b)) => identity(&approved[a]).cmp(&identity(&now[b])),
        };
        let old = if order.is_le() { left.next().map(|at| &approved[at]) } else { None };
        let new = if order.is_ge() { right.next().map(|at| &now[at]) } else { None };
        match (old, new) {
            (Some(old), Some(new)) => {
                if !same_operation(old, new) {
                    changed.push(Changed::Operation { id: old.id, display: old.display.clone() });
                }
            }
            (Some(old), None) => {
                changed.push(Changed::NoLonger { id: old.id, display: old.display.clone() });
            }
            (None, Some(new)) => changed.push(Changed::New { id: new.id, display: new.display.clone() }),
            (None, None) => return,
        }
    }
}

/// What an operation is about; a plan has at most one with each identity.
fn identity(operation: &Operation) -> impl Ord + '_ {
    (operation.kind, operation.action, operation.source.as_ref(), operation.target.as_ref())
}

fn same_operation(one: &Operation, other: &Operation) -> bool {
    one == &Operation { id: one.id, ..other.clone() }
}
