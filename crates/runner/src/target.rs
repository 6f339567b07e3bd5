//! The service provider: read into a snapshot for the plan, and written to by the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use usher_engine::{Facts, LookUp, ReadBack, Refusal, Reply, Seen, Target, Trouble, Write};
use usher_goto::{Class, GotoError, Kind, MemberKind, Outcome, Resource, ServiceProvider};
use usher_plan::{
    Attribute, Change, EntraObjectId, Key, ObjectKind, Question, ScimId, TargetBuilder, TargetPart,
    TargetSnapshot, Value,
};
use usher_scim::AttributePath;
use usher_store::{Store, StoreError};

use crate::error::RunError;
use crate::journal::kind as store_kind;
use crate::memory::Memory;
use crate::progress::{Phase, Watch};

/// Up to this many objects are read back one by one; beyond it a listing costs fewer requests, if its pages are fewer.
const ONE_BY_ONE: usize = 5;

/// How many requests a listing takes, by what is linked: the best guess without one.
pub(crate) fn pages(store: &Store, kind: ObjectKind, page_size: u32) -> Result<usize, StoreError> {
    let (people, groups) = store.count_links()?;
    let objects = if kind == ObjectKind::User { people } else { groups };
    Ok(objects.div_ceil(page_size.max(1)).max(1) as usize)
}

/// The attribute paths that are read of each kind.
#[derive(Clone)]
pub struct Paths {
    users: Vec<AttributePath>,
    groups: Vec<AttributePath>,
}

impl Paths {
    /// What the mappings write, and what names an object.
    #[must_use]
    pub fn of(users: &usher_mapping::Table, groups: &usher_mapping::Table) -> Self {
        let paths = |table: &usher_mapping::Table, always: &[&str]| {
            let references: BTreeSet<_> =
                table.references().iter().map(|(row, _)| row.target.to_string()).collect();
            let mut names: BTreeSet<String> = table.rows().iter().map(|row| row.target.to_string()).collect();
            names.extend(always.iter().map(|&name| name.to_owned()));
            names.retain(|name| !references.contains(name));
            names.iter().filter_map(|name| AttributePath::parse(name).ok()).collect()
        };
        Self {
            users: paths(users, &["userName", "active", "displayName"]),
            groups: paths(groups, &["displayName"]),
        }
    }

    fn builder(&self) -> TargetBuilder {
        let names = |paths: &[AttributePath]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (users, groups) = (names(&self.users), names(&self.groups));
        TargetBuilder::new(users.iter().map(String::as_str), groups.iter().map(String::as_str))
    }

    fn of_kind(&self, kind: Kind) -> &[AttributePath] {
        match kind {
            Kind::User => &self.users,
            Kind::Group => &self.groups,
        }
    }
}

fn wire(kind: ObjectKind) -> Kind {
    match kind {
        ObjectKind::User => Kind::User,
        ObjectKind::Group => Kind::Group,
    }
}

/// Reads every account and, where groups are wanted, every group with its members.
pub async fn read(
    provider: &ServiceProvider,
    paths: &Paths,
    groups: bool,
    watch: &Watch,
) -> Result<TargetSnapshot, RunError> {
    let mut builder = paths.builder();
    let users = cancellable(provider.list(Kind::User, &paths.users), watch).await?;
    for user in users.items() {
        add(&mut builder, ObjectKind::User, user);
    }
    builder.completed(TargetPart::Users);
    watch.say(Phase::ReadingTarget, users.items().len(), 0);
    if groups {
        let listed = cancellable(provider.list(Kind::Group, &paths.groups), watch).await?;
        for (at, group) in listed.items().iter().enumerate() {
            add(&mut builder, ObjectKind::Group, group);
            for member in members(provider, group, watch).await? {
                builder.member(group.id.as_str(), &member);
            }
            watch.say(
                Phase::ReadingTarget,
                users.items().len() + at + 1,
                users.items().len() + listed.items().len(),
            );
        }
        builder.completed(TargetPart::Groups);
        builder.completed(TargetPart::Members);
    }
    Ok(builder.finish())
}

/// A service provider that is asked for single objects.
pub struct Asked<'a> {
    provider: &'a ServiceProvider,
    paths: &'a Paths,
    builder: TargetBuilder,
    asked: u32,
}

impl<'a> Asked<'a> {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(provider: &'a ServiceProvider, paths: &'a Paths) -> Self {
        Self { provider, paths, builder: paths.builder(), asked: 0 }
    }

    /// What is known so far.
    #[must_use]
    pub fn snapshot(&self) -> TargetSnapshot {
        self.builder.clone().finish()
    }

