//! What is known of the attributes at the service provider.

use serde::{Deserialize, Serialize};
use usher_scim::{AttributePath, ENTERPRISE_USER, GROUP, USER};

use crate::model::{CustomAttribute, Profile};

/// Which table an attribute belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ObjectType {
    /// People.
    User,
    /// Groups.
    Group,
}

/// The declared type of a target attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TargetType {
    /// Text.
    Text,
    /// A JSON Boolean.
    Boolean,
    /// The id of another provisioned object.
    Reference,
    /// A 64-bit integer.
    Integer,
    /// A point in time, as RFC 7643 section 2.3.5 writes it.
    DateTime,
    /// Bytes, as base64 text (RFC 7643 section 2.3.6).
    Binary,
}

impl TargetType {
    /// Every type, in the order of Entra's list.
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Boolean, Self::Integer, Self::DateTime, Self::Reference, Self::Binary];

    /// The word of the synchronization schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::Boolean => "Boolean",
            Self::Integer => "Integer",
            Self::DateTime => "DateTime",
            Self::Reference => "Reference",
            Self::Binary => "Binary",
        }
    }

    /// The type with this word, whatever its case.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(word))
    }
}

/// A target attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetAttribute {
    /// Its place: `userName`, `name.givenName`, `emails.value` (for every filter), or with a schema URN.
    pub path: &'static str,
    /// Its type.
    pub kind: TargetType,
    /// Whether it takes several values.
    pub multivalued: bool,
    /// Whether letter case alone makes a difference (RFC 7643 `caseExact`).
    pub case_exact: bool,
    /// Whether the service provider refuses an object without it.
    pub required: bool,
    /// Whether the service provider can search by it, so that it can be a matching attribute.
    pub filterable: bool,
}

const fn text(path: &'static str) -> TargetAttribute {
    let kind = TargetType::Text;
    TargetAttribute { path, kind, multivalued: false, case_exact: false, required: false, filterable: false }
}

const fn boolean(path: &'static str) -> TargetAttribute {
    TargetAttribute { kind: TargetType::Boolean, ..text(path) }
}

const fn reference(path: &'static str) -> TargetAttribute {
    TargetAttribute { kind: TargetType::Reference, case_exact: true, ..text(path) }
}

const fn required(attribute: TargetAttribute) -> TargetAttribute {
    TargetAttribute { required: true, ..attribute }
}

const fn filterable(attribute: TargetAttribute) -> TargetAttribute {
    TargetAttribute { filterable: true, ..attribute }
}

const fn exact(attribute: TargetAttribute) -> TargetAttribute {
    TargetAttribute { case_exact: true, ..attribute }
}

const fn several(attribute: TargetAttribute) -> TargetAttribute {
    TargetAttribute { multivalued: true, ..attribute }
}

/// GoTo's users: the gallery application's table, and `displayName`, `locale`, `timezone` of GoTo's own description.
///
/// Only the first four names can be searched by, with `eq` and `sw` (GoTo developer centre, "SCIM": Users filter).
/// Both parts of `name` are required there.
const GOTO_USER: &[TargetAttribute] = &[
    required(filterable(text("userName"))),
    filterable(text("displayName")),
    required(filterable(text("name.givenName"))),
    required(filterable(text("name.familyName"))),
    exact(text("externalId")),
    boolean("active"),
    text("locale"),
    text("timezone"),
    text("title"),
    text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
    text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"),
    text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"),
    text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division"),
];

/// GoTo's groups; only `displayName` can be searched by.
const GOTO_GROUP: &[TargetAttribute] =
    &[required(filterable(text("displayName"))), exact(text("externalId")), several(reference("members"))];

/// RFC 7643 sections 4.1 and 4.3. Any service provider should be able to search by its plain text attributes.
const SCIM_USER: &[TargetAttribute] = &[
    required(filterable(text("userName"))),
    exact(filterable(text("externalId"))),
    boolean("active"),
    filterable(text("displayName")),
    text("nickName"),
    text("profileUrl"),
    text("title"),
    text("userType"),
    text("preferredLanguage"),
    text("locale"),
    text("timezone"),
    text("name.formatted"),
    filterable(text("name.familyName")),
    filterable(text("name.givenName")),
    text("name.middleName"),
    text("name.honorificPrefix"),
    text("name.honorificSuffix"),
    filterable(text("emails.value")),
    text("emails.display"),
    text("emails.type"),
    boolean("emails.primary"),
    text("phoneNumbers.value"),
    text("phoneNumbers.type"),
    boolean("phoneNumbers.primary"),
    text("ims.value"),
    text("photos.value"),
    text("addresses.formatted"),
    text("addresses.streetAddress"),
    text("addresses.locality"),
    text("addresses.region"),
    text("addresses.postalCode"),
    text("addresses.country"),
    text("addresses.type"),
    boolean("addresses.primary"),
    text("roles.value"),
    text("roles.display"),
    text("roles.type"),
    boolean("roles.primary"),
    text("x509Certificates.value"),
    filterable(text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber")),
    text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"),
    text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization"),
    text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division"),
    text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
    reference("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"),
    reference("manager"),
];

/// RFC 7643 section 4.2.
const SCIM_GROUP: &[TargetAttribute] = &[
    required(filterable(text("displayName"))),
    exact(filterable(text("externalId"))),
    several(reference("members")),
];

/// Attributes that the service provider alone writes (RFC 7643 section 3.1).
pub(crate) const READ_ONLY: [&str; 4] = ["id", "meta", "schemas", "groups"];

/// Lists of complex values (RFC 7643 section 4.1.2): a path into one has to say which value it means.
const LISTS: [&str; 10] = [
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "groups",
    "entitlements",
    "roles",
    "x509Certificates",
    "members",
];

/// What is wrong with the shape of a path that a mapping writes through, as what would be right in its place.
pub(crate) fn misshapen(path: &AttributePath) -> Option<&'static str> {
    let is_list = LISTS.iter().any(|name| name.eq_ignore_ascii_case(&path.attribute));
    match (is_list, &path.filter, &path.sub_attribute) {
        (true, None, Some(_)) => {
            Some("a filter such as [type eq \"work\"]: the attribute has several values")
        }
        (false, Some(_), _) if !is_custom(path) => Some("no filter: the attribute has one value"),
        _ => {
            let written = usher_scim::set(&mut serde_json::Value::Null, path, serde_json::Value::Null);
            written.is_err().then_some("a filter of `eq` joined by `and`")
        }
    }
}

