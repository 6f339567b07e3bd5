//! The filter grammar of RFC 7644 section 3.4.2.2: reading and deciding.

use jiff::Timestamp;
use serde_json::Value;

use super::super::model::Object;
use super::path::{self, Place};
use super::schema::{Attribute, Kind, Table};

/// A parsed filter.
#[derive(Debug, Clone)]
pub enum Filter {
    /// Either side.
    Or(Box<Filter>, Box<Filter>),
    /// Both sides.
    And(Box<Filter>, Box<Filter>),
    /// The contrary.
    Not(Box<Filter>),
    /// Has a value.
    Present(Place),
    /// A comparison.
    Compare(Place, Operator, Value),
    /// One value of a multi-valued complex attribute passes.
    Values(Place, Box<Filter>),
}

/// The comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
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

/// Where attribute names are looked up.
#[derive(Clone, Copy)]
enum Scope<'a> {
    Resource(Table<'a>),
    Value(&'static Attribute),
}

/// Reads a filter on a resource.
pub fn parse(text: &str, table: Table<'_>) -> Result<Filter, String> {
    Reader { text, at: 0, scope: Scope::Resource(table), depth: 0 }.whole()
}

/// Reads the filter inside `attribute[...]`.
pub fn parse_values(text: &str, attribute: &'static Attribute) -> Result<Filter, String> {
    Reader { text, at: 0, scope: Scope::Value(attribute), depth: 0 }.whole()
}

/// Deeper nesting is refused; nobody needs it, and the reader calls itself.
const DEPTH_MAX: usize = 32;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    scope: Scope<'t>,
    depth: usize,
}

impl Reader<'_> {
    fn whole(mut self) -> Result<Filter, String> {
        let filter = self.or()?;
        self.space();
        if self.at < self.text.len() {
            return Err(format!("The filter has more after position {}.", self.at));
        }
        Ok(filter)
    }

    fn or(&mut self) -> Result<Filter, String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("The filter is nested too deep.".to_owned());
        }
        let mut left = self.and()?;
        while self.word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Filter, String> {
        let mut left = self.one()?;
        while self.word("and") {
            left = Filter::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Filter, String> {
        self.space();
        let start = self.at;
        if self.word("not") {
            self.space();
            if self.rest().starts_with('(') {
                return Ok(Filter::Not(Box::new(self.group()?)));
            }
            self.at = start;
        }
        if self.rest().starts_with('(') {
            return self.group();
        }
        self.expression()
    }

    fn group(&mut self) -> Result<Filter, String> {
        self.at += 1;
        let inside = self.or()?;
        self.space();
        if !self.rest().starts_with(')') {
            return Err(format!("A closing parenthesis is missing at position {}.", self.at));
        }
        self.at += 1;
        Ok(inside)
    }

    fn expression(&mut self) -> Result<Filter, String> {
        let length = self
            .rest()
            .find(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | '"'))
            .unwrap_or(self.rest().len());
        let name = self.rest()[..length].to_owned();
        let place = self.place(&name)?;
        self.at += length;
        if self.rest().starts_with('[') {
            return self.values(place, &name);
        }
        self.space();
        let length = self.rest().find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest().len());
        let operator = self.rest()[..length].to_ascii_lowercase();
        self.at += length;
        let operator = match operator.as_str() {
            "pr" => return Ok(Filter::Present(place)),
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "co" => Operator::Co,
            "sw" => Operator::Sw,
            "ew" => Operator::Ew,
            "gt" => Operator::Gt,
            "ge" => Operator::Ge,
            "lt" => Operator::Lt,
            "le" => Operator::Le,
            _ => return Err(format!("{name} must be followed by an operator.")),
        };
        if !self.rest().starts_with(char::is_whitespace) {
            return Err(format!("A space is missing at position {}.", self.at));
        }
        self.space();
        let value = self.value()?;
        check_comparison(&name, compared(&place), operator, &value)?;
        Ok(Filter::Compare(place, operator, value))
    }

    fn values(&mut self, place: Place, name: &str) -> Result<Filter, String> {
        if !matches!(self.scope, Scope::Resource(_)) || !place.attribute.multi_valued || place.part.is_some()
        {
            return Err(format!("{name} cannot be followed by a bracket."));
        }
        self.at += 1;
        let outer = std::mem::replace(&mut self.scope, Scope::Value(place.attribute));
        let inside = self.or()?;
        self.scope = outer;
        self.space();
        if !self.rest().starts_with(']') {
            return Err(format!("A closing bracket is missing at position {}.", self.at));
        }
        self.at += 1;
        Ok(Filter::Values(place, Box::new(inside)))
    }

    fn place(&self, name: &str) -> Result<Place, String> {
        let found = match self.scope {
            Scope::Resource(table) => path::place(name, table),
            Scope::Value(attribute) => {
                attribute.sub(name).map(|part| Place { extension: None, attribute: part, part: None })
            }
        };
        found.ok_or_else(|| format!("The filter names an attribute that is not known: {name}."))
    }

    fn value(&mut self) -> Result<Value, String> {
        let mut stream = serde_json::Deserializer::from_str(self.rest()).into_iter::<Value>();
        let value = stream.next().and_then(Result::ok);
        let used = stream.byte_offset();
        let value = value
            .filter(|value| !value.is_object() && !value.is_array())
            .ok_or_else(|| format!("A value is missing at position {}.", self.at))?;
        self.at += used;
        Ok(value)
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Takes a logical word that is followed by a space or a parenthesis.
    fn word(&mut self, word: &str) -> bool {
        let start = self.at;
        self.space();
        let rest = self.rest();
        let found = rest.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word))
            && rest[word.len()..].starts_with(|c: char| c.is_whitespace() || c == '(');
        self.at = if found { self.at + word.len() } else { start };
        found
    }
}

