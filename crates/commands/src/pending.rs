//! Deletes that wait: the list, keeping an account, and letting it wait again.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use usher_engine::cycle::Memory as Life;
use usher_plan::{Guards, Reason, Waiting};
use usher_runner::{config::Connection, state};
use usher_store::{AuditEntry, Decision, Kind, PendingDelete};

use crate::app::App;
use crate::audit;
use crate::dto::{
    CommandError, ConnectionRef, DecidePending, ErrorCode, Message, PendingDeleteRow, PendingDeletes,
};
use crate::loaded::{Loaded, load};
use crate::preview;
use crate::problem::{error, missing};
use crate::rows;
use crate::running::between_cycles;

/// Lists deletes that wait, and those that were taken back.
pub async fn pending_deletes(app: &Arc<App>, request: ConnectionRef) -> Result<PendingDeletes, CommandError> {
    let loaded = load(app, &request.id).await?;
    let connection = in_force(app, &loaded)?;
    let all = loaded.memory.with(usher_store::Store::pending_deletes).await?;
    let (now, guards) = (app.now(), &connection.guards);
    let mut rows: Vec<PendingDeleteRow> = all.into_iter().map(|one| row(one, guards, now)).collect();
    rows.sort_by(|a, b| (a.kept_by.is_some(), &a.due).cmp(&(b.kept_by.is_some(), &b.due)));
    let waiting = rows.iter().filter(|row| row.kept_by.is_none()).count();
    let waits = |kind: &str| rows.iter().any(|row| row.kind == kind && row.kept_by.is_none());
    let (users, groups) = (&connection.mappings.users.actions, &connection.mappings.groups.actions);
    let held = (waits("user") && !(guards.users.delete && users.delete))
        || (waits("group") && !(guards.groups.delete && groups.delete));
    Ok(PendingDeletes {
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        grace_days: guards.delete_grace_days,
        held: held.then(|| Message::new("pending-switched-off")),
        rows,
    })
}

/// Keeps accounts that were to be deleted, or lets them wait again: all of them or none.
pub async fn pending_decide(app: &Arc<App>, request: DecidePending) -> Result<PendingDeletes, CommandError> {
    let loaded = load(app, &request.id).await?;
    let guards = in_force(app, &loaded)?.guards;
    let about = request.keys.iter().map(|key| parse(key)).collect::<Result<Vec<_>, _>>()?;
    // A cycle that runs has read who waits already, and could delete whom somebody keeps in the meantime.
    let lock = between_cycles(app, &loaded.id)?;
    let (who, at, keep) = (preview::person(), app.now(), request.keep);
    let action = if keep { "pending-delete-kept" } else { "pending-delete-released" };
    let entry = audit::entry(app, action, None, &Json::Null);
    loaded
        .memory
        .with(move |store| {
            let decision = if keep {
                Decision::Keep { by: &who }
            } else {
                Decision::Release { due: guards.delete_due(at) }
            };
            let entry = |before: &PendingDelete| AuditEntry { body: said(before, keep), ..entry.clone() };
            store.decide_pending_deletes(&about, decision, at, entry)?;
            // A plan that waits for an approval may have deleted just these: the next cycle makes a new one.
            store.update_state(state::LIFE, |life: &mut Life| life.waiting_for = None)
        })
        .await?;
    drop(lock);
    app.running.wake();
    pending_deletes(app, ConnectionRef { id: request.id }).await
}

/// The keys of whom a person names: by user name, name, or id on either side. One name is one account, or it is refused.
pub fn keys(list: &PendingDeletes, named: &[String]) -> Result<Vec<String>, CommandError> {
    let find = |who: &String| {
        let is = |text: &String| text.eq_ignore_ascii_case(who);
        let found = |row: &&PendingDeleteRow| {
            [&row.detail, &row.name, &row.source_id, &row.target_id].into_iter().any(is)
        };
        let mut found = list.rows.iter().filter(found);
        match (found.next(), found.next()) {
            (Some(row), None) => Ok(row.key.clone()),
            (Some(_), Some(_)) => {
                Err(error(ErrorCode::Invalid, Message::new("error-pending-several").text("which", who)))
            }
            (None, _) => Err(missing("pending-delete", who)),
        }
    };
    named.iter().map(find).collect()
}

/// What decides now: what is live, or the draft of a connection that never was.
fn in_force(app: &App, loaded: &Loaded) -> Result<Connection, CommandError> {
    let connection = loaded.live_connection(app)?.unwrap_or_else(|| loaded.connection.clone());
    if connection.is_local() {
        Ok(connection)
    } else {
        Err(error(ErrorCode::Invalid, Message::new("error-pending-entra")))
    }
}

fn row(one: PendingDelete, guards: &Guards, now: Timestamp) -> PendingDeleteRow {
    let waiting = Waiting { since: one.since, due: one.due, kept: one.kept.is_some() };
    let due = waiting.due(guards);
    let because = Reason { code: one.code.into(), with: BTreeMap::new() };
    let (kept_by, kept_at) = one.kept.map(|(who, at)| (who, at.to_string())).unzip();
    PendingDeleteRow {
        key: format!("{}/{}", one.kind.as_str(), one.source),
        kind: one.kind.as_str().to_owned(),
        name: one.display,
        detail: one.key.unwrap_or_default(),
        source_id: one.source,
        target_id: one.target,
        since: one.since.to_string(),
        due: due.to_string(),
        is_due: due <= now && kept_by.is_none(),
        because: rows::reason_about(one.kind.as_str(), &because),
        kept_by,
        kept_at,
    }
}

fn parse(key: &str) -> Result<(Kind, String), CommandError> {
    let kinds = [("user", Kind::User), ("group", Kind::Group)];
    key.split_once('/')
        .and_then(|(word, source)| {
            let kind = kinds.into_iter().find(|(known, _)| *known == word)?.1;
            Some((kind, source.to_owned()))
        })
        .ok_or_else(|| missing("pending-delete", key))
}

fn said(before: &PendingDelete, keep: bool) -> String {
    let said = json!({
        "kind": before.kind.as_str(),
        "source": before.source,
        "target": before.target,
        "name": before.display,
        "due": before.due.to_string(),
        "keptBefore": before.kept.as_ref().map(|(who, _)| who),
        "kept": keep,
    });
    said.to_string()
}
