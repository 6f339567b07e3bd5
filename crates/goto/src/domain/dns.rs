//! TXT records as the system's, the domain's own and public resolvers see them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use futures::future::join_all;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use serde::{Deserialize, Serialize};

use super::web::is_public;

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolvers {
    /// The system's resolvers, the domain's own name servers, and two public services.
    Live,
    /// These servers only, as in the practice world.
    Given(Vec<SocketAddr>),
}

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Resolver {
    /// The resolvers of this computer.
    System,
    /// A name server of the domain: the truth, before any cache.
    Authoritative {
        /// Its name.
        name: String,
        /// Its address.
        address: SocketAddr,
    },
    /// A public resolver.
    Public {
        /// Its address.
        address: SocketAddr,
    },
    /// A server that was given.
    Given {
        /// Its address.
        address: SocketAddr,
    },
}

/// What one resolver answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Who.
    pub resolver: Resolver,
    /// TXT records of the domain.
    pub records: Vec<TxtRecord>,
    /// Why there are none.
    pub failure: Option<DnsFailure>,
    /// Milliseconds.
    pub ms: u64,
}

/// A TXT record. `text` is shown escaped: it is a stranger's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxtRecord {
    /// The text, its pieces joined (RFC 7208 section 3.3 has the same rule); bytes that are no UTF-8 replaced.
    pub text: String,
    /// In how many pieces it is stored: a piece holds 255 bytes, and longer or oddly entered texts are split.
    pub pieces: usize,
    /// Seconds until caches ask again.
    pub ttl: u32,
}

/// Why a resolver gave no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DnsFailure {
    /// The domain does not exist.
    NoSuchDomain,
    /// The domain has no TXT record.
    NoRecord,
    /// The server failed (SERVFAIL), for example because its signatures do not hold.
    ServerFailed,
    /// The server refuses to answer.
    Refused,
    /// No answer in time, or no connection.
    NoAnswer,
    /// The text is not a domain name.
    BadName,
}

/// What all resolvers answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// At the domain itself.
    pub answers: Vec<Answer>,
    /// TXT records at `www.` of the domain, where records are put by mistake.
    pub on_www: Vec<TxtRecord>,
}

/// Cloudflare's and Google's resolvers: two independent caches that anybody may ask.
const PUBLIC: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::new(1, 1, 1, 1)), IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8))];

/// One try, over UDP or TCP.
const PATIENCE: Duration = Duration::from_secs(3);

/// A resolver that needs longer in all counts as not answering: an administrator is waiting.
const LONGEST: Duration = Duration::from_secs(5);

/// Asks everybody at once. At most two of the domain's own servers are asked: they hold the same zone.
pub async fn look_up(domain: &str, resolvers: &Resolvers) -> Lookup {
    let mut asked: Vec<(Resolver, Option<TokioResolver>)> = Vec::new();
    match resolvers {
        Resolvers::Given(servers) => {
            asked.extend(
                servers.iter().map(|address| (Resolver::Given { address: *address }, at(*address, true))),
            );
        }
        Resolvers::Live => {
            let system = system();
            if let Some(system) = &system {
                let own = authoritative(system, domain).await;
                // Whoever owns the domain names its servers: none inside this network is asked for them, and what
                // servers inside say is not what GoTo will see.
                for (name, address) in own.into_iter().filter(|(_, address)| is_public(address.ip())) {
                    asked.push((Resolver::Authoritative { name, address }, at(address, false)));
                }
            }
            asked.insert(0, (Resolver::System, system));
            for address in PUBLIC.map(|ip| SocketAddr::new(ip, 53)) {
                asked.push((Resolver::Public { address }, at(address, true)));
            }
        }
    }
    let answers = join_all(asked.iter().map(|(who, resolver)| async {
        let start = Instant::now();
        let found = match resolver {
            Some(resolver) => txt(resolver, domain).await,
            None => Err(DnsFailure::NoAnswer),
        };
        let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (records, failure) = match found {
            Ok(records) => (records, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        Answer { resolver: who.clone(), records, failure, ms }
    }));
    // Any resolver will do for this side question; the domain's own are first to know.
    let own = asked.iter().find(|(who, _)| matches!(who, Resolver::Authoritative { .. })).or(asked.first());
    let www = async {
        match own {
            Some((_, Some(resolver))) => txt(resolver, &format!("www.{domain}")).await.unwrap_or_default(),
            _ => Vec::new(),
        }
    };
    let (answers, on_www) = futures::future::join(answers, www).await;
    Lookup { answers, on_www }
}

async fn txt(resolver: &TokioResolver, domain: &str) -> Result<Vec<TxtRecord>, DnsFailure> {
    let name = absolute(domain).ok_or(DnsFailure::BadName)?;
    let answer = tokio::time::timeout(LONGEST, resolver.lookup(name, RecordType::TXT)).await;
    let found = answer.map_err(|_| DnsFailure::NoAnswer)?.map_err(|error| failure(&error))?;
    let mut records: Vec<TxtRecord> = found
        .answers()
        .iter()
        .filter_map(|record| match &record.data {
            RData::TXT(txt) => {
                let bytes: Vec<u8> = txt.txt_data.iter().flat_map(|piece| piece.iter().copied()).collect();
                Some(TxtRecord {
                    text: String::from_utf8_lossy(&bytes).into_owned(),
                    pieces: txt.txt_data.len(),
                    ttl: record.ttl,
                })
            }
            _ => None,
        })
        .collect();
    // Servers rotate the order of records.
    records.sort_by(|a, b| a.text.cmp(&b.text));
    if records.is_empty() { Err(DnsFailure::NoRecord) } else { Ok(records) }
}

/// A fully qualified name, so that search domains of this computer are not tried.
fn absolute(domain: &str) -> Option<Name> {
    let mut name = Name::from_utf8(domain.trim().trim_end_matches('.')).ok()?;
    name.set_fqdn(true);
    (name.num_labels() > 0).then_some(name)
}

fn failure(error: &NetError) -> DnsFailure {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => DnsFailure::NoSuchDomain,
            ResponseCode::ServFail => DnsFailure::ServerFailed,
            ResponseCode::Refused | ResponseCode::NotAuth => DnsFailure::Refused,
            _ => DnsFailure::NoRecord,
        },
        NetError::Dns(DnsError::ResponseCode(ResponseCode::Refused | ResponseCode::NotAuth)) => {
            DnsFailure::Refused
        }
        NetError::Dns(_) => DnsFailure::ServerFailed,
        _ => DnsFailure::NoAnswer,
    }
}

