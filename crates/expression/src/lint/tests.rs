//! Which warnings are raised, and where none is.

use crate::{Expression, Severity, Surroundings};

/// Warnings as `code start..end parameters`.
fn warned_in(text: &str, around: &Surroundings<'_>) -> Vec<String> {
    let parsed = Expression::parse(text).expect(text);
    let found = parsed.check(around).into_iter();
    found
        .map(|found| {
            assert_eq!(found.code.severity(), Severity::Warning, "{text}");
            let with: Vec<String> =
                found.with.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let place = text.get(found.span.start..found.span.end).expect("inside of the text");
            format!("{} {place} {}", found.code.as_str(), with.join(" ")).trim_end().to_owned()
        })
        .collect()
}

/// An expression that is written at every change, for people without assignment, to a target without letter case.
const ALWAYS: Surroundings<'_> = Surroundings {
    only_during_creation: false,
    sync_all: true,
    case_exact: Some(false),
    ..Surroundings::NONE
};

fn check(text: &str, expected: &[&str]) {
    assert_eq!(warned_in(text, &ALWAYS), expected, "{text}");
}

#[test]
fn conditions_on_what_may_be_empty() {
    check(r#"IIF([country] = "US", "1", "2")"#, &[r#"EXPR-IIF-NULL [country] = "US" name=country"#]);
    check(r#"IIF("US" = [country], "1", "2")"#, &[r#"EXPR-IIF-NULL "US" = [country] name=country"#]);
    check(r#"IIF(IsPresent([mail]), "1", "2")"#, &["EXPR-IIF-NULL IsPresent([mail]) function=IsPresent"]);
    check(r#"Append("a", IIF(IsNull([mail]), "1", "2"))"#, &["EXPR-IIF-NULL IsNull([mail]) function=IsNull"]);
    check(r#"IIF([IsSoftDeleted] = "True", "1", "2")"#, &[]);
    check(r#"IIF(CBool([a]), "1", "2")"#, &[]);
}

#[test]
fn switches() {
    check(r#"Switch([department], , "a", "b")"#, &["EXPR-SWITCH-DELTA [department] name=department"]);
    check(r#"Switch(IsNull([a]), , "True", "b")"#, &["EXPR-SWITCH-ISPRESENT IsNull([a]) function=IsNull"]);
    check(r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#, &[]);
    check(r#"Switch(ToLower([a]), , "a", "b")"#, &[]);
}

#[test]
fn values_that_differ_in_every_cycle() {
    check("Guid()", &["EXPR-NONDETERMINISTIC Guid() function=Guid"]);
    check(r#"DateDiff("d", Now(), [employeeHireDate])"#, &["EXPR-NONDETERMINISTIC Now() function=Now"]);
    let once = Surroundings { only_during_creation: true, ..ALWAYS };
    assert!(warned_in("RandomString(8, 1, 1, 1, 1)", &once).is_empty());
}

#[test]
fn roles_need_assignments() {
    let text = "SingleAppRoleAssignment([appRoleAssignments])";
    check(text, &[&format!("EXPR-ROLES-SYNCALL {text} function=SingleAppRoleAssignment")]);
    assert!(warned_in(text, &Surroundings { sync_all: false, ..ALWAYS }).is_empty());
}

#[test]
fn letter_case_alone_is_not_sent() {
    check("ToUpper([a])", &["EXPR-CASE-ONLY ToUpper([a]) function=ToUpper"]);
    check(r#"Append(ToUpper([a]), "x")"#, &[]);
    for case_exact in [Some(true), None] {
        assert!(warned_in("ToLower([a])", &Surroundings { case_exact, ..ALWAYS }).is_empty());
    }
}

#[test]
fn empty_results_never_clear() {
    check(r#"IIF([IsSoftDeleted] = "True", "", [a])"#, &[r#"EXPR-NEVER-CLEARS """#]);
    check(r#"Switch(Left([a], 1), "", "x", IIF(CBool([b]), "", ""))"#, &[r#"EXPR-NEVER-CLEARS """#]);
    check(r#"Replace([a], "b", , , "", , )"#, &[]);
    check(r#"Coalesce([a], "")"#, &[]);
}

#[test]
fn literals_that_are_never_taken() {
    let check = |text: &str, with: &str| {
        let (place, with) = with.split_once(" | ").expect("place and parameters");
        let expected = if with.is_empty() { Vec::new() } else { vec![format!("EXPR-TYPE {place} {with}")] };
        let once = Surroundings { only_during_creation: true, ..ALWAYS };
        assert_eq!(warned_in(text, &once), expected, "{text}");
    };
    check(r#"Mid([a], "abc", 2)"#, r#""abc" | expected=position found=abc function=Mid parameter=start"#);
    check("Mid([a], 0, 2)", "0 | expected=position found=0 function=Mid parameter=start");
    check(r#"Mid([a], "2", "-1")"#, " | ");
    check("Mid([a], [b], 1)", " | ");
    check(
        r#"DateAdd("day", 1, Now())"#,
        r#""day" | expected=interval found=day function=DateAdd parameter=interval"#,
    );
    check(
        r#"DateDiff("d", Now(), "soon")"#,
        r#""soon" | expected=date found=soon function=DateDiff parameter=date2"#,
    );
    check(r#"DateDiff("d", Now(), "2024-02-29")"#, " | ");
    check(r#"Split([a], "::")"#, r#""::" | expected=character found=:: function=Split parameter=delimiter"#);
    check(
        r#"InStr([a], "b", 1, "text")"#,
        r#""text" | expected=compare-type found=text function=InStr parameter=compareType"#,
    );
    check(r#"InStr([a], "b", 1, vbTextCompare)"#, " | ");
    check(
        r#"Replace([a], "", , , "x", , )"#,
        r#""" | expected=some-text found= function=Replace parameter=oldValue"#,
    );
    check(
        r#"RandomString("many", 1, 1, 1, 1)"#,
        r#""many" | expected=integer found=many function=RandomString parameter=length"#,
    );
}

#[test]
fn old_forms_and_stray_backslashes() {
    let text = r#"FormatDateTime([a], "yyyy", "yy")"#;
    check(text, &[&format!("EXPR-OLD-FORM {text} function=FormatDateTime")]);
    check(r#"Replace([a], , "\d\\d\"", , "x", , )"#, &[r"EXPR-ESCAPE \d found=\d"]);
    check(r#"Append("\\", "\"")"#, &[]);
}
