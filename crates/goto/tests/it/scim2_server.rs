//! The client against a SCIM server that is not ours: PyPI `scim2-server`, started by `tests/peers/scim2-server`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::Value as Json;
use usher_auth::{Origin, Secret, StaticToken};
use usher_goto::{
    Capabilities, CheckOutcome, Class, Dialect, FilterSupport, Kind, MemberPatch, Outcome, Pacer, ScimId,
    ServiceProvider, Support, Value, Write, test_connection,
};
use usher_scim::AttributePath;

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
const TOKEN: &str = "practice-token";

/// The running server; it ends when its standard input closes with this value.
struct Peer {
    process: Child,
    url: String,
    journal: PathBuf,
    _folder: tempfile::TempDir,
}

impl Peer {
    fn start() -> Self {
        let python = std::env::var_os("USHER_PEERS_PYTHON").expect(
            "USHER_PEERS_PYTHON is not set: run `cargo xtask test`, which prepares a Python environment with the \
             servers that Usher is tested against",
        );
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/scim2-server/serve.py");
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.jsonl");
        let mut process = Command::new(&python)
            .arg(script)
            .args(["--bearer-token", TOKEN, "--journal"])
            .arg(&journal)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{} does not start ({error}): run `cargo xtask test`", python.display())
            });
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready: Json = serde_json::from_str(&line).unwrap_or_else(|_| {
            panic!("scim2-server said {line:?} and not where it listens: run `cargo xtask test`")
        });
        let url = ready["url"].as_str().unwrap().to_owned();
        Self { process, url, journal, _folder: folder }
    }

    fn provider(&self, token: &str) -> ServiceProvider {
        let base: url::Url = self.url.parse().unwrap();
        let tokens = Arc::new(StaticToken::new(Origin::of(&base).unwrap(), Secret::new(token)));
        ServiceProvider::new(base, tokens, Arc::new(Pacer::new(0)), Capabilities::assumed(Dialect::Scim2))
            .unwrap()
    }

    async fn probed(&self) -> ServiceProvider {
        let provider = self.provider(TOKEN);
        let probe = provider.probe(None).await;
        provider.with_capabilities(probe.capabilities.unwrap_or_else(|| panic!("{:?}", probe.failed)))
    }

    /// Writes that the server has received so far.
    fn writes(&self) -> Vec<Json> {
        let text = std::fs::read_to_string(&self.journal).unwrap_or_default();
        let all = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        all.filter(|entry| entry["method"] != "GET").collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn paths(names: &[&str]) -> Vec<AttributePath> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

async fn person(provider: &ServiceProvider, name: &str) -> ScimId {
    let writes = [
        Write::add("userName", name).unwrap(),
        Write::add("externalId", format!("entra-{name}").as_str()).unwrap(),
        Write::add("active", true).unwrap(),
        Write::add("name.givenName", "Zoë").unwrap(),
        Write::add("name.familyName", "O'Neil").unwrap(),
        Write::add("emails[type eq \"work\"].value", name).unwrap(),
        Write::add(DEPARTMENT, "Sales").unwrap(),
    ];
    provider.create(Kind::User, &writes, &[]).await.unwrap().expect("with an id").id
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_recognised_and_tested() {
    let peer = Peer::start();
    let provider = peer.probed().await;
    let can = provider.capabilities();
    assert_eq!((can.dialect, can.member_patch), (Dialect::Scim2, MemberPatch::AddsAndRemoves));
    let said = [can.active, can.enterprise, can.groups, can.patch, can.etag];
    assert_eq!(said, [Support::Yes; 5], "{can:?}");
    assert_eq!(can.user_filters, FilterSupport::Any);
    let checks = test_connection(&provider, None).await;
    let not_passed: Vec<_> = checks.iter().filter(|check| check.outcome != CheckOutcome::Passed).collect();
    assert_eq!(not_passed.len(), 1, "only writing is not proven: {checks:?}");
    let refused = peer.provider("wrong").list(Kind::User, &[]).await.unwrap_err();
    assert_eq!(refused.class, Class::BadToken);
    assert_eq!(peer.writes(), [] as [Json; 0], "a probe and a test write nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_from_the_first_day_to_the_last() {
    let peer = Peer::start();
    let provider = peer.probed().await;
    let id = person(&provider, "zoe@contoso.example").await;
    let wanted =
        paths(&["userName", "active", "name.givenName", "emails[type eq \"work\"].value", DEPARTMENT]);
    let user = provider.get(Kind::User, &id, &wanted).await.unwrap();
    let values: Vec<(&str, &Value)> =
        user.attributes.iter().map(|(path, value)| (path.as_str(), value)).collect();
    let text = |text: &str| Value::from(text);
    assert_eq!(
        values,
        [
            ("active", &Value::Boolean(true)),
            ("emails[type eq \"work\"].value", &text("zoe@contoso.example")),
            ("name.givenName", &text("Zoë")),
            (DEPARTMENT, &text("Sales")),
            ("userName", &text("zoe@contoso.example")),
        ]
    );

    let again =
        provider.create(Kind::User, &[Write::add("userName", "ZOE@contoso.example").unwrap()], &[]).await;
    let error = again.unwrap_err();
    assert_eq!(
        (error.class, error.outcome, error.code.as_deref()),
        (Class::Conflict, Outcome::NotProcessed, Some("uniqueness"))
    );

    let before = peer.writes().len();
    provider.update(Kind::User, &id, &[Write::replace(DEPARTMENT, "Support").unwrap()]).await.unwrap();
    let writes = peer.writes();
    assert_eq!(writes.len(), before + 1, "one changed attribute is one request");
    assert_eq!(writes[before]["method"], "PATCH");
    assert_eq!(writes[before]["body"]["Operations"].as_array().unwrap().len(), 1, "with one operation");

    let many = [
        Write::replace("name.familyName", "Li").unwrap(),
        Write::replace("emails[type eq \"work\"].value", "zoe.li@contoso.example").unwrap(),
        Write::add("phoneNumbers[type eq \"mobile\"].value", "+47 1").unwrap(),
        Write::add("title", "Lead").unwrap(),
    ];
    provider.update(Kind::User, &id, &many).await.unwrap();
    let wanted = paths(&[
        "name.givenName",
        "name.familyName",
        "emails.value",
        "phoneNumbers[type eq \"mobile\"].value",
        "title",
        DEPARTMENT,
    ]);
    let user = provider.get(Kind::User, &id, &wanted).await.unwrap();
    assert_eq!(user.text("name.givenName"), Some("Zoë"), "what was not written stays");
    assert_eq!(user.text("name.familyName"), Some("Li"));
    assert_eq!(user.text("emails.value"), Some("zoe.li@contoso.example"), "there is still one address");
    assert_eq!(user.text("phoneNumbers[type eq \"mobile\"].value"), Some("+47 1"));
    assert_eq!((user.text("title"), user.text(DEPARTMENT)), (Some("Lead"), Some("Support")));

    provider.disable(&id).await.unwrap();
    let by = AttributePath::simple("externalId");
    let found =
        provider.find(Kind::User, &by, "entra-zoe@contoso.example", &paths(&["active"])).await.unwrap();
    assert_eq!(found.len(), 1, "a disabled person is still there");
    assert_eq!(found[0].attributes["active"], Value::Boolean(false));

    provider.delete(Kind::User, &id).await.unwrap();
    assert_eq!(provider.get(Kind::User, &id, &[]).await.unwrap_err().class, Class::NotFound);
    assert_eq!(provider.delete(Kind::User, &id).await.unwrap_err().class, Class::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_and_its_members() {
    let peer = Peer::start();
    let provider = peer.probed().await;
    let mut people = Vec::new();
    for n in 1..=3 {
        people.push(person(&provider, &format!("p{n}@contoso.example")).await);
    }
    let name = "Sales \"North\" & Ähnliches";
    let group = provider
        .create(Kind::Group, &[Write::add("displayName", name).unwrap()], &[])
        .await
        .unwrap()
        .expect("with an id")
        .id;
    provider.add_members(&group, &people).await.unwrap();
    provider.add_members(&group, &people[..1]).await.unwrap();
    let ids = |members: &[usher_goto::Member]| {
        let mut ids: Vec<ScimId> = members.iter().map(|member| member.id.clone()).collect();
        ids.sort();
        ids
    };
    let mut all = people.clone();
    all.sort();
    assert_eq!(ids(provider.members(&group).await.unwrap().items()), all, "adding twice changes nothing");
    provider.remove_members(&group, &people[..2]).await.unwrap();
    assert_eq!(ids(provider.members(&group).await.unwrap().items()), people[2..]);
    provider.remove_members(&group, &people[2..]).await.unwrap();
    assert_eq!(provider.members(&group).await.unwrap().items(), []);

    let by = AttributePath::simple("displayName");
    let found = provider.find(Kind::Group, &by, name, &[]).await.unwrap();
    assert_eq!(found.iter().map(|found| &found.id).collect::<Vec<_>>(), [&group]);
    provider.update(Kind::Group, &group, &[Write::replace("displayName", "Sales").unwrap()]).await.unwrap();
    let listed = provider.list(Kind::Group, &paths(&["displayName"])).await.unwrap();
    assert_eq!(listed.items()[0].text("displayName"), Some("Sales"));
    provider.delete(Kind::Group, &group).await.unwrap();
    assert_eq!(provider.list(Kind::Group, &[]).await.unwrap().items(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_people_are_listed_over_pages() {
    let peer = Peer::start();
    let provider = peer.probed().await;
    let mut made = Vec::new();
    for n in 0..25 {
        let name = format!("p{n:02}@contoso.example");
        made.push(
            provider
                .create(Kind::User, &[Write::add("userName", name.as_str()).unwrap()], &[])
                .await
                .unwrap()
                .expect("with an id")
                .id,
        );
    }
    let small = Capabilities { page_size: 10, ..provider.capabilities().clone() };
    let mut listed: Vec<ScimId> = provider
        .with_capabilities(small)
        .list(Kind::User, &[])
        .await
        .unwrap()
        .into_items()
        .into_iter()
        .map(|user| user.id)
        .collect();
    listed.sort();
    made.sort();
    assert_eq!(listed, made);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_patch_the_same_changes_arrive_by_put() {
    let peer = Peer::start();
    let provider = peer.probed().await;
    let whole =
        Capabilities { patch: Support::No, member_patch: MemberPatch::No, ..provider.capabilities().clone() };
    let provider = provider.with_capabilities(whole);
    let id = person(&provider, "ana@contoso.example").await;
    provider.update(Kind::User, &id, &[Write::replace(DEPARTMENT, "Support").unwrap()]).await.unwrap();
    let user = provider.get(Kind::User, &id, &paths(&["name.givenName", DEPARTMENT])).await.unwrap();
    assert_eq!((user.text("name.givenName"), user.text(DEPARTMENT)), (Some("Zoë"), Some("Support")));
    let group = provider
        .create(Kind::Group, &[Write::add("displayName", "G").unwrap()], &[])
        .await
        .unwrap()
        .expect("with an id")
        .id;
    provider.add_members(&group, std::slice::from_ref(&id)).await.unwrap();
    assert_eq!(provider.members(&group).await.unwrap().items().len(), 1);
    provider.remove_members(&group, &[id]).await.unwrap();
    assert_eq!(provider.members(&group).await.unwrap().items(), []);
    assert!(peer.writes().iter().all(|entry| entry["method"] != "PATCH"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_arrives_and_is_read_back() {
    const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    let peer = Peer::start();
    let provider = peer.probed().await;
    let (zoe, bo) =
        (person(&provider, "zoe@contoso.example").await, person(&provider, "bo@contoso.example").await);
    let wanted = paths(&[MANAGER, DEPARTMENT]);
    let manager = async |id: &ScimId| {
        let user = provider.get(Kind::User, id, &wanted).await.unwrap();
        assert_eq!(user.text(DEPARTMENT), Some("Sales"), "what stands beside it stays");
        user.text(MANAGER).map(str::to_owned)
    };
    assert_eq!(manager(&zoe).await, None);
    let by = |id: &ScimId| Value::Reference(id.to_string());
    provider.update(Kind::User, &zoe, &[Write::add(MANAGER, by(&bo)).unwrap()]).await.unwrap();
    assert_eq!(manager(&zoe).await, Some(bo.to_string()));
    provider.update(Kind::User, &zoe, &[Write::replace(MANAGER, by(&zoe)).unwrap()]).await.unwrap();
    assert_eq!(manager(&zoe).await, Some(zoe.to_string()));
    let writes = [
        Write::add("userName", "cy@contoso.example").unwrap(),
        Write::add(DEPARTMENT, "Sales").unwrap(),
        Write::add(MANAGER, by(&bo)).unwrap(),
    ];
    let cy = provider.create(Kind::User, &writes, &[]).await.unwrap().expect("with an id").id;
    assert_eq!(manager(&cy).await, Some(bo.to_string()));
}
