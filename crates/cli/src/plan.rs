//! `usher preview` and `usher apply`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{find, open, read_file, write_file};
use crate::operate::{report, to_its_end, watched};
use crate::output::{ask, is_interactive, json, json_text, line, progress};
use std::path::Path;
use usher_commands::{operate, preview as previews, words};

/// Works out what the next cycle would do, and saves it if asked to.
pub async fn preview(connection: &str, out: Option<&Path>, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    let plan = previews::make(&app, &id, &watched()).await?;
    let text = previews::to_json(&plan)?;
    if let Some(path) = out {
        write_file(path, &text)?;
    }
    if arguments.json {
        json_text(&text);
    } else {
        line(&previews::to_text(&plan));
        for guard in previews::guards(&plan) {
            line(&words(&guard));
        }
        match out {
            Some(path) => {
                line(&format!("Saved. `usher apply {}` carries out exactly this plan.", path.display()))
            }
            None => line("Nothing has been sent. --out PLAN saves the plan."),
        }
    }
    Ok(0)
}

/// Carries out exactly a saved plan.
pub async fn apply(path: &Path, arguments: &Arguments) -> Result<u8, Failure> {
    let text = read_file(path)?;
    let plan = previews::from_json(&text)?;
    let app = open(arguments).await?;
    // Counted here: the file's own numbers could say that nobody does.
    let names = previews::losing_access(&plan);
    let losing = names.len();
    if losing > 0 && is_interactive() {
        for name in names {
            progress(&format!("  loses access: {name}"));
        }
        let typed = ask(&format!("{losing} people lose access. Type {losing} to go on:"))?;
        if typed != losing.to_string() {
            progress("Nothing was sent.");
            return Ok(3);
        }
    }
    let id = plan.connection.clone();
    let done = to_its_end(&app, &id, operate::apply(&app, plan)).await?;
    let code = report(&done, arguments.json)?;
    if arguments.json {
        json(&operate::summary(&done))?;
    }
    Ok(code)
}
