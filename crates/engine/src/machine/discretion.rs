//! What a service provider says about a write, without the values that nobody may read there.

use usher_plan::{Operation, REDACTED, Value};

use super::unit::Unit;
use crate::Reply;

/// The same reply. Many service providers repeat the value that they refuse: of random and redacted values the journal
/// and the log get [`REDACTED`] instead.
pub(super) fn discreet(operation: &Operation, unit: &Unit, reply: Reply) -> Reply {
    let open = operation.changes.iter().zip(&unit.filled);
    let open =
        open.filter(|(change, _)| matches!(change.after, Value::Drawn { .. } | Value::Redacted { .. }));
    let mut hidden: Vec<String> = open.flat_map(|(_, filled)| texts(&filled.after)).collect();
    if hidden.is_empty() {
        return reply;
    }
    // A value inside a longer one must not leave the rest of that behind.
    hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let hide = |detail: String| hidden.iter().fold(detail, |detail, text| without(&detail, text));
    match reply {
        Reply::Done { target, etag } => Reply::Done { target, etag },
        Reply::NotProcessed { detail } => Reply::NotProcessed { detail: hide(detail) },
        Reply::Unknown { detail } => Reply::Unknown { detail: hide(detail) },
        Reply::Refused { class, detail, retry_after } => {
            Reply::Refused { class, detail: hide(detail), retry_after }
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Integer(number) => vec![number.to_string()],
        Value::Text(text) => vec![text.clone()],
        Value::Texts(texts) => texts.clone(),
        // True and false are no secrets, an id is nobody's to hide, and a placeholder is the expression.
        Value::Boolean(_) | Value::Drawn { .. } | Value::Redacted { .. } | Value::Reference(_) => Vec::new(),
    }
}

/// Letter case does not count: some service providers fold it before they answer.
fn without(detail: &str, text: &str) -> String {
    // Only ASCII letters change, so that places in one text are places in the other.
    let (folded, wanted) = (detail.to_ascii_lowercase(), text.to_ascii_lowercase());
    if wanted.is_empty() {
        return detail.to_owned();
    }
    let mut kept = String::with_capacity(detail.len());
    let mut end = 0;
    for (start, found) in folded.match_indices(&wanted) {
        kept.push_str(&detail[end..start]);
        kept.push_str(REDACTED);
        end = start + found.len();
    }
    kept.push_str(&detail[end..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_out_wherever_it_stands_and_however_it_is_written() {
        let check = |detail: &str, text: &str, expected: &str| assert_eq!(without(detail, text), expected);
        check("title 'Secret' is taken: secret", "SECRET", "title '[Redact]' is taken: [Redact]");
        check("nothing of it", "secret", "nothing of it");
        check("Ärger über Ärger", "über", "Ärger [Redact] Ärger");
        check("x", "", "x");
    }
}
