//! `usher doctor` counts seats at GoTo, and says what is missing where it cannot.

use crate::stage::{ID, Stage};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use usher_tests::bus::Keyring;

fn seats(stage: &Stage) -> Result<Value> {
    let said = stage.usher(&["--json", "doctor", ID])?;
    Ok(said.json()?["seats"].clone())
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(|message| message["id"].as_str()).collect()
}

#[tokio::test]
async fn doctor_counts_seats_and_lists_the_rules_to_make() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let found = seats(&stage)?;
    assert_eq!(ids(&found["missing"]), ["seats-not-authorized"], "{found:#}");
    assert_eq!(found["summary"]["id"], "seats-unknown", "nothing read is not nothing free");

    stage.sign_in("entra").await?;
    stage.sign_in("goto").await?;
    // Two people and a group with three, one of whom is disabled.
    for application in stage.sandbox.list("applications").await? {
        for assignment in application["assignments"].as_array().into_iter().flatten() {
            let id = assignment["id"].as_str().context("an id")?;
            stage.sandbox.control("DELETE", &format!("assignments/{id}"), None).await?;
        }
    }
    let mut people = stage.sandbox.list("people").await?;
    people.retain(|person| person["accountEnabled"] == true && person["userType"] == "Member");
    let members: Vec<&Value> = people[2..5].iter().map(|person| &person["id"]).collect();
    let group = json!({ "displayName": "Pilot", "securityEnabled": true, "members": members });
    let group = stage.sandbox.control("POST", "groups", Some(group)).await?;
    for principal in [&people[0]["id"], &people[1]["id"], &group["id"]] {
        let body = json!({ "principalId": principal, "role": "User" });
        stage.sandbox.control("POST", "assignments", Some(body)).await?;
    }
    let who = people[4]["id"].as_str().context("an id")?;
    let disabled = json!({ "accountEnabled": false });
    stage.sandbox.control("PATCH", &format!("people/{who}"), Some(disabled)).await?;

    let found = seats(&stage)?;
    assert_eq!(found["missing"], json!([]), "{found:#}");
    let licences = found["accounts"][0]["licences"].as_array().context("licences")?;
    let numbers: Vec<_> =
        licences.iter().map(|one| [&one["seats"], &one["used"], &one["free"]].map(Value::as_u64)).collect();
    assert_eq!(numbers, [[25, 0, 25], [40, 0, 40], [2, 0, 2]].map(|row| row.map(Some)));
    assert_eq!((&found["result"], &found["summary"]["id"]), (&json!("passed"), &json!("seats-enough")));
    assert_eq!(found["summary"]["text"], "4 new people are expected, and 67 seats are free");
    let rule = &found["groups"][0];
    assert_eq!(
        (&rule["name"], &rule["people"], &rule["result"]),
        (&json!("Pilot"), &json!(2), &json!("passed"))
    );
    let advice = rule["advice"]["text"].as_str().context("advice")?;
    assert!(advice.contains("GoTo Meeting Business (25)") && advice.contains("GoTo Webinar (2)"), "{advice}");

    // Too few seats: told with the numbers, and nothing fails by it.
    let before = stage.usher(&["doctor", ID])?;
    let accounts = stage.sandbox.list("goto/accounts").await?;
    let account = accounts[0]["key"].as_str().context("a key")?;
    for (licence, seats) in accounts[0]["licences"].as_array().into_iter().flatten().zip([1, 0, 0]) {
        let path = format!("goto/accounts/{account}/licences/{}", licence["key"].as_str().context("a key")?);
        stage.sandbox.control("PATCH", &path, Some(json!({ "seats": seats }))).await?;
    }
    let after = stage.usher(&["doctor", ID])?;
    assert_eq!(after.code, before.code, "seats are advice");
    for text in [
        "only one seat is free in all licences together. 3 people would get an account and no product",
        "GoTo Meeting Business: 1 seats, 0 used, 1 free",
        "Pilot: 2 people. Choose the product; no licence has enough free seats, the most is one",
        "Provisioning assigns no products",
        "GoTo Admin under People > User Sync",
        "GoTo may send mail to new people",
    ] {
        assert!(after.out.contains(text), "{text}: {}", after.out);
    }

    // Without a role in the account the numbers are not known, and it says whom to ask.
    let role = json!({ "account_roles": ["MANAGE_USERS"] });
    stage.sandbox.control("PATCH", "goto/admin", Some(role)).await?;
    assert_eq!(ids(&seats(&stage)?["missing"]), ["seats-role"]);
    stage.sandbox.control("PATCH", "goto/admin", Some(json!({ "account_roles": [] }))).await?;
    assert_eq!(ids(&seats(&stage)?["missing"]), ["seats-not-product-admin"]);
    stage.sandbox.control("PATCH", "goto/admin", Some(json!({ "role": "none" }))).await?;
    assert_eq!(ids(&seats(&stage)?["missing"]), ["seats-not-organisation-admin"]);

    // GoTo away: an error of its own, and the report is there all the same.
    let fault = json!({ "service": "goto_api", "path_contains": "/admin/", "effect": { "status": { "status": 503 } } });
    stage.sandbox.control("POST", "faults", Some(fault)).await?;
    let said = stage.usher(&["--json", "doctor", ID])?;
    let found = said.json()?;
    assert_eq!(found["seats"]["error"]["code"], "remote", "{}", said.out);
    assert_eq!(found["steps"].as_array().map(Vec::len), Some(11));
    let said = stage.usher(&["doctor", ID])?;
    assert!(said.out.contains("Seats at GoTo could not be read."), "{}", said.out);
    Ok(())
}
