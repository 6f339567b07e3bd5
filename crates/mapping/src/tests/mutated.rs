//! Schema documents that somebody or something has changed: what we do not know survives reading and editing.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::schema::document;
use crate::{
    Actions, Apply, AttributeMapping, CustomAttribute, FilterClause, FilterGroup, Mappings, ObjectMapping,
    Profile, SchemaDocument, SchemaError, Source, TargetType,
};

/// Any JSON value, with integers up to the edge of what is kept.
fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        Just(json!(1.25)),
        ".{0,12}".prop_map(Json::from),
        prop::sample::select(vec!["1", "True", "Always", "Add", "{}"]).prop_map(Json::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::vec(("[a-z]{1,6}", inner), 0..3)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// One change to a document, at the place that `at` leads to.
#[derive(Debug, Clone)]
enum Change {
    /// An unknown member, or an unknown item of a list.
    Add(String, Json),
    /// A member or item gets another value: numbers as texts, nulls, unknown words.
    Put(Json),
    /// A member is taken away.
    Remove,
    /// The last member comes first.
    Reorder,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => ("x-[a-z]{1,4}", json_value()).prop_map(|(name, value)| Change::Add(name, value)),
        2 => json_value().prop_map(Change::Put),
        1 => Just(Change::Remove),
        2 => Just(Change::Reorder),
    ]
}

fn apply(json: &mut Json, path: &[prop::sample::Index], change: &Change) {
    let (here, rest) = match path.split_first() {
        Some(found) => found,
        None => return,
    };
    match json {
        Json::Object(members) if !members.is_empty() => {
            let key = here.get(&members.keys().cloned().collect::<Vec<_>>()).clone();
            if !rest.is_empty() && (members[&key].is_object() || members[&key].is_array()) {
                return apply(&mut members[&key], rest, change);
            }
            match change {
                Change::Add(name, value) => drop(members.insert(name.clone(), value.clone())),
                Change::Put(value) => members[&key] = value.clone(),
                Change::Remove => drop(members.shift_remove(&key)),
                Change::Reorder => {
                    let mut all: Vec<_> = std::mem::take(members).into_iter().collect();
                    all.rotate_right(1);
                    *members = Map::from_iter(all);
                }
            }
        }
        Json::Array(items) if !items.is_empty() => {
            let at = here.index(items.len());
            if !rest.is_empty() && (items[at].is_object() || items[at].is_array()) {
                return apply(&mut items[at], rest, change);
            }
            match change {
                Change::Add(_, value) => items.push(value.clone()),
                Change::Put(value) => items[at] = value.clone(),
                Change::Remove => drop(items.remove(at)),
                Change::Reorder => items.rotate_right(1),
            }
        }
        _ => {}
    }
}

fn mutated() -> impl Strategy<Value = Json> {
    let path = prop::collection::vec(any::<prop::sample::Index>(), 1..8);
    prop::collection::vec((path, change()), 1..6).prop_map(|changes| {
        let mut raw = document();
        changes.iter().for_each(|(path, change)| apply(&mut raw, path, change));
        raw
    })
}

