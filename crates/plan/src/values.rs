//! From mapping rows to the values that an object should have, and whether a value that was read is the same.

use std::borrow::Cow;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use usher_expression::{Context, Inputs, Value as Computed};
use usher_mapping::{Apply, Flow, FlowError, Row, Table, TargetType, TargetValue};

use crate::model::{ObjectKind, Reason, Value};
use crate::policy::BooleanForm;
use crate::reasons::Code;
use crate::request::Request;
use crate::snapshot::{Attribute, SourceGroup, SourceUser};

/// The attribute that the membership operations write; it is no value of the group itself.
pub(crate) const MEMBERS: &str = "members";
/// The attribute through which people are disabled.
pub(crate) const ACTIVE: &str = "active";
/// Between several values whose digest is taken.
const SEPARATOR: &str = "\u{1f}";

/// One compiled mapping row with what the plan adds to it.
pub(crate) struct Field<'t> {
    pub path: Arc<str>,
    pub required: bool,
    pub row: &'t Row,
}

/// The rows that flow, in mapping order, and what does not flow.
pub(crate) struct Fields<'t> {
    pub flowing: Vec<Field<'t>>,
    /// Paths that the service provider does not keep.
    pub dropped: Vec<Arc<str>>,
    /// References other than members.
    pub references: Vec<Arc<str>>,
    /// Whether members are mapped.
    pub members: bool,
}

impl<'t> Fields<'t> {
    pub(crate) fn new(request: &Request<'t>, kind: ObjectKind) -> Self {
        let table: &'t Table = match kind {
            ObjectKind::User => request.users,
            ObjectKind::Group => request.groups,
        };
        let mut fields =
            Self { flowing: Vec::new(), dropped: Vec::new(), references: Vec::new(), members: false };
        for row in table.rows() {
            let path: Arc<str> = row.target.to_string().into();
            if row.kind == TargetType::Reference {
                if kind == ObjectKind::Group && &*path == MEMBERS {
                    fields.members = true;
                } else {
                    fields.references.push(path);
                }
            } else if request.capabilities.keeps(kind, &path) {
                let required = request.capabilities.requires(kind, &path);
                fields.flowing.push(Field { path, required, row });
            } else {
                fields.dropped.push(path);
            }
        }
        fields
    }
}

