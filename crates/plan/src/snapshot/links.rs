//! Which account belongs to which person or group: the marker of ownership.
//!
//! Only linked objects may ever be disabled or removed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::strings::{Strings, Sym};
use crate::model::{EntraObjectId, ObjectKind, ScimId};
use crate::pending::Waiting;

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// A person or a group.
    pub kind: ObjectKind,
    /// The object in Entra.
    pub source: EntraObjectId,
    /// The object at the service provider.
    pub target: ScimId,
    /// How it came to be.
    pub origin: Origin,
    /// The `active` that was written last; true for groups.
    pub active: bool,
    /// Whether it is still managed: not after the person was unassigned or filtered out.
    pub managed: bool,
}

/// How a link came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// Usher created the account.
    Created,
    /// The account was there and matched.
    Adopted,
}

#[derive(Clone, Copy)]
struct Row {
    kind: ObjectKind,
    source: Sym,
    target: Sym,
    origin: Origin,
    active: bool,
    managed: bool,
}

/// All links of one connection. Both an object in Entra and one at the service provider have at most one.
#[derive(Clone, Default)]
pub struct Links {
    strings: Strings,
    by_source: Vec<Row>,
    by_target: Vec<u32>,
    // By string number: the row of the person, or of the group, with this id in Entra.
    users: Vec<u32>,
    groups: Vec<u32>,
    population: Option<(u32, u32)>,
    waiting: BTreeMap<(ObjectKind, EntraObjectId), Waiting>,
}

const NOWHERE: u32 = u32::MAX;

impl FromIterator<Link> for Links {
    /// Of two links of the same source object the last counts.
    fn from_iter<I: IntoIterator<Item = Link>>(links: I) -> Self {
        let mut strings = Strings::default();
        let mut rows: Vec<Row> = links
            .into_iter()
            .map(|link| Row {
                kind: link.kind,
                source: strings.intern(link.source.as_str()),
                target: strings.intern(link.target.as_str()),
                origin: link.origin,
                active: link.active,
                managed: link.managed,
            })
            .collect();
        rows.sort_by(|a, b| {
            a.kind.cmp(&b.kind).then_with(|| strings.get(a.source).cmp(strings.get(b.source)))
        });
        rows.reverse();
        rows.dedup_by_key(|row| (row.kind, row.source));
        rows.reverse();
        let mut by_target: Vec<u32> =
            (0..u32::try_from(rows.len()).expect("fewer than 2^32 links")).collect();
        by_target.sort_by_key(|&at| (rows[at as usize].kind, rows[at as usize].target));
        let (mut users, mut groups) = (vec![NOWHERE; strings.len()], vec![NOWHERE; strings.len()]);
        for (row, at) in rows.iter().zip(0..) {
            let places = if row.kind == ObjectKind::User { &mut users } else { &mut groups };
            places[row.source.0 as usize] = at;
        }
        Self {
            strings,
            by_source: rows,
            by_target,
            users,
            groups,
            population: None,
            waiting: BTreeMap::new(),
        }
    }
}

impl Links {
    /// Says how many people are managed and active and how many groups are linked in all, where only the links of some
    /// objects are here.
    #[must_use]
    pub fn among(self, people: u32, groups: u32) -> Self {
        Self { population: Some((people, groups)), ..self }
    }

    /// Says which deletes wait.
    #[must_use]
    pub fn waiting_for(
        self,
        waiting: impl IntoIterator<Item = ((ObjectKind, EntraObjectId), Waiting)>,
    ) -> Self {
        Self { waiting: waiting.into_iter().collect(), ..self }
    }

    /// The delete of an object in Entra that waits.
    pub(crate) fn waiting(&self, kind: ObjectKind, source: &str) -> Option<Waiting> {
        if self.waiting.is_empty() {
            return None;
        }
        self.waiting.get(&(kind, EntraObjectId::from(source))).copied()
    }

    /// The link of an object in Entra.
    #[must_use]
    pub fn of_source(&self, kind: ObjectKind, source: &str) -> Option<Link> {
        self.find(kind, source).map(|at| self.link(at))
    }

    /// The id at the service provider to which an object in Entra is linked.
    #[must_use]
    pub fn target_of(&self, kind: ObjectKind, source: &str) -> Option<&str> {
        self.find(kind, source).map(|at| self.strings.get(self.by_source[at].target))
    }

    /// The ids on both sides of every link of a kind, sorted by source id.
    pub(crate) fn pairs(&self, kind: ObjectKind) -> impl Iterator<Item = (&str, &str)> {
        let rows = self.by_source.iter().filter(move |row| row.kind == kind);
        rows.map(|row| (self.strings.get(row.source), self.strings.get(row.target)))
    }

    fn find(&self, kind: ObjectKind, source: &str) -> Option<usize> {
        let places = if kind == ObjectKind::User { &self.users } else { &self.groups };
        let at = places[self.strings.find(source)?.0 as usize];
        (at != NOWHERE).then_some(at as usize)
    }

    /// The link of an object at the service provider.
    #[must_use]
    pub fn of_target(&self, kind: ObjectKind, target: &str) -> Option<Link> {
        let target = self.strings.find(target)?;
        let at = self
            .by_target
            .binary_search_by_key(&(kind, target), |&at| {
                let row = self.by_source[at as usize];
                (row.kind, row.target)
            })
            .ok()?;
        Some(self.link(self.by_target[at] as usize))
    }

    /// All links, sorted by kind and source id.
    pub fn iter(&self) -> impl Iterator<Item = Link> {
        (0..self.by_source.len()).map(|at| self.link(at))
    }

    /// How many people are linked and were last written active: the population of the guards.
    #[must_use]
    pub fn managed_people(&self) -> u32 {
        if let Some((people, _)) = self.population {
            return people;
        }
        let count = self.by_source.iter().filter(|row| row.kind == ObjectKind::User && row.active).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// How many groups are linked.
    pub(crate) fn managed_groups(&self) -> u32 {
        let count = || self.by_source.iter().filter(|row| row.kind == ObjectKind::Group).count();
        self.population.map_or_else(|| u32::try_from(count()).unwrap_or(u32::MAX), |(_, groups)| groups)
    }

    fn link(&self, at: usize) -> Link {
        let row = self.by_source[at];
        Link {
            kind: row.kind,
            source: self.strings.get(row.source).into(),
            target: self.strings.get(row.target).into(),
            origin: row.origin,
            active: row.active,
            managed: row.managed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(kind: ObjectKind, source: &str, target: &str, active: bool) -> Link {
        Link {
            kind,
            source: source.into(),
            target: target.into(),
            origin: Origin::Created,
            active,
            managed: true,
        }
    }

    #[test]
    fn links_are_found_from_both_sides_and_the_last_word_counts() {
        use ObjectKind::{Group, User};
        let links: Links = [
            link(User, "u2", "t2", true),
            link(User, "u1", "old", true),
            link(Group, "u1", "t2", true),
            link(User, "u1", "t1", false),
        ]
        .into_iter()
        .collect();
        assert_eq!(links.of_source(User, "u1"), Some(link(User, "u1", "t1", false)));
        assert_eq!(links.of_target(User, "t2"), Some(link(User, "u2", "t2", true)));
        assert_eq!(links.of_target(Group, "t2").map(|link| link.source), Some("u1".into()));
        assert_eq!((links.of_target(User, "old"), links.of_source(Group, "u2")), (None, None));
        assert_eq!((links.iter().count(), links.managed_people()), (3, 1));
    }
}
