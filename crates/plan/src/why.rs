//! Why something is done, or not done, for one person or group: told in the order in which it was decided.
//!
//! The story is read off the same facts and the same plan, so that it cannot differ from what is done.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use usher_expression::REDACTED;

use crate::in_scope::Side;
use crate::model::{Action, EntraObjectId, ObjectKind, Plan, Reason, Value};
use crate::reasons::Code;
use crate::request::Request;
use crate::scope::{Filters, Ruling, Scope, Standing};
use crate::snapshot::{Attribute, Origin, SourceSnapshot};
use crate::values::{Fields, MANAGER, Subject, read_value};

/// What was found out about one object, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// A person or a group.
    pub kind: ObjectKind,
    /// The object in Entra.
    pub source: EntraObjectId,
    /// A name to show.
    pub display: String,
    /// The steps, in order: import, scope, match, action.
    pub steps: Vec<Step>,
}

/// One step of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which step.
    pub stage: Stage,
    /// What was found out.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub facts: Vec<Fact>,
    /// What follows from it; empty where the next step was reached without further ado.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reasons: Vec<Reason>,
    /// Numbers of the operations of the plan that carry it out.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub operations: Vec<u32>,
}

/// The steps of the provisioning log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// What was read in Entra.
    Import,
    /// Whether the object is considered.
    Scope,
    /// Which account belongs to it.
    Match,
    /// What is done.
    Action,
}

/// One fact, under a stable name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// For the scope step, the detail keys of Graph's provisioning steps; for the import step, attribute names.
    pub name: Cow<'static, str>,
    /// Its value.
    pub value: Value,
}

/// The story of one object; nothing when neither the source nor a link knows it.
#[must_use]
pub fn why(request: &Request<'_>, plan: &Plan, kind: ObjectKind, id: &str) -> Option<Story> {
    let scope = Scope::new(request);
    let found = match kind {
        ObjectKind::User => {
            request.source.user(id).map(|user| (Subject::user(user), scope.user(user), import_user(user)))
        }
        ObjectKind::Group => request
            .source
            .group(id)
            .map(|group| (Subject::group(group), scope.group(group), vec![fact("found", true)])),
    };
    if found.is_none() && request.links.of_source(kind, id).is_none() {
        return None;
    }
    let mut steps = Vec::with_capacity(4);
    match &found {
        Some((subject, standing, facts)) => {
            let mut facts = facts.clone();
            facts.extend(attributes(request, kind, subject));
            steps.push(step(Stage::Import, facts, Vec::new()));
            let mut facts = scoping(request.source, standing);
            facts.extend(filters(request, kind, subject));
            steps.push(step(Stage::Scope, facts, standing.ruling.reason().into_iter().cloned().collect()));
        }
        None => {
            let code = request.unlisted(kind, id);
            steps.push(step(Stage::Import, vec![fact("found", false)], vec![code.reason()]));
        }
    }
    steps.push(matching(request, plan, kind, id, found.as_ref().map(|(subject, ..)| subject)));
    let action = action(plan, kind, id);
    let display = found
        .map(|(subject, ..)| subject.display().to_owned())
        .or_else(|| plan.operations.iter().find(|o| about(o, kind, id)).map(|o| o.display.clone()))
        .unwrap_or_else(|| id.to_owned());
    steps.push(action);
    Some(Story { kind, source: id.into(), display, steps })
}

fn fact(name: &'static str, value: bool) -> Fact {
    Fact { name: name.into(), value: Value::Boolean(value) }
}

fn text(name: &'static str, value: &str) -> Fact {
    Fact { name: name.into(), value: Value::Text(value.to_owned()) }
}

fn step(stage: Stage, facts: Vec<Fact>, reasons: Vec<Reason>) -> Step {
    Step { stage, facts, reasons, operations: Vec::new() }
}

fn import_user(user: crate::snapshot::SourceUser<'_>) -> Vec<Fact> {
    vec![
        fact("found", true),
        fact("accountEnabled", user.account_enabled()),
        fact("softDeleted", user.soft_deleted()),
    ]
}

/// The source values that mappings and filters read.
fn attributes(request: &Request<'_>, kind: ObjectKind, subject: &Subject<'_>) -> Vec<Fact> {
    let fields = Fields::new(request, kind);
    let table = if kind == ObjectKind::User { request.users } else { request.groups };
    let mapped = fields.flowing.iter().flat_map(|field| field.row.source_attributes());
    let mapped = mapped.chain(fields.people.iter().map(|_| MANAGER));
    let names: std::collections::BTreeSet<&str> = mapped.chain(table.filter().source_attributes()).collect();
    let hidden = table.redacted_attributes();
    names
        .into_iter()
        .filter_map(|name| match subject.attribute(name) {
            Attribute::Absent => None,
            _ if hidden.contains(name) => {
                Some(Fact { name: name.to_owned().into(), value: Value::Text(REDACTED.to_owned()) })
            }
            value => Some(Fact { name: name.to_owned().into(), value: read_value(&value) }),
        })
        .collect()
}

