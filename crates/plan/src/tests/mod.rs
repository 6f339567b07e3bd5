//! Name a world, change one fact, read the plan.

mod accounts;
mod changes;
mod decisions;
mod drift;
mod failing;
mod filters;
mod leaving;
mod limits;
mod matching;
mod memberships;
mod open_values;
mod pending;
mod properties;
mod protected;
mod questions;
mod references;
mod rings;
mod roles;
mod scope;
mod sixteen;
mod successors;
mod verifying;
mod why;

use crate::render;
use crate::testkit::World;

/// The printed plan of the world after one change of facts.
fn planned(change: impl FnOnce(&mut World)) -> String {
    let mut world = World::default();
    change(&mut world);
    render(&world.plan())
}

/// A world with two assigned people, Ana and Bo, who are provisioned and in step.
fn settled() -> World {
    let mut world = World::default();
    world.assigned("ana");
    world.assigned("bo");
    world.settle();
    world
}

/// The printed plan of a settled world after one change of facts.
fn replanned(change: impl FnOnce(&mut World)) -> String {
    let mut world = settled();
    change(&mut world);
    render(&world.plan())
}
