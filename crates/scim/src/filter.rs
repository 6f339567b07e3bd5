//! Filters as RFC 7644 section 3.4.2.2 writes them.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::compare::{CaseExact, compare, same};
use crate::cursor::{Cursor, MAX_DEPTH, is_name_char};
use crate::path::SyntaxError;
use crate::resource::member;

/// A condition on a resource, or inside brackets on one value of a multi-valued attribute.
///
/// `Display` prints it with the fewest parentheses; parsing that gives the same filter again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// `attribute op value`.
    Compare {
        /// What is compared.
        attribute: AttributeName,
        /// How.
        op: CompareOp,
        /// With what: text, number, Boolean or null.
        value: Value,
    },
    /// `attribute pr`: it has a value.
    Present(AttributeName),
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// At least one holds.
    Or(Box<Filter>, Box<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// `emails[type eq "work"]`: one value of the attribute satisfies the filter.
    Has {
        /// The multi-valued attribute.
        attribute: AttributeName,
        /// What one of its values must satisfy.
        filter: Box<Filter>,
    },
}

/// An attribute as filters name it: optional schema, name, optional sub-attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeName {
    /// The schema URN, where one was written.
    pub schema: Option<String>,
    /// The attribute.
    pub name: String,
    /// The sub-attribute.
    pub sub_attribute: Option<String>,
}

/// How an attribute is compared with a value (RFC 7644 table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the operators of RFC 7644 table 3")]
pub enum CompareOp {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

const OPERATORS: [(&str, CompareOp); 9] = [
    ("eq", CompareOp::Eq),
    ("ne", CompareOp::Ne),
    ("co", CompareOp::Co),
    ("sw", CompareOp::Sw),
    ("ew", CompareOp::Ew),
    ("gt", CompareOp::Gt),
    ("ge", CompareOp::Ge),
    ("lt", CompareOp::Lt),
    ("le", CompareOp::Le),
];

impl CompareOp {
    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        OPERATORS.iter().find(|(_, op)| *op == self).map_or("eq", |(word, _)| word)
    }
}

impl Filter {
    /// `attribute eq "value"`, the only filter that every service provider must be expected to know.
    pub fn equals(attribute: &str, value: &str) -> Self {
        let attribute = AttributeName { schema: None, name: attribute.into(), sub_attribute: None };
        Self::Compare { attribute, op: CompareOp::Eq, value: Value::String(value.into()) }
    }

    /// Parses a filter; nothing may follow it.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut cursor = Cursor::new(text);
        let filter = expression(&mut cursor, Place::TopLevel, 0)?;
        cursor.skip_spaces();
        match cursor.is_at_end() {
            true => Ok(filter),
            false => Err(cursor.expected("`and`, `or` or the end of the filter")),
        }
    }

    /// Whether `element` (a resource, or one value of a multi-valued attribute) satisfies the filter.
    ///
    /// Text compares without case: most attributes that filters name (`type`, `userName`) are not case-exact
    /// (RFC 7643 section 4.1).
    pub fn matches(&self, element: &Value) -> bool {
        match self {
            Self::And(left, right) => left.matches(element) && right.matches(element),
            Self::Or(left, right) => left.matches(element) || right.matches(element),
            Self::Not(inner) => !inner.matches(element),
            Self::Present(attribute) => attribute.values(element).iter().any(|value| is_present(value)),
            Self::Has { attribute, filter } => {
                attribute.values(element).iter().any(|value| filter.matches(value))
            }
            Self::Compare { attribute, op, value } => {
                let found = attribute.values(element);
                match (op, value) {
                    (CompareOp::Eq, Value::Null) => found.iter().all(|found| !is_present(found)),
                    (CompareOp::Ne, Value::Null) => found.iter().any(|found| is_present(found)),
                    (CompareOp::Ne, value) => !found.iter().any(|found| same(found, value, CaseExact::No)),
                    (op, value) => found.iter().any(|found| compare(found, *op, value)),
                }
            }
        }
    }
}

impl AttributeName {
    /// All values that `element` has under this name; the values of a multi-valued attribute one by one.
    fn values<'e>(&self, element: &'e Value) -> Vec<&'e Value> {
        let outer = match &self.schema {
            Some(schema) => member(element, schema).unwrap_or(element),
            None => element,
        };
        // Inside `members[value eq ...]` a value may be a plain text instead of an object.
        let found = match member(outer, &self.name) {
            None if !outer.is_object() && self.name.eq_ignore_ascii_case("value") => Some(outer),
            found => found,
        };
        let mut values = Vec::new();
        let Some(found) = found else { return values };
        for value in found.as_array().map_or_else(|| std::slice::from_ref(found), Vec::as_slice) {
            match &self.sub_attribute {
                Some(sub_attribute) => values.extend(member(value, sub_attribute)),
                None => values.push(value),
            }
        }
        values
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Where a filter stands: brackets do not nest (RFC 7644 figure 1, `valFilter`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    TopLevel,
    InsideBrackets,
}

