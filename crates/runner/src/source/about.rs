//! The part of the world that a pass over changes looks at: who changed, whose place in scope may have changed with
//! them, and who is due for another try or to be deleted. Its size grows with what changed, not with the tenant.

use std::collections::{BTreeMap, BTreeSet};

use usher_engine::cycle::is_retry_due;
use usher_plan::{LateReferences, Only, SourceBuilder, SourcePart, SourceSnapshot};
use usher_store::{Kind, SourceChange, SourceRow, Store, StoreError};

use super::rows::{self, GROUPS, MANAGER, Row, Rows, USERS};
use super::{ASSIGNMENTS, Assigned, Changed, Extent, SourceCommit, SourceRequest, body};
use crate::error::RunError;
use crate::journal::kind;
use crate::memory::Memory;
use crate::undone;

/// What a pass looks at.
#[derive(Debug, Default)]
pub struct About {
    /// The objects that are planned.
    pub only: Only,
    /// Everybody whom the snapshot holds: those, and members of their groups.
    pub people: BTreeSet<String>,
    /// How much is known of the members of each group that is planned.
    pub groups: BTreeMap<String, Part>,
}

/// How much of a group's members a pass looks at.
#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    /// All of them, on both sides.
    All,
    /// Only whoever came or went: a group of thousands is not read because one person joined it.
    Some {
        /// Of the people at hand, those who were in it when the last cycle ended.
        before: BTreeSet<String>,
        /// How many were in it then.
        total: u32,
    },
}

/// Looks at what changed.
pub(super) async fn read(
    request: &SourceRequest<'_>,
    changed: Changed,
    memory: &Memory,
) -> Result<(SourceSnapshot, About, SourceCommit), RunError> {
    let (users, groups) = request.needs.names();
    let (assigned_only, nested, now) = (request.assigned_only, request.nested_groups, request.now);
    let ring = request.ring.cloned().unwrap_or_default();
    // Where no mapping reads the manager, nobody refers to anybody.
    let also = match request.extent {
        Extent::ChangesAnd(only) => only.clone(),
        _ => Only::default(),
    };
    let refers = users.iter().any(|name| name == MANAGER);
    let late_references = if refers { request.late_references } else { LateReferences::AtRestart };
    memory
        .with(move |store| {
            let Changed { people, groups: teams, links, assigned, only } = changed;
            let rows = Rows::changed(store, people, teams, links)?;
            let old = saved_assignments(store)?;
            let world = World::new(store, &rows, &assigned, &ring, nested);
            let about = match only {
                Some(only) => world.named(only)?,
                None => {
                    let retries = store.retries()?.into_iter().filter(|retry| is_retry_due(retry.due, now));
                    let mut due: Vec<(Kind, String)> =
                        retries.map(|retry| (retry.kind, retry.source)).collect();
                    let undone: BTreeSet<(Kind, String)> = undone::load(store)?
                        .into_iter()
                        .map(|(object, id)| (kind(object), id.to_string()))
                        .collect();
                    due.extend(undone.iter().cloned());
                    due.extend(store.due_deletes(now)?);
                    due.extend(also.users.iter().map(|id| (Kind::User, id.to_string())));
                    due.extend(also.groups.iter().map(|id| (Kind::Group, id.to_string())));
                    let mut about = world.touched(&old, assigned_only, due, &undone)?;
                    if late_references == LateReferences::WithTheAccount {
                        world.refer(&mut about)?;
                    }
                    about
                }
            };
            let (about, snapshot) = world.project(about, &users, &groups)?;
            let (mut changes, members) = rows.into_changes(now);
            changes.push(difference(&old, &assigned));
            let commit = SourceCommit { changes, members, fingerprint: String::new(), decided_by: None };
            Ok::<_, RunError>((snapshot, about, commit))
        })
        .await
}

/// Role ids by principal, as the last settled cycle left them.
fn saved_assignments(store: &Store) -> Result<BTreeMap<String, String>, StoreError> {
    Ok(store.source_rows(ASSIGNMENTS)?.into_iter().map(|row| (row.id, row.body)).collect())
}

