//! `Redact`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Redact".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The value itself flows; logs, previews and exports show `[Redact]` in its place.
pub(super) static REDACT: Function = Function {
    name: "Redact",
    parameters: &[required("value")],
    repeating: 0,
    summary: "The value itself; logs and previews show [Redact] in its place.",
    example: r#"Redact([userPrincipalName])"#,
    code: Code::Body(redact),
};

fn redact<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    arguments.mark_redacted();
    arguments.value(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Redact([a])"#, r#""x""#),
            (r#"Redact([many])"#, r#"["p", "q"]"#),
            (r#"Redact([none])"#, r#"null"#),
        ]);
    }
}
