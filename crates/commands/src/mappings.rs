//! Help for the mapping tables: attributes, findings, what a row gives for a real person.

use std::sync::Arc;

use serde_json::Value as Json;
use usher_expression::{Context, Inputs, REDACTED, Value};
use usher_graph::{Graph, GroupId, MemberKind, PrincipalKind, ServicePrincipalId, UserId};
use usher_mapping::{
    Compilation, Finding, ObjectMapping, ObjectType, Row, Severity, SyncScope, Table, TargetType,
    TargetValue, compile_in, compile_row, defaults, read_source, source_attributes, target_attributes,
};
use usher_runner::config::Connection;

use crate::access;
use crate::app::App;
use crate::draft;
use crate::dto::{
    AttributeInfo, CheckResult, CommandError, ErrorCode, MappingFinding, MappingHelp, MappingHelpRequest,
    MappingRow, MappingSample, MappingTable, Message,
};
use crate::loaded::load;
use crate::problem::error;

/// The kind of object that a table of the window is about.
pub(crate) fn object(table: &str) -> Result<ObjectType, CommandError> {
    match table {
        "users" => Ok(ObjectType::User),
        "groups" => Ok(ObjectType::Group),
        _ => Err(error(ErrorCode::Invalid, Message::new("error-no-such-table").text("which", table))),
    }
}

pub(crate) fn mapping(connection: &Connection, object: ObjectType) -> &ObjectMapping {
    match object {
        ObjectType::User => &connection.mappings.users,
        ObjectType::Group => &connection.mappings.groups,
    }
}

/// Who is provisioned.
pub(crate) fn scope(connection: &Connection) -> SyncScope {
    if connection.scope.assigned_only { SyncScope::Assigned } else { SyncScope::Everyone }
}

/// A row of the window by itself: the table that it stands in may have other faults.
pub(crate) fn compiled_row(
    connection: &Connection,
    object: ObjectType,
    row: &MappingRow,
) -> (Option<Row>, Vec<Finding>) {
    let table = mapping(connection, object);
    compile_row(connection.profile, object, table, scope(connection), &draft::row(row))
}

/// What compiling the table says, by target attribute.
pub(crate) fn findings(connection: &Connection, object: ObjectType) -> (Option<Table>, Vec<MappingFinding>) {
    let mapping = mapping(connection, object);
    let Compilation { table, findings } = compile_in(connection.profile, object, mapping, scope(connection));
    let all = findings.iter().map(|finding| shown(finding, mapping)).collect();
    (table, all)
}

/// A finding as a sentence.
pub(crate) fn sentence(finding: &Finding) -> Message {
    with_parameters(Message::new(format!("mapping-{}", finding.code.as_str())), finding)
}

/// Why it matters.
pub(crate) fn why(finding: &Finding) -> Message {
    with_parameters(Message::new(format!("mapping-{}-why", finding.code.as_str())), finding)
}

/// What to do about it.
pub(crate) fn remedy(finding: &Finding) -> Message {
    with_parameters(Message::new(format!("mapping-{}-remedy", finding.code.as_str())), finding)
}

fn with_parameters(mut message: Message, finding: &Finding) -> Message {
    for (name, value) in &finding.with {
        message = match (*name, value.parse::<u32>()) {
            // The one count chooses the plural form.
            ("count", Ok(number)) => message.number(name, number),
            _ => message.text(name, value.clone()),
        };
    }
    if let Some(best) = finding.candidates.first() {
        message = message.text("candidate", best.clone());
    }
    message
}

fn shown(finding: &Finding, mapping: &ObjectMapping) -> MappingFinding {
    let row = finding.row.and_then(|row| mapping.attributes.get(row));
    let message = sentence(finding);
    MappingFinding {
        target: row.map(|row| row.target.clone()).unwrap_or_default(),
        result: match finding.severity {
            Severity::Error => CheckResult::FixThis,
            Severity::Warning => CheckResult::Warning,
            Severity::Note => CheckResult::Information,
        },
        message,
        why: Some(why(finding)),
        remedy: Some(remedy(finding)),
    }
}

/// The sentence `part` about what is `with` a diagnostic.
pub(crate) fn advised<'w>(
    part: &str,
    with: impl IntoIterator<Item = (&'w &'static str, &'w String)>,
) -> Message {
    with.into_iter().fold(Message::new(format!("mapping-expression-{part}")), |message, (name, value)| {
        message.text(name, value.clone())
    })
}

/// Help for a mapping table.
pub async fn mapping_help(app: &Arc<App>, request: MappingHelpRequest) -> Result<MappingHelp, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let object = object(&request.table)?;
    let (table, findings) = findings(&connection, object);
    // Without a sign-in the table can still be edited: only the samples are missing.
    let sample = match access::graph(app, &connection).await {
        Ok(graph) => sample(&graph, &connection, object, &request.sample).await.unwrap_or(None),
        Err(_) => None,
    };
    let (sample_of, samples) = match (&table, sample) {
        (Some(table), Some(found)) => {
            let inputs = Sample { object, json: &found };
            let context = Context::at(app.now());
            let name = found["displayName"].as_str().unwrap_or_default().to_owned();
            (name, table.evaluate(&inputs, &context).iter().map(flow).collect())
        }
        _ => (String::new(), Vec::new()),
    };
    let mut sources: Vec<AttributeInfo> = source_attributes(object)
        .iter()
        .map(|attribute| AttributeInfo {
            name: attribute.name.to_owned(),
            value_type: if attribute.reference { "reference" } else { "string" }.to_owned(),
            filterable: false,
            required: false,
        })
        .collect();
    if object == ObjectType::User {
        sources.push(AttributeInfo {
            name: "IsSoftDeleted".to_owned(),
            value_type: "boolean".to_owned(),
            filterable: false,
            required: false,
        });
    }
    let targets = target_attributes(connection.profile, object).iter().map(|attribute| AttributeInfo {
        name: attribute.path.to_owned(),
        value_type: value_type(attribute.kind).to_owned(),
        filterable: attribute.filterable,
        required: attribute.required,
    });
    let own = mapping(&connection, object).custom.iter().map(|attribute| AttributeInfo {
        name: attribute.name.clone(),
        value_type: value_type(attribute.kind).to_owned(),
        filterable: false,
        required: attribute.required,
    });
    Ok(MappingHelp {
        source_attributes: sources,
        target_attributes: targets.chain(own).collect(),
        findings,
        sample_of,
        samples,
    })
}

