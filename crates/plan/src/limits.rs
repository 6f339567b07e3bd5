//! The guards, evaluated on what was planned.

use crate::draft::Draft;
use crate::model::{GuardFinding, ObjectKind};
use crate::policy::RemovalLimit;
use crate::request::Request;

/// More people would lose access than the connection allows.
pub const PEOPLE_LOSING_ACCESS: &str = "people-losing-access";
/// More groups would be deleted than the connection allows.
pub const GROUP_DELETIONS: &str = "group-deletions";
/// More members would leave one group than the connection allows.
pub const MEMBERS_LEAVING_GROUP: &str = "members-leaving-group";
/// More people and groups together would be disabled or deleted than Microsoft's threshold allows.
pub const DELETION_THRESHOLD: &str = "deletion-threshold";
/// The source was not read completely: removals are not in the plan, and nobody can approve them.
pub const INCOMPLETE_READ: &str = "incomplete-read";
/// The source came back without any people although accounts are linked.
pub const IMPLAUSIBLE_SHRINKAGE: &str = "implausible-shrinkage";

/// Which guards the draft trips, in a fixed order.
pub(crate) fn findings(request: &Request<'_>, draft: &Draft) -> Vec<GuardFinding> {
    let managed = request.links.managed_people();
    let finding = |guard: &str, count: u32, limit: u32, of: u32| GuardFinding {
        guard: guard.to_owned(),
        count,
        limit,
        of,
        group: None,
        approvable: true,
    };
    let mut findings = Vec::new();
    if draft.withheld > 0 {
        findings
            .push(GuardFinding { approvable: false, ..finding(INCOMPLETE_READ, draft.withheld, 0, managed) });
    }
    let deleted = |kind| count(draft.deletes.iter().filter(|operation| operation.kind == kind));
    let people = count(draft.disables.iter()) + deleted(ObjectKind::User);
    let groups = deleted(ObjectKind::Group);
    if request.only.is_none() && people > 0 && request.source.users().len() == 0 {
        findings.push(finding(IMPLAUSIBLE_SHRINKAGE, people, 0, managed));
    }
    match request.policy.removals {
        RemovalLimit::Guards => {
            let limit = request.guards.people_losing_access.limit(managed);
            if people > limit {
                findings.push(finding(PEOPLE_LOSING_ACCESS, people, limit, managed));
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

pub(crate) fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
