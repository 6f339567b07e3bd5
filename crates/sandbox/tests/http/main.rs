//! The practice world over real HTTP, as a client sees it.

mod assignments;
mod control;
mod delta;
mod faults;
mod people;
mod sign_in;
mod sizes;
mod strict;
mod sync;
mod world;
