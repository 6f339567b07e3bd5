//! The practice world: where it is, and the practice controls of window and terminal.

use std::sync::Arc;

use futures::FutureExt as _;
use serde::Deserialize;
use serde_json::json;
use url::Url;
use usher_auth::Secret;

use crate::app::App;
use crate::clock::Clock;
use crate::connections;
use crate::dto::{
    AdvanceClock, AppState, CloudName, CommandError, ConnectionRef, ConnectionView, ErrorCode, Message,
    Nothing, PracticeFault, PracticeFill,
};
use crate::loaded;
use crate::problem;

/// Where the practice world is and how to get in: what `usher sandbox --json` prints.
pub struct World {
    pub(crate) login: Url,
    pub(crate) graph: Url,
    pub(crate) portal: Url,
    pub(crate) issuer: Url,
    pub(crate) scim: Url,
    pub(crate) admin: Url,
    pub(crate) organization_center: Url,
    pub(crate) web: Url,
    pub(crate) dns: String,
    pub(crate) control: Url,
    pub(crate) tenant: String,
    pub(crate) entra_client: String,
    pub(crate) goto_client: String,
    pub(crate) goto_secret: Secret,
    pub(crate) people: u32,
}

#[derive(Deserialize)]
struct Endpoints {
    login: Url,
    graph: Url,
    goto_auth: Url,
    goto_api: Url,
    scim: Url,
    organization_center: Url,
    web: Url,
    portal: Url,
    control: Url,
    dns: String,
    entra: EntraClient,
    goto: GotoClient,
}

#[derive(Deserialize)]
struct EntraClient {
    client_id: String,
    tenant_id: String,
}

#[derive(Deserialize)]
struct GotoClient {
    client_id: String,
    client_secret: String,
}

impl World {
    /// Reads what the sandbox says of itself. Only addresses of this computer are accepted.
    pub fn parse(text: &str) -> Result<Self, CommandError> {
        let unusable = || problem::error(ErrorCode::Practice, Message::new("error-practice-world-unusable"));
        let read: Endpoints = serde_json::from_str(text).map_err(|_| unusable())?;
        let all = [
            &read.login,
            &read.graph,
            &read.goto_auth,
            &read.goto_api,
            &read.scim,
            &read.organization_center,
            &read.web,
            &read.portal,
            &read.control,
        ];
        if !all.into_iter().all(is_loopback) {
            return Err(unusable());
        }
        let admin = read.goto_api.join("admin/rest/v1").map_err(|_| unusable())?;
        Ok(Self {
            login: read.login,
            graph: read.graph,
            portal: read.portal,
            issuer: read.goto_auth,
            scim: read.scim,
            admin,
            organization_center: read.organization_center,
            web: read.web,
            dns: read.dns,
            control: read.control,
            tenant: read.entra.tenant_id,
            entra_client: read.entra.client_id,
            goto_client: read.goto.client_id,
            goto_secret: Secret::new(read.goto.client_secret),
            people: 0,
        })
    }

    /// Asks a running sandbox where everything is.
    pub async fn find(control: &Url) -> Result<Self, CommandError> {
        let unusable = || problem::error(ErrorCode::Practice, Message::new("error-practice-world-unusable"));
        if !is_loopback(control) {
            let elsewhere = Message::new("error-practice-world-elsewhere").text("url", control.to_string());
            return Err(problem::error(ErrorCode::Invalid, elsewhere));
        }
        let url = control.join("endpoints").map_err(|_| unusable())?;
        let reply = client().get(url).send().await.map_err(|_| unusable())?;
        let mut world = Self::parse(&reply.text().await.map_err(|_| unusable())?)?;
        world.people = world.count_people().await?;
        Ok(world)
    }

    async fn count_people(&self) -> Result<u32, CommandError> {
        let people = self.ask(reqwest::Method::GET, "people", None).await?;
        let list = people.as_array().or_else(|| people["people"].as_array());
        Ok(list.map_or(0, |list| u32::try_from(list.len()).unwrap_or(u32::MAX)))
    }

    /// Calls the control endpoint.
    pub(crate) async fn ask(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> Result<serde_json::Value, CommandError> {
        let failed = || problem::error(ErrorCode::Practice, Message::new("error-practice-world-unusable"));
        let mut request = client().request(method, self.control.join(path).map_err(|_| failed())?);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let reply = request.send().await.map_err(|_| failed())?;
        if !reply.status().is_success() {
            return Err(failed());
        }
        let text = reply.text().await.map_err(|_| failed())?;
        Ok(serde_json::from_str(&text).unwrap_or(serde_json::Value::Null))
    }
}

fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.build().unwrap_or_default()
}

fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "localhost"))
}

/// What the practice clock last said, and when that was.
struct Told {
    at: jiff::Timestamp,
    heard: std::time::Instant,
    pinned: bool,
}

impl Told {
    fn now(&self) -> jiff::Timestamp {
        let since = if self.pinned { std::time::Duration::ZERO } else { self.heard.elapsed() };
        self.at.saturating_add(jiff::SignedDuration::try_from(since).unwrap_or_default()).unwrap_or(self.at)
    }
}

/// How often a practice world in another process is asked for its time: it moves when a person skips ahead.
const LISTEN: std::time::Duration = std::time::Duration::from_millis(250);

