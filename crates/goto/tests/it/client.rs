//! The client in both dialects against a server that pages, refuses, forgets and loses replies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::stage::{Reply, Stage, ok, provider_at, static_token, status};
use futures::future::{BoxFuture, FutureExt};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use usher_auth::{Need, Origin, Secret, TokenError, TokenSource};
use usher_goto::{
    Capabilities, Class, Dialect, FilterSupport, Kind, MemberPatch, Outcome, ScimId, Support, Value, Write,
};
use usher_scim::AttributePath;

fn paths(names: &[&str]) -> Vec<AttributePath> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn ids(names: &[&str]) -> Vec<ScimId> {
    names.iter().map(|name| ScimId::from(*name)).collect()
}

/// A list of users `u1..` that honours `startIndex` and `count`.
fn page(line: &str, all: usize, rows: &str) -> Reply {
    let number = |name: &str| -> usize {
        let (_, rest) = line.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().parse().unwrap()
    };
    let (start, count) = (number("startIndex"), number("count"));
    let users: Vec<Json> =
        (start..(start + count).min(all + 1)).map(|n| json!({"id": format!("u{n}")})).collect();
    ok(json!({"totalResults": all, rows: users}))
}

#[tokio::test]
async fn lists_are_read_to_the_end_in_both_dialects() {
    for (dialect, rows) in [(Dialect::GotoV1, "resources"), (Dialect::Scim2, "Resources")] {
        let stage = Stage::new(move |seen| page(&seen.line, 250, rows)).await;
        let provider = stage.provider(dialect);
        let whole = provider.list(Kind::User, &[]).await.unwrap();
        assert_eq!(whole.items().len(), 250);
        assert_eq!(whole.items()[249].id.as_str(), "u250");
        assert_eq!(
            stage.lines(),
            [
                "GET Users?startIndex=1&count=100",
                "GET Users?startIndex=101&count=100",
                "GET Users?startIndex=201&count=100"
            ]
        );
    }
}

#[tokio::test]
async fn a_server_that_ignores_paging_is_read_once() {
    let all: Vec<Json> = (1..=130).map(|n| json!({"id": n})).collect();
    let with_total = json!({"totalResults": 130, "resources": all});
    let stage = Stage::new(move |_| ok(with_total.clone())).await;
    assert_eq!(stage.provider(Dialect::GotoV1).list(Kind::User, &[]).await.unwrap().items().len(), 130);
    assert_eq!(stage.seen().len(), 1);

    let without = json!({"resources": [{"id": 9007199254740993_i64}, {"id": "2"}]});
    let stage = Stage::new(move |_| ok(without.clone())).await;
    let whole = stage.provider(Dialect::GotoV1).list(Kind::User, &[]).await.unwrap();
    assert_eq!(whole.items()[0].id.as_str(), "9007199254740993", "no digit is lost");
    assert_eq!((whole.items().len(), stage.seen().len()), (2, 2));
}

#[tokio::test]
async fn a_short_or_moving_list_is_no_proof() {
    let short = Stage::new(|seen| match seen.line.contains("startIndex=1&") {
        true => ok(json!({"totalResults": 3, "resources": [{"id": "1"}]})),
        false => ok(json!({"totalResults": 3, "resources": []})),
    })
    .await;
    let error = short.provider(Dialect::GotoV1).list(Kind::User, &[]).await.unwrap_err();
    assert_eq!(error.class, Class::Incomplete);
    assert_eq!(short.seen().len(), 4, "one second pass, then given up");

    let moved_once = Stage::new(|seen| match seen.n {
        1 => ok(json!({"totalResults": 201, "resources": [{"id": "u100"}]})),
        _ => page(&seen.line, 200, "resources"),
    })
    .await;
    let whole = moved_once.provider(Dialect::GotoV1).list(Kind::User, &[]).await.unwrap();
    assert_eq!(whole.items().len(), 200);
    assert_eq!(moved_once.seen().len(), 4);
}

