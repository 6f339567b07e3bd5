//! The language as a whole. The documented cases are in `tests/vectors.rs` of the crate.

mod outcomes;
mod properties;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::{Context, Expression, Inputs, Surroundings, Value};

struct Object(BTreeMap<String, serde_json::Value>);

impl Inputs for Object {
    fn get(&self, name: &str) -> Value<'_> {
        match self.0.get(name) {
            None | Some(serde_json::Value::Null) => Value::Null,
            Some(serde_json::Value::String(text)) => Value::text(text),
            Some(serde_json::Value::Bool(truth)) => Value::Boolean(*truth),
            Some(serde_json::Value::Number(number)) => Value::Integer(number.as_i64().expect("an integer")),
            Some(serde_json::Value::Array(values)) => {
                Value::Multi(values.iter().map(|value| value.as_str().expect("a text").into()).collect())
            }
            Some(serde_json::Value::Object(_)) => unreachable!("no attribute is an object"),
        }
    }
}

fn context() -> Context {
    Context::at("2026-01-02T03:04:05Z".parse().expect("a time"))
}

/// The comparison form of the vectors: texts; `null` when nothing flows; `error`.
fn run(expression: &str, inputs: &Object) -> String {
    let Ok(parsed) = Expression::parse(expression) else { return "error".into() };
    match parsed.evaluate(inputs, &context()) {
        Err(_) => "error".into(),
        Ok(outcome) => match outcome.value {
            Value::Multi(values) => format!("{values:?}"),
            value => value.into_text().map_or("null".into(), |text| format!("{text:?}")),
        },
    }
}

/// Checks cases of one function: expression, and its result as a quoted text, `null` or `error`. `[a]` is `x`, `[b]` is
/// `Y z`, `[n]` is `7`, `[t]` is true, `[many]` has two values, `[empty]` is an empty text, all else is absent.
pub(crate) fn check_cases(cases: &[(&str, &str)]) {
    let inputs =
        serde_json::json!({"a": "x", "b": "Y z", "n": 7, "t": true, "many": ["p", "q"], "empty": ""});
    let inputs = Object(serde_json::from_value(inputs).expect("a map"));
    for (expression, expected) in cases {
        assert_eq!(run(expression, &inputs), *expected, "{expression}");
    }
}

#[test]
fn a_function_without_a_body_is_reported_and_never_evaluated() {
    let parsed = Expression::parse("Append(Prepend([a], \"y\"), \"x\")").expect("syntax is right");
    let found = parsed.check(&Surroundings::NONE);
    assert_eq!(
        found.iter().map(|d| (d.code.as_str(), d.span.start, d.span.end)).collect::<Vec<_>>(),
        [("EXPR-NOT-EVALUATED", 7, 24)]
    );
    let error = parsed.evaluate(&Object(BTreeMap::new()), &context()).expect_err("it has no body");
    assert_eq!(error.to_string(), "EXPR-NOT-EVALUATED at 7..24: Prepend cannot be evaluated");
}

#[test]
fn only_the_chosen_branch_is_computed() {
    let parsed = Expression::parse("Switch([a], Mid(\"x\", 0, 2), \"\", \"none\")").unwrap();
    assert_eq!(parsed.evaluate(&Object(BTreeMap::new()), &context()).unwrap().value, Value::text("none"));
}

#[test]
fn absent_operands_make_the_outcome_uncertain() {
    let check = |expression: &str, uncertain| {
        let parsed = Expression::parse(expression).expect(expression);
        let object = Object(BTreeMap::from([("b".into(), "x".into()), ("empty".into(), "".into())]));
        assert_eq!(parsed.evaluate(&object, &context()).unwrap().uncertain, uncertain, "{expression}");
    };
    check("IIF([a] = \"x\", \"1\", \"2\")", true);
    check("IIF([empty] = \"x\", \"1\", \"2\")", true);
    check("IIF([b] = \"x\", \"1\", \"2\")", false);
    check("IIF(IsPresent([a]), \"1\", \"2\")", true);
}

