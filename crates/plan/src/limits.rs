//! The guards, evaluated on what was planned.

use crate::draft::Draft;
use crate::model::{Change, GuardFinding, ObjectKind};
use crate::policy::RemovalLimit;
use crate::reasons::Code;
use crate::request::Request;
use crate::snapshot::SourcePart;

/// More people would lose access than the connection allows.
pub const PEOPLE_LOSING_ACCESS: &str = "people-losing-access";
/// More people would be deleted than the connection allows.
pub const PEOPLE_DELETIONS: &str = "people-deletions";
/// More groups would be deleted than the connection allows.
pub const GROUP_DELETIONS: &str = "group-deletions";
/// More members would leave one group than the connection allows.
pub const MEMBERS_LEAVING_GROUP: &str = "members-leaving-group";
/// More people and groups together would be disabled or deleted than Microsoft's threshold allows.
pub const DELETION_THRESHOLD: &str = "deletion-threshold";
/// The source was not read completely: removals are not in the plan, and nobody can approve them.
pub const INCOMPLETE_READ: &str = "incomplete-read";
/// The source lists far fewer people than the last time, or none at all although accounts are linked.
pub const IMPLAUSIBLE_SHRINKAGE: &str = "implausible-shrinkage";
/// The source lists far fewer groups than the last time.
pub const FEWER_GROUPS: &str = "implausible-shrinkage-groups";
/// The source lists far fewer assignments than the last time.
pub const FEWER_ASSIGNMENTS: &str = "implausible-shrinkage-assignments";

/// The service provider does not list far more linked people than may be missing: they would be made a second time.
pub const ACCOUNTS_GONE: &str = "accounts-gone";
/// The same of linked groups.
pub const GROUPS_GONE: &str = "groups-gone";
/// More people would be renamed than may lose access: the accounts under the known ids may be somebody else's.
pub const PEOPLE_RENAMED: &str = "people-renamed";
/// The links were made at another address of a service provider: under the same ids there may be other people.
pub const OTHER_TARGET: &str = "other-target";

/// What a person may allow.
fn finding(guard: &str, count: u32, limit: u32, of: u32) -> GuardFinding {
    GuardFinding { guard: guard.to_owned(), count, limit, of, group: None, approvable: true }
}

/// Which guards the draft trips, in a fixed order.
pub(crate) fn findings(request: &Request<'_>, draft: &Draft) -> Vec<GuardFinding> {
    let managed = request.links.managed_people();
    let mut findings = Vec::new();
    if draft.withheld > 0 {
        findings
            .push(GuardFinding { approvable: false, ..finding(INCOMPLETE_READ, draft.withheld, 0, managed) });
    }
    let deleted = |kind| count(draft.deletes.iter().filter(|operation| operation.kind == kind));
    let people = count(draft.disables.iter()) + deleted(ObjectKind::User);
    let groups = deleted(ObjectKind::Group);
    for (guard, missing, limit, before) in shrinkage(request) {
        findings.push(finding(guard, missing, limit, before));
    }
    let told = findings.iter().any(|finding| finding.guard == IMPLAUSIBLE_SHRINKAGE);
    if !told
        && (request.only.is_none() || request.mending.is_some())
        && people > 0
        && request.source.users().len() == 0
    {
        findings.push(finding(IMPLAUSIBLE_SHRINKAGE, people, 0, managed));
    }
    match request.policy.removals {
        RemovalLimit::Guards => {
            findings.extend(target_findings(request, draft, managed));
            let limit = request.guards.people_losing_access.limit(managed);
            if people > limit {
                findings.push(finding(PEOPLE_LOSING_ACCESS, people, limit, managed));
            }
            let (deleted, limit) = (deleted(ObjectKind::User), request.guards.people_deletions);
            if deleted > limit {
                findings.push(finding(PEOPLE_DELETIONS, deleted, limit, managed));
            }
            let limit = request.guards.group_deletions;
            if groups > limit {
                let of = request.links.managed_groups();
                findings.push(finding(GROUP_DELETIONS, groups, limit, of));
            }
            for (group, leaving, of) in &draft.leaving {
                if let Some(limit) =
                    request.guards.members_leaving_group.limit(*of).filter(|limit| leaving > limit)
                {
                    let group = Some(group.clone());
                    findings
                        .push(GuardFinding { group, ..finding(MEMBERS_LEAVING_GROUP, *leaving, limit, *of) });
                }
            }
        }
        RemovalLimit::Threshold(Some(limit)) if people + groups > limit => {
            findings.push(finding(DELETION_THRESHOLD, people + groups, limit, managed));
        }
        RemovalLimit::Threshold(_) => {}
    }
    findings
}

