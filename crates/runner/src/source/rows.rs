//! Rows of Entra as they are kept between cycles: one per person and per group, as Graph gave them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use usher_expression::Value;
use usher_graph::{Change, Closed, GroupChange, MANAGER_DELTA, Pages, RemovedReason};
use usher_mapping::{ObjectType, read_source};
use usher_plan::{Attribute, GroupRecord, Only, SourceBuilder, UserRecord};
use usher_store::{MemberChange, SourceChange, SourceRow, Store, StoreError, Watermark};

use super::{FINGERPRINT, UserChange};
use crate::error::RunError;
use crate::memory::Memory;
use crate::progress::{Phase, Watch};

/// A mark of ours in a row: the account is in the recycle bin.
const SOFT_DELETED: &str = "@usher.softDeleted";

/// Of a person's row: the manager, as Graph's `$expand` has it.
pub(super) const MANAGER: &str = "manager";

pub(super) const USERS: &str = "users";
pub(super) const GROUPS: &str = "groups";

/// One object as Graph gave it.
pub(super) type Row = Map<String, Json>;

/// People and groups of Entra with what changed in this read: all of them, or only those that changed.
pub(super) struct Rows {
    pub(super) users: BTreeMap<String, Row>,
    pub(super) groups: BTreeMap<String, Row>,
    /// Direct members by group. Only where everything is at hand.
    members: BTreeMap<String, BTreeSet<String>>,
    pub(super) changed_users: BTreeSet<String>,
    pub(super) changed_groups: BTreeSet<String>,
    /// Whom Entra said to be gone for good in this read, be they known or not: it says so once.
    pub(super) purged_users: BTreeSet<String>,
    pub(super) purged_groups: BTreeSet<String>,
    /// By group: who came and who went in this read.
    pub(super) moved: BTreeMap<String, BTreeMap<String, bool>>,
    users_link: String,
    groups_link: String,
    /// Everything was read, so that what is not here is gone.
    whole: bool,
}

impl Rows {
    pub(super) fn empty() -> Self {
        Self {
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            members: BTreeMap::new(),
            changed_users: BTreeSet::new(),
            changed_groups: BTreeSet::new(),
            purged_users: BTreeSet::new(),
            purged_groups: BTreeSet::new(),
            moved: BTreeMap::new(),
            users_link: String::new(),
            groups_link: String::new(),
            whole: true,
        }
    }

    /// The rows that these changes speak of, as they are known, with the changes taken in.
    pub(super) fn changed(
        store: &Store,
        people: Vec<UserChange>,
        groups: Vec<Change<GroupChange>>,
        links: (String, String),
    ) -> Result<Self, StoreError> {
        let mut rows = Self { whole: false, ..Self::empty() };
        for change in &people {
            let id = match change {
                Change::Present(user) => user.id.as_str(),
                Change::Removed { id, .. } => id,
            };
            rows.users.extend(known(store, USERS, id)?);
        }
        for change in &groups {
            let id = match change {
                Change::Present(change) => change.group.id.as_str(),
                Change::Removed { id, .. } => id,
            };
            rows.groups.extend(known(store, GROUPS, id)?);
        }
        rows.follow(people, groups, links);
        Ok(rows)
    }

    /// The rows of the last settled cycle.
    pub(super) async fn load(memory: &Memory) -> Result<Self, RunError> {
        memory
            .with(|store| {
                let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
                store.each_member(|group, member| {
                    members.entry(group).or_default().insert(member);
                })?;
                Ok::<_, RunError>(Self {
                    users: parse(store.source_rows(USERS)?)?,
                    groups: parse(store.source_rows(GROUPS)?)?,
                    members,
                    whole: false,
                    ..Self::empty()
                })
            })
            .await
    }

    /// Takes in what changed since.
    pub(super) fn follow(
        &mut self,
        people: Vec<UserChange>,
        groups: Vec<Change<GroupChange>>,
        links: (String, String),
    ) {
        self.take(people);
        self.take_groups(groups);
        (self.users_link, self.groups_link) = links;
    }

    /// Who changed in this read.
    pub(super) fn changed_ids(&self) -> Only {
        let ids = |ids: &BTreeSet<String>| ids.iter().map(|id| id.as_str().into()).collect();
        Only { users: ids(&self.changed_users), groups: ids(&self.changed_groups) }
    }

    /// Takes people in, page by page.
    pub(super) async fn people(
        &mut self,
        pages: &mut Pages<UserChange>,
        watch: &Watch,
    ) -> Result<(), RunError> {
        let mut read = 0;
        while let Some(page) = next(pages, watch).await? {
            read += page.len();
            self.take(page);
            watch.say(Phase::ReadingPeople, read, 0);
        }
        self.users_link = link(pages.closed())?;
        Ok(())
    }

