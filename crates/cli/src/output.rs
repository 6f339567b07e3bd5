//! Output: results on standard output, progress on standard error, nobody's control characters on either.

use serde::{Deserialize as _, Serialize};
use serde_json::Value;
use std::io::{IsTerminal as _, Write};
use usher_commands::dto::Message;
use usher_commands::{has, words};

/// A stranger's text for a terminal: control and bidirectional characters are replaced, so that a name can neither
/// move the cursor nor turn a line around, nor begin a line that seems to be ours.
pub fn safe(text: &str) -> String {
    block(text).replace('\n', " ")
}

/// The same for a text of several lines that is made so that nobody's words begin one.
fn block(text: &str) -> String {
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a terminal may take the character for a command: controls (C1 too: U+009B begins a sequence as ESC [ does),
/// and the marks of the bidirectional algorithm (Unicode Standard Annex 9).
fn steers(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c != '\n' && (c.is_control() || turns)
}

/// JSON for a terminal or a pipe: the same value, with such characters escaped (RFC 8259 section 7), for they stand raw
/// only inside its texts.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// One line of a result.
pub fn line(text: &str) {
    print(&safe(text));
}

/// A result of several lines: a file, or a text in which names are quoted.
pub fn lines(text: &str) {
    print(&block(text));
}

/// Nobody reads any more (`usher log | head`): that is no failure, and a cycle goes on to its end.
fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// One line of progress, for people.
pub fn progress(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", safe(text));
}

/// A result as JSON, with its sentences.
pub fn json<T: Serialize>(value: &T) -> Result<(), serde_json::Error> {
    let mut value = serde_json::to_value(value)?;
    add_sentences(&mut value);
    json_text(&serde_json::to_string_pretty(&value)?);
    Ok(())
}

/// Puts the sentence beside every message: its id is for programs, and whoever reads a support case has no catalogue.
pub fn add_sentences(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(add_sentences),
        Value::Object(fields) => {
            let is_message = fields.keys().all(|key| key == "id" || key == "args");
            let message = if is_message { Message::deserialize(&*fields).ok() } else { None };
            match message.filter(|message| has(&message.id)) {
                Some(message) => drop(fields.insert("text".to_owned(), words(&message).into())),
                None => fields.values_mut().for_each(add_sentences),
            }
        }
        _ => {}
    }
}

/// A result that is JSON already.
pub fn json_text(text: &str) {
    print(&escaped(text));
}

/// One line of JSON in a stream of answers: whoever waits for it gets it at once.
pub fn json_line(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    writeln!(out, "{}", escaped(text))?;
    out.flush()
}

/// Whether a person sits at this terminal.
pub fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks a person.
pub fn ask(question: &str) -> std::io::Result<String> {
    eprint!("{} ", safe(question));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{add_sentences, escaped, safe};
    use serde_json::json;

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(safe("Ana\u{1b}[2J\u{202e}x\r"), "Ana\u{fffd}[2J\u{fffd}x\u{fffd}");
        assert_eq!(safe("Łucja O’Brien 山田"), "Łucja O’Brien 山田");
        assert_eq!(safe("Ana\n2 people lose access. Nobody"), "Ana 2 people lose access. Nobody");
    }

    #[test]
    fn json_keeps_its_value_and_cannot_steer_the_terminal() {
        let name = "Ana\u{9b}2J\u{7f}\u{202e}\u{1b}[2J\nŁucja";
        let text = serde_json::to_string_pretty(&[name]).expect("it serializes");
        let shown = escaped(&text);
        assert!(!shown.contains(['\u{9b}', '\u{7f}', '\u{202e}', '\u{1b}']), "{shown}");
        assert!(shown.contains("Łucja"));
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).expect("still JSON"), [name]);
    }

    #[test]
    fn a_message_has_its_sentence_beside_its_id() {
        let message = json!({ "id": "error-no-such-table", "args": { "which": "printers" } });
        let mut value =
            json!({ "id": "goto", "rows": [{ "note": message }], "none": { "id": "no-message" } });
        add_sentences(&mut value);
        let text = value["rows"][0]["note"]["text"].as_str().expect("a sentence");
        assert!(text.contains("printers"), "{text}");
        assert_eq!(value["none"], json!({ "id": "no-message" }));
        assert_eq!(value["id"], "goto");
    }
}
