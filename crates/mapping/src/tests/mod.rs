//! Mappings as a whole: what is found, what flows, what survives a round trip.

mod compiling;
mod flowing;
mod schema;
mod scoping;