/// The attributes that may be mapped to. GoToMeeting has no groups.
pub fn target_attributes(profile: Profile, object: ObjectType) -> &'static [TargetAttribute] {
    match (profile, object) {
        (Profile::Goto | Profile::Gotomeeting, ObjectType::User) => GOTO_USER,
        (Profile::Goto, ObjectType::Group) => GOTO_GROUP,
        (Profile::Gotomeeting, ObjectType::Group) => &[],
        (Profile::Scim, ObjectType::User) => SCIM_USER,
        (Profile::Scim, ObjectType::Group) => SCIM_GROUP,
    }
}

/// What is known of the attribute at `path`, regardless of case and of the filter inside it.
pub fn find_target(
    profile: Profile,
    object: ObjectType,
    path: &AttributePath,
) -> Option<&'static TargetAttribute> {
    let mut plain = AttributePath { filter: None, ..path.clone() };
    let core = if object == ObjectType::User { USER } else { GROUP };
    plain.schema = plain.schema.filter(|schema| !schema.eq_ignore_ascii_case(core));
    let wanted = plain.to_string();
    // `emails[type eq "work"]` without a sub-attribute means its `value` (RFC 7643 section 2.4).
    let wanted_value = format!("{wanted}.value");
    target_attributes(profile, object).iter().find(|attribute| {
        attribute.path.eq_ignore_ascii_case(&wanted)
            || (path.filter.is_some() && attribute.path.eq_ignore_ascii_case(&wanted_value))
    })
}

/// What a mapping has to know of the attribute that it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub kind: TargetType,
    pub multivalued: bool,
    pub case_exact: bool,
    pub required: bool,
    pub filterable: bool,
}

impl From<&TargetAttribute> for Known {
    fn from(attribute: &TargetAttribute) -> Self {
        let TargetAttribute { kind, multivalued, case_exact, required, filterable, .. } = *attribute;
        Self { kind, multivalued, case_exact, required, filterable }
    }
}

/// What is known of the attribute at `path`, from the profile or from the administrator's own list.
pub(crate) fn known(
    profile: Profile,
    object: ObjectType,
    custom: &[CustomAttribute],
    path: &AttributePath,
) -> Option<Known> {
    if let Some(found) = find_target(profile, object, path) {
        return Some(found.into());
    }
    let plain = AttributePath { filter: None, ..path.clone() }.to_string();
    let own = custom.iter().find(|own| own.name.eq_ignore_ascii_case(&plain))?;
    let CustomAttribute { kind, multivalued, required, case_exact, .. } = *own;
    // GoTo can search by four names alone; of other service providers nothing says that they cannot.
    let filterable = profile == Profile::Scim && !multivalued && kind != TargetType::Reference;
    Some(Known { kind, multivalued, case_exact, required, filterable })
}

/// Whether the attribute of this path has a list of complex values.
pub(crate) fn is_list(path: &AttributePath) -> bool {
    path.schema.is_none() && LISTS.iter().any(|name| name.eq_ignore_ascii_case(&path.attribute))
}

/// The path in a form that is equal for everything that writes to one place: names regardless of case, the core schema
/// left out, and the `value` that a list element means when it names no part (RFC 7643 section 2.4).
pub(crate) fn place(path: &AttributePath) -> String {
    let mut plain = path.clone();
    plain.schema =
        plain.schema.filter(|schema| ![USER, GROUP].iter().any(|core| schema.eq_ignore_ascii_case(core)));
    if is_list(&plain) && plain.filter.is_some() && plain.sub_attribute.is_none() {
        plain.sub_attribute = Some("value".to_owned());
    }
    plain.to_string().to_lowercase()
}

/// Whether the path is in a schema extension that we know nothing about: an administrator may have added it.
pub(crate) fn is_custom(path: &AttributePath) -> bool {
    let known = [USER, GROUP, ENTERPRISE_USER];
    path.schema.as_ref().is_some_and(|schema| !known.iter().any(|known| known.eq_ignore_ascii_case(schema)))
}
