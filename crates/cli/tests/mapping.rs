//! `usher mapping`, as a program meets it: what goes in comes out, and nothing is overwritten.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../tests/golden/files/schema.json");
const CONNECTION: &str = include_str!("../../../tests/golden/files/contoso.toml");

fn usher(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    command.current_dir(folder).arg("--data-dir").arg(folder.join("data")).args(arguments);
    command.output().expect("usher starts")
}

fn out(said: Output, code: i32) -> String {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (out, err) = (text(said.stdout), text(said.stderr));
    assert_eq!(said.status.code(), Some(code), "{out}\n{err}");
    out
}

/// A folder with a connection and a schema.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("schema.json"), SCHEMA).expect("written");
    std::fs::write(folder.path().join("contoso.toml"), CONNECTION).expect("written");
    out(usher(folder.path(), &["connection", "import", "contoso.toml"]), 0);
    folder
}

#[test]
fn a_schema_that_is_imported_comes_out_with_every_byte_of_its_json() {
    let folder = folder();
    let here = folder.path();
    out(usher(here, &["mapping", "import", "contoso-scim", "schema.json"]), 0);
    let exported = out(usher(here, &["mapping", "export", "contoso-scim"]), 0);
    let (before, after): (Value, Value) =
        (serde_json::from_str(SCHEMA).expect("JSON"), serde_json::from_str(&exported).expect("JSON"));
    assert_eq!(before.to_string(), after.to_string(), "also the order of members");

    // An edit shows where it is, and nowhere else.
    out(usher(here, &["mapping", "reset", "contoso-scim", "--yes"]), 0);
    let exported = out(usher(here, &["mapping", "export", "contoso-scim"]), 0);
    let after: Value = serde_json::from_str(&exported).expect("JSON");
    let rule = |schema: &Value| {
        let mut rule = schema["synchronizationRules"][0].clone();
        rule.as_object_mut().expect("an object").remove("objectMappings");
        rule
    };
    assert_eq!(rule(&after), rule(&before));
    assert_eq!(after["directories"], before["directories"]);
    let users = |schema: &Value| schema["synchronizationRules"][0]["objectMappings"][0].clone();
    assert_eq!(users(&after)["metadata"], users(&before)["metadata"]);
    let row = &users(&after)["attributeMappings"][1];
    assert_eq!((&row["targetAttributeName"], &row["flowBehavior"]), (&json!("active"), &json!("FlowAlways")));
}

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let folder = folder();
    let said = usher(folder.path(), &["mapping", "export", "contoso-scim", "--out", "schema.json"]);
    out(said, 2);
    assert_eq!(std::fs::read_to_string(folder.path().join("schema.json")).expect("read"), SCHEMA);
}

#[test]
fn nothing_is_reset_unless_somebody_says_so() {
    let folder = folder();
    let here = folder.path();
    out(usher(here, &["mapping", "import", "contoso-scim", "schema.json"]), 0);
    let shown = || out(usher(here, &["--json", "mapping", "show", "contoso-scim"]), 0);
    let before = shown();
    out(usher(here, &["mapping", "reset", "contoso-scim"]), 3);
    assert_eq!(shown(), before);
    out(usher(here, &["mapping", "reset", "contoso-scim", "--yes"]), 0);
    assert_ne!(shown(), before);
}

#[test]
fn a_difference_comes_as_data_and_as_sentences() {
    let folder = folder();
    let here = folder.path();
    out(usher(here, &["mapping", "import", "contoso-scim", "schema.json"]), 0);
    let said = out(usher(here, &["--json", "mapping", "diff", "contoso-scim", "draft", "contoso.toml"]), 0);
    let said: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(said["same"], false);
    let users = &said["diff"]["users"];
    assert_eq!(users["actions"]["after"]["delete"], false);
    let field = json!({ "field": "apply", "before": "ObjectAddOnly", "after": "Always" });
    let rows = users["rows"].as_array().expect("rows");
    let title = rows.iter().find(|row| row["target"] == "title").expect("it differs");
    assert!(title["fields"].as_array().is_some_and(|fields| fields.contains(&field)), "{title}");
    let sentence = json!("People: the scoping filter Staff is gone: employeeType EQUALS 'Employee'");
    assert!(said["sentences"].as_array().is_some_and(|sentences| sentences.contains(&sentence)), "{said}");
}
