//! What is known of the attributes in Microsoft Entra.
//!
//! The provisioning service has names of its own; Microsoft Graph has others. Beside the attributes of the directory
//! there are [`COMPUTED`] ones, which whoever reads the directory supplies.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value as Json;
use usher_expression::Value;

use crate::scoping::SourceType;
use crate::target::ObjectType;

/// Source attributes that are no property of the directory object:
///
/// - `IsSoftDeleted`: a Boolean, true when the person is unassigned, fails the scoping filter, is in the recycle bin or
///   has `accountEnabled` false (Microsoft Learn, "How Application Provisioning works").
/// - `originalUserPrincipalName`: the raw `userPrincipalName` of a guest, with `#EXT#`. [`read_source`] supplies it.
/// - `appRoleAssignments`: the application roles assigned, as texts.
///
/// `userPrincipalName` itself is computed too: for guests the original address is restored, which [`read_source`]
/// does.
pub const COMPUTED: [&str; 3] = ["IsSoftDeleted", "appRoleAssignments", "originalUserPrincipalName"];

/// A source attribute and where Graph keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceAttribute {
    /// The name in mappings.
    pub name: &'static str,
    /// The Graph property, with dots for parts of a complex property. Of a list property the first value is meant,
    /// unless `multivalued`.
    pub property: &'static str,
    /// The type of its values.
    pub kind: SourceType,
    /// Whether it has several values.
    pub multivalued: bool,
    /// Whether it names other objects.
    pub reference: bool,
}

const fn same(name: &'static str) -> SourceAttribute {
    SourceAttribute { name, property: name, kind: SourceType::Text, multivalued: false, reference: false }
}

const fn renamed(name: &'static str, property: &'static str) -> SourceAttribute {
    SourceAttribute { property, ..same(name) }
}

const fn several(name: &'static str) -> SourceAttribute {
    SourceAttribute { multivalued: true, ..same(name) }
}

const fn of(kind: SourceType, attribute: SourceAttribute) -> SourceAttribute {
    SourceAttribute { kind, ..attribute }
}

const USER: &[SourceAttribute] = &[
    of(SourceType::Boolean, same("accountEnabled")),
    same("city"),
    same("companyName"),
    renamed("costCenter", "employeeOrgData.costCenter"),
    same("country"),
    same("department"),
    of(SourceType::Boolean, renamed("dirSyncEnabled", "onPremisesSyncEnabled")),
    same("displayName"),
    renamed("division", "employeeOrgData.division"),
    of(SourceType::DateTime, same("employeeHireDate")),
    same("employeeId"),
    same("employeeType"),
    renamed("extensionAttribute1", "onPremisesExtensionAttributes.extensionAttribute1"),
    renamed("extensionAttribute2", "onPremisesExtensionAttributes.extensionAttribute2"),
    renamed("extensionAttribute3", "onPremisesExtensionAttributes.extensionAttribute3"),
    renamed("extensionAttribute4", "onPremisesExtensionAttributes.extensionAttribute4"),
    renamed("extensionAttribute5", "onPremisesExtensionAttributes.extensionAttribute5"),
    renamed("extensionAttribute6", "onPremisesExtensionAttributes.extensionAttribute6"),
    renamed("extensionAttribute7", "onPremisesExtensionAttributes.extensionAttribute7"),
    renamed("extensionAttribute8", "onPremisesExtensionAttributes.extensionAttribute8"),
    renamed("extensionAttribute9", "onPremisesExtensionAttributes.extensionAttribute9"),
    renamed("extensionAttribute10", "onPremisesExtensionAttributes.extensionAttribute10"),
    renamed("extensionAttribute11", "onPremisesExtensionAttributes.extensionAttribute11"),
    renamed("extensionAttribute12", "onPremisesExtensionAttributes.extensionAttribute12"),
    renamed("extensionAttribute13", "onPremisesExtensionAttributes.extensionAttribute13"),
    renamed("extensionAttribute14", "onPremisesExtensionAttributes.extensionAttribute14"),
    renamed("extensionAttribute15", "onPremisesExtensionAttributes.extensionAttribute15"),
    renamed("facsimileTelephoneNumber", "faxNumber"),
    same("givenName"),
    same("jobTitle"),
    same("mail"),
    same("mailNickname"),
    SourceAttribute { reference: true, ..renamed("manager", "manager.id") },
    renamed("mobile", "mobilePhone"),
    renamed("objectId", "id"),
    several("otherMails"),
    renamed("physicalDeliveryOfficeName", "officeLocation"),
    same("postalCode"),
    same("preferredLanguage"),
    several("proxyAddresses"),
    same("state"),
    same("streetAddress"),
    same("surname"),
    renamed("telephoneNumber", "businessPhones"),
    same("usageLocation"),
    same("userPrincipalName"),
];

