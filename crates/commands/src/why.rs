//! Why somebody is in GoTo, or is not: for the terminal.

use usher_graph::{GraphErrorKind, UserId};
use usher_plan::{ObjectKind, Stage, Value};
use usher_runner::{Revision, Watch};

use crate::access;
use crate::app::App;
use crate::connections::load;
use crate::dto::{CommandError, Message};
use crate::preview::reading;
use crate::problem::missing;
use crate::rows;

pub use usher_plan::Story;

/// The story of one person, by the draft: user principal name or object id. Nothing is sent.
pub async fn why(app: &App, id: &str, person: &str, watch: &Watch) -> Result<Story, CommandError> {
    let loaded = load(app, id).await?;
    crate::running::ready(&loaded.connection)?;
    let reading = reading(app, &loaded).await?;
    let object = object_id(app, id, person).await?;
    let revision = Revision { connection: &loaded.connection, hash: &loaded.revision.hash };
    let story = usher_runner::why(&reading, revision, (ObjectKind::User, &object), watch).await?;
    story.ok_or_else(|| missing("person", person))
}

/// The object id behind a user principal name. Whoever Entra does not have may still be known here by the id.
pub async fn object_id(app: &App, id: &str, person: &str) -> Result<String, CommandError> {
    let loaded = load(app, id).await?;
    let graph = access::graph(app, &loaded.connection).await?;
    match graph.user(&UserId::from(person), &[]).await {
        Ok(user) => Ok(user.id.as_str().to_owned()),
        Err(error) if error.kind == GraphErrorKind::NotFound => Ok(person.to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// A story as lines: each step with what was found out and what follows from it.
#[must_use]
pub fn lines(story: &Story) -> Vec<(&'static str, String, Vec<Message>)> {
    let steps = story.steps.iter().map(|step| {
        let facts = step.facts.iter().map(|fact| format!("{} {}", fact.name, shown(&fact.value)));
        let stage = match step.stage {
            Stage::Import => "Import",
            Stage::Scope => "Scope",
            Stage::Match => "Match",
            Stage::Action => "Action",
        };
        let mut facts: Vec<String> = facts.collect();
        if facts.is_empty() && step.stage == Stage::Match {
            facts.push("no account is linked or found".to_owned());
        }
        (stage, facts.join(", "), step.reasons.iter().map(rows::reason).collect())
    });
    steps.collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Text(text) => format!("\u{201c}{text}\u{201d}"),
        Value::Texts(texts) => texts.join("; "),
        Value::Integer(number) => number.to_string(),
        Value::Drawn { placeholder, .. } => placeholder.clone(),
        Value::Reference(person) => person.display.to_string(),
        Value::Redacted { .. } => usher_plan::REDACTED.to_owned(),
    }
}
