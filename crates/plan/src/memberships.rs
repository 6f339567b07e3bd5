//! Members of groups, compared as sets by id.
//!
//! Only people who are provisioned themselves become members, and only people whom Usher manages stop being members:
//! whoever else is in the group stays there and is reported.

use std::sync::Arc;

use crate::draft::{About, Draft, Parts};
use crate::in_scope::Fate;
use crate::leaving::Removals;
use crate::model::{Action, EntraObjectId, Member, ObjectKind, ScimId};
use crate::reasons::Code;
use crate::request::Request;
use crate::snapshot::{Node, SourceGroup, TargetPart};
use crate::values::Subject;

const NOBODY: u32 = u32::MAX;
const NOT_LISTED: u32 = u32::MAX - 1;

/// Who is who on both sides, worked out once.
pub(crate) struct Roster<'r> {
    request: &'r Request<'r>,
    fates: &'r [Fate],
    /// By target row: the source row it belongs to, `NOBODY`, or `NOT_LISTED` for someone the source does not list.
    owners: Vec<u32>,
    /// By source row and by target row: the group that was marked last.
    source_marks: Vec<u32>,
    target_marks: Vec<u32>,
    names: Vec<Option<(EntraObjectId, Arc<str>)>>,
}

impl<'r> Roster<'r> {
    pub(crate) fn new(request: &'r Request<'r>, fates: &'r [Fate]) -> Self {
        let accounts = request.target.objects(ObjectKind::User).len();
        let mut owners = vec![NOBODY; accounts];
        for (source, target) in request.links.pairs(ObjectKind::User) {
            if let Some(account) = request.target.object(ObjectKind::User, target) {
                owners[account.row] = match request.source.node(source) {
                    Some(Node::User(row)) => row,
                    _ => NOT_LISTED,
                };
            }
        }
        for (row, fate) in fates.iter().enumerate() {
            if let Fate::At { row: account, .. } = fate {
                owners[*account as usize] = u32::try_from(row).expect("fewer than 2^31 people");
            }
        }
        Self {
            request,
            fates,
            owners,
            source_marks: vec![NOBODY; fates.len()],
            target_marks: vec![NOBODY; accounts],
            names: vec![None; fates.len()],
        }
    }

    /// Plans the memberships of one group that is provisioned.
    pub(crate) fn settle(
        &mut self,
        draft: &mut Draft,
        group: SourceGroup<'r>,
        fate: Fate,
        removals: Removals,
    ) {
        let about = About::subject(ObjectKind::Group, &Subject::group(group));
        let object = match fate {
            Fate::At { row, in_step: true } => {
                Some(self.request.target.object_at(ObjectKind::Group, row as usize))
            }
            Fate::Created => None,
            Fate::Absent | Fate::At { in_step: false, .. } => return,
        };
        if object.is_some() && !self.request.target.completeness(TargetPart::Members).is_complete() {
            let because = ("because", Code::TargetUnknown.as_str().to_owned());
            draft.note(
                ObjectKind::Group,
                Some(group.id()),
                None,
                Code::MembersWithheld.with([because, ("count", "0".into())]),
            );
            return;
        }
        let mark = u32::try_from(group.row).expect("fewer than 2^31 groups");
        let people = people_in(self.request, group);
        for &row in &people {
            self.source_marks[row as usize] = mark;
        }
        let strangers = self.request.mending.and_then(|mending| mending.strangers.get(group.id()));
        let (mut leaving, mut unmanaged, mut protected) = (Vec::new(), 0_u32, 0_u32);
        let mut code = Code::MembersLeft;
        for (id, account) in object.iter().flat_map(|object| object.member_rows()) {
            if let Some(account) = account {
                self.target_marks[account as usize] = mark;
            }
            match self.owner_of(group, id, account, mark) {
                Owner::StillMember => {}
                Owner::Left(member) if self.protects(&member, id) => protected += 1,
                Owner::Left(member) => leaving.push(member),
                Owner::Unknown
                    if strangers.is_some_and(|strangers| strangers.contains(id))
                        && !self.request.is_left(ObjectKind::User, id) =>
                {
                    match self.known_there(None, id) {
                        member if self.protects(&member, id) => protected += 1,
                        member => {
                            code = Code::MembersNobodyGave;
                            leaving.push(member);
                        }
                    }
                }
                Owner::Unknown => unmanaged += 1,
            }
        }
        let (mut joining, mut left_out) = (Vec::new(), 0_u32);
        for &row in &people {
            match self.fates[row as usize] {
                Fate::Absent => left_out += 1,
                Fate::Created => joining.push(self.member(row, None)),
                Fate::At { row: account, in_step } => {
                    if in_step && self.target_marks[account as usize] != mark {
                        joining.push(self.member(row, Some(account)));
                    }
                }
            }
        }
        let note = |draft: &mut Draft, code: Code, count: u32| {
            if count > 0 {
                draft.note(
                    ObjectKind::Group,
                    Some(group.id()),
                    object.map(|object| object.id()),
                    code.with([("count", count.to_string())]),
                );
            }
        };
        note(draft, Code::UnmanagedMembers, unmanaged);
        note(draft, Code::ProtectedMembers, protected);
        note(draft, Code::MembersNotProvisioned, left_out);
        if joining.is_empty() && leaving.is_empty() {
            return;
        }
        let before = object.map_or(0, |object| object.count_members());
        if let Some(limit) = self.request.capabilities.largest_group {
            let size = before - leaving.len() + joining.len();
            if size > limit as usize {
                let with = [("members", size.to_string()), ("limit", limit.to_string())];
                draft.fail(about, Code::GroupTooLarge.with(with));
                return;
            }
        }
        let (allowed, actions) =
            (self.request.allowed(ObjectKind::Group), self.request.actions(ObjectKind::Group));
        if object.is_some() && !(allowed.update && actions.update) {
            let with = [
                ("because", Code::UpdateOff.as_str().to_owned()),
                ("count", (joining.len() + leaving.len()).to_string()),
            ];
            draft.note(ObjectKind::Group, Some(group.id()), None, Code::MembersWithheld.with(with));
            return;
        }
        if removals == Removals::Withheld && !leaving.is_empty() {
            let count = u32::try_from(leaving.len()).expect("fewer than 2^32 members");
            draft.withheld += count;
            let because = ("because", Code::WithheldIncomplete.as_str().to_owned());
            draft.note(
                ObjectKind::Group,
                Some(group.id()),
                None,
                Code::MembersWithheld.with([because, ("count", count.to_string())]),
            );
            leaving.clear();
        }
        if !leaving.is_empty() {
            let count = |number: usize| u32::try_from(number).expect("fewer than 2^32 members");
            draft.leaving.push((group.display().to_owned(), count(leaving.len()), count(before)));
        }
        let observed = object.map(|object| object.observed_members());
        let target = object.map(|object| ScimId::from(object.id()));
        // Who leaves goes first: a group that is full, where groups are written whole, has room for who joins only then.
        for (action, code, mut members) in
            [(Action::RemoveMembers, code, leaving), (Action::AddMembers, Code::MembersJoined, joining)]
        {
            if !members.is_empty() {
                members.sort_unstable();
                let parts =
                    Parts { target: target.clone(), observed: observed.clone(), members, ..Parts::default() };
                draft.memberships.push(parts.of(about.operation(action, code.reason())));
            }
        }
    }

