//! Test connection: ordered checks, each with its time and what it shows.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use usher_scim::AttributePath;

use crate::admin::Admin;
use crate::capabilities::{FilterSupport, Support};
use crate::error::{Class, GotoError};
use crate::list::envelope;
use crate::resource::Kind;
use crate::service_provider::{ServiceProvider, equals};

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Which.
    pub name: CheckName,
    /// How it went.
    pub outcome: CheckOutcome,
    /// Milliseconds.
    pub ms: u64,
    /// What the service said: status, code, text, or facts such as the number of groups.
    pub evidence: String,
}

/// The checks in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckName {
    /// The name resolves and something answers.
    FindService,
    /// The connection is encrypted and the certificate is trusted.
    SecureConnection,
    /// The sign-in is accepted.
    SignIn,
    /// People can be read and looked up.
    ReadPeople,
    /// People can be written. Not proven without writing.
    WritePeople,
    /// Groups can be read.
    Groups,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckOutcome {
    /// It works.
    Passed,
    /// It does not.
    Failed(Diagnosis),
    /// Nothing speaks against it, but only doing it would prove it.
    NotProven,
    /// Not looked at, because an earlier check failed.
    Skipped,
}

/// Why a check failed; each has its own remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Diagnosis {
    /// The host name does not exist, or no name server answers.
    NameNotFound,
    /// The computer is there and nothing listens.
    ConnectionRefused,
    /// No answer: a firewall, a proxy, or the network is down.
    NoAnswer,
    /// The certificate is not trusted: a proxy that opens connections, or a wrong clock.
    CertificateNotTrusted,
    /// The connection broke off.
    ConnectionBroken,
    /// Nobody is signed in, or the sign-in has ended.
    NotSignedIn,
    /// The token is refused.
    TokenRefused,
    /// The sign-in lacks a scope.
    MissingScope,
    /// No role in the GoTo organisation.
    NeedsOrganisationRole,
    /// The signed-in person is known not to administer the organisation.
    NotOrganisationAdmin,
    /// Signed in but not allowed.
    NotAllowed,
    /// Nothing is at this address.
    WrongAddress,
    /// Something answers, but not a SCIM service provider.
    NotScim,
    /// A look-up of nobody finds somebody: filters are ignored.
    FilterIgnored,
    /// A look-up is refused.
    FilterRefused,
    /// Too many requests.
    TooManyRequests,
    /// The service itself fails.
    ServiceFails,
    /// The service provider has no groups.
    NoGroups,
}

/// Runs the checks. Reads only; with the Admin API the write check can at least fail early.
pub async fn test_connection(provider: &ServiceProvider, admin: Option<&Admin>) -> Vec<Check> {
    let mut checks = Vec::new();
    let reached = reach(provider, &mut checks).await;
    if !reached {
        for name in [CheckName::SignIn, CheckName::ReadPeople, CheckName::WritePeople, CheckName::Groups] {
            checks.push(skipped(name));
        }
        return checks;
    }
    let start = Instant::now();
    let nobody = format!("usher-{:032x}", rand::random::<u128>());
    let lookup = look_up(provider, &nobody).await;
    let took = start.elapsed();
    let (sign_in, people) = match &lookup {
        Ok(Lookup::Nobody) => (CheckOutcome::Passed, CheckOutcome::Passed),
        Ok(Lookup::Somebody) => (CheckOutcome::Passed, CheckOutcome::Failed(Diagnosis::FilterIgnored)),
        Ok(Lookup::NoList) => (CheckOutcome::NotProven, CheckOutcome::Failed(Diagnosis::NotScim)),
        Err(error) => match diagnose(error) {
            // 404 on a look-up is a wrong address: RFC 7644 section 3.4.2 has an empty list for no hits.
            why @ (Diagnosis::NotSignedIn | Diagnosis::TokenRefused | Diagnosis::MissingScope) => {
                (CheckOutcome::Failed(why), CheckOutcome::Skipped)
            }
            why @ (Diagnosis::NeedsOrganisationRole | Diagnosis::NotAllowed | Diagnosis::FilterRefused) => {
                (CheckOutcome::Passed, CheckOutcome::Failed(why))
            }
            why => (CheckOutcome::NotProven, CheckOutcome::Failed(why)),
        },
    };
    let said = match &lookup {
        Ok(Lookup::Nobody) => "a look-up of a made-up name finds nobody, as it should".to_owned(),
        Ok(Lookup::Somebody) => "a look-up of a made-up name finds somebody".to_owned(),
        Ok(Lookup::NoList) => "the reply is not a list of people".to_owned(),
        Err(error) => error.to_string(),
    };
    checks.push(Check {
        name: CheckName::SignIn,
        outcome: sign_in,
        ms: millis(took),
        // A refusal that is not about the token proves that the token was understood.
        evidence: match (&lookup, sign_in) {
            (Err(_), CheckOutcome::Passed) => "the service knows who is asking".to_owned(),
            _ => said.clone(),
        },
    });
    checks.push(Check { name: CheckName::ReadPeople, outcome: people, ms: millis(took), evidence: said });
    if people != CheckOutcome::Passed {
        checks.extend([skipped(CheckName::WritePeople), skipped(CheckName::Groups)]);
        return checks;
    }
    checks.push(may_write(admin).await);
    checks.push(groups(provider).await);
    checks
}

