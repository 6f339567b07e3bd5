//! People and groups with their history: every change gets a version, from which delta queries are answered.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value};

/// A user.
#[derive(Debug, Clone)]
pub struct User {
    /// Object id.
    pub id: String,
    /// Properties by Graph name; absent is null.
    pub attributes: Map<String, Value>,
    /// The id of the manager, who may be in the deleted items.
    pub manager: Option<String>,
    /// When it was moved to the deleted items.
    pub deleted: Option<Timestamp>,
    /// The version of its last change.
    pub changed: u64,
}

/// A group.
#[derive(Debug, Clone)]
pub struct Group {
    /// Object id.
    pub id: String,
    /// Properties by Graph name; absent is null.
    pub attributes: Map<String, Value>,
    /// Ids of users and groups that are direct members.
    pub members: BTreeSet<String>,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
    /// The version of its last change, memberships included.
    pub changed: u64,
}

/// One membership that came or went.
#[derive(Debug, Clone)]
pub struct MemberChange {
    /// The version.
    pub version: u64,
    /// The group.
    pub group: String,
    /// The member.
    pub member: String,
}

/// A manager who came or went.
#[derive(Debug, Clone)]
pub struct ManagerChange {
    /// The version.
    pub version: u64,
    /// The user.
    pub user: String,
    /// The manager.
    pub manager: String,
}

/// What kind of object a purged id was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
}

/// People and groups.
#[derive(Debug, Default)]
pub struct Directory {
    /// Users by id, the deleted ones included until they are purged.
    pub users: BTreeMap<String, User>,
    /// Groups by id, likewise.
    pub groups: BTreeMap<String, Group>,
    /// Counts every change.
    pub version: u64,
    /// Memberships that came or went, oldest first.
    pub member_changes: Vec<MemberChange>,
    /// Managers who came or went, oldest first.
    pub manager_changes: Vec<ManagerChange>,
    /// Objects that are gone for good: version, kind, id.
    pub purged: Vec<(u64, Kind, String)>,
}

