//! PATCH (RFC 7644 section 3.5.2) on the writable form of a resource.

use serde_json::{Value, json};

use super::super::model::Object;
use super::accept;
use super::error::Problem;
use super::filter::{Filter, Operator};
use super::path::{self, Place, Target};
use super::schema::{Attribute, Mutability, Table};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    op: Op,
    path: Option<String>,
    value: Option<Value>,
}

/// Reads the PatchOp message.
pub fn read(body: &Object) -> Result<Vec<Operation>, Problem> {
    let mut operations = None;
    let mut named = false;
    for (name, value) in body {
        match name.as_str() {
            "schemas" => named = *value == json!([PATCH_OP]),
            "Operations" => operations = value.as_array(),
            other => return Err(Problem::syntax(format!("A PatchOp has no {other}."))),
        }
    }
    if !named {
        return Err(Problem::syntax(format!("schemas must be {PATCH_OP}.")));
    }
    let operations = operations
        .filter(|list| !list.is_empty())
        .ok_or_else(|| Problem::syntax("Operations must be an array with at least one operation."))?;
    operations.iter().map(operation).collect()
}

fn operation(sent: &Value) -> Result<Operation, Problem> {
    let object = sent.as_object().ok_or_else(|| Problem::syntax("An operation must be an object."))?;
    let (mut op, mut path, mut value) = (None, None, None);
    for (name, part) in object {
        match (name.as_str(), part) {
            // Microsoft's service writes Add, Replace and Remove: case does not count.
            ("op", Value::String(text)) => op = Some(text.to_ascii_lowercase()),
            ("path", Value::String(text)) => path = Some(text.clone()),
            ("value", part) => value = Some(part.clone()),
            (other, _) => return Err(Problem::syntax(format!("{other} of an operation is not valid."))),
        }
    }
    let op = match op.as_deref() {
        Some("add") => Op::Add,
        Some("replace") => Op::Replace,
        Some("remove") => Op::Remove,
        _ => return Err(Problem::syntax("op must be add, replace or remove.")),
    };
    match (op, &path, &value) {
        (Op::Remove, None, _) => Err(Problem::bad("noTarget", "remove needs a path.")),
        // RFC 7644 gives remove no value; ignoring one would empty the attribute instead of taking one value away.
        (Op::Remove, _, Some(_)) => Err(Problem::value(
            "remove has no value; name the values in the path: members[value eq \"...\"].",
        )),
        (Op::Add | Op::Replace, _, None) => Err(Problem::value("add and replace need a value.")),
        _ => Ok(Operation { op, path, value }),
    }
}

/// Carries out one operation.
pub fn apply(object: &mut Object, operation: &Operation, table: Table<'_>) -> Result<(), Problem> {
    let value = operation.value.as_ref();
    if let Some(path) = &operation.path {
        let target = path::target(path, table).map_err(Problem::path)?;
        return at(object, operation.op, &target, value, table);
    }
    let parts = value
        .and_then(Value::as_object)
        .ok_or_else(|| Problem::value("Without a path the value must be an object."))?;
    // Names may be dotted or URNs here: Microsoft's service merges its operations so.
    for (name, value) in parts.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("schemas")) {
        let target = path::target(name, table)
            .ok()
            .filter(|_| !name.contains('['))
            .ok_or_else(|| Problem::path(format!("The attribute {name} is not known.")))?;
        at(object, operation.op, &target, Some(value), table)?;
    }
    Ok(())
}

