//! The Entra runner's operations: the job in Microsoft's cloud is set up, authorised in the portal, and switched.
//!
//! Nothing of it is remembered here: what is shown as true is read from Graph each time.

use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;
use url::Url;
use usher_engine::cycle as life;
use usher_graph::{LogFilter, Patience, ResetScope, ScheduleState, ServicePrincipalId, UserId};
use usher_runner::entra::{self as job, Credentials, JobAt, JobStatus, LogAction, LogResult, LogRow, RunEnd};
use usher_runner::state;

use crate::access;
use crate::app::App;
use crate::audit;
use crate::dto::{
    CommandError, CycleOutcome, CycleSummary, ErrorCode, LogEntry, Message, Need, Progress, Status,
    StatusWord,
};
use crate::loaded::{Loaded, load};
use crate::problem::error;
use crate::switched_off;

/// How long a person may take in the portal, and how often the saved credentials are tried meanwhile.
const IN_THE_PORTAL: Patience = Patience {
    first: Duration::from_secs(1),
    longest: Duration::from_secs(10),
    cap: Duration::from_secs(15 * 60),
};

async fn at(app: &App, loaded: &Loaded) -> Result<JobAt, CommandError> {
    let graph = access::graph(app, &loaded.connection).await?;
    Ok(JobAt::find(&graph, &loaded.connection).await?)
}

/// Makes the job where there is none, and writes scope, notice and deletion threshold to it: before anybody
/// authorises, because settings written later may drop the authorisation (Graph replaces all of them at once).
pub async fn set_up(app: &App, id: &str) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    let graph = access::graph(app, &loaded.connection).await?;
    job::apply_setup(&graph, &loaded.connection, Credentials::Keep).await?;
    Ok(())
}

/// The page of the portal on which a person presses Authorize.
pub async fn authorize_page(app: &App, id: &str) -> Result<Url, CommandError> {
    let loaded = load(app, id).await?;
    let graph = access::graph(app, &loaded.connection).await?;
    let application = ServicePrincipalId::from(loaded.connection.scope.application.clone());
    Ok(job::authorize_link(&loaded.connection, &graph.service_principal(&application).await?))
}

/// Opens that page and waits until the credentials that Microsoft saved work.
pub async fn authorize(app: &App, id: &str, cancel: &CancellationToken) -> Result<(), CommandError> {
    set_up(app, id).await?;
    let page = authorize_page(app, id).await?;
    if !app.open_page(&page)? {
        tracing::warn!("the browser did not open");
    }
    let loaded = load(app, id).await?;
    Ok(job::wait_for_authorization(&at(app, &loaded).await?, IN_THE_PORTAL, cancel).await?)
}

/// Asks Microsoft Entra to try the credentials that it has saved.
pub async fn test(app: &App, id: &str) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    Ok(job::prove_authorization(&at(app, &loaded).await?).await?)
}

const BACKUP: &str = "schema-backup";

/// Writes the mappings to the job, keeping the schema as it was, and switches it on.
pub(crate) async fn switch_on(app: &App, loaded: &Loaded) -> Result<(), CommandError> {
    // Everybody who is assigned would be let in, although the connection says otherwise.
    if loaded.connection.scope.ring.is_some() {
        return Err(error(ErrorCode::Invalid, Message::new("error-ring-in-the-way")));
    }
    // Cycles would run in them, although the connection says otherwise.
    if loaded.connection.runner.quiet.is_some() {
        return Err(error(ErrorCode::Invalid, Message::new("error-quiet-in-the-way")));
    }
    let at = at(app, loaded).await?;
    job::prove_authorization(&at).await?;
    let written = job::write_mappings(&at, &loaded.connection.mappings).await?;
    if written.changed {
        loaded.memory.with(move |store| store.set_state(BACKUP, &written.backup)).await?;
    }
    let local_on = loaded
        .memory
        .with(|store| store.state::<life::Memory>(state::LIFE))
        .await?
        .is_some_and(|memory| memory.on && was_local(loaded));
    job::start(&at, local_on).await?;
    let number = loaded.revision.number;
    let entry = audit::entry(app, "turned-on", None, &audit::goes_live(loaded));
    loaded
        .memory
        .with(move |store| {
            store.append_audit(&entry)?;
            store.set_live(number)?;
            store.set_base(number)?;
            store.update_state(state::LIFE, life::switch_on)
        })
        .await?;
    switched_off::note(loaded, None).await
}