#[tokio::test]
async fn a_page_that_is_no_list_is_not_an_empty_list() {
    for body in
        [json!({"message": "welcome"}), json!({"totalResults": 7}), json!([]), Json::Null, json!("<html>")]
    {
        let stage = Stage::new(move |_| ok(body.clone())).await;
        let error = stage.provider(Dialect::Scim2).list(Kind::User, &[]).await.unwrap_err();
        assert_eq!(error.class, Class::Protocol);
    }
}

#[tokio::test]
async fn looking_up_quotes_encodes_and_compares() {
    let stage = Stage::new(|seen| match seen.line.contains("ana") {
        true => ok(
            json!({"totalResults": 1, "resources": [{"id": "7", "userName": "ana \"o'n\"+x@contoso.example",
            "name": {"givenName": "Ana"}}]}),
        ),
        false => ok(json!({"totalResults": 0, "resources": []})),
    })
    .await;
    let provider = stage.provider(Dialect::GotoV1);
    let by = AttributePath::simple("userName");
    let text = "Ana \"O'N\"+x@contoso.example";
    let found = provider.find(Kind::User, &by, text, &paths(&["name.givenName"])).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text("name.givenName"), Some("Ana"));
    let seen = stage.seen();
    assert!(
        seen[0].line.ends_with(r#"filter=userName eq "Ana \"O'N\"+x@contoso.example""#),
        "{}",
        seen[0].line
    );
    assert!(!seen[0].raw_query.contains('+'), "spaces are %20: {}", seen[0].raw_query);
    assert!(seen[1].line.contains("ana"), "asked again in lower case");
    assert_eq!(seen[0].cache_control, "no-cache");

    let error = provider.find(Kind::User, &AttributePath::simple("externalId"), "x", &[]).await.unwrap_err();
    assert_eq!((error.class, stage.seen().len()), (Class::Unsupported, 2));
}

#[tokio::test]
async fn a_server_that_ignores_filters_finds_nobody() {
    let stage = Stage::new(|_| ok(json!({"totalResults": 2, "Resources": [{"id": "1", "userName": "a"}, {"id": "2", "userName": "b"}]}))).await;
    let by = AttributePath::simple("userName");
    let provider = stage.provider(Dialect::Scim2);
    assert_eq!(provider.find(Kind::User, &by, "nobody", &[]).await.unwrap(), []);
    assert_eq!(provider.find(Kind::User, &by, "B", &[]).await.unwrap()[0].id.as_str(), "2");
}

#[tokio::test]
async fn without_filters_everybody_is_read_and_404_for_no_hits_is_nobody() {
    let stage = Stage::new(|_| ok(json!({"totalResults": 2, "Resources": [{"id": "1", "userName": "a"}, {"id": "2", "userName": "b"}]}))).await;
    let can = Capabilities { user_filters: FilterSupport::None, ..Capabilities::assumed(Dialect::Scim2) };
    let provider = stage.provider_with(can, static_token(stage.address));
    let by = AttributePath::simple("userName");
    assert_eq!(provider.find(Kind::User, &by, "B", &[]).await.unwrap_err().class, Class::Unsupported);
    let found = provider.search(Kind::User, &by, "B", &[]).await.unwrap();
    assert_eq!(found.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["2"]);
    assert_eq!(found[0].attributes.len(), 0, "only what was asked for");
    assert_eq!(stage.lines(), ["GET Users?startIndex=1&count=100"]);

    let strict = Stage::new(|_| status(404)).await;
    assert_eq!(strict.provider(Dialect::Scim2).find(Kind::User, &by, "b", &[]).await.unwrap(), []);
}

#[tokio::test]
async fn values_are_flat() {
    let stage = Stage::new(|_| {
        ok(json!({"id": "1", "active": true, "userName": "ana", "name": {"givenName": "Ana", "familyName": null},
            "emails": [{"type": "work", "value": "w"}, {"type": "home", "value": "h"}], "logins": 3, "tags": ["x", "y"],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}}))
    })
    .await;
    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    let wanted = paths(&[
        "active",
        "name.givenName",
        "name.familyName",
        "emails[type eq \"work\"].value",
        "emails.value",
        "logins",
        "tags",
        department,
        "absent",
    ]);
    let user = stage.provider(Dialect::Scim2).get(Kind::User, &"1".into(), &wanted).await.unwrap();
    let texts = |values: &[&str]| Value::Texts(values.iter().map(|text| (*text).to_owned()).collect());
    let expected = [
        ("active", Value::Boolean(true)),
        ("emails.value", texts(&["w", "h"])),
        ("emails[type eq \"work\"].value", "w".into()),
        ("logins", Value::Integer(3)),
        ("name.givenName", "Ana".into()),
        ("tags", texts(&["x", "y"])),
        (department, "Sales".into()),
    ];
    let found: Vec<(&str, Value)> =
        user.attributes.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
    assert_eq!(found, expected);
    assert!(!format!("{user:?}").contains("Sales"), "logs hold names of attributes, no values");
}

