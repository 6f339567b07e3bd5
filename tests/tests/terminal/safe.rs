//! What a stranger's name does to a terminal, and who can read what Usher leaves on the disk.

use crate::files::{File, arg, with_secrets};
use crate::stage::{ID, Stage};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use usher_tests::bus::Keyring;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

fn file(sandbox: &Sandbox, folder: &Path) -> Result<PathBuf> {
    let scim = sandbox.text("/scim");
    File { id: "safe", profile: "goto", base_url: &scim, dialect: "goto-v1", practice: false, rate: 0 }
        .write(sandbox, folder)
}

#[tokio::test]
async fn names_can_neither_move_the_cursor_nor_turn_a_line_around() -> Result<()> {
    let sandbox = Sandbox::start(&["--users", "10", "--rate", "0"])?;
    let folder = tempfile::tempdir()?;
    let file = file(&sandbox, folder.path())?;
    for person in sandbox.list("people").await? {
        let id = person["id"].as_str().context("an id")?;
        let name = format!("Eve \u{1b}[2J\u{7}\u{202e}txt.exe\n0 people lose access {}", &id[..4]);
        sandbox.control("PATCH", &format!("people/{id}"), Some(json!({ "displayName": name }))).await?;
    }
    let call = |arguments: &[&str]| {
        let mut command = usher(&folder.path().join("data"), None, arguments)?;
        run(with_secrets(&mut command, &sandbox, &sandbox.text("/scim_token")))
    };
    call(&["connection", "import", arg(&file)])?.ended(0)?;
    let mut seen = 0;
    for arguments in
        [&["preview", "safe"][..], &["run", "--once", arg(&file)], &["log", "safe"], &["status", "safe"]]
    {
        let Said { out, err, .. } = call(arguments)?;
        seen += out.matches("Eve ").count();
        let steers = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let forged = |text: &str| text.lines().any(|line| line.starts_with("0 people lose access"));
        ensure!(!forged(&out) && !forged(&err), "a name began a line: {out}{err}");
        let found: Vec<String> = out
            .chars()
            .chain(err.chars())
            .filter(|c| steers(*c))
            .map(|c| c.escape_debug().to_string())
            .collect();
        ensure!(found.is_empty(), "`usher {}` printed {found:?}", arguments.join(" "));
    }
    ensure!(seen > 3, "the names were printed: {seen}");
    Ok(())
}

/// Every path that somebody else could read or write.
fn open_to_others(folder: &Path, found: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let mode = std::fs::symlink_metadata(&path)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            found.push(format!("{mode:o} {}", path.display()));
        }
        if path.is_dir() {
            open_to_others(&path, found)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_stored_is_the_users_own_whatever_the_umask() -> Result<()> {
    let sandbox = Sandbox::start(&["--users", "10", "--rate", "0"])?;
    let folder = tempfile::tempdir()?;
    let file = file(&sandbox, folder.path())?;
    let (data, plans) = (folder.path().join("data"), folder.path().join("plans"));
    std::fs::create_dir(&plans)?;
    let (plan, exported) = (plans.join("plan.json"), plans.join("again.toml"));
    let [csv, html, log] = ["plan.csv", "plan.html", "log.csv"].map(|name| plans.join(name));
    // A plan that was there before with an open mode is closed, too.
    std::fs::write(&plan, "")?;
    std::fs::set_permissions(&plan, std::fs::Permissions::from_mode(0o666))?;
    for arguments in [
        &["run", "--once", arg(&file)][..],
        &["preview", "safe", "--force", "--out", arg(&plan), "--csv", arg(&csv), "--html", arg(&html)],
        &["log", "safe", "--csv", arg(&log)],
        &["connection", "export", "safe", "--out", arg(&exported)],
    ] {
        let direct = usher(&data, None, arguments)?;
        let mut command = Command::new("sh");
        command.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(direct.get_program()).args(direct.get_args());
        let said = run(with_secrets(command.stdin(Stdio::null()), &sandbox, &sandbox.text("/scim_token")))?;
        ensure!(matches!(said.code, 0 | 5), "{}\n{}", said.code, said.err);
    }
    let mut found = Vec::new();
    open_to_others(&data, &mut found)?;
    open_to_others(&plans, &mut found)?;
    ensure!(found.is_empty(), "others can get at {found:#?}");
    let mode = std::fs::metadata(&data)?.permissions().mode() & 0o777;
    ensure!(mode & 0o077 == 0, "the data folder has mode {mode:o}");
    Ok(())
}

#[tokio::test]
async fn a_secrets_file_that_others_can_read_or_that_is_a_link_is_refused() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let before = stage.held()?;
    let home = stage.session.home();
    let (open, link) = (home.join("open"), home.join("link"));
    std::fs::write(&open, "a secret")?;
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644))?;
    symlink(home.join("goto-secret"), &link)?;
    let references =
        [format!("file:{}", open.display()), format!("file:{}", link.display()), "env:HOME".to_owned()];
    for reference in references {
        let said = stage.usher(&["authorize", ID, "--secret", &reference])?;
        ensure!(matches!(said.code, 2 | 4), "{reference}: {}\n{}", said.code, said.err);
        ensure!(said.err.contains("secret"), "{reference}: {}", said.err);
        stage.unchanged_since(&before)?;
    }
    Ok(())
}
