//! The things a GoTo organisation is made of, and the switches that choose what is not documented.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::keys::Key;
use crate::world::Dialect;

/// A JSON object.
pub type Object = Map<String, Value>;

/// The URN of the SCIM 2.0 enterprise extension (RFC 7643 section 4.3).
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The organisation role of a user, as the Organization Center names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrgRole {
    /// "User": no right to read or write the organisation.
    None,
    /// "Admin (Read Only)".
    Read,
    /// "Admin (Read & Write)".
    Write,
}

impl OrgRole {
    /// The words of the Organization Center.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "User",
            Self::Read => "Admin (Read Only)",
            Self::Write => "Admin (Read & Write)",
        }
    }
}

/// A user of the organisation.
#[derive(Debug, Clone, Serialize)]
pub struct User {
    /// The user key.
    pub key: Key,
    /// The attributes in the names and shapes of RFC 7643, without `id`, `meta`, `schemas`, `groups` and `password`.
    pub attributes: Object,
    /// The organisation role.
    pub role: OrgRole,
    /// The product roles per account.
    pub account_roles: BTreeMap<Key, BTreeSet<String>>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Counts changes: the ETag.
    pub version: u64,
}

impl User {
    /// The sign-in name.
    pub fn user_name(&self) -> &str {
        self.attributes.get("userName").and_then(Value::as_str).unwrap_or_default()
    }

    /// False only where `active` is present and false.
    pub fn active(&self) -> bool {
        self.attributes.get("active") != Some(&Value::Bool(false))
    }

    /// `name.givenName` or `name.familyName`.
    pub fn name_part(&self, part: &str) -> &str {
        self.attributes
            .get("name")
            .and_then(|name| name.get(part))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// What a member of a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberKind {
    /// A user.
    User,
    /// A group.
    Group,
}

/// A group of the organisation.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The group key.
    pub key: Key,
    /// `displayName` and `externalId`.
    pub attributes: Object,
    /// `displayName` in lower case, by which names are compared.
    #[serde(skip)]
    pub folded: String,
    /// The members.
    pub members: BTreeMap<Key, MemberKind>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Counts changes: the ETag.
    pub version: u64,
}

/// `displayName` in lower case.
pub fn folded(group: &Object) -> String {
    group.get("displayName").and_then(Value::as_str).unwrap_or_default().to_lowercase()
}

impl Group {
    /// The display name.
    pub fn display_name(&self) -> &str {
        self.attributes.get("displayName").and_then(Value::as_str).unwrap_or_default()
    }
}

/// A product account: where licences live. Not the organisation.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// The account key.
    pub key: Key,
    /// The name.
    pub name: String,
    /// The licences.
    pub licences: Vec<Licence>,
}

/// A licence of an account.
#[derive(Debug, Clone, Serialize)]
pub struct Licence {
    /// The licence key.
    pub key: Key,
    /// What the admin sees.
    pub description: String,
    /// Product codes: G2M, JIVE and so on.
    pub products: Vec<String>,
    /// Seats bought.
    pub seats: u32,
    /// Whether it can be used.
    pub enabled: bool,
    /// Who holds it.
    pub users: BTreeSet<Key>,
}

/// What `members` in a partial update does; GoTo does not document it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PatchMembers {
    /// Members are added; `"operation": "delete"` on one removes it (SCIM 1.1 section 3.3.2).
    #[default]
    Add,
    /// The list replaces the old one.
    Replace,
    /// 400.
    Unsupported,
}

/// The choices where GoTo's public documents are silent; each is tested both ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// The dialect that the world hands out as its SCIM base. Both are always served.
    pub dialect: Dialect,
    /// Whether users have `active`.
    pub active: bool,
    /// Whether users and groups have `externalId`.
    pub external_id: bool,
    /// Whether users have the enterprise extension.
    pub enterprise: bool,
    /// Attribute paths (`title`, `name.familyName`, `urn:…:User:department`) accepted and then forgotten.
    pub drop_attributes: BTreeSet<String>,
    /// Whether `/identity/v1` honours `count` and `startIndex`.
    pub paging: bool,
    /// What `members` in a `goto-v1` PATCH does.
    pub patch_members: PatchMembers,
    /// Whether `goto-v1` and the Admin API write keys as JSON numbers instead of strings.
    pub numeric_ids: bool,
    /// Whether a user name must be an e-mail address of a verified domain.
    pub verified_domains_only: bool,
    /// Whether somebody who was deleted keeps an identity outside the organisation, so that creating them again is a 409.
    pub delete_keeps_identity: bool,
    /// Requests in any second, per API; none means no cap.
    pub rate: Option<u32>,
    /// Whether a 429 carries `Retry-After`.
    pub retry_after: bool,
    /// Whether a refresh replaces the refresh token.
    pub rotate_refresh_tokens: bool,
    /// Whether the OAuth client may use personal access tokens.
    pub personal_access_tokens: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            dialect: Dialect::GotoV1,
            active: true,
            external_id: true,
            enterprise: true,
            drop_attributes: BTreeSet::new(),
            paging: true,
            patch_members: PatchMembers::Add,
            numeric_ids: false,
            verified_domains_only: true,
            delete_keeps_identity: false,
            rate: Some(10),
            retry_after: false,
            rotate_refresh_tokens: false,
            personal_access_tokens: true,
        }
    }
}

impl Switches {
    /// Forgets what the switch names, as a provider does that accepts an attribute it does not keep.
    pub fn forget_dropped(&self, attributes: &mut Object) {
        for path in &self.drop_attributes {
            let (outer, inner) = match path.rfind(':') {
                Some(at) if path.starts_with("urn:") => (&path[..at], Some(&path[at + 1..])),
                _ => {
                    path.split_once('.').map_or((path.as_str(), None), |(outer, inner)| (outer, Some(inner)))
                }
            };
            match inner {
                None => attributes.retain(|name, _| !name.eq_ignore_ascii_case(outer)),
                Some(inner) => {
                    let inside = attributes
                        .iter_mut()
                        .find(|(name, _)| name.eq_ignore_ascii_case(outer))
                        .and_then(|(_, value)| value.as_object_mut());
                    if let Some(inside) = inside {
                        inside.retain(|name, _| !name.eq_ignore_ascii_case(inner));
                    }
                    attributes.retain(|name, value| {
                        !name.eq_ignore_ascii_case(outer) || value != &Value::Object(Object::new())
                    });
                }
            }
        }
    }
}
