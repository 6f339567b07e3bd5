//! What is wrong with a mapping.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::{
    Apply, AttributeMapping, FilterClause, FilterGroup, ObjectMapping, ObjectType, Profile, Source, compile,
    defaults,
};

fn row(target: &str, source: Source) -> AttributeMapping {
    AttributeMapping {
        target: target.into(),
        source,
        default_value: None,
        matching: None,
        apply: Apply::Always,
    }
}

/// The default table of a profile, changed; and everything that is found in it.
fn found(profile: Profile, object: ObjectType, change: impl FnOnce(&mut ObjectMapping)) -> String {
    let mappings = defaults(profile);
    let mut mapping = if object == ObjectType::User { mappings.users } else { mappings.groups };
    change(&mut mapping);
    let compilation = compile(profile, object, &mapping);
    let mut shown = String::new();
    for finding in &compilation.findings {
        write!(shown, "{:?} {}", finding.severity, finding.code.as_str()).unwrap();
        if let Some(row) = finding.row {
            write!(shown, " row={row}").unwrap();
        }
        if let Some(span) = finding.span {
            write!(shown, " at {}..{}", span.start, span.end).unwrap();
        }
        finding.with.iter().for_each(|(name, value)| write!(shown, " {name}={value}").unwrap());
        if !finding.candidates.is_empty() {
            write!(shown, " (did you mean {}?)", finding.candidates.join(" or ")).unwrap();
        }
        shown.push('\n');
    }
    shown + if compilation.table.is_some() { "usable" } else { "not usable" }
}

#[test]
fn the_default_tables_are_without_findings() {
    for profile in [Profile::Goto, Profile::Gotomeeting, Profile::Scim] {
        for object in [ObjectType::User, ObjectType::Group] {
            assert_eq!(found(profile, object, |_| ()), "usable", "{profile:?} {object:?}");
        }
    }
    let goto = defaults(Profile::Goto);
    assert_eq!((goto.users.attributes.len(), goto.groups.attributes.len()), (9, 3));
}

