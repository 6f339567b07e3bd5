//! Provisioning one person first, told in the steps of Microsoft's on-demand provisioning.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use usher_engine::{End, UnitEnd};
use usher_graph::{GroupId, MemberKind};
use usher_plan::{EntraObjectId, Only};
use usher_runner::config::{Connection, Scope};
use usher_runner::{Report, log as run_log};
use usher_store::{LogQuery, LogRecord};

use crate::access;
use crate::app::App;
use crate::dto::{CommandError, ErrorCode, Message, TrialResult, TrialStep, TryPerson};
use crate::loaded::{Loaded, canonical, load};
use crate::problem::{error, missing, stopped};
use crate::ring;
use crate::rows;
use crate::running::{What, ready, run};

/// Provisions one person, with the draft.
pub async fn try_person(app: &Arc<App>, request: TryPerson) -> Result<TrialResult, CommandError> {
    let told = try_people(app, &request.id, std::slice::from_ref(&request.person)).await?;
    told.into_iter().next().ok_or_else(|| missing("person", &request.person))
}

/// Provisions these people, by object id, with the draft: as one run, so that the guards count them together.
pub async fn try_people(
    app: &Arc<App>,
    id: &str,
    people: &[String],
) -> Result<Vec<TrialResult>, CommandError> {
    let loaded = load(app, id).await?;
    let began = std::time::Instant::now();
    let users = people.iter().map(|person| person.as_str().into()).collect();
    let only = Only { users, ..Only::default() };
    let report = run(app, &loaded, &loaded.connection, &loaded.revision.hash, What::Person(only)).await?;
    let milliseconds = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    let ended = came_to_its_end(&report);
    let mut told = Vec::new();
    if ended.is_ok() {
        for person in people {
            told.push(trial(&loaded, &report, person, milliseconds).await?);
        }
    }
    let worked = ended.is_ok() && told.iter().all(|result| result.result == "success");
    let mark = Trial { configuration: tried_by(&loaded.connection)?, worked };
    loaded.memory.with(move |store| store.set_state(TRIAL, &mark)).await?;
    ended.map(|()| told)
}

/// A run that stopped or was cancelled is no success, whatever is known of each person.
fn came_to_its_end(report: &Report) -> Result<(), CommandError> {
    match &report.outcome.end {
        End::Completed => Ok(()),
        End::Cancelled => Err(error(ErrorCode::Cancelled, Message::new("error-cancelled"))),
        End::Stopped { why, detail } => {
            let message = Message::new(format!("cycle-stopped-{}", why.code()));
            Err(error(stopped(why), message).detail("answer", detail.as_str()))
        }
    }
}

/// So many members go with a group: who wants more than a look at the first ones lets a cycle run, behind its guards.
const WITH_A_GROUP: usize = 100;

