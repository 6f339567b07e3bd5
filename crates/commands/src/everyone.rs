//! One expression for everybody in scope: what it changes, for whom it gives nothing, and for whom it fails.

use serde::Serialize;
use usher_expression::{Context, Expression, Inputs, REDACTED, Surroundings, Value};
use usher_mapping::{
    Apply, AttributeMapping, Definition, Filter, Flow, ObjectType, Row, Severity, Source, TargetValue,
    compile, defaults, is_source_attribute, source_attributes,
};
use usher_plan::Subject;
use usher_runner::config::Connection;

use crate::app::App;
use crate::catalogue::words;
use crate::dto::{CommandError, ErrorCode, Message};
use crate::language;
use crate::loaded::load;
use crate::mappings::sentence;
use crate::population::{self, Extensions};
use crate::problem::error;

/// What the values are compared with.
#[derive(Debug, Clone, Copy)]
pub enum Beside<'a> {
    /// Nothing.
    Nothing,
    /// What the draft's mapping of this target gives.
    Target(&'a str),
    /// What Entra has in this attribute.
    Attribute(&'a str),
}

/// Everybody in scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Everyone {
    /// How many people were looked at.
    pub people: usize,
    /// For how many a value flows.
    pub flowing: usize,
    /// For how many it is another one than so far; absent where nothing was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<usize>,
    /// For how many nothing flows.
    pub empty: usize,
    /// For how many there is no answer.
    pub failing: usize,
    /// Whoever changed, is empty or fails, by user name.
    pub rows: Vec<PersonRow>,
}

/// One person of whom something is to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonRow {
    /// Object id in Entra.
    pub id: String,
    /// The user name.
    pub user_name: String,
    /// `changed`, `empty` or `failing`.
    pub what: &'static str,
    /// The value so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The value that the expression gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// Evaluates the expression for everybody whom the draft has in scope.
pub async fn evaluate(app: &App, id: &str, text: &str, beside: Beside<'_>) -> Result<Everyone, CommandError> {
    let connection = load(app, id).await?.connection;
    let question = Question::new(&connection, text, beside)?;
    let extensions = Extensions::among(ObjectType::User, question.attributes().iter().map(String::as_str));
    let population = population::whole(app, &connection, extensions).await?;
    let context = Context::at(app.now());
    let mut found = Everyone { changed: question.compares().then_some(0), ..Everyone::default() };
    for user in population.people() {
        question.ask(&Subject::user(user), &context, &mut found);
    }
    found.rows.sort_by(|one, other| one.user_name.cmp(&other.user_name));
    Ok(found)
}

/// What is asked about each person.
struct Question {
    filter: Filter,
    after: Computed,
    before: Option<Computed>,
}

enum Computed {
    /// In the type of a target.
    Row(Box<Row>),
    /// As it is.
    Plain(Expression),
}

/// A value, whether it may be shown, or why there is none.
type Answer = Result<(Option<String>, bool), String>;

impl Question {
    fn new(connection: &Connection, text: &str, beside: Beside<'_>) -> Result<Self, CommandError> {
        let mapping = &connection.mappings.users;
        let filter =
            Filter::compile(ObjectType::User, &mapping.scope, &|name| Definition::of(ObjectType::User, name));
        let Some(filter) = filter.filter else {
            return Err(error(ErrorCode::Invalid, Message::new("error-filters-refused")));
        };
        let (after, before) = match beside {
            Beside::Nothing => (Computed::Plain(checked(text)?), None),
            Beside::Attribute(name) => {
                (Computed::Plain(checked(text)?), Some(Computed::Plain(checked(&format!("[{name}]"))?)))
            }
            Beside::Target(target) => {
                let row = |source| row(connection, target, source);
                let present = mapping.attributes.iter().find(|row| row.target.eq_ignore_ascii_case(target));
                let present = present.map(|row| row.source.clone()).unwrap_or(Source::None);
                (Computed::Row(row(Source::Expression(text.to_owned()))?), Some(Computed::Row(row(present)?)))
            }
        };
        Ok(Self { filter, after, before })
    }

    fn compares(&self) -> bool {
        self.before.is_some()
    }

    /// Everything of a person that the answer needs.
    fn attributes(&self) -> Vec<String> {
        let mut names: Vec<String> = self.filter.source_attributes().into_iter().map(str::to_owned).collect();
        for computed in [Some(&self.after), self.before.as_ref()].into_iter().flatten() {
            let more = match computed {
                Computed::Row(row) => row.source_attributes(),
                Computed::Plain(expression) => expression.attributes(),
            };
            names.extend(more.into_iter().map(str::to_owned));
        }
        names
    }

