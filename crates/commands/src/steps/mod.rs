//! The steps of the set-up as checks: state is always derived from facts that were read, never stored.

mod connect;
mod go_live;
mod sign_in;

use std::sync::Arc;

use usher_auth::ENTRA_CALLBACK;
use usher_graph::{Graph, GraphErrorKind};
use usher_mapping::ObjectType;

use crate::access::{self, ENTRA_PERMISSIONS, GOTO_SCOPES, goto_callbacks};
use crate::app::App;
use crate::application;
use crate::domain;
use crate::draft::{ALL_STEPS, is_reviewed};
use crate::dto::{
    CheckResult, ClientGuide, CommandError, ConnectionRef, Finding, Message, Permission, PlanFacts, Remedy,
    RemedyAction, SetupReport, StepId, StepReport, StepState,
};
use crate::loaded::{Loaded, load};
use crate::mappings;
use crate::people;
use crate::scoping;
use crate::sign_in::Accounts;

/// Checks every step.
pub async fn setup_report(app: &Arc<App>, request: ConnectionRef) -> Result<SetupReport, CommandError> {
    report(app, &load(app, &request.id).await?).await
}

/// Facts that several steps look at, read once.
struct Facts<'a> {
    app: &'a App,
    loaded: &'a Loaded,
    accounts: Accounts,
    graph: Option<Graph>,
}

pub(crate) async fn report(app: &App, loaded: &Loaded) -> Result<SetupReport, CommandError> {
    let accounts = crate::sign_in::accounts(app, loaded).await?;
    let signed_in = accounts.entra.is_some() || loaded.connection.source.client_secret.is_some();
    let graph = if signed_in { access::graph(app, &loaded.connection).await.ok() } else { None };
    let facts = Facts { app, loaded, accounts, graph };
    // Each step asks for itself; together they take as long as the slowest.
    let checked = futures::future::try_join_all(ALL_STEPS.map(|step| check(&facts, step))).await?;
    let report =
        |(step, (state, findings))| StepReport { step, state, findings, checked_at: app.now().to_string() };
    let steps: Vec<StepReport> = ALL_STEPS.into_iter().zip(checked).map(report).collect();
    // Only the last step is gated: sign-in, application, people, connect, user attributes done, and a current preview.
    let needed = [
        StepId::SignIn,
        StepId::Plan,
        StepId::Application,
        StepId::People,
        StepId::Connect,
        StepId::UserAttributes,
        StepId::Preview,
    ];
    let mut in_the_way: Vec<Message> = steps
        .iter()
        .filter(|report| needed.contains(&report.step) && report.state != StepState::Done)
        .map(|report| Message::new(format!("in-the-way-{}", word(report.step))))
        .collect();
    if loaded.marks.other_writers.is_none() {
        in_the_way.push(Message::new("in-the-way-other-writers"));
    }
    Ok(SetupReport { can_turn_on: in_the_way.is_empty(), in_the_way, steps })
}

fn word(step: StepId) -> &'static str {
    match step {
        StepId::SignIn => "sign-in",
        StepId::Plan => "plan",
        StepId::PrepareGoto => "prepare-goto",
        StepId::Application => "application",
        StepId::People => "people",
        StepId::Connect => "connect",
        StepId::UserAttributes => "user-attributes",
        StepId::GroupAttributes => "group-attributes",
        StepId::ScopingFilters => "scoping-filters",
        StepId::Preview => "preview",
        StepId::TurnOn => "turn-on",
    }
}

type Checked = Result<(StepState, Vec<Finding>), CommandError>;

async fn check(facts: &Facts<'_>, step: StepId) -> Checked {
    match step {
        StepId::SignIn => sign_in::signed_in(facts).await,
        StepId::Plan => Ok(one(facts.loaded.marks.planned, "planned", "plan-chosen", "plan-not-chosen")),
        StepId::PrepareGoto => Ok(prepare(facts)),
        StepId::Application => chosen(facts).await,
        StepId::People => assigned(facts).await,
        StepId::Connect => connect::connected(facts).await,
        StepId::UserAttributes => Ok(attributes(facts, ObjectType::User)),
        StepId::GroupAttributes => Ok(attributes(facts, ObjectType::Group)),
        StepId::ScopingFilters => Ok(filtered(facts)),
        StepId::Preview => go_live::previewed(facts).await,
        StepId::TurnOn => go_live::turned_on(facts).await,
    }
}

fn plain(id: &str, result: CheckResult, title: Message) -> Finding {
    Finding { id: id.to_owned(), result, title, evidence: Vec::new(), remedy: None }
}

fn fix(id: &str, title: &str, actions: Vec<RemedyAction>) -> Finding {
    Finding {
        id: id.to_owned(),
        result: CheckResult::FixThis,
        title: Message::new(title),
        evidence: Vec::new(),
        remedy: Some(Remedy { steps: vec![Message::new(format!("{title}-remedy"))], actions, request: None }),
    }
}

