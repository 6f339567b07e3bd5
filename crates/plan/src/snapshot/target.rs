//! What was read from the service provider: accounts, groups and members, or the answers to single look-ups.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::membership::{PairLog, Pairs};
use super::records::Completeness;
use super::strings::{Strings, Sym};
use super::table::{Attribute, Table};
use crate::digest::DigestKey;
use crate::model::ObjectKind;

/// The parts of a target read, each with its own proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetPart {
    /// Accounts.
    Users,
    /// Groups.
    Groups,
    /// Members of groups.
    Members,
}

#[derive(Clone, Default)]
struct Rows {
    ids: Vec<Sym>,
    versions: Vec<Option<Sym>>,
    table: Table,
}

/// Gathers pages into a [`TargetSnapshot`]. Pages may repeat objects: the last word counts.
#[derive(Clone, Default)]
pub struct TargetBuilder {
    strings: Strings,
    users: Rows,
    groups: Rows,
    row_of: BTreeMap<(ObjectKind, Sym), usize>,
    members: PairLog,
    totals: BTreeMap<Sym, u32>,
    gone: BTreeSet<(ObjectKind, String)>,
    asked: BTreeSet<(ObjectKind, String, String)>,
    complete: [Completeness; 3],
}

impl TargetBuilder {
    /// Starts empty. Only the named attributes are kept; `active`, `userName` and `displayName` always are.
    pub fn new<'a>(
        user_attributes: impl IntoIterator<Item = &'a str>,
        group_attributes: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let users = user_attributes.into_iter().chain(["active", "userName", "displayName"]);
        let groups = group_attributes.into_iter().chain(["displayName"]);
        Self {
            users: Rows { table: Table::new(users), ..Rows::default() },
            groups: Rows { table: Table::new(groups), ..Rows::default() },
            ..Self::default()
        }
    }

    /// Adds or replaces an account or a group. Attribute paths are spelled as in the mappings; `version` is `meta.version`
    /// where the service provider has it.
    pub fn object(
        &mut self,
        kind: ObjectKind,
        id: &str,
        version: Option<&str>,
        attributes: &[(&str, Attribute<'_>)],
    ) {
        let id = self.strings.intern(id);
        let version = version.map(|version| self.strings.intern(version));
        let rows = match kind {
            ObjectKind::User => &mut self.users,
            ObjectKind::Group => &mut self.groups,
        };
        match self.row_of.get(&(kind, id)) {
            Some(&row) => {
                rows.versions[row] = version;
                rows.table.replace(&mut self.strings, row, attributes);
            }
            None => {
                rows.ids.push(id);
                rows.versions.push(version);
                let row = rows.table.push(&mut self.strings, attributes);
                self.row_of.insert((kind, id), row);
            }
        }
    }

    /// Says that an account is a member of a group.
    pub fn member(&mut self, group: &str, member: &str) {
        let (group, member) = (self.strings.intern(group), self.strings.intern(member));
        self.members.say(group, member, true);
    }

    /// Says how many members a group has, where only some of them are named.
    pub fn count_members(&mut self, group: &str, total: u32) {
        let group = self.strings.intern(group);
        self.totals.insert(group, total);
    }

    /// Whether the object was added.
    #[must_use]
    pub fn has(&self, kind: ObjectKind, id: &str) -> bool {
        self.strings.find(id).is_some_and(|id| self.row_of.contains_key(&(kind, id)))
    }

    /// Whether the object was added, or looked for by its id.
    #[must_use]
    pub fn answers(&self, kind: ObjectKind, id: &str) -> bool {
        self.has(kind, id) || self.gone.contains(&(kind, id.to_owned()))
    }

    /// Says that an object was looked for by its id and is not there.
    pub fn gone(&mut self, kind: ObjectKind, id: &str) {
        self.gone.insert((kind, id.to_owned()));
    }

    /// Says that the service provider was asked for this value of a matching attribute, and that every object with it has
    /// been added.
    pub fn asked(&mut self, kind: ObjectKind, attribute: &str, value: &str) {
        self.asked.insert((kind, attribute.to_owned(), value.to_lowercase()));
    }

    /// Says that a part was read to its end.
    pub fn completed(&mut self, part: TargetPart) {
        self.complete[part as usize] = Completeness::Complete;
    }

    /// Says that a part was not read to its end.
    pub fn interrupted(&mut self, part: TargetPart, why: &str) {
        self.complete[part as usize] = Completeness::Incomplete { why: why.to_owned() };
    }

    /// Settles everything into sorted arrays.
    #[must_use]
    pub fn finish(self) -> TargetSnapshot {
        let users = settle(&self.strings, &self.users);
        let mut accounts = vec![NO_ACCOUNT; self.strings.len()];
        for (row, id) in users.ids.iter().enumerate() {
            accounts[id.0 as usize] = u32::try_from(row).expect("fewer than 2^32 rows");
        }
        TargetSnapshot {
            groups: settle(&self.strings, &self.groups),
            users,
            accounts,
            members: self.members.settle(),
            totals: self.totals,
            strings: self.strings,
            gone: self.gone,
            asked: self.asked,
            complete: self.complete,
        }
    }
}

const NO_ACCOUNT: u32 = u32::MAX;

fn settle(strings: &Strings, rows: &Rows) -> Rows {
    let mut order: Vec<u32> = (0..u32::try_from(rows.ids.len()).expect("fewer than 2^32 rows")).collect();
    order.sort_by_key(|&row| strings.get(rows.ids[row as usize]));
    Rows {
        ids: order.iter().map(|&row| rows.ids[row as usize]).collect(),
        versions: order.iter().map(|&row| rows.versions[row as usize]).collect(),
        table: rows.table.reorder(&order),
    }
}

/// Everything that was read from the service provider, sorted by id.
#[derive(Clone, Default)]
pub struct TargetSnapshot {
    strings: Strings,
    users: Rows,
    groups: Rows,
    // By string number: the row of the account with this id.
    accounts: Vec<u32>,
    members: Pairs,
    totals: BTreeMap<Sym, u32>,
    gone: BTreeSet<(ObjectKind, String)>,
    asked: BTreeSet<(ObjectKind, String, String)>,
    complete: [Completeness; 3],
}

impl TargetSnapshot {
    /// All objects of a kind, sorted by id.
    pub fn objects(&self, kind: ObjectKind) -> impl ExactSizeIterator<Item = TargetObject<'_>> {
        (0..self.rows(kind).ids.len()).map(move |row| TargetObject { snapshot: self, kind, row })
    }

    /// One object.
    #[must_use]
    pub fn object(&self, kind: ObjectKind, id: &str) -> Option<TargetObject<'_>> {
        let row = match kind {
            // One look into a table: a search by text would touch memory all over, once for each halving.
            ObjectKind::User => {
                let row = self.accounts[self.strings.find(id)?.0 as usize];
                (row != NO_ACCOUNT).then_some(row as usize)?
            }
            ObjectKind::Group => {
                self.groups.ids.binary_search_by(|&sym| self.strings.get(sym).cmp(id)).ok()?
            }
        };
        Some(TargetObject { snapshot: self, kind, row })
    }

    /// How completely a part was read.
    #[must_use]
    pub fn completeness(&self, part: TargetPart) -> &Completeness {
        &self.complete[part as usize]
    }

    /// Whether it is proven that no object has this id.
    #[must_use]
    pub fn is_gone(&self, kind: ObjectKind, id: &str) -> bool {
        self.object(kind, id).is_none()
            && (self.is_complete(kind) || self.gone.contains(&(kind, id.to_owned())))
    }

    /// Whether every object with this value of a matching attribute is in the snapshot.
    #[must_use]
    pub fn knows(&self, kind: ObjectKind, attribute: &str, value: &str) -> bool {
        self.is_complete(kind) || self.asked.contains(&(kind, attribute.to_owned(), value.to_lowercase()))
    }

    pub(crate) fn object_at(&self, kind: ObjectKind, row: usize) -> TargetObject<'_> {
        TargetObject { snapshot: self, kind, row }
    }

    fn is_complete(&self, kind: ObjectKind) -> bool {
        let part = match kind {
            ObjectKind::User => TargetPart::Users,
            ObjectKind::Group => TargetPart::Groups,
        };
        self.completeness(part).is_complete()
    }

    fn rows(&self, kind: ObjectKind) -> &Rows {
        match kind {
            ObjectKind::User => &self.users,
            ObjectKind::Group => &self.groups,
        }
    }
}

