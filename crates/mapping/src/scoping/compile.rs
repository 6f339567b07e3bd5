//! From the clauses that were configured to those that can be evaluated, with everything that is wrong with them.

use usher_expression::{Pattern, nearest};

use super::{Clause, Definition, Filter, Group, Operands, Operator, filterable_names};
use crate::finding::{ClausePlace, Finding, FindingCode, Severity};
use crate::model::{FilterClause, FilterGroup};
use crate::target::ObjectType;

/// What compiling filters gives.
#[derive(Debug, Clone)]
pub struct FilterCompilation {
    /// The filter; absent when a finding is an error, so that nobody's scope ever hangs on half a filter.
    pub filter: Option<Filter>,
    /// Everything found, in order.
    pub findings: Vec<Finding>,
}

impl Filter {
    /// Compiles the filters of one kind of object. `definition` is asked for each attribute: usually
    /// [`Definition::of`].
    #[must_use]
    pub fn compile(
        object: ObjectType,
        groups: &[FilterGroup],
        definition: &dyn Fn(&str) -> Option<Definition>,
    ) -> FilterCompilation {
        let mut compiler = Compiler { object, definition, findings: Vec::new() };
        let compiled = groups.iter().enumerate().map(|(number, group)| compiler.group(number, group));
        let compiled: Vec<Group> = compiled.collect();
        compiler.empty_left_out(groups);
        let findings = compiler.findings;
        let is_usable = findings.iter().all(|finding| finding.severity == Severity::Warning);
        FilterCompilation { filter: is_usable.then_some(Filter { groups: compiled }), findings }
    }
}

struct Compiler<'d> {
    object: ObjectType,
    definition: &'d dyn Fn(&str) -> Option<Definition>,
    findings: Vec<Finding>,
}

impl Compiler<'_> {
    fn group(&mut self, number: usize, group: &FilterGroup) -> Group {
        if group.clauses.is_empty() {
            // No page says what it means. Taken by the letter it would let everybody in, past every other filter.
            let place = ClausePlace { filter: number, clause: None };
            self.findings.push(finding(FindingCode::FilterWithoutClauses, place, &title(number, group), []));
        }
        let clauses = group.clauses.iter().enumerate().filter_map(|(at, clause)| {
            let place = ClausePlace { filter: number, clause: Some(at) };
            match self.clause(clause) {
                Ok(clause) => Some(clause),
                Err(wrong) => {
                    let with =
                        [("attribute", clause.attribute.clone()), ("operator", clause.operator.clone())];
                    let mut found = finding(wrong.code, place, &title(number, group), with);
                    found.with.extend(wrong.with);
                    self.findings.push(found.or(wrong.candidates));
                    None
                }
            }
        });
        Group { title: title(number, group), clauses: clauses.collect() }
    }

    fn clause(&self, clause: &FilterClause) -> Result<Clause, Wrong> {
        let definition = (self.definition)(&clause.attribute).ok_or_else(|| {
            let candidates = nearest(&clause.attribute, filterable_names(self.object));
            Wrong::new(FindingCode::FilterUnknownAttribute).or(candidates)
        })?;
        let operator = Operator::find(&clause.operator).ok_or_else(|| {
            let candidates = nearest(&clause.operator, Operator::ALL.map(Operator::as_str));
            Wrong::new(FindingCode::FilterUnknownOperator).or(candidates)
        })?;
        match definition {
            Definition::NotFilterable => return Err(Wrong::new(FindingCode::FilterNotFilterable)),
            Definition::Typed(kind) if !operator.accepts(kind) => {
                let fits = Operator::ALL.into_iter().filter(|operator| operator.accepts(kind));
                let fits = fits.map(|operator| operator.as_str().to_owned()).collect();
                let wrong = Wrong::new(FindingCode::FilterOperatorNotForType);
                return Err(wrong.with("type", kind.as_str()).or(fits));
            }
            Definition::Typed(_) | Definition::Untyped => {}
        }
        if clause.values.is_empty() != operator.is_unary() {
            let given = if clause.values.is_empty() { "none" } else { "some" };
            return Err(Wrong::new(FindingCode::FilterValueCount).with("given", given));
        }
        let (attribute, values) = (clause.attribute.clone(), clause.values.clone());
        Ok(Clause { attribute, operator, operands: operands(operator, &values)?, values })
    }

    /// Whoever has no value falls out by a negative clause too, which surprises: worth a word, unless another filter
    /// asks for exactly them.
    fn empty_left_out(&mut self, groups: &[FilterGroup]) {
        let asks_for_empty = |attribute: &str| {
            groups.iter().flat_map(|group| &group.clauses).any(|clause| {
                clause.attribute == attribute && Operator::find(&clause.operator) == Some(Operator::IsNull)
            })
        };
        for (filter, group) in groups.iter().enumerate() {
            for (at, clause) in group.clauses.iter().enumerate() {
                let Some(operator) = Operator::find(&clause.operator) else { continue };
                if operator.is_negative() && !asks_for_empty(&clause.attribute) {
                    let place = ClausePlace { filter, clause: Some(at) };
                    let with = [("attribute", clause.attribute.clone()), ("operator", operator.to_string())];
                    let mut found =
                        finding(FindingCode::FilterLeavesOutEmpty, place, &title(filter, group), with);
                    found.severity = Severity::Warning;
                    self.findings.push(found);
                }
            }
        }
    }
}

fn operands(operator: Operator, values: &[String]) -> Result<Operands, Wrong> {
    match operator {
        Operator::GreaterThan | Operator::GreaterThanOrEquals => {
            let integer = |value: &String| {
                let wrong = || Wrong::new(FindingCode::FilterNotInteger).with("value", value.clone());
                non_negative(value).ok_or_else(wrong)
            };
            values.iter().map(integer).collect::<Result<_, _>>().map(Operands::Integers)
        }
        Operator::RegexMatch | Operator::NotRegexMatch => {
            let pattern = |value: &String| {
                Pattern::compile(value).map_err(|error| {
                    let wrong = Wrong::new(FindingCode::FilterBadPattern).with("value", value.clone());
                    wrong.with("error", error.to_string())
                })
            };
            values.iter().map(pattern).collect::<Result<_, _>>().map(Operands::Patterns)
        }
        _ => Ok(Operands::Texts),
    }
}

/// Microsoft's page asks for non-negative integers.
fn non_negative(value: &str) -> Option<i64> {
    let is_digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits { value.parse().ok() } else { None }
}

/// By what people know the filter: its title, else its number.
fn title(number: usize, group: &FilterGroup) -> String {
    if group.name.trim().is_empty() { (number + 1).to_string() } else { group.name.clone() }
}

fn finding<const N: usize>(
    code: FindingCode,
    place: ClausePlace,
    title: &str,
    with: [(&'static str, String); N],
) -> Finding {
    let mut finding = Finding::error(code, None, with);
    finding.with.insert("title", title.to_owned());
    finding.with.insert("filter", (place.filter + 1).to_string());
    if let Some(clause) = place.clause {
        finding.with.insert("clause", (clause + 1).to_string());
    }
    finding.clause = Some(place);
    finding
}

/// What is wrong with one clause.
struct Wrong {
    code: FindingCode,
    with: Vec<(&'static str, String)>,
    candidates: Vec<String>,
}

impl Wrong {
    fn new(code: FindingCode) -> Self {
        Self { code, with: Vec::new(), candidates: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.with.push((name, value.into()));
        self
    }

    fn or(self, candidates: Vec<String>) -> Self {
        Self { candidates, ..self }
    }
}
