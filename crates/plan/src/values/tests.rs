//! What a plan holds of random and redacted values.

use usher_mapping::{ObjectType, Profile, Row, Source, compile, defaults};

use super::*;

const KEY: &DigestKey = &DigestKey::new([7; 32]);

/// The row of `title` with this expression, handed to `look`.
fn with_field<T>(source: &str, look: impl FnOnce(&Field<'_>) -> T) -> T {
    let mut mapping = defaults(Profile::Scim).users;
    let is_title = |target: &str| target == "title";
    let row = mapping.attributes.iter_mut().find(|row| is_title(&row.target)).expect("it is mapped");
    row.source = Source::Expression(source.to_owned());
    row.default_value = Some("nobody".to_owned());
    let table = compile(Profile::Scim, ObjectType::User, &mapping).table.expect("it is right");
    let is_row = |row: &&Row| is_title(&row.target.to_string());
    let row = table.rows().iter().find(is_row).expect("it is mapped");
    look(&Field { path: "title".into(), required: false, row, key: KEY })
}

fn subject() -> Subject<'static> {
    Subject { object: Object::Nobody, soft_deleted: true }
}

/// What is planned for a create, and for an update where something else stands.
fn planned(source: &str) -> (Option<Value>, Option<Value>) {
    with_field(source, |field| {
        let context = Context::at(jiff::Timestamp::UNIX_EPOCH);
        let created = field.on_create(&subject(), &context).expect("it is computed");
        let updated = field.on_update(&subject(), &context, &Attribute::Text("old")).expect("it is computed");
        let show = |wanted: Option<Wanted>| wanted.map(|wanted| wanted.planned(field, "u-ana"));
        (show(created), show(updated))
    })
}

#[test]
fn redacted_and_random_values_are_planned_without_being_shown() {
    let redacted = Some(Value::Redacted { redacted: KEY.digest(["u-ana", "title", "True"]) });
    assert_eq!(planned("Redact([IsSoftDeleted])"), (redacted.clone(), redacted));
    let drawn =
        |placeholder: &str, redacted| Some(Value::Drawn { placeholder: placeholder.to_owned(), redacted });
    let guid = "Append(Guid(), [IsSoftDeleted])";
    assert_eq!(planned(guid), (drawn(guid, false), drawn(guid, false)));
    let both = "Redact(RandomString(8, 1, 1, 1, 1))";
    assert_eq!(planned(both), (drawn(both, true), drawn(both, true)));
    assert_eq!(planned("Redact([mail])"), (Some(Value::Text("nobody".to_owned())), None));
}

#[test]
fn a_redacted_value_is_compared_and_a_drawn_one_only_fills_a_gap() {
    let same = |source: &str, read: Attribute<'_>| {
        with_field(source, |field| {
            let context = Context::at(jiff::Timestamp::UNIX_EPOCH);
            let wanted = field.value(&subject(), &context).expect("it is computed").expect("it flows");
            field.same(&read, &wanted)
        })
    };
    let redacted = "Redact([IsSoftDeleted])";
    assert!(same(redacted, Attribute::Text("True")) && !same(redacted, Attribute::Text("other")));
    assert!(same("Guid()", Attribute::Text("anything")) && !same("Guid()", Attribute::Absent));
}

#[test]
fn the_old_value_of_a_redacted_attribute_is_not_shown_either() {
    with_field("Redact([IsSoftDeleted])", |field| {
        let context = Context::at(jiff::Timestamp::UNIX_EPOCH);
        let wanted = field.value(&subject(), &context).expect("it is computed").expect("it flows");
        let before = field.before(&Attribute::Text("secret"), &wanted, "u-ana");
        assert!(matches!(before, Some(Value::Redacted { .. })), "{before:?}");
        assert_ne!(before, field.before(&Attribute::Text("secret"), &wanted, "u-bo"), "people differ");
        assert!(wanted.key().is_none(), "nobody is looked up by it");
    });
}

#[test]
fn a_row_that_only_adds_keeps_what_is_there() {
    let badges = "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badges";
    let mut mapping = defaults(Profile::Goto).users;
    mapping.custom.push(usher_mapping::CustomAttribute {
        name: badges.to_owned(),
        kind: TargetType::Text,
        multivalued: true,
        required: true,
        case_exact: false,
    });
    mapping.attributes.push(usher_mapping::AttributeMapping {
        target: badges.to_owned(),
        source: Source::Expression("Split(\"b,A\", \",\")".to_owned()),
        default_value: None,
        matching: None,
        apply: Apply::AddsOnly,
    });
    let table = compile(Profile::Goto, ObjectType::User, &mapping).table.expect("it is right");
    let row = table.rows().last().expect("it has rows");
    assert!(row.required);
    let field = Field { path: badges.into(), required: true, row, key: KEY };
    let context = Context::at(jiff::Timestamp::UNIX_EPOCH);
    let update = |read: Attribute<'_>| {
        let wanted = field.on_update(&subject(), &context, &read).expect("it is computed").expect("a value");
        let in_step = field.same(&read, &wanted);
        (wanted.in_clear(), in_step)
    };
    let texts = |texts: &[&str]| Value::Texts(texts.iter().map(|&text| text.to_owned()).collect());
    assert_eq!(update(Attribute::Absent), (texts(&["b", "A"]), false));
    assert_eq!(update(Attribute::Texts(["a", "z"].as_slice().into())), (texts(&["a", "z", "b"]), false));
    assert_eq!(update(Attribute::Texts(["a", "z", "B"].as_slice().into())), (texts(&["a", "z", "B"]), true));
    assert_eq!(update(Attribute::Text("z")), (texts(&["z", "b", "A"]), false));
}
