//! Output: results on standard output, progress on standard error, nobody's control characters on either.

use serde::Serialize;
use std::io::IsTerminal as _;

/// A stranger's text for a terminal: control and bidirectional characters are replaced, so that a name can neither
/// move the cursor nor turn a line around.
pub fn safe(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => c,
            c if c.is_control() => '\u{fffd}',
            '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            other => other,
        })
        .collect()
}

/// One line of a result.
pub fn line(text: &str) {
    println!("{}", safe(text));
}

/// One line of progress, for people.
pub fn progress(text: &str) {
    eprintln!("{}", safe(text));
}

/// A result as JSON.
pub fn json<T: Serialize>(value: &T) -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
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
    use super::safe;

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(safe("Ana\u{1b}[2J\u{202e}x\r"), "Ana\u{fffd}[2J\u{fffd}x\u{fffd}");
        assert_eq!(safe("Łucja O’Brien 山田"), "Łucja O’Brien 山田");
    }
}