/// A step with one fact that is there or not.
fn one(done: bool, id: &str, good: &str, bad: &str) -> (StepState, Vec<Finding>) {
    if done {
        (StepState::Done, vec![plain(id, CheckResult::Passed, Message::new(good))])
    } else {
        (StepState::NotStarted, vec![plain(id, CheckResult::Later, Message::new(bad))])
    }
}

/// A remote answer that could not be had, as a finding with its own remedy.
fn failed(id: &str, problem: &CommandError) -> Finding {
    let action = match problem.code {
        crate::dto::ErrorCode::SignIn => RemedyAction::SignIn,
        _ => RemedyAction::CheckAgain,
    };
    let evidence = problem.details.iter().map(|detail| {
        Message::new("evidence-detail").text("name", detail.name.clone()).text("value", detail.value.clone())
    });
    Finding {
        id: id.to_owned(),
        result: CheckResult::FixThis,
        title: problem.message.clone(),
        evidence: evidence.collect(),
        remedy: Some(Remedy {
            steps: problem.hint.clone().into_iter().collect(),
            actions: vec![action, RemedyAction::CheckAgain],
            request: None,
        }),
    }
}

fn state_of(findings: &[Finding]) -> StepState {
    if findings.iter().any(|finding| finding.result == CheckResult::FixThis) {
        StepState::Attention
    } else {
        StepState::Done
    }
}

fn prepare(facts: &Facts<'_>) -> (StepState, Vec<Finding>) {
    let domain = &facts.loaded.connection.domain;
    if domain.confirmed {
        // Claimed, not checked: GoTo has no interface that tells.
        let title = Message::new("domain-confirmed").text("domain", domain.name.clone());
        return (StepState::Done, vec![plain("domain", CheckResult::Information, title)]);
    }
    if domain.code.is_empty() {
        return (
            StepState::NotStarted,
            vec![plain("domain", CheckResult::Later, Message::new("domain-no-code"))],
        );
    }
    let left = domain.received.as_deref().and_then(|received| domain::days_left(received, facts.app.now()));
    match left {
        Some(left) if left < 0 => {
            let open = RemedyAction::Open { link: "organization-center".to_owned() };
            (StepState::Attention, vec![fix("domain", "domain-code-expired", vec![open])])
        }
        _ => (
            StepState::Attention,
            vec![plain("domain", CheckResult::Later, Message::new("domain-not-confirmed"))],
        ),
    }
}

async fn chosen(facts: &Facts<'_>) -> Checked {
    let id = &facts.loaded.connection.scope.application;
    let Some(graph) = &facts.graph else { return Ok(waits("application-waits")) };
    if id.is_empty() {
        let finding = plain("application", CheckResult::Later, Message::new("application-none"));
        return Ok((StepState::NotStarted, vec![finding]));
    }
    match graph.service_principal(&id.clone().into()).await {
        Ok(found) => {
            let name = found.display_name.unwrap_or_default();
            let title = Message::new("application-chosen").text("name", name);
            Ok((StepState::Done, vec![plain("application", CheckResult::Passed, title)]))
        }
        Err(problem) if problem.kind == GraphErrorKind::NotFound => {
            let go = RemedyAction::GoTo { step: StepId::Application };
            Ok((StepState::Attention, vec![fix("application", "application-gone", vec![go])]))
        }
        Err(problem) => Ok((StepState::Attention, vec![failed("application", &problem.into())])),
    }
}

fn waits(id: &str) -> (StepState, Vec<Finding>) {
    (StepState::Blocked, vec![plain("waits", CheckResult::NotTried, Message::new(id))])
}

/// What stops people from being provisioned as somebody meant it.
const BLOCKING: [&str; 2] = ["default-access", "undecided"];

async fn assigned(facts: &Facts<'_>) -> Checked {
    let connection = &facts.loaded.connection;
    let Some(graph) = &facts.graph else { return Ok(waits("people-wait")) };
    if connection.scope.application.is_empty() {
        return Ok(waits("people-wait-application"));
    }
    let people::Looked { people, filtered, .. } = match people::look(graph, connection).await {
        Ok(looked) => looked,
        Err(problem) => return Ok((StepState::Attention, vec![failed("people", &problem)])),
    };
    if people.rows.is_empty() && connection.scope.assigned_only {
        let finding = plain("people", CheckResult::Later, Message::new("people-nobody"));
        return Ok((StepState::NotStarted, vec![finding]));
    }
    let title = Message::new("people-in-scope")
        .number("count", people.in_scope)
        .number("groups", people.groups)
        .number("filtered", filtered);
    if people.in_scope == 0 {
        let mut findings = vec![plain("people", CheckResult::Later, title)];
        findings.extend(people.findings);
        return Ok((StepState::NotStarted, findings));
    }
    let mut findings = vec![plain("people", CheckResult::Passed, title)];
    findings.extend(people.findings);
    // Groups that are not security enabled stay out by themselves: that is worth knowing, and stops nobody.
    let blocking = findings
        .iter()
        .any(|finding| BLOCKING.contains(&finding.id.as_str()) && finding.result == CheckResult::FixThis);
    Ok((if blocking { StepState::Attention } else { StepState::Done }, findings))
}