fn value_type(kind: TargetType) -> &'static str {
    match kind {
        TargetType::Text => "string",
        TargetType::Boolean => "boolean",
        TargetType::Reference => "reference",
        TargetType::Integer => "integer",
        TargetType::DateTime => "dateTime",
        TargetType::Binary => "binary",
    }
}

/// A person or group as the expression language sees it.
pub(crate) struct Sample<'a> {
    pub(crate) object: ObjectType,
    pub(crate) json: &'a Json,
}

impl Inputs for Sample<'_> {
    fn get(&self, name: &str) -> Value<'_> {
        if name == "IsSoftDeleted" {
            // Somebody who is assigned: soft-deleted only when the account is disabled.
            return Value::Boolean(self.json["accountEnabled"] == Json::Bool(false));
        }
        read_source(self.object, self.json, name)
    }
}

fn flow(flow: &usher_mapping::Flow<'_>) -> MappingSample {
    let (value, note) = match &flow.value {
        Ok(Some(_)) if flow.redacted => (REDACTED.to_owned(), None),
        Ok(Some(TargetValue::Boolean(truth))) => (truth.to_string(), None),
        Ok(Some(TargetValue::Integer(number))) => (number.to_string(), None),
        Ok(Some(TargetValue::Text(text))) => (text.clone(), None),
        Ok(Some(TargetValue::Texts(texts))) => (texts.join(", "), None),
        Ok(None) => (String::new(), Some(Message::new("sample-nothing"))),
        Err(problem) => (String::new(), Some(Message::new("sample-failed").text("code", problem.code()))),
    };
    MappingSample { target: flow.target.to_string(), value, note }
}

/// A real person or group: the one that was asked for, else the first assigned one.
pub(crate) async fn sample(
    graph: &Graph,
    connection: &Connection,
    object: ObjectType,
    wanted: &str,
) -> Result<Option<Json>, CommandError> {
    let id = match wanted {
        "" => first_assigned(graph, connection, object).await?,
        wanted => Some(wanted.to_owned()),
    };
    let Some(id) = id else { return Ok(None) };
    let names = source_attributes(object)
        .iter()
        .filter(|attribute| !attribute.reference)
        .map(|attribute| attribute.name);
    let mut select = usher_mapping::graph_select(object, names);
    select.extend(["displayName".to_owned()]);
    if object == ObjectType::User {
        select.push("accountEnabled".to_owned());
    }
    select.sort();
    select.dedup();
    let select: Vec<&str> = select.iter().map(String::as_str).collect();
    let mut properties = match object {
        ObjectType::User => graph.user(&UserId::from(id.clone()), &select).await?.properties,
        ObjectType::Group => graph.group(&GroupId::from(id.clone()), &select).await?.properties,
    };
    properties.insert("id".to_owned(), Json::String(id));
    Ok(Some(Json::Object(properties)))
}

/// The first assigned person or group; where only groups are assigned, the first person in one of them.
async fn first_assigned(
    graph: &Graph,
    connection: &Connection,
    object: ObjectType,
) -> Result<Option<String>, CommandError> {
    if connection.scope.application.is_empty() {
        return Ok(None);
    }
    let application = ServicePrincipalId::from(connection.scope.application.clone());
    let assigned = graph.assignments(&application).await?.into_items();
    let first = |kind| assigned.iter().find(|found| found.principal_type == kind);
    let (user, group) = (first(PrincipalKind::User), first(PrincipalKind::Group));
    match (object, user, group) {
        (ObjectType::User, Some(found), _) | (ObjectType::Group, _, Some(found)) => {
            Ok(Some(found.principal_id.clone()))
        }
        (ObjectType::User, None, Some(group)) => {
            let members = graph.members(&GroupId::from(group.principal_id.clone())).all().await?.into_items();
            Ok(members.into_iter().find(|member| member.kind == MemberKind::User).map(|member| member.id))
        }
        _ => Ok(None),
    }
}

/// The profile's default table.
pub async fn mapping_defaults(
    app: &Arc<App>,
    request: MappingHelpRequest,
) -> Result<MappingTable, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let tables = defaults(connection.profile);
    Ok(match object(&request.table)? {
        ObjectType::User => draft::table(&tables.users),
        ObjectType::Group => draft::table(&tables.groups),
    })
}

/// An expression for a person's attribute, compiled as the window's row by itself.
#[cfg(test)]
pub(crate) fn compiled_expression(target: &str, expression: &str) -> (Option<Row>, Vec<Finding>) {
    let row = MappingRow {
        target: target.to_owned(),
        kind: crate::dto::SourceKind::Expression,
        value: expression.to_owned(),
        default_value: String::new(),
        matching: 0,
        only_during_creation: false,
    };
    let profile = usher_mapping::Profile::Goto;
    let table = defaults(profile).users;
    compile_row(profile, ObjectType::User, &table, SyncScope::Assigned, &draft::row(&row))
}
