//! Reading and writing one place of a resource.

use serde_json::{Map, Value};

use crate::compare::{CaseExact, same};
use crate::filter::{CompareOp, Filter};
use crate::path::AttributePath;

/// A value cannot be put at a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// Something that is neither object nor list already stands where the path needs one.
    #[error("{path}: a plain value stands where the path needs an object or a list")]
    Occupied {
        /// The path.
        path: String,
    },
    /// The filter does not say what a new value would look like; only `eq` joined by `and` does.
    #[error("{path}: only filters of `eq` and `and` can be written through")]
    NotAssignable {
        /// The path.
        path: String,
    },
}

/// A member of an object, its name regardless of case (RFC 7643 section 2.1).
pub fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| members.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)).map(|(_, v)| v))
}

fn member_mut<'v>(members: &'v mut Map<String, Value>, name: &str, fresh: fn() -> Value) -> &'v mut Value {
    let key = members.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
    members.entry(key.unwrap_or_else(|| name.to_owned())).or_insert_with(fresh)
}

/// Whether the path's schema is the resource's own: such attributes stand at the top level.
fn is_core(schema: &str) -> bool {
    [crate::USER, crate::GROUP].iter().any(|core| core.eq_ignore_ascii_case(schema))
}

fn extension(path: &AttributePath) -> Option<&str> {
    path.schema.as_deref().filter(|schema| !is_core(schema))
}

/// The first value at `path`; absent and `null` are the same (RFC 7643 section 2.5).
pub fn get<'r>(resource: &'r Value, path: &AttributePath) -> Option<&'r Value> {
    get_all(resource, path).into_iter().next()
}

/// All values at `path`: several where a filter selects several elements, or a sub-attribute of a list is meant.
pub fn get_all<'r>(resource: &'r Value, path: &AttributePath) -> Vec<&'r Value> {
    let outer = match extension(path) {
        Some(schema) => member(resource, schema),
        None => Some(resource),
    };
    let Some(found) = outer.and_then(|outer| member(outer, &path.attribute)) else { return Vec::new() };
    let mut elements = Vec::new();
    match (&path.filter, found) {
        (Some(filter), Value::Array(values)) => elements.extend(values.iter().filter(|v| filter.matches(v))),
        (Some(filter), single) => elements.extend(Some(single).filter(|v| filter.matches(v))),
        (None, Value::Array(values)) if path.sub_attribute.is_some() => elements.extend(values),
        (None, whole) => elements.push(whole),
    }
    match &path.sub_attribute {
        Some(name) => elements.into_iter().filter_map(|v| member(v, name)).filter(|v| !v.is_null()).collect(),
        None => elements.into_iter().filter(|v| !v.is_null()).collect(),
    }
}

/// Puts `value` at `path`, making the objects and lists on the way.
///
/// Paths with the same filter fill one element, which also carries what the filter demands: `emails[type eq "work"]`
/// makes `{"type": "work", ...}`.
pub fn set(resource: &mut Value, path: &AttributePath, value: Value) -> Result<(), SetError> {
    let occupied = || SetError::Occupied { path: path.to_string() };
    let mut outer = object(resource).ok_or_else(occupied)?;
    if let Some(schema) = extension(path) {
        outer = object(member_mut(outer, schema, || Value::Null)).ok_or_else(occupied)?;
    }
    let place = member_mut(outer, &path.attribute, || Value::Null);
    let element = match &path.filter {
        None => place,
        Some(filter) => {
            if place.is_null() {
                *place = Value::Array(Vec::new());
            }
            let list = place.as_array_mut().ok_or_else(occupied)?;
            match list.iter().position(|element| filter.matches(element)) {
                Some(at) => &mut list[at],
                None => {
                    let fresh =
                        demanded(filter).ok_or_else(|| SetError::NotAssignable { path: path.to_string() })?;
                    list.push(Value::Object(fresh));
                    list.last_mut().expect("an element was pushed just now")
                }
            }
        }
    };
    match (&path.sub_attribute, &path.filter) {
        (Some(name), _) => *member_mut(object(element).ok_or_else(occupied)?, name, || Value::Null) = value,
        (None, Some(_)) => match value {
            Value::Object(members) => object(element).ok_or_else(occupied)?.extend(members),
            plain => *member_mut(object(element).ok_or_else(occupied)?, "value", || Value::Null) = plain,
        },
        (None, None) => *element = value,
    }
    Ok(())
}

