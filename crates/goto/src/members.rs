//! Members of a group.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use usher_scim::{AttributePath, Filter, PatchOperation, PatchRequest, member};

use crate::capabilities::Dialect;
use crate::resource::ScimId;

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    /// The id of the member.
    pub id: ScimId,
    /// What it is.
    pub kind: MemberKind,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MemberKind {
    /// A person, or unsaid, which is how most servers mean a person.
    User,
    /// Another group.
    Group,
}

/// The members that a reply carries. They may be objects, or plain ids as some servers write them.
pub(crate) fn members_of(json: &Json) -> Option<Vec<Member>> {
    let list = member(json, "members")?;
    let read = |entry: &Json| {
        let id = ScimId::read(member(entry, "value").unwrap_or(entry))?;
        let kind = member(entry, "type").and_then(Json::as_str);
        let group = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("group"));
        Some(Member { id, kind: if group { MemberKind::Group } else { MemberKind::User } })
    };
    match list {
        Json::Null => Some(Vec::new()),
        Json::Array(entries) => Some(entries.iter().filter_map(read).collect()),
        _ => None,
    }
}

/// Members as they are written. GoTo's description has a `type` with each; RFC 7643 section 4.2 needs none.
pub(crate) fn written(members: &[Member], dialect: Dialect) -> Json {
    members
        .iter()
        .map(|member| match (dialect, member.kind) {
            (Dialect::Scim2, _) => json!({ "value": member.id.as_str() }),
            (Dialect::GotoV1, MemberKind::User) => json!({ "type": "user", "value": member.id.as_str() }),
            (Dialect::GotoV1, MemberKind::Group) => json!({ "type": "group", "value": member.id.as_str() }),
        })
        .collect()
}

/// The PATCH that adds people (RFC 7644 section 3.5.2.1).
pub(crate) fn add(people: &[ScimId]) -> PatchRequest {
    let values: Json = people.iter().map(|id| json!({ "value": id.as_str() })).collect();
    PatchRequest::new(vec![PatchOperation::add(AttributePath::simple("members"), values)])
}

/// The PATCH that removes people: one filtered path each. The older form with a value array makes strict servers
/// empty the group (Microsoft Learn, "SCIM 2.0 protocol compliance of the Microsoft Entra provisioning service").
pub(crate) fn remove(people: &[ScimId]) -> PatchRequest {
    let one = |id: &ScimId| {
        let filter = Filter::equals("value", id.as_str());
        PatchOperation::remove(AttributePath { filter: Some(filter), ..AttributePath::simple("members") })
    };
    PatchRequest::new(people.iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_every_digit() {
        let read = members_of(&json!({"members": [{"type": "user", "value": 9007199254740993_i64},
            {"type": "Group", "value": "8"}, "9"]}))
        .unwrap();
        let seen: Vec<_> = read.iter().map(|member| (member.id.as_str(), member.kind)).collect();
        assert_eq!(
            seen,
            [("9007199254740993", MemberKind::User), ("8", MemberKind::Group), ("9", MemberKind::User)]
        );
        assert_eq!(members_of(&json!({"displayName": "x"})), None);
        assert_eq!(members_of(&json!({"members": null})), Some(vec![]));
        // RFC 7643 section 2.1: names of attributes have no case.
        let other = members_of(&json!({"MEMBERS": [{"Type": "Group", "Value": "8"}, {"VALUE": 9}]})).unwrap();
        let seen: Vec<_> = other.iter().map(|member| (member.id.as_str(), member.kind)).collect();
        assert_eq!(seen, [("8", MemberKind::Group), ("9", MemberKind::User)]);
    }

    #[test]
    fn removal_names_each_member_by_a_filtered_path() {
        let body = serde_json::to_value(remove(&["a\"b".into()])).unwrap();
        insta::assert_snapshot!(body.to_string(), @r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members[value eq \"a\\\"b\"]"}]}"#);
    }
}
