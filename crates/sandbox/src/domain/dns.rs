//! The DNS server of the practice domains: authoritative for them, nothing else. UDP and TCP.

use std::future::Future;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hickory_server::Server;
use hickory_server::net::runtime::Time;
use hickory_server::proto::op::{Header, HeaderCounts, Metadata, OpCode, ResponseCode};
use hickory_server::proto::rr::rdata::{A, NS, SOA, TXT};
use hickory_server::proto::rr::{Name, RData, Record, RecordType};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;
use tokio::net::{TcpListener, UdpSocket};

use super::state::{Answering, DOMAIN, State};
use crate::world::{World, lock};

/// Short, because people change the record and look again.
const TTL: u32 = 5;

/// Answers DNS queries until it is dropped.
pub async fn serve_dns(world: Arc<World>, udp: UdpSocket, tcp: TcpListener) {
    let mut server = Server::new(Handler(world));
    server.register_socket(udp);
    server.register_listener(tcp, Duration::from_secs(5), 16);
    if let Err(error) = server.block_until_done().await {
        tracing::warn!(%error, "the practice DNS server ended");
    }
}

struct Handler(Arc<World>);

/// What is answered to one question.
#[derive(Debug, Default)]
struct Reply {
    code: ResponseCode,
    answers: Vec<Record>,
    soa: Vec<Record>,
}

// The trait is declared with `async_trait`; this is what that macro makes of it.
impl RequestHandler for Handler {
    fn handle_request<'s, 'r, 'f, R, T>(
        &'s self,
        request: &'r Request,
        mut response_handle: R,
    ) -> Pin<Box<dyn Future<Output = ResponseInfo> + Send + 'f>>
    where
        R: ResponseHandler + 'f,
        T: Time + 'f,
        's: 'f,
        'r: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            let mut metadata = Metadata::response_from_request(&request.metadata);
            let Some(reply) = self.reply(request) else {
                return info(metadata);
            };
            metadata.authoritative = reply.code != ResponseCode::Refused;
            metadata.response_code = reply.code;
            let response = MessageResponseBuilder::from_message_request(request).build(
                metadata,
                &reply.answers,
                [],
                &reply.soa,
                [],
            );
            match response_handle.send_response(response).await {
                Ok(sent) => sent,
                Err(error) => {
                    tracing::debug!(%error, "a DNS reply could not be sent");
                    metadata.response_code = ResponseCode::ServFail;
                    info(metadata)
                }
            }
        })
    }
}

fn info(metadata: Metadata) -> ResponseInfo {
    Header { metadata, counts: HeaderCounts::default() }.into()
}

impl Handler {
    /// None where nothing is sent at all.
    fn reply(&self, request: &Request) -> Option<Reply> {
        let only = |code| Some(Reply { code, ..Reply::default() });
        let state = lock(&self.0.domain);
        match state.answering {
            Answering::Silent => return None,
            Answering::Failing => return only(ResponseCode::ServFail),
            Answering::Normal => {}
        }
        if request.metadata.op_code != OpCode::Query {
            return only(ResponseCode::NotImp);
        }
        let Ok(asked) = request.request_info() else {
            return only(ResponseCode::FormErr);
        };
        let name = Name::from(asked.query.name());
        Some(look_up(&state, &name, asked.query.query_type()))
    }
}

