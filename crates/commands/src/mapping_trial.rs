//! A row that need not be saved, tried on real people: on one with all that is known of them, and on many.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use usher_expression::{Context, Inputs, REDACTED, Value};
use usher_goto::Kind;
use usher_mapping::{Flow, ObjectType, Row, TargetValue, compile, source_attributes};
use usher_plan::{APP_ROLE_ASSIGNMENTS, Subject};
use usher_runner::config::Connection;
use usher_scim::AttributePath;

use crate::access;
use crate::app::App;
use crate::dto::{
    AttributeValue, CommandError, ErrorCode, MappingHelpRequest, MappingRow, MappingSubject, MappingTrial,
    MappingTrialOfMany, MappingTryManyRequest, MappingTryRequest, Message, TrialOutcome, TriedPerson,
};
use crate::loaded::load;
use crate::mappings::{self, Sample, object};
use crate::population::{self, Ask, Extensions};
use crate::problem::error;

/// Who edits wants the same person again with every letter; Entra need not be asked each time.
const KEPT: Duration = Duration::from_secs(60);
/// People that are named beside the counts.
const NAMED: usize = 100;
/// Between two looks whether somebody has typed on.
const BREATH: usize = 50;

/// What is kept between the letters of one who types.
#[derive(Default)]
pub struct Trials {
    subjects: Mutex<HashMap<String, (Instant, Arc<Json>)>>,
    /// The number of the newest trial on many, by connection: older ones end.
    newest: Mutex<HashMap<String, Arc<AtomicU64>>>,
}

impl Trials {
    fn turn(&self, id: &str) -> (Arc<AtomicU64>, u64) {
        let mut all = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = Arc::clone(all.entry(id.to_owned()).or_default());
        let mine = newest.fetch_add(1, Ordering::SeqCst) + 1;
        (newest, mine)
    }
}

/// One person or group: what Entra and, where it can be asked, GoTo have.
pub async fn mapping_subject(
    app: &Arc<App>,
    request: MappingHelpRequest,
) -> Result<MappingSubject, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let object = object(&request.table)?;
    let Some(json) = read(app, &connection, object, &request.sample).await? else {
        let nobody = Message::new("sample-nobody");
        return Ok(MappingSubject {
            id: String::new(),
            name: String::new(),
            attributes: Vec::new(),
            target: Vec::new(),
            target_note: Some(nobody),
        });
    };
    let (target, target_note) = match in_target(app, &connection, object, &json).await {
        Ok(found) => (found, None),
        Err(note) => (Vec::new(), Some(note)),
    };
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    Ok(MappingSubject {
        id: text("id"),
        name: text("displayName"),
        attributes: attributes(object, &json),
        target,
        target_note,
    })
}

fn attributes(object: ObjectType, json: &Json) -> Vec<AttributeValue> {
    let inputs = Sample { object, json };
    let computed = (object == ObjectType::User).then_some("IsSoftDeleted");
    let names = source_attributes(object).iter().map(|attribute| attribute.name).chain(computed);
    names
        .filter_map(|name| Some(AttributeValue { name: name.to_owned(), value: shown(inputs.get(name))? }))
        .collect()
}

fn shown(value: Value<'_>) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Multi(values) => Some(values.join(", ")),
        one => one.into_text().map(|text| text.into_owned()),
    }
}

/// What the service provider has, found as a cycle would: by the first match of the draft that has a value.
async fn in_target(
    app: &App,
    connection: &Connection,
    object: ObjectType,
    json: &Json,
) -> Result<Vec<AttributeValue>, Message> {
    let table = compile(connection.profile, object, mappings::mapping(connection, object)).table;
    let table = table.ok_or_else(|| Message::new("sample-target-no-match"))?;
    let (inputs, context) = (Sample { object, json }, Context::at(app.now()));
    let matches = table.matching();
    let key = matches.iter().find_map(|row| match row.evaluate(&inputs, &context).value {
        Ok(Some(TargetValue::Text(text))) => Some((&row.target, text)),
        _ => None,
    });
    let (attribute, text) = key.ok_or_else(|| Message::new("sample-target-no-match"))?;
    let unreadable = |_| Message::new("sample-target-unread");
    let provider = access::provider(app, connection).await.map_err(unreadable)?;
    let kind = match object {
        ObjectType::User => Kind::User,
        ObjectType::Group => Kind::Group,
    };
    let known = usher_mapping::target_attributes(connection.profile, object);
    let paths: Vec<AttributePath> =
        known.iter().filter_map(|attribute| AttributePath::parse(attribute.path).ok()).collect();
    let found = provider.find(kind, attribute, &text, &paths).await;
    let found = found.map_err(|_| Message::new("sample-target-unread"))?;
    let resource = found.first().ok_or_else(|| Message::new("sample-target-absent"))?;
    let value = |(path, value): (&String, &usher_goto::Value)| AttributeValue {
        name: path.clone(),
        value: match value {
            usher_goto::Value::Text(text) | usher_goto::Value::Reference(text) => text.clone(),
            usher_goto::Value::Boolean(truth) => if *truth { "True" } else { "False" }.to_owned(),
            usher_goto::Value::Integer(number) => number.to_string(),
            usher_goto::Value::Texts(texts) => texts.join(", "),
        },
    };
    Ok(resource.attributes.iter().map(value).collect())
}

