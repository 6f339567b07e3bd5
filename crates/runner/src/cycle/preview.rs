//! Reading both sides and planning.

use usher_goto::ServiceProvider;
use usher_graph::Graph;
use usher_plan::{Cycle, Filling, Links, ObjectKind, Only, Plan, Policy};

use super::{absent, apply, count, tables};
use crate::capabilities::{self, Known};
use crate::config::Connection;
use crate::error::RunError;
use crate::journal::{Clock, kind};
use crate::memory::Memory;
use crate::progress::{Phase, Watch};
use crate::settled::{self, Settled};
use crate::source::{self, Needs, SourceCommit, SourceRequest};
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
    pass: Pass<'_>,
    watch: &Watch,
) -> Result<Prepared, RunError> {
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
    absent::confirm(&reading.graph, read.cycle, &read.snapshot, &links, watch).await?;
    let key = apply::digest_key(&reading.memory).await?;
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
            acting: &reading.acting,
            last_read: last.as_ref().map(|last| last.sizes(connection)),
            policy: &policy,
            capabilities: &abilities,
            key: &key,
            only: pass.only,
        })
    };
    let settled = Settled::after(connection, tenant, last.as_ref(), read.cycle, &read.snapshot);
    let filling =
        Filling { source: read.snapshot, users, groups, made_at: now, boolean: policy.boolean, key };
    Ok(Prepared { plan, looked_at, source: read.commit, settled, known, paths, filling })
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
