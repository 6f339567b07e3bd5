//! What a person hears of: one notice for each change of a connection's state, and none for a state that goes on.
//!
//! What was told is remembered in [`Told`], so that neither a restart nor a second process tells it again.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::cycle::{CycleResult, Ended, Memory, QuarantineReason, missed};
use crate::quiet::Quiet;

/// A cycle that has not ended after so many intervals is silent: something holds it up that nobody was told of.
pub const SILENT_AFTER: i32 = 3;

/// One change that a person should hear of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Notice {
    /// Cycles failed so much that they run less often now.
    QuarantineBegan {
        /// Why.
        reason: QuarantineReason,
        /// People and groups that failed in the cycle that was too much.
        failed: u32,
    },
    /// Cycles run as often as they should again.
    QuarantineEnded,
    /// A guard stopped a plan, and a person decides.
    NeedsDecision,
    /// A cycle did not come to its end, after one that did.
    CycleFailed {
        /// Why, as a code of [`CycleResult`]: `failed-entra-not-read`, `stopped-quota-spent`.
        why: String,
    },
    /// Switched off by itself after a long quarantine.
    GaveUp,
    /// Cycles did not begin when they were due: the computer slept, or nothing ran.
    Missed {
        /// How many.
        count: u32,
        /// When the last one began.
        since: Timestamp,
    },
    /// A cycle has been running for much longer than it should.
    Silent {
        /// When it began.
        since: Timestamp,
    },
}

/// What was told last. Saved as JSON; every field has a default for older files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Told {
    quarantine: bool,
    decision: Option<String>,
    failing: bool,
    gave_up: bool,
    missed: Option<Timestamp>,
    silent: Option<Timestamp>,
}

/// After a cycle: what has changed by it.
pub fn after(told: &mut Told, memory: &Memory) -> Vec<Notice> {
    let mut found = Vec::new();
    let before = told.clone();
    told.quarantine = memory.quarantine.is_some();
    told.gave_up = memory.gave_up;
    told.decision.clone_from(&memory.waiting_for);
    let last = memory.last.as_ref();
    match last.map(|last| &last.result) {
        Some(CycleResult::Failed { .. } | CycleResult::Stopped { .. }) => told.failing = true,
        Some(result) if result.is_settled() => told.failing = false,
        // What a person cancelled, or decides about, says nothing about whether it works.
        _ => {}
    }
    match &memory.quarantine {
        Some(quarantine) if !before.quarantine => {
            let failed = last.map_or(0, Ended::failing);
            found.push(Notice::QuarantineBegan { reason: quarantine.reason, failed });
        }
        // The quarantine says it all.
        Some(_) => {}
        None if before.quarantine => found.push(Notice::QuarantineEnded),
        None => {}
    }
    let in_quarantine = before.quarantine || told.quarantine;
    if let Some(last) = last.filter(|_| told.failing && !before.failing && !in_quarantine) {
        found.push(Notice::CycleFailed { why: why(&last.result) });
    }
    if told.gave_up && !before.gave_up {
        found.push(Notice::GaveUp);
    }
    if told.decision.is_some() && told.decision != before.decision {
        found.push(Notice::NeedsDecision);
    }
    found
}

/// Before a cycle that is due: whether others should have begun before it.
pub fn late(
    told: &mut Told,
    memory: &Memory,
    interval: SignedDuration,
    quiet: Option<&Quiet>,
    now: Timestamp,
) -> Option<Notice> {
    let count = missed(memory, interval, quiet, now);
    let since = memory.last.as_ref()?.began;
    (count > 0 && told.missed.replace(since) != Some(since)).then_some(Notice::Missed { count, since })
}

/// While a cycle runs that began at `since`: whether it should have ended long ago.
pub fn silent(told: &mut Told, since: Timestamp, interval: SignedDuration, now: Timestamp) -> Option<Notice> {
    let is_late = now >= silent_at(since, interval);
    (is_late && told.silent.replace(since) != Some(since)).then_some(Notice::Silent { since })
}

/// From when on a cycle that began at `since` is silent.
pub fn silent_at(since: Timestamp, interval: SignedDuration) -> Timestamp {
    since.saturating_add(interval.saturating_mul(SILENT_AFTER)).unwrap_or(Timestamp::MAX)
}

fn why(result: &CycleResult) -> String {
    match result {
        CycleResult::Failed { code, .. } => format!("failed-{code}"),
        CycleResult::Stopped { why } => format!("stopped-{}", why.code()),
        _ => String::new(),
    }
}
