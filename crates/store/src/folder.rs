//! The data folder: one folder per connection.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Holder, RunLock, Store, StoreError, private_dir};

/// The database in a connection's folder.
pub(crate) const DATABASE: &str = "usher.sqlite";

/// The database while it is being made.
pub(crate) const FRESH: &str = "usher.new.sqlite";

/// The copy that [`Store::back_up`] keeps beside it.
pub(crate) const BACKUP: &str = "usher.backup.sqlite";

/// The lock of the one who runs cycles.
pub(crate) const RUN_LOCK: &str = "run.lock";

/// The lock of the one who runs a connection's cycles one after another: held between them, too.
pub const SCHEDULE_LOCK: &str = "schedule.lock";

/// A connection's stable id: lower-case letters, digits and hyphens. It is also a folder name, hence so narrow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConnectionId(String);

impl ConnectionId {
    /// Checks the form.
    pub fn new(id: impl Into<String>) -> Result<Self, StoreError> {
        let id = id.into();
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        // Windows does not open files with these names, whatever their extension.
        let device = matches!(id.as_str(), "con" | "prn" | "aux" | "nul")
            || (id.len() == 4 && (id.starts_with("com") || id.starts_with("lpt")));
        if id.is_empty() || id.len() > 64 || id.starts_with('-') || device || !id.chars().all(good) {
            return Err(StoreError::BadId { id });
        }
        Ok(ConnectionId(id))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ConnectionId {
    type Error = StoreError;

    fn try_from(id: String) -> Result<Self, StoreError> {
        ConnectionId::new(id)
    }
}

impl From<ConnectionId> for String {
    fn from(id: ConnectionId) -> String {
        id.0
    }
}

/// Practice and live never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum World {
    /// The real tenant and the real service provider.
    Live,
    /// The practice world on this computer.
    Practice,
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            World::Live => "live",
            World::Practice => "practice",
        })
    }
}

/// A connection that was found in the data folder.
#[derive(Debug)]
pub struct FoundConnection {
    /// Its id.
    pub id: ConnectionId,
    /// Its world, or why its file cannot be read.
    pub world: Result<World, StoreError>,
    /// Whether there is a copy to restore.
    pub has_backup: bool,
}

