//! Help for who writes an expression: the functions, and what is wrong with a row before it is saved.

use std::sync::Arc;

use usher_expression::{Span, Standing};
use usher_mapping::{Finding, Severity};

use crate::app::App;
use crate::dto::{
    CommandError, FunctionInfo, MappingCheck, MappingCheckRequest, MappingDiagnostic, Nothing, ParameterInfo,
    TextPlace,
};
use crate::loaded::load;
use crate::mappings::{compiled_row, object, sentence};

/// Every function of the expression language, by name.
pub async fn functions(_: &Arc<App>, _: Nothing) -> Result<Vec<FunctionInfo>, CommandError> {
    Ok(usher_expression::functions().iter().map(|function| info(function)).collect())
}

fn info(function: &usher_expression::Function) -> FunctionInfo {
    let parameter = |parameter: &usher_expression::Parameter| ParameterInfo {
        name: parameter.name.to_owned(),
        required: parameter.required,
    };
    FunctionInfo {
        name: function.name.to_owned(),
        signature: function.signature(),
        parameters: function.parameters.iter().map(parameter).collect(),
        repeating: u32::try_from(function.repeating).unwrap_or_default(),
        summary: function.summary.to_owned(),
        example: function.example.to_owned(),
        usable: function.standing() == Standing::Evaluated,
    }
}

/// What is wrong with a row that need not be saved. Its place in the table is not looked at.
pub async fn mapping_check(
    app: &Arc<App>,
    request: MappingCheckRequest,
) -> Result<MappingCheck, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let object = object(&request.table)?;
    let (_, findings) = compiled_row(&connection, object, &request.row);
    let mut diagnostics: Vec<_> =
        findings.iter().map(|finding| diagnostic(finding, &request.row.value)).collect();
    diagnostics.sort_by_key(|found| found.place.map_or(u32::MAX, |place| place.start));
    Ok(MappingCheck { diagnostics })
}

fn diagnostic(finding: &Finding, text: &str) -> MappingDiagnostic {
    let code = finding.with.get("diagnostic").map_or(finding.code.as_str(), String::as_str);
    MappingDiagnostic {
        code: code.to_owned(),
        error: finding.severity == Severity::Error,
        place: finding.span.map(|span| place(text, span)),
        message: sentence(finding),
        candidates: finding.candidates.clone(),
    }
}

/// Bytes to UTF-16 units. A place at the end of the text stays there.
fn place(text: &str, span: Span) -> TextPlace {
    let units = |byte: usize| {
        let before = text.get(..byte).unwrap_or(text);
        u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
    };
    TextPlace { start: units(span.start), end: units(span.end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mappings;

    fn check(target: &str, expression: &str) -> Vec<MappingDiagnostic> {
        let (_, findings) = mappings::compiled_expression(target, expression);
        findings.iter().map(|finding| diagnostic(finding, expression)).collect()
    }

    #[test]
    fn places_count_as_javascript_does() {
        // One emoji is four bytes and two units; an umlaut two bytes and one unit.
        let found = check("title", r#"Join("😀ü", Joi([mail]))"#);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].place, Some(TextPlace { start: 12, end: 15 }));
        assert_eq!((found[0].code.as_str(), &found[0].candidates[0][..]), ("EXPR-UNKNOWN-FUNCTION", "Join"));
    }

    #[test]
    fn a_row_is_checked_without_the_rest_of_its_table() {
        assert_eq!(check("title", "Not([IsSoftDeleted])"), []);
        let found = check("titel", "[departmnt]");
        assert_eq!(
            found.iter().map(|found| &found.code[..]).collect::<Vec<_>>(),
            ["unknown-target", "EXPR-UNKNOWN-ATTRIBUTE"]
        );
        assert_eq!(found[0].place, None);
    }

    #[test]
    fn every_function_says_what_it_is_for_and_shows_itself() {
        let all: Vec<_> = usher_expression::functions().iter().map(|function| info(function)).collect();
        // There is no example of what is refused.
        let is_poor = |f: &&FunctionInfo| f.summary.is_empty() || (f.usable && f.example.is_empty());
        let poor: Vec<_> = all.iter().filter(is_poor).map(|f| &f.name).collect();
        assert!(all.len() > 40 && poor.is_empty(), "{poor:?}");
    }
}
