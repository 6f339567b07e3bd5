//! From snapshots to a plan: users, then references between them, then groups, then memberships.

use std::collections::BTreeSet;

use crate::claims::{Claims, claims};
use crate::draft::{About, Draft};
use crate::in_scope::{Due, Fate, Side};
use crate::leaving::Removals;
use crate::limits;
use crate::matching::Candidate;
use crate::memberships::Roster;
use crate::model::{Action, Counts, FORMAT, ObjectKind, Operation, Plan, Reason};
use crate::policy::NoMatchingValue;
use crate::reasons::Code;
use crate::renames;
use crate::request::Request;
use crate::scope::{Ruling, Scope};
use crate::snapshot::SourcePart;
use crate::values::{Object, Subject};

/// Plans everything that the request considers. The same request gives the same bytes.
#[must_use]
pub fn plan(request: &Request<'_>) -> Plan {
    let scope = Scope::new(request);
    let users = Side::new(request, ObjectKind::User);
    let groups = Side::new(request, ObjectKind::Group);
    let removals = removals(request);
    let mut draft = Draft::default();

    let people = request.source.users().map(|user| (Subject::user(user), scope.user(user).ruling)).collect();
    let (fates, due) = settle_all(&users, &mut draft, people, removals);
    users.write(&mut draft, due, &fates);
    let teams =
        request.source.groups().map(|group| (Subject::group(group), scope.group(group).ruling)).collect();
    let (group_fates, due) = settle_all(&groups, &mut draft, teams, removals);
    groups.write(&mut draft, due, &fates);
    if groups.fields.members {
        let mut roster = Roster::new(request, &fates);
        for group in request.source.groups() {
            if request.considers(ObjectKind::Group, group.id()) {
                roster.settle(&mut draft, group, group_fates[group.row], removals);
            }
        }
    }
    for side in [&users, &groups] {
        let dropped = side.fields.dropped.iter().map(|path| (Code::AttributeNotSupported, path));
        let references = side.fields.left_out.iter().map(|path| (Code::ReferenceLeftOut, path));
        let roles = side.fields.roles.iter().map(|path| (Code::RolesNeedAssignment, path));
        for (code, path) in dropped.chain(references).chain(roles) {
            draft.note(side.kind, None, None, code.with([("attribute", path.to_string())]));
        }
    }
    assemble(request, draft)
}

/// Whether removals may be planned: only if everything that could keep a person in scope was read to its end.
pub(crate) fn removals(request: &Request<'_>) -> Removals {
    let needed = SourcePart::ALL.into_iter().filter(|part| match part {
        SourcePart::Users => true,
        SourcePart::Assignments => request.assigned_only,
        SourcePart::Groups | SourcePart::Members => request.assigned_only || request.groups_on(),
    });
    let complete = needed.into_iter().all(|part| request.source.completeness(part).is_complete());
    if complete { Removals::Possible } else { Removals::Withheld }
}

/// Plans every object of one kind: those in the source, then those that only a link remembers. What is to be written about
/// those who are or will be there is given back.
fn settle_all<'s>(
    side: &Side<'_>,
    draft: &mut Draft,
    subjects: Vec<(Subject<'s>, Ruling)>,
    removals: Removals,
) -> (Vec<Fate>, Vec<Due<'s>>) {
    let request = side.request;
    let mut candidates: Vec<Option<Candidate>> = subjects
        .iter()
        .map(|(subject, ruling)| {
            let considered = *ruling == Ruling::In && request.considers(side.kind, subject.id());
            considered.then(|| side.candidate(subject))
        })
        .collect();
    let Claims { refused, handed_over } = claims(side, &subjects, &mut candidates);
    for (subject, _) in subjects.iter().filter(|(subject, _)| request.considers(side.kind, subject.id())) {
        let about = About::subject(side.kind, subject);
        side.no_longer_pending(draft, about, Code::DeleteNoLongerPending.reason());
    }
    let mut fates = Vec::with_capacity(subjects.len());
    let mut due = Vec::new();
    for (((subject, ruling), candidate), claim) in subjects.into_iter().zip(candidates).zip(refused) {
        fates.push(match (candidate, ruling) {
            (Some(candidate), _) => side.settle(draft, &mut due, &subject, candidate, claim),
            (None, _) if cannot_be_matched(side, &subject) => {
                side.cannot_be_matched(draft, &subject);
                Fate::Absent
            }
            // Where groups are not provisioned, only those that once were are worth a word.
            (None, Ruling::Out(why))
                if why.code == Code::GroupsOff.as_str() && !is_linked(side, &subject) =>
            {
                Fate::Absent
            }
            // Neither in nor out: the account and its memberships stay as they are, and nothing is added.
            (None, Ruling::Failed(why)) if request.considers(side.kind, subject.id()) => {
                draft.fail(About::subject(side.kind, &subject), why);
                not_considered(side, &subject, false)
            }
            (None, Ruling::Out(why)) if request.considers(side.kind, subject.id()) => {
                if handed_over.contains(subject.id()) {
                    let about = About::subject(side.kind, &subject);
                    side.no_longer_pending(draft, about, Code::HandedOver.reason());
                    draft.skip(about, Code::HandedOver.reason());
                    Fate::Absent
                } else if adoptable_while_disabled(side, &subject, &why) {
                    let candidate = side.candidate(&subject.leaving());
                    side.settle(draft, &mut due, &subject.leaving(), candidate, None)
                } else {
                    let about = About::subject(side.kind, &subject);
                    side.leave(draft, about, &subject, why, removals)
                }
            }
            (None, ruling) => not_considered(side, &subject, ruling == Ruling::In),
        });
    }
    for (id, target) in request.links.pairs(side.kind) {
        let listed = match side.kind {
            ObjectKind::User => request.source.user(id).is_some(),
            ObjectKind::Group => request.source.group(id).is_some(),
        };
        if listed || !request.considers(side.kind, id) {
            continue;
        }
        let code = request.unlisted(side.kind, id);
        let account = request.target.object(side.kind, target);
        let display = account.map_or(id, |account| account.display());
        let nobody = Subject { object: Object::Nobody, soft_deleted: true };
        let about = About { kind: side.kind, source: id, display };
        if handed_over.contains(id) {
            side.no_longer_pending(draft, about, Code::HandedOver.reason());
            draft.skip(about, Code::HandedOver.reason());
            continue;
        }
        side.leave(draft, about, &nobody, code.reason(), removals);
    }
    (fates, due)
}

