//! What the practice world ever issued is nowhere but in the keyring: not on disk, not in logs, not in what other
//! programs of this computer can see, not in the page.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::BTreeSet;
use std::path::Path;

/// A value, and everything that it could be written as.
struct Secret {
    kind: String,
    forms: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_ever_issued_is_found_anywhere() -> Result<()> {
    let mut world = World::open().await?;
    world.looks.sources = Some(Vec::new());
    wizard::up_to_connect(&mut world).await?;
    wizard::mappings_and_scope(&mut world).await?;
    wizard::preview(&mut world).await?;
    wizard::try_one(&mut world).await?;
    wizard::turn_on(&mut world).await?;
    // Tokens are renewed as time goes on; the new ones are as secret as the first.
    world.sandbox.control("POST", "clock/advance", Some(serde_json::json!({ "minutes": 120 }))).await?;
    world.window.click("overview-run").await?;
    world.window.settled().await?;
    for page in ["nav-logs", "nav-people", "nav-connection", "nav-settings"] {
        world.window.click(page).await?;
        world.window.settled().await?;
        world.look(page).await?;
    }

    let secrets = issued(&world).await?;
    let mut seen = world.looks.sources.take().unwrap_or_default();
    for id in world.window.processes() {
        for file in ["cmdline", "environ"] {
            // A process may just have ended.
            let Ok(bytes) = std::fs::read(format!("/proc/{id}/{file}")) else { continue };
            seen.push((format!("{file} of process {id}"), bytes));
        }
    }
    let sources = seen.len();
    for folder in ["usher", "data", "config", "cache", "runtime", "desktop.log"] {
        read_all(&world.session.home().join(folder), &mut seen)?;
    }
    assert!(seen.len() > sources + 5, "files were read");
    let log = std::fs::read_to_string(world.session.home().join("desktop.log"))?;
    assert!(log.contains("TRACE"), "the log is at its most verbose level");
    let found: BTreeSet<String> = seen
        .iter()
        .flat_map(|(place, bytes)| {
            let inside = secrets.iter().filter(|secret| secret.is_in(bytes));
            inside.map(move |secret| format!("{} in {place}", secret.kind))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
    world.close().await
}

/// Every secret, token and code that the practice world gave out.
async fn issued(world: &World) -> Result<Vec<Secret>> {
    let mut all = Vec::new();
    for one in world.sandbox.list("issued").await? {
        let value = one["value"].as_str().context("a value")?;
        anyhow::ensure!(value.len() >= 8, "too short to look for: {one}");
        all.push(Secret { kind: format!("{} {}", one["service"], one["kind"]), forms: forms(value) });
    }
    let kinds: BTreeSet<&str> = all.iter().map(|secret| secret.kind.as_str()).collect();
    for kind in ["code", "access_token", "refresh_token", "client_secret", "id_token"] {
        anyhow::ensure!(kinds.iter().any(|known| known.contains(kind)), "no {kind} was issued: {kinds:?}");
    }
    Ok(all)
}

fn forms(value: &str) -> Vec<String> {
    let bytes = value.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let utf16 = |order: fn(u16) -> [u8; 2]| {
        let bytes: Vec<u8> = value.encode_utf16().flat_map(order).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let percent: String = url::form_urlencoded::byte_serialize(bytes).collect();
    let mut forms = vec![
        value.to_owned(),
        percent,
        hex.to_uppercase(),
        hex,
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ];
    // Inside a longer text a value begins at any of the three places of base64's groups; its edges mix with others.
    for lead in 0..3 {
        let mut padded = vec![0; lead];
        padded.extend(bytes);
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&padded);
            let inner = &text[(lead * 8).div_ceil(6)..text.len() - 1];
            forms.push(inner.to_owned());
        }
    }
    forms
}

impl Secret {
    fn is_in(&self, bytes: &[u8]) -> bool {
        // Every form is ASCII, with zero bytes in UTF-16: what is no UTF-8 around it does not matter.
        let text = String::from_utf8_lossy(bytes);
        self.forms.iter().any(|form| text.contains(form))
    }
}

fn read_all(path: &Path, into: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let Ok(kind) = std::fs::symlink_metadata(path).map(|data| data.file_type()) else { return Ok(()) };
    if kind.is_dir() {
        for entry in std::fs::read_dir(path)? {
            read_all(&entry?.path(), into)?;
        }
    } else if kind.is_file() {
        into.push((path.display().to_string(), std::fs::read(path)?));
    }
    Ok(())
}

#[test]
fn every_form_is_found_again() {
    let value = "practice-secret.a/b+c";
    let secret = Secret { kind: String::new(), forms: forms(value) };
    let around = |text: String| format!("before {text} after").into_bytes();
    assert!(secret.is_in(&around(value.to_owned())));
    assert!(secret.is_in(&around("practice-secret.a%2Fb%2Bc".to_owned())));
    for lead in ["", "x", "xy", "xyz"] {
        let text = STANDARD_NO_PAD.encode(format!("{lead}{value} and more"));
        assert!(secret.is_in(&around(text)), "after {lead:?}");
    }
    assert!(!secret.is_in(&around("practice-secret".to_owned())));
}
