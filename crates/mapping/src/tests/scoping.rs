//! Who passes a filter, and what is said about it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use usher_expression::{Inputs, Value};

use crate::{Definition, Filter, FilterClause, FilterError, FilterGroup, ObjectType, Operator};

struct Person(BTreeMap<String, Value<'static>>);

impl Inputs for Person {
    fn get(&self, name: &str) -> Value<'_> {
        self.0.get(name).cloned().unwrap_or(Value::Null)
    }
}

fn person<const N: usize>(values: [(&str, Value<'static>); N]) -> Person {
    Person(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn group(name: &str, clauses: &[(&str, &str, &[&str])]) -> FilterGroup {
    let clause = |(attribute, operator, values): &(&str, &str, &[&str])| FilterClause {
        attribute: (*attribute).into(),
        operator: (*operator).into(),
        values: values.iter().map(|&value| value.into()).collect(),
    };
    FilterGroup { name: name.into(), clauses: clauses.iter().map(clause).collect() }
}

fn compiled(groups: &[FilterGroup]) -> Filter {
    let definition = |name: &str| Definition::of(ObjectType::User, name);
    let compiled = Filter::compile(ObjectType::User, groups, &definition);
    compiled.filter.unwrap_or_else(|| panic!("{:?}", compiled.findings))
}

fn check(operator: &str, values: &[&str], value: Value<'static>, expected: bool) {
    let filter = compiled(&[group("f", &[("extension_a_x", operator, values)])]);
    let found = filter.evaluate(&person([("extension_a_x", value.clone())])).map(|verdict| verdict.in_scope);
    assert_eq!(found, Ok(expected), "{operator} {values:?} on {value:?}");
}

fn fails(operator: &str, values: &[&str], value: Value<'static>) -> FilterError {
    let filter = compiled(&[group("f", &[("extension_a_x", operator, values)])]);
    let inputs = person([("extension_a_x", value)]);
    filter.evaluate(&inputs).expect_err("it cannot be decided")
}

#[test]
fn of_several_values_one_suffices_and_for_a_negative_operator_all_have_to_fail() {
    check("EQUALS", &["a", "b"], Value::text("b"), true);
    check("EQUALS", &["a", "b"], Value::text("c"), false);
    check("NOT EQUALS", &["a", "b"], Value::text("b"), false);
    check("NOT EQUALS", &["a", "b"], Value::text("c"), true);
    check("NOT REGEX MATCH", &["a.*", "b.*"], Value::text("bo"), false);
    check("!&", &["sales,hr", "it"], Value::text("it"), false);
    check("Greater_Than", &["9", "3"], Value::Integer(4), true);
}

#[test]
fn case_counts_in_values_and_not_in_names_of_operators() {
    check("ends_with", &["@contoso.com"], Value::text("ana@Contoso.com"), false);
    check("GREATER_THAN_OR_EQUALS", &["4"], Value::Integer(4), true);
    check("not equals", &["a"], Value::text("A"), true);
    check("EQUALS", &["5"], Value::Integer(5), true);
    check("REGEX MATCH", &["[1-9][0-9]"], Value::Integer(155), false);
}

#[test]
fn who_has_no_value_passes_only_the_clause_that_asks_for_it() {
    for operator in Operator::ALL {
        let values: &[&str] = if operator.is_unary() { &[] } else { &["1"] };
        for empty in [Value::Null, Value::text(""), Value::Multi(Vec::new())] {
            check(operator.as_str(), values, empty, operator == Operator::IsNull);
        }
    }
}

#[test]
fn what_cannot_be_decided_is_a_failure_with_its_place() {
    let error = fails("Greater_Than", &["5"], Value::text("5a"));
    assert_eq!(
        (error.failure.code(), error.to_string().as_str()),
        ("FILTER-TYPE", "extension_a_x Greater_Than: the value is of the type String")
    );
    assert_eq!(fails("IS TRUE", &[], Value::text("True")).failure.code(), "FILTER-TYPE");
    assert_eq!(
        fails("EQUALS", &["a"], Value::Multi(vec!["a".into()])).failure.code(),
        "FILTER-SEVERAL-VALUES"
    );
    let long = "a".repeat(40) + "!";
    let error = fails("NOT REGEX MATCH", &["(a|aa)+$"], Value::owned(long));
    assert_eq!((error.failure.code(), error.title.as_str()), ("FILTER-STEPS", "f"));
}

#[test]
fn a_failing_clause_fails_the_whole_wherever_it_stands() {
    let bad: (&str, &str, &[&str]) = ("extension_a_x", "IS TRUE", &[]);
    let no: (&str, &str, &[&str]) = ("department", "EQUALS", &["Support"]);
    let yes: (&str, &str, &[&str]) = ("department", "EQUALS", &["Sales"]);
    let ana = person([("department", Value::text("Sales")), ("extension_a_x", Value::text("x"))]);
    for groups in [
        vec![group("f", &[no, bad])],
        vec![group("f", &[bad, no])],
        vec![group("f", &[yes]), group("g", &[bad])],
        vec![group("f", &[bad]), group("g", &[yes])],
    ] {
        assert!(compiled(&groups).evaluate(&ana).is_err(), "{groups:?}");
    }
}

#[test]
fn the_verdict_names_the_clause_that_decided_in_the_filter_that_came_nearest() {
    let groups = [
        group("far", &[("country", "EQUALS", &["US"]), ("state", "EQUALS", &["NY"])]),
        group("near", &[("jobTitle", "IS NOT NULL", &[]), ("department", "EQUALS", &["Support", "IT"])]),
    ];
    let filter = compiled(&groups);
    let ana = person([("department", Value::text("Sales")), ("jobTitle", Value::text("SDE"))]);
    let verdict = filter.evaluate(&ana).expect("it is decided");
    let (group, clause) = verdict.decisive().expect("she is out");
    assert_eq!(
        (group.title, clause.to_string().as_str(), clause.actual().as_str()),
        ("near", "department EQUALS 'Support', 'IT'", "Sales")
    );
    let keys: Vec<_> = verdict.because.iter().flat_map(|group| group.log_keys()).collect();
    assert_eq!(
        keys[2..],
        [
            ("near.jobTitle IS NOT NULL".to_owned(), true),
            ("near.department EQUALS 'Support', 'IT'".to_owned(), false)
        ]
    );
    let bo = person([("department", Value::text("IT")), ("jobTitle", Value::text("SDE"))]);
    let verdict = filter.evaluate(&bo).expect("it is decided");
    assert!(verdict.in_scope && verdict.decisive().is_none());
    assert_eq!(verdict.passed_by().map(|group| group.title), Some("near"));
}

#[test]
fn a_filter_without_a_title_goes_by_its_number() {
    let filter =
        compiled(&[group("Staff", &[("city", "IS NULL", &[])]), group(" ", &[("mail", "IS NULL", &[])])]);
    assert_eq!(filter.first_on("city"), Some(("Staff", Operator::IsNull)));
    assert_eq!(filter.first_on("mail"), Some(("2", Operator::IsNull)));
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::Null),
        ".{0,12}".prop_map(Value::owned),
        any::<i64>().prop_map(Value::Integer),
        any::<bool>().prop_map(Value::Boolean),
        prop::collection::vec("[a-c]{0,2}", 0..3)
            .prop_map(|texts| Value::Multi(texts.into_iter().map(Into::into).collect())),
    ]
}

fn clause() -> impl Strategy<Value = FilterClause> {
    let attribute =
        prop::sample::select(vec!["department", "extension_a_x", "extension_a_y", "accountEnabled"]);
    let operator = prop::sample::select(Operator::ALL.to_vec());
    let values = prop::collection::vec(prop_oneof!["[0-9]{1,3}", ".{0,8}", "[a-c(|)*+?.\\[\\]]{0,8}"], 0..3);
    (attribute, operator, values).prop_map(|(attribute, operator, values)| FilterClause {
        attribute: attribute.into(),
        operator: operator.as_str().into(),
        values,
    })
}

proptest! {
    #[test]
    fn compiling_and_evaluating_never_panic_and_agree_with_their_explanation(
        groups in prop::collection::vec(
            prop::collection::vec(clause(), 0..3).prop_map(|clauses| FilterGroup { name: "f".into(), clauses }),
            0..3,
        ),
        values in prop::collection::vec(value(), 4),
    ) {
        let names = ["department", "extension_a_x", "extension_a_y", "accountEnabled"];
        let person = Person(names.iter().map(|name| (*name).to_owned()).zip(values).collect());
        let definition = |name: &str| Definition::of(ObjectType::User, name);
        let filter = Filter::compile(ObjectType::User, &groups, &definition).filter;
        if let Some(Ok(verdict)) = filter.as_ref().map(|filter| filter.evaluate(&person)) {
            let passes = |clauses: &[crate::ClauseResult<'_>]| clauses.iter().all(|clause| clause.passed);
            prop_assert!(verdict.because.iter().all(|group| group.passed == passes(&group.clauses)));
            let any = groups.is_empty() || verdict.because.iter().any(|group| group.passed);
            prop_assert_eq!(verdict.in_scope, any);
            prop_assert_eq!(verdict.decisive().is_some(), !verdict.in_scope);
        }
    }
}
