//! A person or a group of the source, as the expression language and the filters see it.

use std::borrow::Cow;

use usher_expression::{Inputs, Value as Computed};

use super::MANAGER;
use crate::snapshot::{APP_ROLE_ASSIGNMENTS, Attribute, SourceGroup, SourceUser};

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
            (APP_ROLE_ASSIGNMENTS, Object::User(user)) => match user.held_roles() {
                roles if roles.is_empty() => Attribute::Absent,
                roles => Attribute::Texts(roles.into()),
            },
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
            // A manager is an object, and no expression works with objects.
            _ if name == MANAGER => Computed::Null,
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