    fn protects(&self, member: &Member, account: &str) -> bool {
        let source = member.source.as_ref().map_or("", EntraObjectId::as_str);
        self.request.protects(source, self.request.target.object(ObjectKind::User, account))
    }

    /// A member whose name only the service provider knows.
    fn known_there(&self, source: Option<EntraObjectId>, id: &str) -> Member {
        let account = self.request.target.object(ObjectKind::User, id);
        Member {
            source,
            target: Some(id.into()),
            display: account.map_or(id, |account| account.display()).into(),
        }
    }

    fn owner_of(&mut self, group: SourceGroup<'_>, id: &str, account: Option<u32>, mark: u32) -> Owner {
        if self.request.is_left(ObjectKind::User, id) {
            return Owner::Unknown;
        }
        let known = account.map_or(NOBODY, |account| self.owners[account as usize]);
        match known {
            NOBODY | NOT_LISTED => match self.request.links.of_target(ObjectKind::User, id) {
                None => Owner::Unknown,
                // The people of the group may not have been read one by one: the membership itself decides.
                Some(link) if group.has_member(link.source.as_str()) => Owner::StillMember,
                Some(link) => Owner::Left(self.known_there(Some(link.source), id)),
            },
            row if self.source_marks[row as usize] == mark => Owner::StillMember,
            row => Owner::Left(self.member(row, account)),
        }
    }

    fn member(&mut self, row: u32, account: Option<u32>) -> Member {
        let user = self.request.source.user_at(row as usize);
        let (source, display) = self.names[row as usize]
            .get_or_insert_with(|| (EntraObjectId::from(user.id()), Arc::from(user.display())))
            .clone();
        let target = account
            .map(|account| self.request.target.object_at(ObjectKind::User, account as usize).id().into());
        Member { source: Some(source), target, display }
    }
}

/// The people in a group: its direct members, and those of groups inside it where the policy says so.
pub(crate) fn people_in(request: &Request<'_>, group: SourceGroup<'_>) -> Vec<u32> {
    let mut people = Vec::new();
    let mut seen = std::collections::BTreeSet::from([group.row]);
    let mut open = vec![group];
    while let Some(next) = open.pop() {
        for node in next.members() {
            match node {
                Node::User(row) => people.push(row),
                Node::Group(row) => {
                    if request.policy.nested_groups && seen.insert(row as usize) {
                        open.push(request.source.group_at(row as usize));
                    }
                }
            }
        }
    }
    people.sort_unstable();
    people.dedup();
    people
}

enum Owner {
    StillMember,
    Left(Member),
    Unknown,
}
