//! The functions, one file each.

mod app_role_assignments_complex;
mod append;
mod assertive_app_role_assignments_complex;
mod bit_and;
mod casing;
mod cbool;
mod cdate;
mod coalesce;
mod convert_to_base64;
mod convert_to_utf8_hex;
mod count;
mod cstr;
mod date_add;
mod date_diff;
mod date_from_num;
pub(crate) mod dates;
mod dotnet_date;
mod format_date_time;
mod guid;
mod ignore_flow_if_null_or_empty;
mod iif;
mod in_str;
mod is_null;
mod is_null_or_empty;
mod is_present;
mod is_string;
mod item;
mod join;
mod left;
mod mid;
mod normalize_diacritics;
mod not;
mod now;
mod num_from_date;
mod pcase;
mod random_string;
mod redact;
mod remove_duplicates;
mod replace;
mod roles;
mod single_app_role_assignment;
mod split;
mod strip_spaces;
mod switch;
mod to_lower;
mod to_upper;
mod units;
mod unsupported;
mod word;

use crate::catalogue::Function;

/// Sorted by name, byte by byte.
pub(crate) static ALL: &[&Function] = &[
    &unsupported::APP_ROLE_ASSIGNMENTS,
    &app_role_assignments_complex::APP_ROLE_ASSIGNMENTS_COMPLEX,
    &append::APPEND,
    &assertive_app_role_assignments_complex::ASSERTIVE_APP_ROLE_ASSIGNMENTS_COMPLEX,
    &bit_and::BIT_AND,
    &cbool::CBOOL,
    &cdate::CDATE,
    &cstr::CSTR,
    &coalesce::COALESCE,
    &convert_to_base64::CONVERT_TO_BASE64,
    &convert_to_utf8_hex::CONVERT_TO_UTF8_HEX,
    &count::COUNT,
    &date_add::DATE_ADD,
    &date_diff::DATE_DIFF,
    &date_from_num::DATE_FROM_NUM,
    &unsupported::DEFAULT_DOMAIN,
    &format_date_time::FORMAT_DATE_TIME,
    &guid::GUID,
    &iif::IIF,
    &ignore_flow_if_null_or_empty::IGNORE_FLOW_IF_NULL_OR_EMPTY,
    &in_str::IN_STR,
    &unsupported::IS_NOTHING,
    &is_null::IS_NULL,
    &is_null_or_empty::IS_NULL_OR_EMPTY,
    &is_present::IS_PRESENT,
    &is_string::IS_STRING,
    &item::ITEM,
    &join::JOIN,
    &left::LEFT,
    &mid::MID,
    &normalize_diacritics::NORMALIZE_DIACRITICS,
    &not::NOT,
    &now::NOW,
    &num_from_date::NUM_FROM_DATE,
    &pcase::PCASE,
    &unsupported::PREPEND,
    &random_string::RANDOM_STRING,
    &redact::REDACT,
    &remove_duplicates::REMOVE_DUPLICATES,
    &replace::REPLACE,
    &unsupported::SELECT_UNIQUE_VALUE,
    &single_app_role_assignment::SINGLE_APP_ROLE_ASSIGNMENT,
    &split::SPLIT,
    &strip_spaces::STRIP_SPACES,
    &switch::SWITCH,
    &to_lower::TO_LOWER,
    &to_upper::TO_UPPER,
    &word::WORD,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn the_table_is_sorted_so_that_names_are_found() {
        assert!(ALL.is_sorted_by(|left, right| left.name < right.name));
    }

    #[test]
    fn every_example_parses() {
        for function in ALL.iter().filter(|function| !function.example.is_empty()) {
            let parsed = crate::Expression::parse(function.example).expect(function.name);
            assert!(
                parsed
                    .check(&crate::Surroundings::NONE)
                    .iter()
                    .all(|found| found.code.severity() == crate::Severity::Warning),
                "{}",
                function.name
            );
        }
    }
}