    /// Asks. A service provider that cannot look an attribute up is an error of class `Unsupported`.
    pub async fn ask(&mut self, question: &Question, watch: &Watch) -> Result<(), RunError> {
        match question {
            Question::Object { kind, id: wanted } => {
                let paths = self.paths.of_kind(wire(*kind));
                match cancellable(self.provider.get(wire(*kind), &id(wanted), paths), watch).await {
                    Ok(object) => add(&mut self.builder, *kind, &object),
                    Err(RunError::Target(error)) if error.class == Class::NotFound => {
                        self.builder.gone(*kind, wanted.as_str());
                    }
                    Err(error) => return Err(error),
                }
            }
            Question::Value { kind, key } => {
                let paths = self.paths.of_kind(wire(*kind));
                let path = AttributePath::parse(&key.attribute)
                    .map_err(|_| RunError::PlanForm(format!("{} is no attribute path", key.attribute)))?;
                let found = self.provider.find(wire(*kind), &path, &key.value, paths);
                for object in &cancellable(found, watch).await? {
                    add(&mut self.builder, *kind, object);
                }
                self.builder.asked(*kind, &key.attribute, &key.value);
            }
        }
        self.asked += 1;
        watch.say(Phase::ReadingTarget, self.asked as usize, 0);
        Ok(())
    }

    /// Reads all objects of a kind, where that takes fewer requests.
    pub async fn list(&mut self, kind: ObjectKind, watch: &Watch) -> Result<(), RunError> {
        let paths = self.paths.of_kind(wire(kind));
        let all = cancellable(self.provider.list(wire(kind), paths), watch).await?;
        for object in all.items() {
            add(&mut self.builder, kind, object);
        }
        self.builder.completed(match kind {
            ObjectKind::User => TargetPart::Users,
            ObjectKind::Group => TargetPart::Groups,
        });
        watch.say(Phase::ReadingTarget, all.items().len(), 0);
        Ok(())
    }

    /// Reads who is in a group.
    pub async fn members(&mut self, group: &str, watch: &Watch) -> Result<Vec<String>, RunError> {
        let found = cancellable(self.provider.members(&usher_goto::ScimId::from(group)), watch).await?;
        let people: Vec<String> = people(found.items());
        people.iter().for_each(|member| self.builder.member(group, member));
        Ok(people)
    }

    /// For what is known without asking.
    pub fn builder(&mut self) -> &mut TargetBuilder {
        &mut self.builder
    }

    /// Everything that was answered.
    #[must_use]
    pub fn finish(mut self) -> TargetSnapshot {
        // Of the groups that are looked at: no other group is in the snapshot.
        self.builder.completed(TargetPart::Members);
        self.builder.finish()
    }
}

fn people(members: &[usher_goto::Member]) -> Vec<String> {
    let people = members.iter().filter(|member| member.kind == MemberKind::User);
    people.map(|member| member.id.0.clone()).collect()
}

/// The people in a group. A listing may leave members out, or an empty list: only then the group is asked itself.
async fn members(
    provider: &ServiceProvider,
    group: &Resource,
    watch: &Watch,
) -> Result<Vec<String>, RunError> {
    match &group.members {
        Some(members) => Ok(people(members)),
        None => Ok(people(cancellable(provider.members(&group.id), watch).await?.items())),
    }
}

async fn cancellable<T>(
    read: impl Future<Output = Result<T, GotoError>>,
    watch: &Watch,
) -> Result<T, RunError> {
    tokio::select! {
        result = read => Ok(result?),
        () = watch.cancel.cancelled() => Err(RunError::Cancelled),
    }
}

