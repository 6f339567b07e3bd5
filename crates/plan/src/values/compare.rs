//! Whether a value that was read is the same as the one that should be there.

use crate::model::Value;
use crate::snapshot::Attribute;

/// Compares in the type of the attribute; `exact` where letter case alone makes a difference.
pub(super) fn same(read: &Attribute<'_>, wanted: &Value, exact: bool) -> bool {
    let texts =
        |read: &str, wanted: &str| if exact { read == wanted } else { crate::fold::same(read, wanted) };
    match (read, wanted) {
        (Attribute::Boolean(read), wanted) => truth(wanted) == Some(*read),
        (Attribute::Text(read), Value::Boolean(wanted)) => {
            read.eq_ignore_ascii_case(if *wanted { "true" } else { "false" })
        }
        (Attribute::Text(read), Value::Text(wanted)) => texts(read, wanted),
        (Attribute::Text(read), Value::Integer(wanted)) => read.parse() == Ok(*wanted),
        (Attribute::Integer(read), Value::Integer(wanted)) => read == wanted,
        (Attribute::Integer(read), Value::Text(wanted)) => wanted.parse() == Ok(*read),
        (Attribute::Texts(read), Value::Texts(wanted)) => {
            // Multi-valued attributes have no order (RFC 7643 section 2.4). Sorted after folding, or case would
            // decide which values are held against each other.
            let sorted = |texts: &mut dyn Iterator<Item = &str>| {
                let mut texts: Vec<String> =
                    texts.map(|text| if exact { text.to_owned() } else { text.to_lowercase() }).collect();
                texts.sort_unstable();
                texts
            };
            sorted(&mut read.iter().copied()) == sorted(&mut wanted.iter().map(String::as_str))
        }
        (Attribute::Text(read), Value::Texts(wanted)) => wanted.len() == 1 && texts(read, &wanted[0]),
        (Attribute::Texts(read), Value::Text(wanted)) => read.len() == 1 && texts(read[0], wanted),
        _ => false,
    }
}

/// What is there with what is new behind it, for a row that takes nothing away.
pub(super) fn added(new: &[String], read: &Attribute<'_>, exact: bool) -> Vec<String> {
    let mut all: Vec<String> = match read {
        Attribute::Texts(there) => there.iter().map(|&text| text.to_owned()).collect(),
        Attribute::Text(there) => vec![(*there).to_owned()],
        Attribute::Absent | Attribute::Boolean(_) | Attribute::Integer(_) => Vec::new(),
    };
    for text in new {
        let same = |there: &String| if exact { there == text } else { crate::fold::same(there, text) };
        if !all.iter().any(same) {
            all.push(text.clone());
        }
    }
    all
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(value) => Some(*value),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn what_was_read_is_compared_in_the_type_of_the_attribute() {
        let check = |read: Attribute<'_>, wanted: Value, exact: bool, expected: bool| {
            assert_eq!(same(&read, &wanted, exact), expected, "{read:?} {wanted:?}");
        };
        let several = |texts: &[&str]| Value::Texts(texts.iter().map(|&text| text.to_owned()).collect());
        check(Attribute::Text("ANA@x.y"), text("ana@X.Y"), false, true);
        check(Attribute::Text("A"), text("a"), true, false);
        check(Attribute::Text("False"), Value::Boolean(false), false, true);
        check(Attribute::Boolean(true), text("True"), false, true);
        check(Attribute::Boolean(true), Value::Boolean(false), false, false);
        check(Attribute::Integer(7), text("7"), false, true);
        check(Attribute::Text("7"), Value::Integer(8), false, false);
        check(Attribute::Texts(["b", "A"].as_slice().into()), several(&["a", "B"]), false, true);
        check(Attribute::Texts(["b", "A"].as_slice().into()), several(&["a", "b"]), true, false);
        check(Attribute::Texts(["b"].as_slice().into()), several(&["b", "b"]), false, false);
        check(Attribute::Texts(["b"].as_slice().into()), text("B"), false, true);
    }
}
