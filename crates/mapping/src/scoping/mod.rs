//! Scoping filters: which people and groups are left in by their attributes.
//!
//! Microsoft Learn, "Scoping users or groups to be provisioned with scoping filters in Microsoft Entra ID": all clauses
//! of one filter must hold, one filter suffices, and without filters everything passes. [`Filter::compile`] says what is
//! wrong with a filter before anybody is looked at; [`Filter::evaluate`] decides for one object and tells how, or fails.
//! What fails is never "out of scope".

mod attribute;
mod compile;
mod evaluate;
mod operator;

use std::collections::BTreeSet;

use usher_expression::Pattern;

pub use attribute::{Definition, SourceType};
pub use compile::FilterCompilation;
pub use evaluate::{ClauseResult, FilterError, FilterFailure, GroupResult, Verdict};
pub use operator::Operator;

use attribute::filterable_names;

/// The scoping filters of one kind of object, understood: compiled once, evaluated for every object.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    groups: Vec<Group>,
}

#[derive(Debug, Clone)]
struct Group {
    title: String,
    clauses: Vec<Clause>,
}

#[derive(Debug, Clone)]
struct Clause {
    attribute: String,
    operator: Operator,
    values: Vec<String>,
    operands: Operands,
}

/// The values of a clause in the form in which the operator needs them.
#[derive(Debug, Clone)]
enum Operands {
    /// As they were typed.
    Texts,
    Integers(Vec<i64>),
    Patterns(Vec<Pattern>),
}

impl Filter {
    /// Whether there is no filter at all: then everything passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The first clause on this attribute: the title of its filter, and its operator.
    #[must_use]
    pub fn first_on(&self, attribute: &str) -> Option<(&str, Operator)> {
        self.groups.iter().find_map(|group| {
            let clause = group.clauses.iter().find(|clause| clause.attribute == attribute)?;
            Some((group.title.as_str(), clause.operator))
        })
    }

    /// The source attributes that the filters read, sorted.
    #[must_use]
    pub fn source_attributes(&self) -> BTreeSet<&str> {
        let clauses = self.groups.iter().flat_map(|group| &group.clauses);
        clauses.map(|clause| clause.attribute.as_str()).collect()
    }
}
