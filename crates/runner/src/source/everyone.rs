//! Everyone with every attribute, for trying filters and expressions out. Nothing is saved, and nobody's scope follows
//! from it: a cycle reads for itself.

use std::collections::BTreeSet;

use usher_graph::{Change, Graph};
use usher_mapping::{ObjectType, source_attributes};
use usher_plan::{APP_ROLE_ASSIGNMENTS, SourceBuilder, SourcePart, SourceSnapshot};

use super::rows::{Rows, next};
use super::{Assigned, Needs, UserChange};
use crate::error::RunError;
use crate::progress::{Phase, Watch};

/// Who is read.
pub struct EveryoneRequest<'a> {
    /// Graph.
    pub graph: &'a Graph,
    /// The service principal whose assignments count.
    pub application: &'a str,
    /// Only assigned people and groups, or everyone.
    pub assigned_only: bool,
    /// Directory extensions of people, which no list of attributes has.
    pub users: &'a BTreeSet<String>,
    /// Directory extensions of groups.
    pub groups: &'a BTreeSet<String>,
    /// Stop after so many people.
    pub most: usize,
}

/// What was read.
pub struct Everyone {
    /// People, groups, members and assignments.
    pub snapshot: SourceSnapshot,
    /// How many people could be in scope.
    pub people: usize,
    /// How many of them were read.
    pub read: usize,
    /// Whether people are missing because there are too many.
    pub is_sample: bool,
}

impl Needs {
    /// Every attribute that a mapping or a filter may name.
    fn everything(request: &EveryoneRequest<'_>) -> Self {
        let all = |object, more: &BTreeSet<String>| {
            let known = source_attributes(object).iter().filter(|attribute| !attribute.reference);
            known.map(|attribute| attribute.name.to_owned()).chain(more.iter().cloned()).collect()
        };
        let mut users: BTreeSet<String> = all(ObjectType::User, request.users);
        users.extend(["originalUserPrincipalName".to_owned(), APP_ROLE_ASSIGNMENTS.to_owned()]);
        Self { users, groups: all(ObjectType::Group, request.groups) }
    }
}

/// Reads groups and assignments whole, and people up to a limit: of those who may be in scope as many as of the others,
/// so that what a small tenant is asked about anybody has an answer.
pub async fn everyone(request: &EveryoneRequest<'_>, watch: &Watch) -> Result<Everyone, RunError> {
    let needs = Needs::everything(request);
    let (users, groups) = needs.names();
    let mut builder = SourceBuilder::new(users.iter().map(String::as_str), groups.iter().map(String::as_str));
    let mut rows = Rows::empty();
    let select = needs.select(ObjectType::Group);
    let select: Vec<&str> = select.iter().map(String::as_str).collect();
    rows.groups(&mut request.graph.groups_delta(&select), watch).await?;
    let assigned = Assigned::read(request.graph, request.application, watch).await?;
    assigned.hand_over(&mut builder, |_| true);
    builder.completed(SourcePart::Assignments);
    let within = request.assigned_only.then(|| rows.people_within(assigned.by.into_keys()));
    let select = needs.select(ObjectType::User);
    let select: Vec<&str> = select.iter().map(String::as_str).collect();
    let (read, is_sample) = people(request, &select, within.as_ref(), &mut rows, watch).await?;
    rows.build(&mut builder, &users, &groups);
    builder.completed(SourcePart::Groups);
    builder.completed(SourcePart::Members);
    if !is_sample {
        builder.completed(SourcePart::Users);
    }
    let people = match (within, is_sample) {
        (_, false) => read,
        (Some(within), true) => within.len(),
        (None, true) => usize::try_from(request.graph.user_count().await?).unwrap_or(usize::MAX),
    };
    Ok(Everyone { snapshot: builder.finish(), people, read, is_sample })
}

/// Reads people page by page. Gives how many may be in scope, and whether there are more.
async fn people(
    request: &EveryoneRequest<'_>,
    select: &[&str],
    within: Option<&BTreeSet<String>>,
    rows: &mut Rows,
    watch: &Watch,
) -> Result<(usize, bool), RunError> {
    let (mut kept, mut others, mut seen) = (0, 0, 0);
    let mut pages = request.graph.users_delta(select);
    while let Some(page) = next(&mut pages, watch).await? {
        seen += page.len();
        let mut too_many = false;
        rows.take(page.into_iter().filter(|change: &UserChange| {
            let Change::Present(user) = change else { return true };
            let may_be_in_scope = within.is_none_or(|ids| ids.contains(user.id.as_str()));
            let counted = if may_be_in_scope { &mut kept } else { &mut others };
            let fits = *counted < request.most;
            *counted += usize::from(fits);
            too_many |= may_be_in_scope && !fits;
            fits
        }));
        watch.say(Phase::ReadingPeople, seen, 0);
        if too_many {
            return Ok((kept, true));
        }
    }
    Ok((kept, false))
}
