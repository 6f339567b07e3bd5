//! The schema document: reading it, and writing it back without touching what we do not know.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::{
    Apply, AttributeMapping, FindingCode, Profile, SchemaDocument, SchemaError, Source, defaults,
    source_from_json, source_to_json,
};

/// A schema in the shape of Microsoft's samples, with members that this crate knows nothing of.
pub(super) fn document() -> Json {
    let source = |name: &str| json!({"expression": format!("[{name}]"), "name": name, "type": "Attribute", "parameters": []});
    json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#schema",
        "id": "goto.1",
        "version": "v1.3",
        "synchronizationRules": [{
            "editable": true, "id": "rule", "priority": 1, "unknown": [1, {"deep": null}],
            "objectMappings": [
                {
                    "enabled": true, "flowTypes": "Add, Update, Delete", "name": "Provision users",
                    "metadata": [{"key": "EscrowBehavior", "value": "Default"}],
                    "scope": null, "sourceObjectName": "User", "targetObjectName": "User",
                    "attributeMappings": [
                        {"defaultValue": null, "exportMissingReferences": false, "flowBehavior": "FlowWhenChanged",
                         "flowType": "Always", "matchingPriority": 1, "targetAttributeName": "userName",
                         "source": source("userPrincipalName"), "future": {"x": 1}},
                        {"defaultValue": "", "flowType": "Always", "matchingPriority": 0, "targetAttributeName": "active",
                         "source": {"expression": "Not([IsSoftDeleted])", "name": "Not", "type": "Function",
                                    "parameters": [{"key": "source", "value": source("IsSoftDeleted")}]}},
                        {"defaultValue": null, "flowType": "ObjectAddOnly", "matchingPriority": 0,
                         "targetAttributeName": "name.givenName", "source": source("givenName")},
                        {"defaultValue": "x", "flowType": "Always", "matchingPriority": 0,
                         "targetAttributeName": "title", "source": null},
                    ],
                },
                {
                    "enabled": false, "flowTypes": "Add,Update", "sourceObjectName": "Group", "targetObjectName": "Group",
                    "scope": {"groups": [{"name": "Sales", "own": true, "clauses": [
                        {"operatorName": "EQUALS", "sourceOperandName": "department", "targetOperand": {"values": ["Sales"]}}
                    ]}], "inputFilterGroups": [], "categoryFilterGroups": []},
                    "attributeMappings": [],
                },
            ],
        }],
        "directories": [{"id": "d", "objects": []}],
    })
}

#[test]
fn the_typed_view() {
    let (mappings, notes) = SchemaDocument::new(document()).unwrap().mappings().unwrap();
    assert_eq!(notes, []);
    let rows: Vec<_> =
        mappings.users.attributes.iter().map(|row| (row.target.as_str(), &row.source)).collect();
    assert_eq!(
        rows,
        [
            ("userName", &Source::Attribute("userPrincipalName".into())),
            ("active", &Source::Expression("Not([IsSoftDeleted])".into())),
            ("name.givenName", &Source::Attribute("givenName".into())),
            ("title", &Source::None),
        ]
    );
    assert_eq!(mappings.users.attributes[0].matching, Some(1));
    assert_eq!(mappings.users.attributes[2].apply, Apply::OnlyDuringCreation);
    assert!(mappings.users.enabled && mappings.users.actions.delete);
    assert!(!mappings.groups.enabled && !mappings.groups.actions.delete);
    assert_eq!(mappings.groups.scope[0].clauses[0].values, ["Sales"]);
}

#[test]
fn one_change_touches_one_place() {
    let mut schema = SchemaDocument::new(document()).unwrap();
    let (mut mappings, _) = schema.mappings().unwrap();
    mappings.users.attributes[2].source = Source::Constant("a \"b\"".into());
    mappings.users.attributes[0].matching = None;
    assert_eq!(schema.write(&mappings), Ok(true));
    let mut expected = document();
    let rows = "/synchronizationRules/0/objectMappings/0/attributeMappings";
    *expected.pointer_mut(&format!("{rows}/2/source")).unwrap() =
        json!({"expression": "\"a \\\"b\\\"\"", "name": "a \"b\"", "type": "Constant", "parameters": []});
    *expected.pointer_mut(&format!("{rows}/0/matchingPriority")).unwrap() = json!(0);
    assert_eq!(schema.raw(), &expected);
    assert_eq!(schema.write(&mappings), Ok(false));
}

/// Found by fuzzing: a source without its `name` is read as an expression, which is written as an attribute.
#[test]
fn an_unusual_form_is_not_a_change() {
    let mut raw = document();
    let pointer = "/synchronizationRules/0/objectMappings/0/attributeMappings/0/source";
    raw.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove("name");
    let mut document = SchemaDocument::new(raw.clone()).unwrap();
    let (mut mappings, _) = document.mappings().unwrap();
    assert_eq!(document.write(&mappings), Ok(false));
    mappings.users.attributes[1].default_value = Some("True".into());
    assert_eq!(document.write(&mappings), Ok(true));
    assert_eq!(document.raw().pointer(pointer), raw.pointer(pointer));
    assert_eq!(document.write(&mappings), Ok(false));
}

