//! Reading both sides and planning.

use sha2::{Digest as _, Sha256};
use usher_goto::ServiceProvider;
use usher_graph::Graph;
use usher_plan::{
    Capabilities, Cycle, Filling, Links, ObjectKind, Only, Plan, Policy, Request, Story, TargetSnapshot,
};

use super::{absent, apply, around, count, tables};
use crate::capabilities::{self, Known};
use crate::config::Connection;
use crate::error::RunError;
use crate::journal::Clock;
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
    Ok(work_out(reading, revision, extent, None, watch).await?.0)
}

/// Tells why something would be done, or not, about one person or group; nothing when neither side knows it. Nothing here
/// can write to the service provider.
pub async fn why(
    reading: &Reading,
    revision: Revision<'_>,
    about: (ObjectKind, &str),
    watch: &Watch,
) -> Result<Option<Story>, RunError> {
    let (kind, id) = about;
    let mut only = Only::default();
    match kind {
        ObjectKind::User => only.users.insert(id.into()),
        ObjectKind::Group => only.groups.insert(id.into()),
    };
    Ok(work_out(reading, revision, Extent::Only(&only), Some(about), watch).await?.1)
}

async fn work_out(
    reading: &Reading,
    revision: Revision<'_>,
    extent: Extent<'_>,
    tell: Option<(ObjectKind, &str)>,
    watch: &Watch,
) -> Result<(Prepared, Option<Story>), RunError> {
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
    let abilities = known.for_plan(connection.profile);
    let request = SourceRequest {
        graph: &reading.graph,
        root: connection.source.graph.as_str(),
        application: &connection.scope.application,
        assigned_only: connection.scope.assigned_only,
        nested_groups: policy.nested_groups,
        needs: &needs,
        rules: &rules(connection, &policy, &abilities)?,
        extent,
        now,
    };
    let read = source::read(&request, &reading.memory, watch).await?;
    let paths = Paths::of(&users, &groups);
    let key = apply::digest_key(&reading.memory).await?;
    let (nothing, nobody) = (TargetSnapshot::default(), Links::default());
    // The practice world's ports change with every start and say nothing: a plan of it names the world.
    let base = connection.target.base_url.as_str().trim_end_matches('/');
    let named = match extent {
        Extent::Only(only) => Some(only),
        Extent::Changes | Extent::Everyone { .. } => None,
    };
    let request = Request {
        connection: &connection.id,
        practice: connection.practice,
        cycle: if named.is_some() { Cycle::OnDemand } else { read.cycle },
        made_at: now,
        configuration: revision.hash,
        target_url: if connection.practice { "practice" } else { base },
        watermark: &read.watermark,
        source: &read.snapshot,
        target: &nothing,
        links: &nobody,
        mappings: &connection.mappings,
        users: &users,
        groups: &groups,
        assigned_only: connection.scope.assigned_only,
        guards: &connection.guards,
        acting: &reading.acting,
        last_read: last.as_ref().map(|last| last.sizes(connection)),
        policy: &policy,
        capabilities: &abilities,
        key: &key,
        only: read.about.as_ref().map(|about| &about.only).or(named),
    };
    let (target, links) = match &read.about {
        Some(about) => around::read(&request, about, &provider, &paths, &reading.memory, watch).await?,
        None => {
            let wants_groups = policy.groups && connection.mappings.groups.enabled;
            let target = target::read(&provider, &paths, wants_groups, watch).await?;
            let links = around::all_links(&reading.memory).await?;
            absent::confirm(&reading.graph, &read.snapshot, &links, watch).await?;
            (target, links)
        }
    };
    let looked_at = match request.only {
        Some(only) => count(only.users.len() + only.groups.len()),
        None => count(read.snapshot.users().len() + read.snapshot.groups().len()),
    };
    watch.say(Phase::Comparing, 0, looked_at as usize);
    let request = Request { target: &target, links: &links, ..request };
    let plan = usher_plan::plan(&request);
    absent::confirm_deletes(&reading.graph, &plan, watch).await?;
    let story = tell.and_then(|(kind, id)| usher_plan::why(&request, &plan, kind, id));
    let settled = Settled::after(connection, tenant, last.as_ref(), read.cycle, &read.snapshot);
    let about = read.about.map(|about| about.only);
    let filling =
        Filling { source: read.snapshot, users, groups, made_at: now, boolean: policy.boolean, key };
    Ok((Prepared { plan, looked_at, about, source: read.commit, settled, known, paths, filling }, story))
}

/// Digest of everything besides the people that decides about them, the configuration and what the service provider can
/// do: when it changes, everyone is looked at.
fn rules(connection: &Connection, policy: &Policy, abilities: &Capabilities) -> Result<String, RunError> {
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
