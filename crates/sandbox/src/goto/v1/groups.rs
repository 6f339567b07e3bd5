//! `/Groups` and `/Groups/{groupKey}`.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::keys::Key;
use super::super::model::{Group, MemberKind, Object, PatchMembers};
use super::super::state::State;
use super::attributes::{self, CORE};
use super::filter::{self, Operator};
use super::list::{self, Row};
use super::{Answer, Asks, BASE, Problem, key_json, no_method};

/// At most so many elements in `members` of one request; more is a 400 in the vendor's description.
const MEMBERS_MAX: usize = 100;
const SEARCHABLE: [&str; 1] = ["displayName"];

/// GET /Groups.
pub fn list(state: &State, asks: &Asks<'_>) -> Answer {
    asks.only(&list::OPTIONS)?;
    let filter = asks
        .option("filter")
        .map(|text| filter::parse(text, &SEARCHABLE, &[Operator::Eq, Operator::Sw, Operator::Co]))
        .transpose()?;
    list::sort_by(asks, &SEARCHABLE)?;
    let rows = state
        .groups
        .values()
        .filter(|group| filter.as_ref().is_none_or(|filter| filter.passes(group.display_name())))
        .map(|group| Row { of: group, sort: group.display_name().to_lowercase() })
        .collect();
    list::answer(rows, asks, state.switches.paging, |group| render(state, asks, group))
}

/// POST /Groups.
pub fn create(state: &mut State, asks: &Asks<'_>) -> Answer {
    asks.no_options()?;
    let body = asks.body()?;
    let set = attributes::group(&body, &state.switches)?;
    let name = set
        .get("displayName")
        .and_then(Value::as_str)
        .ok_or_else(|| Problem::bad("displayName is required."))?;
    state.check_group_name(name, None)?;
    let members = kept(members(state, &body, None)?.unwrap_or_default());
    let mut stored = Object::new();
    attributes::merge(&mut stored, set);
    let key = state.add_group(stored, members, asks.moment.now);
    found(state, asks, key, StatusCode::CREATED)
}

/// GET, PATCH, PUT and DELETE /Groups/{groupKey}.
pub fn one(state: &mut State, asks: &Asks<'_>, key: Key, method: &Method) -> Answer {
    asks.no_options()?;
    match *method {
        Method::GET => found(state, asks, key, StatusCode::OK),
        Method::PATCH | Method::PUT => change(state, asks, key, method),
        Method::DELETE => {
            asks.no_body()?;
            let gone = state.remove_group(key, asks.moment.now);
            gone.map(|_| (StatusCode::OK, json!({}))).ok_or_else(not_in_organisation)
        }
        _ => Err(no_method()),
    }
}

/// For groups the description gives 401 for "group not in organisation"; a GET of an unknown key is a 404.
fn not_in_organisation() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "group.not.in.organization",
        "The group is not in the organisation.",
    )
}

fn change(state: &mut State, asks: &Asks<'_>, key: Key, method: &Method) -> Answer {
    let group = state.groups.get(&key).ok_or_else(not_in_organisation)?;
    let body = asks.body()?;
    let set = attributes::group(&body, &state.switches)?;
    let replace = method == Method::PUT;
    if replace && !set.contains_key("displayName") {
        return Err(Problem::bad("displayName is required."));
    }
    if let Some(name) = set.get("displayName").and_then(Value::as_str) {
        state.check_group_name(name, Some(key))?;
    }
    let sent = members(state, &body, Some(key))?;
    let mut stored = if replace { Object::new() } else { group.attributes.clone() };
    attributes::merge(&mut stored, set);
    let mut new_members = group.members.clone();
    match (sent, state.switches.patch_members) {
        (sent, _) if replace => new_members = kept(sent.unwrap_or_default()),
        (None, _) => {}
        (Some(_), PatchMembers::Unsupported) => {
            return Err(Problem::bad("members cannot be changed by a partial update."));
        }
        (Some(sent), PatchMembers::Replace) => new_members = kept(sent),
        (Some(sent), PatchMembers::Add) => {
            for member in sent {
                if member.delete {
                    new_members.remove(&member.key);
                } else {
                    new_members.insert(member.key, member.kind);
                }
            }
        }
    }
    state.set_group(key, stored, new_members, asks.moment.now);
    found(state, asks, key, StatusCode::OK)
}

