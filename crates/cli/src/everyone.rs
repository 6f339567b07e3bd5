//! `usher eval --connection`: one expression for everybody in scope.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{open, take};
use crate::output::{json, line};
use usher_commands::everyone::{self, Beside, Everyone, PersonRow};

/// Lists for whom the expression changes something, gives nothing, or fails. Code 5 where it fails for somebody.
pub async fn eval(
    expression: &str,
    connection: &str,
    target: Option<&str>,
    attribute: Option<&str>,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    let beside = match (target, attribute) {
        (Some(target), _) => Beside::Target(target),
        (None, Some(name)) => Beside::Attribute(name),
        (None, None) => Beside::Nothing,
    };
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    let found = everyone::evaluate(&app, &id, expression, beside).await?;
    if arguments.json {
        json(&found)?;
    } else {
        found.rows.iter().for_each(|row| line(&told(row)));
        line(&counts(&found));
    }
    Ok(if found.failing > 0 { 5 } else { 0 })
}

fn told(row: &PersonRow) -> String {
    let before = row.before.as_deref().unwrap_or("(nothing)");
    let what = match (row.what, &row.after, &row.because) {
        ("changed", Some(after), _) => format!("{before} -> {after}"),
        (_, _, Some(because)) => because.clone(),
        _ if row.before.is_some() => format!("{before} -> (nothing)"),
        _ => "(nothing)".to_owned(),
    };
    format!("{:<8} {}  {what}", row.what, row.user_name)
}

fn counts(found: &Everyone) -> String {
    let changed = found.changed.map(|count| format!("{count} changed, ")).unwrap_or_default();
    let Everyone { people, flowing, empty, failing, .. } = found;
    format!("{people} in scope: {flowing} with a value, {changed}{empty} empty, {failing} failing.")
}
