//! Organisations of any size, for measurements: always the same people for the same size.

mod names;
mod organisation;

pub use organisation::{Organisation, Size, Target};