const GROUP: &[SourceAttribute] = &[
    same("description"),
    of(SourceType::Boolean, renamed("dirSyncEnabled", "onPremisesSyncEnabled")),
    same("displayName"),
    same("mail"),
    of(SourceType::Boolean, same("mailEnabled")),
    same("mailNickname"),
    SourceAttribute { reference: true, ..several("members") },
    renamed("objectId", "id"),
    of(SourceType::Boolean, same("securityEnabled")),
];

/// The directory attributes that may be mapped from, sorted by name. Directory extensions (`extension_...`) and
/// [`COMPUTED`] names may be mapped from too.
pub fn source_attributes(object: ObjectType) -> &'static [SourceAttribute] {
    match object {
        ObjectType::User => USER,
        ObjectType::Group => GROUP,
    }
}

/// The directory attribute of exactly this name: names are case-sensitive.
pub fn source_attribute(object: ObjectType, name: &str) -> Option<&'static SourceAttribute> {
    source_attributes(object).iter().find(|attribute| attribute.name == name)
}

/// Whether a mapping may name it.
pub fn is_known(object: ObjectType, name: &str) -> bool {
    let is_computed = object == ObjectType::User && COMPUTED.contains(&name);
    is_computed || is_extension(name) || source_attribute(object, name).is_some()
}

/// A directory extension: `extension_<application id without hyphens>_<name>`.
pub(crate) fn is_extension(name: &str) -> bool {
    name.strip_prefix("extension_").is_some_and(|rest| rest.contains('_'))
}

/// The Graph properties to ask for with `$select` so that the named source attributes can be read; sorted, `id`
/// always among them. A manager is one of them, as delta queries have it; members are read in other ways and are left out.
pub fn graph_select<'n>(object: ObjectType, names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut properties = BTreeSet::from(["id".to_owned()]);
    for name in names {
        match (name, source_attribute(object, name)) {
            ("originalUserPrincipalName", _) => properties.extend(["userPrincipalName".to_owned()]),
            ("IsSoftDeleted", _) => properties.extend(["accountEnabled".to_owned()]),
            (_, Some(attribute)) if attribute.reference && attribute.multivalued => {}
            (_, Some(attribute)) => {
                let whole = attribute.property.split('.').next().unwrap_or(attribute.property);
                properties.extend([whole.to_owned()]);
            }
            (_, None) if is_extension(name) => properties.extend([name.to_owned()]),
            (_, None) => {}
        }
    }
    properties.into_iter().collect()
}

/// Reads a source attribute from a Graph object; of a manager, the object id. Null for what is absent, for `members`, and
/// for `IsSoftDeleted` and `appRoleAssignments`, which the object alone does not tell.
pub fn read_source<'g>(object: ObjectType, graph_object: &'g Json, name: &str) -> Value<'g> {
    let read = |property: &str| {
        property.split('.').try_fold(graph_object, |value, part| value.get(part)).unwrap_or(&Json::Null)
    };
    if name == "originalUserPrincipalName" {
        return to_value(read("userPrincipalName"), false);
    }
    let Some(attribute) = source_attribute(object, name) else {
        // Whether an extension has several values only its values tell; the first alone would be a wrong answer.
        return if is_extension(name) { to_value(read(name), true) } else { Value::Null };
    };
    if attribute.reference && attribute.multivalued {
        return Value::Null;
    }
    match (name, to_value(read(attribute.property), attribute.multivalued)) {
        ("userPrincipalName", Value::Text(Cow::Borrowed(text))) => Value::Text(restore_guest_name(text)),
        (_, value) => value,
    }
}

