//! What an administrator configures: which source value goes to which attribute at the service provider.

use serde::{Deserialize, Serialize};

/// Both tables of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mappings {
    /// People.
    pub users: ObjectMapping,
    /// Groups.
    pub groups: ObjectMapping,
}

/// The table of one kind of object (Graph: `objectMapping`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectMapping {
    /// Whether objects of this kind are provisioned at all. People cannot be switched off.
    pub enabled: bool,
    /// Which target object actions are allowed (Graph: `flowTypes`).
    pub actions: Actions,
    /// The rows, in the order in which they are shown and written.
    pub attributes: Vec<AttributeMapping>,
    /// Scoping filters: all clauses of one group must hold, and one group suffices. None: everything passes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub scope: Vec<FilterGroup>,
}

/// Target object actions. Disabling is an update, as in Entra.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actions {
    /// New objects may be made.
    pub create: bool,
    /// Objects may be changed, and people disabled.
    pub update: bool,
    /// Objects may be removed.
    pub delete: bool,
}

/// One row (Graph: `attributeMapping`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeMapping {
    /// The attribute path at the service provider, for example `name.givenName`.
    pub target: String,
    /// Where the value comes from.
    pub source: Source,
    /// Written when the source has no value, and only while the object is being created.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default_value: Option<String>,
    /// Matching precedence, lower is tried first; absent when this is not a matching attribute.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub matching: Option<u32>,
    /// When the row is applied.
    #[serde(default)]
    pub apply: Apply,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// One source attribute, by the name the synchronization schema gives it (`userPrincipalName`).
    Attribute(String),
    /// A fixed text.
    Constant(String),
    /// An expression, as typed.
    Expression(String),
    /// Nothing flows; an empty target is filled with the default value.
    None,
}

/// When a row is applied (Graph: `flowType`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Apply {
    /// On create and on every update.
    #[default]
    Always,
    /// Only while the object is being created.
    OnlyDuringCreation,
}

/// One scoping filter: a titled list of clauses that must all hold (Graph: `filterGroup`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterGroup {
    /// Its title.
    #[serde(default)]
    pub name: String,
    /// The clauses, joined by AND.
    pub clauses: Vec<FilterClause>,
}

/// One condition on a source attribute (Graph: `filterClause`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterClause {
    /// The source attribute's name (Graph: `sourceOperandName`).
    pub attribute: String,
    /// The operator as Graph spells it, for example `EQUALS`.
    pub operator: String,
    /// What it is compared with (Graph: `targetOperand.values`); empty for unary operators.
    #[serde(default)]
    pub values: Vec<String>,
}

/// Named defaults for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// GoTo: users and groups.
    Goto,
    /// GoToMeeting: users only, a real role required.
    Gotomeeting,
    /// Any SCIM 2.0 service provider.
    Scim,
}
