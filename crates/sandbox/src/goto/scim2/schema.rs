//! The schemas of RFC 7643 as data, and what the discovery endpoints answer from them.
//!
//! `schemas.json` holds the attribute characteristics of RFC 7643 section 8.7 for what this provider keeps.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::model::{ENTERPRISE, Switches};
use super::BASE;

/// The core user schema.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The core group schema.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

static FILE: &str = include_str!("schemas.json");
static DOCUMENTS: LazyLock<Vec<Value>> =
    LazyLock::new(|| serde_json::from_str(FILE).expect("schemas.json is a list of schemas"));
static DEFINITIONS: LazyLock<Vec<Definition>> =
    LazyLock::new(|| serde_json::from_str(FILE).expect("schemas.json has the shape of RFC 7643 section 7"));
static COMMON: LazyLock<Vec<Attribute>> = LazyLock::new(|| {
    serde_json::from_value(json!([
        {"name": "id", "type": "string", "caseExact": true, "mutability": "readOnly", "returned": "always"},
        {"name": "externalId", "type": "string", "caseExact": true},
        {"name": "schemas", "type": "reference", "multiValued": true, "caseExact": true, "mutability": "readOnly", "returned": "always"},
        {"name": "meta", "type": "complex", "mutability": "readOnly", "subAttributes": [
            {"name": "resourceType", "type": "string", "caseExact": true, "mutability": "readOnly"},
            {"name": "created", "type": "dateTime", "mutability": "readOnly"},
            {"name": "lastModified", "type": "dateTime", "mutability": "readOnly"},
            {"name": "location", "type": "reference", "caseExact": true, "mutability": "readOnly"},
            {"name": "version", "type": "string", "caseExact": true, "mutability": "readOnly"},
        ]},
    ]))
    .expect("the common attributes of RFC 7643 section 3.1 parse")
});

#[derive(Debug, Deserialize)]
struct Definition {
    id: String,
    attributes: Vec<Attribute>,
}

/// The data types of RFC 7643 section 2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Text.
    String,
    /// true or false.
    Boolean,
    /// A whole number.
    Integer,
    /// An RFC 3339 time.
    DateTime,
    /// A URI.
    Reference,
    /// Sub-attributes.
    Complex,
}

/// RFC 7643 section 7, "mutability".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mutability {
    /// Set by the provider.
    ReadOnly,
    /// Set by anybody.
    #[default]
    ReadWrite,
    /// Set once.
    Immutable,
    /// Never read.
    WriteOnly,
}

/// RFC 7643 section 7, "returned", as far as it is used here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Returned {
    /// Whatever is asked.
    Always,
    /// Not ever.
    Never,
    /// Unless excluded.
    #[default]
    Default,
}

/// An attribute's characteristics.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// The data type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether it holds several values.
    #[serde(default)]
    pub multi_valued: bool,
    /// Whether it must be there.
    #[serde(default)]
    pub required: bool,
    /// Whether case counts when it is compared.
    #[serde(default)]
    pub case_exact: bool,
    /// Who may set it.
    #[serde(default)]
    pub mutability: Mutability,
    /// When it is shown.
    #[serde(default)]
    pub returned: Returned,
    /// Parts of a complex attribute.
    #[serde(default)]
    pub sub_attributes: Vec<Attribute>,
}

impl Attribute {
    /// The part of this name, in any case.
    pub fn sub(&self, name: &str) -> Option<&Attribute> {
        self.sub_attributes.iter().find(|part| part.name.eq_ignore_ascii_case(name))
    }
}

/// What a resource type knows under the present switches.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// The core schema.
    pub core: &'static str,
    switches: &'a Switches,
}

impl<'a> Table<'a> {
    /// Users.
    pub fn users(switches: &'a Switches) -> Self {
        Self { core: USER, switches }
    }

    /// Groups.
    pub fn groups(switches: &'a Switches) -> Self {
        Self { core: GROUP, switches }
    }

    /// The extension's URN as it is spelled, where this type has it.
    pub fn extension(&self, urn: &str) -> Option<&'static str> {
        let has = self.core == USER && self.switches.enterprise && urn.eq_ignore_ascii_case(ENTERPRISE);
        has.then_some(ENTERPRISE)
    }

    /// An attribute of the core schema or a common one.
    pub fn core_attribute(&self, name: &str) -> Option<&'static Attribute> {
        let found = definition(self.core)
            .iter()
            .chain(COMMON.iter())
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))?;
        let off = (found.name == "active" && !self.switches.active)
            || (found.name == "externalId" && !self.switches.external_id);
        (!off).then_some(found)
    }

    /// An attribute of the extension.
    pub fn extension_attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.extension(ENTERPRISE)?;
        definition(ENTERPRISE).iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }
}

fn definition(id: &str) -> &'static [Attribute] {
    DEFINITIONS
        .iter()
        .find(|definition| definition.id == id)
        .map(|definition| definition.attributes.as_slice())
        .unwrap_or_default()
}

/// All schemas as resources.
pub fn schemas(switches: &Switches, api: &str) -> Vec<Value> {
    DOCUMENTS
        .iter()
        .filter(|document| switches.enterprise || document["id"] != ENTERPRISE)
        .cloned()
        .map(|mut document| {
            if !switches.active
                && document["id"] == USER
                && let Some(attributes) = document["attributes"].as_array_mut()
            {
                attributes.retain(|attribute| attribute["name"] != "active");
            }
            let id = document["id"].as_str().unwrap_or_default().to_owned();
            document["schemas"] = json!([SCHEMA]);
            document["meta"] = json!({
                "resourceType": "Schema", "location": format!("{api}{BASE}/Schemas/{id}"),
            });
            document
        })
        .collect()
}

/// The resource types.
pub fn resource_types(switches: &Switches, api: &str) -> Vec<Value> {
    let one = |name: &str, endpoint: &str, schema: &str, extensions: Value| {
        json!({
            "schemas": [RESOURCE_TYPE], "id": name, "name": name, "endpoint": endpoint,
            "description": name, "schema": schema, "schemaExtensions": extensions,
            "meta": {"resourceType": "ResourceType", "location": format!("{api}{BASE}/ResourceTypes/{name}")},
        })
    };
    let extensions =
        if switches.enterprise { json!([{"schema": ENTERPRISE, "required": false}]) } else { json!([]) };
    vec![one("User", "/Users", USER, extensions), one("Group", "/Groups", GROUP, json!([]))]
}

/// What this provider can do.
pub fn service_provider_config(api: &str) -> Value {
    json!({
        "schemas": [CONFIG],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": super::query::COUNT_MAX},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "OAuth Bearer Token",
            "description": "A bearer token of the practice GoTo sign-in.", "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{api}{BASE}/ServiceProviderConfig"),
        },
    })
}