fn look_up(state: &State, name: &Name, kind: RecordType) -> Reply {
    let text = name.to_ascii().trim_end_matches('.').to_lowercase();
    let zone = zone_of(state, &text);
    let Some((zone, origin)) =
        zone.and_then(|zone| Some((zone.clone(), Name::from_ascii(format!("{zone}.")).ok()?)))
    else {
        return Reply { code: ResponseCode::Refused, ..Reply::default() };
    };
    let server = Name::from_ascii(format!("ns1.{zone}.")).unwrap_or_else(|_| origin.clone());
    let record = |data| Record::from_rdata(name.clone(), TTL, data);
    let soa = Record::from_rdata(origin.clone(), TTL, soa(&zone, &server, &origin));
    let at_zone = text == zone;
    let is_host = at_zone || text == format!("ns1.{zone}") || state.domains.contains_key(&text);
    let has_txt = state.txt.contains_key(&text);
    let below = format!(".{text}");
    let exists = is_host
        || has_txt
        || state.txt.keys().chain(state.domains.keys()).any(|other| other.ends_with(&below));
    if !exists {
        return Reply { code: ResponseCode::NXDomain, soa: vec![soa], ..Reply::default() };
    }
    let all = kind == RecordType::ANY;
    let mut answers = Vec::new();
    if all || kind == RecordType::TXT {
        let rows = state.txt.get(&text).into_iter().flatten();
        answers.extend(rows.map(|strings| record(RData::TXT(TXT::new(strings.clone())))));
    }
    if is_host && (all || kind == RecordType::A) {
        answers.push(record(RData::A(A(Ipv4Addr::LOCALHOST))));
    }
    if at_zone && (all || kind == RecordType::NS) {
        answers.push(record(RData::NS(NS(server.clone()))));
    }
    if at_zone && (all || kind == RecordType::SOA) {
        answers.push(soa.clone());
    }
    let soa = if answers.is_empty() { vec![soa] } else { Vec::new() };
    Reply { code: ResponseCode::NoError, answers, soa }
}

/// The zone a name is in: the practice domain with all below it, or another domain of the centre or of a TXT record.
fn zone_of(state: &State, name: &str) -> Option<String> {
    let in_zone = |zone: &str| name == zone || name.ends_with(&format!(".{zone}"));
    if in_zone(DOMAIN) {
        return Some(DOMAIN.to_owned());
    }
    state
        .domains
        .keys()
        .chain(state.txt.keys())
        .filter(|zone| in_zone(zone))
        .min_by_key(|zone| zone.len())
        .cloned()
}

fn soa(zone: &str, server: &Name, origin: &Name) -> RData {
    let person = Name::from_ascii(format!("hostmaster.{zone}.")).unwrap_or_else(|_| origin.clone());
    RData::SOA(SOA::new(server.clone(), person, 1, 3600, 600, 86400, TTL))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(state: &State, name: &str, kind: RecordType, expected: (ResponseCode, &[&str])) {
        let name = Name::from_ascii(name).expect("a name");
        let reply = look_up(state, &name, kind);
        let answers: Vec<String> = reply.answers.iter().map(|record| record.data.to_string()).collect();
        assert_eq!(
            (reply.code, answers),
            (expected.0, expected.1.iter().map(|text| (*text).to_owned()).collect())
        );
        let negative = reply.answers.is_empty() && reply.code != ResponseCode::Refused;
        assert_eq!(reply.soa.len(), usize::from(negative), "a negative answer carries the SOA (RFC 2308)");
    }

    #[test]
    fn txt_records_names_and_zones() {
        let mut state = State::default();
        let two =
            vec![vec!["v=spf1 -all".to_owned()], vec!["goto-verification-".to_owned(), "code=1".to_owned()]];
        state.txt.insert(DOMAIN.to_owned(), two);
        state.txt.insert("a.b.northwind.example".to_owned(), vec![vec!["x".to_owned()]]);
        check(
            &state,
            "Northwind.Example.",
            RecordType::TXT,
            (ResponseCode::NoError, &["v=spf1 -all", "goto-verification-code=1"]),
        );
        check(
            &state,
            "northwind.example.",
            RecordType::NS,
            (ResponseCode::NoError, &["ns1.northwind.example."]),
        );
        check(&state, "ns1.northwind.example.", RecordType::A, (ResponseCode::NoError, &["127.0.0.1"]));
        check(&state, "northwind.example.", RecordType::AAAA, (ResponseCode::NoError, &[]));
        check(&state, "b.northwind.example.", RecordType::TXT, (ResponseCode::NoError, &[]));
        check(&state, "none.northwind.example.", RecordType::TXT, (ResponseCode::NXDomain, &[]));
        check(&state, "elsewhere.example.", RecordType::TXT, (ResponseCode::Refused, &[]));
    }
}
