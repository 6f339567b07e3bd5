//! Attributes of the administrator's own, flow types, and what is said of a whole table.

use insta::assert_snapshot;
use usher_expression::{Context, Inputs, Value};

use crate::{
    Apply, AttributeMapping, CustomAttribute, ObjectMapping, ObjectType, Profile, Severity, Source,
    TargetType, compile, defaults, lint,
};

const BADGE: &str = "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badge";

fn own(name: &str, kind: TargetType) -> CustomAttribute {
    CustomAttribute { name: name.into(), kind, multivalued: false, required: false, case_exact: false }
}

fn row(target: &str, source: Source) -> AttributeMapping {
    AttributeMapping {
        target: target.into(),
        source,
        default_value: None,
        matching: None,
        apply: Apply::Always,
    }
}

fn expression(text: &str) -> Source {
    Source::Expression(text.into())
}

fn people(profile: Profile, change: impl FnOnce(&mut ObjectMapping)) -> ObjectMapping {
    let mut mapping = defaults(profile).users;
    change(&mut mapping);
    mapping
}

/// Everything that is said of the table beyond what is said of the profile's own.
fn said(profile: Profile, change: impl FnOnce(&mut ObjectMapping)) -> String {
    let found = lint(profile, ObjectType::User, &people(profile, change));
    let line = |finding: &crate::Finding| {
        let row = finding.row.map(|row| format!(" row={row}")).unwrap_or_default();
        let with: Vec<String> = finding.with.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{:?} {}{row} {}", finding.severity, finding.code.as_str(), with.join(" "))
    };
    let kept = found.iter().filter(|finding| finding.severity != Severity::Note);
    kept.map(line).collect::<Vec<_>>().join("\n")
}

struct Nobody;

impl Inputs for Nobody {
    fn get(&self, name: &str) -> Value<'_> {
        match name {
            "employeeId" => Value::text("0042"),
            "proxyAddresses" => Value::Multi(vec!["a".into(), "b".into()]),
            "extensionAttribute1" => Value::text("2026-03-01"),
            _ => Value::Null,
        }
    }
}