#[tokio::test]
async fn one_changed_attribute_is_one_patch_with_one_operation() {
    let stage = Stage::new(|_| status(204)).await;
    let provider = stage.provider(Dialect::Scim2);
    let change = [Write::replace("name.givenName", "Anna").unwrap()];
    provider.update(Kind::User, &"7".into(), &change).await.unwrap();
    let seen = stage.seen();
    assert_eq!(stage.lines(), ["PATCH Users/7"]);
    assert_eq!(
        seen[0].body,
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "name.givenName", "value": "Anna"}]})
    );
    assert_eq!(seen[0].content_type, "application/scim+json");
    assert!(seen[0].accept.starts_with("application/scim+json"));
}

#[tokio::test]
async fn goto_takes_partial_objects_with_whole_names() {
    let stage = Stage::new(|seen| match seen.line.starts_with("GET") {
        true => ok(json!({"id": "7", "name": {"givenName": "Ana", "familyName": "Lee"}})),
        false => status(200),
    })
    .await;
    let provider = stage.provider(Dialect::GotoV1);
    provider
        .update(Kind::User, &"7".into(), &[Write::replace("displayName", "Ana L").unwrap()])
        .await
        .unwrap();
    provider
        .update(Kind::User, &"7".into(), &[Write::replace("name.givenName", "Anna").unwrap()])
        .await
        .unwrap();
    provider.disable(&"7".into()).await.unwrap();
    assert_eq!(stage.lines(), ["PATCH Users/7", "GET Users/7", "PATCH Users/7", "PATCH Users/7"]);
    let seen = stage.seen();
    assert_eq!(seen[0].body, json!({"displayName": "Ana L"}));
    assert_eq!(seen[2].body, json!({"name": {"givenName": "Anna", "familyName": "Lee"}}));
    assert_eq!(seen[3].body, json!({"active": false}));
    assert_eq!(seen[0].content_type, "application/json");
}

#[tokio::test]
async fn without_patch_objects_are_written_whole_and_bound_to_their_version() {
    let stage = Stage::new(|seen| match seen.line.starts_with("GET") {
        true => Reply(
            200,
            json!({"id": "7", "userName": "ana", "zzz": {"kept": 1}, "meta": {"version": "W/\"1\""},
            "urn:scim:schemas:extension:getgo:1.0": {"accounts": []}}),
            vec![("etag", "W/\"1\"".into())],
        ),
        false => status(412),
    })
    .await;
    let can = Capabilities { patch: Support::No, ..Capabilities::assumed(Dialect::Scim2) };
    let provider = stage.provider_with(can, static_token(stage.address));
    let error =
        provider.update(Kind::User, &"7".into(), &[Write::add("title", "CEO").unwrap()]).await.unwrap_err();
    assert_eq!((error.class, error.outcome), (Class::Conflict, Outcome::NotProcessed));
    let put = &stage.seen()[1];
    assert_eq!(put.line, "PUT /identity/v1/Users/7");
    assert_eq!(put.body, json!({"userName": "ana", "zzz": {"kept": 1}, "title": "CEO"}));
    assert_eq!(put.if_match, "W/\"1\"");
}

