//! The domain check against a DNS server and a web server on this computer.

use std::net::SocketAddr;

use crate::stage::{Reply, Stage};
use hickory_resolver::proto::op::{Message, MessageType, ResponseCode};
use hickory_resolver::proto::rr::rdata::TXT;
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use serde_json::json;
use tokio::net::UdpSocket;
use usher_goto::domain::{
    DnsFailure, Reach, Resolver, Resolvers, VerdictCode, WebAnswer, WebFailure, WebNote, check_file, look_up,
    verdict,
};

const CODE: &str = "goto-verification-code=3f0c9a52-6c1d-4c4e-9a63-6f8f5f7f2b11";

/// Answers TXT questions: `None` is NXDOMAIN, an empty list "no such record"; each record is a list of pieces.
async fn dns(zone: fn(&str) -> Option<Vec<Vec<&'static str>>>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let asked = Message::from_vec(&buffer[..length]).unwrap();
            let question = asked.queries[0].clone();
            let mut reply = Message::response(asked.metadata.id, asked.metadata.op_code);
            reply.metadata.message_type = MessageType::Response;
            reply.add_query(question.clone());
            match zone(&question.name().to_lowercase().to_string()) {
                None => reply.metadata.response_code = ResponseCode::NXDomain,
                Some(records) if question.query_type() == RecordType::TXT => {
                    for pieces in records {
                        let pieces = pieces.into_iter().map(str::to_owned).collect();
                        let name = question.name().clone();
                        reply.add_answer(Record::from_rdata(name, 120, RData::TXT(TXT::new(pieces))));
                    }
                }
                Some(_) => {}
            }
            socket.send_to(&reply.to_vec().unwrap(), from).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn records_are_read_from_given_servers_at_any_port() {
    let whole = dns(|name| match name {
        "contoso.example." => Some(vec![vec!["v=spf1 -all"], vec![CODE]]),
        _ => None,
    })
    .await;
    let split = dns(|name| match name {
        "contoso.example." => Some(vec![vec![&CODE[..30], &CODE[30..]]]),
        _ => None,
    })
    .await;
    let found = look_up("Contoso.example.", &Resolvers::Given(vec![whole, split])).await;
    assert_eq!(found.answers[0].resolver, Resolver::Given { address: whole });
    assert_eq!(found.answers[0].records.len(), 2);
    let record = &found.answers[1].records[0];
    assert_eq!((record.text.as_str(), record.pieces, record.ttl), (CODE, 2, 120));
    assert_eq!(verdict(CODE, &found).code, VerdictCode::FoundEverywhere);
}

#[tokio::test]
async fn absence_has_its_reasons() {
    let on_www = dns(|name| match name {
        "www.contoso.example." => Some(vec![vec![CODE]]),
        "contoso.example." => Some(vec![]),
        _ => None,
    })
    .await;
    let found = look_up("contoso.example", &Resolvers::Given(vec![on_www])).await;
    assert_eq!(found.answers[0].failure, Some(DnsFailure::NoRecord));
    assert_eq!(verdict(CODE, &found).code, VerdictCode::OnWww);
    let gone = look_up("fabrikam.example", &Resolvers::Given(vec![on_www])).await;
    assert_eq!(gone.answers[0].failure, Some(DnsFailure::NoSuchDomain));
    assert_eq!(verdict(CODE, &gone).code, VerdictCode::NoSuchDomain);
    let nameless = look_up("", &Resolvers::Given(vec![on_www])).await;
    assert_eq!(nameless.answers[0].failure, Some(DnsFailure::BadName));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_no_answer() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let closed = socket.local_addr().unwrap();
    drop(socket);
    let found = look_up("contoso.example", &Resolvers::Given(vec![closed])).await;
    assert_eq!(found.answers[0].failure, Some(DnsFailure::NoAnswer));
    assert_eq!(verdict(CODE, &found).code, VerdictCode::NoAnswer);
}

async fn file(stage: &Stage, domain: &str) -> WebAnswer {
    check_file(domain, "goto-verification-code.txt", CODE, &Reach::Practice(stage.address)).await
}

#[tokio::test]
async fn the_file_is_read_and_compared() {
    let stage = Stage::new(|_| Reply(200, json!(format!("\u{feff}{CODE}\r\n")), vec![])).await;
    let found = file(&stage, "contoso.example").await;
    assert!(found.matches, "{found:?}");
    assert_eq!(found.notes, [WebNote::ByteOrderMark, WebNote::WhiteSpace]);
    assert_eq!(found.url, "http://contoso.example/goto-verification-code.txt");
    assert_eq!(stage.seen()[0].line, "GET /goto-verification-code.txt");
    assert_eq!(stage.seen()[0].token, "", "no credentials to a stranger");
    let other = Stage::new(|_| Reply(200, json!("<h1>Not found</h1>"), vec![])).await;
    let found = file(&other, "contoso.example").await;
    assert_eq!((found.matches, found.notes), (false, vec![WebNote::Html]));
}

#[tokio::test]
async fn what_leads_elsewhere_or_is_too_large_is_refused() {
    let failure = |reply: fn() -> Reply, domain: &'static str| async move {
        let stage = Stage::new(move |_| reply()).await;
        let found = file(&stage, domain).await;
        (found.failure, stage.seen().len())
    };
    let elsewhere = WebFailure::RedirectElsewhere { host: "evil.example".to_owned() };
    let domain = "contoso.example";
    assert_eq!(failure(|| to("http://evil.example/x"), domain).await, (Some(elsewhere), 1));
    let www = WebFailure::RedirectElsewhere { host: "www.contoso.example".to_owned() };
    assert_eq!(failure(|| to("//www.contoso.example/x"), domain).await, (Some(www), 1));
    assert_eq!(failure(|| to("/again"), domain).await, (Some(WebFailure::TooManyRedirects), 4));
    assert_eq!(failure(|| Reply(404, json!("no"), vec![]), domain).await, (Some(WebFailure::Status), 1));
    let large = || Reply(200, json!("x".repeat(4097)), vec![]);
    assert_eq!(failure(large, domain).await, (Some(WebFailure::TooLarge), 1));
    for bad in
        ["127.0.0.1", "contoso.example:8080", "contoso.example/x", "me@contoso.example", "", "[::1]", "a b"]
    {
        assert_eq!(
            failure(|| Reply(200, json!(CODE), vec![]), bad).await,
            (Some(WebFailure::BadName), 0),
            "{bad}"
        );
    }
}

fn to(location: &str) -> Reply {
    Reply(301, json!(null), vec![("location", location.to_owned())])
}

#[tokio::test]
async fn names_that_lead_inside_are_refused() {
    let found = check_file("localhost", "x.txt", CODE, &Reach::Public).await;
    assert_eq!((found.failure, found.status), (Some(WebFailure::PrivateAddress), None));
}