/// What speaks against the accounts at the service provider being the ones that were linked. On demand a person names whom
/// they mean, so that only the address counts then.
fn target_findings(request: &Request<'_>, draft: &Draft, managed: u32) -> Vec<GuardFinding> {
    let mut findings = Vec::new();
    let groups = request.links.managed_groups();
    let linked = managed + groups;
    if linked > 0 && request.linked_at.is_some_and(|at| at != request.target_url) {
        findings.push(finding(OTHER_TARGET, linked, 0, linked));
    }
    if request.only.is_some() && request.mending.is_none() {
        return findings;
    }
    let gone = |kind| {
        let code = Code::TargetGone.as_str();
        count(draft.notes.iter().filter(|note| note.kind == kind && note.reason.code == code))
    };
    let limit = |of| request.guards.people_losing_access.limit(of);
    // A list without anybody is not believed even of a handful.
    let nobody = request.read_everyone() && request.target.objects(ObjectKind::User).len() == 0;
    for (guard, kind, of) in
        [(ACCOUNTS_GONE, ObjectKind::User, managed), (GROUPS_GONE, ObjectKind::Group, groups)]
    {
        let (missing, limit) = (gone(kind), if nobody { 0 } else { limit(of) });
        if missing > limit {
            findings.push(finding(guard, missing, limit, of));
        }
    }
    let names: Vec<String> = request.users.matching().iter().map(|row| row.target.to_string()).collect();
    let renamed = draft.updates.iter().filter(|operation| {
        let is_name = |change: &Change| {
            change.before.is_some() && names.iter().any(|name| name.eq_ignore_ascii_case(&change.attribute))
        };
        operation.kind == ObjectKind::User && operation.changes.iter().any(is_name)
    });
    let renamed = count(renamed);
    if renamed > limit(managed) {
        findings.push(finding(PEOPLE_RENAMED, renamed, limit(managed), managed));
    }
    findings
}

/// Where a read of everything lists far fewer than the last one: the guard, how many are missing, how many may be, of how
/// many. It needs no link to anybody: what Entra lists by mistake today is what the next cycle starts from.
fn shrinkage(request: &Request<'_>) -> impl Iterator<Item = (&'static str, u32, u32, u32)> {
    let now = request.source.sizes();
    let before = request.last_read.filter(|_| request.read_everyone()).unwrap_or_default();
    let complete = move |part| request.source.completeness(part).is_complete();
    [
        (IMPLAUSIBLE_SHRINKAGE, SourcePart::Users, before.people, now.people),
        (FEWER_GROUPS, SourcePart::Groups, before.groups, now.groups),
        (FEWER_ASSIGNMENTS, SourcePart::Assignments, before.assignments, now.assignments),
    ]
    .into_iter()
    .filter(move |(_, part, ..)| complete(*part))
    .filter_map(move |(guard, _, before, now)| {
        let (missing, limit) =
            (before.saturating_sub(now), request.guards.implausible_shrinkage.limit(before)?);
        (missing > limit).then_some((guard, missing, limit, before))
    })
}

pub(crate) fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
