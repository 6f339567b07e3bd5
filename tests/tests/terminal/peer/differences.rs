//! What differs between service providers, asked of each by plain HTTP and shown in `docs/scim-servers.md`.
//!
//! `USHER_CODEGEN=write` writes the table anew. The last column is ours: how Usher copes with every answer in the row.

use super::id;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use usher_tests::peer::{Answer, Peer, Server};

const BEGIN: &str = "<!-- servers: begin -->\n";
const END: &str = "<!-- servers: end -->\n";

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What is asked, the section of RFC 7644 (or 7643, where it says so) about it, and what Usher does.
const QUESTIONS: &[(&str, &str, &str)] = &[
    ("a create answers with", "3.3", "needs the `id` only"),
    (
        "a `userName` that is taken, in capitals",
        "3.3, 3.12",
        "409, and any 4xx with `uniqueness`, leads to a look-up: adopted, or told as a failure",
    ),
    (
        "an attribute that no schema has",
        "3.3",
        "sends what the mappings name; what never comes back is not sent again",
    ),
    ("`active` as the text \"True\"", "7643 2.3.2", "sends JSON Booleans; reads texts as Booleans too"),
    ("a body without `schemas`", "3.3", "always sends `schemas`"),
    (
        "a body of `application/json`, and the reply's type",
        "3.1",
        "sends `application/scim+json`, reads both",
    ),
    ("an id that nobody has", "3.12", "a delete is done, anything else is one failure"),
    ("`status` in the body of an error", "3.12", "goes by the HTTP status"),
    ("no token", "3.12, RFC 6750 3", "stops the run"),
    (
        "`userName eq` in other capitals",
        "3.4.2.2, 7643 4.1.1",
        "matches without minding the case where it reads the whole list, as in a first run; asks as Entra writes it",
    ),
    ("`USERNAME eq`", "7643 2.1", "writes names as the schema does"),
    ("`externalId eq` in other capitals", "7643 3.1", "compares again what comes back"),
    ("a filter on an enterprise attribute", "3.4.2.2", "looks up by matching attributes only"),
    ("a filter on `emails[type eq \"work\"]`", "3.4.2.2", "the same"),
    ("a filter that finds nobody", "3.4.2", "reads a missing `Resources` as empty where the total is 0"),
    ("a filter with an unknown operator", "3.4.2.2", "uses `eq` only"),
    ("25 people without `count`", "3.4.2.4", "always sends `count`, and goes on until the total is reached"),
    (
        "`count=10`, three times",
        "3.4.2.4",
        "a row that comes twice makes the read incomplete: it is repeated, then refused",
    ),
    ("`count=0`", "3.4.2.4", "does not ask so"),
    ("`startIndex` after the end", "3.4.2.4", "stops at the total"),
    ("a PATCH answers with", "3.5.2", "takes either, and reads back"),
    ("a PATCH that changes nothing", "3.5.2", "takes either; sends none"),
    ("`\"op\": \"Replace\"`", "3.5.2", "writes `replace`"),
    ("a PATCH without `path`", "3.5.2.3", "always names the path"),
    ("without `path`, with `name.givenName` as a key", "3.5.2", "never sends it (Microsoft's service does)"),
    ("`active` replaced by the text \"False\"", "7643 2.3.2", "sends JSON Booleans"),
    ("`emails[type eq \"work\"].value` replaced", "3.5.2.3", "does so where the entry is there"),
    ("the same where no entry is there", "3.5.2.3", "adds a whole entry to the list instead"),
    (
        "the same with `add`",
        "3.5.2.1",
        "the same; reads the object first where it does not know whether the entry is there",
    ),
    ("an entry added to a list", "3.5.2.1", "does so for every new entry"),
    ("`…enterprise:2.0:User:department` added", "3.10", "writes the path so"),
    ("a value removed", "3.5.2.2", "reads absent and null alike"),
    ("a text replaced by an empty one", "3.5.2.3", "reads absent and empty alike"),
    ("a path that no schema has", "3.5.2", "one object's failure"),
    ("two operations, the second one wrong", "3.5.2", "reads the object again in the next cycle"),
    (
        "a PUT that leaves an attribute out",
        "3.5.1",
        "reads, changes and writes the whole object, where there is no PATCH",
    ),
    ("a group's name that is taken", "3.3", "matches by name first; a 409 leads to a look-up"),
    ("a member shows", "7643 4.2", "needs the `value` only"),
    (
        "an empty group in a list",
        "7643 2.5",
        "asks one such group itself where others show members, all where none does",
    ),
    ("a group with members in a list", "7643 4.2", "uses them; asks each group where the list has none"),
    ("a member added again", "3.5.2.1", "adds only who is missing; counts a member once"),
    ("an added member that does not exist", "3.5.2.1", "adds only people who were read or made"),
    ("`members[value eq …]` removed", "3.5.2.2", "removes so"),
    (
        "somebody removed who is no member",
        "3.5.2.2",
        "only when a lost reply is repeated: then it reads back",
    ),
    ("members removed by a list in `value`", "3.5.2.2", "never sends it (Microsoft's service does)"),
    ("`groups` of a member", "7643 4.1.2", "reads the groups"),
    (
        "`ETag`, and `meta.version`",
        "3.14",
        "binds changes and deletes to it, unless the service provider says that it keeps no versions",
    ),
    ("a PUT with a stale `If-Match`", "3.14", "412: the object changed, one failure, planned anew"),
    ("a delete, and again", "3.6", "404 is done"),
];

