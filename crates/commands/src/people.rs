//! Who is assigned to the application, and who of them will be provisioned.

mod filtered;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use usher_graph::{
    AppRoleId, AssignmentId, Graph, GroupId, MemberKind, PrincipalKind, ServicePrincipal, ServicePrincipalId,
};
use usher_mapping::{ObjectType, Profile};
use usher_plan::{DEFAULT_ACCESS, DefaultAccess, Policy};
use usher_runner::config::Connection;

use crate::access;
use crate::app::App;
use crate::dto::{
    Assign, AssignmentRow, CheckResult, CommandError, ConnectionRef, ErrorCode, Finding, Message, Nothing,
    People, PrincipalRow, Remedy, RemedyAction, RoleOption, SearchPrincipals, Unassign,
};
use crate::loaded::load;
use crate::problem::error;
use filtered::{Filters, Passing};

/// What is shown of a person.
struct Person {
    name: String,
    user_name: String,
    mail: String,
    enabled: bool,
    guest: bool,
    /// What the scoping filters say; [`Passing::In`] where there are none.
    passing: Passing,
}

const PERSON: &[&str] = &["displayName", "userPrincipalName", "mail", "accountEnabled", "userType"];

async fn everybody(graph: &Graph, filters: &Filters) -> Result<BTreeMap<String, Person>, CommandError> {
    let select = filters.select(PERSON);
    let select: Vec<&str> = select.iter().map(String::as_str).collect();
    let users = graph.users(&select).all().await?.into_items();
    let person = |user: usher_graph::User| {
        let text = |name: &str| user.text(name).unwrap_or_default().to_owned();
        let person = Person {
            name: text("displayName"),
            user_name: text("userPrincipalName"),
            mail: text("mail"),
            enabled: user.property("accountEnabled").and_then(serde_json::Value::as_bool).unwrap_or(true),
            guest: user.text("userType") == Some("Guest"),
            passing: filters.passing(user.id.as_str(), &user.properties),
        };
        (user.id.to_string(), person)
    };
    Ok(users.into_iter().map(person).collect())
}

fn needs_application(connection: &Connection) -> Result<ServicePrincipalId, CommandError> {
    if connection.scope.application.is_empty() {
        return Err(error(ErrorCode::Invalid, Message::new("error-needs-application")));
    }
    Ok(ServicePrincipalId::from(connection.scope.application.clone()))
}

/// The roles that people can be given. Default Access only where there is no other (or it is accepted).
fn roles(application: &ServicePrincipal) -> Vec<RoleOption> {
    let mut roles: Vec<RoleOption> = application
        .app_roles
        .iter()
        .filter(|role| role.is_enabled && role.allowed_member_types.iter().any(|kind| kind == "User"))
        .map(|role| RoleOption {
            id: role.id.to_string(),
            name: role.display_name.clone().unwrap_or_else(|| role.id.to_string()),
            default_access: false,
        })
        .collect();
    if roles.is_empty() {
        roles.push(RoleOption {
            id: DEFAULT_ACCESS.to_owned(),
            name: "Default Access".to_owned(),
            default_access: true,
        });
    }
    roles
}

/// Lists who is assigned, and who will be provisioned and why.
pub async fn people(app: &Arc<App>, request: ConnectionRef) -> Result<People, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let graph = access::graph(app, &connection).await?;
    Ok(look(&graph, &connection).await?.people)
}

/// What was found out about people.
pub(crate) struct Looked {
    /// For the window and the terminal.
    pub people: People,
    /// People whom only a scoping filter leaves out.
    pub filtered: u32,
    /// Assigned groups that are written themselves.
    pub pushed: Vec<Pushed>,
}

/// An assigned group that is written itself.
pub(crate) struct Pushed {
    /// Name.
    pub name: String,
    /// People directly in it who are enabled and whom the filters let in.
    pub people: u32,
}

