//! The vault: secrets in the operating system's keyring, each bound to the origin it was given for.
//!
//! Keyrings differ in what they take: Windows' Credential Manager 2,560 bytes, KWallet text only
//! (learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw; keyring-core's store pages).
//! So a secret is cut into small plain-text entries that a manifest joins (see `chunks`).

mod chunks;
mod memory;
mod os;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, watch};

use crate::lock::FileLock;
use crate::{Origin, Secret, VaultError};

/// The name that all entries carry, as a person finds them in their keyring.
pub const SERVICE: &str = "Usher";

/// How long a call waits: a person may have to type the keyring's password.
const PATIENCE: Duration = Duration::from_secs(60);
/// After this long the state says that the keyring is being waited for.
const NOTICE: Duration = Duration::from_secs(1);
/// Another process holds the write lock for milliseconds, or as long as a password prompt.
const LOCK_PATIENCE: Duration = Duration::from_secs(60);

/// What a stored secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A sign-in: the refresh token with what belongs to it.
    Session,
    /// The secret of an OAuth client.
    ClientSecret,
    /// A pasted bearer token.
    BearerToken,
    /// The password of a mail server's user.
    MailPassword,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::ClientSecret => "client-secret",
            Self::BearerToken => "bearer-token",
            Self::MailPassword => "mail-password",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Session, Self::ClientSecret, Self::BearerToken, Self::MailPassword]
            .into_iter()
            .find(|purpose| purpose.word() == word)
    }
}

/// The name of a secret: connection, purpose and the origins it may reach.
///
/// Because the origins are part of the name, a configuration that names another login or API
/// simply finds nothing: no check can be forgotten.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    connection: String,
    purpose: Purpose,
    origin: Origin,
    through: Option<Origin>,
}

impl Key {
    /// A secret of a connection that is sent to `origin`.
    pub fn new(connection: &str, purpose: Purpose, origin: &Origin) -> Result<Self, VaultError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if connection.is_empty() || connection.len() > 100 || !connection.chars().all(plain) {
            return Err(VaultError::BadName);
        }
        Ok(Self { connection: connection.to_owned(), purpose, origin: origin.clone(), through: None })
    }

    /// A secret that is exchanged at `login` for tokens of the key's origin: it is bound to both.
    #[must_use]
    pub fn through(mut self, login: &Origin) -> Self {
        self.through = Some(login.clone());
        self
    }

    /// The connection it belongs to.
    pub fn connection(&self) -> &str {
        &self.connection
    }

    /// What it is for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Where the secret, or what is exchanged for it, is sent.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The name without the connection, as the index lists it.
    fn short(&self) -> String {
        let through = self.through.iter().map(|login| format!(" via {login}")).collect::<String>();
        format!("{} {}{through}", self.purpose.word(), self.origin)
    }

    fn name(&self) -> String {
        format!("{}/{}", self.connection, self.short())
    }

    fn from_short(connection: &str, short: &str) -> Option<Self> {
        let mut parts = short.split(' ');
        let purpose = Purpose::from_word(parts.next()?)?;
        let key = Self::new(connection, purpose, &parts.next()?.parse().ok()?).ok()?;
        match (parts.next(), parts.next(), parts.next()) {
            (None, None, None) => Some(key),
            (Some("via"), Some(login), None) => Some(key.through(&login.parse().ok()?)),
            _ => None,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Whether the keyring lets us wait: the window shows "waiting for the keyring".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultState {
    /// Nothing is under way, or it goes quickly.
    Ready,
    /// A call has not come back yet; the system may be asking the person for a password.
    WaitingForKeyring,
}

/// The entries of a keyring, small texts by name. Calls block, and may block for long.
pub(crate) trait Entries: Send + Sync + 'static {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError>;
    fn set(&self, name: &str, text: &Secret) -> Result<(), VaultError>;
    /// Removing what is not there is fine.
    fn remove(&self, name: &str) -> Result<(), VaultError>;
    /// Whether something could be kept now, without asking anybody.
    fn probe(&self) -> Result<(), VaultError> {
        self.get("probe").map(drop)
    }
}

/// Where secrets are kept. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    entries: Arc<dyn Entries>,
    /// One call at a time: a keyring that waits for its password would otherwise collect threads.
    gate: Arc<Mutex<()>>,
    lock: Option<PathBuf>,
    patience: Duration,
    state: watch::Sender<VaultState>,
    kind: &'static str,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.0.kind)
    }
}

impl Vault {
    /// The operating system's keyring. `locks` is a folder of the user's own for the file that keeps
    /// two processes from writing the same secret at once; it never holds a secret.
    pub fn os(locks: &std::path::Path) -> Self {
        Self::with(Arc::new(os::OsEntries::default()), Some(locks.join("vault.lock")), PATIENCE, "os")
    }

