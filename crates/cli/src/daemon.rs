//! `usher run` as a service: cycles one after another, a line for each change, and a clean end.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{find, is_file, open, read_file, replace_file, take};
use crate::operate::heard;
use crate::output::{add_sentences, json_line, line, progress};
use crate::signals::Signals;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use usher_commands::health::{self, Health, HealthState, Held, Schedule};
use usher_commands::{App, operate, words};

/// How often is looked whether another process has ended: its end is an operating-system lock that nobody announces.
const LOOK: Duration = Duration::from_millis(250);

/// How often a process that waits for the next cycle looks whether the connection is still on.
const LOOK_AROUND: Duration = Duration::from_secs(2);

/// Runs cycles until a signal comes, or somebody switches them off.
pub async fn run(
    connection: &str,
    wait: bool,
    file: Option<&Path>,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    // First of all: a signal from now on ends it cleanly.
    let mut signals = Signals::listen()?;
    ours(file)?;
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    let mut teller = Teller { as_json: arguments.json, file, last: None };
    let held = tokio::select! {
        held = take_over(&app, &id, wait, &mut teller) => held?,
        () = signals.next() => {
            app.close().await;
            return Ok(0);
        }
    };
    let Some(schedule) = held else { return Ok(1) };
    // Only the one that runs it may say how.
    if is_file(connection) {
        take(&app, connection).await?;
        operate::make_live(&app, &id).await?;
    }
    operate::on_unless_off(&app, &id).await?;
    app.on_progress(heard());
    let mut pulse = app.pulse();
    progress("Provisioning is on. Cycles run until this command ends; Ctrl+C ends it cleanly.");
    app.start_scheduler_of(&id)?;
    // What another process does to this connection, such as switching it off, announces itself to nobody either.
    let mut look = tokio::time::interval(LOOK_AROUND);
    let switched_off = loop {
        tokio::select! {
            biased;
            () = signals.next() => break false,
            changed = pulse.changed() => if changed.is_err() { break false },
            _ = look.tick() => {}
        }
        let now = health::health(&app, &id).await?;
        let off = now.state == HealthState::Off;
        teller.tell(now)?;
        if off {
            break true;
        }
    };
    if switched_off {
        progress(&format!("Provisioning was switched off. `usher on {id}` switches it on."));
    }
    // Before anything is said of it: nothing new is begun from now on.
    app.cancel(&id);
    progress("Ending: what is in flight is finished. Interrupt again to end at once.");
    let now = health::health(&app, &id).await?;
    teller.tell(now.in_state(&app, HealthState::Ending))?;
    tokio::select! {
        () = app.close() => {}
        () = signals.next() => {
            progress("Ended. The next run looks up what was in flight.");
            std::process::exit(1);
        }
    }
    let now = health::health(&app, &id).await?;
    drop(schedule);
    teller.tell(now.in_state(&app, HealthState::Ended))?;
    Ok(if switched_off { 3 } else { 0 })
}

/// Refuses a file that is there and is none of ours: each line of health replaces it.
fn ours(file: Option<&Path>) -> Result<(), Failure> {
    let Some(text) = file.filter(|file| file.exists()).map(read_file).transpose()? else { return Ok(()) };
    let object: Option<Value> = serde_json::from_str(&text).ok();
    if text.trim().is_empty()
        || object.is_some_and(|object| object["state"].is_string() && object["healthy"].is_boolean())
    {
        return Ok(());
    }
    let path = file.unwrap_or(Path::new("")).display();
    Err(Failure::Usage(format!(
        "{path} is there already and holds something else than health: name another file"
    )))
}

/// Becomes the process that runs this connection's cycles, or says who is; `None` where it is another one.
async fn take_over(
    app: &Arc<App>,
    id: &str,
    wait: bool,
    teller: &mut Teller<'_>,
) -> Result<Option<Schedule>, Failure> {
    let mut said = false;
    loop {
        let holder = match health::take_over(app, id).await? {
            Held::Ours(schedule) => return Ok(Some(schedule)),
            Held::Theirs(holder) => holder,
        };
        if !said {
            let who = holder.map_or_else(|| "Another process".to_owned(), |holder| holder.to_string());
            progress(&format!("{who} runs the cycles of this connection already."));
            if !wait {
                progress("--wait waits until it ends and goes on then.");
                return Ok(None);
            }
            progress("Waiting until it ends. Ctrl+C gives up.");
            let now = health::health(app, id).await?;
            teller.tell(now.in_state(app, HealthState::Standby))?;
            said = true;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Waits until no other process runs a cycle of this connection; says whether that came about.
pub async fn until_free(app: &Arc<App>, id: &str) -> Result<bool, Failure> {
    let mut signals = Signals::listen()?;
    let mut said = false;
    while let Some(holder) = health::cycle_elsewhere(app, id).await? {
        if !said {
            progress(&format!(
                "{holder} runs a cycle of this connection. Waiting until it ends; Ctrl+C gives up."
            ));
            said = true;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = signals.next() => return Ok(false),
        }
    }
    Ok(true)
}

/// Says how it goes, once for each change.
struct Teller<'a> {
    as_json: bool,
    file: Option<&'a Path>,
    /// The last line, without its time.
    last: Option<Value>,
}

impl Teller<'_> {
    fn tell(&mut self, now: Health) -> Result<(), Failure> {
        let mut object = serde_json::to_value(&now)?;
        add_sentences(&mut object);
        let text = object.to_string();
        object["at"] = Value::Null;
        if self.last.replace(object.clone()) == Some(object) {
            return Ok(());
        }
        if let Some(file) = self.file {
            replace_file(file, &(text.clone() + "\n"))?;
        }
        if self.as_json {
            // Nobody reads any more: that is no failure, and cycles go on.
            let _ = json_line(&mut std::io::stdout(), &text);
        } else {
            line(&sentence(&now));
        }
        Ok(())
    }
}

fn sentence(now: &Health) -> String {
    let mut said = format!("{}  {}", now.at, now.state.word());
    if let Some(next) = &now.next {
        said.push_str(&format!("  next cycle {next}"));
    }
    if let Some(last) = &now.last {
        let outcome = format!("{:?}", last.outcome).to_lowercase();
        said.push_str(&format!("  last {outcome} {}", last.ended.as_deref().unwrap_or_default()));
    }
    if let Some(notice) = &now.notice {
        said.push_str(&format!("  told {}: {}", notice.at, words(&notice.message)));
    }
    for need in &now.needs {
        said.push_str(&format!("  {}", words(&need.message)));
    }
    if now.unsent > 0 {
        let why = now.unsent_because.as_ref().map(words).unwrap_or_default();
        said.push_str(&format!("  {} mails not sent: {why}", now.unsent));
    }
    said
}
