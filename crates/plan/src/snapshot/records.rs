//! What a page of Microsoft Graph says, and how completely pages were read.

use serde::{Deserialize, Serialize};

use super::table::Attribute;

/// Whether everything of a kind was seen. Absence in an incomplete read means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Completeness {
    /// The chain of pages was read to its end. In an on-demand pass: to its end for the named objects.
    Complete,
    /// It was not, or was never begun.
    Incomplete {
        /// Why, as a stable code, for example `not-read` or `page-failed`.
        why: String,
    },
}

impl Default for Completeness {
    fn default() -> Self {
        Self::Incomplete { why: "not-read".to_owned() }
    }
}

impl Completeness {
    /// Whether absence means absence.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        *self == Self::Complete
    }

    pub(super) fn interrupt(&mut self, why: &str) {
        *self = Self::Incomplete { why: why.to_owned() };
    }
}

/// The parts of a source read, each with its own proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourcePart {
    /// People.
    Users,
    /// Groups.
    Groups,
    /// Direct members of groups.
    Members,
    /// App role assignments.
    Assignments,
}

impl SourcePart {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Users, Self::Groups, Self::Members, Self::Assignments];
}

/// A person as a page gives it.
#[derive(Debug, Clone)]
pub struct UserRecord<'a> {
    /// `id`.
    pub id: &'a str,
    /// `displayName`, or what comes closest.
    pub display: &'a str,
    /// `accountEnabled`.
    pub account_enabled: bool,
    /// Whether the account is in the recycle bin.
    pub soft_deleted: bool,
    /// Values by the names of the synchronization schema. Those that no mapping needs are not kept.
    pub attributes: &'a [(&'a str, Attribute<'a>)],
}

/// A group as a page gives it.
#[derive(Debug, Clone)]
pub struct GroupRecord<'a> {
    /// `id`.
    pub id: &'a str,
    /// `displayName`.
    pub display: &'a str,
    /// `securityEnabled`: only such groups pass an assignment on to their members.
    pub security_enabled: bool,
    /// Values by the names of the synchronization schema.
    pub attributes: &'a [(&'a str, Attribute<'a>)],
}

/// An app role assignment of a person or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment<'a> {
    /// The id of the person or group.
    pub principal: &'a str,
    /// The role's id; all zeros is "Default Access".
    pub role: &'a str,
}
