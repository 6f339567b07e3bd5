//! The chunked entries under faults: whatever a crash hits, the old or the new secret stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::memory::MemoryEntries;
use super::{Entries, Key, Purpose, Vault, VaultState, chunks};
use crate::{Secret, VaultError};

/// Entries that stop working after some number of changes, as if the program had been killed there.
struct Dying {
    inner: MemoryEntries,
    left: AtomicUsize,
}

impl Dying {
    fn new() -> Self {
        Self { inner: MemoryEntries::default(), left: AtomicUsize::new(usize::MAX) }
    }

    fn spend(&self) -> Result<(), VaultError> {
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .map(drop)
            .map_err(|_| VaultError::Absent)
    }
}

impl Entries for Dying {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        if self.left.load(Ordering::Relaxed) == 0 { Err(VaultError::Absent) } else { self.inner.get(name) }
    }

    fn set(&self, name: &str, text: &Secret) -> Result<(), VaultError> {
        assert!(text.expose().len() <= 1100, "{name} would not fit everywhere");
        self.spend()?;
        self.inner.set(name, text)
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.spend()?;
        self.inner.remove(name)
    }
}

fn text(entries: &dyn Entries) -> Option<String> {
    chunks::read(entries, "k").expect("readable").map(|secret| secret.expose().to_owned())
}

#[test]
fn a_crash_at_any_change_leaves_the_old_or_the_new() {
    let old = "o".repeat(4000);
    let new = "n".repeat(2500);
    let mut outcomes = Vec::new();
    for crash in 0.. {
        let entries = Dying::new();
        chunks::write(&entries, "k", &Secret::new(old.clone())).expect("the old one");
        entries.left.store(crash, Ordering::Relaxed);
        let result = chunks::write(&entries, "k", &Secret::new(new.clone()));
        let survived = entries.left.swap(usize::MAX, Ordering::Relaxed) > 0;
        let found = text(&entries).expect("one of both");
        assert!(found == old || found == new, "a mixture after {crash} changes");
        if result.is_ok() {
            assert_eq!(found, new, "said to be kept after {crash} changes");
        }
        outcomes.push(found == new);
        // The next write and the delete leave nothing of any earlier attempt.
        chunks::write(&entries, "k", &Secret::new("x")).expect("a write after the crash");
        assert_eq!(text(&entries).as_deref(), Some("x"));
        assert_eq!(
            entries.inner.names().len(),
            2,
            "left over after {crash} changes: {:?}",
            entries.inner.names()
        );
        chunks::delete(&entries, "k").expect("a delete");
        assert_eq!(entries.inner.names(), [] as [String; 0]);
        if survived {
            break;
        }
    }
    assert!(outcomes.contains(&false) && outcomes.contains(&true), "both sides of the change were seen");
}

#[test]
fn a_crash_during_the_first_write_or_a_delete_leaves_none_or_all() {
    for crash in 0..12 {
        let entries = Dying::new();
        entries.left.store(crash, Ordering::Relaxed);
        let first = chunks::write(&entries, "k", &Secret::new("n".repeat(2500)));
        entries.left.store(usize::MAX, Ordering::Relaxed);
        let found = text(&entries);
        assert!(found.is_none() || found == Some("n".repeat(2500)), "a part after {crash} changes");
        assert!(first.is_err() || found.is_some());
        chunks::write(&entries, "k", &Secret::new("o".repeat(2500))).expect("a write");
        entries.left.store(crash, Ordering::Relaxed);
        let gone = chunks::delete(&entries, "k");
        entries.left.store(usize::MAX, Ordering::Relaxed);
        let found = text(&entries);
        assert!(found.is_none() || found == Some("o".repeat(2500)));
        assert!(gone.is_err() || found.is_none());
        chunks::delete(&entries, "k").expect("a delete");
        assert_eq!(entries.inner.names(), [] as [String; 0], "after {crash} changes");
    }
}

#[test]
fn a_changed_or_missing_part_is_damage_and_not_another_secret() {
    let entries = MemoryEntries::default();
    chunks::write(&entries, "k", &Secret::new("s".repeat(2500))).expect("kept");
    entries.set("k#1.1", &Secret::new("AAAA")).expect("a foreign hand");
    assert_eq!(chunks::read(&entries, "k").map(drop), Err(VaultError::Damaged));
    chunks::write(&entries, "k", &Secret::new("again")).expect("damage is mended by storing again");
    assert_eq!(text(&entries).as_deref(), Some("again"));
    entries.set("k", &Secret::new("not a manifest")).expect("a foreign hand");
    assert_eq!(chunks::read(&entries, "k").map(drop), Err(VaultError::Damaged));
    chunks::delete(&entries, "k").expect("it can be forgotten");
    assert!(entries.get("k").expect("readable").is_none());
}