/// What one server answered, in the order of the questions.
struct Asked<'p> {
    peer: &'p Peer,
    answers: Vec<String>,
}

/// Status and `scimType`.
fn said(answer: &Answer) -> String {
    match answer.body["scimType"].as_str() {
        Some(kind) if answer.status >= 400 => format!("{} `{kind}`", answer.status),
        _ => answer.status.to_string(),
    }
}

/// The value as JSON, or that there is none.
fn shown(value: &Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { format!("`{value}`") }
}

fn rows(answer: &Answer) -> Vec<&Value> {
    answer.body["Resources"].as_array().into_iter().flatten().collect()
}

/// `17 people`, or the refusal.
fn hits(answer: &Answer) -> String {
    if answer.status == 200 { format!("{} found", rows(answer).len()) } else { said(answer) }
}

fn operation(op: &str, path: &str, value: Value) -> Value {
    json!({ "op": op, "path": path, "value": value })
}

fn patch(operations: &[Value]) -> Value {
    json!({ "schemas": [PATCH], "Operations": operations })
}

impl Asked<'_> {
    fn answer(&mut self, said: impl Into<String>) {
        self.answers.push(said.into());
    }

    async fn get(&self, path: &str) -> Result<Answer> {
        self.peer.send("GET", path, None).await
    }

    /// A list, the filter percent-encoded.
    async fn filtered(&self, kind: &str, filter: &str) -> Result<Answer> {
        let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        self.get(&format!("{kind}?filter={filter}")).await
    }

    async fn person(&self, name: &str, more: Value) -> Result<Answer> {
        let mut body = json!({ "schemas": [USER], "userName": name });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        self.peer.send("POST", "Users", Some(&body)).await
    }

    async fn made(&self, name: &str, more: Value) -> Result<String> {
        let answer = self.person(name, more).await?;
        anyhow::ensure!(answer.status == 201, "{name} was not made: {} {}", answer.status, answer.body);
        Ok(format!("Users/{}", id(&answer.body)))
    }

    /// Sends one operation; gives the status and the object as it is then.
    async fn patched(&self, path: &str, operations: &[Value]) -> Result<(Answer, Value)> {
        let answer = self.peer.send("PATCH", path, Some(&patch(operations))).await?;
        Ok((answer, self.get(path).await?.body))
    }

    async fn creating(&mut self) -> Result<()> {
        let answer =
            self.person("ana@contoso.example", json!({ "externalId": "Ana-1", "active": true })).await?;
        let location = if answer.headers.contains_key("location") { "`Location`" } else { "no `Location`" };
        self.answer(format!("{}, {location}", said(&answer)));
        let answer = self.person("ANA@CONTOSO.EXAMPLE", json!({})).await?;
        self.answer(said(&answer));
        let answer = self.person("bo@contoso.example", json!({ "shoeSize": 42 })).await?;
        let kept = if answer.body["shoeSize"].is_null() { "dropped" } else { "kept" };
        self.answer(if answer.status == 201 { format!("201, {kept}") } else { said(&answer) });
        let answer = self.person("cy@contoso.example", json!({ "active": "True" })).await?;
        let stands = shown(&answer.body["active"]);
        self.answer(if answer.status == 201 { format!("201, shows {stands}") } else { said(&answer) });
        let body = json!({ "userName": "di@contoso.example" });
        let answer = self.peer.send("POST", "Users", Some(&body)).await?;
        self.answer(said(&answer));
        let token = format!("Bearer {}", self.peer.token);
        let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
        let body = json!({ "schemas": [USER], "userName": "ed@contoso.example" });
        let answer = self.peer.send_with("POST", "Users", Some(&body), &headers).await?;
        let kind =
            answer.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("nothing");
        let kind = kind.split(';').next().unwrap_or(kind);
        self.answer(format!("{}, `{kind}`", said(&answer)));
        let answer = self.get("Users/nobody").await?;
        self.answer(said(&answer));
        self.answer(shown(&answer.body["status"]));
        let answer = self.peer.send_with("GET", "Users", None, &[]).await?;
        let challenge = answer.headers.contains_key("www-authenticate");
        self.answer(format!(
            "{}, {}",
            said(&answer),
            if challenge { "`WWW-Authenticate`" } else { "no `WWW-Authenticate`" }
        ));
        Ok(())
    }

    async fn reading(&mut self) -> Result<()> {
        let more = json!({ "schemas": [USER, ENTERPRISE], ENTERPRISE: { "department": "Sales" },
            "emails": [{ "type": "work", "value": "flo@contoso.example" }] });
        self.made("flo@contoso.example", more).await?;
        for filter in [
            "userName eq \"ANA@contoso.example\"".to_owned(),
            "USERNAME eq \"ana@contoso.example\"".to_owned(),
            "externalId eq \"ANA-1\"".to_owned(),
            format!("{ENTERPRISE}:department eq \"Sales\""),
            "emails[type eq \"work\" and value eq \"flo@contoso.example\"]".to_owned(),
        ] {
            let answer = self.filtered("Users", &filter).await?;
            self.answer(hits(&answer));
        }
        let answer = self.filtered("Users", "userName eq \"nobody\"").await?;
        self.answer(format!("{}, `Resources` is {}", said(&answer), shown(&answer.body["Resources"])));
        let answer = self.filtered("Users", "userName xy \"nobody\"").await?;
        self.answer(hits(&answer));

        let there = self.peer.resources("Users").await?.len();
        for n in there..25 {
            self.made(&format!("person{n}@contoso.example"), json!({})).await?;
        }
        let answer = self.get("Users").await?;
        self.answer(format!("{} of {}", rows(&answer).len(), answer.body["totalResults"]));
        let mut seen = BTreeSet::new();
        let mut sizes = Vec::new();
        for start in [1, 11, 21] {
            let answer = self.get(&format!("Users?startIndex={start}&count=10")).await?;
            sizes.push(rows(&answer).len().to_string());
            seen.extend(rows(&answer).into_iter().map(|row| id(row).to_owned()));
        }
        self.answer(format!("{}: {} different", sizes.join(", "), seen.len()));
        for page in ["count=0", "startIndex=1000&count=10"] {
            let answer = self.get(&format!("Users?{page}")).await?;
            let found = format!("{} of {}", rows(&answer).len(), answer.body["totalResults"]);
            self.answer(if answer.status == 200 { found } else { said(&answer) });
        }
        Ok(())
    }

    async fn changing(&mut self) -> Result<()> {
        let gil = self
            .made(
                "gil@contoso.example",
                json!({ "title": "Clerk", "name": { "familyName": "Li" },
            "active": true, "emails": [{ "type": "work", "value": "gil@contoso.example" }] }),
            )
            .await?;
        let answered = |answer: &Answer| {
            let body = if answer.body["id"].is_null() { "no body" } else { "the object" };
            if answer.status < 300 { format!("{}, {body}", answer.status) } else { said(answer) }
        };
        let title = |to: &str| operation("replace", "title", json!(to));
        for _ in 0..2 {
            let (answer, _) = self.patched(&gil, &[title("Lead")]).await?;
            self.answer(answered(&answer));
        }
        let effect = |answer: &Answer, right: bool| match (answer.status < 300, right) {
            (true, true) => "done".to_owned(),
            (true, false) => format!("{}, not done", answer.status),
            (false, _) => said(answer),
        };
        let (answer, now) = self.patched(&gil, &[operation("Replace", "title", json!("Head"))]).await?;
        self.answer(effect(&answer, now["title"] == "Head"));
        let (answer, now) =
            self.patched(&gil, &[json!({ "op": "replace", "value": { "title": "Chief" } })]).await?;
        self.answer(effect(&answer, now["title"] == "Chief"));
        let dotted = json!({ "op": "replace", "value": { "name.givenName": "Gil" } });
        let (answer, now) = self.patched(&gil, &[dotted]).await?;
        self.answer(effect(&answer, now["name"]["givenName"] == "Gil"));
        let (answer, now) = self.patched(&gil, &[operation("replace", "active", json!("False"))]).await?;
        let stands = shown(&now["active"]);
        self.answer(if answer.status < 300 { format!("shows {stands}") } else { said(&answer) });
        let path = "emails[type eq \"work\"].value";
        let (answer, now) =
            self.patched(&gil, &[operation("replace", path, json!("g@contoso.example"))]).await?;
        let right = now["emails"]
            .as_array()
            .is_some_and(|all| all.len() == 1 && all[0]["value"] == "g@contoso.example");
        self.answer(effect(&answer, right));
        let phone = |now: &Value| shown(&now["phoneNumbers"]);
        for (op, kind) in [("replace", "work"), ("add", "home")] {
            let path = format!("phoneNumbers[type eq \"{kind}\"].value");
            let (answer, now) = self.patched(&gil, &[operation(op, &path, json!("1"))]).await?;
            self.answer(if answer.status < 300 { format!("then {}", phone(&now)) } else { said(&answer) });
            self.patched(&gil, &[json!({ "op": "remove", "path": "phoneNumbers" })]).await?;
        }
        for kind in ["work", "mobile"] {
            let entry = json!([{ "type": kind, "value": "1" }]);
            let (answer, now) = self.patched(&gil, &[operation("add", "phoneNumbers", entry)]).await?;
            if kind == "mobile" {
                let both = now["phoneNumbers"].as_array().is_some_and(|all| all.len() == 2);
                self.answer(effect(&answer, both));
            }
        }
        let department = operation("add", &format!("{ENTERPRISE}:department"), json!("Sales"));
        let (answer, now) = self.patched(&gil, &[department]).await?;
        self.answer(effect(&answer, now[ENTERPRISE]["department"] == "Sales"));
        let (answer, now) = self.patched(&gil, &[json!({ "op": "remove", "path": "title" })]).await?;
        let stands = shown(&now["title"]);
        self.answer(if answer.status < 300 { format!("shows {stands}") } else { said(&answer) });
        let (answer, now) = self.patched(&gil, &[title("")]).await?;
        let stands = shown(&now["title"]);
        self.answer(if answer.status < 300 { format!("shows {stands}") } else { said(&answer) });
        let (answer, _) = self.patched(&gil, &[operation("replace", "shoeSize", json!(42))]).await?;
        self.answer(said(&answer));
        let (answer, now) =
            self.patched(&gil, &[title("Sub"), operation("replace", "active", json!([1]))]).await?;
        let half = if now["title"] == "Sub" { "the first one stays" } else { "neither stays" };
        self.answer(format!("{}, {half}", said(&answer)));
        let hal = self.made("hal@contoso.example", json!({ "title": "Clerk" })).await?;
        let whole = json!({ "schemas": [USER], "userName": "hal@contoso.example" });
        let answer = self.peer.send("PUT", &hal, Some(&whole)).await?;
        let stands = shown(&self.get(&hal).await?.body["title"]);
        self.answer(format!("{}, shows {stands}", said(&answer)));
        Ok(())
    }

    async fn grouping(&mut self) -> Result<()> {
        let ida = self.made("ida@contoso.example", json!({})).await?;
        let jan = self.made("jan@contoso.example", json!({})).await?;
        let member = |path: &str| json!({ "value": path.trim_start_matches("Users/") });
        let group = |name: &str, members: Value| json!({ "schemas": [GROUP], "displayName": name, "members": members });
        let empty = json!({ "schemas": [GROUP], "displayName": "Empty" });
        anyhow::ensure!(
            self.peer.send("POST", "Groups", Some(&empty)).await?.status == 201,
            "a group is made"
        );
        let answer = self.peer.send("POST", "Groups", Some(&group("Sales", json!([member(&ida)])))).await?;
        anyhow::ensure!(answer.status == 201, "a group with a member is made: {}", answer.body);
        let sales = format!("Groups/{}", id(&answer.body));
        let answer = self.peer.send("POST", "Groups", Some(&group("Sales", json!([])))).await?;
        self.answer(said(&answer));
        let whole = self.get(&sales).await?.body;
        let parts = whole["members"][0].as_object().context("a member is an object")?;
        let parts: Vec<String> = parts.keys().map(|part| format!("`{part}`")).collect();
        self.answer(parts.join(", "));
        let list = self.peer.resources("Groups").await?;
        let by_id = |group: &&Value| format!("Groups/{}", id(group)) == sales;
        let found = [list.iter().find(|group| group["displayName"] == "Empty"), list.iter().find(by_id)];
        for found in found {
            let found = found.context("a group")?;
            let members = found["members"].as_array().map(Vec::len);
            self.answer(members.map_or("no `members`".to_owned(), |count| format!("{count} `members`")));
        }
        let count = |now: &Value| now["members"].as_array().map_or(0, Vec::len);
        let (answer, now) =
            self.patched(&sales, &[operation("add", "members", json!([member(&ida)]))]).await?;
        self.answer(format!("{}, {} `members`", said(&answer), count(&now)));
        let (answer, now) =
            self.patched(&sales, &[operation("add", "members", json!([{ "value": "nobody" }]))]).await?;
        self.answer(format!("{}, {} `members`", said(&answer), count(&now)));
        let remove =
            |value: &str| json!({ "op": "remove", "path": format!("members[value eq \"{value}\"]") });
        self.patched(&sales, &[remove("nobody")]).await?;
        self.patched(&sales, &[operation("add", "members", json!([member(&jan)]))]).await?;
        let gone = remove(jan.trim_start_matches("Users/"));
        let (answer, now) = self.patched(&sales, std::slice::from_ref(&gone)).await?;
        let stays = now["members"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["value"] == member(&ida)["value"]));
        let left = now["members"]
            .as_array()
            .is_some_and(|all| all.iter().all(|one| one["value"] != member(&jan)["value"]));
        self.answer(if stays && left {
            format!("{}, done", said(&answer))
        } else {
            format!("{}, not done", said(&answer))
        });
        let (answer, _) = self.patched(&sales, &[gone]).await?;
        self.answer(said(&answer));
        self.patched(&sales, &[operation("add", "members", json!([member(&jan)]))]).await?;
        let (answer, now) =
            self.patched(&sales, &[operation("remove", "members", json!([member(&jan)]))]).await?;
        let effect = match count(&now) {
            0 => "the group is empty",
            _ if now["members"].to_string().contains(jan.trim_start_matches("Users/")) => "not done",
            _ => "done",
        };
        self.answer(format!("{}, {effect}", said(&answer)));
        self.patched(&sales, &[operation("add", "members", json!([member(&jan)]))]).await?;
        let groups = self.get(&jan).await?.body["groups"].as_array().map_or(0, Vec::len);
        self.answer(if groups == 0 { "not shown" } else { "shown" });
        Ok(())
    }

    async fn ending(&mut self) -> Result<()> {
        let kim = self.made("kim@contoso.example", json!({})).await?;
        let answer = self.get(&kim).await?;
        let header = if answer.headers.contains_key("etag") { "`ETag`" } else { "no `ETag`" };
        let version = if answer.body["meta"]["version"].is_string() { "`version`" } else { "no `version`" };
        self.answer(format!("{header}, {version}"));
        let token = format!("Bearer {}", self.peer.token);
        let headers = [("authorization", token.as_str()), ("if-match", "W/\"of last year\"")];
        let whole = json!({ "schemas": [USER], "userName": "kim@contoso.example", "title": "Lead" });
        let answer = self.peer.send_with("PUT", &kim, Some(&whole), &headers).await?;
        self.answer(said(&answer));
        let once = self.peer.send("DELETE", &kim, None).await?;
        let again = self.peer.send("DELETE", &kim, None).await?;
        self.answer(format!("{}, {}", said(&once), said(&again)));
        Ok(())
    }
}

