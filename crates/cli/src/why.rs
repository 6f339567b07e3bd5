//! `usher why` and `usher on-demand`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{open, take};
use crate::operate::{to_its_end, watched};
use crate::output::{json, line};
use usher_commands::dto::TrialResult;
use usher_commands::{operate, why as stories, words};

/// Tells the story of one person.
pub async fn why(connection: &str, person: &str, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    let told = stories::why(&app, &id, person, &watched()).await?;
    let story = &told.story;
    if arguments.json {
        json(story)?;
        return Ok(0);
    }
    line(&format!("{} ({})", story.display, story.source));
    for (stage, facts, reasons) in stories::lines(&told) {
        line(&format!("{stage:<8}{facts}"));
        for reason in reasons {
            line(&format!("        {}", words(&reason)));
        }
    }
    line("Nothing has been sent.");
    Ok(0)
}

/// Provisions people together; one who fails does not stop the others, and the guards count all of them.
pub async fn on_demand(
    connection: &str,
    people: &[String],
    groups: &[String],
    arguments: &Arguments,
) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    let mut told = Vec::new();
    let mut ids = Vec::new();
    // Nobody is written before everybody is known.
    for person in people {
        ids.push(stories::object_id(&app, &id, person).await?);
    }
    if !ids.is_empty() {
        let results = to_its_end(&app, &id, operate::try_people(&app, &id, &ids)).await?;
        results.iter().for_each(|result| show(result, arguments));
        told.extend(results);
    }
    for group in groups {
        let results = to_its_end(&app, &id, operate::try_group(&app, &id, group)).await?;
        results.iter().for_each(|result| show(result, arguments));
        told.extend(results);
    }
    let failed = told.iter().any(|result| result.result == "failure");
    if arguments.json {
        json(&told)?;
    }
    Ok(if failed { 5 } else { 0 })
}

fn show(result: &TrialResult, arguments: &Arguments) {
    if arguments.json {
        return;
    }
    line(&format!("{}: {}", result.name, words(&result.summary)));
    for step in &result.steps {
        line(&format!("  {:<8}{}", step.step, words(&step.title)));
        for evidence in &step.evidence {
            line(&format!("          {}", words(evidence)));
        }
    }
}
