//! What a service provider can do, found out once and kept with the connection.

use serde::{Deserialize, Serialize};
use usher_scim::AttributePath;

use crate::resource::Kind;

/// Which wire dialect a service provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dialect {
    /// GoTo's own: SCIM 1.1 in shape, `resources` in lower case, PATCH with a partial object.
    #[serde(rename = "goto-v1")]
    GotoV1,
    /// RFC 7643 and RFC 7644.
    #[serde(rename = "scim2")]
    Scim2,
}

/// Whether something works, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Support {
    /// The server says or showed that it does.
    Yes,
    /// The server says or showed that it does not.
    No,
    /// Not said. The first write is read back and settles it.
    Unproven,
}

impl Support {
    /// Whether it may be tried.
    pub fn may_try(self) -> bool {
        self != Self::No
    }
}

/// What changing members by PATCH does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MemberPatch {
    /// Unknown or useless: members are changed by reading the group and writing it whole.
    No,
    /// It adds members; removal needs the whole group.
    Adds,
    /// It adds and removes members.
    AddsAndRemoves,
}

/// On which attributes `eq` filters work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FilterSupport {
    /// Filters do not work.
    None,
    /// On these.
    These(Vec<String>),
    /// On every attribute, as RFC 7644 section 3.4.2.2 has it.
    Any,
}

impl FilterSupport {
    /// Whether `path eq "..."` can be asked.
    pub fn includes(&self, path: &AttributePath) -> bool {
        match self {
            Self::None => false,
            Self::Any => true,
            Self::These(names) => names.iter().any(|name| name.eq_ignore_ascii_case(&path.to_string())),
        }
    }
}

/// What a service provider can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// The dialect.
    pub dialect: Dialect,
    /// Whether people can be deactivated by `active`.
    pub active: Support,
    /// Whether `externalId` is kept.
    pub external_id: Support,
    /// Whether the enterprise attributes are kept.
    pub enterprise: Support,
    /// Whether there are groups at all.
    pub groups: Support,
    /// Whether PATCH works; without it objects are read, changed and written whole.
    pub patch: Support,
    /// What PATCH does with members.
    pub member_patch: MemberPatch,
    /// Filters on users.
    pub user_filters: FilterSupport,
    /// Filters on groups.
    pub group_filters: FilterSupport,
    /// Whether lists come in pages of the size that is asked for.
    pub paging: Support,
    /// How many objects are asked for at a time.
    pub page_size: u32,
    /// Whether replies carry an entity tag that writes can be bound to.
    pub etag: Support,
    /// How many members one request may carry.
    pub members_per_request: usize,
    /// Whether Booleans are written as the texts `True` and `False`.
    pub boolean_as_text: bool,
}

/// "Max. 100 elements" for `members` in GoTo's SCIM description (APIs.guru, citrixonline.com/scim).
const GOTO_MEMBERS: usize = 100;

impl Capabilities {
    /// What can be expected before the server was asked.
    pub fn assumed(dialect: Dialect) -> Self {
        let these =
            |names: &[&str]| FilterSupport::These(names.iter().map(|name| (*name).to_owned()).collect());
        match dialect {
            Dialect::GotoV1 => Self {
                dialect,
                active: Support::Unproven,
                external_id: Support::Unproven,
                enterprise: Support::Unproven,
                groups: Support::Unproven,
                patch: Support::Unproven,
                // GoTo does not describe whether PATCH adds or replaces members; nothing is built on a guess.
                member_patch: MemberPatch::No,
                user_filters: these(&["userName", "displayName", "name.givenName", "name.familyName"]),
                group_filters: these(&["displayName"]),
                paging: Support::Unproven,
                page_size: 100,
                etag: Support::Unproven,
                members_per_request: GOTO_MEMBERS,
                boolean_as_text: false,
            },
            Dialect::Scim2 => Self {
                dialect,
                active: Support::Unproven,
                external_id: Support::Unproven,
                enterprise: Support::Unproven,
                groups: Support::Unproven,
                patch: Support::Unproven,
                member_patch: MemberPatch::AddsAndRemoves,
                user_filters: these(&["userName", "externalId"]),
                group_filters: these(&["displayName", "externalId"]),
                paging: Support::Unproven,
                page_size: 100,
                etag: Support::Unproven,
                members_per_request: 100,
                boolean_as_text: false,
            },
        }
    }

    /// The filters on one kind of object.
    pub fn filters(&self, kind: Kind) -> &FilterSupport {
        match kind {
            Kind::User => &self.user_filters,
            Kind::Group => &self.group_filters,
        }
    }
}
