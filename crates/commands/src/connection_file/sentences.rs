//! Findings of mappings in words, for whoever reads a file's problems without the window.

use crate::catalogue::words;
use crate::dto::Message;

/// The sentence of a finding's or diagnostic's code with its parameters. A code that has no sentence of its own shows
/// as it is.
pub(super) fn sentence(code: &str, with: &[(&'static str, String)]) -> String {
    let get = |name: &str| with.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value.as_str());
    let target = get("target");
    match code {
        "EXPR-SYNTAX" => {
            let found =
                if get("found").is_empty() { "the end".to_owned() } else { format!("`{}`", get("found")) };
            format!("expected {}, found {found}", expected(get("expected")))
        }
        "EXPR-UNKNOWN-FUNCTION" => format!("there is no function `{}`; case counts", get("name")),
        "EXPR-ARITY" => match get("missing") {
            "" => format!("{} arguments are not what `{}` takes", get("given"), get("signature")),
            missing => format!("`{missing}` is missing; the function is `{}`", get("signature")),
        },
        "EXPR-UNKNOWN-ATTRIBUTE" | "unknown-source" => {
            format!("Entra has no attribute `{}`; case counts", get("name"))
        }
        "EXPR-TOO-LONG" => format!("{} characters; Entra accepts {}", get("length"), get("limit")),
        "EXPR-TOO-DEEP" => format!("functions nest more than {} deep", get("limit")),
        "EXPR-UNSUPPORTED-HERE" => format!("`{}` is not for provisioning to an application", get("name")),
        "EXPR-NOT-EVALUATED" => format!(
            "no page of Microsoft says what `{}` does, so the local runner will refuse to run",
            get("function")
        ),
        "EXPR-REGEX" => {
            format!("the regular expression of `{}` cannot be used: {}", get("function"), get("problem"))
        }
        "bad-path" => format!(
            "this is no attribute path: at character {} {} is expected",
            get("position").parse::<usize>().map_or(1, |position| position + 1),
            get("expected")
        ),
        "unknown-target" => format!("the service provider has no attribute `{target}` that is known of"),
        "read-only-target" => format!("only the service provider writes `{target}`"),
        "duplicate-target" => format!("row {} already writes `{target}`", get("first")),
        "required-target-unmapped" => {
            format!("no row writes `{target}`, which the service provider requires")
        }
        "default-does-not-fit" => format!("the default value does not fit the type of `{target}`"),
        "no-match" => "no row is a matching attribute: give one of them `matching = 1`".into(),
        "match-not-filterable" => {
            format!("the service provider cannot search by `{target}`, so it cannot be matched on")
        }
        "redacted-match" => {
            format!(
                "a value of `Redact` cannot be matched on: `{target}` would be named in requests and in the log"
            )
        }
        "redacted-active" => {
            "a value of `Redact` cannot decide who is active: a plan has to show who loses access".into()
        }
        "duplicate-precedence" => {
            format!("another row has the matching precedence {} too", get("precedence"))
        }
        "never-disables" => "no row writes `active`: nobody is ever disabled".into(),
        "flow-type-unsupported" => format!(
            "`{target}` is only added to ({}), which the local runner does not do for such an attribute and will \
             refuse to run",
            get("flowType")
        ),
        "custom-name" => format!("the name has to be of the form `{}`", get("example")),
        "custom-twice" => format!("`{target}` is in the list twice, or known without it"),
        "custom-unsupported" => match get("type") {
            "reference" => format!("`{target}` cannot be a reference"),
            _ => format!("`{target}` cannot have several values"),
        },
        "default-never-used" => {
            format!("the default value of `{target}` is never used: the constant is always there")
        }
        "default-on-reference" => format!("`{target}` names other objects and takes no default value"),
        "row-does-nothing" => format!("the row never writes anything to `{target}`"),
        "match-constant" => format!("everybody would match the same account by `{target}`"),
        "selectors-overlap" => format!(
            "`{target}` and row {} may mean the same element of the list; give their filters different values of \
             one attribute",
            get("first")
        ),
        "filter-without-clauses" => "the filter has no clause and would let everybody in".into(),
        "filter-unknown-operator" => format!("there is no operator `{}`", get("operator")),
        "filter-unknown-attribute" => {
            format!("Entra has no attribute `{}`; case counts", get("attribute"))
        }
        "filter-not-filterable" => format!("Entra takes no filter on `{}`", get("attribute")),
        "filter-operator-not-for-type" => format!(
            "`{}` does not work on `{}`, which is of the type {}",
            get("operator"),
            get("attribute"),
            get("type")
        ),
        "filter-value-count" => match get("given") {
            "none" => format!("`{}` needs a value in `values`", get("operator")),
            _ => format!("`{}` takes no `values`", get("operator")),
        },
        "filter-not-integer" => {
            format!("`{}` needs whole numbers of 0 or more, not `{}`", get("operator"), get("value"))
        }
        "filter-bad-pattern" => format!("the pattern `{}`: {}", get("value"), get("error")),
        "filter-leaves-out-empty" => format!(
            "whoever has no `{0}` is left out too; a further filter with `{0}` IS NULL lets them in",
            get("attribute")
        ),
        "objects-unsupported" => {
            "the service provider has no objects of this kind; set `enabled = false`".into()
        }
        code if code.starts_with("EXPR-") => advised(code, with),
        code => code.to_owned(),
    }
}

/// A warning about an expression in the words that the window has for it.
fn advised(code: &str, with: &[(&'static str, String)]) -> String {
    let message = |id: &str| {
        let start = Message::new(id).text("diagnostic", code);
        words(&with.iter().fold(start, |message, (name, value)| message.text(name, value.clone())))
    };
    format!("{}; {}", message("mapping-expression"), message("mapping-expression-remedy"))
}

/// What the parser expected, by its word.
fn expected(word: &str) -> &str {
    match word {
        "operand" => "an [attribute], a \"text\", a number or a function",
        "comma-or-close" => "a comma or a closing parenthesis",
        "end" => "the end of the expression",
        "no-comparison" => {
            "no comparison here: only the condition of IIF or CBool may compare, and only once"
        }
        "double-quotes" => "double quotes around a text",
        "closing-quote" => "a closing double quote",
        "closing-bracket" => "a closing bracket",
        "attribute-name" => "the name of an attribute between the brackets",
        "64-bit-number" => "a number that fits into 64 bits",
        word => word,
    }
}
