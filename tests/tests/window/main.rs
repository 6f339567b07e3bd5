//! The real window, with a real keyring and a real browser: the whole job, what it looks like, what it keeps to itself,
//! and what it says when something is in the way.

mod bulk;
mod editor;
mod failures;
mod job;
mod keyboard;
mod leaks;
mod look;
mod palette;
mod pending;
mod pictures;
mod scoping;
mod wizard;
mod world;
