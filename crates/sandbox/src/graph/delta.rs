//! Delta queries of users and groups (Microsoft Learn, "Use delta query to track changes").

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::auth::need;
use super::filter::{Filter, Supports};
use super::page::{self, Cursor, DeltaCursor};
use super::{Answer, Call, GraphError, groups, users};
use crate::entra::directory::Kind as Purged;
use crate::entra::{Directory, State, Token, User};
use crate::world::{World, lock};

/// What is tracked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `/users/delta`
    Users,
    /// `/groups/delta`
    Groups,
}

/// One entry of a round.
#[derive(Debug, Clone)]
pub struct Entry {
    id: String,
    /// For a group in its first round: the members after the first and up to the second id belong to this entry.
    range: Option<(Option<String>, Option<String>)>,
}

/// The relationship of users that is tracked.
const MANAGER: &str = "manager";
/// Members of a group per entry: a large group comes in several.
const CHUNK: usize = 200;
/// Directory tokens live for seven days.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// `GET /users/delta`, `GET /groups/delta`
pub fn run(world: &World, call: &Call, token: &Token, kind: Kind) -> Result<Answer, GraphError> {
    const USERS: &[&str] = &["User.Read.All", "Directory.Read.All", "User.ReadWrite.All"];
    const GROUPS: &[&str] = &["Group.Read.All", "Directory.Read.All", "GroupMember.Read.All"];
    let permissions = if kind == Kind::Users { USERS } else { GROUPS };
    need(token, permissions, permissions)?;
    let page_size = lock(&world.graph).page_size;
    let entra = lock(&world.entra);
    let cursor = position(world, &entra, call, kind)?;
    let entries = cursor.entries.clone().unwrap_or_default();
    let end = entries.len().min(cursor.offset + page_size);
    let value: Vec<Value> = entries[cursor.offset..end]
        .iter()
        .filter_map(|entry| show(&entra.directory, &cursor, entry))
        .collect();
    let next = |entries: Option<Arc<Vec<Entry>>>, offset: usize, since: Option<u64>| {
        Cursor::Delta(Arc::new(DeltaCursor {
            kind,
            select: cursor.select.clone(),
            only: cursor.only.clone(),
            minimal: cursor.minimal,
            entries,
            offset,
            since,
            version: cursor.version,
            issued: world.clock.now(),
            epoch: entra.delta_epoch,
        }))
    };
    let name = if kind == Kind::Users { "users" } else { "groups" };
    let mut body = json!({ "@odata.context": format!("{}/v1.0/$metadata#{name}", world.endpoints().graph) });
    let bare = Call { query: BTreeMap::new(), ..call.clone() };
    if end < entries.len() {
        let token = page::token(world, next(cursor.entries.clone(), end, cursor.since));
        body["@odata.nextLink"] = page::link(world, &bare, &[], "$skiptoken", &token).into();
    } else {
        let token = page::token(world, next(None, 0, Some(cursor.version)));
        body["@odata.deltaLink"] = page::link(world, &bare, &[], "$deltatoken", &token).into();
    }
    body["value"] = value.into();
    Ok(Answer::ok(body))
}

fn position(world: &World, entra: &State, call: &Call, kind: Kind) -> Result<Arc<DeltaCursor>, GraphError> {
    let option = |name: &str| {
        let found = call.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(key, value)| (key.as_str(), value.as_str()))
    };
    if let Some((_, token)) = option("$skiptoken") {
        call.allow(&["$skiptoken"])?;
        return match page::find(world, token)? {
            Cursor::Delta(cursor) if cursor.kind == kind && cursor.entries.is_some() => {
                fresh(world, entra, call, &cursor)?;
                Ok(cursor)
            }
            _ => Err(GraphError::bad_request("The page token belongs to another query.")),
        };
    }
    let delta = option("$deltatoken");
    if let Some((key, token)) = delta.filter(|(_, token)| !token.is_empty() && *token != "latest") {
        call.allow(&[key])?;
        let Cursor::Delta(cursor) = page::find(world, token)? else {
            return Err(GraphError::bad_request("The delta token belongs to another query."));
        };
        if cursor.kind != kind || cursor.entries.is_some() {
            return Err(GraphError::bad_request("The delta token belongs to another query."));
        }
        fresh(world, entra, call, &cursor)?;
        let since = cursor.since.unwrap_or_default();
        return Ok(Arc::new(DeltaCursor {
            kind,
            select: cursor.select.clone(),
            only: cursor.only.clone(),
            minimal: cursor.minimal,
            entries: Some(Arc::new(changed(&entra.directory, kind, since, cursor.only.as_deref()))),
            offset: 0,
            since: Some(since),
            version: entra.directory.version,
            issued: world.clock.now(),
            epoch: entra.delta_epoch,
        }));
    }
    let key = delta.map_or("$deltatoken", |(key, _)| key);
    call.allow(&["$select", "$filter", key])?;
    let select = select(call, kind)?;
    let only = call.option("$filter").map(only).transpose()?;
    let latest = delta.is_some_and(|(_, token)| token == "latest");
    let members = select.as_ref().is_none_or(|select| select.iter().any(|name| name == "members"));
    let entries =
        if latest { Vec::new() } else { everything(&entra.directory, kind, only.as_deref(), members) };
    let prefer = call.headers.get("prefer").and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(Arc::new(DeltaCursor {
        kind,
        select,
        only,
        minimal: prefer.contains("return=minimal"),
        entries: Some(Arc::new(entries)),
        offset: 0,
        since: None,
        version: entra.directory.version,
        issued: world.clock.now(),
        epoch: entra.delta_epoch,
    }))
}

