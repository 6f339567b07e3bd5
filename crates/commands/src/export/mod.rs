//! What leaves the program as a file: the plan and the provisioning log, for spreadsheets, for review, for other programs.

mod cells;
mod log;
mod plan;
mod report;
mod save;

use std::sync::Arc;

use usher_store::LogQuery;

use crate::app::App;
use crate::dto::{
    CommandError, ErrorCode, ExportForm, ExportLog, ExportPlan, LogEntry, LogPage, LogRequest, Message,
    SavedFile,
};
use crate::loaded::load;
use crate::problem::{error, missing};
use crate::{entra, operate, preview, rows};

pub(crate) use cells::Table;
pub use plan::plan_csv;
pub use report::plan_html;

/// Entries that are read from the store at a time.
const PAGE: u32 = 500;

/// Saves the last preview's plan as a new file in the person's folder for downloads.
pub async fn preview_export(app: &Arc<App>, request: ExportPlan) -> Result<SavedFile, CommandError> {
    let loaded = load(app, &request.id).await?;
    let Some(plan) = preview::last(&loaded).await? else { return Err(missing("preview", &request.id)) };
    let (text, ending) = match request.form {
        ExportForm::Csv => (plan_csv(&plan), "csv"),
        ExportForm::Html => (plan_html(&plan), "html"),
        ExportForm::Json => (preview::to_json(&plan)?, "json"),
    };
    save::new_file(app, &format!("{}-plan", request.id), ending, &text)
}

/// Saves the entries of the provisioning log that a filter leaves as a new file in the person's folder for downloads.
pub async fn log_export(app: &Arc<App>, request: ExportLog) -> Result<SavedFile, CommandError> {
    let id = request.id.clone();
    let wanted = LogRequest {
        id: request.id,
        results: request.results,
        run: request.run,
        text: request.text,
        offset: 0,
        limit: 0,
    };
    let page = whole_log(app, &wanted).await?;
    let (text, ending) = match request.form {
        ExportForm::Csv => (log_csv(&page.entries), "csv"),
        ExportForm::Json => (log_json(&page)?, "json"),
        ExportForm::Html => return Err(error(ErrorCode::Invalid, Message::new("error-export-form"))),
    };
    save::new_file(app, &format!("{id}-log"), ending, &text)
}

/// Every entry that the filter leaves, newest first. Offset and limit do not count here.
pub async fn whole_log(app: &App, request: &LogRequest) -> Result<LogPage, CommandError> {
    let loaded = load(app, &request.id).await?;
    let mut entries: Vec<LogEntry> = Vec::new();
    if !loaded.connection.is_local() && loaded.live.is_some() {
        entries = entra::log(app, &loaded, u32::MAX).await?;
        entries.retain(|entry| operate::fits(request, entry));
    } else {
        let mut before = None;
        loop {
            let query: LogQuery = operate::query(request);
            let page = loaded.memory.with(move |store| store.log(&query, before, PAGE)).await?;
            entries.extend(page.records.iter().map(rows::log_entry));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
    }
    let total = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    Ok(LogPage { entries, total })
}

/// Entries as CSV: one row for each, and one for each attribute or member that it changed.
#[must_use]
pub fn log_csv(entries: &[LogEntry]) -> String {
    log::log_csv(entries)
}

/// Entries as JSON. Its values are exact: programs read them, and no spreadsheet takes a JSON text for a formula.
fn log_json(page: &LogPage) -> Result<String, CommandError> {
    let text = serde_json::to_string_pretty(page).map_err(|problem| {
        error(ErrorCode::Storage, Message::new("error-storage").text("detail", problem.to_string()))
    })?;
    Ok(text + "\n")
}

#[cfg(test)]
mod tests;
