//! What was read from source and target, compactly, with proof of how complete it is.
//!
//! Texts are interned to `u32`, rows are flat arrays, sets are sorted arrays: a tenant of 100,000 people and a million
//! memberships fits in tens of megabytes on each side, where maps of strings take hundreds.

mod builder;
mod links;
mod membership;
mod records;
mod source;
mod strings;
mod table;
mod target;

pub use builder::SourceBuilder;
pub use links::{Link, Links, Origin};
pub use records::{Assignment, Completeness, GroupRecord, SourcePart, UserRecord};
pub(crate) use source::Node;
pub use source::{APP_ROLE_ASSIGNMENTS, Sizes, SourceGroup, SourceSnapshot, SourceUser};
pub use table::Attribute;
pub use target::{TargetBuilder, TargetObject, TargetPart, TargetSnapshot};
