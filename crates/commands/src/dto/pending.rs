//! Deletes that wait for their day.

use super::Message;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Deletes that wait, and those that somebody took back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PendingDeletes {
    /// One row for each, the next ones first.
    pub rows: Vec<PendingDeleteRow>,
    /// How many of them wait.
    pub waiting: u32,
    /// For how many days a delete waits.
    pub grace_days: u32,
    /// What keeps all of them waiting, besides their days.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Message>,
}

/// One delete that waits, or that somebody took back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PendingDeleteRow {
    /// What a decision names it by.
    pub key: String,
    /// `user` or `group`.
    pub kind: String,
    /// A name to show.
    pub name: String,
    /// The matching value, usually the user name.
    pub detail: String,
    /// Id in Entra.
    pub source_id: String,
    /// Id at the service provider.
    pub target_id: String,
    /// Since when it waits (ISO 8601).
    pub since: String,
    /// Not before (ISO 8601).
    pub due: String,
    /// Whether that day has come: the next cycle deletes, or asks.
    pub is_due: bool,
    /// Why it is to be deleted.
    pub because: Message,
    /// Who keeps the account; nobody while it waits.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_by: Option<String>,
    /// Since when it is kept (ISO 8601).
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_at: Option<String>,
}

/// Keeps accounts that were to be deleted, or lets them wait again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DecidePending {
    /// Connection id.
    pub id: String,
    /// Which: keys of rows.
    pub keys: Vec<String>,
    /// Keep them, or let them wait again.
    pub keep: bool,
}