#[tokio::test]
async fn a_server_that_turns_out_to_have_no_patch_gets_whole_objects_from_then_on() {
    for refusal in [405, 501] {
        let stage = Stage::new(move |seen| match &seen.line {
            line if line.starts_with("PATCH") => status(refusal),
            line if line.starts_with("GET") => {
                ok(json!({"id": "7", "userName": "ana", "members": [{"value": "1"}]}))
            }
            _ => status(200),
        })
        .await;
        let provider = stage.provider(Dialect::Scim2);
        for title in ["CEO", "CTO"] {
            let title = [Write::replace("title", title).unwrap()];
            provider.update(Kind::User, &"7".into(), &title).await.unwrap();
        }
        provider.add_members(&"7".into(), &ids(&["2"])).await.unwrap();
        let (user, group) =
            (["GET Users/7", "PUT Users/7"], ["PATCH Groups/7", "GET Groups/7", "PUT Groups/7"]);
        let expected: Vec<&str> =
            ["PATCH Users/7"].iter().chain(&user).chain(&user).chain(&group).copied().collect();
        assert_eq!(stage.lines(), expected, "each use of PATCH is tried once");
        let seen = stage.seen();
        assert_eq!((&seen[2].body["title"], &seen[2].body["userName"]), (&json!("CEO"), &json!("ana")));
        assert_eq!(seen[7].body["members"], json!([{"value": "1"}, {"value": "2"}]));
    }
    let read_only = Stage::new(|seen| match seen.line.starts_with("GET") {
        true => ok(json!({"id": "7"})),
        false => status(405),
    })
    .await;
    let title = [Write::add("title", "CEO").unwrap()];
    let error = read_only.provider(Dialect::Scim2).update(Kind::User, &"7".into(), &title).await.unwrap_err();
    assert_eq!((error.class, read_only.seen().len()), (Class::Forbidden, 3));
}

#[tokio::test]
async fn members_whom_no_path_can_name_are_taken_out_by_writing_the_group() {
    for (put, expected) in [(200, Ok(())), (405, Err(Some(400)))] {
        let stage = Stage::new(move |seen| match &seen.line {
            line if line.starts_with("PATCH") => status(400),
            line if line.starts_with("GET") => {
                ok(json!({"id": "7", "displayName": "Pilot", "members": [{"value": "1"}, {"value": "2"}]}))
            }
            _ => status(put),
        })
        .await;
        let provider = stage.provider(Dialect::Scim2);
        let removed = provider.remove_members(&"7".into(), &ids(&["2"])).await;
        assert_eq!(removed.map_err(|error| error.status), expected);
        assert_eq!(stage.lines(), ["PATCH Groups/7", "GET Groups/7", "PUT Groups/7"]);
        let body = &stage.seen()[2].body;
        assert_eq!(body, &json!({"displayName": "Pilot", "members": [{"value": "1"}]}));
        // A refused addition speaks of those who are to be added: it is told, and not tried another way.
        let added = provider.add_members(&"7".into(), &ids(&["3"])).await;
        assert_eq!(added.map_err(|error| error.status), Err(Some(400)));
        assert_eq!(stage.seen().len(), 4);
    }
}

