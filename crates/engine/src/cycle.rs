//! The life of cycles as pure decisions: which pass, when, on and off, quarantine, and the status that people see.
//!
//! Nothing here knows a clock: `now` comes in, in practice mode from the practice world's virtual clock.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use usher_plan::Cycle;

use crate::quiet::Quiet;
use crate::{End, Outcome, StopReason};

/// What a connection remembers about its cycles. Saved as JSON; every field has a default for older files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Memory {
    /// Whether it was ever switched on.
    pub ever_on: bool,
    /// Whether it is switched on.
    pub on: bool,
    /// Whether the next cycle looks at everyone again, because a person asked for a restart.
    pub restart: bool,
    /// The last cycle that ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Ended>,
    /// When a cycle last ended with every effect settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// Present while quarantined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
    /// The plan that waits for a person, by its hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_for: Option<String>,
    /// Switched on, restarted or decided about since the last cycle: that none ran before is nobody's fault.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
    /// Decided about since the last cycle: the next one carries out what a person asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
    /// Switched off by itself, after a quarantine that nobody ended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gave_up: bool,
}

/// A cycle that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// Which pass.
    pub cycle: Cycle,
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// How it ended.
    pub result: CycleResult,
    /// Objects that failed, in planning or in writing.
    pub failed: u32,
    /// Objects that wait for another try since this cycle or an earlier one, whether or not it looked at them.
    #[serde(default)]
    pub waiting: u32,
    /// People and groups in scope: what those who fail are a share of.
    pub considered: u32,
}

impl Ended {
    /// How many fail now. Whoever waits for another try still does, though this cycle did not look.
    pub fn failing(&self) -> u32 {
        self.failed.max(self.waiting)
    }
}

/// How a cycle ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum CycleResult {
    /// Everything is settled, nothing failed.
    Succeeded,
    /// Everything is settled, some objects failed.
    EntryLevelErrors,
    /// A guard stopped the plan; a person decides.
    NeedsApproval {
        /// The plan's hash.
        plan: String,
    },
    /// A person cancelled it.
    Cancelled,
    /// It stopped while writing.
    Stopped {
        /// Why.
        why: StopReason,
    },
    /// It never came to a plan: the source or the target could not be read, the configuration is wrong.
    Failed {
        /// A stable code.
        code: String,
        /// Whether lost credentials are the reason.
        credentials: bool,
    },
}

impl CycleResult {
    /// The result of a cycle whose plan was carried out. `planned_failures` could not be planned.
    pub fn of(outcome: &Outcome, planned_failures: u32) -> Self {
        match &outcome.end {
            End::Cancelled => CycleResult::Cancelled,
            End::Stopped { why, .. } => CycleResult::Stopped { why: *why },
            End::Completed if outcome.totals.parked + outcome.totals.left_out + planned_failures > 0 => {
                CycleResult::EntryLevelErrors
            }
            End::Completed => CycleResult::Succeeded,
        }
    }

    /// Whether every effect is settled.
    pub fn is_settled(&self) -> bool {
        matches!(self, CycleResult::Succeeded | CycleResult::EntryLevelErrors)
    }

    fn lost_credentials(&self) -> bool {
        matches!(
            self,
            CycleResult::Stopped { why: StopReason::LostAuthentication }
                | CycleResult::Failed { credentials: true, .. }
        )
    }
}

/// A connection that failed too much runs less often until it succeeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantine {
    /// When the first of these failures was.
    pub began: Timestamp,
    /// How many cycles in a row.
    pub count: u32,
    /// When the next cycle may run.
    pub next_attempt: Timestamp,
    /// Why.
    pub reason: QuarantineReason,
}

/// Why a connection is quarantined. The words are those of the Graph resource `quarantineReason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuarantineReason {
    /// Credentials are lost.
    EncounteredQuarantineException,
    /// More failures than are allowed at all.
    EncounteredTotalEscrowThreshold,
    /// Too large a share of the objects failed.
    EncounteredEscrowProportionThreshold,
}

/// From which failures on a connection is quarantined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Failures below which the share does not matter.
    pub minimum: u32,
    /// Per cent of the objects in scope that may fail.
    pub share: u32,
    /// Failures that are too many whatever the share.
    pub total: u32,
}

impl Thresholds {
    /// Microsoft's, from "Application provisioning in quarantine status" (Microsoft Learn).
    pub const ENTRA: Thresholds = Thresholds { minimum: 5_000, share: 40, total: 60_000 };

    /// The local runner's: a tenant of fifty in which everyone fails is not healthy.
    pub const LOCAL: Thresholds = Thresholds { minimum: 5, share: 40, total: 60_000 };
}

