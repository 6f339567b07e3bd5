//! The domains of the practice organisation, and what DNS and the web say about them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use crate::entra::{DOMAIN, SUBDOMAIN};
use crate::world::World;

/// GoTo support, "Domains in the Organization Center": ten days to verify, then the code expires.
const EXPIRY_DAYS: i64 = 10;

/// The exact text of a record or file for a code.
pub fn txt_for(code: &str) -> String {
    format!("goto-verification-code={code}")
}

/// How far a domain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Added, not verified.
    Pending,
    /// Verified; stays so.
    Verified,
    /// Ten days went by; a new code is made on the next visit.
    Expired,
}

/// A domain in the Organization Center.
#[derive(Debug, Clone, Serialize)]
pub struct Domain {
    /// How far it is.
    pub status: Status,
    /// The exact text to publish.
    pub value: String,
    /// When the code was made.
    pub added: Timestamp,
}

/// Whether the DNS server answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answering {
    /// It does.
    #[default]
    Normal,
    /// It keeps silent, as behind a firewall.
    Silent,
    /// It answers SERVFAIL.
    Failing,
}

/// What the web server gives for `/goto-verification-code.txt`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebFile {
    /// 404.
    #[default]
    Missing,
    /// The domain's present code.
    Code,
    /// The code with a line feed after it.
    CodeWithNewline,
    /// The code with a UTF-8 byte order mark before it.
    CodeWithBom,
    /// The code, then 64 KiB of blanks.
    TooLarge,
    /// A redirect to this address.
    RedirectTo(String),
    /// This text.
    Text(String),
}

/// A web server's reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebReply {
    /// The status.
    pub status: u16,
    /// The `Location`.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Everything about the practice domains.
#[derive(Debug, Default)]
pub struct State {
    /// The Organization Center's domains.
    pub domains: BTreeMap<String, Domain>,
    /// TXT records by name; each is a list of strings, as DNS carries them.
    pub txt: BTreeMap<String, Vec<Vec<String>>>,
    /// Whether the DNS server answers.
    pub answering: Answering,
    /// The web server's file, per host.
    pub files: BTreeMap<String, WebFile>,
    /// Who is signed in to the Organization Center, by session cookie.
    pub(super) sessions: BTreeMap<String, String>,
}

impl State {
    /// Adds a domain with a fresh code, or gives the present one.
    pub fn add(&mut self, name: &str, world: &World) -> Domain {
        let now = world.clock.now();
        let fresh =
            || Domain { status: Status::Pending, value: txt_for(&world.random.fresh_uuid()), added: now };
        let domain = self.domains.entry(name.to_owned()).or_insert_with(fresh);
        domain.clone()
    }

    /// Lets codes expire that are older than ten days of virtual time.
    pub fn expire(&mut self, now: Timestamp) {
        let oldest = now - SignedDuration::from_hours(24 * EXPIRY_DAYS);
        for domain in self.domains.values_mut() {
            if domain.status == Status::Pending && domain.added <= oldest {
                domain.status = Status::Expired;
            }
        }
    }

    /// Gives every expired domain a new code: what a visit to the centre does.
    pub fn renew(&mut self, world: &World) {
        let now = world.clock.now();
        self.expire(now);
        for domain in self.domains.values_mut().filter(|domain| domain.status == Status::Expired) {
            domain.value = txt_for(&world.random.fresh_uuid());
            domain.added = now;
            domain.status = Status::Pending;
        }
    }

    /// The verified domains.
    pub fn verified(&self) -> BTreeSet<String> {
        self.domains
            .iter()
            .filter(|(_, domain)| domain.status == Status::Verified)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The TXT values at a name, each joined from its strings; none where DNS does not answer.
    pub fn txt_values(&self, name: &str) -> Vec<String> {
        if self.answering != Answering::Normal {
            return Vec::new();
        }
        self.txt.get(name).into_iter().flatten().map(|strings| strings.concat()).collect()
    }

    /// What the web server of this host answers for this path.
    pub fn web(&self, host: &str, path: &str) -> WebReply {
        let missing = WebReply { status: 404, location: None, body: b"Not found.\n".to_vec() };
        if path != "/goto-verification-code.txt" {
            return missing;
        }
        let code = self.domains.get(host).map(|domain| domain.value.clone()).unwrap_or_default();
        let ok = |body: Vec<u8>| WebReply { status: 200, location: None, body };
        match self.files.get(host).unwrap_or(&WebFile::Missing) {
            WebFile::Missing => missing,
            WebFile::Code => ok(code.into_bytes()),
            WebFile::CodeWithNewline => ok(format!("{code}\n").into_bytes()),
            WebFile::CodeWithBom => ok(format!("\u{feff}{code}").into_bytes()),
            WebFile::TooLarge => ok([code.into_bytes(), vec![b' '; 64 * 1024]].concat()),
            WebFile::RedirectTo(to) => WebReply { status: 302, location: Some(to.clone()), body: Vec::new() },
            WebFile::Text(text) => ok(text.clone().into_bytes()),
        }
    }

    /// The Verify button: looks at DNS, then at the web file, and says what it saw.
    pub fn verify(&mut self, name: &str, now: Timestamp) -> Result<Seen, NotSeen> {
        self.expire(now);
        let domain = self.domains.get(name).ok_or(NotSeen::UnknownDomain)?;
        match domain.status {
            Status::Verified => return Ok(Seen::Already),
            Status::Expired => return Err(NotSeen::Expired),
            Status::Pending => {}
        }
        let in_dns = self.txt_values(name).contains(&domain.value);
        // Only this host's own file counts: no redirect is followed.
        let file = self.web(name, "/goto-verification-code.txt");
        let in_web = file.status == 200 && file.body == domain.value.as_bytes();
        let seen = match (in_dns, in_web) {
            (true, _) => Seen::Dns,
            (false, true) => Seen::Web,
            (false, false) => return Err(NotSeen::NoCode),
        };
        if let Some(domain) = self.domains.get_mut(name) {
            domain.status = Status::Verified;
        }
        Ok(seen)
    }
}

/// Where the code was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It was verified before.
    Already,
    /// In a TXT record.
    Dns,
    /// In the web file.
    Web,
}

/// Why a domain is not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSeen {
    /// The centre does not have this domain.
    UnknownDomain,
    /// The ten days are over.
    Expired,
    /// Neither record nor file holds the code.
    NoCode,
}
