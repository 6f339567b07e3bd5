//! Reading both sides and planning.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use usher_goto::ServiceProvider;
use usher_graph::Graph;
use usher_plan::{
    Accounts, Action, Capabilities, Code, Cycle, Decision, Decisions, Difference, Filling, Links, Mending,
    ObjectKind, Only, Plan, Policy, Request, Story, TargetSnapshot,
};

use usher_store::Choice;

use super::{absent, apply, around, count, tables};
use crate::capabilities::{self, Known};
use crate::config::Connection;
use crate::error::RunError;
use crate::journal::{Clock, kind};
use crate::memory::Memory;
use crate::progress::{Phase, Watch};
use crate::settled::{self, Settled};
use crate::source::{self, Extent, Needs, SourceCommit, SourceRequest};
use crate::target::{self, Paths};

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
    /// Whom Usher signs in as on both sides: user names or object ids. Their access is never taken away.
    pub acting: Vec<String>,
}

/// Which revision is looked at.
#[derive(Clone, Copy)]
pub struct Revision<'a> {
    /// Its content.
    pub connection: &'a Connection,
    /// SHA-256 of its canonical form.
    pub hash: &'a str,
}

/// A plan with what belongs to it.
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// People and groups in the source that were looked at.
    pub looked_at: u32,
    /// Whom the plan speaks of; everyone when absent.
    pub(super) about: Option<Only>,
    pub(super) source: SourceCommit,
    pub(super) settled: Settled,
    pub(super) known: Known,
    pub(super) paths: Paths,
    /// Whether something is made again that was removed at the service provider, and not everybody was looked at.
    pub(super) makes_again: bool,
    /// What the plan leaves open: only who applies it may fill it in.
    pub(super) filling: Filling,
}

/// Works out what a cycle would do. Nothing here can write to the service provider.
pub async fn preview(
    reading: &Reading,
    revision: Revision<'_>,
    extent: Extent<'_>,
    watch: &Watch,
) -> Result<Prepared, RunError> {
    // Who asks for somebody by name means them, in the ring or not.
    let ring = revision.connection.ring().filter(|_| !matches!(extent, Extent::Only(_)));
    let mut also = Only::default();
    loop {
        let extent = match extent {
            Extent::Changes if also != Only::default() => Extent::ChangesAnd(&also),
            extent => extent,
        };
        let (seen, is_made_again) = work_out(reading, revision, extent, ring, watch, makes_again).await?;
        if !matches!(extent, Extent::Changes | Extent::ChangesAnd(_)) {
            return Ok(Prepared { makes_again: is_made_again, ..seen });
        }
        if is_made_again {
            let everyone = Extent::Everyone { reread: false };
            return Ok(work_out(reading, revision, everyone, ring, watch, |_, _, _| ()).await?.0);
        }
        let mut wider = also.clone();
        holders(&seen.plan, &mut wider);
        if wider == also {
            return Ok(seen);
        }
        also = wider;
    }
}

/// Adds those who have the account that somebody wants and who were not looked at: whether it goes over is decided by
/// where they stand.
fn holders(plan: &Plan, only: &mut Only) {
    let held = plan.failures.iter().filter(|failure| failure.reason.code == Code::HeldByAnother.as_str());
    for (kind, id) in held.filter_map(|failure| Some((failure.kind, failure.reason.with.get("other")?))) {
        match kind {
            ObjectKind::User => only.users.insert(id.as_str().into()),
            ObjectKind::Group => only.groups.insert(id.as_str().into()),
        };
    }
}

/// Whether something is made again that somebody removed at the service provider: what hung on it there is gone too,
/// memberships above all, and a pass over changes looks at none of that.
fn makes_again(request: &Request<'_>, plan: &Plan, _: &Only) -> bool {
    let creates = plan.operations.iter().filter(|operation| operation.action == Action::Create);
    creates
        .filter_map(|one| Some((one.kind, one.source.as_ref()?)))
        .any(|(kind, source)| request.links.target_of(kind, source.as_str()).is_some())
}

/// Works out what a cycle would do with everyone, and whose the accounts at the service provider are. Nothing here can
/// write to it.
pub async fn preview_with_accounts(
    reading: &Reading,
    revision: Revision<'_>,
    reread: bool,
    watch: &Watch,
) -> Result<(Prepared, Accounts), RunError> {
    let everyone = Extent::Everyone { reread };
    let sort = |request: &Request<'_>, plan: &Plan, _: &Only| usher_plan::accounts(request, plan);
    work_out(reading, revision, everyone, revision.connection.ring(), watch, sort).await
}

