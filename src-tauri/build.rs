//! Declares the application's commands to Tauri, so that each needs a permission: the list is generated from the
//! bridge table and checked for freshness by a test of usher-commands.

fn main() {
    println!("cargo:rerun-if-changed=commands.txt");
    let commands: Vec<&'static str> = include_str!("commands.txt").lines().collect();
    let manifest = tauri_build::AppManifest::new().commands(commands.leak());
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect("the Tauri configuration and capabilities are valid");
}
