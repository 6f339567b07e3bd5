//! What was read from Microsoft Entra: people, groups, direct members, assignments and roles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::membership::{PairLog, Pairs};
use super::strings::{Strings, Sym};
use super::table::{Attribute, Table};

/// Whether everything of a kind was seen. Absence in an incomplete read means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Completeness {
    /// The chain of pages was read to its end. In an on-demand pass: to its end for the named objects.
    Complete,
    /// It was not, or was never begun.
    Incomplete {
        /// Why, as a stable code, for example `not-read` or `page-failed`.
        why: String,
    },
}

impl Default for Completeness {
    fn default() -> Self {
        Self::Incomplete { why: "not-read".to_owned() }
    }
}

impl Completeness {
    /// Whether absence means absence.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        *self == Self::Complete
    }

    fn interrupt(&mut self, why: &str) {
        *self = Self::Incomplete { why: why.to_owned() };
    }
}

/// The parts of a source read, each with its own proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourcePart {
    /// People.
    Users,
    /// Groups.
    Groups,
    /// Direct members of groups.
    Members,
    /// App role assignments.
    Assignments,
}

impl SourcePart {
    pub(crate) const ALL: [Self; 4] = [Self::Users, Self::Groups, Self::Members, Self::Assignments];
}

/// A person as a page gives it.
#[derive(Debug, Clone)]
pub struct UserRecord<'a> {
    /// `id`.
    pub id: &'a str,
    /// `displayName`, or what comes closest.
    pub display: &'a str,
    /// `accountEnabled`.
    pub account_enabled: bool,
    /// Whether the account is in the recycle bin.
    pub soft_deleted: bool,
    /// Values by the names of the synchronization schema. Those that no mapping needs are not kept.
    pub attributes: &'a [(&'a str, Attribute<'a>)],
}

/// A group as a page gives it.
#[derive(Debug, Clone)]
pub struct GroupRecord<'a> {
    /// `id`.
    pub id: &'a str,
    /// `displayName`.
    pub display: &'a str,
    /// `securityEnabled`: only such groups pass an assignment on to their members.
    pub security_enabled: bool,
    /// Values by the names of the synchronization schema.
    pub attributes: &'a [(&'a str, Attribute<'a>)],
}

/// An app role assignment of a person or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment<'a> {
    /// The id of the person or group.
    pub principal: &'a str,
    /// The role's id; all zeros is "Default Access".
    pub role: &'a str,
}

const ENABLED: u8 = 1;
const SOFT_DELETED: u8 = 2;
const SECURITY: u8 = 4;

#[derive(Clone, Copy)]
struct Head {
    id: Sym,
    display: Sym,
    flags: u8,
}

#[derive(Clone, Default)]
struct Rows {
    heads: Vec<Head>,
    table: Table,
}

impl Rows {
    fn settle(&self, strings: &Strings, dropped: &[bool]) -> Self {
        let mut order: Vec<u32> =
            (0..u32::try_from(self.heads.len()).expect("fewer than 2^31 rows")).collect();
        order.retain(|&row| !dropped[self.heads[row as usize].id.0 as usize]);
        order.sort_by_key(|&row| strings.get(self.heads[row as usize].id));
        let heads = order.iter().map(|&row| self.heads[row as usize]).collect();
        Self { heads, table: self.table.reorder(&order) }
    }
}

/// Gathers pages into a [`SourceSnapshot`]. Pages may repeat objects: the last word counts.
#[derive(Clone, Default)]
pub struct SourceBuilder {
    strings: Strings,
    users: Rows,
    groups: Rows,
    // By string number: the row it has, and whether it was removed again.
    row_of: Vec<u32>,
    removed: Vec<bool>,
    members: PairLog,
    assignments: PairLog,
    roles: BTreeMap<String, String>,
    complete: [Completeness; 4],
}

