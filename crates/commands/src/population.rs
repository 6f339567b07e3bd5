//! Everyone in scope by assignment, with every attribute: what filters and expressions are tried on.
//!
//! Read when it is first asked for and kept in memory for some minutes, one for each connection. Nobody's scope follows
//! from it: a preview and a cycle read for themselves.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use usher_mapping::{Definition, ObjectType};
use usher_plan::{Considered, Policy, SourceGroup, SourceSnapshot, SourceUser};
use usher_runner::config::Connection;
use usher_runner::{Everyone, EveryoneRequest, Progress, Watch, everyone};

use crate::access;
use crate::app::App;
use crate::dto::{CommandError, ConnectionRef, PopulationState};
use crate::loaded::load;
use crate::preview;

/// Above so many people a sample is read: counts then are "about".
pub(crate) const MOST: usize = 20_000;
/// Somebody who edits for a while sees a change in Entra without asking for it; each keystroke does not ask Graph.
const KEPT: Duration = Duration::from_secs(5 * 60);

/// What was read.
pub(crate) struct Population {
    snapshot: SourceSnapshot,
    policy: Policy,
    assigned_only: bool,
    groups_on: bool,
    extensions: Extensions,
    read: Instant,
    /// When it was read.
    pub(crate) read_at: Timestamp,
    /// How many people could be in scope.
    pub(crate) size: usize,
    /// How many of them were read.
    pub(crate) sampled: usize,
    /// Whether there are more people than were read.
    pub(crate) is_sample: bool,
}

impl Population {
    /// Everything that was read, also who is not in scope.
    pub(crate) fn source(&self) -> &SourceSnapshot {
        &self.snapshot
    }

    /// Everyone's place before any filter is asked.
    pub(crate) fn considered(&self) -> Considered<'_> {
        Considered::new(&self.snapshot, &self.policy, self.assigned_only, self.groups_on)
    }

    /// The people who are in scope as far as filters do not say otherwise, by id.
    pub(crate) fn people(&self) -> Vec<SourceUser<'_>> {
        let considered = self.considered();
        self.snapshot.users().filter(|&user| considered.user(user).out.is_none()).collect()
    }

    /// The groups that are in scope as far as filters do not say otherwise, by id.
    pub(crate) fn groups(&self) -> Vec<SourceGroup<'_>> {
        let considered = self.considered();
        self.snapshot.groups().filter(|&group| considered.group(group).out.is_none()).collect()
    }
}

/// Directory extensions: no list has them, so they are read when they are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Extensions {
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
}

impl Extensions {
    /// Those among the named attributes.
    pub(crate) fn among<'n>(object: ObjectType, names: impl IntoIterator<Item = &'n str>) -> Self {
        let is_extension = |name: &&str| Definition::of(object, name) == Some(Definition::Untyped);
        let found = names.into_iter().filter(is_extension).map(str::to_owned).collect();
        match object {
            ObjectType::User => Self { users: found, groups: BTreeSet::new() },
            ObjectType::Group => Self { users: BTreeSet::new(), groups: found },
        }
    }

    fn covers(&self, other: &Self) -> bool {
        self.users.is_superset(&other.users) && self.groups.is_superset(&other.groups)
    }

    /// These and those.
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self {
            users: self.users.union(&other.users).cloned().collect(),
            groups: self.groups.union(&other.groups).cloned().collect(),
        }
    }
}

/// Whether what is kept will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// It will, for some minutes.
    Kept,
    /// A person wants to know how it is now.
    Now,
}

/// The populations of all connections.
#[derive(Default)]
pub struct Populations(Mutex<HashMap<String, Slot>>);

/// One connection's, read by whoever asks first; the others wait for it.
#[derive(Clone)]
struct Slot {
    /// Of whom and for whom it was read: another tenant, application or choice of scope means another population.
    key: String,
    kept: Arc<tokio::sync::Mutex<Option<Arc<Population>>>>,
    watch: Watch,
    progress: Arc<Mutex<Option<Progress>>>,
}

impl Slot {
    fn new(key: String) -> Self {
        let progress: Arc<Mutex<Option<Progress>>> = Arc::default();
        let heard = Arc::clone(&progress);
        let watch =
            Watch::new(move |news| *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(news));
        Self { key, kept: Arc::default(), watch, progress }
    }
}

