//! Snapshots in, plan out: scope, match, map, compare and guard, without any effect.

mod model;

pub use model::*;
