//! The settings of a connection that the terminal gives one by one. The rest of it is in its file.

use crate::app::App;
use crate::connection_file::is_tenant;
use crate::dto::{CommandError, ErrorCode, Message};
use crate::loaded::edit;
use crate::problem::error;

/// What is given; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What people call the connection.
    pub name: Option<String>,
    /// Tenant id or domain.
    pub tenant: Option<String>,
    /// Client id of the app registration in Entra.
    pub entra_client: Option<String>,
    /// Client id of the OAuth client at GoTo.
    pub goto_client: Option<String>,
    /// Object id of the enterprise application.
    pub application: Option<String>,
}

impl Settings {
    /// Refuses what no connection can have, before anything is made of it.
    pub fn check(&self) -> Result<(), CommandError> {
        self.name.as_deref().map_or(Ok(()), |given| name(given).map(drop))?;
        self.tenant.as_deref().map_or(Ok(()), |given| tenant(given).map(drop))
    }
}

/// A connection's name, as it is kept.
pub(crate) fn name(given: &str) -> Result<&str, CommandError> {
    let name = given.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(error(ErrorCode::Invalid, Message::new("error-connection-name")));
    }
    Ok(name)
}

/// A tenant, as it is kept; empty until it is known.
pub(crate) fn tenant(given: &str) -> Result<&str, CommandError> {
    let tenant = given.trim();
    if !tenant.is_empty() && !is_tenant(tenant) {
        return Err(error(ErrorCode::Invalid, Message::new("error-tenant")));
    }
    Ok(tenant)
}

/// Changes the draft: what runs stays as it is until somebody switches the draft on.
pub async fn set(app: &App, id: &str, settings: &Settings) -> Result<(), CommandError> {
    settings.check()?;
    let given = settings.clone();
    let change = move |connection: &mut usher_runner::config::Connection| {
        let take = |field: &mut String, given: Option<String>| {
            if let Some(given) = given {
                given.trim().clone_into(field);
            }
        };
        take(&mut connection.name, given.name);
        take(&mut connection.source.tenant, given.tenant);
        take(&mut connection.source.client_id, given.entra_client);
        take(&mut connection.target.client_id, given.goto_client);
        take(&mut connection.scope.application, given.application);
    };
    edit(app, id, "set in the terminal", change).await.map(drop)
}
