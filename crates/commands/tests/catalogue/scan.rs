//! Reads source files: which message ids stand in them, and which arguments each is given.
//!
//! No parser of Rust: enough to tell string literals from code and comments, and to find the brackets of a call.

use std::path::Path;

/// Takes the place of a string literal in [`Source::code`].
const LITERAL: char = '\u{1}';

/// One file without comments, without its unit tests, and with its string literals apart.
pub struct Source {
    /// File name.
    pub name: String,
    /// The code, each literal replaced by [`LITERAL`].
    pub code: String,
    /// Position in `code` and text of each literal.
    literals: Vec<(usize, String)>,
}

/// A call, as far as messages need it.
pub struct Call {
    /// Every literal between its brackets, in order.
    pub literals: Vec<String>,
    /// Names of the arguments that `.text(..)` and `.number(..)` add right behind it.
    pub given: Vec<String>,
}

impl Source {
    /// Reads Rust source text.
    pub fn new(name: &str, text: &str) -> Self {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let (mut code, mut literals) = (String::new(), Vec::new());
        let mut rest = text.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                '/' if rest.peek() == Some(&'/') => {
                    rest.by_ref().find(|c| *c == '\n');
                    code.push('\n');
                }
                '"' => {
                    let mut literal = String::new();
                    while let Some(inner) = rest.next().filter(|inner| *inner != '"') {
                        literal.extend([inner].into_iter().filter(|c| *c != '\\'));
                        if inner == '\\' {
                            literal.extend(rest.next());
                        }
                    }
                    literals.push((code.len(), literal));
                    code.push(LITERAL);
                }
                '\'' => {
                    // A character literal; a lifetime has no closing mark.
                    let ahead: Vec<char> = rest.clone().take(12).collect();
                    let length = match ahead.first() {
                        Some('\\') => ahead.iter().skip(2).position(|c| *c == '\'').map(|at| at + 3),
                        _ => (ahead.get(1) == Some(&'\'')).then_some(2),
                    };
                    rest.by_ref().take(length.unwrap_or(0)).for_each(drop);
                }
                other => code.push(other),
            }
        }
        Self { name: name.to_owned(), code, literals }
    }

    /// All literals.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.literals.iter().map(|(_, text)| text.as_str())
    }

    /// Literals between two positions.
    fn between(&self, from: usize, to: usize) -> Vec<String> {
        let inside = self.literals.iter().filter(|(at, _)| (from..to).contains(at));
        inside.map(|(_, text)| text.clone()).collect()
    }

    /// Literals of the part that begins with `start` and ends before the next `end`.
    pub fn part(&self, start: &str, end: &str) -> Vec<String> {
        let from = self.code.find(start).unwrap_or_else(|| panic!("{} has no `{start}`", self.name));
        let length = self.code[from..].find(end).unwrap_or_else(|| panic!("{}: no `{end}`", self.name));
        self.between(from, from + length)
    }

    /// Calls of `function`, by its exact name.
    pub fn calls(&self, function: &str) -> Vec<Call> {
        let open = format!("{function}(");
        let own = |at: &usize| {
            !self.code[..*at].ends_with(|before: char| before.is_alphanumeric() || "_!.".contains(before))
                && !self.code[..*at].ends_with("fn ")
        };
        let found = self.code.match_indices(&open).map(|(at, _)| at).filter(own);
        found
            .map(|at| {
                let mut end = self.closing(at + open.len());
                let literals = self.between(at, end);
                let mut given = Vec::new();
                loop {
                    let next = end + self.code[end..].len() - self.code[end..].trim_start().len();
                    let Some(method) =
                        [".text(", ".number("].into_iter().find(|m| self.code[next..].starts_with(m))
                    else {
                        break;
                    };
                    end = self.closing(next + method.len());
                    given.extend(self.between(next, end).into_iter().next());
                }
                Call { literals, given }
            })
            .collect()
    }

    /// The position behind the bracket that closes what was opened right before `from`.
    fn closing(&self, from: usize) -> usize {
        let mut depth = 1;
        for (at, character) in self.code[from..].char_indices() {
            match character {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return from + at + 1;
            }
        }
        panic!("{}: a bracket is not closed", self.name)
    }
}

/// Every file below `folder` with this ending, by its whole path.
pub fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    for entry in entries.map(|entry| entry.expect("the folder can be listed").path()) {
        let name = entry.display().to_string();
        if entry.is_dir() {
            found.extend(files(&entry, ending));
        } else if name.ends_with(ending) {
            found.push((name, std::fs::read_to_string(&entry).expect("a source file can be read")));
        }
    }
    found.sort();
    found
}
