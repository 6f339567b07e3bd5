//! Revisions of the configuration: append-only, with three pointers.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};
use sha2::{Digest, Sha256};

use crate::database::{instant, stamp};
use crate::{Store, StoreError};

/// One revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i64,
    /// When it was saved.
    pub created_at: Timestamp,
    /// Why, in the words of who saved it.
    pub note: String,
    /// The configuration in canonical form.
    pub content: String,
    /// SHA-256 of the content, lower-case hexadecimal.
    pub hash: String,
}

/// Which revision plays which part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pointers {
    /// What is being edited.
    pub draft: Option<i64>,
    /// What runs.
    pub live: Option<i64>,
    /// What was last seen live elsewhere.
    pub base: Option<i64>,
}

impl Store {
    /// Saves a draft. `expected` is the draft that the caller has read; anything else there is a conflict.
    ///
    /// The same content again makes no new revision.
    pub fn save_draft(
        &self,
        expected: Option<i64>,
        content: &str,
        note: &str,
        now: Timestamp,
    ) -> Result<Revision, StoreError> {
        self.write(|transaction| {
            let found = pointers(transaction)?.draft;
            if found != expected {
                return Err(StoreError::Conflict { expected, found });
            }
            let hash = hash(content);
            if let Some(number) = found {
                let current = read(transaction, number)?;
                if current.hash == hash {
                    return Ok(current);
                }
            }
            transaction.execute(
                "INSERT INTO revision (created_at, note, content, hash) VALUES (?1, ?2, ?3, ?4)",
                (stamp(now), note, content, &hash),
            )?;
            let number = transaction.last_insert_rowid();
            transaction.execute("UPDATE connection SET draft = ?1", [number])?;
            read(transaction, number)
        })
    }

    /// Makes a revision the draft again, as a new starting point.
    pub fn set_draft(&self, number: i64) -> Result<(), StoreError> {
        self.point("UPDATE connection SET draft = ?1", number)
    }

    /// Makes a revision live.
    pub fn set_live(&self, number: i64) -> Result<(), StoreError> {
        self.point("UPDATE connection SET live = ?1", number)
    }

    /// Notes which revision was last seen live elsewhere.
    pub fn set_base(&self, number: i64) -> Result<(), StoreError> {
        self.point("UPDATE connection SET base = ?1", number)
    }

    fn point(&self, sql: &str, number: i64) -> Result<(), StoreError> {
        self.write(|transaction| {
            read(transaction, number)?;
            transaction.execute(sql, [number])?;
            Ok(())
        })
    }

    /// Which revision plays which part.
    pub fn pointers(&self) -> Result<Pointers, StoreError> {
        pointers(&self.database())
    }

    /// One revision.
    pub fn revision(&self, number: i64) -> Result<Revision, StoreError> {
        read(&self.database(), number)
    }

    /// Revisions, newest first, older than `before`.
    pub fn revisions(&self, before: Option<i64>, limit: u32) -> Result<Vec<Revision>, StoreError> {
        let database = self.database();
        let mut statement = database.prepare_cached(
            "SELECT number, created_at, note, content, hash FROM revision WHERE number < ?1
             ORDER BY number DESC LIMIT ?2",
        )?;
        let mut rows = statement.query((before.unwrap_or(i64::MAX), limit))?;
        let mut revisions = Vec::new();
        while let Some(row) = rows.next()? {
            revisions.push(revision(row)?);
        }
        Ok(revisions)
    }
}

fn pointers(database: &rusqlite::Connection) -> Result<Pointers, StoreError> {
    Ok(database.query_row("SELECT draft, live, base FROM connection", [], |row| {
        Ok(Pointers { draft: row.get(0)?, live: row.get(1)?, base: row.get(2)? })
    })?)
}

fn read(database: &rusqlite::Connection, number: i64) -> Result<Revision, StoreError> {
    let found = database
        .prepare_cached("SELECT number, created_at, note, content, hash FROM revision WHERE number = ?1")?
        .query_row([number], |row| Ok(revision(row)))
        .optional()?;
    found.unwrap_or_else(|| Err(StoreError::NoSuch { what: "revision", which: number.to_string() }))
}

fn revision(row: &Row<'_>) -> Result<Revision, StoreError> {
    Ok(Revision {
        number: row.get(0)?,
        created_at: instant(&row.get::<_, String>(1)?)?,
        note: row.get(2)?,
        content: row.get(3)?,
        hash: row.get(4)?,
    })
}

fn hash(content: &str) -> String {
    Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
