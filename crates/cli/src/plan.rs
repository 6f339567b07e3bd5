//! `usher preview`, `usher plan` and `usher apply`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{Existing, distinct, free, open, read_file, take, write_file};
use crate::operate::{report, to_its_end, watched};
use crate::options::Reports;
use crate::output::{ask, is_interactive, json, json_text, line, lines, progress};
use std::path::Path;
use usher_commands::preview::Plan;
use usher_commands::{export, operate, preview as previews, words};

/// Works out what the next cycle would do, and saves it if asked to.
pub async fn preview(
    connection: &str,
    out: Option<&Path>,
    reports: &Reports,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    let existing = Existing::from(reports.force);
    free(files(reports).chain(out), existing)?;
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    let plan = previews::make(&app, &id, &watched()).await?;
    let text = previews::to_json(&plan)?;
    if let Some(path) = out {
        write_file(path, &text, existing)?;
    }
    write(&plan, reports)?;
    if arguments.json {
        json_text(&text);
    } else {
        lines(&previews::to_text(&plan));
        for guard in previews::guards(&plan) {
            line(&words(&guard));
        }
        match out {
            Some(path) => {
                line(&format!("Saved. `usher apply {}` carries out exactly this plan.", path.display()))
            }
            None => line("Nothing has been sent. --out PLAN saves the plan."),
        }
        saved(reports);
    }
    Ok(0)
}

/// Shows a saved plan, or turns it into reports.
pub fn show(path: &Path, reports: &Reports, as_json: bool) -> Result<u8, Failure> {
    free(files(reports), reports.force.into())?;
    let mut seen = Vec::new();
    for file in std::iter::once(path).chain(files(reports)) {
        distinct(file, &mut seen)?;
    }
    let plan = previews::from_json_unedited(&read_file(path)?)?;
    write(&plan, reports)?;
    if as_json {
        json_text(&previews::to_json(&plan)?);
    } else if files(reports).next().is_none() {
        lines(&previews::to_text(&plan));
        previews::guards(&plan).iter().for_each(|guard| line(&words(guard)));
    } else {
        saved(reports);
    }
    Ok(0)
}

fn files(reports: &Reports) -> impl Iterator<Item = &Path> {
    [&reports.csv, &reports.html].into_iter().filter_map(|file| file.as_deref())
}

fn write(plan: &Plan, reports: &Reports) -> Result<(), Failure> {
    let existing = Existing::from(reports.force);
    if let Some(path) = &reports.csv {
        write_file(path, &export::plan_csv(plan), existing)?;
    }
    if let Some(path) = &reports.html {
        write_file(path, &export::plan_html(plan), existing)?;
    }
    Ok(())
}

fn saved(reports: &Reports) {
    files(reports).for_each(|path| line(&format!("Saved {}.", path.display())));
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
    let code = report(&id, &done, arguments.json)?;
    if arguments.json {
        json(&operate::summary(&done))?;
    }
    Ok(code)
}
