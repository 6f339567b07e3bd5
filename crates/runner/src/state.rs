//! Names of the facts that a connection remembers besides its tables.

/// The life of its cycles: [`usher_engine::cycle::Memory`].
pub const LIFE: &str = "cycle";
/// Hash of the plan that a person approved for the next cycle.
pub const APPROVED: &str = "approved-plan";
/// What is remembered of the last settled read of Entra.
pub(crate) const SETTLED: &str = "settled-read";
/// With what the digests in this connection's plans are made.
pub const DIGEST_KEY: &str = "digest-key";
/// Whose members and references a run did not come to.
pub(crate) const UNDONE: &str = "undone";
