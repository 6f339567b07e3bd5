//! What differs between two mappings.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::mutated::table;
use crate::{
    Apply, AttributeMapping, FilterGroup, MappingDiff, Profile, RowChange, Source, TableDiff, defaults,
};

#[test]
fn each_kind_of_difference_is_told_apart() {
    let before = defaults(Profile::Goto);
    let mut after = before.clone();
    let rows = &mut after.users.attributes;
    rows[0].target = "username".into();
    rows[1].matching = Some(2);
    rows[3].apply = Apply::OnlyDuringCreation;
    rows[5].source = Source::Constant("Sales".into());
    rows[5].default_value = Some(String::new());
    rows.remove(8);
    rows.swap(6, 7);
    rows.push(AttributeMapping { target: "title".into(), ..rows[4].clone() });
    after.users.actions.delete = true;
    after.groups.enabled = false;
    after.users.scope.push(FilterGroup { name: "Sales".into(), clauses: Vec::new() });
    let diff = MappingDiff::between(&before, &after);
    assert_snapshot!(serde_json::to_string_pretty(&diff).expect("it can be written"), @r#"
    {
      "users": {
        "actions": {
          "before": {
            "create": true,
            "update": true,
            "delete": false
          },
          "after": {
            "create": true,
            "update": true,
            "delete": true
          }
        },
        "rows": [
          {
            "change": "changed",
            "target": "username",
            "fields": [
              {
                "field": "target",
                "before": "userName",
                "after": "username"
              }
            ]
          },
          {
            "change": "changed",
            "target": "externalId",
            "fields": [
              {
                "field": "matching",
                "before": "",
                "after": "2"
              }
            ]
          },
          {
            "change": "changed",
            "target": "name.givenName",
            "fields": [
              {
                "field": "apply",
                "before": "Always",
                "after": "ObjectAddOnly"
              }
            ]
          },
          {
            "change": "changed",
            "target": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "fields": [
              {
                "field": "source",
                "before": "[department]",
                "after": "\"Sales\""
              },
              {
                "field": "defaultValue",
                "before": "",
                "after": "\"\""
              }
            ]
          },
          {
            "change": "removed",
            "row": {
              "target": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division",
              "source": {
                "attribute": "division"
              },
              "apply": "always"
            }
          },
          {
            "change": "added",
            "row": {
              "target": "title",
              "source": {
                "attribute": "surname"
              },
              "apply": "always"
            }
          }
        ],
        "reordered": true,
        "filters": [
          {
            "change": "added",
            "filter": {
              "name": "Sales",
              "clauses": []
            }
          }
        ]
      },
      "groups": {
        "enabled": false
      }
    }
    "#);
    assert!(MappingDiff::between(&after, &after).is_empty());
}

#[test]
fn a_source_of_another_kind_is_a_difference_even_where_it_reads_the_same() {
    let before = defaults(Profile::Goto).users;
    let mut after = before.clone();
    after.attributes[3].source = Source::Expression("[givenName]".into());
    let diff = TableDiff::between(&before, &after);
    let [RowChange::Changed { fields, .. }] = diff.rows.as_slice() else { panic!("{diff:?}") };
    assert_eq!(
        (fields[0].before.as_str(), fields[0].after.as_str()),
        ("[givenName] (attribute)", "[givenName] (expression)")
    );
}

proptest! {
    #[test]
    fn nothing_differs_exactly_where_everything_is_equal_and_both_ways_mirror_each_other(
        before in table(), after in table(),
    ) {
        let (there, back) = (TableDiff::between(&before, &after), TableDiff::between(&after, &before));
        prop_assert_eq!(there.is_empty(), before == after);
        prop_assert!(TableDiff::between(&before, &before).is_empty());
        prop_assert_eq!(there.is_empty(), back.is_empty());
        let count = |diff: &TableDiff, added: bool| diff.rows.iter().filter(|row| match row {
            RowChange::Added { .. } => added,
            RowChange::Removed { .. } => !added,
            RowChange::Changed { .. } => false,
        }).count();
        prop_assert_eq!(count(&there, true), count(&back, false));
        prop_assert_eq!(after.attributes.len() + count(&there, false), before.attributes.len() + count(&there, true));
    }
}
