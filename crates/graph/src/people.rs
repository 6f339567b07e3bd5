//! Users and groups: whole lists, changes, members, and searches for pickers.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::{Map, Value};

use crate::error::GraphError;
use crate::http::{Call, Graph, quoted};
use crate::ids::{GroupId, UserId};
use crate::page::{DeltaLink, Kind, Pages};

/// The properties of a directory object by their Graph names, as far as they were asked for.
pub type Properties = Map<String, Value>;

/// A user with the properties that were selected. `Debug` names the properties and hides their values.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Object id.
    pub id: UserId,
    /// Everything else, kept as it came: mappings name what they need.
    #[serde(flatten)]
    pub properties: Properties,
}

/// A group with the properties that were selected. `Debug` hides their values.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// Object id.
    pub id: GroupId,
    /// Everything else.
    #[serde(flatten)]
    pub properties: Properties,
}

/// A property by name or dotted path, such as `employeeOrgData.costCenter`.
fn property<'a>(properties: &'a Properties, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let first = properties.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part)).filter(|value| !value.is_null())
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("User").field(&self.id).field(&self.properties.keys()).finish()
    }
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Group").field(&self.id).field(&self.properties.keys()).finish()
    }
}

impl User {
    /// A property by name or dotted path; null counts as absent.
    pub fn property(&self, path: &str) -> Option<&Value> {
        property(&self.properties, path)
    }

    /// A text property.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.property(path)?.as_str()
    }
}

/// The annotation under which a delta query tells of a user's manager. It comes for whoever selects `manager` (Microsoft
/// Learn, "Use delta query to track changes": relationships).
pub const MANAGER_DELTA: &str = "manager@delta";

impl User {
    /// Who the manager is after this entry of a delta query, when it was `before`. An entry that does not speak of it says
    /// that nothing changed; one that takes a manager away who was none says nothing either, because entries may be replayed.
    pub fn manager_after<'a>(&'a self, before: Option<&'a str>) -> Option<&'a str> {
        let entries = self.properties.get(MANAGER_DELTA).and_then(Value::as_array);
        let (mut now, mut taken) = (None, false);
        for entry in entries.into_iter().flatten() {
            let id = entry.get("id").and_then(Value::as_str);
            if entry.get("@removed").is_none() {
                now = id.or(now);
            } else {
                taken |= id == before;
            }
        }
        now.or(before.filter(|_| !taken))
    }
}

impl Group {
    /// A property by name or dotted path; null counts as absent.
    pub fn property(&self, path: &str) -> Option<&Value> {
        property(&self.properties, path)
    }

    /// A text property.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.property(path)?.as_str()
    }

    /// Whether members can be provisioned through an assignment of this group: it must be security enabled
    /// (Microsoft Learn, "How provisioning works").
    pub fn is_provisionable(&self) -> bool {
        self.property("securityEnabled").and_then(Value::as_bool).unwrap_or(false)
    }
}

/// One entry of a delta query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T> {
    /// The object is new or changed; only changed properties may be present.
    Present(T),
    /// The object is gone.
    Removed {
        /// Its object id.
        id: String,
        /// Whether it can come back.
        reason: RemovedReason,
    },
}

/// Why an object left a delta query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovedReason {
    /// In the recycle bin, can be restored.
    SoftDeleted,
    /// Gone for good.
    Deleted,
}

impl RemovedReason {
    /// `changed` means restorable (Microsoft Learn, "Use delta query", `@removed`).
    fn read(removed: &Value) -> Self {
        match removed.get("reason").and_then(Value::as_str) {
            Some("deleted") => Self::Deleted,
            _ => Self::SoftDeleted,
        }
    }
}

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if let Some(removed) = value.get("@removed") {
            let id = value.get("id").and_then(Value::as_str).ok_or_else(|| D::Error::missing_field("id"))?;
            return Ok(Self::Removed { id: id.to_owned(), reason: RemovedReason::read(removed) });
        }
        serde_json::from_value(value).map(Self::Present).map_err(D::Error::custom)
    }
}

/// A group as a delta query tells it: its properties and who came and went.
///
/// One large group spans several entries, also over pages; the reader merges them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupChange {
    /// The group with the properties that were selected.
    pub group: Group,
    /// `members@delta`, in order.
    pub members: Vec<MemberChange>,
}

/// One entry of `members@delta`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberChange {
    /// Object id of the member.
    pub id: String,
    /// What the member is.
    pub kind: MemberKind,
    /// Whether it left; unlinking and deletion look the same here.
    pub removed: bool,
}

/// What kind of object a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberKind {
    /// A user.
    User,
    /// A group; its own members are not provisioned through it.
    Group,
    /// A device, service principal, contact or something newer.
    Other,
}

impl MemberKind {
    fn read(object: &Value) -> Self {
        match object.get("@odata.type").and_then(Value::as_str) {
            Some("#microsoft.graph.user") => Self::User,
            Some("#microsoft.graph.group") => Self::Group,
            _ => Self::Other,
        }
    }
}