/// What the row gives for one person or group.
pub async fn mapping_try(app: &Arc<App>, request: MappingTryRequest) -> Result<MappingTrial, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let object = object(&request.table)?;
    let row = usable(&connection, object, &request.row)?;
    let found = read(app, &connection, object, &request.subject).await?;
    let json = found.ok_or_else(|| error(ErrorCode::NotFound, Message::new("sample-nobody")))?;
    let context = Context::at(app.now());
    if row.source_attributes().contains(&APP_ROLE_ASSIGNMENTS) {
        // Roles are no property of a person: who has which follows from all assignments and groups.
        let extensions = Extensions::among(object, row.source_attributes());
        let everyone = population::of(app, &connection, &extensions, Ask::Kept).await?;
        if let Some(person) = json["id"].as_str().and_then(|id| everyone.source().user(id)) {
            return Ok(trial(&row.evaluate(&Subject::user(person), &context)));
        }
    }
    Ok(trial(&row.evaluate(&Sample { object, json: &json }, &context)))
}

/// What the row gives for the first so many in scope by assignment. Ends early when a newer one is asked for.
pub async fn mapping_try_many(
    app: &Arc<App>,
    request: MappingTryManyRequest,
) -> Result<MappingTrialOfMany, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let object = object(&request.table)?;
    let (newest, mine) = app.mapping_trials.turn(&request.id);
    let row = usable(&connection, object, &request.row)?;
    let extensions = Extensions::among(object, row.source_attributes());
    let everyone = population::of(app, &connection, &extensions, Ask::Kept).await?;
    let context = Context::at(app.now());
    let first = usize::try_from(request.first).unwrap_or(usize::MAX);
    // A hostile expression keeps a thread busy for as long as its step limit lets it, times so many people.
    let work = move || {
        let outdated = || newest.load(Ordering::SeqCst) != mine;
        let (subjects, of): (Vec<Subject<'_>>, usize) = match object {
            ObjectType::User => {
                (everyone.people().into_iter().take(first).map(Subject::user).collect(), everyone.size)
            }
            ObjectType::Group => {
                let groups = everyone.groups();
                let of = groups.len();
                (groups.into_iter().take(first).map(Subject::group).collect(), of)
            }
        };
        let mut tried = Vec::with_capacity(subjects.len());
        for (number, subject) in subjects.iter().enumerate() {
            if number.is_multiple_of(BREATH) && outdated() {
                return None;
            }
            let (id, name) = (subject.id().to_owned(), subject.display().to_owned());
            tried.push(TriedPerson { id, name, trial: trial(&row.evaluate(subject, &context)) });
        }
        Some(summary(tried, of))
    };
    let done = tokio::task::spawn_blocking(work).await.ok().flatten();
    done.ok_or_else(|| error(ErrorCode::Cancelled, Message::new("sample-outdated")))
}

fn summary(mut tried: Vec<TriedPerson>, of: usize) -> MappingTrialOfMany {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let count = |wanted| number(tried.iter().filter(|person| person.trial.result == wanted).count());
    let (values, empty, failed) =
        (count(TrialOutcome::Value), count(TrialOutcome::Empty), count(TrialOutcome::Failed));
    let all = number(tried.len());
    // Failures first: they are what somebody has to look at.
    tried.sort_by(|left, right| (left.trial.result, &left.name).cmp(&(right.trial.result, &right.name)));
    tried.truncate(NAMED);
    MappingTrialOfMany { tried: all, of: number(of), values, empty, failed, people: tried }
}

/// The row, where it can be evaluated.
fn usable(connection: &Connection, object: ObjectType, row: &MappingRow) -> Result<Row, CommandError> {
    let (row, findings) = mappings::compiled_row(connection, object, row);
    row.ok_or_else(|| {
        let first = findings.first().map(mappings::sentence);
        error(ErrorCode::Invalid, first.unwrap_or_else(|| Message::new("sample-nothing")))
    })
}

