//! Filters of the draft tried on everyone in scope by assignment: how many pass, who comes and who goes.

use std::collections::BTreeSet;
use std::sync::Arc;

use usher_mapping::{
    Definition, Filter, FilterClause, FilterError, FilterGroup, Finding, FindingCode, ObjectMapping,
    ObjectType, Severity, Verdict,
};
use usher_plan::Subject;
use usher_runner::config::Connection;
use usher_store::Kind;

use crate::app::App;
use crate::dto::{
    CheckResult, ClauseFinding, ClauseRow, CommandError, ErrorCode, FilterCount, FilterRow, Message,
    ScopeCount, ScopeList, ScopeNumbers, ScopePeople, ScopePeopleRequest, ScopePerson, ScopeRequest,
};
use crate::loaded::{Loaded, load};
use crate::population::{self, Ask, Extensions, Population};
use crate::problem::error;
use crate::{mappings, rows};

/// Filters that are compiled, with everything that they are tried on.
pub(crate) struct Trial {
    pub(crate) object: ObjectType,
    pub(crate) filter: Filter,
    /// What is live, where it can be used.
    live: Option<Filter>,
    pub(crate) population: Arc<Population>,
    /// Who has an active account, by object id.
    accounts: BTreeSet<String>,
}

/// What one subject's filters said, as far as counting needs it.
struct Outcome<'v> {
    verdict: Result<Verdict<'v>, FilterError>,
    was_in: Option<bool>,
}

impl Outcome<'_> {
    fn is_in(&self) -> Option<bool> {
        self.verdict.as_ref().ok().map(|verdict| verdict.in_scope)
    }

    fn passes(&self) -> usize {
        self.verdict.as_ref().map_or(0, |verdict| verdict.because.iter().filter(|group| group.passed).count())
    }

    /// Who would go or come. Whoever has no answer does neither.
    fn leaves(&self) -> bool {
        self.was_in == Some(true) && self.is_in() == Some(false)
    }

    fn joins(&self) -> bool {
        self.was_in == Some(false) && self.is_in() == Some(true)
    }

    fn is_on(&self, list: ScopeList) -> bool {
        match list {
            ScopeList::In => self.is_in() == Some(true),
            ScopeList::Out => self.is_in() == Some(false),
            ScopeList::Leaving => self.leaves(),
            ScopeList::Joining => self.joins(),
            ScopeList::Several => self.passes() > 1,
            ScopeList::Undecided => self.verdict.is_err(),
        }
    }
}

impl Trial {
    /// Compiles the filters and reads whoever they are tried on; what is wrong where they cannot be used.
    pub(crate) async fn new(
        app: &App,
        id: &str,
        table: &str,
        filters: &[FilterRow],
        ask: Ask,
    ) -> Result<(Option<Self>, Vec<ClauseFinding>), CommandError> {
        let loaded = load(app, id).await?;
        let object = mappings::object(table)?;
        let groups = groups(filters);
        let compiled = compile(object, &groups);
        let findings = compiled.findings.iter().map(shown).collect();
        let Some(filter) = compiled.filter else { return Ok((None, findings)) };
        let live = loaded.live_connection(app)?;
        let live = live.and_then(|live| compile(object, &scope(&live, object).scope).filter);
        let named =
            filter.source_attributes().into_iter().chain(live.iter().flat_map(Filter::source_attributes));
        let extensions = Extensions::among(object, named);
        let population = population::of(app, &loaded.connection, &extensions, ask).await?;
        let accounts = accounts(&loaded, object).await?;
        Ok((Some(Self { object, filter, live, population, accounts }), findings))
    }

