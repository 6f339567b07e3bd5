//! From mapping rows to the values that an object should have.

mod compare;
mod subject;
#[cfg(test)]
mod tests;
mod wanted;

use std::sync::Arc;

use usher_expression::Context;
use usher_mapping::{Apply, FlowError, Row, Table, TargetType, TargetValue};

use crate::digest::DigestKey;
use crate::model::{ObjectKind, Reason, Value};
use crate::reasons::Code;
use crate::request::Request;
use crate::snapshot::{APP_ROLE_ASSIGNMENTS, Attribute};

pub(crate) use subject::Object;
pub use subject::Subject;
pub(crate) use wanted::Wanted;

/// The attribute that the membership operations write; it is no value of the group itself.
pub(crate) const MEMBERS: &str = "members";
/// The attribute through which people are disabled.
pub(crate) const ACTIVE: &str = "active";
/// The one attribute of people in Entra that names another person.
pub(crate) const MANAGER: &str = "manager";

/// One compiled mapping row with what the plan adds to it.
pub(crate) struct Field<'t> {
    pub path: Arc<str>,
    pub required: bool,
    pub row: &'t Row,
    /// With what the digests of redacted values are made.
    pub key: &'t DigestKey,
}

/// A row whose value is the account of another person.
pub(crate) struct Reference {
    pub path: Arc<str>,
    pub apply: Apply,
}

/// The rows that flow, in mapping order, and what does not flow.
#[derive(Default)]
pub(crate) struct Fields<'t> {
    pub flowing: Vec<Field<'t>>,
    /// References to a person's manager, written when it is known who has an account.
    pub people: Vec<Reference>,
    /// Paths that the service provider does not keep.
    pub dropped: Vec<Arc<str>>,
    /// References other than members and managers.
    pub left_out: Vec<Arc<str>>,
    /// Paths that take roles, where everybody is in scope: roles come with assignments.
    pub roles: Vec<Arc<str>>,
    /// Whether members are mapped.
    pub members: bool,
}

impl<'t> Fields<'t> {
    pub(crate) fn new(request: &Request<'t>, kind: ObjectKind) -> Self {
        let table: &'t Table = match kind {
            ObjectKind::User => request.users,
            ObjectKind::Group => request.groups,
        };
        let mut fields = Self::default();
        let takes_roles = |row: &Row| row.source_attributes().contains(&APP_ROLE_ASSIGNMENTS);
        for row in table.rows() {
            let path: Arc<str> = row.target.to_string().into();
            if row.kind == TargetType::Reference {
                match (kind, row.reference()) {
                    (ObjectKind::Group, _) if &*path == MEMBERS => fields.members = true,
                    (ObjectKind::User, Some(MANAGER)) if request.capabilities.keeps(kind, &path) => {
                        fields.people.push(Reference { path, apply: row.apply });
                    }
                    (ObjectKind::User, Some(MANAGER)) => fields.dropped.push(path),
                    _ => fields.left_out.push(path),
                }
            } else if !request.assigned_only && takes_roles(row) {
                fields.roles.push(path);
            } else if request.capabilities.keeps(kind, &path) {
                let required = row.required || request.capabilities.requires(kind, &path);
                fields.flowing.push(Field { path, required, row, key: request.key });
            } else {
                fields.dropped.push(path);
            }
        }
        fields
    }
}

impl Field<'_> {
    /// The value of the source, if it has one. What cannot be computed is a failure, never "no value".
    pub(crate) fn value(&self, subject: &Subject<'_>, context: &Context) -> Result<Option<Wanted>, Reason> {
        let flow = self.row.evaluate(subject, context);
        let value = flow.value.as_ref().map_err(|error| self.failed(error))?;
        Ok(value.as_ref().map(|value| Wanted::of(&flow, value)))
    }

    /// What a create sends.
    pub(crate) fn on_create(
        &self,
        subject: &Subject<'_>,
        context: &Context,
    ) -> Result<Option<Wanted>, Reason> {
        let flow = self.row.evaluate(subject, context);
        let value = flow.on_create().map_err(|error| self.failed(error))?;
        Ok(value.map(|value| Wanted::of(&flow, value)))
    }

    /// What an update sends, if it differs from what is there.
    pub(crate) fn on_update(
        &self,
        subject: &Subject<'_>,
        context: &Context,
        read: &Attribute<'_>,
    ) -> Result<Option<Wanted>, Reason> {
        if self.row.fills_empty_target() {
            let fills = *read == Attribute::Absent && self.row.apply == Apply::Always;
            return Ok(self.row.default.as_ref().filter(|_| fills).map(Wanted::open));
        }
        let flow = self.row.evaluate(subject, context);
        let value = flow.on_update().map_err(|error| self.failed(error))?;
        Ok(value.map(|value| match (self.row.apply, value) {
            (Apply::AddsOnly, TargetValue::Texts(new)) => {
                let all = compare::added(new, read, self.row.case_exact);
                Wanted::of(&flow, &TargetValue::Texts(all))
            }
            (_, value) => Wanted::of(&flow, value),
        }))
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
            FlowError::WrongType(kind) => Code::WrongType
                .with([("attribute", self.path.to_string()), ("type", kind.as_str().to_owned())]),
        }
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
