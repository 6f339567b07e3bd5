//! Rollout in rings: who may get an account so far, and how many wait.
//!
//! The ring is a part of the draft like any other: it is previewed, and it takes effect when the draft goes live.

use std::collections::BTreeSet;
use std::sync::Arc;

use usher_graph::{Graph, GraphError, GraphErrorKind, GroupId, UserId};
use usher_mapping::{Filter, ObjectType};
use usher_plan::{ObjectKind, Policy, Subject};
use usher_store::Kind;

use crate::access;
use crate::app::App;
use crate::dto::{CommandError, ErrorCode, Message, Ring, RingMember, RingRequest};
use crate::loaded::{self, Loaded, load};
use crate::population::{self, Ask, Extensions, Population};
use crate::problem::{error, missing};
use crate::scoping_trial::{aside, compile, detail, scope};

/// How a ring stands that need not be saved.
pub async fn ring(app: &Arc<App>, request: RingRequest) -> Result<Ring, CommandError> {
    let loaded = load(app, &request.id).await?;
    if !loaded.connection.is_local() {
        return Err(error(ErrorCode::Invalid, Message::new("error-ring-entra")));
    }
    let counting = Counting::new(app, &loaded).await?;
    let named: Option<BTreeSet<String>> = request.ring.map(|ids| ids.into_iter().collect());
    let (mut ring, unread) = aside(move || counting.count(named.as_ref())).await;
    if !unread.is_empty() {
        let graph = access::graph(app, &loaded.connection).await?;
        for id in unread {
            ring.members.push(look_up(&graph, id).await?);
        }
    }
    ring.members.sort_by_key(|member| (member.kind.clone(), member.name.to_lowercase()));
    Ok(ring)
}

/// Everything that is counted.
struct Counting {
    population: Arc<Population>,
    people: Filter,
    groups: Filter,
    policy: Policy,
    /// Whom Usher keeps an account for, by object id.
    linked: [BTreeSet<String>; 2],
}

impl Counting {
    async fn new(app: &App, loaded: &Loaded) -> Result<Self, CommandError> {
        let connection = &loaded.connection;
        let filter = |object| {
            let compiled = compile(object, &scope(connection, object).scope);
            compiled.filter.ok_or_else(|| error(ErrorCode::Invalid, Message::new("error-filters")))
        };
        let (people, groups) = (filter(ObjectType::User)?, filter(ObjectType::Group)?);
        let extensions = Extensions::among(ObjectType::User, people.source_attributes())
            .with(&Extensions::among(ObjectType::Group, groups.source_attributes()));
        let population = population::of(app, connection, &extensions, Ask::Kept).await?;
        let links = loaded.memory.with(|store| {
            Ok::<_, usher_store::StoreError>([store.links(Kind::User)?, store.links(Kind::Group)?])
        });
        let linked = links.await?.map(|links| links.into_iter().map(|link| link.source).collect());
        Ok(Self { population, people, groups, policy: Policy::local(connection.profile), linked })
    }

