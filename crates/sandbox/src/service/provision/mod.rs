//! The provisioning service itself: our engine under the rules of Microsoft's service, on the practice tenant.
//!
//! It reads the practice tenant as it is, takes mappings from the schema of the job and settings and tokens from its
//! secrets, and writes the practice GoTo over real HTTP, through the same client that GoTo's other callers use. What it
//! remembers between cycles is its own: which account belongs to whom, and what it has seen of everyone.

mod memory;
mod pass;
mod records;
mod report;
mod rules;
mod source;
mod tokens;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use usher_plan::{ObjectKind, Only};

use super::{CycleOutcome, CycleRequest, OnDemandOutcome, OnDemandRequest, ProvisioningService};
use crate::world::{World, lock};
use memory::JobMemory;

/// The stand-in for Microsoft's provisioning service.
#[derive(Default)]
pub struct Provisioner {
    jobs: Arc<Mutex<BTreeMap<String, Arc<JobMemory>>>>,
}

/// The memory of a job; made when it first runs.
fn memory_of(
    jobs: &Mutex<BTreeMap<String, Arc<JobMemory>>>,
    world: &World,
    job: &str,
) -> Result<Arc<JobMemory>, report::Stopped> {
    let mut jobs = lock(jobs);
    if let Some(known) = jobs.get(job) {
        return Ok(known.clone());
    }
    let made = Arc::new(JobMemory::new(world.clock.now())?);
    jobs.insert(job.to_owned(), made.clone());
    Ok(made)
}

impl ProvisioningService for Provisioner {
    fn cycle(&self, world: Arc<World>, request: CycleRequest) -> BoxFuture<'static, CycleOutcome> {
        let jobs = self.jobs.clone();
        async move {
            let done = match memory_of(&jobs, &world, &request.job_id) {
                Ok(memory) => pass::run(&world, &memory, &request, pass::Extent::Cycle).await,
                Err(stopped) => Err(stopped),
            };
            match done {
                Ok(done) => report::cycle(&world, &request, done),
                Err(stopped) => report::stopped(stopped),
            }
        }
        .boxed()
    }

    fn on_demand(&self, world: Arc<World>, request: OnDemandRequest) -> BoxFuture<'static, OnDemandOutcome> {
        let jobs = self.jobs.clone();
        async move {
            let mut only = Only::default();
            let kind = if request.object_type == "Group" { ObjectKind::Group } else { ObjectKind::User };
            match kind {
                ObjectKind::User => only.users.insert(request.object_id.as_str().into()),
                ObjectKind::Group => only.groups.insert(request.object_id.as_str().into()),
            };
            only.users.extend(request.members.iter().map(|member| member.as_str().into()));
            let done = match memory_of(&jobs, &world, &request.cycle.job_id) {
                Ok(memory) => pass::run(&world, &memory, &request.cycle, pass::Extent::OnDemand(only)).await,
                Err(stopped) => Err(stopped),
            };
            report::on_demand(&world, &request.cycle, (kind, request.object_id), done)
        }
        .boxed()
    }
}
