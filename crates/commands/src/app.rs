//! The application: data folder, vault, clock, world. Hosts make one and hand it to every command.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use url::Url;
use usher_auth::{Http, Vault};
use usher_runner::Memory;
use usher_store::{ConnectionId, DataFolder, Holder, World as StoredWorld};

use crate::clock::Clock;
use crate::dto::{
    AppState, CommandError, ErrorCode, KeepInMemory, KeyringState, KeyringStatus, LinkInfo, Message, Nothing,
    OpenLink, PracticeWorld, SetTheme, Theme,
};
use crate::practice::{World, follow_clock};
use crate::problem::error;
use crate::{access, audit, links, preview, sign_in};

/// Opens an address in the system browser; says whether that worked.
pub type OpenBrowser = Arc<dyn Fn(&Url) -> bool + Send + Sync>;

/// What a host chooses.
pub struct Options {
    /// The data folder; the platform's when absent, in practice mode a folder of its own in it.
    pub data: Option<PathBuf>,
    /// The practice world ends with the application: so do its data, unless a folder is given, and its credentials.
    pub ends_with_world: bool,
    /// Practice on the world with this control address.
    pub sandbox: Option<Url>,
    /// The time; by default the practice world's in practice mode, else the computer's.
    pub clock: Option<Clock>,
    /// Credentials in memory instead of the keyring, by explicit choice.
    pub memory_vault: bool,
    /// References to variables and files may be followed: in the terminal only.
    pub references: bool,
    /// How a browser is opened.
    pub open_browser: OpenBrowser,
    /// Where the window saves files; the person's folder for downloads when absent.
    pub downloads: Option<PathBuf>,
    /// Notices are shown on the desktop.
    pub desktop: bool,
    /// What holds locks: `app` or `usher run`.
    pub program: &'static str,
    /// The organisation's reference for what is done: it goes into the audit.
    pub ticket: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            data: None,
            ends_with_world: false,
            sandbox: None,
            clock: None,
            memory_vault: false,
            references: false,
            open_browser: Arc::new(|_| false),
            downloads: None,
            desktop: false,
            program: "app",
            ticket: None,
        }
    }
}

/// The application.
pub struct App {
    pub(crate) data: DataFolder,
    pub(crate) http: Http,
    pub(crate) clock: Clock,
    pub(crate) references: bool,
    pub(crate) attempts: sign_in::Attempts,
    pub(crate) sessions: access::Sessions,
    pub(crate) previews: preview::Jobs,
    pub(crate) populations: crate::population::Populations,
    pub(crate) mapping_trials: crate::mapping_trial::Trials,
    pub(crate) running: crate::running::Running,
    open_browser: OpenBrowser,
    downloads: Option<PathBuf>,
    pub(crate) desktop: bool,
    vault: RwLock<Vault>,
    world: Option<World>,
    memories: Mutex<HashMap<ConnectionId, Memory>>,
    program: &'static str,
    ticket: Option<String>,
    /// What sets this data folder's secrets apart from those of others; empty for the platform's own folder.
    vault_suffix: String,
    ends_with_world: bool,
    /// Practice data ends with the application.
    _temporary: Option<TempDir>,
}

impl App {
    /// Opens the data folder and finds the world.
    pub async fn open(options: Options) -> Result<Arc<Self>, CommandError> {
        let ticket = audit::ticket(options.ticket)?;
        let (world, clock) = match (&options.sandbox, options.clock) {
            (Some(control), Some(clock)) => (Some(World::find(control).await?), clock),
            (Some(control), None) => (Some(World::find(control).await?), follow_clock(control).await?),
            (None, clock) => (None, clock.unwrap_or_else(Clock::system)),
        };
        let storage =
            |detail: String| error(ErrorCode::Storage, Message::new("error-storage").text("detail", detail));
        let mut temporary = None;
        let is_platforms = options.data.is_none() && world.is_none();
        let nowhere = || storage("no home folder".to_owned());
        let path = match (options.data, &world) {
            (Some(path), _) => path,
            (None, Some(_)) if !options.ends_with_world => {
                platform_folder().ok_or_else(nowhere)?.join("practice")
            }
            (None, Some(_)) => {
                let folder = tempfile::Builder::new().prefix("usher-practice").tempdir();
                let folder = folder.map_err(|problem| storage(problem.to_string()))?;
                temporary.insert(folder).path().to_owned()
            }
            (None, None) => platform_folder().ok_or_else(nowhere)?,
        };
        let data = DataFolder::open(path)?;
        let locks = data.path().join("locks");
        usher_store::private_dir(&locks)?;
        let vault_suffix = if is_platforms { String::new() } else { suffix_of(data.path()) };
        let vault = if options.memory_vault { Vault::memory() } else { Vault::os(&locks) };
        let http = Http::new().map_err(|problem| storage(problem.to_string()))?;
        Ok(Arc::new(Self {
            data,
            http,
            clock,
            references: options.references,
            attempts: sign_in::Attempts::default(),
            sessions: access::Sessions::default(),
            previews: preview::Jobs::default(),
            mapping_trials: crate::mapping_trial::Trials::default(),
            populations: crate::population::Populations::default(),
            running: crate::running::Running::default(),
            open_browser: options.open_browser,
            downloads: options.downloads,
            desktop: options.desktop,
            vault: RwLock::new(vault),
            world,
            memories: Mutex::default(),
            program: options.program,
            ticket,
            vault_suffix,
            ends_with_world: options.ends_with_world,
            _temporary: temporary,
        }))
    }

