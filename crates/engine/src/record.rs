//! What the journal keeps: enough to go on after a kill at any instant.
//!
//! `intended` is durable before the request leaves, so that everything the service provider may have seen is known.
//! `sent` follows without waiting: a create that is only `intended` is looked up like one that was sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use usher_plan::{Action, EntraObjectId, Key, ObjectKind, Reason, ScimId, Value};

/// One unit of work: an operation of the plan, or one part of a long membership operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitId {
    /// [`usher_plan::Operation::id`].
    pub operation: u32,
    /// Part of a membership operation, from 0: at most 100 members travel in one request.
    pub part: u32,
}

/// How far a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It will be sent; it may have been.
    Intended,
    /// It was handed to the network.
    Sent,
    /// It was sent, and no reply says what became of it.
    Unknown,
    /// The service provider accepted it.
    Accepted,
    /// It was listed back.
    Verified,
    /// It ended without success; the reason says why.
    Parked,
}

impl State {
    /// Whether nothing more happens to the unit in this run.
    pub fn is_final(self) -> bool {
        matches!(self, State::Verified | State::Parked)
    }

    /// The stable word, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Intended => "intended",
            State::Sent => "sent",
            State::Unknown => "unknown",
            State::Accepted => "accepted",
            State::Verified => "verified",
            State::Parked => "parked",
        }
    }
}

/// How a person or group and an account came together: what the link table calls origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Usher made the account.
    Created,
    /// The account was already there.
    Adopted,
}

/// One line of the journal. Append-only: the latest line of a unit counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Which unit.
    pub unit: UnitId,
    /// Person or group.
    pub kind: ObjectKind,
    /// What is done.
    pub action: Action,
    /// How far it is.
    pub state: State,
    /// How often it was sent in this process, counted from 1; 0 before the first time.
    pub attempt: u32,
    /// The object in Entra.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<EntraObjectId>,
    /// The object at the service provider, once known. On an accepted create or link this is the link to store.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<ScimId>,
    /// Set with `target` when an accepted create or link made a link.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub origin: Option<Origin>,
    /// The key to look it up after a lost reply.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<Key>,
    /// Digest of what was observed of the object when the plan was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub precondition: Option<String>,
    /// Random values drawn for this unit, by attribute: a repeated request sends the same ones. Those that come through
    /// `Redact` are not among them, and no other redacted value ever is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub drawn: BTreeMap<String, Value>,
    /// Why it is parked or unknown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Reason>,
}

/// The latest record of every unit. `records` are in the order in which they were appended.
pub fn latest(records: &[Record]) -> BTreeMap<UnitId, &Record> {
    records.iter().map(|record| (record.unit, record)).collect()
}

/// Units of an unfinished run whose outcome is not settled, in order.
pub fn open_units(records: &[Record]) -> Vec<&Record> {
    latest(records).into_values().filter(|record| !record.state.is_final()).collect()
}
