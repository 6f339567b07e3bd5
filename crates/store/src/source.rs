//! What was read from Entra, and up to where: rows and watermarks move together or not at all.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use crate::database::{instant, stamp};
use crate::members::{self, MemberChange};
use crate::{Store, StoreError};

/// One row of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// The object's id.
    pub id: String,
    /// The object as JSON.
    pub body: String,
}

/// Up to where a kind of rows was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watermark {
    /// The delta link (Graph: `@odata.deltaLink`).
    pub delta_link: String,
    /// When it was taken.
    pub taken_at: Timestamp,
}

/// A change of one kind of rows (`users`, `groups`, `assignments`, ...).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceChange {
    /// Which kind.
    pub kind: String,
    /// Whether this is all there is: rows that are not in `put` go.
    pub replace: bool,
    /// New and changed rows.
    pub put: Vec<SourceRow>,
    /// Ids that are gone.
    pub remove: Vec<String>,
    /// The new watermark; `None` leaves the one that is there.
    pub watermark: Option<Watermark>,
}

impl Store {
    /// Applies changes of all kinds in one transaction, members and watermarks included.
    pub fn change_source(&self, changes: &[SourceChange], members: &MemberChange) -> Result<(), StoreError> {
        self.write(|transaction| {
            members::change(transaction, members)?;
            for change in changes {
                if change.replace {
                    transaction.execute("DELETE FROM source_row WHERE kind = ?1", [&change.kind])?;
                }
                let mut put = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO source_row (kind, id, body) VALUES (?1, ?2, ?3)",
                )?;
                for row in &change.put {
                    put.execute((&change.kind, &row.id, &row.body))?;
                }
                let mut remove =
                    transaction.prepare_cached("DELETE FROM source_row WHERE kind = ?1 AND id = ?2")?;
                for id in &change.remove {
                    remove.execute((&change.kind, id))?;
                }
                if let Some(watermark) = &change.watermark {
                    transaction.execute(
                        "INSERT OR REPLACE INTO watermark (kind, delta_link, taken_at) VALUES (?1, ?2, ?3)",
                        (&change.kind, &watermark.delta_link, stamp(watermark.taken_at)),
                    )?;
                }
            }
            Ok(())
        })
    }

    /// Drops every row and watermark: the next cycle reads everything again. Links stay.
    pub fn clear_source(&self) -> Result<(), StoreError> {
        self.write(|transaction| {
            Ok(transaction.execute_batch(
                "DELETE FROM source_row; DELETE FROM watermark; DELETE FROM source_member; DELETE FROM source_id",
            )?)
        })
    }

    /// Every row of a kind, sorted by id.
    pub fn source_rows(&self, kind: &str) -> Result<Vec<SourceRow>, StoreError> {
        let database = self.database();
        let mut statement =
            database.prepare_cached("SELECT id, body FROM source_row WHERE kind = ?1 ORDER BY id")?;
        let rows = statement.query_map([kind], |row| Ok(SourceRow { id: row.get(0)?, body: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One row.
    pub fn source_row(&self, kind: &str, id: &str) -> Result<Option<SourceRow>, StoreError> {
        Ok(self
            .database()
            .prepare_cached("SELECT id, body FROM source_row WHERE kind = ?1 AND id = ?2")?
            .query_row((kind, id), |row| Ok(SourceRow { id: row.get(0)?, body: row.get(1)? }))
            .optional()?)
    }

    /// The ids of the people whose row names this person as their manager, sorted.
    pub fn reports_of(&self, manager: &str) -> Result<Vec<String>, StoreError> {
        let database = self.database();
        // Spelled as the index has it: otherwise every row would be taken apart.
        let mut statement = database.prepare_cached(
            "SELECT id FROM source_row WHERE kind = 'users' AND json_extract(body, '$.manager.id') = ?1 ORDER BY id",
        )?;
        let rows = statement.query_map([manager], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Up to where a kind was read.
    pub fn watermark(&self, kind: &str) -> Result<Option<Watermark>, StoreError> {
        let found: Option<(String, String)> = self
            .database()
            .prepare_cached("SELECT delta_link, taken_at FROM watermark WHERE kind = ?1")?
            .query_row([kind], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found.map(|(delta_link, at)| Ok(Watermark { delta_link, taken_at: instant(&at)? })).transpose()
    }
}
