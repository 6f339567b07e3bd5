//! Verified means listed back: what to read, and whether it shows what was written.

use std::collections::{BTreeMap, BTreeSet};

use usher_plan::{Action, Change, ObjectKind, ScimId, Value};

/// The objects to read back, each list sorted and without repetition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadBack {
    /// People.
    pub users: BTreeSet<ScimId>,
    /// Groups, without their members.
    pub groups: BTreeSet<ScimId>,
    /// Groups whose members are needed.
    pub members_of: BTreeSet<ScimId>,
}

/// What was read back. What is missing here is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// People.
    pub users: BTreeMap<ScimId, Seen>,
    /// Groups.
    pub groups: BTreeMap<ScimId, Seen>,
    /// Members by group.
    pub members: BTreeMap<ScimId, BTreeSet<ScimId>>,
}

/// One object as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Values by attribute path, spelled as in the mapping.
    pub attributes: BTreeMap<String, Value>,
}

/// What reading back says of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It shows.
    Shown {
        /// Attributes that the service provider does not return.
        unseen: Vec<String>,
    },
    /// The object is not listed (or, after a delete, still is).
    NotListed,
    /// The object is there with other values.
    Differs {
        /// Attributes, or member ids.
        what: Vec<String>,
    },
}

/// Judges a write of attributes, a create, a link or a delete.
pub(crate) fn judge_object(
    facts: &Facts,
    kind: ObjectKind,
    action: Action,
    target: &ScimId,
    written: &[Change],
) -> Verdict {
    let objects = match kind {
        ObjectKind::User => &facts.users,
        ObjectKind::Group => &facts.groups,
    };
    let seen = objects.get(target);
    if action == Action::Delete {
        return if seen.is_none() { Verdict::Shown { unseen: Vec::new() } } else { Verdict::NotListed };
    }
    let Some(seen) = seen else { return Verdict::NotListed };
    let mut unseen = Vec::new();
    let mut what = Vec::new();
    for change in written {
        match seen.attributes.get(&*change.attribute) {
            None if is_empty(&change.after) => {}
            // An account that says nothing about `active` is active.
            None if &*change.attribute == "active" => {
                if !same_value(&Value::Boolean(true), &change.after) {
                    what.push(change.attribute.to_string());
                }
            }
            None => unseen.push(change.attribute.to_string()),
            Some(value) if same_value(value, &change.after) => {}
            Some(Value::Text(text))
                if is_case_insensitive(&change.attribute) && same_text(text, &change.after) => {}
            Some(_) => what.push(change.attribute.to_string()),
        }
    }
    if what.is_empty() { Verdict::Shown { unseen } } else { Verdict::Differs { what } }
}

/// Judges a membership write.
pub(crate) fn judge_members(facts: &Facts, action: Action, group: &ScimId, members: &[ScimId]) -> Verdict {
    let Some(present) = facts.members.get(group) else { return Verdict::NotListed };
    let wanted = action == Action::AddMembers;
    let what: Vec<String> = members
        .iter()
        .filter(|member| present.contains(*member) != wanted)
        .map(|id| id.to_string())
        .collect();
    if what.is_empty() { Verdict::Shown { unseen: Vec::new() } } else { Verdict::Differs { what } }
}

/// RFC 7643 section 4.1: `userName` and `emails` are not case exact, and providers do fold them.
fn is_case_insensitive(attribute: &str) -> bool {
    attribute == "userName" || attribute.starts_with("emails")
}

fn same_text(seen: &str, written: &Value) -> bool {
    matches!(written, Value::Text(text) if text.to_lowercase() == seen.to_lowercase())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::Texts(texts) => texts.is_empty(),
        _ => false,
    }
}

/// Whether an object still shows what the changes say it showed before. What is not known in clear is not known to be so.
pub fn still_shows(seen: &Seen, changes: &[Change]) -> bool {
    changes.iter().all(|change| match (&change.before, seen.attributes.get(&*change.attribute)) {
        (Some(Value::Drawn { .. } | Value::Redacted { .. }), _) => false,
        (None, None) => true,
        (None, Some(now)) => is_empty(now),
        (Some(before), None) => is_empty(before),
        (Some(before), Some(now)) => same_value(now, before),
    })
}

/// Whether a service provider shows the value that was written.
///
/// Some show Booleans and numbers as text and the reverse (Entra's `True` against JSON `true`). A value whose content
/// the caller cannot know (random or redacted, not filled in) counts as shown.
pub fn same_value(seen: &Value, written: &Value) -> bool {
    match (seen, written) {
        (Value::Boolean(flag), Value::Text(text)) | (Value::Text(text), Value::Boolean(flag)) => {
            text.eq_ignore_ascii_case(if *flag { "true" } else { "false" })
        }
        (seen, Value::Reference(person)) => match &person.target {
            Some(account) => same_value(seen, &Value::Text(account.to_string())),
            // Nobody filled it in: the next cycle compares it.
            None => true,
        },
        (Value::Integer(number), Value::Text(text)) | (Value::Text(text), Value::Integer(number)) => {
            *text == number.to_string()
        }
        (Value::Texts(seen), Value::Texts(written)) => {
            // RFC 7643 section 2.4: multi-valued attributes have no order.
            seen.iter().collect::<BTreeSet<_>>() == written.iter().collect::<BTreeSet<_>>()
        }
        (Value::Texts(texts), Value::Text(text)) | (Value::Text(text), Value::Texts(texts)) => {
            texts.len() == 1 && texts[0] == *text
        }
        (_, Value::Drawn { .. } | Value::Redacted { .. }) => true,
        (seen, written) => seen == written,
    }
}
