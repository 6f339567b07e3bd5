//! Seats at GoTo, and which User Sync rules a person has to make there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CheckResult, Message};

/// Whether there are seats for whoever comes, and what gives people a product.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Seats {
    /// Whether there is such a thing: GoTo has licences, another SCIM service provider has not.
    pub applies: bool,
    /// In one sentence, how it looks.
    pub summary: Message,
    /// Whether everything is fine as far as it is known; what is short, or is not known, is told in `summary` and below.
    pub result: CheckResult,
    /// Why licences, or groups, could not be read, and what to do. Stops nobody.
    pub missing: Vec<Message>,
    /// The accounts of the signed-in administrator, with their licences.
    pub accounts: Vec<AccountSeats>,
    /// One rule for each group that is pushed.
    pub groups: Vec<SyncGroup>,
    /// What GoTo does with people who come by provisioning.
    pub notes: Vec<Message>,
    /// When it was read (ISO 8601).
    pub read_at: String,
}

/// An account at GoTo.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountSeats {
    /// Key.
    pub key: String,
    /// Name.
    pub name: String,
    /// Its licences.
    pub licences: Vec<LicenceSeats>,
}

/// A licence. A number is absent where GoTo does not tell it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LicenceSeats {
    /// Key.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Product codes.
    pub products: Vec<String>,
    /// Whether it is in force.
    pub enabled: bool,
    /// Seats in all.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// People on it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u32>,
    /// Seats that nobody has; absent where they are shared.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free: Option<u32>,
}

/// A group that is pushed: User Sync can give its people a product.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SyncGroup {
    /// Name.
    pub name: String,
    /// People in it who are in scope.
    pub people: u32,
    /// Whether a licence has enough free seats for all of them.
    pub result: CheckResult,
    /// Which product to choose.
    pub advice: Message,
}