/// Provisions a group and its members, with the draft; tells the group first. `group` is a name or an object id.
pub async fn try_group(app: &Arc<App>, id: &str, group: &str) -> Result<Vec<TrialResult>, CommandError> {
    let loaded = load(app, id).await?;
    ready(&loaded.connection)?;
    let began = std::time::Instant::now();
    let graph = access::graph(app, &loaded.connection).await?;
    let group = ring::group(&graph, group).await?;
    let members = graph.members(&GroupId::from(group.clone())).all().await?.into_items();
    let people: BTreeSet<EntraObjectId> = members
        .iter()
        .filter(|member| member.kind == MemberKind::User)
        .map(|member| member.id.as_str().into())
        .collect();
    if people.len() > WITH_A_GROUP {
        let message = Message::new("error-large-group")
            .number("count", u32::try_from(people.len()).unwrap_or(u32::MAX))
            .number("most", WITH_A_GROUP as u32);
        return Err(error(ErrorCode::Invalid, message));
    }
    let all: Vec<String> =
        std::iter::once(group.clone()).chain(people.iter().map(ToString::to_string)).collect();
    let only = Only { users: people, groups: [group.as_str().into()].into_iter().collect() };
    let report = run(app, &loaded, &loaded.connection, &loaded.revision.hash, What::Person(only)).await?;
    came_to_its_end(&report)?;
    let milliseconds = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    let mut told = Vec::new();
    for one in &all {
        match trial(&loaded, &report, one, milliseconds).await {
            Ok(result) => told.push(result),
            // Somebody whom the cycle does not look at, such as a guest from nowhere: nothing was decided.
            Err(problem) if problem.code == ErrorCode::NotFound && *one != group => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(told)
}

/// What is remembered of the last trial.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Trial {
    pub(crate) configuration: String,
    pub(crate) worked: bool,
}

pub(crate) const TRIAL: &str = "trial";

impl Trial {
    /// Whether this connection was tried as it is, and it worked.
    pub(crate) fn holds(&self, connection: &Connection) -> Result<bool, CommandError> {
        Ok(self.worked && self.configuration == tried_by(connection)?)
    }
}

/// Digest of what a trial tries: all but the ring, which it goes past.
fn tried_by(connection: &Connection) -> Result<String, CommandError> {
    let scope = Scope { ring: None, ..connection.scope.clone() };
    let content = canonical(&Connection { scope, ..connection.clone() })?;
    Ok(Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect())
}

async fn trial(
    loaded: &Loaded,
    report: &Report,
    person: &str,
    milliseconds: u32,
) -> Result<TrialResult, CommandError> {
    let plan = &report.plan;
    if let Some(failure) = plan.failures.iter().find(|failure| failure.source.as_str() == person) {
        let kind = rows::kind(failure.kind);
        let why = rows::reason_about(kind, &failure.reason);
        let steps = rows::steps(kind, "other", "failure", &run_log::Body::unwritten(&failure.reason));
        return Ok(told(&failure.display, "failure", why, steps, milliseconds));
    }
    let run = report.run;
    let query = LogQuery { run: Some(run), object: Some(person.to_owned()), ..LogQuery::default() };
    let page = loaded.memory.with(move |store| store.log(&query, None, 50)).await?;
    let written = page.records.iter().filter(|record| record.entry.action != "other");
    if let Some(record) = written.clone().min_by_key(|record| tells(record)) {
        let mut entry = rows::log_entry(record);
        let others = written.filter(|other| other.number != record.number);
        for other in others.map(rows::log_entry).filter(|other| other.result == "success") {
            entry.changes.extend(other.changes);
        }
        let summary = match entry.result.as_str() {
            "success" => done(&entry.kind, &entry.action),
            _ => entry.message.clone(),
        };
        return Ok(TrialResult {
            name: entry.name,
            result: entry.result,
            summary,
            steps: entry.steps,
            changes: entry.changes,
            milliseconds,
        });
    }
    if let Some(operation) = plan
        .operations
        .iter()
        .find(|operation| operation.source.as_ref().is_some_and(|source| source.as_str() == person))
    {
        let kind = rows::kind(operation.kind);
        // Linked only: the account was there and already equal. Whatever was not carried out is in the log, or the run
        // stopped before it.
        let units = report.outcome.units.iter().filter(|unit| unit.unit.operation == operation.id);
        let verified = units.clone().any(|unit| matches!(unit.end, UnitEnd::Verified));
        if let Some(UnitEnd::Parked(reason)) = units.map(|unit| &unit.end).find(|end| !is_done(end)) {
            let steps = rows::steps(kind, "other", "failure", &run_log::Body::unwritten(reason));
            return Ok(told(&operation.display, "failure", rows::trouble(reason), steps, milliseconds));
        }
        let body = run_log::Body {
            key: operation.key.clone(),
            verified,
            ..run_log::Body::unwritten(&operation.reason)
        };
        let steps = rows::steps(kind, "other", "success", &body);
        let linked = if kind == "group" { "trial-group-link" } else { "trial-link" };
        return Ok(told(&operation.display, "success", Message::new(linked), steps, milliseconds));
    }
    if let Some(skip) = plan.skips.iter().find(|skip| skip.source.as_str() == person) {
        let kind = rows::kind(skip.kind);
        let why = rows::reason_about(kind, &skip.reason);
        let result = if rows::is_in_step(&skip.reason) { "success" } else { "skipped" };
        let steps = rows::steps(kind, "other", result, &run_log::Body::unwritten(&skip.reason));
        return Ok(told(&skip.display, result, why, steps, milliseconds));
    }
    Err(missing("person", person))
}

/// Which of several entries about one object tells what became of it: what went wrong, else that it was made; its manager
/// or its members come after that.
fn tells(record: &LogRecord) -> u8 {
    match (record.entry.status.as_str(), record.entry.action.as_str()) {
        ("failure", _) => 0,
        ("success", "create") => 1,
        ("success", _) => 2,
        _ => 3,
    }
}

fn done(kind: &str, action: &str) -> Message {
    match (kind, action) {
        ("group", "create") => Message::new("trial-group-create"),
        ("group", "update") => Message::new("trial-group-update"),
        ("group", "delete") => Message::new("trial-group-delete"),
        _ => Message::new(format!("trial-{action}")),
    }
}

fn is_done(end: &UnitEnd) -> bool {
    matches!(end, UnitEnd::Verified | UnitEnd::Accepted)
}

fn told(name: &str, result: &str, summary: Message, steps: Vec<TrialStep>, milliseconds: u32) -> TrialResult {
    TrialResult {
        name: name.to_owned(),
        result: result.to_owned(),
        summary,
        steps,
        changes: Vec::new(),
        milliseconds,
    }
}
