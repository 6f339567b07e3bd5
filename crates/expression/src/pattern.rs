//! Regular expressions as .NET writes and matches them.
//!
//! Entra runs on .NET, and administrators bring patterns with them, so the dialect is the one of Microsoft Learn,
//! ".NET regular expressions" and "Regular Expression Language - Quick Reference", with no options set. A pattern is
//! translated (`dotnet`, `class`) to what the backtracking engine `fancy-regex` reads; groups keep the numbers of
//! .NET, which numbers unnamed groups before named ones. Replacements are expanded here (`replacement`), not by the
//! engine: the two disagree about `$name`.
//!
//! Known differences: .NET matches UTF-16 code units, this matches characters, which shows only outside the basic
//! plane; balancing groups, right-to-left matching and groups named by a number are refused.

mod class;
mod cursor;
mod dotnet;
mod groups;
mod replacement;

use std::ops::Range;
use std::sync::OnceLock;

use fancy_regex::{Error, ParseError, Regex, RegexBuilder};

use groups::Groups;
pub(crate) use replacement::Replacement;

/// Steps back that one search may take. .NET has no such limit; here a pattern that would run for ever is a failure.
const BACKTRACK_LIMIT: usize = 100_000;
/// The longest pattern, in characters: an expression cannot be longer either.
const MAX_PATTERN: usize = crate::MAX_LENGTH;
/// The longest text that is searched, in bytes. Attribute values are far shorter.
const MAX_TEXT: usize = 1 << 16;
/// What a compiled pattern may take, in bytes.
const SIZE_LIMIT: usize = 2 << 20;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Regex,
    /// The same, matching only whole texts; made when it is first asked for.
    whole: OnceLock<Result<Regex, PatternError>>,
    translated: String,
    groups: Groups,
}

/// A pattern cannot be used, or cannot be matched. Never "it does not match".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Not a pattern of .NET, or one of the few that are not supported.
    #[error("the pattern is not understood at character {position}: {problem}")]
    Syntax {
        /// Where, in characters from 0.
        position: usize,
        /// What is wrong there.
        problem: &'static str,
    },
    /// The engine refuses it: nested too deeply, too large, or a form that it does not have.
    #[error("the pattern cannot be compiled: {0}")]
    Refused(&'static str),
    /// Matching takes too long.
    #[error("matching takes too many steps")]
    TooCostly,
}

/// One match: where it is, and where its groups are by their number in .NET. Group 0 is the whole match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    groups: Vec<Option<Range<usize>>>,
}

impl Pattern {
    /// Compiles a pattern written for .NET.
    pub fn compile(pattern: &str) -> Result<Self, PatternError> {
        if pattern.chars().count() > MAX_PATTERN {
            return Err(PatternError::Refused("it is too long"));
        }
        let (translated, groups) = dotnet::translate(pattern)?;
        Ok(Self { regex: build(&translated)?, whole: OnceLock::new(), translated, groups })
    }

    /// Whether the whole text matches, from its first to its last character, as the operators `REGEX MATCH` and
    /// `NOT REGEX MATCH` of scoping filters ask (register Q-23).
    pub fn is_match_whole(&self, text: &str) -> Result<bool, PatternError> {
        let whole = self.whole.get_or_init(|| build(&format!(r"\A(?:{})\z", self.translated)));
        let regex = whole.as_ref().map_err(Clone::clone)?;
        check_length(text)?;
        regex.is_match(text).map_err(failed)
    }

    /// All matches from left to right, as `Regex.Replace` walks them: after an empty match the search goes on one
    /// character further, and an empty match may follow directly on another one.
    pub(crate) fn matches<'t>(&'t self, text: &'t str) -> Matches<'t> {
        Matches { pattern: self, text, from: Some(0) }
    }

    /// The number of the group of this name, or of this number.
    pub(crate) fn group(&self, name: &str) -> Option<usize> {
        self.groups.find(name)
    }

    fn find(&self, text: &str, from: usize) -> Result<Option<Found>, PatternError> {
        check_length(text)?;
        let Some(captures) = self.regex.captures_from_pos(text, from).map_err(failed)? else {
            return Ok(None);
        };
        let place = |slot: &usize| captures.get(*slot).map(|found| found.range());
        // One name may stand at several places; .NET keeps what was captured last.
        let latest = |slots: &Vec<usize>| slots.iter().filter_map(place).max_by_key(|place| place.start);
        let mut groups = vec![place(&0)];
        groups.extend(self.groups.slots().iter().map(latest));
        Ok(Some(Found { groups }))
    }
}

impl Found {
    /// Where the match is.
    pub(crate) fn whole(&self) -> Range<usize> {
        self.group(0).unwrap_or_default()
    }

    /// Where a group is; absent when it took no part in the match.
    pub(crate) fn group(&self, number: usize) -> Option<Range<usize>> {
        self.groups.get(number).cloned().flatten()
    }

    /// The number of the last group.
    fn last(&self) -> usize {
        self.groups.len().saturating_sub(1)
    }
}

/// See [`Pattern::matches`].
pub(crate) struct Matches<'t> {
    pattern: &'t Pattern,
    text: &'t str,
    from: Option<usize>,
}

impl Iterator for Matches<'_> {
    type Item = Result<Found, PatternError>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.from.take()?;
        match self.pattern.find(self.text, from) {
            Ok(None) => None,
            Ok(Some(found)) => {
                let Range { start, end } = found.whole();
                self.from = match self.text.get(end..).and_then(|rest| rest.chars().next()) {
                    _ if start < end => Some(end),
                    Some(next) => Some(end + next.len_utf8()),
                    None => None,
                };
                Some(Ok(found))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

fn build(translated: &str) -> Result<Regex, PatternError> {
    let mut builder = RegexBuilder::new(translated);
    builder.backtrack_limit(BACKTRACK_LIMIT).delegate_size_limit(SIZE_LIMIT).max_prog_size(SIZE_LIMIT / 32);
    builder.delegate_dfa_size_limit(SIZE_LIMIT).build().map_err(failed)
}

fn check_length(text: &str) -> Result<(), PatternError> {
    if text.len() > MAX_TEXT { Err(PatternError::TooCostly) } else { Ok(()) }
}

/// Without any part of the pattern, which may have been computed from what must not be shown.
fn failed(error: Error) -> PatternError {
    match error {
        Error::RuntimeError(_) => PatternError::TooCostly,
        Error::ParseError(_, ParseError::RecursionExceeded) => {
            PatternError::Refused("it is nested too deeply")
        }
        Error::ParseError(_, ParseError::TargetNotRepeatable | ParseError::InvalidRepeat) => {
            PatternError::Refused("it repeats what cannot be repeated")
        }
        _ => PatternError::Refused("it is too large, or of a form that is not supported"),
    }
}

#[cfg(test)]
mod tests;
