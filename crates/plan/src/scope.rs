//! Who is considered: active in Entra, assigned, with a role that provisions, and let in by a scoping filter.
//!
//! Microsoft Learn, "How application provisioning works in Microsoft Entra ID": only direct assignments and immediate
//! members of an assigned group count.

use std::sync::LazyLock;

use std::collections::BTreeSet;

use usher_expression::REDACTED;
use usher_mapping::{Filter, FilterError, Operator, Verdict};

use crate::model::{ObjectKind, Reason};
use crate::policy::{DefaultAccess, Policy};
use crate::reasons::Code;
use crate::request::Request;
use crate::snapshot::{Node, SourceGroup, SourceSnapshot, SourceUser};
use crate::values::Subject;

/// The role id of "Default Access".
pub const DEFAULT_ACCESS: &str = "00000000-0000-0000-0000-000000000000";

const ASSIGNED: u8 = 1;
const ENTITLED: u8 = 2;
const NESTED: u8 = 4;
const DIRECT: u8 = 8;
const NO_GROUP: u32 = u32::MAX;

/// The standing of everyone, worked out once: cost grows with memberships, not with people times groups.
pub(crate) struct Scope<'r> {
    source: &'r SourceSnapshot,
    policy: &'r Policy,
    assigned_only: bool,
    groups_on: bool,
    users: Filters<'r>,
    groups: Filters<'r>,
    people: Vec<u8>,
    via: Vec<u32>,
}

/// What was found out about one object. Everything that [`crate::why`] tells comes from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing<'s> {
    /// `accountEnabled`, and not in the recycle bin; always true for groups.
    pub active: bool,
    /// Assigned, or everyone is considered.
    pub assigned: bool,
    /// Assigned without a detour.
    pub direct: bool,
    /// The group through which the person is assigned.
    pub via: Option<&'s str>,
    /// Whether a role provisions.
    pub entitled: bool,
    /// What follows.
    pub ruling: Ruling,
}

/// Whether an object is in scope. What cannot be decided is neither in nor out: nothing is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ruling {
    In,
    Out(Reason),
    Failed(Reason),
}

impl Ruling {
    pub(crate) fn reason(&self) -> Option<&Reason> {
        match self {
            Self::In => None,
            Self::Out(reason) | Self::Failed(reason) => Some(reason),
        }
    }
}

/// The scoping filters of one kind of object.
pub(crate) struct Filters<'r> {
    filter: &'r Filter,
    /// A filtered attribute that nobody asked Entra for: its absence would say nothing about anybody.
    unread: Option<&'r str>,
    /// Filtered attributes of which no value may be shown.
    hidden: BTreeSet<&'r str>,
}

/// No filter at all.
static OPEN: LazyLock<Filter> = LazyLock::new(Filter::default);

impl<'r> Filters<'r> {
    /// Lets everything pass.
    fn open() -> Self {
        Self { filter: &OPEN, unread: None, hidden: BTreeSet::new() }
    }

    pub(crate) fn new(request: &Request<'r>, kind: ObjectKind) -> Self {
        let table = match kind {
            ObjectKind::User => request.users,
            ObjectKind::Group => request.groups,
        };
        let filter = table.filter();
        let unread = |name: &&str| !Subject::CARRIED.contains(name) && !request.source.keeps(kind, name);
        let hidden = table.redacted_attributes();
        Self { filter, unread: filter.source_attributes().into_iter().find(unread), hidden }
    }

    /// What the filters say of one object; a reason where they cannot say it.
    pub(crate) fn verdict<'s>(&'s self, subject: &'s Subject<'_>) -> Result<Verdict<'s>, Reason> {
        match self.unread {
            Some(attribute) => {
                let (title, operator) = self.filter.first_on(attribute).unzip();
                Err(Code::FilterFailed.with([
                    ("title", title.unwrap_or_default().to_owned()),
                    ("attribute", attribute.to_owned()),
                    ("operator", operator.map_or("", Operator::word).to_owned()),
                    ("code", "FILTER-NOT-READ".to_owned()),
                    ("error", "the attribute was not read".to_owned()),
                ]))
            }
            None => self.filter.evaluate(subject).map_err(filter_failed),
        }
    }

    fn ruling(&self, subject: &Subject<'_>) -> Ruling {
        let verdict = match self.verdict(subject) {
            Ok(verdict) => verdict,
            Err(reason) => return Ruling::Failed(reason),
        };
        let Some(mut reason) = filtered_out(&verdict) else { return Ruling::In };
        let hides = |attribute: &String| self.hidden.contains(attribute.as_str());
        if reason.with.get("attribute").is_some_and(hides) {
            reason.with.insert("actual".to_owned(), REDACTED.to_owned());
        }
        Ruling::Out(reason)
    }
}

/// Why the filters leave somebody out: the clause that decided; nothing for whom they let in.
#[must_use]
pub fn filtered_out(verdict: &Verdict<'_>) -> Option<Reason> {
    let (group, clause) = verdict.decisive()?;
    let has = if clause.value.is_null_or_empty() { "nothing" } else { "value" };
    Some(Code::FilteredOut.with([
        ("title", group.title.to_owned()),
        ("attribute", clause.attribute.to_owned()),
        ("operator", clause.operator.word().to_owned()),
        ("value", clause.wanted()),
        ("has", has.to_owned()),
        ("actual", clause.actual()),
    ]))
}

