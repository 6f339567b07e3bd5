//! One open connection.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::folder::{BACKUP, DATABASE, FRESH, RUN_LOCK};
use crate::{ConnectionId, Holder, RunLock, StoreError, World, private_file, schema};

/// How long a call waits for another process. Every transaction here takes milliseconds; a copy of a large file is the
/// longest.
const BUSY: Duration = Duration::from_secs(10);

/// One open connection. Shared between threads; calls wait for each other.
#[derive(Debug)]
pub struct Store {
    database: Mutex<Connection>,
    folder: PathBuf,
    place: Place,
    id: ConnectionId,
    world: World,
}

/// Where an open database is. Whoever has it open still has it when somebody removes the connection or puts another
/// file there, and would go on writing where nobody reads.
#[derive(Debug, Clone)]
pub struct Place {
    path: PathBuf,
    opened: Option<(u64, u64)>,
}

impl Place {
    fn of(path: PathBuf) -> Self {
        Place { opened: file(&path), path }
    }

    /// Whether the file that was opened is the one that is there.
    pub fn is_current(&self) -> bool {
        self.opened.is_some() && file(&self.path) == self.opened
    }
}

/// Which file lies there.
#[cfg(unix)]
fn file(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Windows neither removes nor renames a file that somebody has open.
#[cfg(not(unix))]
fn file(path: &Path) -> Option<(u64, u64)> {
    path.exists().then_some((0, 0))
}

impl Store {
    pub(crate) fn create(
        folder: &Path,
        id: &ConnectionId,
        world: World,
        now: Timestamp,
    ) -> Result<Store, StoreError> {
        let path = folder.join(DATABASE);
        // Whoever makes or runs it now has it.
        let holder =
            Holder { pid: std::process::id(), host: String::new(), program: "create".to_owned(), since: now };
        let exists = || StoreError::Exists { id: id.to_string() };
        let _lock = RunLock::acquire(&folder.join(RUN_LOCK), &holder).map_err(|error| match error {
            StoreError::Held { .. } => exists(),
            other => other,
        })?;
        if path.exists() {
            return Err(exists());
        }
        // It gets its name when it is whole: a kill leaves nothing of that name, so that an empty one is damage.
        let fresh = folder.join(FRESH);
        for rest in [FRESH.to_owned(), format!("{FRESH}-journal")].map(|name| folder.join(name)) {
            if rest.exists() {
                std::fs::remove_file(&rest).map_err(StoreError::io("remove", &rest))?;
            }
        }
        let mut database = plain(&fresh)?;
        schema::migrate(&mut database, &fresh, schema::STEPS)?;
        database.execute(
            "INSERT INTO connection (only, id, world, created_at) VALUES (1, ?1, ?2, ?3)",
            (id.as_str(), world.to_string(), stamp(now)),
        )?;
        database.close().map_err(|(_, error)| error)?;
        std::fs::rename(&fresh, &path).map_err(StoreError::io("put in place", &path))?;
        Store::open_any(folder, id)
    }

    pub(crate) fn open_any(folder: &Path, id: &ConnectionId) -> Result<Store, StoreError> {
        let path = folder.join(DATABASE);
        if !path.is_file() {
            return Err(StoreError::NotFound { id: id.to_string() });
        }
        let named = |error| match error {
            StoreError::Foreign { .. } => StoreError::Foreign { path: path.clone() },
            StoreError::Corrupt { detail, .. } => StoreError::Corrupt { path: path.clone(), detail },
            other => other,
        };
        let corrupt = |detail: &str| StoreError::Corrupt { path: path.clone(), detail: detail.to_owned() };
        // SQLite takes an empty file for a new database, and drops what its log still has.
        if std::fs::metadata(&path).map_err(StoreError::io("look at", &path))?.len() == 0 {
            return Err(corrupt("the file is empty"));
        }
        let mut database = connect(&path).map_err(named)?;
        if schema::is_blank(&database).map_err(named)? {
            return Err(corrupt("there is nothing in it"));
        }
        schema::migrate(&mut database, &path, schema::STEPS).map_err(named)?;
        let (found, world): (String, String) = database
            .query_row("SELECT id, world FROM connection", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => corrupt("it does not say whose it is"),
                error => named(error.into()),
            })?;
        // A folder that was copied under another name would share its links with the first one's organisation.
        if found != id.as_str() {
            return Err(StoreError::Foreign { path });
        }
        let world = match world.as_str() {
            "practice" => World::Practice,
            _ => World::Live,
        };
        let place = Place::of(path);
        Ok(Store { database: Mutex::new(database), folder: folder.to_owned(), place, id: id.clone(), world })
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The connection's id.
    pub fn id(&self) -> &ConnectionId {
        &self.id
    }

    /// Practice or live. Never changes.
    pub fn world(&self) -> World {
        self.world
    }

    /// Takes the lock of the one who runs cycles, or says who holds it.
    pub fn run_lock(&self, holder: &Holder) -> Result<RunLock, StoreError> {
        RunLock::acquire(&self.folder.join(RUN_LOCK), holder)
    }

    /// Says who runs cycles now.
    pub fn run_holder(&self) -> Result<Option<Holder>, StoreError> {
        RunLock::holder(&self.folder.join(RUN_LOCK))
    }

    /// Copies the database beside itself, in place of the copy before. The copy is whole or not there.
    pub fn back_up(&self) -> Result<PathBuf, StoreError> {
        let target = self.folder.join(BACKUP);
        let fresh = self.folder.join("usher.backup.new");
        if fresh.exists() {
            std::fs::remove_file(&fresh).map_err(StoreError::io("remove", &fresh))?;
        }
        // SQLite copies into an empty file that is there already, and keeps its permissions.
        drop(private_file(&fresh)?);
        let name = fresh.to_str().ok_or_else(|| StoreError::content("folder name", "not Unicode"))?;
        self.database().execute("VACUUM INTO ?1", [name])?;
        std::fs::rename(&fresh, &target).map_err(StoreError::io("put in place", &target))?;
        Ok(target)
    }

    /// Reads the whole database and reports damage.
    pub fn check(&self) -> Result<(), StoreError> {
        let verdict: String = self.database().query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict == "ok" {
            Ok(())
        } else {
            Err(StoreError::Corrupt { path: self.folder.join(DATABASE), detail: verdict })
        }
    }

    pub(crate) fn database(&self) -> MutexGuard<'_, Connection> {
        // A panic in another thread cannot leave a transaction behind: it is rolled back when it is dropped.
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` in one transaction that waits for other writers first; an error undoes all of it.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut database = self.database();
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let database = plain(path)?;
    let mode: String = database.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(mode, "this file system does not offer a write-ahead log");
    }
    // FULL: a commit survives a power cut. Nothing is sent before its intent is durable.
    database.pragma_update(None, "synchronous", "FULL")?;
    database.pragma_update(None, "foreign_keys", true)?;
    database.pragma_update(None, "secure_delete", "FAST")?;
    database.set_prepared_statement_cache_capacity(64);
    Ok(database)
}

/// A database of a single file: what is committed is in it.
fn plain(path: &Path) -> Result<Connection, StoreError> {
    // Made by us, not by SQLite, so that it is closed to others at once; SQLite gives the WAL and the shared memory
    // the permissions of the database (sqlite.org/src, os_unix.c, findCreateFileMode).
    drop(private_file(path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags)?;
    database.busy_timeout(BUSY)?;
    Ok(database)
}

/// Reads an instant that this crate wrote.
pub(crate) fn instant(text: &str) -> Result<Timestamp, StoreError> {
    text.parse().map_err(|error| StoreError::content("instant", error))
}

/// The form in which instants are written: fixed length, so that text order is time order.
pub(crate) fn stamp(at: Timestamp) -> String {
    format!("{at:.9}")
}