/// What a look at everyone on both sides shows besides what a cycle would do.
pub struct Survey {
    /// Whose the accounts at the service provider are.
    pub accounts: Accounts,
    /// What differs there from what was written, as far as nobody expects it.
    pub drift: Vec<Difference>,
    /// How much more differs because of people and groups that changed in Entra since the last cycle, or that failed and
    /// are tried again: that is the next cycle's business.
    pub waiting: u32,
}

/// Looks at everyone, and plans the mending that `mend` asks for. Nothing here can write to the service provider.
pub async fn survey(
    reading: &Reading,
    revision: Revision<'_>,
    mend: impl FnOnce(&Survey, &Plan) -> Option<Mending>,
    watch: &Watch,
) -> Result<(Prepared, Survey, Option<Plan>), RunError> {
    let retries = reading.memory.with(usher_store::Store::retries).await.map_err(RunError::Store)?;
    let everyone = Extent::Everyone { reread: false };
    let look = |request: &Request<'_>, plan: &Plan, changed: &Only| {
        let expected = |found: &Difference| {
            let ids = if found.kind == ObjectKind::User { &changed.users } else { &changed.groups };
            let failing = |retry: &usher_store::Retry| {
                retry.kind == kind(found.kind)
                    && retry.source == found.source.as_str()
                    && !usher_engine::waits_for_somebody(&retry.code)
            };
            ids.contains(&found.source) || retries.iter().any(failing)
        };
        let (waiting, drift): (Vec<_>, Vec<_>) =
            usher_plan::drift(request, plan).into_iter().partition(expected);
        let accounts = usher_plan::accounts(request, plan);
        let survey = Survey { accounts, drift, waiting: count(waiting.len()) };
        let mended = mend(&survey, plan).map(|mending| usher_plan::plan(&request.mending(&mending)));
        (survey, mended)
    };
    let ring = revision.connection.ring();
    let (prepared, (survey, mended)) = work_out(reading, revision, everyone, ring, watch, look).await?;
    Ok((prepared, survey, mended))
}

/// Tells why something would be done, or not, about one person or group, with what would be done; nothing when neither
/// side knows it. Nothing here can write to the service provider.
pub async fn why(
    reading: &Reading,
    revision: Revision<'_>,
    about: (ObjectKind, &str),
    watch: &Watch,
) -> Result<Option<(Story, Plan)>, RunError> {
    let (kind, id) = about;
    let mut only = Only::default();
    match kind {
        ObjectKind::User => only.users.insert(id.into()),
        ObjectKind::Group => only.groups.insert(id.into()),
    };
    let tell = |request: &Request<'_>, plan: &Plan, _: &Only| usher_plan::why(request, plan, kind, id);
    let ring = revision.connection.ring();
    let (prepared, story) = work_out(reading, revision, Extent::Only(&only), ring, watch, tell).await?;
    Ok(story.map(|story| (story, prepared.plan)))
}

