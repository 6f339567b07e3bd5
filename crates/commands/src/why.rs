//! Why somebody is in GoTo, or is not. Nothing here is sent.

use std::sync::Arc;

use usher_graph::{GraphErrorKind, UserId};
use usher_plan::{Action, Fact, ObjectKind, Operation, Plan, Stage, Step, Value};
use usher_runner::{Revision, Watch};
use usher_store::{Kind, LogQuery, Store, StoreError};

use crate::access;
use crate::app::App;
use crate::dto::{ChangeRow, CheckResult, CommandError, Message, TrialStep, Why, WhyRequest, WhyState};
use crate::loaded::load;
use crate::preview::reading;
use crate::problem::missing;
use crate::rows;

pub use usher_plan::Story;

/// What is known of one person.
pub struct Told {
    /// The story.
    pub story: Story,
    plan: Plan,
    /// What became of earlier tries.
    tries: Vec<Message>,
}

/// The story of one person, by the draft: user principal name or object id. Nothing is sent.
pub async fn why(app: &App, id: &str, person: &str, watch: &Watch) -> Result<Told, CommandError> {
    let object = object_id(app, id, person).await?;
    work_out(app, id, &object, watch).await?.ok_or_else(|| missing("person", person))
}

/// The same for the window, by object id: in the steps of the log, with what would be changed.
pub async fn why_person(app: &Arc<App>, request: WhyRequest) -> Result<Why, CommandError> {
    let told = work_out(app, &request.id, &request.person, &Watch::silent()).await?;
    let told = told.ok_or_else(|| missing("person", &request.person))?;
    Ok(told_in_steps(&told))
}

async fn work_out(app: &App, id: &str, object: &str, watch: &Watch) -> Result<Option<Told>, CommandError> {
    let loaded = load(app, id).await?;
    crate::running::ready(&loaded.connection)?;
    let reading = reading(app, &loaded).await?;
    let revision = Revision { connection: &loaded.connection, hash: &loaded.revision.hash };
    let Some((story, plan)) =
        usher_runner::why(&reading, revision, (ObjectKind::User, object), watch).await?
    else {
        return Ok(None);
    };
    let about = object.to_owned();
    let tries = loaded.memory.with(move |store| tries(store, &about)).await?;
    Ok(Some(Told { story, plan, tries }))
}

/// Whoever failed in the last cycles: how often, when again, and what was said.
fn tries(store: &Store, person: &str) -> Result<Vec<Message>, StoreError> {
    let mut retries = store.retries()?.into_iter();
    let Some(retry) = retries.find(|retry| retry.kind == Kind::User && retry.source == person) else {
        return Ok(Vec::new());
    };
    let time = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let again = Message::new("why-tries")
        .number("count", retry.failures)
        .text("since", time(retry.since))
        .text("due", time(retry.due));
    let failed = LogQuery { object: Some(person.to_owned()), ..LogQuery::default() };
    let page = store.log(&failed, None, 50)?;
    let last = page.records.iter().map(rows::log_entry).find(|entry| entry.result == "failure");
    Ok(std::iter::once(again).chain(last.map(|entry| entry.message)).collect())
}