struct Sent {
    key: Key,
    kind: MemberKind,
    delete: bool,
}

fn kept(sent: Vec<Sent>) -> BTreeMap<Key, MemberKind> {
    sent.into_iter().filter(|member| !member.delete).map(|member| (member.key, member.kind)).collect()
}

fn members(state: &State, body: &Object, group: Option<Key>) -> Result<Option<Vec<Sent>>, Problem> {
    let Some(value) = body.get("members") else {
        return Ok(None);
    };
    let list = value.as_array().ok_or_else(|| Problem::bad("members must be an array."))?;
    if list.len() > MEMBERS_MAX {
        return Err(Problem::bad(format!(
            "members has {} elements; at most {MEMBERS_MAX} are allowed in one request.",
            list.len()
        )));
    }
    list.iter().map(|item| member(state, item, group)).collect::<Result<_, _>>().map(Some)
}

fn member(state: &State, item: &Value, group: Option<Key>) -> Result<Sent, Problem> {
    let object =
        item.as_object().ok_or_else(|| Problem::bad("A member must be an object with type and value."))?;
    let (mut kind, mut value, mut delete) = (None, None, false);
    for (name, part) in object {
        match (name.as_str(), part) {
            ("type", Value::String(text)) if text == "user" => kind = Some(MemberKind::User),
            ("type", Value::String(text)) if text == "group" => kind = Some(MemberKind::Group),
            ("type", _) => return Err(Problem::bad("type of a member must be user or group.")),
            ("value", Value::String(text)) => value = Some(text.clone()),
            ("value", Value::Number(number)) => value = Some(number.to_string()),
            ("operation", Value::String(text)) if text == "delete" => delete = true,
            (other, _) => return Err(Problem::bad(format!("{other} of a member is not valid."))),
        }
    }
    let value = value.ok_or_else(|| Problem::bad("value of a member is required."))?;
    let kind = kind.ok_or_else(|| Problem::bad("type of a member is required."))?;
    // Someone who left the organisation may still be taken out of the request's group.
    if delete {
        let key = value.parse().map_err(|_| Problem::bad("value of a member must be a key."))?;
        return Ok(Sent { key, kind, delete });
    }
    let (key, real) = state.member_kind(&value, group)?;
    if real != kind {
        return Err(Problem::bad(format!("The member {value} is not of this type.")));
    }
    Ok(Sent { key, kind, delete })
}

fn found(state: &State, asks: &Asks<'_>, key: Key, status: StatusCode) -> Answer {
    let group = state.groups.get(&key).ok_or_else(|| Problem::not_found("group"))?;
    Ok((status, render(state, asks, group)))
}

fn render(state: &State, asks: &Asks<'_>, group: &Group) -> Value {
    let members: Vec<Value> = group
        .members
        .iter()
        .map(|(key, kind)| json!({"type": kind, "value": key_json(state, *key)}))
        .collect();
    let mut body = Object::new();
    body.insert("id".to_owned(), key_json(state, group.key));
    for (name, supported) in [("displayName", true), ("externalId", state.switches.external_id)] {
        if let Some(value) = group.attributes.get(name).filter(|_| supported) {
            body.insert(name.to_owned(), value.clone());
        }
    }
    body.insert("members".to_owned(), members.into());
    body.insert(
        "meta".to_owned(),
        json!({
            "created": group.created.to_string(),
            "location": format!("{}{BASE}/Groups/{}", asks.moment.api, group.key),
        }),
    );
    body.insert("schemas".to_owned(), json!([CORE]));
    Value::Object(body)
}
