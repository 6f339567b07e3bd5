//! Attribute mappings, scoping filters and the synchronizationSchema document.

mod model;

pub use model::{
    Actions, Apply, AttributeMapping, FilterClause, FilterGroup, Mappings, ObjectMapping, Profile, Source,
};
