//! Reading Microsoft Entra: everything the first time, changes since the watermark afterwards.
//!
//! A read changes nothing in the store. It gives a snapshot for the plan and the rows and watermarks that the caller
//! saves in one transaction once every effect of the cycle is settled.

mod everyone;
mod rows;

use std::collections::BTreeSet;

use jiff::Timestamp;
use usher_graph::{
    AppRoleAssignment, Change, DeltaLink, Graph, GraphErrorKind, PrincipalKind, ServicePrincipalId,
};
use usher_mapping::{ObjectType, Table, graph_select};
use usher_plan::{Assignment, Cycle, SourceBuilder, SourcePart, SourceSnapshot};
use usher_store::SourceChange;

use crate::error::RunError;
use crate::memory::Memory;
use crate::progress::{Phase, Watch};
use rows::Rows;

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

/// A read of Entra.
pub struct SourceRead {
    /// For the plan.
    pub snapshot: SourceSnapshot,
    /// Which pass it was.
    pub cycle: Cycle,
    /// Where it started from: part of what makes a plan stale.
    pub watermark: String,
    /// To be saved when every effect of the cycle is settled.
    pub commit: SourceCommit,
}

/// Rows and watermarks that wait for the end of a cycle.
pub struct SourceCommit {
    changes: Vec<SourceChange>,
    fingerprint: String,
}

const FINGERPRINT: &str = "source-fingerprint";

impl SourceCommit {
    /// Saves rows and watermarks in one transaction.
    pub async fn save(self, memory: &Memory) -> Result<(), RunError> {
        memory
            .with(move |store| {
                // The fingerprint first: a crash in between leads to a full read, never to rows taken for others.
                store.set_state(FINGERPRINT, &self.fingerprint)?;
                store.change_source(&self.changes)?;
                Ok(())
            })
            .await
    }
}

/// Who is read, and how.
pub struct SourceRequest<'a> {
    /// Graph.
    pub graph: &'a Graph,
    /// Its root, for the fingerprint.
    pub root: &'a str,
    /// The service principal whose assignments count.
    pub application: &'a str,
    /// What the mappings need.
    pub needs: &'a Needs,
    /// Read everything, even where changes could be followed.
    pub everything: bool,
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
    let known = Rows::load(memory, &fingerprint).await?;
    if let Some(known) = known.filter(|_| !request.everything) {
        let watermark = known.digest();
        match follow(request, known, watch).await {
            Err(RunError::Source(error)) if error.kind == GraphErrorKind::Resync => {
                tracing::info!("changes can no longer be followed; everything is read again");
            }
            other => return finish(request, other?, watermark, Cycle::Incremental, fingerprint, watch).await,
        }
    }
    let rows = everything(request, watch).await?;
    finish(request, rows, "none".to_owned(), Cycle::Initial, fingerprint, watch).await
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

/// Follows changes since the watermark.
async fn follow(request: &SourceRequest<'_>, mut rows: Rows, watch: &Watch) -> Result<Rows, RunError> {
    let (users, groups) = rows.links();
    let mut pages = request.graph.users_since(&DeltaLink(users))?;
    rows.people(&mut pages, watch).await?;
    let mut pages = request.graph.groups_since(&DeltaLink(groups))?;
    rows.groups(&mut pages, watch).await?;
    Ok(rows)
}

async fn finish(
    request: &SourceRequest<'_>,
    rows: Rows,
    watermark: String,
    cycle: Cycle,
    fingerprint: String,
    watch: &Watch,
) -> Result<SourceRead, RunError> {
    let names = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>();
    let (users, groups) = (names(&request.needs.users), names(&request.needs.groups));
    let mut builder = SourceBuilder::new(users.iter().map(String::as_str), groups.iter().map(String::as_str));
    rows.build(&mut builder, &users, &groups);
    builder.completed(SourcePart::Users);
    builder.completed(SourcePart::Groups);
    builder.completed(SourcePart::Members);
    assignments(request.graph, request.application, &mut builder, watch).await?;
    let commit = SourceCommit { changes: rows.into_changes(request.now, cycle), fingerprint };
    Ok(SourceRead { snapshot: builder.finish(), cycle, watermark, commit })
}

/// Assignments and roles have no delta query: they are read whole each time. Gives who is assigned.
async fn assignments(
    graph: &Graph,
    application: &str,
    builder: &mut SourceBuilder,
    watch: &Watch,
) -> Result<Vec<String>, RunError> {
    if application.is_empty() {
        // Scope "all users and groups" works without an application: there is nothing to read.
        builder.completed(SourcePart::Assignments);
        return Ok(Vec::new());
    }
    let id = ServicePrincipalId::from(application.to_owned());
    let application = tokio::select! {
        found = graph.service_principal(&id) => found?,
        () = watch.cancel.cancelled() => return Err(RunError::Cancelled),
    };
    for role in &application.app_roles {
        let display = role.display_name.as_deref().unwrap_or_default();
        builder.role(role.id.as_str(), display, role.value.as_deref());
    }
    let found = graph.assignments(&id).await?;
    for assignment in found.items().iter().filter(|found| is_principal(found)) {
        builder.assignment(Assignment {
            principal: &assignment.principal_id,
            role: assignment.app_role_id.as_str(),
        });
    }
    builder.completed(SourcePart::Assignments);
    watch.say(Phase::ReadingGroups, found.items().len(), found.items().len());
    Ok(found.into_items().into_iter().filter(is_principal).map(|found| found.principal_id).collect())
}

/// Service principals can be assigned to applications too; they are nobody to provision.
fn is_principal(assignment: &AppRoleAssignment) -> bool {
    matches!(assignment.principal_type, PrincipalKind::User | PrincipalKind::Group)
}

/// What became of one object in a page.
pub(crate) type UserChange = Change<usher_graph::User>;
