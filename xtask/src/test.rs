//! `cargo xtask test`: every check and every test, from a fresh clone.

use crate::step::{cargo, command, sh, step, succeeds};
use crate::{checks, licences, peers, system, tidy, ui};
use anyhow::{Context as _, Result, ensure};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

/// Only sets up.
pub fn set_up() -> Result<()> {
    system::packages(system::Want::Test)?;
    ui::install("ui")?;
    peers::install()
}

/// Everything, cheapest first, so that a mistake shows early.
pub fn all() -> Result<()> {
    tidy::check()?;
    checks::format()?;
    set_up()?;
    licences::check()?;
    ui::check()?;
    ui::build()?;
    checks::build()?;
    checks::clippy()?;
    unit_tests()?;
    run_end_to_end(&[])?;
    println!("\nEverything passed.");
    Ok(())
}

/// Only the end-to-end tests, after building what they drive.
pub fn end_to_end(filters: &[String]) -> Result<()> {
    set_up()?;
    ui::build()?;
    checks::build()?;
    run_end_to_end(filters)
}

/// Which tests.
enum Which<'a> {
    Rooms,
    EndToEnd { filters: &'a [String] },
}

/// cargo-nextest where it is installed, else plain `cargo test`. nextest selects among the tests of the whole workspace,
/// so that features, and with them builds, are the same in each step.
fn tests(which: &Which<'_>) -> Vec<String> {
    let nextest = succeeds(&cargo(), &["nextest", "--version"]);
    let mut args = if nextest {
        vec!["nextest", "run", "--no-fail-fast", "--locked"]
    } else {
        vec!["test", "--quiet", "--no-fail-fast", "--locked"]
    };
    match (nextest, which) {
        (true, Which::Rooms) => args.extend(["-E", "not package(usher-tests)"]),
        (true, Which::EndToEnd { .. }) => args.extend(["-E", "package(usher-tests)"]),
        (false, Which::Rooms) => args.extend(["--exclude", "usher-tests"]),
        (false, Which::EndToEnd { .. }) => args.extend(["--package", "usher-tests"]),
    }
    if nextest || matches!(which, Which::Rooms) {
        args.extend(checks::FEATURES);
    }
    if let Which::EndToEnd { filters } = which {
        args.extend(filters.iter().map(String::as_str));
    }
    args.into_iter().map(str::to_owned).collect()
}

fn unit_tests() -> Result<()> {
    step("Tests", "mend the failing tests above", || {
        let args = tests(&Which::Rooms);
        sh(&mut isolated(private_bus(&args)?)?)
    })
}

fn run_end_to_end(filters: &[String]) -> Result<()> {
    step("End-to-end tests", "mend the failing tests above; screenshots are in artifacts/", || {
        // One window and one terminal at a time (`.config/nextest.toml`): an application, its web process and a browser
        // take most of a small machine.
        let args = tests(&Which::EndToEnd { filters });
        let mut command = isolated(private_bus(&args)?)?;
        command.env("NEXTEST_TEST_THREADS", "2").env("RUST_TEST_THREADS", "1");
        if !cfg!(target_os = "linux") {
            return sh(&mut command);
        }
        let (_screen, name) = Screen::start()?;
        sh(command.env("DISPLAY", name).env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY"))
    })
}

fn private_bus(args: &[String]) -> Result<Command> {
    let mut command = if cfg!(target_os = "linux") && succeeds("dbus-run-session", &["--version"]) {
        let mut command = command("dbus-run-session", &["--"]);
        command.arg(cargo());
        command
    } else {
        command(&cargo(), &[])
    };
    command.args(args);
    Ok(command)
}

/// A screen of the tests' own. It ends with this value.
struct Screen(std::process::Child);

impl Screen {
    /// The screen and its name: the server chooses a free one and says which.
    fn start() -> Result<(Self, String)> {
        let arguments = ["-displayfd", "1", "-screen", "0", "3840x2160x24", "-nolisten", "tcp"];
        let mut server = command("Xvfb", &arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut number = String::new();
        let said = server.stdout.take().context("the screen's output")?;
        BufReader::new(said).read_line(&mut number)?;
        let screen = Self(server);
        ensure!(!number.trim().is_empty(), "Xvfb did not start");
        Ok((screen, format!(":{}", number.trim())))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Tests get their own home, so that they touch neither the developer's keyring, data folder nor browser.
fn isolated(mut command: Command) -> Result<Command> {
    let home = std::env::current_dir()?.join("target/test-home");
    std::fs::create_dir_all(&home)?;
    let cargo_home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from);
    let rustup_home = std::env::var_os("RUSTUP_HOME").map(std::path::PathBuf::from);
    #[allow(deprecated)] // the home folder of today's user, to find the toolchain from the private home
    let user = std::env::home_dir().unwrap_or_default();
    command
        .env("CARGO_HOME", cargo_home.unwrap_or_else(|| user.join(".cargo")))
        .env("RUSTUP_HOME", rustup_home.unwrap_or_else(|| user.join(".rustup")))
        .env("HOME", &home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("USHER_PEERS_PYTHON", peers::python()?);
    Ok(command)
}
