//! Users and groups as they are read: an id and flat values of the paths that were asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use usher_scim::{AttributePath, member};

use crate::members::{Member, members_of};
use crate::value::Value;

/// The `id` that the service provider gave an object. Text end to end: GoTo's keys exceed 2^53.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScimId(pub String);

impl ScimId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An id out of a reply: text, or a number, which GoTo's description has.
    pub(crate) fn read(value: &Json) -> Option<Self> {
        match value {
            Json::String(text) if !text.is_empty() => Some(Self(text.clone())),
            Json::Number(number) => Some(Self(number.to_string())),
            _ => None,
        }
    }
}

impl From<&str> for ScimId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl std::fmt::Display for ScimId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The kinds of object that are provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// People.
    User,
    /// Groups.
    Group,
}

impl Kind {
    pub(crate) fn endpoint(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }

    pub(crate) fn schema(self) -> &'static str {
        match self {
            Self::User => usher_scim::USER,
            Self::Group => usher_scim::GROUP,
        }
    }
}

/// An object as it was read. `Debug` names the attributes and hides their values.
#[derive(Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: ScimId,
    /// The values of the paths that were asked for, absent ones left out; by the path's printed form.
    pub attributes: BTreeMap<String, Value>,
    /// Members, where the reply carried them; a server may leave an empty list out.
    pub members: Option<Vec<Member>>,
    /// Entity tag, where the reply carried one.
    pub etag: Option<String>,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resource")
            .field("id", &self.id)
            .field("attributes", &self.attributes.keys())
            .field("members", &self.members.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

impl Resource {
    /// Reads an object out of a reply.
    pub(crate) fn read(json: &Json, paths: &[AttributePath], etag: Option<String>) -> Option<Self> {
        let id = ScimId::read(member(json, "id")?)?;
        let attributes = paths
            .iter()
            .filter_map(|path| Some((path.to_string(), Value::from_json(&usher_scim::get_all(json, path))?)))
            .collect();
        let version = || version(json).map(str::to_owned);
        Some(Self { id, attributes, members: members_of(json), etag: etag.or_else(version) })
    }

    /// A text attribute.
    pub fn text(&self, path: &str) -> Option<&str> {
        match self.attributes.get(path)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The version that an object shows of itself (RFC 7643 section 3.1).
pub(crate) fn version(json: &Json) -> Option<&str> {
    member(member(json, "meta")?, "version")?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7643 section 2.1: names of attributes have no case.
    #[test]
    fn names_are_read_in_any_case() {
        let paths = [AttributePath::simple("userName"), AttributePath::simple("manager")];
        let json = json!({"ID": 7, "USERNAME": "ana", "Meta": {"Version": "3"}, "Members": [{"VALUE": "9"}],
            "Manager": {"Value": "5"}});
        let user = Resource::read(&json, &paths, None).unwrap();
        assert_eq!(
            (user.id.as_str(), user.text("userName"), user.text("manager")),
            ("7", Some("ana"), Some("5"))
        );
        assert_eq!((user.etag.as_deref(), user.members.map(|members| members.len())), (Some("3"), Some(1)));
    }

    /// RFC 7643 section 4.3 has an object; some service providers write the bare id, as text or number, or a list.
    #[test]
    fn a_manager_is_read_in_whatever_form() {
        const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let path = format!("{ENTERPRISE}:manager");
        let paths = [AttributePath::parse(&path).unwrap()];
        let check = |manager: Json, expected: Option<Value>| {
            let user =
                Resource::read(&json!({ "id": "1", ENTERPRISE: { "manager": manager } }), &paths, None)
                    .unwrap();
            assert_eq!(user.attributes.get(&path), expected.as_ref());
        };
        let id = || Some(Value::from("26118915"));
        check(json!({ "value": "26118915", "$ref": "../Users/26118915", "displayName": "Jo" }), id());
        check(json!({ "value": 26118915 }), id());
        check(json!("26118915"), id());
        check(json!(26118915), Some(Value::Integer(26118915)));
        check(json!([{ "value": "26118915" }]), Some(Value::Texts(vec!["26118915".into()])));
        check(json!({ "displayName": "Jo" }), None);
        check(json!(null), None);
    }
}
