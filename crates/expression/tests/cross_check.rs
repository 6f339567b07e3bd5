//! How many cases exercise each function: counted here, shown in `docs/language.md`.
//!
//! A case counts for every function that its expression calls, once. Cases are the documented ones (`vectors`) and those
//! beside each function. `USHER_CODEGEN=write` writes the table anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use usher_expression::{Expression, Standing, Term, TermKind, functions};

/// No function has fewer.
const LEAST: usize = 3;
const BEGIN: &str = "<!-- cross-check: begin -->\n";
const END: &str = "<!-- cross-check: end -->\n";

type Counts = BTreeMap<&'static str, [usize; 2]>;

fn called(term: &Term, found: &mut Vec<&'static str>) {
    match &term.kind {
        TermKind::Call(call) => {
            if !found.contains(&call.function.name) {
                found.push(call.function.name);
            }
            call.arguments
                .iter()
                .filter_map(|argument| argument.term.as_ref())
                .for_each(|term| called(term, found));
        }
        TermKind::Compare(left, _, right) => {
            called(left, found);
            called(right, found);
        }
        TermKind::Text(_) | TermKind::Integer(..) | TermKind::Attribute(_) | TermKind::Word(_) => {}
    }
}

fn add(counts: &mut Counts, kind: usize, expression: &str) {
    let Ok(parsed) = Expression::parse(expression) else { return };
    let mut found = Vec::new();
    called(parsed.root(), &mut found);
    for name in found {
        counts.entry(name).or_default()[kind] += 1;
    }
}

/// The string literals of Rust source; raw ones as they are, others with their escapes undone.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find('"') {
        let hashes = rest[..at].len() - rest[..at].trim_end_matches('#').len();
        let is_raw = rest[..at - hashes].ends_with('r');
        rest = &rest[at + 1..];
        let end = match is_raw {
            true => rest.find(&format!("\"{}", "#".repeat(hashes))),
            false => {
                let mut escaped = false;
                rest.find(|c| {
                    let is_end = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    is_end
                })
            }
        };
        let end = end.expect("a literal ends");
        let text = &rest[..end];
        found.push(if is_raw { text.to_owned() } else { text.replace("\\\"", "\"").replace("\\\\", "\\") });
        rest = &rest[end + 1..];
    }
    found
}

fn counts() -> Counts {
    let evaluated = functions().iter().filter(|function| function.standing() == Standing::Evaluated);
    let mut counts: Counts = evaluated.map(|function| (function.name, [0, 0])).collect();
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("vectors/expressions.json")).expect("the file is right");
    for case in &cases {
        add(&mut counts, 0, case["expression"].as_str().expect("a text"));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/functions");
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it is readable").path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(path).expect("it is text");
            let tests = source.split_once("#[cfg(test)]").map_or("", |(_, tests)| tests);
            literals(tests).iter().for_each(|text| add(&mut counts, 1, text));
        }
    }
    counts
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/language.md")
}

#[test]
fn every_function_has_cases_and_the_page_shows_how_many() {
    let counts = counts();
    let few: Vec<_> = counts.iter().filter(|(_, [page, own])| page + own < LEAST).collect();
    assert!(few.is_empty(), "fewer than {LEAST} cases: {few:?}");
    let mut table = String::from("| function | documented cases | own cases |\n|---|---|---|\n");
    for (name, [page, own]) in &counts {
        writeln!(table, "| {name} | {page} | {own} |").expect("a text takes everything");
    }
    let text = fs::read_to_string(page()).expect("the page is there");
    let (before, rest) = text.split_once(BEGIN).expect("the table begins");
    let (shown, after) = rest.split_once(END).expect("the table ends");
    #[expect(clippy::disallowed_methods, reason = "a test that writes what it checks, when asked to")]
    let writes = std::env::var("USHER_CODEGEN").is_ok_and(|mode| mode == "write");
    if writes {
        fs::write(page(), format!("{before}{BEGIN}{table}{END}{after}")).expect("the page is writable");
        return;
    }
    assert!(
        shown == table,
        "docs/language.md is out of date: USHER_CODEGEN=write cargo test -p usher-expression --test cross_check"
    );
}

#[test]
fn what_a_case_calls_is_found() {
    let mut counts = Counts::new();
    add(&mut counts, 1, "IIF(Not([a]) = Not([b]), Append(\"x\", [a]), \"Join(1)\")");
    let found: Vec<_> = counts.into_iter().collect();
    assert_eq!(found, [("Append", [0, 1]), ("IIF", [0, 1]), ("Not", [0, 1])]);
    assert_eq!(literals(r###"("a\"b\\", r#"c"d"#, r"e")"###), ["a\"b\\", "c\"d", "e"]);
}
