//! The built-in tables of each profile.

use usher_scim::ENTERPRISE_USER;

use crate::model::{Actions, Apply, AttributeMapping, Mappings, ObjectMapping, Profile, Source};

/// How Entra's SCIM template fills `active` (Microsoft Learn, "Customize user provisioning attribute-mappings").
const ACTIVE: &str = r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#;

/// Creating and changing is allowed, removing is not: what was deleted at the service provider cannot be undone.
const ACTIONS: Actions = Actions { create: true, update: true, delete: false };

/// The tables that a new connection starts with.
pub fn defaults(profile: Profile) -> Mappings {
    match profile {
        Profile::Goto => Mappings { users: table(goto_user()), groups: table(group()) },
        Profile::Gotomeeting => {
            let groups = ObjectMapping { enabled: false, ..table(Vec::new()) };
            Mappings { users: table(goto_user()), groups }
        }
        Profile::Scim => Mappings { users: table(scim_user()), groups: table(group()) },
    }
}

fn table(attributes: Vec<AttributeMapping>) -> ObjectMapping {
    ObjectMapping { enabled: true, actions: ACTIONS, attributes, scope: Vec::new(), custom: Vec::new() }
}

fn row(source: Source, target: impl Into<String>) -> AttributeMapping {
    let target = target.into();
    AttributeMapping { target, source, default_value: None, matching: None, apply: Apply::Always }
}

fn direct(source: &str, target: impl Into<String>) -> AttributeMapping {
    row(Source::Attribute(source.into()), target)
}

fn matching(source: &str, target: &str) -> AttributeMapping {
    AttributeMapping { matching: Some(1), ..direct(source, target) }
}

fn enterprise(name: &str) -> String {
    format!("{ENTERPRISE_USER}:{name}")
}

/// The nine targets of the "GoTo" gallery application (Microsoft Learn, "Configure GoTo for automatic user
/// provisioning"), which does not publish the sources. `costCenter` and `division` are what Graph keeps in
/// `employeeOrgData` of a user.
fn goto_user() -> Vec<AttributeMapping> {
    vec![
        matching("userPrincipalName", "userName"),
        direct("objectId", "externalId"),
        row(Source::Expression(ACTIVE.into()), "active"),
        direct("givenName", "name.givenName"),
        direct("surname", "name.familyName"),
        direct("department", enterprise("department")),
        direct("employeeId", enterprise("employeeNumber")),
        direct("costCenter", enterprise("costCenter")),
        direct("division", enterprise("division")),
    ]
}

/// The same three rows for GoTo and for any SCIM service provider.
fn group() -> Vec<AttributeMapping> {
    vec![
        matching("displayName", "displayName"),
        direct("objectId", "externalId"),
        direct("members", "members"),
    ]
}

/// Entra's table for a SCIM application that is not in the gallery (Microsoft Learn, "Develop and plan provisioning
/// for a SCIM endpoint").
fn scim_user() -> Vec<AttributeMapping> {
    vec![
        matching("userPrincipalName", "userName"),
        row(Source::Expression(ACTIVE.into()), "active"),
        direct("displayName", "displayName"),
        direct("jobTitle", "title"),
        direct("mail", r#"emails[type eq "work"].value"#),
        direct("preferredLanguage", "preferredLanguage"),
        direct("givenName", "name.givenName"),
        direct("surname", "name.familyName"),
        row(Source::Expression(r#"Join(" ", [givenName], [surname])"#.into()), "name.formatted"),
        direct("physicalDeliveryOfficeName", r#"addresses[type eq "work"].formatted"#),
        direct("streetAddress", r#"addresses[type eq "work"].streetAddress"#),
        direct("city", r#"addresses[type eq "work"].locality"#),
        direct("state", r#"addresses[type eq "work"].region"#),
        direct("postalCode", r#"addresses[type eq "work"].postalCode"#),
        direct("country", r#"addresses[type eq "work"].country"#),
        direct("telephoneNumber", r#"phoneNumbers[type eq "work"].value"#),
        direct("mobile", r#"phoneNumbers[type eq "mobile"].value"#),
        direct("facsimileTelephoneNumber", r#"phoneNumbers[type eq "fax"].value"#),
        direct("mailNickname", "externalId"),
        direct("employeeId", enterprise("employeeNumber")),
        direct("department", enterprise("department")),
        direct("manager", enterprise("manager")),
    ]
}
