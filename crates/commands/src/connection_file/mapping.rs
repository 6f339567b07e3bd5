//! `[users]` and `[groups]`: rows, actions, scoping filters.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use usher_mapping::{
    Actions, Apply, AttributeMapping, ClausePlace, CustomAttribute, FilterClause, FilterGroup, Finding,
    FindingCode, ObjectMapping, ObjectType, Profile, Severity, Source, SyncScope, TargetType, compile_in,
};

use super::problem::{ProblemKind, inside};
use super::reader::{Reader, Section, joined};

/// Where the parts of one row stand.
struct Place {
    row: usize,
    target: usize,
    source: Option<Range<usize>>,
    default: usize,
    matching: usize,
}

/// Where a filter and its clauses stand.
struct FilterStarts {
    filter: usize,
    clauses: Vec<usize>,
}

impl FilterStarts {
    fn of(&self, clause: Option<usize>) -> usize {
        clause.and_then(|clause| self.clauses.get(clause)).copied().unwrap_or(self.filter)
    }
}

/// The table of one kind of object; what is not written stays as in `built_in`. Without a profile it is read, but not
/// looked at further.
pub(super) fn table(
    reader: &mut Reader<'_>,
    top: Section<'_, '_>,
    profile: Option<Profile>,
    object: ObjectType,
    scope: SyncScope,
    built_in: ObjectMapping,
) -> ObjectMapping {
    let path = if object == ObjectType::User { "users" } else { "groups" };
    let mut mapping = built_in;
    let errors_before = reader.error_count();
    let keys = ["enabled", "actions", "attribute", "mapping", "filter"];
    let Some(section) = reader.subsection(top, "", path, &keys) else { return mapping };
    if let Some(enabled) = reader.boolean_at(section, path, "enabled") {
        mapping.enabled = enabled;
    }
    if let Some(actions) = actions(reader, section, path) {
        mapping.actions = actions;
    }
    if let Some(own) = tables(reader, section, path, "attribute") {
        mapping.custom.clear();
        for (number, (table, start)) in own.into_iter().enumerate() {
            let path = format!("{path}.attribute[{}]", number + 1);
            mapping.custom.extend(custom_attribute(reader, table, start, &path));
        }
    }
    let mut places = Vec::new();
    if let Some(rows) = tables(reader, section, path, "mapping") {
        mapping.attributes.clear();
        for (number, (rows, start)) in rows.into_iter().enumerate() {
            let path = format!("{path}.mapping[{}]", number + 1);
            if let Some((row, place)) = row(reader, rows, start, &path) {
                mapping.attributes.push(row);
                places.push(place);
            }
        }
    }
    let mut starts = Vec::new();
    if let Some(groups) = tables(reader, section, path, "filter") {
        mapping.scope.clear();
        for (number, (table, start)) in groups.into_iter().enumerate() {
            let (group, found) = filter(reader, table, start, &format!("{path}.filter[{}]", number + 1));
            mapping.scope.push(group);
            starts.push(found);
        }
    }
    // Rows that could not be read would make for findings that are not there.
    if let Some(profile) = profile
        && reader.error_count() == errors_before
    {
        let found = compile_in(profile, object, &mapping, scope).findings;
        findings(reader, section, path, &found, &places, &starts);
    }
    mapping
}

fn actions(reader: &mut Reader<'_>, section: Section<'_, '_>, path: &str) -> Option<Actions> {
    let words = reader.texts_at(section, path, "actions")?;
    let mut actions = Actions { create: false, update: false, delete: false };
    for (word, span) in words {
        match word.as_str() {
            "create" => actions.create = true,
            "update" => actions.update = true,
            "delete" => actions.delete = true,
            _ => {
                let kind =
                    ProblemKind::BadValue { expected: "a list of \"create\", \"update\", \"delete\"".into() };
                let candidates = usher_expression::nearest(&word, ["create", "update", "delete"]);
                reader.error_with(span.start, &joined(path, "actions"), kind, candidates);
            }
        }
    }
    Some(actions)
}

