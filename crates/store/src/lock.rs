//! One writer: an operating-system lock that dies with its owner.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{StoreError, private_file};

/// Someone who only asks who holds the lock has it for a moment: these tries tell that from a real holder.
const TRIES: u32 = 3;
const GLANCE: Duration = Duration::from_millis(10);

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Process id.
    pub pid: u32,
    /// Computer.
    pub host: String,
    /// What holds it: `app`, `usher run`, ...
    pub program: String,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {} on {}, since {})", self.program, self.pid, self.host, self.since)
    }
}

/// A held lock. Dropping it, or the end of the process, gives it up.
#[derive(Debug)]
pub struct RunLock {
    file: File,
    beside: PathBuf,
}

impl RunLock {
    /// Takes the lock, or says who holds it.
    pub fn acquire(path: &Path, holder: &Holder) -> Result<RunLock, StoreError> {
        let file = private_file(path)?;
        let beside = beside(path);
        let mut tries = TRIES;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if tries > 0 => {
                    tries -= 1;
                    std::thread::sleep(GLANCE);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Held { holder: read_holder(&beside) });
                }
                Err(TryLockError::Error(source)) => {
                    return Err(StoreError::Io { action: "lock", path: path.to_owned(), source });
                }
            }
        }
        // Beside, not inside: on Windows nobody else can read a locked file.
        let text = serde_json::to_vec(holder).map_err(|error| StoreError::content("lock holder", error))?;
        let mut note = private_file(&beside)?;
        note.set_len(0).and_then(|()| note.write_all(&text)).map_err(StoreError::io("write", &beside))?;
        Ok(RunLock { file, beside })
    }

    /// Says who holds the lock, without taking it; `None` when nobody does.
    ///
    /// [`StoreError::Held`] without a holder means: held, by someone who has not written down who it is.
    pub fn holder(path: &Path) -> Result<Option<Holder>, StoreError> {
        if !path.exists() {
            return Ok(None);
        }
        let file = private_file(path)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => match read_holder(&beside(path)) {
                Some(holder) => Ok(Some(holder)),
                None => Err(StoreError::Held { holder: None }),
            },
            Err(TryLockError::Error(source)) => {
                Err(StoreError::Io { action: "look at the lock", path: path.to_owned(), source })
            }
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // The note goes first, so that it never names someone who let go. A failure leaves a note that nobody reads.
        let _ = std::fs::remove_file(&self.beside);
        let _ = self.file.unlock();
    }
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("holder.json")
}

fn read_holder(path: &Path) -> Option<Holder> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
