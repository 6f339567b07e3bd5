//! The synchronizationSchema of a job: read, replaced as a whole, reset to the template.

use serde_json::{Value, json};

use super::with_job;
use crate::graph::users::with_context;
use crate::graph::{Answer, Call, GraphError};
use crate::world::World;

/// The document of each template, with fields that no documentation names: clients must carry them along.
const GOTO: &str = include_str!("schema-goto.json");

/// The attribute of users that names another user.
const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";

/// The template's own schema.
pub fn template(id: &str) -> Value {
    let mut schema: Value = serde_json::from_str(GOTO).expect("the built-in document is JSON");
    schema["id"] = id.into();
    if id != "goto" {
        schema["synchronizationRules"][0]["targetDirectoryName"] = "customappsso".into();
        schema["directories"][1]["name"] = "customappsso".into();
        // Other service providers keep managers (RFC 7643 section 4.3); of GoTo nothing says that it does.
        let users = |directory: usize| format!("/directories/{directory}/objects/0/attributes");
        let named = |attribute: &&Value| attribute["name"] == "manager";
        let own = schema.pointer(&users(0)).and_then(|all| all.as_array()?.iter().find(named).cloned());
        let target = schema.pointer_mut(&users(1)).and_then(Value::as_array_mut);
        if let (Some(mut manager), Some(target)) = (own, target) {
            manager["name"] = MANAGER.into();
            manager["referencedObjects"][0]["referencedProperty"] = "id".into();
            target.push(manager);
        }
    }
    schema
}

/// `GET schema`
pub fn get(world: &World, sp: &str, job: &str) -> Result<Answer, GraphError> {
    let schema = with_job(world, sp, job, |job| Ok(job.schema.clone()))?;
    Ok(Answer::ok(with_context(world, "synchronizationSchema/$entity", schema)))
}

/// `GET schema/directories`
pub fn directories(world: &World, sp: &str, job: &str) -> Result<Answer, GraphError> {
    let directories = with_job(world, sp, job, |job| Ok(list(&job.schema, "directories")?.clone()))?;
    crate::graph::me::collection(world, "directoryDefinitions", directories)
}

/// `PUT schema`: the whole document; the next cycle is an initial one.
pub fn put(world: &World, call: &Call, sp: &str, job: &str) -> Result<Answer, GraphError> {
    let Some(Value::Object(mut given)) = call.body.clone() else {
        return Err(GraphError::bad_request("A synchronizationSchema is expected."));
    };
    given.remove("@odata.context");
    let given = Value::Object(given);
    with_job(world, sp, job, |job| {
        check(&given, &job.schema)?;
        job.schema_version += 1;
        job.schema = given.clone();
        job.schema["id"] = job.id.clone().into();
        job.schema["version"] = format!("v1.{}", job.schema_version).into();
        job.initial_due = true;
        Ok(())
    })?;
    Ok(Answer::none())
}

/// `DELETE schema`
pub fn reset(world: &World, sp: &str, job: &str) -> Result<Answer, GraphError> {
    with_job(world, sp, job, |job| {
        job.schema_version += 1;
        job.schema = template(&job.template_id);
        job.schema["id"] = job.id.clone().into();
        job.schema["version"] = format!("v1.{}", job.schema_version).into();
        job.initial_due = true;
        Ok(())
    })?;
    Ok(Answer::none())
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, GraphError> {
    value[name].as_array().ok_or_else(|| GraphError::bad_request(format!("'{name}' must be a list.")))
}

fn invalid(text: String) -> GraphError {
    GraphError::bad_request(format!("The schema is not valid: {text}"))
}

/// What a replaced schema must keep: directories, rules and their ids, anchors, known attributes.
fn check(given: &Value, old: &Value) -> Result<(), GraphError> {
    let directories = list(given, "directories")?;
    for directory in list(old, "directories")? {
        if !directories.iter().any(|kept| kept["name"] == directory["name"]) {
            return Err(invalid(format!("the directory {} is missing.", directory["name"])));
        }
    }
    for directory in directories {
        for object in list(directory, "objects")? {
            let anchors =
                list(object, "attributes")?.iter().filter(|attribute| attribute["anchor"] == true).count();
            if anchors != 1 {
                return Err(invalid(format!("the object {} needs exactly one anchor.", object["name"])));
            }
        }
    }
    let old_rules = list(old, "synchronizationRules")?;
    for rule in list(given, "synchronizationRules")? {
        let Some(before) = old_rules.iter().find(|before| before["id"] == rule["id"]) else {
            return Err(invalid(format!("the rule {} is not one of the template.", rule["id"])));
        };
        if before["editable"] == false && before != rule {
            return Err(invalid(format!("the rule {} cannot be edited.", rule["id"])));
        }
        for mapping in list(rule, "objectMappings")? {
            object_mapping(mapping, rule, directories)?;
        }
    }
    Ok(())
}

fn object_mapping(mapping: &Value, rule: &Value, directories: &[Value]) -> Result<(), GraphError> {
    let directory = directories.iter().find(|directory| directory["name"] == rule["targetDirectoryName"]);
    let objects =
        list(directory.ok_or_else(|| invalid("the target directory is missing.".into()))?, "objects")?;
    let object = objects.iter().find(|object| object["name"] == mapping["targetObjectName"]);
    let object =
        object.ok_or_else(|| invalid(format!("there is no target {}.", mapping["targetObjectName"])))?;
    let flow = mapping["flowTypes"].as_str().unwrap_or_default();
    if !flow.split(',').all(|part| ["None", "Add", "Update", "Delete"].contains(&part.trim())) {
        return Err(invalid(format!("flowTypes '{flow}' is not known.")));
    }
    let attributes = list(object, "attributes")?;
    for attribute in list(mapping, "attributeMappings")? {
        let name = &attribute["targetAttributeName"];
        if !attributes.iter().any(|known| known["name"] == *name) {
            return Err(invalid(format!("the target has no attribute {name}.")));
        }
        if attribute["matchingPriority"].as_i64().is_none() {
            return Err(invalid(format!("the matchingPriority of {name} must be a number.")));
        }
        let kind = attribute["source"]["type"].as_str();
        if !attribute["source"].is_null() && !matches!(kind, Some("Attribute" | "Constant" | "Function")) {
            return Err(invalid(format!("the source type of {name} is not known.")));
        }
    }
    Ok(())
}

/// `GET schema/filterOperators`
pub fn operators() -> Vec<Value> {
    let operator = |name: &str, arity: &str, types: &[&str]| {
        json!({ "id": name, "name": name, "arity": arity, "multivaluedComparisonType": "All",
            "supportedAttributeTypes": types })
    };
    let text = &["String"][..];
    let number = &["Integer", "DateTime"][..];
    vec![
        operator("EQUALS", "Binary", text),
        operator("NOT EQUALS", "Binary", text),
        operator("IS TRUE", "Unary", &["Boolean"]),
        operator("IS FALSE", "Unary", &["Boolean"]),
        operator("IS NULL", "Unary", text),
        operator("IS NOT NULL", "Unary", text),
        operator("REGEX MATCH", "Binary", text),
        operator("NOT REGEX MATCH", "Binary", text),
        operator("Greater_Than", "Binary", number),
        operator("Greater_Than_OR_EQUALS", "Binary", number),
        operator("Includes", "Binary", text),
        operator("ENDS_WITH", "Binary", text),
    ]
}