/// The object id behind a user principal name. Whoever Entra does not have may still be known here by the id.
pub async fn object_id(app: &App, id: &str, person: &str) -> Result<String, CommandError> {
    let loaded = load(app, id).await?;
    crate::running::ready(&loaded.connection)?;
    let graph = access::graph(app, &loaded.connection).await?;
    match graph.user(&UserId::from(person), &[]).await {
        Ok(user) => Ok(user.id.as_str().to_owned()),
        Err(error) if error.kind == GraphErrorKind::NotFound => Ok(person.to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// A story as lines: each step with what was found out and what follows from it.
#[must_use]
pub fn lines(told: &Told) -> Vec<(&'static str, String, Vec<Message>)> {
    let steps = told.story.steps.iter().map(|step| {
        let facts = step.facts.iter().map(|fact| format!("{} {}", fact.name, shown(&fact.value)));
        let stage = match step.stage {
            Stage::Import => "Import",
            Stage::Scope => "Scope",
            Stage::Match => "Match",
            Stage::Action => "Action",
        };
        let mut facts: Vec<String> = facts.collect();
        if facts.is_empty() && step.stage == Stage::Match {
            facts.push("no account is linked or found".to_owned());
        }
        let mut reasons: Vec<Message> = step.reasons.iter().map(rows::reason).collect();
        if step.stage == Stage::Match {
            reasons.extend(stays(&told.story));
        }
        if step.stage == Stage::Action {
            facts.extend(would(told, step));
            reasons.extend(told.tries.iter().cloned());
        }
        (stage, facts.join(", "), reasons)
    });
    steps.collect()
}

/// That an account of somebody who is not in scope stays active, where Usher keeps it for nobody.
fn stays(story: &Story) -> Option<Message> {
    let is_out = truth(story, "ScopeEvaluationResult") == Some(false);
    let is_kept = story.steps.iter().flat_map(|step| &step.facts).any(|fact| fact.name == "foundHolder");
    let stays = is_out && !is_kept && truth(story, "foundActive") == Some(true);
    stays.then(|| Message::new("why-account-stays"))
}

/// What the next cycle would do, in words.
fn would(told: &Told, step: &Step) -> Vec<String> {
    let operations = step.operations.iter().filter_map(|id| told.plan.operation(*id));
    let all: Vec<String> = operations
        .map(|operation| match operation.action {
            Action::Create => "would create the account".to_owned(),
            Action::Link => "would link the account".to_owned(),
            Action::Update => "would change the account".to_owned(),
            Action::Disable => "would disable the account".to_owned(),
            Action::Delete => "would delete the account".to_owned(),
            Action::SetReferences => "would set the manager".to_owned(),
            Action::AddMembers => format!("would join {}", operation.display),
            Action::RemoveMembers => format!("would leave {}", operation.display),
        })
        .collect();
    if all.is_empty() { vec!["nothing to do".to_owned()] } else { all }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Text(text) => format!("\u{201c}{text}\u{201d}"),
        Value::Texts(texts) => texts.join("; "),
        Value::Integer(number) => number.to_string(),
        Value::Drawn { placeholder, .. } => placeholder.clone(),
        Value::Reference(person) => person.display.to_string(),
        Value::Redacted { .. } => usher_plan::REDACTED.to_owned(),
    }
}

fn told_in_steps(told: &Told) -> Why {
    let Told { story, plan, tries } = told;
    let ids: Vec<u32> = story.steps.iter().flat_map(|step| step.operations.iter().copied()).collect();
    let operations: Vec<&Operation> =
        plan.operations.iter().filter(|operation| ids.contains(&operation.id)).collect();
    let own = |operation: &&&Operation| operation.kind == story.kind;
    let failed =
        plan.failures.iter().any(|failure| failure.kind == story.kind && failure.source == story.source);
    let does = |action: Action| operations.iter().filter(own).any(|operation| operation.action == action);
    let there = truth(story, "linkIsThere") == Some(true) || does(Action::Link);
    let state = if failed {
        WhyState::Failed
    } else if does(Action::Create) || operations.iter().any(|one| one.reason.code == "re-enabled") {
        WhyState::Arrives
    } else if does(Action::Disable) || does(Action::Delete) {
        WhyState::Leaves
    } else if there && truth(story, "accountActive") != Some(false) {
        WhyState::In
    } else if there {
        WhyState::Inactive
    } else {
        WhyState::Out
    };
    let last = story.steps.iter().rev().find_map(|step| step.reasons.first());
    let mut steps: Vec<TrialStep> = story.steps.iter().map(|step| told_step(step, failed)).collect();
    if let Some(matched) = steps.iter_mut().find(|step| step.step == "match") {
        matched.evidence.extend(stays(story));
    }
    if let Some(action) = steps.iter_mut().find(|step| step.step == "action") {
        action.evidence.extend(tries.iter().cloned());
    }
    Why {
        name: story.display.clone(),
        state,
        summary: last.map_or_else(|| Message::new("why-in-step"), rows::reason),
        steps,
        changes: operations.iter().flat_map(|operation| changes(story, operation)).collect(),
    }
}

/// What the story found out under this name, where that is a truth.
fn truth(story: &Story, name: &str) -> Option<bool> {
    let fact = story.steps.iter().flat_map(|step| &step.facts).find(|fact| fact.name == name)?;
    if let Value::Boolean(truth) = fact.value { Some(truth) } else { None }
}

/// Attributes of the account; for a group that is joined or left, its name.
fn changes(story: &Story, operation: &Operation) -> Vec<ChangeRow> {
    if operation.kind == story.kind {
        return rows::changes(operation.action, &operation.changes, &[]);
    }
    let leaves = operation.action == Action::RemoveMembers;
    vec![ChangeRow {
        attribute: "groups".to_owned(),
        before: leaves.then(|| operation.display.clone()),
        after: if leaves { String::new() } else { operation.display.clone() },
    }]
}

fn told_step(step: &Step, failed: bool) -> TrialStep {
    let is =
        |name: &str| step.facts.iter().any(|fact| fact.name == name && fact.value == Value::Boolean(true));
    let has = |name: &str| step.facts.iter().any(|fact| fact.name == name);
    let created = step.reasons.iter().any(|reason| reason.code == "in-scope-no-match");
    let (name, result, title) = match step.stage {
        Stage::Import if is("found") => ("import", CheckResult::Passed, "step-import-done"),
        Stage::Import => ("import", CheckResult::Information, "why-import-gone"),
        Stage::Scope if is("ScopeEvaluationResult") => ("scope", CheckResult::Passed, "step-scope-in"),
        Stage::Scope if has("ScopeEvaluationResult") => ("scope", CheckResult::Information, "why-scope-out"),
        Stage::Scope => ("scope", CheckResult::FixThis, "why-scope-unknown"),
        Stage::Match if is("linkIsThere") || has("matched") => {
            ("match", CheckResult::Passed, "step-match-found")
        }
        Stage::Match if created => ("match", CheckResult::Information, "step-match-none"),
        Stage::Match if has("foundAccount") => ("match", CheckResult::Information, "why-match-not-theirs"),
        Stage::Match => ("match", CheckResult::Information, "why-match-nothing"),
        Stage::Action if failed => ("action", CheckResult::FixThis, "why-action-failed"),
        Stage::Action if step.operations.is_empty() => ("action", CheckResult::Passed, "why-action-nothing"),
        Stage::Action => ("action", CheckResult::Information, "why-action-would"),
    };
    let mut evidence: Vec<Message> =
        step.facts.iter().filter_map(|fact| evidence(step.stage, fact)).collect();
    evidence.extend(step.reasons.iter().map(rows::reason));
    TrialStep { step: name.to_owned(), result, title: Message::new(title), evidence }
}

/// A fact as a sentence; nothing where the step's title says it already.
fn evidence(stage: Stage, fact: &Fact) -> Option<Message> {
    let yes = fact.value == Value::Boolean(true);
    let value = rows::text(&fact.value);
    let either =
        |passed: &'static str, failed: &'static str| Some(Message::new(if yes { passed } else { failed }));
    match &*fact.name {
        "found" | "IsActive" | "ScopeEvaluationResult" | "IsEffectivelyEntitledForProvisioning" => None,
        "accountEnabled" => either("why-enabled", "why-disabled"),
        "softDeleted" => yes.then(|| Message::new("why-soft-deleted")),
        // Whoever is not assigned is told so as a reason, where it matters.
        "Assigned" => yes.then(|| Message::new("why-is-assigned")),
        "AssignedThrough" => Some(Message::new("why-through").text("group", value)),
        "linkedTo" => Some(Message::new("why-linked").text("account", value)),
        "linkOrigin" if value == "adopted" => Some(Message::new("why-adopted")),
        "linkOrigin" => Some(Message::new("why-created-here")),
        "linkIsThere" => (!yes).then(|| Message::new("why-link-gone")),
        "matched" => Some(Message::new("why-matched").text("account", value)),
        "foundAccount" => Some(Message::new("why-linked").text("account", value)),
        "foundHolder" => Some(Message::new("why-found-holder").text("other", value)),
        "accountActive" | "foundActive" => either("why-account-active", "why-account-inactive"),
        clause if stage == Stage::Scope => Some(match yes {
            true => Message::new("why-clause-passed").text("clause", clause),
            false => Message::new("why-clause-failed").text("clause", clause),
        }),
        name => Some(Message::new("why-attribute").text("name", name).text("value", value)),
    }
}
