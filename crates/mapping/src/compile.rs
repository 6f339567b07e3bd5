//! From what was configured to what can be evaluated, with everything that is wrong with it.

use std::collections::BTreeMap;

use usher_expression::{Expression, Surroundings, Value, nearest};
use usher_scim::AttributePath;

use crate::convert::{TargetValue, convert};
use crate::finding::{Finding, FindingCode, Severity};
use crate::model::{Apply, AttributeMapping, ObjectMapping, Profile, Source};
use crate::scoping::{Definition, Filter, FilterCompilation};
use crate::table::{Row, RowValue, Table};
use crate::target::{self, Known, ObjectType, TargetAttribute, TargetType};
use crate::{custom, lint, source};

/// What compiling gives.
#[derive(Debug, Clone)]
pub struct Compilation {
    /// The table; absent when a finding is an error, so that nothing is ever planned with half a mapping.
    pub table: Option<Table>,
    /// Everything found, in row order, the table as a whole last.
    pub findings: Vec<Finding>,
}

/// Compiles the table of one kind of object. A table that is switched off compiles to no rows and no findings.
pub fn compile(profile: Profile, object: ObjectType, mapping: &ObjectMapping) -> Compilation {
    compile_in(profile, object, mapping, SyncScope::Assigned)
}

/// Who is provisioned: it decides which warnings there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncScope {
    /// Assigned people and groups only.
    Assigned,
    /// Everybody.
    Everyone,
}

/// Compiles as [`compile`] does, with warnings about what does not work for everybody.
pub fn compile_in(
    profile: Profile,
    object: ObjectType,
    mapping: &ObjectMapping,
    scope: SyncScope,
) -> Compilation {
    if !mapping.enabled {
        let table = Table { object, rows: Vec::new(), filter: Filter::default() };
        return Compilation { table: Some(table), findings: Vec::new() };
    }
    let mut findings = Vec::new();
    let mut rows = Vec::new();
    for (number, attribute) in mapping.attributes.iter().enumerate() {
        rows.extend(row(Place { profile, object, scope, number }, mapping, attribute, &mut findings));
    }
    custom::check(profile, object, &mapping.custom, &mut findings);
    duplicates(mapping, &mut findings);
    lint::selectors(mapping, &mut findings);
    whole(profile, object, mapping, &mut findings);
    let definition = |name: &str| Definition::of(object, name);
    let FilterCompilation { filter, findings: of_filter } =
        Filter::compile(object, &mapping.scope, &definition);
    findings.extend(of_filter);
    let is_usable = findings.iter().all(|finding| finding.severity != Severity::Error);
    // Without the filter there is no table: leaving it out would widen the scope.
    let table = filter.filter(|_| is_usable).map(|filter| Table { object, rows, filter });
    Compilation { table, findings }
}

/// Compiles one row by itself: while it is edited, the other rows of its table are not asked. The findings' row is 0.
pub fn compile_row(
    profile: Profile,
    object: ObjectType,
    table: &ObjectMapping,
    mapping: &AttributeMapping,
) -> (Option<Row>, Vec<Finding>) {
    let mut findings = Vec::new();
    let place = Place { profile, object, scope: SyncScope::Assigned, number: 0 };
    let row = row(place, table, mapping, &mut findings);
    let is_usable = findings.iter().all(|finding| finding.severity != Severity::Error);
    (row.filter(|_| is_usable), findings)
}

/// Where a row stands.
#[derive(Clone, Copy)]
struct Place {
    profile: Profile,
    object: ObjectType,
    scope: SyncScope,
    number: usize,
}