#[test]
fn values_of_the_wrong_kind_are_failures() {
    let check = |expression: &str, expected: &str| {
        let object = Object(BTreeMap::from([("many".into(), serde_json::json!(["a", "b"]))]));
        let parsed = Expression::parse(expression).expect(expression);
        assert_eq!(parsed.evaluate(&object, &context()).unwrap_err().to_string(), expected);
    };
    check("Append([many], \"x\")", "EXPR-TYPE at 7..13: Append needs a single value");
    check("IIF(\"maybe\", \"1\", \"2\")", "EXPR-TYPE at 4..11: IIF needs a condition that is true or false");
}

#[test]
fn the_step_limit_ends_evaluation_as_a_failure() {
    let parsed = Expression::parse("Join(\"\", [a], [a], [a])").unwrap();
    let context = Context { step_limit: 3, ..context() };
    let error = parsed.evaluate(&Object(BTreeMap::new()), &context).unwrap_err();
    assert_eq!(error.to_string(), "EXPR-STEPS at 14..17: more than 3 steps");
}

/// Prints each diagnostic under the place it speaks of.
fn diagnosed(text: &str) -> String {
    let mut shown = format!("{text}\n");
    for diagnostic in Expression::parse(text).err().unwrap_or_default() {
        let width = text[diagnostic.span.start..diagnostic.span.end].chars().count().max(1);
        let indent = text[..diagnostic.span.start].chars().count();
        write!(shown, "{}{} {}", " ".repeat(indent), "^".repeat(width), diagnostic.code.as_str()).unwrap();
        for (name, value) in &diagnostic.with {
            write!(shown, " {name}={value}").unwrap();
        }
        if !diagnostic.candidates.is_empty() {
            write!(shown, " (did you mean {}?)", diagnostic.candidates.join(" or ")).unwrap();
        }
        shown.push('\n');
    }
    shown
}