    /// The practice world, in practice mode.
    #[must_use]
    pub fn practice(&self) -> Option<&World> {
        self.world.as_ref()
    }

    pub(crate) fn ticket(&self) -> Option<&str> {
        self.ticket.as_deref()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn stored_world(&self) -> StoredWorld {
        if self.world.is_some() { StoredWorld::Practice } else { StoredWorld::Live }
    }

    /// Where credentials are kept now.
    pub(crate) fn vault(&self) -> Vault {
        self.vault.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Refuses a page that is neither Microsoft's or GoTo's nor, in practice mode, of this computer.
    pub(crate) fn may_open(&self, url: &Url) -> Result<(), CommandError> {
        let practice = self.world.is_some() && url.scheme() == "http";
        if links::is_ours(url) || (practice && matches!(url.host_str(), Some("localhost" | "127.0.0.1"))) {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        let detail = format!("{host} is no page of Microsoft or GoTo");
        Err(error(ErrorCode::Invalid, Message::new("error-address").text("detail", detail)))
    }

    /// Opens a page in the system browser, the only way there; says whether that worked.
    pub(crate) fn open_page(&self, url: &Url) -> Result<bool, CommandError> {
        self.may_open(url)?;
        Ok((self.open_browser)(url))
    }

    /// The name under which a connection's secrets stand in the vault.
    ///
    /// All data folders of a user share one keyring, and ids repeat: a practice connection called like a live one, or
    /// one customer's folder beside another's, must neither find nor remove the other's secrets.
    pub(crate) fn vault_name(&self, id: &str) -> String {
        let world = if self.world.is_some() { "practice." } else { "" };
        format!("{world}{id}{}", self.vault_suffix)
    }

    /// Where files of the window go: the folder for downloads, or home where a system has none.
    pub(crate) fn downloads(&self) -> Option<PathBuf> {
        let usual = || {
            let person = directories::UserDirs::new()?;
            Some(person.download_dir().unwrap_or(person.home_dir()).to_owned())
        };
        self.downloads.clone().or_else(usual)
    }

    pub(crate) fn locks(&self) -> PathBuf {
        self.data.path().join("locks")
    }

    /// Who this process is to others that want the same lock.
    pub(crate) fn holder(&self) -> Holder {
        Holder {
            pid: std::process::id(),
            host: host_name(),
            program: self.program.to_owned(),
            since: Timestamp::now(),
        }
    }

    /// One connection's open database; opened once, and again where somebody removed it or made another one.
    pub(crate) fn memory(&self, id: &ConnectionId) -> Result<Memory, CommandError> {
        let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(memory) = memories.get(id).filter(|memory| memory.is_current()) {
            return Ok(memory.clone());
        }
        if memories.remove(id).is_some() {
            self.populations.forget(id.as_str());
        }
        let memory = Memory::new(self.data.connection(id, self.stored_world())?);
        memories.insert(id.clone(), memory.clone());
        Ok(memory)
    }

    pub(crate) fn remember(&self, id: &ConnectionId, memory: Memory) {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), memory);
    }

    pub(crate) fn forget_memory(&self, id: &ConnectionId) {
        self.populations.forget(id.as_str());
        self.memories.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Ends: lets what is in flight finish, and forgets what belongs to the practice world.
    pub async fn close(&self) {
        self.running.stop().await;
        if self.world.is_some() && self.ends_with_world {
            for found in self.data.connections().unwrap_or_default() {
                // Practice credentials are worthless once the world is gone; a locked keyring may keep them.
                let _ = self.vault().delete_all(&self.vault_name(found.id.as_str())).await;
            }
        }
    }
}

/// A short digest of where a data folder is. A folder that was moved asks for a new sign-in.
fn suffix_of(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let digest = Sha256::digest(whole.as_os_str().as_encoded_bytes());
    std::iter::once(".".to_owned()).chain(digest[..6].iter().map(|byte| format!("{byte:02x}"))).collect()
}

fn platform_folder() -> Option<PathBuf> {
    Some(directories::ProjectDirs::from("", "", "Usher")?.data_dir().to_owned())
}

fn host_name() -> String {
    let file = || std::fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned());
    std::env::var("COMPUTERNAME")
        .ok()
        .or_else(file)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "?".to_owned())
}