fn difference(old: &BTreeMap<String, String>, new: &Assigned) -> SourceChange {
    let put = new.by.iter().map(|(id, roles)| SourceRow { id: id.clone(), body: body(roles) });
    SourceChange {
        kind: ASSIGNMENTS.to_owned(),
        put: put.filter(|row| old.get(&row.id) != Some(&row.body)).collect(),
        remove: old.keys().filter(|id| !new.by.contains_key(*id)).cloned().collect(),
        ..SourceChange::default()
    }
}

/// Entra as it is now: what was saved, and what changed since.
struct World<'w> {
    store: &'w Store,
    rows: &'w Rows,
    assigned: &'w Assigned,
    /// People and groups who may get an account so far; empty when everybody may.
    ring: &'w BTreeSet<String>,
    nested: bool,
    /// By member: groups that it came into or left.
    moved: BTreeMap<&'w str, Vec<(&'w str, bool)>>,
}

impl<'w> World<'w> {
    fn new(
        store: &'w Store,
        rows: &'w Rows,
        assigned: &'w Assigned,
        ring: &'w BTreeSet<String>,
        nested: bool,
    ) -> Self {
        let mut moved: BTreeMap<&str, Vec<(&str, bool)>> = BTreeMap::new();
        for (group, members) in &rows.moved {
            for (member, present) in members {
                moved.entry(member).or_default().push((group, *present));
            }
        }
        Self { store, rows, assigned, ring, nested, moved }
    }

    /// These objects, each group with all of its members.
    fn named(&self, only: Only) -> Result<About, StoreError> {
        let groups = only.groups.iter().map(|id| (id.to_string(), Part::All)).collect();
        Ok(About { only, groups, ..About::default() })
    }

    /// What changed, whose place in scope that may change, and who is due.
    fn touched(
        &self,
        old: &BTreeMap<String, String>,
        assigned_only: bool,
        due: Vec<(Kind, String)>,
        undone: &BTreeSet<(Kind, String)>,
    ) -> Result<About, StoreError> {
        let mut people: BTreeSet<String> =
            self.rows.changed_users.union(&self.rows.purged_users).cloned().collect();
        let mut teams: BTreeMap<String, Part> = BTreeMap::new();
        let principals: BTreeSet<&String> = old.keys().chain(self.assigned.by.keys()).collect();
        for id in principals {
            if old.get(id) == self.assigned.by.get(id).map(body).as_ref() {
                continue;
            }
            if self.is_group(id)? {
                teams.insert(id.clone(), Part::All);
                people.extend(self.everybody_in(id)?);
            } else {
                people.insert(id.clone());
            }
        }
        for id in self.rows.purged_groups.difference(&self.rows.changed_groups) {
            teams.insert(id.clone(), self.some(id)?);
        }
        for id in &self.rows.changed_groups {
            if !teams.contains_key(id) {
                teams.insert(id.clone(), self.part_of(id, assigned_only)?);
            }
            if (assigned_only && self.passes_on(id, old)?) || self.lets_in(id)? {
                let moved = self.rows.moved.get(id).into_iter().flatten();
                for (member, _) in moved {
                    people.insert(member.clone());
                    if self.nested && self.is_group(member)? {
                        people.extend(self.everybody_in(member)?);
                    }
                }
                if self.is_another(id)? {
                    people.extend(self.everybody_in(id)?);
                }
            }
        }
        for (kind, id) in due {
            match kind {
                Kind::User => drop(people.insert(id)),
                Kind::Group => drop(teams.insert(id, Part::All)),
            }
        }
        // Whoever gets an account, or gets it back, also gets into the groups that have one.
        for person in &people {
            let link = self.store.link_of_source(Kind::User, person)?;
            // An account that came between two cycles is in no group yet.
            let came_between = undone.contains(&(Kind::User, person.clone()));
            if link.as_ref().is_some_and(|link| link.active) && !came_between {
                continue;
            }
            for group in self.groups_of(person)? {
                if self.store.link_of_source(Kind::Group, &group)?.is_none() {
                    continue;
                }
                if link.is_some() || !teams.contains_key(&group) {
                    let part = if link.is_some() { Part::All } else { self.some(&group)? };
                    teams.insert(group, part);
                }
            }
        }
        let only = Only {
            users: people.into_iter().map(Into::into).collect(),
            groups: teams.keys().map(|id| id.as_str().into()).collect(),
        };
        Ok(About { only, groups: teams, ..About::default() })
    }

