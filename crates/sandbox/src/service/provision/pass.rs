//! One pass: read, plan, hold back what the limit forbids, apply.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use url::Url;
use usher_auth::Origin;
use usher_engine::{ApplyInput, End, Fill, Limits, Machine, Outcome, Resume, StopReason, UnitEnd, drive};
use usher_goto::{Capabilities, Dialect, Pacer, ServiceProvider};
use usher_mapping::{Compilation, Mappings, ObjectType, Profile, SchemaDocument, Severity, Table, compile};
use usher_plan::{Action, Code, Cycle, DELETION_THRESHOLD, DigestKey, Filling, Only, Plan};
use usher_runner::config::DialectChoice;
use usher_runner::target::{Paths, Writer, read as read_target};
use usher_runner::{RunJournal, Watch, known_at};
use usher_store::{NewRun, RunId};

use super::memory::{JobMemory, Subject};
use super::report::Stopped;
use super::rules::{Rules, rules};
use super::source::{Read, Wanted, read as read_source};
use super::tokens::JobTokens;
use crate::service::CycleRequest;
use crate::world::{World, lock};

/// What a pass looks at.
pub enum Extent {
    /// Everyone in an initial cycle, else what changed.
    Cycle,
    /// These.
    OnDemand(Only),
}

/// A pass that came to its end.
pub struct Pass {
    /// What was read.
    pub read: Read,
    /// What was decided.
    pub plan: Plan,
    /// What became of it; nothing when the limit of deletions held it back.
    pub outcome: Option<Outcome>,
    /// Objects that were looked at.
    pub looked_at: usize,
    /// Objects with errors, of this pass and of earlier ones.
    pub failing: usize,
    /// Provisioned objects by type.
    pub counts: std::collections::BTreeMap<String, i64>,
}

/// Runs one pass.
pub async fn run(
    world: &Arc<World>,
    memory: &JobMemory,
    request: &CycleRequest,
    extent: Extent,
) -> Result<Pass, Stopped> {
    let _turn = memory.turn.lock().await;
    if request.forget_links {
        memory.forget().await?;
    }
    let profile = profile(world, request);
    let (mappings, users, groups) = tables(request, profile)?;
    let rules = rules(request, profile, matches!(extent, Extent::Cycle));
    let provider = provider(world, request)?;
    let known =
        known_at(&provider, base(world, request), DialectChoice::Auto, &memory.store, world.clock.now())
            .await?;
    let provider = provider.with_capabilities(known.record().clone());
    let read = {
        let wanted = Wanted {
            application: &request.service_principal_id,
            everyone: rules.everyone,
            users: &users,
            groups: &groups,
        };
        read_source(&lock(&world.entra), &wanted)
    };
    let (cycle, only) = match extent {
        Extent::OnDemand(only) => (Cycle::OnDemand, Some(only)),
        Extent::Cycle if request.initial => (Cycle::Initial, None),
        Extent::Cycle => (Cycle::Incremental, Some(lock(&memory.seen).changed(&read))),
    };
    let paths = Paths::of(&users, &groups);
    let wants_groups = rules.policy.groups && mappings.groups.enabled;
    // Read even when nothing changed: credentials that were lost show in every cycle.
    let target = read_target(&provider, &paths, wants_groups, &Watch::silent()).await?;
    let links = memory.links().await?;
    let key = DigestKey::new(world.random.bytes(&format!("digest-key/{}", request.job_id)));
    let plan = {
        let Rules { policy, guards, everyone } = &rules;
        usher_plan::plan(&usher_plan::Request {
            connection: &request.job_id,
            practice: true,
            cycle,
            made_at: world.clock.now(),
            configuration: &request.cycle_id,
            target_url: &base(world, request),
            linked_at: None,
            watermark: "practice",
            source: &read.snapshot,
            target: &target,
            links: &links,
            decisions: usher_plan::Decisions::NONE,
            mappings: &mappings,
            users: &users,
            groups: &groups,
            assigned_only: !everyone,
            // Microsoft's service knows no rings: there, whoever is assigned is the ring.
            ring: None,
            guards,
            acting: &[],
            last_read: None,
            policy,
            capabilities: &known.for_plan(profile),
            key: &key,
            only: only.as_ref(),
            mending: None,
        })
    };
    let looked_at = only.as_ref().map_or(read.facts.len(), |only| only.users.len() + only.groups.len());
    if plan.guards.iter().any(|finding| finding.guard == DELETION_THRESHOLD) {
        // Nothing of the batch is executed, and the next cycle finds the same changes again.
        let seen = lock(&memory.seen);
        let (failing, counts) = (seen.failing(), seen.counts());
        drop(seen);
        return Ok(Pass { read, plan, outcome: None, looked_at, failing, counts });
    }
    let made_at = plan.made_at;
    let boolean = rules.policy.boolean;
    let filling = Filling { source: read.snapshot.clone(), users, groups, made_at, boolean, key };
    let outcome = apply(world, memory, &plan, provider, paths, filling).await?;
    memory.unlink(unlinked(&plan, &outcome)).await?;
    let failed = failed(&plan, &outcome);
    let links = memory.links().await?;
    let (failing, counts) = {
        let mut seen = lock(&memory.seen);
        seen.settle(&read, only.as_ref(), &failed, &links);
        (seen.failing(), seen.counts())
    };
    Ok(Pass { read, plan, outcome: Some(outcome), looked_at, failing, counts })
}

