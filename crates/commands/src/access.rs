//! Clients with the right credentials for one connection: Graph, the service provider, the Admin API.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;
use usher_auth::{
    Client, ClientCredentials, GOTO_CALLBACKS, IssuerHosts, Key, Origin, Provider, Purpose, Secret,
    SecretReference, Session, SessionConfig, StaticToken, TokenSource, discover,
};
use usher_goto::{Admin, Capabilities, Dialect, Pacer, Retry, ServiceProvider};
use usher_graph::Graph;
use usher_runner::config::{Connection, DialectChoice, MailSecurity, SecretRef, Smtp};

use crate::app::App;
use crate::dto::{CloudName, CommandError, ErrorCode, Message};
use crate::links::{self, Link};
use crate::problem::error;

/// Delegated permissions at Microsoft Graph with the reason for each (Microsoft Graph permissions reference).
pub(crate) const ENTRA_PERMISSIONS: &[(&str, bool)] = &[
    ("User.Read", false),
    ("Application.ReadWrite.All", true),
    ("AppRoleAssignment.ReadWrite.All", true),
    ("User.Read.All", true),
    ("Group.Read.All", true),
    ("Synchronization.ReadWrite.All", true),
    ("ProvisioningLog.Read.All", true),
];

/// Scopes that steer the sign-in itself.
const ENTRA_SIGN_IN: &[&str] = &["openid", "profile", "offline_access"];

/// GoTo's scopes: organisation SCIM, the Admin API, the own profile.
pub(crate) const GOTO_SCOPES: &[&str] = &["identity:scim.org", "identity:", "identity:scim.me"];

/// Signed-in sessions and discovered providers, shared by every command.
#[derive(Default)]
pub struct Sessions {
    sessions: Mutex<HashMap<String, Session>>,
    providers: Mutex<HashMap<Url, Provider>>,
    pacers: Mutex<HashMap<String, Arc<Pacer>>>,
}

impl Sessions {
    pub(crate) fn clear(&self) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn get(&self, key: &str) -> Option<Session> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: String, session: &Session) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(key, session.clone());
    }
}

fn origin(url: &Url) -> Result<Origin, CommandError> {
    Origin::of(url).map_err(|problem| {
        error(ErrorCode::Invalid, Message::new("error-address").text("detail", problem.to_string()))
    })
}

/// A secret by reference. In the window references are never followed: a file from elsewhere must not name them.
fn resolve(app: &App, reference: &SecretRef) -> Result<Option<Secret>, CommandError> {
    let reference = match reference {
        SecretRef::Vault => return Ok(None),
        SecretRef::Env(name) => SecretReference::Variable(name.clone()),
        SecretRef::File(path) => SecretReference::File(path.into()),
    };
    if !app.references {
        return Err(error(ErrorCode::SignIn, Message::new("error-reference-in-window")));
    }
    Ok(Some(reference.resolve()?))
}

/// Microsoft Entra as an authorization server for this connection.
pub(crate) fn entra_provider(connection: &Connection) -> Result<Provider, CommandError> {
    let graph = &connection.source.graph;
    // Outside the worldwide cloud a permission is named with that cloud's Graph address (Microsoft Learn, "National
    // cloud deployments"); the practice world takes the short names of the worldwide cloud.
    let short = connection.practice || graph.host_str() == Some("graph.microsoft.com");
    let name = |permission: &str| {
        if short {
            permission.to_owned()
        } else {
            format!("{}/{permission}", graph.as_str().trim_end_matches('/'))
        }
    };
    let mut scopes: Vec<String> = ENTRA_SIGN_IN.iter().map(ToString::to_string).collect();
    scopes.extend(ENTRA_PERMISSIONS.iter().map(|(permission, _)| name(permission)));
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let tenant =
        if connection.source.tenant.is_empty() { "organizations" } else { &connection.source.tenant };
    Provider::entra(&connection.source.login, tenant, &scopes).map_err(|problem| {
        error(ErrorCode::Invalid, Message::new("error-address").text("detail", problem.to_string()))
    })
}

