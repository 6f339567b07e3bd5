//! The provisioning log: a product record, not trace lines.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use crate::database::{instant, stamp};
use crate::{RunId, Store, StoreError};

/// One entry to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Timestamp,
    /// In which run.
    pub run: Option<RunId>,
    /// `user` or `group`.
    pub kind: String,
    /// `create`, `update`, `disable`, ... as the log names it.
    pub action: String,
    /// `success`, `failure`, `skipped`, `warning`.
    pub status: String,
    /// The object in Entra.
    pub source: Option<String>,
    /// The object at the service provider.
    pub target: Option<String>,
    /// A name to show.
    pub display: String,
    /// The whole entry as JSON: steps, modified attributes, reason.
    pub body: String,
}

/// A saved entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// Its number, which only grows.
    pub number: i64,
    /// The entry.
    pub entry: LogEntry,
}

/// What to look for. Everything that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Any of these kinds; empty for all.
    pub kinds: Vec<String>,
    /// Any of these actions; empty for all.
    pub actions: Vec<String>,
    /// Any of these statuses; empty for all.
    pub statuses: Vec<String>,
    /// In this run.
    pub run: Option<RunId>,
    /// About this object, by either id.
    pub object: Option<String>,
    /// Part of the name, of one of the ids, or of the user name of an account that is kept, in any case.
    pub text: Option<String>,
}

/// A page, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPage {
    /// The entries.
    pub records: Vec<LogRecord>,
    /// Give this as `before` for the next page; absent on the last one.
    pub next: Option<i64>,
}

impl Store {
    /// Saves entries in one transaction, in order.
    pub fn append_log(&self, entries: &[LogEntry]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO log (at, run, kind, action, status, source, target, display, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            for entry in entries {
                insert.execute((
                    stamp(entry.at),
                    entry.run.map(|run| run.0),
                    &entry.kind,
                    &entry.action,
                    &entry.status,
                    &entry.source,
                    &entry.target,
                    &entry.display,
                    &entry.body,
                ))?;
            }
            Ok(())
        })
    }

    /// A page of entries, newest first, older than entry `before`.
    pub fn log(&self, query: &LogQuery, before: Option<i64>, limit: u32) -> Result<LogPage, StoreError> {
        let (mut condition, mut values) = condition(query);
        if let Some(before) = before {
            condition.push_str(" AND number < ?");
            values.push(Value::Integer(before));
        }
        values.push(Value::Integer(i64::from(limit) + 1));
        let database = self.database();
        let mut statement = database.prepare_cached(&format!(
            "SELECT number, at, run, kind, action, status, source, target, display, body FROM log
             WHERE {condition} ORDER BY number DESC LIMIT ?"
        ))?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(record(row)?);
        }
        let more = records.len() > limit as usize;
        records.truncate(limit as usize);
        let next = if more { records.last().map(|record| record.number) } else { None };
        Ok(LogPage { records, next })
    }

    /// How many entries there are.
    pub fn count_log(&self, query: &LogQuery) -> Result<u64, StoreError> {
        let (condition, values) = condition(query);
        let sql = format!("SELECT count(*) FROM log WHERE {condition}");
        let count: i64 =
            self.database().prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Removes entries older than `before`; says how many.
    pub fn purge_log(&self, before: Timestamp) -> Result<usize, StoreError> {
        self.write(|transaction| Ok(transaction.execute("DELETE FROM log WHERE at < ?1", [stamp(before)])?))
    }
}

/// The WHERE clause. Values are always bound, never written into it.
fn condition(query: &LogQuery) -> (String, Vec<Value>) {
    let mut condition = String::from("1");
    let mut values = Vec::new();
    let text = |text: &str| Value::Text(text.to_owned());
    if let Some(since) = query.since {
        condition.push_str(" AND at >= ?");
        values.push(Value::Text(stamp(since)));
    }
    if let Some(until) = query.until {
        condition.push_str(" AND at < ?");
        values.push(Value::Text(stamp(until)));
    }
    for (column, wanted) in [("kind", &query.kinds), ("action", &query.actions), ("status", &query.statuses)]
    {
        if !wanted.is_empty() {
            let marks = vec!["?"; wanted.len()].join(", ");
            condition.push_str(&format!(" AND {column} IN ({marks})"));
            values.extend(wanted.iter().map(|wanted| text(wanted)));
        }
    }
    if let Some(run) = query.run {
        condition.push_str(" AND run = ?");
        values.push(Value::Integer(run.0));
    }
    if let Some(object) = &query.object {
        condition.push_str(" AND (source = ? OR target = ?)");
        values.extend([text(object), text(object)]);
    }
    if let Some(part) = &query.text {
        // instr, not LIKE: per cent signs and underscores of a name are ordinary characters.
        condition.push_str(
            " AND (instr(lower(display), lower(?)) > 0 OR instr(lower(source), lower(?)) > 0
               OR instr(lower(target), lower(?)) > 0
               OR source IN (SELECT source FROM link WHERE instr(lower(key), lower(?)) > 0))",
        );
        values.extend([text(part), text(part), text(part), text(part)]);
    }
    (condition, values)
}

fn record(row: &Row<'_>) -> Result<LogRecord, StoreError> {
    Ok(LogRecord {
        number: row.get(0)?,
        entry: LogEntry {
            at: instant(&row.get::<_, String>(1)?)?,
            run: row.get::<_, Option<i64>>(2)?.map(RunId),
            kind: row.get(3)?,
            action: row.get(4)?,
            status: row.get(5)?,
            source: row.get(6)?,
            target: row.get(7)?,
            display: row.get(8)?,
            body: row.get(9)?,
        },
    })
}
