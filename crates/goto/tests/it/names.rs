//! Service providers that write the names of attributes in other capitals (RFC 7643 section 2.1), or page by cursor.

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

/// RFC 9865: whoever pages by cursor may ignore `startIndex`.
#[tokio::test]
async fn pages_are_followed_by_their_cursors() {
    let stage = Stage::new(|seen| match seen.raw_query.as_str() {
        "cursor=a%2Fb%3D&count=100" => ok(json!({"totalResults": 2, "Resources": [{"id": "2"}]})),
        _ => ok(json!({"totalResults": 2, "nextCursor": "a/b=", "Resources": [{"id": "1"}]})),
    })
    .await;
    let listed = stage.provider(Dialect::Scim2).list(Kind::User, &[]).await.unwrap();
    let ids: Vec<&str> = listed.items().iter().map(|user| user.id.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(stage.lines(), ["GET Users?startIndex=1&count=100", "GET Users?cursor=a/b=&count=100"]);
}