/// Choices that belong to no connection.
#[derive(Default, Serialize, Deserialize)]
struct Settings {
    #[serde(default)]
    theme: Option<Theme>,
}

impl App {
    fn settings_file(&self) -> PathBuf {
        self.data.path().join("settings.json")
    }

    fn settings(&self) -> Settings {
        // Appearance is not worth an error: a file that cannot be read means the defaults.
        let text = std::fs::read_to_string(self.settings_file()).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// Everything the window needs at its start.
pub async fn app_state(app: &Arc<App>, _: Nothing) -> Result<AppState, CommandError> {
    let now = app.now().to_string();
    Ok(AppState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        practice: app.practice().map(|world| PracticeWorld {
            tenant: "Northwind (practice)".to_owned(),
            people: world.people,
            now: now.clone(),
        }),
        keyring: keyring(app).await,
        theme: app.settings().theme.unwrap_or(Theme::System),
        now,
        links: links::LINKS
            .iter()
            .filter_map(|link| {
                let url = access::link_address(app, link, "", "")?;
                Some(LinkInfo { link: link.key.to_owned(), host: url.host_str()?.to_owned() })
            })
            .collect(),
    })
}

async fn keyring(app: &App) -> KeyringState {
    let vault = app.vault();
    let state = |status, message| KeyringState { name: keyring_name().to_owned(), status, message };
    if vault.is_memory() {
        return KeyringState {
            name: "memory".to_owned(),
            status: KeyringStatus::Memory,
            message: Some(Message::new("keyring-memory")),
        };
    }
    match vault.probe().await {
        Ok(()) => state(KeyringStatus::Available, None),
        Err(problem) => {
            let status = match problem {
                usher_auth::VaultError::Locked => KeyringStatus::Locked,
                usher_auth::VaultError::Waiting { .. } => KeyringStatus::Waiting,
                _ => KeyringStatus::Absent,
            };
            let found = CommandError::from(problem);
            state(status, found.hint.or(Some(found.message)))
        }
    }
}

fn keyring_name() -> &'static str {
    if cfg!(target_os = "macos") {
        "macOS Keychain"
    } else if cfg!(windows) {
        "Windows Credential Manager"
    } else {
        "Secret Service (GNOME Keyring, KWallet)"
    }
}

/// Chooses the theme.
pub async fn set_theme(app: &Arc<App>, request: SetTheme) -> Result<Nothing, CommandError> {
    let settings = Settings { theme: Some(request.theme) };
    let text = serde_json::to_string(&settings).unwrap_or_default();
    // Closed to others, as everything in the data folder, whatever the umask.
    let mut file = usher_store::private_file(&app.settings_file())?;
    file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(|problem| {
        error(ErrorCode::Storage, Message::new("error-storage").text("detail", problem.kind().to_string()))
    })?;
    Ok(Nothing {})
}

/// By explicit choice, keeps credentials in memory until Usher closes.
pub async fn keep_in_memory(app: &Arc<App>, request: KeepInMemory) -> Result<KeyringState, CommandError> {
    let vault = if request.until_close { Vault::memory() } else { Vault::os(&app.locks()) };
    *app.vault.write().unwrap_or_else(PoisonError::into_inner) = vault;
    app.sessions.clear();
    Ok(keyring(app).await)
}

/// Opens a page of the link table in the browser.
pub async fn open_link(app: &Arc<App>, request: OpenLink) -> Result<Nothing, CommandError> {
    let link = links::find(&request.link).ok_or_else(|| crate::problem::missing("link", &request.link))?;
    let (tenant, application) = match &request.id {
        Some(id) => {
            let connection = crate::loaded::load(app, id).await?.connection;
            (connection.source.tenant, connection.scope.application)
        }
        None => (String::new(), String::new()),
    };
    let url = access::link_address(app, link, &tenant, &application)
        .ok_or_else(|| crate::problem::missing("link", &request.link))?;
    if app.open_page(&url)? {
        Ok(Nothing {})
    } else {
        let message = Message::new("error-browser-did-not-open").text("url", url.as_str());
        Err(error(ErrorCode::Unreachable, message))
    }
}

#[cfg(test)]
mod tests;
