//! A synchronization job and what happens to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::service::{CycleRequest, CycleState, schedule};
use crate::world::World;

/// Secrets by key, in the order in which they were put.
pub type Secrets = Vec<(String, String)>;

/// A run that ended.
#[derive(Debug, Clone)]
pub struct Execution {
    /// Its id.
    pub cycle_id: String,
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// How.
    pub state: CycleState,
    /// What failed as a whole.
    pub error: Option<(String, String)>,
    /// Entitled, entitled for provisioning, escrowed, exported, imported.
    pub counts: [i64; 5],
}

/// A quarantine.
#[derive(Debug, Clone)]
pub struct Quarantine {
    /// Why.
    pub reason: String,
    /// Since when.
    pub began: Timestamp,
    /// How many runs in a row.
    pub count: i64,
    /// What the last run said.
    pub error: Option<(String, String)>,
}

/// A synchronization job.
#[derive(Debug, Clone)]
pub struct Job {
    /// Opaque, with dots.
    pub id: String,
    /// The template.
    pub template_id: String,
    /// The whole schema document.
    pub schema: Value,
    /// Counts schema changes.
    pub schema_version: u64,
    /// Whether it is switched on.
    pub active: bool,
    /// Whether a cycle runs right now.
    pub running: bool,
    /// Counts starts, so that an old loop ends.
    pub generation: u64,
    /// Another cycle follows the running one at once.
    pub again: bool,
    /// The next cycle is an initial one.
    pub initial_due: bool,
    /// The next cycle may delete what the threshold held back.
    pub force_deletes: bool,
    /// The next cycle forgets links first.
    pub forget_links: bool,
    /// The last run.
    pub last: Option<Execution>,
    /// The last run that did not fail.
    pub last_success: Option<Execution>,
    /// The last such run that wrote something.
    pub last_export: Option<Execution>,
    /// When there was nothing left to do: first and last time.
    pub steady: Option<(Timestamp, Timestamp)>,
    /// Failed runs in a row.
    pub failures: i64,
    /// Provisioned objects by type.
    pub entries: BTreeMap<String, i64>,
    /// In quarantine.
    pub quarantine: Option<Quarantine>,
}

impl Job {
    /// A fresh job: created, switched off.
    pub fn new(id: String, template_id: &str, schema: Value) -> Self {
        Self {
            id,
            template_id: template_id.to_owned(),
            schema,
            schema_version: 1,
            active: false,
            running: false,
            generation: 0,
            again: false,
            initial_due: true,
            force_deletes: false,
            forget_links: false,
            last: None,
            last_success: None,
            last_export: None,
            steady: None,
            failures: 0,
            entries: BTreeMap::new(),
            quarantine: None,
        }
    }

    /// Switches on and returns the generation of the loop to spawn. A running cycle is finished by its own loop,
    /// which then goes on at once.
    pub fn begin(&mut self) -> Option<u64> {
        self.active = true;
        self.again = self.running;
        if self.running {
            return None;
        }
        self.generation += 1;
        Some(self.generation)
    }

    /// The cycle that is due. Consumes what applies once.
    pub fn request(
        &mut self,
        sp: &str,
        world: &World,
        initial: bool,
        secrets: BTreeMap<String, String>,
    ) -> CycleRequest {
        CycleRequest {
            service_principal_id: sp.to_owned(),
            job_id: self.id.clone(),
            cycle_id: world.random.fresh_uuid(),
            schema: self.schema.clone(),
            secrets,
            initial,
            force_deletes: std::mem::take(&mut self.force_deletes),
            forget_links: std::mem::take(&mut self.forget_links),
        }
    }

    /// Notes a run.
    pub fn record(
        &mut self,
        execution: Execution,
        entries: BTreeMap<String, i64>,
        quarantine: Option<String>,
    ) {
        let good = schedule::succeeded(execution.state);
        self.failures = if good { 0 } else { self.failures + 1 };
        self.quarantine = quarantine.map(|reason| Quarantine {
            began: self.quarantine.as_ref().map_or(execution.ended, |old| old.began),
            count: self.quarantine.as_ref().map_or(1, |old| old.count + 1),
            error: execution.error.clone(),
            reason,
        });
        if good {
            self.entries = entries;
            if execution.counts[3] > 0 {
                self.last_export = Some(execution.clone());
            }
            if execution.counts[2] == 0 {
                let first = self.steady.map_or(execution.ended, |(first, _)| first);
                self.steady = Some((first, execution.ended));
            }
            self.last_success = Some(execution.clone());
        } else {
            // What was not finished is done again from the start.
            self.initial_due |= self.last_success.is_none();
        }
        self.last = Some(execution);
    }
}
