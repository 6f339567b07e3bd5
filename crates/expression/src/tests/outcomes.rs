//! Limits of evaluation, and what an outcome says besides its value.

use std::collections::BTreeMap;

use super::{Object, context, run};
use crate::{Context, Expression, OUTPUT_LIMIT, Surroundings, Value};

#[test]
fn values_cannot_grow_without_end() {
    let check = |innermost: &str, around: (&str, &str), expected: &str| {
        let text = format!("{}{innermost}{}", around.0.repeat(30), around.1.repeat(30));
        assert_eq!(run(&text, &Object(BTreeMap::new())), expected, "{text}");
    };
    check("\"xxxxxxxxxx\"", ("Replace(", ", \"x\", , , \"xxxx\", , )"), "error");
    check("\"xxxxxxxxxx\"", ("Replace(", ", , \".\", , \"$&$&$_\", , )"), "error");
    check("\"xxxxxxxxxx\"", ("ConvertToBase64(", ")"), "error");
    check("\"ab\"", ("ToUpper(", ")"), "\"AB\"");
    let long = format!("Join(\"{}\", Split(\"{}\", \",\"))", "-".repeat(4_000), "x,".repeat(2_500));
    let parsed = Expression::parse(&long).expect("it is short enough");
    let error = parsed.evaluate(&Object(BTreeMap::new()), &context()).expect_err("ten million characters");
    assert_eq!(error.code, "EXPR-STEPS");
    assert!(error.to_string().ends_with(&format!("more than {OUTPUT_LIMIT} bytes of values")), "{error}");
}

#[test]
fn random_values_are_placeholders_until_there_is_a_seed() {
    let parsed = Expression::parse("Join(\"-\", Guid(), Left(Guid(), 4), [a])").expect("it is right");
    let object = Object(BTreeMap::from([("a".into(), "secret".into())]));
    let placeholder = context();
    let outcome = parsed.evaluate(&object, &placeholder).expect("it is shown");
    assert!(outcome.drawn);
    assert_eq!(outcome.value, Value::owned(parsed.to_string()));
    let draw = |seed| {
        let context = Context { seed: Some([seed; 32]), ..context() };
        let outcome = parsed.evaluate(&object, &context).expect("it is drawn");
        assert!(!outcome.drawn);
        outcome.value.into_owned().into_text().expect("a text").into_owned()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    let parts: Vec<String> = draw(3).split('-').map(str::to_owned).collect();
    assert_eq!(parts.iter().map(String::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12, 4, 6]);
    assert!(
        parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']) && parts[5] != parts[0][..4]
    );
    let not_drawn = Expression::parse("Coalesce([a], Guid())").expect("it is right");
    assert!(!not_drawn.evaluate(&object, &placeholder).expect("it is there").drawn);
}

#[test]
fn redacted_values_say_so_wherever_they_come_from() {
    let check = |text: &str, expected| {
        let parsed = Expression::parse(text).expect(text);
        let object = Object(BTreeMap::from([("a".into(), "x".into())]));
        assert_eq!(parsed.evaluate(&object, &context()).expect(text).redacted, expected, "{text}");
    };
    check("Redact([a])", true);
    check("Append(ToUpper(Redact([a])), \"y\")", true);
    check("IIF([a] = \"x\", [a], Redact([a]))", false);
}

#[test]
fn regular_expressions_are_checked_before_anything_runs() {
    let found = |text: &str| {
        let parsed = Expression::parse(text).expect(text);
        let found = parsed.check(&Surroundings::NONE);
        found.iter().map(|d| (d.code.as_str(), d.span.start, d.with["problem"].clone())).collect::<Vec<_>>()
    };
    let problem = "the pattern is not understood at character 1: a closing parenthesis is missing".to_owned();
    assert_eq!(found("Replace([a], , \"(\", , \"\", , )"), [("EXPR-REGEX", 15, problem)]);
    assert_eq!(found("Replace([a], , \"(?<n>a)\", , \"\", , )"), []);
    let parsed = Expression::parse("Replace([a], , [a], , \"\", , )").expect("it is right");
    let object = Object(BTreeMap::from([("a".into(), "*".into())]));
    let error = parsed.evaluate(&object, &context()).expect_err("a star is no pattern");
    assert_eq!((error.code, error.span.start), ("EXPR-REGEX", 15));
}
