//! `usher run`, `on`, `off`, `restart`.

use crate::arguments::Arguments;
use crate::daemon;
use crate::failure::Failure;
use crate::host::{find, is_file, open, take};
use crate::options::{OtherWriters, Reset};
use crate::output::{json, line, progress};
use crate::practice::interrupted;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use usher_commands::dto::{self, CommandError, ConnectionRef, ErrorCode, Message, TurnOff};
use usher_commands::operate::{self, Report, ResetScope, RunSummary, Watch};
use usher_commands::{App, words};

/// Progress on standard error, at most one line per phase and hundred objects.
pub fn watched() -> Watch {
    Watch::new(heard())
}

pub fn heard() -> impl Fn(operate::Progress) + Send + Sync + 'static {
    let last = AtomicU32::new(u32::MAX);
    move |news: operate::Progress| {
        let stamp = news.phase as u32 * 1_000_000 + news.done / 100;
        if last.swap(stamp, Ordering::Relaxed) != stamp {
            let phase = words(&Message::new(format!("phase-{}", news.phase.as_str())));
            match news.total {
                0 => progress(&format!("{phase}: {}", news.done)),
                total => progress(&format!("{phase}: {} of {total}", news.done)),
            }
        }
    }
}

/// Says what a run of a connection did; gives the exit code.
pub fn report(id: &str, done: &Report, as_json: bool) -> Result<u8, Failure> {
    let summary = operate::summary(done);
    if !as_json {
        line(&format!(
            "Created {}, linked {}, updated {}, disabled {}, deleted {}; {} in step, {} skipped, {} failed. {} requests.",
            summary.created,
            summary.linked,
            summary.updated,
            summary.disabled,
            summary.deleted,
            summary.no_change,
            summary.skipped,
            summary.failed,
            summary.requests,
        ));
        for failure in &summary.failures {
            line(&format!("  failed: {}: {}", failure.name, words(&failure.why)));
        }
        if !summary.failures.is_empty() {
            line(&format!("`usher log {id} --result failure` says more of each."));
        }
        if summary.accepted > 0 {
            line(&format!(
                "  not verified: {} writes were accepted and not read back yet; the next cycle looks at them",
                summary.accepted
            ));
        }
        for (attribute, written) in &summary.unseen {
            line(&format!(
                "  not verified: {attribute} was written {written} times and is not shown afterwards"
            ));
        }
        // Cycles look at them when they are due, not each time.
        if summary.waiting > summary.failed {
            let wait = if summary.waiting == 1 { "waits" } else { "wait" };
            line(&format!("{} {wait} for another try: `usher status {id}`.", summary.waiting));
        }
        if let Some(why) = &summary.stopped {
            line(&words(why));
        }
    }
    Ok(exit_code(&summary))
}

fn exit_code(summary: &RunSummary) -> u8 {
    match summary.stopped {
        Some(_) if summary.lost_credentials => 4,
        Some(_) => 1,
        None if summary.failed > 0 || summary.waiting > 0 => 5,
        None => 0,
    }
}

/// Runs one cycle.
pub async fn once(connection: &str, wait: bool, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    if wait && !daemon::until_free(&app, &id).await? {
        return Ok(1);
    }
    if is_file(connection) {
        take(&app, connection).await?;
        operate::make_live(&app, &id).await?;
    }
    operate::refuse_off(&app, &id).await?;
    one(&app, &id, arguments).await
}

pub async fn one(app: &Arc<App>, id: &str, arguments: &Arguments) -> Result<u8, Failure> {
    let done = match to_its_end(app, id, operate::run_once(app, id)).await {
        Ok(done) => done,
        Err(error) => {
            if error.code == ErrorCode::NeedsPerson {
                progress(&format!(
                    "Nothing was sent. `usher approve {id}` shows the plan that waits, and approves it."
                ));
                progress("`usher preview` and `usher apply` do the same with a plan in a file.");
            }
            if error.code == ErrorCode::Conflict {
                progress("--wait waits until it ends.");
            }
            return Err(error.into());
        }
    };
    let code = report(id, &done, arguments.json)?;
    if arguments.json {
        json(&operate::summary(&done))?;
    }
    Ok(code)
}

