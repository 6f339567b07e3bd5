//! `usher pending`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{find, open};
use crate::output::{json, line};
use usher_commands::dto::{ConnectionRef, DecidePending, PendingDeleteRow};
use usher_commands::{pending, words};

/// Lists deletes that wait; keeps accounts, or lets them wait again.
pub async fn pending(
    connection: &str,
    keep: &[String],
    release: &[String],
    arguments: &Arguments,
) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    let mut list = pending::pending_deletes(&app, ConnectionRef { id: id.clone() }).await?;
    for (named, keep) in [(keep, true), (release, false)] {
        if !named.is_empty() {
            let keys = pending::keys(&list, named)?;
            list = pending::pending_decide(&app, DecidePending { id: id.clone(), keys, keep }).await?;
        }
    }
    if arguments.json {
        json(&list)?;
        return Ok(0);
    }
    for one in &list.rows {
        line(&row(one));
    }
    line(&format!("{} to be deleted, {} kept.", list.waiting, list.rows.len() - list.waiting as usize));
    if let Some(held) = &list.held {
        line(&words(held));
    }
    Ok(0)
}

fn row(row: &PendingDeleteRow) -> String {
    let day = |instant: &str| instant.split('T').next().unwrap_or_default().to_owned();
    let state = match (&row.kept_by, &row.kept_at) {
        (Some(by), Some(at)) => format!("kept by {by} since {}", day(at)),
        _ if row.is_due => format!("due since {}", day(&row.due)),
        _ => format!("to be deleted on {}", day(&row.due)),
    };
    let name = if row.detail.is_empty() { &row.name } else { &row.detail };
    format!("{:<5} {:<40} since {}  {state:<28}  {}", row.kind, name, day(&row.since), words(&row.because))
}
