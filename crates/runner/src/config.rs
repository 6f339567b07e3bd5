//! One revision of a connection's configuration: what the connection file says, in types. Never a secret.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;
use usher_engine::quiet::Quiet;
use usher_mapping::{Mappings, Profile};

/// A whole revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Stable id, lower-case letters, digits and hyphens.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// Named defaults of the target.
    pub profile: Profile,
    /// Whether it belongs to the practice world. Never changes during a connection's life.
    pub practice: bool,
    /// Microsoft Entra.
    pub source: SourceEndpoint,
    /// GoTo, or another SCIM service provider.
    pub target: TargetEndpoint,
    /// Who is considered.
    pub scope: Scope,
    /// Who performs the cycles, and how.
    pub runner: RunnerChoice,
    /// Limits that stop a run.
    pub guards: usher_plan::Guards,
    /// Who hears of failures.
    pub notice: Notice,
    /// The attribute mappings.
    pub mappings: Mappings,
    /// Domain verification as far as it is known.
    pub domain: Domain,
}

/// Where and as whom Entra is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceEndpoint {
    /// The sign-in root, for example `https://login.microsoftonline.com`.
    pub login: Url,
    /// The Graph root, for example `https://graph.microsoft.com`.
    pub graph: Url,
    /// The portal root, for deep links.
    pub portal: Url,
    /// Tenant id or domain; empty until it is known.
    pub tenant: String,
    /// Client id of the admin's own app registration; empty until it is known.
    pub client_id: String,
    /// Where the client secret comes from for client credentials; absent for interactive sign-in.
    pub client_secret: Option<SecretRef>,
}

/// Where and as whom the service provider is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetEndpoint {
    /// The SCIM base URL, for example `https://api.getgo.com/identity/v1`.
    pub base_url: Url,
    /// Which wire dialect.
    pub dialect: DialectChoice,
    /// The Admin API base URL; absent for other service providers.
    pub admin_url: Option<Url>,
    /// The issuer whose metadata is read (RFC 8414); absent where a static token is used.
    pub issuer: Option<Url>,
    /// The Organization Center, for links.
    pub organization_center: Option<Url>,
    /// Client id of the admin's own GoTo OAuth client; empty until it is known.
    pub client_id: String,
    /// The loopback redirect port registered for it.
    pub redirect_port: u16,
    /// A static bearer token; absent for interactive sign-in.
    pub token: Option<SecretRef>,
}

/// A secret by reference: the secret itself is in no file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SecretRef {
    /// An environment variable named `USHER_...`.
    Env(String),
    /// A file that is regular, owned by the user and closed to others.
    File(String),
    /// The vault.
    Vault,
}

/// Wire dialect of the service provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DialectChoice {
    /// Found out by probing.
    #[default]
    Auto,
    /// GoTo's documented SCIM 1.x-like dialect.
    GotoV1,
    /// RFC 7643 and RFC 7644.
    Scim2,
}

/// Who is considered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Object id of the service principal whose assignments count; empty until it is chosen.
    pub application: String,
    /// Only assigned people and groups, or everyone.
    pub assigned_only: bool,
    /// Object ids of the people and groups who may get an account so far; everybody when absent. It is no part of who is in
    /// scope: nobody loses anything by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<BTreeSet<String>>,
}

impl Connection {
    /// Whether the cycles run on this computer.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.runner.kind == RunnerKind::Local
    }

    /// Who may get an account so far; everybody when absent. Microsoft's service knows no rings: who is assigned is the ring
    /// there.
    #[must_use]
    pub fn ring(&self) -> Option<&BTreeSet<String>> {
        self.scope.ring.as_ref().filter(|_| self.is_local())
    }

    /// When no cycle begins by itself. Microsoft's service decides by itself when it runs.
    #[must_use]
    pub fn quiet(&self) -> Option<&Quiet> {
        self.runner.quiet.as_ref().filter(|_| self.is_local())
    }
}

/// Who performs the cycles, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunnerChoice {
    /// Microsoft's service or this computer.
    pub kind: RunnerKind,
    /// Minutes between cycles of the local runner, 15 to 1440. Microsoft's interval cannot be set.
    pub interval_minutes: u32,
    /// Requests per second at most, 0 for no ceiling of our own.
    pub requests_per_second: u32,
    /// Days for which the provisioning log of the local runner is kept.
    #[serde(default = "log_days", skip_serializing_if = "is_log_days")]
    pub log_days: u32,
    /// When the local runner begins nothing by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
}

/// A year, so that an auditor finds the last one. Microsoft's service keeps its own for 30 days at most (Microsoft Learn,
/// "Provisioning logs in Microsoft Entra ID").
pub const LOG_DAYS: u32 = 365;

fn log_days() -> u32 {
    LOG_DAYS
}

// The signature is serde's.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn is_log_days(days: &u32) -> bool {
    *days == LOG_DAYS
}

/// Microsoft's service or this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunnerKind {
    /// The synchronization job in Microsoft's cloud.
    Entra,
    /// Usher's own engine.
    Local,
}

/// Who hears of failures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Addresses.
    pub email: Vec<String>,
    /// Whether a message is sent when a failure occurs.
    pub on_failure: bool,
    /// The administrator's mail server; without one, the local runner sends no mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<Smtp>,
}

/// The mail server that takes the local runner's notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Smtp {
    /// Its name, as its certificate has it.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Who signs in; empty for nobody.
    pub user: String,
    /// Whom the mail comes from.
    pub from: String,
    /// Where the password comes from; the vault when absent.
    pub password: Option<SecretRef>,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS after the STARTTLS command (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Not at all: to this computer only.
    None,
}

impl MailSecurity {
    /// The usual port: submission (RFC 6409), submissions (RFC 8314), or a relay on this computer.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }

    /// The word in the connection file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Tls => "tls",
            Self::None => "none",
        }
    }

    /// Every one, with its word.
    pub const ALL: [(&'static str, Self); 3] =
        [("starttls", Self::StartTls), ("tls", Self::Tls), ("none", Self::None)];
}

impl Smtp {
    /// Whether the server is this computer: nothing else is spoken to without protection.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = self.server.trim_matches(['[', ']']);
        name.eq_ignore_ascii_case("localhost")
            || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Domain verification as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// The domain.
    pub name: String,
    /// The whole verification text, as shown in the Organization Center.
    pub code: String,
    /// When the admin got the code (ISO 8601), for the ten days.
    pub received: Option<String>,
    /// The admin says that GoTo shows the domain as verified. Claimed, never drawn as checked.
    pub confirmed: bool,
}
