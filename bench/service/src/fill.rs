//! Fills the practice world with people who are in step on both sides, faster than through its own doors.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use usher_sandbox::entra::{Assignment, assigning::assignment_id};
use usher_sandbox::goto::keys::Key;
use usher_sandbox::goto::model::MemberKind;
use usher_sandbox::world::{World, lock};

/// Assigned groups; everybody is in one of them.
pub const GROUPS: usize = 20;
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The id of a person or a group in Entra.
pub fn object_id(kind: &str, at: usize) -> String {
    let first = if kind == "user" { "b" } else { "c" };
    format!("{first}0000000-0000-4000-8000-{at:012x}")
}

/// Adds so many people and their groups, here and there.
pub fn fill(world: &World, people: usize) {
    let now = world.clock.now();
    let keys: Vec<Key> = (0..people).map(|at| person(world, at, now)).collect();
    let mut entra = lock(&world.entra);
    let mut goto = lock(&world.goto);
    let resource_id = world.random.uuid("sp/goto");
    let role = entra.applications.service_principals[&resource_id].app_roles[0].id.clone();
    for group in 0..GROUPS {
        let (id, name) = (object_id("group", group), format!("Team {group:02}"));
        let within = || (group..people).step_by(GROUPS);
        let attributes = json!({ "displayName": name, "securityEnabled": true, "mailEnabled": false });
        entra.directory.put_group(&id, attributes, within().map(|at| object_id("user", at)));
        entra.applications.assignments.push(Assignment {
            id: assignment_id(world, &id, &resource_id, &role),
            principal_id: id.clone(),
            principal_type: "Group",
            app_role_id: role.clone(),
            resource_id: resource_id.clone(),
            created: now,
        });
        let members: BTreeMap<Key, MemberKind> = within().map(|at| (keys[at], MemberKind::User)).collect();
        goto.add_group(object(json!({ "displayName": name, "externalId": id })), members, now);
    }
}

fn person(world: &World, at: usize, now: Timestamp) -> Key {
    let (id, user_name) = (object_id("user", at), format!("person{at}@northwind.example"));
    let (given, family) = (format!("Given{}", at % 397), format!("Family{}", at % 7_919));
    let (employee, cost_center) = (format!("{:06}", 100_000 + at), format!("CC{:03}", at % 200));
    let attributes = json!({
        "accountEnabled": true, "userType": "Member", "displayName": format!("{given} {family}"),
        "givenName": given, "surname": family, "userPrincipalName": user_name, "mail": user_name,
        "department": "Support", "employeeId": employee,
        "employeeOrgData": { "division": "Northwind", "costCenter": cost_center },
    });
    lock(&world.entra).directory.put_user(&id, attributes);
    let attributes = json!({
        "userName": user_name, "externalId": id, "active": true,
        "name": { "givenName": given, "familyName": family },
        ENTERPRISE: {
            "department": "Support", "employeeNumber": employee,
            "costCenter": cost_center, "division": "Northwind",
        },
    });
    lock(&world.goto).add_user(object(attributes), now)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => unreachable!("objects are written above"),
    }
}