#[test]
fn an_attribute_of_ones_own_has_the_type_that_the_list_gives_it() {
    let mapping = people(Profile::Goto, |mapping| {
        let named = |name: &str| BADGE.replace("badge", name);
        mapping.custom = vec![
            own(BADGE, TargetType::Integer),
            own(&named("since"), TargetType::DateTime),
            CustomAttribute { multivalued: true, ..own(&named("mails"), TargetType::Text) },
            own(&named("photo"), TargetType::Binary),
        ];
        mapping.attributes.push(row(
            &BADGE.to_uppercase().replace("BADGE", "badge"),
            Source::Attribute("employeeId".into()),
        ));
        mapping.attributes.push(row(&named("since"), Source::Attribute("extensionAttribute1".into())));
        let mails = row(&named("mails"), Source::Attribute("proxyAddresses".into()));
        mapping.attributes.push(AttributeMapping { apply: Apply::AddsOnly, ..mails });
        mapping.attributes.push(row(&named("photo"), Source::Constant("not base64!".into())));
    });
    let compiled = compile(Profile::Goto, ObjectType::User, &mapping);
    assert_eq!(compiled.findings, []);
    let table = compiled.table.expect("no findings");
    let context = Context::at("2026-01-02T03:04:05Z".parse().expect("a time"));
    let values: Vec<String> =
        table.evaluate(&Nobody, &context)[9..].iter().map(|flow| format!("{:?}", flow.on_update())).collect();
    assert_snapshot!(values.join("\n"), @r#"
    Ok(Some(Integer(42)))
    Ok(Some(Text("2026-03-01T00:00:00Z")))
    Ok(Some(Texts(["a", "b"])))
    Err(WrongType(Binary))
    "#);
}

#[test]
fn the_list_of_ones_own_follows_microsofts_rules() {
    let shown = said(Profile::Scim, |mapping| {
        let required = CustomAttribute { required: true, ..own(BADGE, TargetType::Text) };
        mapping.custom = vec![
            own("badge", TargetType::Text),
            own("urn:ietf:params:scim:schemas:extension:Contoso:2.0:Group:badge", TargetType::Text),
            own("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", TargetType::Text),
            required.clone(),
            CustomAttribute {
                name: BADGE.to_uppercase().replace("2.0:USER:BADGE", "2.0:User:Badge"),
                ..required
            },
            own(&BADGE.replace("badge", "boss"), TargetType::Reference),
            CustomAttribute { multivalued: true, ..own(&BADGE.replace("badge", "tags"), TargetType::Text) },
        ];
    });
    assert_snapshot!(shown, @r#"
    Error custom-name example=urn:ietf:params:scim:schemas:extension:CustomName:2.0:User:attribute target=badge
    Error custom-name example=urn:ietf:params:scim:schemas:extension:CustomName:2.0:User:attribute target=urn:ietf:params:scim:schemas:extension:Contoso:2.0:Group:badge
    Error custom-name example=urn:ietf:params:scim:schemas:extension:CustomName:2.0:User:attribute target=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department
    Error custom-twice target=URN:IETF:PARAMS:SCIM:SCHEMAS:EXTENSION:CONTOSO:2.0:User:Badge
    Error custom-unsupported target=urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:boss type=reference
    Error custom-unsupported target=urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:tags type=several
    Error required-target-unmapped target=urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badge
    Error required-target-unmapped target=URN:IETF:PARAMS:SCIM:SCHEMAS:EXTENSION:CONTOSO:2.0:User:Badge
    "#);
}

#[test]
fn matching_on_an_attribute_of_ones_own_is_for_service_providers_that_may_be_asked() {
    let matched = |mapping: &mut ObjectMapping| {
        mapping.custom = vec![own(BADGE, TargetType::Text)];
        let badge = row(BADGE, Source::Attribute("employeeId".into()));
        mapping.attributes.push(AttributeMapping { matching: Some(2), ..badge });
    };
    assert_eq!(said(Profile::Scim, matched), "");
    assert_snapshot!(said(Profile::Goto, matched), @r#"
    Error match-not-filterable row=9 target=urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badge
    "#);
}

#[test]
fn values_are_only_added_where_there_can_be_several() {
    let adds = |target: &'static str| {
        move |mapping: &mut ObjectMapping| {
            let rows = mapping.attributes.iter_mut();
            rows.filter(|row| row.target == target).for_each(|row| row.apply = Apply::AddsOnly);
        }
    };
    assert_snapshot!(said(Profile::Goto, adds("externalId")), @r#"
    Error flow-type-unsupported row=1 flowType=MultiValueAddOnly target=externalId
    "#);
    let mut groups = defaults(Profile::Goto).groups;
    adds("members")(&mut groups);
    let found = lint(Profile::Goto, ObjectType::Group, &groups);
    assert_eq!(found[0].code.as_str(), "flow-type-unsupported");
}

#[test]
fn rows_that_do_nothing_or_too_much_are_named() {
    let shown = said(Profile::Scim, |mapping| {
        mapping.attributes.extend([
            row("nickName", Source::None),
            row("locale", Source::Constant(String::new())),
            AttributeMapping { default_value: Some("x".into()), ..row("timezone", expression("\"UTC\"")) },
            AttributeMapping { matching: Some(2), ..row("userType", Source::Constant("Employee".into())) },
            row("emails[primary eq true].value", Source::Attribute("mail".into())),
            row("emails[type eq \"home\"].value", Source::Attribute("mail".into())),
            row("emails[type eq \"work\"].display", Source::Attribute("displayName".into())),
            row("EMAILS[TYPE EQ \"work\"]", Source::Attribute("mail".into())),
            row("urn:ietf:params:scim:schemas:core:2.0:User:title", Source::Attribute("jobTitle".into())),
        ]);
        mapping.attributes.iter_mut().filter(|row| row.target.ends_with(":manager")).for_each(|row| {
            row.default_value = Some("boss".into());
        });
    });
    assert_snapshot!(shown, @r#"
    Error default-on-reference row=21 target=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager
    Warning row-does-nothing row=22 target=nickName
    Warning row-does-nothing row=23 target=locale
    Warning default-never-used row=24 target=timezone
    Error match-not-filterable row=25 target=userType
    Error match-constant row=25 target=userType
    Error duplicate-target row=29 first=5 target=EMAILS[TYPE eq "work"]
    Error duplicate-target row=30 first=4 target=urn:ietf:params:scim:schemas:core:2.0:User:title
    Warning selectors-overlap row=26 first=5 target=emails[primary eq true].value
    Warning selectors-overlap row=27 first=27 target=emails[type eq "home"].value
    Warning selectors-overlap row=28 first=27 target=emails[type eq "work"].display
    Warning selectors-overlap row=29 first=27 target=EMAILS[TYPE EQ "work"]
    "#);
}

#[test]
fn only_a_row_that_reads_who_left_and_always_applies_takes_access_away() {
    let with = |source: Source, apply: Apply| {
        said(Profile::Goto, |mapping| {
            mapping.attributes[2] = AttributeMapping { apply, ..row("active", source) };
        })
    };
    assert_eq!(with(expression("Not([IsSoftDeleted])"), Apply::Always), "");
    let never = "Warning never-disables ";
    assert_eq!(with(expression("Not([IsSoftDeleted])"), Apply::OnlyDuringCreation), never);
    assert_eq!(with(Source::Constant("True".into()), Apply::Always), never);
    assert_eq!(with(Source::Attribute("accountEnabled".into()), Apply::Always), never);
}

#[test]
fn one_note_for_a_table_says_what_is_never_cleared() {
    let notes = |profile, object| {
        let mappings = defaults(profile);
        let table = if object == ObjectType::User { mappings.users } else { mappings.groups };
        let found = lint(profile, object, &table);
        let targets = |finding: &crate::Finding| {
            finding.with["targets"].replace("urn:ietf:params:scim:schemas:extension:", "")
        };
        found.iter().map(targets).collect::<Vec<_>>()
    };
    assert_eq!(
        notes(Profile::Goto, ObjectType::User),
        [
            "enterprise:2.0:User:department, enterprise:2.0:User:employeeNumber, enterprise:2.0:User:costCenter, \
          enterprise:2.0:User:division"
        ]
    );
    assert!(notes(Profile::Goto, ObjectType::Group).is_empty());
    assert!(notes(Profile::Gotomeeting, ObjectType::Group).is_empty());
}
