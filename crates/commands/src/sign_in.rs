//! Signing in at both clouds in the system browser, and forgetting it again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use url::Url;
use usher_auth::{Attempt, AttemptOptions, Session, SessionConfig, SessionStatus};
use usher_runner::config::{Connection, SecretRef, Smtp};

use crate::access;
use crate::app::App;
use crate::audit;
use crate::connections;
use crate::dto::{
    Account, AttemptRef, BeginSignIn, CloudName, CommandError, ConnectionRef, ConnectionView, ErrorCode,
    ForgetCredentials, KeptItem, Message, Nothing, SignInAddress, SignInAttempt, SignedIn, StoreGotoSecret,
};
use crate::loaded::{self, Loaded, load};
use crate::problem::{error, given_reference, missing};

/// How long the browser may take: sign-in with a second factor, a consent page, a telephone call in between.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Sign-ins that wait for the browser.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<String, Waiting>>);

struct Waiting {
    url: Url,
    cancel: CancellationToken,
    done: Option<oneshot::Receiver<Result<SignedIn, CommandError>>>,
}

impl Attempts {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins a sign-in in the system browser.
pub async fn sign_in_begin(app: &Arc<App>, request: BeginSignIn) -> Result<SignInAttempt, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let client = match request.cloud {
        CloudName::Entra => &connection.source.client_id,
        CloudName::Goto => &connection.target.client_id,
    };
    if client.is_empty() {
        let id = match request.cloud {
            CloudName::Entra => "error-needs-entra-client",
            CloudName::Goto => "error-needs-goto-client",
        };
        return Err(error(ErrorCode::Invalid, Message::new(id)));
    }
    // A person who cannot keep a sign-in should not have to make one first.
    app.vault().probe().await?;
    let config = access::session_config(app, &connection, request.cloud).await?;
    app.may_open(&config.provider.authorize)?;
    let options = AttemptOptions::default();
    let attempt =
        Attempt::start(&app.http, &config.provider, &config.client, &app.clock.reader(), options).await?;
    let url = attempt.authorize_url().clone();
    let id = uuid::Uuid::new_v4().to_string();
    let cancel = CancellationToken::new();
    let (tell, done) = oneshot::channel();
    let waiting = Waiting { url: url.clone(), cancel: cancel.clone(), done: Some(done) };
    app.attempts.lock().insert(id.clone(), waiting);
    let (app_too, cloud) = (Arc::clone(app), request.cloud);
    tokio::spawn(async move {
        let result = finish(&app_too, connection, cloud, config, attempt, cancel).await;
        // Nobody may be waiting any more: what was stored stays stored.
        let _ = tell.send(result);
    });
    let opened = app.open_page(&url)?;
    Ok(SignInAttempt { attempt: id, opened, host: url.host_str().unwrap_or_default().to_owned() })
}

async fn finish(
    app: &App,
    connection: Connection,
    cloud: CloudName,
    config: SessionConfig,
    attempt: Attempt,
    cancel: CancellationToken,
) -> Result<SignedIn, CommandError> {
    let grant = attempt.wait(cancel.cancelled_owned(), PATIENCE).await?;
    if let (CloudName::Entra, Some(tenant)) = (cloud, grant.identity.tenant.clone()) {
        let fixed = &connection.source.tenant;
        let guid = fixed.len() == 36;
        if guid && !fixed.eq_ignore_ascii_case(&tenant) {
            let message =
                Message::new("error-wrong-tenant").text("wanted", fixed.clone()).text("found", tenant);
            return Err(error(ErrorCode::SignIn, message));
        }
        if fixed.is_empty() {
            loaded::edit(app, &connection.id, "signed in", |draft| draft.source.tenant.clone_from(&tenant))
                .await?;
        }
    }
    // The connection as it is now names the session: its tenant may just have become known.
    let connection = load(app, &connection.id).await?.connection;
    let session = Session::keep(config, grant, &app.http, &app.vault()).await?;
    access::keep(app, &connection, cloud, &session);
    if cloud == CloudName::Entra {
        // The name is a kindness: a sign-in that worked does not fail for it.
        if let Err(problem) = read_tenant_name(app, &connection).await {
            tracing::info!(code = ?problem.code, "the tenant's name could not be read");
        }
    }
    let status = session.status().await?;
    let loaded = load(app, &connection.id).await?;
    let tenant = loaded.tenant_name().await?;
    let who = status.as_ref().and_then(|status| status.identity.user_name.clone());
    audit::note(app, &loaded, "signed-in", None, &json!({ "cloud": cloud, "account": who })).await?;
    let account = status.map(|status| account(&connection, tenant, cloud, &status));
    account.map(|account| SignedIn { account }).ok_or_else(|| missing("sign-in", "session"))
}