/// Why somebody's scope is unknown.
#[must_use]
pub fn filter_failed(error: FilterError) -> Reason {
    let (code, words) = (error.failure.code().to_owned(), error.failure.to_string());
    Code::FilterFailed.with([
        ("title", error.title),
        ("attribute", error.attribute),
        ("operator", error.operator.word().to_owned()),
        ("code", code),
        ("error", words),
    ])
}

impl<'r> Scope<'r> {
    pub(crate) fn new(request: &Request<'r>) -> Self {
        Self {
            users: Filters::new(request, ObjectKind::User),
            groups: Filters::new(request, ObjectKind::Group),
            ..Self::unfiltered(request.source, request.policy, request.assigned_only, request.groups_on())
        }
    }

    /// The standing before any scoping filter is asked.
    pub(crate) fn unfiltered(
        source: &'r SourceSnapshot,
        policy: &'r Policy,
        assigned_only: bool,
        groups_on: bool,
    ) -> Self {
        let mut scope = Self {
            source,
            policy,
            assigned_only,
            groups_on,
            users: Filters::open(),
            groups: Filters::open(),
            people: vec![0; source.users().len()],
            via: vec![NO_GROUP; source.users().len()],
        };
        for user in source.users() {
            let mut roles = user.direct_roles().peekable();
            if roles.peek().is_some() {
                scope.people[user.row] |= ASSIGNED | DIRECT;
                if roles.any(|role| provisions(source, policy, role)) {
                    scope.people[user.row] |= ENTITLED;
                }
            }
        }
        for group in source.groups().filter(SourceGroup::security_enabled) {
            let mut roles = group.direct_roles().peekable();
            if roles.peek().is_some() {
                let entitled = roles.any(|role| provisions(source, policy, role));
                scope.pass_on(group, if entitled { ASSIGNED | ENTITLED } else { ASSIGNED });
            }
        }
        scope
    }

    /// Passes a group's assignment on to its members.
    fn pass_on(&mut self, assigned: SourceGroup<'r>, mark: u8) {
        let group = u32::try_from(assigned.row).expect("fewer than 2^31 groups");
        let mut seen = BTreeSet::from([assigned.row]);
        let mut open = vec![(assigned, mark)];
        while let Some((next, mark)) = open.pop() {
            for node in next.members() {
                match node {
                    Node::User(row) => {
                        let row = row as usize;
                        let stronger = mark & !self.people[row] & (ASSIGNED | ENTITLED) != 0;
                        if stronger || (mark == NESTED && self.via[row] == NO_GROUP) {
                            self.via[row] = group;
                        }
                        self.people[row] |= mark;
                    }
                    Node::Group(row) => {
                        if seen.insert(row as usize) {
                            let mark = if self.policy.nested_groups { mark } else { NESTED };
                            open.push((self.source.group_at(row as usize), mark));
                        }
                    }
                }
            }
        }
    }

    /// What is known of a person.
    pub(crate) fn user(&self, user: SourceUser<'r>) -> Standing<'r> {
        let marks = self.people[user.row];
        let via = match self.via[user.row] {
            NO_GROUP => None,
            row => Some(self.source.group_at(row as usize).id()),
        };
        let mut standing = Standing {
            active: user.account_enabled() && !user.soft_deleted(),
            assigned: !self.assigned_only || marks & ASSIGNED != 0,
            direct: marks & DIRECT != 0,
            via,
            entitled: !self.assigned_only || marks & ENTITLED != 0,
            ruling: Ruling::In,
        };
        let enabled = user.account_enabled();
        standing.ruling = if user.soft_deleted() {
            Ruling::Out(Code::SoftDeleted.reason())
        } else if !enabled && !self.policy.create_disabled {
            Ruling::Out(Code::DisabledInEntra.reason())
        } else if !standing.assigned {
            Ruling::Out(match via {
                Some(group) if marks & NESTED != 0 => Code::NestedOnly.with([("group", group.to_owned())]),
                _ => Code::NotAssigned.reason(),
            })
        } else if !standing.entitled {
            Ruling::Out(Code::NotEffectivelyEntitled.with([("role", self.role_of(user, via))]))
        } else {
            match self.users.ruling(&Subject::user(user)) {
                // Such a policy creates people who are disabled in Entra: they have to pass everything else first.
                Ruling::In if !enabled => Ruling::Out(Code::DisabledInEntra.reason()),
                ruling => ruling,
            }
        };
        standing
    }

    /// What is known of a group as a group.
    pub(crate) fn group(&self, group: SourceGroup<'r>) -> Standing<'r> {
        let assigned = !self.assigned_only || group.direct_roles().next().is_some();
        let ruling = if !self.groups_on {
            Ruling::Out(Code::GroupsOff.reason())
        } else if !assigned {
            Ruling::Out(Code::NotAssigned.reason())
        } else {
            self.groups.ruling(&Subject::group(group))
        };
        Standing { active: true, assigned, direct: assigned, via: None, entitled: true, ruling }
    }

    fn role_of(&self, user: SourceUser<'r>, via: Option<&str>) -> String {
        let role = user.direct_roles().next().or_else(|| self.source.group(via?)?.direct_roles().next());
        role.map_or_else(String::new, |role| match self.source.role(role) {
            Some(name) => name.to_owned(),
            None if role == DEFAULT_ACCESS => "Default Access".to_owned(),
            None => role.to_owned(),
        })
    }
}

/// Whether an assignment with this role provisions. A role that the application does not have is a broken assignment.
fn provisions(source: &SourceSnapshot, policy: &Policy, role: &str) -> bool {
    if role == DEFAULT_ACCESS {
        policy.default_access == DefaultAccess::Accepted
    } else {
        source.role(role).is_some() || !source.knows_roles()
    }
}
