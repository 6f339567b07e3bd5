//! Golden scripts: every `tests/golden/*.txt` is a list of command lines with what they print and how they end. Adding a
//! case is adding lines.
//!
//! ```text
//! # A comment.
//! $ usher connection list
//! what stands on standard output
//! ! what stands on standard error
//! ? 0
//! ```
//!
//! The commands of one file share a fresh folder, in which the files of `tests/golden/files` lie. Times, ids, the folder
//! and the version are replaced by `[TIME]`, `[ID]`, `[FOLDER]`, `[VERSION]`. `USHER_GOLDEN=write` writes the files anew from
//! what is printed: read the difference before you commit it. A new command line is written with a line `? 0` below it.

use anyhow::{Context as _, Result, ensure};
use regex::Regex;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use usher_tests::terminal::{run, usher};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The words of a command line; "double quotes" keep spaces together.
fn words(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => all.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    all.extend(word);
    all
}

/// What a script says when it is carried out: the comments and command lines as they are, the rest as it is now.
fn carried_out(script: &str) -> Result<String> {
    let home = tempfile::tempdir()?;
    for file in std::fs::read_dir(folder().join("files"))? {
        let file = file?;
        std::fs::copy(file.path(), home.path().join(file.file_name()))?;
    }
    let here = home.path().canonicalize()?.display().to_string();
    let replaced = [
        (Regex::new(&regex::escape(&here))?, "[FOLDER]"),
        (Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")?, "[TIME]"),
        (Regex::new(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")?, "[ID]"),
        (Regex::new(&format!(r"\b{}\b", regex::escape(env!("CARGO_PKG_VERSION"))))?, "[VERSION]"),
    ];
    let stable = |text: &str| {
        replaced.iter().fold(text.to_owned(), |text, (from, to)| from.replace_all(&text, *to).into_owned())
    };

    let mut now = String::new();
    let mut in_output = false;
    for line in script.lines() {
        let Some(command) = line.strip_prefix("$ ") else {
            in_output &= !line.starts_with("? ");
            // Between two commands stand comments and empty lines.
            if !in_output && !line.starts_with("? ") {
                writeln!(now, "{line}")?;
            }
            continue;
        };
        in_output = true;
        let words = words(command);
        let (program, arguments) = words.split_first().context("a command line has words")?;
        ensure!(program == "usher", "scripts call `usher` only: {line}");
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = usher(&home.path().join("data"), None, &arguments)?;
        if arguments.is_empty() {
            // `usher` alone is a question of its own; a data folder would answer it.
            command = std::process::Command::new(command.get_program());
        }
        command.current_dir(home.path()).env_remove("USHER_LOG");
        // No keyring is in reach: scripts that need one keep credentials in memory.
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={here}/no-bus"));
        let said = run(&mut command)?;
        writeln!(now, "{line}")?;
        stable(&said.out).lines().try_for_each(|line| writeln!(now, "{}", line.trim_end()))?;
        stable(&said.err).lines().try_for_each(|line| writeln!(now, "{}", format!("! {line}").trim_end()))?;
        writeln!(now, "? {}", said.code)?;
    }
    Ok(now)
}

fn check(name: &str) -> Result<()> {
    let path = folder().join(format!("{name}.txt"));
    let script = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let now = carried_out(&script)?;
    if std::env::var_os("USHER_GOLDEN").is_some_and(|choice| choice == "write") {
        return Ok(std::fs::write(&path, now)?);
    }
    let (wanted, found): (Vec<&str>, Vec<&str>) = (script.lines().collect(), now.lines().collect());
    let differs = wanted.iter().zip(&found).position(|(wanted, found)| wanted != found);
    let differs = differs.or((wanted.len() != found.len()).then_some(wanted.len().min(found.len())));
    if let Some(line) = differs {
        let show = |lines: &[&str]| lines.get(line).copied().unwrap_or("(the end)").to_owned();
        panic!(
            "golden/{name}.txt:{}\n  wanted: {}\n  found:  {}\n\neverything:\n{now}",
            line + 1,
            show(&wanted),
            show(&found)
        );
    }
    Ok(())
}

#[test]
fn help() -> Result<()> {
    check("help")
}

#[test]
fn connections() -> Result<()> {
    check("connections")
}

#[test]
fn usage() -> Result<()> {
    check("usage")
}

#[test]
fn connection_files() -> Result<()> {
    check("connection-files")
}

#[test]
fn a_fresh_connection() -> Result<()> {
    check("fresh")
}

#[test]
fn mappings() -> Result<()> {
    check("mapping")
}

#[test]
fn every_script_is_run() -> Result<()> {
    let source = include_str!("golden.rs");
    for file in std::fs::read_dir(folder())? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let name = path.file_stem().and_then(|name| name.to_str()).context("a name")?;
            ensure!(source.contains(&format!("check(\"{name}\")")), "no test runs golden/{name}.txt");
        }
    }
    Ok(())
}
