//! What leaves as a file is complete, harmless, and holds nothing that was redacted.

use super::*;
use serde_json::json;
use usher_plan::Plan;

/// A plan with one of everything; strangers chose the names.
fn plan() -> Plan {
    let id = |n: u32| format!("00000000-0000-0000-0000-00000000000{n}");
    let plan = json!({
        "format": 1,
        "connection": "contoso",
        "practice": false,
        "cycle": "initial",
        "madeAt": "2026-11-22T12:00:00Z",
        "configuration": "c", "policy": "p", "target": "https://scim.example.com/", "watermark": "w",
        "operations": [
            { "id": 1, "kind": "user", "action": "create", "source": id(1), "display": "=HYPERLINK(\"//x\")",
              "changes": [
                { "attribute": "name.givenName", "after": "<script>alert(1)</script>" },
                { "attribute": "password", "after": { "redacted": "0123abcd" } },
                { "attribute": "nickName", "before": "Ana", "after": "@sum\u{202e}" } ],
              "reason": { "code": "in-scope-no-match" } },
            { "id": 2, "kind": "user", "action": "disable", "source": id(2), "target": "77", "display": "Ana",
              "changes": [{ "attribute": "active", "before": true, "after": false }],
              "reason": { "code": "not-assigned" } },
            { "id": 3, "kind": "group", "action": "removeMembers", "source": id(3), "target": "g1",
              "display": "Sales", "members": [{ "source": id(2), "target": "77", "display": "Ana" }],
              "reason": { "code": "members-left" } },
            { "id": 4, "kind": "user", "action": "link", "source": id(4), "target": "78", "display": "Bo",
              "reason": { "code": "matched", "with": { "attribute": "userName", "value": "bo@example.com" } } }
        ],
        "skips": [
            { "kind": "user", "source": id(5), "display": "Cy", "reason": { "code": "not-assigned" } },
            { "kind": "user", "source": id(6), "display": "In Step", "reason": { "code": "RedundantExport" } } ],
        "failures": [
            { "kind": "user", "source": id(7), "display": "Di",
              "reason": { "code": "MissingValues", "with": { "attribute": "userName" } } }],
        "notes": [{ "kind": "user", "reason": { "code": "attribute-not-supported", "with": { "attribute": "title" } } }],
        "guards": [
            { "guard": "group-deletions", "count": 1, "limit": 0, "of": 9, "approvable": true }],
        "counts": { "create": 1, "link": 1, "update": 1, "disable": 1, "delete": 0, "skip": 1, "noChange": 1,
                    "failed": 1, "membersAdded": 0, "membersRemoved": 1 },
        "hash": "abc",
    });
    serde_json::from_value(plan).expect("the form of a saved plan")
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("spreadsheets find out that it is UTF-8");
    let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.into_records().map(|row| row.expect("text").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_plan_as_a_table_has_a_row_for_each_change() {
    let found = cells(&plan_csv(&plan()));
    let shown: Vec<String> = found
        .iter()
        .map(|row| [&row[1], &row[3], &row[6], &row[7], &row[8], &row[9]].map(String::as_str).join("|"))
        .collect();
    assert_eq!(
        shown,
        [
            "action|name|attribute|before|after|code",
            "create|'=HYPERLINK(\"//x\")|name.givenName||<script>alert(1)</script>|in-scope-no-match",
            "create|'=HYPERLINK(\"//x\")|password||[Redact]|in-scope-no-match",
            "create|'=HYPERLINK(\"//x\")|nickName|Ana|'@sum\u{202e}|in-scope-no-match",
            "disable|Ana|active|true|false|not-assigned",
            "remove-members|Sales|members|Ana||members-left",
            "link|Bo||||matched",
            "failed|Di||||MissingValues",
            "skip|Cy||||not-assigned",
            "in-step|In Step||||RedundantExport",
            "note|||||attribute-not-supported",
            "guard|||||group-deletions",
        ]
    );
    let because = found.iter().skip(1).map(|row| row[10].as_str());
    assert!(
        because.clone().all(|said| !said.is_empty() && !said.contains("reason-")),
        "{:?}",
        because.collect::<Vec<_>>()
    );
}

#[test]
fn the_page_runs_nothing_and_asks_nobody() {
    let page = plan_html(&plan());
    for dangerous in
        ["<script", "javascript:", "src=", "href=", "url(", "@import", "<img", "<iframe", "onerror"]
    {
        assert!(!page.contains(dangerous), "{dangerous}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "what is there is shown as it is");
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
    assert!(!page.contains('\u{202e}'), "no name turns a line around");
    assert!(!page.contains("0123abcd") && page.contains("[Redact]"), "digests are for programs");
    for shown in ["HYPERLINK", "Ana", "Sales", "Bo", "Cy", "Di", "title", "members-left", "scim.example.com"]
    {
        assert!(page.contains(shown), "{shown} is not on the page");
    }
    assert!(!page.contains("In Step"), "who is in step is counted, not listed");
    // Every element is closed where it was opened: the browser guesses nothing.
    let mut open = Vec::new();
    for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
            None if matches!(name, "!doctype" | "meta") => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn an_edited_plan_becomes_no_report() {
    let text = preview::to_json(&plan()).expect("a plan");
    let refused = preview::from_json_unedited(&text).expect_err("its hash is not that of what it says");
    assert_eq!(refused.message.id, "error-plan-edited");
}

#[test]
fn the_log_as_a_table_has_a_row_for_each_change() {
    let change = |attribute: &str, after: &str| crate::dto::ChangeRow {
        attribute: attribute.to_owned(),
        before: None,
        after: after.to_owned(),
    };
    let entry = |name: &str, changes| LogEntry {
        id: "7".to_owned(),
        at: "2026-11-22T12:00:00Z".to_owned(),
        run: "3".to_owned(),
        action: "create".to_owned(),
        result: "success".to_owned(),
        kind: "user".to_owned(),
        name: name.to_owned(),
        source_id: "s".to_owned(),
        target_id: "t".to_owned(),
        message: Message::new("reason-in-scope-no-match"),
        steps: Vec::new(),
        changes,
        milliseconds: 0,
    };
    let entries =
        [entry("+Ana", vec![change("title", "-1"), change("nickName", "Bo;=2")]), entry("Cy", Vec::new())];
    let found = cells(&log_csv(&entries));
    let shown: Vec<String> = found
        .iter()
        .map(|row| [&row[6], &row[9], &row[11], &row[12]].map(String::as_str).join("|"))
        .collect();
    assert_eq!(
        shown,
        [
            "name|attribute|after|code",
            "'+Ana|title|'-1|in-scope-no-match",
            "'+Ana|nickName|Bo;'=2|in-scope-no-match",
            "Cy|||in-scope-no-match"
        ]
    );
}

#[test]
fn each_kind_of_operation_has_its_place_on_the_page() {
    use usher_plan::Action;
    let all = [
        Action::Create,
        Action::Link,
        Action::Update,
        Action::Disable,
        Action::Delete,
        Action::SetReferences,
        Action::AddMembers,
        Action::RemoveMembers,
    ];
    for action in all {
        // A new action does not compile here until it is among those above.
        match action {
            Action::Create | Action::Link | Action::Update | Action::Disable => {}
            Action::Delete | Action::SetReferences | Action::AddMembers | Action::RemoveMembers => {}
        }
        let mut plan = plan();
        plan.operations.truncate(1);
        plan.operations[0].action = action;
        plan.operations[0].display = "Whose operation this is".to_owned();
        assert_eq!(plan_html(&plan).matches("Whose operation this is").count(), 1, "{action:?}");
    }
}
