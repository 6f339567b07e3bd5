//! Who has the GoTo application from the start: most through groups, some directly, one with Default Access.

use super::State;
use super::applications::{Assignment, DEFAULT_ACCESS};
use super::grouping::{Made, Role, Way, way};
use super::people::Person;
use crate::world::World;

/// Assigns the groups and the people.
pub fn seed(world: &World, state: &mut State, people: &[Person], groups: &[Made]) {
    let resource_id = world.random.uuid("sp/goto");
    let Some(sp) = state.applications.service_principals.get(&resource_id) else { return };
    let role = sp.app_roles[0].id.clone();
    let assignment = |principal: &str, principal_type, role: &str| Assignment {
        id: assignment_id(world, principal, &resource_id, role),
        principal_id: principal.to_owned(),
        principal_type,
        app_role_id: role.to_owned(),
        resource_id: resource_id.clone(),
        created: "2025-09-01T06:00:00Z".parse().expect("a literal timestamp"),
    };
    for group in groups {
        if matches!(group.role, Role::Assigned | Role::Nested) {
            state.applications.assignments.push(assignment(&group.id, "Group", &role));
        }
    }
    for person in people {
        match way(person.index, groups) {
            Way::Direct => state.applications.assignments.push(assignment(&person.id, "User", &role)),
            Way::DefaultAccess => {
                state.applications.assignments.push(assignment(&person.id, "User", DEFAULT_ACCESS));
            }
            Way::Group | Way::None => {}
        }
    }
}

/// An opaque id in the alphabet that Graph uses.
pub fn assignment_id(world: &World, principal: &str, resource: &str, role: &str) -> String {
    use base64::Engine;
    let bytes = world.random.bytes(&format!("assignment/{principal}/{resource}/{role}"));
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&bytes[..24])
}