/// Waits for a run. An interruption lets what is in flight finish; a second one ends it where it stands, which the next
/// run looks up.
pub async fn to_its_end<T>(
    app: &App,
    id: &str,
    running: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    app.on_progress(heard());
    tokio::pin!(running);
    tokio::select! {
        result = &mut running => return result,
        () = interrupted() => {}
    }
    progress("Ending: what is in flight is finished. Interrupt again to end at once.");
    app.cancel(id);
    tokio::select! {
        result = &mut running => result,
        () = interrupted() => {
            progress("Ended. The next run looks up what was in flight.");
            std::process::exit(1);
        }
    }
}

/// Switches on.
pub async fn on(
    connection: &str,
    other_writers: Option<OtherWriters>,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    let said = other_writers.map(|said| match said {
        OtherWriters::None => dto::OtherWriters::None,
        OtherWriters::Accepted => dto::OtherWriters::Accepted,
    });
    if operate::other_writers(&app, &id, said).await?.is_none() {
        progress(
            "Does another service write people to this GoTo organization, such as an Active Directory connector, Okta or \
             OneLogin? Two writers undo each other's work.",
        );
        progress(
            "--other-writers none, or accepted, answers once; the window asks for it before it switches on.",
        );
    }
    operate::on(&app, &id).await?;
    let status = operate::status(&app, ConnectionRef { id }).await?;
    if arguments.json {
        json(&status)?;
    } else {
        line("Provisioning is on. Cycles run while Usher's window is open, or `usher run` lives.");
    }
    Ok(0)
}

/// Switches off.
pub async fn off(connection: &str, now: bool, reason: &str, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    let off = operate::turn_off(&app, TurnOff { id, cancel_running: now, reason: reason.to_owned() }).await?;
    if arguments.json {
        json(&off)?;
    } else {
        line("Provisioning is off.");
        for message in &off.stays {
            line(&words(message));
        }
    }
    Ok(0)
}

/// Lets the next cycle look at everyone again, or resets what was asked for.
pub async fn restart(
    connection: &str,
    scopes: &[Reset],
    yes: bool,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    if scopes.contains(&Reset::Full) && !yes {
        progress(
            "This forgets which account belongs to whom. Whoever is in scope is matched again; accounts of people who are \
             not in scope are no longer disabled by this connection. Nothing was changed. --yes does it.",
        );
        if arguments.json {
            json(&serde_json::json!({ "restarted": false }))?;
        }
        return Ok(3);
    }
    let wanted: Vec<ResetScope> = scopes.iter().map(|scope| in_graph(*scope)).collect();
    operate::restart(&app, &id, &wanted).await?;
    if arguments.json {
        json(&serde_json::json!({ "restarted": true }))?;
    } else if scopes.is_empty() {
        line("The next cycle looks at everyone again. Failures and quarantine are forgotten, links stay.");
    } else {
        line("Reset. The next cycle goes on from there.");
    }
    Ok(0)
}

fn in_graph(scope: Reset) -> ResetScope {
    match scope {
        Reset::Escrows => ResetScope::Escrows,
        Reset::Watermark => ResetScope::Watermark,
        Reset::Quarantine => ResetScope::QuarantineState,
        Reset::Full => ResetScope::Full,
        Reset::ForceDeletes => ResetScope::ForceDeletes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_another_try_is_not_done() {
        let code = |failed, waiting, stopped: bool| {
            exit_code(&RunSummary {
                run: "1".to_owned(),
                cycle: serde_json::from_value("incremental".into()).expect("a cycle"),
                created: 0,
                linked: 0,
                updated: 0,
                disabled: 0,
                deleted: 0,
                no_change: 0,
                skipped: 0,
                failed,
                waiting,
                requests: 0,
                failures: Vec::new(),
                accepted: 0,
                unseen: std::collections::BTreeMap::new(),
                stopped: stopped.then(|| Message::new("error-cancelled")),
                lost_credentials: false,
                plan: String::new(),
            })
        };
        assert_eq!([code(0, 0, false), code(1, 1, false), code(0, 2, false), code(0, 2, true)], [0, 5, 5, 1]);
    }
}
