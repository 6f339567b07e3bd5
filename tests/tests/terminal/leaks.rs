//! Every secret, token and code that the practice world ever gave out is looked for where it must not be, in four
//! spellings: what Usher stores outside the keyring, what it prints at its most talkative, and what the system shows of
//! its running processes.

use crate::stage::{ID, Stage, read_all};
use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use usher_tests::bus::Keyring;
use usher_tests::person::Consent;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Live, Said};
use usher_tests::wait;

/// One secret in every spelling.
struct Needle {
    what: String,
    spellings: Vec<(&'static str, Vec<u8>)>,
}

impl Needle {
    fn new(what: String, secret: &str) -> Self {
        let mut spellings = vec![
            ("raw", secret.as_bytes().to_vec()),
            ("hex", hex(secret, |byte| format!("{byte:02x}"))),
            ("HEX", hex(secret, |byte| format!("{byte:02X}"))),
            ("UTF-16", secret.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ];
        // Inside a longer text base64 has three alignments; the characters at the edges mix with their neighbours.
        for (skip, name) in [(0, "base64"), (1, "base64 shifted by 1"), (2, "base64 shifted by 2")] {
            let mut padded = vec![0; skip];
            padded.extend_from_slice(secret.as_bytes());
            padded.truncate(padded.len() / 3 * 3);
            for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let text = engine.encode(&padded);
                spellings.push((name, text.as_bytes()[if skip == 0 { 0 } else { 4 }..].to_vec()));
            }
        }
        Self { what, spellings }
    }

    /// In which spelling it is there.
    fn found_in(&self, bytes: &[u8]) -> Option<&'static str> {
        let there = |spelling: &[u8]| memchr::memmem::find(bytes, spelling).is_some();
        self.spellings.iter().find(|(_, spelling)| there(spelling)).map(|(name, _)| *name)
    }
}

fn hex(text: &str, byte: impl Fn(u8) -> String) -> Vec<u8> {
    text.bytes().map(byte).collect::<String>().into_bytes()
}

async fn issued(sandbox: &Sandbox) -> Result<Vec<Needle>> {
    let said = sandbox.control("GET", "issued", None).await?;
    let all = said["issued"].as_array().context("a list")?;
    let needle = |one: &Value| {
        let text = |name: &str| one[name].as_str().unwrap_or_default();
        Needle::new(format!("{} of {}", text("kind"), text("service")), text("value"))
    };
    Ok(all.iter().map(needle).collect())
}

fn absent(needles: &[Needle], place: &str, bytes: &[u8]) -> Result<()> {
    for needle in needles {
        if let Some(spelling) = needle.found_in(bytes) {
            anyhow::bail!("{place} has the {} ({spelling})", needle.what);
        }
    }
    Ok(())
}

/// What the system shows of a running process to others.
fn shown(live: &mut Live) -> Result<Vec<u8>> {
    let id = live.group().id();
    let mut bytes = std::fs::read(format!("/proc/{id}/cmdline"))?;
    bytes.extend(std::fs::read(format!("/proc/{id}/environ"))?);
    ensure!(bytes.len() > 100, "the process still runs");
    Ok(bytes)
}

#[test]
fn a_secret_is_found_in_every_spelling() {
    let secret = "Practice-0bee4f8a66ff";
    let needle = Needle::new("password".to_owned(), secret);
    let utf16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let places: [(&str, Vec<u8>); 6] = [
        ("raw", format!("password={secret}&x").into_bytes()),
        ("base64", STANDARD_NO_PAD.encode(format!("{secret}:id")).into_bytes()),
        ("base64 shifted by 1", STANDARD_NO_PAD.encode(format!("a{secret}!")).into_bytes()),
        ("base64 shifted by 2", URL_SAFE_NO_PAD.encode(format!("ab{secret}")).into_bytes()),
        ("hex", hex(secret, |byte| format!("{byte:02x}"))),
        ("UTF-16", utf16),
    ];
    for (spelling, bytes) in places {
        assert!(needle.found_in(&bytes).is_some(), "{spelling} is recognised");
    }
    assert_eq!(needle.found_in(b"Practice-0bee4f8a66f"), None);
}

