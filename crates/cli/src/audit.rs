//! `usher audit`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{Existing, find, free, open, write_file};
use crate::output::{json, line};
use std::path::Path;
use usher_commands::audit;

/// Shows who did what, or saves it.
pub async fn audit(
    connection: &str,
    csv: Option<&Path>,
    existing: Existing,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    free(csv, existing)?;
    let app = open(arguments).await?;
    let deeds = audit::audit(&app, &find(&app, connection).await?).await?;
    if let Some(path) = csv {
        write_file(path, &audit::audit_csv(&deeds), existing)?;
    }
    if arguments.json {
        json(&deeds)?;
        return Ok(0);
    }
    if let Some(path) = csv {
        line(&format!("Saved {} entries as {}.", deeds.len(), path.display()));
        return Ok(0);
    }
    for deed in &deeds {
        let plan = deed.plan.as_deref().map(|plan| format!("  plan {}", plan.get(..12).unwrap_or(plan)));
        let ticket = deed.ticket.as_deref().map(|ticket| format!("  [{ticket}]"));
        line(&format!(
            "{}  {:<12} {}{}{}  {}",
            deed.at,
            deed.who,
            deed.words,
            ticket.unwrap_or_default(),
            plan.unwrap_or_default(),
            deed.details
        ));
    }
    line(&format!("{} entries.", deeds.len()));
    Ok(0)
}
