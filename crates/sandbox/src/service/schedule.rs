//! Runs the cycles of a started job: one at once, then one every 40 minutes of the virtual clock, until it is paused.

use std::sync::Arc;

use serde_json::Value;

use super::{CycleRequest, CycleState, next_due};
use crate::graph::sync::job::{Execution, Job};
use crate::world::{World, lock};

/// Starts the loop of a job. A later start makes this one end: generations differ.
pub fn spawn(world: &Arc<World>, sp: String, job: String, generation: u64) {
    let shared = world.clone();
    lock(&world.tasks).spawn(async move { run(shared, sp, job, generation).await });
}

async fn run(world: Arc<World>, sp: String, job: String, generation: u64) {
    loop {
        let began = world.clock.now();
        let Some(request) = due(&world, &sp, &job, generation) else { return };
        let Some(service) = world.service() else { return };
        let outcome = service.cycle(world.clone(), request.clone()).await;
        let ended = world.clock.now();
        let execution = Execution {
            cycle_id: request.cycle_id.clone(),
            began,
            ended,
            state: outcome.state,
            error: outcome.error.clone(),
            counts: [
                outcome.entitled,
                outcome.entitled_for_provisioning,
                outcome.escrowed,
                outcome.exported,
                outcome.imported,
            ],
        };
        // Before the run shows: whoever sees it end finds its entries.
        append_log(&world, outcome.log);
        let go_on = with_job(&world, &sp, &job, |job| {
            job.running = false;
            job.record(execution, outcome.entries.clone(), outcome.quarantine.clone());
            let on = job.generation == generation && job.active;
            on.then(|| std::mem::take(&mut job.again))
        });
        match go_on.flatten() {
            Some(true) => {}
            Some(false) => world.clock.wait_until(next_due(began)).await,
            None => return,
        }
    }
}

fn due(world: &World, sp: &str, job: &str, generation: u64) -> Option<CycleRequest> {
    let secrets = super::credentials::secrets(world, sp);
    with_job(world, sp, job, |found| {
        let initial = std::mem::take(&mut found.initial_due);
        let request = found.request(sp, world, initial, secrets);
        let wanted = found.generation == generation && found.active && !found.running;
        found.running = wanted || found.running;
        wanted.then_some(request)
    })?
}

fn with_job<T>(world: &World, sp: &str, job: &str, act: impl FnOnce(&mut Job) -> T) -> Option<T> {
    let mut entra = lock(&world.entra);
    let sp = entra.applications.service_principals.get_mut(sp)?;
    sp.sync.jobs.get_mut(job).map(act)
}

/// Adds entries to the provisioning log.
pub fn append_log(world: &World, entries: Vec<Value>) {
    let mut graph = lock(&world.graph);
    for mut entry in entries {
        entry["id"] = world.random.fresh_uuid().into();
        graph.provisioning_log.push(entry);
    }
}

/// Whether a cycle counts as a success.
pub fn succeeded(state: CycleState) -> bool {
    state != CycleState::Failed
}