/// An account or a group of the snapshot.
#[derive(Clone, Copy)]
pub struct TargetObject<'s> {
    snapshot: &'s TargetSnapshot,
    kind: ObjectKind,
    pub(crate) row: usize,
}

impl<'s> TargetObject<'s> {
    /// `id`.
    #[must_use]
    pub fn id(&self) -> &'s str {
        self.snapshot.strings.get(self.sym())
    }

    /// A value by its attribute path.
    #[must_use]
    pub fn attribute(&self, path: &str) -> Attribute<'s> {
        self.snapshot.rows(self.kind).table.named(&self.snapshot.strings, self.row, path)
    }

    /// Whether the account is active; without the attribute it is (RFC 7643 section 4.1.1 leaves the meaning to the service
    /// provider, and an account that says nothing can sign in).
    #[must_use]
    pub fn is_active(&self) -> bool {
        match self.attribute("active") {
            Attribute::Boolean(active) => active,
            Attribute::Text(text) => !text.eq_ignore_ascii_case("false"),
            _ => true,
        }
    }

    /// A name to show.
    #[must_use]
    pub fn display(&self) -> &'s str {
        let name = ["displayName", "userName"].into_iter().find_map(|path| match self.attribute(path) {
            Attribute::Text(text) => Some(text),
            _ => None,
        });
        name.unwrap_or_else(|| self.id())
    }

    /// The ids of the members of a group, sorted.
    #[must_use]
    pub fn members(&self) -> Vec<&'s str> {
        let mut members: Vec<_> = self
            .snapshot
            .members
            .of(self.sym())
            .iter()
            .map(|&(_, member)| self.snapshot.strings.get(member))
            .collect();
        members.sort_unstable();
        members
    }

    /// How many members a group has: those that are named here, or as many as it is known to have in all.
    pub(crate) fn count_members(&self) -> usize {
        let named = self.snapshot.members.of(self.sym()).len();
        let total = self.snapshot.totals.get(&self.sym()).map_or(0, |&total| total as usize);
        named.max(total)
    }

    /// The ids of the members of a group with the rows of their accounts, where those were read.
    pub(crate) fn member_rows(&self) -> impl Iterator<Item = (&'s str, Option<u32>)> + use<'s> {
        let snapshot = self.snapshot;
        snapshot.members.of(self.sym()).iter().map(move |&(_, member)| {
            let row = snapshot.accounts[member.0 as usize];
            (snapshot.strings.get(member), (row != NO_ACCOUNT).then_some(row))
        })
    }

    /// `meta.version`, where it was shown.
    #[must_use]
    pub fn version(&self) -> Option<&'s str> {
        let version = self.snapshot.rows(self.kind).versions[self.row]?;
        Some(self.snapshot.strings.get(version))
    }

    /// Digest of what was observed of the object: of the mapped attributes, and of its version where there is one.
    #[must_use]
    pub fn observed(&self, key: &DigestKey) -> String {
        let rows = self.snapshot.rows(self.kind);
        let version = self.version();
        let values = rows.table.columns().map(|path| format!("{path} {:?}", self.attribute(path)));
        let values: Vec<String> =
            values.chain(version.map(|version| format!("meta.version {version}"))).collect();
        key.digest(std::iter::once(self.id()).chain(values.iter().map(String::as_str)))
    }

    /// Digest of the members that were observed.
    #[must_use]
    pub fn observed_members(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.id());
        for member in self.members() {
            hash.update("\u{1f}");
            hash.update(member);
        }
        crate::digest::hex(&hash.finalize())
    }

    fn sym(&self) -> Sym {
        self.snapshot.rows(self.kind).ids[self.row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_is_only_known_where_it_was_proven() {
        use ObjectKind::User;
        let mut builder = TargetBuilder::new(["userName"], []);
        builder.object(User, "9007199254740993", None, &[("userName", Attribute::Text("ana@contoso.com"))]);
        builder.asked(User, "userName", "Bo@contoso.com");
        builder.gone(User, "7");
        let partial = builder.clone().finish();
        assert!(partial.object(User, "9007199254740993").is_some());
        assert!(partial.is_gone(User, "7") && !partial.is_gone(User, "8"));
        assert!(partial.knows(User, "userName", "bo@CONTOSO.com") && !partial.knows(User, "userName", "cy"));
        builder.completed(TargetPart::Users);
        let whole = builder.finish();
        assert!(whole.is_gone(User, "8") && whole.knows(User, "userName", "cy"));
    }

    #[test]
    fn what_was_observed_changes_with_value_version_and_members() {
        use ObjectKind::Group;
        let observe = |name: &str, version: Option<&str>, member: &str| {
            let mut builder = TargetBuilder::new([], []);
            builder.object(Group, "g", version, &[("displayName", Attribute::Text(name))]);
            builder.member("g", member);
            let snapshot = builder.finish();
            let group = snapshot.object(Group, "g").expect("it was added");
            (group.observed(&DigestKey::new([0; 32])), group.observed_members())
        };
        let first = observe("Sales", Some("1"), "a");
        assert_eq!(first, observe("Sales", Some("1"), "a"));
        assert_ne!(first.0, observe("sales", Some("1"), "a").0);
        assert_ne!(first.0, observe("Sales", Some("2"), "a").0);
        assert_ne!(first.1, observe("Sales", Some("1"), "b").1);
    }
}
