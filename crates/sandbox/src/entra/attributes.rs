//! Which properties users and groups have, which come without `$select`, and of which type they are.
//!
//! Microsoft Learn, Graph v1.0 resource types `user` and `group`.

use serde_json::Value;

/// The type of a property's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// true or false.
    Flag,
    /// A list of texts.
    Texts,
    /// An object whose members are texts or null.
    Object,
    /// A list of objects.
    Objects,
}

/// A property: name, type, whether it comes without `$select`, whether `control` may change it.
pub struct Property {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Comes without `$select`.
    pub default: bool,
    /// May be changed.
    pub writable: bool,
}

const fn p(name: &'static str, kind: Kind, default: bool, writable: bool) -> Property {
    Property { name, kind, default, writable }
}

use Kind::{Flag, Object, Objects, Text, Texts};

/// The properties of a user.
pub const USER: &[Property] = &[
    p("businessPhones", Texts, true, true),
    p("displayName", Text, true, true),
    p("givenName", Text, true, true),
    p("jobTitle", Text, true, true),
    p("mail", Text, true, true),
    p("mobilePhone", Text, true, true),
    p("officeLocation", Text, true, true),
    p("preferredLanguage", Text, true, true),
    p("surname", Text, true, true),
    p("userPrincipalName", Text, true, true),
    p("id", Text, true, false),
    p("accountEnabled", Flag, false, true),
    p("assignedPlans", Objects, false, false),
    p("city", Text, false, true),
    p("companyName", Text, false, true),
    p("country", Text, false, true),
    p("createdDateTime", Text, false, false),
    p("creationType", Text, false, false),
    p("deletedDateTime", Text, false, false),
    p("department", Text, false, true),
    p("employeeHireDate", Text, false, true),
    p("employeeId", Text, false, true),
    p("employeeOrgData", Object, false, true),
    p("employeeType", Text, false, true),
    p("externalUserState", Text, false, false),
    p("faxNumber", Text, false, true),
    p("mailNickname", Text, false, true),
    p("onPremisesDistinguishedName", Text, false, true),
    p("onPremisesExtensionAttributes", Object, false, true),
    p("onPremisesImmutableId", Text, false, true),
    p("onPremisesSamAccountName", Text, false, true),
    p("onPremisesSyncEnabled", Flag, false, true),
    p("onPremisesUserPrincipalName", Text, false, true),
    p("otherMails", Texts, false, true),
    p("postalCode", Text, false, true),
    p("proxyAddresses", Texts, false, true),
    p("state", Text, false, true),
    p("streetAddress", Text, false, true),
    p("usageLocation", Text, false, true),
    p("userType", Text, false, true),
];

/// The properties of a group.
pub const GROUP: &[Property] = &[
    p("id", Text, true, false),
    p("deletedDateTime", Text, true, false),
    p("classification", Text, true, true),
    p("createdDateTime", Text, true, false),
    p("description", Text, true, true),
    p("displayName", Text, true, true),
    p("expirationDateTime", Text, true, false),
    p("groupTypes", Texts, true, true),
    p("isAssignableToRole", Flag, true, true),
    p("mail", Text, true, true),
    p("mailEnabled", Flag, true, true),
    p("mailNickname", Text, true, true),
    p("membershipRule", Text, true, true),
    p("membershipRuleProcessingState", Text, true, true),
    p("onPremisesSyncEnabled", Flag, true, true),
    p("onPremisesSamAccountName", Text, true, true),
    p("proxyAddresses", Texts, true, true),
    p("renewedDateTime", Text, true, false),
    p("securityEnabled", Flag, true, true),
    p("visibility", Text, true, true),
];

/// The property of this name; Graph compares names in any case.
pub fn find(table: &'static [Property], name: &str) -> Option<&'static Property> {
    table.iter().find(|property| property.name.eq_ignore_ascii_case(name))
}

/// Whether a value fits the type. Null fits everything: it clears.
pub fn fits(kind: Kind, value: &Value) -> bool {
    let text = |value: &Value| value.is_string();
    match (kind, value) {
        (_, Value::Null) | (Text, Value::String(_)) | (Flag, Value::Bool(_)) => true,
        (Texts, Value::Array(items)) => items.iter().all(text),
        (Object, Value::Object(map)) => map.values().all(|value| value.is_null() || text(value)),
        (Objects, Value::Array(items)) => items.iter().all(Value::is_object),
        _ => false,
    }
}
