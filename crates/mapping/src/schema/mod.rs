//! Microsoft Graph's `synchronizationSchema` document: the typed view, and edits that touch nothing else.
//!
//! The document is kept as it was read. `PUT` replaces the whole schema, so whatever we do not know must go back
//! unchanged (Microsoft Learn, "Update synchronizationSchema").

mod definitions;
mod fresh;
mod numbers;
mod read;
mod source;
mod write;

use serde_json::Value as Json;

use crate::finding::Finding;
use crate::model::{FilterGroup, Mappings, Profile};
use crate::target::ObjectType;

pub use source::{source_from_json, source_to_json};

/// A schema document.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaDocument {
    raw: Json,
    users: Place,
    groups: Option<Place>,
}

/// Where an object mapping stands in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    rule: usize,
    mapping: usize,
    object: ObjectType,
}

/// The document is not one that can be shown as two tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// The text is no JSON.
    #[error("this is not JSON: {0}")]
    NotJson(String),
    /// A whole number that would not come back as it is.
    #[error("the number {0} has more than 64 bits and could not be kept as it is")]
    Number(String),
    /// Something that must be there is not, or is of another kind.
    #[error("{pointer}: expected {expected}")]
    Shape {
        /// JSON pointer (RFC 6901).
        pointer: String,
        /// What is expected there.
        expected: &'static str,
    },
    /// There is no object mapping for people.
    #[error("no object mapping for users")]
    NoUsers,
    /// There are two object mappings for one kind of object; which one an edit means is not clear.
    #[error("two object mappings for {0:?}")]
    Ambiguous(ObjectType),
    /// Group mappings cannot be put into a schema that has no place for them.
    #[error("the schema has no object mapping for groups")]
    NoGroups,
    /// Attributes of one's own cannot be put into a schema that does not define the target's objects.
    #[error("the schema does not define the attributes of the target's objects")]
    NoDirectory,
}

/// Reads the scoping filters of an object mapping: `{"groups": [{"name", "clauses": [...]}]}`.
pub fn filters_from_json(scope: &Json) -> Result<Vec<FilterGroup>, SchemaError> {
    read::filter_groups(scope, "")
}

impl SchemaDocument {
    /// Takes a document as Graph gave it.
    pub fn new(raw: Json) -> Result<Self, SchemaError> {
        let users = read::place(&raw, ObjectType::User)?.ok_or(SchemaError::NoUsers)?;
        let groups = read::place(&raw, ObjectType::Group)?;
        Ok(Self { raw, users, groups })
    }

    /// Takes a document as the portal or a file has it, byte order mark or not.
    pub fn from_text(text: &str) -> Result<Self, SchemaError> {
        let text = text.trim_start_matches('\u{feff}');
        let raw = serde_json::from_str(text).map_err(|error| SchemaError::NotJson(error.to_string()))?;
        match numbers::too_large(text) {
            Some(number) => Err(SchemaError::Number(number.to_owned())),
            None => Self::new(raw),
        }
    }

    /// A document for mappings that came from nowhere else: in Graph's form, with nothing beyond what they say.
    #[must_use]
    pub fn fresh(profile: Profile, mappings: &Mappings) -> Self {
        let raw = fresh::document(profile, mappings);
        let place = |mapping, object| Place { rule: 0, mapping, object };
        Self { raw, users: place(0, ObjectType::User), groups: Some(place(1, ObjectType::Group)) }
    }

    /// The document, with everything that we do not know.
    pub fn raw(&self) -> &Json {
        &self.raw
    }

    /// The document, to be put back.
    pub fn into_raw(self) -> Json {
        self.raw
    }

    /// The two tables, and what in them this model cannot express. A schema without groups gives an empty table that
    /// is switched off.
    pub fn mappings(&self) -> Result<(Mappings, Vec<Finding>), SchemaError> {
        let mut notes = Vec::new();
        let users = read::object_mapping(&self.raw, self.users, &mut notes)?;
        let groups = match self.groups {
            Some(place) => read::object_mapping(&self.raw, place, &mut notes)?,
            None => read::no_groups(),
        };
        Ok((Mappings { users, groups }, notes))
    }

    /// Writes what differs from [`SchemaDocument::mappings`], and says whether anything did. On an error nothing is
    /// written.
    ///
    /// Attributes of one's own are added and changed, never removed: the document may define more of them than the
    /// mappings know of, and a definition that no row uses does nothing.
    pub fn write(&mut self, mappings: &Mappings) -> Result<bool, SchemaError> {
        if self.groups.is_none() && (mappings.groups.enabled || !mappings.groups.attributes.is_empty()) {
            return Err(SchemaError::NoGroups);
        }
        let mut raw = self.raw.clone();
        let mut changed = write::object_mapping(&mut raw, self.users, &mappings.users)?;
        if let Some(place) = self.groups {
            changed |= write::object_mapping(&mut raw, place, &mappings.groups)?;
        }
        self.raw = raw;
        Ok(changed)
    }
}

impl Place {
    fn rule_pointer(self) -> String {
        format!("/synchronizationRules/{}", self.rule)
    }

    fn pointer(self) -> String {
        format!("{}/objectMappings/{}", self.rule_pointer(), self.mapping)
    }
}
