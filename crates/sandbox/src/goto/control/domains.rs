//! Domains, DNS records and web files from outside: what an administrator does at the registrar and the web server.

use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Fault, Out, Shared, read};
use crate::domain::{Answering, State, Status, WebFile};
use crate::world::{World, lock};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDomain {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainChange {
    status: Option<Status>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DnsChange {
    answering: Answering,
}

/// One TXT record: one string, or the strings it is split into.
#[derive(Deserialize)]
#[serde(untagged)]
enum Txt {
    One(String),
    Split(Vec<String>),
}

fn domains_json(state: &State) -> Answer {
    Ok(json!(state.domains))
}

/// After a change the organisation's verified domains follow the centre's.
fn follow(world: &World) {
    let mut goto = lock(&world.goto);
    goto.verified_domains = lock(&world.domain).verified();
}

pub(super) async fn all(Extract(world): Shared) -> Out {
    let mut state = lock(&world.domain);
    state.expire(world.clock.now());
    Out(domains_json(&state))
}

pub(super) async fn add(Extract(world): Shared, body: Bytes) -> Out {
    Out(read::<NewDomain>(&body).map(|new| json!(lock(&world.domain).add(&new.name.to_lowercase(), &world))))
}

pub(super) async fn change(Extract(world): Shared, Path(name): Path<String>, body: Bytes) -> Out {
    let done = (|| {
        let change: DomainChange = read(&body)?;
        let mut state = lock(&world.domain);
        let domain = state.domains.get_mut(&name).ok_or_else(|| Fault::not_found("such domain"))?;
        domain.status = change.status.unwrap_or(domain.status);
        domain.value = change.value.unwrap_or_else(|| domain.value.clone());
        // Pending again means: ten days from now.
        if domain.status == Status::Pending {
            domain.added = world.clock.now();
        }
        domains_json(&state)
    })();
    follow(&world);
    Out(done)
}

pub(super) async fn remove(Extract(world): Shared, Path(name): Path<String>) -> Out {
    let gone = lock(&world.domain).domains.remove(&name);
    follow(&world);
    Out(gone.map(|_| json!({"removed": name})).ok_or_else(|| Fault::not_found("such domain")))
}

fn dns_json(state: &State) -> Answer {
    Ok(json!({"answering": state.answering, "txt": state.txt, "files": state.files}))
}

pub(super) async fn dns(Extract(world): Shared) -> Out {
    Out(dns_json(&lock(&world.domain)))
}

pub(super) async fn change_dns(Extract(world): Shared, body: Bytes) -> Out {
    Out(read::<DnsChange>(&body).and_then(|change| {
        let mut state = lock(&world.domain);
        state.answering = change.answering;
        dns_json(&state)
    }))
}

pub(super) async fn set_txt(Extract(world): Shared, Path(name): Path<String>, body: Bytes) -> Out {
    Out((|| {
        let records: Vec<Txt> = read(&body)?;
        let records: Vec<Vec<String>> = records
            .into_iter()
            .map(|record| match record {
                Txt::One(text) => vec![text],
                Txt::Split(strings) => strings,
            })
            .collect();
        // A character string holds at most 255 octets (RFC 1035 section 3.3).
        if records.iter().flatten().any(|text| text.len() > 255) {
            return Err(Fault::bad("A TXT string has at most 255 octets; split it."));
        }
        let mut state = lock(&world.domain);
        state.txt.insert(name.to_lowercase(), records);
        dns_json(&state)
    })())
}

pub(super) async fn remove_txt(Extract(world): Shared, Path(name): Path<String>) -> Out {
    let mut state = lock(&world.domain);
    state.txt.remove(&name.to_lowercase());
    Out(dns_json(&state))
}

pub(super) async fn set_file(Extract(world): Shared, Path(host): Path<String>, body: Bytes) -> Out {
    Out(read::<WebFile>(&body).and_then(|file| {
        let mut state = lock(&world.domain);
        state.files.insert(host.to_lowercase(), file);
        dns_json(&state)
    }))
}