async fn asked(server: Server) -> Result<Vec<String>> {
    let peer = Peer::start(server)?;
    let mut asked = Asked { peer: &peer, answers: Vec::new() };
    asked.creating().await.context("creating")?;
    asked.reading().await.context("reading")?;
    asked.changing().await.context("changing")?;
    asked.grouping().await.context("groups")?;
    asked.ending().await.context("versions and deletes")?;
    assert_eq!(asked.answers.len(), QUESTIONS.len(), "every question is asked once: {:#?}", asked.answers);
    Ok(asked.answers)
}

#[tokio::test]
async fn the_page_of_servers_shows_what_they_answer() -> Result<()> {
    let mut answers = BTreeMap::new();
    for server in Server::ALL {
        answers.insert(server.name(), asked(server).await.context(server.name())?);
    }
    let names: Vec<&str> = Server::ALL.iter().map(|server| server.name()).collect();
    let mut table = format!("| asked | RFC 7644 | {} | Usher |\n", names.join(" | "));
    writeln!(table, "|---|---|{}---|", "---|".repeat(names.len()))?;
    for (at, (question, section, usher)) in QUESTIONS.iter().enumerate() {
        let said: Vec<&str> = names.iter().map(|name| answers[name][at].as_str()).collect();
        writeln!(table, "| {question} | {section} | {} | {usher} |", said.join(" | "))?;
    }
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scim-servers.md");
    let text = std::fs::read_to_string(&page)?;
    let (before, rest) = text.split_once(BEGIN).context("the table begins")?;
    let (shown, after) = rest.split_once(END).context("the table ends")?;
    if std::env::var("USHER_CODEGEN").is_ok_and(|mode| mode == "write") {
        std::fs::write(&page, format!("{before}{BEGIN}{table}{END}{after}"))?;
        return Ok(());
    }
    let wrong: Vec<&str> = table.lines().filter(|line| !shown.contains(line)).collect();
    assert!(
        shown == table,
        "docs/scim-servers.md is out of date: USHER_CODEGEN=write cargo xtask e2e page_of_servers\n{wrong:#?}"
    );
    Ok(())
}
