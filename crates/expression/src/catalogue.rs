//! Every function that Entra has, as data: the parser, the help and the editor read the same table.

use crate::arguments::Arguments;
use crate::evaluate::Stop;
use crate::syntax::Argument;
use crate::value::Value;

pub(crate) type Body = for<'a, 'b, 'v> fn(&'a mut Arguments<'b, 'v>) -> Result<Value<'v>, Stop>;

/// A function's signature and documentation.
#[derive(Debug)]
pub struct Function {
    /// Its name; case counts.
    pub name: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// How many of the last parameters may be repeated as a unit: 1 for `Join`, 2 for the pairs of `Switch`.
    pub repeating: usize,
    /// One sentence.
    pub summary: &'static str,
    /// An expression that shows it.
    pub example: &'static str,
    pub(crate) code: Code,
}

/// What a function is to this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is evaluated.
    Evaluated,
    /// Microsoft's lists have it, but no page says what it does: it cannot be evaluated.
    NotEvaluated,
    /// Entra has it, but not for provisioning to an application.
    UnsupportedHere,
}

#[derive(Debug)]
pub(crate) enum Code {
    Body(Body),
    Undocumented,
    UnsupportedHere,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be given.
    pub required: bool,
}

/// The name of the parameter that takes a regular expression.
pub(crate) const PATTERN: &str = "regexPattern";

pub(crate) const fn required(name: &'static str) -> Parameter {
    Parameter { name, required: true }
}

pub(crate) const fn optional(name: &'static str) -> Parameter {
    Parameter { name, required: false }
}

impl Function {
    /// Whether this version can evaluate it.
    pub fn standing(&self) -> Standing {
        match self.code {
            Code::Body(_) => Standing::Evaluated,
            Code::Undocumented => Standing::NotEvaluated,
            Code::UnsupportedHere => Standing::UnsupportedHere,
        }
    }

    /// Its signature: `Switch(source, [defaultValue], key, value, ...)`.
    pub fn signature(&self) -> String {
        let shown = |parameter: &Parameter| match parameter.required {
            true => parameter.name.to_owned(),
            false => format!("[{}]", parameter.name),
        };
        let mut names: Vec<String> = self.parameters.iter().map(shown).collect();
        if self.repeating > 0 {
            names.push("...".into());
        }
        format!("{}({})", self.name, names.join(", "))
    }

    pub(crate) fn body(&self) -> Option<Body> {
        match self.code {
            Code::Body(body) => Some(body),
            Code::Undocumented | Code::UnsupportedHere => None,
        }
    }

    /// Whether so many arguments are right.
    pub(crate) fn takes(&self, given: usize) -> bool {
        let most = self.parameters.len();
        match self.repeating {
            0 => (self.parameters.iter().filter(|p| p.required).count()..=most).contains(&given),
            unit => given >= most && (given - most).is_multiple_of(unit),
        }
    }

    /// The first required parameter whose argument is left out.
    pub(crate) fn missing(&self, arguments: &[Argument]) -> Option<&'static Parameter> {
        // Which positions a function without a body needs is not settled before it has one.
        self.body()?;
        let left_out = |at: usize| arguments.get(at).is_none_or(|argument| argument.term.is_none());
        self.parameters
            .iter()
            .enumerate()
            .find(|(at, parameter)| parameter.required && left_out(*at))
            .map(|(_, p)| p)
    }
}

/// All functions, by name.
pub fn functions() -> &'static [&'static Function] {
    crate::functions::ALL
}

/// The function of exactly this name.
pub fn function(name: &str) -> Option<&'static Function> {
    crate::functions::ALL
        .binary_search_by(|function| function.name.cmp(name))
        .ok()
        .map(|at| crate::functions::ALL[at])
}

/// What does the work of a function that only other Microsoft products have.
///
/// These belong to Microsoft Entra Connect Sync; administrators bring them along (Microsoft Learn, "Microsoft Entra
/// Connect Sync: Functions Reference").
pub(crate) fn equivalent(name: &str) -> Option<&'static str> {
    Some(match name {
        "LCase" => "ToLower",
        "UCase" => "ToUpper",
        "Trim" | "LTrim" | "RTrim" => "StripSpaces",
        "Right" => "Mid",
        "CNum" => "CStr",
        "Error" | "Select" | "Where" | "With" => "IIF",
        "ReplaceChars" => "Replace",
        "Contains" | "InStrRev" => "InStr",
        "ItemOrNull" => "Item",
        "RandomNum" => "RandomString",
        "BitOr" => "BitAnd",
        _ => return None,
    })
}
