//! A session over a keyring that fails at the worst moment.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::vault::Entries;

/// A keyring that somebody locks and unlocks.
#[derive(Default)]
struct Lockable {
    locked: AtomicBool,
    entries: std::sync::Mutex<std::collections::BTreeMap<String, Secret>>,
}

impl Lockable {
    fn on<T>(
        &self,
        call: impl FnOnce(&mut std::collections::BTreeMap<String, Secret>) -> T,
    ) -> Result<T, VaultError> {
        if self.locked.load(Ordering::Relaxed) {
            return Err(VaultError::Locked);
        }
        Ok(call(&mut self.entries.lock().expect("no panic")))
    }
}

impl Entries for Lockable {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        self.on(|entries| entries.get(name).cloned())
    }

    fn set(&self, name: &str, text: &Secret) -> Result<(), VaultError> {
        self.on(|entries| entries.insert(name.to_owned(), text.clone())).map(drop)
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.on(|entries| entries.remove(name)).map(drop)
    }
}

#[tokio::test]
async fn a_rotated_token_waits_for_a_locked_keyring() {
    let keyring = Arc::new(Lockable::default());
    let vault = Vault::with(keyring.clone(), None, Duration::from_secs(5), "os");
    let folder = tempfile::tempdir().expect("a folder");
    let now: Timestamp = "2026-01-05T08:00:00Z".parse().expect("a time");
    let config = SessionConfig {
        connection: "c1".to_owned(),
        origin: "https://api.example.org".parse().expect("an origin"),
        provider: Provider::goto(&[]),
        client: Client { id: "client-1".to_owned(), secret: None },
        locks: folder.path().to_owned(),
        clock: Arc::new(move || now),
    };
    let grant = Grant {
        access_token: Secret::new("a-0"),
        refresh_token: Some(Secret::new("r-0")),
        expires_at: now,
        issued_at: now,
        scopes: Vec::new(),
        identity: Identity::default(),
    };
    let http = Http::new().expect("connections");
    let session = Session::keep(config, grant, &http, &vault).await.expect("kept");
    let inner = &session.0;
    let stored = inner.read().await.expect("readable").expect("signed in");

    keyring.locked.store(true, Ordering::Relaxed);
    let reply: TokenReply =
        serde_json::from_str(r#"{"access_token":"a-1","refresh_token":"r-1"}"#).expect("a reply");
    let refused = inner.accept(&mut *inner.shared.lock().await, stored, reply).await;
    assert!(matches!(refused, Err(TokenError::Vault(VaultError::Locked))), "{refused:?}");

    keyring.locked.store(false, Ordering::Relaxed);
    // The next call writes it down before it does anything else.
    assert_eq!(inner.load().await.expect("readable").expect("signed in").refresh_token, "r-1");
    assert_eq!(inner.read().await.expect("readable").expect("signed in").refresh_token, "r-1");
}