pub(crate) async fn look(graph: &Graph, connection: &Connection) -> Result<Looked, CommandError> {
    let id = needs_application(connection)?;
    let application = graph.service_principal(&id).await?;
    let options = roles(&application);
    let names: BTreeMap<String, String> = application
        .app_roles
        .iter()
        .map(|role| (role.id.to_string(), role.display_name.clone().unwrap_or_default()))
        .collect();
    let filters = Filters::of(ObjectType::User, &connection.mappings.users.scope);
    let of_groups = Filters::of(ObjectType::Group, &connection.mappings.groups.scope);
    let everybody = everybody(graph, &filters).await?;
    let policy = Policy::local(connection.profile);
    let mut seen = Seen::default();
    let mut rows = Vec::new();
    for assignment in graph.assignments(&id).await?.into_items() {
        let role = assignment.app_role_id.to_string();
        let default_access = role == DEFAULT_ACCESS;
        let role_name = if default_access {
            "Default Access".to_owned()
        } else {
            names.get(&role).cloned().unwrap_or_default()
        };
        let entitled = !default_access || policy.default_access == DefaultAccess::Accepted;
        if default_access {
            seen.default_access.push(assignment.principal_display_name.clone().unwrap_or_default());
        }
        let mut row = AssignmentRow {
            id: assignment.id.to_string(),
            principal: assignment.principal_id.clone(),
            name: assignment.principal_display_name.clone().unwrap_or_default(),
            detail: String::new(),
            kind: "user".to_owned(),
            people: 1,
            role,
            role_name: role_name.clone(),
            provisioned: entitled,
            because: Message::new(if entitled { "people-assigned" } else { "people-role" })
                .text("role", role_name),
        };
        match assignment.principal_type {
            PrincipalKind::User => seen.person(&mut row, &everybody, entitled),
            PrincipalKind::Group => {
                group(graph, &of_groups, &mut row, &everybody, entitled, &mut seen).await?;
            }
            PrincipalKind::Other => continue,
        }
        rows.push(row);
    }
    rows.sort_by_key(|row| (row.kind.clone(), row.name.to_lowercase()));
    if !connection.scope.assigned_only {
        // Everybody who is enabled counts, whether assigned or not.
        seen.entitled =
            everybody.iter().filter(|(_, person)| person.enabled).map(|(id, _)| id.clone()).collect();
    }
    let scope = Scope::of(&seen.entitled, &everybody);
    let left_out = seen.assigned.iter().filter(|id| !scope.within.contains_key(id.as_str())).count();
    let findings = findings(connection, &seen, &scope);
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    let people = People {
        rows,
        roles: options,
        in_scope: count(scope.within.len()),
        groups: count(seen.pushed.len()),
        left_out: count(left_out),
        findings,
    };
    let filtered = count(scope.filtered.len());
    Ok(Looked { people, filtered, pushed: seen.pushed })
}

/// Everybody whom assignment and role let in, by what the scoping filters say.
#[derive(Default)]
struct Scope<'p> {
    within: BTreeMap<&'p str, &'p Person>,
    filtered: Vec<&'p Person>,
    undecided: Vec<&'p Person>,
}

impl<'p> Scope<'p> {
    fn of(entitled: &'p BTreeSet<String>, everybody: &'p BTreeMap<String, Person>) -> Self {
        let mut scope = Self::default();
        for (id, person) in entitled.iter().filter_map(|id| Some((id, everybody.get(id)?))) {
            match &person.passing {
                Passing::In => drop(scope.within.insert(id, person)),
                Passing::Out(_) => scope.filtered.push(person),
                Passing::Unknown(_) => scope.undecided.push(person),
            }
        }
        scope
    }
}

#[derive(Default)]
struct Seen {
    assigned: BTreeSet<String>,
    /// Enabled, and assigned with a role that provisions.
    entitled: BTreeSet<String>,
    pushed: Vec<Pushed>,
    default_access: Vec<String>,
    nested: Vec<(String, usize)>,
    not_security: Vec<String>,
}