    /// Takes one page of people in.
    pub(super) fn take(&mut self, page: impl IntoIterator<Item = UserChange>) {
        for change in page {
            match change {
                Change::Present(user) => {
                    self.changed_users.insert(user.id.as_str().to_owned());
                    self.purged_users.remove(user.id.as_str());
                    let row = self.users.entry(user.id.as_str().to_owned()).or_default();
                    row.remove(SOFT_DELETED);
                    let before = manager(row);
                    match user.manager_after(before.as_deref()) {
                        Some(now) => drop(row.insert(MANAGER.to_owned(), json!({ "id": now }))),
                        None => drop(row.remove(MANAGER)),
                    }
                    // A page of changes may hold only the properties that changed.
                    row.extend(user.properties.into_iter().filter(|(name, _)| name != MANAGER_DELTA));
                }
                Change::Removed { id, reason: RemovedReason::SoftDeleted } => {
                    // A replay of changes may speak of people that were never in scope of our read.
                    if let Some(row) = self.users.get_mut(&id) {
                        row.insert(SOFT_DELETED.to_owned(), Json::Bool(true));
                        self.changed_users.insert(id);
                    }
                }
                Change::Removed { id, reason: RemovedReason::Deleted } => {
                    if self.users.remove(&id).is_some() {
                        self.changed_users.insert(id.clone());
                    }
                    self.purged_users.insert(id);
                }
            }
        }
    }

