//! What a clause may say: attributes with their types and values that are there, operators with what they take.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use usher_expression::{Inputs as _, Value};
use usher_mapping::{Definition, ObjectType, Operator, SourceType, source_attributes};
use usher_plan::Subject;

use crate::app::App;
use crate::dto::{CommandError, FilterAttribute, FilterOperator, ScopeHelp, ScopeHelpRequest, ValueCount};
use crate::loaded::load;
use crate::mappings;
use crate::population::Population;
use crate::scoping_trial::{aside, scope};

/// So many values are worth proposing; whoever wants another one types it.
const VALUES: usize = 12;

/// What a clause may say. Nobody is read for it: values are there once somebody was counted.
pub async fn scope_help(app: &Arc<App>, request: ScopeHelpRequest) -> Result<ScopeHelp, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let object = mappings::object(&request.table)?;
    let population = app.populations.kept(&connection);
    let used = scope(&connection, object).scope.iter().flat_map(|group| &group.clauses);
    let used: Vec<String> = used.map(|clause| clause.attribute.clone()).collect();
    let attributes = aside(move || attributes(object, &used, population.as_deref())).await;
    Ok(ScopeHelp { attributes, operators: Operator::ALL.map(operator).into() })
}

fn operator(operator: Operator) -> FilterOperator {
    let types = [SourceType::Text, SourceType::Integer, SourceType::Boolean];
    let accepted = types.into_iter().filter(|kind| operator.accepts(*kind));
    FilterOperator {
        name: operator.to_string(),
        types: accepted.map(|kind| kind.as_str().to_owned()).collect(),
        unary: operator.is_unary(),
        negative: operator.is_negative(),
        pattern: matches!(operator, Operator::RegexMatch | Operator::NotRegexMatch),
    }
}

/// Every attribute that a filter may be set on, extensions only where a filter names them already.
fn attributes(object: ObjectType, used: &[String], population: Option<&Population>) -> Vec<FilterAttribute> {
    let known = source_attributes(object).iter().map(|attribute| attribute.name);
    let names: BTreeSet<&str> = known.chain(used.iter().map(String::as_str)).collect();
    let mut seen = population.map(|population| values(object, &names, population)).unwrap_or_default();
    let attribute = |name: &str| {
        let value_type = match Definition::of(object, name)? {
            Definition::Typed(kind) => kind.as_str(),
            Definition::Untyped => "",
            Definition::NotFilterable => return None,
        };
        let values = seen.remove(name).unwrap_or_default();
        Some(FilterAttribute { name: name.to_owned(), value_type: value_type.to_owned(), values })
    };
    names.into_iter().filter_map(attribute).collect()
}

/// The most frequent values of each attribute among those about whom filters decide.
fn values(
    object: ObjectType,
    names: &BTreeSet<&str>,
    population: &Population,
) -> BTreeMap<String, Vec<ValueCount>> {
    let subjects: Vec<Subject<'_>> = match object {
        ObjectType::User => population.people().into_iter().map(Subject::user).collect(),
        ObjectType::Group => population.groups().into_iter().map(Subject::group).collect(),
    };
    let most_frequent = |name: &str| {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for subject in &subjects {
            if let Value::Text(text) = subject.get(name)
                && !text.is_empty()
            {
                *counts.entry(text.into_owned()).or_default() += 1;
            }
        }
        let counts = counts.into_iter().map(|(value, count)| ValueCount { value, count });
        let mut counts: Vec<ValueCount> = counts.collect();
        counts.sort_by_key(|found| std::cmp::Reverse(found.count));
        counts.truncate(VALUES);
        counts
    };
    names.iter().map(|&name| (name.to_owned(), most_frequent(name))).collect()
}
