//! The plan: immutable, ordered, saveable data.
//!
//! Nothing meaningful is left to decide when a plan is carried out. Everything here is plain data with a stable JSON
//! form (`format` is the version), so that a plan can be reviewed, saved, and recomputed byte for byte.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::pending::PendingDelete;
use crate::request::Only;

/// The version of the saved form. Raise it with every change that an older reader would misunderstand.
pub const FORMAT: u32 = 1;

/// Which kind of object an operation, a skip or a link speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ObjectKind {
    /// A person: SCIM `User`, Graph `user`.
    User,
    /// A group: SCIM `Group`, Graph `group`.
    Group,
}

/// The immutable object id in Microsoft Entra.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntraObjectId(pub Arc<str>);

impl EntraObjectId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for EntraObjectId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for EntraObjectId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for EntraObjectId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for EntraObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The immutable `id` at the service provider. A string end to end: GoTo's keys exceed 2^53.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScimId(pub Arc<str>);

impl ScimId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ScimId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ScimId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for ScimId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for ScimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value as it is written to, or was read from, the service provider.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A JSON Boolean, or its text where the dialect asks for text.
    Boolean(bool),
    /// A 64-bit integer.
    Integer(i64),
    /// Text.
    Text(String),
    /// Several texts, in order.
    Texts(Vec<String>),
    /// Drawn at apply, shown as a placeholder until then (`Guid()`, `RandomString(...)`).
    Drawn {
        /// The expression that draws it.
        placeholder: String,
        /// Whether it comes through `Redact` as well: then what is drawn is never written down.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        redacted: bool,
    },
    /// A value of `Redact(...)`: only a digest is in the plan, made with the key of the connection.
    Redacted {
        /// Lower-case hexadecimal HMAC-SHA-256 of person or group, attribute and value.
        redacted: String,
    },
    /// The account of another person: what is written is its id. Apply fills it in where the same plan makes the account.
    /// In a box, because it is the largest of these and the rarest, and a plan holds millions.
    Reference(Box<Member>),
}

/// One attribute that an operation writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The attribute path at the service provider, as RFC 7644 section 3.10 writes it.
    pub attribute: Arc<str>,
    /// What was read there; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Value>,
    /// What it becomes.
    pub after: Value,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Makes a new object.
    Create,
    /// Remembers that an account that is already there belongs to this person or group. Writes nothing.
    Link,
    /// Changes attributes.
    Update,
    /// Sets `active` to false: the person loses access, the account stays.
    Disable,
    /// Removes the object.
    Delete,
    /// Writes attributes whose value is an account that the same plan makes, such as `manager`, when everybody is there.
    SetReferences,
    /// Adds members to a group.
    AddMembers,
    /// Removes members from a group.
    RemoveMembers,
}

/// A machine-readable reason: a stable code and its parameters. The message catalogue turns it into a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// The stable code, for example `not-assigned`; all of them are in [`crate::Code`].
    pub code: Cow<'static, str>,
    /// Parameters of the sentence, sorted by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub with: BTreeMap<String, String>,
}

/// A person whom a group or another person's attribute names, on both sides where both are known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Member {
    /// The person in Entra; absent for a member that only the service provider knows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<EntraObjectId>,
    /// The person at the service provider; absent while the person is still to be created in the same plan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<ScimId>,
    /// A name to show.
    pub display: Arc<str>,
}

/// One thing to do. Its place in [`Plan::operations`] is its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its number in the plan, from 1, stable for the life of the plan.
    pub id: u32,
    /// A person or a group.
    pub kind: ObjectKind,
    /// What is done.
    pub action: Action,
    /// The object in Entra; absent for an orphan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<EntraObjectId>,
    /// The object at the service provider; absent for a create.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<ScimId>,
    /// A name to show.
    pub display: String,
    /// The matching attribute and value by which a create is looked up after a lost reply.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<Key>,
    /// Attributes written, in mapping order, references last. Empty for links and membership operations.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Change>,
    /// Members added or removed, sorted. Only for membership operations.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub members: Vec<Member>,
    /// Why.
    pub reason: Reason,
    /// Digest of what was observed of the target object when the plan was made: the plan is stale when it differs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub observed: Option<String>,
    /// `meta.version` of the target object when the plan was made, where there is one: a change of attributes or a delete
    /// is bound to it (RFC 7644 section 3.14).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<Box<str>>,
    /// The operation that has to be over before this one: it frees a name that this one takes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<u32>,
}

impl Operation {
    /// Whether the person is no longer managed afterwards: disabled because no longer meant to be there, and not because
    /// something happened to the account in Entra, which may still be undone or be followed by its removal.
    #[must_use]
    pub fn lets_go(&self) -> bool {
        self.action == Action::Disable && crate::reasons::is_out_of_scope(&self.reason.code)
    }
}

/// A matching attribute with its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The attribute at the service provider that can be filtered on, for example `userName`.
    pub attribute: String,
    /// Its value.
    pub value: String,
}

