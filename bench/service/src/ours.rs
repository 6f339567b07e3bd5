//! A plan carried out with the parts that the product uses: the engine, the client, and the journal on SQLite.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use url::Url;
use usher_auth::{Origin, Secret, StaticToken};
use usher_bench_plan::Organisation;
use usher_engine::{ApplyInput, Limits, Machine, Outcome, Resume, drive};
use usher_goto::{Capabilities, Dialect, Pacer, ServiceProvider};
use usher_plan::Plan;
use usher_runner::config::DialectChoice;
use usher_runner::target::{Paths, Writer};
use usher_runner::{Memory, RunJournal, known_at};
use usher_store::{ConnectionId, DataFolder, NewRun, World};

use crate::practice::Practice;

/// What the runner uses where the connection has no ceiling of its own.
pub const CONCURRENCY: u32 = 8;

/// How it went.
pub struct Carried {
    /// From the first step of the machine to its last.
    pub seconds: f64,
    /// What became of everything.
    pub outcome: Outcome,
}

/// A client for the world's service provider, without a ceiling of our own.
pub fn provider(practice: &Practice) -> Result<ServiceProvider> {
    let url: Url = practice.text("/scim").parse()?;
    let token = StaticToken::new(Origin::of(&url)?, Secret::new(practice.text("/scim_token")));
    let can = Capabilities::assumed(Dialect::Scim2);
    Ok(ServiceProvider::new(url, Arc::new(token), Arc::new(Pacer::new(0)), can)?)
}

/// A fresh memory in a folder.
pub fn memory(folder: &std::path::Path) -> Result<(DataFolder, ConnectionId, Memory)> {
    let data = DataFolder::open(folder)?;
    let id = ConnectionId::new("bench")?;
    let memory = Memory::new(data.create(&id, World::Practice, Timestamp::now())?);
    Ok((data, id, memory))
}

/// Carries a plan out, until it is done or `stop` resolves.
pub async fn carry_out(
    practice: &Practice,
    organisation: &Organisation,
    plan: &Plan,
    stop: impl Future<Output = ()> + Send,
) -> Result<Carried> {
    let folder = tempfile::tempdir()?;
    let (_, _, memory) = memory(folder.path())?;
    let provider = provider(practice)?;
    let now = Timestamp::now();
    let base = practice.text("/scim").to_owned();
    let known = known_at(&provider, base, DialectChoice::Auto, &memory, now).await?;
    let new = NewRun { cycle: "cycle".into(), runner: "local".into(), began: now, plan: None };
    let run = memory.now(|store| store.begin_run(&new))?;
    let request = organisation.request();
    let paths = Paths::of(request.users, request.groups);
    let writer = Writer::new(provider.with_capabilities(known.record().clone()), memory.clone(), paths);
    let operations = Arc::new(plan.operations.clone());
    let machine = Machine::new(ApplyInput {
        operations: plan.operations.clone(),
        journal: Vec::new(),
        resume: Resume::Continue,
        limits: Limits { concurrency: CONCURRENCY, requests_per_second: 0, seed: 1 },
        fill: Box::new(|_, _| unreachable!("the built-in mappings draw nothing")),
    });
    let journal = RunJournal::new(memory, run, Arc::new(Timestamp::now), operations);
    practice.forget_requests().await.context("before the clock runs")?;
    let machine = machine.after_requests(writer.recent().await);
    let began = Instant::now();
    let outcome = drive(machine, writer, Arc::new(journal), stop, |_| {}).await;
    Ok(Carried { seconds: began.elapsed().as_secs_f64(), outcome })
}
