//! The service provider: read into a snapshot for the plan, and written to by the engine.

mod writer;

use std::collections::BTreeSet;

use usher_goto::{Class, GotoError, Kind, MemberKind, Resource, ServiceProvider};
use usher_plan::{Attribute, ObjectKind, Question, ScimId, TargetBuilder, TargetPart, TargetSnapshot};
use usher_scim::AttributePath;
use usher_store::{Store, StoreError};

use crate::error::RunError;
use crate::progress::{Phase, Watch};

pub use writer::Writer;

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
            // Members are read by themselves.
            let rows = table.rows().iter().filter(|row| !(row.multivalued && row.reference().is_some()));
            let mut names: BTreeSet<String> = rows.map(|row| row.target.to_string()).collect();
            names.extend(always.iter().map(|&name| name.to_owned()));
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
    Ok(everything(provider, paths, groups, watch).await?.finish())
}

/// The same, open for what else is asked.
pub(crate) async fn everything<'a>(
    provider: &'a ServiceProvider,
    paths: &'a Paths,
    groups: bool,
    watch: &Watch,
) -> Result<Asked<'a>, RunError> {
    let mut asked = Asked::new(provider, paths);
    let users = asked.list(ObjectKind::User, watch).await?.len();
    if groups {
        let listed = asked.list(ObjectKind::Group, watch).await?;
        for (at, group) in listed.iter().enumerate() {
            for member in members(provider, group, watch).await? {
                asked.builder.member(group.id.as_str(), &member);
            }
            watch.say(Phase::ReadingTarget, users + at + 1, users + listed.len());
        }
        asked.builder.completed(TargetPart::Members);
    }
    Ok(asked)
}

/// So many objects that a list left out are asked for one by one at once. Of more, a few are asked for first: where an
/// organisation was emptied, they are gone, and the guards stop the pass.
const UNLISTED: usize = 100;
const TRIED_FIRST: usize = 20;

/// A service provider that is asked for single objects.
pub struct Asked<'a> {
    provider: &'a ServiceProvider,
    paths: &'a Paths,
    builder: TargetBuilder,
    listed: BTreeSet<ObjectKind>,
    asked: u32,
}

impl<'a> Asked<'a> {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(provider: &'a ServiceProvider, paths: &'a Paths) -> Self {
        Self { provider, paths, builder: paths.builder(), listed: BTreeSet::new(), asked: 0 }
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
    pub async fn list(&mut self, kind: ObjectKind, watch: &Watch) -> Result<Vec<Resource>, RunError> {
        let paths = self.paths.of_kind(wire(kind));
        let all = cancellable(self.provider.list(wire(kind), paths), watch).await?;
        for object in all.items() {
            add(&mut self.builder, kind, object);
        }
        self.builder.completed(match kind {
            ObjectKind::User => TargetPart::Users,
            ObjectKind::Group => TargetPart::Groups,
        });
        self.listed.insert(kind);
        watch.say(Phase::ReadingTarget, all.items().len(), 0);
        Ok(all.into_items())
    }

    /// Whether it is known of this object that it is there, or that it is not, other than by a list without it.
    pub(crate) fn knows(&self, kind: ObjectKind, id: &str) -> bool {
        !self.listed.contains(&kind) || self.builder.answers(kind, id)
    }

    /// Asks by id for objects that are linked and that a list left out. Gives those groups that are there.
    pub(crate) async fn unlisted(
        &mut self,
        missing: &[(ObjectKind, ScimId)],
        watch: &Watch,
    ) -> Result<Vec<String>, RunError> {
        let step = if missing.len() > UNLISTED { missing.len() / TRIED_FIRST } else { 1 };
        for (kind, id) in missing.iter().step_by(step) {
            self.ask(&Question::Object { kind: *kind, id: id.clone() }, watch).await?;
        }
        let found = |asked: &Self| missing.iter().any(|(kind, id)| asked.builder.has(*kind, id.as_str()));
        if step > 1 && found(self) {
            for (kind, id) in missing.iter() {
                if self.knows(*kind, id.as_str()) {
                    continue;
                }
                self.ask(&Question::Object { kind: *kind, id: id.clone() }, watch).await?;
            }
        }
        let there = missing.iter().filter(|(kind, id)| self.builder.has(*kind, id.as_str()));
        for (kind, id) in there.clone() {
            tracing::warn!(?kind, %id, "a list left out an account or a group that is there");
        }
        let groups = there.filter(|(kind, _)| *kind == ObjectKind::Group);
        Ok(groups.map(|(_, id)| id.to_string()).collect())
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
    pub fn finish(self) -> TargetSnapshot {
        self.builder.finish()
    }
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

/// Those members who are people.
fn people(members: &[usher_goto::Member]) -> Vec<String> {
    let people = members.iter().filter(|member| member.kind == MemberKind::User);
    people.map(|member| member.id.0.clone()).collect()
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
                usher_goto::Value::Text(text) | usher_goto::Value::Reference(text) => Attribute::Text(text),
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

fn id(target: &ScimId) -> usher_goto::ScimId {
    usher_goto::ScimId(target.to_string())
}
