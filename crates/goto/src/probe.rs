//! Finding out the dialect and the capabilities, by reading only.

use std::time::Instant;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use url::Url;
use usher_scim::AttributePath;

use crate::capabilities::{Capabilities, Dialect, FilterSupport, MemberPatch, Support};
use crate::error::{Class, GotoError, Outcome};
use crate::list::envelope;
use crate::schema::{Listed, feature};
use crate::service_provider::{ServiceProvider, equals};
use crate::transport::{Request, failure};

/// What was found out, and how.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What the service provider can do; nothing when not even the dialect could be told.
    pub capabilities: Option<Capabilities>,
    /// Every request in order.
    pub evidence: Vec<ProbeEvidence>,
    /// Why the probe ended early or found nothing.
    pub failed: Option<GotoError>,
}

/// One request of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProbeEvidence {
    /// What was asked, a stable code such as `config` or `filter-users`.
    pub name: String,
    /// Method.
    pub method: String,
    /// Path, without host and query.
    pub path: String,
    /// HTTP status, if a reply came.
    pub status: Option<u16>,
    /// Milliseconds until the reply.
    pub ms: u64,
    /// What it shows.
    pub outcome: ProbeOutcome,
}

/// What a request of a probe shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProbeOutcome {
    /// It is there.
    Present,
    /// It is not there, which is an answer, not a failure.
    Absent,
    /// The server refused or failed.
    Failed,
}

/// What a service provider says of itself.
const DISCOVERY: [&str; 3] = ["config", "resource-types", "schemas"];

/// What may fail without saying anything of the rest.
const OPTIONAL: [&str; 5] = ["me", "config", "resource-types", "schemas", "filter-users"];

/// One answer: the reply's JSON, or nothing where the thing asked for is absent.
type Answer = Result<Option<Json>, GotoError>;

struct Prober<'a> {
    provider: &'a ServiceProvider,
    dialect: Option<Dialect>,
    evidence: Vec<ProbeEvidence>,
}

impl Prober<'_> {
    /// Asks for one thing. 404, 501 and the like count as absent; so does a reply that is no JSON object.
    async fn ask(&mut self, name: &str, path: &[&str], query: &[(&str, &str)]) -> Answer {
        let url = self.provider.transport.url(path, query);
        let shown = url.path().to_owned();
        let start = Instant::now();
        let request = Request {
            method: Method::GET,
            url,
            body: None,
            dialect: self.dialect,
            if_match: None,
            no_cache: false,
        };
        let reply = self.provider.transport.read(request).await;
        let (status, outcome, answer) = match reply {
            Ok(reply) => {
                let json = reply.json.filter(|json| json.is_object() || json.is_array());
                let outcome = if json.is_some() { ProbeOutcome::Present } else { ProbeOutcome::Absent };
                (Some(reply.status), outcome, Ok(json))
            }
            Err(error) => match (error.class, error.status) {
                (Class::NotFound | Class::Unsupported | Class::Invalid, status)
                | (Class::Forbidden, status @ Some(405)) => (status, ProbeOutcome::Absent, Ok(None)),
                // `me` is no id that such a server can read, or discovery is closed: people can be listed all the same.
                (Class::Server, status @ Some(500)) if OPTIONAL.contains(&name) => {
                    (status, ProbeOutcome::Absent, Ok(None))
                }
                (Class::Forbidden, status) if DISCOVERY.contains(&name) => {
                    (status, ProbeOutcome::Absent, Ok(None))
                }
                (Class::Protocol, status @ Some(200..300)) => (status, ProbeOutcome::Absent, Ok(None)),
                (_, status) => (status, ProbeOutcome::Failed, Err(error)),
            },
        };
        let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.evidence.push(ProbeEvidence {
            name: name.to_owned(),
            method: "GET".to_owned(),
            path: shown,
            status,
            ms,
            outcome,
        });
        answer
    }
}

impl ServiceProvider {
    /// Finds out dialect and capabilities without writing anything. With `choice` the dialect is taken as given.
    pub async fn probe(&self, choice: Option<Dialect>) -> Probe {
        let mut prober = Prober { provider: self, dialect: choice, evidence: Vec::new() };
        let found = prober.run().await;
        let evidence = prober.evidence;
        match found {
            Ok(found) => Probe { capabilities: Some(found), evidence, failed: None },
            Err(error) => Probe { capabilities: None, evidence, failed: Some(error) },
        }
    }

    /// The base address, for messages.
    pub fn base(&self) -> &Url {
        self.transport.base()
    }
}

