//! Rollout in rings: who may get an account so far.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks how a ring stands that need not be saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RingRequest {
    /// Connection id.
    pub id: String,
    /// Object ids of people and groups; everybody when absent.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<Vec<String>>,
}

/// Who is in a ring, and how many wait.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Ring {
    /// Whether everybody may get an account.
    pub everybody: bool,
    /// Who is named.
    pub members: Vec<RingMember>,
    /// People in scope.
    pub in_scope: u32,
    /// People in scope whom Usher keeps an account for already.
    pub provisioned: u32,
    /// People in scope who come next: in the ring, and without an account of Usher's.
    pub next: u32,
    /// People in scope who wait for a wider ring.
    pub waiting: u32,
    /// Groups in scope that wait.
    pub waiting_groups: u32,
    /// Numbers of people are an estimate: there are more than were read.
    pub about: bool,
    /// When Entra was read (ISO 8601).
    pub read_at: String,
}

/// A person or group that a ring names.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RingMember {
    /// Object id.
    pub id: String,
    /// `user`, `group`, or `unknown` for whom Entra does not have.
    pub kind: String,
    /// Name; the id for whom Entra does not have.
    pub name: String,
    /// User principal name, or a description.
    pub detail: String,
    /// How many people in scope it lets in.
    pub people: u32,
}