/// Byte for byte: the order of members counts, which comparing values would not see.
fn text(json: &Json) -> String {
    json.to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn reading_and_writing_without_an_edit_gives_the_same_bytes(raw in mutated()) {
        let before = text(&raw);
        let Ok(mut schema) = SchemaDocument::new(raw) else { return Ok(()) };
        prop_assert_eq!(text(schema.raw()), before.clone());
        if let Ok((mappings, _)) = schema.mappings() {
            prop_assert_eq!(schema.write(&mappings), Ok(false));
        }
        prop_assert_eq!(text(schema.raw()), before.clone());
        let again = SchemaDocument::from_text(&before).expect("it was read before");
        prop_assert_eq!(text(again.raw()), before);
    }

    #[test]
    fn an_edit_of_one_row_changes_that_row_alone(raw in mutated(), at: prop::sample::Index) {
        let Ok(mut schema) = SchemaDocument::new(raw.clone()) else { return Ok(()) };
        let Ok((mut mappings, notes)) = schema.mappings() else { return Ok(()) };
        if mappings.users.attributes.is_empty() {
            return Ok(());
        }
        let at = at.index(mappings.users.attributes.len());
        let row = &mut mappings.users.attributes[at];
        row.default_value = Some("edited".to_owned());
        prop_assert_eq!(schema.write(&mappings), Ok(true));
        // Taken back, nothing is left of the edit.
        let mut taken_back = schema.raw().clone();
        let edited = users(&mut taken_back)[at]["defaultValue"].take();
        prop_assert_eq!(edited, json!("edited"));
        let mut original = raw;
        let members = users(&mut original)[at].as_object_mut().expect("a row is an object");
        members.insert("defaultValue".to_owned(), Json::Null);
        prop_assert_eq!(text(&taken_back), text(&original));
        let (read, notes_after) = schema.mappings().expect("it can still be read");
        prop_assert_eq!(read, mappings);
        prop_assert_eq!(notes, notes_after);
    }

    #[test]
    fn an_edit_of_one_filter_keeps_what_is_unknown_in_it(raw in mutated()) {
        let Ok(mut schema) = SchemaDocument::new(raw) else { return Ok(()) };
        let Ok((mut mappings, _)) = schema.mappings() else { return Ok(()) };
        let Some(group) = mappings.groups.scope.first_mut() else { return Ok(()) };
        let Some(clause) = group.clauses.first_mut() else { return Ok(()) };
        clause.values = vec!["edited".to_owned()];
        let unknown = schema.raw().to_string().matches("\"own\"").count();
        schema.write(&mappings).expect("it can be written");
        prop_assert_eq!(schema.raw().to_string().matches("\"own\"").count(), unknown);
        prop_assert_eq!(schema.mappings().expect("it can be read").0, mappings);
    }

    #[test]
    fn mappings_become_a_schema_and_come_back(users in table(), mut groups in table()) {
        groups.custom.iter_mut().for_each(|own| own.name = own.name.replace(":User:", ":Group:"));
        let mappings = Mappings { users, groups };
        let document = SchemaDocument::fresh(Profile::Scim, &mappings);
        prop_assert_eq!(document.mappings(), Ok((mappings.clone(), Vec::new())));
        let again = SchemaDocument::from_text(&text(document.raw()));
        prop_assert_eq!(again.as_ref(), Ok(&document));
    }

    #[test]
    fn any_mappings_can_be_written_over_any_document(raw in mutated(), users in table()) {
        let Ok(mut schema) = SchemaDocument::new(raw) else { return Ok(()) };
        let Ok((mut mappings, _)) = schema.mappings() else { return Ok(()) };
        let before = schema.raw().clone();
        mappings.users = users;
        match schema.write(&mappings) {
            Err(error) => {
                prop_assert_eq!(error, SchemaError::NoDirectory);
                prop_assert_eq!(schema.raw(), &before);
            }
            Ok(_) => {
                let read = schema.mappings().expect("what was written can be read").0;
                prop_assert!(mappings.users.custom.iter().all(|own| read.users.custom.contains(own)));
                let without_own = |table: ObjectMapping| ObjectMapping { custom: Vec::new(), ..table };
                prop_assert_eq!(without_own(read.users), without_own(mappings.users.clone()));
                prop_assert_eq!(schema.write(&mappings), Ok(false));
            }
        }
    }
}

/// The rows of people.
fn users(raw: &mut Json) -> &mut Vec<Json> {
    let mappings = raw["synchronizationRules"].as_array_mut().expect("a list").iter_mut();
    let mappings = mappings.flat_map(|rule| rule["objectMappings"].as_array_mut().expect("a list"));
    let is_users = |json: &&mut Json| {
        json["sourceObjectName"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("user"))
    };
    let found = mappings.filter(|json| json.is_object()).find(is_users).expect("it has people");
    found["attributeMappings"].as_array_mut().expect("a list")
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        Just(Source::None),
        "[a-zA-Z_0-9]{1,8}".prop_map(Source::Attribute),
        any::<String>().prop_map(Source::Constant),
        "[a-z]{1,5}".prop_map(|name| Source::Expression(format!("Append([{name}],\"\\\\x\")"))),
        Just(Source::Expression("Mid([mail],1,".into())),
    ]
}

