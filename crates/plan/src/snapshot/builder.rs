//! Gathering pages of Microsoft Entra, in whatever order they come.

use std::collections::BTreeMap;

use super::membership::{PairLog, Pairs};
use super::records::{Assignment, Completeness, GroupRecord, SourcePart, UserRecord};
use super::source::{
    APP_ROLE_ASSIGNMENTS, ENABLED, GROUP, Head, NOWHERE, Role, Rows, SECURITY, SOFT_DELETED, SourceSnapshot,
};
use super::strings::{Strings, Sym};
use super::table::{Attribute, Table};

/// Who has which role: whoever it is assigned to, and the immediate members of the security groups that it is assigned
/// to (Microsoft Learn, "How application provisioning works": assignment-based scoping).
fn held(groups: &Rows, members: &Pairs, assignments: &Pairs) -> Pairs {
    let mut held = PairLog::default();
    for (principal, role) in assignments.iter() {
        held.say(principal, role, true);
    }
    for group in groups.heads.iter().filter(|group| group.flags & SECURITY != 0) {
        for &(_, role) in assignments.of(group.id) {
            for &(_, member) in members.of(group.id) {
                held.say(member, role, true);
            }
        }
    }
    held.settle()
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
    roles: BTreeMap<String, Role>,
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

    /// Says that the application has this role, with the name that people see and, if it has one, the value that
    /// applications see.
    pub fn role(&mut self, id: &str, display: &str, value: Option<&str>) {
        let value = value.unwrap_or_default().to_owned();
        self.roles.insert(id.to_owned(), Role { display: display.to_owned(), value });
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
        let (members, assignments) = (self.members.settle(), self.assignments.settle());
        // Only where a mapping asks for it: it takes as much memory as the memberships of assigned groups.
        let asked = users.table.column(APP_ROLE_ASSIGNMENTS).is_some();
        let held = if asked { held(&groups, &members, &assignments) } else { Pairs::default() };
        SourceSnapshot {
            strings: self.strings,
            users,
            groups,
            nodes,
            members,
            assignments,
            held,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Node;

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