    /// Counts, and gives those who are named and were not read.
    fn count(&self, named: Option<&BTreeSet<String>>) -> (Ring, Vec<String>) {
        let (population, [people, groups]) = (&*self.population, &self.linked);
        let source = population.source();
        let ring = usher_plan::Ring::new(source, named, &self.policy);
        let passes = |filter: &Filter, subject: &Subject<'_>| {
            filter.evaluate(subject).is_ok_and(|verdict| verdict.in_scope)
        };
        let in_scope: Vec<Subject<'_>> = population
            .people()
            .into_iter()
            .map(Subject::user)
            .filter(|subject| passes(&self.people, subject))
            .collect();
        let (mut provisioned, mut next, mut waiting) = (0, 0, 0);
        for subject in &in_scope {
            if people.contains(subject.id()) {
                provisioned += 1;
            } else if ring.admits(ObjectKind::User, subject.id()) {
                next += 1;
            } else {
                waiting += 1;
            }
        }
        let teams = population.groups().into_iter().map(Subject::group);
        let waiting_groups = teams
            .filter(|subject| !groups.contains(subject.id()) && passes(&self.groups, subject))
            .filter(|subject| !ring.admits(ObjectKind::Group, subject.id()))
            .count();
        let (mut members, mut unread) = (Vec::new(), Vec::new());
        for id in named.into_iter().flatten() {
            let (kind, object, subject) = match (source.user(id), source.group(id)) {
                (Some(user), _) => ("user", ObjectType::User, Subject::user(user)),
                (None, Some(group)) => ("group", ObjectType::Group, Subject::group(group)),
                (None, None) => {
                    unread.push(id.clone());
                    continue;
                }
            };
            let alone = BTreeSet::from([id.clone()]);
            let alone = usher_plan::Ring::new(source, Some(&alone), &self.policy);
            let lets_in = in_scope.iter().filter(|subject| alone.admits(ObjectKind::User, subject.id()));
            members.push(RingMember {
                id: id.clone(),
                kind: kind.to_owned(),
                name: subject.display().to_owned(),
                detail: detail(object, &subject),
                people: number(lets_in.count()),
            });
        }
        let sampled = population.sampled.max(1);
        let scaled = |count: usize| {
            let scale =
                if population.is_sample { count.saturating_mul(population.size) / sampled } else { count };
            number(scale)
        };
        let ring = Ring {
            everybody: named.is_none(),
            members,
            in_scope: scaled(in_scope.len()),
            provisioned: scaled(provisioned),
            next: scaled(next),
            waiting: scaled(waiting),
            waiting_groups: number(waiting_groups),
            about: population.is_sample,
            read_at: population.read_at.to_string(),
        };
        (ring, unread)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Somebody who was not read: there are more people than are looked at, or Entra does not have them.
async fn look_up(graph: &Graph, id: String) -> Result<RingMember, CommandError> {
    let member = |kind: &str, name: Option<&str>, detail: Option<&str>| RingMember {
        id: id.clone(),
        kind: kind.to_owned(),
        name: name.unwrap_or(&id).to_owned(),
        detail: detail.unwrap_or_default().to_owned(),
        people: 0,
    };
    match graph.user(&UserId::from(id.clone()), &["displayName", "userPrincipalName"]).await {
        Ok(user) => {
            return Ok(member("user", user.text("displayName"), user.text("userPrincipalName")));
        }
        Err(problem) if is_unknown(&problem) => {}
        Err(problem) => return Err(problem.into()),
    }
    match graph.group(&GroupId::from(id.clone()), &["displayName"]).await {
        Ok(group) => Ok(member("group", group.text("displayName"), None)),
        Err(problem) if is_unknown(&problem) => Ok(member("unknown", None, None)),
        Err(problem) => Err(problem.into()),
    }
}

/// Whether Entra has nobody by this id. What has not even the form of one is refused instead.
fn is_unknown(problem: &GraphError) -> bool {
    matches!(problem.kind, GraphErrorKind::NotFound | GraphErrorKind::Invalid)
}

/// What a person wants in the terminal.
#[derive(Debug, Default)]
pub struct Change {
    /// User principal names or object ids.
    pub people: Vec<String>,
    /// Names or object ids of groups.
    pub groups: Vec<String>,
    /// Everybody may get an account.
    pub all: bool,
}

impl Change {
    fn is_nothing(&self) -> bool {
        self.people.is_empty() && self.groups.is_empty() && !self.all
    }
}

/// How the draft's ring stands, after a change of it.
pub async fn look(app: &Arc<App>, id: &str, change: &Change) -> Result<Looked, CommandError> {
    let mut loaded = load(app, id).await?;
    let local = loaded.connection.is_local();
    // Whoever goes over to Microsoft's service takes the ring off first: that has to be possible there, too.
    if !local && !change.all {
        return Err(error(ErrorCode::Invalid, Message::new("error-ring-entra")));
    }
    if !change.is_nothing() {
        let wanted = match change.all {
            true => None,
            false => Some(resolve(&access::graph(app, &loaded.connection).await?, change).await?),
        };
        loaded::edit(app, id, "ring", |connection| connection.scope.ring = wanted).await?;
        loaded = load(app, id).await?;
    }
    let live = loaded.live_connection(app)?;
    let live = live.is_none_or(|live| live.scope.ring == loaded.connection.scope.ring);
    let named = loaded.connection.scope.ring.map(|ids| ids.into_iter().collect());
    let ring = match local {
        true => Some(ring(app, RingRequest { id: id.to_owned(), ring: named }).await?),
        false => None,
    };
    Ok(Looked { ring, live })
}

/// What there is to tell in the terminal.
#[derive(Debug, serde::Serialize)]
pub struct Looked {
    /// How the draft's ring stands; absent where Microsoft's service provisions.
    #[serde(flatten)]
    pub ring: Option<Ring>,
    /// Whether what runs has the same ring, or nothing runs yet.
    pub live: bool,
}

/// The object ids of whom a person names.
async fn resolve(graph: &Graph, change: &Change) -> Result<BTreeSet<String>, CommandError> {
    let mut ids = BTreeSet::new();
    for who in &change.people {
        match graph.user(&UserId::from(who.trim().to_owned()), &[]).await {
            Ok(user) => drop(ids.insert(user.id.to_string())),
            Err(problem) if is_unknown(&problem) => return Err(missing("person", who)),
            Err(problem) => return Err(problem.into()),
        }
    }
    for which in &change.groups {
        ids.insert(group(graph, which.trim()).await?);
    }
    Ok(ids)
}

/// The group with this name, or this object id. One name is one group, or it is refused.
pub(crate) async fn group(graph: &Graph, which: &str) -> Result<String, CommandError> {
    let found = graph.search_groups(which, 25).await?;
    let is = |text: Option<&str>| text.is_some_and(|text| text.eq_ignore_ascii_case(which));
    let mut named = found.iter().filter(|group| is(group.text("displayName")));
    match (named.next(), named.next()) {
        (Some(one), None) => return Ok(one.id.to_string()),
        (Some(_), Some(_)) => {
            let message = Message::new("error-ring-several-groups").text("which", which);
            return Err(error(ErrorCode::Invalid, message));
        }
        (None, _) => {}
    }
    match graph.group(&GroupId::from(which.to_owned()), &[]).await {
        Ok(group) => Ok(group.id.to_string()),
        Err(problem) if is_unknown(&problem) => Err(missing("group", which)),
        Err(problem) => Err(problem.into()),
    }
}
