//! The service provider: read into a snapshot for the plan, and written to by the engine.

mod writer;

use std::collections::BTreeSet;

use usher_goto::{GotoError, Kind, MemberKind, Resource, ServiceProvider};
use usher_plan::{Attribute, ObjectKind, TargetBuilder, TargetPart, TargetSnapshot};
use usher_scim::AttributePath;

use crate::error::RunError;
use crate::progress::{Phase, Watch};

pub use writer::Writer;

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

    fn of_kind(&self, kind: Kind) -> &[AttributePath] {
        match kind {
            Kind::User => &self.users,
            Kind::Group => &self.groups,
        }
    }
}

/// Reads every account and, where groups are wanted, every group with its members.
pub async fn read(
    provider: &ServiceProvider,
    paths: &Paths,
    groups: bool,
    watch: &Watch,
) -> Result<TargetSnapshot, RunError> {
    let names = |paths: &[AttributePath]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (user_names, group_names) = (names(&paths.users), names(&paths.groups));
    let mut builder =
        TargetBuilder::new(user_names.iter().map(String::as_str), group_names.iter().map(String::as_str));
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
