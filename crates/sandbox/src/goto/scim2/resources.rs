//! Create, read, replace, change and delete users and groups.

use http::{StatusCode, header};
use serde_json::Value;

use super::super::keys::Key;
use super::super::model::Object;
use super::super::service::Moment;
use super::super::state::State;
use super::super::wire::Call;
use super::error::Problem;
use super::query::Query;
use super::resource::{self, show};
use super::schema::Table;
use super::{Answer, Done, accept, body, matches, names, patch, url_query};

fn table(state: &State, users: bool) -> Table<'_> {
    if users { Table::users(&state.switches) } else { Table::groups(&state.switches) }
}

fn all(state: &State, users: bool, moment: &Moment) -> Vec<Object> {
    some(state, users, moment, (0, usize::MAX))
}

fn some(state: &State, users: bool, moment: &Moment, (before, count): (usize, usize)) -> Vec<Object> {
    if users {
        let users = state.users.values().skip(before).take(count);
        users.map(|user| resource::user(state, user, &moment.api)).collect()
    } else {
        let groups = state.groups.values().skip(before).take(count);
        groups.map(|group| resource::group(state, group, &moment.api)).collect()
    }
}

/// The users or groups that a query asks for.
pub fn list(state: &State, users: bool, query: &Query, moment: &Moment) -> Result<Value, Problem> {
    // Whoever reads a long list to its end would otherwise have everybody made anew for each page.
    if let Some(window) = query.plain_window() {
        let page = query.select(some(state, users, moment, window), table(state, users))?;
        let total = if users { state.users.len() } else { state.groups.len() };
        return Ok(query.envelope(total, page));
    }
    let rows = query.select(all(state, users, moment), table(state, users))?;
    Ok(query.page(rows))
}

/// Users and groups together; a type that does not know an attribute of the query has no hits.
pub fn search_all(state: &State, query: &Query, moment: &Moment) -> Result<Value, Problem> {
    let found = [true, false].map(|users| query.select(all(state, users, moment), table(state, users)));
    match found {
        [Err(problem), Err(_)] => Err(problem),
        found => Ok(query.page(found.into_iter().flatten().flatten().collect())),
    }
}

/// POST.
pub fn create(state: &mut State, users: bool, call: &Call, moment: &Moment) -> Answer {
    let query = Query::from_url(&url_query(call)?, false)?;
    let mut stored = accept::resource(&body(call)?, table(state, users))?;
    let key = if users {
        accept::user(state, &mut stored, None)?;
        if state.switches.active {
            stored.entry("active").or_insert(true.into());
        }
        state.add_user(stored, moment.now)
    } else {
        let members = accept::group(state, &mut stored, None)?;
        state.add_group(stored, members, moment.now)
    };
    let mut done = answer(state, users, key, &query, moment)?;
    done.status = StatusCode::CREATED;
    Ok(done)
}

/// GET of one.
pub fn get(state: &State, users: bool, id: &str, call: &Call, moment: &Moment) -> Answer {
    let query = Query::from_url(&url_query(call)?, false)?;
    let (key, version) = find(state, users, id)?;
    if call.header(header::IF_NONE_MATCH.as_str()).is_some_and(|wanted| names(wanted, version)) {
        return Ok(Done::nothing(StatusCode::NOT_MODIFIED));
    }
    answer(state, users, key, &query, moment)
}

/// PUT.
pub fn replace(state: &mut State, users: bool, id: &str, call: &Call, moment: &Moment) -> Answer {
    let query = Query::from_url(&url_query(call)?, false)?;
    let (key, version) = find(state, users, id)?;
    matches(call, version)?;
    let stored = accept::resource(&body(call)?, table(state, users))?;
    store(state, users, key, stored, moment)?;
    answer(state, users, key, &query, moment)
}

/// PATCH: all operations or none.
pub fn patch(state: &mut State, users: bool, id: &str, call: &Call, moment: &Moment) -> Answer {
    let query = Query::from_url(&url_query(call)?, false)?;
    let (key, version) = find(state, users, id)?;
    matches(call, version)?;
    let operations = patch::read(&body(call)?)?;
    let table = table(state, users);
    let mut stored = writable(state, users, key, moment);
    for operation in &operations {
        patch::apply(&mut stored, operation, table)?;
    }
    store(state, users, key, stored, moment)?;
    if !users {
        // Microsoft asks providers not to send members back on a group's PATCH ("Develop a SCIM endpoint").
        let mut done = Done::nothing(StatusCode::NO_CONTENT);
        done.version = state.groups.get(&key).map(|group| resource::etag(group.version));
        return Ok(done);
    }
    answer(state, users, key, &query, moment)
}

/// DELETE.
pub fn delete(state: &mut State, users: bool, id: &str, call: &Call, moment: &Moment) -> Answer {
    let (key, version) = find(state, users, id)?;
    matches(call, version)?;
    if users {
        state.remove_user(key, moment.now);
    } else {
        state.remove_group(key, moment.now);
    }
    Ok(Done::nothing(StatusCode::NO_CONTENT))
}

fn find(state: &State, users: bool, id: &str) -> Result<(Key, u64), Problem> {
    // Ids are compared as text: 007 is not 7.
    let key = id.parse::<Key>().ok().filter(|key| key.to_string() == id);
    key.and_then(|key| {
        let version = if users {
            state.users.get(&key).map(|user| user.version)
        } else {
            state.groups.get(&key).map(|group| group.version)
        };
        version.map(|version| (key, version))
    })
    .ok_or_else(|| Problem::not_found(id))
}

/// What a client may change of a stored resource.
fn writable(state: &State, users: bool, key: Key, moment: &Moment) -> Object {
    if users {
        return state.users.get(&key).map(|user| user.attributes.clone()).unwrap_or_default();
    }
    let Some(group) = state.groups.get(&key) else {
        return Object::new();
    };
    let mut stored = group.attributes.clone();
    let members = resource::members(state, group, &moment.api);
    if !members.is_empty() {
        stored.insert("members".to_owned(), members.into());
    }
    stored
}

fn store(
    state: &mut State,
    users: bool,
    key: Key,
    mut stored: Object,
    moment: &Moment,
) -> Result<(), Problem> {
    if users {
        accept::user(state, &mut stored, Some(key))?;
        state.set_user(key, stored, moment.now);
    } else {
        let members = accept::group(state, &mut stored, Some(key))?;
        state.set_group(key, stored, members, moment.now);
    }
    Ok(())
}

fn answer(state: &State, users: bool, key: Key, query: &Query, moment: &Moment) -> Answer {
    let whole = if users {
        state.users.get(&key).map(|user| resource::user(state, user, &moment.api))
    } else {
        state.groups.get(&key).map(|group| resource::group(state, group, &moment.api))
    };
    let whole = whole.ok_or_else(|| Problem::not_found(&key.to_string()))?;
    let text = |name: &str| {
        whole.get("meta").and_then(|meta| meta.get(name)).and_then(Value::as_str).map(str::to_owned)
    };
    let (version, location) = (text("version"), text("location"));
    let shown = query.shown(table(state, users))?;
    Ok(Done { status: StatusCode::OK, body: Some(show(whole, &shown)), version, location })
}
