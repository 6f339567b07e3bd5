//! Syntax to text: the canonical form, which is also the form that Microsoft's portal shows.

use std::fmt::{Formatter, Result, Write as _};

use crate::syntax::{Radix, Term, TermKind};

pub(crate) fn print(term: &Term, f: &mut Formatter<'_>) -> Result {
    match &term.kind {
        TermKind::Text(text) => print_text(text, f),
        TermKind::Integer(number, Radix::Decimal) => write!(f, "{number}"),
        TermKind::Integer(number, Radix::Hexadecimal) => write!(f, "&H{:X}", number.cast_unsigned()),
        TermKind::Attribute(name) => write!(f, "[{name}]"),
        TermKind::Word(word) => f.write_str(word.as_str()),
        TermKind::Compare(left, comparison, right) => {
            print(left, f)?;
            write!(f, " {} ", comparison.as_str())?;
            print(right, f)
        }
        TermKind::Call(call) => {
            write!(f, "{}(", call.function.name)?;
            for (at, argument) in call.arguments.iter().enumerate() {
                if at > 0 {
                    f.write_str(", ")?;
                }
                if let Some(term) = &argument.term {
                    print(term, f)?;
                }
            }
            f.write_char(')')
        }
    }
}

fn print_text(text: &str, f: &mut Formatter<'_>) -> Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}
