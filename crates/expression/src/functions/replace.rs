//! `Replace`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Replace".

use std::borrow::Cow;

use crate::arguments::Arguments;
use crate::catalogue::{self, Code, Function, optional, required};
use crate::evaluate::Stop;
use crate::pattern::{Found, Pattern, Replacement, Wanted};
use crate::value::Value;

/// Replaces in five ways, by which arguments are there; `""` is there, nothing between two commas is not. Letter case
/// counts, and regular expressions are those of .NET.
///
/// An absent source gives null, except in the way that falls back to another attribute; so does an absent attribute in
/// another argument (register Q-05).
pub(super) static REPLACE: Function = Function {
    name: "Replace",
    parameters: &[
        required("source"),
        optional("oldValue"),
        optional(catalogue::PATTERN),
        optional("regexGroupName"),
        optional("replacementValue"),
        optional("replacementAttributeName"),
        optional("template"),
    ],
    repeating: 0,
    summary: "Replaces parts of a text, literally or by a regular expression.",
    example: r#"Replace([mail], "@contoso.com", , , "", , )"#,
    code: Code::Body(replace),
};

const SOURCE: usize = 0;
const OLD: usize = 1;
const PATTERN: usize = 2;
const GROUP: usize = 3;
const REPLACEMENT: usize = 4;
const ATTRIBUTE: usize = 5;
const TEMPLATE: usize = 6;

/// The five ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Every old value in the source becomes the replacement.
    Literal,
    /// Every old value in the template becomes the source.
    Template,
    /// Every match in the source becomes the replacement, in which `$1` and `${name}` stand for groups.
    Regex,
    /// In every match, what the group took becomes the replacement, as it stands.
    Group,
    /// The source, or else what the group takes from another attribute.
    Fallback,
}

/// Register Q-18: no page says which way it is when the arguments fit several; this order decides.
const MODES: [(Mode, &[usize]); 5] = [
    (Mode::Fallback, &[PATTERN, GROUP, ATTRIBUTE]),
    (Mode::Group, &[PATTERN, GROUP, REPLACEMENT]),
    (Mode::Regex, &[PATTERN, REPLACEMENT]),
    (Mode::Template, &[OLD, TEMPLATE]),
    (Mode::Literal, &[OLD, REPLACEMENT]),
];

fn replace<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let fits = |(_, needs): &&(Mode, &[usize])| needs.iter().all(|at| arguments.is_given(*at));
    let Some((mode, _)) = MODES.iter().find(fits) else {
        return Err(arguments.refuse(SOURCE, "an old value or a pattern, and what takes its place"));
    };
    let source = arguments.text(SOURCE)?;
    if *mode == Mode::Fallback {
        return match source {
            Some(source) if !source.is_empty() => Ok(Value::Text(source)),
            _ => fallback(arguments),
        };
    }
    let Some(source) = source else { return Ok(Value::Null) };
    match mode {
        Mode::Literal => {
            let Some(old) = old_value(arguments)? else { return Ok(Value::Null) };
            let Some(new) = arguments.text(REPLACEMENT)? else { return Ok(Value::Null) };
            literal(arguments, source, &old, &new)
        }
        Mode::Template => {
            let Some(old) = old_value(arguments)? else { return Ok(Value::Null) };
            let Some(template) = arguments.text(TEMPLATE)? else { return Ok(Value::Null) };
            literal(arguments, template, &old, &source)
        }
        Mode::Group => {
            let Some(pattern) = arguments.pattern(PATTERN)? else { return Ok(Value::Null) };
            let Some(new) = arguments.text(REPLACEMENT)? else { return Ok(Value::Null) };
            let group = group(arguments, &pattern)?;
            walk(arguments, source, &pattern, Wanted::Groups, |text, found, add| match found.group(group) {
                Some(taken) => {
                    let whole = found.whole();
                    add(text.get(whole.start..taken.start).unwrap_or_default())?;
                    add(&new)?;
                    add(text.get(taken.end..whole.end).unwrap_or_default())
                }
                None => add(&text[found.whole()]),
            })
        }
        Mode::Regex | Mode::Fallback => {
            let Some(pattern) = arguments.pattern(PATTERN)? else { return Ok(Value::Null) };
            let Some(new) = arguments.text(REPLACEMENT)? else { return Ok(Value::Null) };
            if !new.contains('$') {
                return walk(arguments, source, &pattern, Wanted::Places, |_, _, add| add(&new));
            }
            let replacement = Replacement::parse(&new, &pattern);
            let wanted = replacement.wanted();
            walk(arguments, source, &pattern, wanted, |text, found, add| replacement.expand(text, found, add))
        }
    }
}

/// What is replaced; nothing cannot be.
fn old_value<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Option<Cow<'v, str>>, Stop> {
    let old = arguments.text(OLD)?;
    match old.as_deref() {
        Some("") => Err(arguments.refuse(OLD, "an old value that is not empty")),
        _ => Ok(old),
    }
}