impl Field<'_> {
    /// The value of the source, if it has one. What cannot be computed is a failure, never "no value".
    pub(crate) fn value(&self, subject: &Subject<'_>, context: &Context) -> Result<Option<Value>, Reason> {
        let flow = self.row.evaluate(subject, context);
        let marks = Marks::of(&flow);
        flow.value.map(|value| value.map(|value| marks.planned(value))).map_err(|error| self.failed(&error))
    }

    /// What a create sends.
    pub(crate) fn on_create(
        &self,
        subject: &Subject<'_>,
        context: &Context,
    ) -> Result<Option<Value>, Reason> {
        let flow = self.row.evaluate(subject, context);
        let marks = Marks::of(&flow);
        let value = flow.on_create().map_err(|error| self.failed(error))?;
        Ok(value.cloned().map(|value| marks.planned(value)))
    }

    /// What an update sends, if it differs from what is there.
    pub(crate) fn on_update(
        &self,
        subject: &Subject<'_>,
        context: &Context,
        read: &Attribute<'_>,
    ) -> Result<Option<Value>, Reason> {
        if self.row.fills_empty_target() {
            let fills = *read == Attribute::Absent && self.row.apply == Apply::Always;
            return Ok(self.row.default.clone().filter(|_| fills).map(plain));
        }
        let flow = self.row.evaluate(subject, context);
        let marks = Marks::of(&flow);
        let value = flow.on_update().map_err(|error| self.failed(error))?;
        Ok(value.cloned().map(|value| marks.planned(value)))
    }

    fn failed(&self, error: &FlowError) -> Reason {
        match error {
            FlowError::Evaluation(_) => Code::ExpressionFailed.with([
                ("attribute", self.path.to_string()),
                ("code", error.code().to_owned()),
                ("error", error.to_string()),
            ]),
            FlowError::SeveralValues => Code::SeveralValues.with([("attribute", self.path.to_string())]),
            FlowError::NotBoolean => Code::NotBoolean.with([("attribute", self.path.to_string())]),
        }
    }

    /// Whether what was read is what should be there.
    pub(crate) fn same(&self, read: &Attribute<'_>, wanted: &Value) -> bool {
        let texts = |read: &str, wanted: &str| {
            if self.row.case_exact { read == wanted } else { crate::fold::same(read, wanted) }
        };
        match (read, wanted) {
            (Attribute::Absent, _) => false,
            // A new random value in every cycle would be a change in every cycle.
            (_, Value::Drawn { .. }) => true,
            (read, Value::Redacted { redacted }) => sha256_of(read) == *redacted,
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
                    let exact = self.row.case_exact;
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

    /// What was read, as the plan shows it: never more of it than of the value that replaces it.
    pub(crate) fn before(&self, read: &Attribute<'_>, wanted: &Value) -> Option<Value> {
        match (read, wanted) {
            (Attribute::Absent, _) => None,
            (read, Value::Redacted { .. }) => Some(Value::Redacted { redacted: sha256_of(read) }),
            (read, _) => Some(read_value(read)),
        }
    }

    /// The form in which an update writes it.
    pub(crate) fn in_update(&self, value: Value, form: BooleanForm) -> Value {
        match (value, form) {
            (Value::Boolean(true), BooleanForm::Text) => Value::Text("True".to_owned()),
            (Value::Boolean(false), BooleanForm::Text) => Value::Text("False".to_owned()),
            (value, _) => value,
        }
    }
}

/// What a plan must not show of a value, or cannot know of it yet.
#[derive(Clone, Copy)]
struct Marks {
    drawn: bool,
    redacted: bool,
}

impl Marks {
    /// The default value has no marks: it stands in the mapping for everybody to read.
    fn of(flow: &Flow<'_>) -> Self {
        let flows = matches!(flow.value, Ok(Some(_)));
        Self { drawn: flows && flow.drawn, redacted: flows && flow.redacted }
    }

    fn planned(self, value: TargetValue) -> Value {
        match (self, value) {
            // The placeholder is the expression: it holds no value of the person.
            (Self { drawn: true, .. }, value) => Value::Drawn { placeholder: one_text(value) },
            (Self { redacted: true, .. }, value) => {
                Value::Redacted { redacted: crate::digest::hex(&Sha256::digest(one_text(value))) }
            }
            (_, value) => plain(value),
        }
    }
}

/// The text whose digest stands for a redacted value, see [`sha256_of`].
fn one_text(value: TargetValue) -> String {
    match value {
        TargetValue::Boolean(value) => if value { "True" } else { "False" }.to_owned(),
        TargetValue::Text(text) => text,
        TargetValue::Texts(texts) => texts.join(SEPARATOR),
    }
}

fn plain(value: TargetValue) -> Value {
    match value {
        TargetValue::Boolean(value) => Value::Boolean(value),
        TargetValue::Text(text) => Value::Text(text),
        TargetValue::Texts(texts) => Value::Texts(texts),
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(value) => Some(*value),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

pub(crate) fn read_value(read: &Attribute<'_>) -> Value {
    match read {
        Attribute::Absent => Value::Text(String::new()),
        Attribute::Text(text) => Value::Text((*text).to_owned()),
        Attribute::Boolean(value) => Value::Boolean(*value),
        Attribute::Integer(value) => Value::Integer(*value),
        Attribute::Texts(texts) => Value::Texts(texts.iter().map(|&text| text.to_owned()).collect()),
    }
}

fn sha256_of(read: &Attribute<'_>) -> String {
    let text = match read {
        Attribute::Absent => String::new(),
        Attribute::Text(text) => (*text).to_owned(),
        Attribute::Boolean(value) => if *value { "True" } else { "False" }.to_owned(),
        Attribute::Integer(value) => value.to_string(),
        Attribute::Texts(texts) => texts.join(SEPARATOR),
    };
    crate::digest::hex(&Sha256::digest(text))
}

/// The matching key of a value: only single values can be looked up.
pub(crate) fn key_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Integer(value) => Some(Cow::Owned(value.to_string())),
        Value::Boolean(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        Value::Texts(_) | Value::Drawn { .. } | Value::Redacted { .. } => None,
    }
}

/// A person or a group of the source, as the expression language sees it.
#[derive(Clone, Copy)]
pub struct Subject<'s> {
    pub(crate) object: Object<'s>,
    /// `IsSoftDeleted`, which the service computes: true for whoever leaves the scope in any way.
    pub(crate) soft_deleted: bool,
}

/// The object behind a [`Subject`].
#[derive(Clone, Copy)]
pub(crate) enum Object<'s> {
    User(SourceUser<'s>),
    Group(SourceGroup<'s>),
    /// Someone whom the source no longer lists: only `IsSoftDeleted` is known.
    Nobody,
}

impl<'s> Subject<'s> {
    /// What every object carries, whatever the mappings ask for.
    pub(crate) const CARRIED: [&'static str; 3] = ["accountEnabled", "securityEnabled", "objectId"];

    /// A person in scope.
    #[must_use]
    pub fn user(user: SourceUser<'s>) -> Self {
        Self { object: Object::User(user), soft_deleted: false }
    }

    /// A group.
    #[must_use]
    pub fn group(group: SourceGroup<'s>) -> Self {
        Self { object: Object::Group(group), soft_deleted: false }
    }

    pub(crate) fn leaving(self) -> Self {
        Self { soft_deleted: true, ..self }
    }

    /// The object's id in Entra.
    #[must_use]
    pub fn id(&self) -> &'s str {
        match self.object {
            Object::User(user) => user.id(),
            Object::Group(group) => group.id(),
            Object::Nobody => "",
        }
    }

    /// A name to show.
    #[must_use]
    pub fn display(&self) -> &'s str {
        match self.object {
            Object::User(user) => user.display(),
            Object::Group(group) => group.display(),
            Object::Nobody => "",
        }
    }
}

impl<'s> Subject<'s> {
    /// A value as it was read, the computed ones apart.
    pub(crate) fn attribute(&self, name: &str) -> Attribute<'s> {
        match (name, self.object) {
            ("accountEnabled", Object::User(user)) => Attribute::Boolean(user.account_enabled()),
            ("securityEnabled", Object::Group(group)) => Attribute::Boolean(group.security_enabled()),
            ("objectId", Object::User(_) | Object::Group(_)) => Attribute::Text(self.id()),
            (name, Object::User(user)) => user.attribute(name),
            (name, Object::Group(group)) => group.attribute(name),
            (_, Object::Nobody) => Attribute::Absent,
        }
    }
}