#[tokio::test]
async fn groups_without_members_in_a_list_are_empty_where_others_show_theirs() {
    // Members in the list by group, members of the group itself, and what is asked.
    type Case = (&'static [Option<usize>], usize, &'static [&'static str], &'static [Option<usize>]);
    const LIST: &str = "GET Groups?startIndex=1&count=100";
    let cases: [Case; 5] = [
        (&[Some(2), None, None], 0, &[LIST, "GET Groups/g1"], &[Some(2), Some(0), Some(0)]),
        (&[Some(2), None, None], 3, &[LIST, "GET Groups/g1"], &[Some(2), None, None]),
        (&[None, None], 0, &[LIST], &[None, None]),
        (&[Some(0), None], 0, &[LIST], &[Some(0), None]),
        (&[Some(1), Some(0)], 0, &[LIST], &[Some(1), Some(0)]),
    ];
    for (listed, itself, asked, expected) in cases {
        let members = |count: usize| (0..count).map(|n| json!({"value": n.to_string()})).collect::<Json>();
        let rows: Vec<Json> = listed
            .iter()
            .enumerate()
            .map(|(n, count)| match count {
                Some(count) => json!({"id": format!("g{n}"), "members": members(*count)}),
                None => json!({"id": format!("g{n}")}),
            })
            .collect();
        let one = json!({"id": "g1", "members": members(itself)});
        let whole = json!({"totalResults": rows.len(), "Resources": rows});
        let stage = Stage::new(move |seen| {
            ok(if seen.line.contains("Groups/") { one.clone() } else { whole.clone() })
        });
        let stage = stage.await;
        let groups = stage.provider(Dialect::Scim2).list(Kind::Group, &[]).await.unwrap();
        let found: Vec<Option<usize>> =
            groups.items().iter().map(|group| group.members.as_ref().map(Vec::len)).collect();
        assert_eq!(
            (stage.lines(), found),
            (asked.iter().map(|&line| line.to_owned()).collect(), expected.to_vec())
        );
    }
}

#[tokio::test]
async fn members_by_patch_in_scim2() {
    let stage = Stage::new(|_| status(204)).await;
    let provider = stage.provider(Dialect::Scim2);
    let group = ScimId::from("g");
    provider.add_members(&group, &ids(&["1", "2"])).await.unwrap();
    provider.remove_members(&group, &ids(&["1"])).await.unwrap();
    provider.remove_members(&group, &[]).await.unwrap();
    let operations: Vec<Json> = stage.seen().iter().map(|seen| seen.body["Operations"].clone()).collect();
    assert_eq!(
        operations,
        [
            json!([{"op": "add", "path": "members", "value": [{"value": "1"}, {"value": "2"}]}]),
            json!([{"op": "remove", "path": "members[value eq \"1\"]"}]),
        ]
    );
}

#[tokio::test]
async fn members_of_goto_groups_are_merged_and_limited() {
    let group = |size: usize| {
        let members: Vec<Json> = (0..size).map(|n| json!({"type": "user", "value": n.to_string()})).collect();
        json!({"id": "g", "displayName": "Sales", "members": members, "meta": {"created": "x"}})
    };
    let small =
        Stage::new(move |seen| if seen.line.starts_with("GET") { ok(group(2)) } else { status(200) }).await;
    let provider = small.provider(Dialect::GotoV1);
    provider.add_members(&"g".into(), &ids(&["1", "7"])).await.unwrap();
    provider.remove_members(&"g".into(), &ids(&["0"])).await.unwrap();
    let seen = small.seen();
    let user = |id: &str| json!({"type": "user", "value": id});
    assert_eq!(small.lines(), ["GET Groups/g", "PUT Groups/g", "GET Groups/g", "PUT Groups/g"]);
    assert_eq!(seen[1].body, json!({"displayName": "Sales", "members": [user("0"), user("1"), user("7")]}));
    assert_eq!(seen[3].body["members"], json!([user("1")]));

    let large = Stage::new(move |_| ok(group(100))).await;
    let provider = large.provider(Dialect::GotoV1);
    let error = provider.add_members(&"g".into(), &ids(&["new"])).await.unwrap_err();
    assert_eq!((error.class, error.outcome), (Class::TooManyMembers { limit: 100 }, Outcome::NotProcessed));
    assert_eq!(large.lines(), ["GET Groups/g"], "nothing is written");
    provider.add_members(&"g".into(), &ids(&["5"])).await.unwrap();
    let many: Vec<ScimId> = (0..101).map(|n| ScimId(n.to_string())).collect();
    assert_eq!(
        provider.add_members(&"g".into(), &many).await.unwrap_err().class,
        Class::TooManyMembers { limit: 100 }
    );

    let proven = Stage::new(|_| status(200)).await;
    let can =
        Capabilities { member_patch: MemberPatch::AddsAndRemoves, ..Capabilities::assumed(Dialect::GotoV1) };
    let provider = proven.provider_with(can, static_token(proven.address));
    provider.add_members(&"g".into(), &ids(&["7"])).await.unwrap();
    provider.remove_members(&"g".into(), &ids(&["7"])).await.unwrap();
    assert_eq!(proven.lines(), ["PATCH Groups/g", "PATCH Groups/g"]);
    assert_eq!(proven.seen()[0].body, json!({"members": [user("7")]}));
    assert_eq!(proven.seen()[1].body["members"][0]["operation"], json!("delete"));
}

#[tokio::test]
async fn writes_are_sent_once_whatever_happens() {
    for (code, class, outcome) in [
        (429, Class::TooMany { retry_after: Some(Duration::from_secs(7)) }, Outcome::NotProcessed),
        (500, Class::Server, Outcome::Unknown),
        (502, Class::Server, Outcome::Unknown),
        (503, Class::Server, Outcome::Unknown),
        (504, Class::Server, Outcome::Unknown),
        (409, Class::Conflict, Outcome::NotProcessed),
        (400, Class::Invalid, Outcome::NotProcessed),
        (404, Class::NotFound, Outcome::NotProcessed),
        (302, Class::Protocol, Outcome::NotProcessed),
    ] {
        let stage = Stage::new(move |_| {
            Reply(code, Json::Null, vec![("retry-after", "7".into()), ("location", "/x".into())])
        })
        .await;
        let provider = stage.provider(Dialect::GotoV1);
        let write = [Write::add("userName", "ana").unwrap()];
        let error = provider.create(Kind::User, &write, &[]).await.unwrap_err();
        assert_eq!((error.class, error.outcome, stage.seen().len()), (class, outcome, 1), "{code}");
    }
}

#[tokio::test]
async fn a_lost_reply_is_unknown_and_a_refused_connection_is_not() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let server = tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            assert!(socket.read(&mut buffer).await.unwrap_or(0) > 0, "a request came");
            if counter.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
                let _ = socket.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 50\r\n\r\n{\"id").await;
            }
        }
    });
    let provider = provider_at(address, Capabilities::assumed(Dialect::GotoV1), static_token(address));
    let write = [Write::add("userName", "ana").unwrap()];
    for sent in 1..=2 {
        let error = provider.create(Kind::User, &write, &[]).await.unwrap_err();
        assert_eq!((error.class, error.outcome), (Class::LostReply, Outcome::Unknown));
        assert_eq!(count.load(Ordering::SeqCst), sent, "sent once");
    }
    server.abort();
    let _ = server.await;
    let error = provider.delete(Kind::User, &"7".into()).await.unwrap_err();
    assert_eq!((error.class, error.outcome), (Class::Unreachable, Outcome::NotProcessed));
    assert!(!error.to_string().contains("127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn reads_are_repeated_within_bounds() {
    let stage = Stage::new(|seen| match seen.n {
        0 => Reply(429, Json::Null, vec![("retry-after", "1".into())]),
        1 => status(502),
        _ => ok(json!({"id": "1"})),
    })
    .await;
    let start = std::time::Instant::now();
    stage.provider(Dialect::GotoV1).get(Kind::User, &"1".into(), &[]).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(stage.seen().len(), 3);
    let down = Stage::new(|_| status(503)).await;
    let error = down.provider(Dialect::GotoV1).get(Kind::User, &"1".into(), &[]).await.unwrap_err();
    assert_eq!((error.class, down.seen().len()), (Class::Server, 6));
}

/// Counts refreshes; the token names how often it was renewed.
struct Renewing {
    origin: Origin,
    renewed: AtomicUsize,
}

impl TokenSource for Renewing {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn token(&self, need: Need) -> BoxFuture<'_, Result<Secret, TokenError>> {
        if need == Need::Fresh {
            self.renewed.fetch_add(1, Ordering::SeqCst);
        }
        let text = format!("t{}", self.renewed.load(Ordering::SeqCst));
        futures::future::ready(Ok(Secret::new(text))).boxed()
    }
}