#[test]
fn what_cannot_be_expressed_is_said() {
    let mut raw = document();
    let mapping = "/synchronizationRules/0/objectMappings/0";
    *raw.pointer_mut(&format!("{mapping}/attributeMappings/0/flowType")).unwrap() = json!("Sometimes");
    raw.pointer_mut(&format!("{mapping}/attributeMappings/1")).unwrap()["flowBehavior"] = json!("FlowAlways");
    *raw.pointer_mut(&format!("{mapping}/scope")).unwrap() = json!({"inputFilterGroups": [{"clauses": []}]});
    let (_, notes) = SchemaDocument::new(raw).unwrap().mappings().unwrap();
    let codes: Vec<_> = notes.iter().map(|note| note.code).collect();
    assert_eq!(
        codes,
        [FindingCode::FlowTypeUnsupported, FindingCode::FlowAlwaysKept, FindingCode::InputFilterNotEvaluated]
    );
}

#[test]
fn documents_of_another_shape_are_refused() {
    let check = |raw: Json, expected: &str| {
        let error = SchemaDocument::new(raw).and_then(|schema| schema.mappings()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check(json!({}), "/synchronizationRules: expected a list");
    check(json!({"synchronizationRules": []}), "no object mapping for users");
    check(json!({"synchronizationRules": [{}]}), "/synchronizationRules/0/objectMappings: expected a list");
    let twice = json!({"sourceObjectName": "user", "attributeMappings": []});
    check(
        json!({"synchronizationRules": [{"objectMappings": [twice, twice]}]}),
        "two object mappings for User",
    );
    let unread = json!({"sourceObjectName": "user", "attributeMappings": [],
        "scope": {"groups": [{"clauses": [{"operatorName": "EQUALS"}]}]}});
    check(
        json!({"synchronizationRules": [{"objectMappings": [unread]}]}),
        "/synchronizationRules/0/objectMappings/0/scope/groups/0/clauses/0: expected a filter clause",
    );
}

#[test]
fn a_schema_without_groups_takes_none() {
    let mut raw = document();
    raw["synchronizationRules"][0]["objectMappings"].as_array_mut().unwrap().pop();
    let mut schema = SchemaDocument::new(raw).unwrap();
    let (mut mappings, _) = schema.mappings().unwrap();
    assert_eq!(schema.write(&mappings), Ok(false));
    mappings.groups = defaults(Profile::Goto).groups;
    assert_eq!(schema.write(&mappings), Err(SchemaError::NoGroups));
}

#[test]
fn sources_become_nodes_and_come_back() {
    let check = |source: Source, expected: Json| {
        let json = source_to_json(&source);
        assert_eq!(json, expected);
        assert_eq!(source_from_json(&json), source);
    };
    let attribute = json!({"expression": "[mail]", "name": "mail", "type": "Attribute", "parameters": []});
    let constant = |text: &str| json!({"expression": format!("\"{text}\""), "name": text, "type": "Constant", "parameters": []});
    check(Source::None, json!(null));
    check(Source::Attribute("mail".into()), attribute.clone());
    check(Source::Constant("8".into()), constant("8"));
    check(
        Source::Expression("Switch([mail], , \"a\", \"b\")".into()),
        json!({"expression": "Switch([mail], , \"a\", \"b\")", "name": "Switch", "type": "Function", "parameters": [
            {"key": "source", "value": attribute},
            {"key": "switchValue", "value": constant("a")},
            {"key": "switchValue", "value": constant("b")},
        ]}),
    );
    check(
        Source::Expression("Mid([mail],1,".into()),
        json!({"expression": "Mid([mail],1,", "name": "", "type": "Function", "parameters": []}),
    );
}

fn sources() -> impl Strategy<Value = Source> {
    prop_oneof![
        Just(Source::None),
        "[a-zA-Z]{1,8}".prop_map(Source::Attribute),
        any::<String>().prop_map(Source::Constant),
        "[a-z]{1,5}".prop_map(|name| Source::Expression(format!("Append([{name}],\"\\\\x\")"))),
    ]
}

fn rows() -> impl Strategy<Value = AttributeMapping> {
    let target = prop_oneof![
        Just("userName"),
        Just("active"),
        Just("title"),
        Just("nickName"),
        Just("name.givenName")
    ];
    let default_value = proptest::option::of("[a-z]{1,3}");
    (target, sources(), default_value, proptest::option::of(1..9_u32), any::<bool>()).prop_map(
        |(target, source, default_value, matching, once)| {
            let apply = if once { Apply::OnlyDuringCreation } else { Apply::AddsOnly };
            AttributeMapping { target: target.into(), source, default_value, matching, apply }
        },
    )
}

/// The document without what the typed view shows.
fn unknown_part(mut raw: Json) -> Json {
    for mapping in raw["synchronizationRules"][0]["objectMappings"].as_array_mut().expect("a list") {
        let members = mapping.as_object_mut().expect("an object");
        for known in ["enabled", "flowTypes", "attributeMappings"] {
            members.remove(known);
        }
    }
    raw
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_nothing_else_changes(
        wanted in proptest::collection::vec(rows(), 0..8), enabled: bool, delete: bool,
    ) {
        let mut schema = SchemaDocument::new(document()).unwrap();
        let (mut mappings, _) = schema.mappings().unwrap();
        mappings.users.attributes = wanted;
        mappings.users.enabled = enabled;
        mappings.groups.actions.delete = delete;
        schema.write(&mappings).unwrap();
        prop_assert_eq!(schema.mappings().unwrap().0, mappings.clone());
        prop_assert_eq!(unknown_part(schema.raw().clone()), unknown_part(document()));
        let keeps_future = mappings.users.attributes.iter().any(|row| row.target == "userName");
        prop_assert_eq!(schema.raw().to_string().contains("future"), keeps_future);
        prop_assert_eq!(schema.write(&mappings), Ok(false));
    }
}
