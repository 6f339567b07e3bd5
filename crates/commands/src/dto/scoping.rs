//! Scoping filters: who passes the draft, why somebody does or does not, what a clause may say.

use super::Progress;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far the reading of everyone in scope by assignment is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PopulationState {
    /// Whether somebody waits for it.
    pub reading: bool,
    /// Progress while it is read.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// When it was read (ISO 8601); absent where nothing is kept.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<String>,
}
