//! Attribute mappings, scoping filters and the synchronizationSchema document.
//!
//! [`model`](Mappings) is what an administrator configures. [`compile`] turns one [`ObjectMapping`] into a [`Table`]
//! that computes what one object sends, and its scoping filters into a [`Filter`], or says in [`Finding`]s why it cannot. [`source_attributes`] and
//! [`target_attributes`] are what is known of both sides; [`defaults`] are the built-in tables; [`SchemaDocument`]
//! reads and writes Microsoft Graph's form without losing what we do not know.
//!
//! Pure: the time of day is part of the expression's context.

mod compile;
mod convert;
mod custom;
mod defaults;
mod diff;
mod finding;
mod lint;
mod model;
mod schema;
mod scoping;
mod source;
mod table;
mod target;

pub use compile::{Compilation, SyncScope, compile, compile_in, compile_row};
pub use convert::{FlowError, TargetValue};
pub use defaults::defaults;
pub use diff::{
    ActionsChange, CustomChange, Field, FieldChange, FilterChange, MappingDiff, RowChange, TableDiff,
};
pub use finding::{ClausePlace, Finding, FindingCode, Severity};
pub use lint::lint;
pub use model::{
    Actions, Apply, AttributeMapping, CustomAttribute, FilterClause, FilterGroup, Mappings, ObjectMapping,
    Profile, Source,
};
pub use schema::{SchemaDocument, SchemaError, filters_from_json, source_from_json, source_to_json};
pub use scoping::{
    ClauseResult, Definition, Filter, FilterCompilation, FilterError, FilterFailure, GroupResult, Operator,
    SourceType, Verdict,
};
pub use source::{
    COMPUTED, SourceAttribute, graph_select, is_known as is_source_attribute, read_source,
    restore_guest_name, source_attribute, source_attributes,
};
pub use table::{Flow, Row, Table};
pub use target::{ObjectType, TargetAttribute, TargetType, find_target, target_attributes};

#[cfg(test)]
mod tests;
