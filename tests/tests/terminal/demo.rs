//! `usher demo`: the same seed gives the same bytes, a second cycle writes nothing, Off stops further ones and says what stays.

use crate::files::arg;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use usher_tests::terminal::{run, usher};

/// One demo from a fresh data folder: what it says, and the bytes of the preview's plan.
fn demo(runner: &str) -> Result<(Value, Vec<u8>)> {
    let folder = tempfile::tempdir()?;
    let plan = folder.path().join("plan.json");
    let arguments = ["demo", "--json", "--seed", "7", "--runner", runner, "--plan-out", arg(&plan)];
    let said = run(&mut usher(&folder.path().join("data"), None, &arguments)?)?.ended(0)?;
    let bytes = std::fs::read(&plan).with_context(|| format!("--plan-out wrote nothing: {}", said.err))?;
    Ok((said.json()?, bytes))
}

fn check(runner: &str) -> Result<()> {
    // One after the other: GoTo's OAuth client has one address that the browser comes back to.
    let (first, plan) = demo(runner)?;
    let (_, again) = demo(runner)?;
    assert!(plan == again, "the same seed and clock give byte-identical plans");
    assert_eq!(first["ok"], true, "everybody who should be in GoTo is, and nobody else: {first:#}");
    let result = &first["result"];
    assert!(result["people"].as_u64() > Some(20) && result["groups"].as_u64() > Some(2), "{result:#}");
    for empty in ["missing", "unexpected"] {
        assert_eq!(result[empty], json!([]), "{empty}");
    }
    // Our own engine counts by kind, Microsoft's service altogether.
    let second = result["second_cycle"].as_object().context("a second cycle ran")?;
    assert_eq!(second["outcome"], "succeeded");
    let writes: Vec<u64> = second.values().filter_map(Value::as_u64).collect();
    assert!(!writes.is_empty() && writes.iter().all(|count| *count == 0), "nothing to write: {second:?}");
    assert_eq!(result["after_off"], json!({ "cycles": 0, "writes": 0 }), "Off stops further cycles");
    let stays = result["stays"].as_array().context("Off says what stays")?;
    let text = stays.iter().filter_map(Value::as_str).collect::<String>();
    assert!(
        text.contains("stay in GoTo as they are") && text.contains("keep their GoTo accounts"),
        "{stays:?}"
    );
    Ok(())
}

#[test]
fn the_local_runner_does_the_whole_job_twice_alike() -> Result<()> {
    check("local")
}

#[test]
fn the_entra_runner_does_the_whole_job_twice_alike() -> Result<()> {
    check("entra")
}