/// Takes away what stands at `path`, and the lists and objects that become empty by it. Says whether anything did.
pub fn remove(resource: &mut Value, path: &AttributePath) -> bool {
    let Some(root) = resource.as_object_mut() else { return false };
    let Some(schema) = extension(path) else { return remove_in(root, path) };
    let Some(key) = root.keys().find(|key| key.eq_ignore_ascii_case(schema)).cloned() else { return false };
    let Some(inner) = root.get_mut(&key).and_then(Value::as_object_mut) else { return false };
    let removed = remove_in(inner, path);
    if removed && inner.is_empty() {
        root.shift_remove(&key);
    }
    removed
}

fn remove_in(members: &mut Map<String, Value>, path: &AttributePath) -> bool {
    let Some(key) = members.keys().find(|key| key.eq_ignore_ascii_case(&path.attribute)).cloned() else {
        return false;
    };
    if path.filter.is_none() && path.sub_attribute.is_none() {
        return members.shift_remove(&key).is_some();
    }
    let Some(place) = members.get_mut(&key) else { return false };
    let mut removed = false;
    match place {
        Value::Array(elements) => elements.retain_mut(|element| {
            if path.filter.as_ref().is_some_and(|filter| !filter.matches(element)) {
                return true;
            }
            let Some(name) = &path.sub_attribute else {
                removed = true;
                return false;
            };
            removed |= remove_member(element, name);
            element.as_object().is_none_or(|members| !members.is_empty())
        }),
        _ => {
            if let (Some(name), None) = (&path.sub_attribute, &path.filter) {
                removed = remove_member(place, name);
            }
        }
    }
    let empty = place.as_array().is_some_and(Vec::is_empty) || place.as_object().is_some_and(Map::is_empty);
    if removed && empty {
        members.shift_remove(&key);
    }
    removed
}

fn remove_member(value: &mut Value, name: &str) -> bool {
    let Some(members) = value.as_object_mut() else { return false };
    let Some(key) = members.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned() else { return false };
    members.shift_remove(&key).is_some()
}

