//! `AppRoleAssignmentsComplex`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "AppRoleAssignmentsComplex".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// All app roles that are assigned, in order, as a multi-valued attribute: no role is marked as the primary one.
///
/// Nobody assigned gives null. How the roles look on the wire, and that an update only ever adds them, is not the
/// language's matter.
pub(super) static APP_ROLE_ASSIGNMENTS_COMPLEX: Function = Function {
    name: "AppRoleAssignmentsComplex",
    parameters: &[required("appRoleAssignments")],
    repeating: 0,
    summary: "All app roles of the person, as a multi-valued attribute.",
    example: r#"AppRoleAssignmentsComplex([appRoleAssignments])"#,
    code: Code::Body(app_role_assignments_complex),
};

fn app_role_assignments_complex<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    super::roles::all(arguments)
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"AppRoleAssignmentsComplex([many])"#, r#"["p", "q"]"#),
            (r#"AppRoleAssignmentsComplex([a])"#, r#"["x"]"#),
            (r#"AppRoleAssignmentsComplex([none])"#, r#"null"#),
        ]);
    }
}