fn row() -> impl Strategy<Value = AttributeMapping> {
    let target = prop::sample::select(vec![
        "userName",
        "active",
        "name.givenName",
        "emails[type eq \"work\"].value",
        "roles[primary eq \"True\"].value",
        "addresses[type eq \"work\"].locality",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badge",
        "not a path[",
    ]);
    let apply = prop::sample::select(vec![Apply::Always, Apply::OnlyDuringCreation, Apply::AddsOnly]);
    let default_value = prop::option::of("[a-z]{0,3}");
    (target, source(), default_value, prop::option::of(1..u32::MAX), apply).prop_map(
        |(target, source, default_value, matching, apply)| AttributeMapping {
            target: target.into(),
            source,
            default_value,
            matching,
            apply,
        },
    )
}

fn group() -> impl Strategy<Value = FilterGroup> {
    let clause = ("[a-z]{1,5}", ".{0,8}", prop::collection::vec(".{0,5}", 0..3))
        .prop_map(|(attribute, operator, values)| FilterClause { attribute, operator, values });
    (".{0,6}", prop::collection::vec(clause, 0..3)).prop_map(|(name, clauses)| FilterGroup { name, clauses })
}

/// Attributes of one's own, each name once.
fn own() -> impl Strategy<Value = Vec<CustomAttribute>> {
    let names = prop::sample::subsequence(vec!["badge", "floor", "desk"], 0..=3);
    let one = (prop::sample::select(TargetType::ALL.to_vec()), any::<bool>(), any::<bool>(), any::<bool>());
    (names, prop::collection::vec(one, 3)).prop_map(|(names, ones)| {
        let made = names.into_iter().zip(ones).map(|(name, (kind, multivalued, required, case_exact))| {
            let name = format!("urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:{name}");
            CustomAttribute { name, kind, multivalued, required, case_exact }
        });
        made.collect()
    })
}

pub(super) fn table() -> impl Strategy<Value = ObjectMapping> {
    let actions = (any::<bool>(), any::<bool>(), any::<bool>())
        .prop_map(|(create, update, delete)| Actions { create, update, delete });
    (any::<bool>(), actions, prop::collection::vec(row(), 0..5), prop::collection::vec(group(), 0..3), own())
        .prop_map(|(enabled, actions, attributes, scope, custom)| ObjectMapping {
            enabled,
            actions,
            attributes,
            scope,
            custom,
        })
}

#[test]
fn numbers_that_would_be_rounded_are_refused_and_all_others_kept() {
    let with = |number: &str| {
        document().to_string().replacen("\"priority\":1", &format!("\"priority\":{number}"), 1)
    };
    for number in ["9223372036854775807", "18446744073709551615", "-9223372036854775808", "1.5"] {
        let schema = SchemaDocument::from_text(&with(number)).expect("it is kept");
        assert_eq!(schema.raw().to_string(), with(number));
    }
    let error = SchemaDocument::from_text(&with("18446744073709551616"));
    assert_eq!(error, Err(SchemaError::Number("18446744073709551616".into())));
    assert!(matches!(SchemaDocument::from_text("[1,"), Err(SchemaError::NotJson(_))));
    assert!(SchemaDocument::from_text(&format!("\u{feff}{}", document())).is_ok());
}

#[test]
fn what_was_written_as_text_is_read_and_what_is_no_truth_value_is_refused() {
    let row = "/synchronizationRules/0/objectMappings/0/attributeMappings/0";
    let mapping = "/synchronizationRules/0/objectMappings/0";
    let with = |pointer: &str, value: Json| {
        let mut raw = document();
        *raw.pointer_mut(pointer).expect("it is there") = value;
        SchemaDocument::new(raw).and_then(|schema| schema.mappings()).map(|(mappings, _)| mappings.users)
    };
    let read = with(&format!("{row}/matchingPriority"), json!("2")).expect("it is read");
    assert_eq!(read.attributes[0].matching, Some(2));
    let read = with(&format!("{row}/defaultValue"), json!(7)).expect("it is read");
    assert_eq!(read.attributes[0].default_value.as_deref(), Some("7"));
    let read = with(&format!("{row}/flowType"), json!("multivalueaddonly")).expect("it is read");
    assert_eq!(read.attributes[0].apply, Apply::AddsOnly);
    assert!(!with(&format!("{mapping}/enabled"), json!("False")).expect("it is read").enabled);
    let read = with(&format!("{mapping}/flowTypes"), json!(["Add", "delete"])).expect("it is read");
    assert_eq!(read.actions, Actions { create: true, update: false, delete: true });
    for (member, value) in [("enabled", json!(0)), ("flowTypes", json!(7)), ("flowTypes", json!([1]))] {
        let error = with(&format!("{mapping}/{member}"), value).expect_err("it is refused");
        assert!(matches!(&error, SchemaError::Shape { pointer, .. } if pointer.ends_with(member)), "{error}");
    }
}

