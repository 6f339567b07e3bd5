//! `usher scope --jsonl`, as a program meets it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// What the command answers to these lines, and its exit code.
fn asked(lines: &str) -> (Vec<String>, i32) {
    let mut usher = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["scope", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("usher starts");
    let mut questions = usher.stdin.take().expect("it listens");
    let text = lines.to_owned();
    // In a thread of its own: the answers to many lines fill the pipe before the last line is written.
    let writer = std::thread::spawn(move || questions.write_all(text.as_bytes()));
    let said = usher.wait_with_output().expect("usher ends");
    writer.join().expect("the writer ends").expect("usher reads to the end");
    let text = String::from_utf8(said.stdout).expect("UTF-8");
    (text.lines().map(str::to_owned).collect(), said.status.code().expect("it was not killed"))
}

/// A question about one clause.
fn question(id: &str, attribute: &str, operator: &str, values: &[&str], inputs: Value) -> String {
    let clause = json!({
        "sourceOperandName": attribute, "operatorName": operator, "targetOperand": { "values": values },
    });
    let filter = json!({ "groups": [{ "name": "f", "clauses": [clause] }] });
    json!({ "id": id, "filter": filter, "inputs": inputs }).to_string()
}

#[test]
fn every_documented_case_comes_out_as_documented() {
    let cases = include_str!("../../mapping/tests/vectors/scoping.json");
    let cases: Vec<Value> = serde_json::from_str(cases).expect("the cases are JSON");
    let lines: Vec<String> = cases.iter().map(Value::to_string).collect();
    let (answers, code) = asked(&lines.join("\n"));
    assert_eq!((answers.len(), code), (cases.len(), 0));
    for (case, answer) in cases.iter().zip(&answers) {
        let answer: Value = serde_json::from_str(answer).expect("each line is JSON");
        assert_eq!(answer["id"], case["id"]);
        match case["expected"].as_bool() {
            Some(expected) => assert_eq!(answer["inScope"], json!(expected), "{case}\n{answer}"),
            None => assert!(answer["error"]["code"].is_string(), "{case}\n{answer}"),
        }
    }
}

#[test]
fn answers_explain_themselves() {
    let lines = [
        question("1", "department", "EQUALS", &["Support"], json!({ "department": "Sales" })),
        question("2", "department", "NOT EQUALS", &["Support"], json!({})),
        question("3", "department", "Includes", &["ale"], json!({ "department": "Sales" })),
        json!({ "id": 4, "filter": { "groups": [] }, "inputs": {} }).to_string(),
        question(
            "5",
            "department",
            "NOT REGEX MATCH",
            &["(a|aa)+$"],
            json!({ "department": "a".repeat(40) + "!" }),
        ),
        question("6", "level", "Greater_Than", &["abc"], json!({ "level": 5 })),
        question("7", "department", "CONTAINS", &["x"], json!({ "department": "x" })),
        question("8", "accountEnabled", "IS TRUE", &[], json!({ "accountEnabled": "True" })),
        question("9", "level", "Greater_Than", &["5"], json!({ "level": 5 })),
        question("10", "mail", "IS NULL", &["x"], json!({})),
    ];
    let (answers, code) = asked(&lines.join("\r\n\n"));
    assert_eq!(code, 0);
    let expected = [
        r#"{"id":"1","inScope":false,"because":"Left out by the scoping filter f: department is “Sales” and must equal “Support”"}"#,
        r#"{"id":"2","inScope":false,"because":"Left out by the scoping filter f: department is empty and must have another value than “Support”"}"#,
        r#"{"id":"3","inScope":true,"because":"Let in by the scoping filter f: department Includes 'ale'"}"#,
        r#"{"id":4,"inScope":true,"because":"No filter is set, so everything passes"}"#,
        r#"{"id":"5","error":{"code":"FILTER-STEPS","message":"It is not known whether this is in scope, so nothing is changed. The scoping filter f gave no answer for department: matching the pattern takes too many steps."}}"#,
        r#"{"id":"6","error":{"code":"filter-not-integer","message":"Scoping filter f, clause 1: Greater_Than needs a whole number of 0 or more, not “abc”"}}"#,
        r#"{"id":"7","error":{"code":"filter-unknown-operator","message":"Scoping filter f, clause 1: there is no operator CONTAINS"}}"#,
        r#"{"id":"8","error":{"code":"FILTER-TYPE","message":"It is not known whether this is in scope, so nothing is changed. The scoping filter f gave no answer for accountEnabled: the value is of a type that the operator does not take."}}"#,
        r#"{"id":"9","inScope":false,"because":"Left out by the scoping filter f: level is “5” and must be greater than 5"}"#,
        r#"{"id":"10","error":{"code":"filter-value-count","message":"Scoping filter f, clause 1: IS NULL takes no value"}}"#,
    ];
    assert_eq!(answers, expected);
}

#[test]
fn a_line_that_is_no_question_is_answered_with_what_can_be_read_and_ends_with_1() {
    let lines = [
        "no JSON".to_owned(),
        r#"{"id": "2", "inputs": {}}"#.to_owned(),
        r#"{"id": "3", "filter": {"groups": []}}"#.to_owned(),
        r#"{"id": "4", "filter": {"grups": []}, "inputs": {}}"#.to_owned(),
        r#"{"filter": {"groups": []}, "inputs": {}}"#.to_owned(),
        r#"{"id": "6", "filter": {"groups": [{"clauses": [{"operatorName": "IS NULL"}]}]}, "inputs": {}}"#
            .to_owned(),
        r#"{"id": "7", "filter": {"groups": []}, "inputs": {}, "objectType": "Device"}"#.to_owned(),
        question("8", "department", "EQUALS", &["x"], json!({ "department": "x" })),
        r#"{"id": "9", "filter": {"groups": []}, "inputs": {"a": {}}}"#.to_owned(),
        "[1]".to_owned(),
    ];
    let (answers, code) = asked(&lines.join("\n"));
    assert_eq!((answers.len(), code), (lines.len(), 1), "{answers:#?}");
    for (number, answer) in answers.iter().enumerate() {
        let answer: Value = serde_json::from_str(answer).expect("each line is JSON");
        match number + 1 {
            8 => assert_eq!(answer["inScope"], json!(true)),
            number => assert_eq!(answer["error"]["code"], "malformed-line", "{number}: {answer}"),
        }
        let readable = ![1, 5, 10].contains(&(number + 1));
        assert_eq!(answer["id"], if readable { json!((number + 1).to_string()) } else { Value::Null });
    }
}

#[test]
fn each_answer_comes_before_the_next_question() {
    let mut usher = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["scope", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("usher starts");
    let mut questions = usher.stdin.take().expect("it listens");
    let mut answers = BufReader::new(usher.stdout.take().expect("it speaks"));
    for number in ["1", "2"] {
        writeln!(questions, "{}", question(number, "department", "IS NULL", &[], json!({})))
            .expect("it reads");
        let mut answer = String::new();
        answers.read_line(&mut answer).expect("it answers");
        assert!(answer.starts_with(&format!(r#"{{"id":"{number}","inScope":true"#)), "{answer}");
    }
    drop(questions);
    assert!(usher.wait().expect("usher ends").success());
}

#[test]
fn the_help_teaches_and_the_form_must_be_named() {
    let help =
        Command::new(env!("CARGO_BIN_EXE_usher")).args(["scope", "--help"]).output().expect("usher starts");
    let text = String::from_utf8(help.stdout).expect("UTF-8");
    assert!(text.contains("sourceOperandName") && text.contains("never \"out of scope\""), "{text}");
    let bare = Command::new(env!("CARGO_BIN_EXE_usher")).arg("scope").output().expect("usher starts");
    assert_eq!(bare.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&bare.stderr).contains("--jsonl"));
}