/// One row; none where its target or source is not understood.
fn row(
    place: Place,
    table: &ObjectMapping,
    mapping: &AttributeMapping,
    findings: &mut Vec<Finding>,
) -> Option<Row> {
    let Place { profile, object, number, .. } = place;
    let at = Some(number);
    let target = match AttributePath::parse(&mapping.target) {
        Ok(target) => target,
        Err(error) => {
            let position = error.position.to_string();
            let with = [
                ("target", mapping.target.clone()),
                ("position", position),
                ("expected", error.expected.into()),
            ];
            findings.push(Finding::error(FindingCode::BadPath, at, with));
            return None;
        }
    };
    let named = || [("target", mapping.target.clone())];
    if target.schema.is_none()
        && target::READ_ONLY.iter().any(|name| name.eq_ignore_ascii_case(&target.attribute))
    {
        findings.push(Finding::error(FindingCode::ReadOnlyTarget, at, named()));
        return None;
    }
    if let Some(expected) = target::misshapen(&target) {
        let position = target.schema.as_ref().map_or(0, |schema| schema.len() + 1) + target.attribute.len();
        let position = position.to_string();
        let with =
            [("target", mapping.target.clone()), ("position", position), ("expected", expected.into())];
        findings.push(Finding::error(FindingCode::BadPath, at, with));
        return None;
    }
    let known = target::known(profile, object, &table.custom, &target);
    let is_custom = target::is_custom(&target);
    if known.is_none() {
        let own = table.custom.iter().map(|attribute| attribute.name.as_str());
        let all = target::target_attributes(profile, object).iter().map(|attribute| attribute.path);
        let candidates = nearest(&mapping.target, all.chain(own));
        // An extension of the administrator's own cannot be known; anything else is a slip.
        let finding = match is_custom {
            true => Finding::warning(FindingCode::UnknownTarget, at, named()),
            false => Finding::error(FindingCode::UnknownTarget, at, named()),
        };
        findings.push(finding.or(candidates));
    }
    let kind = known.map_or(TargetType::Text, |known| known.kind);
    let multivalued = known.is_some_and(|known| known.multivalued);
    // Of an extension nobody has described, a service provider other than GoTo may be asked.
    let may_be_filtered = known.map_or(!is_custom || profile == Profile::Scim, |known| known.filterable);
    if mapping.matching.is_some() && !may_be_filtered {
        let filterable =
            target::target_attributes(profile, object).iter().filter(|attribute| attribute.filterable);
        let candidates = filterable.map(|attribute| attribute.path.to_owned()).collect();
        findings.push(Finding::error(FindingCode::MatchNotFilterable, at, named()).or(candidates));
    }
    if mapping.apply == Apply::AddsOnly && (!multivalued || kind == TargetType::Reference) {
        // One value cannot be added to. Members are not only added: who leaves a group must leave it there as well.
        let with = [("target", mapping.target.clone()), ("flowType", "MultiValueAddOnly".to_owned())];
        findings.push(Finding::error(FindingCode::FlowTypeUnsupported, at, with));
    }
    lint::row(number, mapping, kind, findings);
    let default = default_value(mapping, kind, multivalued, number, findings);
    let value = value(place, mapping, known, findings)?;
    if matches!(&value, RowValue::Expression(expression) if expression.calls("Redact")) {
        // What is hidden can neither be looked up nor counted as an access that ends.
        if mapping.matching.is_some() {
            findings.push(Finding::error(FindingCode::RedactedMatch, at, named()));
        }
        if target.schema.is_none() && target.to_string().eq_ignore_ascii_case("active") {
            findings.push(Finding::error(FindingCode::RedactedActive, at, named()));
        }
    }
    let case_exact = known.is_some_and(|known| known.case_exact);
    let required = known.is_some_and(|known| known.required);
    let (matching, apply) = (mapping.matching, mapping.apply);
    Some(Row { number, target, kind, multivalued, case_exact, required, matching, apply, default, value })
}

fn default_value(
    mapping: &AttributeMapping,
    kind: TargetType,
    multivalued: bool,
    number: usize,
    findings: &mut Vec<Finding>,
) -> Option<TargetValue> {
    let text = mapping.default_value.as_deref()?;
    match convert(Value::text(text), kind, multivalued) {
        Ok(default) => default,
        Err(_) => {
            let with = [("target", mapping.target.clone())];
            findings.push(Finding::error(FindingCode::DefaultDoesNotFit, Some(number), with));
            None
        }
    }
}

