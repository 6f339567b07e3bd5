//! Warnings: what Microsoft's pages advise against, and what cannot come out as it was meant.
//!
//! Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra Application
//! Provisioning" (sections "IIF" and "Switch"), "Customize user provisioning attribute-mappings" (role functions) and
//! "How Application Provisioning works" (null values).

mod literal;

use crate::check::Surroundings;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::{Call, Term, TermKind};

/// Attributes that every object has: a condition on them is never about nothing.
const ALWAYS_THERE: [&str; 6] = [
    "IsSoftDeleted",
    "accountEnabled",
    "displayName",
    "objectId",
    "originalUserPrincipalName",
    "userPrincipalName",
];

/// Microsoft's service computes it for every object in every cycle, and Microsoft's own default mapping is a `Switch`
/// over it: the defect of incremental cycles cannot show there.
const COMPUTED_EACH_CYCLE: &str = "IsSoftDeleted";

/// Warnings about one call, wherever it stands.
pub(crate) fn call(call: &Call, span: Span, around: &Surroundings<'_>, found: &mut Vec<Diagnostic>) {
    let name = call.function.name;
    let mut warn = |code| found.push(Diagnostic::new(code, span, [("function", name.to_owned())]));
    match name {
        "Guid" | "RandomString" | "Now" if !around.only_during_creation => warn(Code::Nondeterministic),
        "AppRoleAssignmentsComplex" | "AssertiveAppRoleAssignmentsComplex" | "SingleAppRoleAssignment"
            if around.sync_all =>
        {
            warn(Code::RolesSyncAll);
        }
        "FormatDateTime" if call.arguments.len() == 3 => warn(Code::OldForm),
        "IIF" => found.extend(argument(call, 0).and_then(condition)),
        "Switch" => found.extend(argument(call, 0).and_then(switched)),
        _ => {}
    }
    literal::arguments(call, found);
}

/// Warnings about what the expression as a whole gives.
pub(crate) fn result(root: &Term, around: &Surroundings<'_>, found: &mut Vec<Diagnostic>) {
    if let TermKind::Call(call) = &root.kind
        && matches!(call.function.name, "ToLower" | "ToUpper")
        && around.case_exact == Some(false)
    {
        let with = [("function", call.function.name.to_owned())];
        found.push(Diagnostic::new(Code::CaseOnly, root.span, with));
    }
    // One of them says it for the whole expression.
    found.extend(empty(root).map(|span| Diagnostic::new(Code::NeverClears, span, [])));
}

fn argument(call: &Call, at: usize) -> Option<&Term> {
    call.arguments.get(at)?.term.as_ref()
}

fn is_presence(function: &str) -> bool {
    matches!(function, "IsNull" | "IsNullOrEmpty" | "IsPresent")
}

/// A condition of `IIF` on what may be empty: the page lists it as unsupported and advises `Switch`, other pages publish
/// it as working (register Q-12).
fn condition(term: &Term) -> Option<Diagnostic> {
    let may_be_empty = |side: &Term| match &side.kind {
        TermKind::Attribute(name) if !ALWAYS_THERE.contains(&name.as_str()) => Some(name.clone()),
        _ => None,
    };
    match &term.kind {
        TermKind::Compare(left, _, right) => {
            let name = may_be_empty(left).or_else(|| may_be_empty(right))?;
            Some(Diagnostic::new(Code::IifNull, term.span, [("name", name)]))
        }
        TermKind::Call(call) if is_presence(call.function.name) => {
            let with = [("function", call.function.name.to_owned())];
            Some(Diagnostic::new(Code::IifNull, term.span, with))
        }
        _ => None,
    }
}

/// What `Switch` looks at.
fn switched(term: &Term) -> Option<Diagnostic> {
    match &term.kind {
        TermKind::Attribute(name) if name != COMPUTED_EACH_CYCLE => {
            Some(Diagnostic::new(Code::SwitchDelta, term.span, [("name", name.clone())]))
        }
        TermKind::Call(call) if is_presence(call.function.name) => {
            let with = [("function", call.function.name.to_owned())];
            Some(Diagnostic::new(Code::SwitchIsPresent, term.span, with))
        }
        _ => None,
    }
}

/// An empty text that a branch gives: meant to clear the target, which provisioning never does (register Q-03).
fn empty(term: &Term) -> Option<Span> {
    let TermKind::Call(call) = &term.kind else { return None };
    let branches: Vec<usize> = match call.function.name {
        "IIF" => vec![1, 2],
        "Switch" => std::iter::once(1).chain((3..call.arguments.len()).step_by(2)).collect(),
        _ => return None,
    };
    branches.into_iter().filter_map(|at| argument(call, at)).find_map(|branch| match &branch.kind {
        TermKind::Text(text) if text.is_empty() => Some(branch.span),
        _ => empty(branch),
    })
}

#[cfg(test)]
mod tests;