impl Seen {
    fn person(&mut self, row: &mut AssignmentRow, everybody: &BTreeMap<String, Person>, entitled: bool) {
        self.assigned.insert(row.principal.clone());
        let Some(person) = everybody.get(&row.principal) else {
            row.provisioned = false;
            row.because = Message::new("people-unknown");
            return;
        };
        row.name.clone_from(&person.name);
        row.detail.clone_from(&person.user_name);
        if !person.enabled {
            row.provisioned = false;
            row.because = Message::new("reason-disabled-in-entra");
        } else if entitled {
            self.entitled.insert(row.principal.clone());
            if let Passing::Out(why) | Passing::Unknown(why) = &person.passing {
                row.provisioned = false;
                row.because = why.clone();
            }
        }
    }
}

async fn group(
    graph: &Graph,
    filters: &Filters,
    row: &mut AssignmentRow,
    everybody: &BTreeMap<String, Person>,
    entitled: bool,
    seen: &mut Seen,
) -> Result<(), CommandError> {
    "group".clone_into(&mut row.kind);
    let id = GroupId::from(row.principal.clone());
    let select = filters.select(&["displayName", "securityEnabled"]);
    let select: Vec<&str> = select.iter().map(String::as_str).collect();
    let group = graph.group(&id, &select).await?;
    let members = graph.members(&id).all().await?.into_items();
    let people: Vec<String> = members
        .iter()
        .filter(|member| member.kind == MemberKind::User)
        .map(|member| member.id.clone())
        .collect();
    let nested = members.iter().filter(|member| member.kind == MemberKind::Group).count();
    row.people = u32::try_from(people.len()).unwrap_or(u32::MAX);
    seen.assigned.extend(people.iter().cloned());
    if nested > 0 {
        seen.nested.push((row.name.clone(), nested));
    }
    if !group.is_provisionable() {
        row.provisioned = false;
        row.because = Message::new("people-not-security-enabled");
        seen.not_security.push(row.name.clone());
        return Ok(());
    }
    if entitled {
        // A filter on groups leaves out the group, not the people in it.
        let enabled = |id: &&String| everybody.get(*id).is_some_and(|person| person.enabled);
        if matches!(filters.passing(id.as_str(), &group.properties), Passing::In) {
            let passes =
                |id: &&String| everybody.get(*id).is_some_and(|one| matches!(one.passing, Passing::In));
            let within = people.iter().filter(enabled).filter(passes).count();
            let name = row.name.clone();
            seen.pushed.push(Pushed { name, people: u32::try_from(within).unwrap_or(u32::MAX) });
        }
        seen.entitled.extend(people.iter().filter(enabled).cloned());
        row.because = Message::new("people-through-group").number("count", row.people);
    }
    Ok(())
}

