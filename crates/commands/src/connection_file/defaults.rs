//! What a connection is before anybody has said anything about it.

use url::Url;
use usher_mapping::Profile;
use usher_runner::config::{
    Connection, DialectChoice, Domain, LOG_DAYS, Notice, RunnerChoice, RunnerKind, Scope, SourceEndpoint,
    TargetEndpoint,
};

/// Microsoft's interval is about 40 minutes; ours is the same unless someone says otherwise.
const INTERVAL_MINUTES: u32 = 40;

/// GoTo allows 10 requests per second (GoTo developer centre, "Rate Limiting"); a fifth is left to others.
const GOTO_REQUESTS_PER_SECOND: u32 = 8;

/// The redirect port that the guide asks the administrator to register with GoTo.
const REDIRECT_PORT: u16 = 47113;

/// GoTo's addresses. The first is where tokens for it come from, by RFC 8414 metadata.
const GOTO_ISSUER: &str = "https://identity.goto.com/";
const GOTO_SCIM: &str = "https://api.getgo.com/identity/v1";
const GOTO_ADMIN: &str = "https://api.getgo.com/admin/rest/v1";
const GOTO_ORGANIZATION_CENTER: &str = "https://organization.logmeininc.com/";

/// A new connection with the profile's defaults. `base_url` is the service provider's SCIM address; the profiles of
/// GoTo know theirs.
pub fn new_connection(id: &str, profile: Profile, base_url: Option<Url>) -> Option<Connection> {
    Some(Connection {
        id: id.to_owned(),
        name: id.to_owned(),
        profile,
        practice: false,
        source: source(),
        target: target(profile, base_url)?,
        scope: Scope { application: String::new(), assigned_only: true, ring: None },
        runner: runner(profile),
        guards: usher_plan::Guards::default(),
        notice: Notice::default(),
        mappings: usher_mapping::defaults(profile),
        domain: Domain::default(),
    })
}

pub(super) fn source() -> SourceEndpoint {
    SourceEndpoint {
        login: known("https://login.microsoftonline.com/"),
        graph: known("https://graph.microsoft.com/"),
        portal: known("https://entra.microsoft.com/"),
        tenant: String::new(),
        client_id: String::new(),
        client_secret: None,
    }
}

/// Only the profiles of GoTo have a SCIM address to fall back on.
pub(super) fn target(profile: Profile, base_url: Option<Url>) -> Option<TargetEndpoint> {
    let goto = |address: &str| (profile != Profile::Scim).then(|| known(address));
    Some(TargetEndpoint {
        base_url: base_url.or_else(|| goto(GOTO_SCIM))?,
        dialect: DialectChoice::Auto,
        admin_url: goto(GOTO_ADMIN),
        issuer: goto(GOTO_ISSUER),
        organization_center: goto(GOTO_ORGANIZATION_CENTER),
        client_id: String::new(),
        redirect_port: REDIRECT_PORT,
        token: None,
    })
}

pub(super) fn runner(profile: Profile) -> RunnerChoice {
    let requests_per_second = if profile == Profile::Scim { 0 } else { GOTO_REQUESTS_PER_SECOND };
    RunnerChoice {
        kind: RunnerKind::Local,
        interval_minutes: INTERVAL_MINUTES,
        requests_per_second,
        log_days: LOG_DAYS,
        quiet: None,
    }
}

fn known(address: &str) -> Url {
    Url::parse(address).expect("the addresses above are addresses")
}