impl SourceBuilder {
    /// Starts empty. Only the named attributes are kept.
    pub fn new<'a>(
        user_attributes: impl IntoIterator<Item = &'a str>,
        group_attributes: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self {
            users: Rows { heads: Vec::new(), table: Table::new(user_attributes) },
            groups: Rows { heads: Vec::new(), table: Table::new(group_attributes) },
            ..Self::default()
        }
    }

    /// Starts from what was known, to hear only of changes. The proofs start anew: [`Self::completed`] then says that the
    /// chain of changes was read to its end.
    #[must_use]
    pub fn from_previous(previous: SourceSnapshot) -> Self {
        let mut builder = Self {
            strings: previous.strings,
            users: previous.users,
            groups: previous.groups,
            members: previous.members.into_log(),
            assignments: previous.assignments.into_log(),
            roles: previous.roles,
            ..Self::default()
        };
        builder.index();
        for purged in previous.purged {
            builder.removed[purged.0 as usize] = true;
        }
        builder
    }

    /// Adds or replaces a person.
    pub fn user(&mut self, user: &UserRecord<'_>) {
        let flags =
            if user.account_enabled { ENABLED } else { 0 } | if user.soft_deleted { SOFT_DELETED } else { 0 };
        let head = self.head(user.id, user.display, flags);
        let known = self.row_of[head.id.0 as usize];
        put(&mut self.strings, &mut self.users, &mut self.row_of, known, head, user.attributes);
    }

    /// Adds or replaces a group.
    pub fn group(&mut self, group: &GroupRecord<'_>) {
        let head = self.head(group.id, group.display, if group.security_enabled { SECURITY } else { 0 });
        let known = self.row_of[head.id.0 as usize];
        put(&mut self.strings, &mut self.groups, &mut self.row_of, known, head, group.attributes);
    }

    /// Forgets a person or a group that was removed for good (Graph delta: `@removed` with reason `deleted`).
    pub fn removed(&mut self, id: &str) {
        let sym = self.sym(id);
        self.removed[sym.0 as usize] = true;
    }

    /// Says that a person or a group is a direct member of a group, or no longer is.
    pub fn member(&mut self, group: &str, member: &str, present: bool) {
        let (group, member) = (self.sym(group), self.sym(member));
        self.members.say(group, member, present);
    }

    /// Says that an assignment is there.
    pub fn assignment(&mut self, assignment: Assignment<'_>) {
        let (principal, role) = (self.sym(assignment.principal), self.sym(assignment.role));
        self.assignments.say(principal, role, true);
    }

    /// Forgets all assignments, to read the list anew: Graph has no delta for them.
    pub fn clear_assignments(&mut self) {
        self.assignments = PairLog::default();
    }

    /// Says that the application has this role, with the name that people see.
    pub fn role(&mut self, id: &str, display: &str) {
        self.roles.insert(id.to_owned(), display.to_owned());
    }

    /// Says that a part was read to its end.
    pub fn completed(&mut self, part: SourcePart) {
        self.complete[part as usize] = Completeness::Complete;
    }

    /// Says that a part was not read to its end.
    pub fn interrupted(&mut self, part: SourcePart, why: &str) {
        self.complete[part as usize].interrupt(why);
    }

    /// Settles everything into sorted arrays.
    #[must_use]
    pub fn finish(self) -> SourceSnapshot {
        let purged = self
            .removed
            .iter()
            .enumerate()
            .filter(|(_, removed)| **removed)
            .map(|(sym, _)| Sym(u32::try_from(sym).expect("numbers of strings are u32")))
            .collect();
        let users = self.users.settle(&self.strings, &self.removed);
        let groups = self.groups.settle(&self.strings, &self.removed);
        let mut nodes = vec![NOWHERE; self.strings.len()];
        for (at, head) in users.heads.iter().enumerate() {
            nodes[head.id.0 as usize] = u32::try_from(at).expect("fewer than 2^31 rows");
        }
        for (at, head) in groups.heads.iter().enumerate() {
            nodes[head.id.0 as usize] = GROUP | u32::try_from(at).expect("fewer than 2^31 rows");
        }
        SourceSnapshot {
            strings: self.strings,
            users,
            groups,
            nodes,
            members: self.members.settle(),
            assignments: self.assignments.settle(),
            roles: self.roles,
            purged,
            complete: self.complete,
        }
    }

    fn head(&mut self, id: &str, display: &str, flags: u8) -> Head {
        let id = self.sym(id);
        let display = self.sym(display);
        self.removed[id.0 as usize] = false;
        Head { id, display, flags }
    }

    fn sym(&mut self, text: &str) -> Sym {
        let sym = self.strings.intern(text);
        self.grow();
        sym
    }

    fn grow(&mut self) {
        self.row_of.resize(self.strings.len(), NOWHERE);
        self.removed.resize(self.strings.len(), false);
    }

    fn index(&mut self) {
        self.grow();
        for rows in [&self.users, &self.groups] {
            for (row, head) in rows.heads.iter().enumerate() {
                self.row_of[head.id.0 as usize] = u32::try_from(row).expect("fewer than 2^31 rows");
            }
        }
    }
}

