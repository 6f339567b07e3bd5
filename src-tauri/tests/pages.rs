//! The web view stays on the bundled pages, and these reach nothing but the bridge.
//!
//! Not inside of the program: its unit tests would embed the pages a second time, and two compilers at once write the same
//! files for that.

#[path = "../src/navigation.rs"]
mod navigation;

use navigation::stays_inside;

#[test]
fn the_web_view_stays_on_the_bundled_pages() {
    let inside = |text: &str| stays_inside(&text.parse().expect("an address"));
    assert!(inside("tauri://localhost/index.html#/c/one/setup/connect"));
    for outside in ["https://example.com/", "file:///etc/passwd", "data:text/html,x", "javascript:alert(1)"] {
        assert!(!inside(outside), "{outside}");
    }
}

#[test]
fn the_page_reaches_nothing_but_the_bridge() {
    let text = include_str!("../tauri.conf.json");
    let config: serde_json::Value = serde_json::from_str(text).expect("valid JSON");
    let security = &config["app"]["security"];
    let policy = security["csp"].as_str().expect("a policy");
    let sources = |directive: &str| {
        let found = policy.split(';').find_map(|part| part.trim().strip_prefix(directive));
        found.unwrap_or_else(|| panic!("{directive} is missing")).trim().to_owned()
    };
    for (directive, expected) in [
        ("default-src", "'none'"),
        ("script-src", "'self'"),
        ("connect-src", "ipc: http://ipc.localhost"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", "'none'"),
        ("object-src", "'none'"),
    ] {
        assert_eq!(sources(directive), expected, "{directive}");
    }
    assert!(
        !policy.contains("https:") && !policy.contains("unsafe-eval") && !policy.contains('*'),
        "{policy}"
    );
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(config["app"]["withGlobalTauri"], false);
    // A policy that the build may not touch would lose the hashes of the bundle's own scripts.
    assert!(security["dangerousDisableAssetCspModification"].is_null());
}