#[tokio::test]
async fn swapped_401_and_403_are_told_apart_with_one_renewal() {
    let no_role =
        json!({"error": [{"description": "Incident #1", "code": "not.authorized", "uri": "/v1/Users"}]});
    let cases = [
        (Dialect::GotoV1, 401, no_role, Class::NeedsOrganisationRole, 0),
        (Dialect::GotoV1, 401, Json::Null, Class::NeedsOrganisationRole, 1),
        (Dialect::GotoV1, 403, json!("Invalid token"), Class::BadToken, 1),
        (Dialect::Scim2, 401, Json::Null, Class::BadToken, 1),
        (Dialect::Scim2, 403, Json::Null, Class::Forbidden, 0),
    ];
    for (dialect, code, body, class, renewals) in cases {
        let stage = Stage::new(move |_| Reply(code, body.clone(), vec![])).await;
        let origin = format!("http://{}", stage.address).parse().unwrap();
        let tokens = Arc::new(Renewing { origin, renewed: AtomicUsize::new(0) });
        let provider = stage.provider_with(Capabilities::assumed(dialect), tokens.clone());
        let error = provider.delete(Kind::User, &"7".into()).await.unwrap_err();
        assert_eq!(
            (error.class, tokens.renewed.load(Ordering::SeqCst)),
            (class, renewals),
            "{dialect:?} {code}"
        );
        assert_eq!(stage.seen().len(), renewals + 1);
        assert!(error.definitely_not_processed());
    }
    let expired = Stage::new(|seen| if seen.token == "Bearer t0" { status(403) } else { status(200) }).await;
    let origin = format!("http://{}", expired.address).parse().unwrap();
    let tokens = Arc::new(Renewing { origin, renewed: AtomicUsize::new(0) });
    let provider = expired.provider_with(Capabilities::assumed(Dialect::GotoV1), tokens);
    provider.delete(Kind::User, &"7".into()).await.unwrap();
}

