//! `usher run` as a service: it says how it is doing, ends cleanly at a signal, and there is one of it.

use crate::files::arg;
use crate::unattended::Unattended;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::path::PathBuf;
use usher_tests::terminal::{Live, Said, run};
use usher_tests::wait;

/// A practice world, whose clock the service follows, and a connection file.
struct Stage {
    world: Unattended,
    file: PathBuf,
}

impl Stage {
    async fn new() -> Result<Self> {
        let world = Unattended::new("20", "3").await?;
        let file = world.file("service", |text| text)?;
        Ok(Self { world, file })
    }

    fn command(&self, arguments: &[&str]) -> Result<std::process::Command> {
        self.world.command(&[&["--json"], arguments].concat())
    }

    fn usher(&self, arguments: &[&str]) -> Result<Said> {
        run(&mut self.command(arguments)?)
    }

    fn service(&self, arguments: &[&str]) -> Result<Live> {
        let mut all = vec!["run", arg(&self.file)];
        all.extend(arguments);
        Live::start(&mut self.command(&all)?)
    }

    async fn advance(&self, minutes: u32) -> Result<()> {
        self.world.sandbox.control("POST", "clock/advance", Some(json!({ "minutes": minutes }))).await?;
        Ok(())
    }
}

fn is(state: &'static str) -> impl Fn(&Value) -> bool {
    move |line| line["state"] == state
}

/// The cycle has ended, and the next one is waited for.
fn waits(line: &Value) -> bool {
    line["next"].is_string() && line["last"].is_object() && line["state"] != "running"
}

#[tokio::test]
async fn a_service_says_how_it_is_doing_and_ends_cleanly() -> Result<()> {
    let stage = Stage::new().await?;
    let file = stage.world.folder.path().join("health.json");
    let mut live = stage.service(&["--health", arg(&file)])?;
    let (at, _) = live.line("a cycle runs", 0, is("running")).await?;
    let (at, first) = live.line("it waits for the next", at, waits).await?;
    ensure!(first["connection"] == "service" && first["pid"] == live.group().id(), "{first}");

    // Forty minutes later the next cycle runs.
    stage.advance(41).await?;
    let (at, next) = live
        .line("the second cycle has ended", at, |line| {
            waits(line) && line["last"]["run"] != first["last"]["run"]
        })
        .await?;
    ensure!(next["notice"].is_null(), "nothing was missed: {next}");

    // The computer sleeps for a night.
    stage.advance(400).await?;
    let missed = |line: &Value| line["notice"]["message"]["id"] == "notice-missed" && waits(line);
    let (_, after) = live.line("missed cycles are told", at, missed).await?;
    ensure!(after["notice"]["message"]["args"]["count"] == 9, "{after}");
    ensure!(after["notice"]["text"].is_null() && after["notice"]["message"]["text"].is_string(), "{after}");
    wait::until("the file holds the last line", || async {
        let held: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
        Ok((held == after).then_some(()))
    })
    .await?;

    let said = live.terminate().await?.ended(0)?;
    let states: Vec<Value> = said.out.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let ends: Vec<&Value> = states.iter().rev().take(2).map(|line| &line["state"]).collect();
    ensure!(ends == [&json!("ended"), &json!("ending")], "{ends:?}");
    let held: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    ensure!(held["state"] == "ended" && held["healthy"] == false, "{held}");
    // A line says something new, or is not there.
    for pair in states.windows(2) {
        let [before, after] = pair else { continue };
        let without = |line: &Value| {
            let mut line = line.clone();
            line["at"] = Value::Null;
            line
        };
        ensure!(without(before) != without(after), "the same twice: {before}");
    }
    Ok(())
}

#[tokio::test]
async fn a_signal_in_the_middle_of_a_cycle_lets_it_end_where_nothing_is_lost() -> Result<()> {
    let stage = Stage::new().await?;
    // The third account is made, and its answer does not come until the test says so.
    let fault = json!({ "service": "goto_api", "method": "POST", "skip": 2, "times": 1, "effect": "hold" });
    stage.world.sandbox.control("POST", "faults", Some(fault)).await?;
    let live = stage.service(&[])?;
    let posts = || async {
        let writes = stage.world.sandbox.writes("goto_api").await?;
        anyhow::Ok(writes.iter().filter(|write| write["method"] == "POST").count())
    };
    wait::until("a request that is not answered", || async { Ok((posts().await? >= 3).then_some(())) })
        .await?;
    let mut live = live;
    live.group().signal(nix::sys::signal::Signal::SIGTERM)?;
    live.line("it says that it ends", 0, is("ending")).await?;
    let sent = posts().await?;
    ensure!(live.is_running()?, "what is in flight is finished first");
    stage.world.sandbox.control("DELETE", "faults", None).await?;
    live.end().await?.ended(0)?;
    ensure!(posts().await? == sent, "nothing was begun after the signal");

    // The lock is free, and the next run makes nobody twice.
    let said = stage.usher(&["run", "--once", arg(&stage.file)])?;
    ensure!(matches!(said.code, 0 | 5), "{}\n{}", said.code, said.err);
    let people = stage.world.sandbox.list("goto/users").await?;
    let mut names: Vec<String> =
        people.iter().map(|person| person["attributes"]["userName"].to_string().to_lowercase()).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    ensure!(names.len() == all && all > 3, "{names:?}");
    Ok(())
}

#[tokio::test]
async fn a_service_ends_when_somebody_switches_the_connection_off() -> Result<()> {
    let stage = Stage::new().await?;
    let mut live = stage.service(&[])?;
    let (at, _) = live.line("it waits for the next cycle", 0, waits).await?;
    stage.usher(&["off", "service", "--reason", "Merger"])?.ended(0)?;
    live.line("it hears of it", at, is("off")).await?;
    let said = live.end().await?.ended(3)?;
    said.told(&["switched off", "usher on service"])?;
    // A timer that calls for one cycle does not undo it either.
    let writes = stage.world.sandbox.writes("goto_api").await?.len();
    stage.usher(&["run", "--once", "service"])?.ended(3)?.told(&["switched off"])?;
    ensure!(stage.world.sandbox.writes("goto_api").await?.len() == writes, "nothing is sent while it is off");
    Ok(())
}

#[tokio::test]
async fn there_is_one_service_and_the_next_one_waits_if_it_is_told_to() -> Result<()> {
    let stage = Stage::new().await?;
    let mut first = stage.service(&[])?;
    first.line("it waits for the next cycle", 0, waits).await?;
    let pid = first.group().id().to_string();

    let said = stage.usher(&["run", arg(&stage.file)])?.ended(1)?;
    said.told(&[&pid, "runs the cycles", "--wait"])?;
    let status = stage.usher(&["status", "service"])?.ended(0)?.json()?;
    ensure!(status["status"] != "on-waiting", "somebody runs it: {status}");

    let mut second = stage.service(&["--wait"])?;
    let (at, line) = second.line("it stands by", 0, is("standby")).await?;
    ensure!(line["pid"] == second.group().id(), "{line}");
    ensure!(second.err().contains(&pid), "{}", second.err());
    first.terminate().await?.ended(0)?;
    stage.advance(41).await?;
    second.line("it takes over", at, is("running")).await.context("after the first has ended")?;
    second.interrupt().await?.ended(0)?;

    // One that only waits goes at once.
    let mut first = stage.service(&[])?;
    first.line("it is there", 0, |line| line["state"] != "standby").await?;
    let mut second = stage.service(&["--wait"])?;
    second.line("it stands by", 0, is("standby")).await?;
    second.terminate().await?.ended(0)?;
    first.terminate().await?.ended(0)?;
    Ok(())
}
