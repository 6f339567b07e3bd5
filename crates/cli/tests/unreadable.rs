//! A connection whose file is damaged: the others go on, it says why, and it can be removed.

use std::path::Path;
use std::process::Command;

/// Code, standard output and standard error.
fn usher(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    command.arg("--data-dir").arg(folder).arg("--memory-credentials").args(arguments);
    let said = command.output().expect("usher starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (said.status.code().unwrap_or(-1), text(said.stdout), text(said.stderr))
}

/// Two connections, of which Beta's file is damaged in this way.
fn damaged(damage: impl Fn(Vec<u8>) -> Vec<u8>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["Alpha One", "Beta"] {
        assert_eq!(usher(folder.path(), &["connection", "new", name]).0, 0);
    }
    let file = folder.path().join("connections/beta/usher.sqlite");
    let whole = std::fs::read(&file).expect("read");
    std::fs::write(&file, damage(whole)).expect("written");
    folder
}

fn noise(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| u8::try_from(at * 7919 % 251).expect("a byte")).collect()
}

/// Not a database at all, and one that opens and breaks when its revisions are read.
fn ways() -> [tempfile::TempDir; 2] {
    let from_the_fifth_page = |mut whole: Vec<u8>| {
        whole.splice(4 * 4096.., noise(8 * 4096));
        whole
    };
    [damaged(|_| noise(4096)), damaged(from_the_fifth_page)]
}

#[test]
fn the_others_are_shown_and_found_by_their_names() {
    for folder in ways() {
        let (code, out, err) = usher(folder.path(), &["status"]);
        assert_eq!(code, 1, "{out}{err}");
        assert!(out.contains("Setting up                 Alpha One"), "{out}");
        let beta = out.lines().find(|line| line.starts_with("beta")).expect("it is listed");
        assert!(beta.contains("Cannot be read") && beta.contains("usher.sqlite is"), "{beta}");
        assert!(err.contains("usher connection remove ID --confirm ID"), "{err}");
        assert_eq!(usher(folder.path(), &["status", "Alpha One"]).0, 0);
        let (code, _, err) = usher(folder.path(), &["status", "Beta"]);
        assert!(code == 2 && err.contains("by their ID: beta"), "{err}");
    }
}

#[test]
fn it_can_be_removed_by_its_id() {
    for folder in ways() {
        let (code, _, err) = usher(folder.path(), &["connection", "remove", "beta", "--confirm", "other"]);
        assert_eq!(code, 2, "{err}");
        let (code, _, err) = usher(folder.path(), &["connection", "remove", "beta", "--confirm", "beta"]);
        assert_eq!(code, 0, "{err}");
        let (code, out, _) = usher(folder.path(), &["connection", "list"]);
        assert!(code == 0 && out.contains("alpha-one") && !out.contains("beta"), "{out}");
    }
}
