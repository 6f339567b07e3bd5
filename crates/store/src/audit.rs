//! The audit: what was done with Usher, append-only.

use jiff::Timestamp;
use rusqlite::Transaction;

use crate::database::{instant, stamp};
use crate::{Store, StoreError};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who, as the operating system or the sign-in names them.
    pub who: String,
    /// What, as a stable code.
    pub action: String,
    /// The organisation's own ticket.
    pub ticket: Option<String>,
    /// Hash of the plan, where one is meant.
    pub plan: Option<String>,
    /// Before and after, as JSON.
    pub body: String,
}

/// A saved entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number, which only grows.
    pub number: i64,
    /// The entry.
    pub entry: AuditEntry,
}

impl Store {
    /// Appends an entry.
    pub fn append_audit(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.write(|transaction| append(transaction, entry))
    }

    /// Entries, newest first, older than `before`.
    pub fn audit(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let database = self.database();
        let mut statement = database.prepare_cached(
            "SELECT number, at, who, action, ticket, plan, body FROM audit WHERE number < ?1
             ORDER BY number DESC LIMIT ?2",
        )?;
        let mut rows = statement.query((before.unwrap_or(i64::MAX), limit))?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let entry = AuditEntry {
                at: instant(&row.get::<_, String>(1)?)?,
                who: row.get(2)?,
                action: row.get(3)?,
                ticket: row.get(4)?,
                plan: row.get(5)?,
                body: row.get(6)?,
            };
            records.push(AuditRecord { number: row.get(0)?, entry });
        }
        Ok(records)
    }
}

/// Appends an entry beside what it speaks of, in one transaction.
pub(crate) fn append(transaction: &Transaction<'_>, entry: &AuditEntry) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO audit (at, who, action, ticket, plan, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (stamp(entry.at), &entry.who, &entry.action, &entry.ticket, &entry.plan, &entry.body),
    )?;
    Ok(())
}
