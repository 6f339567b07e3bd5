//! `SingleAppRoleAssignment`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "SingleAppRoleAssignment".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The text of one app role. Nobody assigned gives null; with several roles Entra picks any, this picks the first one.
///
/// Whether the text is the value or the display name of the role is not documented (register Q-06).
pub(super) static SINGLE_APP_ROLE_ASSIGNMENT: Function = Function {
    name: "SingleAppRoleAssignment",
    parameters: &[required("appRoleAssignments")],
    repeating: 0,
    summary: "One app role of the person.",
    example: r#"SingleAppRoleAssignment([appRoleAssignments])"#,
    code: Code::Body(single_app_role_assignment),
};

fn single_app_role_assignment<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    Ok(super::roles::texts(arguments)?.into_iter().next().map_or(Value::Null, Value::Text))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"SingleAppRoleAssignment([many])"#, r#""p""#),
            (r#"SingleAppRoleAssignment([a])"#, r#""x""#),
            (r#"SingleAppRoleAssignment([none])"#, r#"null"#),
        ]);
    }
}
