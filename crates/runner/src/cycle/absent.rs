//! Whoever is not listed where everyone is looked at is asked for by id before anything follows from it.
//!
//! A chain of pages proves that it was followed to its end, not that each page was whole: a page that comes without its
//! objects looks like any other. An object that is asked for by id and is there shows such a hole. Whoever is to be deleted
//! is asked for likewise, in every pass.

use std::collections::BTreeSet;

use usher_graph::{Graph, GraphError, GraphErrorKind, GroupId, UserId};
use usher_plan::{Action, Links, ObjectKind, Plan, SourceSnapshot};

use crate::error::RunError;
use crate::progress::Watch;

/// So many of each kind are asked for. A hole of one page takes away more than a few, and more than a few removals wait
/// for a person in any case.
const ASKED: usize = 20;

/// Refuses a read in which somebody is missing who is still there. For passes over everyone: changes name whom they remove,
/// and nobody is gone by not being mentioned.
pub(super) async fn confirm(
    graph: &Graph,
    source: &SourceSnapshot,
    links: &Links,
    watch: &Watch,
) -> Result<(), RunError> {
    let nobody = |id: &str| source.user(id).is_none() && source.group(id).is_none();
    // Who lost access before may be gone for good: nothing follows from it any more.
    let linked = |kind| links.iter().filter(move |link| link.kind == kind && link.active);
    let ids = |kind| linked(kind).map(|link| link.source.to_string()).filter(|id| nobody(id)).collect();
    let users: BTreeSet<String> = ids(ObjectKind::User);
    let groups: BTreeSet<String> = ids(ObjectKind::Group);
    let assigned =
        source.principals().filter(|id| nobody(id) && !users.contains(*id) && !groups.contains(*id));
    let assigned: BTreeSet<String> = assigned.map(str::to_owned).collect();
    for id in some(&users) {
        still_there(user(graph, id), id, watch).await?;
    }
    for id in some(&groups) {
        still_there(group(graph, id), id, watch).await?;
    }
    for id in some(&assigned) {
        still_there(user(graph, id), id, watch).await?;
        still_there(group(graph, id), id, watch).await?;
    }
    Ok(())
}

/// Refuses a plan that deletes somebody whom Entra still has: what was said of them once is not enough for what nobody can
/// take back. Everybody is asked for, one request for each delete.
pub(super) async fn confirm_deletes(graph: &Graph, plan: &Plan, watch: &Watch) -> Result<(), RunError> {
    let deletes = plan.operations.iter().filter(|operation| operation.action == Action::Delete);
    for (kind, id) in deletes.filter_map(|operation| Some((operation.kind, operation.source.as_ref()?))) {
        match kind {
            ObjectKind::User => still_there(user(graph, id.as_str()), id.as_str(), watch).await?,
            ObjectKind::Group => still_there(group(graph, id.as_str()), id.as_str(), watch).await?,
        }
    }
    Ok(())
}

/// At most [`ASKED`] of them, spread over all.
fn some(ids: &BTreeSet<String>) -> impl Iterator<Item = &str> {
    ids.iter().map(String::as_str).step_by(ids.len().div_ceil(ASKED).max(1))
}

async fn user(graph: &Graph, id: &str) -> Result<(), GraphError> {
    graph.user(&UserId::from(id), &[]).await.map(drop)
}

async fn group(graph: &Graph, id: &str) -> Result<(), GraphError> {
    graph.group(&GroupId::from(id), &[]).await.map(drop)
}

async fn still_there(
    asked: impl Future<Output = Result<(), GraphError>>,
    id: &str,
    watch: &Watch,
) -> Result<(), RunError> {
    let answer = tokio::select! {
        answer = asked => answer,
        () = watch.cancel.cancelled() => return Err(RunError::Cancelled),
    };
    match answer {
        Ok(()) => {
            tracing::warn!(id, "Entra left somebody out of its list who is still there");
            Err(RunError::IncompleteRead)
        }
        Err(error) if error.kind == GraphErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}
