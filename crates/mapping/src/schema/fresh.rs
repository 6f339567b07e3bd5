//! A schema document for mappings that no job has given.

use serde_json::{Value as Json, json};
use usher_scim::AttributePath;

use super::definitions::definition;
use super::write;
use crate::model::{CustomAttribute, Mappings, ObjectMapping, Profile};
use crate::target::{ObjectType, TargetType, find_target};

/// What Microsoft's schemas call the directory of Entra.
const SOURCE: &str = "Azure Active Directory";
/// What they call the directory of an application that is not in the gallery.
const TARGET: &str = "customappsso";

pub(super) fn document(profile: Profile, mappings: &Mappings) -> Json {
    let tables =
        [("User", ObjectType::User, &mappings.users), ("Group", ObjectType::Group, &mappings.groups)];
    json!({
        "directories": [{
            "name": TARGET,
            "objects": tables.map(|(name, object, table)| json!({
                "name": name,
                "attributes": attributes(profile, object, table),
            })),
        }],
        "synchronizationRules": [{
            "editable": true,
            "name": format!("{SOURCE} to {TARGET}"),
            "priority": 1,
            "sourceDirectoryName": SOURCE,
            "targetDirectoryName": TARGET,
            "objectMappings": tables.map(|(name, _, table)| object_mapping(name, table)),
        }],
    })
}

fn object_mapping(name: &str, table: &ObjectMapping) -> Json {
    json!({
        "enabled": table.enabled,
        "flowTypes": write::flow_types(table.actions),
        "metadata": [],
        "name": format!("Provision {SOURCE} {name}s"),
        "scope": write::fresh_scope(&table.scope),
        "sourceObjectName": name,
        "targetObjectName": name,
        "attributeMappings": table.attributes.iter().map(write::fresh_row).collect::<Vec<_>>(),
    })
}

/// The attributes that rows write to, as far as they are known, and those of one's own.
fn attributes(profile: Profile, object: ObjectType, table: &ObjectMapping) -> Vec<Json> {
    let anchor = CustomAttribute {
        name: "id".to_owned(),
        kind: TargetType::Text,
        multivalued: false,
        required: false,
        case_exact: true,
    };
    let mut all = vec![definition(&anchor)];
    all[0]["anchor"] = json!(true);
    all[0]["mutability"] = json!("ReadOnly");
    for row in &table.attributes {
        let known =
            AttributePath::parse(&row.target).ok().and_then(|path| find_target(profile, object, &path));
        let is_new = all.iter().all(|json| json["name"] != row.target.as_str());
        if let Some(known) = known.filter(|_| is_new) {
            all.push(definition(&CustomAttribute {
                name: row.target.clone(),
                kind: known.kind,
                multivalued: known.multivalued,
                required: known.required,
                case_exact: known.case_exact,
            }));
        }
    }
    all.extend(table.custom.iter().map(definition));
    all
}