/// Unusual accounts among the assigned people: each needs a choice before preview.
fn findings(connection: &Connection, seen: &Seen, in_scope: &Scope<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |id: &str, result: CheckResult, count: usize, names: Vec<String>, link: Option<&str>| {
        if count == 0 {
            return;
        }
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let mut actions = vec![RemedyAction::CheckAgain];
        actions.extend(link.map(|link| RemedyAction::Open { link: link.to_owned() }));
        found.push(Finding {
            id: id.to_owned(),
            result,
            title: Message::new(format!("people-finding-{id}")).number("count", count),
            evidence: names
                .into_iter()
                .take(10)
                .map(|name| Message::new("people-name").text("name", name))
                .collect(),
            remedy: Some(Remedy {
                steps: vec![Message::new(format!("people-finding-{id}-remedy"))],
                actions,
                request: None,
            }),
        });
    };
    let scope: Vec<&Person> = in_scope.within.values().copied().collect();
    let names = |people: &[&Person]| people.iter().map(|person| person.name.clone()).collect::<Vec<_>>();
    let undecided = &in_scope.undecided;
    say("undecided", CheckResult::FixThis, undecided.len(), names(undecided), None);
    let filtered = &in_scope.filtered;
    say("filtered", CheckResult::Warning, filtered.len(), names(filtered), None);
    // The retired connector refused Default Access; others accept it since 2020-04-16 (Microsoft Learn, "No users are
    // being provisioned").
    let refused = connection.profile == Profile::Gotomeeting;
    let result = if refused { CheckResult::FixThis } else { CheckResult::Warning };
    say(
        "default-access",
        result,
        seen.default_access.len(),
        seen.default_access.clone(),
        Some("guide-roles"),
    );
    say("not-security", CheckResult::FixThis, seen.not_security.len(), seen.not_security.clone(), None);
    let nested = seen.nested.iter().map(|(name, count)| format!("{name} ({count})")).collect();
    say("nested", CheckResult::Warning, seen.nested.len(), nested, Some("guide-how"));
    let guests: Vec<&Person> = scope.iter().copied().filter(|person| person.guest).collect();
    say("guests", CheckResult::Warning, guests.len(), names(&guests), None);
    let differing: Vec<&Person> = scope
        .iter()
        .copied()
        .filter(|person| {
            !person.guest && !person.mail.is_empty() && !person.mail.eq_ignore_ascii_case(&person.user_name)
        })
        .collect();
    say("upn-mail", CheckResult::Warning, differing.len(), names(&differing), None);
    if !connection.domain.name.is_empty() {
        let elsewhere: Vec<&Person> = scope
            .iter()
            .copied()
            .filter(|person| {
                !person.guest && !domain(&person.user_name).eq_ignore_ascii_case(&connection.domain.name)
            })
            .collect();
        say(
            "other-domain",
            CheckResult::Warning,
            elsewhere.len(),
            names(&elsewhere),
            Some("organization-center"),
        );
    }
    found
}

fn domain(user_name: &str) -> &str {
    user_name.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Searches people or groups of the tenant.
pub async fn principals(
    app: &Arc<App>,
    request: SearchPrincipals,
) -> Result<Vec<PrincipalRow>, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let graph = access::graph(app, &connection).await?;
    let text = request.text.trim();
    let row = |id: String, name: Option<&str>, detail: Option<&str>, warning: Option<Message>| PrincipalRow {
        id,
        name: name.unwrap_or_default().to_owned(),
        detail: detail.unwrap_or_default().to_owned(),
        warning,
    };
    if request.kind == "group" {
        let groups = graph.search_groups(text, 25).await?;
        return Ok(groups
            .iter()
            .map(|group| {
                let warning =
                    (!group.is_provisionable()).then(|| Message::new("people-not-security-enabled"));
                row(group.id.to_string(), group.text("displayName"), group.text("description"), warning)
            })
            .collect());
    }
    let users = graph.search_users(text, 25).await?;
    Ok(users
        .iter()
        .map(|user| {
            let enabled =
                user.property("accountEnabled").and_then(serde_json::Value::as_bool).unwrap_or(true);
            let warning = (!enabled).then(|| Message::new("reason-disabled-in-entra"));
            row(user.id.to_string(), user.text("displayName"), user.text("userPrincipalName"), warning)
        })
        .collect())
}

/// Assigns a person or group with a role.
pub async fn assign(app: &Arc<App>, request: Assign) -> Result<Nothing, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let id = needs_application(&connection)?;
    if connection.profile == Profile::Gotomeeting && request.role == DEFAULT_ACCESS {
        return Err(error(ErrorCode::Invalid, Message::new("error-default-access")));
    }
    let graph = access::graph(app, &connection).await?;
    graph.assign(&id, &request.principal, &AppRoleId::from(request.role)).await?;
    app.populations.forget(&request.id);
    Ok(Nothing {})
}

/// Takes an assignment away.
pub async fn unassign(app: &Arc<App>, request: Unassign) -> Result<Nothing, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let id = needs_application(&connection)?;
    access::graph(app, &connection).await?.unassign(&id, &AssignmentId::from(request.assignment)).await?;
    app.populations.forget(&request.id);
    Ok(Nothing {})
}
