//! Service providers that write the names of attributes in other capitals (RFC 7643 section 2.1).

use serde_json::json;
use usher_goto::{Capabilities, Dialect, Kind, Support};
use usher_scim::AttributePath;

use crate::stage::{Stage, ok, static_token, status};

#[tokio::test]
async fn lists_members_and_versions_are_read_and_written_in_any_case() {
    let stage = Stage::new(|seen| {
        let group =
            json!({"ID": "g", "DISPLAYNAME": "Pilot", "Meta": {"Version": "3"}, "Members": [{"VALUE": "a"}]});
        match seen.line.split(['?', ' ']).take(2).collect::<Vec<_>>()[..] {
            ["GET", "/identity/v1/Groups"] => ok(json!({"TotalResults": 1, "RESOURCES": [group]})),
            ["GET", _] => ok(group),
            _ => status(204),
        }
    })
    .await;
    let whole = Capabilities { patch: Support::No, ..Capabilities::assumed(Dialect::Scim2) };
    let provider = stage.provider_with(whole, static_token(stage.address));
    let listed = provider.list(Kind::Group, &[AttributePath::simple("displayName")]).await.unwrap();
    let group = &listed.items()[0];
    assert_eq!((group.id.as_str(), group.text("displayName")), ("g", Some("Pilot")));
    assert_eq!(group.etag.as_deref(), Some("3"));
    assert_eq!(group.members.as_ref().map(Vec::len), Some(1));
    provider.add_members(&group.id, &["b".into()]).await.unwrap();
    let put = stage.seen().pop().unwrap().body;
    assert_eq!(put, json!({"DISPLAYNAME": "Pilot", "Members": [{"value": "a"}, {"value": "b"}]}));
}
