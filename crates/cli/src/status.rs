//! `usher status`.

use crate::arguments::Arguments;
use crate::connection;
use crate::failure::Failure;
use crate::host::{find_or_only, open};
use crate::output::{json, line};
use usher_commands::dto::{ConnectionRef, CycleOutcome, CycleSummary, Message, Nothing, Status, StatusWord};
use usher_commands::{connections, operate, words};

/// Shows how connections are doing.
pub async fn status(named: Option<&str>, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    if named.is_none() {
        let all = connections::connections(&app, Nothing {}).await?;
        if all.len() != 1 {
            if arguments.json {
                json(&all)?;
            } else {
                connection::show_all(&all);
            }
            return Ok(connection::code(&all));
        }
    }
    let id = find_or_only(&app, named).await?;
    let status_of = ConnectionRef { id };
    let status = operate::status(&app, status_of.clone()).await?;
    if arguments.json {
        json(&status)?;
        return Ok(0);
    }
    line(connection::status(status.status));
    if let Some(reason) = &status.off_reason {
        line(&format!("Switched off because: {reason}"));
    }
    line(&format!("{} people and {} groups are kept in GoTo.", status.people, status.groups));
    if let Some(text) = next_cycle(&status) {
        line(&text);
    }
    if let Some(quiet) = &status.quiet {
        match (&quiet.until, &quiet.until_local) {
            (Some(until), Some(local)) => line(&format!("Quiet until {local} {} ({until})", quiet.zone)),
            _ => line(&format!("Quiet hours: {} {}", quiet.hours, quiet.zone)),
        }
    }
    if status.pending_deletes > 0 {
        line(&format!("Deletes that wait: {} (`usher pending` lists them)", status.pending_deletes));
    }
    for need in &status.needs {
        line(&format!("Needs you: {}", words(&need.message)));
        if need.message.id == "need-approval" {
            line(&format!("    `usher approve {}` shows the plan, and approves it.", status_of.id));
        }
    }
    for cycle in &status.cycles {
        line(&cycle_row(cycle));
    }
    Ok(0)
}

/// When the next cycle is due. In quarantine that is no matter of the interval.
fn next_cycle(status: &Status) -> Option<String> {
    let (next, every) = (status.next_cycle.as_ref()?, status.interval_minutes);
    Some(match status.status {
        StatusWord::Quarantined => {
            format!("Next cycle: {next} (slowed down until one succeeds; then every {every} minutes)")
        }
        _ => format!("Next cycle: {next} (every {every} minutes)"),
    })
}

fn cycle_row(cycle: &CycleSummary) -> String {
    let why = cycle.because.as_ref().map(|why| format!("  {}", words(why))).unwrap_or_default();
    format!(
        "{}  {:<18} created {}, updated {}, disabled {}, failed {}{why}",
        cycle.started,
        words(&outcome(cycle.outcome)),
        cycle.created,
        cycle.updated,
        cycle.disabled,
        cycle.failed,
    )
}

/// The words that the window uses, too.
fn outcome(outcome: CycleOutcome) -> Message {
    Message::new(match outcome {
        CycleOutcome::Running => "outcome-running",
        CycleOutcome::Succeeded => "outcome-succeeded",
        CycleOutcome::InPart => "outcome-in-part",
        CycleOutcome::Failed => "outcome-failed",
        CycleOutcome::StoppedByGuard => "outcome-stopped-by-guard",
        CycleOutcome::Cancelled => "outcome-cancelled",
    })
}

#[cfg(test)]
mod tests {
    use super::{CycleOutcome, cycle_row, next_cycle};
    use serde_json::{Value, json};

    #[test]
    fn how_a_cycle_ended_is_said_in_words() {
        use CycleOutcome::{Cancelled, Failed, InPart, Running, StoppedByGuard, Succeeded};
        let all = [Running, Succeeded, InPart, Failed, StoppedByGuard, Cancelled];
        let shown = all.map(|outcome| {
            let cycle = json!({
                "run": "1", "cycle": "initial", "started": "2026-01-05T08:00:00Z", "outcome": outcome,
                "created": 1, "updated": 0, "disabled": 0, "failed": 2,
            });
            cycle_row(&serde_json::from_value(cycle).expect("a cycle"))
        });
        assert_eq!(
            shown[2],
            "2026-01-05T08:00:00Z  Some people failed created 1, updated 0, disabled 0, failed 2"
        );
        assert!(shown[4].contains("  Stopped by the deletion guard created"), "{}", shown[4]);
        assert!(shown.iter().all(|row| !row.contains("outcome-")), "each has its words: {shown:?}");
    }

    #[test]
    fn in_quarantine_the_interval_is_not_what_decides() {
        let told = |status: &str, next: Value| {
            let status = json!({
                "status": status, "on": true, "cycles": [], "next_cycle": next, "interval_minutes": 40,
                "people": 0, "groups": 0, "pending_deletes": 0, "needs": [], "as_of": "2026-01-05T08:00:00Z",
            });
            next_cycle(&serde_json::from_value(status).expect("a status"))
        };
        let next = json!("2026-01-05T14:00:00Z");
        assert_eq!(
            told("on", next.clone()).as_deref(),
            Some("Next cycle: 2026-01-05T14:00:00Z (every 40 minutes)")
        );
        let slowed = told("quarantined", next).expect("it is told");
        assert!(slowed.ends_with("(slowed down until one succeeds; then every 40 minutes)"), "{slowed}");
        assert_eq!(told("off", Value::Null), None);
    }
}
