//! Any text: what parses is printed and parses to the same again; what does not is reported inside of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use usher_expression::{Diagnostic, Expression};

fuzz_target!(|text: &str| {
    let within = |found: &Diagnostic| assert!(text.get(found.span.start..found.span.end).is_some());
    match Expression::parse(text) {
        Ok(parsed) => {
            let printed = parsed.to_string();
            let again = Expression::parse(&printed).expect("what is printed parses");
            assert_eq!(again.to_string(), printed);
            assert_eq!(again.attributes(), parsed.attributes());
        }
        Err(found) => {
            assert!(!found.is_empty());
            found.iter().for_each(within);
        }
    }
});
