//! What an administrator configures: which source value goes to which attribute at the service provider.

use serde::{Deserialize, Serialize};

use crate::target::TargetType;

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
    /// Attributes at the service provider that the administrator has added to what is known of it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub custom: Vec<CustomAttribute>,
}

/// A target attribute of the administrator's own (Graph: `attributeDefinition` of the target directory).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomAttribute {
    /// Its path: `urn:ietf:params:scim:schemas:extension:<Name>:2.0:User:<attribute>`.
    pub name: String,
    /// Its type.
    pub kind: TargetType,
    /// Whether it takes several values.
    #[serde(default)]
    pub multivalued: bool,
    /// Whether the service provider refuses an object without it.
    #[serde(default)]
    pub required: bool,
    /// Whether letter case alone makes a difference.
    #[serde(default)]
    pub case_exact: bool,
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

impl Source {
    /// The value as an expression, which is also how the synchronization schema writes it; empty where nothing flows.
    #[must_use]
    pub fn formula(&self) -> String {
        match self {
            Self::Attribute(name) => format!("[{name}]"),
            Self::Constant(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Self::Expression(text) => text.clone(),
            Self::None => String::new(),
        }
    }

    /// One word for the kind of source.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Attribute(_) => "attribute",
            Self::Constant(_) => "constant",
            Self::Expression(_) => "expression",
            Self::None => "none",
        }
    }
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
    /// On create and on every update, but values are only added to what is there, never taken away.
    AddsOnly,
}

impl Apply {
    /// The word of the synchronization schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::OnlyDuringCreation => "ObjectAddOnly",
            Self::AddsOnly => "MultiValueAddOnly",
        }
    }

    /// The flow type of this name; case does not count in what is imported.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        [Self::Always, Self::OnlyDuringCreation, Self::AddsOnly]
            .into_iter()
            .find(|apply| apply.as_str().eq_ignore_ascii_case(word))
    }
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