/// What a comparison looks at: for a multi-valued complex attribute its `value` (RFC 7644 section 3.4.2.2).
fn compared(place: &Place) -> &'static Attribute {
    let target = place.target();
    match target.sub("value") {
        Some(value) if target.multi_valued => value,
        _ => target,
    }
}

fn check_comparison(
    name: &str,
    attribute: &Attribute,
    operator: Operator,
    value: &Value,
) -> Result<(), String> {
    let equality = matches!(operator, Operator::Eq | Operator::Ne);
    if value.is_null() {
        return if equality { Ok(()) } else { Err(format!("{name} cannot be compared with null so.")) };
    }
    let fits = match attribute.kind {
        Kind::Boolean => value.is_boolean() && equality,
        Kind::Integer => value.is_number() && !matches!(operator, Operator::Co | Operator::Sw | Operator::Ew),
        Kind::DateTime => value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok() || !equality),
        Kind::String | Kind::Reference => value.is_string(),
        Kind::Complex => false,
    };
    if fits { Ok(()) } else { Err(format!("{name} cannot be compared with this operator and value.")) }
}

impl Filter {
    /// Whether a resource, or a value of a multi-valued attribute, passes.
    pub fn passes(&self, object: &Object) -> bool {
        match self {
            Self::Or(left, right) => left.passes(object) || right.passes(object),
            Self::And(left, right) => left.passes(object) && right.passes(object),
            Self::Not(inside) => !inside.passes(object),
            Self::Present(place) => found(object, place).iter().any(|value| is_assigned(value)),
            Self::Values(place, inside) => found(object, place)
                .iter()
                .any(|value| value.as_object().is_some_and(|value| inside.passes(value))),
            Self::Compare(place, operator, wanted) => {
                let attribute = compared(place);
                let in_value = !std::ptr::eq(attribute, place.target());
                let mut values = found(object, place);
                if in_value {
                    values = values.into_iter().filter_map(|value| value.get("value")).collect();
                }
                values.retain(|value| is_assigned(value));
                match (operator, wanted) {
                    (Operator::Eq, Value::Null) => values.is_empty(),
                    (Operator::Ne, Value::Null) => !values.is_empty(),
                    // An attribute without a value is not equal to anything.
                    (Operator::Ne, _) => {
                        !values.iter().any(|value| compare(value, Operator::Eq, wanted, attribute))
                    }
                    _ => values.iter().any(|value| compare(value, *operator, wanted, attribute)),
                }
            }
        }
    }
}

