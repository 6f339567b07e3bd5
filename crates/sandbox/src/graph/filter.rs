//! `$filter`: comparisons, `startswith`, `contains`, `in`, joined by `and` and `or`, each only where it is supported.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::GraphError;

/// What an endpoint supports: properties by name, and functions besides `eq`.
pub struct Supports {
    /// Properties.
    pub fields: &'static [&'static str],
    /// Operators and functions.
    pub operators: &'static [&'static str],
    /// Whether texts are compared in their case.
    pub case_sensitive: bool,
}

/// A parsed filter.
#[derive(Debug)]
pub enum Filter {
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// Either.
    Or(Box<Filter>, Box<Filter>),
    /// A comparison or function on one property.
    Test {
        /// The property, with `/` for members.
        field: String,
        /// The operator or function.
        operator: String,
        /// The literals; more than one only for `in`.
        values: Vec<Value>,
        /// Whether texts are compared in their case.
        case_sensitive: bool,
    },
}

impl Filter {
    /// Parses a filter.
    pub fn parse(text: &str, supports: &Supports) -> Result<Self, GraphError> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, at: 0, supports };
        let filter = parser.either()?;
        if parser.at < tokens.len() {
            return Err(invalid("there is more text after the filter"));
        }
        Ok(filter)
    }

    /// Whether an object passes.
    pub fn matches(&self, object: &Value) -> bool {
        match self {
            Self::And(left, right) => left.matches(object) && right.matches(object),
            Self::Or(left, right) => left.matches(object) || right.matches(object),
            Self::Test { field, operator, values, case_sensitive } => {
                let actual =
                    field.split('/').try_fold(object, |value, part| value.get(part)).unwrap_or(&Value::Null);
                test(actual, operator, values, *case_sensitive)
            }
        }
    }
}

fn test(actual: &Value, operator: &str, values: &[Value], case_sensitive: bool) -> bool {
    let fold = |text: &str| if case_sensitive { text.to_owned() } else { text.to_lowercase() };
    let equal = |expected: &Value| match (actual, expected) {
        (Value::String(actual), Value::String(expected)) => fold(actual) == fold(expected),
        (actual, expected) => actual == expected,
    };
    let texts = actual.as_str().zip(values[0].as_str());
    match operator {
        "eq" | "in" => values.iter().any(equal),
        "ne" => !values.iter().any(equal),
        "startswith" => texts.is_some_and(|(actual, start)| fold(actual).starts_with(&fold(start))),
        "contains" => texts.is_some_and(|(actual, part)| fold(actual).contains(&fold(part))),
        "gt" => texts.is_some_and(|(actual, bound)| order(actual, bound).is_gt()),
        "lt" => texts.is_some_and(|(actual, bound)| order(actual, bound).is_lt()),
        "ge" => texts.is_some_and(|(actual, bound)| order(actual, bound).is_ge()),
        "le" => texts.is_some_and(|(actual, bound)| order(actual, bound).is_le()),
        _ => false,
    }
}