impl<'de> Deserialize<'de> for GroupChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut group = Group::deserialize(deserializer)?;
        let members = match group.properties.remove("members@delta") {
            Some(Value::Array(entries)) => entries,
            _ => Vec::new(),
        };
        let members = members
            .into_iter()
            .map(|entry| {
                let id =
                    entry.get("id").and_then(Value::as_str).ok_or_else(|| D::Error::missing_field("id"))?;
                Ok(MemberChange {
                    id: id.to_owned(),
                    kind: MemberKind::read(&entry),
                    removed: entry.get("@removed").is_some(),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { group, members })
    }
}

/// A direct member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Object id.
    pub id: String,
    /// What it is.
    pub kind: MemberKind,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let id = value.get("id").and_then(Value::as_str).ok_or_else(|| D::Error::missing_field("id"))?;
        Ok(Self { id: id.to_owned(), kind: MemberKind::read(&value) })
    }
}

impl Graph {
    /// All users with the given properties; `id` is always among them.
    pub fn users(&self, select: &[&str]) -> Pages<User> {
        let url = self.url(&["users"], &[("$select", &with_id(select)), ("$top", "999")]);
        Pages::new(self, url, Kind::List, false)
    }

    /// All groups with the given properties.
    pub fn groups(&self, select: &[&str]) -> Pages<Group> {
        let url = self.url(&["groups"], &[("$select", &with_id(select)), ("$top", "999")]);
        Pages::new(self, url, Kind::List, false)
    }

    /// Every user, then their changes: start with a selection, go on with the link that ended the last read.
    pub fn users_delta(&self, select: &[&str]) -> Pages<Change<User>> {
        Pages::new(self, self.url(&["users", "delta"], &[("$select", &with_id(select))]), Kind::Delta, false)
    }

    /// Every group with its members, then their changes. `members` is asked for always: with a `$select` it is not
    /// part of the reply otherwise (Microsoft Learn, "Get incremental changes to groups").
    pub fn groups_delta(&self, select: &[&str]) -> Pages<Change<GroupChange>> {
        let mut fields = with_id(select);
        fields.push_str(",members");
        Pages::new(self, self.url(&["groups", "delta"], &[("$select", &fields)]), Kind::Delta, false)
    }

    /// Changes of users since the read that ended with `link`.
    pub fn users_since(&self, link: &DeltaLink) -> Result<Pages<Change<User>>, GraphError> {
        Ok(Pages::new(self, self.link(&link.0)?, Kind::Delta, false))
    }

    /// Changes of groups since the read that ended with `link`.
    pub fn groups_since(&self, link: &DeltaLink) -> Result<Pages<Change<GroupChange>>, GraphError> {
        Ok(Pages::new(self, self.link(&link.0)?, Kind::Delta, false))
    }

    /// The direct members of a group; nested ones are not provisioned.
    pub fn members(&self, group: &GroupId) -> Pages<Member> {
        let url = self.url(&["groups", group.as_str(), "members"], &[("$select", "id"), ("$top", "999")]);
        Pages::new(self, url, Kind::List, false)
    }

    /// One user.
    pub async fn user(&self, id: &UserId, select: &[&str]) -> Result<User, GraphError> {
        self.json(Call::get(self.url(&["users", id.as_str()], &[("$select", &with_id(select))]))).await
    }

    /// One group.
    pub async fn group(&self, id: &GroupId, select: &[&str]) -> Result<Group, GraphError> {
        self.json(Call::get(self.url(&["groups", id.as_str()], &[("$select", &with_id(select))]))).await
    }

    /// Users whose name, sign-in name or mail starts with `text`, for a picker; at most `top`.
    pub async fn search_users(&self, text: &str, top: u16) -> Result<Vec<User>, GraphError> {
        let q = quoted(text);
        let filter = format!(
            "startswith(displayName,{q}) or startswith(userPrincipalName,{q}) or startswith(mail,{q})"
        );
        let select = "id,displayName,userPrincipalName,mail,accountEnabled,userType";
        self.search("users", &filter, select, top).await
    }

    /// Groups whose name starts with `text`, for a picker; at most `top`.
    pub async fn search_groups(&self, text: &str, top: u16) -> Result<Vec<Group>, GraphError> {
        let filter = format!("startswith(displayName,{})", quoted(text));
        let select = "id,displayName,securityEnabled,mailEnabled,groupTypes,membershipRuleProcessingState";
        self.search("groups", &filter, select, top).await
    }

    async fn search<T: serde::de::DeserializeOwned>(
        &self,
        collection: &str,
        filter: &str,
        select: &str,
        top: u16,
    ) -> Result<Vec<T>, GraphError> {
        let top = top.clamp(1, 999).to_string();
        let query = [("$filter", filter), ("$select", select), ("$top", &top), ("$count", "true")];
        // `or` over several properties belongs to the advanced queries, which need both the header and `$count`.
        let mut pages = Pages::new(self, self.url(&[collection], &query), Kind::List, true);
        Ok(pages.next().await?.unwrap_or_default())
    }
}

fn with_id(select: &[&str]) -> String {
    let mut fields = vec!["id"];
    fields.extend(select.iter().filter(|field| **field != "id"));
    fields.join(",")
}