/// `or` binds loosest, then `and`, then `not` (RFC 7644 table 5).
pub(crate) fn expression(cursor: &mut Cursor<'_>, place: Place, depth: u32) -> Result<Filter, SyntaxError> {
    if depth > MAX_DEPTH {
        return Err(cursor.expected("a filter that is nested less deeply"));
    }
    let mut left = conjunction(cursor, place, depth)?;
    loop {
        cursor.skip_spaces();
        if !cursor.eat_word("or") {
            return Ok(left);
        }
        left = Filter::Or(Box::new(left), Box::new(conjunction(cursor, place, depth)?));
    }
}

fn conjunction(cursor: &mut Cursor<'_>, place: Place, depth: u32) -> Result<Filter, SyntaxError> {
    let mut left = term(cursor, place, depth)?;
    loop {
        cursor.skip_spaces();
        if !cursor.eat_word("and") {
            return Ok(left);
        }
        left = Filter::And(Box::new(left), Box::new(term(cursor, place, depth)?));
    }
}

fn term(cursor: &mut Cursor<'_>, place: Place, depth: u32) -> Result<Filter, SyntaxError> {
    cursor.skip_spaces();
    let negated = cursor.eat_word("not");
    cursor.skip_spaces();
    if cursor.eat('(') {
        let inner = expression(cursor, place, depth + 1)?;
        cursor.skip_spaces();
        if !cursor.eat(')') {
            return Err(cursor.expected("`)`"));
        }
        return Ok(if negated { Filter::Not(Box::new(inner)) } else { inner });
    }
    if negated {
        return Err(cursor.expected("`(` after `not`"));
    }
    let attribute = attribute_name(cursor)?;
    if place == Place::TopLevel && attribute.sub_attribute.is_none() && cursor.eat('[') {
        let filter = Box::new(expression(cursor, Place::InsideBrackets, depth + 1)?);
        cursor.skip_spaces();
        return match cursor.eat(']') {
            true => Ok(Filter::Has { attribute, filter }),
            false => Err(cursor.expected("`]`")),
        };
    }
    cursor.skip_spaces();
    if cursor.eat_word("pr") {
        return Ok(Filter::Present(attribute));
    }
    let Some((_, op)) = OPERATORS.iter().find(|(word, _)| cursor.eat_word(word)) else {
        return Err(cursor.expected("an operator such as `eq`"));
    };
    cursor.skip_spaces();
    Ok(Filter::Compare { attribute, op: *op, value: literal(cursor)? })
}

/// `[URN ":"] name ["." sub-attribute]`. A URN may hold dots (`2.0`), so it is split off first, at the last colon.
pub(crate) fn attribute_name(cursor: &mut Cursor<'_>) -> Result<AttributeName, SyntaxError> {
    let rest = cursor.rest();
    let is_urn = rest.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("urn:"));
    let schema = if is_urn {
        let end = rest.find([' ', '[', ']', '(', ')', '"']).unwrap_or(rest.len());
        let colon = rest[..end].rfind(':').filter(|colon| *colon > 4);
        let Some(colon) = colon else { return Err(cursor.expected("a whole URN before the attribute name")) };
        cursor.advance(colon + 1);
        Some(rest[..colon].to_owned())
    } else {
        None
    };
    let name = simple_name(cursor)?.to_owned();
    let sub_attribute = match cursor.eat('.') {
        true => Some(simple_name(cursor)?.to_owned()),
        false => None,
    };
    Ok(AttributeName { schema, name, sub_attribute })
}

/// `ATTRNAME` of RFC 7643 section 2.1, and `$ref`.
pub(crate) fn simple_name<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, SyntaxError> {
    let rest = cursor.rest();
    let starts_well = rest.strip_prefix('$').unwrap_or(rest).starts_with(|c: char| c.is_ascii_alphabetic());
    if !starts_well {
        return Err(cursor.expected("an attribute name"));
    }
    let mut first = true;
    let length =
        rest.find(|c| !(is_name_char(c) || (c == '$' && std::mem::take(&mut first)))).unwrap_or(rest.len());
    cursor.advance(length);
    Ok(&rest[..length])
}

/// A JSON literal; objects and arrays are not comparable.
fn literal(cursor: &mut Cursor<'_>) -> Result<Value, SyntaxError> {
    const EXPECTED: &str = "a value: text in double quotes, a number, true, false or null";
    let rest = cursor.rest();
    if rest.starts_with(['{', '[']) {
        return Err(cursor.expected(EXPECTED));
    }
    for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
        if cursor.eat_word(word) {
            return Ok(value);
        }
    }
    let length = match rest.strip_prefix('"') {
        Some(text) => text_length(text).map(|length| length + 1),
        None => rest.find([' ', ')', ']']).or(Some(rest.len())),
    };
    match length.and_then(|length| Some((length, serde_json::from_str(&rest[..length]).ok()?))) {
        Some((length, value)) => {
            cursor.advance(length);
            Ok(value)
        }
        None => Err(cursor.expected(EXPECTED)),
    }
}

