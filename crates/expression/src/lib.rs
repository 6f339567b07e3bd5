//! Microsoft Entra's attribute-mapping expression language: parse, check, evaluate, print.
//!
//! The language is described in Microsoft Learn, "Reference for writing expressions for attribute mappings in
//! Microsoft Entra Application Provisioning". Three steps, each with its own file: `lexer` and `parser` turn text
//! into `syntax` and report every error of one pass, `check` looks at names, and `evaluate` computes. Functions
//! are one file each under `functions`; their signatures and documentation are data (`catalogue`).
//!
//! Pure: the time of day and what random values are drawn from are part of the [`Context`].

mod arguments;
mod catalogue;
mod check;
mod diagnostic;
mod draw;
mod evaluate;
mod functions;
mod lexer;
mod lint;
mod number;
mod parser;
mod pattern;
mod printer;
mod suggest;
mod syntax;
mod value;

use std::fmt;

pub use catalogue::{Function, Parameter, Standing, function, functions};
pub use check::Surroundings;
pub use diagnostic::{Code, Diagnostic, Severity, Span};
pub use evaluate::{Context, EvaluationError, Failure, Inputs, OUTPUT_LIMIT, Outcome, REDACTED};
pub use pattern::{Pattern, PatternError};
pub use suggest::nearest;
pub use syntax::{Argument, Call, Comparison, Radix, Term, TermKind, Word};
pub use value::Value;

/// The longest expression that Entra accepts, in characters.
pub const MAX_LENGTH: usize = 10_000;

/// An expression that was understood.
#[derive(Debug, Clone)]
pub struct Expression {
    root: Term,
    /// Warnings about the text itself, which the tree no longer shows.
    warnings: Vec<Diagnostic>,
}

impl Expression {
    /// Parses `text`, or says everything that is wrong with it.
    ///
    /// A function that is in Microsoft's lists but nowhere described is no error here, so that imported mappings can be
    /// shown and written back; [`Expression::check`] reports it and evaluating it fails.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        parser::parse(text).map(|(root, warnings)| Self { root, warnings })
    }

    /// Errors that need more than the text (unknown attributes, regular expressions that do not compile, functions that
    /// cannot be evaluated), and every warning, in the order of their places. [`Code::severity`] tells them apart.
    pub fn check(&self, around: &Surroundings<'_>) -> Vec<Diagnostic> {
        let mut found = self.warnings.clone();
        found.extend(check::check(&self.root, around));
        found.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
        found
    }

    /// Computes the value for one object.
    pub fn evaluate<'v>(
        &'v self,
        inputs: &'v dyn Inputs,
        context: &'v Context,
    ) -> Result<Outcome<'v>, EvaluationError> {
        evaluate::evaluate(&self.root, inputs, context)
    }

    /// The source attributes it reads, each once, in order of appearance.
    pub fn attributes(&self) -> Vec<&str> {
        check::attributes(&self.root)
    }

    /// Whether it calls this function anywhere.
    pub fn calls(&self, function: &str) -> bool {
        check::calls(&self.root, function)
    }

    /// The syntax tree.
    pub fn root(&self) -> &Term {
        &self.root
    }
}

/// The canonical form of a part of an expression.
pub fn print(term: &Term) -> String {
    struct Printed<'t>(&'t Term);
    impl fmt::Display for Printed<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            printer::print(self.0, f)
        }
    }
    Printed(term).to_string()
}

/// The canonical form. Parsing it gives the same expression again.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        printer::print(&self.root, f)
    }
}

#[cfg(test)]
mod tests;