    /// Those principals that are no group, and everybody in the groups among them, however deep.
    pub(super) fn people_within(&self, principals: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        let (mut people, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut open: Vec<String> = principals.into_iter().collect();
        while let Some(id) = open.pop() {
            match self.groups.get(&id) {
                Some(_) if seen.insert(id.clone()) => {
                    open.extend(self.members.get(&id).into_iter().flatten().cloned());
                }
                Some(_) => {}
                None => {
                    people.insert(id);
                }
            }
        }
        people
    }

    /// Takes groups and their direct members in, page by page. A large group comes back on several pages.
    pub(super) async fn groups(
        &mut self,
        pages: &mut Pages<Change<GroupChange>>,
        watch: &Watch,
    ) -> Result<(), RunError> {
        let mut read = 0;
        while let Some(page) = next(pages, watch).await? {
            read += page.len();
            self.take_groups(page);
            watch.say(Phase::ReadingGroups, read, 0);
        }
        self.groups_link = link(pages.closed())?;
        Ok(())
    }

    fn take_groups(&mut self, page: Vec<Change<GroupChange>>) {
        for change in page {
            match change {
                Change::Present(change) => self.group(change),
                // A deleted group comes back under another id if at all; a restored one is listed again.
                Change::Removed { id, reason } => {
                    self.members.remove(&id);
                    self.moved.remove(&id);
                    if self.groups.remove(&id).is_some() {
                        self.changed_groups.insert(id.clone());
                    }
                    if reason == RemovedReason::Deleted {
                        self.purged_groups.insert(id);
                    }
                }
            }
        }
    }

    fn group(&mut self, change: GroupChange) {
        let id = change.group.id.as_str().to_owned();
        self.changed_groups.insert(id.clone());
        self.purged_groups.remove(&id);
        self.groups.entry(id.clone()).or_default().extend(change.group.properties);
        let members = self.members.entry(id.clone()).or_default();
        let moved = self.moved.entry(id).or_default();
        for member in change.members {
            if member.removed {
                members.remove(&member.id);
            } else {
                members.insert(member.id.clone());
            }
            moved.insert(member.id, !member.removed);
        }
    }

    /// Hands everything to the plan's builder.
    pub(super) fn build(&self, builder: &mut SourceBuilder, users: &[String], groups: &[String]) {
        for (id, row) in &self.users {
            add_user(builder, id, row, users);
        }
        for (id, row) in &self.groups {
            add_group(builder, id, row, groups);
        }
        self.purged().for_each(|id| builder.removed(id));
        for (group, members) in self.members.iter().filter(|(group, _)| self.groups.contains_key(*group)) {
            for member in members {
                builder.member(group, member, true);
            }
        }
    }

    /// Whoever is gone for good.
    pub(super) fn purged(&self) -> impl Iterator<Item = &str> {
        self.purged_users.iter().chain(&self.purged_groups).map(String::as_str)
    }

    /// What the store has to save.
    pub(super) fn into_changes(self, now: Timestamp) -> (Vec<SourceChange>, MemberChange) {
        let watermark = |delta_link| Some(Watermark { delta_link, taken_at: now });
        let gone = self.changed_groups.iter().filter(|id| !self.groups.contains_key(*id)).cloned().collect();
        let groups = if self.whole {
            let all = |members: BTreeSet<String>| members.into_iter().map(|member| (member, true)).collect();
            self.members.into_iter().map(|(group, members)| (group, all(members))).collect()
        } else {
            let moved = self.moved.into_iter().filter(|(_, members)| !members.is_empty());
            moved.map(|(group, members)| (group, members.into_iter().collect())).collect()
        };
        let rows = vec![
            change(USERS, self.whole, self.users, &self.changed_users, watermark(self.users_link)),
            change(GROUPS, self.whole, self.groups, &self.changed_groups, watermark(self.groups_link)),
        ];
        (rows, MemberChange { replace: self.whole, groups, gone })
    }
}

/// The object id of a person's manager.
pub(super) fn manager(row: &Row) -> Option<String> {
    row.get(MANAGER)?.get("id")?.as_str().map(str::to_owned)
}

/// Hands one person to the plan's builder.
pub(super) fn add_user(builder: &mut SourceBuilder, id: &str, row: &Row, names: &[String]) {
    let json = Json::Object(row.clone());
    let values: Vec<_> =
        names.iter().map(|name| (name.as_str(), read_source(ObjectType::User, &json, name))).collect();
    builder.user(&UserRecord {
        id,
        display: text(row, "displayName").or_else(|| text(row, "userPrincipalName")).unwrap_or(id),
        // An account whose state Entra does not tell is taken as enabled: nobody loses access by it.
        account_enabled: row.get("accountEnabled").and_then(Json::as_bool).unwrap_or(true),
        soft_deleted: row.contains_key(SOFT_DELETED),
        attributes: &lend(&values),
    });
}

/// Hands one group to the plan's builder, without its members.
pub(super) fn add_group(builder: &mut SourceBuilder, id: &str, row: &Row, names: &[String]) {
    let json = Json::Object(row.clone());
    let values: Vec<_> =
        names.iter().map(|name| (name.as_str(), read_source(ObjectType::Group, &json, name))).collect();
    builder.group(&GroupRecord {
        id,
        display: text(row, "displayName").unwrap_or(id),
        security_enabled: is_security_group(row),
        attributes: &lend(&values),
    });
}

pub(super) fn is_security_group(row: &Row) -> bool {
    row.get("securityEnabled").and_then(Json::as_bool).unwrap_or(false)
}

/// Where the next read of changes starts; nowhere before the first settled cycle, or when rows were read with another
/// selection.
pub(super) fn watermarks(store: &Store, fingerprint: &str) -> Result<Option<(String, String)>, StoreError> {
    if store.state::<String>(FINGERPRINT)?.as_deref() != Some(fingerprint) {
        return Ok(None);
    }
    Ok(store.watermark(USERS)?.zip(store.watermark(GROUPS)?).map(|(a, b)| (a.delta_link, b.delta_link)))
}

/// A row that was saved.
pub(super) fn known(store: &Store, kind: &str, id: &str) -> Result<Option<(String, Row)>, StoreError> {
    store.source_row(kind, id)?.map(row).transpose()
}

pub(super) async fn next<T: serde::de::DeserializeOwned>(
    pages: &mut Pages<T>,
    watch: &Watch,
) -> Result<Option<Vec<T>>, RunError> {
    tokio::select! {
        page = pages.next() => Ok(page?),
        () = watch.cancel.cancelled() => Err(RunError::Cancelled),
    }
}

pub(super) fn link(closed: Option<&Closed>) -> Result<String, RunError> {
    match closed {
        Some(Closed::Delta(link)) => Ok(link.0.clone()),
        // The client ends a delta chain only with a delta link; anything else is an incomplete read.
        Some(Closed::End) | None => Err(RunError::IncompleteRead),
    }
}

fn change(
    kind: &str,
    replace: bool,
    mut rows: BTreeMap<String, Row>,
    changed: &BTreeSet<String>,
    watermark: Option<Watermark>,
) -> SourceChange {
    let remove = if replace {
        Vec::new()
    } else {
        changed.iter().filter(|id| !rows.contains_key(*id)).cloned().collect()
    };
    if !replace {
        rows.retain(|id, _| changed.contains(id));
    }
    let put =
        rows.into_iter().map(|(id, row)| SourceRow { id, body: Json::Object(row).to_string() }).collect();
    SourceChange { kind: kind.to_owned(), replace, put, remove, watermark }
}

fn parse(rows: Vec<SourceRow>) -> Result<BTreeMap<String, Row>, StoreError> {
    rows.into_iter().map(row).collect()
}

fn row(saved: SourceRow) -> Result<(String, Row), StoreError> {
    match serde_json::from_str(&saved.body) {
        Ok(Json::Object(row)) => Ok((saved.id, row)),
        _ => {
            Err(StoreError::Content { what: "a row of Entra".to_owned(), detail: "not an object".to_owned() })
        }
    }
}

fn text<'r>(row: &'r Map<String, Json>, name: &str) -> Option<&'r str> {
    row.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
}

/// Values by name, lent to the plan.
fn lend<'v>(values: &'v [(&'v str, Value<'v>)]) -> Vec<(&'v str, Attribute<'v>)> {
    values.iter().map(|(name, value)| (*name, attribute(value))).collect()
}

fn attribute<'v>(value: &'v Value<'v>) -> Attribute<'v> {
    match value {
        // Graph gives dates as text, so no row holds one.
        Value::Null | Value::DateTime(_) => Attribute::Absent,
        Value::Text(text) => Attribute::Text(text),
        Value::Integer(number) => Attribute::Integer(*number),
        Value::Boolean(truth) => Attribute::Boolean(*truth),
        Value::Multi(texts) => Attribute::Texts(Cow::Owned(texts.iter().map(AsRef::as_ref).collect())),
    }
}