#[tokio::test]
async fn no_secret_leaves_the_keyring() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let mut printed: Vec<(String, Said)> = Vec::new();
    let mut processes: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let talkative = |arguments: &[&str]| {
        let mut command = stage.command(arguments)?;
        command.env("USHER_LOG", "trace");
        anyhow::Ok(command)
    };

    // The client secret's file is the person's own and lies outside the data folder.
    let authorize = stage.authorize();
    let authorize: Vec<&str> = authorize.iter().map(String::as_str).collect();
    for (cloud, arguments) in [("entra", vec!["sign-in", ID]), ("goto", authorize)] {
        let mut live = Live::start(&mut talkative(&arguments)?)?;
        let address = live.address().await?;
        processes.insert(arguments[0].to_owned(), shown(&mut live)?);
        stage.person(cloud, Consent::Agree).visit(&address).await?.back()?;
        printed.push((arguments[0].to_owned(), live.end().await?.ended(0)?));
    }
    for arguments in [&["test-connection", ID][..], &["on", ID]] {
        let said = usher_tests::terminal::run(&mut talkative(arguments)?)?.ended(0)?;
        printed.push((arguments[0].to_owned(), said));
    }

    // A cycle that is looked at while it writes, with expired tokens on the way: refreshed ones are secrets, too.
    stage.sandbox.control("POST", "goto/tokens/revoke", Some(json!({ "which": "access" }))).await?;
    let hold = json!({ "service": "goto_api", "method": "POST", "times": 1, "effect": "hold" });
    stage.sandbox.control("POST", "faults", Some(hold)).await?;
    let mut live = Live::start(&mut talkative(&["run", "--once", ID])?)?;
    let sandbox = &stage.sandbox;
    wait::until("a create", || async move {
        let writes = sandbox.writes("goto_api").await?;
        Ok((!writes.is_empty()).then_some(()))
    })
    .await?;
    processes.insert("run".to_owned(), shown(&mut live)?);
    stage.sandbox.control("DELETE", "faults", None).await?;
    let said = live.end().await?;
    ensure!(matches!(said.code, 0 | 5), "{}\n{}", said.code, said.err);
    printed.push(("run".to_owned(), said));

    let needles = issued(&stage.sandbox).await?;
    for kind in ["password", "client_secret", "code", "access_token", "refresh_token"] {
        let known = needles.iter().any(|needle| needle.what.contains(kind));
        ensure!(known, "the practice world gave out a {kind}: {:?}", kinds(&needles));
    }
    for (name, said) in &printed {
        ensure!(said.err.contains("TRACE") || said.err.contains("DEBUG"), "{name} is talkative");
        absent(&needles, &format!("what `usher {name}` printed"), said.out.as_bytes())?;
        absent(&needles, &format!("the log of `usher {name}`"), said.err.as_bytes())?;
    }
    for (name, bytes) in &processes {
        absent(&needles, &format!("what the system shows of `usher {name}`"), bytes)?;
    }
    let mut files = BTreeMap::new();
    read_all(&stage.data(), &mut files)?;
    ensure!(files.len() > 1, "there is a data folder");
    for (path, bytes) in &files {
        absent(&needles, &path.display().to_string(), bytes)?;
    }

    // The credentials are in the keyring, and gone after forgetting.
    let stored = |stage: &Stage| stage.session.stored("service", "Usher");
    ensure!(stored(&stage)?.contains("attribute.service = Usher"), "the keyring has them");
    stage.usher(&["forget", ID])?.ended(0)?;
    ensure!(!stored(&stage)?.contains("Usher"), "nothing is left: {}", stored(&stage)?);
    Ok(())
}

fn kinds(needles: &[Needle]) -> Vec<&str> {
    needles.iter().map(|needle| needle.what.as_str()).collect()
}
