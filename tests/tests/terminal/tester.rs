//! The practice world's `scim2` dialect as PyPI `scim2-tester` sees it, a compliance checker that is not ours.

use anyhow::Result;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use usher_tests::peer::{python, script};
use usher_tests::sandbox::Sandbox;

#[tokio::test]
async fn scim2_tester_finds_no_error() -> Result<()> {
    let sandbox = Sandbox::start(&["--dialect", "scim2", "--rate", "0"])?;
    // It invents user names.
    sandbox.control("PATCH", "goto/switches", Some(json!({ "verified_domains_only": false }))).await?;
    let mut command = Command::new(python()?);
    command.arg(script("scim2-tester/run.py")).arg(sandbox.text("/scim")).stdin(Stdio::null());
    // Not in the arguments: every user of the computer can read those.
    let out = command.env("SCIM_TOKEN", sandbox.text("/scim_token")).output()?;
    let said = String::from_utf8_lossy(&out.stdout);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "scim2-tester ended with {}\n{said}\n{errors}", out.status);
    let results: Vec<Value> = serde_json::from_str(&said)?;
    let failed: Vec<&Value> = results
        .iter()
        .filter(|result| !matches!(result["status"].as_str(), Some("SUCCESS" | "COMPLIANT")))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(results.len() > 100, "it looked at everything: {} checks", results.len());
    Ok(())
}
