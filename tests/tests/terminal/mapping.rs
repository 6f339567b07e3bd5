//! One expression for everybody in scope, as the practice world's Graph has them.

use crate::files::{File, arg, with_secrets};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

/// What is said of each person, by user name.
fn rows(answer: &Value) -> BTreeMap<&str, &Value> {
    let rows = answer["rows"].as_array().into_iter().flatten();
    rows.filter_map(|row| Some((row["userName"].as_str()?, row))).collect()
}

#[tokio::test]
async fn an_expression_is_tried_on_everybody_in_scope_and_nothing_is_written() -> Result<()> {
    let sandbox = Sandbox::start(&["--users", "30", "--groups", "2", "--rate", "0"])?;
    for application in sandbox.list("applications").await? {
        for assignment in application["assignments"].as_array().into_iter().flatten() {
            let id = assignment["id"].as_str().context("an assignment has an id")?;
            sandbox.control("DELETE", &format!("assignments/{id}"), None).await?;
        }
    }
    let mut people = sandbox.list("people").await?;
    people.retain(|person| person["accountEnabled"] == true && person["userType"] == "Member");
    people.truncate(4);
    for (person, department) in people.iter().zip(["Sales", "sales", "", "Filtered"]) {
        let id = person["id"].as_str().context("a person has an id")?;
        let department = if department.is_empty() { Value::Null } else { json!(department) };
        sandbox.control("PATCH", &format!("people/{id}"), Some(json!({ "department": department }))).await?;
        sandbox.control("POST", "assignments", Some(json!({ "principalId": id, "role": "User" }))).await?;
    }
    let name = |at: usize| people[at]["userPrincipalName"].as_str().unwrap_or_default();
    let folder = tempfile::tempdir()?;
    let base_url = sandbox.text("/scim");
    let file =
        File { id: "trial", profile: "scim", base_url: &base_url, dialect: "auto", practice: false, rate: 0 };
    let file = file.write(&sandbox, folder.path())?;
    let filter = "\n[[users.filter]]\nname = \"Staff\"\n[[users.filter.clause]]\nattribute = \"department\"\n\
                  operator = \"EQUALS\"\nvalues = [\"Sales\", \"sales\"]\n\n[[users.filter]]\nname = \"Nobody's\"\n\
                  [[users.filter.clause]]\nattribute = \"department\"\noperator = \"IS NULL\"\n";
    std::fs::write(&file, std::fs::read_to_string(&file)? + filter)?;
    let eval = |expression: &str, beside: &[&str]| -> Result<Said> {
        let mut arguments = vec!["--json", "eval", expression, "--connection", arg(&file)];
        arguments.extend(beside);
        let mut command = usher(&folder.path().join("data"), None, &arguments)?;
        run(with_secrets(&mut command, &sandbox, "no-token-is-needed"))
    };

    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    let said = eval("ToUpper([department])", &["--target", department])?.ended(0)?.json()?;
    assert_eq!(
        (&said["people"], &said["flowing"], &said["changed"], &said["empty"], &said["failing"]),
        (&json!(3), &json!(2), &json!(2), &json!(1), &json!(0)),
        "{said}"
    );
    let all = rows(&said);
    assert_eq!((&all[name(0)]["before"], &all[name(0)]["after"]), (&json!("Sales"), &json!("SALES")));
    assert_eq!(all[name(2)]["what"], "empty");
    assert!(!all.contains_key(name(3)), "the filter leaves this one out: {said}");

    let said = eval("ToLower([department])", &["--attribute", "department"])?.ended(0)?.json()?;
    assert_eq!((&said["changed"], rows(&said)[name(0)]["after"].as_str()), (&json!(1), Some("sales")));

    let said = eval("Item(Split([department], \"l\"), 9)", &[])?.ended(5)?.json()?;
    assert_eq!((&said["failing"], said.get("changed")), (&json!(2), None), "{said}");
    assert!(rows(&said)[name(1)]["because"].as_str().is_some_and(|why| why.starts_with("EXPR-")), "{said}");

    // Roles of the application are values like others; those who have the role by a group have it too.
    let said =
        eval("SingleAppRoleAssignment([appRoleAssignments])", &["--attribute", "mail"])?.ended(0)?.json()?;
    assert_eq!(
        (&said["flowing"], rows(&said)[name(0)]["after"].as_str()),
        (&json!(3), Some("User")),
        "{said}"
    );

    // What Entra would refuse is refused before anybody is read.
    for (expression, beside) in
        [("ToLowr([mail])", vec![]), ("ToLower([mial])", vec![]), ("[mail]", vec!["--target", "no.such"])]
    {
        eval(expression, &beside)?.ended(2)?;
    }
    Ok(())
}