/// The tables of `[[path.name]]`.
fn tables<'d, 't>(
    reader: &mut Reader<'_>,
    section: Section<'d, 't>,
    path: &str,
    name: &str,
) -> Option<Vec<(&'d DeTable<'t>, usize)>> {
    let values = reader.list_at(section, path, name, "a list of tables")?;
    let mut tables = Vec::new();
    for value in values.iter() {
        let value: &Spanned<DeValue<'t>> = value;
        match value.get_ref() {
            DeValue::Table(table) => tables.push((table, value.span().start)),
            other => reader.wrong_type(value.span(), &joined(path, name), "a list of tables", other),
        }
    }
    Some(tables)
}

/// An attribute of the administrator's own.
fn custom_attribute(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    start: usize,
    path: &str,
) -> Option<CustomAttribute> {
    let keys = ["name", "type", "multi_valued", "required", "case_exact"];
    let section = reader.section(table, start, path, &keys);
    let name = reader.text_at(section, path, "name");
    if !section.has("name") {
        let expected =
            "the path, for example \"urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badge\"";
        reader.error(start, &joined(path, "name"), ProblemKind::MissingKey { expected });
    }
    let kinds = TargetType::ALL.map(|kind| (kind.as_str(), kind));
    let kind = reader.choice_at(section, path, "type", &kinds);
    let mut flag = |key| reader.boolean_at(section, path, key).unwrap_or(false);
    let (multivalued, required, case_exact) = (flag("multi_valued"), flag("required"), flag("case_exact"));
    let (name, _) = name?;
    Some(CustomAttribute { name, kind: kind.unwrap_or(TargetType::Text), multivalued, required, case_exact })
}

fn row(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    start: usize,
    path: &str,
) -> Option<(AttributeMapping, Place)> {
    let keys = ["target", "source", "constant", "expression", "default", "matching", "apply"];
    let section = reader.section(table, start, path, &keys);
    let target = reader.text_at(section, path, "target");
    if !section.has("target") {
        let expected = "the attribute path at the service provider, for example \"name.givenName\"";
        reader.error(start, &joined(path, "target"), ProblemKind::MissingKey { expected });
    }
    let attribute = reader.text_at(section, path, "source");
    let constant = reader.text_at(section, path, "constant");
    let expression = reader.text_at(section, path, "expression");
    let default = reader.text_at(section, path, "default");
    let matching = reader.number_at(section, path, "matching", 1..=u32::MAX);
    let applies = [
        ("always", Apply::Always),
        ("only-during-creation", Apply::OnlyDuringCreation),
        ("adds-only", Apply::AddsOnly),
    ];
    let apply = reader.choice_at(section, path, "apply", &applies).unwrap_or_default();
    let given = [&attribute, &constant, &expression].into_iter().flatten().count();
    if given > 1 {
        let expected = "one of `source`, `constant` and `expression`, not several".into();
        reader.error(start, path, ProblemKind::BadValue { expected });
    }
    if given == 0
        && default.is_none()
        && !["source", "constant", "expression", "default"].iter().any(|key| section.has(key))
    {
        let expected = "`source`, `constant` or `expression`; or `default` alone, to fill what is empty";
        reader.error(start, &joined(path, "source"), ProblemKind::MissingKey { expected });
    }
    let (source, span) = match (attribute, constant, expression) {
        (Some((name, span)), _, _) => (Source::Attribute(name), Some(span)),
        (_, Some((text, span)), _) => (Source::Constant(text), Some(span)),
        (_, _, Some((text, span))) => (Source::Expression(text), Some(span)),
        (None, None, None) => (Source::None, None),
    };
    let (target, target_span) = target?;
    let place = Place {
        row: start,
        target: target_span.start,
        source: span,
        default: default.as_ref().map_or(start, |(_, span)| span.start),
        matching: section.value_start("matching"),
    };
    let default_value = default.map(|(text, _)| text).filter(|text| !text.is_empty());
    Some((AttributeMapping { target, source, default_value, matching, apply }, place))
}

