//! `attributeMappingSource` to [`Source`] and back.

use serde_json::{Value as Json, json};
use usher_expression::{Expression, Term, TermKind};

use crate::model::Source;

/// Reads a source. What is not understood becomes an expression, of which compiling then says what is wrong.
pub fn source_from_json(json: &Json) -> Source {
    if json.is_null() {
        return Source::None;
    }
    let text = |key: &str| json.get(key).and_then(Json::as_str).unwrap_or_default();
    let kind = text("type");
    let expression = text("expression");
    if kind.eq_ignore_ascii_case("Attribute") && !text("name").is_empty() {
        return Source::Attribute(text("name").to_owned());
    }
    if kind.eq_ignore_ascii_case("Constant") {
        // The textual form is authoritative where it parses; `name` repeats the literal.
        return match Expression::parse(expression).map(|parsed| parsed.root().kind.clone()) {
            Ok(TermKind::Text(literal)) => Source::Constant(literal),
            _ => Source::Constant(text("name").to_owned()),
        };
    }
    Source::Expression(expression.to_owned())
}

/// Writes a source. An expression that cannot be parsed is written as text alone; such a mapping never compiles.
pub fn source_to_json(source: &Source) -> Json {
    match source {
        Source::None => Json::Null,
        Source::Attribute(name) => node("Attribute", name, source.formula(), Vec::new()),
        Source::Constant(text) => constant(text),
        Source::Expression(text) => match Expression::parse(text) {
            Ok(parsed) => {
                let mut json = term_to_json(parsed.root());
                // As typed, so that what an administrator sees in the portal is what was written.
                json["expression"] = Json::String(text.clone());
                json
            }
            Err(_) => node("Function", "", text.clone(), Vec::new()),
        },
    }
}

fn node(kind: &str, name: &str, expression: String, parameters: Vec<Json>) -> Json {
    json!({ "expression": expression, "name": name, "type": kind, "parameters": parameters })
}

fn constant(text: &str) -> Json {
    node("Constant", text, Source::Constant(text.to_owned()).formula(), Vec::new())
}

fn term_to_json(term: &Term) -> Json {
    let printed = usher_expression::print(term);
    match &term.kind {
        TermKind::Text(text) => constant(text),
        TermKind::Integer(number, _) => node("Constant", &number.to_string(), printed, Vec::new()),
        TermKind::Word(word) => node("Constant", word.as_str(), printed, Vec::new()),
        TermKind::Attribute(name) => node("Attribute", name, printed, Vec::new()),
        // No page shows a comparison as a node; its text says all there is.
        TermKind::Compare(..) => node("Function", "", printed, Vec::new()),
        TermKind::Call(call) => {
            let arguments = call.arguments.iter().enumerate();
            let parameters = arguments.filter_map(|(at, argument)| {
                let value = term_to_json(argument.term.as_ref()?);
                Some(json!({ "key": parameter_key(call.function, at), "value": value }))
            });
            node("Function", call.function.name, printed, parameters.collect())
        }
    }
}

/// The parameter names of Graph's function list (Microsoft Learn, "synchronizationSchema: functions"), where the
/// pairs of `Switch` are one parameter that may occur several times.
fn parameter_key(function: &usher_expression::Function, at: usize) -> &'static str {
    if function.name == "Switch" && at >= 2 {
        return "switchValue";
    }
    function.parameters.get(at).or(function.parameters.last()).map_or("source", |parameter| parameter.name)
}
