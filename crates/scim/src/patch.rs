//! PATCH bodies (RFC 7644 section 3.5.2).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::path::AttributePath;

/// The schema of a PATCH body.
pub(crate) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A PATCH body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchRequest {
    /// Always the one PatchOp schema.
    pub schemas: Vec<String>,
    /// What is done, in order.
    #[serde(rename = "Operations")]
    pub operations: Vec<PatchOperation>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchOperation {
    /// What is done.
    pub op: Op,
    /// Where; absent when `value` is a whole partial resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<AttributePath>,
    /// With what; absent for `remove`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<Value>,
}

/// The three operations. Read in any case: Microsoft Entra writes them capitalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// Adds values, keeping what is there.
    #[serde(alias = "Add")]
    Add,
    /// Puts values in the place of what is there.
    #[serde(alias = "Replace")]
    Replace,
    /// Takes values away.
    #[serde(alias = "Remove")]
    Remove,
}

impl PatchRequest {
    /// A body of these operations.
    pub fn new(operations: Vec<PatchOperation>) -> Self {
        Self { schemas: vec![PATCH_OP.to_owned()], operations }
    }
}

impl PatchOperation {
    /// Puts `value` at `path`.
    pub fn replace(path: AttributePath, value: Value) -> Self {
        Self { op: Op::Replace, path: Some(path), value: Some(value) }
    }

    /// Adds `value` at `path`.
    pub fn add(path: AttributePath, value: Value) -> Self {
        Self { op: Op::Add, path: Some(path), value: Some(value) }
    }

    /// Removes what stands at `path`.
    pub fn remove(path: AttributePath) -> Self {
        Self { op: Op::Remove, path: Some(path), value: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_body_is_as_the_rfc_shows_it() {
        let members = AttributePath::simple("members");
        let one = AttributePath::parse("members[value eq \"7\"]").unwrap();
        let request = PatchRequest::new(vec![
            PatchOperation::add(members, json!([{"value": "8"}])),
            PatchOperation::remove(one),
            PatchOperation::replace(AttributePath::simple("active"), json!(false)),
        ]);
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [
                {"op": "add", "path": "members", "value": [{"value": "8"}]},
                {"op": "remove", "path": "members[value eq \"7\"]"},
                {"op": "replace", "path": "active", "value": false},
            ],
        });
        assert_eq!(serde_json::to_value(&request).unwrap(), body);
        assert_eq!(serde_json::from_value::<PatchRequest>(body).unwrap(), request);
    }

    #[test]
    fn capitalised_operations_are_read() {
        let entra = json!({"op": "Replace", "path": "active", "value": "False"});
        assert_eq!(serde_json::from_value::<PatchOperation>(entra).unwrap().op, Op::Replace);
    }
}
