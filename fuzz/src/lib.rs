//! What the fuzz targets share: objects with any values, and expressions that are right in syntax.

use arbitrary::{Arbitrary, Result, Unstructured};
use usher_expression::{Context, Function, Inputs, Standing, Value, functions};

/// Attributes that expressions are made of.
pub const NAMES: [&str; 6] = ["a", "b", "c", "many", "n", "t"];

/// One value of an attribute.
#[derive(Debug, Arbitrary)]
pub enum Given {
    /// Absent.
    Nothing,
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// A truth value.
    Truth(bool),
    /// Several texts.
    Several(Vec<String>),
}

impl Given {
    /// As the language sees it.
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => Value::text(text),
            Self::Number(number) => Value::Integer(*number),
            Self::Truth(truth) => Value::Boolean(*truth),
            Self::Several(texts) => Value::Multi(texts.iter().map(|text| text.as_str().into()).collect()),
        }
    }
}

/// An object with a value for each of [`NAMES`], and one more for every other name.
#[derive(Debug, Arbitrary)]
pub struct Object([Given; NAMES.len() + 1]);

impl Inputs for Object {
    fn get(&self, name: &str) -> Value<'_> {
        let at = NAMES.iter().position(|known| *known == name).unwrap_or(NAMES.len());
        self.0[at].value()
    }
}

/// A pinned clock and default limits.
pub fn context() -> Context {
    Context::at("2026-01-02T03:04:05Z".parse().expect("a time"))
}

/// Texts that lead somewhere: formats, intervals, patterns, dates, numbers.
const TEXTS: [&str; 24] = [
    "",
    "d",
    "m",
    "ww",
    "yyyy",
    "yyyy-MM-dd",
    "yyyy-MM-ddTHH:mm:ss.FFFK",
    "M/d/yyyy h:mm:ss tt",
    "2024-02-29",
    "2024-02-29T23:59:59-08:00",
    "9999-12-31T23:59:59Z",
    "(?<n>.)*",
    "(a|b)\\1$",
    "\\d+",
    "(?:(a|aa)+)+(?=[bc])",
    "${n}$1$&",
    "n",
    "True",
    "False",
    "1",
    "-1",
    "132243455440000000",
    "tr-TR",
    " ,;",
];

/// An expression of any functions, nested as deep as the bytes reach.
#[derive(Debug)]
pub struct Source(pub String);

impl<'a> Arbitrary<'a> for Source {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let usable: Vec<&Function> = functions()
            .iter()
            .copied()
            .filter(|function| function.standing() == Standing::Evaluated)
            .collect();
        let mut text = String::new();
        term(bytes, &usable, 6, &mut text)?;
        Ok(Self(text))
    }
}

fn term(bytes: &mut Unstructured<'_>, usable: &[&Function], depth: u32, out: &mut String) -> Result<()> {
    let kind = if bytes.is_empty() { 0 } else { bytes.int_in_range(0..=15_u8)? };
    match kind {
        0..=3 => out.push_str(&format!("[{}]", bytes.choose(&NAMES)?)),
        4..=5 => quote(bytes.choose(&TEXTS)?, out),
        6 => quote(<&str>::arbitrary(bytes)?, out),
        7 => out.push_str(&i64::arbitrary(bytes)?.to_string()),
        8 => out.push_str(&bytes.int_in_range(-3..=9_i8)?.to_string()),
        9 => out.push_str(bytes.choose(&["vbTextCompare", "vbBinaryCompare"])?),
        _ if depth == 0 => out.push_str("[a]"),
        _ => call(bytes, usable, depth, out)?,
    }
    Ok(())
}

fn call(bytes: &mut Unstructured<'_>, usable: &[&Function], depth: u32, out: &mut String) -> Result<()> {
    let function = *bytes.choose(usable)?;
    out.push_str(function.name);
    out.push('(');
    let more = if function.repeating > 0 { bytes.int_in_range(0..=3_usize)? * function.repeating } else { 0 };
    for at in 0..function.parameters.len() + more {
        if at > 0 {
            out.push(',');
        }
        let is_optional = function.parameters.get(at).is_some_and(|parameter| !parameter.required);
        if is_optional && bytes.ratio(1, 3)? {
            continue;
        }
        term(bytes, usable, depth - 1, out)?;
        if at == 0 && matches!(function.name, "IIF" | "CBool") && bytes.ratio(2, 3)? {
            out.push_str(bytes.choose(&["=", "<>", ">", ">=", "<", "<="])?);
            term(bytes, usable, depth - 1, out)?;
        }
    }
    out.push(')');
    Ok(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}