/// GoTo as an authorization server, found through its metadata (RFC 8414).
pub(crate) async fn goto_provider(app: &App, connection: &Connection) -> Result<Provider, CommandError> {
    let Some(issuer) = &connection.target.issuer else {
        return Err(error(ErrorCode::Invalid, Message::new("error-no-issuer")));
    };
    let known = app.sessions.providers.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned();
    let mut provider = match known {
        Some(provider) => provider,
        None => {
            let hosts = if connection.practice { IssuerHosts::Loopback } else { IssuerHosts::goto() };
            let found = discover(&app.http, issuer, &hosts, &Provider::goto(GOTO_SCOPES)).await?;
            let mut providers = app.sessions.providers.lock().unwrap_or_else(PoisonError::into_inner);
            providers.insert(issuer.clone(), found.clone());
            found
        }
    };
    provider.callback = usher_auth::Callback::Registered(goto_callbacks(connection.target.redirect_port));
    Ok(provider)
}

/// The redirect URIs of the GoTo client, the one in use first.
pub(crate) fn goto_callbacks(port: u16) -> Vec<String> {
    let own = format!("http://localhost:{port}/goto/callback");
    let spares = GOTO_CALLBACKS.iter().map(ToString::to_string).filter(|spare| *spare != own);
    std::iter::once(own.clone()).chain(spares).collect()
}

/// The vault's key of the GoTo client secret: it is sent to the sign-in service only.
fn goto_secret_key(app: &App, connection: &Connection) -> Result<Key, CommandError> {
    let issuer = connection.target.issuer.as_ref();
    let issuer = issuer.ok_or_else(|| error(ErrorCode::Invalid, Message::new("error-no-issuer")))?;
    Ok(Key::new(&app.vault_name(&connection.id), Purpose::ClientSecret, &origin(issuer)?)?)
}

/// Stores the GoTo client secret.
pub(crate) async fn store_goto_secret(app: &App, id: &str, secret: Secret) -> Result<(), CommandError> {
    let connection = crate::loaded::load(app, id).await?.connection;
    app.vault().set(&goto_secret_key(app, &connection)?, &secret).await?;
    app.sessions.clear();
    Ok(())
}

/// The vault's key of the mail server's password: for this server and port, and never both with and without TLS.
fn mail_key(app: &App, id: &str, smtp: &Smtp) -> Result<Key, CommandError> {
    let scheme = if smtp.security == MailSecurity::None { "http" } else { "https" };
    let address = format!("{scheme}://{}:{}", smtp.server, smtp.port);
    let invalid = || error(ErrorCode::Invalid, Message::new("error-mail-server"));
    let url = Url::parse(&address).map_err(|_| invalid())?;
    let origin = Origin::of(&url).map_err(|_| invalid())?;
    Ok(Key::new(&app.vault_name(id), Purpose::MailPassword, &origin)?)
}

/// Stores the password of a connection's mail server.
pub(crate) async fn store_mail_password(
    app: &App,
    id: &str,
    smtp: &Smtp,
    password: Secret,
) -> Result<(), CommandError> {
    Ok(app.vault().set(&mail_key(app, id, smtp)?, &password).await?)
}

/// The password of a connection's mail server, where there is one.
pub(crate) async fn mail_password(app: &App, id: &str, smtp: &Smtp) -> Result<Option<Secret>, CommandError> {
    if let Some(password) =
        smtp.password.as_ref().map(|reference| resolve(app, reference)).transpose()?.flatten()
    {
        return Ok(Some(password));
    }
    Ok(app.vault().get(&mail_key(app, id, smtp)?).await?)
}

/// The GoTo client secret, where one is stored.
pub(crate) async fn goto_secret(app: &App, connection: &Connection) -> Result<Option<Secret>, CommandError> {
    if connection.target.issuer.is_none() {
        return Ok(None);
    }
    Ok(app.vault().get(&goto_secret_key(app, connection)?).await?)
}

/// GoTo's API: the address of the default profile, and its newer name.
const GOTO_API_HOSTS: [&str; 2] = ["api.getgo.com", "api.goto.com"];