/// GoTo's own template, or the one for any SCIM service provider.
fn profile(world: &World, request: &CycleRequest) -> Profile {
    let entra = lock(&world.entra);
    let sp = entra.applications.service_principals.get(&request.service_principal_id);
    let job = sp.and_then(|sp| sp.sync.jobs.get(&request.job_id));
    match job.map(|job| job.template_id.as_str()) {
        Some("scim") => Profile::Scim,
        _ => Profile::Goto,
    }
}

fn tables(request: &CycleRequest, profile: Profile) -> Result<(Mappings, Table, Table), Stopped> {
    let wrong = |text: String| Stopped::configuration(text);
    let document = SchemaDocument::new(request.schema.clone()).map_err(|error| wrong(error.to_string()))?;
    let (mappings, _) = document.mappings().map_err(|error| wrong(error.to_string()))?;
    let table = |object, mapping| {
        let Compilation { table, findings } = compile(profile, object, mapping);
        match (table, findings.iter().find(|finding| finding.severity == Severity::Error)) {
            (Some(table), None) => Ok(table),
            (_, finding) => {
                let code = finding.map_or("", |finding| finding.code.as_str());
                Err(wrong(format!("The attribute mappings cannot be used: {code}.")))
            }
        }
    };
    let users = table(ObjectType::User, &mappings.users)?;
    let groups = table(ObjectType::Group, &mappings.groups)?;
    Ok((mappings, users, groups))
}

/// Where the job provisions to.
fn base(world: &World, request: &CycleRequest) -> String {
    let stored = request.secrets.get("BaseAddress").filter(|base| !base.is_empty());
    stored.unwrap_or(&world.endpoints().scim).trim_end_matches('/').to_owned()
}

fn provider(world: &Arc<World>, request: &CycleRequest) -> Result<ServiceProvider, Stopped> {
    let wrong = |_| Stopped::configuration("The tenant URL is not one of this computer.".to_owned());
    let url: Url = base(world, request).parse().map_err(|_| wrong(()))?;
    // Practice stays practice: nothing outside this computer is ever called.
    if !matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")) {
        return Err(wrong(()));
    }
    let origin = Origin::of(&url).map_err(|_| wrong(()))?;
    let tokens = JobTokens::new(world, &request.service_principal_id, origin);
    let pacer = Arc::new(Pacer::new(rate(world)));
    // What it can do is found out before anything else is asked.
    Ok(ServiceProvider::new(url, tokens, pacer, Capabilities::assumed(Dialect::GotoV1))?)
}

/// Gallery connectors keep to the vendor's limits by themselves: here four fifths of what GoTo answers.
fn rate(world: &World) -> u32 {
    world.options.goto_rate.map_or(0, |limit| (limit * 4 / 5).max(1))
}

