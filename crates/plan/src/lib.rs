//! Snapshots in, plan out: scope, match, map, compare and guard, without any effect.

mod digest;
mod guards;
mod model;
mod policy;
mod reasons;
mod snapshot;

pub use guards::*;
pub use model::*;
pub use policy::*;
pub use reasons::Code;
pub use snapshot::*;