/// The text itself where nothing is replaced in it.
fn literal<'v>(
    arguments: &mut Arguments<'_, 'v>,
    text: Cow<'v, str>,
    old: &str,
    new: &str,
) -> Result<Value<'v>, Stop> {
    let (mut out, mut from) = (String::new(), 0);
    for (at, _) in text.match_indices(old) {
        if from == 0 {
            out.reserve(text.len() + new.len());
        }
        arguments.charge(new.len())?;
        out.push_str(&text[from..at]);
        out.push_str(new);
        from = at + old.len();
    }
    if from == 0 {
        return Ok(Value::Text(text));
    }
    out.push_str(&text[from..]);
    Ok(Value::owned(out))
}

/// The number of the group that the argument names.
fn group(arguments: &mut Arguments<'_, '_>, pattern: &Pattern) -> Result<usize, Stop> {
    let name = arguments.text(GROUP)?.unwrap_or_default();
    pattern.group(&name).ok_or_else(|| arguments.refuse(GROUP, "the name of a group of the pattern"))
}

/// What the group takes from the other attribute; null without a match (register Q-18).
fn fallback<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(pattern) = arguments.pattern(PATTERN)? else { return Ok(Value::Null) };
    let number = group(arguments, &pattern)?;
    let Some(text) = arguments.text(ATTRIBUTE)? else { return Ok(Value::Null) };
    let mut matches = pattern.matches(&text, Wanted::Groups, arguments.evaluator.searching);
    let found = matches.next().transpose().map_err(|error| arguments.bad_pattern(PATTERN, error))?;
    arguments.evaluator.searching = matches.left();
    let taken = found.and_then(|found| found.group(number));
    Ok(taken.map_or(Value::Null, |taken| Value::owned(text[taken].to_owned())))
}

type Add<'a> = dyn FnMut(&str) -> Result<(), Stop> + 'a;

/// Builds the text anew, with something else in place of each match. Without a match it stays as it is (register Q-18).
fn walk<'v>(
    arguments: &mut Arguments<'_, 'v>,
    text: Cow<'v, str>,
    pattern: &Pattern,
    wanted: Wanted,
    place: impl Fn(&str, &Found, &mut Add<'_>) -> Result<(), Stop>,
) -> Result<Value<'v>, Stop> {
    let (mut out, mut from, mut changed) = (String::new(), 0, false);
    let mut matches = pattern.matches(&text, wanted, arguments.evaluator.searching);
    for found in &mut matches {
        let found = found.map_err(|error| arguments.bad_pattern(PATTERN, error))?;
        if !changed {
            out.reserve(text.len());
            changed = true;
        }
        let whole = found.whole();
        out.push_str(text.get(from..whole.start).unwrap_or_default());
        place(&text, &found, &mut |part| {
            arguments.charge(part.len())?;
            out.push_str(part);
            Ok(())
        })?;
        from = whole.end;
    }
    arguments.evaluator.searching = matches.left();
    if !changed {
        return Ok(Value::Text(text));
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(Value::owned(out))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Replace("a.b.c", ".", , , "", , )"#, r#""abc""#),
            (r#"Replace("aAa", "A", , , "-", , )"#, r#""a-a""#),
            (r#"Replace([a], "", , , "-", , )"#, "error"),
            (r##"Replace("jo", "#", , , , , "#/#")"##, r#""jo/jo""#),
            (
                r#"Replace("+91 9998887777", , "\\+(?<isd>\\d* )(?<phone>\\d{10})", , "${phone}", , )"#,
                r#""9998887777""#,
            ),
            (r#"Replace("John Smith", , "(\\w+) (\\w+)", , "$2 $1", , )"#, r#""Smith John""#),
            (r#"Replace([a], , "\\d+", , "-", , )"#, r#""x""#),
            (r#"Replace("545 Tremont Street", , "(?<n>^\\d*)", "n", "888", , )"#, r#""888 Tremont Street""#),
            (r#"Replace("a1 b2", , "[a-z](?<n>\\d)", "n", "$1", , )"#, r#""a$1 b$1""#),
            (r#"Replace([a], , "x", "n", "-", , )"#, "error"),
            (r#"Replace([none], , "(?<n>\\d+)", "n", , "tel 55", )"#, r#""55""#),
            (r#"Replace([a], , "(?<n>\\d+)", "n", , "tel 55", )"#, r#""x""#),
            (r#"Replace([none], , "(?<n>\\d+)", "n", , "tel", )"#, "null"),
            (r#"Replace([none], "x", , , "y", , )"#, "null"),
            (r#"Replace([a], "x", , , [none], , )"#, "null"),
            (r#"Replace([a], , "(", , "y", , )"#, "error"),
            (r#"Replace([a], , [b], , "y", , )"#, r#""x""#),
            (r#"Replace([a], "x", , , , , )"#, "error"),
        ]);
    }

    #[test]
    fn what_grows_without_end_fails_and_what_is_too_costly_fails() {
        let growing = "Replace(Replace(Replace(Replace(\"xxxxxxxxxx\", \"x\", , , \"{}\", , ), \"x\", , , \"{}\", , ), \"x\", , , \"{}\", , ), , \"x\", , \"{}\", , )";
        let growing = growing.replace("{}", &"x".repeat(100));
        crate::tests::check_cases(&[
            (growing.as_str(), "error"),
            (
                r#"Replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab c", , "(?:(a|aa)+)+(?=[bc])\\1[c]", , "", , )"#,
                "error",
            ),
        ]);
    }
}
