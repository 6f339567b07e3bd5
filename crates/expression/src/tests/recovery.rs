//! Several errors in one expression are found in one pass: each with its place, its code, what the sentence needs, and
//! what was probably meant.

use crate::Expression;

/// Each error as `place | code | parameters | candidates`.
fn errors(text: &str) -> Vec<String> {
    let found = Expression::parse(text).expect_err(text);
    let show = |found: &crate::Diagnostic| {
        let place = &text[found.span.start..found.span.end];
        let with: Vec<String> = found.with.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{place} | {} | {} | {}", found.code.as_str(), with.join(" "), found.candidates.join(" "))
    };
    found.iter().map(show).collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(errors(text), expected, "{text}");
}

#[test]
fn unknown_functions_do_not_hide_what_is_inside_of_them() {
    check(
        r#"Joni(" ", Lenght([a]), toupper([b]))"#,
        &[
            "Joni | EXPR-UNKNOWN-FUNCTION | name=Joni | Join",
            "Lenght | EXPR-UNKNOWN-FUNCTION | name=Lenght | ",
            "toupper | EXPR-UNKNOWN-FUNCTION | name=toupper | ToUpper",
        ],
    );
}

#[test]
fn every_argument_is_looked_at() {
    check(
        r#"Join(",", Append([a]), Mid([b], 1), Left([c], 1, 2), Not())"#,
        &[
            "Append([a]) | EXPR-ARITY | function=Append given=1 missing=suffix signature=Append(source, suffix) | ",
            "Mid([b], 1) | EXPR-ARITY | function=Mid given=2 missing=length signature=Mid(source, start, length) | ",
            "Left([c], 1, 2) | EXPR-ARITY | function=Left given=3 signature=Left(source, numChars) | ",
            "Not() | EXPR-ARITY | function=Not given=0 missing=source signature=Not(source) | ",
        ],
    );
}

#[test]
fn after_a_bad_token_the_next_argument_is_read() {
    check(
        r#"Switch([a], 'x', ?, [], department, LCase([b]))"#,
        &[
            "'x' | EXPR-SYNTAX | expected=double-quotes found='x' | ",
            "? | EXPR-SYNTAX | expected=operand found=? | ",
            "[] | EXPR-SYNTAX | expected=attribute-name found=[] | ",
            r#"department | EXPR-SYNTAX | expected=operand found=department | [department] "department""#,
            "LCase | EXPR-UNKNOWN-FUNCTION | name=LCase | ToLower",
        ],
    );
}

#[test]
fn a_missing_comma_ends_only_its_own_argument() {
    check(
        r#"IIF([a] = "x" AND [b] = "y", Append([c] "z", "1"), IgnoreAttributeFlow) + 1"#,
        &[
            "AND | EXPR-SYNTAX | expected=comma-or-close found=AND | ",
            r#""z" | EXPR-SYNTAX | expected=comma-or-close found="z" | "#,
            "IgnoreAttributeFlow | EXPR-UNSUPPORTED-HERE | name=IgnoreAttributeFlow | ",
            "+ | EXPR-SYNTAX | expected=operand found=+ | ",
        ],
    );
}

#[test]
fn comparisons_stand_in_conditions_only() {
    check(
        r#"Append([a] = "x", Coalesce([b] > 1, SelectUniqueValue([c], [d])))"#,
        &[
            "= | EXPR-SYNTAX | expected=no-comparison found== | ",
            "> | EXPR-SYNTAX | expected=no-comparison found=> | ",
            "SelectUniqueValue | EXPR-UNSUPPORTED-HERE | name=SelectUniqueValue | ",
        ],
    );
}

#[test]
fn what_is_never_closed_is_said_once() {
    check(
        r#"Append(Joni([a], "x"#,
        &[
            "Joni | EXPR-UNKNOWN-FUNCTION | name=Joni | Join",
            r#""x | EXPR-SYNTAX | expected=closing-quote found="x | "#,
        ],
    );
}
