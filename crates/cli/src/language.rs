//! `usher eval` and `usher functions`: the expression language without a connection.

use crate::failure::Failure;
use crate::output::{json, json_line, line, lines, safe};
use serde::Deserialize;
use serde_json::{Value, json as object};
use std::collections::BTreeMap;
use std::io::BufRead as _;
use usher_commands::language::{self, Evaluated, Fault, Flowing};

/// What `usher eval` is asked for.
pub struct Eval<'a> {
    pub expression: Option<&'a str>,
    pub inputs: &'a [String],
    pub jsonl: bool,
    pub now: Option<&'a str>,
}

pub fn eval(asked: &Eval<'_>, as_json: bool) -> Result<u8, Failure> {
    let now = match asked.now {
        Some(text) => text.parse().map_err(|_| {
            Failure::Usage(format!("--now takes a point in time such as 2026-11-21T10:42:00Z, not {text}"))
        })?,
        None => jiff::Timestamp::now(),
    };
    match (asked.expression, asked.jsonl) {
        (None, true) if asked.inputs.is_empty() => each_line(now),
        (Some(expression), false) => one(expression, &inputs(asked.inputs)?, now, as_json),
        _ => Err(Failure::Usage(
            "give an expression with --input NAME=VALUE, or --jsonl and one JSON object a line on standard input"
                .to_owned(),
        )),
    }
}

/// `NAME=VALUE`: several values where a name comes twice, absent where `=VALUE` is missing.
fn inputs(given: &[String]) -> Result<BTreeMap<String, Value>, Failure> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for text in given {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Value::from(value)),
            None => (text.as_str(), Value::Null),
        };
        if name.is_empty() {
            return Err(Failure::Usage(format!("--input takes NAME=VALUE, not {text}")));
        }
        match found.entry(name.to_owned()) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(value);
            }
            std::collections::btree_map::Entry::Occupied(mut there) => match there.get_mut() {
                Value::Array(values) => values.push(value),
                single => {
                    let first = single.take();
                    *single = Value::Array(vec![first, value]);
                }
            },
        }
    }
    Ok(found)
}

fn one(
    expression: &str,
    inputs: &BTreeMap<String, Value>,
    now: jiff::Timestamp,
    as_json: bool,
) -> Result<u8, Failure> {
    let found = language::evaluate(expression, inputs, now);
    let failed = matches!(found, Evaluated::Error { .. });
    if as_json {
        json(&found)?;
        return Ok(u8::from(failed));
    }
    match found {
        Evaluated::Value { value, log } => {
            match value {
                None => line("Nothing flows."),
                Some(Flowing::One(text)) => lines(&text),
                Some(Flowing::Several(values)) => values.iter().for_each(|value| line(value)),
            }
            if let Some(shown) = log {
                eprintln!("The provisioning log shows: {}", safe(&shown));
            }
            for advice in language::advice(expression) {
                point(expression, &advice.fault, "warning ");
                eprintln!("  why: {}", safe(&advice.why));
                eprintln!("  what to do: {}", safe(&advice.remedy));
            }
        }
        Evaluated::Error { error } => point(expression, &error, ""),
    }
    Ok(u8::from(failed))
}

/// Shows a place in an expression and what is to be said of it.
fn point(expression: &str, fault: &Fault, kind: &str) {
    eprintln!("{}", safe(expression));
    let width = fault.end.saturating_sub(fault.start).max(1);
    // Where the expression has several lines a mark below it would point at the wrong one.
    if !expression.contains('\n') {
        eprintln!("{}{}", " ".repeat(fault.start), "^".repeat(width));
    }
    eprintln!("{kind}{}: {}", fault.code, safe(&fault.message));
}

#[derive(Deserialize)]
struct Case {
    id: Value,
    expression: String,
    #[serde(default)]
    inputs: BTreeMap<String, Value>,
}

/// One JSON object a line in, one out, in order. A line that is none is answered too, so that nothing shifts.
fn each_line(now: jiff::Timestamp) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    let mut bad = false;
    for text in std::io::stdin().lock().lines() {
        let text = text?;
        if text.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<Case>(&text) {
            Ok(case) => {
                let mut answer = object!(language::evaluate(&case.expression, &case.inputs, now));
                answer["id"] = case.id;
                answer
            }
            Err(problem) => {
                bad = true;
                let id = serde_json::from_str::<Value>(&text).ok().and_then(|value| value.get("id").cloned());
                let message = format!("expected {{\"id\",\"expression\",\"inputs\"}}: {problem}");
                object!({ "id": id, "error": { "code": "INPUT", "message": message, "start": 0, "end": 0 } })
            }
        };
        json_line(&mut out, &answer.to_string())?;
    }
    Ok(u8::from(bad))
}

pub fn functions(name: Option<&str>, as_json: bool) -> Result<u8, Failure> {
    let Some(name) = name else {
        let all = language::all_functions();
        if as_json {
            json(&all)?;
        } else {
            for function in all {
                line(&format!("{:<32}{}", function.name, function.summary));
            }
        }
        return Ok(0);
    };
    match language::one_function(name) {
        Ok(function) if as_json => json(&function)?,
        Ok(function) => {
            line(&function.signature);
            line("");
            line(function.summary);
            if !function.example.is_empty() {
                line("");
                line(&format!("Example: {}", function.example));
            }
        }
        Err(near) => {
            let hint = match near.first() {
                Some(best) => format!("; did you mean {best}? Capitals count."),
                None => "; `usher functions` lists them all".to_owned(),
            };
            return Err(Failure::Usage(format!("there is no function {name}{hint}")));
        }
    }
    Ok(0)
}