#[test]
fn slips_are_found_with_what_was_meant() {
    let shown = found(Profile::Goto, ObjectType::User, |mapping| {
        let rows = &mut mapping.attributes;
        rows[0].matching = None;
        rows[1].matching = Some(1);
        rows[2] = row("Active", Source::Expression("Swich([IsSoftDeleted], \"x\")".into()));
        rows[3] = row("name.givenNam", Source::Attribute("givenName".into()));
        rows[4] = row("name[", Source::Attribute("surname".into()));
        rows[5].source = Source::Attribute("Department".into());
        rows[6].source = Source::Expression("Append([employeeid], Prepend([mail], \"x\"))".into());
        rows.push(row("ACTIVE", Source::Constant("True".into())));
        rows.push(row("id", Source::Attribute("objectId".into())));
        rows.push(row(
            "urn:ietf:params:scim:schemas:extension:Acme:2.0:User:badge",
            Source::Attribute("mail".into()),
        ));
        rows.push(AttributeMapping { default_value: Some("maybe".into()), ..row("active", Source::None) });
    });
    assert_snapshot!(shown, @r#"
    Error match-not-filterable row=1 target=externalId (did you mean userName or displayName or name.givenName or name.familyName?)
    Error expression row=2 at 0..5 diagnostic=EXPR-UNKNOWN-FUNCTION name=Swich (did you mean Switch?)
    Error unknown-target row=3 target=name.givenNam (did you mean name.givenName?)
    Error bad-path row=4 expected=an attribute name position=5 target=name[
    Error unknown-source row=5 name=Department (did you mean department?)
    Error expression row=6 at 7..19 diagnostic=EXPR-UNKNOWN-ATTRIBUTE name=employeeid (did you mean employeeId?)
    Error expression row=6 at 21..41 diagnostic=EXPR-NOT-EVALUATED function=Prepend
    Error read-only-target row=10 target=id
    Warning unknown-target row=11 target=urn:ietf:params:scim:schemas:extension:Acme:2.0:User:badge
    Error default-does-not-fit row=12 target=active
    Error duplicate-target row=9 first=3 target=ACTIVE
    Error duplicate-target row=12 first=3 target=active
    Error required-target-unmapped target=name.givenName
    Error required-target-unmapped target=name.familyName
    not usable
    "#);
}

#[test]
fn the_table_as_a_whole_is_looked_at() {
    let shown = found(Profile::Scim, ObjectType::User, |mapping| {
        mapping.attributes.retain(|row| row.target != "active" && row.target != "userName");
    });
    assert_snapshot!(shown, @r#"
    Error required-target-unmapped target=userName
    Error no-match
    Warning never-disables
    not usable
    "#);
    let shown = found(Profile::Scim, ObjectType::User, |mapping| {
        mapping.attributes.iter_mut().take(3).for_each(|row| row.matching = Some(1));
    });
    assert_snapshot!(shown, @r#"
    Error match-not-filterable row=1 target=active (did you mean userName or externalId or displayName or name.familyName or name.givenName or emails.value or urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber?)
    Warning duplicate-precedence row=1 precedence=1 target=active
    Warning duplicate-precedence row=2 precedence=1 target=displayName
    not usable
    "#);
}

#[test]
fn paths_that_cannot_be_written_through_are_refused() {
    let shown = found(Profile::Scim, ObjectType::User, |mapping| {
        let mail = || Source::Attribute("mail".into());
        mapping.attributes.push(row("emails.value", mail()));
        mapping.attributes.push(row("userName[type eq \"work\"]", mail()));
        mapping.attributes.push(row("emails[value sw \"a\"].value", mail()));
        mapping.attributes.push(row("emails[type eq \"home\" and primary eq true].value", mail()));
        mapping.attributes.push(row("roles[primary eq \"True\"].value", mail()));
    });
    assert_snapshot!(shown, @r#"
    Error bad-path row=22 expected=a filter such as [type eq "work"]: the attribute has several values position=6 target=emails.value
    Error bad-path row=23 expected=no filter: the attribute has one value position=8 target=userName[type eq "work"]
    Error bad-path row=24 expected=a filter of `eq` joined by `and` position=6 target=emails[value sw "a"].value
    not usable
    "#);
}

fn group(name: &str, clauses: &[(&str, &str, &[&str])]) -> FilterGroup {
    let clause = |(attribute, operator, values): &(&str, &str, &[&str])| FilterClause {
        attribute: (*attribute).into(),
        operator: (*operator).into(),
        values: values.iter().map(|&value| value.into()).collect(),
    };
    FilterGroup { name: name.into(), clauses: clauses.iter().map(clause).collect() }
}

#[test]
fn a_scoping_filter_that_is_understood_is_usable_and_its_attributes_are_asked_for() {
    let mut mapping = defaults(Profile::Goto).users;
    mapping.scope =
        vec![group("IT", &[("department", "equals", &["IT"]), ("extensionAttribute3", "IS NULL", &[])])];
    let compilation = compile(Profile::Goto, ObjectType::User, &mapping);
    assert!(compilation.findings.is_empty(), "{:?}", compilation.findings);
    let table = compilation.table.expect("no findings");
    assert_eq!(
        table.filter().source_attributes().into_iter().collect::<Vec<_>>(),
        ["department", "extensionAttribute3"]
    );
    assert!(table.graph_select().contains(&"onPremisesExtensionAttributes".to_owned()));
}

#[test]
fn a_scoping_filter_that_is_not_understood_blocks_and_is_never_ignored() {
    let shown = found(Profile::Goto, ObjectType::User, |mapping| {
        mapping.scope = vec![
            group(
                "A",
                &[
                    ("department", "EQUAL", &["IT"]),
                    ("Department", "EQUALS", &["IT"]),
                    ("accountEnabled", "EQUALS", &["True"]),
                    ("employeeId", "Greater_Than", &["5"]),
                    ("extension_a_level", "Greater_Than", &["5", "-1"]),
                ],
            ),
            group("B", &[]),
            group(
                "C",
                &[
                    ("department", "IS NULL", &["x"]),
                    ("department", "EQUALS", &[]),
                    ("department", "REGEX MATCH", &["("]),
                    ("department", "IsMemberOf", &["x"]),
                ],
            ),
            group(
                "D",
                &[
                    ("userType", "IS NOT NULL", &[]),
                    ("manager", "IS NOT NULL", &[]),
                    ("proxyAddresses", "IS NOT NULL", &[]),
                    ("employeeHireDate", "IS NOT NULL", &[]),
                    ("IsSoftDeleted", "IS TRUE", &[]),
                ],
            ),
        ];
    });
    assert_snapshot!(shown, @r#"
    Error filter-unknown-operator attribute=department clause=1 filter=1 operator=EQUAL title=A (did you mean EQUALS?)
    Error filter-unknown-attribute attribute=Department clause=2 filter=1 operator=EQUALS title=A (did you mean department?)
    Error filter-operator-not-for-type attribute=accountEnabled clause=3 filter=1 operator=EQUALS title=A type=Boolean (did you mean IS TRUE or IS FALSE or IS NULL or IS NOT NULL?)
    Error filter-operator-not-for-type attribute=employeeId clause=4 filter=1 operator=Greater_Than title=A type=String (did you mean EQUALS or NOT EQUALS or IS NULL or IS NOT NULL or REGEX MATCH or NOT REGEX MATCH or Includes or ENDS_WITH or & or !&?)
    Error filter-not-integer attribute=extension_a_level clause=5 filter=1 operator=Greater_Than title=A value=-1
    Error filter-without-clauses filter=2 title=B
    Error filter-value-count attribute=department clause=1 filter=3 given=some operator=IS NULL title=C
    Error filter-value-count attribute=department clause=2 filter=3 given=none operator=EQUALS title=C
    Error filter-bad-pattern attribute=department clause=3 error=the pattern is not understood at character 1: a closing parenthesis is missing filter=3 operator=REGEX MATCH title=C value=(
    Error filter-unknown-operator attribute=department clause=4 filter=3 operator=IsMemberOf title=C
    Error filter-not-filterable attribute=userType clause=1 filter=4 operator=IS NOT NULL title=D
    Error filter-not-filterable attribute=manager clause=2 filter=4 operator=IS NOT NULL title=D
    Error filter-not-filterable attribute=proxyAddresses clause=3 filter=4 operator=IS NOT NULL title=D
    Error filter-not-filterable attribute=employeeHireDate clause=4 filter=4 operator=IS NOT NULL title=D
    Error filter-not-filterable attribute=IsSoftDeleted clause=5 filter=4 operator=IS TRUE title=D
    not usable
    "#);
}

#[test]
fn that_a_negative_clause_leaves_out_who_has_no_value_is_said_unless_another_filter_asks_for_them() {
    let not = group("Staff", &[("department", "NOT EQUALS", &["contractors"])]);
    let shown = |scope| found(Profile::Goto, ObjectType::User, |mapping| mapping.scope = scope);
    assert_snapshot!(shown(vec![not.clone()]), @r#"
    Warning filter-leaves-out-empty attribute=department clause=1 filter=1 operator=NOT EQUALS title=Staff
    usable
    "#);
    assert_eq!(shown(vec![not, group("Nobody's", &[("department", "IS NULL", &[])])]), "usable");
}

#[test]
fn gotomeeting_has_no_groups() {
    assert_snapshot!(found(Profile::Gotomeeting, ObjectType::Group, |mapping| mapping.enabled = true), @r#"
    Error objects-unsupported
    not usable
    "#);
}

#[test]
fn the_properties_to_ask_for_follow_from_the_rows() {
    let select = |object, mapping: &ObjectMapping| {
        compile(Profile::Goto, object, mapping).table.expect("no findings").graph_select().join(",")
    };
    let goto = defaults(Profile::Goto);
    assert_snapshot!(select(ObjectType::User, &goto.users), @r#"
    accountEnabled,department,employeeId,employeeOrgData,givenName,id,surname,userPrincipalName
    "#);
    assert_snapshot!(select(ObjectType::Group, &goto.groups), @r#"
    displayName,id
    "#);
}

#[test]
fn what_is_hidden_can_neither_be_matched_on_nor_decide_who_is_active() {
    let shown = found(Profile::Goto, ObjectType::User, |mapping| {
        for row in &mut mapping.attributes {
            let hidden = match row.target.as_str() {
                "userName" => "ToLower(Redact([userPrincipalName]))",
                "active" => r#"Switch([IsSoftDeleted], Redact("True"), "True", "False")"#,
                "name.familyName" => "Redact([surname])",
                _ => continue,
            };
            row.source = Source::Expression(hidden.to_owned());
        }
    });
    let lines: Vec<&str> = shown.lines().map(|line| line.split(" row=").next().unwrap_or_default()).collect();
    assert_eq!(lines, ["Error redacted-match", "Error redacted-active", "not usable"], "{shown}");
}