fn filtered(facts: &Facts<'_>) -> (StepState, Vec<Finding>) {
    let connection = &facts.loaded.connection;
    let mut findings = Vec::new();
    let mut count = 0;
    let kinds =
        [(ObjectType::User, &connection.mappings.users), (ObjectType::Group, &connection.mappings.groups)];
    for (object, mapping) in kinds.into_iter().filter(|(_, mapping)| mapping.enabled) {
        count += mapping.scope.len();
        findings.extend(scoping::findings(object, &mapping.scope).into_iter().map(|(result, message)| {
            let id = format!("filter-{}", message.id);
            plain(&id, result, message)
        }));
    }
    let wrong = findings.iter().any(|finding| finding.result == CheckResult::FixThis);
    let title = match u32::try_from(count).unwrap_or(u32::MAX) {
        0 => Message::new("filters-none"),
        count => Message::new("filters-count").number("count", count),
    };
    findings.insert(0, plain("filters", CheckResult::Information, title));
    (if wrong { StepState::Attention } else { StepState::Done }, findings)
}

fn attributes(facts: &Facts<'_>, object: ObjectType) -> (StepState, Vec<Finding>) {
    let connection = &facts.loaded.connection;
    let (mark, mapping) = match object {
        ObjectType::User => (&facts.loaded.marks.users_reviewed, &connection.mappings.users),
        ObjectType::Group => (&facts.loaded.marks.groups_reviewed, &connection.mappings.groups),
    };
    let (_, found) = mappings::findings(connection, object);
    let count = u32::try_from(mapping.attributes.len()).unwrap_or(u32::MAX);
    let mut findings: Vec<Finding> = found
        .into_iter()
        // Step 9 tells of the filters.
        .filter(|finding| !scoping::is_about_filters(&finding.message))
        .map(|found| {
            let finding = plain(&format!("row-{}", found.target), found.result, found.message);
            let steps: Vec<Message> = found.why.into_iter().chain(found.remedy).collect();
            let remedy = Remedy { steps, actions: Vec::new(), request: None };
            Finding { remedy: Some(remedy).filter(|remedy| !remedy.steps.is_empty()), ..finding }
        })
        .collect();
    let wrong = findings.iter().any(|finding| finding.result == CheckResult::FixThis);
    findings.insert(
        0,
        plain("rows", CheckResult::Information, Message::new("attributes-count").number("count", count)),
    );
    let state = match (wrong, is_reviewed(mark.as_ref(), mapping)) {
        (true, _) => StepState::Attention,
        (false, true) => StepState::Done,
        (false, false) => StepState::NotStarted,
    };
    (state, findings)
}

/// Values to copy for registering the OAuth clients.
pub async fn client_guide(app: &Arc<App>, request: ConnectionRef) -> Result<ClientGuide, CommandError> {
    let loaded = load(app, &request.id).await?;
    let accounts = crate::sign_in::accounts(app, &loaded).await?;
    let facts = Facts { app, loaded: &loaded, accounts, graph: None };
    let entra = ENTRA_PERMISSIONS.iter().map(|(name, consent)| Permission {
        name: (*name).to_owned(),
        reason: Message::new(format!("permission-{}", name.replace('.', "-").to_lowercase())),
        admin_consent: *consent,
        granted: sign_in::granted(&facts, name),
    });
    let held = |scope: &str| {
        let account = facts.accounts.goto.as_ref();
        account.is_some_and(|account| account.scopes.iter().any(|found| found == scope))
    };
    let goto = GOTO_SCOPES.iter().map(|scope| Permission {
        name: (*scope).to_owned(),
        reason: Message::new(format!("scope-{}", scope.trim_end_matches(':').replace([':', '.'], "-"))),
        admin_consent: false,
        granted: held(scope),
    });
    Ok(ClientGuide {
        entra_redirect: ENTRA_CALLBACK.to_owned(),
        entra_permissions: entra.collect(),
        goto_redirects: goto_callbacks(loaded.connection.target.redirect_port),
        goto_scopes: goto.collect(),
    })
}

/// Counts people and groups, finds retired connectors.
pub async fn plan_facts(app: &Arc<App>, request: ConnectionRef) -> Result<PlanFacts, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let graph = access::graph(app, &connection).await?;
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(PlanFacts {
        people: count(graph.user_count().await?),
        groups: count(graph.group_count().await?),
        retired: application::retired(&graph).await?,
    })
}

/// Whether the connection is one of the local runner, for hosts.
pub async fn is_local(app: &App, id: &str) -> Result<bool, CommandError> {
    Ok(load(app, id).await?.connection.is_local())
}
