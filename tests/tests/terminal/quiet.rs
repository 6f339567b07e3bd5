//! Quiet hours: a service waits for their end, and a person does not have to.

use crate::files::{File, arg, with_secrets};
use anyhow::{Result, ensure};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Live, run, usher};

/// Hours around the practice world's time are as good as any: the test moves its clock over them.
#[tokio::test]
async fn nothing_begins_by_itself_in_quiet_hours_and_run_once_does() -> Result<()> {
    let sandbox = Sandbox::start(&["--users", "5", "--groups", "1", "--rate", "0"])?;
    sandbox.control("PATCH", "goto/switches", Some(json!({ "verified_domains_only": false }))).await?;
    let folder = tempfile::tempdir()?;
    let base_url = sandbox.text("/scim");
    let file = File {
        id: "quiet",
        profile: "goto",
        base_url: &base_url,
        dialect: "goto-v1",
        practice: true,
        rate: 0,
    };
    let path = folder.path().join("quiet.toml");
    let state = sandbox.control("GET", "clock", None).await?;
    let now: Timestamp = state["now"].as_str().unwrap_or_default().parse()?;
    // From an hour ago until two hours from now, by the clock on the wall of Kolkata: half an hour off everybody else's.
    let kolkata = TimeZone::get("Asia/Kolkata")?;
    let wall = |at: Timestamp| kolkata.to_datetime(at).strftime("%H:%M").to_string();
    let [begin, end] = [now - SignedDuration::from_hours(1), now + SignedDuration::from_hours(2)].map(wall);
    let runner = format!("\nquiet = \"daily {begin}-{end}\"\nzone = \"Asia/Kolkata\"\n");
    std::fs::write(&path, file.text(&sandbox) + runner.trim_start())?;

    let command = |arguments: &[&str]| -> Result<std::process::Command> {
        let control = sandbox.text("/control");
        let mut all = vec!["--sandbox", control.as_str()];
        all.extend(arguments);
        let mut command = usher(&folder.path().join("data"), None, &all)?;
        with_secrets(&mut command, &sandbox, &sandbox.text("/scim_token"));
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        Ok(command)
    };

    // The first cycle of a service waits.
    let mut live = Live::start(&mut command(&["--json", "run", arg(&path)])?)?;
    let waits = |line: &serde_json::Value| line["next"].is_string() && line["state"] == "waiting";
    let (seen, first) = live.line("it waits for the end of quiet hours", 0, waits).await?;
    ensure!(first["last"].is_null() && first["healthy"] == true, "{first}");
    ensure!(sandbox.writes("goto_api").await?.is_empty(), "nothing was written");
    let said = run(&mut command(&["status", "quiet"])?)?.ended(0)?;
    // On another day the weekday stands before the time.
    let until = format!("{end} Asia/Kolkata (");
    ensure!(said.out.contains("Quiet until ") && said.out.contains(&until), "{}", said.out);
    let status = run(&mut command(&["--json", "status", "quiet"])?)?.ended(0)?.json()?;
    ensure!(status["quiet"]["zone"] == "Asia/Kolkata", "{status}");
    ensure!(status["quiet"]["until"] == first["next"] && status["next_cycle"] == first["next"], "{status}");

    // It begins when they end, and nobody is told that it was missed.
    sandbox.control("POST", "clock/advance", Some(json!({ "minutes": 121 }))).await?;
    let ended = |line: &serde_json::Value| line["last"].is_object() && line["state"] != "running";
    let (_, after) = live.line("the first cycle has ended", seen, ended).await?;
    ensure!(after["notice"].is_null(), "nothing was missed: {after}");
    live.terminate().await?.ended(0)?;

    // A day later it is quiet again: whoever asks for a cycle does not wait.
    sandbox.control("POST", "clock/advance", Some(json!({ "minutes": 23 * 60 }))).await?;
    // Somebody of the practice tenant always fails; that is not what is asked here.
    let said = run(&mut command(&["run", "--once", arg(&path)])?)?;
    ensure!(said.out.contains("in step"), "{} {}", said.out, said.err);
    let status = run(&mut command(&["--json", "status", "quiet"])?)?.ended(0)?.json()?;
    ensure!(status["quiet"]["until"].is_string(), "it is quiet: {status}");
    ensure!(status["cycles"].as_array().is_some_and(|cycles| cycles.len() == 2), "{status}");
    Ok(())
}
