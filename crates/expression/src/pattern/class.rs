//! Character classes (Microsoft Learn, "Character classes in .NET regular expressions").

use super::PatternError;
use super::cursor::Cursor;

/// What `\w` means in .NET; Rust's own is a little wider.
const WORD: &str = r"\p{L}\p{Mn}\p{Nd}\p{Pc}";

/// General categories of Unicode, which `\p{...}` takes by these names only.
const CATEGORIES: &str =
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Co Cn";

/// Named blocks of Unicode; the ones that names of people need.
const BLOCKS: [(&str, &str); 14] = [
    ("IsBasicLatin", r"\x{0}-\x{7F}"),
    ("IsLatin-1Supplement", r"\x{80}-\x{FF}"),
    ("IsLatinExtended-A", r"\x{100}-\x{17F}"),
    ("IsLatinExtended-B", r"\x{180}-\x{24F}"),
    ("IsCombiningDiacriticalMarks", r"\x{300}-\x{36F}"),
    ("IsGreek", r"\x{370}-\x{3FF}"),
    ("IsGreekandCoptic", r"\x{370}-\x{3FF}"),
    ("IsCyrillic", r"\x{400}-\x{4FF}"),
    ("IsHebrew", r"\x{590}-\x{5FF}"),
    ("IsArabic", r"\x{600}-\x{6FF}"),
    ("IsHiragana", r"\x{3040}-\x{309F}"),
    ("IsKatakana", r"\x{30A0}-\x{30FF}"),
    ("IsCJKUnifiedIdeographs", r"\x{4E00}-\x{9FFF}"),
    ("IsHangulSyllables", r"\x{AC00}-\x{D7AF}"),
];

/// `\p{name}` or `\P{name}`, after the letter: the items of a class.
fn property(cursor: &mut Cursor, negated: bool) -> Result<String, PatternError> {
    let start = cursor.at();
    if !cursor.eat('{') {
        return Err(cursor.error(start, "a category in braces is missing"));
    }
    let name = cursor.until('}').ok_or_else(|| cursor.error(start, "a closing brace is missing"))?;
    let items = match BLOCKS.iter().find(|(block, _)| *block == name) {
        Some((_, range)) => (*range).to_owned(),
        None if CATEGORIES.split(' ').any(|category| category == name) => format!(r"\p{{{name}}}"),
        None => return Err(cursor.error(start, "no such category or block")),
    };
    Ok(if negated { format!("[^{items}]") } else { items })
}

/// `\d` and its like as items of a class, after the backslash; nothing for other escapes.
pub(super) fn shorthand(cursor: &mut Cursor) -> Result<Option<String>, PatternError> {
    let items = match cursor.peek() {
        Some('d') => r"\p{Nd}".to_owned(),
        Some('D') => r"[^\p{Nd}]".to_owned(),
        Some('s') => r"\s".to_owned(),
        Some('S') => r"\S".to_owned(),
        Some('w') => WORD.to_owned(),
        Some('W') => format!("[^{WORD}]"),
        Some(letter @ ('p' | 'P')) => {
            cursor.next();
            return property(cursor, letter == 'P').map(Some);
        }
        _ => return Ok(None),
    };
    cursor.next();
    Ok(Some(items))
}

/// A class, after its opening bracket.
pub(super) fn class(cursor: &mut Cursor, depth: u32) -> Result<String, PatternError> {
    let start = cursor.at();
    if depth > 16 {
        return Err(cursor.error(start, "classes are nested too deeply"));
    }
    let unclosed = |cursor: &Cursor| cursor.error(start, "a closing bracket is missing");
    let mut items = String::from(if cursor.eat('^') { "^" } else { "" });
    let mut is_first = true;
    // The start of a range whose end is awaited.
    let mut range: Option<char> = None;
    loop {
        let at = cursor.at();
        let (c, is_escaped) = match cursor.next().ok_or_else(|| unclosed(cursor))? {
            ']' if !is_first => break,
            '\\' => match shorthand(cursor)? {
                Some(_) if range.is_some() => {
                    return Err(cursor.error(at, "a range cannot end with a class"));
                }
                Some(class) => {
                    items.push_str(&class);
                    is_first = false;
                    continue;
                }
                None if cursor.eat('b') => ('\u{8}', true),
                None => (cursor.escaped_character()?, true),
            },
            c => (c, false),
        };
        let subtracts = |c: char| c == '[' && !is_escaped && !is_first;
        match range.take() {
            Some(from) if subtracts(c) => {
                push(&mut items, from);
                return subtract(cursor, &items, depth);
            }
            Some(from) if from > c => return Err(cursor.error(at, "a range runs backwards")),
            Some(from) => {
                push(&mut items, from);
                items.push('-');
                push(&mut items, c);
            }
            None if cursor.peek() == Some('-') && cursor.peek_second().is_some_and(|next| next != ']') => {
                cursor.next();
                range = Some(c);
            }
            None if c == '-' && !is_escaped && !is_first && cursor.eat('[') => {
                return subtract(cursor, &items, depth);
            }
            None => push(&mut items, c),
        }
        is_first = false;
    }
    Ok(format!("[{items}]"))
}

/// `[base-[less]]`, after the inner bracket: what the base has and the inner class has not.
fn subtract(cursor: &mut Cursor, items: &str, depth: u32) -> Result<String, PatternError> {
    let less = class(cursor, depth + 1)?;
    if !cursor.eat(']') {
        return Err(cursor.error(cursor.at(), "a subtraction must be the last part of a class"));
    }
    Ok(format!("[[{items}]--{less}]"))
}

/// Nothing but letters and digits stands for itself: the engine knows operators that .NET does not.
fn push(items: &mut String, c: char) {
    if c.is_ascii_alphanumeric() {
        items.push(c);
    } else {
        items.push_str(&format!(r"\x{{{:X}}}", u32::from(c)));
    }
}
