//! Domain verification: real DNS queries, the web file, the Organization Center in a browser's way.

use crate::help::{World, hidden};
use hickory_server::proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_server::proto::rr::{Name, RData, RecordType};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

const DOMAIN: &str = "northwind.example";

fn question(name: &str) -> Vec<u8> {
    let mut message = Message::new(4711, MessageType::Query, OpCode::Query);
    message.add_query(Query::query(Name::from_ascii(format!("{name}.")).unwrap(), RecordType::TXT));
    message.to_vec().unwrap()
}

fn answers(bytes: &[u8]) -> (ResponseCode, Vec<Vec<String>>) {
    let message = Message::from_vec(bytes).unwrap();
    assert_eq!(message.metadata.id, 4711);
    let strings = message.answers.iter().filter_map(|record| match &record.data {
        RData::TXT(txt) => {
            Some(txt.txt_data.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect())
        }
        _ => None,
    });
    (message.metadata.response_code, strings.collect())
}

/// Over UDP; none where nothing comes back.
async fn txt(world: &World, name: &str) -> Option<(ResponseCode, Vec<Vec<String>>)> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(&question(name), &world.endpoints().dns).await.unwrap();
    let mut bytes = [0; 4096];
    let received = tokio::time::timeout(Duration::from_millis(1500), socket.recv(&mut bytes)).await.ok()?;
    Some(answers(&bytes[..received.unwrap()]))
}

async fn txt_over_tcp(world: &World, name: &str) -> (ResponseCode, Vec<Vec<String>>) {
    let mut stream = TcpStream::connect(&world.endpoints().dns).await.unwrap();
    let bytes = question(name);
    stream.write_u16(u16::try_from(bytes.len()).unwrap()).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    let mut reply = vec![0; usize::from(stream.read_u16().await.unwrap())];
    stream.read_exact(&mut reply).await.unwrap();
    answers(&reply)
}