fn scoping(source: &SourceSnapshot, standing: &Standing<'_>) -> Vec<Fact> {
    let mut facts = vec![
        fact("IsActive", standing.active),
        fact("Assigned", standing.assigned),
        fact("IsEffectivelyEntitledForProvisioning", standing.entitled),
    ];
    if !standing.direct
        && let Some(group) = standing.via
    {
        facts.push(text("AssignedThrough", source.group(group).map_or(group, |group| group.display())));
    }
    // Of somebody whose filters have no answer nothing is said: false would read as "out of scope".
    if !matches!(standing.ruling, Ruling::Failed(_)) {
        facts.push(fact("ScopeEvaluationResult", standing.ruling == Ruling::In));
    }
    facts
}

/// Each clause with its result, under the keys of Microsoft's provisioning log. Told of everyone, also of those whom the
/// filters were not asked about; nothing where they fail, which is a reason then.
fn filters(request: &Request<'_>, kind: ObjectKind, subject: &Subject<'_>) -> Vec<Fact> {
    let filters = Filters::new(request, kind);
    let Ok(verdict) = filters.verdict(subject) else { return Vec::new() };
    let keys = verdict.because.iter().flat_map(|group| group.log_keys());
    keys.map(|(name, passed)| Fact { name: name.into(), value: Value::Boolean(passed) }).collect()
}

fn matching(
    request: &Request<'_>,
    plan: &Plan,
    kind: ObjectKind,
    id: &str,
    subject: Option<&Subject<'_>>,
) -> Step {
    let mut facts = Vec::new();
    if let Some(link) = request.links.of_source(kind, id) {
        facts.push(text("linkedTo", link.target.as_str()));
        facts.push(text(
            "linkOrigin",
            match link.origin {
                Origin::Created => "created",
                Origin::Adopted => "adopted",
            },
        ));
        let there = request.target.object(kind, link.target.as_str());
        facts.push(fact("linkIsThere", there.is_some()));
        if let (ObjectKind::User, Some(account)) = (kind, there) {
            facts.push(fact("accountActive", account.is_active()));
        }
    }
    let found = plan
        .operations
        .iter()
        .find(|operation| operation.action == Action::Link && about(operation, kind, id));
    if let Some(target) = found.and_then(|operation| operation.target.as_ref()) {
        facts.push(text("matched", target.as_str()));
    }
    let created = plan
        .operations
        .iter()
        .find(|operation| operation.action == Action::Create && about(operation, kind, id));
    if let (Some(subject), true, None) = (subject, facts.is_empty(), created) {
        facts.extend(fitting(request, kind, subject));
    }
    let reasons = [found, created].into_iter().flatten().map(|operation| operation.reason.clone()).collect();
    step(Stage::Match, facts, reasons)
}

/// Accounts that fit and do not become theirs: somebody else's, several of one name, or of somebody who is not in scope.
fn fitting(request: &Request<'_>, kind: ObjectKind, subject: &Subject<'_>) -> Vec<Fact> {
    let side = Side::new(request, kind);
    let all = side.matching.all(request, kind, &side.fields.flowing, subject, &side.context);
    let Some((key, rows)) = all else { return Vec::new() };
    let mut facts = Vec::new();
    for row in rows {
        let object = request.target.object_at(kind, row as usize);
        facts.push(text("foundAccount", &format!("{} ({})", key.value, object.id())));
        if kind == ObjectKind::User {
            facts.push(fact("foundActive", object.is_active()));
        }
        if let Some(link) = request.links.of_target(kind, object.id()) {
            facts.push(text("foundHolder", link.source.as_str()));
        }
    }
    facts
}

fn action(plan: &Plan, kind: ObjectKind, id: &str) -> Step {
    let operations: Vec<_> = plan.operations.iter().filter(|operation| about(operation, kind, id)).collect();
    let skipped = plan.skips.iter().filter(|skip| skip.kind == kind && skip.source.as_str() == id);
    let failed = plan.failures.iter().filter(|failure| failure.kind == kind && failure.source.as_str() == id);
    let unresolved = plan.notes.iter().filter(|note| {
        note.kind == kind
            && note.reason.code == Code::UnresolvedReference.as_str()
            && note.source.as_ref().is_some_and(|source| source.as_str() == id)
    });
    let reasons = operations
        .iter()
        .map(|operation| &operation.reason)
        .chain(skipped.map(|skip| &skip.reason))
        .chain(failed.map(|failure| &failure.reason))
        .chain(unresolved.map(|note| &note.reason));
    Step {
        stage: Stage::Action,
        facts: Vec::new(),
        reasons: reasons.cloned().collect(),
        operations: operations.iter().map(|operation| operation.id).collect(),
    }
}

/// Whether an operation is about the object, be it as its subject or as a member who joins or leaves.
fn about(operation: &crate::model::Operation, kind: ObjectKind, id: &str) -> bool {
    let is = |source: &Option<EntraObjectId>| source.as_ref().is_some_and(|source| source.as_str() == id);
    (operation.kind == kind && is(&operation.source))
        || (kind == ObjectKind::User && operation.members.iter().any(|member| is(&member.source)))
}
