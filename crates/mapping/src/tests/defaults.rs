//! The built-in tables, row by row.

use crate::{ObjectMapping, ObjectType, Profile, TargetType, compile, defaults, find_target};

/// Each row as `source -> target`, with its type, and with its precedence where it has one.
fn shown(profile: Profile, object: ObjectType, table: &ObjectMapping) -> Vec<String> {
    let compiled = compile(profile, object, table);
    assert_eq!(compiled.findings, []);
    let rows = compiled.table.expect("no findings").rows().to_vec();
    let row = |row: crate::Row| {
        let mapping = &table.attributes[row.number];
        let kind = find_target(profile, object, &row.target).expect("it is known").kind;
        assert_eq!((kind, mapping.default_value.as_deref()), (row.kind, None));
        let matching = mapping.matching.map(|number| format!(" (match {number})")).unwrap_or_default();
        format!("{} -> {} {}{matching}", mapping.source.formula(), mapping.target, kind.as_str())
    };
    rows.into_iter().map(row).collect()
}

const ACTIVE: &str = r#"Switch([IsSoftDeleted], , "False", "True", "True", "False") -> active Boolean"#;
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn check(rows: Vec<String>, expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|row| row.replace("ENTERPRISE", ENTERPRISE)).collect();
    assert_eq!(rows, expected);
}

#[test]
fn goto_has_the_nine_and_three_rows_of_the_gallery_application() {
    let goto = defaults(Profile::Goto);
    check(
        shown(Profile::Goto, ObjectType::User, &goto.users),
        &[
            "[userPrincipalName] -> userName String (match 1)",
            "[objectId] -> externalId String",
            ACTIVE,
            "[givenName] -> name.givenName String",
            "[surname] -> name.familyName String",
            "[department] -> ENTERPRISE:department String",
            "[employeeId] -> ENTERPRISE:employeeNumber String",
            "[costCenter] -> ENTERPRISE:costCenter String",
            "[division] -> ENTERPRISE:division String",
        ],
    );
    let groups = [
        "[displayName] -> displayName String (match 1)",
        "[objectId] -> externalId String",
        "[members] -> members Reference",
    ];
    check(shown(Profile::Goto, ObjectType::Group, &goto.groups), &groups);
    check(shown(Profile::Scim, ObjectType::Group, &defaults(Profile::Scim).groups), &groups);
    let meeting = defaults(Profile::Gotomeeting);
    assert_eq!(meeting.users, goto.users);
    assert!(!meeting.groups.enabled && meeting.groups.attributes.is_empty());
}

#[test]
fn a_scim_application_has_the_table_of_microsofts_page() {
    check(
        shown(Profile::Scim, ObjectType::User, &defaults(Profile::Scim).users),
        &[
            "[userPrincipalName] -> userName String (match 1)",
            ACTIVE,
            "[displayName] -> displayName String",
            "[jobTitle] -> title String",
            r#"[mail] -> emails[type eq "work"].value String"#,
            "[preferredLanguage] -> preferredLanguage String",
            "[givenName] -> name.givenName String",
            "[surname] -> name.familyName String",
            r#"Join(" ", [givenName], [surname]) -> name.formatted String"#,
            r#"[physicalDeliveryOfficeName] -> addresses[type eq "work"].formatted String"#,
            r#"[streetAddress] -> addresses[type eq "work"].streetAddress String"#,
            r#"[city] -> addresses[type eq "work"].locality String"#,
            r#"[state] -> addresses[type eq "work"].region String"#,
            r#"[postalCode] -> addresses[type eq "work"].postalCode String"#,
            r#"[country] -> addresses[type eq "work"].country String"#,
            r#"[telephoneNumber] -> phoneNumbers[type eq "work"].value String"#,
            r#"[mobile] -> phoneNumbers[type eq "mobile"].value String"#,
            r#"[facsimileTelephoneNumber] -> phoneNumbers[type eq "fax"].value String"#,
            "[mailNickname] -> externalId String",
            "[employeeId] -> ENTERPRISE:employeeNumber String",
            "[department] -> ENTERPRISE:department String",
            "[manager] -> ENTERPRISE:manager Reference",
        ],
    );
}

#[test]
fn words_of_types_come_back() {
    for kind in TargetType::ALL {
        assert_eq!(TargetType::find(&kind.as_str().to_uppercase()), Some(kind));
    }
    assert_eq!(TargetType::find("Text"), None);
}