/// Refuses a sign-in at GoTo for a service provider that is not GoTo: its tokens name no audience, so whoever receives
/// one can use it. (Entra's do, for the scopes that are asked for hold Graph's address.)
fn goto_api(app: &App, base: &Url) -> Result<(), CommandError> {
    let host = base.host_str().unwrap_or_default();
    let is_gotos = base.scheme() == "https" && base.port().is_none() && GOTO_API_HOSTS.contains(&host);
    if app.practice().is_some() || is_gotos {
        return Ok(());
    }
    let detail = format!("a sign-in at GoTo is for {}, not for {host}", GOTO_API_HOSTS.join(" and "));
    Err(error(ErrorCode::Invalid, Message::new("error-address").text("detail", detail)))
}

/// What a stored sign-in of this connection is made of.
pub(crate) async fn session_config(
    app: &App,
    connection: &Connection,
    cloud: CloudName,
) -> Result<SessionConfig, CommandError> {
    let (origin, provider, client) = match cloud {
        CloudName::Entra => {
            let client = Client { id: connection.source.client_id.clone(), secret: None };
            (origin(&connection.source.graph)?, entra_provider(connection)?, client)
        }
        CloudName::Goto => {
            goto_api(app, &connection.target.base_url)?;
            let secret = goto_secret(app, connection).await?;
            let client = Client { id: connection.target.client_id.clone(), secret };
            (origin(&connection.target.base_url)?, goto_provider(app, connection).await?, client)
        }
    };
    Ok(SessionConfig {
        connection: app.vault_name(&connection.id),
        origin,
        provider,
        client,
        locks: app.locks(),
        clock: app.clock.reader(),
    })
}

fn session_key(connection: &Connection, cloud: CloudName) -> String {
    let (source, target) = (&connection.source, &connection.target);
    let (address, login, client) = match cloud {
        CloudName::Entra => (&source.graph, source.login.as_str(), &source.client_id),
        CloudName::Goto => {
            (&target.base_url, target.issuer.as_ref().map_or("", Url::as_str), &target.client_id)
        }
    };
    format!("{} {cloud:?} {address} {login} {} {client}", connection.id, source.tenant)
}

/// The stored sign-in; commands share one access token.
pub(crate) async fn session(
    app: &App,
    connection: &Connection,
    cloud: CloudName,
) -> Result<Session, CommandError> {
    let key = session_key(connection, cloud);
    if let Some(session) = app.sessions.get(&key) {
        return Ok(session);
    }
    let config = session_config(app, connection, cloud).await?;
    let session = Session::open(config, &app.http, &app.vault())?;
    app.sessions.put(key, &session);
    Ok(session)
}

/// Remembers a session that was just stored.
pub(crate) fn keep(app: &App, connection: &Connection, cloud: CloudName, session: &Session) {
    app.sessions.put(session_key(connection, cloud), session);
}

async fn entra_tokens(app: &App, connection: &Connection) -> Result<Arc<dyn TokenSource>, CommandError> {
    let source = &connection.source;
    let Some(reference) = &source.client_secret else {
        return Ok(Arc::new(session(app, connection, CloudName::Entra).await?));
    };
    let origin = origin(&source.graph)?;
    let secret = match resolve(app, reference)? {
        Some(secret) => Some(secret),
        None => {
            // Sent to the sign-in service, for tokens of Graph: a revision that names another of either finds nothing.
            let key = Key::new(&app.vault_name(&connection.id), Purpose::ClientSecret, &origin)?;
            app.vault().get(&key.through(&self::origin(&source.login)?)).await?
        }
    };
    // Client credentials ask for everything the application was granted (Microsoft Learn, "OAuth 2.0 client
    // credentials flow").
    let scope = format!("{}/.default", source.graph.as_str().trim_end_matches('/'));
    let mut provider = entra_provider(connection)?;
    provider.scopes = vec![scope];
    let client = Client { id: source.client_id.clone(), secret };
    Ok(Arc::new(ClientCredentials::new(origin, &app.http, provider, client, &app.clock.reader())))
}