async fn read_tenant_name(app: &App, connection: &Connection) -> Result<(), CommandError> {
    let organization = access::graph(app, connection).await?.organization().await?;
    load(app, &connection.id).await?.note_tenant(&organization).await
}

fn account(connection: &Connection, tenant: String, cloud: CloudName, status: &SessionStatus) -> Account {
    let identity = &status.identity;
    let user_name = identity.user_name.clone().or_else(|| identity.subject.clone()).unwrap_or_default();
    Account {
        display_name: identity.name.clone().unwrap_or_else(|| user_name.clone()),
        user_name,
        organization: match cloud {
            CloudName::Entra => tenant,
            CloudName::Goto => connection.domain.name.clone(),
        },
        since: status.signed_in_at.to_string(),
        scopes: status.scopes.clone(),
    }
}

/// Waits until the browser comes back.
pub async fn sign_in_wait(app: &Arc<App>, request: AttemptRef) -> Result<SignedIn, CommandError> {
    let done = app.attempts.lock().get_mut(&request.attempt).and_then(|waiting| waiting.done.take());
    let Some(done) = done else { return Err(missing("attempt", &request.attempt)) };
    let result = done.await.unwrap_or_else(|_| Err(missing("attempt", &request.attempt)));
    app.attempts.lock().remove(&request.attempt);
    result
}

/// Gives a waiting sign-in up.
pub async fn sign_in_cancel(app: &Arc<App>, request: AttemptRef) -> Result<Nothing, CommandError> {
    if let Some(waiting) = app.attempts.lock().get(&request.attempt) {
        waiting.cancel.cancel();
    }
    Ok(Nothing {})
}

fn address(app: &App, attempt: &str) -> Result<Url, CommandError> {
    app.attempts
        .lock()
        .get(attempt)
        .map(|waiting| waiting.url.clone())
        .ok_or_else(|| missing("attempt", attempt))
}

/// Opens the browser once more.
pub async fn sign_in_open(app: &Arc<App>, request: AttemptRef) -> Result<SignInAttempt, CommandError> {
    let url = address(app, &request.attempt)?;
    let opened = app.open_page(&url)?;
    Ok(SignInAttempt {
        attempt: request.attempt,
        opened,
        host: url.host_str().unwrap_or_default().to_owned(),
    })
}

/// The address of a waiting sign-in, for a browser that does not open.
pub async fn sign_in_address(app: &Arc<App>, request: AttemptRef) -> Result<SignInAddress, CommandError> {
    Ok(SignInAddress { url: address(app, &request.attempt)?.to_string() })
}

/// Stores the GoTo client secret in the vault.
pub async fn goto_secret_store(app: &Arc<App>, request: StoreGotoSecret) -> Result<Nothing, CommandError> {
    access::store_goto_secret(app, &request.id, request.secret.into_secret()).await?;
    Ok(Nothing {})
}

/// Stores the GoTo client secret that a reference names. For the terminal, where the person chose the reference.
pub async fn store_secret_reference(app: &App, id: &str, reference: &str) -> Result<(), CommandError> {
    let parsed: usher_auth::SecretReference = reference.parse().map_err(given_reference)?;
    access::store_goto_secret(app, id, parsed.resolve().map_err(given_reference)?).await
}

