//! Any functions with any values: evaluation comes to an end within its limits, twice alike, and as its printed form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use usher_expression::{Expression, OUTPUT_LIMIT, Value};
use usher_fuzz::{Object, Source, context};

fuzz_target!(|given: (Source, Object)| {
    let (Source(text), object) = given;
    let Ok(parsed) = Expression::parse(&text) else { return };
    let again = Expression::parse(&parsed.to_string()).expect("what is printed parses");
    let context = context();
    let first = parsed.evaluate(&object, &context);
    let second = again.evaluate(&object, &context);
    match (first, second) {
        (Ok(first), Ok(second)) => {
            assert_eq!(first, second);
            if let Value::Text(text) = &first.value {
                assert!(text.len() <= OUTPUT_LIMIT + (1 << 20));
            }
        }
        (Err(first), Err(second)) => assert_eq!(first.failure, second.failure),
        (first, second) => panic!("{first:?} {second:?}"),
    }
});
