//! Why one person or group passes filters of the draft, or does not: assignment first, then each clause.

use std::sync::Arc;

use usher_mapping::{ClauseResult, GroupResult, ObjectType, Operator, Verdict};
use usher_plan::{Place, SourceGroup, SourceUser, Subject};

use crate::app::App;
use crate::dto::{
    ClauseWhy, CommandError, ErrorCode, FilterWhy, Message, ScopeOutcome, ScopeWhy, ScopeWhyRequest,
};
use crate::population::{Ask, Population};
use crate::problem::error;
use crate::rows;
use crate::scoping_trial::{Trial, aside};

/// Why one person or group is in scope, or is not.
pub async fn scope_why(app: &Arc<App>, request: ScopeWhyRequest) -> Result<ScopeWhy, CommandError> {
    let (trial, _) = Trial::new(app, &request.id, &request.table, &request.filters, Ask::Kept).await?;
    let trial = trial.ok_or_else(|| error(ErrorCode::Invalid, Message::new("error-filters")))?;
    Ok(aside(move || trial.why(&request.object)).await)
}

impl Trial {
    fn why(&self, id: &str) -> ScopeWhy {
        let population = &*self.population;
        let (source, considered) = (population.source(), population.considered());
        let found = match self.object {
            ObjectType::User => source.user(id).map(|user| {
                (
                    Subject::user(user),
                    path_of_user(population, user, &considered.user(user)),
                    considered.user(user),
                )
            }),
            ObjectType::Group => source.group(id).map(|group| {
                let place = considered.group(group);
                (Subject::group(group), path_of_group(population, group, &place), place)
            }),
        };
        match found {
            Some((subject, path, place)) => self.story(&subject, path, &place),
            None => not_read(population),
        }
    }

    fn story(&self, subject: &Subject<'_>, path: Message, place: &Place<'_>) -> ScopeWhy {
        let why = |outcome, summary, filters, would| ScopeWhy {
            name: subject.display().to_owned(),
            outcome,
            summary,
            path,
            considered: place.out.is_none(),
            filters,
            would,
        };
        let verdict = match self.filter.evaluate(subject) {
            Ok(verdict) => verdict,
            Err(failed) => {
                let summary = match &place.out {
                    Some(reason) => rows::reason(reason),
                    None => rows::reason(&usher_plan::filter_failed(failed)),
                };
                let outcome = if place.out.is_some() { ScopeOutcome::Out } else { ScopeOutcome::Undecided };
                return why(outcome, summary, Vec::new(), Vec::new());
            }
        };
        let filters = verdict.because.iter().map(filter).collect();
        match (&place.out, verdict.in_scope) {
            (Some(reason), _) => why(ScopeOutcome::Out, rows::reason(reason), filters, Vec::new()),
            (None, true) => why(ScopeOutcome::In, passed(&verdict), filters, Vec::new()),
            (None, false) => {
                why(ScopeOutcome::Out, Message::new("why-no-filter-passes"), filters, would(&verdict))
            }
        }
    }
}

/// The filters were not asked about somebody who was not read.
fn not_read(population: &Population) -> ScopeWhy {
    let path = if population.is_sample {
        Message::new("why-not-in-sample").number("count", u32::try_from(crate::population::MOST).unwrap_or(0))
    } else {
        Message::new("why-not-in-entra")
    };
    ScopeWhy {
        name: String::new(),
        outcome: ScopeOutcome::Undecided,
        summary: path.clone(),
        path,
        considered: false,
        filters: Vec::new(),
        would: Vec::new(),
    }
}

fn path_of_user(population: &Population, user: SourceUser<'_>, place: &Place<'_>) -> Message {
    if let Some(reason) = &place.out {
        return rows::reason(&readable(population, reason));
    }
    match (user.direct_roles().next(), place.via) {
        (Some(role), _) if place.direct => {
            Message::new("why-assigned").text("role", role_name(population, role))
        }
        (_, Some(group)) => Message::new("why-through-group").text("group", group.display()),
        _ => Message::new("why-everyone"),
    }
}

fn path_of_group(population: &Population, group: SourceGroup<'_>, place: &Place<'_>) -> Message {
    match (&place.out, group.direct_roles().next()) {
        (Some(reason), _) => rows::reason(reason),
        (None, Some(role)) => Message::new("why-assigned").text("role", role_name(population, role)),
        (None, None) => Message::new("why-everyone"),
    }
}

fn role_name(population: &Population, role: &str) -> String {
    let known = population.source().role(role).filter(|name| !name.is_empty());
    known.map_or_else(
        || if role == usher_plan::DEFAULT_ACCESS { "Default Access".to_owned() } else { role.to_owned() },
        str::to_owned,
    )
}

/// A reason names groups by their ids; people know them by name.
fn readable(population: &Population, reason: &usher_plan::Reason) -> usher_plan::Reason {
    let mut reason = reason.clone();
    if let Some(id) = reason.with.get_mut("group")
        && let Some(group) = population.source().group(id)
    {
        group.display().clone_into(id);
    }
    reason
}

fn passed(verdict: &Verdict<'_>) -> Message {
    match verdict.passed_by() {
        Some(group) => Message::new("why-passes").text("title", group.title),
        None => Message::new("filters-open"),
    }
}

fn filter(group: &GroupResult<'_>) -> FilterWhy {
    FilterWhy {
        title: group.title.to_owned(),
        passed: group.passed,
        clauses: group.clauses.iter().map(clause).collect(),
    }
}

fn clause(clause: &ClauseResult<'_>) -> ClauseWhy {
    ClauseWhy {
        attribute: clause.attribute.to_owned(),
        operator: clause.operator.to_string(),
        wanted: clause.wanted(),
        passed: clause.passed,
        has: has(clause),
    }
}

/// What the object has; what was wanted beside it only where that is not what it has.
fn has(clause: &ClauseResult<'_>) -> Message {
    let shows_wanted = !clause.passed && !clause.values.is_empty();
    match (clause.value.is_null_or_empty(), shows_wanted) {
        (true, false) => Message::new("why-has-nothing"),
        (true, true) => Message::new("why-has-nothing-wants").text("wanted", clause.wanted()),
        (false, false) => Message::new("why-has").text("value", clause.actual()),
        (false, true) => {
            Message::new("why-has-wants").text("value", clause.actual()).text("wanted", clause.wanted())
        }
    }
}

/// What would have to be different for the filter that comes nearest to passing.
fn would(verdict: &Verdict<'_>) -> Vec<Message> {
    let Some((nearest, _)) = verdict.decisive() else { return Vec::new() };
    let failed = nearest.clauses.iter().filter(|clause| !clause.passed);
    failed.map(|clause| condition(clause.attribute, clause.operator, &clause.wanted())).collect()
}

fn condition(attribute: &str, operator: Operator, wanted: &str) -> Message {
    Message::new("why-would")
        .text("attribute", attribute)
        .text("operator", operator.word())
        .text("value", wanted)
}
