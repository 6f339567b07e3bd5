//! The functions, one file each.

mod append;
mod casing;
mod coalesce;
mod ignore_flow_if_null_or_empty;
mod iif;
mod is_null;
mod is_null_or_empty;
mod is_present;
mod join;
mod later;
mod not;
mod strip_spaces;
mod switch;
mod to_lower;
mod to_upper;

use crate::catalogue::Function;

/// Sorted by name, byte by byte.
pub(crate) static ALL: &[&Function] = &[
    &later::APP_ROLE_ASSIGNMENTS_COMPLEX,
    &append::APPEND,
    &later::ASSERTIVE_APP_ROLE_ASSIGNMENTS_COMPLEX,
    &later::BIT_AND,
    &later::CBOOL,
    &later::CDATE,
    &later::CSTR,
    &coalesce::COALESCE,
    &later::CONVERT_TO_BASE64,
    &later::CONVERT_TO_UTF8_HEX,
    &later::COUNT,
    &later::DATE_ADD,
    &later::DATE_DIFF,
    &later::DATE_FROM_NUM,
    &later::FORMAT_DATE_TIME,
    &later::GUID,
    &iif::IIF,
    &ignore_flow_if_null_or_empty::IGNORE_FLOW_IF_NULL_OR_EMPTY,
    &later::IN_STR,
    &is_null::IS_NULL,
    &is_null_or_empty::IS_NULL_OR_EMPTY,
    &is_present::IS_PRESENT,
    &later::IS_STRING,
    &later::ITEM,
    &join::JOIN,
    &later::LEFT,
    &later::MID,
    &later::NORMALIZE_DIACRITICS,
    &not::NOT,
    &later::NOW,
    &later::NUM_FROM_DATE,
    &later::PCASE,
    &later::RANDOM_STRING,
    &later::REDACT,
    &later::REMOVE_DUPLICATES,
    &later::REPLACE,
    &later::SELECT_UNIQUE_VALUE,
    &later::SINGLE_APP_ROLE_ASSIGNMENT,
    &later::SPLIT,
    &strip_spaces::STRIP_SPACES,
    &switch::SWITCH,
    &to_lower::TO_LOWER,
    &to_upper::TO_UPPER,
    &later::WORD,
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
            let parsed = crate::Expression::parse(function.example);
            assert_eq!(parsed.map(|e| e.attributes().is_empty()), Ok(false), "{}", function.name);
        }
    }
}