/// The value as an object; an absent one becomes an empty object.
fn object(value: &mut Value) -> Option<&mut Map<String, Value>> {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

/// What a new element must hold so that the filter selects it.
fn demanded(filter: &Filter) -> Option<Map<String, Value>> {
    match filter {
        Filter::And(left, right) => {
            let mut members = demanded(left)?;
            for (name, value) in demanded(right)? {
                if members.get(&name).is_some_and(|other| !same(other, &value, CaseExact::No)) {
                    return None;
                }
                members.insert(name, value);
            }
            Some(members)
        }
        Filter::Compare { attribute, op: CompareOp::Eq, value }
            if attribute.schema.is_none() && attribute.sub_attribute.is_none() && !value.is_null() =>
        {
            // Entra writes `roles[primary eq "True"]`, quoted, where the schema has a Boolean.
            let value = match (attribute.name.as_str(), value.as_str()) {
                ("primary", Some(text)) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
                ("primary", Some(text)) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
                _ => value.clone(),
            };
            Some(Map::from_iter([(attribute.name.clone(), value)]))
        }
        _ => None,
    }
}

/// The `schemas` array of a resource: its core schema, then each extension that it holds, in order of appearance.
pub fn schemas(core: &str, resource: &Value) -> Vec<String> {
    let extensions = resource.as_object().into_iter().flat_map(Map::keys);
    let extensions =
        extensions.filter(|key| key.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("urn:")));
    std::iter::once(core.to_owned()).chain(extensions.filter(|key| !is_core(key)).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path(text: &str) -> AttributePath {
        AttributePath::parse(text).expect(text)
    }

    fn built(pairs: &[(&str, Value)]) -> Value {
        let mut resource = json!({});
        for (at, value) in pairs {
            set(&mut resource, &path(at), value.clone()).expect(at);
        }
        resource
    }

    #[test]
    fn paths_with_one_filter_fill_one_element() {
        let resource = built(&[
            ("userName", json!("ana@contoso.com")),
            ("name.givenName", json!("Ana")),
            ("name.familyName", json!("Lee")),
            ("addresses[type eq \"work\"].locality", json!("Graz")),
            ("addresses[type eq \"work\"].country", json!("AT")),
            ("addresses[type eq \"home\"].locality", json!("Linz")),
            ("emails[type eq \"work\"]", json!("ana@contoso.com")),
            ("roles[primary eq \"True\"].value", json!("admin")),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", json!("IT")),
            ("urn:ietf:params:scim:schemas:core:2.0:User:active", json!(true)),
        ]);
        assert_eq!(
            resource,
            json!({
                "userName": "ana@contoso.com",
                "name": {"givenName": "Ana", "familyName": "Lee"},
                "addresses": [
                    {"type": "work", "locality": "Graz", "country": "AT"},
                    {"type": "home", "locality": "Linz"},
                ],
                "emails": [{"type": "work", "value": "ana@contoso.com"}],
                "roles": [{"primary": true, "value": "admin"}],
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "IT"},
                "active": true,
            })
        );
        assert_eq!(schemas(crate::USER, &resource), [crate::USER, crate::ENTERPRISE_USER]);
        assert_eq!(schemas(crate::USER, &json!({"userName": "a"})), [crate::USER]);
    }

    #[test]
    fn reading_ignores_the_case_of_names_and_finds_by_filter() {
        let resource = json!({
            "UserName": "ana",
            "emails": [{"type": "home", "value": "h"}, {"type": "Work", "value": "w", "primary": true}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user": {"Department": "IT"},
            "title": null,
        });
        let check = |at: &str, expected: Option<Value>| {
            assert_eq!(get(&resource, &path(at)), expected.as_ref(), "{at}")
        };
        check("userName", Some(json!("ana")));
        check("emails[type eq \"work\"].value", Some(json!("w")));
        check("emails[primary eq \"True\"].value", Some(json!("w")));
        check("emails.value", Some(json!("h")));
        check("emails[type eq \"fax\"].value", None);
        check("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", Some(json!("IT")));
        check("title", None);
        check("name.givenName", None);
        assert_eq!(get_all(&resource, &path("emails.value")).len(), 2);
    }

    #[test]
    fn what_cannot_be_written_is_refused_and_nothing_is_guessed() {
        let mut resource = json!({"name": "a text"});
        assert!(matches!(
            set(&mut resource, &path("name.givenName"), json!("x")),
            Err(SetError::Occupied { .. })
        ));
        let by_prefix = path("emails[value sw \"a\"].type");
        assert!(matches!(set(&mut resource, &by_prefix, json!("x")), Err(SetError::NotAssignable { .. })));
    }

    #[test]
    fn removing_leaves_no_empty_shells() {
        let mut resource = built(&[
            ("name.givenName", json!("Ana")),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", json!("IT")),
            ("members", json!([{"value": "1"}, {"value": "2"}])),
        ]);
        assert!(remove(&mut resource, &path("name.givenName")));
        assert!(remove(
            &mut resource,
            &path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department")
        ));
        assert!(remove(&mut resource, &path("members[value eq \"1\"]")));
        assert!(!remove(&mut resource, &path("members[value eq \"9\"]")));
        assert_eq!(resource, json!({"members": [{"value": "2"}]}));
    }
}