/// Reads and plans; `look` sees the facts, the plan, and who changed in Entra since the last cycle.
async fn work_out<T>(
    reading: &Reading,
    revision: Revision<'_>,
    extent: Extent<'_>,
    ring: Option<&BTreeSet<String>>,
    watch: &Watch,
    look: impl FnOnce(&Request<'_>, &Plan, &Only) -> T,
) -> Result<(Prepared, T), RunError> {
    let connection = revision.connection;
    let (users, groups) = tables::tables(connection.profile, &connection.mappings)?;
    let now = (reading.clock)();
    let asking = capabilities::known(&reading.target.0, connection, &reading.memory, now);
    let known = tokio::select! {
        known = asking => known?,
        () = watch.cancel.cancelled() => return Err(RunError::Cancelled),
    };
    let provider = reading.target.0.with_capabilities(known.record().clone());
    let last = Settled::load(&reading.memory).await?;
    let tenant = settled::tenant(&reading.graph, connection, last.as_ref(), watch).await?;
    let needs = Needs::of(&users, &groups);
    let policy = Policy::local(connection.profile);
    let decisions = decisions(&reading.memory).await?;
    let abilities = known.for_plan(connection.profile);
    let request = SourceRequest {
        graph: &reading.graph,
        root: connection.source.graph.as_str(),
        application: &connection.scope.application,
        assigned_only: connection.scope.assigned_only,
        ring,
        nested_groups: policy.nested_groups,
        late_references: policy.late_references,
        needs: &needs,
        rules: &rules(connection, &decisions.rules(&policy), &abilities)?,
        extent,
        now,
    };
    let read = source::read(&request, &reading.memory, watch).await?;
    let paths = Paths::of(&users, &groups);
    let key = apply::digest_key(&reading.memory).await?;
    let (nothing, nobody) = (TargetSnapshot::default(), Links::default());
    // The practice world's ports change with every start and say nothing: a plan of it names the world.
    let base = match connection.practice {
        true => "practice",
        false => connection.target.base_url.as_str().trim_end_matches('/'),
    };
    let named = match extent {
        Extent::Only(only) => Some(only),
        Extent::Mending(mending) => Some(&mending.only),
        Extent::Changes | Extent::ChangesAnd(_) | Extent::Everyone { .. } => None,
    };
    let mending = match extent {
        Extent::Mending(mending) => Some(mending),
        _ => None,
    };
    let request = Request {
        connection: &connection.id,
        practice: connection.practice,
        cycle: if named.is_some() { Cycle::OnDemand } else { read.cycle },
        made_at: now,
        configuration: revision.hash,
        target_url: base,
        linked_at: last.as_ref().and_then(Settled::target),
        watermark: &read.watermark,
        source: &read.snapshot,
        target: &nothing,
        links: &nobody,
        decisions: &decisions,
        mappings: &connection.mappings,
        users: &users,
        groups: &groups,
        assigned_only: connection.scope.assigned_only,
        ring,
        guards: &connection.guards,
        acting: &reading.acting,
        last_read: last.as_ref().map(|last| last.sizes(connection)),
        policy: &policy,
        capabilities: &abilities,
        key: &key,
        only: read.about.as_ref().map(|about| &about.only).or(named),
        mending,
    };
    let (target, links) = match &read.about {
        Some(about) => around::read(&request, about, &provider, &paths, &reading.memory, watch).await?,
        None => {
            let wants_groups = policy.groups && connection.mappings.groups.enabled;
            let mut asked = target::everything(&provider, &paths, wants_groups, watch).await?;
            let links = around::all_links(&reading.memory).await?;
            around::unlisted(&Request { links: &links, ..request }, &mut asked, wants_groups, watch).await?;
            absent::confirm(&reading.graph, &read.snapshot, &links, watch).await?;
            (asked.finish(), links)
        }
    };
    capabilities::shown(&reading.memory, &known, &target).await?;
    let looked_at = match request.only.filter(|_| mending.is_none()) {
        Some(only) => count(only.users.len() + only.groups.len()),
        None => count(read.snapshot.users().len() + read.snapshot.groups().len()),
    };
    watch.say(Phase::Comparing, 0, looked_at as usize);
    let request = Request { target: &target, links: &links, ..request };
    let plan = usher_plan::plan(&request);
    absent::confirm_deletes(&reading.graph, &plan, watch).await?;
    let seen = look(&request, &plan, &read.changed);
    let settled = Settled::after(connection, tenant, base, last.as_ref(), read.cycle, &read.snapshot);
    let about = read.about.map(|about| about.only).or_else(|| mending.map(|mending| mending.only.clone()));
    let filling =
        Filling { source: read.snapshot, users, groups, made_at: now, boolean: policy.boolean, key };
    let makes_again = false;
    let source = read.commit;
    Ok((Prepared { plan, looked_at, about, source, settled, known, paths, makes_again, filling }, seen))
}

/// What a person decided about accounts that were there before.
pub async fn decisions(memory: &Memory) -> Result<Decisions, RunError> {
    let all = memory.with(usher_store::Store::decisions).await.map_err(RunError::Store)?;
    let decided = all.into_iter().map(|one| {
        let kind = match one.kind {
            usher_store::Kind::User => ObjectKind::User,
            usher_store::Kind::Group => ObjectKind::Group,
        };
        let decision = match one.choice {
            Choice::Adopt => Decision::Adopt,
            Choice::Leave => Decision::Leave,
            Choice::Later => Decision::Later,
        };
        (kind, one.target.into(), decision)
    });
    Ok(decided.collect())
}

/// Digest of everything besides the people that decides about them, the configuration and what the service provider can
/// do: when it changes, everyone is looked at.
fn rules(connection: &Connection, policy: &str, abilities: &Capabilities) -> Result<String, RunError> {
    let deciding = (
        &connection.profile,
        &connection.scope,
        &connection.guards,
        &connection.mappings,
        policy,
        abilities,
        &connection.target.base_url,
    );
    let deciding = serde_json::to_vec(&deciding).map_err(RunError::plan_form)?;
    Ok(Sha256::digest(deciding).iter().map(|byte| format!("{byte:02x}")).collect())
}