async fn target_tokens(app: &App, connection: &Connection) -> Result<Arc<dyn TokenSource>, CommandError> {
    let Some(reference) = &connection.target.token else {
        return Ok(Arc::new(session(app, connection, CloudName::Goto).await?));
    };
    let origin = origin(&connection.target.base_url)?;
    let secret = match resolve(app, reference)? {
        Some(secret) => secret,
        None => {
            let key = Key::new(&app.vault_name(&connection.id), Purpose::BearerToken, &origin)?;
            let stored = app.vault().get(&key).await?;
            stored.ok_or_else(|| error(ErrorCode::SignIn, Message::new("error-no-token")))?
        }
    };
    Ok(Arc::new(StaticToken::new(origin, secret)))
}

/// Microsoft Graph for this connection.
pub(crate) async fn graph(app: &App, connection: &Connection) -> Result<Graph, CommandError> {
    Ok(Graph::new(connection.source.graph.clone(), entra_tokens(app, connection).await?)?)
}

/// The service provider of this connection.
pub(crate) async fn provider(app: &App, connection: &Connection) -> Result<ServiceProvider, CommandError> {
    let tokens = target_tokens(app, connection).await?;
    let assumed = match connection.target.dialect {
        DialectChoice::GotoV1 => Dialect::GotoV1,
        DialectChoice::Auto | DialectChoice::Scim2 => Dialect::Scim2,
    };
    let base = connection.target.base_url.clone();
    Ok(ServiceProvider::new(base, tokens, pacer(app, connection), Capabilities::assumed(assumed))?)
}

/// One pacer for each service provider, whoever asks: its limit counts them all.
fn pacer(app: &App, connection: &Connection) -> Arc<Pacer> {
    let rate = connection.runner.requests_per_second;
    let key = format!("{} {rate}", connection.target.base_url);
    let mut pacers = app.sessions.pacers.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(pacers.entry(key).or_insert_with(|| Arc::new(Pacer::new(rate))))
}

/// Whom the stored sign-ins of this connection are of: user names and object ids. Usher takes nobody's access away by whom
/// it acts itself.
pub(crate) async fn acting(app: &App, connection: &Connection) -> Result<Vec<String>, CommandError> {
    let mut clouds = Vec::new();
    if connection.source.client_secret.is_none() {
        clouds.push(CloudName::Entra);
    }
    if connection.target.token.is_none() {
        clouds.push(CloudName::Goto);
    }
    let mut found = Vec::new();
    for cloud in clouds {
        if let Some(status) = session(app, connection, cloud).await?.status().await? {
            found.extend(status.identity.user_name.into_iter().chain(status.identity.subject));
        }
    }
    Ok(found)
}

/// GoTo's Admin API, where the connection has one and its token may be sent there.
pub(crate) async fn admin(app: &App, connection: &Connection) -> Result<Option<Admin>, CommandError> {
    let Some(url) = &connection.target.admin_url else { return Ok(None) };
    if connection.target.token.is_some() || origin(url)? != origin(&connection.target.base_url)? {
        return Ok(None);
    }
    let tokens = target_tokens(app, connection).await?;
    // Somebody waits for the answer, and nothing hangs on it.
    let retry = Retry { tries: 3, ..Retry::default() };
    Ok(Some(Admin::with_retry(url.clone(), tokens, pacer(app, connection), retry)?))
}

/// The address of a page; in practice the practice world's page in its place.
pub(crate) fn link_address(app: &App, link: &Link, tenant: &str, application: &str) -> Option<Url> {
    match (app.practice(), link.practice) {
        (Some(world), Some("portal")) => Some(world.portal.clone()),
        (Some(world), Some("organization-center")) => Some(world.organization_center.clone()),
        _ => links::address(link, tenant, application),
    }
}

/// The origins that one cloud's secrets of this connection are bound to.
pub(crate) fn cloud_origin(connection: &Connection, cloud: CloudName) -> Result<Vec<Origin>, CommandError> {
    match cloud {
        CloudName::Entra => Ok(vec![origin(&connection.source.graph)?, origin(&connection.source.login)?]),
        CloudName::Goto => {
            let mut origins = vec![origin(&connection.target.base_url)?];
            if let Some(issuer) = &connection.target.issuer {
                origins.push(origin(issuer)?);
            }
            Ok(origins)
        }
    }
}
