//! What a service provider says about itself.

use serde_json::Value as Json;

use crate::capabilities::Support;

/// The attributes that a schema document lists, whatever its shape: one SCIM 1.1 schema, a list of SCIM 2.0 schemas,
/// or an array.
pub(crate) struct Listed {
    names: Vec<String>,
    ids: Vec<String>,
}

impl Listed {
    /// Collects names and ids; nothing if the document lists no attribute at all.
    pub fn read(document: &Json) -> Option<Self> {
        let mut found = Self { names: Vec::new(), ids: Vec::new() };
        found.walk(document);
        (!found.names.is_empty()).then_some(found)
    }

    fn walk(&mut self, value: &Json) {
        match value {
            Json::Array(entries) => entries.iter().for_each(|entry| self.walk(entry)),
            Json::Object(members) => {
                if let (Some(id), true) =
                    (members.get("id").and_then(Json::as_str), members.contains_key("attributes"))
                {
                    self.ids.push(id.to_ascii_lowercase());
                }
                let described = members.contains_key("type") || members.contains_key("multiValued");
                if let (Some(name), true) = (members.get("name").and_then(Json::as_str), described) {
                    self.names.push(name.to_ascii_lowercase());
                }
                members.values().for_each(|value| self.walk(value));
            }
            _ => {}
        }
    }

    pub fn attribute(&self, name: &str) -> Support {
        match self.names.iter().any(|known| known == &name.to_ascii_lowercase()) {
            true => Support::Yes,
            false => Support::No,
        }
    }

    pub fn enterprise(&self) -> Support {
        let extension = self.ids.iter().any(|id| id.contains("enterprise"));
        if extension || self.attribute("department") == Support::Yes { Support::Yes } else { Support::No }
    }
}

/// A `{feature: {supported: bool}}` of a `ServiceProviderConfig` (RFC 7643 section 5; SCIM 1.1 is alike).
pub(crate) fn feature(config: &Json, name: &str) -> Support {
    match config.get(name).and_then(|feature| feature.get("supported")).and_then(Json::as_bool) {
        Some(true) => Support::Yes,
        Some(false) => Support::No,
        None => Support::Unproven,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn schemas_of_both_versions() {
        let old = json!({"id": "urn:scim:schemas:core:1.0:User", "name": "User", "attributes": [
            {"name": "userName", "type": "string"},
            {"name": "name", "type": "complex", "subAttributes": [{"name": "givenName", "type": "string"}]}]});
        let listed = Listed::read(&old).unwrap();
        assert_eq!(listed.attribute("active"), Support::No);
        assert_eq!(listed.attribute("USERNAME"), Support::Yes);
        assert_eq!(listed.enterprise(), Support::No);
        let new = json!({"Resources": [
            {"id": usher_scim::USER, "attributes": [{"name": "active", "type": "boolean"}]},
            {"id": usher_scim::ENTERPRISE_USER, "attributes": [{"name": "costCenter", "type": "string"}]}]});
        let listed = Listed::read(&new).unwrap();
        assert_eq!((listed.attribute("active"), listed.enterprise()), (Support::Yes, Support::Yes));
        assert!(Listed::read(&json!({"message": "no"})).is_none());
    }
}