async fn apply(
    world: &Arc<World>,
    memory: &JobMemory,
    plan: &Plan,
    provider: ServiceProvider,
    paths: Paths,
    filling: Filling,
) -> Result<Outcome, Stopped> {
    let new = NewRun {
        cycle: plan.cycle.word().to_owned(),
        runner: "entra".to_owned(),
        began: world.clock.now(),
        plan: Some(plan.hash.clone()),
    };
    let own = |error: usher_store::StoreError| Stopped::own(error.to_string());
    let run = memory.store.with(move |store| store.begin_run(&new)).await.map_err(own)?;
    let clock = {
        let world = world.clone();
        Arc::new(move || world.clock.now())
    };
    let operations = Arc::new(plan.operations.clone());
    let machine = Machine::new(ApplyInput {
        operations: plan.operations.clone(),
        journal: Vec::new(),
        resume: Resume::Continue,
        // One after the other, so that the same world gives the same ids at GoTo; the pace is the pacer's.
        limits: Limits { concurrency: 1, requests_per_second: 0, seed: world.options.seed },
        fill: fill(world, run, filling),
    });
    let journal = RunJournal::new(memory.store.clone(), run, clock, operations);
    let writer = Writer::new(provider, memory.store.clone(), paths);
    let never = CancellationToken::new();
    let outcome = drive(machine, writer, Arc::new(journal), never.cancelled_owned(), |_| {}).await;
    let ended = world.clock.now();
    memory.store.with(move |store| store.end_run(run, ended, "{}", "{}")).await.map_err(own)?;
    match &outcome.end {
        End::Completed => Ok(outcome),
        End::Stopped { why: StopReason::LostAuthentication, detail } => {
            Err(Stopped::credentials(detail.clone()))
        }
        End::Stopped { why, detail } => Err(Stopped::target(why.code(), detail.clone())),
        End::Cancelled => Err(Stopped::own("cancelled".to_owned())),
    }
}

/// What the plan left open. Seeded like everything here: the same world draws the same values.
fn fill(world: &Arc<World>, run: RunId, filling: Filling) -> Fill {
    let world = world.clone();
    Box::new(move |operation, change| {
        let label = format!("drawn/{}/{}/{}", run.0, operation.id, change.attribute);
        filling.value(operation, change, world.random.bytes(&label))
    })
}

/// Whoever was disabled because of the scope, and whatever was deleted, is no longer managed (Microsoft Learn, "How
/// application provisioning works": a later deletion of the account sends nothing).
fn unlinked(plan: &Plan, outcome: &Outcome) -> Vec<Subject> {
    let left = [Code::NotAssigned, Code::NestedOnly, Code::NotEffectivelyEntitled].map(Code::as_str);
    plan.operations
        .iter()
        .filter(|operation| match operation.action {
            Action::Delete => true,
            Action::Disable => left.contains(&operation.reason.code.as_ref()),
            _ => false,
        })
        .filter(|operation| {
            outcome.units.iter().any(|unit| {
                unit.unit.operation == operation.id
                    && matches!(unit.end, UnitEnd::Verified | UnitEnd::Accepted)
            })
        })
        .filter_map(|operation| Some((operation.kind, operation.source.as_ref()?.to_string())))
        .collect()
}

fn failed(plan: &Plan, outcome: &Outcome) -> BTreeSet<Subject> {
    let units = outcome.units.iter().filter_map(|unit| Some((plan.operation(unit.unit.operation)?, unit)));
    let parked = units.filter(|(operation, unit)| {
        // A reference to somebody who is not there is a warning: nobody waits for another try because of it.
        let waits = !unit.left_out.is_empty() && operation.action != Action::SetReferences;
        !matches!(unit.end, UnitEnd::Verified | UnitEnd::Accepted) || waits
    });
    let of_units =
        parked.filter_map(|(operation, _)| Some((operation.kind, operation.source.as_ref()?.to_string())));
    let of_plan = plan.failures.iter().map(|failure| (failure.kind, failure.source.to_string()));
    of_units.chain(of_plan).collect()
}