/// An object for which nothing is done, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// A person or a group.
    pub kind: ObjectKind,
    /// The object in Entra.
    pub source: EntraObjectId,
    /// A name to show.
    pub display: String,
    /// Why nothing is done, for example `not-assigned`, `disabled-in-entra`, `redundant-export`.
    pub reason: Reason,
}

/// An object that could not be planned. It never changes scope, and it never counts as "gone".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A person or a group.
    pub kind: ObjectKind,
    /// The object in Entra.
    pub source: EntraObjectId,
    /// A name to show.
    pub display: String,
    /// A code of the provisioning log, for example `DuplicateTargetEntries`, and its parameters.
    pub reason: Reason,
}

/// Something that a person should know about the plan and that changes nothing in it: an attribute that the service
/// provider does not keep, a group that Usher stops managing, members that Usher does not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// People or groups.
    pub kind: ObjectKind,
    /// The object it speaks of, in Entra.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<EntraObjectId>,
    /// The object it speaks of, at the service provider.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<ScimId>,
    /// What there is to know.
    pub reason: Reason,
}

/// A guard that stops the plan until a person approves exactly this plan, or that blocks it altogether.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardFinding {
    /// The guard's code: `people-losing-access`, `group-deletions`, `members-leaving-group`, `incomplete-read`, ...
    pub guard: String,
    /// How many the plan has.
    pub count: u32,
    /// How many it may have.
    pub limit: u32,
    /// Out of how many.
    pub of: u32,
    /// The group, where the guard speaks of one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub group: Option<String>,
    /// Whether a person may approve it. An incomplete read can never be approved.
    pub approvable: bool,
}

/// Which pass this plan belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cycle {
    /// Everyone is looked at.
    Initial,
    /// Only what changed since the watermark is looked at.
    Incremental,
    /// Only named objects are looked at.
    OnDemand,
}

impl Cycle {
    /// The word under which it is saved.
    pub fn word(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Incremental => "incremental",
            Self::OnDemand => "onDemand",
        }
    }
}

/// What a plan is about that brings some objects in step, made from a complete reading of both sides.
///
/// It is part of the plan: whoever carries the plan out works it out again for exactly these objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mending {
    /// The people and groups that are brought in step.
    pub only: Only,
    /// By group: members who leave although Usher does not manage them. Named one by one, for nothing else that Usher
    /// does touches them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub strangers: BTreeMap<EntraObjectId, BTreeSet<ScimId>>,
}

/// Totals, derived from the lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// People and groups to create.
    pub create: u32,
    /// Accounts to link.
    pub link: u32,
    /// Objects to update, memberships included.
    pub update: u32,
    /// People to disable.
    pub disable: u32,
    /// Objects to delete.
    pub delete: u32,
    /// Objects for which nothing is done because they are out of scope or cannot be considered.
    pub skip: u32,
    /// Objects that are already in step.
    pub no_change: u32,
    /// Objects that could not be planned.
    pub failed: u32,
    /// Memberships to add.
    pub members_added: u32,
    /// Memberships to remove.
    pub members_removed: u32,
}

/// A complete plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// [`FORMAT`].
    pub format: u32,
    /// The connection's id.
    pub connection: String,
    /// Whether it was made in practice mode; such a plan is refused on live, and the reverse.
    pub practice: bool,
    /// Which pass.
    pub cycle: Cycle,
    /// When it was made.
    pub made_at: Timestamp,
    /// SHA-256 of the configuration revision that it was made with.
    pub configuration: String,
    /// SHA-256 of the policy in force.
    pub policy: String,
    /// The service provider's base URL.
    pub target: String,
    /// Digest of the source watermark that it was made from.
    pub watermark: String,
    /// The objects that it is about, where it brings only some in step after everyone was looked at.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mending: Option<Mending>,
    /// What is done, in order: users, then references between them, then groups, then memberships.
    pub operations: Vec<Operation>,
    /// For whom nothing is done, and why. Sorted by kind, then source id.
    pub skips: Vec<Skip>,
    /// Who could not be planned. Sorted likewise.
    pub failures: Vec<Failure>,
    /// What a person should know besides. Sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<Note>,
    /// Deletes that wait, or no longer do. Sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub pending: Vec<PendingDelete>,
    /// Guards that this plan trips.
    pub guards: Vec<GuardFinding>,
    /// Totals.
    pub counts: Counts,
    /// SHA-256 over all of the above, `made_at` apart: what an approval is bound to.
    pub hash: String,
}

impl Plan {
    /// Whether a person has to approve it before anything is sent. Removals that an incomplete read withholds are not in
    /// the plan, so that finding alone asks for nothing.
    #[must_use]
    pub fn needs_approval(&self) -> bool {
        self.guards.iter().any(|finding| finding.approvable)
    }

    /// The operation with this id: ids are places in the plan, from 1.
    #[must_use]
    pub fn operation(&self, id: u32) -> Option<&Operation> {
        let found = self.operations.get((id as usize).checked_sub(1)?)?;
        (found.id == id).then_some(found)
    }

    /// Whether there is nothing to send and nothing to remember.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}
