//! Functions that Entra has and this version does not evaluate: known by name and signature, so that imported mappings
//! can be read, shown and written back, and so that they are reported instead of computed wrongly.

use crate::catalogue::{Code, Function, Parameter, optional, required};

const fn later(name: &'static str, parameters: &'static [Parameter]) -> Function {
    Function { name, parameters, repeating: 0, summary: "", example: "", code: Code::NotYet }
}

pub(super) static APP_ROLE_ASSIGNMENTS_COMPLEX: Function =
    later("AppRoleAssignmentsComplex", &[required("appRoleAssignments")]);
pub(super) static ASSERTIVE_APP_ROLE_ASSIGNMENTS_COMPLEX: Function =
    later("AssertiveAppRoleAssignmentsComplex", &[required("appRoleAssignments")]);
pub(super) static BIT_AND: Function = later("BitAnd", &[required("value1"), required("value2")]);
pub(super) static CBOOL: Function = later("CBool", &[required("expression")]);
pub(super) static CDATE: Function = later("CDate", &[required("expression")]);
pub(super) static CSTR: Function = later("CStr", &[required("value")]);
pub(super) static CONVERT_TO_BASE64: Function = later("ConvertToBase64", &[required("source")]);
pub(super) static CONVERT_TO_UTF8_HEX: Function = later("ConvertToUTF8Hex", &[required("source")]);
pub(super) static COUNT: Function = later("Count", &[required("attribute")]);
pub(super) static DATE_ADD: Function =
    later("DateAdd", &[required("interval"), required("value"), required("dateTime")]);
pub(super) static DATE_DIFF: Function =
    later("DateDiff", &[required("interval"), required("date1"), required("date2")]);
pub(super) static DATE_FROM_NUM: Function = later("DateFromNum", &[required("value")]);
pub(super) static FORMAT_DATE_TIME: Function = later(
    "FormatDateTime",
    &[required("source"), optional("dateTimeStyles"), required("inputFormat"), required("outputFormat")],
);
pub(super) static GUID: Function = later("Guid", &[]);
pub(super) static IN_STR: Function =
    later("InStr", &[required("value1"), required("value2"), optional("start"), optional("compareType")]);
pub(super) static IS_STRING: Function = later("IsString", &[required("expression")]);
pub(super) static ITEM: Function = later("Item", &[required("attribute"), required("index")]);
pub(super) static LEFT: Function = later("Left", &[required("source"), required("numChars")]);
pub(super) static MID: Function = later("Mid", &[required("source"), required("start"), required("length")]);
pub(super) static NORMALIZE_DIACRITICS: Function = later("NormalizeDiacritics", &[required("source")]);
pub(super) static NOW: Function = later("Now", &[]);
pub(super) static NUM_FROM_DATE: Function = later("NumFromDate", &[required("value")]);
pub(super) static PCASE: Function = later("PCase", &[required("source"), optional("wordSeparators")]);
pub(super) static RANDOM_STRING: Function = later(
    "RandomString",
    &[
        required("length"),
        required("minimumNumbers"),
        required("minimumSpecial"),
        required("minimumCapital"),
        required("minimumLowerCase"),
        optional("charactersToAvoid"),
    ],
);
pub(super) static REDACT: Function = later("Redact", &[required("value")]);
pub(super) static REMOVE_DUPLICATES: Function = later("RemoveDuplicates", &[required("attribute")]);
pub(super) static REPLACE: Function = later(
    "Replace",
    &[
        required("source"),
        optional("oldValue"),
        optional("regexPattern"),
        optional("regexGroupName"),
        optional("replacementValue"),
        optional("replacementAttributeName"),
        optional("template"),
    ],
);
pub(super) static SINGLE_APP_ROLE_ASSIGNMENT: Function =
    later("SingleAppRoleAssignment", &[required("appRoleAssignments")]);
pub(super) static SPLIT: Function = later("Split", &[required("source"), required("delimiter")]);
pub(super) static WORD: Function =
    later("Word", &[required("source"), required("wordNumber"), required("delimiters")]);

/// Only for Workday, SuccessFactors and API-driven provisioning to Active Directory (Microsoft Learn, same page).
pub(super) static SELECT_UNIQUE_VALUE: Function = Function {
    name: "SelectUniqueValue",
    parameters: &[required("uniqueValueRule1"), required("uniqueValueRule")],
    repeating: 1,
    summary: "",
    example: "",
    code: Code::UnsupportedHere,
};