impl Populations {
    fn slot(&self, id: &str, key: String) -> Slot {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = all.get(id) {
            if slot.key == key && !slot.watch.cancel.is_cancelled() {
                return slot.clone();
            }
            slot.watch.cancel.cancel();
        }
        let slot = Slot::new(key);
        all.insert(id.to_owned(), slot.clone());
        slot
    }

    /// What is kept for the connection as it is, without waiting or reading.
    pub(crate) fn kept(&self, connection: &Connection) -> Option<Arc<Population>> {
        let slot = self.slot(&connection.id, key(connection));
        slot.kept.try_lock().ok().and_then(|kept| kept.clone())
    }

    /// Drops what was read for a connection, and ends a read that is under way.
    pub(crate) fn forget(&self, id: &str) {
        if let Some(slot) = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id) {
            slot.watch.cancel.cancel();
        }
    }
}

fn key(connection: &Connection) -> String {
    let (source, scope) = (&connection.source, &connection.scope);
    let (graph, tenant, client) = (source.graph.as_str(), &source.tenant, &source.client_id);
    let groups = connection.mappings.groups.enabled;
    let (profile, everyone) = (connection.profile, !scope.assigned_only);
    format!("{graph} {tenant} {client} {} {profile:?} {groups} {everyone}", scope.application)
}

/// Everyone in scope by assignment as the draft has it. Waits for a read that is under way.
pub(crate) async fn of(
    app: &App,
    connection: &Connection,
    extensions: &Extensions,
    ask: Ask,
) -> Result<Arc<Population>, CommandError> {
    let asked = Instant::now();
    let slot = app.populations.slot(&connection.id, key(connection));
    let mut kept = slot.kept.lock().await;
    let known = kept.as_ref().map_or_else(Extensions::default, |kept| kept.extensions.clone());
    if let Some(found) = kept.as_ref().filter(|found| found.extensions.covers(extensions)) {
        let is_young = found.read.elapsed() < KEPT;
        if is_young && (ask == Ask::Kept || found.read > asked) {
            return Ok(Arc::clone(found));
        }
    }
    let found = Arc::new(read(app, connection, known.with(extensions), MOST, &slot.watch).await?);
    *slot.progress.lock().unwrap_or_else(PoisonError::into_inner) = None;
    *kept = Some(Arc::clone(&found));
    Ok(found)
}

/// Everyone in scope by assignment as it is now, however many they are; nothing is kept.
pub(crate) async fn whole(
    app: &App,
    connection: &Connection,
    extensions: Extensions,
) -> Result<Population, CommandError> {
    read(app, connection, extensions, usize::MAX, &Watch::silent()).await
}

async fn read(
    app: &App,
    connection: &Connection,
    extensions: Extensions,
    most: usize,
    watch: &Watch,
) -> Result<Population, CommandError> {
    let graph = access::graph(app, connection).await?;
    let request = EveryoneRequest {
        graph: &graph,
        application: &connection.scope.application,
        assigned_only: connection.scope.assigned_only,
        users: &extensions.users,
        groups: &extensions.groups,
        most,
    };
    let Everyone { snapshot, people, read, is_sample } = everyone(&request, watch).await?;
    let policy = Policy::local(connection.profile);
    Ok(Population {
        snapshot,
        groups_on: policy.groups && connection.mappings.groups.enabled,
        policy,
        assigned_only: connection.scope.assigned_only,
        extensions,
        read: Instant::now(),
        read_at: app.now(),
        size: people,
        sampled: read,
        is_sample,
    })
}

/// How far the reading of everyone is.
pub async fn population(app: &Arc<App>, request: ConnectionRef) -> Result<PopulationState, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let slot = app.populations.slot(&request.id, key(&connection));
    let progress = *slot.progress.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = slot.kept.try_lock();
    let found = kept.as_ref().ok().and_then(|kept| kept.as_ref());
    Ok(PopulationState {
        reading: kept.is_err(),
        progress: progress.filter(|_| kept.is_err()).map(|news| preview::progress(&news)),
        read_at: found.map(|found| found.read_at.to_string()),
    })
}

/// Gives a reading of everyone up. Whoever waits for it is told so.
pub async fn population_cancel(
    app: &Arc<App>,
    request: ConnectionRef,
) -> Result<PopulationState, CommandError> {
    app.populations.forget(&request.id);
    population(app, request).await
}