fn system() -> Option<TokioResolver> {
    let mut builder = TokioResolver::builder_tokio().ok()?;
    careful(builder.options_mut(), true);
    builder.build().ok()
}

/// A resolver that asks one server, at any port.
fn at(address: SocketAddr, recursion: bool) -> Option<TokioResolver> {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    let server = NameServerConfig::new(address.ip(), true, connections.to_vec());
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    careful(builder.options_mut(), recursion);
    builder.build().ok()
}

fn careful(options: &mut hickory_resolver::config::ResolverOpts, recursion: bool) {
    options.timeout = PATIENCE;
    options.attempts = 1;
    // Every check looks anew: an administrator presses the button because something was just changed.
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    options.recursion_desired = recursion;
    options.try_tcp_on_error = true;
}

/// Up to two name servers of the zone that holds the domain: the nearest ancestor with NS records.
async fn authoritative(system: &TokioResolver, domain: &str) -> Vec<(String, SocketAddr)> {
    let Some(mut zone) = absolute(domain) else { return Vec::new() };
    let mut names = Vec::new();
    // The last label is a registry's zone; its servers would not answer for the domain.
    while zone.num_labels() > 1 {
        if let Ok(found) = system.lookup(zone.clone(), RecordType::NS).await {
            names.extend(found.answers().iter().filter_map(|record| match &record.data {
                RData::NS(ns) => Some(ns.0.clone()),
                _ => None,
            }));
        }
        if !names.is_empty() {
            break;
        }
        zone = zone.base_name();
    }
    names.sort();
    let mut servers = Vec::new();
    for name in names {
        if servers.len() == 2 {
            break;
        }
        let Ok(found) = system.lookup_ip(name.clone()).await else { continue };
        // IPv4 first: a computer without IPv6 would only time out.
        let mut addresses: Vec<IpAddr> = found.iter().collect();
        addresses.sort();
        if let Some(address) = addresses.first() {
            servers.push((name.to_string().trim_end_matches('.').to_owned(), SocketAddr::new(*address, 53)));
        }
    }
    servers
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::proto::op::Message;
    use hickory_resolver::proto::rr::Record;
    use hickory_resolver::proto::rr::rdata::{A, NS};
    use tokio::net::UdpSocket;

    /// A zone `contoso.example` with three name servers, one of which has no address; `mail.contoso.example` is in it.
    async fn zone() -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let asked = Message::from_vec(&buffer[..length]).unwrap();
                let question = asked.queries[0].clone();
                let mut reply = Message::response(asked.metadata.id, asked.metadata.op_code);
                reply.add_query(question.clone());
                let mut answer = |data: RData| {
                    reply.add_answer(Record::from_rdata(question.name().clone(), 60, data));
                };
                match (question.name().to_lowercase().to_string().as_str(), question.query_type()) {
                    ("contoso.example.", RecordType::NS) => {
                        for name in ["ns2.host.example.", "ns1.host.example.", "ns3.host.example."] {
                            answer(RData::NS(NS(Name::from_utf8(name).unwrap())));
                        }
                    }
                    ("ns1.host.example.", RecordType::A) => answer(RData::A(A::new(192, 0, 2, 1))),
                    ("ns3.host.example.", RecordType::A) => answer(RData::A(A::new(192, 0, 2, 3))),
                    ("example.", RecordType::NS) => {
                        answer(RData::NS(NS(Name::from_utf8("ns1.host.example.").unwrap())))
                    }
                    _ => {}
                }
                socket.send_to(&reply.to_vec().unwrap(), from).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn the_domains_own_servers_are_found_at_the_nearest_zone() {
        let system = at(zone().await, true).unwrap();
        for domain in ["contoso.example", "mail.contoso.example"] {
            let found = authoritative(&system, domain).await;
            let own = [("ns1.host.example", "192.0.2.1:53"), ("ns3.host.example", "192.0.2.3:53")]
                .map(|(name, address)| (name.to_owned(), address.parse().unwrap()));
            assert_eq!(found, own, "one without an address is passed over: {domain}");
        }
        assert_eq!(
            authoritative(&system, "fabrikam.example").await,
            [],
            "a registry's servers are not asked"
        );
    }
}