fn put(
    strings: &mut Strings,
    rows: &mut Rows,
    row_of: &mut [u32],
    known: u32,
    head: Head,
    attributes: &[(&str, Attribute<'_>)],
) {
    if known == NOWHERE {
        row_of[head.id.0 as usize] = u32::try_from(rows.heads.len()).expect("fewer than 2^31 rows");
        rows.heads.push(head);
        rows.table.push(strings, attributes);
    } else {
        rows.heads[known as usize] = head;
        rows.table.replace(strings, known as usize, attributes);
    }
}

const NOWHERE: u32 = u32::MAX;
const GROUP: u32 = 1 << 31;

/// Where an id leads: to a person or to a group of the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    User(u32),
    Group(u32),
}

/// Everything that was read from Entra, sorted by id.
#[derive(Clone, Default)]
pub struct SourceSnapshot {
    strings: Strings,
    users: Rows,
    groups: Rows,
    nodes: Vec<u32>,
    members: Pairs,
    assignments: Pairs,
    roles: BTreeMap<String, String>,
    purged: Vec<Sym>,
    complete: [Completeness; 4],
}

impl SourceSnapshot {
    /// All people, sorted by id.
    pub fn users(&self) -> impl ExactSizeIterator<Item = SourceUser<'_>> {
        (0..self.users.heads.len()).map(|row| SourceUser { snapshot: self, row })
    }

    /// All groups, sorted by id.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = SourceGroup<'_>> {
        (0..self.groups.heads.len()).map(|row| SourceGroup { snapshot: self, row })
    }

    /// One person.
    #[must_use]
    pub fn user(&self, id: &str) -> Option<SourceUser<'_>> {
        match self.node(id)? {
            Node::User(row) => Some(self.user_at(row as usize)),
            Node::Group(_) => None,
        }
    }

    /// One group.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<SourceGroup<'_>> {
        match self.node(id)? {
            Node::Group(row) => Some(self.group_at(row as usize)),
            Node::User(_) => None,
        }
    }

    /// Whether Entra said that this object was removed for good.
    #[must_use]
    pub fn was_purged(&self, id: &str) -> bool {
        self.strings.find(id).is_some_and(|sym| self.purged.binary_search(&sym).is_ok())
    }

    /// How completely a part was read.
    #[must_use]
    pub fn completeness(&self, part: SourcePart) -> &Completeness {
        &self.complete[part as usize]
    }

    /// The name of a role of the application.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&str> {
        self.roles.get(id).map(String::as_str)
    }

    /// Whether the application's roles were read at all.
    pub(crate) fn knows_roles(&self) -> bool {
        !self.roles.is_empty()
    }

    pub(crate) fn user_at(&self, row: usize) -> SourceUser<'_> {
        SourceUser { snapshot: self, row }
    }

    pub(crate) fn group_at(&self, row: usize) -> SourceGroup<'_> {
        SourceGroup { snapshot: self, row }
    }

    pub(crate) fn node(&self, id: &str) -> Option<Node> {
        self.node_of(self.strings.find(id)?)
    }

    fn node_of(&self, sym: Sym) -> Option<Node> {
        match self.nodes[sym.0 as usize] {
            NOWHERE => None,
            node if node & GROUP == 0 => Some(Node::User(node)),
            node => Some(Node::Group(node & !GROUP)),
        }
    }

    fn roles_of(&self, principal: Sym) -> impl Iterator<Item = &str> {
        self.assignments.of(principal).iter().map(|&(_, role)| self.strings.get(role))
    }
}

/// A person of the snapshot.
#[derive(Clone, Copy)]
pub struct SourceUser<'s> {
    snapshot: &'s SourceSnapshot,
    pub(crate) row: usize,
}

impl<'s> SourceUser<'s> {
    fn head(&self) -> Head {
        self.snapshot.users.heads[self.row]
    }

    /// `id`.
    #[must_use]
    pub fn id(&self) -> &'s str {
        self.snapshot.strings.get(self.head().id)
    }

    /// A name to show.
    #[must_use]
    pub fn display(&self) -> &'s str {
        self.snapshot.strings.get(self.head().display)
    }

    /// `accountEnabled`.
    #[must_use]
    pub fn account_enabled(&self) -> bool {
        self.head().flags & ENABLED != 0
    }

    /// Whether the account is in the recycle bin.
    #[must_use]
    pub fn soft_deleted(&self) -> bool {
        self.head().flags & SOFT_DELETED != 0
    }

    /// A value by its name in the synchronization schema.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Attribute<'s> {
        self.snapshot.users.table.named(&self.snapshot.strings, self.row, name)
    }

    /// The ids of the roles that are assigned directly.
    pub fn direct_roles(&self) -> impl Iterator<Item = &'s str> {
        self.snapshot.roles_of(self.head().id)
    }
}

/// A group of the snapshot.
#[derive(Clone, Copy)]
pub struct SourceGroup<'s> {
    snapshot: &'s SourceSnapshot,
    pub(crate) row: usize,
}

