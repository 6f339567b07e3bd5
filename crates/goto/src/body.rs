//! Request bodies out of flat attributes.

use serde_json::{Map, Value as Json, json};
use usher_scim::{AttributePath, PatchOperation, PatchRequest, SetError};

use crate::capabilities::{Capabilities, Dialect};
use crate::resource::Kind;
use crate::value::Write;

/// The whole object that a create sends.
pub(crate) fn create(kind: Kind, writes: &[Write], can: &Capabilities) -> Result<Json, SetError> {
    let mut resource = nested(writes, can)?;
    if can.dialect == Dialect::Scim2 {
        let schemas = usher_scim::schemas(kind.schema(), &resource);
        if let Some(members) = resource.as_object_mut() {
            members.shift_insert(0, "schemas".to_owned(), json!(schemas));
        }
    }
    Ok(resource)
}

/// The partial object that GoTo's PATCH takes.
pub(crate) fn nested(writes: &[Write], can: &Capabilities) -> Result<Json, SetError> {
    let mut resource = Json::Object(Map::new());
    for write in writes {
        usher_scim::set(&mut resource, &write.path, write.value.to_json(can.boolean_as_text))?;
    }
    Ok(resource)
}

/// Whether an element that a filtered path selects may be missing: then the object is read before it is changed.
pub(crate) fn needs_a_look(writes: &[Write]) -> bool {
    writes.iter().any(|write| write.path.filter.is_some() && !write.had_value)
}

/// The minimal PatchOp: one operation for each attribute, for an object that looks like `now`.
///
/// A value that selects an element of a list which is not there yet is added as a new element, because a filtered
/// path that selects nothing is an error (RFC 7644 section 3.5.2.3); sub-attributes of the same new element share
/// one operation. An element that is there gets another sub-attribute: a second one of its kind would be wrong.
pub(crate) fn patch(writes: &[Write], now: &Json, can: &Capabilities) -> Result<PatchRequest, SetError> {
    let mut operations: Vec<PatchOperation> = Vec::new();
    let mut elements: Vec<(AttributePath, Json, usize)> = Vec::new();
    for write in writes {
        let value = write.value.to_json(can.boolean_as_text);
        let element = AttributePath { sub_attribute: None, ..write.path.clone() };
        if write.had_value {
            operations.push(PatchOperation::replace(write.path.clone(), value));
        } else if write.path.filter.is_none() || usher_scim::get(now, &element).is_some() {
            operations.push(PatchOperation::add(write.path.clone(), value));
        } else {
            let list = AttributePath { filter: None, ..element };
            let bare = AttributePath { schema: None, ..write.path.clone() };
            let at =
                elements.iter().position(|(path, _, _)| path.names_same_place(&list)).unwrap_or_else(|| {
                    operations.push(PatchOperation::add(list.clone(), Json::Null));
                    elements.push((list, Json::Object(Map::new()), operations.len() - 1));
                    elements.len() - 1
                });
            let (_, scratch, operation) = &mut elements[at];
            usher_scim::set(scratch, &bare, value)?;
            operations[*operation].value =
                scratch.as_object().and_then(|members| members.values().next()).cloned();
        }
    }
    Ok(PatchRequest::new(operations))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

    fn writes() -> Vec<Write> {
        vec![
            Write::replace("active", false).unwrap(),
            Write::replace("name.givenName", "Ana").unwrap(),
            Write::add(DEPARTMENT, "Sales").unwrap(),
            Write::replace("emails[type eq \"work\"].value", "ana@contoso.example").unwrap(),
            Write::add("addresses[type eq \"work\"].locality", "Oslo").unwrap(),
            Write::add("addresses[type eq \"work\"].country", "NO").unwrap(),
            Write::add("x", Value::Texts(vec!["a".into(), "b".into()])).unwrap(),
        ]
    }

    /// RFC 7643 section 4.3: `value` and `$ref`, the latter relative as in section 8.3.
    #[test]
    fn a_manager_is_written_as_a_complex_value() {
        const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
        let boss = || Value::Reference("9007199254740993".to_owned());
        let can = Capabilities::assumed(Dialect::Scim2);
        let written = [Write::add(MANAGER, boss()).unwrap(), Write::replace(MANAGER, boss()).unwrap()];
        let body = patch(&written, &Json::Null, &can).unwrap();
        let lines = body.operations.iter().map(|operation| serde_json::to_string(operation).unwrap());
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
        {"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"9007199254740993","$ref":"../Users/9007199254740993"}}
        {"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"9007199254740993","$ref":"../Users/9007199254740993"}}
        "#);
        let body = create(Kind::User, &written[..1], &can).unwrap();
        assert_eq!(body["schemas"][1], "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User");
        let manager = &body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["manager"];
        assert_eq!(manager, &json!({ "value": "9007199254740993", "$ref": "../Users/9007199254740993" }));
    }

    fn lines(now: &Json) -> String {
        let body = patch(&writes(), now, &Capabilities::assumed(Dialect::Scim2)).unwrap();
        let lines = body.operations.iter().map(|operation| serde_json::to_string(operation).unwrap());
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn one_operation_for_each_attribute() {
        insta::assert_snapshot!(lines(&Json::Null), @r#"
        {"op":"replace","path":"active","value":false}
        {"op":"replace","path":"name.givenName","value":"Ana"}
        {"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Sales"}
        {"op":"replace","path":"emails[type eq \"work\"].value","value":"ana@contoso.example"}
        {"op":"add","path":"addresses","value":[{"type":"work","locality":"Oslo","country":"NO"}]}
        {"op":"add","path":"x","value":["a","b"]}
        "#);
    }

    #[test]
    fn an_element_that_is_there_gets_no_second_one_of_its_kind() {
        let now =
            json!({"addresses": [{"type": "home", "country": "SE"}, {"type": "work", "postalCode": "1"}]});
        let with: Vec<_> = lines(&now).lines().skip(4).map(str::to_owned).collect();
        assert_eq!(
            with,
            [
                r#"{"op":"add","path":"addresses[type eq \"work\"].locality","value":"Oslo"}"#,
                r#"{"op":"add","path":"addresses[type eq \"work\"].country","value":"NO"}"#,
                r#"{"op":"add","path":"x","value":["a","b"]}"#,
            ]
        );
        let elsewhere = json!({"addresses": [{"type": "home", "country": "SE"}]});
        assert_eq!(lines(&elsewhere), lines(&Json::Null));
    }

    #[test]
    fn bodies_of_creates_in_both_dialects() {
        let text = Capabilities { boolean_as_text: true, ..Capabilities::assumed(Dialect::Scim2) };
        let body = create(Kind::User, &writes()[..4], &text).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&body).unwrap(), @r#"
        {
          "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
          ],
          "active": "False",
          "name": {
            "givenName": "Ana"
          },
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Sales"
          },
          "emails": [
            {
              "type": "work",
              "value": "ana@contoso.example"
            }
          ]
        }
        "#);
        let goto = create(Kind::User, &writes()[..2], &Capabilities::assumed(Dialect::GotoV1)).unwrap();
        insta::assert_snapshot!(goto.to_string(), @r#"{"active":false,"name":{"givenName":"Ana"}}"#);
    }
}