    /// Everyone about whom the filters decide.
    fn subjects(&self) -> Vec<Subject<'_>> {
        match self.object {
            ObjectType::User => self.population.people().into_iter().map(Subject::user).collect(),
            ObjectType::Group => self.population.groups().into_iter().map(Subject::group).collect(),
        }
    }

    fn outcome<'v>(&'v self, subject: &'v Subject<'_>) -> Outcome<'v> {
        let was_in = self.live.as_ref().and_then(|live| live.evaluate(subject).ok());
        Outcome { verdict: self.filter.evaluate(subject), was_in: was_in.map(|verdict| verdict.in_scope) }
    }

    fn count(&self, filters: usize) -> ScopeNumbers {
        let mut tally = Tally { filters: vec![[0; 2]; filters], ..Tally::default() };
        let subjects = self.subjects();
        for subject in &subjects {
            let outcome = self.outcome(subject);
            tally.add(&outcome, self.accounts.contains(subject.id()));
        }
        let population = &self.population;
        // Of groups all are read, however many people there are.
        let about = population.is_sample && self.object == ObjectType::User;
        let sampled = population.sampled.max(1);
        let scaled = |number: usize| {
            let number = if about { number.saturating_mul(population.size) / sampled } else { number };
            u32::try_from(number).unwrap_or(u32::MAX)
        };
        ScopeNumbers {
            considered: scaled(subjects.len()),
            in_scope: scaled(tally.in_scope),
            filters: tally
                .filters
                .iter()
                .map(|&[passing, more]| FilterCount { passing: scaled(passing), more: scaled(more) })
                .collect(),
            several: scaled(tally.several),
            undecided: scaled(tally.undecided),
            compared: self.live.is_some(),
            leaving: scaled(tally.leaving),
            losing: scaled(tally.losing),
            joining: scaled(tally.joining),
            accounts: u32::try_from(self.accounts.len()).unwrap_or(u32::MAX),
            about,
            read_at: population.read_at.to_string(),
        }
    }

    fn named(&self, list: ScopeList) -> Vec<ScopePerson> {
        let mut found = Vec::new();
        for subject in self.subjects() {
            let outcome = self.outcome(&subject);
            if outcome.is_on(list) {
                found.push(self.person(&subject, &outcome));
            }
        }
        found.sort_by_key(|person| (person.name.to_lowercase(), person.id.clone()));
        found
    }

    fn person(&self, subject: &Subject<'_>, outcome: &Outcome<'_>) -> ScopePerson {
        ScopePerson {
            id: subject.id().to_owned(),
            name: subject.display().to_owned(),
            detail: detail(self.object, subject),
            account: self.accounts.contains(subject.id()),
            because: match &outcome.verdict {
                Ok(verdict) => crate::scoping::because(verdict),
                Err(failed) => rows::reason(&usher_plan::filter_failed(failed.clone())),
            },
        }
    }
}

/// What helps to tell two people, or two groups, of the same name apart.
pub(crate) fn detail(object: ObjectType, subject: &Subject<'_>) -> String {
    let name = if object == ObjectType::User { "userPrincipalName" } else { "description" };
    usher_expression::Inputs::get(subject, name).into_text().unwrap_or_default().into_owned()
}

/// Numbers as they are added up.
#[derive(Default)]
struct Tally {
    in_scope: usize,
    filters: Vec<[usize; 2]>,
    several: usize,
    undecided: usize,
    leaving: usize,
    losing: usize,
    joining: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome<'_>, has_account: bool) {
        self.in_scope += usize::from(outcome.is_in() == Some(true));
        self.undecided += usize::from(outcome.verdict.is_err());
        self.several += usize::from(outcome.passes() > 1);
        self.joining += usize::from(outcome.joins());
        self.leaving += usize::from(outcome.leaves());
        self.losing += usize::from(outcome.leaves() && has_account);
        let groups = outcome.verdict.iter().flat_map(|verdict| &verdict.because);
        let mut first = true;
        for (number, _) in groups.enumerate().filter(|(_, group)| group.passed) {
            self.filters[number][0] += 1;
            self.filters[number][1] += usize::from(std::mem::take(&mut first));
        }
    }
}

/// Who has an active account.
async fn accounts(loaded: &Loaded, object: ObjectType) -> Result<BTreeSet<String>, CommandError> {
    let kind = if object == ObjectType::User { Kind::User } else { Kind::Group };
    let links = loaded.memory.with(move |store| store.links(kind)).await?;
    Ok(links.into_iter().filter(|link| link.active).map(|link| link.source).collect())
}

