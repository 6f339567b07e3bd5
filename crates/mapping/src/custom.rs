//! Attributes at the service provider that an administrator adds to what is known of it.
//!
//! Microsoft Learn, "Customize user provisioning attribute-mappings" (custom attributes of SCIM applications): the name
//! is a schema URN of the organisation's own, and on an application that is not in the gallery the attribute can be
//! neither a reference nor multi-valued nor complex.

use std::collections::BTreeSet;

use usher_scim::AttributePath;

use crate::finding::{Finding, FindingCode};
use crate::model::{CustomAttribute, Profile};
use crate::target::{ObjectType, TargetType, find_target};

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:";

/// What is wrong with the list.
pub(crate) fn check(
    profile: Profile,
    object: ObjectType,
    custom: &[CustomAttribute],
    findings: &mut Vec<Finding>,
) {
    let mut seen = BTreeSet::new();
    for attribute in custom {
        let named = || ("target", attribute.name.clone());
        let path = AttributePath::parse(&attribute.name).ok().filter(|path| has_form(object, path));
        let is_known = path.as_ref().is_some_and(|path| find_target(profile, object, path).is_some());
        if path.is_none() {
            let example = ("example", format!("{EXTENSION}CustomName:2.0:{}:attribute", word(object)));
            findings.push(Finding::error(FindingCode::CustomName, None, [named(), example]));
        }
        if is_known || !seen.insert(attribute.name.to_lowercase()) {
            findings.push(Finding::error(FindingCode::CustomTwice, None, [named()]));
        }
        let is_reference = attribute.kind == TargetType::Reference;
        if is_reference || (attribute.multivalued && profile == Profile::Scim) {
            let kind = if is_reference { "reference" } else { "several" };
            let with = [named(), ("type", kind.to_owned())];
            findings.push(Finding::error(FindingCode::CustomUnsupported, None, with));
        }
    }
}

/// `urn:ietf:params:scim:schemas:extension:<Name>:2.0:User:<attribute>`, a simple attribute.
pub(crate) fn has_form(object: ObjectType, path: &AttributePath) -> bool {
    let schema = path.schema.as_deref().unwrap_or_default();
    let own = schema.get(..EXTENSION.len()).filter(|start| start.eq_ignore_ascii_case(EXTENSION));
    let parts: Vec<&str> = own.map_or(Vec::new(), |start| schema[start.len()..].split(':').collect());
    let fits = matches!(parts[..], [name, "2.0", kind] if !name.is_empty()
        && !name.eq_ignore_ascii_case("enterprise") && kind.eq_ignore_ascii_case(word(object)));
    fits && path.filter.is_none() && path.sub_attribute.is_none()
}

fn word(object: ObjectType) -> &'static str {
    match object {
        ObjectType::User => "User",
        ObjectType::Group => "Group",
    }
}