impl Inputs for Subject<'_> {
    fn get(&self, name: &str) -> Computed<'_> {
        if name == "IsSoftDeleted" && !matches!(self.object, Object::Group(_)) {
            return Computed::Boolean(self.soft_deleted);
        }
        match self.attribute(name) {
            Attribute::Absent => Computed::Null,
            Attribute::Text(text) => Computed::text(text),
            Attribute::Boolean(value) => Computed::Boolean(value),
            Attribute::Integer(value) => Computed::Integer(value),
            Attribute::Texts(texts) => {
                Computed::Multi(texts.iter().map(|&text| Cow::Borrowed(text)).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usher_mapping::{ObjectType, Profile, compile, defaults};

    /// Whether `read` counts as `wanted` for an attribute of people.
    fn check(path: &str, read: Attribute<'_>, wanted: Value, expected: bool) {
        let mapping = defaults(Profile::Goto).users;
        let table = compile(Profile::Goto, ObjectType::User, &mapping).table.expect("the defaults are right");
        let row = table.rows().iter().find(|row| row.target.to_string() == path).expect("it is mapped");
        let field = Field { path: path.into(), required: false, row };
        assert_eq!(field.same(&read, &wanted), expected, "{path} {read:?} {wanted:?}");
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn what_was_read_is_compared_in_the_type_of_the_attribute() {
        let several = |texts: &[&str]| Value::Texts(texts.iter().map(|&text| text.to_owned()).collect());
        check("userName", Attribute::Text("ANA@x.y"), text("ana@X.Y"), true);
        check("externalId", Attribute::Text("A"), text("a"), false);
        check("userName", Attribute::Absent, text("a"), false);
        check("active", Attribute::Text("False"), Value::Boolean(false), true);
        check("active", Attribute::Boolean(true), text("True"), true);
        check("active", Attribute::Boolean(true), Value::Boolean(false), false);
        check("userName", Attribute::Integer(7), text("7"), true);
        check("userName", Attribute::Text("7"), Value::Integer(8), false);
        check("userName", Attribute::Texts(["b", "A"].as_slice().into()), several(&["a", "B"]), true);
        check("userName", Attribute::Texts(["b"].as_slice().into()), several(&["b", "b"]), false);
        check("userName", Attribute::Texts(["b"].as_slice().into()), text("B"), true);
    }

    #[test]
    fn a_redacted_value_is_compared_by_its_digest_and_a_drawn_one_only_fills_a_gap() {
        let redacted = |text: &str| Value::Redacted { redacted: crate::digest::hex(&Sha256::digest(text)) };
        check("userName", Attribute::Text("secret"), redacted("secret"), true);
        check("userName", Attribute::Text("other"), redacted("secret"), false);
        let drawn = || Value::Drawn { placeholder: "Guid()".to_owned() };
        check("userName", Attribute::Text("anything"), drawn(), true);
        check("userName", Attribute::Absent, drawn(), false);
    }

    #[test]
    fn redacted_and_random_values_are_planned_without_being_shown() {
        let planned = |source: &str| {
            let mut mapping = defaults(Profile::Goto).users;
            let row =
                mapping.attributes.iter_mut().find(|row| row.target == "userName").expect("it is mapped");
            row.source = usher_mapping::Source::Expression(source.to_owned());
            row.default_value = Some("nobody".to_owned());
            let compiled = compile(Profile::Goto, ObjectType::User, &mapping);
            let table = compiled.table.expect("it is right");
            let row =
                table.rows().iter().find(|row| row.target.to_string() == "userName").expect("it is mapped");
            let field = Field { path: "userName".into(), required: true, row };
            let subject = Subject { object: Object::Nobody, soft_deleted: true };
            let context = Context::at(jiff::Timestamp::UNIX_EPOCH);
            let created = field.on_create(&subject, &context).expect("it has a value");
            let updated =
                field.on_update(&subject, &context, &Attribute::Text("old")).expect("it has a value");
            let value = field.value(&subject, &context).expect("it has a value");
            assert_eq!(updated, value, "{source}");
            (created, value)
        };
        let digest = crate::digest::hex(&Sha256::digest("True"));
        let redacted = Some(Value::Redacted { redacted: digest });
        assert_eq!(planned("Redact([IsSoftDeleted])"), (redacted.clone(), redacted));
        let drawn = Some(Value::Drawn { placeholder: "Append(Guid(), [IsSoftDeleted])".to_owned() });
        assert_eq!(planned("Append(Guid(), [IsSoftDeleted])"), (drawn.clone(), drawn));
        assert_eq!(planned("Redact([mail])"), (Some(text("nobody")), None));
    }

    #[test]
    fn the_old_value_of_a_redacted_attribute_is_not_shown_either() {
        let mapping = defaults(Profile::Goto).users;
        let table = compile(Profile::Goto, ObjectType::User, &mapping).table.expect("the defaults are right");
        let field = Field { path: "userName".into(), required: true, row: &table.rows()[0] };
        let wanted = Value::Redacted { redacted: "0".into() };
        let before = field.before(&Attribute::Text("secret"), &wanted);
        assert!(matches!(before, Some(Value::Redacted { .. })), "{before:?}");
    }
}