    fn ask(&self, person: &Subject<'_>, context: &Context, found: &mut Everyone) {
        let user_name = person.get("userPrincipalName").into_text().unwrap_or_default().into_owned();
        let row = |what, before, after, because| PersonRow {
            id: person.id().to_owned(),
            user_name: user_name.clone(),
            what,
            before,
            after,
            because,
        };
        let in_scope = self.filter.evaluate(person);
        // Whose scope is not known is not left out: that the filter fails is the finding.
        if matches!(&in_scope, Ok(verdict) if !verdict.in_scope) {
            return;
        }
        found.people += 1;
        if let Err(failed) = in_scope {
            let because = words(&crate::rows::reason(&usher_plan::filter_failed(failed)));
            found.failing += 1;
            found.rows.push(row("failing", None, None, Some(because)));
            return;
        }
        let before = self.before.as_ref().map(|before| before.answer(person, context));
        // A mapping that failed so far has no value so far.
        let (before, hides_before) = before.and_then(Result::ok).unwrap_or_default();
        let (after, hides_after) = match self.after.answer(person, context) {
            Ok(after) => after,
            Err(because) => {
                found.failing += 1;
                found.rows.push(row("failing", shown(before, hides_before), None, Some(because)));
                return;
            }
        };
        let changed = self.compares() && before != after;
        if changed {
            found.changed = found.changed.map(|count| count + 1);
        }
        let (old, new) = (shown(before, hides_before), shown(after, hides_after));
        match new {
            None => {
                found.empty += 1;
                found.rows.push(row("empty", old, None, None));
            }
            Some(new) => {
                found.flowing += 1;
                if changed {
                    found.rows.push(row("changed", old, Some(new), None));
                }
            }
        }
    }
}

fn shown(value: Option<String>, hidden: bool) -> Option<String> {
    value.map(|value| if hidden { REDACTED.to_owned() } else { value })
}

impl Computed {
    fn answer(&self, person: &Subject<'_>, context: &Context) -> Answer {
        match self {
            Self::Row(row) => {
                let flow = row.evaluate(person, context);
                let redacted = flow.redacted;
                flowing(flow).map(|value| (value, redacted))
            }
            Self::Plain(expression) => match expression.evaluate(person, context) {
                Ok(outcome) => {
                    let redacted = outcome.redacted;
                    let value = match outcome.value {
                        Value::Multi(values) => Some(values.join(", ")),
                        one => one.into_text().map(|text| text.into_owned()),
                    };
                    Ok((value.filter(|text| !text.is_empty()), redacted))
                }
                Err(failed) => Err(format!("{}: {}", failed.code, failed.failure)),
            },
        }
    }
}

fn flowing(flow: Flow<'_>) -> Result<Option<String>, String> {
    match flow.value {
        Ok(None) => Ok(None),
        Ok(Some(TargetValue::Boolean(truth))) => Ok(Some(truth.to_string())),
        Ok(Some(TargetValue::Integer(number))) => Ok(Some(number.to_string())),
        Ok(Some(TargetValue::Text(text))) => Ok(Some(text)),
        Ok(Some(TargetValue::Texts(texts))) => Ok(Some(texts.join(", "))),
        Err(failed) => Err(format!("{}: {failed}", failed.code())),
    }
}

/// An expression with nothing wrong in it.
fn checked(text: &str) -> Result<Expression, CommandError> {
    let refused = |found: &usher_expression::Diagnostic| {
        let fault = language::fault(text, found);
        let words = Message::new("error-expression").text("code", fault.code).text("detail", fault.message);
        error(ErrorCode::Invalid, words)
    };
    let expression = Expression::parse(text).map_err(|found| match found.first() {
        Some(first) => refused(first),
        None => {
            error(ErrorCode::Invalid, Message::new("error-expression").text("code", "").text("detail", text))
        }
    })?;
    let names: Vec<&str> =
        source_attributes(ObjectType::User).iter().map(|attribute| attribute.name).collect();
    let is_known = |name: &str| is_source_attribute(ObjectType::User, name);
    let around = Surroundings { is_known: &is_known, attributes: &names, ..Surroundings::NONE };
    let found = expression.check(&around);
    match found.iter().find(|found| found.code.severity() == usher_expression::Severity::Error) {
        Some(first) => Err(refused(first)),
        None => Ok(expression),
    }
}

/// The row that writes `source` to the target, compiled among the profile's own rows: what else is wrong in the draft
/// does not matter here.
fn row(connection: &Connection, target: &str, source: Source) -> Result<Box<Row>, CommandError> {
    let mut mapping = defaults(connection.profile).users;
    mapping.custom.clone_from(&connection.mappings.users.custom);
    let at = mapping.attributes.iter().position(|row| row.target.eq_ignore_ascii_case(target));
    let at = at.unwrap_or_else(|| {
        mapping.attributes.push(AttributeMapping {
            target: target.to_owned(),
            source: Source::None,
            default_value: None,
            matching: None,
            apply: Apply::Always,
        });
        mapping.attributes.len() - 1
    });
    mapping.attributes[at].source = source;
    if mapping.attributes[at].matching.take().is_some() {
        // Whether it may be a match is not asked: another row is one.
        let other =
            mapping.attributes.iter().position(|row| row.target == "name.familyName" && row.target != target);
        mapping.attributes[other.unwrap_or(at)].matching = Some(1);
    }
    let compiled = compile(connection.profile, ObjectType::User, &mapping);
    let wrong = compiled.findings.iter().find(|found| found.severity == Severity::Error);
    let row = compiled.table.and_then(|table| table.rows().iter().find(|row| row.number == at).cloned());
    row.map(Box::new).ok_or_else(|| {
        let detail = wrong.map(|finding| words(&sentence(finding))).unwrap_or_default();
        let code = wrong.map_or("", |finding| finding.code.as_str());
        error(ErrorCode::Invalid, Message::new("error-expression").text("code", code).text("detail", detail))
    })
}
