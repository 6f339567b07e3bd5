//! Values of the language.

use std::borrow::Cow;

use jiff::civil::DateTime;

/// A value. Texts are borrowed from the object or the expression where that is possible.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'v> {
    /// The attribute is absent.
    Null,
    /// Text; binary values and references are text here too.
    Text(Cow<'v, str>),
    /// A 64-bit integer.
    Integer(i64),
    /// A Boolean.
    Boolean(bool),
    /// A point in time, in UTC. Civil, because a point in time of `jiff` ends a day before .NET's last one, and
    /// December 31, 9999 is how human resources write "never".
    DateTime(DateTime),
    /// Several texts, in order.
    Multi(Vec<Cow<'v, str>>),
}

impl<'v> Value<'v> {
    /// A borrowed text.
    pub fn text(text: &'v str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// An owned text.
    pub fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// A part of a text, borrowed where the text is.
    pub(crate) fn part(text: Cow<'v, str>, of: impl FnOnce(&str) -> &str) -> Self {
        match text {
            Cow::Borrowed(text) => Self::text(of(text)),
            Cow::Owned(text) => Self::owned(of(&text).to_owned()),
        }
    }

    /// Whether the attribute is absent.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Null, or a text without characters. (A list without values counts as null.)
    pub fn is_null_or_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Multi(values) => values.is_empty(),
            Self::Integer(_) | Self::Boolean(_) | Self::DateTime(_) => false,
        }
    }

    /// The text form of a single value: `True`/`False`, invariant decimal, `M/d/yyyy h:mm:ss tt` in UTC. Absent for
    /// null and for several values.
    pub fn into_text(self) -> Option<Cow<'v, str>> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text),
            Self::Integer(number) => Some(Cow::Owned(number.to_string())),
            Self::Boolean(truth) => Some(Cow::Borrowed(if truth { "True" } else { "False" })),
            Self::DateTime(instant) => Some(Cow::Owned(date_text(instant))),
            Self::Multi(mut values) => (values.len() == 1).then(|| values.remove(0)),
        }
    }

    /// What an attribute of a source object is to the language: an empty text or list is an absent attribute.
    pub(crate) fn normalized(self) -> Self {
        // Register Q-03: no page decides between empty and absent; every documented example holds with this rule.
        if self.is_null_or_empty() { Self::Null } else { self }
    }

    /// How much memory it takes, roughly.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Multi(values) => values.iter().map(|value| size_of_val(value) + value.len()).sum(),
            Self::Null | Self::Integer(_) | Self::Boolean(_) | Self::DateTime(_) => 0,
        }
    }

    /// The same value without borrowed parts.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Integer(number) => Value::Integer(number),
            Self::Boolean(truth) => Value::Boolean(truth),
            Self::DateTime(instant) => Value::DateTime(instant),
            Self::Multi(values) => {
                Value::Multi(values.into_iter().map(|value| Cow::Owned(value.into_owned())).collect())
            }
        }
    }
}

/// The invariant-culture form in which Entra prints points in time.
fn date_text(instant: DateTime) -> String {
    instant.strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms() {
        let check =
            |value: Value<'_>, expected: Option<&str>| assert_eq!(value.into_text().as_deref(), expected);
        check(Value::Null, None);
        check(Value::Boolean(true), Some("True"));
        check(Value::Integer(-12), Some("-12"));
        check(Value::DateTime("2020-03-06T07:05:09".parse().unwrap()), Some("3/6/2020 7:05:09 AM"));
        check(Value::DateTime("2020-12-16T00:00:00".parse().unwrap()), Some("12/16/2020 12:00:00 AM"));
        check(Value::Multi(vec!["a".into()]), Some("a"));
        check(Value::Multi(vec!["a".into(), "b".into()]), None);
    }
}