/// Only under a policy that creates people whose account is disabled in Entra.
pub(crate) fn adoptable_while_disabled(side: &Side<'_>, subject: &Subject<'_>, why: &Reason) -> bool {
    side.request.policy.create_disabled
        && why.code == Code::DisabledInEntra.as_str()
        && !is_linked(side, subject)
}

/// Only under a policy that says so before it asks about scope.
fn cannot_be_matched(side: &Side<'_>, subject: &Subject<'_>) -> bool {
    side.request.policy.no_matching_value == NoMatchingValue::BeforeScope
        && side.request.considers(side.kind, subject.id())
        && !is_linked(side, subject)
        && side.matching.values(&side.fields.flowing, subject, &side.context).is_empty()
}

fn is_linked(side: &Side<'_>, subject: &Subject<'_>) -> bool {
    side.request.links.target_of(side.kind, subject.id()).is_some()
}

/// Someone whom an on-demand pass does not look at may still be a member of a group that it does look at.
fn not_considered(side: &Side<'_>, subject: &Subject<'_>, in_step: bool) -> Fate {
    let account = side
        .request
        .links
        .target_of(side.kind, subject.id())
        .and_then(|target| side.request.target.object(side.kind, target));
    match account {
        Some(account) => Fate::At { row: u32::try_from(account.row).expect("fewer than 2^32 rows"), in_step },
        None => Fate::Absent,
    }
}

fn assemble(request: &Request<'_>, mut draft: Draft) -> Plan {
    renames::order(&mut draft);
    let guards = limits::findings(request, &draft);
    let changing: BTreeSet<&str> =
        draft.memberships.iter().filter_map(|operation| Some(operation.source.as_ref()?.as_str())).collect();
    // A group whose members change is not in step, even where its attributes are.
    draft.skips.retain(|skip| {
        skip.kind == ObjectKind::User
            || skip.reason.code != Code::RedundantExport.as_str()
            || !changing.contains(skip.source.as_str())
    });
    draft.skips.sort_by(|a, b| (a.kind, &a.source).cmp(&(b.kind, &b.source)));
    draft.failures.sort_by(|a, b| (a.kind, &a.source).cmp(&(b.kind, &b.source)));
    draft.notes.sort();
    draft.pending.sort_by(|a, b| (a.kind, &a.source).cmp(&(b.kind, &b.source)));
    let phases = [draft.links, draft.updates, draft.creates, draft.disables, draft.deletes, draft.references];
    let mut operations: Vec<Operation> = Vec::with_capacity(phases.iter().map(Vec::len).sum());
    operations.extend(phases.into_iter().flatten());
    // Stable: within a kind the phases keep their order.
    operations.sort_by_key(|operation| operation.kind);
    operations.extend(draft.memberships);
    for (id, operation) in (1..).zip(&mut operations) {
        operation.id = id;
    }
    renames::wait(&draft.takes, &mut operations);
    let mut counts = Counts {
        failed: limits::count(draft.failures.iter()),
        no_change: limits::count(
            draft.skips.iter().filter(|skip| skip.reason.code == Code::RedundantExport.as_str()),
        ),
        ..count(&operations)
    };
    counts.skip = limits::count(draft.skips.iter()) - counts.no_change;
    let mut plan = Plan {
        format: FORMAT,
        connection: request.connection.to_owned(),
        practice: request.practice,
        cycle: request.cycle,
        made_at: request.made_at,
        configuration: request.configuration.to_owned(),
        policy: request.decisions.rules(request.policy),
        target: request.target_url.to_owned(),
        watermark: request.watermark.to_owned(),
        mending: request.mending.cloned(),
        operations,
        skips: draft.skips,
        failures: draft.failures,
        notes: draft.notes,
        pending: draft.pending,
        guards,
        counts,
        hash: String::new(),
    };
    plan.hash = crate::verify::hash(&plan);
    plan
}

fn count(operations: &[Operation]) -> Counts {
    let mut counts = Counts::default();
    let mut updated = BTreeSet::new();
    for operation in operations {
        match operation.action {
            Action::Create => counts.create += 1,
            Action::Link => counts.link += 1,
            Action::Disable => counts.disable += 1,
            Action::Delete => counts.delete += 1,
            Action::AddMembers => counts.members_added += limits::count(operation.members.iter()),
            Action::RemoveMembers => counts.members_removed += limits::count(operation.members.iter()),
            Action::Update | Action::SetReferences => {}
        }
        let changes_object = matches!(
            operation.action,
            Action::Update | Action::SetReferences | Action::AddMembers | Action::RemoveMembers
        );
        if changes_object && operation.target.is_some() {
            updated.insert((operation.kind, operation.source.as_ref()));
        }
    }
    counts.update = limits::count(updated.iter());
    counts
}
