//! What is worth saying of a table beyond what stops it: rows that do nothing, defaults that are never used, selectors
//! that may mean one element, and what no cleared value does.

use std::collections::BTreeMap;

use usher_expression::{Expression, TermKind};
use usher_scim::{AttributePath, CompareOp, Filter};

use crate::compile::compile;
use crate::finding::{Finding, FindingCode};
use crate::model::{AttributeMapping, ObjectMapping, Profile, Source};
use crate::target::{self, ObjectType, TargetType};

/// Everything that compiling finds, and the notes on how the table works.
#[must_use]
pub fn lint(profile: Profile, object: ObjectType, mapping: &ObjectMapping) -> Vec<Finding> {
    let mut findings = compile(profile, object, mapping).findings;
    if mapping.enabled {
        findings.extend(never_cleared(profile, object, mapping));
    }
    findings
}

/// The service cannot provision a null: an emptied attribute is left out of the request (Microsoft Learn, "Known issues
/// for provisioning in Microsoft Entra ID"). One note for the whole table, since it is how every such row works.
fn never_cleared(profile: Profile, object: ObjectType, mapping: &ObjectMapping) -> Option<Finding> {
    let may_be_cleared = |row: &&AttributeMapping| {
        let path = AttributePath::parse(&row.target).ok();
        let known = path.and_then(|path| target::known(profile, object, &mapping.custom, &path));
        let is_value = known.is_none_or(|known| !known.required && known.kind != TargetType::Reference);
        is_value && row.matching.is_none() && may_be_empty(&row.source)
    };
    let targets: Vec<&str> =
        mapping.attributes.iter().filter(may_be_cleared).map(|row| row.target.as_str()).collect();
    if targets.is_empty() {
        return None;
    }
    let with = [("targets", targets.join(", ")), ("count", targets.len().to_string())];
    Some(Finding::note(FindingCode::NullNeverClears, with))
}

/// Whether the source may have no value. `objectId` and `IsSoftDeleted` always have one.
fn may_be_empty(source: &Source) -> bool {
    let always = |name: &str| matches!(name, "objectId" | "IsSoftDeleted" | "userPrincipalName");
    match source {
        Source::Attribute(name) => !always(name),
        Source::Expression(text) => {
            Expression::parse(text).map_or(true, |parsed| !parsed.attributes().into_iter().all(always))
        }
        Source::Constant(_) | Source::None => false,
    }
}

/// What is wrong with one row, whatever its target is.
pub(crate) fn row(number: usize, row: &AttributeMapping, kind: TargetType, findings: &mut Vec<Finding>) {
    let named = || [("target", row.target.clone())];
    let default = row.default_value.as_deref().filter(|text| !text.is_empty());
    let constant = match &row.source {
        Source::Constant(text) => Some(text.clone()),
        Source::Expression(text) => Expression::parse(text).ok().and_then(|parsed| literal(&parsed)),
        Source::Attribute(_) | Source::None => None,
    };
    let writes_nothing = match (&row.source, &constant) {
        (Source::None, _) => true,
        // An empty text does not flow (register Q-03).
        (_, Some(text)) => text.is_empty(),
        _ => false,
    };
    if writes_nothing && default.is_none() {
        findings.push(Finding::warning(FindingCode::RowDoesNothing, Some(number), named()));
    }
    if default.is_some() && kind == TargetType::Reference {
        findings.push(Finding::error(FindingCode::DefaultOnReference, Some(number), named()));
    } else if default.is_some() && constant.as_ref().is_some_and(|text| !text.is_empty()) {
        findings.push(Finding::warning(FindingCode::DefaultNeverUsed, Some(number), named()));
    }
    if row.matching.is_some() && (constant.is_some() || row.source == Source::None) {
        findings.push(Finding::error(FindingCode::MatchConstant, Some(number), named()));
    }
}

fn literal(expression: &Expression) -> Option<String> {
    match &expression.root().kind {
        TermKind::Text(text) => Some(text.clone()),
        TermKind::Integer(number, _) => Some(number.to_string()),
        _ => None,
    }
}

/// What a selector compares, with what.
type Conditions = Vec<(String, String)>;

/// Rows of one list whose selectors do not exclude each other may write to the same element: `[type eq "work"]` and
/// `[primary eq true]`. Types must be unique, but nothing says that the primary one has another type.
pub(crate) fn selectors(mapping: &ObjectMapping, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<String, Vec<(usize, String, Conditions)>> = BTreeMap::new();
    for (number, row) in mapping.attributes.iter().enumerate() {
        let Ok(path) = AttributePath::parse(&row.target) else { continue };
        let Some(conditions) = path.filter.as_ref().and_then(conditions) else { continue };
        let selector = path.filter.as_ref().map(ToString::to_string).unwrap_or_default().to_lowercase();
        let list = AttributePath { filter: None, sub_attribute: None, ..path.clone() };
        let others = seen.entry(target::place(&list)).or_default();
        let overlapping =
            others.iter().find(|(_, other, theirs)| *other != selector && !excludes(&conditions, theirs));
        if let Some((first, ..)) = overlapping {
            let with = [("target", row.target.clone()), ("first", (first + 1).to_string())];
            findings.push(Finding::warning(FindingCode::SelectorsOverlap, Some(number), with));
        }
        others.push((number, selector, conditions));
    }
}

/// The attributes that the selector compares, with the values.
fn conditions(filter: &Filter) -> Option<Conditions> {
    match filter {
        Filter::Compare { attribute, op: CompareOp::Eq, value } => {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some(vec![(attribute.to_string().to_lowercase(), value.to_lowercase())])
        }
        Filter::And(left, right) => {
            let mut all = conditions(left)?;
            all.extend(conditions(right)?);
            Some(all)
        }
        _ => None,
    }
}

fn excludes(one: &[(String, String)], other: &[(String, String)]) -> bool {
    one.iter().any(|(name, value)| other.iter().any(|(theirs, also)| name == theirs && value != also))
}
