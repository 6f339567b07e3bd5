//! What the dialect says about itself.

use serde_json::{Value, json};

use super::super::model::{ENTERPRISE, Switches};
use super::attributes::CORE;

/// `GET /ServiceProviderConfigs`, in the shape of SCIM 1.1 section 5.
pub fn service_provider_config() -> Value {
    json!({
        "schemas": [CORE],
        "documentationUrl": "https://developer.goto.com/Scim",
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": 0},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": false},
        "xmlDataFormat": {"supported": false},
        "authenticationSchemes": [{
            "name": "OAuth Bearer Token",
            "description": "Authentication scheme using the OAuth Bearer Token standard.",
            "type": "oauthbearertoken",
            "primary": true,
        }],
    })
}

/// `GET /Schemas/Users`.
pub fn users(switches: &Switches) -> Value {
    let text = |name: &str, required: bool| attribute(name, "string", CORE, required, false);
    let mut attributes = vec![
        attribute("id", "string", CORE, true, true),
        text("userName", true),
        text("displayName", false),
        json!({
            "name": "name", "type": "complex", "multiValued": false, "schema": CORE,
            "readOnly": false, "required": false, "caseExact": false,
            "subAttributes": [
                {"name": "givenName", "type": "string", "readOnly": false, "required": true, "caseExact": false},
                {"name": "familyName", "type": "string", "readOnly": false, "required": true, "caseExact": false},
            ],
        }),
        text("locale", false),
        text("timezone", false),
        text("title", false),
        text("password", false),
    ];
    if switches.active {
        attributes.push(attribute("active", "boolean", CORE, false, false));
    }
    if switches.external_id {
        attributes.push(text("externalId", false));
    }
    if switches.enterprise {
        for name in ["department", "employeeNumber", "costCenter", "division"] {
            attributes.push(attribute(name, "string", ENTERPRISE, false, false));
        }
    }
    json!({
        "id": format!("{CORE}:User"),
        "name": "User",
        "description": "A user of the organisation",
        "schema": CORE,
        "endpoint": "/Users",
        "attributes": attributes,
    })
}

fn attribute(name: &str, kind: &str, schema: &str, required: bool, read_only: bool) -> Value {
    json!({
        "name": name, "type": kind, "multiValued": false, "schema": schema,
        "readOnly": read_only, "required": required, "caseExact": false,
    })
}
