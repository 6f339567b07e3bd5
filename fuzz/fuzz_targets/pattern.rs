//! Any pattern on any text, as scoping filters match and as `Replace` replaces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use usher_expression::{Expression, Inputs, Pattern, Value};
use usher_fuzz::context;

/// Pattern, text and replacement as attributes.
struct Parts<'a>(&'a str, &'a str, &'a str);

impl Inputs for Parts<'_> {
    fn get(&self, name: &str) -> Value<'_> {
        Value::text(match name {
            "p" => self.0,
            "t" => self.1,
            _ => self.2,
        })
    }
}

fuzz_target!(|given: (&str, &str, &str)| {
    let (pattern, text, replacement) = given;
    if let Ok(compiled) = Pattern::compile(pattern) {
        // It matches, does not, or takes too many steps; which of them is the same every time.
        assert_eq!(compiled.is_match_whole(text), compiled.is_match_whole(text));
    }
    let replace = "Replace([t], , [p], , [r], , )";
    let parsed = Expression::parse(replace).expect("it is right");
    let (parts, context) = (Parts(pattern, text, replacement), context());
    if let Err(error) = parsed.evaluate(&parts, &context) {
        assert!(matches!(error.code, "EXPR-REGEX" | "EXPR-STEPS"), "{error}");
    }
});
