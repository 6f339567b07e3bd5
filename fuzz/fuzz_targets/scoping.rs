//! Any filter on any object: it compiles or is refused with a reason, and decides the same each time or fails.
#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use usher_fuzz::Given;
use usher_expression::{Inputs, Value};
use usher_mapping::{
    Definition, Filter, FilterClause, FilterGroup, ObjectType, Operator, Severity, source_attributes,
};

/// Filters, of known attributes and operators for the most part.
#[derive(Debug)]
struct Groups(Vec<FilterGroup>);

impl<'a> Arbitrary<'a> for Groups {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let mut groups = Vec::new();
        for _ in 0..bytes.int_in_range(0..=3_u8)? {
            let clauses = (0..bytes.int_in_range(0..=4_u8)?).map(|_| clause(bytes)).collect::<Result<_>>()?;
            groups.push(FilterGroup { name: String::arbitrary(bytes)?, clauses });
        }
        Ok(Self(groups))
    }
}

fn clause(bytes: &mut Unstructured<'_>) -> Result<FilterClause> {
    let attribute = match bytes.ratio(1, 8)? {
        true => String::arbitrary(bytes)?,
        false => bytes.choose(source_attributes(ObjectType::User))?.name.to_owned(),
    };
    let operator = match bytes.ratio(1, 8)? {
        true => String::arbitrary(bytes)?,
        false => bytes.choose(&Operator::ALL)?.as_str().to_owned(),
    };
    Ok(FilterClause { attribute, operator, values: Vec::arbitrary(bytes)? })
}

/// The same value for every attribute that starts with the same letter.
#[derive(Debug, Arbitrary)]
struct Person([Given; 4]);

impl Inputs for Person {
    fn get(&self, name: &str) -> Value<'_> {
        let first = name.bytes().next().unwrap_or_default();
        self.0[usize::from(first) % self.0.len()].value()
    }
}

fuzz_target!(|given: (Groups, Person)| {
    let (Groups(groups), person) = given;
    let definition = |name: &str| Definition::of(ObjectType::User, name);
    let compiled = Filter::compile(ObjectType::User, &groups, &definition);
    let errors = compiled.findings.iter().any(|finding| finding.severity == Severity::Error);
    let Some(filter) = compiled.filter else {
        assert!(errors);
        return;
    };
    assert!(!errors);
    let verdict = filter.evaluate(&person);
    assert_eq!(verdict, filter.evaluate(&person));
    if let Ok(verdict) = verdict {
        let passed = verdict.because.iter().any(|group| group.passed);
        assert_eq!(verdict.in_scope, passed || groups.is_empty());
        assert_eq!(verdict.decisive().is_none(), verdict.in_scope);
    }
});
