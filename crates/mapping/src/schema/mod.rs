//! Microsoft Graph's `synchronizationSchema` document: the typed view, and edits that touch nothing else.
//!
//! The document is kept as it was read. `PUT` replaces the whole schema, so whatever we do not know must go back
//! unchanged (Microsoft Learn, "Update synchronizationSchema").

mod read;
mod source;
mod write;

use serde_json::Value as Json;

use crate::finding::Finding;
use crate::model::{FilterGroup, Mappings};
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
}

/// The document is not one that can be shown as two tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
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

    /// Writes what differs from [`SchemaDocument::mappings`], and says whether anything did.
    pub fn write(&mut self, mappings: &Mappings) -> Result<bool, SchemaError> {
        if self.groups.is_none() && mappings.groups != read::no_groups() {
            let is_empty = mappings.groups.attributes.is_empty() && !mappings.groups.enabled;
            if !is_empty {
                return Err(SchemaError::NoGroups);
            }
        }
        let mut changed = write::object_mapping(&mut self.raw, self.users, &mappings.users)?;
        if let Some(place) = self.groups {
            changed |= write::object_mapping(&mut self.raw, place, &mappings.groups)?;
        }
        Ok(changed)
    }
}

impl Place {
    fn pointer(self) -> String {
        format!("/synchronizationRules/{}/objectMappings/{}", self.rule, self.mapping)
    }
}
