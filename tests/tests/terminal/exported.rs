//! Files that leave the terminal: the plan and the log as CSV and HTML, never over a file that is there.

use crate::files::{File, arg, with_secrets};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

/// A file as Python's own reader takes it: a reader that is not ours.
fn rows(path: &Path) -> Result<Vec<Value>> {
    let script = "import csv, json, sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8-sig'), strict=True))))";
    let out = std::process::Command::new("python3").args(["-c", script]).arg(path).output()?;
    ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Ok(serde_json::from_slice(&out.stdout)?)
}

#[tokio::test]
async fn plan_and_log_are_saved_harmless_and_never_over_a_file_that_is_there() -> Result<()> {
    let sandbox = Sandbox::start(&["--users", "20", "--groups", "3", "--rate", "0"])?;
    sandbox.control("PATCH", "goto/switches", Some(json!({ "verified_domains_only": false }))).await?;
    // Somebody chose a name that a spreadsheet would carry out, and a page would show as a picture.
    let hostile = "=HYPERLINK(\"https://example.com\")<img src=x onerror=alert(1)>";
    let person = json!({ "displayName": hostile, "givenName": hostile, "surname": "+1", "userPrincipalName": "mallory@northwind.example" });
    let made = sandbox.control("POST", "people", Some(person)).await?;
    let assigned = json!({ "principalId": made["id"], "role": "User" });
    sandbox.control("POST", "assignments", Some(assigned)).await?;

    let folder = tempfile::tempdir()?;
    let base_url = sandbox.text("/scim");
    let file = File {
        id: "out",
        profile: "goto",
        base_url: &base_url,
        dialect: "goto-v1",
        practice: false,
        rate: 0,
    };
    let file = file.write(&sandbox, folder.path())?;
    let call = |arguments: &[&str]| -> Result<Said> {
        let mut command = usher(&folder.path().join("data"), None, arguments)?;
        run(with_secrets(&mut command, &sandbox, &sandbox.text("/scim_token")))
    };
    let [plan, csv, html, again, log] =
        ["plan.json", "plan.csv", "plan.html", "again.csv", "log.csv"].map(|name| folder.path().join(name));
    let preview = ["preview", arg(&file), "--out", arg(&plan), "--csv", arg(&csv), "--html", arg(&html)];
    call(&preview)?.ended(0)?;

    let hostile_rows = |rows: &[Value]| {
        rows.iter().filter(|row| row["name"].as_str().is_some_and(|name| name.contains("HYPERLINK"))).count()
    };
    let planned = rows(&csv)?;
    ensure!(
        planned.iter().any(|row| row["action"] == "create" && row["attribute"] == "userName"),
        "{planned:?}"
    );
    ensure!(hostile_rows(&planned) > 0, "who is created is in the table: {planned:?}");
    for cell in planned.iter().filter_map(Value::as_object).flat_map(|row| row.values()) {
        let cell = cell.as_str().unwrap_or_default();
        ensure!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    let page = std::fs::read_to_string(&html)?;
    ensure!(page.contains("&lt;img") && !page.contains("<img") && !page.contains("<script"), "{page}");

    // A saved plan becomes the same table later, without a connection; an edited one becomes none.
    call(&["plan", arg(&plan), "--csv", arg(&again)])?.ended(0)?;
    ensure!(std::fs::read(&csv)? == std::fs::read(&again)?, "the same plan, the same table");
    ensure!(
        call(&["plan", arg(&plan)])?.ended(0)?.out.contains("plan for out"),
        "without a file it is shown"
    );
    let edited = folder.path().join("edited.json");
    std::fs::write(&edited, std::fs::read_to_string(&plan)?.replace("mallory", "malory"))?;
    call(&["plan", arg(&edited), "--csv", arg(&folder.path().join("edited.csv"))])?
        .ended(3)?
        .told(&["altered"])?;
    ensure!(!folder.path().join("edited.csv").exists(), "nothing was saved");

    // What is there stays, unless somebody says otherwise; and nothing is asked of anybody before that is clear.
    let before = std::fs::read(&plan)?;
    let asked = sandbox.requests("graph").await?.len();
    call(&preview)?.ended(2)?.told(&["is there already", "--force"])?;
    ensure!(sandbox.requests("graph").await?.len() == asked, "it is refused before the work");
    ensure!(std::fs::read(&plan)? == before, "what was there is as it was");
    let forced: Vec<&str> = preview.iter().copied().chain(["--force"]).collect();
    call(&forced)?.ended(0)?;

    // The log, whole and filtered.
    let said = call(&["run", "--once", arg(&file)])?;
    ensure!(matches!(said.code, 0 | 5), "{}\n{}", said.code, said.err);
    call(&["log", "out", "--csv", arg(&log)])?.ended(0)?;
    let logged = rows(&log)?;
    ensure!(
        hostile_rows(&logged) > 0
            && logged.iter().all(|row| row["name"].as_str().is_some_and(|name| !name.starts_with('='))),
        "{logged:?}"
    );
    let all = call(&["--json", "log", "out", "--all"])?.ended(0)?.json()?;
    let mut entries: Vec<&Value> = logged.iter().map(|row| &row["entry"]).collect();
    entries.dedup();
    ensure!(
        all["total"] == entries.len() && all["entries"].as_array().map(Vec::len) == Some(entries.len()),
        "every entry"
    );
    call(&["log", "out", "--csv", arg(&log)])?.ended(2)?.told(&["--force"])?;
    // Whether the practice GoTo takes such a name is its business.
    let theirs = logged.iter().find(|row| hostile_rows(std::slice::from_ref(row)) == 1);
    let result = theirs.and_then(|row| row["result"].as_str()).unwrap_or_default();
    call(&["log", "out", "--result", result, "--find", "hyperlink", "--csv", arg(&log), "--force"])?
        .ended(0)?;
    let found = rows(&log)?;
    ensure!(hostile_rows(&found) == found.len() && !found.is_empty(), "{found:?}");
    ensure!(found.iter().all(|row| row["result"] == result), "{found:?}");
    Ok(())
}