/// How many hours after the first failure the quarantined cycles run; later every 24 (the same page).
const QUARANTINE_STEPS: [i64; 2] = [6, 12];

/// The longest pause between two tries, of a connection in quarantine and of an object that fails.
const DAILY: SignedDuration = SignedDuration::from_hours(24);

/// After four weeks in quarantine Microsoft's service disables the job; so do we.
const QUARANTINE_ENDS: SignedDuration = SignedDuration::from_hours(28 * 24);

/// When the next cycle is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Not at all: switched off.
    Never,
    /// Not before a person has decided about a plan.
    AfterDecision,
    /// Now.
    Now,
    /// Then.
    At(Timestamp),
}

/// Says when the next cycle is due. The interval counts from the beginning of the last one, as in Entra.
pub fn next_due(memory: &Memory, interval: SignedDuration, now: Timestamp) -> Due {
    if !memory.on {
        return Due::Never;
    }
    if memory.waiting_for.is_some() {
        return Due::AfterDecision;
    }
    let at = match (&memory.quarantine, &memory.last) {
        // The clock was ahead once: what was worked out by it would be due when it is as late as it said.
        (_, Some(last)) if last.began.max(last.ended) > now => return Due::Now,
        (Some(quarantine), _) => quarantine.next_attempt,
        (None, _) if memory.restart => return Due::Now,
        (None, None) => return Due::Now,
        (None, Some(last)) => later(last.began, interval),
    };
    if at <= now { Due::Now } else { Due::At(at) }
}

/// When an object that failed so many times in a row is looked at again: after 1, 2, 4, 8 and 16 cycles, then daily.
/// Microsoft's service retries "at growing intervals" too and publishes no figures.
pub fn retry_at(failures: u32, interval: SignedDuration, now: Timestamp) -> Timestamp {
    const DOUBLED: u32 = 5;
    let wait = match failures.saturating_sub(1) {
        times if times < DOUBLED => interval.saturating_mul(1 << times).min(DAILY),
        _ => DAILY,
    };
    // A cycle begins an interval after the last one began, which is less than an interval after it ended.
    let slack = interval / 2;
    later(now, wait.saturating_sub(slack))
}

/// Whether an object that failed is looked at again now. What is due later than the longest pause from now was worked out
/// by a clock that was ahead.
pub fn is_retry_due(due: Timestamp, now: Timestamp) -> bool {
    due <= now || due > later(now, DAILY)
}

/// When a connection is tried next that is in quarantine since `began`. Measured from there, so that a cycle by hand moves
/// nothing.
fn next_attempt(began: Timestamp, now: Timestamp) -> Timestamp {
    let hours = now.duration_since(began).as_hours();
    let next = QUARANTINE_STEPS.into_iter().find(|step| hours < *step).unwrap_or((hours / 24 + 1) * 24);
    later(began, SignedDuration::from_hours(next))
}

/// Says which pass comes next.
pub fn next_cycle(memory: &Memory, has_watermark: bool) -> Cycle {
    if memory.restart || !has_watermark { Cycle::Initial } else { Cycle::Incremental }
}

/// Cycles that should have begun by now and did not. None should in quiet hours.
pub fn missed(memory: &Memory, interval: SignedDuration, quiet: Option<&Quiet>, now: Timestamp) -> u32 {
    let Some(last) = &memory.last else { return 0 };
    let rests = memory.quarantine.is_some() || memory.waiting_for.is_some() || memory.resumed;
    if !memory.on || rests || interval.is_zero() {
        return 0;
    }
    // A cycle that took longer than the interval made the next one late, and nothing was missed.
    let due = later(last.began, interval).max(last.ended);
    let Some(quiet) = quiet else {
        return u32::try_from(now.duration_since(due).as_secs() / interval.as_secs().max(1)).unwrap_or(0);
    };
    let following = |at: &Timestamp| Some(quiet.after(later(*at, interval)));
    let begins = std::iter::successors(Some(quiet.after(due)), following);
    u32::try_from(begins.skip(1).take_while(|at| *at <= now).count()).unwrap_or(0)
}

/// What becomes of a running cycle when a person switches off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WhenOff {
    /// It runs to its end, as in Entra; no further cycle begins.
    Finish,
    /// It is cancelled: what is in flight is finished, nothing more is sent.
    Cancel,
}

/// Switches on. A plan that waits for a decision goes on waiting.
pub fn switch_on(memory: &mut Memory) {
    memory.resumed |= !memory.on;
    memory.on = true;
    memory.ever_on = true;
    memory.gave_up = false;
}

/// Notes that a person has decided about the plan that waited.
pub fn decided(memory: &mut Memory) {
    memory.resumed |= memory.waiting_for.is_some();
    memory.decided |= memory.waiting_for.is_some();
    memory.waiting_for = None;
}

