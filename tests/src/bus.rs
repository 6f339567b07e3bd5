//! A private D-Bus session with a real gnome-keyring in a private home.

use crate::process::Group;
use anyhow::{Context as _, Result, bail};
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What the keyring of a session is like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// Open.
    Unlocked,
    /// There, but locked.
    Locked,
    /// None.
    Absent,
}

/// A session: environment for the programs under test.
pub struct Session {
    home: TempDir,
    address: String,
    accessibility: Option<String>,
    _keyring: Option<Group>,
    _daemon: Group,
}

impl Session {
    /// Starts a session.
    pub fn start(keyring: Keyring) -> Result<Self> {
        let home = tempfile::Builder::new().prefix("usher-home").tempdir()?;
        for folder in ["data", "config", "cache", "runtime"] {
            std::fs::create_dir_all(home.path().join(folder))?;
        }
        // Nothing slides or fades: pages are asked to reduce motion, as a person can ask the desktop.
        let gtk = home.path().join("config/gtk-3.0");
        std::fs::create_dir_all(&gtk)?;
        std::fs::write(gtk.join("settings.ini"), "[Settings]\ngtk-enable-animations=0\n")?;
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1", "--nosyslog"]);
        for (name, value) in folders(home.path()) {
            command.env(name, value);
        }
        // Without services to activate, an absent keyring stays absent.
        if keyring == Keyring::Absent {
            let config = home.path().join("bus.conf");
            std::fs::write(&config, BARE_BUS)?;
            command.arg("--config-file").arg(&config);
        }
        let mut daemon = Group::start(command.stdout(Stdio::piped()).stderr(Stdio::null()))?;
        let out = daemon.child().stdout.take().context("the bus prints its address")?;
        let mut address = String::new();
        BufReader::new(out).read_line(&mut address)?;
        let address = address.trim().to_owned();
        let mut session = Self { home, address, accessibility: None, _keyring: None, _daemon: daemon };
        if keyring != Keyring::Absent {
            session.accessibility = Some(session.start_accessibility()?);
            session._keyring = Some(session.start_keyring()?);
        }
        if keyring == Keyring::Locked {
            session.lock()?;
        }
        Ok(session)
    }

    /// The private home.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Environment variables for a program that runs in this session.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut all = folders(self.home.path());
        all.push(("DBUS_SESSION_BUS_ADDRESS", self.address.clone().into()));
        all.extend(self.accessibility.iter().map(|address| ("AT_SPI_BUS_ADDRESS", address.into())));
        all
    }

    /// Whether assistive technology can be asked: on a bare bus nothing carries it.
    pub fn is_accessible(&self) -> bool {
        self.accessibility.is_some()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.environment());
        command
    }

    /// The bus of assistive technology. Programs are told its address, because they would otherwise read it from the screen,
    /// which sessions share and where the address of one that has ended stays.
    fn start_accessibility(&self) -> Result<String> {
        let ask = ["call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus"];
        let out = self.command("gdbus").args(ask).args(["--method", "org.a11y.Bus.GetAddress"]).output()?;
        let answer = String::from_utf8_lossy(&out.stdout).into_owned();
        let address = answer.trim().strip_prefix("('").and_then(|rest| rest.strip_suffix("',)"));
        let complaint = String::from_utf8_lossy(&out.stderr);
        Ok(address.with_context(|| format!("the accessibility bus: {answer}{complaint}"))?.to_owned())
    }

    fn start_keyring(&self) -> Result<Group> {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut daemon = Group::start(&mut command)?;
        let mut password = daemon.child().stdin.take().context("the keyring reads its password")?;
        password.write_all(b"test")?;
        drop(password);
        self.wait_for_keyring()?;
        Ok(daemon)
    }

    fn wait_for_keyring(&self) -> Result<()> {
        // A call to the name before our daemon has taken it would make the bus activate another one, which stays locked.
        let appeared = ["wait", "--session", "--timeout", "60", "org.freedesktop.secrets"];
        let appeared = self.command("gdbus").args(appeared).output()?;
        anyhow::ensure!(appeared.status.success(), "gnome-keyring did not appear on the bus");
        let began = std::time::Instant::now();
        while began.elapsed() < crate::wait::PATIENCE {
            let probe = ["call", "--session", "--dest", "org.freedesktop.secrets", "--object-path"];
            let rest = [
                "/org/freedesktop/secrets/collection/login",
                "--method",
                "org.freedesktop.DBus.Properties.Get",
                "org.freedesktop.Secret.Collection",
                "Locked",
            ];
            let out = self.command("gdbus").args(probe).args(rest).output()?;
            if out.status.success() && String::from_utf8_lossy(&out.stdout).contains("false") {
                return Ok(());
            }
            std::thread::yield_now();
        }
        bail!("gnome-keyring did not open its login collection")
    }

    /// Locks the keyring.
    pub fn lock(&self) -> Result<()> {
        let out = self
            .command("gdbus")
            .args(["call", "--session", "--dest", "org.freedesktop.secrets"])
            .args(["--object-path", "/org/freedesktop/secrets"])
            .args(["--method", "org.freedesktop.Secret.Service.Lock"])
            .arg("['/org/freedesktop/secrets/collection/login']")
            .output()?;
        anyhow::ensure!(out.status.success(), "the keyring could not be locked");
        Ok(())
    }

    /// Everything that the keyring holds for Usher, as `secret-tool search` prints it.
    pub fn stored(&self, attribute: &str, value: &str) -> Result<String> {
        let out = self.command("secret-tool").args(["search", "--all", attribute, value]).output()?;
        Ok(format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)))
    }
}

fn folders(home: &Path) -> Vec<(&'static str, OsString)> {
    vec![
        ("HOME", home.into()),
        ("XDG_DATA_HOME", home.join("data").into()),
        ("XDG_CONFIG_HOME", home.join("config").into()),
        ("XDG_CACHE_HOME", home.join("cache").into()),
        ("XDG_RUNTIME_DIR", home.join("runtime").into()),
    ]
}

/// A session bus on which nothing can be activated.
const BARE_BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;