fn value(
    place: Place,
    mapping: &AttributeMapping,
    target: Option<Known>,
    findings: &mut Vec<Finding>,
) -> Option<RowValue> {
    let Place { object, number, scope, .. } = place;
    let names: Vec<&str> = source::source_attributes(object).iter().map(|attribute| attribute.name).collect();
    let is_known = |name: &str| source::is_known(object, name);
    match &mapping.source {
        Source::None => Some(RowValue::None),
        Source::Constant(text) => Some(RowValue::Constant(text.clone())),
        Source::Attribute(name) if is_known(name) => Some(RowValue::Attribute(name.clone())),
        Source::Attribute(name) => {
            let candidates = nearest(name, names.into_iter().chain(source::COMPUTED));
            let with = [("name", name.clone())];
            findings.push(Finding::error(FindingCode::UnknownSource, Some(number), with).or(candidates));
            None
        }
        Source::Expression(text) => {
            let parsed = match Expression::parse(text) {
                Ok(parsed) => parsed,
                Err(diagnostics) => {
                    findings.extend(diagnostics.into_iter().map(|found| Finding::expression(number, found)));
                    return None;
                }
            };
            let around = Surroundings {
                is_known: &is_known,
                attributes: &names,
                only_during_creation: mapping.apply == Apply::OnlyDuringCreation,
                sync_all: scope == SyncScope::Everyone,
                case_exact: target.map(|target| target.case_exact),
            };
            let diagnostics = parsed.check(&around);
            findings.extend(diagnostics.into_iter().map(|found| Finding::expression(number, found)));
            Some(RowValue::Expression(parsed))
        }
    }
}

/// Two rows for one target, or with one matching precedence, whatever else is wrong with them.
fn duplicates(mapping: &ObjectMapping, findings: &mut Vec<Finding>) {
    let mut targets: BTreeMap<String, usize> = BTreeMap::new();
    let mut precedences: BTreeMap<u32, usize> = BTreeMap::new();
    for (number, row) in mapping.attributes.iter().enumerate() {
        let Ok(target) = AttributePath::parse(&row.target) else { continue };
        let place = target::place(&target);
        let target = target.to_string();
        match targets.get(&place) {
            Some(first) => {
                let with = [("target", target.clone()), ("first", (first + 1).to_string())];
                findings.push(Finding::error(FindingCode::DuplicateTarget, Some(number), with));
            }
            None => {
                targets.insert(place, number);
            }
        }
        if let Some(precedence) = row.matching
            && precedences.insert(precedence, number).is_some()
        {
            let with = [("target", target), ("precedence", precedence.to_string())];
            findings.push(Finding::warning(FindingCode::DuplicatePrecedence, Some(number), with));
        }
    }
}

/// What is wrong with the table as a whole.
fn whole(profile: Profile, object: ObjectType, mapping: &ObjectMapping, findings: &mut Vec<Finding>) {
    let known = target::target_attributes(profile, object);
    if known.is_empty() {
        findings.push(Finding::error(FindingCode::ObjectsUnsupported, None, []));
        return;
    }
    let is_mapped = |attribute: &TargetAttribute| {
        let found = |mapping: &AttributeMapping| {
            let path = AttributePath::parse(&mapping.target).ok();
            path.and_then(|path| target::find_target(profile, object, &path)) == Some(attribute)
        };
        mapping.attributes.iter().any(found)
    };
    for attribute in known.iter().filter(|attribute| attribute.required && !is_mapped(attribute)) {
        let with = [("target", attribute.path.to_owned())];
        findings.push(Finding::error(FindingCode::RequiredTargetUnmapped, None, with));
    }
    for own in mapping.custom.iter().filter(|own| own.required) {
        let is_mapped = mapping.attributes.iter().any(|row| row.target.eq_ignore_ascii_case(&own.name));
        if !is_mapped {
            let with = [("target", own.name.clone())];
            findings.push(Finding::error(FindingCode::RequiredTargetUnmapped, None, with));
        }
    }
    if mapping.attributes.iter().all(|attribute| attribute.matching.is_none()) {
        findings.push(Finding::error(FindingCode::NoMatch, None, []));
    }
    if object == ObjectType::User && !mapping.attributes.iter().any(disables) {
        findings.push(Finding::warning(FindingCode::NeverDisables, None, []));
    }
}

/// Whether the row can take access away: it writes `active` on updates too, from the attribute that says who left.
fn disables(row: &AttributeMapping) -> bool {
    let is_active = AttributePath::parse(&row.target).is_ok_and(|path| target::place(&path) == "active");
    let reads = match &row.source {
        Source::Attribute(name) => name == source::COMPUTED[0],
        // What is wrong with an expression is said elsewhere.
        Source::Expression(text) => {
            Expression::parse(text).map_or(true, |parsed| parsed.attributes().contains(&source::COMPUTED[0]))
        }
        Source::Constant(_) | Source::None => false,
    };
    is_active && row.apply != Apply::OnlyDuringCreation && reads
}
