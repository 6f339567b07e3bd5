//! What can go wrong with a connection's memory.

use std::path::PathBuf;

use crate::{Holder, World};

/// What can go wrong with a connection's memory.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such connection.
    #[error("there is no connection {id}")]
    NotFound {
        /// The id.
        id: String,
    },
    /// There is one already.
    #[error("there is a connection {id} already")]
    Exists {
        /// The id.
        id: String,
    },
    /// Not an id: lower-case letters, digits and hyphens, 1 to 64 of them.
    #[error("{id:?} is not a connection id")]
    BadId {
        /// What was given.
        id: String,
    },
    /// The file is not a connection of Usher.
    #[error("{path} is not one of Usher's files")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("{path} is damaged: {detail}")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The file was written by a newer Usher.
    #[error("{path} was written by a newer version of Usher (format {found}, this one knows {known})")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known here.
        known: i64,
    },
    /// A practice connection where a live one was wanted, or the reverse.
    #[error("connection {id} belongs to the {stored} world")]
    OtherWorld {
        /// The id.
        id: String,
        /// What it is.
        stored: World,
    },
    /// Someone else saved in between.
    #[error("the draft is at revision {found:?}, not {expected:?}")]
    Conflict {
        /// What the caller had read.
        expected: Option<i64>,
        /// What is there.
        found: Option<i64>,
    },
    /// There is no such revision, run or plan.
    #[error("there is no {what} {which}")]
    NoSuch {
        /// `revision`, `run` or `plan`.
        what: &'static str,
        /// Which.
        which: String,
    },
    /// Someone else holds the lock.
    #[error("in use by {}", holder.as_ref().map_or("another process".to_owned(), ToString::to_string))]
    Held {
        /// Who; absent while the holder is still writing it down.
        holder: Option<Holder>,
    },
    /// Another process kept the database for longer than the busy timeout.
    #[error("the database is busy")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// A file or folder could not be used.
    #[error("could not {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A saved value does not have the form that it should have.
    #[error("the saved {what} cannot be read: {detail}")]
    Content {
        /// What was read.
        what: String,
        /// Why not.
        detail: String,
    },
    /// Anything else that SQLite reports.
    #[error("database: {0}")]
    Database(rusqlite::Error),
}

impl StoreError {
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> StoreError {
        let path = path.into();
        move |source| StoreError::Io { action, path, source }
    }

    pub(crate) fn content(what: impl Into<String>, detail: impl ToString) -> StoreError {
        StoreError::Content { what: what.into(), detail: detail.to_string() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let path = || PathBuf::from(crate::folder::DATABASE);
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => StoreError::Foreign { path: path() },
            Some(ErrorCode::DatabaseCorrupt) => {
                StoreError::Corrupt { path: path(), detail: error.to_string() }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            _ => StoreError::Database(error),
        }
    }
}
