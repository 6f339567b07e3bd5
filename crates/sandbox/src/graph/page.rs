//! Listings page by page. A page's link is opaque, belongs to its query, and keeps working.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, Call, GraphError};
use crate::world::{World, lock};

/// A position that an opaque token stands for.
#[derive(Debug, Clone)]
pub enum Cursor {
    /// In a listing.
    List {
        /// Path and query that it belongs to.
        scope: String,
        /// Every id of the listing.
        ids: Arc<Vec<String>>,
        /// How many were shown.
        offset: usize,
    },
    /// In a delta query, or at its end.
    Delta(Arc<DeltaCursor>),
}

/// A position in a delta query.
#[derive(Debug)]
pub struct DeltaCursor {
    /// `users` or `groups`.
    pub kind: super::delta::Kind,
    /// Selected properties.
    pub select: Option<Vec<String>>,
    /// Only these objects.
    pub only: Option<Vec<String>>,
    /// `Prefer: return=minimal`.
    pub minimal: bool,
    /// Entries of this round; none in a delta link.
    pub entries: Option<Arc<Vec<super::delta::Entry>>>,
    /// How many were shown.
    pub offset: usize,
    /// Changes since this version belong to the round; none for the first round.
    pub since: Option<u64>,
    /// The version of the directory when the round began.
    pub version: u64,
    /// When the token was given out.
    pub issued: Timestamp,
    /// The expiry epoch at that time.
    pub epoch: u64,
}

/// Remembers a position and returns its token.
pub fn token(world: &World, cursor: Cursor) -> String {
    let token = world.random.token("");
    lock(&world.graph).cursors.insert(token.clone(), cursor);
    token
}

/// The position behind a token.
pub fn find(world: &World, token: &str) -> Result<Cursor, GraphError> {
    let found = lock(&world.graph).cursors.get(token).cloned();
    found.ok_or_else(|| {
        GraphError::new(400, "Directory_ExpiredPageToken", "The specified page token value is invalid.")
    })
}

/// The URL of a call with other query options than it had.
pub fn link(world: &World, call: &Call, drop: &[&str], name: &str, token: &str) -> String {
    let mut url = url::Url::parse(&world.endpoints().graph).expect("an address of our own");
    if let Ok(mut path) = url.path_segments_mut() {
        path.clear().push("v1.0").extend(&call.segments);
    }
    let mut text = url.to_string();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in call.query.iter().filter(|(key, _)| !drop.contains(&key.as_str())) {
        query.append_pair(key, value);
    }
    query.append_pair(name, token);
    text.push('?');
    // Graph prints the dollar sign as it is.
    text.push_str(&query.finish().replace("%24", "$"));
    text
}

/// How a listing is shown.
pub struct List<'a> {
    /// `@odata.context` after `$metadata#`.
    pub context: &'a str,
    /// Objects per page without `$top`.
    pub page_size: usize,
}

/// Shows one page of a listing. `ids` makes the whole list once; `show` shows one object, none when it is gone.
pub fn list(
    world: &World,
    call: &Call,
    list: &List<'_>,
    ids: impl FnOnce() -> Result<Vec<String>, GraphError>,
    show: impl Fn(&str) -> Option<Value>,
) -> Result<Answer, GraphError> {
    let size = match call.option("$top") {
        Some(top) => top.parse().ok().filter(|top| (1..=999).contains(top)).ok_or_else(|| {
            GraphError::bad_request("Invalid page size specified. It must be between 1 and 999.")
        })?,
        None => list.page_size,
    };
    // A page may hold fewer objects than were asked for (Microsoft Learn, "Paging Microsoft Graph data in your app").
    let size = size.min(lock(&world.graph).largest_page);
    let count = counted(call)?;
    let scope = scope(call);
    let (ids, offset) = match call.option("$skiptoken") {
        None => (Arc::new(ids()?), 0),
        Some(token) => match find(world, token)? {
            Cursor::List { scope: known, ids, offset } if known == scope => (ids, offset),
            _ => return Err(GraphError::bad_request("The page token belongs to another query.")),
        },
    };
    let end = ids.len().min(offset + size);
    let value: Vec<Value> = ids[offset..end].iter().filter_map(|id| show(id)).collect();
    let graph = &world.endpoints().graph;
    let mut body = json!({ "@odata.context": format!("{graph}/v1.0/$metadata#{}", list.context) });
    if count && offset == 0 {
        body["@odata.count"] = ids.len().into();
    }
    if end < ids.len() {
        let token = token(world, Cursor::List { scope, ids, offset: end });
        body["@odata.nextLink"] = link(world, call, &["$skiptoken"], "$skiptoken", &token).into();
    }
    body["value"] = value.into();
    Ok(Answer::ok(body))
}

/// `$count=true` is an advanced query: it needs the header on every page.
pub fn counted(call: &Call) -> Result<bool, GraphError> {
    match call.option("$count") {
        None | Some("false") => Ok(false),
        Some("true") if call.eventual() => Ok(true),
        Some("true") => {
            Err(GraphError::bad_request("$count=true needs the header ConsistencyLevel: eventual."))
        }
        Some(_) => Err(GraphError::bad_request("$count must be true or false.")),
    }
}

fn scope(call: &Call) -> String {
    let rest = call.query.iter().filter(|(name, _)| name.as_str() != "$skiptoken");
    format!("{} {:?}", call.segments.join("/"), rest.collect::<Vec<_>>())
}

/// Reads `$select`; refuses properties that the type does not have.
pub fn select(
    call: &Call,
    known: impl Fn(&str) -> Option<&'static str>,
) -> Result<Option<Vec<String>>, GraphError> {
    let Some(text) = call.option("$select") else { return Ok(None) };
    let mut names = Vec::new();
    for name in text.split(',').map(str::trim) {
        let known = known(name).ok_or_else(|| {
            GraphError::bad_request(format!("Could not find a property named '{name}' on this type."))
        })?;
        names.push(known.to_owned());
    }
    Ok(Some(names))
}

/// Keeps only the selected top-level properties; what is selected and absent is null.
pub fn pick(object: &Value, select: Option<&[String]>) -> Value {
    let Some(select) = select else { return object.clone() };
    let mut picked = json!({});
    for name in select {
        picked[name] = object.get(name).cloned().unwrap_or(Value::Null);
    }
    picked
}
