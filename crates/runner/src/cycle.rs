//! A cycle: read, plan, guard, apply, record. `preview` is the first half, and holds nothing that could write.

use std::sync::Arc;

use usher_engine::{ApplyInput, End, Fill, Limits, Machine, Outcome, Resume, drive};
use usher_goto::ServiceProvider;
use usher_graph::Graph;
use usher_mapping::{Compilation, Mappings, ObjectType, Profile, Severity, Table, compile};
use usher_plan::{Code, Cycle, Links, ObjectKind, Only, Operation, Plan, Policy, same_decision, verify};
use usher_store::{NewRun, RunId, RunLock, SavedPlan};

use crate::capabilities::{self, Known};
use crate::config::Connection;
use crate::error::RunError;
use crate::journal::{Clock, RunJournal, kind, records};
use crate::memory::Memory;
use crate::progress::{Phase, Progress, Watch};
use crate::record::{after, record_end};
use crate::source::{self, Needs, SourceCommit, SourceRequest};
use crate::state;
use crate::target::{self, Paths, Writer};

/// A service provider that can only be read.
#[derive(Clone)]
pub struct Reader(ServiceProvider);

impl Reader {
    /// Takes the writing away.
    #[must_use]
    pub fn new(provider: ServiceProvider) -> Self {
        Self(provider)
    }
}

/// What a preview works with: two sides to read and a memory to look into.
#[derive(Clone)]
pub struct Reading {
    /// Microsoft Graph.
    pub graph: Graph,
    /// The service provider, for reading.
    pub target: Reader,
    /// The connection's memory.
    pub memory: Memory,
    /// The time of day.
    pub clock: Clock,
}

/// Which revision is looked at.
#[derive(Clone, Copy)]
pub struct Revision<'a> {
    /// Its content.
    pub connection: &'a Connection,
    /// SHA-256 of its canonical form.
    pub hash: &'a str,
}

/// What a plan is for.
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    /// Look at everyone, even where changes could be followed.
    pub everything: bool,
    /// Only these objects.
    pub only: Option<&'a Only>,
}

/// A plan with what belongs to it.
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// People and groups in the source that were looked at.
    pub looked_at: u32,
    source: SourceCommit,
    known: Known,
    paths: Paths,
}

