//! Accounts that are at the service provider already, and what is decided about them.

use super::Message;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for accounts as the last preview found them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountsRequest {
    /// Connection id.
    pub id: String,
    /// Only these: `matched`, `ambiguous`, `orphan`, `out-of-scope`, `stranger`; all when empty.
    pub standings: Vec<String>,
    /// Only rows whose name contains this.
    pub text: String,
    /// First row.
    pub offset: u32,
    /// How many rows, 500 at most.
    pub limit: u32,
}

/// Accounts as the last preview found them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountPage {
    /// Whether a preview has looked at all.
    pub looked: bool,
    /// How many of which kind.
    pub counts: AccountCounts,
    /// Whether a person has to decide about accounts that match; else they are adopted.
    pub asks: bool,
    /// Rows.
    pub rows: Vec<AccountRow>,
    /// Rows that match in all.
    pub total: u32,
}

/// How many accounts of which kind.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
pub struct AccountCounts {
    /// One person in scope, one account.
    pub matched: u32,
    /// Of those: adopted with the next cycle.
    pub adopt: u32,
    /// Of those: left as they are.
    pub leave: u32,
    /// Of those: waiting for a decision.
    pub later: u32,
    /// It is not clear whose they are.
    pub ambiguous: u32,
    /// Kept by Usher, and nobody in scope has them.
    pub orphan: u32,
    /// Of somebody in Entra who is not in scope.
    pub out_of_scope: u32,
    /// Of nobody in Entra.
    pub stranger: u32,
    /// Kept by Usher.
    pub managed: u32,
    /// To be created.
    pub to_create: u32,
}

/// One account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountRow {
    /// `user` or `group`.
    pub kind: String,
    /// Its id at the service provider.
    pub target: String,
    /// A name to show.
    pub name: String,
    /// User name.
    pub user_name: String,
    /// Whether it is active.
    pub active: bool,
    /// `matched`, `ambiguous`, `orphan`, `out-of-scope`, `stranger`.
    pub standing: String,
    /// `adopt`, `leave` or `later`: what was decided; absent while nobody has.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// What becomes of it now: `adopt`, `leave` or `later`.
    pub becomes: String,
    /// Whether anything can be decided about it.
    pub can_decide: bool,
    /// Who in Entra has to do with it.
    pub people: Vec<String>,
    /// Why it is where it is.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Message>,
}

/// Decides about accounts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DecideAccounts {
    /// Connection id.
    pub id: String,
    /// The decisions.
    pub decisions: Vec<AccountDecision>,
}

/// One decision.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountDecision {
    /// `user` or `group`.
    pub kind: String,
    /// The account's id at the service provider.
    pub target: String,
    /// `adopt`, `leave` or `later`; absent to take a decision back.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<String>,
}