/// Notes that a person took an approval back: the plan waits again where the last cycle left it.
pub fn undecided(memory: &mut Memory, plan: &str) {
    let result = memory.last.as_ref().map(|last| &last.result);
    if matches!(result, Some(CycleResult::NeedsApproval { plan: made }) if made == plan) {
        memory.waiting_for = Some(plan.to_owned());
        memory.decided = false;
    }
}

/// Switches off; says whether the running cycle must be cancelled.
pub fn switch_off(memory: &mut Memory, when_off: WhenOff) -> bool {
    memory.on = false;
    when_off == WhenOff::Cancel
}

/// Restarts: with `everyone` the next cycle looks at everybody again, with `quarantine` it is lifted.
pub fn restart(memory: &mut Memory, everyone: bool, quarantine: bool) {
    memory.resumed = true;
    if everyone {
        memory.restart = true;
        memory.waiting_for = None;
    }
    if quarantine {
        memory.quarantine = None;
    }
}

/// Notes that a cycle ended, and decides about quarantine.
pub fn ended(memory: &mut Memory, cycle: Ended, thresholds: Thresholds) {
    memory.resumed = false;
    memory.decided = false;
    memory.waiting_for = match &cycle.result {
        CycleResult::NeedsApproval { plan } => Some(plan.clone()),
        _ => None,
    };
    if cycle.result.is_settled() {
        memory.last_success = Some(cycle.ended);
        if cycle.cycle == Cycle::Initial {
            memory.restart = false;
        }
    }
    let now = cycle.ended;
    match (quarantine_reason(&cycle, thresholds), &mut memory.quarantine) {
        (Some(reason), before) => {
            // One that began by a clock that was ahead begins anew.
            let known = before.as_ref().filter(|before| before.began <= now);
            let (began, count) = known.map_or((now, 1), |before| (before.began, before.count + 1));
            if now.duration_since(began) > QUARANTINE_ENDS {
                memory.gave_up |= memory.on;
                memory.on = false;
            }
            *before = Some(Quarantine { began, count, next_attempt: next_attempt(began, now), reason });
        }
        // Only a cycle that came to its end proves that the trouble is over.
        (None, before) if cycle.result.is_settled() => *before = None,
        (None, Some(before)) => {
            before.began = before.began.min(now);
            before.next_attempt = next_attempt(before.began, now);
        }
        (None, None) => {}
    }
    memory.last = Some(cycle);
}

/// Says whether a cycle failed so much that the connection is quarantined.
pub fn quarantine_reason(cycle: &Ended, thresholds: Thresholds) -> Option<QuarantineReason> {
    if cycle.result.lost_credentials() {
        return Some(QuarantineReason::EncounteredQuarantineException);
    }
    let failing = cycle.failing();
    if failing > thresholds.total {
        return Some(QuarantineReason::EncounteredTotalEscrowThreshold);
    }
    let share = u64::from(failing) * 100 > u64::from(cycle.considered) * u64::from(thresholds.share);
    (failing >= thresholds.minimum && share).then_some(QuarantineReason::EncounteredEscrowProportionThreshold)
}

/// What people see. The words are the catalogue's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Never switched on.
    SettingUp,
    /// A cycle is in progress.
    RunningNow,
    /// Switched off while the last cycle runs to its end.
    FinishingThenOff,
    /// A plan waits for a person.
    NeedsDecision,
    /// Slowed down after failures.
    Quarantined,
    /// On, but nobody runs it.
    OnWaitingForThisComputer,
    /// On; some objects failed, or the last cycle did not come to its end.
    OnWithProblems,
    /// On, and the last cycle was good.
    On,
    /// Switched off by someone.
    Off,
}

/// What else the status is derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Present {
    /// A cycle is in progress, here or in another process that holds the run lock.
    pub running: bool,
    /// A scheduler lives, here or in another process.
    pub scheduler: bool,
}

/// Derives the status.
pub fn status(memory: &Memory, present: Present) -> Status {
    match () {
        () if present.running && memory.ever_on && !memory.on => Status::FinishingThenOff,
        () if present.running => Status::RunningNow,
        () if !memory.ever_on => Status::SettingUp,
        () if !memory.on => Status::Off,
        () if memory.waiting_for.is_some() => Status::NeedsDecision,
        () if memory.quarantine.is_some() => Status::Quarantined,
        () if !present.scheduler => Status::OnWaitingForThisComputer,
        () if memory.last.as_ref().is_some_and(|last| last.result != CycleResult::Succeeded) => {
            Status::OnWithProblems
        }
        () => Status::On,
    }
}

/// An instant later, or the last one there is.
fn later(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.saturating_add(by).unwrap_or(Timestamp::MAX)
}