impl Directory {
    fn next(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    /// Adds or replaces a user.
    pub fn put_user(&mut self, id: &str, attributes: Value) {
        let changed = self.next();
        let attributes = without_nulls(attributes);
        let manager = self.users.get(id).and_then(|user| user.manager.clone());
        self.users.insert(id.into(), User { id: id.into(), attributes, manager, deleted: None, changed });
    }

    /// Sets or clears somebody's manager. False when there is no such user, or nothing changes.
    pub fn set_manager(&mut self, id: &str, manager: Option<&str>) -> bool {
        let Some(user) = self.users.get_mut(id) else { return false };
        let before = std::mem::replace(&mut user.manager, manager.map(str::to_owned));
        if before.as_deref() == manager {
            return false;
        }
        let version = self.next();
        for other in before.iter().map(String::as_str).chain(manager) {
            self.touch_manager(version, id, other);
        }
        true
    }

    fn touch_manager(&mut self, version: u64, user: &str, manager: &str) {
        if let Some(user) = self.users.get_mut(user) {
            user.changed = version;
        }
        self.manager_changes.push(ManagerChange { version, user: user.into(), manager: manager.into() });
    }

    /// Those whose manager this is.
    fn reports(&self, manager: &str) -> Vec<String> {
        let reports = self.users.values().filter(|user| user.manager.as_deref() == Some(manager));
        reports.map(|user| user.id.clone()).collect()
    }

    /// Somebody's manager, unless deleted.
    pub fn manager(&self, user: &User) -> Option<&User> {
        self.user(user.manager.as_deref()?)
    }

    /// Adds or replaces a group with its members.
    pub fn put_group(&mut self, id: &str, attributes: Value, members: impl IntoIterator<Item = String>) {
        let changed = self.next();
        let members = members.into_iter().collect();
        let attributes = without_nulls(attributes);
        self.groups.insert(id.into(), Group { id: id.into(), attributes, members, deleted: None, changed });
    }

    /// Changes some properties of a user; null clears.
    pub fn patch_user(&mut self, id: &str, changes: &Map<String, Value>) -> bool {
        let version = self.next();
        let Some(user) = self.users.get_mut(id) else { return false };
        merge(&mut user.attributes, changes);
        user.changed = version;
        true
    }

    /// Changes some properties of a group; null clears.
    pub fn patch_group(&mut self, id: &str, changes: &Map<String, Value>) -> bool {
        let version = self.next();
        let Some(group) = self.groups.get_mut(id) else { return false };
        merge(&mut group.attributes, changes);
        group.changed = version;
        true
    }

    /// Moves a user to the deleted items (`at`), or restores it (none).
    pub fn set_user_deleted(&mut self, id: &str, at: Option<Timestamp>) -> bool {
        let version = self.next();
        let Some(user) = self.users.get_mut(id) else { return false };
        user.deleted = at;
        user.changed = version;
        let groups: Vec<String> =
            self.groups.values().filter(|group| group.members.contains(id)).map(|g| g.id.clone()).collect();
        // Memberships of a deleted user disappear from the group and return with a restore; so do those led by the user.
        for group in groups {
            self.touch_member(version, &group, id);
        }
        for report in self.reports(id) {
            self.touch_manager(version, &report, id);
        }
        true
    }

    /// Removes a user for good.
    pub fn purge_user(&mut self, id: &str) -> bool {
        if self.users.remove(id).is_none() {
            return false;
        }
        let version = self.next();
        self.purged.push((version, Kind::User, id.into()));
        let groups: Vec<String> = self.groups.keys().cloned().collect();
        for group in groups {
            self.remove_member(&group, id);
        }
        for report in self.reports(id) {
            self.set_manager(&report, None);
        }
        true
    }

    /// Removes a group for good. Security groups have no deleted items in Graph v1.0.
    pub fn purge_group(&mut self, id: &str) -> bool {
        if self.groups.remove(id).is_none() {
            return false;
        }
        let version = self.next();
        self.purged.push((version, Kind::Group, id.into()));
        let parents: Vec<String> = self.groups.keys().cloned().collect();
        for parent in parents {
            self.remove_member(&parent, id);
        }
        true
    }

    /// Adds a direct member. False when the group is unknown or it is one already.
    pub fn add_member(&mut self, group: &str, member: &str) -> bool {
        let added = self.groups.get_mut(group).is_some_and(|group| group.members.insert(member.into()));
        if added {
            let version = self.next();
            self.touch_member(version, group, member);
        }
        added
    }

    /// Removes a direct member. False when it was none.
    pub fn remove_member(&mut self, group: &str, member: &str) -> bool {
        let removed = self.groups.get_mut(group).is_some_and(|group| group.members.remove(member));
        if removed {
            let version = self.next();
            self.touch_member(version, group, member);
        }
        removed
    }

    fn touch_member(&mut self, version: u64, group: &str, member: &str) {
        if let Some(group) = self.groups.get_mut(group) {
            group.changed = version;
        }
        self.member_changes.push(MemberChange { version, group: group.into(), member: member.into() });
    }

    /// A user that is not deleted.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id).filter(|user| user.deleted.is_none())
    }

    /// A user that is not deleted, by id or user principal name.
    pub fn user_by_key(&self, key: &str) -> Option<&User> {
        self.user(key).or_else(|| {
            let named = |user: &&User| {
                user.deleted.is_none()
                    && user.text("userPrincipalName").is_some_and(|upn| upn.eq_ignore_ascii_case(key))
            };
            self.users.values().find(named)
        })
    }

    /// A group that is not deleted.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.get(id).filter(|group| group.deleted.is_none())
    }

    /// Whether an id names a user or group that is not deleted.
    pub fn exists(&self, id: &str) -> bool {
        self.user(id).is_some() || self.group(id).is_some()
    }

    /// Direct members that still exist, in the order of their ids.
    pub fn members(&self, group: &Group) -> Vec<String> {
        group.members.iter().filter(|id| self.exists(id)).cloned().collect()
    }

    /// Members of the group and of the groups in it, each once.
    pub fn transitive_members(&self, group: &Group) -> Vec<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![group];
        while let Some(group) = open.pop() {
            for id in self.members(group) {
                if found.insert(id.clone()) {
                    open.extend(self.group(&id));
                }
            }
        }
        found.into_iter().collect()
    }
}

impl User {
    /// A property that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str)
    }
}

impl Group {
    /// A property that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str)
    }

    /// Whether it can be used for provisioning.
    pub fn security_enabled(&self) -> bool {
        self.attributes.get("securityEnabled") == Some(&Value::Bool(true))
    }
}

fn without_nulls(attributes: Value) -> Map<String, Value> {
    match attributes {
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}

fn merge(attributes: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (name, value) in changes {
        if value.is_null() {
            attributes.remove(name);
        } else {
            attributes.insert(name.clone(), value.clone());
        }
    }
}