#[test]
fn words_that_nobody_knows_stay_beside_the_actions_that_are_edited() {
    let flow_types = |written: Json| {
        let mut raw = document();
        raw["synchronizationRules"][0]["objectMappings"][0]["flowTypes"] = written;
        let mut schema = SchemaDocument::new(raw).expect("a schema");
        let (mut mappings, _) = schema.mappings().expect("it is read");
        mappings.users.actions.update = false;
        schema.write(&mappings).expect("it is written");
        schema.raw()["synchronizationRules"][0]["objectMappings"][0]["flowTypes"].clone()
    };
    assert_eq!(flow_types(json!("Add, Update, Rename")), json!("Add, Rename"));
    assert_eq!(flow_types(json!(["Update", "Rename"])), json!(["Rename"]));
    assert_eq!(flow_types(json!("update")), json!("None"));
}

#[test]
fn a_row_whose_target_is_renamed_keeps_what_is_unknown_in_it() {
    let mut schema = SchemaDocument::new(document()).expect("a schema");
    let (mut mappings, _) = schema.mappings().expect("it is read");
    mappings.users.attributes[0].target = "displayName".into();
    mappings.users.attributes.swap(0, 2);
    assert_eq!(schema.write(&mappings), Ok(true));
    let row = &schema.raw()["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][2];
    assert_eq!((&row["targetAttributeName"], &row["future"]), (&json!("displayName"), &json!({"x": 1})));
}

#[test]
fn an_expression_that_is_one_attribute_is_written_once_and_not_again() {
    let mut schema = SchemaDocument::new(document()).expect("a schema");
    let (mut mappings, _) = schema.mappings().expect("it is read");
    mappings.users.attributes[2].source = Source::Expression(" [surname] ".into());
    mappings.users.attributes[3].source = Source::Expression("8".into());
    assert_eq!(schema.write(&mappings), Ok(true));
    assert_eq!(schema.write(&mappings), Ok(false), "the job is asked whether it kept what was written");
}

#[test]
fn definitions_of_ones_own_are_added_and_changed_where_the_target_is_defined_and_never_removed() {
    let badge = "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badge";
    let own = |kind| CustomAttribute {
        name: badge.into(),
        kind,
        multivalued: false,
        required: true,
        case_exact: false,
    };
    let mut raw = document();
    let mut schema = SchemaDocument::new(raw.clone()).expect("a schema");
    let (mut mappings, _) = schema.mappings().expect("it is read");
    mappings.users.custom = vec![own(TargetType::Integer)];
    assert_eq!(schema.write(&mappings), Err(SchemaError::NoDirectory));
    raw["synchronizationRules"][0]["sourceDirectoryName"] = json!("Azure Active Directory");
    raw["synchronizationRules"][0]["targetDirectoryName"] = json!("GoTo");
    let user = |attributes: Json| json!({ "name": "User", "attributes": attributes });
    raw["directories"] = json!([
        { "name": "Azure Active Directory", "objects": [user(json!([]))] },
        { "name": "GoTo", "objects": [user(json!([{ "name": "userName", "type": "String" }]))] },
    ]);
    let mut schema = SchemaDocument::new(raw.clone()).expect("a schema");
    assert_eq!(schema.write(&mappings), Ok(true));
    let list = &schema.raw()["directories"][1]["objects"][0]["attributes"];
    assert_eq!(
        (list[0].clone(), &list[1]["type"], &list[1]["required"]),
        (json!({ "name": "userName", "type": "String" }), &json!("Integer"), &json!(true),)
    );
    assert_eq!(schema.raw()["directories"][0], raw["directories"][0]);
    mappings.users.custom = vec![own(TargetType::Text)];
    assert_eq!(schema.write(&mappings), Ok(true));
    assert_eq!(schema.raw()["directories"][1]["objects"][0]["attributes"][1]["type"], json!("String"));
    mappings.users.custom.clear();
    assert_eq!(schema.write(&mappings), Ok(false));
    assert_eq!(schema.mappings().expect("it is read").0.users.custom, [own(TargetType::Text)]);
}
