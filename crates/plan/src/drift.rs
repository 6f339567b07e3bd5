//! What differs at the service provider from what Usher wrote there, told attribute by attribute.
//!
//! It is read off the plan for everyone, so that it cannot differ from what a plan would mend. Only what Usher manages
//! can drift: whoever is still to be created, and whoever leaves, is the next cycle's business.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use usher_mapping::Apply;

use crate::in_scope::Side;
use crate::model::{Action, EntraObjectId, Member, ObjectKind, Operation, Plan, ScimId, Value};
use crate::reasons::Code;
use crate::request::{Only, Request};
use crate::scope::{Ruling, Scope};
use crate::snapshot::Attribute;
use crate::values::{Field, MEMBERS, Subject, read_value};

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// A person or a group.
    pub kind: ObjectKind,
    /// The object in Entra.
    pub source: EntraObjectId,
    /// Its account, or the group, at the service provider.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<ScimId>,
    /// A name to show.
    pub display: String,
    /// What kind of difference.
    pub differs: Differs,
    /// The attribute path; `members` for a member; absent where the whole object is gone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attribute: Option<Arc<str>>,
    /// What is there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub there: Option<Value>,
    /// What should be there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<Value>,
}

/// What kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Differs {
    /// Another value is there, or none.
    Value,
    /// The object was removed.
    Gone,
    /// Somebody who belongs in the group is not in it.
    MemberMissing,
    /// Somebody is in the group who does not belong in it.
    MemberTooMany,
    /// A value is there although Entra has none. Provisioning cannot clear it (Microsoft Learn, "Known issues for
    /// provisioning": null attributes cannot be provisioned).
    CannotClear,
}

impl Differs {
    /// Whether a plan can mend it.
    #[must_use]
    pub fn can_be_mended(self) -> bool {
        self != Self::CannotClear
    }
}

/// Everything that differs, in the order of the plan; then what cannot be cleared. `request` and `plan` are those of a pass
/// over everyone.
#[must_use]
pub fn drift(request: &Request<'_>, plan: &Plan) -> Vec<Difference> {
    let linked = |operation: &Operation| {
        let source = operation.source.as_ref()?.as_str();
        request.links.of_source(operation.kind, source)
    };
    let mut found = Vec::new();
    for operation in &plan.operations {
        let Some(link) = linked(operation) else { continue };
        match operation.action {
            Action::Create | Action::Link => {
                found.push(Difference { target: Some(link.target), ..whole(operation) });
            }
            // Who left, or came back, since Usher wrote last is no drift: there, nobody changed anything. Whoever was
            // disabled and is active again has drifted.
            Action::Disable if link.active && is_leaving(operation) => {}
            Action::Update if !link.active && operation.reason.code == Code::ReEnabled.as_str() => {}
            Action::Disable | Action::Update => values(operation, &mut found),
            Action::AddMembers => members(request, operation, Differs::MemberMissing, &mut found),
            Action::RemoveMembers => members(request, operation, Differs::MemberTooMany, &mut found),
            // A reference to an account that is only now made cannot have been there before.
            Action::Delete | Action::SetReferences => {}
        }
    }
    failing(request, plan, &mut found);
    cannot_clear(request, plan, &mut found);
    found
}

/// What a plan has to be about to mend these differences. Whoever is made anew joins the groups that miss them.
#[must_use]
pub fn mended_by(differences: &[Difference], plan: &Plan) -> Only {
    let mut only = Only::default();
    let mut anew = BTreeSet::new();
    for difference in differences.iter().filter(|difference| difference.differs.can_be_mended()) {
        match difference.kind {
            ObjectKind::User => only.users.insert(difference.source.clone()),
            ObjectKind::Group => only.groups.insert(difference.source.clone()),
        };
        if difference.differs == Differs::Gone && difference.kind == ObjectKind::User {
            anew.insert(&difference.source);
        }
    }
    let joined = plan.operations.iter().filter(|operation| operation.action == Action::AddMembers);
    let joined = joined.filter(|operation| {
        operation.members.iter().filter_map(|member| member.source.as_ref()).any(|id| anew.contains(id))
    });
    only.groups.extend(joined.filter_map(|operation| operation.source.clone()));
    only
}

