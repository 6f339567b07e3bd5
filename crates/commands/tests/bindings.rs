//! The generated bindings in the repository are those of the bridge table.
//!
//! `cargo xtask codegen` runs this test with `USHER_CODEGEN=write`, which writes the files instead of comparing them.

use std::path::Path;

fn check(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("USHER_CODEGEN").is_some() {
        std::fs::write(&file, expected).expect("the bindings can be written");
        return;
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == expected,
        "{path} is not what the bridge table says: run `cargo xtask codegen` and commit it"
    );
}

#[test]
fn typescript_is_fresh() {
    check("ui/src/generated/bridge.ts", &usher_commands::typescript());
}

#[test]
fn permissions_are_exactly_the_commands() {
    check("src-tauri/commands.txt", &(usher_commands::NAMES.join("\n") + "\n"));
    let permissions: Vec<_> =
        usher_commands::NAMES.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    let capability = serde_json::json!({
        "identifier": "main",
        "description": "The main window may call exactly the commands of the bridge table.",
        "windows": ["main"],
        "permissions": permissions,
    });
    let text = serde_json::to_string_pretty(&capability).expect("the capability is plain JSON") + "\n";
    check("src-tauri/capabilities/main.json", &text);
}
