//! Every operation of the product, neutral of the host that offers it.

mod bindings;
mod bridge;
pub mod connection_file;
pub mod dto;

pub use bindings::{NAMES, typescript};
