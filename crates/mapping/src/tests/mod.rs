//! Mappings as a whole: what is found, what flows, what survives a round trip.

mod compiling;
mod defaults;
mod diff;
mod flowing;
mod mutated;
mod own;
mod schema;
mod scoping;