pub(crate) fn scope(connection: &Connection, object: ObjectType) -> &ObjectMapping {
    match object {
        ObjectType::User => &connection.mappings.users,
        ObjectType::Group => &connection.mappings.groups,
    }
}

pub(crate) fn compile(object: ObjectType, groups: &[FilterGroup]) -> usher_mapping::FilterCompilation {
    Filter::compile(object, groups, &|name| Definition::of(object, name))
}

/// Filters as the window has them.
pub(crate) fn filters(groups: &[FilterGroup]) -> Vec<FilterRow> {
    let clause = |clause: &FilterClause| ClauseRow {
        attribute: clause.attribute.clone(),
        operator: clause.operator.clone(),
        values: clause.values.clone(),
    };
    let filter = |group: &FilterGroup| FilterRow {
        name: group.name.clone(),
        clauses: group.clauses.iter().map(clause).collect(),
    };
    groups.iter().map(filter).collect()
}

/// Filters as the configuration has them. What Usher does not know in them stays as it is.
pub(crate) fn groups(filters: &[FilterRow]) -> Vec<FilterGroup> {
    let clause = |clause: &ClauseRow| FilterClause {
        attribute: clause.attribute.clone(),
        operator: clause.operator.clone(),
        values: clause.values.clone(),
    };
    let group = |filter: &FilterRow| FilterGroup {
        name: filter.name.clone(),
        clauses: filter.clauses.iter().map(clause).collect(),
    };
    filters.iter().map(group).collect()
}

/// A finding for the field that it is about: which filter and clause it is in shows by its place.
fn shown(finding: &Finding) -> ClauseFinding {
    let place = finding.clause.unwrap_or(usher_mapping::ClausePlace { filter: 0, clause: None });
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let code = finding.code.as_str();
    let mut message = Message::new(format!("clause-{}", code.strip_prefix("filter-").unwrap_or(code)));
    for (name, value) in &finding.with {
        message = message.text(name, value.clone());
    }
    ClauseFinding {
        filter: number(place.filter),
        clause: place.clause.map(number),
        part: match finding.code {
            FindingCode::FilterUnknownAttribute | FindingCode::FilterNotFilterable => "attribute",
            FindingCode::FilterUnknownOperator | FindingCode::FilterOperatorNotForType => "operator",
            FindingCode::FilterWithoutClauses => "filter",
            _ => "value",
        }
        .to_owned(),
        result: match finding.severity {
            Severity::Error => CheckResult::FixThis,
            Severity::Warning => CheckResult::Warning,
            Severity::Note => CheckResult::Information,
        },
        message,
        candidates: finding.candidates.clone(),
    }
}

/// Evaluating everyone is work for a thread of its own: a pattern may take its time.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

/// Counts who passes filters that need not be saved.
pub async fn scope_count(app: &Arc<App>, request: ScopeRequest) -> Result<ScopeCount, CommandError> {
    let ask = if request.fresh { Ask::Now } else { Ask::Kept };
    let (trial, findings) = Trial::new(app, &request.id, &request.table, &request.filters, ask).await?;
    let filters = request.filters.len();
    let numbers = match trial {
        Some(trial) => Some(aside(move || trial.count(filters)).await),
        None => None,
    };
    Ok(ScopeCount { findings, numbers })
}

/// Names who passes, who does not, who comes or goes.
pub async fn scope_people(app: &Arc<App>, request: ScopePeopleRequest) -> Result<ScopePeople, CommandError> {
    let (trial, _) = Trial::new(app, &request.id, &request.table, &request.filters, Ask::Kept).await?;
    let trial = trial.ok_or_else(|| error(ErrorCode::Invalid, Message::new("error-filters")))?;
    let all = aside(move || trial.named(request.list)).await;
    let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let rows = all.into_iter().skip(request.offset as usize).take(request.limit.min(500) as usize);
    Ok(ScopePeople { rows: rows.collect(), total })
}