    /// Secrets in memory until the program ends: for practice, or by the person's explicit choice
    /// where there is no keyring. Nothing falls back to it by itself.
    pub fn memory() -> Self {
        Self::with(Arc::new(memory::MemoryEntries::default()), None, PATIENCE, "memory")
    }

    /// How long a call may wait for the keyring before it is reported as waiting.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self::with(self.0.entries.clone(), self.0.lock.clone(), patience, self.0.kind)
    }

    /// Over any entries: the tests bring their own.
    pub(crate) fn with(
        entries: Arc<dyn Entries>,
        lock: Option<PathBuf>,
        patience: Duration,
        kind: &'static str,
    ) -> Self {
        let (state, _) = watch::channel(VaultState::Ready);
        Self(Arc::new(Inner { entries, gate: Arc::default(), lock, patience, state, kind }))
    }

    /// Whether secrets end with the program.
    pub fn is_memory(&self) -> bool {
        self.0.kind == "memory"
    }

    /// The present state and its changes.
    pub fn state(&self) -> watch::Receiver<VaultState> {
        self.0.state.subscribe()
    }

    /// Reads a secret.
    pub async fn get(&self, key: &Key) -> Result<Option<Secret>, VaultError> {
        let name = key.name();
        self.run(false, move |entries| chunks::read(entries, &name)).await
    }

    /// Keeps a secret in place of the one before. After an error or a crash the old one still stands.
    pub async fn set(&self, key: &Key, secret: &Secret) -> Result<(), VaultError> {
        let (key, secret) = (key.clone(), secret.clone());
        self.run(true, move |entries| {
            // The index first: a crash in between leaves a name without a secret, never the reverse.
            chunks::index_add(entries, &key.connection, &key.short())?;
            chunks::write(entries, &key.name(), &secret)
        })
        .await
    }

    /// Removes a secret and every trace of it.
    pub async fn delete(&self, key: &Key) -> Result<(), VaultError> {
        let key = key.clone();
        self.run(true, move |entries| {
            chunks::delete(entries, &key.name())?;
            chunks::index_remove(entries, &key.connection, &key.short())
        })
        .await
    }

    /// What is stored for a connection: names, never secrets.
    pub async fn list(&self, connection: &str) -> Result<Vec<Key>, VaultError> {
        let connection = connection.to_owned();
        self.run(false, move |entries| {
            let names = chunks::index(entries, &connection)?;
            Ok(names.iter().filter_map(|short| Key::from_short(&connection, short)).collect())
        })
        .await
    }

    /// Removes everything that is stored for a connection.
    pub async fn delete_all(&self, connection: &str) -> Result<(), VaultError> {
        let connection = connection.to_owned();
        self.run(true, move |entries| {
            for short in chunks::index(entries, &connection)? {
                chunks::delete(entries, &format!("{connection}/{short}"))?;
                chunks::index_remove(entries, &connection, &short)?;
            }
            Ok(())
        })
        .await
    }

    /// Asks the keyring for something that is not there: whether it is present and unlocked, for a
    /// finding in the set-up, without writing.
    pub async fn probe(&self) -> Result<(), VaultError> {
        self.run(false, |entries| entries.probe()).await
    }

    /// Runs a blocking call on a thread of its own, within the patience.
    ///
    /// Not tokio's `spawn_blocking`: a runtime waits for those threads when it ends, so a password
    /// prompt that nobody answers would keep the program from closing.
    async fn run<T: Send + 'static>(
        &self,
        writes: bool,
        call: impl FnOnce(&dyn Entries) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let patience = self.0.patience;
        let work = async {
            let pass = self.0.gate.clone().lock_owned().await;
            let lock = match (&self.0.lock, writes) {
                (Some(path), true) => Some(
                    FileLock::take(path, LOCK_PATIENCE)
                        .await
                        .map_err(|error| VaultError::Other(error.to_string()))?,
                ),
                _ => None,
            };
            let (done, result) = tokio::sync::oneshot::channel();
            let entries = self.0.entries.clone();
            let thread = std::thread::Builder::new().name("keyring".to_owned()).spawn(move || {
                // Nobody listens any more when the patience ran out; the keyring's answer is then dropped.
                let _ = done.send(call(&*entries));
                drop((pass, lock));
            });
            thread.map_err(|error| VaultError::Other(error.kind().to_string()))?;
            result.await.unwrap_or_else(|_| Err(VaultError::Other("the keyring library stopped".to_owned())))
        };
        tokio::pin!(work);
        let answer = match tokio::time::timeout(NOTICE.min(patience), &mut work).await {
            Ok(answer) => return answer,
            Err(_) => {
                self.0.state.send_replace(VaultState::WaitingForKeyring);
                tokio::time::timeout(patience.saturating_sub(NOTICE), work).await
            }
        };
        self.0.state.send_replace(VaultState::Ready);
        answer.unwrap_or(Err(VaultError::Waiting { waited: patience }))
    }
}

#[cfg(test)]
mod tests;
