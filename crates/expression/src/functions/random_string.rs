//! `RandomString`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "RandomString".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, optional, required};
use crate::draw::Draw;
use crate::evaluate::Stop;
use crate::value::Value;

/// A random text with at least so many digits, special characters, capitals and lower-case letters.
///
/// A preview has nothing to draw from and shows a placeholder. Use it in mappings that apply only during creation: every
/// cycle draws another one.
pub(super) static RANDOM_STRING: Function = Function {
    name: "RandomString",
    parameters: &[
        required("length"),
        required("minimumNumbers"),
        required("minimumSpecialCharacters"),
        required("minimumCapital"),
        required("minimumLowerCase"),
        optional("charactersToAvoid"),
    ],
    repeating: 0,
    summary: "A random text, for first passwords.",
    example: r#"RandomString(12, 2, 2, 2, 2, "lI10O")"#,
    code: Code::Body(random_string),
};

/// The longest text that Entra draws.
const MAX_LENGTH: i64 = 256;

/// Digits, special characters, capitals and small letters, as Windows counts them for the complexity of passwords
/// (Microsoft Learn, "Password must meet complexity requirements").
const ALPHABETS: [&str; 4] = [
    "0123456789",
    "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "abcdefghijklmnopqrstuvwxyz",
];

fn random_string<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let length = arguments.integer(0)?.filter(|length| (1..=MAX_LENGTH).contains(length));
    let length = length.ok_or_else(|| arguments.refuse(0, "a length between 1 and 256"))?;
    let avoided = arguments.text(5)?.unwrap_or_default();
    let allowed = ALPHABETS.map(|all| all.chars().filter(|c| !avoided.contains(*c)).collect::<Vec<_>>());
    let mut text = Vec::new();
    let mut draw = arguments.draw();
    for (at, alphabet) in (1..).zip(&allowed) {
        let least = arguments.integer(at)?.filter(|least| (0..=MAX_LENGTH).contains(least));
        let least = least.ok_or_else(|| arguments.refuse(at, "a number between 0 and 256"))?;
        if least > 0 && alphabet.is_empty() {
            return Err(arguments.refuse(5, "characters to avoid that leave some of each kind"));
        }
        text.extend((0..least).map(|_| pick(&mut draw, alphabet)));
    }
    let length = usize::try_from(length).unwrap_or_default();
    let all = allowed.concat();
    if text.len() > length {
        return Err(arguments.refuse(0, "a length of at least the sum of the minimums"));
    }
    if all.is_empty() {
        return Err(arguments.refuse(5, "characters to avoid that leave some"));
    }
    text.resize_with(length, || pick(&mut draw, &all));
    // The minimums stand first until here.
    for last in (1..text.len()).rev() {
        text.swap(last, draw.below(last + 1));
    }
    Ok(Value::owned(text.into_iter().collect()))
}

fn pick(draw: &mut Draw, alphabet: &[char]) -> char {
    alphabet.get(draw.below(alphabet.len())).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{Context, Expression, Inputs, Value};

    struct Nothing;

    impl Inputs for Nothing {
        fn get(&self, _: &str) -> Value<'_> {
            Value::Null
        }
    }

    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("RandomString(8, 1, 1, 1, 1)", r#""RandomString(8, 1, 1, 1, 1)""#),
            ("RandomString(257, 1, 1, 1, 1)", "error"),
            ("RandomString(3, 1, 1, 1, 1)", "error"),
            (r#"RandomString(8, 1, 1, 1, 1, "0123456789")"#, "error"),
            ("RandomString([none], 1, 1, 1, 1)", "error"),
            ("RandomString(8, -1, 1, 1, 1)", "error"),
        ]);
    }

    proptest! {
        #[test]
        fn the_minimums_hold(seed: [u8; 32], least in proptest::array::uniform4(0_usize..9), more in 1_usize..30) {
            let [digits, special, capital, small] = least;
            let length = least.iter().sum::<usize>() + more;
            let text = format!("RandomString({length}, {digits}, {special}, {capital}, {small}, \"lI10O\")");
            let parsed = Expression::parse(&text).expect("it is right");
            let context = Context { seed: Some(seed), ..Context::at(jiff::Timestamp::UNIX_EPOCH) };
            let outcome = parsed.evaluate(&Nothing, &context).expect("it is possible");
            prop_assert!(!outcome.drawn);
            let Value::Text(drawn) = outcome.value else { panic!("it is a text") };
            let count = |is: fn(&char) -> bool| drawn.chars().filter(is).count();
            prop_assert_eq!(drawn.chars().count(), length);
            prop_assert!(count(char::is_ascii_digit) >= digits && count(char::is_ascii_punctuation) >= special);
            prop_assert!(count(char::is_ascii_uppercase) >= capital && count(char::is_ascii_lowercase) >= small);
            prop_assert!(!drawn.contains(['l', 'I', '1', '0', 'O']));
        }
    }
}
