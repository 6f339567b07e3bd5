//! Plans and their approvals. An approval is for exactly one plan, by its hash, and for exactly one run.
//!
//! A row here is a note, not a proof: who carries a plan out recomputes it from live facts and compares the hash.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use crate::database::{instant, stamp};
use crate::{RunId, Store, StoreError};

/// A saved plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPlan {
    /// Its hash.
    pub hash: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The plan as JSON.
    pub body: String,
}

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Hash of the plan.
    pub plan: String,
    /// Who approved it.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// The count that was typed to confirm, where one was asked for.
    pub typed: Option<u32>,
    /// The run that used it.
    pub used_by: Option<RunId>,
}

impl Store {
    /// Saves a plan. One that was made before, with the same content, has been made again.
    pub fn put_plan(&self, plan: &SavedPlan) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO plan (hash, made_at) VALUES (?1, ?2)
                 ON CONFLICT (hash) DO UPDATE SET made_at = excluded.made_at",
                (&plan.hash, stamp(plan.made_at)),
            )?;
            transaction.execute(
                "INSERT INTO plan_content (hash, body) VALUES (?1, ?2)
                 ON CONFLICT (hash) DO UPDATE SET body = excluded.body",
                (&plan.hash, &plan.body),
            )?;
            Ok(())
        })
    }

    /// A plan by its hash, unless it was purged.
    pub fn plan(&self, hash: &str) -> Result<Option<SavedPlan>, StoreError> {
        self.one_plan(
            "SELECT hash, made_at, body FROM plan JOIN plan_content USING (hash) WHERE hash = ?1",
            [hash],
        )
    }

    /// The plan that was made last.
    pub fn latest_plan(&self) -> Result<Option<SavedPlan>, StoreError> {
        self.one_plan(
            "SELECT hash, made_at, body FROM plan JOIN plan_content USING (hash)
             ORDER BY made_at DESC, hash LIMIT 1",
            [],
        )
    }

    fn one_plan(&self, sql: &str, values: impl rusqlite::Params) -> Result<Option<SavedPlan>, StoreError> {
        let found: Option<(String, String, String)> = self
            .database()
            .prepare_cached(sql)?
            .query_row(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        found.map(|(hash, at, body)| Ok(SavedPlan { hash, made_at: instant(&at)?, body })).transpose()
    }

    /// Removes the content of plans older than `before`, which names people; says of how many. Who approved which hash stays.
    ///
    /// Kept are those named, of runs whose writes are not settled, and with an approval that is younger and not used up.
    pub fn purge_plans(&self, before: Timestamp, keep: &[String]) -> Result<usize, StoreError> {
        let mut keep = keep.to_vec();
        keep.extend(self.unfinished_runs()?.into_iter().filter_map(|run| run.plan));
        for run in self.unsettled_runs()? {
            keep.extend(self.run(run)?.plan);
        }
        let keep = serde_json::to_string(&keep).map_err(|error| StoreError::content("hashes", error))?;
        self.write(|transaction| {
            let gone = transaction.execute(
                "DELETE FROM plan_content WHERE hash IN (SELECT hash FROM plan WHERE made_at < ?1)
                   AND hash NOT IN (SELECT value FROM json_each(?2))
                   AND hash NOT IN (SELECT plan FROM approval WHERE used_by IS NULL AND at >= ?1)",
                (stamp(before), keep),
            )?;
            transaction.execute(
                "DELETE FROM plan WHERE hash NOT IN (SELECT hash FROM plan_content)
                   AND hash NOT IN (SELECT plan FROM approval)",
                [],
            )?;
            Ok(gone)
        })
    }

    /// Approves a saved plan.
    pub fn approve(
        &self,
        plan: &str,
        who: &str,
        typed: Option<u32>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let known: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM plan_content WHERE hash = ?1)",
                [plan],
                |row| row.get(0),
            )?;
            if !known {
                return Err(StoreError::NoSuch { what: "plan", which: plan.to_owned() });
            }
            transaction.execute(
                "INSERT INTO approval (plan, who, at, typed) VALUES (?1, ?2, ?3, ?4)",
                (plan, who, stamp(at), typed),
            )?;
            Ok(())
        })
    }

    /// Approvals of a plan, oldest first.
    pub fn approvals(&self, plan: &str) -> Result<Vec<Approval>, StoreError> {
        let database = self.database();
        let mut statement = database.prepare_cached(
            "SELECT plan, who, at, typed, used_by FROM approval WHERE plan = ?1 ORDER BY number",
        )?;
        let mut rows = statement.query([plan])?;
        let mut approvals = Vec::new();
        while let Some(row) = rows.next()? {
            approvals.push(Approval {
                plan: row.get(0)?,
                who: row.get(1)?,
                at: instant(&row.get::<_, String>(2)?)?,
                typed: row.get(3)?,
                used_by: row.get::<_, Option<i64>>(4)?.map(RunId),
            });
        }
        Ok(approvals)
    }

    /// Takes back what was approved of a plan and no run has used; says how many approvals that were.
    pub fn withdraw_approvals(&self, plan: &str) -> Result<usize, StoreError> {
        let sql = "DELETE FROM approval WHERE plan = ?1 AND used_by IS NULL";
        self.write(|transaction| Ok(transaction.execute(sql, [plan])?))
    }

    /// Uses up one approval of the plan that was given at `since` or later. `None` when there is none left.
    pub fn use_approval(
        &self,
        plan: &str,
        run: RunId,
        since: Timestamp,
    ) -> Result<Option<Approval>, StoreError> {
        let used = self.write(|transaction| {
            Ok(transaction
                .query_row(
                    "UPDATE approval SET used_by = ?2 WHERE number =
                       (SELECT number FROM approval WHERE plan = ?1 AND used_by IS NULL AND at >= ?3
                        ORDER BY number LIMIT 1)
                     RETURNING plan, who, at, typed",
                    (plan, run.0, stamp(since)),
                    |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?)),
                )
                .optional()?)
        })?;
        used.map(|(plan, who, at, typed)| {
            Ok(Approval { plan, who, at: instant(&at)?, typed, used_by: Some(run) })
        })
        .transpose()
    }
}
