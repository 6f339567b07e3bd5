//! `usher eval`, as a program meets it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// What the command answers to these lines, and its exit code.
fn asked(lines: &str) -> (Vec<Value>, i32) {
    let mut usher = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["eval", "--jsonl", "--now", "2026-01-02T03:04:05Z"])
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
    let answers = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    (answers, said.status.code().expect("it was not killed"))
}

/// The text form in which documented values and answers are compared.
fn text_form(value: &Value) -> Value {
    match value {
        Value::Bool(truth) => json!(if *truth { "True" } else { "False" }),
        Value::Number(number) => json!(number.to_string()),
        Value::Array(values) => values.iter().map(text_form).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_documented_case_comes_out_as_documented() {
    let cases = include_str!("../../expression/tests/vectors/expressions.json");
    let cases: Vec<Value> = serde_json::from_str(cases).expect("the cases are JSON");
    let lines: Vec<String> = cases.iter().map(Value::to_string).collect();
    let (answers, code) = asked(&lines.join("\n"));
    assert_eq!((answers.len(), code), (cases.len(), 0));
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(answer["id"], case["id"]);
        let right = match &case["expected"] {
            Value::Object(_) => answer["error"]["code"].is_string(),
            expected => {
                answer.get("value") == Some(&text_form(expected)) && answer.get("log") == case.get("log")
            }
        };
        if !right {
            wrong.push(format!("{case}\n{answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_line_that_is_no_question_is_answered_and_nothing_shifts() {
    let lines = [
        json!({ "id": 1, "expression": "[a]", "inputs": { "a": "x" } }).to_string(),
        "nonsense".to_owned(),
        json!({ "id": 7 }).to_string(),
        json!({ "id": "z", "expression": "Joi([a])" }).to_string(),
    ];
    let (answers, code) = asked(&lines.join("\n"));
    assert_eq!(code, 1);
    assert_eq!(answers[0], json!({ "id": 1, "value": "x" }));
    assert_eq!((&answers[1]["id"], &answers[1]["error"]["code"]), (&Value::Null, &json!("INPUT")));
    assert_eq!((&answers[2]["id"], &answers[2]["error"]["code"]), (&json!(7), &json!("INPUT")));
    let error = &answers[3]["error"];
    assert_eq!(error["code"], "EXPR-UNKNOWN-FUNCTION");
    assert_eq!((&error["start"], &error["end"]), (&json!(0), &json!(3)));
    assert!(error["message"].as_str().is_some_and(|message| message.contains("Join")), "{error}");
}

#[test]
fn places_are_counted_in_characters() {
    let line = json!({ "id": 1, "expression": "Append(\"ééé\", Nope())" }).to_string();
    let (answers, _) = asked(&line);
    let error = &answers[0]["error"];
    assert_eq!((&error["start"], &error["end"]), (&json!(14), &json!(18)), "{error}");
}

#[test]
fn a_random_value_is_drawn() {
    let line = json!({ "id": 1, "expression": "Guid()" }).to_string();
    let (answers, _) = asked(&format!("{line}\n{line}"));
    let one = answers[0]["value"].as_str().expect("a text");
    let lengths: Vec<usize> = one.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{one}");
    assert_ne!(answers[0]["value"], answers[1]["value"]);
}

#[test]
fn people_are_told_what_deserves_a_look_and_programs_are_not() {
    let text = r#"IIF([country] = "US", "1", "2")"#;
    let told = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["eval", text, "--input", "country=US"])
        .output()
        .expect("usher runs");
    assert_eq!(told.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&told.stdout), "1\n");
    let words = String::from_utf8_lossy(&told.stderr);
    for part in [text, "\n    ^^^^^^^^^^^^^^^^\n", "warning EXPR-IIF-NULL", "why: ", "what to do: "] {
        assert!(words.contains(part), "{part:?} is not in {words:?}");
    }
    let line = json!({ "id": 1, "expression": text, "inputs": { "country": "US" } }).to_string();
    assert_eq!(asked(&line), (vec![json!({ "id": 1, "value": "1" })], 0));
}