async fn value(world: &World, domain: &str) -> String {
    world.control("GET", "/domains", Value::Null).await[domain]["value"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn dns_answers_over_udp_and_tcp() {
    let world = World::start().await;
    let code = value(&world, DOMAIN).await;
    let good = (ResponseCode::NoError, vec![vec![code.clone()]]);
    assert_eq!(txt(&world, DOMAIN).await, Some(good.clone()));
    assert_eq!(txt_over_tcp(&world, DOMAIN).await, good);
    let (start, end) = code.split_at(20);
    let records = json!(["v=spf1 -all", [start, end], "logmein-verification-code=old"]);
    world.control("PUT", "/dns/txt/northwind.example", records).await;
    let (_, seen) = txt(&world, DOMAIN).await.unwrap();
    assert_eq!(seen.len(), 3);
    assert!(seen.contains(&vec![start.to_owned(), end.to_owned()]), "a split record stays split");
    assert_eq!(txt(&world, "no.northwind.example").await, Some((ResponseCode::NXDomain, vec![])));
    world.control("PATCH", "/dns", json!({"answering": "failing"})).await;
    assert_eq!(txt(&world, DOMAIN).await, Some((ResponseCode::ServFail, vec![])));
    world.control("PATCH", "/dns", json!({"answering": "silent"})).await;
    assert_eq!(txt(&world, DOMAIN).await, None);
}

#[tokio::test]
async fn many_records_come_truncated_over_udp_and_whole_over_tcp() {
    let world = World::start().await;
    let records: Vec<String> = (0..20).map(|number| format!("{number}-{}", "x".repeat(200))).collect();
    world.control("PUT", "/dns/txt/northwind.example", json!(records)).await;
    let (_, over_udp) = txt(&world, DOMAIN).await.unwrap();
    assert!(over_udp.len() < 20, "without EDNS a UDP reply holds 512 bytes");
    assert_eq!(txt_over_tcp(&world, DOMAIN).await.1.len(), 20);
}

#[tokio::test]
async fn the_web_file_and_its_faults() {
    let world = World::start().await;
    let code = value(&world, DOMAIN).await;
    let get = |host: &'static str| {
        let url = format!("{}/goto-verification-code.txt", world.endpoints().web);
        world.http.get(url).header("host", host).send()
    };
    assert_eq!(get(DOMAIN).await.unwrap().status(), StatusCode::NOT_FOUND);
    for (file, body) in [
        (json!("code"), code.clone()),
        (json!("code_with_newline"), format!("{code}\n")),
        (json!("code_with_bom"), format!("\u{feff}{code}")),
        (json!({"text": "<b>wrong</b>"}), "<b>wrong</b>".to_owned()),
    ] {
        world.control("PUT", "/web/northwind.example", file).await;
        let bytes = get(DOMAIN).await.unwrap().bytes().await.unwrap();
        assert_eq!(bytes, body.as_bytes());
    }
    assert_eq!(
        get("eu.northwind.example").await.unwrap().status(),
        StatusCode::NOT_FOUND,
        "each host has its own file"
    );
    world.control("PUT", "/web/northwind.example", json!("too_large")).await;
    assert!(get(DOMAIN).await.unwrap().bytes().await.unwrap().len() > 4096);
    world.control("PUT", "/web/northwind.example", json!({"redirect_to": "http://other.example/x"})).await;
    let answer = get(DOMAIN).await.unwrap();
    assert_eq!(
        (answer.status(), &answer.headers()["location"]),
        (StatusCode::FOUND, &"http://other.example/x".parse().unwrap())
    );
}

/// Signs in to the centre and returns the session cookie.
async fn center(world: &World) -> String {
    let goto = &world.endpoints().goto;
    let url = format!("{}/sign-in", world.endpoints().organization_center);
    let form = [("username", &goto.user_name), ("password", &goto.password)];
    let answer = world.http.post(url).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly"));
    cookie.split(';').next().unwrap().to_owned()
}

async fn page(world: &World, cookie: &str) -> String {
    let url = format!("{}/", world.endpoints().organization_center);
    world.http.get(url).header("cookie", cookie).send().await.unwrap().text().await.unwrap()
}

async fn act(world: &World, cookie: &str, action: &str, domain: &str) -> String {
    let url = format!("{}/{action}", world.endpoints().organization_center);
    let request = world.http.post(url).header("cookie", cookie).form(&[("domain", domain)]);
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn the_center_hands_out_a_code_and_verifies_it() {
    let world = World::start().await;
    let first = page(&world, "none=1").await;
    assert_eq!(hidden(&first, "username"), world.endpoints().goto.user_name, "nobody is signed in");
    assert_eq!(hidden(&first, "password"), world.endpoints().goto.password, "nobody could know it");
    let cookie = center(&world).await;
    let first = page(&world, &cookie).await;
    assert!(first.contains("Admin (Read &amp; Write)") && first.contains("Practice world"));
    assert!(act(&world, &cookie, "domains", "contoso.com").await.contains("real ones are not accepted"));
    act(&world, &cookie, "domains", "New.Example").await;
    let code = value(&world, "new.example").await;
    assert!(page(&world, &cookie).await.contains(&code));
    assert!(act(&world, &cookie, "verify", "new.example").await.contains("Neither a TXT record"));
    world.control("PUT", "/dns/txt/new.example", json!(["goto-verification-code=wrong"])).await;
    assert!(act(&world, &cookie, "verify", "new.example").await.contains("Neither a TXT record"));
    world.control("PUT", "/web/new.example", json!("code_with_newline")).await;
    assert!(
        act(&world, &cookie, "verify", "new.example").await.contains("Neither"),
        "the file holds only the string"
    );
    world.control("PUT", "/dns/txt/new.example", json!([[&code[..10], &code[10..]]])).await;
    assert!(act(&world, &cookie, "verify", "new.example").await.contains("verified by its TXT record"));
    assert!(world.running.world.goto.lock().unwrap().verified_domains.contains("new.example"));
    assert!(act(&world, &cookie, "remove", "new.example").await.contains("cannot be deleted"));
}

#[tokio::test]
async fn the_web_file_verifies_too_and_codes_expire_after_ten_days() {
    let world = World::start().await;
    let cookie = center(&world).await;
    act(&world, &cookie, "domains", "new.example").await;
    let old = value(&world, "new.example").await;
    world.control("PUT", "/dns/txt/new.example", json!([old])).await;
    world.running.world.clock.advance(10 * 24 * 60);
    assert_eq!(world.control("GET", "/domains", Value::Null).await["new.example"]["status"], "expired");
    let answer = act(&world, &cookie, "verify", "new.example").await;
    assert!(answer.contains("has expired"));
    let fresh = value(&world, "new.example").await;
    assert_ne!(fresh, old, "the visit made a new code");
    assert!(answer.contains(&fresh));
    world.control("PUT", "/web/new.example", json!("code")).await;
    assert!(act(&world, &cookie, "verify", "new.example").await.contains("verified by its web file"));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let world = World::start().await;
    let cookie = center(&world).await;
    let url = format!("{}/domains", world.endpoints().organization_center);
    let request = world.http.post(url).header("cookie", &cookie).header("origin", "http://evil.example");
    request.form(&[("domain", "evil.example")]).send().await.unwrap();
    assert_eq!(world.control("GET", "/domains", Value::Null).await["evil.example"], Value::Null);
}
