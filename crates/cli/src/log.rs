//! `usher log`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{Existing, find, free, open, write_file};
use crate::output::{json, line};
use std::path::Path;
use usher_commands::dto::LogRequest;
use usher_commands::{export, operate, words};

/// Which entries.
pub struct Filter<'a> {
    pub results: &'a [String],
    pub find: &'a str,
    pub run: Option<u32>,
    /// How many; all when absent.
    pub limit: Option<u32>,
}

/// Shows the provisioning log, or saves it.
pub async fn log(
    connection: &str,
    filter: &Filter<'_>,
    csv: Option<&Path>,
    existing: Existing,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    free(csv, existing)?;
    let app = open(arguments).await?;
    let request = LogRequest {
        id: find(&app, connection).await?,
        results: filter.results.to_vec(),
        run: filter.run.map(|run| run.to_string()).unwrap_or_default(),
        text: filter.find.to_owned(),
        offset: 0,
        limit: filter.limit.unwrap_or_default(),
    };
    let page = match filter.limit {
        Some(_) => operate::log(&app, request).await?,
        None => export::whole_log(&app, &request).await?,
    };
    if let Some(path) = csv {
        write_file(path, &export::log_csv(&page.entries), existing)?;
    }
    if arguments.json {
        json(&page)?;
        return Ok(0);
    }
    if let Some(path) = csv {
        line(&format!("Saved {} entries as {}.", page.entries.len(), path.display()));
        return Ok(0);
    }
    for entry in &page.entries {
        line(&format!(
            "{}  {:<8} {:<8} {:<30} {}",
            entry.at,
            entry.result,
            entry.action,
            entry.name,
            words(&entry.message)
        ));
    }
    line(&format!("{} of {} entries.", page.entries.len(), page.total));
    Ok(0)
}