impl Prober<'_> {
    async fn run(&mut self) -> Result<Capabilities, GotoError> {
        let me = match self.dialect {
            Some(Dialect::Scim2) => None,
            // A refusal here is not final: the signed-in person's own record needs another scope than the rest.
            _ => match self.ask("me", &["Users", "me"], &[]).await {
                Err(error) if !matches!(error.class, Class::Forbidden | Class::MissingScope) => {
                    return Err(error);
                }
                answer => answer.unwrap_or(None).filter(|json| json.get("userName").is_some()),
            },
        };
        let (dialect, config) = self.dialect_and_config().await?;
        self.dialect = Some(dialect);
        let mut can = Capabilities::assumed(dialect);
        if let Some(config) = &config {
            can.patch = feature(config, "patch");
            can.etag = feature(config, "etag");
            if dialect == Dialect::Scim2 {
                can.member_patch =
                    if can.patch == Support::No { MemberPatch::No } else { MemberPatch::AddsAndRemoves };
                let filter = match feature(config, "filter") {
                    Support::Yes => FilterSupport::Any,
                    Support::No => FilterSupport::None,
                    Support::Unproven => can.user_filters.clone(),
                };
                (can.user_filters, can.group_filters) = (filter.clone(), filter);
                let most =
                    config.get("filter").and_then(|filter| filter.get("maxResults")).and_then(Json::as_u64);
                if let Some(most) = most.and_then(|most| u32::try_from(most).ok()).filter(|most| *most > 0) {
                    can.page_size = can.page_size.min(most);
                }
            }
        }
        self.schemas(dialect, &mut can).await?;
        let principal = me.as_ref().and_then(|me| me.get("userName")).and_then(Json::as_str);
        self.users(principal, &mut can).await?;
        self.groups(&mut can).await?;
        Ok(can)
    }

    /// The plural of the old drafts means GoTo's dialect, the singular RFC 7644. A server with neither tells by its
    /// list of users.
    async fn dialect_and_config(&mut self) -> Result<(Dialect, Option<Json>), GotoError> {
        let order = match self.dialect {
            Some(Dialect::Scim2) => &[("ServiceProviderConfig", Dialect::Scim2)][..],
            Some(Dialect::GotoV1) => &[("ServiceProviderConfigs", Dialect::GotoV1)][..],
            None => {
                &[("ServiceProviderConfigs", Dialect::GotoV1), ("ServiceProviderConfig", Dialect::Scim2)][..]
            }
        };
        for (path, dialect) in order {
            let config = self.ask("config", &[path], &[]).await?;
            // A server of RFC 7644 may answer the plural, too: its schema URN tells.
            let is_scim2 =
                |config: &Json| config.to_string().contains("urn:ietf:params:scim:schemas:core:2.0");
            if let Some(config) = config {
                let dialect =
                    if self.dialect.is_none() && is_scim2(&config) { Dialect::Scim2 } else { *dialect };
                return Ok((dialect, Some(config)));
            }
        }
        if let Some(dialect) = self.dialect {
            return Ok((dialect, None));
        }
        let list = self.ask("dialect", &["Users"], &[("startIndex", "1"), ("count", "1")]).await?;
        match list {
            Some(list) if list.get("resources").is_some() => Ok((Dialect::GotoV1, None)),
            Some(list) if envelope(list.clone()).is_some() => Ok((Dialect::Scim2, None)),
            _ => {
                let url = self.provider.transport.url(&["Users"], &[]);
                let detail = "no SCIM service provider answers at this address".to_owned();
                Err(failure(Class::NotFound, Outcome::NotProcessed, &Method::GET, &url, detail))
            }
        }
    }

    async fn schemas(&mut self, dialect: Dialect, can: &mut Capabilities) -> Result<(), GotoError> {
        let mut document = None;
        if dialect == Dialect::GotoV1 {
            document = self.ask("schemas", &["Schemas", "Users"], &[]).await?;
        } else {
            let types = self.ask("resource-types", &["ResourceTypes"], &[]).await?;
            if let Some(types) = types {
                let text = types.to_string();
                let groups = ["\"Group\"", "/Groups\""].iter().any(|name| text.contains(name));
                can.groups = if groups { Support::Yes } else { Support::No };
            }
        }
        if document.is_none() {
            document = self.ask("schemas", &["Schemas"], &[]).await?;
        }
        if let Some(listed) = document.as_ref().and_then(Listed::read) {
            can.active = listed.attribute("active");
            can.external_id = match listed.attribute("externalId") {
                // A common attribute: RFC 7643 section 3.1 has it outside the schemas, so its absence says nothing.
                Support::No if dialect == Dialect::Scim2 => Support::Unproven,
                known => known,
            };
            can.enterprise = listed.enterprise();
        }
        Ok(())
    }

    async fn users(&mut self, principal: Option<&str>, can: &mut Capabilities) -> Result<(), GotoError> {
        let nobody = format!("{:032x}", rand::random::<u128>());
        let filter = equals(&AttributePath::simple("userName"), principal.unwrap_or(&nobody));
        let answer = self.ask("filter-users", &["Users"], &[("filter", &filter), ("count", "1")]).await?;
        let rows = answer.and_then(envelope).map(|(rows, _)| rows);
        let works = match (&rows, principal) {
            (None, _) => false,
            (Some(rows), None) => rows.is_empty(),
            (Some(rows), Some(principal)) => rows.iter().all(|row| {
                row.get("userName")
                    .and_then(Json::as_str)
                    .is_some_and(|name| name.eq_ignore_ascii_case(principal))
            }),
        };
        if !works {
            (can.user_filters, can.group_filters) = (FilterSupport::None, FilterSupport::None);
        }
        Ok(())
    }

    async fn groups(&mut self, can: &mut Capabilities) -> Result<(), GotoError> {
        if can.groups == Support::No {
            return Ok(());
        }
        let answer = self.ask("groups", &["Groups"], &[("count", "1"), ("startIndex", "1")]).await?;
        let Some((rows, total)) = answer.and_then(envelope) else {
            can.groups = Support::No;
            return Ok(());
        };
        can.groups = Support::Yes;
        can.paging = match (rows.len(), total) {
            (0 | 1, Some(total)) if total > 1 => Support::Yes,
            (rows, _) if rows > 1 => Support::No,
            _ => Support::Unproven,
        };
        Ok(())
    }
}