/// Forgets stored credentials.
pub async fn credentials_forget(
    app: &Arc<App>,
    request: ForgetCredentials,
) -> Result<ConnectionView, CommandError> {
    let loaded = load(app, &request.id).await?;
    let connection = &loaded.connection;
    let clouds = match request.cloud {
        Some(cloud) => vec![cloud],
        None => vec![CloudName::Entra, CloudName::Goto],
    };
    audit::note(app, &loaded, "credentials-forgotten", None, &json!({ "clouds": clouds })).await?;
    for cloud in &clouds {
        // Telling the other side is best effort; the local copy goes in every case.
        if let Ok(session) = access::session(app, connection, *cloud).await {
            session.forget().await?;
        }
    }
    if clouds.len() == 2 {
        app.vault().delete_all(&app.vault_name(&request.id)).await?;
    } else {
        let wanted = access::cloud_origin(connection, clouds[0])?;
        for key in app.vault().list(&app.vault_name(&request.id)).await? {
            if wanted.contains(key.origin()) {
                app.vault().delete(&key).await?;
            }
        }
    }
    app.sessions.clear();
    app.populations.forget(&request.id);
    connections::connection(app, ConnectionRef { id: request.id }).await
}

/// Who is signed in, and what is stored.
pub(crate) struct Accounts {
    pub(crate) entra: Option<Account>,
    pub(crate) goto: Option<Account>,
    pub(crate) goto_secret: bool,
    /// Whether there is a password of the mail server; absent where none is kept by us.
    pub(crate) mail_password: Option<bool>,
    pub(crate) memory: bool,
}

/// Reads the vault only; a vault that cannot be read shows nobody, and its own state says why.
pub(crate) async fn accounts(app: &App, loaded: &Loaded) -> Result<Accounts, CommandError> {
    let connection = &loaded.connection;
    let tenant = loaded.tenant_name().await?;
    let mut found = Accounts {
        entra: None,
        goto: None,
        goto_secret: false,
        mail_password: None,
        memory: app.vault().is_memory(),
    };
    for cloud in [CloudName::Entra, CloudName::Goto] {
        let client = match cloud {
            CloudName::Entra => &connection.source.client_id,
            CloudName::Goto => &connection.target.client_id,
        };
        if client.is_empty() {
            continue;
        }
        let Ok(session) = access::session(app, connection, cloud).await else { continue };
        let Ok(Some(status)) = session.status().await else { continue };
        let account = account(connection, tenant.clone(), cloud, &status);
        match cloud {
            CloudName::Entra => found.entra = Some(account),
            CloudName::Goto => found.goto = Some(account),
        }
    }
    found.goto_secret = matches!(access::goto_secret(app, connection).await, Ok(Some(_)));
    // A password by reference is kept where the person put it.
    let is_ours =
        |smtp: &&Smtp| matches!(smtp.password, None | Some(SecretRef::Vault)) && !smtp.user.is_empty();
    if let Some(smtp) = connection.notice.smtp.as_ref().filter(is_ours) {
        let password = access::mail_password(app, &connection.id, smtp).await;
        found.mail_password = Some(matches!(password, Ok(Some(_))));
    }
    Ok(found)
}

/// The rows of "What is kept where".
pub(crate) fn kept(_app: &App, connection: &Connection, accounts: &Accounts) -> Vec<KeptItem> {
    let vault = Message::new(if accounts.memory { "kept-in-memory" } else { "kept-in-keyring" });
    let row = |what: &str, place: Message, stored: bool| KeptItem { what: Message::new(what), place, stored };
    let mut rows = vec![row("kept-entra-sign-in", vault.clone(), accounts.entra.is_some())];
    if connection.target.issuer.is_some() {
        rows.push(row("kept-goto-sign-in", vault.clone(), accounts.goto.is_some()));
        rows.push(row("kept-goto-secret", vault.clone(), accounts.goto_secret));
    }
    if let Some(stored) = accounts.mail_password {
        rows.push(row("kept-mail-password", vault, stored));
    }
    rows.push(row("kept-passwords", Message::new("kept-nowhere"), false));
    rows.push(row("kept-mappings", Message::new("kept-this-computer"), true));
    rows
}
