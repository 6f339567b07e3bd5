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

/// What searching may cost in one evaluation, in bytes looked at. .NET has no such limit; here a pattern that would run for
/// ever is a failure. Long values with a match at every character stay within it.
pub(crate) const SEARCH_LIMIT: u64 = 1 << 26;
/// What compiling a pattern costs that is not a literal, in the same unit.
pub(crate) const COMPILE_COST: u64 = 1 << 21;
/// Steps back that a search takes at first. The engine does not tell how many it took, so that the whole of its limit has
/// to be paid: a small one first, and the large one only for a search that needs it.
const FEW_STEPS: usize = 128;
/// Steps back that one search may take at most.
const MANY_STEPS: usize = 100_000;
/// What a step back costs: each may look at a few characters.
const STEP_COST: u64 = 10;
/// The longest pattern, in characters: an expression cannot be longer either.
const MAX_PATTERN: usize = crate::MAX_LENGTH;
/// The longest text that is searched, in bytes. Attribute values are far shorter.
const MAX_TEXT: usize = 1 << 14;
/// What a compiled pattern may take, in bytes.
const SIZE_LIMIT: usize = 2 << 20;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    engine: Engine,
    /// The same, matching only whole texts; made when it is first asked for.
    whole: OnceLock<Result<Engine, PatternError>>,
    groups: Groups,
}

/// The backtracking engine with both of its limits.
#[derive(Debug, Clone)]
struct Engine {
    few: Regex,
    /// Made when it is first needed.
    many: OnceLock<Result<Regex, PatternError>>,
    translated: String,
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
    whole: Range<usize>,
    /// From group 1.
    groups: Vec<Option<Range<usize>>>,
}

/// What to find out about a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Only where it is, which is cheaper.
    Places,
    /// And where its groups are.
    Groups,
}

impl Engine {
    fn new(translated: String) -> Result<Self, PatternError> {
        Ok(Self { few: build(&translated, FEW_STEPS)?, many: OnceLock::new(), translated })
    }

    /// Searches once, with few steps and then with many, and takes what that may cost from `left`.
    fn search<T>(
        &self,
        text: &str,
        from: usize,
        left: &mut u64,
        find: impl Fn(&Regex) -> Result<T, Error>,
    ) -> Result<T, PatternError> {
        if text.len() > MAX_TEXT {
            return Err(PatternError::TooCostly);
        }
        let rest = text.len().saturating_sub(from) as u64;
        let mut pay = |steps: usize| {
            let cost = rest + steps as u64 * STEP_COST;
            *left = left.checked_sub(cost).ok_or(PatternError::TooCostly)?;
            Ok(())
        };
        pay(FEW_STEPS)?;
        match find(&self.few) {
            Err(Error::RuntimeError(_)) => {
                pay(MANY_STEPS)?;
                let many = self.many.get_or_init(|| build(&self.translated, MANY_STEPS));
                find(many.as_ref().map_err(Clone::clone)?).map_err(failed)
            }
            found => found.map_err(failed),
        }
    }
}

impl Pattern {
    /// Compiles a pattern written for .NET.
    pub fn compile(pattern: &str) -> Result<Self, PatternError> {
        if pattern.chars().count() > MAX_PATTERN {
            return Err(PatternError::Refused("it is too long"));
        }
        let (translated, groups) = dotnet::translate(pattern)?;
        Ok(Self { engine: Engine::new(translated)?, whole: OnceLock::new(), groups })
    }

    /// Whether the whole text matches, from its first to its last character, as the operators `REGEX MATCH` and
    /// `NOT REGEX MATCH` of scoping filters ask (register Q-23).
    pub fn is_match_whole(&self, text: &str) -> Result<bool, PatternError> {
        let whole = self.whole.get_or_init(|| Engine::new(format!(r"\A(?:{})\z", self.engine.translated)));
        let engine = whole.as_ref().map_err(Clone::clone)?;
        engine.search(text, 0, &mut { SEARCH_LIMIT }, |regex| regex.is_match(text))
    }

    /// All matches from left to right, as `Regex.Replace` walks them: after an empty match the search goes on one
    /// character further, and an empty match may follow directly on another one. Groups are told only where they are
    /// `wanted`, and no more than `left` may be spent.
    pub(crate) fn matches<'t>(&'t self, text: &'t str, wanted: Wanted, left: u64) -> Matches<'t> {
        Matches { pattern: self, text, wanted, from: Some(0), left }
    }

    /// The number of the group of this name, or of this number.
    pub(crate) fn group(&self, name: &str) -> Option<usize> {
        self.groups.find(name)
    }

    fn find(
        &self,
        text: &str,
        from: usize,
        wanted: Wanted,
        left: &mut u64,
    ) -> Result<Option<Found>, PatternError> {
        if wanted == Wanted::Places {
            let found = self.engine.search(text, from, left, |regex| regex.find_from_pos(text, from))?;
            return Ok(found.map(|found| Found { whole: found.range(), groups: Vec::new() }));
        }
        let captures = self.engine.search(text, from, left, |regex| regex.captures_from_pos(text, from))?;
        let Some(captures) = captures else { return Ok(None) };
        let place = |slot: &usize| captures.get(*slot).map(|found| found.range());
        // One name may stand at several places; .NET keeps what was captured last.
        let latest = |slots: &Vec<usize>| slots.iter().filter_map(place).max_by_key(|place| place.start);
        let groups = self.groups.slots().iter().map(latest).collect();
        Ok(place(&0).map(|whole| Found { whole, groups }))
    }
}

impl Found {
    /// Where the match is.
    pub(crate) fn whole(&self) -> Range<usize> {
        self.whole.clone()
    }

    /// Where a group is; absent when it took no part in the match.
    pub(crate) fn group(&self, number: usize) -> Option<Range<usize>> {
        match number.checked_sub(1) {
            None => Some(self.whole()),
            Some(at) => self.groups.get(at).cloned().flatten(),
        }
    }

    /// The number of the last group.
    fn last(&self) -> usize {
        self.groups.len()
    }
}

/// See [`Pattern::matches`].
pub(crate) struct Matches<'t> {
    pattern: &'t Pattern,
    text: &'t str,
    wanted: Wanted,
    from: Option<usize>,
    left: u64,
}

impl Matches<'_> {
    /// What may still be spent.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }
}

impl Iterator for Matches<'_> {
    type Item = Result<Found, PatternError>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.from.take()?;
        match self.pattern.find(self.text, from, self.wanted, &mut self.left) {
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

fn build(translated: &str, steps: usize) -> Result<Regex, PatternError> {
    let mut builder = RegexBuilder::new(translated);
    builder.backtrack_limit(steps).delegate_size_limit(SIZE_LIMIT).max_prog_size(SIZE_LIMIT / 32);
    builder.delegate_dfa_size_limit(SIZE_LIMIT).build().map_err(failed)
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
