//! Reading Microsoft Entra: everything the first time, changes since the watermark afterwards.
//!
//! A read changes nothing in the store. It gives a snapshot for the plan and the rows and watermarks that the caller
//! saves in one transaction once every effect of the cycle is settled.

mod about;
mod everyone;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use usher_graph::{
    AppRoleAssignment, Change, DeltaLink, Graph, GraphErrorKind, GroupChange, Pages, PrincipalKind,
    ServicePrincipalId,
};
use usher_mapping::{ObjectType, Table, graph_select};
use usher_plan::{
    Assignment, Cycle, LateReferences, Mending, Only, SourceBuilder, SourcePart, SourceSnapshot,
};
use usher_store::{MemberChange, SourceChange, SourceRow};

use crate::error::RunError;
use crate::memory::Memory;
use crate::progress::{Phase, Watch};
use rows::Rows;

pub use about::{About, Part};
pub use everyone::{Everyone, EveryoneRequest, everyone};

/// What is read of every person, whatever the mappings need.
const USER_BASICS: &[&str] = &["displayName", "userPrincipalName", "mail", "accountEnabled", "userType"];
/// What is read of every group.
const GROUP_BASICS: &[&str] = &["displayName", "securityEnabled"];

/// What the mappings need of Entra.
pub struct Needs {
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
}

impl Needs {
    /// What these tables read, and the basics.
    #[must_use]
    pub fn of(users: &Table, groups: &Table) -> Self {
        let own = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        // Who is protected is named by the sign-in name, whether or not a mapping reads it.
        let mut needed = users.source_attributes();
        needed.insert("userPrincipalName");
        Self { users: own(needed), groups: own(groups.source_attributes()) }
    }

    fn names(&self) -> (Vec<String>, Vec<String>) {
        (self.users.iter().cloned().collect(), self.groups.iter().cloned().collect())
    }

    pub(crate) fn select(&self, object: ObjectType) -> Vec<String> {
        let (names, basics) = match object {
            ObjectType::User => (&self.users, USER_BASICS),
            ObjectType::Group => (&self.groups, GROUP_BASICS),
        };
        let mut all: BTreeSet<String> =
            graph_select(object, names.iter().map(String::as_str)).into_iter().collect();
        all.extend(basics.iter().map(|&basic| basic.to_owned()));
        // Members are asked for by the group calls themselves.
        all.remove("members");
        all.into_iter().collect()
    }

    /// Rows that were read with another selection lack attributes: they are read again from the beginning.
    pub(crate) fn fingerprint(&self, graph: &str, application: &str) -> String {
        let parts = [self.select(ObjectType::User).join(","), self.select(ObjectType::Group).join(",")];
        format!("{graph} {application} {}", parts.join(" "))
    }
}

