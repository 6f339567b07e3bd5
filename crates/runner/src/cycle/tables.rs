//! The compiled mappings of a connection.

use usher_mapping::{Compilation, Mappings, ObjectType, Profile, Severity, Table, compile};

use crate::error::RunError;

/// Both tables, compiled. An error in either means that nothing is planned: half a mapping is no mapping.
pub(super) fn tables(profile: Profile, mappings: &Mappings) -> Result<(Table, Table), RunError> {
    let mut wrong = Vec::new();
    let mut table = |object, mapping| {
        let Compilation { table, findings } = compile(profile, object, mapping);
        wrong.extend(findings.into_iter().filter(|finding| finding.severity == Severity::Error));
        table
    };
    let users = table(ObjectType::User, &mappings.users);
    let groups = table(ObjectType::Group, &mappings.groups);
    match (users, groups) {
        (Some(users), Some(groups)) if wrong.is_empty() => Ok((users, groups)),
        _ => Err(RunError::Mappings(wrong)),
    }
}

#[cfg(test)]
mod tests {
    use usher_mapping::{FilterClause, FilterGroup, defaults};

    use super::*;
    use crate::source::Needs;

    /// The default mappings with one filter on people.
    fn filtered(attribute: &str, operator: &str) -> Mappings {
        let mut mappings = defaults(Profile::Goto);
        let values = vec!["Support".to_owned()];
        let clause = FilterClause { attribute: attribute.to_owned(), operator: operator.to_owned(), values };
        mappings.users.scope = vec![FilterGroup { name: "IT".to_owned(), clauses: vec![clause] }];
        mappings
    }

    #[test]
    fn a_stored_filter_that_is_not_understood_stops_the_run_before_anything_is_read() {
        for (attribute, operator) in
            [("departmint", "EQUALS"), ("department", "EQUAL"), ("userType", "EQUALS")]
        {
            let refused = tables(Profile::Goto, &filtered(attribute, operator));
            assert!(matches!(refused, Err(RunError::Mappings(_))), "{attribute} {operator}");
        }
    }

    #[test]
    fn what_only_filters_read_is_asked_for_and_a_new_filter_reads_everyone_again() {
        let needs = |mappings: &Mappings| {
            let (users, groups) = tables(Profile::Goto, mappings).expect("the mappings are right");
            Needs::of(&users, &groups)
        };
        let (without, with) = (needs(&defaults(Profile::Goto)), needs(&filtered("city", "EQUALS")));
        assert!(!without.select(ObjectType::User).contains(&"city".to_owned()));
        assert!(with.select(ObjectType::User).contains(&"city".to_owned()));
        assert_ne!(without.fingerprint("graph", "app"), with.fingerprint("graph", "app"));
    }
}
