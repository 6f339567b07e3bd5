//! A connection as a command opens it: its draft, what is live, and what a person confirmed.

use serde::{Deserialize, Serialize};
use url::Url;
use usher_graph::Organization;
use usher_runner::Memory;
use usher_runner::config::Connection;
use usher_store::{ConnectionId, Revision, Store, StoreError};

use crate::app::App;
use crate::dto::{CommandError, ErrorCode, Message, OtherWriters};
use crate::problem::error;

/// A connection that was opened for a command.
pub(crate) struct Loaded {
    pub(crate) id: ConnectionId,
    pub(crate) memory: Memory,
    pub(crate) connection: Connection,
    pub(crate) revision: Revision,
    pub(crate) live: Option<Revision>,
    pub(crate) marks: Marks,
}

/// What a person has confirmed about the draft, each bound to the content that they saw.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Marks {
    pub(crate) planned: bool,
    pub(crate) users_reviewed: Option<String>,
    pub(crate) groups_reviewed: Option<String>,
    /// Not bound to any content: it is about the world.
    pub(crate) other_writers: Option<OtherWriters>,
}

/// A tenant's own name, and the tenant of the connection that it belongs to.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct TenantName {
    tenant: String,
    name: String,
}

pub(crate) const MARKS: &str = "marks";
const TENANT: &str = "tenant";

/// Reads a revision. The practice world's addresses change with every start: they are never stored, and what is in
/// force now is filled in.
pub(crate) fn parse(app: &App, content: &str) -> Result<Connection, StoreError> {
    let mut connection: Connection = serde_json::from_str(content).map_err(|problem| {
        StoreError::Content { what: "revision".to_owned(), detail: problem.to_string() }
    })?;
    if let Some(world) = app.practice().filter(|_| connection.practice) {
        connection.source.login = world.login.clone();
        connection.source.graph = world.graph.clone();
        connection.source.portal = world.portal.clone();
        connection.target.base_url = world.scim.clone();
        connection.target.issuer = Some(world.issuer.clone());
        connection.target.admin_url = Some(world.admin.clone());
        connection.target.organization_center = Some(world.organization_center.clone());
    }
    Ok(connection)
}

/// What stands in a stored practice revision in the place of addresses.
fn without_addresses(connection: &Connection) -> Connection {
    let nowhere = || Url::parse("http://localhost/practice").expect("a constant address");
    let mut stored = connection.clone();
    stored.source.login = nowhere();
    stored.source.graph = nowhere();
    stored.source.portal = nowhere();
    stored.target.base_url = nowhere();
    stored.target.issuer = None;
    stored.target.admin_url = None;
    stored.target.organization_center = None;
    stored
}

/// The canonical form of a revision.
pub(crate) fn canonical(connection: &Connection) -> Result<String, CommandError> {
    let stored = if connection.practice { without_addresses(connection) } else { connection.clone() };
    serde_json::to_string(&stored).map_err(|problem| {
        error(ErrorCode::Storage, Message::new("error-storage").text("detail", problem.to_string()))
    })
}

/// Opens a connection for a command.
pub(crate) async fn load(app: &App, id: &str) -> Result<Loaded, CommandError> {
    let id = ConnectionId::new(id)?;
    let memory = app.memory(&id)?;
    let (revision, live, marks) = memory
        .with(|store| {
            let pointers = store.pointers()?;
            let draft = pointers
                .draft
                .ok_or_else(|| StoreError::NoSuch { what: "revision", which: "draft".to_owned() })?;
            let live = pointers.live.map(|number| store.revision(number)).transpose()?;
            Ok::<_, StoreError>((
                store.revision(draft)?,
                live,
                store.state::<Marks>(MARKS)?.unwrap_or_default(),
            ))
        })
        .await?;
    let connection = parse(app, &revision.content)?;
    Ok(Loaded { id, memory, connection, revision, live, marks })
}

impl Loaded {
    /// The revision that runs.
    pub(crate) fn live_connection(&self, app: &App) -> Result<Option<Connection>, CommandError> {
        Ok(self.live.as_ref().map(|live| parse(app, &live.content)).transpose()?)
    }

    /// What the tenant calls itself, as far as it was read; else what the connection calls it.
    pub(crate) async fn tenant_name(&self) -> Result<String, CommandError> {
        let known: Option<TenantName> = self.memory.with(|store| store.state(TENANT)).await?;
        let tenant = &self.connection.source.tenant;
        Ok(known.filter(|known| known.tenant == *tenant).map_or_else(|| tenant.clone(), |known| known.name))
    }

    /// Remembers what the tenant calls itself: an admin knows the name, hardly the id.
    pub(crate) async fn note_tenant(&self, organization: &Organization) -> Result<(), CommandError> {
        let Some(name) = organization.display_name.clone().filter(|name| !name.is_empty()) else {
            return Ok(());
        };
        let now = TenantName { tenant: self.connection.source.tenant.clone(), name };
        let save = move |store: &Store| {
            if store.state::<TenantName>(TENANT)?.as_ref() == Some(&now) {
                return Ok(());
            }
            store.set_state(TENANT, &now)
        };
        Ok(self.memory.with(save).await?)
    }
}

/// Changes the draft once, in the name of a command. Another change in between is not lost: it is read first.
pub(crate) async fn edit(
    app: &App,
    id: &str,
    note: &str,
    change: impl FnOnce(&mut Connection) + Send,
) -> Result<i64, CommandError> {
    let mut loaded = load(app, id).await?;
    change(&mut loaded.connection);
    save(app, &loaded.memory, &loaded.connection, Some(loaded.revision.number), note).await
}

pub(crate) async fn save(
    app: &App,
    memory: &Memory,
    connection: &Connection,
    expected: Option<i64>,
    note: &str,
) -> Result<i64, CommandError> {
    let (content, note, now) = (canonical(connection)?, note.to_owned(), app.now());
    let revision = memory.with(move |store| store.save_draft(expected, &content, &note, now)).await?;
    Ok(revision.number)
}
