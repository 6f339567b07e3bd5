//! What a filter may be set on.

use usher_expression::Value;

use crate::source::{self, COMPUTED, source_attribute, source_attributes};
use crate::target::ObjectType;

/// The type of a source attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceType {
    /// Text.
    Text,
    /// A 64-bit integer.
    Integer,
    /// True or false.
    Boolean,
    /// A point in time.
    DateTime,
}

impl SourceType {
    /// The word of the synchronization schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::Integer => "Integer",
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
        }
    }
}

/// What a filter has to know of a source attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Definition {
    /// Its type is known.
    Typed(SourceType),
    /// Its type shows in its values alone: a directory extension.
    Untyped,
    /// Entra takes no filter on it.
    NotFilterable,
}

/// Attributes on which Entra takes no filter, whatever their type (Microsoft Learn, "Known issues for provisioning",
/// "Unsupported scoping filters").
const NOT_FILTERABLE: [&str; 9] = [
    "appRoleAssignments",
    "userType",
    "manager",
    "members",
    "StatusHireDate",
    "startDate",
    "endDate",
    "StatusTerminationDate",
    "accountExpires",
];

/// Computed from the filter's own outcome: a filter on it would ask itself.
const SOFT_DELETED: &str = COMPUTED[0];

impl Definition {
    /// The attribute of this name; none when Entra has no such attribute.
    #[must_use]
    pub fn of(object: ObjectType, name: &str) -> Option<Self> {
        if let Some(own) = own_definition(name) {
            return Some(own);
        }
        match source_attribute(object, name) {
            Some(found) if found.multivalued || found.reference || found.kind == SourceType::DateTime => {
                Some(Self::NotFilterable)
            }
            Some(found) => Some(Self::Typed(found.kind)),
            None if source::is_extension(name) => Some(Self::Untyped),
            None => source::is_known(object, name).then_some(Self::Typed(SourceType::Text)),
        }
    }

    /// What a value gives away of an attribute that no list has: for hosts that bring attributes of their own.
    #[must_use]
    pub fn of_value(name: &str, value: &Value<'_>) -> Self {
        own_definition(name).unwrap_or(match value {
            Value::Null => Self::Untyped,
            Value::Text(_) => Self::Typed(SourceType::Text),
            Value::Integer(_) => Self::Typed(SourceType::Integer),
            Value::Boolean(_) => Self::Typed(SourceType::Boolean),
            Value::DateTime(_) | Value::Multi(_) => Self::NotFilterable,
        })
    }
}

/// What holds for a name wherever it comes from.
fn own_definition(name: &str) -> Option<Definition> {
    let mut never = NOT_FILTERABLE.into_iter().chain([SOFT_DELETED]);
    never.any(|known| known.eq_ignore_ascii_case(name)).then_some(Definition::NotFilterable)
}

/// The names that may be meant when one is misspelled.
pub(super) fn filterable_names(object: ObjectType) -> impl Iterator<Item = &'static str> {
    let names = source_attributes(object).iter().map(|attribute| attribute.name);
    names.filter(move |name| matches!(Definition::of(object, name), Some(Definition::Typed(_))))
}