/// What differs of those in scope for whom nothing can be planned, because somebody else has their name: that is told all the
/// more. Whether somebody is in scope at all may be what failed.
fn failing(request: &Request<'_>, plan: &Plan, found: &mut Vec<Difference>) {
    let scope = Scope::new(request);
    let sides = [Side::new(request, ObjectKind::User), Side::new(request, ObjectKind::Group)];
    for failure in &plan.failures {
        let id = failure.source.as_str();
        let (side, subject) = match failure.kind {
            ObjectKind::User => {
                let user = request.source.user(id).filter(|user| scope.user(*user).ruling == Ruling::In);
                (&sides[0], user.map(Subject::user))
            }
            ObjectKind::Group => {
                let group = request.source.group(id).filter(|group| scope.group(*group).ruling == Ruling::In);
                (&sides[1], group.map(Subject::group))
            }
        };
        let Some((subject, link)) = subject.zip(request.links.of_source(failure.kind, id)) else { continue };
        let Some(object) = request.target.object(failure.kind, link.target.as_str()) else { continue };
        for change in side.seen(&subject, object) {
            found.push(Difference {
                kind: failure.kind,
                source: failure.source.clone(),
                target: Some(link.target.clone()),
                display: failure.display.clone(),
                differs: Differs::Value,
                attribute: Some(change.attribute),
                there: change.before,
                expected: Some(change.after),
            });
        }
    }
}

fn whole(operation: &Operation) -> Difference {
    Difference {
        kind: operation.kind,
        source: operation.source.clone().unwrap_or_else(|| "".into()),
        target: operation.target.clone(),
        display: operation.display.clone(),
        differs: Differs::Gone,
        attribute: None,
        there: None,
        expected: None,
    }
}

fn values(operation: &Operation, found: &mut Vec<Difference>) {
    for change in &operation.changes {
        found.push(Difference {
            differs: Differs::Value,
            attribute: Some(change.attribute.clone()),
            there: change.before.clone(),
            expected: Some(change.after.clone()),
            ..whole(operation)
        });
    }
}

fn members(request: &Request<'_>, operation: &Operation, differs: Differs, found: &mut Vec<Difference>) {
    // Who only now gets an account was never in the group.
    let known = |member: &&Member| {
        let source = member.source.as_ref().map_or("", EntraObjectId::as_str);
        member.target.is_some() && request.links.target_of(ObjectKind::User, source).is_some()
    };
    for member in operation.members.iter().filter(known) {
        let name = |member: &Member| Value::Text(member.display.to_string());
        let (there, expected) = match differs {
            Differs::MemberMissing => (None, Some(name(member))),
            _ => (Some(name(member)), None),
        };
        let attribute = Some(MEMBERS.into());
        found.push(Difference { differs, attribute, there, expected, ..whole(operation) });
    }
}

/// Values of people and groups in scope for which the source has none. Nothing is said of values that only a create writes.
fn cannot_clear(request: &Request<'_>, plan: &Plan, found: &mut Vec<Difference>) {
    let failed: BTreeSet<(ObjectKind, &str)> =
        plan.failures.iter().map(|failure| (failure.kind, failure.source.as_str())).collect();
    // Who is skipped for another reason than being in step is out of scope, or not to be touched.
    let skipped = plan.skips.iter().filter(|skip| skip.reason.code != Code::RedundantExport.as_str());
    let skipped: BTreeSet<(ObjectKind, &str)> =
        skipped.map(|skip| (skip.kind, skip.source.as_str())).collect();
    let leaving = plan.operations.iter().filter(|operation| {
        matches!(operation.action, Action::Disable | Action::Delete) && is_leaving(operation)
    });
    let leaving: BTreeSet<(ObjectKind, &str)> =
        leaving.filter_map(|operation| Some((operation.kind, operation.source.as_ref()?.as_str()))).collect();
    let people = Side::new(request, ObjectKind::User);
    let groups = Side::new(request, ObjectKind::Group);
    let subjects = request.source.users().map(|user| (&people, Subject::user(user)));
    let subjects = subjects.chain(request.source.groups().map(|group| (&groups, Subject::group(group))));
    for (side, subject) in subjects {
        let id = (side.kind, subject.id());
        if failed.contains(&id) || skipped.contains(&id) || leaving.contains(&id) {
            continue;
        }
        let Some(link) = request.links.of_source(side.kind, subject.id()) else { continue };
        let Some(object) = request.target.object(side.kind, link.target.as_str()) else { continue };
        for field in side.fields.flowing.iter().filter(|field| clears(field)) {
            let read = object.attribute(&field.path);
            let empty = matches!(field.value(&subject, &side.context), Ok(None));
            if read != Attribute::Absent && empty {
                let there = match read_value(&read) {
                    value if field.row.redacts() => field.redacted(subject.id(), &value),
                    value => value,
                };
                found.push(Difference {
                    kind: side.kind,
                    source: subject.id().into(),
                    target: Some(link.target.clone()),
                    display: subject.display().to_owned(),
                    differs: Differs::CannotClear,
                    attribute: Some(field.path.clone()),
                    there: Some(there),
                    expected: None,
                });
            }
        }
    }
}

/// Rows that write on every update, and would clear a value if that could be done.
fn clears(field: &Field<'_>) -> bool {
    field.row.apply == Apply::Always && !field.row.fills_empty_target() && field.row.default.is_none()
}

fn is_leaving(operation: &Operation) -> bool {
    operation.reason.code != Code::InactiveByMapping.as_str()
}
