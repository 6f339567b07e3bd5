//! Functions that are known by name and signature, so that imported mappings can be read, shown and written back, and
//! that are refused instead of computed wrongly.

use crate::catalogue::{Code, Function, Parameter, required};

/// Only for Workday, SuccessFactors and API-driven provisioning to Active Directory (Microsoft Learn, "Reference for
/// writing expressions for attribute mappings", section "SelectUniqueValue").
pub(super) static SELECT_UNIQUE_VALUE: Function = Function {
    name: "SelectUniqueValue",
    parameters: &[required("uniqueValueRule1"), required("uniqueValueRule")],
    repeating: 1,
    summary: "For provisioning from HR systems only: refused here.",
    example: "",
    code: Code::UnsupportedHere,
};

const UNDOCUMENTED: &str =
    "On an old list of Microsoft Graph; no page says what it does, so it is never evaluated.";

/// In an old list of functions of Microsoft Graph, and on no page that says what they do.
const fn undocumented(name: &'static str, parameters: &'static [Parameter]) -> Function {
    Function { name, parameters, repeating: 0, summary: UNDOCUMENTED, example: "", code: Code::Undocumented }
}

pub(super) static APP_ROLE_ASSIGNMENTS: Function = undocumented("AppRoleAssignments", &[required("source")]);
pub(super) static DEFAULT_DOMAIN: Function = undocumented("DefaultDomain", &[]);
pub(super) static IS_NOTHING: Function = undocumented("IsNothing", &[required("source")]);
pub(super) static PREPEND: Function = undocumented("Prepend", &[required("prefix"), required("source")]);