fn filter(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    start: usize,
    path: &str,
) -> (FilterGroup, FilterStarts) {
    let mut starts = FilterStarts { filter: start, clauses: Vec::new() };
    let section = reader.section(table, start, path, &["name", "clause"]);
    let name = reader.text_at(section, path, "name").map(|(name, _)| name).unwrap_or_default();
    let mut clauses = Vec::new();
    for (number, (table, start)) in
        tables(reader, section, path, "clause").unwrap_or_default().into_iter().enumerate()
    {
        let path = format!("{path}.clause[{}]", number + 1);
        let section = reader.section(table, start, &path, &["attribute", "operator", "values"]);
        let attribute = reader.text_at(section, &path, "attribute");
        let operator = reader.text_at(section, &path, "operator");
        for (key, expected) in
            [("attribute", "a source attribute"), ("operator", "an operator such as \"EQUALS\"")]
        {
            if !section.has(key) {
                reader.error(start, &joined(&path, key), ProblemKind::MissingKey { expected });
            }
        }
        let values = reader.texts_at(section, &path, "values").unwrap_or_default();
        if let (Some((attribute, _)), Some((operator, _))) = (attribute, operator) {
            let values = values.into_iter().map(|(value, _)| value).collect();
            clauses.push(FilterClause { attribute, operator, values });
            starts.clauses.push(start);
        }
    }
    (FilterGroup { name, clauses }, starts)
}

/// Findings of the mapping, at the place of the row, value or character that they speak of.
fn findings(
    reader: &mut Reader<'_>,
    section: Section<'_, '_>,
    path: &str,
    found: &[Finding],
    places: &[Place],
    filters: &[FilterStarts],
) {
    for finding in found {
        let diagnostic = finding.with.get("diagnostic").map(String::as_str);
        // What only the local runner cannot do is no fault of the file; a run with it is refused later.
        let is_for_later =
            diagnostic == Some("EXPR-NOT-EVALUATED") || finding.code == FindingCode::FlowTypeUnsupported;
        let place = finding.row.and_then(|row| places.get(row));
        let filter = finding.clause.and_then(|clause| Some((clause, filters.get(clause.filter)?)));
        let at = match (place, filter) {
            (Some(place), _) => offset(reader.text, finding, place),
            (None, Some((clause, starts))) => starts.of(clause.clause),
            (None, None) => section.start,
        };
        let key = match (finding.row, finding.clause) {
            (Some(row), _) => format!("{path}.mapping[{}]", row + 1),
            (None, Some(ClausePlace { filter, clause: None })) => format!("{path}.filter[{}]", filter + 1),
            (None, Some(ClausePlace { filter, clause: Some(clause) })) => {
                format!("{path}.filter[{}].clause[{}]", filter + 1, clause + 1)
            }
            (None, None) => path.to_owned(),
        };
        let code = diagnostic.and_then(diagnostic_code).unwrap_or(finding.code.as_str());
        let with = finding.with.iter().filter(|(name, _)| **name != "diagnostic");
        let with = with.map(|(name, value)| (*name, value.clone())).collect();
        let kind = ProblemKind::Mapping { code, with };
        let candidates = finding.candidates.clone();
        if finding.severity != Severity::Error || is_for_later {
            reader.warning(at, &key, kind, candidates);
        } else {
            reader.error_with(at, &key, kind, candidates);
        }
    }
}

fn offset(text: &str, finding: &Finding, place: &Place) -> usize {
    match finding.code {
        FindingCode::Expression => {
            let start = finding.span.map_or(0, |span| span.start);
            place.source.as_ref().map_or(place.row, |literal| inside(text, literal.clone(), start))
        }
        FindingCode::UnknownSource => place.source.as_ref().map_or(place.row, |literal| literal.start),
        FindingCode::DefaultDoesNotFit | FindingCode::DefaultNeverUsed | FindingCode::DefaultOnReference => {
            place.default
        }
        FindingCode::MatchNotFilterable
        | FindingCode::RedactedMatch
        | FindingCode::DuplicatePrecedence
        | FindingCode::MatchConstant => place.matching,
        _ => place.target,
    }
}

/// The static form of a diagnostic's code.
fn diagnostic_code(code: &str) -> Option<&'static str> {
    usher_expression::Code::ALL.into_iter().map(usher_expression::Code::as_str).find(|known| *known == code)
}
