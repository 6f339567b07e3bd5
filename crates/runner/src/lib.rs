//! Joins the engine with Graph, GoTo and the store; the scheduler; both runners.
//!
//! [`preview`] reads both sides and plans; [`run`] does the same and carries the plan out, guarded, journaled and
//! verified. The functions in their order: `docs/run-lifecycle.md`.

mod capabilities;
pub mod config;
mod cycle;
pub mod entra;
mod error;
mod journal;
pub mod log;
mod memory;
mod pace;
mod progress;
mod record;
mod retention;
mod settled;
mod source;
pub mod state;
pub mod target;
mod undone;

pub use capabilities::{
    Known, forget as forget_capabilities, known as known_capabilities, known_at, write_again,
};
pub use cycle::{
    Prepared, Reader, Reading, Report, Revision, Survey, Work, decisions, digest_key, preview,
    preview_with_accounts, run, saved, survey, why,
};
pub use error::RunError;
pub use journal::{Clock, RunJournal, kind as store_kind};
pub use memory::Memory;
pub use progress::{Pace, Phase, Progress, Watch};
pub use record::done;
pub use source::{Everyone, EveryoneRequest, Extent, everyone};