fn at(
    object: &mut Object,
    op: Op,
    target: &Target,
    value: Option<&Value>,
    table: Table<'_>,
) -> Result<(), Problem> {
    let (place, filter) = match target {
        Target::Extension(urn) => return extension(object, op, urn, value, table),
        Target::Attribute { place, filter } => (place, filter.as_ref()),
    };
    let fixed = place.attribute.mutability == Mutability::ReadOnly
        || place.target().mutability == Mutability::ReadOnly
        || (place.part.is_some_and(|part| part.mutability == Mutability::Immutable));
    if fixed {
        return Err(Problem::bad("mutability", format!("{} cannot be changed.", place.target().name)));
    }
    if let Some(urn) = place.extension {
        let mut inside = match object.shift_remove(urn) {
            Some(Value::Object(inside)) => inside,
            _ => Object::new(),
        };
        let done = inside_at(&mut inside, op, place, filter, value);
        if !inside.is_empty() {
            object.insert(urn.to_owned(), Value::Object(inside));
        }
        return done;
    }
    inside_at(object, op, place, filter, value)
}

fn extension(
    object: &mut Object,
    op: Op,
    urn: &str,
    value: Option<&Value>,
    table: Table<'_>,
) -> Result<(), Problem> {
    let Some(value) = value.filter(|_| op != Op::Remove) else {
        object.shift_remove(urn);
        return Ok(());
    };
    let set = accept::extension(value, table)?.unwrap_or_default();
    match object.get_mut(urn) {
        Some(Value::Object(inside)) => inside.extend(set),
        _ if set.is_empty() => {}
        _ => {
            object.insert(urn.to_owned(), Value::Object(set));
        }
    }
    Ok(())
}

fn inside_at(
    object: &mut Object,
    op: Op,
    place: &Place,
    filter: Option<&Filter>,
    value: Option<&Value>,
) -> Result<(), Problem> {
    let attribute = place.attribute;
    let name = &attribute.name;
    match (filter, place.part, op) {
        (None, None, Op::Remove) => {
            if attribute.required {
                return Err(Problem::bad("mutability", format!("{name} is required.")));
            }
            object.shift_remove(name);
            Ok(())
        }
        (None, None, _) => whole(object, op, attribute, value.unwrap_or(&Value::Null)),
        (None, Some(part), _) if !attribute.multi_valued => {
            let mut inside = match object.shift_remove(name) {
                Some(Value::Object(inside)) => inside,
                _ => Object::new(),
            };
            let done = set_part(&mut inside, op, part, value);
            if !inside.is_empty() {
                object.insert(name.clone(), Value::Object(inside));
            }
            done
        }
        _ => values(object, op, place, filter, value),
    }
}

/// Sets an attribute as a whole.
fn whole(object: &mut Object, op: Op, attribute: &Attribute, sent: &Value) -> Result<(), Problem> {
    let name = &attribute.name;
    let wrapped;
    let sent = match sent {
        // Jobs without Microsoft's compliance flag send the text "False" to disable somebody.
        Value::String(text) if name == "active" => {
            wrapped = match text.to_ascii_lowercase().as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => return Err(Problem::value("active must be true or false.")),
            };
            &wrapped
        }
        Value::Object(_) if attribute.multi_valued => {
            wrapped = json!([sent]);
            &wrapped
        }
        other => other,
    };
    let good = accept::value(attribute, sent)?;
    match (good, object.get_mut(name)) {
        (None, _) if attribute.required => Err(Problem::value(format!("{name} is required."))),
        (None, _) if op == Op::Replace => {
            object.shift_remove(name);
            Ok(())
        }
        (None, _) => Ok(()),
        (Some(Value::Array(new)), Some(Value::Array(old))) if op == Op::Add => {
            if new.iter().any(accept::is_primary) {
                no_longer_primary(old);
            }
            for item in new {
                if !old.iter().any(|known| same(known, &item)) {
                    old.push(item);
                }
            }
            Ok(())
        }
        // "a set of sub-attributes ... that replaces any existing values or adds" (RFC 7644 section 3.5.2.3).
        (Some(Value::Object(new)), Some(Value::Object(old))) => {
            old.extend(new);
            Ok(())
        }
        (Some(value), _) => {
            object.insert(name.clone(), value);
            Ok(())
        }
    }
}

