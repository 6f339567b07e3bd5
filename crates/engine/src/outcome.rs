//! How a run ended: one outcome for every operation, and why the run stopped where it did.

use serde::{Deserialize, Serialize};
use usher_plan::{Member, Reason, ScimId};

use crate::{Origin, UnitId};

/// How the run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum End {
    /// Every unit is verified or parked.
    Completed,
    /// A person cancelled it; what was in flight was finished, and read back once.
    Cancelled,
    /// It could not go on. Everything can be resumed.
    Stopped {
        /// Why.
        why: StopReason,
        /// What the service provider or the store said.
        detail: String,
    },
}

/// Why a run stopped by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// The credentials do not work any more.
    LostAuthentication,
    /// A quota is spent, or the service provider keeps answering 429.
    QuotaSpent,
    /// The service provider cannot be reached, or answers nothing but trouble.
    TargetUnreachable,
    /// A redirect or a web page answers: no service provider is at this address.
    WrongAddress,
    /// The writes are done, and the service provider refuses to list them back.
    ReadBackRefused,
    /// The journal cannot be written.
    JournalFailed,
}

impl StopReason {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            StopReason::LostAuthentication => "lost-authentication",
            StopReason::QuotaSpent => "quota-spent",
            StopReason::TargetUnreachable => "target-unreachable",
            StopReason::WrongAddress => "wrong-address",
            StopReason::ReadBackRefused => "read-back-refused",
            StopReason::JournalFailed => "journal-failed",
        }
    }
}

/// How one unit ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnitEnd {
    /// Listed back.
    Verified,
    /// Accepted, but not listed back before the run ended.
    Accepted,
    /// Ended without success.
    Parked(Reason),
    /// Nobody knows yet: looked up before anything is sent again.
    Unknown,
    /// Not attempted in this run.
    NotAttempted,
}

/// Part of an operation that was left out while the rest went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// The member.
    pub member: Member,
    /// Why.
    pub reason: Reason,
}

/// The outcome of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationOutcome {
    /// Which unit.
    pub unit: UnitId,
    /// How it ended.
    pub end: UnitEnd,
    /// The object at the service provider, where known.
    pub target: Option<ScimId>,
    /// Set when a link was made.
    pub origin: Option<Origin>,
    /// How often it was sent.
    pub attempts: u32,
    /// Members, or people whom an attribute names, that were left out, each with the reason.
    pub left_out: Vec<Undone>,
    /// Attributes that were written and that the service provider does not show: believed, not verified.
    pub unseen: Vec<String>,
}

/// Totals over the units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Verified.
    pub verified: u32,
    /// Accepted, not yet listed back.
    pub accepted: u32,
    /// Parked.
    pub parked: u32,
    /// Unknown.
    pub unknown: u32,
    /// Not attempted.
    pub not_attempted: u32,
    /// Members left out.
    pub left_out: u32,
}

/// How the run ended, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// How the run ended.
    pub end: End,
    /// One entry for every unit, in the order of the plan.
    pub units: Vec<OperationOutcome>,
    /// Totals.
    pub totals: Totals,
    /// Writes and look-ups sent.
    pub requests: u64,
}

impl Outcome {
    /// Whether the watermark may move: every effect has a verified or parked outcome.
    pub fn is_settled(&self) -> bool {
        self.end == End::Completed
            && self.totals.accepted == 0
            && self.totals.unknown == 0
            && self.totals.not_attempted == 0
    }
}
