//! Runs: one execution of a cycle each.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::database::{instant, stamp};
use crate::{Store, StoreError};

/// Number of a run in its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub i64);

/// A run that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// `onDemand`, or `cycle` until the plan tells which one.
    pub cycle: String,
    /// `local` or `entra`.
    pub runner: String,
    /// When.
    pub began: Timestamp,
    /// Hash of the plan that it carries out, where it is known.
    pub plan: Option<String>,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// `initial`, `incremental`, `onDemand` or `refused`; `cycle` when it ended before that was known.
    pub cycle: String,
    /// `local` or `entra`.
    pub runner: String,
    /// When it began.
    pub began: Timestamp,
    /// When it ended; absent while it runs, and after a kill.
    pub ended: Option<Timestamp>,
    /// How it ended, as JSON.
    pub outcome: Option<String>,
    /// Totals, as JSON.
    pub counts: Option<String>,
    /// Hash of the plan.
    pub plan: Option<String>,
}

const COLUMNS: &str = "id, cycle, runner, began, ended, outcome, counts, plan";

impl Store {
    /// Notes that a run begins.
    pub fn begin_run(&self, run: &NewRun) -> Result<RunId, StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO run (cycle, runner, began, plan) VALUES (?1, ?2, ?3, ?4)",
                (&run.cycle, &run.runner, stamp(run.began), &run.plan),
            )?;
            Ok(RunId(transaction.last_insert_rowid()))
        })
    }

    /// Notes which plan a run carries out, and with it which kind of cycle it is, once that is known.
    pub fn set_run_plan(&self, id: RunId, plan: &str, cycle: &str) -> Result<(), StoreError> {
        self.change_run("UPDATE run SET plan = ?2, cycle = ?3 WHERE id = ?1", id, (id.0, plan, cycle))
    }

    /// Notes that a run ended.
    pub fn end_run(
        &self,
        id: RunId,
        ended: Timestamp,
        outcome: &str,
        counts: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE run SET ended = ?2, outcome = ?3, counts = ?4 WHERE id = ?1";
        self.change_run(sql, id, (id.0, stamp(ended), outcome, counts))
    }

    fn change_run(&self, sql: &str, id: RunId, values: impl rusqlite::Params) -> Result<(), StoreError> {
        self.write(|transaction| match transaction.execute(sql, values)? {
            0 => Err(StoreError::NoSuch { what: "run", which: id.0.to_string() }),
            _ => Ok(()),
        })
    }

    /// One run.
    pub fn run(&self, id: RunId) -> Result<Run, StoreError> {
        let found = self
            .database()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM run WHERE id = ?1"))?
            .query_row([id.0], |row| Ok(run(row)))
            .optional()?;
        found.unwrap_or_else(|| Err(StoreError::NoSuch { what: "run", which: id.0.to_string() }))
    }

    /// Runs, newest first, older than `before`.
    pub fn runs(&self, before: Option<RunId>, limit: u32) -> Result<Vec<Run>, StoreError> {
        let before = before.map_or(i64::MAX, |id| id.0);
        self.list_runs(
            &format!("SELECT {COLUMNS} FROM run WHERE id < ?1 ORDER BY id DESC LIMIT ?2"),
            (before, limit),
        )
    }

    /// Notes that a run was no cycle: its plan was refused before anything was written.
    pub fn refuse_run(&self, id: RunId) -> Result<(), StoreError> {
        self.change_run("UPDATE run SET cycle = 'refused' WHERE id = ?1", id, [id.0])
    }

    /// Cycles, newest first: runs for named people are none, nor is a plan that was refused.
    pub fn cycles(&self, limit: u32) -> Result<Vec<Run>, StoreError> {
        let none = "('onDemand', 'refused')";
        let sql = format!("SELECT {COLUMNS} FROM run WHERE cycle NOT IN {none} ORDER BY id DESC LIMIT ?1");
        self.list_runs(&sql, [limit])
    }

    /// Runs that began and never ended, oldest first: their process was killed, or still runs.
    pub fn unfinished_runs(&self) -> Result<Vec<Run>, StoreError> {
        self.list_runs(&format!("SELECT {COLUMNS} FROM run WHERE ended IS NULL ORDER BY id"), ())
    }

    /// When the last run began that began by then.
    pub fn last_began(&self, by: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT max(began) FROM run WHERE began <= ?1";
        let found: Option<String> =
            self.database().prepare_cached(sql)?.query_row([stamp(by)], |row| row.get(0))?;
        found.as_deref().map(instant).transpose()
    }

    fn list_runs(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Run>, StoreError> {
        let database = self.database();
        let mut statement = database.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next()? {
            runs.push(run(row)?);
        }
        Ok(runs)
    }
}

fn run(row: &Row<'_>) -> Result<Run, StoreError> {
    Ok(Run {
        id: RunId(row.get(0)?),
        cycle: row.get(1)?,
        runner: row.get(2)?,
        began: instant(&row.get::<_, String>(3)?)?,
        ended: row.get::<_, Option<String>>(4)?.as_deref().map(instant).transpose()?,
        outcome: row.get(5)?,
        counts: row.get(6)?,
        plan: row.get(7)?,
    })
}
