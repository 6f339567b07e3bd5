//! Objects that could not be brought in step, and when they are looked at again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::database::{instant, stamp};
use crate::{Kind, Store, StoreError};

/// One object that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Person or group.
    pub kind: Kind,
    /// The object in Entra.
    pub source: String,
    /// In how many cycles in a row.
    pub failures: u32,
    /// Since when.
    pub since: Timestamp,
    /// When it is looked at again.
    pub due: Timestamp,
    /// Code of the last failure.
    pub code: String,
}

/// What a cycle says about failing objects.
pub struct Failing<'a> {
    /// Who failed, with the code.
    pub failed: &'a [(Kind, String, String)],
    /// Who was looked at; everyone when absent.
    pub looked_at: Option<&'a BTreeSet<(Kind, String)>>,
    /// When the cycle ended.
    pub now: Timestamp,
}

impl Store {
    /// Notes who failed and forgets who no longer does. `due` says when to look again after so many failures.
    pub fn note_failing(
        &self,
        cycle: &Failing<'_>,
        due: impl Fn(u32) -> Timestamp,
    ) -> Result<(), StoreError> {
        let failed: BTreeSet<(Kind, &str)> =
            cycle.failed.iter().map(|(kind, source, _)| (*kind, source.as_str())).collect();
        let known: BTreeMap<(Kind, String), Retry> =
            self.retries()?.into_iter().map(|retry| ((retry.kind, retry.source.clone()), retry)).collect();
        self.write(|transaction| {
            let mut forget = transaction.prepare("DELETE FROM retry WHERE kind = ?1 AND source = ?2")?;
            for id @ (kind, source) in known.keys() {
                let looked_at = cycle.looked_at.is_none_or(|ids| ids.contains(id));
                if looked_at && !failed.contains(&(*kind, source.as_str())) {
                    forget.execute((kind.as_str(), source))?;
                }
            }
            let mut put = transaction.prepare(
                "INSERT INTO retry (kind, source, failures, since, due, code) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (kind, source) DO UPDATE SET failures = excluded.failures, due = excluded.due,
                   code = excluded.code",
            )?;
            for (kind, source, code) in cycle.failed {
                let before = known.get(&(*kind, source.clone()));
                let failures = before.map_or(0, |retry| retry.failures) + 1;
                let (now, due) = (stamp(cycle.now), stamp(due(failures)));
                put.execute((kind.as_str(), source, failures, now, due, code))?;
            }
            Ok(())
        })
    }

    /// Everyone who failed, sorted.
    pub fn retries(&self) -> Result<Vec<Retry>, StoreError> {
        let database = self.database();
        let mut statement = database.prepare_cached(
            "SELECT kind, source, failures, since, due, code FROM retry ORDER BY kind, source",
        )?;
        let mut rows = statement.query([])?;
        let mut retries = Vec::new();
        while let Some(row) = rows.next()? {
            retries.push(Retry {
                kind: Kind::parse(&row.get::<_, String>(0)?)?,
                source: row.get(1)?,
                failures: row.get(2)?,
                since: instant(&row.get::<_, String>(3)?)?,
                due: instant(&row.get::<_, String>(4)?)?,
                code: row.get(5)?,
            });
        }
        Ok(retries)
    }

    /// Lets everyone who failed be looked at in the next cycle (Graph: the reset scope `Escrows`).
    pub fn retry_now(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            Ok(transaction.execute("UPDATE retry SET due = ?1 WHERE due > ?1", [stamp(now)]).map(drop)?)
        })
    }

    /// Forgets who failed: the next cycle looks at everybody.
    pub fn forget_retries(&self) -> Result<(), StoreError> {
        self.write(|transaction| Ok(transaction.execute("DELETE FROM retry", []).map(drop)?))
    }
}