/// Two values are the same where their `value` and `type` are, or where they are equal as a whole.
fn same(one: &Value, other: &Value) -> bool {
    match (one.get("value"), other.get("value")) {
        (Some(left), Some(right)) => {
            let kinds = (one.get("type"), other.get("type"));
            left == right
                && matches!(kinds, (left, right) if left.is_none() || right.is_none() || left == right)
        }
        _ => one == other,
    }
}

fn no_longer_primary(items: &mut [Value]) {
    for item in items.iter_mut().filter(|item| accept::is_primary(item)) {
        item["primary"] = false.into();
    }
}

fn set_part(inside: &mut Object, op: Op, part: &Attribute, value: Option<&Value>) -> Result<(), Problem> {
    let good = match value.filter(|_| op != Op::Remove) {
        Some(sent) => accept::value(part, sent)?,
        None => None,
    };
    match good {
        Some(value) => {
            inside.insert(part.name.clone(), value);
        }
        None if part.required => {
            return Err(Problem::bad("mutability", format!("{} is required.", part.name)));
        }
        None => {
            inside.shift_remove(&part.name);
        }
    }
    Ok(())
}

/// Changes those values of a multi-valued attribute that pass the filter (all without one), or parts of them.
fn values(
    object: &mut Object,
    op: Op,
    place: &Place,
    filter: Option<&Filter>,
    value: Option<&Value>,
) -> Result<(), Problem> {
    let attribute = place.attribute;
    let mut items = match object.get(&attribute.name) {
        Some(Value::Array(items)) => items.clone(),
        _ => Vec::new(),
    };
    let passes =
        |item: &Value| filter.is_none_or(|filter| item.as_object().is_some_and(|item| filter.passes(item)));
    let matching = items.iter().filter(|item| passes(item)).count();
    match (op, matching) {
        // Taking away what is not there is done already.
        (Op::Remove, 0) => return Ok(()),
        (Op::Replace, 0) => {
            return Err(Problem::bad("noTarget", "The path matches no value."));
        }
        (Op::Add, 0) => {
            let mut new = begun(filter)?;
            match place.part {
                Some(part) => set_part(&mut new, op, part, value)?,
                None => merge(&mut new, attribute, value)?,
            }
            items.push(Value::Object(new));
        }
        (Op::Remove, _) if place.part.is_none() => items.retain(|item| !passes(item)),
        _ => {
            for item in items.iter_mut().filter(|item| passes(item)) {
                let Some(inside) = item.as_object_mut() else { continue };
                match place.part {
                    Some(part) => set_part(inside, op, part, value)?,
                    None => merge(inside, attribute, value)?,
                }
            }
            items.retain(|item| item.as_object().is_none_or(|item| !item.is_empty()));
        }
    }
    if items.iter().filter(|item| accept::is_primary(item)).count() > 1 {
        return Err(Problem::value(format!("{} has more than one primary value.", attribute.name)));
    }
    if items.is_empty() {
        object.shift_remove(&attribute.name);
    } else {
        object.insert(attribute.name.clone(), Value::Array(items));
    }
    Ok(())
}

fn merge(inside: &mut Object, attribute: &Attribute, value: Option<&Value>) -> Result<(), Problem> {
    let sent =
        value.and_then(Value::as_object).ok_or_else(|| Problem::value("The value must be an object."))?;
    for (name, value) in sent {
        let part = attribute
            .sub(name)
            .ok_or_else(|| Problem::syntax(format!("{} has no part {name}.", attribute.name)))?;
        set_part(inside, Op::Replace, part, Some(value))?;
    }
    Ok(())
}

/// `add` at `emails[type eq "work"].value` makes the value it names, as Microsoft's service expects.
fn begun(filter: Option<&Filter>) -> Result<Object, Problem> {
    match filter {
        Some(Filter::Compare(place, Operator::Eq, value)) => {
            Ok(Object::from_iter([(place.attribute.name.clone(), value.clone())]))
        }
        _ => Err(Problem::bad("noTarget", "The path matches no value.")),
    }
}
