//! A practice world, a private keyring and a connection whose sign-ins happen in a browser.

use crate::files::{arg, interactive};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use usher_tests::bus::{Keyring, Session};
use usher_tests::person::{Consent, Person, Visit};
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Live, Said, run, usher};

/// The connection's id.
pub const ID: &str = "practice";

/// Everything that one test needs; nothing of it is shared with another.
pub struct Stage {
    pub sandbox: Sandbox,
    pub session: Session,
    pub port: u16,
    control: String,
    secret: PathBuf,
}

/// What the computer holds: every file of the data folder, and what the keyring says of Usher.
#[derive(Debug, PartialEq, Eq)]
pub struct Held {
    files: BTreeMap<PathBuf, Vec<u8>>,
    keyring: String,
}

impl Stage {
    /// A world with a registered redirect port that is free now, and the connection as a draft.
    pub async fn new(keyring: Keyring) -> Result<Self> {
        let sandbox = Sandbox::start(&["--users", "20", "--groups", "4", "--rate", "0"])?;
        let session = Session::start(keyring)?;
        let port = free_port()?;
        let client = sandbox.text("/goto/client_id");
        let uri = json!({ "uri": format!("http://localhost:{port}/goto/callback") });
        sandbox.control("POST", &format!("goto/clients/{client}/redirects"), Some(uri)).await?;
        let secret = session.home().join("goto-secret");
        std::fs::write(&secret, sandbox.text("/goto/client_secret"))?;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600))?;
        let stage = Self { control: sandbox.text("/control"), sandbox, session, port, secret };
        stage.import(port)?;
        Ok(stage)
    }

    /// Imports the connection with another redirect port.
    pub fn import(&self, port: u16) -> Result<()> {
        let file = self.session.home().join("practice.toml");
        std::fs::write(&file, interactive(&self.sandbox, ID, port))?;
        self.usher(&["connection", "import", arg(&file)])?.ended(0)?;
        Ok(())
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.session.home().join("usher")
    }

    /// A command line in this session; its browser opens nothing, so that the test plays the person.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut all = vec!["--sandbox", self.control.as_str()];
        all.extend(arguments);
        let mut command = usher(&self.data(), Some(&self.session), &all)?;
        // Nothing of the developer's session may shine through: no display to ask for a password on, no browser.
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "USHER_LOG"] {
            command.env_remove(name);
        }
        command.env("BROWSER", "true");
        Ok(command)
    }

    /// Runs a command line to its end.
    pub fn usher(&self, arguments: &[&str]) -> Result<Said> {
        run(&mut self.command(arguments)?)
    }

    /// `usher authorize` with the GoTo client's secret.
    pub fn authorize(&self) -> [String; 4] {
        let reference = format!("file:{}", self.secret.display());
        ["authorize".to_owned(), ID.to_owned(), "--secret".to_owned(), reference]
    }

    /// Starts a command line that waits for the browser, and the address that it gives.
    pub async fn begin(&self, arguments: &[&str]) -> Result<(Live, String)> {
        let mut live = Live::start(&mut self.command(arguments)?)?;
        let address = live.address().await?;
        Ok((live, address))
    }

    /// The person who administers Entra, or GoTo.
    pub fn person(&self, cloud: &str, consent: Consent) -> Person {
        let text = |name: &str| self.sandbox.text(&format!("/{cloud}/{name}"));
        Person { user_name: text("user_name"), password: text("password"), consent }
    }

    /// Signs in, or authorizes, to the end.
    pub async fn sign_in(&self, cloud: &str) -> Result<Said> {
        let authorize = self.authorize();
        let arguments: Vec<&str> = match cloud {
            "goto" => authorize.iter().map(String::as_str).collect(),
            _ => vec!["sign-in", ID],
        };
        let (live, address) = self.begin(&arguments).await?;
        self.person(cloud, Consent::Agree).visit(&address).await?.back()?;
        live.end().await?.ended(0)
    }

    /// What the computer holds now.
    pub fn held(&self) -> Result<Held> {
        let mut files = BTreeMap::new();
        read_all(&self.data(), &mut files)?;
        // Empty lock files say nothing about a sign-in. A database is compared by what it says: its files change when
        // somebody reads it.
        files.retain(|path, bytes| !(bytes.is_empty() && path.extension().is_some_and(|e| e == "lock")));
        let databases: Vec<PathBuf> =
            files.keys().filter(|path| path.extension().is_some_and(|e| e == "sqlite")).cloned().collect();
        files.retain(|path, _| !path.to_string_lossy().contains(".sqlite"));
        for path in databases {
            let said = database(&path).with_context(|| path.display().to_string())?;
            files.insert(path, said.into_bytes());
        }
        Ok(Held { files, keyring: self.session.stored("service", "Usher")? })
    }

    /// Fails unless the computer holds what it held before.
    pub fn unchanged_since(&self, before: &Held) -> Result<()> {
        let now = self.held()?;
        for path in before.files.keys().chain(now.files.keys()) {
            ensure!(before.files.get(path) == now.files.get(path), "{} has changed", path.display());
        }
        ensure!(before.keyring == now.keyring, "the keyring has changed:\n{}", now.keyring);
        Ok(())
    }
}

/// Every row of every table.
fn database(path: &Path) -> Result<String> {
    let database = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let names = names.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut said = String::new();
    for name in names {
        let mut rows = database.prepare(&format!("SELECT * FROM \"{name}\""))?;
        let columns = rows.column_count();
        let rows = rows.query_map([], |row| {
            (0..columns).map(|at| Ok(format!("{:?}", row.get_ref(at)?))).collect::<Result<Vec<_>, _>>()
        })?;
        for row in rows {
            said.push_str(&format!("{name}: {}\n", row?.join(", ")));
        }
    }
    Ok(said)
}

/// Reads every file below a folder.
pub fn read_all(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            read_all(&path, into)?;
        } else {
            into.insert(path.clone(), std::fs::read(&path)?);
        }
    }
    Ok(())
}

/// A port that is free on both loopback addresses. The practice world's usual ports are left to the developer and to the
/// tests of the window.
pub fn free_port() -> Result<u16> {
    let four = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let port = four.local_addr()?.port();
    TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port)))
        .map(drop)
        .or_else(|error| if error.kind() == std::io::ErrorKind::AddrInUse { Err(error) } else { Ok(()) })?;
    Ok(port)
}

/// The page at which a visit got stuck.
pub fn stuck(visit: Visit) -> Result<String> {
    match visit {
        Visit::Stuck { page, .. } => Ok(page),
        Visit::Back { callback, .. } => anyhow::bail!("the browser came back to {}", callback.path()),
    }
}
