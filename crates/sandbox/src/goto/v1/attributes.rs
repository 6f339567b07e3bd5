//! The field rules of the dialect: what may be written, and how.

use serde_json::Value;

use super::super::model::{ENTERPRISE, Object, Switches};
use super::Problem;

/// SCIM 1.1's core schema (SCIM 1.1 core schema section 5).
pub const CORE: &str = "urn:scim:schemas:core:1.0";
/// GoTo's read-only extension on `/Users/me`.
pub const GETGO: &str = "urn:scim:schemas:extension:getgo:1.0";

const USER_NAME_MAX: usize = 128;
const DISPLAY_NAME_MAX: usize = 128;
const NAME_MAX: usize = 60;
const READ_ONLY: [&str; 3] = ["id", "meta", "groups"];

/// Checks a user body and returns what it sets; `null` stands for "remove".
pub fn user(body: &Object, switches: &Switches) -> Result<Object, Problem> {
    let mut set = Object::new();
    for (name, value) in body {
        match name.as_str() {
            "schemas" => schemas(value, switches)?,
            "userName" => {
                set.insert(name.clone(), text(name, value, 1, USER_NAME_MAX)?.into());
            }
            "name" => {
                set.insert(name.clone(), Value::Object(full_name(value)?));
            }
            "displayName" | "title" | "locale" | "timezone" => {
                set.insert(name.clone(), optional(name, value)?);
            }
            "externalId" if switches.external_id => {
                set.insert(name.clone(), optional(name, value)?);
            }
            // Checked and then forgotten: it is write-only and nobody signs in with it.
            "password" => {
                text(name, value, 1, 256)?;
            }
            "active" if switches.active => {
                if !value.is_boolean() {
                    return Err(Problem::bad("active must be true or false."));
                }
                set.insert(name.clone(), value.clone());
            }
            ENTERPRISE if switches.enterprise => {
                set.insert(name.clone(), enterprise(value)?);
            }
            GETGO => return Err(Problem::bad(format!("{GETGO} is read-only."))),
            other if READ_ONLY.contains(&other) => {
                return Err(Problem::bad(format!("{other} is read-only.")));
            }
            other => return Err(Problem::bad(format!("The attribute {other} is not known."))),
        }
    }
    for (name, good) in [("locale", is_locale as fn(&str) -> bool), ("timezone", is_zone)] {
        if let Some(text) = set.get(name).and_then(Value::as_str)
            && !good(text)
        {
            return Err(Problem::bad(format!("{name} is not valid.")));
        }
    }
    Ok(set)
}

/// Checks the attributes of a group body, apart from `members`.
pub fn group(body: &Object, switches: &Switches) -> Result<Object, Problem> {
    let mut set = Object::new();
    for (name, value) in body {
        match name.as_str() {
            "schemas" => schemas(value, switches)?,
            "members" => {}
            "displayName" => {
                set.insert(name.clone(), text(name, value, 1, DISPLAY_NAME_MAX)?.into());
            }
            "externalId" if switches.external_id => {
                set.insert(name.clone(), optional(name, value)?);
            }
            other if READ_ONLY.contains(&other) => {
                return Err(Problem::bad(format!("{other} is read-only.")));
            }
            other => return Err(Problem::bad(format!("The attribute {other} is not known."))),
        }
    }
    Ok(set)
}

/// Lays what was set over what is there.
pub fn merge(target: &mut Object, set: Object) {
    for (name, value) in set {
        match (target.get_mut(&name), value) {
            (_, Value::Null) => {
                target.shift_remove(&name);
            }
            (Some(Value::Object(inside)), Value::Object(new)) if name == ENTERPRISE => {
                merge(inside, new);
                if inside.is_empty() {
                    target.shift_remove(&name);
                }
            }
            (_, Value::Object(mut new)) => {
                new.retain(|_, value| !value.is_null());
                if !new.is_empty() {
                    target.insert(name, Value::Object(new));
                }
            }
            (_, value) => {
                target.insert(name, value);
            }
        }
    }
}

fn schemas(value: &Value, switches: &Switches) -> Result<(), Problem> {
    let known = |urn: &str| urn == CORE || (urn == ENTERPRISE && switches.enterprise);
    let good = value.as_array().is_some_and(|all| all.iter().all(|urn| urn.as_str().is_some_and(known)));
    if good { Ok(()) } else { Err(Problem::bad("schemas names a schema that is not known.")) }
}

fn text(name: &str, value: &Value, least: usize, most: usize) -> Result<String, Problem> {
    let text = value.as_str().ok_or_else(|| Problem::bad(format!("{name} must be a string.")))?;
    let length = text.chars().count();
    if length < least || text.trim().is_empty() {
        return Err(Problem::bad(format!("{name} must not be empty.")));
    }
    if length > most {
        return Err(Problem::bad(format!("{name} must have at most {most} characters.")));
    }
    Ok(text.to_owned())
}

fn optional(name: &str, value: &Value) -> Result<Value, Problem> {
    if value.is_null() || value.is_string() {
        Ok(value.clone())
    } else {
        Err(Problem::bad(format!("{name} must be a string.")))
    }
}

fn full_name(value: &Value) -> Result<Object, Problem> {
    let parts = value.as_object().ok_or_else(|| Problem::bad("name must be an object."))?;
    let known = ["givenName", "familyName"];
    if let Some(other) = parts.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(Problem::bad(format!("The attribute name.{other} is not known.")));
    }
    let mut name = Object::new();
    for part in known {
        let value =
            parts.get(part).ok_or_else(|| Problem::bad(format!("name.{part} is required inside name.")))?;
        name.insert(part.to_owned(), text(&format!("name.{part}"), value, 1, NAME_MAX)?.into());
    }
    Ok(name)
}

fn enterprise(value: &Value) -> Result<Value, Problem> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let parts =
        value.as_object().ok_or_else(|| Problem::bad("The enterprise extension must be an object."))?;
    let mut set = Object::new();
    for (name, value) in parts {
        if !["department", "employeeNumber", "costCenter", "division"].contains(&name.as_str()) {
            return Err(Problem::bad(format!("The attribute {ENTERPRISE}:{name} is not known.")));
        }
        set.insert(name.clone(), optional(name, value)?);
    }
    Ok(Value::Object(set))
}

/// One or two parts: an ISO 639 language, then perhaps an ISO 3166 country.
fn is_locale(text: &str) -> bool {
    let (language, country) = match text.split_once(['_', '-']) {
        Some((language, country)) => (language, Some(country)),
        None => (text, None),
    };
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && country
            .is_none_or(|country| country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()))
}

fn is_zone(text: &str) -> bool {
    let database = jiff::tz::db();
    // A machine without zone data cannot know better than the shape.
    if database.is_definitively_empty() {
        return text.split('/').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
        });
    }
    database.get(text).is_ok()
}