fn is_assigned(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        _ => true,
    }
}

/// The values at a place; several for multi-valued attributes.
pub fn found<'v>(object: &'v Object, place: &Place) -> Vec<&'v Value> {
    let inside = match place.extension {
        Some(urn) => object.get(urn).and_then(Value::as_object),
        None => Some(object),
    };
    let Some(value) = inside.and_then(|inside| inside.get(&place.attribute.name)) else {
        return Vec::new();
    };
    let values: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    };
    match place.part {
        Some(part) => values.into_iter().filter_map(|value| value.get(&part.name)).collect(),
        None => values,
    }
}

fn compare(value: &Value, operator: Operator, wanted: &Value, attribute: &Attribute) -> bool {
    match (value, wanted) {
        (Value::Bool(value), Value::Bool(wanted)) => value == wanted,
        (Value::Number(value), Value::Number(wanted)) => {
            ordered(value.as_f64().partial_cmp(&wanted.as_f64()), operator)
        }
        (Value::String(value), Value::String(wanted)) => {
            if attribute.kind == Kind::DateTime
                && let (Ok(value), Ok(wanted)) = (value.parse::<Timestamp>(), wanted.parse::<Timestamp>())
            {
                return ordered(Some(value.cmp(&wanted)), operator);
            }
            let fold = |text: &str| if attribute.case_exact { text.to_owned() } else { text.to_lowercase() };
            let (value, wanted) = (fold(value), fold(wanted));
            match operator {
                Operator::Co => value.contains(&wanted),
                Operator::Sw => value.starts_with(&wanted),
                Operator::Ew => value.ends_with(&wanted),
                _ => ordered(Some(value.cmp(&wanted)), operator),
            }
        }
        _ => false,
    }
}

fn ordered(order: Option<std::cmp::Ordering>, operator: Operator) -> bool {
    order.is_some_and(|order| match operator {
        Operator::Eq => order.is_eq(),
        Operator::Ne => order.is_ne(),
        Operator::Gt => order.is_gt(),
        Operator::Ge => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Le => order.is_le(),
        Operator::Co | Operator::Sw | Operator::Ew => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::model::Switches;
    use super::*;

    const LONG: &str = r#"not (userName sw "ü\"x" or emails[type eq "wörk" and not (value pr)]) and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department ne null"#;

    #[test]
    fn no_damage_to_a_filter_makes_the_reader_panic() {
        let switches = Switches::default();
        let table = Table::users(&switches);
        assert!(parse(LONG, table).is_ok());
        let mut good = 0;
        for (at, character) in LONG.char_indices() {
            let after = &LONG[at + character.len_utf8()..];
            for put in ["", "ß", "(", "[", "\"", " ", "\\"] {
                good += usize::from(parse(&format!("{}{put}{after}", &LONG[..at]), table).is_ok());
            }
            let whole = LONG[..at].trim_end().ends_with("])");
            assert_eq!(parse(&LONG[..at], table).is_ok(), whole, "a filter that ends early: {}", &LONG[..at]);
        }
        assert!(good > 0 && good < 200, "most damage is noticed, damage inside a string is not: {good}");
    }

    #[test]
    fn nesting_ends() {
        let switches = Switches::default();
        let deep = |depth: usize| format!("{}userName pr{}", "(".repeat(depth), ")".repeat(depth));
        assert!(parse(&deep(20), Table::users(&switches)).is_ok());
        assert!(parse(&deep(5000), Table::users(&switches)).is_err());
    }
}
