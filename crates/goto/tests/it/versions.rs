//! Writes that are meant for one version of an object (RFC 7644 section 3.14).

use serde_json::json;
use usher_goto::{Capabilities, Class, Dialect, Kind, ServiceProvider, Support, Write};

use crate::stage::{Reply, Stage, ok, static_token, status};

/// A service provider at which everybody has this version. It says yes to nothing but that one, or to nothing but no
/// version at all.
async fn at(version: &'static str, matches: bool) -> Stage {
    Stage::new(move |seen| match (seen.line.starts_with("GET"), seen.if_match.as_str()) {
        (true, _) => ok(json!({"id": "7", "userName": "a", "meta": {"version": version}})),
        (false, "") => status(204),
        (false, meant) if matches && meant == version => status(204),
        (false, _) => status(412),
    })
    .await
}

fn title() -> [Write; 1] {
    [Write::replace("title", "CEO").unwrap()]
}

fn sent(stage: &Stage) -> Vec<String> {
    let method = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let shown = |tag: &str| if tag.is_empty() { String::new() } else { format!(" {tag}") };
    stage.seen().iter().map(|seen| format!("{}{}", method(&seen.line), shown(&seen.if_match))).collect()
}

async fn change(provider: &ServiceProvider, version: Option<&str>) -> Result<(), Option<u16>> {
    let changed = provider.update_version(Kind::User, &"7".into(), &title(), version).await;
    changed.map_err(|error| error.status)
}

#[tokio::test]
async fn changes_and_deletes_carry_the_version_that_is_meant() {
    let stage = at("W/\"1\"", true).await;
    let provider = stage.provider(Dialect::Scim2);
    change(&provider, Some("W/\"1\"")).await.unwrap();
    change(&provider, None).await.unwrap();
    provider.delete_version(Kind::User, &"7".into(), Some("W/\"1\"")).await.unwrap();
    assert_eq!(sent(&stage), ["PATCH W/\"1\"", "PATCH", "DELETE W/\"1\""]);
}

#[tokio::test]
async fn another_version_is_not_written() {
    let stage = at("W/\"2\"", true).await;
    let provider = stage.provider(Dialect::Scim2);
    assert_eq!(change(&provider, Some("W/\"1\"")).await, Err(Some(412)));
    assert_eq!(sent(&stage), ["PATCH W/\"1\"", "GET"], "it looks what stands there, and leaves it");
    let error = provider.delete_version(Kind::User, &"7".into(), Some("W/\"1\"")).await.unwrap_err();
    assert_eq!((error.class, error.status), (Class::Conflict, Some(412)));
}

/// By the letter of RFC 9110 section 13.1.1 a weak tag never matches, and some frameworks keep to it.
#[tokio::test]
async fn one_that_does_not_match_its_own_versions_is_asked_without() {
    let stage = at("W/\"1\"", false).await;
    let provider = stage.provider(Dialect::Scim2);
    change(&provider, Some("W/\"1\"")).await.unwrap();
    change(&provider, Some("W/\"1\"")).await.unwrap();
    assert_eq!(sent(&stage), ["PATCH W/\"1\"", "GET", "PATCH", "PATCH"], "found out once");
}

#[tokio::test]
async fn whole_objects_carry_it_too() {
    let stage = at("W/\"2\"", true).await;
    let can = Capabilities { patch: Support::No, ..Capabilities::assumed(Dialect::Scim2) };
    let provider = stage.provider_with(can, static_token(stage.address));
    assert_eq!(change(&provider, Some("W/\"1\"")).await, Err(Some(412)), "not the one that it read just now");
    change(&provider, Some("W/\"2\"")).await.unwrap();
    assert_eq!(sent(&stage), ["GET", "PUT W/\"1\"", "GET", "GET", "PUT W/\"2\""]);
}

#[tokio::test]
async fn who_says_that_versions_are_not_kept_is_not_told_any() {
    let stage = at("W/\"2\"", true).await;
    let can = Capabilities { etag: Support::No, ..Capabilities::assumed(Dialect::Scim2) };
    let provider = stage.provider_with(can, static_token(stage.address));
    change(&provider, Some("W/\"1\"")).await.unwrap();
    assert_eq!(sent(&stage), ["PATCH"]);
}

/// RFC 6585 section 3.
#[tokio::test]
async fn who_insists_is_told_the_version_that_stands_there() {
    let stage = Stage::new(|seen| match (seen.line.starts_with("GET"), seen.if_match.as_str()) {
        (true, _) => Reply(200, json!({"id": "7", "userName": "a"}), vec![("etag", "\"3\"".to_owned())]),
        (false, "\"3\"") => status(204),
        (false, _) => status(428),
    })
    .await;
    change(&stage.provider(Dialect::Scim2), None).await.unwrap();
    assert_eq!(sent(&stage), ["PATCH", "GET", "PATCH \"3\""]);
}
