//! What one person sends.

use std::fmt::Write as _;

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use usher_expression::{Context, Inputs, Value};

use crate::{
    Apply, Flow, ObjectMapping, ObjectType, Profile, Severity, Source, Table, compile, defaults, read_source,
};

/// A Graph user, with the computed attribute that the object alone does not tell.
struct Person {
    graph: Json,
    is_soft_deleted: bool,
}

impl Inputs for Person {
    fn get(&self, name: &str) -> Value<'_> {
        match name {
            "IsSoftDeleted" => Value::Boolean(self.is_soft_deleted),
            name => read_source(ObjectType::User, &self.graph, name),
        }
    }
}

fn ana() -> Person {
    let graph = json!({
        "id": "7f0e", "userPrincipalName": "ana@contoso.com", "displayName": "Ana Lee", "givenName": "Ana",
        "surname": "Lee", "department": "", "employeeId": "0042", "accountEnabled": true,
        "employeeOrgData": {"costCenter": "CC1", "division": null}, "mail": "ana@contoso.com",
        "businessPhones": ["+43 1 2345"], "proxyAddresses": ["SMTP:ana@contoso.com", "smtp:a@contoso.com"],
    });
    Person { graph, is_soft_deleted: false }
}

fn table(profile: Profile, change: impl FnOnce(&mut ObjectMapping)) -> Table {
    let mut mapping = defaults(profile).users;
    change(&mut mapping);
    let compilation = compile(profile, ObjectType::User, &mapping);
    let errors = compilation.findings.iter().filter(|finding| finding.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{:?}", compilation.findings);
    compilation.table.expect("no findings")
}

fn shown(table: &Table, person: &Person) -> String {
    let context = Context::at("2026-01-02T03:04:05Z".parse().expect("a time"));
    let mut shown = String::new();
    for flow in table.evaluate(person, &context) {
        let Flow { target, .. } = &flow;
        writeln!(shown, "{target}: create {:?}, update {:?}", flow.on_create(), flow.on_update()).unwrap();
    }
    shown
}

#[test]
fn the_default_table_of_goto() {
    assert_snapshot!(shown(&table(Profile::Goto, |_| ()), &ana()), @r#"
    userName: create Ok(Some(Text("ana@contoso.com"))), update Ok(Some(Text("ana@contoso.com")))
    externalId: create Ok(Some(Text("7f0e"))), update Ok(Some(Text("7f0e")))
    active: create Ok(Some(Boolean(true))), update Ok(Some(Boolean(true)))
    name.givenName: create Ok(Some(Text("Ana"))), update Ok(Some(Text("Ana")))
    name.familyName: create Ok(Some(Text("Lee"))), update Ok(Some(Text("Lee")))
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department: create Ok(None), update Ok(None)
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber: create Ok(Some(Text("0042"))), update Ok(Some(Text("0042")))
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter: create Ok(Some(Text("CC1"))), update Ok(Some(Text("CC1")))
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division: create Ok(None), update Ok(None)
    "#);
}

#[test]
fn someone_who_lost_access_sends_active_false() {
    let person = Person { is_soft_deleted: true, ..ana() };
    let lines = shown(&table(Profile::Goto, |_| ()), &person);
    assert!(
        lines.contains("active: create Ok(Some(Boolean(false))), update Ok(Some(Boolean(false)))"),
        "{lines}"
    );
}

#[test]
fn defaults_are_for_creates_and_creation_rows_never_update() {
    let table = table(Profile::Goto, |mapping| {
        let rows = &mut mapping.attributes;
        rows.retain(|row| {
            row.matching.is_some()
                || row.target.starts_with("name")
                || row.target.contains("depart")
                || row.target == "active"
        });
        rows.iter_mut()
            .filter(|row| row.target.contains("depart"))
            .for_each(|row| row.default_value = Some("None".into()));
        rows[1].apply = Apply::OnlyDuringCreation;
        rows[2].source = Source::None;
        rows[2].default_value = Some("Ana".into());
    });
    assert_snapshot!(shown(&table, &ana()), @r#"
    userName: create Ok(Some(Text("ana@contoso.com"))), update Ok(Some(Text("ana@contoso.com")))
    active: create Ok(Some(Boolean(true))), update Ok(None)
    name.givenName: create Ok(Some(Text("Ana"))), update Ok(None)
    name.familyName: create Ok(Some(Text("Lee"))), update Ok(Some(Text("Lee")))
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department: create Ok(Some(Text("None"))), update Ok(None)
    "#);
    assert!(table.rows()[2].fills_empty_target());
}

#[test]
fn a_value_that_does_not_fit_is_a_failure_and_never_nothing() {
    let table = table(Profile::Goto, |mapping| {
        mapping.attributes[2].source = Source::Constant("perhaps".into());
        mapping.attributes[1].source = Source::Attribute("proxyAddresses".into());
        mapping.attributes[3].source = Source::Expression("Append([proxyAddresses], \"x\")".into());
    });
    let context = Context::at("2026-01-02T03:04:05Z".parse().expect("a time"));
    let person = ana();
    let flows = table.evaluate(&person, &context);
    let codes: Vec<_> =
        flows.iter().filter_map(|flow| Some((flow.row, flow.value.as_ref().err()?.code()))).collect();
    assert_eq!(codes, [(1, "SchemaPropertyCanOnlyAcceptValue"), (2, "InvalidValue"), (3, "EXPR-TYPE")]);
    assert!(flows[2].on_create().is_err() && flows[2].on_update().is_err());
}

#[test]
fn references_are_named_and_not_evaluated() {
    let table = table(Profile::Scim, |_| ());
    let references: Vec<_> =
        table.references().into_iter().map(|(row, name)| (row.target.to_string(), name)).collect();
    let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    assert_eq!(references, [(manager.to_owned(), "manager")]);
    assert!(!shown(&table, &ana()).contains("manager"));
    assert_eq!(table.matching().iter().map(|row| row.target.to_string()).collect::<Vec<_>>(), ["userName"]);
}