    /// Whoever gets an account is the manager of people who have one already.
    fn refer(&self, about: &mut About) -> Result<(), StoreError> {
        let mut reports = Vec::new();
        for person in &about.only.users {
            if self.store.link_of_source(Kind::User, person.as_str())?.is_none() {
                reports.extend(self.store.reports_of(person.as_str())?);
            }
        }
        for report in reports {
            if self.store.link_of_source(Kind::User, &report)?.is_some() {
                about.only.users.insert(report.into());
            }
        }
        Ok(())
    }

    /// How much of a changed group is looked at.
    fn part_of(&self, id: &str, assigned_only: bool) -> Result<Part, StoreError> {
        let wanted = !assigned_only || self.assigned.by.contains_key(id);
        if wanted && self.store.link_of_source(Kind::Group, id)?.is_none() {
            return Ok(Part::All);
        }
        self.some(id)
    }

    fn some(&self, id: &str) -> Result<Part, StoreError> {
        Ok(Part::Some { before: BTreeSet::new(), total: self.store.count_members(id)? })
    }

    /// Whether somebody is, or was, in scope through this group.
    fn passes_on(&self, id: &str, old: &BTreeMap<String, String>) -> Result<bool, StoreError> {
        let assigned = |id: &str| old.contains_key(id) || self.assigned.by.contains_key(id);
        if assigned(id) {
            return Ok(true);
        }
        Ok(self.nested && self.above(id)?.iter().any(|group| assigned(group)))
    }

    /// Whether somebody is in the ring through this group.
    fn lets_in(&self, id: &str) -> Result<bool, StoreError> {
        if self.ring.contains(id) {
            return Ok(true);
        }
        let nested = self.nested && !self.ring.is_empty();
        Ok(nested && self.above(id)?.iter().any(|group| self.ring.contains(group)))
    }

    /// Whether the group came, went, or began or ceased to be a security group: then its members' scope changes.
    fn is_another(&self, id: &str) -> Result<bool, StoreError> {
        let before = rows::known(self.store, GROUPS, id)?;
        Ok(match (before, self.rows.groups.get(id)) {
            (Some((_, before)), Some(now)) => {
                rows::is_security_group(&before) != rows::is_security_group(now)
            }
            _ => true,
        })
    }