/// Whether what is live now is run by this computer.
fn was_local(loaded: &Loaded) -> bool {
    let live = loaded.live.as_ref().and_then(|live| serde_json::from_str(&live.content).ok());
    live.is_some_and(|live: usher_runner::config::Connection| live.is_local())
}

/// Switches the job off: its running cycle comes to its end.
pub(crate) async fn switch_off(app: &App, loaded: &Loaded) -> Result<(), CommandError> {
    job::pause(&at(app, loaded).await?).await?;
    Ok(())
}

/// Without a scope what the portal's Restart provisioning does: everyone is evaluated again, failures and quarantine are
/// forgotten.
pub(crate) async fn restart(app: &App, loaded: &Loaded, scopes: &[ResetScope]) -> Result<(), CommandError> {
    Ok(job::restart(&at(app, loaded).await?, scopes).await?)
}

/// Refuses the local runner while a job of the same application is on: one connection has one active runner.
pub(crate) async fn refuse_local(app: &App, loaded: &Loaded) -> Result<(), CommandError> {
    let graph = access::graph(app, &loaded.connection).await?;
    match job::refuse_local_runner(&graph, &loaded.connection).await {
        // A directory without the synchronization interface, or a sign-in that may not read it, has no job to show.
        Err(job::EntraError::Graph(problem)) if !problem.is_transient() => Ok(()),
        other => Ok(other?),
    }
}

/// Provisions one person through the job.
pub async fn try_person(app: &App, id: &str, person: &str) -> Result<String, CommandError> {
    let loaded = load(app, id).await?;
    audit::note(app, &loaded, "on-demand", None, &json!({ "person": person })).await?;
    let done = job::provision_person(&at(app, &loaded).await?, UserId::from(person.to_owned())).await?;
    Ok(format!("{:?}", done.outcome.result).to_lowercase())
}

/// The overview, as far as Microsoft reports it.
pub(crate) async fn status(app: &App, loaded: &Loaded) -> Result<Status, CommandError> {
    let found = job::status(&at(app, loaded).await?).await?;
    let off = loaded.memory.with(switched_off::read).await?;
    let on = found.schedule == ScheduleState::Active;
    let cycles: Vec<CycleSummary> = found.last.iter().map(|last| cycle(&found, last)).collect();
    let needs = found.quarantine.iter().map(|quarantine| Need {
        message: Message::new("need-quarantine")
            .number("count", u32::try_from(quarantine.count).unwrap_or(0)),
        count: 0,
        place: "logs".to_owned(),
    });
    let count = |kind: &str| found.objects.get(kind).map_or(0, |count| u32::try_from(*count).unwrap_or(0));
    Ok(Status {
        status: word(&found),
        on,
        off_reason: off.map(|off| off.reason).filter(|reason| !on && !reason.is_empty()),
        progress: found.progress.map(|(done, total)| Progress {
            phase: Message::new("phase-writing"),
            done: u32::try_from(done).unwrap_or(0),
            total: u32::try_from(total).unwrap_or(0),
            seconds_left: None,
            pace: None,
        }),
        cycles,
        next_cycle: found.next.map(|at| at.to_string()),
        interval_minutes: found
            .interval
            .and_then(|interval| u32::try_from(interval.as_mins()).ok())
            .unwrap_or(40),
        quiet: None,
        people: count("User"),
        groups: count("Group"),
        // Microsoft's service deletes by its own rules, without waiting.
        pending_deletes: 0,
        needs: needs.collect(),
        as_of: app.now().to_string(),
    })
}

fn word(found: &JobStatus) -> StatusWord {
    if found.quarantine.is_some() {
        return StatusWord::Quarantined;
    }
    if found.schedule != ScheduleState::Active {
        return StatusWord::Off;
    }
    match found.last.as_ref().map(|last| last.end) {
        _ if found.progress.is_some() => StatusWord::RunningNow,
        Some(RunEnd::WithErrors | RunEnd::Failed) => StatusWord::OnWithProblems,
        _ => StatusWord::On,
    }
}

