//! The application in Entra: an instance that is there, or one from the gallery.

use std::sync::Arc;

use usher_graph::{ApplicationTemplateId, Graph, Patience, ServicePrincipal, ServicePrincipalId};

use crate::access;
use crate::app::App;
use crate::dto::{
    AddApplication, ApplicationRow, Applications, CommandError, ConnectionRef, ErrorCode, Message,
    TemplateRow, UseApplication,
};
use crate::loaded::{self, load};
use crate::problem::{error, missing};

/// The gallery's names of the connector and of the retired one (Microsoft Learn, GoTo and GoToMeeting tutorials).
const GOTO: &str = "GoTo";
/// Provisioning by this connector is no longer supported; its single sign-on stays.
pub(crate) const RETIRED: &str = "GoToMeeting";

/// Lists application instances and gallery entries.
pub async fn applications(app: &Arc<App>, request: ConnectionRef) -> Result<Applications, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let graph = access::graph(app, &connection).await?;
    let mut gallery = Vec::new();
    let mut instances = Vec::new();
    for name in [GOTO, RETIRED] {
        for template in graph.templates_named(name).await? {
            let retired = name == RETIRED;
            if !retired {
                for found in graph.service_principals_of(&template.id).await? {
                    instances.push(instance(&graph, found, &connection.scope.application).await?);
                }
            }
            gallery.push(TemplateRow {
                id: template.id.to_string(),
                name: template.display_name.clone(),
                publisher: template.publisher.clone().unwrap_or_default(),
                provisioning: template.supports_provisioning() && !retired,
                retired,
            });
        }
    }
    instances.sort_by_key(|row| (!row.selected, row.name.to_lowercase()));
    Ok(Applications { instances, gallery })
}

/// Instances of the retired connector.
pub(crate) async fn retired(graph: &Graph) -> Result<Vec<ApplicationRow>, CommandError> {
    let mut rows = Vec::new();
    for template in graph.templates_named(RETIRED).await? {
        for found in graph.service_principals_of(&template.id).await? {
            rows.push(instance(graph, found, "").await?);
        }
    }
    Ok(rows)
}

async fn instance(
    graph: &Graph,
    found: ServicePrincipal,
    selected: &str,
) -> Result<ApplicationRow, CommandError> {
    let assignments = graph.assignments(&found.id).await?.into_items().len();
    // Reading jobs needs a further permission; without it the state is simply not known.
    let provisioning = match graph.sync_jobs(&found.id).await {
        Ok(jobs) if jobs.is_empty() => "none",
        Ok(jobs) if jobs.iter().any(|job| job.schedule.state == usher_graph::ScheduleState::Active) => "on",
        Ok(_) => "off",
        Err(_) => "unknown",
    };
    Ok(ApplicationRow {
        selected: found.id.as_str() == selected,
        id: found.id.to_string(),
        name: found.display_name.unwrap_or_default(),
        created: String::new(),
        single_sign_on: String::new(),
        provisioning: provisioning.to_owned(),
        assignments: u32::try_from(assignments).unwrap_or(u32::MAX),
    })
}

/// Adds an application from the gallery and waits until it is usable everywhere.
pub async fn application_add(
    app: &Arc<App>,
    request: AddApplication,
) -> Result<ApplicationRow, CommandError> {
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > 120 {
        return Err(error(ErrorCode::Invalid, Message::new("error-application-name")));
    }
    let connection = load(app, &request.id).await?.connection;
    let graph = access::graph(app, &connection).await?;
    let template = ApplicationTemplateId::from(request.template.clone());
    let retired = graph.templates_named(RETIRED).await?.iter().any(|found| found.id == template);
    if retired {
        return Err(error(ErrorCode::Forbidden, Message::new("error-retired-connector")));
    }
    let made = graph.instantiate(&template, name).await?;
    let found = graph.wait_until_replicated(&made.service_principal.id, Patience::default()).await?;
    select(app, &request.id, found.id.as_str()).await?;
    let id = found.id.to_string();
    instance(&graph, found, &id).await
}

/// Chooses an application for this connection.
pub async fn application_use(
    app: &Arc<App>,
    request: UseApplication,
) -> Result<ApplicationRow, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let graph = access::graph(app, &connection).await?;
    let found = graph.service_principal(&ServicePrincipalId::from(request.application.clone())).await?;
    let retired = graph.templates_named(RETIRED).await?;
    if retired.iter().any(|template| Some(&template.id) == found.application_template_id.as_ref()) {
        return Err(error(ErrorCode::Forbidden, Message::new("error-retired-connector")));
    }
    select(app, &request.id, &request.application).await?;
    instance(&graph, found, &request.application).await
}

async fn select(app: &App, id: &str, application: &str) -> Result<(), CommandError> {
    if application.is_empty() {
        return Err(missing("application", application));
    }
    loaded::edit(app, id, "application", |draft| application.clone_into(&mut draft.scope.application))
        .await?;
    Ok(())
}