/// Up to and including the quote that is not escaped.
fn text_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

impl fmt::Display for AttributeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.name)?;
        match &self.sub_attribute {
            Some(sub_attribute) => write!(f, ".{sub_attribute}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare { attribute, op, value } => write!(f, "{attribute} {} {value}", op.as_str()),
            Self::Present(attribute) => write!(f, "{attribute} pr"),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Has { attribute, filter } => write!(f, "{attribute}[{filter}]"),
            // Both parse from left to right, so only a right operand of the same strength needs parentheses.
            Self::Or(left, right) => {
                write!(f, "{left} or {}", Grouped(right, matches!(**right, Self::Or(..))))
            }
            Self::And(left, right) => {
                let left = Grouped(left, matches!(**left, Self::Or(..)));
                write!(f, "{left} and {}", Grouped(right, matches!(**right, Self::Or(..) | Self::And(..))))
            }
        }
    }
}

struct Grouped<'f>(&'f Filter, bool);

impl fmt::Display for Grouped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1 { write!(f, "({})", self.0) } else { write!(f, "{}", self.0) }
    }
}

impl FromStr for Filter {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn check(text: &str, expected: &str) {
        let actual = match Filter::parse(text) {
            Ok(filter) => filter.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(actual, expected, "{text}");
    }

    #[test]
    fn the_examples_of_the_rfc_print_as_they_are_written() {
        for text in [
            "userName eq \"bjensen\"",
            "name.familyName co \"O'Malley\"",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
            "title pr and userType eq \"Employee\"",
            "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
            "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")",
            "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")",
            "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]",
            "emails[type eq \"work\" and value co \"@x\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]",
        ] {
            check(text, text);
        }
        check("a eq 1 AND (b EQ true AND c eq null)", "a eq 1 and (b eq true and c eq null)");
        check("((a pr))", "a pr");
    }

    #[test]
    fn errors_say_where_and_what() {
        check("", "at position 0: expected an attribute name");
        check("userName eq \"a\" and", "at position 19: expected an attribute name");
        check("userName eq \"a\" xor b pr", "at position 16: expected `and`, `or` or the end of the filter");
        check("not userName pr", "at position 4: expected `(` after `not`");
        check("(a pr", "at position 5: expected `)`");
        let deep = format!("{}a pr{}", "(".repeat(5000), ")".repeat(5000));
        check(&deep, "at position 33: expected a filter that is nested less deeply");
    }

    #[test]
    fn resources_match() {
        let ana = json!({
            "userName": "Ana@contoso.com", "active": true, "age": 7,
            "emails": [{"type": "work", "value": "ana@contoso.com"}, {"type": "home", "value": "ana@home.example"}],
        });
        for (filter, expected) in [
            ("userName eq \"ana@CONTOSO.com\"", true),
            ("userName sw \"ana@\"", true),
            ("userName ew \".org\"", false),
            ("emails[type eq \"home\" and value co \"contoso\"]", false),
            ("emails.value co \"home\"", true),
            ("title pr", false),
            ("title eq null", true),
            ("title ne \"x\"", true),
            ("not (active eq true)", false),
            ("active eq \"True\"", true),
            ("age ge 7 and age lt 8", true),
        ] {
            assert_eq!(Filter::parse(filter).unwrap().matches(&ana), expected, "{filter}");
        }
    }

    #[test]
    fn values_are_escaped() {
        let filter = Filter::equals("displayName", "a \"b\" \\ c");
        check(&filter.to_string(), &filter.to_string());
        assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    fn filters() -> impl Strategy<Value = Filter> {
        let name = ("[a-z][a-zA-Z0-9]{0,5}", proptest::option::of("[a-z]{1,4}")).prop_map(
            |(name, sub_attribute)| AttributeName { schema: None, name: format!("x{name}"), sub_attribute },
        );
        let value = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            Just(Value::Null)
        ];
        let leaf = prop_oneof![
            name.clone().prop_map(Filter::Present),
            (name, 0..9usize, value).prop_map(|(attribute, op, value)| Filter::Compare {
                attribute,
                op: OPERATORS[op].1,
                value
            }),
        ];
        leaf.prop_recursive(4, 24, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(l, r)| Filter::And(l.into(), r.into())),
                (inner.clone(), inner.clone()).prop_map(|(l, r)| Filter::Or(l.into(), r.into())),
                inner.prop_map(|filter| Filter::Not(filter.into())),
            ]
        })
    }

    proptest! {
        #[test]
        fn printing_then_parsing_is_the_identity(filter in filters()) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,80}") {
            let _ = Filter::parse(&text);
        }
    }
}