fn trial(flow: &Flow<'_>) -> MappingTrial {
    let value = |value: String, note| MappingTrial { result: TrialOutcome::Value, value, note };
    match &flow.value {
        Ok(Some(_)) if flow.redacted => value(REDACTED.to_owned(), Some(Message::new("sample-redacted"))),
        Ok(Some(found)) => {
            let note = match flow {
                Flow { drawn: true, .. } => Some(Message::new("sample-drawn")),
                Flow { uncertain: true, .. } => Some(Message::new("sample-uncertain")),
                _ => None,
            };
            let text = match found {
                TargetValue::Boolean(truth) => if *truth { "True" } else { "False" }.to_owned(),
                TargetValue::Integer(number) => number.to_string(),
                TargetValue::Text(text) => text.clone(),
                TargetValue::Texts(texts) => texts.join(", "),
            };
            value(text, note)
        }
        Ok(None) => MappingTrial {
            result: TrialOutcome::Empty,
            value: String::new(),
            note: Some(Message::new("sample-nothing")),
        },
        Err(problem) => MappingTrial {
            result: TrialOutcome::Failed,
            value: String::new(),
            note: Some(Message::new("sample-failed").text("code", problem.code())),
        },
    }
}

/// The person or group with every attribute; kept for a minute.
async fn read(
    app: &App,
    connection: &Connection,
    object: ObjectType,
    wanted: &str,
) -> Result<Option<Arc<Json>>, CommandError> {
    let key = format!("{} {} {object:?} {wanted}", connection.id, connection.scope.application);
    let kept = |found: &(Instant, Arc<Json>)| (found.0.elapsed() < KEPT).then(|| Arc::clone(&found.1));
    let known = {
        let subjects = app.mapping_trials.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        subjects.get(&key).and_then(kept)
    };
    if known.is_some() {
        return Ok(known);
    }
    let graph = access::graph(app, connection).await?;
    let Some(found) = mappings::sample(&graph, connection, object, wanted).await? else { return Ok(None) };
    let found = Arc::new(found);
    let mut subjects = app.mapping_trials.subjects.lock().unwrap_or_else(PoisonError::into_inner);
    subjects.retain(|_, (read, _)| read.elapsed() < KEPT);
    subjects.insert(key, (Instant::now(), Arc::clone(&found)));
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(target: &str, expression: &str, expected: (TrialOutcome, &str, Option<&str>)) {
        let (row, findings) = mappings::compiled_expression(target, expression);
        let row = row.unwrap_or_else(|| panic!("{findings:?}"));
        let person =
            json!({ "id": "1", "mail": "ana@example.com", "accountEnabled": true, "otherMails": ["a", "b"] });
        let context = Context::at(jiff::Timestamp::UNIX_EPOCH);
        let found = trial(&row.evaluate(&Sample { object: ObjectType::User, json: &person }, &context));
        let note = found.note.as_ref().map(|note| note.id.as_str());
        assert_eq!((found.result, found.value.as_str(), note), expected, "{expression}");
    }

    #[test]
    fn a_trial_tells_a_value_from_nothing_and_from_failure() {
        check("title", "ToUpper([mail])", (TrialOutcome::Value, "ANA@EXAMPLE.COM", None));
        check("active", "Not([IsSoftDeleted])", (TrialOutcome::Value, "True", None));
        check("title", "[department]", (TrialOutcome::Empty, "", Some("sample-nothing")));
        check("active", "[mail]", (TrialOutcome::Failed, "", Some("sample-failed")));
        check("title", "[otherMails]", (TrialOutcome::Failed, "", Some("sample-failed")));
        check("title", "Redact([mail])", (TrialOutcome::Value, "[Redact]", Some("sample-redacted")));
        check("title", "Guid()", (TrialOutcome::Value, "Guid()", Some("sample-drawn")));
    }

    #[test]
    fn who_fails_is_named_first() {
        let person = |name: &str, result| TriedPerson {
            id: name.to_owned(),
            name: name.to_owned(),
            trial: MappingTrial { result, value: String::new(), note: None },
        };
        let all = vec![
            person("b", TrialOutcome::Value),
            person("c", TrialOutcome::Empty),
            person("d", TrialOutcome::Failed),
            person("a", TrialOutcome::Value),
        ];
        let found = summary(all, 1286);
        assert_eq!((found.tried, found.of, found.values, found.empty, found.failed), (4, 1286, 2, 1, 1));
        assert_eq!(found.people.iter().map(|person| &person.name[..]).collect::<String>(), "dcab");
    }
}
