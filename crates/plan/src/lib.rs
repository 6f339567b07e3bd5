//! Snapshots in, plan out: scope, match, map, compare and guard, without any effect.
//!
//! [`plan()`] is a pure function of a [`Request`]: what was read from both sides, the links between them, the
//! configuration and the policy. It cannot write, because nothing that could write goes in. The [`Plan`] that comes out
//! is complete, ordered data: every operation with before, after and reason, every skip with its reason code.

mod accounts;
mod claims;
mod considered;
mod decisions;
mod digest;
mod draft;
mod drift;
mod fill;
mod fold;
mod guards;
mod in_scope;
mod leaving;
mod limits;
mod matching;
mod memberships;
mod model;
mod pending;
mod planning;
mod policy;
mod protected;
mod questions;
pub mod reasons;
mod references;
mod renames;
mod render;
mod request;
mod ring;
mod scope;
mod snapshot;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
mod values;
mod verify;
mod why;

pub use accounts::{Account, Accounts, Claimant, Standing, Unmanaged, accounts};
pub use considered::{Considered, Place};
pub use decisions::{Decision, Decisions};
pub use digest::DigestKey;
pub use drift::{Difference, Differs, drift, mended_by};
pub use fill::Filling;
pub use guards::{Allowed, ExistingAccounts, Guards, MembersLeavingGroup, PeopleLosingAccess, Shrinkage};
pub use limits::{
    ACCOUNTS_GONE, DELETION_THRESHOLD, FEWER_ASSIGNMENTS, FEWER_GROUPS, GROUP_DELETIONS, GROUPS_GONE,
    IMPLAUSIBLE_SHRINKAGE, INCOMPLETE_READ, MEMBERS_LEAVING_GROUP, OTHER_TARGET, PEOPLE_DELETIONS,
    PEOPLE_LOSING_ACCESS, PEOPLE_RENAMED,
};
pub use model::*;
pub use pending::{PendingDelete, PendingState, Waiting};
pub use planning::plan;
pub use policy::*;
pub use questions::{Question, questions, unlisted};
pub use reasons::Code;
pub use render::render;
pub use request::{Capabilities, Only, Request};
pub use ring::Ring;
pub use scope::{DEFAULT_ACCESS, filter_failed, filtered_out};
pub use snapshot::*;
/// What is shown in place of a value of `Redact`.
pub use usher_expression::REDACTED;
pub use values::Subject;
pub use verify::{Altered, Changed, Stale, same_decision, verify};
pub use why::{Fact, Stage, Step, Story, why};

#[cfg(test)]
mod tests;
