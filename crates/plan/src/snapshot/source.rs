//! What was read from Microsoft Entra: people, groups, direct members, assignments and roles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::membership::Pairs;
use super::records::{Completeness, SourcePart};
use super::strings::{Strings, Sym};
use super::table::{Attribute, Table};
use crate::model::ObjectKind;

/// The computed attribute that holds the texts of a person's roles.
pub const APP_ROLE_ASSIGNMENTS: &str = "appRoleAssignments";

pub(super) const ENABLED: u8 = 1;
pub(super) const SOFT_DELETED: u8 = 2;
pub(super) const SECURITY: u8 = 4;

#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) id: Sym,
    pub(super) display: Sym,
    pub(super) flags: u8,
}

#[derive(Clone, Default)]
pub(super) struct Rows {
    pub(super) heads: Vec<Head>,
    pub(super) table: Table,
}

impl Rows {
    pub(super) fn settle(&self, strings: &Strings, dropped: &[bool]) -> Self {
        let mut order: Vec<u32> =
            (0..u32::try_from(self.heads.len()).expect("fewer than 2^31 rows")).collect();
        order.retain(|&row| !dropped[self.heads[row as usize].id.0 as usize]);
        order.sort_by_key(|&row| strings.get(self.heads[row as usize].id));
        let heads = order.iter().map(|&row| self.heads[row as usize]).collect();
        Self { heads, table: self.table.reorder(&order) }
    }
}

/// A role of the application.
#[derive(Clone)]
pub(super) struct Role {
    /// The name that people see.
    pub(super) display: String,
    /// The value that applications see; may be empty.
    pub(super) value: String,
}

pub(super) const NOWHERE: u32 = u32::MAX;
pub(super) const GROUP: u32 = 1 << 31;

/// Where an id leads: to a person or to a group of the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    User(u32),
    Group(u32),
}

/// How much of each kind a read holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// People, those in the recycle bin apart.
    pub people: u32,
    /// Groups.
    pub groups: u32,
    /// Roles that are assigned to a person or a group.
    pub assignments: u32,
}

/// Everything that was read from Entra, sorted by id.
#[derive(Clone, Default)]
pub struct SourceSnapshot {
    pub(super) strings: Strings,
    pub(super) users: Rows,
    pub(super) groups: Rows,
    pub(super) nodes: Vec<u32>,
    pub(super) members: Pairs,
    pub(super) assignments: Pairs,
    /// Who has which role, be it through a group; empty where nobody asked for [`APP_ROLE_ASSIGNMENTS`].
    pub(super) held: Pairs,
    pub(super) roles: BTreeMap<String, Role>,
    pub(super) purged: Vec<Sym>,
    pub(super) complete: [Completeness; 4],
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

    /// The ids of whoever is assigned to the application, be they in the snapshot or not.
    pub fn principals(&self) -> impl Iterator<Item = &str> {
        self.assignments.iter().map(|(principal, _)| self.strings.get(principal))
    }

    /// How much was read.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Sizes {
            people: count(self.users().filter(|user| !user.soft_deleted()).count()),
            groups: count(self.groups().len()),
            assignments: count(self.assignments.iter().count()),
        }
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

    /// Whether Entra was asked for this attribute.
    pub(crate) fn keeps(&self, kind: ObjectKind, attribute: &str) -> bool {
        let rows = if kind == ObjectKind::User { &self.users } else { &self.groups };
        rows.table.column(attribute).is_some()
    }

    /// How completely a part was read.
    #[must_use]
    pub fn completeness(&self, part: SourcePart) -> &Completeness {
        &self.complete[part as usize]
    }

    /// The name of a role of the application.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&str> {
        self.roles.get(id).map(|role| role.display.as_str())
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

    /// The text of a role for the role functions: its value, or its name where it has no value (register Q-06: no page
    /// says which of the two it is). "Default Access" has neither.
    fn role_text(&self, role: Sym) -> Option<&str> {
        let role = self.roles.get(self.strings.get(role))?;
        [&role.value, &role.display].into_iter().map(String::as_str).find(|text| !text.is_empty())
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

    /// The texts of the person's roles, direct ones and those of assigned security groups that the person is an immediate
    /// member of: sorted, each once. Empty where nobody asked for [`APP_ROLE_ASSIGNMENTS`].
    pub(crate) fn held_roles(&self) -> Vec<&'s str> {
        let held = self.snapshot.held.of(self.head().id).iter();
        let mut texts: Vec<&str> = held.filter_map(|&(_, role)| self.snapshot.role_text(role)).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
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