/// The first two checks come from one request without a token: whatever status answers, the service is found and the
/// connection is secure.
async fn reach(provider: &ServiceProvider, checks: &mut Vec<Check>) -> bool {
    let base = provider.base().clone();
    let host = base.host_str().unwrap_or_default().to_owned();
    let start = Instant::now();
    let client = crate::transport::client(&base)
        .user_agent(concat!("Usher/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(20))
        .build();
    let answer = match client {
        Ok(client) => client.get(base.clone()).send().await,
        Err(error) => Err(error),
    };
    let ms = millis(start.elapsed());
    let check = |name, outcome, evidence: String| Check { name, outcome, ms, evidence };
    let plain = base.scheme() == "http";
    match answer {
        Ok(answer) => {
            let said = format!("{host} answers with status {}", answer.status().as_u16());
            checks.push(check(CheckName::FindService, CheckOutcome::Passed, said));
            let said =
                if plain { "on this computer, not encrypted" } else { "encrypted, certificate trusted" };
            checks.push(check(CheckName::SecureConnection, CheckOutcome::Passed, said.to_owned()));
            true
        }
        Err(error) => {
            let why = diagnose_connection(&error);
            let said = crate::transport::reason(&error);
            if why == Diagnosis::CertificateNotTrusted {
                checks.push(check(CheckName::FindService, CheckOutcome::Passed, host));
                checks.push(check(CheckName::SecureConnection, CheckOutcome::Failed(why), said));
            } else {
                checks.push(check(CheckName::FindService, CheckOutcome::Failed(why), said));
                checks.push(skipped(CheckName::SecureConnection));
            }
            false
        }
    }
}

fn diagnose_connection(error: &reqwest::Error) -> Diagnosis {
    if error.is_dns() {
        return Diagnosis::NameNotFound;
    }
    if error.is_timeout() {
        return Diagnosis::NoAnswer;
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            match io.kind() {
                std::io::ErrorKind::ConnectionRefused => return Diagnosis::ConnectionRefused,
                std::io::ErrorKind::TimedOut => return Diagnosis::NoAnswer,
                _ => {}
            }
        }
        // The TLS library's error type is not ours to name here; it says "certificate" for every trust failure.
        if cause.to_string().contains("certificate") {
            return Diagnosis::CertificateNotTrusted;
        }
        source = cause.source();
    }
    Diagnosis::ConnectionBroken
}

enum Lookup {
    Nobody,
    Somebody,
    NoList,
}

async fn look_up(provider: &ServiceProvider, nobody: &str) -> Result<Lookup, GotoError> {
    let mut query = vec![("startIndex", "1"), ("count", "1")];
    let filter = equals(&AttributePath::simple("userName"), nobody);
    let filtered = provider.capabilities().user_filters != FilterSupport::None;
    if filtered {
        query.push(("filter", &filter));
    }
    let url = provider.transport.url(&[Kind::User.endpoint()], &query);
    let reply = provider.transport.read(provider.request(http::Method::GET, url, None, true)).await?;
    Ok(match reply.json.and_then(envelope) {
        None => Lookup::NoList,
        Some((rows, _)) if filtered && !rows.is_empty() => Lookup::Somebody,
        Some(_) => Lookup::Nobody,
    })
}

async fn may_write(admin: Option<&Admin>) -> Check {
    let start = Instant::now();
    let (outcome, evidence) = match admin {
        None => (CheckOutcome::NotProven, "only a write proves it".to_owned()),
        Some(admin) => match admin.me().await {
            Ok(me) if me.org_admin == Some(false) => (
                CheckOutcome::Failed(Diagnosis::NotOrganisationAdmin),
                "GoTo says that the signed-in person does not administer the organisation".to_owned(),
            ),
            Ok(_) => {
                (CheckOutcome::NotProven, "nothing speaks against it; only a write proves it".to_owned())
            }
            // The Admin API needs a scope of its own; without it nothing is known about writing.
            Err(error) => (CheckOutcome::NotProven, error.to_string()),
        },
    };
    Check { name: CheckName::WritePeople, outcome, ms: millis(start.elapsed()), evidence }
}

async fn groups(provider: &ServiceProvider) -> Check {
    let start = Instant::now();
    let name = CheckName::Groups;
    let no_groups = CheckOutcome::Failed(Diagnosis::NoGroups);
    if provider.capabilities().groups == Support::No {
        return Check {
            name,
            outcome: no_groups,
            ms: 0,
            evidence: "the service provider has none".to_owned(),
        };
    }
    let url = provider.transport.url(&[Kind::Group.endpoint()], &[("count", "1"), ("startIndex", "1")]);
    let answer = provider.transport.read(provider.request(http::Method::GET, url, None, false)).await;
    let (outcome, evidence) = match answer.map(|reply| reply.json.and_then(envelope)) {
        Ok(Some((_, Some(total)))) => (CheckOutcome::Passed, format!("{total} groups")),
        Ok(Some(_)) => (CheckOutcome::Passed, "groups can be read".to_owned()),
        Ok(None) => {
            (CheckOutcome::Failed(Diagnosis::NotScim), "the reply is not a list of groups".to_owned())
        }
        Err(error) if error.class == Class::NotFound => (no_groups, error.to_string()),
        Err(error) => (CheckOutcome::Failed(diagnose(&error)), error.to_string()),
    };
    Check { name, outcome, ms: millis(start.elapsed()), evidence }
}

fn diagnose(error: &GotoError) -> Diagnosis {
    match error.class {
        Class::NotSignedIn => Diagnosis::NotSignedIn,
        Class::BadToken | Class::OtherOrigin => Diagnosis::TokenRefused,
        Class::MissingScope => Diagnosis::MissingScope,
        Class::NeedsOrganisationRole => Diagnosis::NeedsOrganisationRole,
        Class::Forbidden => Diagnosis::NotAllowed,
        Class::NotFound => Diagnosis::WrongAddress,
        Class::Invalid | Class::Unsupported | Class::Conflict => Diagnosis::FilterRefused,
        Class::TooMany { .. } => Diagnosis::TooManyRequests,
        Class::Server => Diagnosis::ServiceFails,
        Class::Unreachable => Diagnosis::NoAnswer,
        Class::LostReply => Diagnosis::ConnectionBroken,
        Class::Incomplete | Class::Protocol | Class::TooManyMembers { .. } => Diagnosis::NotScim,
    }
}

fn skipped(name: CheckName) -> Check {
    Check { name, outcome: CheckOutcome::Skipped, ms: 0, evidence: String::new() }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
