//! Diagnostics that need more than the text.

use crate::catalogue::{PATTERN, Standing};
use crate::diagnostic::{Code, Diagnostic};
use crate::lint;
use crate::suggest::nearest;
use crate::syntax::{Call, Term, TermKind};

/// What is known of the place where an expression stands.
#[derive(Clone, Copy)]
pub struct Surroundings<'s> {
    /// Whether the source has an attribute of this name.
    pub is_known: &'s dyn Fn(&str) -> bool,
    /// The names among which "did you mean" looks.
    pub attributes: &'s [&'s str],
    /// The mapping is applied only while an object is being created.
    pub only_during_creation: bool,
    /// People are provisioned without being assigned ("sync all users and groups").
    pub sync_all: bool,
    /// Whether letter case alone makes a difference at the target, where that is known.
    pub case_exact: Option<bool>,
}

impl Surroundings<'static> {
    /// An expression by itself: every attribute is known, nothing else is.
    pub const NONE: Self = Self {
        is_known: &|_| true,
        attributes: &[],
        // Nothing is written anywhere, so nothing differs from cycle to cycle.
        only_during_creation: true,
        sync_all: false,
        case_exact: None,
    };
}

pub(crate) fn check(root: &Term, around: &Surroundings<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    walk(root, &mut |term| match &term.kind {
        TermKind::Attribute(name) if !(around.is_known)(name) => {
            let diagnostic = Diagnostic::new(Code::UnknownAttribute, term.span, [("name", name.clone())]);
            diagnostics.push(diagnostic.or(nearest(name, around.attributes.iter().copied())));
        }
        TermKind::Call(call) if call.function.standing() == Standing::NotEvaluated => {
            let with = [("function", call.function.name.to_owned())];
            diagnostics.push(Diagnostic::new(Code::NotEvaluated, term.span, with));
        }
        TermKind::Call(call) => {
            diagnostics.extend(pattern(call));
            lint::call(call, term.span, around, &mut diagnostics);
        }
        _ => {}
    });
    lint::result(root, around, &mut diagnostics);
    diagnostics
}

/// A literal regular expression that cannot be compiled.
fn pattern(call: &Call) -> Option<Diagnostic> {
    let at = call.function.parameters.iter().position(|parameter| parameter.name == PATTERN)?;
    let term = call.arguments.get(at)?.term.as_ref()?;
    let TermKind::Text(text) = &term.kind else { return None };
    let error = call.compiled(text).as_ref().err()?;
    let with = [("function", call.function.name.to_owned()), ("problem", error.to_string())];
    Some(Diagnostic::new(Code::Regex, term.span, with))
}

pub(crate) fn attributes(root: &Term) -> Vec<&str> {
    let mut names = Vec::new();
    walk(root, &mut |term| {
        if let TermKind::Attribute(name) = &term.kind
            && !names.contains(&name.as_str())
        {
            names.push(name.as_str());
        }
    });
    names
}

pub(crate) fn calls(root: &Term, function: &str) -> bool {
    let mut found = false;
    walk(root, &mut |term| {
        found |= matches!(&term.kind, TermKind::Call(call) if call.function.name == function);
    });
    found
}

/// Visits every term, outer ones first, in order of appearance.
fn walk<'t>(term: &'t Term, visit: &mut dyn FnMut(&'t Term)) {
    visit(term);
    match &term.kind {
        TermKind::Call(call) => {
            for argument in call.arguments.iter().filter_map(|argument| argument.term.as_ref()) {
                walk(argument, visit);
            }
        }
        TermKind::Compare(left, _, right) => {
            walk(left, visit);
            walk(right, visit);
        }
        TermKind::Text(_) | TermKind::Integer(..) | TermKind::Attribute(_) | TermKind::Word(_) => {}
    }
}