fn add(builder: &mut TargetBuilder, kind: ObjectKind, resource: &Resource) {
    let texts: Vec<(&str, Vec<&str>)> = resource
        .attributes
        .iter()
        .filter_map(|(path, value)| match value {
            usher_goto::Value::Texts(texts) => {
                Some((path.as_str(), texts.iter().map(String::as_str).collect()))
            }
            _ => None,
        })
        .collect();
    let attributes: Vec<(&str, Attribute<'_>)> = resource
        .attributes
        .iter()
        .map(|(path, value)| {
            let value = match value {
                usher_goto::Value::Boolean(truth) => Attribute::Boolean(*truth),
                usher_goto::Value::Integer(number) => Attribute::Integer(*number),
                usher_goto::Value::Text(text) => Attribute::Text(text),
                usher_goto::Value::Texts(_) => {
                    let found = texts.iter().find(|(name, _)| name == path);
                    Attribute::Texts(
                        found.map_or(std::borrow::Cow::Owned(Vec::new()), |(_, texts)| texts.into()),
                    )
                }
            };
            (path.as_str(), value)
        })
        .collect();
    builder.object(kind, resource.id.as_str(), resource.etag.as_deref(), &attributes);
}

/// The engine's target over the client.
pub struct Writer {
    provider: ServiceProvider,
    memory: Memory,
    paths: Paths,
}

impl Writer {
    /// A writer for one run. Only whoever applies a plan makes one.
    pub fn new(provider: ServiceProvider, memory: Memory, paths: Paths) -> Arc<Self> {
        Arc::new(Self { provider, memory, paths })
    }

    async fn send(&self, write: Write) -> Result<Option<ScimId>, GotoError> {
        // Reads and writes together keep to the service provider's limit.
        self.provider.pacer().turn().await;
        match write {
            Write::Create { kind, changes, .. } => {
                let made = self.provider.create(wire(kind), &writes(&changes), &[]).await?;
                Ok(Some(ScimId::from(made.id.as_str())))
            }
            Write::Update { kind, target, changes, .. } => {
                self.provider.update(wire(kind), &id(&target), &writes(&changes)).await.map(|()| Some(target))
            }
            Write::Delete { kind, target } => {
                self.provider.delete(wire(kind), &id(&target)).await.map(|()| None)
            }
            Write::AddMembers { group, members } => {
                self.provider.add_members(&id(&group), &ids(&members)).await.map(|()| Some(group))
            }
            Write::RemoveMembers { group, members } => {
                self.provider.remove_members(&id(&group), &ids(&members)).await.map(|()| Some(group))
            }
        }
    }

    async fn find(&self, kind: ObjectKind, key: Key) -> Result<LookUp, GotoError> {
        let Ok(path) = AttributePath::parse(&key.attribute) else {
            return Ok(LookUp::Failed(Trouble::Permanent {
                detail: format!("{} is no attribute path", key.attribute),
            }));
        };
        let found = self.provider.find(wire(kind), &path, &key.value, &[]).await?;
        Ok(match found.as_slice() {
            [] => LookUp::NotFound,
            [one] => {
                let target = ScimId::from(one.id.as_str());
                let (kind, known) = (store_kind(kind), target.to_string());
                let linked: Result<_, StoreError> =
                    self.memory.with(move |store| store.link_of_target(kind, &known)).await;
                match linked {
                    Ok(link) => LookUp::Found {
                        target,
                        linked_to: link.map(|link| EntraObjectId::from(link.source.as_str())),
                    },
                    Err(error) => LookUp::Failed(Trouble::Permanent { detail: error.to_string() }),
                }
            }
            several => LookUp::Several { count: u32::try_from(several.len()).unwrap_or(u32::MAX) },
        })
    }

    async fn pages(&self, kind: Kind) -> usize {
        let (kind, size) = match kind {
            Kind::User => (ObjectKind::User, self.provider.capabilities().page_size),
            Kind::Group => (ObjectKind::Group, self.provider.capabilities().page_size),
        };
        // Reading back must not fail for this: without a guess it lists.
        self.memory.with(move |store| pages(store, kind, size)).await.unwrap_or_default()
    }

    async fn seen(
        &self,
        kind: Kind,
        wanted: &BTreeSet<ScimId>,
    ) -> Result<BTreeMap<ScimId, Resource>, GotoError> {
        let paths = self.paths.of_kind(kind);
        let mut found = BTreeMap::new();
        if wanted.len() > ONE_BY_ONE.max(self.pages(kind).await) {
            for resource in self.provider.list(kind, paths).await?.into_items() {
                let target = ScimId::from(resource.id.as_str());
                if wanted.contains(&target) {
                    found.insert(target, resource);
                }
            }
            return Ok(found);
        }
        for target in wanted {
            match self.provider.get(kind, &id(target), paths).await {
                Ok(resource) => {
                    found.insert(target.clone(), resource);
                }
                Err(error) if error.class == Class::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    async fn facts(&self, wanted: ReadBack) -> Result<Facts, GotoError> {
        let users = self.seen(Kind::User, &wanted.users).await?;
        let groups = self.seen(Kind::Group, &wanted.groups).await?;
        let mut members = BTreeMap::new();
        for group in &wanted.members_of {
            match self.provider.members(&id(group)).await {
                Ok(list) => {
                    let people = list.items().iter().filter(|member| member.kind == MemberKind::User);
                    members.insert(
                        group.clone(),
                        people.map(|member| ScimId::from(member.id.as_str())).collect(),
                    );
                }
                Err(error) if error.class == Class::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let show =
            |found: BTreeMap<ScimId, Resource>| found.into_iter().map(|(id, it)| (id, shown(it))).collect();
        Ok(Facts { users: show(users), groups: show(groups), members })
    }
}

impl Target for Writer {
    fn write(&self, write: Write) -> BoxFuture<'_, Reply> {
        async move {
            match self.send(write).await {
                Ok(target) => Reply::Done { target, etag: None },
                Err(error) => reply(&error),
            }
        }
        .boxed()
    }

    fn look_up(&self, kind: ObjectKind, key: Key) -> BoxFuture<'_, LookUp> {
        async move { self.find(kind, key).await.unwrap_or_else(|error| LookUp::Failed(trouble(&error))) }
            .boxed()
    }

    fn read_back(&self, wanted: ReadBack) -> BoxFuture<'_, Result<Facts, Trouble>> {
        async move { self.facts(wanted).await.map_err(|error| trouble(&error)) }.boxed()
    }
}

fn id(target: &ScimId) -> usher_goto::ScimId {
    usher_goto::ScimId(target.to_string())
}

fn ids(targets: &[ScimId]) -> Vec<usher_goto::ScimId> {
    targets.iter().map(id).collect()
}

/// Changes as the client writes them. The plan checked every path, and the engine filled in every placeholder.
fn writes(changes: &[Change]) -> Vec<usher_goto::Write> {
    changes
        .iter()
        .filter_map(|change| {
            let value = match &change.after {
                Value::Boolean(truth) => usher_goto::Value::Boolean(*truth),
                Value::Integer(number) => usher_goto::Value::Integer(*number),
                Value::Text(text) => usher_goto::Value::Text(text.clone()),
                Value::Texts(texts) => usher_goto::Value::Texts(texts.clone()),
                Value::Drawn { .. } | Value::Redacted { .. } => return None,
            };
            let path = AttributePath::parse(&change.attribute).ok()?;
            Some(usher_goto::Write { path, value, had_value: change.before.is_some() })
        })
        .collect()
}

fn shown(resource: Resource) -> Seen {
    let attributes = resource.attributes.into_iter().map(|(path, value)| {
        let value = match value {
            usher_goto::Value::Boolean(truth) => Value::Boolean(truth),
            usher_goto::Value::Integer(number) => Value::Integer(number),
            usher_goto::Value::Text(text) => Value::Text(text),
            usher_goto::Value::Texts(texts) => Value::Texts(texts),
        };
        (path, value)
    });
    Seen { attributes: attributes.collect() }
}

/// What a failed write means to the engine.
fn reply(error: &GotoError) -> Reply {
    let detail = error.to_string();
    let refused = |class, retry_after| Reply::Refused { class, detail: detail.clone(), retry_after };
    match &error.class {
        Class::NotFound => refused(Refusal::NotFound, None),
        Class::Conflict if error.status == Some(412) => refused(Refusal::Changed, None),
        Class::Conflict => refused(Refusal::Conflict, None),
        Class::Invalid => refused(Refusal::Invalid, None),
        Class::Forbidden => refused(Refusal::Forbidden, None),
        Class::TooMany { retry_after } => refused(
            Refusal::Throttled,
            retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        ),
        Class::NeedsOrganisationRole | Class::BadToken | Class::NotSignedIn | Class::MissingScope => {
            refused(Refusal::Authentication, None)
        }
        Class::Unsupported | Class::TooManyMembers { .. } => refused(Refusal::NotSupported, None),
        // 502 and 504 come from gateways: the service behind them may have done its work.
        Class::Server if matches!(error.status, Some(502 | 504)) => Reply::Unknown { detail },
        Class::Server => refused(Refusal::Server, None),
        Class::Unreachable => Reply::NotProcessed { detail },
        Class::LostReply => Reply::Unknown { detail },
        Class::Incomplete | Class::OtherOrigin | Class::Protocol => match error.outcome {
            Outcome::Unknown => Reply::Unknown { detail },
            Outcome::NotProcessed => refused(Refusal::Invalid, None),
        },
    }
}

/// What a failed read means to the engine.
fn trouble(error: &GotoError) -> Trouble {
    let detail = error.to_string();
    match &error.class {
        _ if error.stops_the_run() => Trouble::Authentication { detail },
        Class::TooMany { retry_after } => Trouble::Throttled {
            retry_after: retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        },
        Class::Incomplete => Trouble::Temporary { detail },
        _ if error.is_transient() => Trouble::Temporary { detail },
        _ => Trouble::Permanent { detail },
    }
}