/// The folder that holds all connections of this user.
#[derive(Debug, Clone)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// Opens the folder, making it if needed. What Usher makes in it is closed to others; a folder that was there
    /// before keeps its mode, because it may hold other things for other people.
    pub fn open(root: impl Into<PathBuf>) -> Result<DataFolder, StoreError> {
        let root = root.into();
        if !root.is_dir() {
            private_dir(&root)?;
        }
        private_dir(&root.join("connections"))?;
        private_dir(&root.join("locks"))?;
        Ok(DataFolder { root })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// The folder of a connection.
    pub fn connection_path(&self, id: &ConnectionId) -> PathBuf {
        self.root.join("connections").join(id.as_str())
    }

    /// Every connection, sorted by id; one that cannot be read is listed with the reason.
    pub fn connections(&self) -> Result<Vec<FoundConnection>, StoreError> {
        let folder = self.root.join("connections");
        let mut found = Vec::new();
        for entry in fs::read_dir(&folder).map_err(StoreError::io("list", &folder))? {
            let entry = entry.map_err(StoreError::io("list", &folder))?;
            // Anything whose name is not an id is not ours, or is on its way out.
            let Some(id) = entry.file_name().to_str().and_then(|name| ConnectionId::new(name).ok()) else {
                continue;
            };
            if !entry.path().is_dir() {
                continue;
            }
            let has_backup = entry.path().join(BACKUP).is_file();
            let world = match Store::open_any(&entry.path(), &id) {
                Ok(store) => Ok(store.world()),
                // Killed while it was being made: it has no database yet.
                Err(StoreError::NotFound { .. }) => continue,
                Err(error) => Err(error),
            };
            found.push(FoundConnection { id, world, has_backup });
        }
        found.sort_by(|left, right| left.id.cmp(&right.id));
        Ok(found)
    }

    /// Makes a connection.
    pub fn create(&self, id: &ConnectionId, world: World, now: Timestamp) -> Result<Store, StoreError> {
        let path = self.connection_path(id);
        private_dir(&path)?;
        Store::create(&path, id, world, now)
    }

    /// Opens a connection of this world.
    pub fn connection(&self, id: &ConnectionId, world: World) -> Result<Store, StoreError> {
        let store = self.any_connection(id)?;
        if store.world() != world {
            return Err(StoreError::OtherWorld { id: id.to_string(), stored: store.world() });
        }
        Ok(store)
    }

    /// Opens a connection of whichever world, for lists and for showing. To act on it, use [`Self::connection`].
    pub fn any_connection(&self, id: &ConnectionId) -> Result<Store, StoreError> {
        let path = self.connection_path(id);
        if !path.join(DATABASE).exists() {
            return Err(StoreError::NotFound { id: id.to_string() });
        }
        Store::open_any(&path, id)
    }

    /// Begins to forget a connection. Refused while anybody runs it, between cycles too; nobody can from now on.
    pub fn removal(&self, id: &ConnectionId, holder: &Holder) -> Result<Removal<'_>, StoreError> {
        let path = self.connection_path(id);
        if !path.is_dir() {
            return Err(StoreError::NotFound { id: id.to_string() });
        }
        let locks = [
            RunLock::acquire(&path.join(SCHEDULE_LOCK), holder)?,
            RunLock::acquire(&path.join(RUN_LOCK), holder)?,
        ];
        Ok(Removal { folder: self, path, locks })
    }

    /// Puts the last copy in place of a file that cannot be read; the damaged one is kept beside it.
    pub fn restore_backup(&self, id: &ConnectionId, holder: &Holder) -> Result<Store, StoreError> {
        let path = self.connection_path(id);
        let copy = path.join(BACKUP);
        if !copy.is_file() {
            return Err(StoreError::NoSuch { what: "copy of connection", which: id.to_string() });
        }
        let _lock = RunLock::acquire(&path.join(RUN_LOCK), holder)?;
        let database = path.join(DATABASE);
        if database.exists() {
            let damaged = path.join("usher.damaged.sqlite");
            fs::rename(&database, &damaged).map_err(StoreError::io("move away", &database))?;
        }
        for rest in ["usher.sqlite-wal", "usher.sqlite-shm"] {
            let rest = path.join(rest);
            if rest.exists() {
                fs::remove_file(&rest).map_err(StoreError::io("remove", &rest))?;
            }
        }
        drop(crate::private_file(&database)?);
        fs::copy(&copy, &database).map_err(StoreError::io("copy to", &database))?;
        Store::open_any(&path, id)
    }

    /// Removes what an interrupted [`Self::remove`] left.
    pub fn sweep(&self) -> Result<(), StoreError> {
        let folder = self.root.join("connections");
        for entry in fs::read_dir(&folder).map_err(StoreError::io("list", &folder))? {
            let entry = entry.map_err(StoreError::io("list", &folder))?;
            if entry.file_name().to_string_lossy().starts_with(".removed-") {
                fs::remove_dir_all(entry.path()).map_err(StoreError::io("remove", entry.path()))?;
            }
        }
        Ok(())
    }

    /// Takes a named lock shared by all connections, for example the one for a token refresh.
    pub fn lock(&self, name: &ConnectionId, holder: &Holder) -> Result<RunLock, StoreError> {
        RunLock::acquire(&self.root.join("locks").join(format!("{name}.lock")), holder)
    }
}

/// A connection that nobody runs and that is about to be forgotten. Dropped, it stays.
#[derive(Debug)]
pub struct Removal<'a> {
    folder: &'a DataFolder,
    path: PathBuf,
    locks: [RunLock; 2],
}

impl Removal<'_> {
    /// Forgets everything of the connection: configuration, links, journal, log, copies.
    pub fn finish(self) -> Result<(), StoreError> {
        let Removal { folder, path, locks } = self;
        // Renamed first, so that a kill leaves a connection whole or gone; the leading dot is never an id.
        let away = folder.root.join("connections").join(format!(".removed-{}", uuid::Uuid::new_v4()));
        // Windows does not rename a folder with an open file in it.
        #[cfg(windows)]
        drop(locks);
        fs::rename(&path, &away).map_err(StoreError::io("move away", &path))?;
        #[cfg(not(windows))]
        drop(locks);
        folder.sweep()
    }
}
