//! What is saved is whole or not there: no file of half a text is left in the way of the next try.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

/// Saves the connection's file where no file may be larger than half of it, as on a disk that becomes full.
fn export(folder: &Path, more: &str) -> (Option<i32>, String) {
    let limited = format!(
        "trap '' XFSZ; ulimit -f 128; exec {} --data-dir data connection export fresh --out saved.toml {more}",
        env!("CARGO_BIN_EXE_usher")
    );
    let said = Command::new("sh").current_dir(folder).args(["-c", &limited]).output().expect("it starts");
    (said.status.code(), String::from_utf8(said.stderr).expect("UTF-8"))
}

#[test]
fn a_full_disk_leaves_nothing_behind_and_keeps_what_was_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let protected: Vec<String> =
        (0..10_000).map(|number| format!("\"person{number}@contoso.com\"")).collect();
    let text = format!(
        "id = \"fresh\"\nname = \"Fresh\"\nprofile = \"goto\"\n[source]\n[target]\n[guards]\nprotected = [{}]\n",
        protected.join(", ")
    );
    let file = here.join("data.toml");
    std::fs::write(&file, text).expect("written");
    let mut import = Command::new(env!("CARGO_BIN_EXE_usher"));
    import.current_dir(here).args(["--data-dir", "data", "connection", "import", "data.toml"]);
    assert!(import.output().expect("it starts").status.success());
    std::fs::remove_file(&file).expect("removed");

    let saved = here.join("saved.toml");
    let (code, said) = export(here, "");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("saved.toml: "), "{said}");
    let files = || std::fs::read_dir(here).expect("listed").count();
    assert!(!saved.exists() && files() == 1, "only the data folder is there");

    std::fs::write(&saved, "before").expect("written");
    assert_eq!(export(here, "--force").0, Some(1));
    assert_eq!(std::fs::read_to_string(&saved).expect("read"), "before");
    assert_eq!(files(), 2);
}