#[tokio::test]
async fn a_token_for_another_origin_is_never_attached() {
    let stage = Stage::new(|_| ok(json!({"id": "1"}))).await;
    let other: Origin = "https://api.getgo.com".parse().unwrap();
    let tokens = Arc::new(Renewing { origin: other, renewed: AtomicUsize::new(0) });
    let base = format!("http://{}/identity/v1", stage.address).parse().unwrap();
    let can = Capabilities::assumed(Dialect::GotoV1);
    let refused = usher_goto::ServiceProvider::new(base, tokens, Arc::new(usher_goto::Pacer::new(0)), can);
    assert_eq!(refused.unwrap_err().class, Class::OtherOrigin);
    assert_eq!(stage.seen().len(), 0);
}

#[tokio::test]
async fn capabilities_are_saved_and_read_again() {
    let can = Capabilities { user_filters: FilterSupport::Any, ..Capabilities::assumed(Dialect::GotoV1) };
    let text = serde_json::to_string(&can).unwrap();
    assert_eq!(serde_json::from_str::<Capabilities>(&text).unwrap(), can);
    insta::assert_snapshot!(text, @r#"{"dialect":"goto-v1","active":"unproven","externalId":"unproven","enterprise":"unproven","groups":"unproven","patch":"unproven","memberPatch":"no","userFilters":"any","groupFilters":{"these":["displayName"]},"paging":"unproven","pageSize":100,"etag":"unproven","membersPerRequest":100,"booleanAsText":false}"#);
}

#[tokio::test]
async fn a_token_that_a_server_echoes_does_not_reach_the_error() {
    let stage = Stage::new(|seen| {
        Reply(400, json!({"detail": format!("{} {}", seen.token, "x".repeat(5000))}), vec![])
    })
    .await;
    let error = stage.provider(Dialect::Scim2).delete(Kind::User, &"7".into()).await.unwrap_err();
    assert!(error.detail.starts_with("Bearer [secret] xxx"), "{error}");
    assert!(error.detail.len() < 700 && !format!("{error:?}").contains("t0"), "{error:?}");
}

#[tokio::test]
async fn a_goto_group_that_is_gone_does_not_look_like_a_missing_role() {
    let refusal = json!({"error": [{"code": "group.not.in.organization", "description": "no"}]});
    let gone = Stage::new(move |seen| match seen.line.starts_with("GET") {
        true => status(404),
        false => Reply(401, refusal.clone(), vec![]),
    })
    .await;
    let error = gone.provider(Dialect::GotoV1).delete(Kind::Group, &"7".into()).await.unwrap_err();
    assert_eq!((error.class, error.outcome), (Class::NotFound, Outcome::NotProcessed));
    let refused = Stage::new(|_| status(401)).await;
    let error = refused.provider(Dialect::GotoV1).delete(Kind::Group, &"7".into()).await.unwrap_err();
    assert_eq!(error.class, Class::NeedsOrganisationRole);
    assert!(error.stops_the_run());
}
