//! Files that leave the program.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ExportForm {
    /// A table for spreadsheets.
    Csv,
    /// A page to read and print.
    Html,
    /// For other programs; of a plan, what `usher apply` carries out.
    Json,
}

/// Saves the last preview's plan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportPlan {
    /// Connection id.
    pub id: String,
    /// In which form.
    pub form: ExportForm,
}

/// Saves the provisioning log as it is filtered.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportLog {
    /// Connection id.
    pub id: String,
    /// `csv` or `json`.
    pub form: ExportForm,
    /// Only these results; all when empty.
    pub results: Vec<String>,
    /// Only this run.
    pub run: String,
    /// Only entries whose name contains this.
    pub text: String,
}

/// A file that was saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SavedFile {
    /// Where.
    pub path: String,
}
