//! What holds for every expression.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Object, context};
use crate::{Expression, Function, Standing, Term, TermKind, functions};

fn evaluated() -> Vec<&'static Function> {
    functions().iter().copied().filter(|function| function.standing() == Standing::Evaluated).collect()
}

/// A call of any function with as many arguments as it has parameters.
fn call(function: &Function, arguments: &[String]) -> String {
    let taken = function.parameters.len().min(arguments.len());
    format!("{}({})", function.name, arguments[..taken].join(","))
}

/// Texts of expressions that are right in syntax and arity.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-zA-Z0-9_:. ]{1,8}"
            .prop_filter("a blank name", |name| !name.trim().is_empty())
            .prop_map(|n| format!("[{n}]")),
        "[^\"\\\\]{0,8}".prop_map(|text| format!("\"{text}\"")),
        any::<String>().prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
        any::<i64>().prop_map(|number| number.to_string()),
        (-3_i64..9).prop_map(|number| number.to_string()),
        prop::sample::select(vec![
            "\"d\"",
            "\"yyyy\"",
            "\"yyyy-MM-ddTHH:mm:ss.FFFK\"",
            "\"2024-02-29T23:59:59-08:00\"",
            "\"(?<n>.)*\"",
            "\"(a|b)\\\\1$\"",
            "\"${n}$1$&\"",
            "\"n\"",
            "Now()",
            "Guid()",
            "vbTextCompare",
            "[a]",
            "[b]",
        ])
        .prop_map(str::to_owned),
        any::<u64>().prop_map(|number| format!("&H{number:x}")),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let optional = prop_oneof![inner.clone(), Just(String::new())];
        let operators = prop_oneof![Just("="), Just("<>"), Just(">"), Just(">="), Just("<"), Just("<=")];
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("Append({a},{b})")),
            inner.clone().prop_map(|a| format!("Not ( {a} )")),
            inner.clone().prop_map(|a| format!("IgnoreFlowIfNullOrEmpty({a})")),
            (inner.clone(), optional.clone()).prop_map(|(a, b)| format!("ToLower({a},{b})")),
            (inner.clone(), optional, inner.clone(), inner.clone())
                .prop_map(|(a, b, c, d)| format!("Switch({a},{b},{c},{d})")),
            (inner.clone(), operators, inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, op, b, c, d)| format!("IIF({a}{op}{b},{c},{d})")),
            proptest::collection::vec(inner.clone(), 2..5)
                .prop_map(|all| format!("Join({})", all.join(" , "))),
            (any::<prop::sample::Index>(), proptest::collection::vec(inner, 8))
                .prop_map(|(which, all)| call(which.get::<&Function>(&evaluated()), &all)),
        ]
    })
}

/// A tree without the places of its parts.
fn shape(term: &Term) -> String {
    match &term.kind {
        TermKind::Text(text) => format!("{text:?}"),
        TermKind::Integer(number, radix) => format!("{number}{radix:?}"),
        TermKind::Attribute(name) => format!("[{name}]"),
        TermKind::Word(word) => format!("{word:?}"),
        TermKind::Compare(left, comparison, right) => {
            format!("({}{comparison:?}{})", shape(left), shape(right))
        }
        TermKind::Call(call) => {
            let arguments = call.arguments.iter().map(|argument| argument.term.as_ref().map(shape));
            format!("{}{:?}", call.function.name, arguments.collect::<Vec<_>>())
        }
    }
}

proptest! {
    #[test]
    fn printing_then_parsing_is_the_identity_and_evaluation_never_panics(text in expressions()) {
        let parsed = Expression::parse(&text).expect("it was made right");
        let printed = parsed.to_string();
        let again = Expression::parse(&printed).expect("what is printed parses");
        prop_assert_eq!(again.to_string(), printed);
        prop_assert_eq!(shape(again.root()), shape(parsed.root()));
        let object = Object(BTreeMap::from([("a".into(), "x".into()), ("b".into(), serde_json::json!(["1", "2"]))]));
        let (first, second) = (parsed.evaluate(&object, &context()).map(|o| o.value.into_owned()),
            again.evaluate(&object, &context()).map(|o| o.value.into_owned()));
        prop_assert_eq!(first.is_ok(), second.is_ok());
        if let (Ok(first), Ok(second)) = (first, second) {
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn parsing_never_panics_and_errors_lie_inside_the_text(text in "(?s).{0,120}|[A-Za-z\\[\\]\"\\\\(),=<>&0-9 -]{0,120}") {
        if let Err(diagnostics) = Expression::parse(&text) {
            prop_assert!(!diagnostics.is_empty());
            for diagnostic in diagnostics {
                prop_assert!(text.get(diagnostic.span.start..diagnostic.span.end).is_some());
            }
        }
    }
}
