//! Who is assigned to an application: `appRoleAssignedTo`.

use serde_json::Value;

use super::applications::READ;
use super::auth::{need, need_role};
use super::call::text;
use super::filter::{Filter, Supports};
use super::page::{List, list};
use super::users::with_context;
use super::{Answer, Call, GraphError};
use crate::entra::applications::DEFAULT_ACCESS;
use crate::entra::assigning::assignment_id;
use crate::entra::{Assignment, State, Token};
use crate::world::{World, lock};

const FILTER: Supports =
    Supports { fields: &["principalDisplayName"], operators: &["eq", "startswith"], case_sensitive: false };

/// An assignment as Graph shows it.
pub fn show(state: &State, assignment: &Assignment) -> Value {
    let directory = &state.directory;
    let name =
        directory.users.get(&assignment.principal_id).and_then(|user| user.text("displayName")).or_else(
            || directory.groups.get(&assignment.principal_id).and_then(|group| group.text("displayName")),
        );
    let resource = state.applications.service_principals.get(&assignment.resource_id);
    assignment.json(name.unwrap_or_default(), resource.map_or("", |sp| sp.display_name.as_str()))
}

/// `GET /servicePrincipals/{id}/appRoleAssignedTo`
pub fn all(world: &World, call: &Call, token: &Token, sp: &str) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$top", "$filter", "$skiptoken"])?;
    let filter = call.option("$filter").map(|text| Filter::parse(text, &FILTER)).transpose()?;
    let page_size = lock(&world.graph).page_size;
    let entra = lock(&world.entra);
    entra.applications.visible(world, sp).ok_or_else(|| GraphError::not_found(sp))?;
    // A user in the deleted items keeps the assignment, but it is not listed.
    let of_sp = || {
        let listed = |a: &&Assignment| a.resource_id == sp && entra.directory.exists(&a.principal_id);
        entra.applications.assignments.iter().filter(listed)
    };
    let by_id: std::collections::BTreeMap<&str, &Assignment> =
        of_sp().map(|assignment| (assignment.id.as_str(), assignment)).collect();
    let ids = || {
        let wanted =
            of_sp().filter(|a| filter.as_ref().is_none_or(|filter| filter.matches(&show(&entra, a))));
        Ok(wanted.map(|assignment| assignment.id.clone()).collect())
    };
    let one = |id: &str| by_id.get(id).map(|assignment| show(&entra, assignment));
    list(world, call, &List { context: "appRoleAssignments", page_size }, ids, one)
}

/// `POST /servicePrincipals/{id}/appRoleAssignedTo`
pub fn create(world: &World, call: &Call, token: &Token, sp: &str) -> Result<Answer, GraphError> {
    need(token, &["AppRoleAssignment.ReadWrite.All"], &["AppRoleAssignment.ReadWrite.All"])?;
    // The second permission that the page does not stress (microsoftgraph/microsoft-graph-docs#12833).
    need(token, READ, READ)?;
    need_role(world, token)?;
    call.allow(&[])?;
    let body = call.fields(&["principalId", "resourceId", "appRoleId", "principalType"])?;
    let (principal, resource, role) =
        (text(&body, "principalId")?, text(&body, "resourceId")?, text(&body, "appRoleId")?);
    let mut entra = lock(&world.entra);
    let assignment = assign(world, &mut entra, sp, principal, resource, role)?;
    let shown = show(&entra, &assignment);
    Ok(Answer::created(with_context(world, "appRoleAssignments/$entity", shown)))
}

/// Makes an assignment after Graph's checks.
pub fn assign(
    world: &World,
    state: &mut State,
    sp: &str,
    principal: &str,
    resource: &str,
    role: &str,
) -> Result<Assignment, GraphError> {
    let found = state.applications.visible(world, sp).ok_or_else(|| GraphError::not_found(sp))?;
    let principal_type = if state.directory.user(principal).is_some() {
        "User"
    } else if state.directory.group(principal).is_some() {
        "Group"
    } else {
        return Err(GraphError::not_found(principal));
    };
    let declared = found.app_roles.iter().any(|known| known.id == role && known.enabled);
    let roleless = role == DEFAULT_ACCESS;
    if resource != sp || !(declared || roleless) {
        return Err(GraphError::bad_request("Not a valid reference update."));
    }
    let same = |a: &Assignment| a.resource_id == sp && a.principal_id == principal && a.app_role_id == role;
    if state.applications.assignments.iter().any(same) {
        let text = "Permission being assigned already exists on the object";
        return Err(GraphError::bad_request(text));
    }
    let assignment = Assignment {
        id: assignment_id(world, principal, sp, role),
        principal_id: principal.to_owned(),
        principal_type,
        app_role_id: role.to_owned(),
        resource_id: sp.to_owned(),
        created: world.clock.now(),
    };
    state.applications.assignments.push(assignment.clone());
    Ok(assignment)
}

/// `DELETE /servicePrincipals/{id}/appRoleAssignedTo/{assignment}`
pub fn delete(world: &World, call: &Call, token: &Token, sp: &str, id: &str) -> Result<Answer, GraphError> {
    need(token, &["AppRoleAssignment.ReadWrite.All"], &["AppRoleAssignment.ReadWrite.All"])?;
    need_role(world, token)?;
    call.allow(&[])?;
    let mut entra = lock(&world.entra);
    let assignments = &mut entra.applications.assignments;
    let before = assignments.len();
    assignments.retain(|assignment| assignment.resource_id != sp || assignment.id != id);
    if assignments.len() == before { Err(GraphError::not_found(id)) } else { Ok(Answer::none()) }
}