/// Works out what a cycle would do. Nothing here can write to the service provider.
pub async fn preview(
    reading: &Reading,
    revision: Revision<'_>,
    pass: Pass<'_>,
    watch: &Watch,
) -> Result<Prepared, RunError> {
    let connection = revision.connection;
    let (users, groups) = tables(connection.profile, &connection.mappings)?;
    let now = (reading.clock)();
    let asking = capabilities::known(&reading.target.0, connection, &reading.memory, now);
    let known = tokio::select! {
        known = asking => known?,
        () = watch.cancel.cancelled() => return Err(RunError::Cancelled),
    };
    let provider = reading.target.0.with_capabilities(known.record().clone());
    let needs = Needs::of(&users, &groups);
    let request = SourceRequest {
        graph: &reading.graph,
        root: connection.source.graph.as_str(),
        application: &connection.scope.application,
        needs: &needs,
        everything: pass.everything,
        now,
    };
    let read = source::read(&request, &reading.memory, watch).await?;
    let paths = Paths::of(&users, &groups);
    let policy = Policy::local(connection.profile);
    let wants_groups = policy.groups && connection.mappings.groups.enabled;
    let snapshot = target::read(&provider, &paths, wants_groups, watch).await?;
    let links = links(&reading.memory).await?;
    watch.say(Phase::Comparing, 0, read.snapshot.users().len());
    let looked_at = count(read.snapshot.users().len() + read.snapshot.groups().len());
    let plan = {
        // The practice world's ports change with every start and say nothing: a plan of it names the world.
        let base = connection.target.base_url.as_str().trim_end_matches('/');
        let target_url = if connection.practice { "practice" } else { base };
        let abilities = known.for_plan(connection.profile);
        usher_plan::plan(&usher_plan::Request {
            connection: &connection.id,
            practice: connection.practice,
            cycle: if pass.only.is_some() { Cycle::OnDemand } else { read.cycle },
            made_at: now,
            configuration: revision.hash,
            target_url,
            watermark: &read.watermark,
            source: &read.snapshot,
            target: &snapshot,
            links: &links,
            mappings: &connection.mappings,
            users: &users,
            groups: &groups,
            assigned_only: connection.scope.assigned_only,
            guards: &connection.guards,
            policy: &policy,
            capabilities: &abilities,
            only: pass.only,
        })
    };
    Ok(Prepared { plan, looked_at, source: read.commit, known, paths })
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Both tables, compiled. An error in either means that nothing is planned: half a mapping is no mapping.
fn tables(profile: Profile, mappings: &Mappings) -> Result<(Table, Table), RunError> {
    let mut wrong = Vec::new();
    let mut table = |object, mapping| {
        let Compilation { table, findings } = compile(profile, object, mapping);
        wrong.extend(findings.into_iter().filter(|finding| finding.severity == Severity::Error));
        table
    };
    let users = table(ObjectType::User, &mappings.users);
    let groups = table(ObjectType::Group, &mappings.groups);
    match (users, groups) {
        (Some(users), Some(groups)) if wrong.is_empty() => Ok((users, groups)),
        _ => Err(RunError::Mappings(wrong)),
    }
}

async fn links(memory: &Memory) -> Result<Links, RunError> {
    memory
        .with(|store| {
            let mut all = Vec::new();
            for object in [ObjectKind::User, ObjectKind::Group] {
                all.extend(store.links(kind(object))?.into_iter().map(|link| usher_plan::Link {
                    kind: object,
                    source: link.source.into(),
                    target: link.target.into(),
                    origin: match link.origin {
                        usher_store::LinkOrigin::Created => usher_plan::Origin::Created,
                        usher_store::LinkOrigin::Adopted => usher_plan::Origin::Adopted,
                    },
                    active: link.active,
                }));
            }
            Ok(all.into_iter().collect())
        })
        .await
}

/// What is carried out.
pub enum Work<'a> {
    /// A cycle: within the guards by itself, else only with an approval that is stored for exactly this plan.
    Cycle {
        /// Look at everyone again.
        everything: bool,
    },
    /// Exactly this plan, which a person approves by handing it over; refused when it no longer fits the world.
    Approved {
        /// The plan.
        plan: Box<Plan>,
        /// Who approves it.
        by: &'a str,
    },
    /// Named objects only.
    OnDemand(&'a Only),
}

/// What a run did.
pub struct Report {
    /// Its number.
    pub run: RunId,
    /// The plan that was carried out.
    pub plan: Plan,
    /// What became of it.
    pub outcome: Outcome,
}

/// Runs one cycle. The lock is the proof that nobody else does at the same time.
pub async fn run(
    reading: &Reading,
    provider: &ServiceProvider,
    revision: Revision<'_>,
    work: Work<'_>,
    _lock: &RunLock,
    watch: &Watch,
) -> Result<Report, RunError> {
    settle_unfinished(reading, provider, revision.connection, watch).await?;
    let began = (reading.clock)();
    let (everything, only) = match &work {
        Work::Cycle { everything } => (*everything, None),
        Work::Approved { plan, .. } => {
            check_file(plan, revision.connection)?;
            (plan.cycle == Cycle::Initial, None)
        }
        Work::OnDemand(only) => (false, Some(*only)),
    };
    let new = NewRun {
        cycle: if only.is_some() { "onDemand" } else { "cycle" }.to_owned(),
        runner: "local".to_owned(),
        began,
        plan: None,
    };
    let run = reading.memory.with(move |store| store.begin_run(&new)).await.map_err(RunError::Store)?;
    let result = attempt(reading, provider, revision, &work, Pass { everything, only }, run, watch).await;
    let ended = (reading.clock)();
    record_end(reading, run, began, ended, only.is_some(), &result).await?;
    result
}

/// Refuses a plan that was edited, or that belongs elsewhere, before anything is read.
fn check_file(plan: &Plan, connection: &Connection) -> Result<(), RunError> {
    verify(plan).map_err(|_| RunError::Edited)?;
    if plan.connection != connection.id {
        return Err(RunError::OtherConnection);
    }
    if plan.practice != connection.practice {
        return Err(RunError::OtherWorld);
    }
    Ok(())
}

async fn attempt(
    reading: &Reading,
    provider: &ServiceProvider,
    revision: Revision<'_>,
    work: &Work<'_>,
    pass: Pass<'_>,
    run: RunId,
    watch: &Watch,
) -> Result<Report, RunError> {
    let prepared = preview(reading, revision, pass, watch).await?;
    let Prepared { plan, source, known, paths, .. } = prepared;
    save_plan(reading, &plan, run).await?;
    allow(reading, &plan, work, run).await?;
    let provider = provider.with_capabilities(known.record().clone());
    let writer = Writer::new(provider, reading.memory.clone(), paths);
    let outcome =
        apply(reading, revision.connection, &plan, run, Resume::Continue, Vec::new(), writer, watch).await;
    after(reading, &plan, &outcome, run).await?;
    // The watermark moves last, and only for a pass over everything that changed.
    if outcome.is_settled() && plan.cycle != Cycle::OnDemand {
        source.save(&reading.memory).await?;
    }
    Ok(Report { run, plan, outcome })
}

async fn save_plan(reading: &Reading, plan: &Plan, run: RunId) -> Result<(), RunError> {
    let (saved, cycle) = (saved(plan)?, plan.cycle);
    reading
        .memory
        .with(move |store| {
            store.put_plan(&saved)?;
            store.set_run_plan(run, &saved.hash, cycle.word())
        })
        .await
        .map_err(RunError::Store)
}

/// A plan in the form in which it is stored.
pub fn saved(plan: &Plan) -> Result<SavedPlan, RunError> {
    let body = serde_json::to_string(plan).map_err(RunError::plan_form)?;
    Ok(SavedPlan { hash: plan.hash.clone(), made_at: plan.made_at, body })
}

/// Whether this plan may be carried out: within the guards, or approved by a person as exactly this plan.
async fn allow(reading: &Reading, plan: &Plan, work: &Work<'_>, run: RunId) -> Result<(), RunError> {
    if let Work::Approved { plan: approved, by } = work {
        same_decision(approved, plan).map_err(|stale| RunError::Stale { changed: stale.changed })?;
        if plan.guards.iter().any(|guard| !guard.approvable) {
            return Err(RunError::Guarded(Box::new(plan.clone())));
        }
        let (hash, by, at) = (plan.hash.clone(), (*by).to_owned(), (reading.clock)());
        let losing = plan.counts.disable + plan.counts.delete;
        return reading
            .memory
            .with(move |store| {
                store.approve(&hash, &by, Some(losing), at)?;
                store.use_approval(&hash, run, at).map(drop)
            })
            .await
            .map_err(RunError::Store);
    }
    if plan.guards.is_empty() {
        return Ok(());
    }
    let approvable = plan.guards.iter().all(|guard| guard.approvable);
    if approvable && use_stored_approval(reading, plan, run).await? {
        return Ok(());
    }
    Err(RunError::Guarded(Box::new(plan.clone())))
}

/// Uses an approval that a person gave for a plan that decides exactly the same.
async fn use_stored_approval(reading: &Reading, plan: &Plan, run: RunId) -> Result<bool, RunError> {
    let plan = plan.clone();
    let since = jiff::Timestamp::MIN;
    reading
        .memory
        .with(move |store| {
            let Some(hash) = store.state::<String>(state::APPROVED)? else { return Ok(false) };
            let Some(saved) = store.plan(&hash)? else { return Ok(false) };
            let approved: Plan = serde_json::from_str(&saved.body).map_err(RunError::plan_form)?;
            // A forged row fails here: what counts is what was just recomputed from live facts.
            if verify(&approved).is_err() || approved.hash != hash || same_decision(&approved, &plan).is_err()
            {
                return Ok(false);
            }
            let used = store.use_approval(&hash, run, since)?.is_some();
            if used {
                store.remove_state(state::APPROVED)?;
            }
            Ok(used)
        })
        .await
}

#[allow(clippy::too_many_arguments)] // the parts of one run; a struct would only rename them
async fn apply(
    reading: &Reading,
    connection: &Connection,
    plan: &Plan,
    run: RunId,
    resume: Resume,
    journal: Vec<usher_engine::Record>,
    writer: Arc<Writer>,
    watch: &Watch,
) -> Outcome {
    let operations = Arc::new(plan.operations.clone());
    let machine = Machine::new(ApplyInput {
        operations: plan.operations.clone(),
        journal,
        resume,
        limits: Limits {
            concurrency: if connection.runner.requests_per_second == 0 { 8 } else { 2 },
            requests_per_second: connection.runner.requests_per_second,
            seed: run.0.unsigned_abs(),
        },
        fill: no_placeholders(),
    });
    let durable = RunJournal::new(reading.memory.clone(), run, Arc::clone(&reading.clock), operations);
    let cancelled = watch.cancel.clone().cancelled_owned();
    let hears = watch.clone();
    drive(machine, writer, Arc::new(durable), cancelled, move |progress| {
        hears.tell(Progress {
            phase: if progress.verifying { Phase::Verifying } else { Phase::Writing },
            done: progress.done,
            total: progress.total,
            remaining: progress.remaining,
        });
    })
    .await
}

/// A plan holds only the placeholder of a random value and the digest of a redacted one. This version plans them and
/// cannot fill them in when it writes: their object fails instead of getting an empty value.
fn no_placeholders() -> Fill {
    Box::new(|_: &Operation, change| {
        Err(Code::ExpressionFailed.with([
            ("attribute", change.attribute.to_string()),
            ("error", "EXPR-UNSUPPORTED-HERE".to_owned()),
        ]))
    })
}

/// Finds out what became of the writes of runs that were killed. Nothing is written to the service provider.
async fn settle_unfinished(
    reading: &Reading,
    provider: &ServiceProvider,
    connection: &Connection,
    watch: &Watch,
) -> Result<(), RunError> {
    let unfinished =
        reading.memory.with(usher_store::Store::unfinished_runs).await.map_err(RunError::Store)?;
    for run in unfinished {
        let lines = records(&reading.memory, run.id).await.map_err(RunError::Store)?;
        let hash = run.plan.clone().unwrap_or_default();
        let saved = reading.memory.with(move |store| store.plan(&hash)).await.map_err(RunError::Store)?;
        if let Some(saved) = saved.filter(|_| !usher_engine::open_units(&lines).is_empty()) {
            let plan: Plan = serde_json::from_str(&saved.body).map_err(RunError::plan_form)?;
            let (users, groups) = tables(connection.profile, &connection.mappings)?;
            let known = capabilities::known(provider, connection, &reading.memory, (reading.clock)()).await?;
            let provider = provider.with_capabilities(known.record().clone());
            let writer = Writer::new(provider, reading.memory.clone(), Paths::of(&users, &groups));
            let outcome =
                apply(reading, connection, &plan, run.id, Resume::SettleOnly, lines, writer, watch).await;
            if outcome.end != End::Completed {
                return Err(RunError::NotSettled);
            }
            after(reading, &plan, &outcome, run.id).await?;
        }
        if run.ended.is_none() {
            let ended = (reading.clock)();
            reading
                .memory
                .with(move |store| store.end_run(run.id, ended, r#"{"kind":"interrupted"}"#, "{}"))
                .await
                .map_err(RunError::Store)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use usher_mapping::{FilterClause, FilterGroup, defaults};

    use super::*;

    /// The default mappings with one filter on people.
    fn filtered(attribute: &str, operator: &str) -> Mappings {
        let mut mappings = defaults(Profile::Goto);
        let values = vec!["Support".to_owned()];
        let clause = FilterClause { attribute: attribute.to_owned(), operator: operator.to_owned(), values };
        mappings.users.scope = vec![FilterGroup { name: "IT".to_owned(), clauses: vec![clause] }];
        mappings
    }

    #[test]
    fn a_stored_filter_that_is_not_understood_stops_the_run_before_anything_is_read() {
        for (attribute, operator) in
            [("departmint", "EQUALS"), ("department", "EQUAL"), ("userType", "EQUALS")]
        {
            let refused = tables(Profile::Goto, &filtered(attribute, operator));
            assert!(matches!(refused, Err(RunError::Mappings(_))), "{attribute} {operator}");
        }
    }

    #[test]
    fn what_only_filters_read_is_asked_for_and_a_new_filter_reads_everyone_again() {
        let needs = |mappings: &Mappings| {
            let (users, groups) = tables(Profile::Goto, mappings).expect("the mappings are right");
            Needs::of(&users, &groups)
        };
        let (without, with) = (needs(&defaults(Profile::Goto)), needs(&filtered("city", "EQUALS")));
        assert!(!without.select(ObjectType::User).contains(&"city".to_owned()));
        assert!(with.select(ObjectType::User).contains(&"city".to_owned()));
        assert_ne!(without.fingerprint("graph", "app"), with.fingerprint("graph", "app"));
    }
}
