//! The journal: append-only, one transaction for a batch.

use jiff::Timestamp;
use rusqlite::Row;

use crate::database::{instant, stamp};
use crate::{Link, RunId, Store, StoreError, links};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRecord {
    /// Operation of the plan.
    pub operation: u32,
    /// Part of it.
    pub part: u32,
    /// `intended`, `sent`, `unknown`, `accepted`, `verified` or `parked`.
    pub state: String,
    /// How often it was sent.
    pub attempt: u32,
    /// By what it can be looked up, for people who read the journal.
    pub key: Option<String>,
    /// Digest of what was observed before.
    pub precondition: Option<String>,
    /// The whole record as JSON.
    pub payload: String,
    /// When it was written.
    pub at: Timestamp,
}

/// Up to which run every journal is settled. The journal of a first cycle is long: it is not looked through each time.
const SETTLED: &str = "settled-journals";

const COLUMNS: &str = "operation, part, state, attempt, key, precondition, payload, at";

impl Store {
    /// Appends lines, and saves the links that they made, in one transaction that survives a power cut.
    pub fn append_journal(
        &self,
        run: RunId,
        records: &[JournalRecord],
        links: &[Link],
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO journal (run, operation, part, state, attempt, key, precondition, payload, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            for record in records {
                insert.execute((
                    run.0,
                    record.operation,
                    record.part,
                    &record.state,
                    record.attempt,
                    &record.key,
                    &record.precondition,
                    &record.payload,
                    stamp(record.at),
                ))?;
            }
            links::put(transaction, links)
        })
    }

    /// Every line of a run, in order.
    pub fn journal(&self, run: RunId) -> Result<Vec<JournalRecord>, StoreError> {
        self.lines(&format!("SELECT {COLUMNS} FROM journal WHERE run = ?1 ORDER BY number"), run)
    }

    /// The latest line of every unit of a run, in the order of the plan.
    pub fn latest_journal(&self, run: RunId) -> Result<Vec<JournalRecord>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM journal WHERE number IN
               (SELECT max(number) FROM journal WHERE run = ?1 GROUP BY operation, part)
             ORDER BY operation, part"
        );
        self.lines(&sql, run)
    }

    /// Runs in which a unit is neither verified nor parked, oldest first: killed, stopped and cancelled ones.
    pub fn unsettled_runs(&self) -> Result<Vec<RunId>, StoreError> {
        let settled: i64 = self.state(SETTLED)?.unwrap_or_default();
        let database = self.database();
        let mut statement = database.prepare_cached(
            "SELECT DISTINCT run FROM journal WHERE state NOT IN ('verified', 'parked') AND number IN
               (SELECT max(number) FROM journal WHERE run > ?1 GROUP BY run, operation, part)
             ORDER BY run",
        )?;
        let runs = statement.query_map([settled], |row| Ok(RunId(row.get(0)?)))?;
        Ok(runs.collect::<Result<_, _>>()?)
    }

    /// Notes that no run so far is unsettled, where that is so: from now on only later journals are looked through.
    pub fn note_settled(&self) -> Result<(), StoreError> {
        let last = self.runs(None, 1)?.first().map_or(0, |run| run.id.0);
        let known: i64 = self.state(SETTLED)?.unwrap_or_default();
        if last > known && self.unfinished_runs()?.is_empty() && self.unsettled_runs()?.is_empty() {
            self.set_state(SETTLED, &last)?;
        }
        Ok(())
    }

    /// Drops the journals of settled runs that ended before `before`; says how many lines went. Runs and log stay.
    pub fn purge_journal(&self, before: Timestamp) -> Result<usize, StoreError> {
        let keep = self.unsettled_runs()?;
        self.write(|transaction| {
            let mut old = transaction
                .prepare("SELECT id FROM run WHERE ended < ?1 AND id >= (SELECT min(run) FROM journal)")?;
            let old: Vec<i64> =
                old.query_map([stamp(before)], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut gone = 0;
            for run in old.into_iter().filter(|run| !keep.contains(&RunId(*run))) {
                gone += transaction.execute("DELETE FROM journal WHERE run = ?1", [run])?;
            }
            Ok(gone)
        })
    }

    fn lines(&self, sql: &str, run: RunId) -> Result<Vec<JournalRecord>, StoreError> {
        let database = self.database();
        let mut statement = database.prepare_cached(sql)?;
        let mut rows = statement.query([run.0])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(line(row)?);
        }
        Ok(records)
    }
}

fn line(row: &Row<'_>) -> Result<JournalRecord, StoreError> {
    Ok(JournalRecord {
        operation: row.get(0)?,
        part: row.get(1)?,
        state: row.get(2)?,
        attempt: row.get(3)?,
        key: row.get(4)?,
        precondition: row.get(5)?,
        payload: row.get(6)?,
        at: instant(&row.get::<_, String>(7)?)?,
    })
}
