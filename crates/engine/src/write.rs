//! One typed write, complete: the adapter only translates it to the wire.

use usher_plan::{Change, EntraObjectId, ObjectKind, ScimId};

/// Members in one request. GoTo takes at most 100 (developer.goto.com, SCIM API, "Groups"); others are not hurt by it.
pub const MEMBERS_PER_REQUEST: usize = 100;

/// One write. Random and redacted values are filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Makes a person or an empty group.
    Create {
        /// Person or group.
        kind: ObjectKind,
        /// The object in Entra.
        source: Option<EntraObjectId>,
        /// Attributes.
        changes: Vec<Change>,
    },
    /// Changes attributes; disabling is such a change.
    Update {
        /// Person or group.
        kind: ObjectKind,
        /// The object.
        target: ScimId,
        /// Attributes.
        changes: Vec<Change>,
        /// Whether the person loses access by it.
        disables: bool,
        /// The version of the object that the plan saw. Absent where none was shown, and where an earlier request for the
        /// same may have made a new one.
        version: Option<Box<str>>,
    },
    /// Removes an object.
    Delete {
        /// Person or group.
        kind: ObjectKind,
        /// The object.
        target: ScimId,
        /// As of an update.
        version: Option<Box<str>>,
    },
    /// Adds members to a group.
    AddMembers {
        /// The group.
        group: ScimId,
        /// At most [`MEMBERS_PER_REQUEST`] people, sorted.
        members: Vec<ScimId>,
    },
    /// Removes members from a group.
    RemoveMembers {
        /// The group.
        group: ScimId,
        /// At most [`MEMBERS_PER_REQUEST`] people, sorted.
        members: Vec<ScimId>,
    },
}
