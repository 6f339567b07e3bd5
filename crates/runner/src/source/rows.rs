//! Rows of Entra as they are kept between cycles: one per person and per group, as Graph gave them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest as _, Sha256};
use usher_expression::Value;
use usher_graph::{Change, Closed, GroupChange, Pages, RemovedReason};
use usher_mapping::{ObjectType, read_source};
use usher_plan::{Attribute, Cycle, GroupRecord, SourceBuilder, UserRecord};
use usher_store::{SourceChange, SourceRow, StoreError, Watermark};

use super::{FINGERPRINT, UserChange};
use crate::error::RunError;
use crate::memory::Memory;
use crate::progress::{Phase, Watch};

/// A mark of ours in a row: the account is in the recycle bin.
const SOFT_DELETED: &str = "@usher.softDeleted";
/// Members of ours in a group's row, sorted ids.
const MEMBERS: &str = "@usher.members";

const USERS: &str = "users";
const GROUPS: &str = "groups";

/// Everything known of Entra's people and groups, with what changed in this read.
pub(super) struct Rows {
    users: BTreeMap<String, Map<String, Json>>,
    groups: BTreeMap<String, Map<String, Json>>,
    changed_users: BTreeSet<String>,
    changed_groups: BTreeSet<String>,
    users_link: String,
    groups_link: String,
}

impl Rows {
    pub(super) fn empty() -> Self {
        Self {
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            changed_users: BTreeSet::new(),
            changed_groups: BTreeSet::new(),
            users_link: String::new(),
            groups_link: String::new(),
        }
    }

    /// The rows of the last settled cycle; none before the first one, or when they were read with another selection.
    pub(super) async fn load(memory: &Memory, fingerprint: &str) -> Result<Option<Self>, RunError> {
        let fingerprint = fingerprint.to_owned();
        memory
            .with(move |store| {
                if store.state::<String>(FINGERPRINT)?.as_deref() != Some(fingerprint.as_str()) {
                    return Ok(None);
                }
                let (Some(users), Some(groups)) = (store.watermark(USERS)?, store.watermark(GROUPS)?) else {
                    return Ok(None);
                };
                Ok::<_, RunError>(Some(Self {
                    users: parse(store.source_rows(USERS)?)?,
                    groups: parse(store.source_rows(GROUPS)?)?,
                    users_link: users.delta_link,
                    groups_link: groups.delta_link,
                    ..Self::empty()
                }))
            })
            .await
    }

    /// Where the next read of changes starts.
    pub(super) fn links(&self) -> (String, String) {
        (self.users_link.clone(), self.groups_link.clone())
    }

    /// Digest of the watermark. The links themselves are no secrets, but they are long and say nothing to people.
    pub(super) fn digest(&self) -> String {
        let digest = Sha256::digest(format!("{} {}", self.users_link, self.groups_link));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
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
                    let row = self.users.entry(user.id.as_str().to_owned()).or_default();
                    row.remove(SOFT_DELETED);
                    // A page of changes may hold only the properties that changed.
                    row.extend(user.properties);
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
                        self.changed_users.insert(id);
                    }
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
                Some(group) if seen.insert(id.clone()) => open.extend(members(group).map(str::to_owned)),
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
            for change in page {
                match change {
                    Change::Present(change) => self.group(change),
                    // A deleted group comes back under another id if at all; a restored one is listed again.
                    Change::Removed { id, .. } => {
                        if self.groups.remove(&id).is_some() {
                            self.changed_groups.insert(id);
                        }
                    }
                }
            }
            watch.say(Phase::ReadingGroups, read, 0);
        }
        self.groups_link = link(pages.closed())?;
        Ok(())
    }

    fn group(&mut self, change: GroupChange) {
        let id = change.group.id.as_str().to_owned();
        self.changed_groups.insert(id.clone());
        let row = self.groups.entry(id).or_default();
        row.extend(change.group.properties);
        let mut members: BTreeSet<String> = members(row).map(str::to_owned).collect();
        for member in change.members {
            if member.removed {
                members.remove(&member.id)
            } else {
                members.insert(member.id)
            };
        }
        row.insert(MEMBERS.to_owned(), json!(members));
    }

    /// Hands everything to the plan's builder.
    pub(super) fn build(&self, builder: &mut SourceBuilder, users: &[String], groups: &[String]) {
        for (id, row) in &self.users {
            let json = Json::Object(row.clone());
            let values: Vec<_> = users
                .iter()
                .map(|name| (name.as_str(), read_source(ObjectType::User, &json, name)))
                .collect();
            builder.user(&UserRecord {
                id,
                display: text(row, "displayName").or_else(|| text(row, "userPrincipalName")).unwrap_or(id),
                // An account whose state Entra does not tell is taken as enabled: nobody loses access by it.
                account_enabled: row.get("accountEnabled").and_then(Json::as_bool).unwrap_or(true),
                soft_deleted: row.contains_key(SOFT_DELETED),
                attributes: &lend(&values),
            });
        }
        for (id, row) in &self.groups {
            let json = Json::Object(row.clone());
            let values: Vec<_> = groups
                .iter()
                .map(|name| (name.as_str(), read_source(ObjectType::Group, &json, name)))
                .collect();
            builder.group(&GroupRecord {
                id,
                display: text(row, "displayName").unwrap_or(id),
                security_enabled: row.get("securityEnabled").and_then(Json::as_bool).unwrap_or(false),
                attributes: &lend(&values),
            });
            for member in members(row) {
                builder.member(id, member, true);
            }
        }
    }

    /// What the store has to save.
    pub(super) fn into_changes(self, now: Timestamp, cycle: Cycle) -> Vec<SourceChange> {
        let replace = cycle == Cycle::Initial;
        let watermark = |delta_link| Some(Watermark { delta_link, taken_at: now });
        vec![
            change(USERS, replace, self.users, &self.changed_users, watermark(self.users_link)),
            change(GROUPS, replace, self.groups, &self.changed_groups, watermark(self.groups_link)),
        ]
    }
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

fn link(closed: Option<&Closed>) -> Result<String, RunError> {
    match closed {
        Some(Closed::Delta(link)) => Ok(link.0.clone()),
        // The client ends a delta chain only with a delta link; anything else is an incomplete read.
        Some(Closed::End) | None => Err(RunError::IncompleteRead),
    }
}

fn change(
    kind: &str,
    replace: bool,
    mut rows: BTreeMap<String, Map<String, Json>>,
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

fn parse(rows: Vec<SourceRow>) -> Result<BTreeMap<String, Map<String, Json>>, StoreError> {
    rows.into_iter()
        .map(|row| match serde_json::from_str(&row.body) {
            Ok(Json::Object(map)) => Ok((row.id, map)),
            _ => Err(StoreError::Content {
                what: "a row of Entra".to_owned(),
                detail: "not an object".to_owned(),
            }),
        })
        .collect()
}

fn members(row: &Map<String, Json>) -> impl Iterator<Item = &str> {
    row.get(MEMBERS).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
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