#[test]
fn diagnostics() {
    let all: Vec<String> = [
        "Joni(\" \", [givenName], [surname])",
        "append([mail], \"x\")",
        "Append([mail])",
        "Append([mail], )",
        "Switch([a], \"d\", \"k\")",
        "Append([mail], 'x')",
        "Append([mail], \"x\"",
        "Append([mail], \"x)",
        "Append([mail, \"x\")",
        "Append(mail, \"x\")",
        "IIF([country]=\"USA\" AND [state]=\"CA\",\"True\",\"False\")",
        "Join(\" \", Joni([a]), Append([b]), ?, [])",
        "[a] = [b]",
        "Append([a] [b], \"x\") rest",
        "Not([a]) & \"x\"",
        "99999999999999999999",
        "SelectUniqueValue([a], [b])",
        "IIF([a]=\"\", IgnoreAttributeFlow, [a])",
        "LCase([mail])",
        "",
        "IIF([a] = [b] = [c], \"1\", \"2\")",
    ]
    .iter()
    .map(|text| diagnosed(text))
    .collect();
    assert_snapshot!(all.join("\n"), @r#"
    Joni(" ", [givenName], [surname])
    ^^^^ EXPR-UNKNOWN-FUNCTION name=Joni (did you mean Join?)

    append([mail], "x")
    ^^^^^^ EXPR-UNKNOWN-FUNCTION name=append (did you mean Append?)

    Append([mail])
    ^^^^^^^^^^^^^^ EXPR-ARITY function=Append given=1 missing=suffix signature=Append(source, suffix)

    Append([mail], )
    ^^^^^^^^^^^^^^^^ EXPR-ARITY function=Append given=2 missing=suffix signature=Append(source, suffix)

    Switch([a], "d", "k")
    ^^^^^^^^^^^^^^^^^^^^^ EXPR-ARITY function=Switch given=3 missing=value signature=Switch(source, [defaultValue], key, value, ...)

    Append([mail], 'x')
                   ^^^ EXPR-SYNTAX expected=double-quotes found='x'

    Append([mail], "x"
                      ^ EXPR-SYNTAX expected=comma-or-close found=

    Append([mail], "x)
                   ^^^ EXPR-SYNTAX expected=closing-quote found="x)

    Append([mail, "x")
           ^^^^^^^^^^^ EXPR-SYNTAX expected=closing-bracket found=[mail, "x")

    Append(mail, "x")
           ^^^^ EXPR-SYNTAX expected=operand found=mail (did you mean [mail] or "mail"?)

    IIF([country]="USA" AND [state]="CA","True","False")
                        ^^^ EXPR-SYNTAX expected=comma-or-close found=AND

    Join(" ", Joni([a]), Append([b]), ?, [])
              ^^^^ EXPR-UNKNOWN-FUNCTION name=Joni (did you mean Join?)
                         ^^^^^^^^^^^ EXPR-ARITY function=Append given=1 missing=suffix signature=Append(source, suffix)
                                      ^ EXPR-SYNTAX expected=operand found=?
                                         ^^ EXPR-SYNTAX expected=attribute-name found=[]

    [a] = [b]
        ^ EXPR-SYNTAX expected=no-comparison found==

    Append([a] [b], "x") rest
               ^^^ EXPR-SYNTAX expected=comma-or-close found=[b]
                         ^^^^ EXPR-SYNTAX expected=end found=rest

    Not([a]) & "x"
             ^ EXPR-SYNTAX expected=operand found=&

    99999999999999999999
    ^^^^^^^^^^^^^^^^^^^^ EXPR-SYNTAX expected=64-bit-number found=99999999999999999999

    SelectUniqueValue([a], [b])
    ^^^^^^^^^^^^^^^^^ EXPR-UNSUPPORTED-HERE name=SelectUniqueValue

    IIF([a]="", IgnoreAttributeFlow, [a])
                ^^^^^^^^^^^^^^^^^^^ EXPR-UNSUPPORTED-HERE name=IgnoreAttributeFlow

    LCase([mail])
    ^^^^^ EXPR-UNKNOWN-FUNCTION name=LCase (did you mean ToLower?)


    ^ EXPR-SYNTAX expected=operand found=

    IIF([a] = [b] = [c], "1", "2")
                  ^ EXPR-SYNTAX expected=comma-or-close found==
    "#);
}

#[test]
fn printing_is_canonical() {
    let check = |text: &str, expected: &str| {
        assert_eq!(Expression::parse(text).expect(text).to_string(), expected);
        assert_eq!(Expression::parse(expected).expect(expected).to_string(), expected);
    };
    let active = "Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")";
    check(active, active);
    check("Join (\n \", \",[surname] ,\t[givenName])", "Join(\", \", [surname], [givenName])");
    check("Replace([mail], \"@contoso.com\", , ,\"\", ,)", "Replace([mail], \"@contoso.com\", , , \"\", , )");
    check("Append(\"a\\\\b\\\"c\\d\", &hff)", "Append(\"a\\\\b\\\"c\\\\d\", &HFF)");
    check("IIF([a]<>-1,[b],Switch([b],,1,\"x\"))", "IIF([a] <> -1, [b], Switch([b], , 1, \"x\"))");
    check("[mail]", "[mail]");
    check("\"8\"", "\"8\"");
}

#[test]
fn hostile_texts_cost_little() {
    for text in
        ["Not(".repeat(2400), "(".repeat(9_999), format!("{}\"x\"{}", "Not(".repeat(1500), ")".repeat(1500))]
    {
        assert!(Expression::parse(&text).is_err());
    }
    let long = format!("\"{}\"", "x".repeat(10_000));
    assert_eq!(Expression::parse(&long).unwrap_err()[0].code.as_str(), "EXPR-TOO-LONG");
    let deep = format!("{}\"True\"{}", "Not(".repeat(64), ")".repeat(64));
    assert_eq!(run(&deep, &Object(BTreeMap::new())), "\"True\"");
}