/// Instants by time, whatever their fraction digits; other texts as they are.
fn order(actual: &str, bound: &str) -> Ordering {
    match (actual.parse::<Timestamp>(), bound.parse::<Timestamp>()) {
        (Ok(actual), Ok(bound)) => actual.cmp(&bound),
        _ => actual.cmp(bound),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Literal(String),
    Mark(char),
}

fn invalid(what: &str) -> GraphError {
    GraphError::bad_request(format!("Invalid filter clause: {what}."))
}

fn tokens(text: &str) -> Result<Vec<Token>, GraphError> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            ' ' => {}
            '(' | ')' | ',' => tokens.push(Token::Mark(character)),
            '\'' => {
                let mut literal = String::new();
                loop {
                    match rest.next() {
                        // A quote inside is doubled (OData 4.01, URL conventions).
                        Some('\'') if rest.peek() == Some(&'\'') => literal.extend(rest.next()),
                        Some('\'') => break,
                        Some(character) => literal.push(character),
                        None => return Err(invalid("a quote is missing")),
                    }
                }
                tokens.push(Token::Literal(literal));
            }
            first => {
                let mut word = String::from(first);
                while let Some(character) = rest.next_if(|c| !" (),'".contains(*c)) {
                    word.push(character);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    supports: &'a Supports,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<&Token> {
        self.at += 1;
        self.tokens.get(self.at - 1)
    }

    fn word(&mut self, expected: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word == expected);
        self.at += usize::from(found);
        found
    }

    fn mark(&mut self, expected: char) -> Result<(), GraphError> {
        match self.next() {
            Some(Token::Mark(mark)) if *mark == expected => Ok(()),
            _ => Err(invalid(&format!("'{expected}' is missing"))),
        }
    }

    fn either(&mut self) -> Result<Filter, GraphError> {
        let mut left = self.both()?;
        while self.word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Filter, GraphError> {
        let mut left = self.one()?;
        while self.word("and") {
            left = Filter::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Filter, GraphError> {
        if self.tokens.get(self.at) == Some(&Token::Mark('(')) {
            self.at += 1;
            let inner = self.either()?;
            self.mark(')')?;
            return Ok(inner);
        }
        let Some(Token::Word(word)) = self.next().cloned() else {
            return Err(invalid("a property or function is missing"));
        };
        let function = matches!(word.to_lowercase().as_str(), "startswith" | "contains");
        if function && self.tokens.get(self.at) == Some(&Token::Mark('(')) {
            self.at += 1;
            let (field, lowered) = self.field(None)?;
            self.mark(',')?;
            let value = self.literal()?;
            self.mark(')')?;
            return self.test(field, &word.to_lowercase(), vec![value], lowered);
        }
        let (field, lowered) = self.field(Some(word))?;
        let Some(Token::Word(operator)) = self.next().cloned() else {
            return Err(invalid("an operator is missing"));
        };
        let values = if operator == "in" { self.list()? } else { vec![self.literal()?] };
        self.test(field, &operator, values, lowered)
    }

    /// A property, or `tolower(property)`.
    fn field(&mut self, first: Option<String>) -> Result<(String, bool), GraphError> {
        let word = match first {
            Some(word) => word,
            None => match self.next().cloned() {
                Some(Token::Word(word)) => word,
                _ => return Err(invalid("a property is missing")),
            },
        };
        if word != "tolower" {
            return Ok((word, false));
        }
        self.mark('(')?;
        let Some(Token::Word(field)) = self.next().cloned() else {
            return Err(invalid("a property is missing"));
        };
        self.mark(')')?;
        Ok((field, true))
    }

    fn literal(&mut self) -> Result<Value, GraphError> {
        match self.next() {
            Some(Token::Literal(text)) => Ok(Value::String(text.clone())),
            Some(Token::Word(word)) => match word.as_str() {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                "null" => Ok(Value::Null),
                // Bare GUIDs and timestamps are literals of their own in OData.
                word if word.starts_with(|c: char| c.is_ascii_hexdigit()) => {
                    Ok(Value::String(word.to_owned()))
                }
                _ => Err(invalid("a text needs quotes")),
            },
            _ => Err(invalid("a value is missing")),
        }
    }

    fn list(&mut self) -> Result<Vec<Value>, GraphError> {
        self.mark('(')?;
        let mut values = vec![self.literal()?];
        while self.tokens.get(self.at) == Some(&Token::Mark(',')) {
            self.at += 1;
            values.push(self.literal()?);
        }
        self.mark(')')?;
        Ok(values)
    }

    fn test(
        &self,
        field: String,
        operator: &str,
        values: Vec<Value>,
        lowered: bool,
    ) -> Result<Filter, GraphError> {
        if !self.supports.fields.contains(&field.as_str()) {
            return Err(invalid(&format!("'{field}' is not a property that can be filtered here")));
        }
        if !self.supports.operators.contains(&operator) {
            return Err(invalid(&format!("'{operator}' is not supported here")));
        }
        let case_sensitive = self.supports.case_sensitive && !lowered;
        Ok(Filter::Test { field, operator: operator.to_owned(), values, case_sensitive })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SUPPORTS: Supports = Supports {
        fields: &["displayName", "accountEnabled", "a/b", "at"],
        operators: &["eq", "startswith", "in", "gt"],
        case_sensitive: false,
    };

    fn check(text: &str, expected: Option<bool>) {
        let object = json!({ "displayName": "O'Brien", "accountEnabled": true, "a": { "b": "x" },
            "at": "2026-01-05T08:00:00.5Z" });
        let actual = Filter::parse(text, &SUPPORTS).ok().map(|filter| filter.matches(&object));
        assert_eq!(actual, expected, "{text}");
    }

    #[test]
    fn filters() {
        check("displayName eq 'o''brien'", Some(true));
        check("startswith(displayName,'O''B') and accountEnabled eq true", Some(true));
        check("displayName eq 'x' or (accountEnabled eq false or a/b eq 'x')", Some(true));
        check("displayName in ('a','b')", Some(false));
        check("at gt 2026-01-05T08:00:00Z", Some(true));
        check("at gt 2026-01-05T08:00:00.51Z", Some(false));
        check("displayName eq x", None);
        check("displayName ne 'x'", None);
        check("mail eq 'x'", None);
        check("displayName eq 'x' displayName", None);
        check("displayName eq 'x", None);
    }
}
