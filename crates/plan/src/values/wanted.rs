//! The value that an attribute should have, and what of it a plan may hold.

use std::borrow::Cow;

use usher_mapping::{Flow, TargetValue};

use super::{Field, read_value};
use crate::model::Value;
use crate::policy::BooleanForm;
use crate::snapshot::Attribute;

/// Between several values whose digest is taken.
const SEPARATOR: &str = "\u{1f}";

/// A value in clear, or what stands in for it until it is drawn. It leaves this module as a [`Value`] only through
/// [`Wanted::planned`], which hides what must not be shown; hence no `Debug` either.
pub(crate) struct Wanted {
    value: Value,
    drawn: bool,
    redacted: bool,
}

impl Wanted {
    pub(super) fn of(flow: &Flow<'_>, value: &TargetValue) -> Self {
        // The default value stands in the mapping for everybody to read: nothing of it is hidden.
        let flows = matches!(flow.value, Ok(Some(_)));
        Self { drawn: flows && flow.drawn, redacted: flows && flow.redacted, ..Self::open(value) }
    }

    /// A value that anybody may see.
    pub(super) fn open(value: &TargetValue) -> Self {
        let value = match value {
            TargetValue::Boolean(value) => Value::Boolean(*value),
            TargetValue::Integer(number) => Value::Integer(*number),
            TargetValue::Text(text) => Value::Text(text.clone()),
            TargetValue::Texts(texts) => Value::Texts(texts.clone()),
        };
        Self { value, drawn: false, redacted: false }
    }

    /// The value, where it is known and may be shown.
    pub(crate) fn shown(&self) -> Option<&Value> {
        Some(&self.value).filter(|_| !self.drawn && !self.redacted)
    }

    /// The form in which an update writes it.
    pub(crate) fn in_update(self, form: BooleanForm) -> Self {
        let value = match (self.value, form) {
            (Value::Boolean(true), BooleanForm::Text) => Value::Text("True".to_owned()),
            (Value::Boolean(false), BooleanForm::Text) => Value::Text("False".to_owned()),
            (value, _) => value,
        };
        Self { value, ..self }
    }

    /// The matching key: only single values that may be shown can be looked up.
    pub(crate) fn key(&self) -> Option<Cow<'_, str>> {
        match self.shown()? {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Integer(value) => Some(Cow::Owned(value.to_string())),
            Value::Boolean(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Value::Texts(_) | Value::Drawn { .. } | Value::Redacted { .. } | Value::Reference(_) => None,
        }
    }

    /// What the plan holds of it, for the person or group with this id in Entra.
    pub(crate) fn planned(self, field: &Field<'_>, source: &str) -> Value {
        match self {
            // The placeholder is the expression: it holds no value of the person.
            Self { drawn: true, redacted, value } => Value::Drawn { placeholder: one_text(&value), redacted },
            Self { redacted: true, value, .. } => field.redacted(source, &value),
            Self { value, .. } => value,
        }
    }

    /// What is sent. Only for filling in, see [`crate::Filling`].
    pub(crate) fn in_clear(self) -> Value {
        self.value
    }
}

impl Field<'_> {
    /// Whether what was read is what should be there.
    pub(crate) fn same(&self, read: &Attribute<'_>, wanted: &Wanted) -> bool {
        match read {
            Attribute::Absent => false,
            // A new random value in every cycle would be a change in every cycle.
            _ if wanted.drawn => true,
            read => super::compare::same(read, &wanted.value, self.row.case_exact),
        }
    }

    /// What was read, as the plan shows it: never more of it than of the value that replaces it.
    pub(crate) fn before(&self, read: &Attribute<'_>, wanted: &Wanted, source: &str) -> Option<Value> {
        match read {
            Attribute::Absent => None,
            read if wanted.redacted => Some(self.redacted(source, &read_value(read))),
            read => Some(read_value(read)),
        }
    }

    /// The digest that stands for a redacted value. Person and attribute are part of it, so that two people who share a
    /// value cannot be seen to.
    pub(crate) fn redacted(&self, source: &str, value: &Value) -> Value {
        Value::Redacted { redacted: self.key.digest([source, &*self.path, &one_text(value)]) }
    }
}

fn one_text(value: &Value) -> String {
    match value {
        Value::Boolean(value) => if *value { "True" } else { "False" }.to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => texts.join(SEPARATOR),
        Value::Drawn { placeholder, .. } => placeholder.clone(),
        Value::Redacted { redacted } => redacted.clone(),
        Value::Reference(person) => person.target.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}