#[test]
fn too_long_is_said_with_both_numbers() {
    let entries = MemoryEntries::default();
    chunks::write(&entries, "k", &Secret::new("x".repeat(chunks::LIMIT))).expect("the limit fits");
    let bytes = chunks::LIMIT + 1;
    let error = chunks::write(&entries, "k", &Secret::new("x".repeat(bytes)));
    assert_eq!(error, Err(VaultError::TooLong { bytes, limit: chunks::LIMIT }));
}

proptest! {
    #[test]
    fn what_is_written_is_read(secret in "\\PC{0,3000}") {
        let entries = MemoryEntries::default();
        chunks::write(&entries, "k", &Secret::new(secret.clone())).expect("kept");
        prop_assert_eq!(text(&entries), Some(secret));
    }
}

fn key(connection: &str, purpose: Purpose, origin: &str) -> Key {
    Key::new(connection, purpose, &origin.parse().expect("an origin")).expect("a key")
}

#[tokio::test]
async fn a_secret_is_found_for_its_own_origins_only() {
    let vault = Vault::memory();
    let login = "https://login.example.org".parse().expect("an origin");
    let own = key("c1", Purpose::Session, "https://api.example.org").through(&login);
    vault.set(&own, &Secret::new("s")).await.expect("kept");
    let others = [
        key("c1", Purpose::Session, "https://api.example.org"),
        key("c1", Purpose::Session, "https://evil.example.org").through(&login),
        key("c1", Purpose::Session, "https://api.example.org")
            .through(&"https://evil.example.org".parse().expect("an origin")),
        key("c2", Purpose::Session, "https://api.example.org").through(&login),
        key("c1", Purpose::ClientSecret, "https://api.example.org").through(&login),
    ];
    for other in &others {
        assert!(vault.get(other).await.expect("readable").is_none(), "{other:?}");
    }
    assert!(vault.get(&own).await.expect("readable").is_some());
    for bad in ["", "a/b", "a b", "a#1", "ä"] {
        let origin = "https://api.example.org".parse().expect("an origin");
        assert_eq!(Key::new(bad, Purpose::Session, &origin), Err(VaultError::BadName), "{bad}");
    }
}

#[tokio::test]
async fn a_connection_is_listed_and_forgotten_whole() {
    let entries = Arc::new(MemoryEntries::default());
    let vault = Vault::with(entries.clone(), None, Duration::from_secs(5), "memory");
    let login = "https://login.example.org".parse().expect("an origin");
    let mut keys = vec![
        key("c1", Purpose::Session, "https://api.example.org").through(&login),
        key("c1", Purpose::BearerToken, "https://scim.example.org:8443"),
        key("c1", Purpose::ClientSecret, "https://api.example.org").through(&login),
    ];
    for key in &keys {
        vault.set(key, &Secret::new("s".repeat(1500))).await.expect("kept");
    }
    vault
        .set(&key("c2", Purpose::BearerToken, "https://api.example.org"), &Secret::new("t"))
        .await
        .expect("kept");
    let mut listed = vault.list("c1").await.expect("a list");
    listed.sort();
    keys.sort();
    assert_eq!(listed, keys);
    vault.delete(&keys[0]).await.expect("deleted");
    assert_eq!(vault.list("c1").await.expect("a list").len(), 2);
    vault.delete_all("c1").await.expect("deleted");
    assert_eq!(vault.list("c1").await.expect("a list"), []);
    assert!(entries.names().iter().all(|name| name.starts_with("c2/")), "{:?}", entries.names());
}

/// A keyring that shows a password window: the call comes back when the test lets it.
struct Prompting(std::sync::Mutex<std::sync::mpsc::Receiver<()>>);

impl Entries for Prompting {
    fn get(&self, _: &str) -> Result<Option<Secret>, VaultError> {
        let _ = self.0.lock().map(|answered| answered.recv());
        Ok(None)
    }

    fn set(&self, _: &str, _: &Secret) -> Result<(), VaultError> {
        Ok(())
    }

    fn remove(&self, _: &str) -> Result<(), VaultError> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_password_window_is_waited_for_and_said() {
    let (answer, answered) = std::sync::mpsc::channel();
    let entries = Arc::new(Prompting(std::sync::Mutex::new(answered)));
    let vault = Vault::with(entries, None, Duration::from_secs(20), "os");
    let mut state = vault.state();
    let own = key("c1", Purpose::BearerToken, "https://api.example.org");
    let call = tokio::spawn({
        let (vault, own) = (vault.clone(), own.clone());
        async move { vault.get(&own).await.map(drop) }
    });
    state.wait_for(|state| *state == VaultState::WaitingForKeyring).await.expect("the state changes");
    let waited = Duration::from_secs(20);
    assert_eq!(call.await.expect("no panic"), Err(VaultError::Waiting { waited }));
    assert_eq!(*state.borrow_and_update(), VaultState::Ready);
    // The window still stands: a second call waits its turn rather than opening another one.
    assert_eq!(vault.get(&own).await.map(drop), Err(VaultError::Waiting { waited }));
    // Answered: from now on everything works, without a restart.
    drop(answer);
    tokio::time::resume();
    assert!(vault.get(&own).await.expect("the keyring is back").is_none());
}
