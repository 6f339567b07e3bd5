//! Diagnostics that need more than the text.

use crate::catalogue::{PATTERN, Standing};
use crate::diagnostic::{Code, Diagnostic};
use crate::suggest::nearest;
use crate::syntax::{Call, Term, TermKind};

pub(crate) fn check(root: &Term, is_known: &dyn Fn(&str) -> bool, attributes: &[&str]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    walk(root, &mut |term| match &term.kind {
        TermKind::Attribute(name) if !is_known(name) => {
            let diagnostic = Diagnostic::new(Code::UnknownAttribute, term.span, [("name", name.clone())]);
            diagnostics.push(diagnostic.or(nearest(name, attributes.iter().copied())));
        }
        TermKind::Call(call) if call.function.standing() == Standing::NotEvaluated => {
            let with = [("function", call.function.name.to_owned())];
            diagnostics.push(Diagnostic::new(Code::NotEvaluated, term.span, with));
        }
        TermKind::Call(call) => diagnostics.extend(pattern(call)),
        _ => {}
    });
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