fn cycle(found: &JobStatus, last: &usher_runner::entra::RunCounts) -> CycleSummary {
    let number = |count: i64| u32::try_from(count).unwrap_or(0);
    let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
    CycleSummary {
        run: String::new(),
        cycle: if found.first_complete.is_some() { "incremental" } else { "initial" }.to_owned(),
        started: time(last.began).unwrap_or_default(),
        ended: time(last.ended),
        outcome: match last.end {
            RunEnd::Succeeded => CycleOutcome::Succeeded,
            RunEnd::WithErrors => CycleOutcome::InPart,
            RunEnd::Failed | RunEnd::Other => CycleOutcome::Failed,
        },
        // Microsoft reports how many objects it wrote, not how: the log tells.
        created: 0,
        updated: number(last.written),
        disabled: 0,
        failed: number(last.errors),
        because: last.error.as_ref().map(|(code, text)| {
            Message::new("evidence-detail").text("name", code.clone()).text("value", text.clone())
        }),
    }
}

/// The newest entries of the provisioning log.
pub(crate) async fn log(app: &App, loaded: &Loaded, limit: u32) -> Result<Vec<LogEntry>, CommandError> {
    let mut pages = job::log(&at(app, loaded).await?, &LogFilter::default());
    let mut entries = Vec::new();
    while let Some(page) = pages.next().await? {
        entries.extend(page.into_iter().map(entry));
        if entries.len() >= limit as usize {
            break;
        }
    }
    entries.truncate(limit as usize);
    Ok(entries)
}

fn entry(row: LogRow) -> LogEntry {
    let message = row.trouble.as_ref().map_or_else(
        || Message::new("job-log-entry"),
        |trouble| {
            Message::new("evidence-detail")
                .text("name", trouble.code.clone())
                .text("value", trouble.text.clone())
        },
    );
    LogEntry {
        id: row.id,
        at: row.at.map(|at| at.to_string()).unwrap_or_default(),
        run: row.cycle.unwrap_or_default(),
        action: match row.action {
            LogAction::Create => "create",
            LogAction::Update => "update",
            LogAction::Disable => "disable",
            LogAction::Delete => "delete",
            _ => "skip",
        }
        .to_owned(),
        result: match row.result {
            LogResult::Success => "success",
            LogResult::Failure => "failure",
            LogResult::Skipped => "skipped",
            _ => "warning",
        }
        .to_owned(),
        kind: row.source.kind.unwrap_or_default().to_lowercase(),
        name: row.source.display.unwrap_or_default(),
        source_id: row.source.id.unwrap_or_default(),
        target_id: row.target.id.unwrap_or_default(),
        message,
        steps: Vec::new(),
        changes: row
            .changes
            .into_iter()
            .map(|change| crate::dto::ChangeRow {
                attribute: change.attribute,
                before: change.before,
                after: change.after.unwrap_or_default(),
            })
            .collect(),
        milliseconds: 0,
    }
}

impl From<job::EntraError> for CommandError {
    fn from(source: job::EntraError) -> Self {
        let text = source.to_string();
        let code = match &source {
            job::EntraError::Graph(_) => ErrorCode::Remote,
            job::EntraError::NoApplication | job::EntraError::NoTemplate { .. } | job::EntraError::NoJob => {
                ErrorCode::Invalid
            }
            job::EntraError::WouldDropCredentials { .. }
            | job::EntraError::LocalRunnerOn
            | job::EntraError::EntraRunnerOn => ErrorCode::NeedsPerson,
            job::EntraError::NotAuthorized { .. } => ErrorCode::SignIn,
            job::EntraError::Cancelled => ErrorCode::Cancelled,
            _ => ErrorCode::Remote,
        };
        match source {
            job::EntraError::Graph(problem) => problem.into(),
            other => error(code, Message::new(format!("job-{}", other.code()))).detail("why", text),
        }
    }
}
