//! SCIM 2.0 vocabulary: resources, attribute paths, filters, PATCH and errors (RFC 7643, RFC 7644).
//!
//! Pure: no clock, network or file. The words are shared by whoever calls a service provider; a service provider of
//! ours (the sandbox) keeps its own, so that a shared mistake cannot hide.

mod compare;
mod cursor;
mod error;
mod filter;
mod patch;
mod path;
mod resource;

pub use compare::{CaseExact, same};
pub use error::{ErrorResponse, ScimType};
pub use filter::{AttributeName, CompareOp, Filter};
pub use patch::{Op, PatchOperation, PatchRequest};
pub use path::{AttributePath, SyntaxError};
pub use resource::{SetError, get, get_all, member, remove, schemas, set};

/// The schema of a user (RFC 7643 section 4.1).
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of a group (RFC 7643 section 4.2).
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The enterprise extension of a user (RFC 7643 section 4.3).
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