/// How much of the world a pass looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent<'a> {
    /// What changed since the last settled cycle, and who is due for another try. Everyone, where that is not enough:
    /// before the first cycle, and when what decides about people changed.
    Changes,
    /// The same, and these: somebody who changed wants what they have.
    ChangesAnd(&'a Only),
    /// Everyone.
    Everyone {
        /// Reads Entra anew, even where changes could be followed.
        reread: bool,
    },
    /// These objects.
    Only(&'a Only),
    /// Everyone, for a plan about some objects.
    Mending(&'a Mending),
}

/// A read of Entra.
pub struct SourceRead {
    /// For the plan.
    pub snapshot: SourceSnapshot,
    /// Which pass it is.
    pub cycle: Cycle,
    /// Where it started from: part of what makes a plan stale.
    pub watermark: String,
    /// The part of the world that the snapshot holds; absent when it is the whole.
    pub about: Option<About>,
    /// People and groups that changed since the last settled cycle, where the snapshot is the whole and changes were
    /// followed.
    pub changed: Only,
    /// To be saved when every effect of the cycle is settled.
    pub commit: SourceCommit,
}

/// Rows and watermarks that wait for the end of a cycle.
pub struct SourceCommit {
    changes: Vec<SourceChange>,
    members: MemberChange,
    fingerprint: String,
    /// What decided, when everyone was looked at.
    decided_by: Option<String>,
}

/// The watermark of a read that followed no changes.
pub(crate) const FROM_THE_BEGINNING: &str = "none";

const FINGERPRINT: &str = "source-fingerprint";
/// What decided about everyone when everyone was last looked at.
const DECIDED_BY: &str = "decided-by";
const ASSIGNMENTS: &str = "assignments";

impl SourceCommit {
    /// Saves rows and watermarks in one transaction.
    pub async fn save(self, memory: &Memory) -> Result<(), RunError> {
        memory
            .with(move |store| {
                // The rows first: a crash in between leads to a full read, never to rows taken for others.
                store.change_source(&self.changes, &self.members)?;
                store.set_state(FINGERPRINT, &self.fingerprint)?;
                if let Some(decided_by) = self.decided_by {
                    store.set_state(DECIDED_BY, &decided_by)?;
                }
                Ok(())
            })
            .await
    }
}

/// The next cycle looks at everyone.
pub(crate) async fn look_at_everyone(memory: &Memory) -> Result<(), RunError> {
    memory.with(|store| store.set_state(DECIDED_BY, &String::new())).await.map_err(RunError::Store)
}

/// Who is read, and how.
pub struct SourceRequest<'a> {
    /// Graph.
    pub graph: &'a Graph,
    /// Its root, for the fingerprint.
    pub root: &'a str,
    /// The service principal whose assignments count.
    pub application: &'a str,
    /// Only assigned people and groups, or everyone.
    pub assigned_only: bool,
    /// Who may get an account so far; everybody when absent.
    pub ring: Option<&'a BTreeSet<String>>,
    /// Whether members of groups inside an assigned group count.
    pub nested_groups: bool,
    /// When a manager who gets an account later than the people below becomes theirs.
    pub late_references: LateReferences,
    /// What the mappings need.
    pub needs: &'a Needs,
    /// Digest of everything in the configuration that decides about people.
    pub rules: &'a str,
    /// How much is looked at.
    pub extent: Extent<'a>,
    /// Now.
    pub now: Timestamp,
}

/// Reads Entra.
pub async fn read(
    request: &SourceRequest<'_>,
    memory: &Memory,
    watch: &Watch,
) -> Result<SourceRead, RunError> {
    let fingerprint = request.needs.fingerprint(request.root, request.application);
    if request.extent != (Extent::Everyone { reread: true }) {
        let wanted = fingerprint.clone();
        let links = memory.with(move |store| rows::watermarks(store, &wanted)).await?;
        if let Some(links) = links {
            match follow(request, links, &fingerprint, memory, watch).await {
                Err(RunError::Source(error)) if error.kind == GraphErrorKind::Resync => {
                    tracing::info!("changes can no longer be followed; everything is read again");
                }
                other => return other,
            }
        }
    }
    let rows = everything(request, watch).await?;
    let assigned = Assigned::read(request.graph, request.application, watch).await?;
    Ok(whole(request, rows, &assigned, FROM_THE_BEGINNING.to_owned(), fingerprint))
}

/// Reads everything, taking delta links for the next time.
async fn everything(request: &SourceRequest<'_>, watch: &Watch) -> Result<Rows, RunError> {
    let select = request.needs.select(ObjectType::User);
    let select: Vec<&str> = select.iter().map(String::as_str).collect();
    let mut rows = Rows::empty();
    let mut pages = request.graph.users_delta(&select);
    rows.people(&mut pages, watch).await?;
    let select = request.needs.select(ObjectType::Group);
    let select: Vec<&str> = select.iter().map(String::as_str).collect();
    let mut pages = request.graph.groups_delta(&select);
    rows.groups(&mut pages, watch).await?;
    Ok(rows)
}

/// Follows changes since the watermark, and looks at as much as was asked for.
async fn follow(
    request: &SourceRequest<'_>,
    links: (String, String),
    fingerprint: &str,
    memory: &Memory,
    watch: &Watch,
) -> Result<SourceRead, RunError> {
    let watermark = digest(&format!("{} {}", links.0, links.1));
    let mut pages = request.graph.users_since(&DeltaLink(links.0))?;
    let people = drain(&mut pages, Phase::ReadingPeople, watch).await?;
    let people_link = rows::link(pages.closed())?;
    let mut pages = request.graph.groups_since(&DeltaLink(links.1))?;
    let groups = drain(&mut pages, Phase::ReadingGroups, watch).await?;
    let links = (people_link, rows::link(pages.closed())?);
    let assigned = Assigned::read(request.graph, request.application, watch).await?;
    let decided_by = assigned.decided_by(request.rules);
    let decided = memory.with(|store| store.state::<String>(DECIDED_BY)).await?;
    let only = match request.extent {
        Extent::Only(only) => Some(only.clone()),
        Extent::Changes | Extent::ChangesAnd(_) if decided.as_deref() == Some(&decided_by) => None,
        Extent::Changes | Extent::ChangesAnd(_) | Extent::Everyone { .. } | Extent::Mending(_) => {
            let mut rows = Rows::load(memory).await?;
            rows.follow(people, groups, links);
            let changed = rows.changed_ids();
            let read = whole(request, rows, &assigned, watermark, fingerprint.to_owned());
            return Ok(SourceRead { changed, ..read });
        }
    };
    about::read(request, Changed { people, groups, links, assigned, only }, memory).await.map(
        |(snapshot, about, commit)| SourceRead {
            snapshot,
            cycle: Cycle::Incremental,
            watermark,
            about: Some(about),
            changed: Only::default(),
            commit: SourceCommit { fingerprint: fingerprint.to_owned(), ..commit },
        },
    )
}

/// What was heard of Entra since the watermark.
struct Changed {
    people: Vec<UserChange>,
    groups: Vec<Change<GroupChange>>,
    links: (String, String),
    assigned: Assigned,
    only: Option<Only>,
}

async fn drain<T: serde::de::DeserializeOwned>(
    pages: &mut Pages<T>,
    phase: Phase,
    watch: &Watch,
) -> Result<Vec<T>, RunError> {
    let mut all = Vec::new();
    while let Some(page) = rows::next(pages, watch).await? {
        all.extend(page);
        watch.say(phase, all.len(), 0);
    }
    Ok(all)
}

/// Everyone, for a plan about everyone.
fn whole(
    request: &SourceRequest<'_>,
    rows: Rows,
    assigned: &Assigned,
    watermark: String,
    fingerprint: String,
) -> SourceRead {
    let (users, groups) = request.needs.names();
    let mut builder = SourceBuilder::new(users.iter().map(String::as_str), groups.iter().map(String::as_str));
    rows.build(&mut builder, &users, &groups);
    assigned.hand_over(&mut builder, |_| true);
    SourcePart::ALL.into_iter().for_each(|part| builder.completed(part));
    let (mut changes, members) = rows.into_changes(request.now);
    changes.push(SourceChange {
        kind: ASSIGNMENTS.to_owned(),
        replace: true,
        put: assigned.rows().collect(),
        ..SourceChange::default()
    });
    let decided_by = Some(assigned.decided_by(request.rules));
    SourceRead {
        snapshot: builder.finish(),
        cycle: Cycle::Initial,
        watermark,
        about: None,
        changed: Only::default(),
        commit: SourceCommit { changes, members, fingerprint, decided_by },
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The application's roles, and who has which. There is no delta query for them: they are read whole each time.
#[derive(Default)]
struct Assigned {
    /// Name and value by id.
    roles: BTreeMap<String, (String, Option<String>)>,
    /// Role ids by principal.
    by: BTreeMap<String, BTreeSet<String>>,
}

impl Assigned {
    async fn read(graph: &Graph, application: &str, watch: &Watch) -> Result<Self, RunError> {
        if application.is_empty() {
            // Scope "all users and groups" works without an application: there is nothing to read.
            return Ok(Self::default());
        }
        let id = ServicePrincipalId::from(application.to_owned());
        let (application, found) = tokio::select! {
            read = async { Ok::<_, RunError>((graph.service_principal(&id).await?, graph.assignments(&id).await?)) } => read?,
            () = watch.cancel.cancelled() => return Err(RunError::Cancelled),
        };
        let role = |role: usher_graph::AppRole| {
            (role.id.as_str().to_owned(), (role.display_name.unwrap_or_default(), role.value))
        };
        let mut assigned =
            Self { roles: application.app_roles.into_iter().map(role).collect(), ..Self::default() };
        for found in found.into_items().into_iter().filter(is_principal) {
            assigned.by.entry(found.principal_id).or_default().insert(found.app_role_id.as_str().to_owned());
        }
        watch.say(Phase::ReadingGroups, assigned.by.len(), assigned.by.len());
        Ok(assigned)
    }

    /// Tells the plan of roles, and of the assignments of whoever is wanted.
    fn hand_over(&self, builder: &mut SourceBuilder, wanted: impl Fn(&str) -> bool) {
        for (id, (display, value)) in &self.roles {
            builder.role(id, display, value.as_deref());
        }
        for (principal, roles) in self.by.iter().filter(|(principal, _)| wanted(principal)) {
            for role in roles {
                builder.assignment(Assignment { principal, role });
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = SourceRow> {
        self.by.iter().map(|(id, roles)| SourceRow { id: id.clone(), body: body(roles) })
    }

    /// Who would have to be looked at again if it changed: everyone.
    fn decided_by(&self, rules: &str) -> String {
        digest(&format!("{rules} {:?}", self.roles))
    }
}

/// The roles of one principal as they are saved.
fn body(roles: &BTreeSet<String>) -> String {
    roles.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Service principals can be assigned to applications too; they are nobody to provision.
fn is_principal(assignment: &AppRoleAssignment) -> bool {
    matches!(assignment.principal_type, PrincipalKind::User | PrincipalKind::Group)
}

/// What became of one object in a page.
pub(crate) type UserChange = Change<usher_graph::User>;