    fn is_group(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.rows.groups.contains_key(id) || self.store.source_row(GROUPS, id)?.is_some())
    }

    /// The groups that somebody or some group is directly in.
    fn groups_of(&self, member: &str) -> Result<BTreeSet<String>, StoreError> {
        let mut groups: BTreeSet<String> = self.store.groups_of(member)?.into_iter().collect();
        groups.retain(|group| !self.is_gone(group));
        for (group, present) in self.moved.get(member).into_iter().flatten() {
            if *present {
                groups.insert((*group).to_owned())
            } else {
                groups.remove(*group)
            };
        }
        Ok(groups)
    }

    /// The groups above, however far.
    fn above(&self, member: &str) -> Result<BTreeSet<String>, StoreError> {
        let mut found = BTreeSet::new();
        let mut open: Vec<String> = self.groups_of(member)?.into_iter().collect();
        while let Some(group) = open.pop() {
            if found.insert(group.clone()) {
                open.extend(self.groups_of(&group)?);
            }
        }
        Ok(found)
    }

    /// Direct members.
    fn members_of(&self, group: &str) -> Result<BTreeSet<String>, StoreError> {
        let mut members: BTreeSet<String> = self.store.members_of(group)?.into_iter().collect();
        for (member, present) in self.rows.moved.get(group).into_iter().flatten() {
            if *present {
                members.insert(member.clone())
            } else {
                members.remove(member)
            };
        }
        Ok(members)
    }

    /// Members that are no groups, and those of the groups inside where they count.
    fn everybody_in(&self, group: &str) -> Result<BTreeSet<String>, StoreError> {
        let (mut people, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![group.to_owned()];
        while let Some(next) = open.pop() {
            if !seen.insert(next.clone()) {
                continue;
            }
            for member in self.members_of(&next)? {
                if !self.is_group(&member)? {
                    people.insert(member);
                } else if self.nested {
                    open.push(member);
                }
            }
        }
        Ok(people)
    }

    fn is_gone(&self, group: &str) -> bool {
        self.rows.changed_groups.contains(group) && !self.rows.groups.contains_key(group)
    }

    fn row(&self, kind: &str, id: &str) -> Result<Option<Row>, StoreError> {
        let (changed, rows) = match kind {
            USERS => (&self.rows.changed_users, &self.rows.users),
            _ => (&self.rows.changed_groups, &self.rows.groups),
        };
        if changed.contains(id) {
            return Ok(rows.get(id).cloned());
        }
        Ok(rows::known(self.store, kind, id)?.map(|(_, row)| row))
    }

    /// The snapshot of what a pass looks at, with everything that decides about it.
    fn project(
        &self,
        mut about: About,
        users: &[String],
        groups: &[String],
    ) -> Result<(About, SourceSnapshot), StoreError> {
        let mut builder =
            SourceBuilder::new(users.iter().map(String::as_str), groups.iter().map(String::as_str));
        let mut people: BTreeSet<String> = about.only.users.iter().map(ToString::to_string).collect();
        for (group, part) in &about.groups {
            match part {
                Part::All => people.extend(self.everybody_in(group)?),
                Part::Some { .. } => {
                    people.extend(self.rows.moved.get(group).into_iter().flat_map(BTreeMap::keys).cloned());
                }
            }
        }
        let mut teams: BTreeSet<String> = about.groups.keys().cloned().collect();
        let refers = users.iter().any(|name| name == MANAGER);
        let mut managers = BTreeSet::new();
        for id in &people {
            let Some(row) = self.row(USERS, id)? else { continue };
            rows::add_user(&mut builder, id, &row, users);
            about.people.insert(id.clone());
            if refers && about.only.users.contains(id.as_str()) {
                managers.extend(rows::manager(&row));
            }
            for group in self.groups_of(id)? {
                builder.member(&group, id, true);
                teams.insert(group);
            }
        }
        // Managers are named by the people who are looked at, and are not looked at themselves.
        for manager in managers.difference(&people) {
            if let Some(row) = self.row(USERS, manager)? {
                rows::add_user(&mut builder, manager, &row, users);
                about.people.insert(manager.clone());
            }
        }
        let mut open: Vec<String> = teams.iter().cloned().collect();
        while let Some(id) = open.pop() {
            let Some(row) = self.row(GROUPS, &id)? else { continue };
            rows::add_group(&mut builder, &id, &row, groups);
            for above in self.groups_of(&id)? {
                builder.member(&above, &id, true);
                if teams.insert(above.clone()) {
                    open.push(above);
                }
            }
        }
        for id in &people {
            for group in self.store.groups_of(id)? {
                if let Some(Part::Some { before, .. }) = about.groups.get_mut(&group) {
                    before.insert(id.clone());
                }
            }
        }
        self.rows.purged().for_each(|id| builder.removed(id));
        let wanted = |id: &str| about.people.contains(id) || teams.contains(id);
        self.assigned.hand_over(&mut builder, wanted);
        SourcePart::ALL.into_iter().for_each(|part| builder.completed(part));
        Ok((about, builder.finish()))
    }
}