fn to_value(json: &Json, multivalued: bool) -> Value<'_> {
    match json {
        Json::Null | Json::Object(_) => Value::Null,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::owned(number.to_string()),
        },
        Json::String(text) => Value::text(text),
        Json::Array(values) => {
            let mut texts = values.iter().filter_map(Json::as_str).map(Cow::Borrowed);
            if multivalued {
                Value::Multi(texts.collect())
            } else {
                texts.next().map_or(Value::Null, Value::Text)
            }
        }
    }
}

/// The address that a guest signs in with at home: `ana_partner.com#EXT#@contoso.onmicrosoft.com` becomes
/// `ana@partner.com`. Other names stay as they are.
///
/// Register Q-27: the last underscore before `#EXT#` stands for the `@`, since a domain name has none.
pub fn restore_guest_name(user_principal_name: &str) -> Cow<'_, str> {
    match user_principal_name.split_once("#EXT#").and_then(|(home, _)| home.rsplit_once('_')) {
        Some((local, domain)) => Cow::Owned(format!("{local}@{domain}")),
        None => Cow::Borrowed(user_principal_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_are_sorted_by_name_without_regard_to_numbers() {
        for table in [USER, GROUP] {
            let names: Vec<&str> =
                table.iter().map(|a| a.name).filter(|n| !n.starts_with("extensionAttribute")).collect();
            assert!(names.is_sorted_by_key(|name| name.to_lowercase()), "{names:?}");
        }
    }

    #[test]
    fn guests_get_their_own_address_back() {
        assert_eq!(restore_guest_name("ana_partner.com#EXT#@contoso.onmicrosoft.com"), "ana@partner.com");
        assert_eq!(restore_guest_name("ana_lee_partner.com#EXT#@c.onmicrosoft.com"), "ana_lee@partner.com");
        assert_eq!(restore_guest_name("ana@contoso.com"), "ana@contoso.com");
        assert_eq!(
            restore_guest_name("odd#EXT#@contoso.onmicrosoft.com"),
            "odd#EXT#@contoso.onmicrosoft.com"
        );
    }

    #[test]
    fn values_are_read_by_the_names_of_the_service() {
        let ana = json!({
            "id": "1", "userPrincipalName": "ana_partner.com#EXT#@contoso.onmicrosoft.com", "businessPhones": ["1", "2"],
            "proxyAddresses": ["a", "b"], "onPremisesExtensionAttributes": {"extensionAttribute3": "x"},
            "employeeOrgData": {"costCenter": "CC1", "division": null}, "accountEnabled": true,
            "extension_53c9e2c0_acme": "own", "manager": {"id": "2"},
        });
        let check = |name: &str, expected: Value<'_>| {
            assert_eq!(read_source(ObjectType::User, &ana, name), expected, "{name}")
        };
        check("objectId", Value::text("1"));
        check("userPrincipalName", Value::text("ana@partner.com"));
        check("originalUserPrincipalName", Value::text("ana_partner.com#EXT#@contoso.onmicrosoft.com"));
        check("telephoneNumber", Value::text("1"));
        check("proxyAddresses", Value::Multi(vec!["a".into(), "b".into()]));
        check("extensionAttribute3", Value::text("x"));
        check("costCenter", Value::text("CC1"));
        check("division", Value::Null);
        check("accountEnabled", Value::Boolean(true));
        check("extension_53c9e2c0_acme", Value::text("own"));
        check("IsSoftDeleted", Value::Null);
        check("manager", Value::text("2"));
    }

    #[test]
    fn only_what_is_mapped_is_asked_for() {
        let names = [
            "userPrincipalName",
            "IsSoftDeleted",
            "costCenter",
            "division",
            "manager",
            "extension_a_b",
            "mobile",
        ];
        assert_eq!(
            graph_select(ObjectType::User, names),
            [
                "accountEnabled",
                "employeeOrgData",
                "extension_a_b",
                "id",
                "manager",
                "mobilePhone",
                "userPrincipalName"
            ]
        );
    }
}