/// An expired token means: start over. The Location says where.
fn fresh(world: &World, entra: &State, call: &Call, cursor: &DeltaCursor) -> Result<(), GraphError> {
    let expired = world.clock.now().duration_since(cursor.issued) > LIFE;
    if !expired && cursor.epoch == entra.delta_epoch {
        return Ok(());
    }
    let code = if expired { "syncStateNotFound" } else { "resyncRequired" };
    let mut error = GraphError::new(410, code, "The sync state is gone. Start a full synchronization.");
    let bare = Call { query: BTreeMap::new(), ..call.clone() };
    error.headers.push(("location", page::link(world, &bare, &[], "$deltatoken", "")));
    Err(error)
}

fn select(call: &Call, kind: Kind) -> Result<Option<Vec<String>>, GraphError> {
    page::select(call, |name| match kind {
        Kind::Users if name.eq_ignore_ascii_case(MANAGER) => Some(MANAGER),
        Kind::Users => users::known(name),
        Kind::Groups if name.eq_ignore_ascii_case("members") => Some("members"),
        Kind::Groups => groups::known(name),
    })
}

/// `$filter` takes ids only, at most fifty.
fn only(text: &str) -> Result<Vec<String>, GraphError> {
    let supports = Supports { fields: &["id"], operators: &["eq"], case_sensitive: true };
    let mut open = vec![Filter::parse(text, &supports)?];
    let mut ids = Vec::new();
    while let Some(filter) = open.pop() {
        match filter {
            Filter::Or(left, right) => open.extend([*left, *right]),
            Filter::And(..) => return Err(GraphError::bad_request("Delta filters join ids by 'or' only.")),
            Filter::Test { values, .. } => {
                ids.extend(values.iter().filter_map(|value| value.as_str().map(str::to_owned)));
            }
        }
    }
    if ids.len() > 50 {
        return Err(GraphError::bad_request("A delta filter takes at most 50 ids."));
    }
    Ok(ids)
}

fn everything(directory: &Directory, kind: Kind, only: Option<&[String]>, members: bool) -> Vec<Entry> {
    let wanted = |id: &str| only.is_none_or(|only| only.iter().any(|wanted| wanted == id));
    if kind == Kind::Users {
        let living = directory.users.values().filter(|user| user.deleted.is_none() && wanted(&user.id));
        return living.map(|user| Entry { id: user.id.clone(), range: None }).collect();
    }
    let mut entries = Vec::new();
    for group in directory.groups.values().filter(|group| group.deleted.is_none() && wanted(&group.id)) {
        let ids = if members { directory.members(group) } else { Vec::new() };
        let mut from = None;
        let mut chunks = ids.chunks(CHUNK).peekable();
        while let Some(chunk) = chunks.next() {
            // The last range is open: whoever joins meanwhile is reported, at worst twice.
            let until = chunks.peek().and_then(|_| chunk.last().cloned());
            entries.push(Entry { id: group.id.clone(), range: Some((from, until.clone())) });
            from = until;
        }
        if ids.is_empty() {
            entries.push(Entry { id: group.id.clone(), range: Some((None, None)) });
        }
    }
    entries
}