/// Follows the clock of a practice world that runs in another process.
pub async fn follow_clock(control: &Url) -> Result<Clock, CommandError> {
    let told = Arc::new(std::sync::RwLock::new(ask_clock(control).await?));
    let (tick, ticks) = tokio::sync::watch::channel(());
    let (heard, control) = (Arc::clone(&told), control.clone());
    tokio::spawn(async move {
        while !tick.is_closed() {
            tokio::time::sleep(LISTEN).await;
            if let Ok(news) = ask_clock(&control).await {
                *heard.write().unwrap_or_else(std::sync::PoisonError::into_inner) = news;
                let _ = tick.send(());
            }
        }
    });
    let read = move || told.read().unwrap_or_else(std::sync::PoisonError::into_inner).now();
    let now = Arc::new(read);
    let waits = Arc::clone(&now);
    Ok(Clock::new(
        move || now(),
        move |at| {
            let (now, mut ticks) = (Arc::clone(&waits), ticks.clone());
            async move {
                // The sender ends with the program: then nobody waits any more.
                while now() < at && ticks.changed().await.is_ok() {}
            }
            .boxed()
        },
    ))
}

async fn ask_clock(control: &Url) -> Result<Told, CommandError> {
    let unusable = || problem::error(ErrorCode::Practice, Message::new("error-practice-world-unusable"));
    if !is_loopback(control) {
        return Err(unusable());
    }
    let url = control.join("clock").map_err(|_| unusable())?;
    let text =
        client().get(url).send().await.map_err(|_| unusable())?.text().await.map_err(|_| unusable())?;
    let said: serde_json::Value = serde_json::from_str(&text).map_err(|_| unusable())?;
    let at = said["now"].as_str().and_then(|at| at.parse().ok()).ok_or_else(unusable)?;
    Ok(Told { at, heard: std::time::Instant::now(), pinned: said["pinned"].as_bool().unwrap_or(false) })
}

fn world(app: &App) -> Result<&World, CommandError> {
    app.practice().ok_or_else(|| problem::error(ErrorCode::Practice, Message::new("error-not-in-practice")))
}

/// Moves the practice clock.
pub async fn practice_advance(app: &Arc<App>, request: AdvanceClock) -> Result<AppState, CommandError> {
    let body = json!({ "minutes": request.minutes });
    let said = world(app)?.ask(reqwest::Method::POST, "clock/advance", Some(body)).await?;
    if let Some(at) = said["now"].as_str().and_then(|at| at.parse().ok()) {
        app.clock.wait_until(at).await;
    }
    crate::app::app_state(app, Nothing {}).await
}

/// Makes something fail in the practice world, or mends everything.
pub async fn practice_fault(app: &Arc<App>, request: PracticeFault) -> Result<Nothing, CommandError> {
    let world = world(app)?;
    use reqwest::Method;
    world.ask(Method::DELETE, "faults", None).await?;
    world.ask(Method::PATCH, "goto/admin", Some(json!({ "role": "write" }))).await?;
    let status = |service: &str, effect: serde_json::Value| json!({ "service": service, "effect": effect });
    match request.fault.as_str() {
        "none" => {}
        "role-missing" => {
            world.ask(Method::PATCH, "goto/admin", Some(json!({ "role": "none" }))).await?;
        }
        "sign-in-withdrawn" => {
            world.ask(Method::POST, "goto/tokens/revoke", Some(json!({ "which": "all" }))).await?;
        }
        "too-many-requests" => {
            let effect = json!({ "status": { "status": 429, "retry_after": 2 } });
            world.ask(Method::POST, "faults", Some(status("goto_api", effect))).await?;
        }
        "goto-unreachable" => {
            world.ask(Method::POST, "faults", Some(status("goto_api", json!("drop")))).await?;
        }
        "people-leave" => empty_largest_group(world).await?,
        other => {
            let message = Message::new("error-unknown-fault").text("fault", other);
            return Err(problem::error(ErrorCode::Invalid, message));
        }
    }
    Ok(Nothing {})
}

/// Somebody empties a group by mistake: the classic of accidental removals.
async fn empty_largest_group(world: &World) -> Result<(), CommandError> {
    let groups = world.ask(reqwest::Method::GET, "groups", None).await?;
    let size = |group: &&serde_json::Value| group["members"].as_array().map_or(0, Vec::len);
    let security = |group: &&serde_json::Value| group["securityEnabled"] == serde_json::Value::Bool(true);
    let largest = groups["groups"].as_array().into_iter().flatten().filter(security).max_by_key(size);
    if let Some(group) = largest {
        let path = format!("groups/{}/members", group["id"].as_str().unwrap_or_default());
        world
            .ask(reqwest::Method::POST, &path, Some(json!({ "add": [], "remove": group["members"] })))
            .await?;
    }
    Ok(())
}

/// Fills in the practice world's own client registrations. Its GoTo secret goes into the vault, not to the window.
pub async fn practice_fill(app: &Arc<App>, request: PracticeFill) -> Result<ConnectionView, CommandError> {
    let world = world(app)?;
    loaded::edit(app, &request.id, "practice registration", |connection| match request.cloud {
        CloudName::Entra => {
            connection.source.client_id.clone_from(&world.entra_client);
            connection.source.tenant.clone_from(&world.tenant);
        }
        CloudName::Goto => connection.target.client_id.clone_from(&world.goto_client),
    })
    .await?;
    if request.cloud == CloudName::Goto {
        crate::access::store_goto_secret(app, &request.id, world.goto_secret.clone()).await?;
    }
    connections::connection(app, ConnectionRef { id: request.id }).await
}