impl<'s> SourceGroup<'s> {
    fn head(&self) -> Head {
        self.snapshot.groups.heads[self.row]
    }

    /// `id`.
    #[must_use]
    pub fn id(&self) -> &'s str {
        self.snapshot.strings.get(self.head().id)
    }

    /// A name to show.
    #[must_use]
    pub fn display(&self) -> &'s str {
        self.snapshot.strings.get(self.head().display)
    }

    /// `securityEnabled`.
    #[must_use]
    pub fn security_enabled(&self) -> bool {
        self.head().flags & SECURITY != 0
    }

    /// A value by its name in the synchronization schema.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Attribute<'s> {
        self.snapshot.groups.table.named(&self.snapshot.strings, self.row, name)
    }

    /// The ids of the roles that are assigned to the group.
    pub fn direct_roles(&self) -> impl Iterator<Item = &'s str> {
        self.snapshot.roles_of(self.head().id)
    }

    /// Whether the object with this id is a direct member, be it in the snapshot or not.
    pub(crate) fn has_member(&self, id: &str) -> bool {
        self.snapshot
            .strings
            .find(id)
            .is_some_and(|member| self.snapshot.members.contains(self.head().id, member))
    }

    /// Direct members that are in the snapshot. Devices, contacts and the like are not.
    pub(crate) fn members(&self) -> impl Iterator<Item = Node> {
        self.snapshot
            .members
            .of(self.head().id)
            .iter()
            .filter_map(|&(_, member)| self.snapshot.node_of(member))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user<'a>(id: &'a str, mail: &'a [(&'a str, Attribute<'a>)]) -> UserRecord<'a> {
        UserRecord { id, display: id, account_enabled: true, soft_deleted: false, attributes: mail }
    }

    fn described(snapshot: &SourceSnapshot) -> Vec<String> {
        let users = snapshot.users().map(|user| {
            format!(
                "{} {:?} {:?}",
                user.id(),
                user.attribute("mail"),
                user.direct_roles().collect::<Vec<_>>()
            )
        });
        let groups = snapshot.groups().map(|group| {
            let mut members: Vec<_> = group
                .members()
                .map(|node| match node {
                    Node::User(row) => snapshot.user_at(row as usize).id(),
                    Node::Group(row) => snapshot.group_at(row as usize).id(),
                })
                .collect();
            members.sort_unstable();
            format!("{} {members:?}", group.id())
        });
        users.chain(groups).collect()
    }

    fn first() -> SourceSnapshot {
        let mut builder = SourceBuilder::new(["mail"], []);
        builder.user(&user("u2", &[("mail", Attribute::Text("two"))]));
        builder.member("g1", "u1", true);
        builder.member("g1", "device", true);
        builder.member("g1", "u3", true);
        builder.user(&user("u1", &[("mail", Attribute::Text("old"))]));
        builder.group(&GroupRecord { id: "g1", display: "G", security_enabled: true, attributes: &[] });
        builder.user(&user("u1", &[("mail", Attribute::Text("one"))]));
        builder.assignment(Assignment { principal: "g1", role: "r" });
        builder.assignment(Assignment { principal: "u2", role: "r" });
        builder.completed(SourcePart::Users);
        builder.finish()
    }

    #[test]
    fn pages_in_any_order_settle_to_the_same_snapshot() {
        let snapshot = first();
        assert_eq!(described(&snapshot), [r#"u1 Text("one") []"#, r#"u2 Text("two") ["r"]"#, r#"g1 ["u1"]"#]);
        assert!(snapshot.completeness(SourcePart::Users).is_complete());
        assert!(!snapshot.completeness(SourcePart::Groups).is_complete(), "nobody said so");
    }

    #[test]
    fn changes_continue_a_snapshot_and_need_their_own_proof() {
        let mut builder = SourceBuilder::from_previous(first());
        builder.user(&user("u3", &[]));
        builder.member("g1", "u1", false);
        builder.removed("u2");
        builder.clear_assignments();
        let second = builder.finish();
        assert_eq!(described(&second), ["u1 Text(\"one\") []", "u3 Absent []", r#"g1 ["u3"]"#]);
        assert!(second.was_purged("u2") && !second.was_purged("u1") && second.user("u2").is_none());
        assert!(!second.completeness(SourcePart::Users).is_complete());
        let mut builder = SourceBuilder::from_previous(second);
        assert!(builder.clone().finish().was_purged("u2"), "a removal is remembered");
        builder.user(&user("u2", &[]));
        assert!(!builder.finish().was_purged("u2"), "until the person is there again");
    }
}
