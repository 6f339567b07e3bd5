//! Replacement texts (Microsoft Learn, "Substitutions in Regular Expressions").

use std::ops::Range;

use super::{Found, Pattern, Wanted};

/// A replacement text that was read for one pattern. What is not a substitution stands for itself, as in .NET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replacement {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// `$1`, `${name}`, `$&`.
    Group(usize),
    /// `` $` ``.
    Before,
    /// `$'`.
    After,
    /// `$+`.
    Last,
    /// `$_`.
    Everything,
}

impl Replacement {
    /// Reads a replacement text.
    pub(crate) fn parse(text: &str, pattern: &Pattern) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            push(&mut parts, &rest[..at]);
            rest = &rest[at..];
            match substitution(rest, pattern) {
                Some((part, length)) => {
                    parts.push(part);
                    rest = &rest[length..];
                }
                None => {
                    push(&mut parts, "$");
                    rest = &rest[1..];
                }
            }
        }
        push(&mut parts, rest);
        Self { parts }
    }

    /// What has to be known of a match.
    pub(crate) fn wanted(&self) -> Wanted {
        let is_group = |part: &Part| matches!(part, Part::Group(1..) | Part::Last);
        if self.parts.iter().any(is_group) { Wanted::Groups } else { Wanted::Places }
    }

    /// The text that takes the place of a match.
    pub(crate) fn expand<E>(
        &self,
        text: &str,
        found: &Found,
        add: &mut dyn FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let Range { start, end } = found.whole();
        let of = |number| found.group(number).map_or("", |place| &text[place]);
        for part in &self.parts {
            add(match part {
                Part::Text(text) => text,
                Part::Group(number) => of(*number),
                Part::Before => &text[..start],
                Part::After => &text[end..],
                Part::Last => of(found.last()),
                Part::Everything => text,
            })?;
        }
        Ok(())
    }
}

fn push(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(last)) => last.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

/// The substitution at the start of `rest`, which starts with a dollar sign, and its length in bytes.
fn substitution(rest: &str, pattern: &Pattern) -> Option<(Part, usize)> {
    let after = &rest[1..];
    let first = after.chars().next()?;
    let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match first {
        '$' => Some((Part::Text("$".to_owned()), 2)),
        '&' => Some((Part::Group(0), 2)),
        '`' => Some((Part::Before, 2)),
        '\'' => Some((Part::After, 2)),
        '+' => Some((Part::Last, 2)),
        '_' => Some((Part::Everything, 2)),
        '{' => {
            let name = &after[1..after.find('}')?];
            Some((Part::Group(pattern.group(name)?), name.len() + 3))
        }
        // All digits belong to the number: `$10` without a group 10 is no substitution.
        '0'..='9' => Some((Part::Group(pattern.group(&after[..digits])?), digits + 1)),
        _ => None,
    }
}
