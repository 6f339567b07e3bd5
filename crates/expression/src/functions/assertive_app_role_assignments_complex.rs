//! `AssertiveAppRoleAssignmentsComplex`: Microsoft Learn, "Customize user provisioning attribute-mappings for SaaS applications in Microsoft Entra ID",
//! section "Provisioning a role to a SCIM app".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// All app roles that are assigned, in order, as a multi-valued attribute.
///
/// The value is the one of `AppRoleAssignmentsComplex`; only the write differs, which replaces what the target has.
/// Nobody assigned gives null.
pub(super) static ASSERTIVE_APP_ROLE_ASSIGNMENTS_COMPLEX: Function = Function {
    name: "AssertiveAppRoleAssignmentsComplex",
    parameters: &[required("appRoleAssignments")],
    repeating: 0,
    summary: "All app roles of the person; roles that are no longer assigned leave the target too.",
    example: r#"AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"#,
    code: Code::Body(assertive_app_role_assignments_complex),
};

fn assertive_app_role_assignments_complex<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    super::roles::all(arguments)
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"AssertiveAppRoleAssignmentsComplex([many])"#, r#"["p", "q"]"#),
            (r#"AssertiveAppRoleAssignmentsComplex([a])"#, r#"["x"]"#),
            (r#"AssertiveAppRoleAssignmentsComplex([empty])"#, r#"null"#),
        ]);
    }
}