fn changed(directory: &Directory, kind: Kind, since: u64, only: Option<&[String]>) -> Vec<Entry> {
    let mut ids: Vec<(u64, String)> = match kind {
        Kind::Users => directory.users.values().map(|user| (user.changed, user.id.clone())).collect(),
        Kind::Groups => directory.groups.values().map(|group| (group.changed, group.id.clone())).collect(),
    };
    let purged = if kind == Kind::Users { Purged::User } else { Purged::Group };
    ids.extend(directory.purged.iter().filter(|gone| gone.1 == purged).map(|gone| (gone.0, gone.2.clone())));
    ids.retain(|(version, id)| *version > since && only.is_none_or(|only| only.contains(id)));
    ids.sort();
    ids.into_iter().map(|(_, id)| Entry { id, range: None }).collect()
}

fn show(directory: &Directory, cursor: &DeltaCursor, entry: &Entry) -> Option<Value> {
    let removed = |reason: &str| Some(json!({ "id": entry.id, "@removed": { "reason": reason } }));
    let select: Option<Vec<String>> = cursor.select.as_ref().map(|select| {
        let named: BTreeSet<&str> = select.iter().map(String::as_str).chain(["id"]).collect();
        let related = |name: &str| name == "members" || name == MANAGER;
        named.into_iter().filter(|name| !related(name)).map(str::to_owned).collect()
    });
    let selects = |relation: &str| {
        cursor.select.as_ref().is_none_or(|select| select.iter().any(|name| name == relation))
    };
    // The first round leaves out what was never set; later ones show null for what was cleared.
    let first = cursor.since.is_none();
    let trim = |mut shown: Value| {
        if let Value::Object(map) = &mut shown
            && (first || cursor.minimal)
        {
            map.retain(|_, value| !value.is_null());
        }
        shown
    };
    match cursor.kind {
        Kind::Users => match directory.users.get(&entry.id) {
            None => removed("deleted"),
            Some(user) if user.deleted.is_some() => removed("changed"),
            Some(user) => {
                let mut shown = trim(users::show(user, select.as_deref()));
                let managers = if selects(MANAGER) { managers(directory, cursor, user) } else { Vec::new() };
                if !managers.is_empty() {
                    shown["manager@delta"] = managers.into();
                }
                Some(shown)
            }
        },
        Kind::Groups => {
            let Some(group) = directory.group(&entry.id) else { return removed("deleted") };
            let mut shown = trim(groups::show(group, select.as_deref()));
            if selects("members") {
                let members = members(directory, cursor, entry);
                if !members.is_empty() {
                    shown["members@delta"] = members.into();
                }
            }
            Some(shown)
        }
    }
}

/// The manager in the first round, afterwards whoever came or went as one.
fn managers(directory: &Directory, cursor: &DeltaCursor, user: &User) -> Vec<Value> {
    let present = |id: &str| json!({ "@odata.type": "#microsoft.graph.user", "id": id });
    let now = directory.manager(user).map(|manager| manager.id.as_str());
    let Some(since) = cursor.since else { return now.map(present).into_iter().collect() };
    let start = directory.manager_changes.partition_point(|change| change.version <= since);
    let touched: BTreeSet<&str> = directory.manager_changes[start..]
        .iter()
        .filter(|change| change.user == user.id)
        .map(|change| change.manager.as_str())
        .collect();
    let entry = |id: &&str| {
        let mut shown = present(id);
        if Some(*id) != now {
            shown["@removed"] = json!({ "reason": "deleted" });
        }
        shown
    };
    touched.iter().map(entry).collect()
}

fn members(directory: &Directory, cursor: &DeltaCursor, entry: &Entry) -> Vec<Value> {
    let Some(group) = directory.group(&entry.id) else { return Vec::new() };
    let kind = |id: &str| if directory.groups.contains_key(id) { "group" } else { "user" };
    let present = |id: &str| json!({ "@odata.type": format!("#microsoft.graph.{}", kind(id)), "id": id });
    let Some(since) = cursor.since else {
        let (from, until) = entry.range.clone().unwrap_or_default();
        let inside = |id: &&String| {
            from.as_ref().is_none_or(|from| *id > from) && until.as_ref().is_none_or(|until| *id <= until)
        };
        return directory.members(group).iter().filter(inside).map(|id| present(id)).collect();
    };
    let start = directory.member_changes.partition_point(|change| change.version <= since);
    let touched: BTreeSet<&str> = directory.member_changes[start..]
        .iter()
        .filter(|change| change.group == entry.id)
        .map(|change| change.member.as_str())
        .collect();
    let entry = |id: &&str| {
        let mut shown = present(id);
        if !group.members.contains(*id) || !directory.exists(id) {
            shown["@removed"] = json!({ "reason": "deleted" });
        }
        shown
    };
    touched.iter().map(entry).collect()
}
