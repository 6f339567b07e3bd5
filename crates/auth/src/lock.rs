//! A lock between processes: an operating-system file lock, which dies with its owner.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::TokenError;

/// How often a busy lock is tried again; a refresh takes about this long.
const PAUSE: Duration = Duration::from_millis(50);

/// A held lock. Dropping it, or the death of the process, gives it back.
#[derive(Debug)]
pub(crate) struct FileLock(#[expect(dead_code, reason = "held for its lock")] File);

impl FileLock {
    /// Takes the lock at `path`, waiting for another process at most as long as `patience`.
    pub(crate) async fn take(path: &Path, patience: Duration) -> Result<Self, TokenError> {
        let failed =
            |error: &std::io::Error| TokenError::LockFile { path: path.to_owned(), kind: error.kind() };
        let file = open(path).map_err(|error| failed(&error))?;
        let start = tokio::time::Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if start.elapsed() >= patience => {
                    return Err(TokenError::LockBusy { waited_s: patience.as_secs() });
                }
                Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
                Err(TryLockError::Error(error)) => return Err(failed(&error)),
            }
        }
    }
}

/// Opens the lock file, made for the user alone whatever the umask. It stays empty.
fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
