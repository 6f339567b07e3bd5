//! Creates that are accepted without an id, and addresses at which no service provider is.

use serde_json::{Value as Json, json};
use usher_goto::{Class, Dialect, Kind, Resource, Write};

use crate::stage::{Reply, Stage, ok, status};

fn ana() -> [Write; 1] {
    [Write::add("userName", "ana").unwrap()]
}

/// What a create gives where it is answered with this, and the requests that it took.
async fn made(code: u16, body: Json, location: Option<&'static str>) -> (Option<Resource>, Vec<String>) {
    let stage = Stage::new(move |seen| match seen.line.as_str() {
        line if line.starts_with("POST") => {
            let location = location.map(|at| at.replace("HOST", &seen.host));
            Reply(code, body.clone(), location.map(|at| ("location", at)).into_iter().collect())
        }
        "GET /identity/v1/Users/late" => status(404),
        _ => ok(json!({"id": 9007199254740993_i64, "userName": "ana"})),
    })
    .await;
    let made = stage.provider(Dialect::Scim2).create(Kind::User, &ana(), &[]).await.unwrap();
    (made, stage.lines())
}

#[tokio::test]
async fn the_id_of_what_was_made_is_read_at_its_location() {
    let there = "http://HOST/identity/v1/Users/7";
    for (code, body) in [
        (201, Json::Null),
        (200, Json::Null),
        (202, json!({"status": "pending"})),
        (201, json!({"userName": "ana"})),
        (201, json!("Created")),
    ] {
        for at in [there, "/identity/v1/Users/7", "//HOST/identity/v1/Users/7", "Users/7"] {
            let (made, lines) = made(code, body.clone(), Some(at)).await;
            assert_eq!(made.expect(at).id.as_str(), "9007199254740993", "{code} {at}");
            assert_eq!(lines, ["POST Users", "GET Users/7"], "{code} {at}");
        }
    }
    let (made, lines) = made(201, json!({"id": "8"}), Some(there)).await;
    assert_eq!((made.unwrap().id.as_str(), lines.len()), ("8", 1), "it was told already");
}

#[tokio::test]
async fn a_location_that_is_no_object_of_ours_is_not_read() {
    for at in [
        "http://127.0.0.1:1/identity/v1/Users/7",
        "https://HOST/identity/v1/Users/7",
        "http://HOST/identity/v1/Groups/7",
        "http://HOST/identity/v1/Operations/7",
        "http://HOST/identity/v1/Users/../Operations/7",
        "http://HOST/identity/v1/Users/",
        "http://HOST/identity/v1/UsersOfOthers/7",
        "http://HOST/other/Users/7",
        "http://",
    ] {
        let (made, lines) = made(202, Json::Null, Some(at)).await;
        assert_eq!((made, lines), (None, vec!["POST Users".to_owned()]), "{at}");
    }
    let (nowhere, lines) = made(201, Json::Null, None).await;
    assert_eq!((nowhere, lines.len()), (None, 1));
    let (late, lines) = made(201, Json::Null, Some("/identity/v1/Users/late")).await;
    assert_eq!((late, lines.len()), (None, 2), "it does not show yet");
}

#[tokio::test]
async fn pages_and_redirects_say_that_the_address_is_wrong() {
    let page = "<!DOCTYPE html>\n<html><body>Sign in</body></html>";
    for (code, body, location, detail) in [
        (200, page, None, "a web page answers there, not a SCIM service provider"),
        (302, "", Some("http://HOST/login?state=s3cret"), "requests are sent on to http://HOST/login"),
        (308, "", Some("https://sso.example/a#b"), "requests are sent on to https://sso.example/a"),
        (301, "", Some("http://"), "requests are sent on to another address"),
    ] {
        let stage = Stage::new(move |seen| {
            let location = location.map(|at| at.replace("HOST", &seen.host));
            Reply(code, json!(body), location.map(|at| ("location", at)).into_iter().collect())
        })
        .await;
        let provider = stage.provider(Dialect::Scim2);
        for error in [
            provider.create(Kind::User, &ana(), &[]).await.unwrap_err(),
            provider.delete(Kind::User, &"7".into()).await.unwrap_err(),
            provider.get(Kind::User, &"7".into(), &[]).await.unwrap_err(),
        ] {
            assert_eq!((error.class, error.status), (Class::Protocol, Some(code)));
            assert!(error.is_elsewhere());
            assert_eq!(error.detail, detail.replace("HOST", &stage.address.to_string()));
        }
        assert_eq!(stage.seen().len(), 3, "each is sent once");
    }
}
