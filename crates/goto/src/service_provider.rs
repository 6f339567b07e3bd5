//! The service provider: one client for both dialects. Reading is here, writing in `writes`.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use http::Method;
use serde_json::Value as Json;
use url::Url;
use usher_auth::TokenSource;
use usher_scim::AttributePath;

use crate::capabilities::{Capabilities, Dialect, FilterSupport};
use crate::error::{Class, GotoError, Outcome};
use crate::list::{Complete, Progress, Step, envelope, next_cursor};
use crate::members::{Member, members_of};
use crate::pacer::Pacer;
use crate::resource::{Kind, Resource, ScimId};
use crate::transport::{Reply, Request, Retry, Transport, failure};

/// GoTo, or another SCIM service provider. Cloning is cheap; dropping any of its futures ends the call (a write may
/// have arrived by then: its outcome is unknown).
#[derive(Clone)]
pub struct ServiceProvider {
    pub(crate) transport: Transport,
    pub(crate) can: Arc<Capabilities>,
    /// By [`Patched`]: answered with "not offered" since this client was made, whatever the service provider says of itself.
    pub(crate) patch_refused: Arc<[AtomicBool; 4]>,
    /// Whether it was seen not to match the versions that it shows.
    pub(crate) tags_refused: Arc<AtomicBool>,
}

impl std::fmt::Debug for ServiceProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let base = self.transport.base().as_str();
        f.debug_struct("ServiceProvider").field("base", &base).field("can", &self.can).finish_non_exhaustive()
    }
}

impl ServiceProvider {
    /// A client for the SCIM base address, such as `https://api.getgo.com/identity/v1`. Reads wait for the pacer;
    /// whoever writes asks the same pacer first, or paces by other means.
    pub fn new(
        base: Url,
        tokens: Arc<dyn TokenSource>,
        pacer: Arc<Pacer>,
        can: Capabilities,
    ) -> Result<Self, GotoError> {
        Self::with_retry(base, tokens, pacer, can, Retry::default())
    }

    /// The same with other bounds for repeating reads.
    pub fn with_retry(
        base: Url,
        tokens: Arc<dyn TokenSource>,
        pacer: Arc<Pacer>,
        can: Capabilities,
        retry: Retry,
    ) -> Result<Self, GotoError> {
        let transport = Transport::new(base, tokens, pacer, retry)?;
        Ok(Self {
            transport,
            can: Arc::new(can),
            patch_refused: Arc::default(),
            tags_refused: Arc::default(),
        })
    }

    /// What the service provider can do, as far as it is known.
    pub fn capabilities(&self) -> &Capabilities {
        &self.can
    }

    /// The same client with what a probe found.
    pub fn with_capabilities(&self, can: Capabilities) -> Self {
        Self { can: Arc::new(can), ..self.clone() }
    }

    /// The pacer that reads wait for.
    pub fn pacer(&self) -> &Arc<Pacer> {
        self.transport.pacer()
    }

    /// Every object of a kind, with the values at the given paths.
    pub async fn list(&self, kind: Kind, paths: &[AttributePath]) -> Result<Complete<Resource>, GotoError> {
        let mut all = match self.read_list(kind, None, paths).await {
            // People come and go while a long list is read; a second pass mostly meets a quiet moment.
            Err(error) if error.class == Class::Incomplete => self.read_list(kind, None, paths).await?,
            other => other?,
        };
        if kind == Kind::Group {
            self.settle_silence(all.items_mut()).await?;
        }
        Ok(all)
    }

    /// RFC 7643 section 2.5 lets a server leave an empty list out. Where a listing shows the members of some groups, those
    /// without any are empty, then: one of them is asked itself instead of all of them.
    async fn settle_silence(&self, groups: &mut [Resource]) -> Result<(), GotoError> {
        let shows = |group: &Resource| group.members.as_ref().is_some_and(|members| !members.is_empty());
        let Some(silent) = groups.iter().find(|group| group.members.is_none()) else { return Ok(()) };
        if !groups.iter().any(shows) {
            return Ok(());
        }
        let empty = match self.members(&silent.id).await {
            Ok(members) => members.items().is_empty(),
            Err(gone) if gone.class == Class::NotFound => true,
            Err(error) => return Err(error),
        };
        if empty {
            for group in groups {
                group.members.get_or_insert_default();
            }
        }
        Ok(())
    }

    /// The objects whose attribute equals the text. Hits are compared again here, so that a server which ignores
    /// filters finds nobody instead of everybody.
    pub async fn find(
        &self,
        kind: Kind,
        attribute: &AttributePath,
        text: &str,
        paths: &[AttributePath],
    ) -> Result<Vec<Resource>, GotoError> {
        if !self.can.filters(kind).includes(attribute) {
            let url = self.transport.url(&[kind.endpoint()], &[]);
            let detail = format!("objects cannot be looked up by {attribute}");
            return Err(failure(Class::Unsupported, Outcome::NotProcessed, &Method::GET, &url, detail));
        }
        let found = self.matching(kind, attribute, text, paths).await?;
        let lower = text.to_lowercase();
        // Whether GoTo's `eq` minds the case is not described; SCIM's userName does not.
        if found.is_empty() && self.can.dialect == Dialect::GotoV1 && lower != text {
            return self.matching(kind, attribute, &lower, paths).await;
        }
        Ok(found)
    }

    /// The same where filters do not work, which RFC 7644 section 3.4.2.2 makes optional: then everybody is read.
    pub async fn search(
        &self,
        kind: Kind,
        attribute: &AttributePath,
        text: &str,
        paths: &[AttributePath],
    ) -> Result<Vec<Resource>, GotoError> {
        if *self.can.filters(kind) != FilterSupport::None {
            return self.find(kind, attribute, text, paths).await;
        }
        let mut wanted = paths.to_vec();
        wanted.push(attribute.clone());
        let all = self.read_list(kind, None, &wanted).await?.into_items();
        Ok(hits(all, attribute, text, paths))
    }

    async fn matching(
        &self,
        kind: Kind,
        attribute: &AttributePath,
        text: &str,
        paths: &[AttributePath],
    ) -> Result<Vec<Resource>, GotoError> {
        let mut wanted = paths.to_vec();
        wanted.push(attribute.clone());
        let filter = equals(attribute, text);
        match self.read_list(kind, Some(&filter), &wanted).await {
            Ok(found) => Ok(hits(found.into_items(), attribute, text, paths)),
            // RFC 7644 section 3.4.2 has an empty list for no hits; some servers say 404.
            Err(error) if error.class == Class::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn read_list(
        &self,
        kind: Kind,
        filter: Option<&str>,
        paths: &[AttributePath],
    ) -> Result<Complete<Resource>, GotoError> {
        let mut progress = Progress::default();
        let mut items = Vec::new();
        let mut at = ("startIndex", "1".to_owned());
        loop {
            let count = self.can.page_size.max(1).to_string();
            let mut query = vec![(at.0, at.1.as_str()), ("count", &count)];
            query.extend(filter.map(|filter| ("filter", filter)));
            let url = self.transport.url(&[kind.endpoint()], &query);
            let request = self.request(Method::GET, url.clone(), None, true);
            let reply = self.transport.read(request).await?;
            let broken = |class, detail: &str| {
                failure(class, Outcome::NotProcessed, &Method::GET, &url, detail.to_owned())
            };
            let next = reply.json.as_ref().and_then(next_cursor);
            let Some((rows, total)) = reply.json.and_then(envelope) else {
                return Err(broken(Class::Protocol, "the reply is not a list"));
            };
            let page: Option<Vec<Resource>> =
                rows.iter().map(|row| Resource::read(row, paths, None)).collect();
            let Some(page) = page else {
                return Err(broken(Class::Protocol, "an object in the list has no id"));
            };
            let ids: Vec<String> = page.iter().map(|resource| resource.id.0.clone()).collect();
            match progress.page(&ids, total, next) {
                Step::Next(next) => at = ("startIndex", next.to_string()),
                Step::NextAt(cursor) => at = ("cursor", cursor),
                Step::Done => {
                    items.extend(page);
                    return Ok(Complete::proven(items));
                }
                Step::DoneWithoutThisPage => return Ok(Complete::proven(items)),
                Step::Broken(why) => return Err(broken(Class::Incomplete, why)),
            }
            items.extend(page);
        }
    }

    /// One object.
    pub async fn get(&self, kind: Kind, id: &ScimId, paths: &[AttributePath]) -> Result<Resource, GotoError> {
        let (url, reply) = self.get_raw(kind, id).await?;
        let found = reply.json.as_ref().and_then(|json| Resource::read(json, paths, reply.etag.clone()));
        found.ok_or_else(|| no_id(&Method::GET, &url))
    }

    pub(crate) async fn get_raw(&self, kind: Kind, id: &ScimId) -> Result<(Url, Reply), GotoError> {
        let url = self.transport.url(&[kind.endpoint(), id.as_str()], &[]);
        let reply = self.transport.read(self.request(Method::GET, url.clone(), None, true)).await?;
        Ok((url, reply))
    }

    /// Reads a group's members.
    pub async fn members(&self, group: &ScimId) -> Result<Complete<Member>, GotoError> {
        let (url, reply) = self.get_raw(Kind::Group, group).await?;
        let Some(json) = reply.json else { return Err(no_id(&Method::GET, &url)) };
        // RFC 7643 section 2.5: an empty list may be left out.
        Ok(Complete::proven(members_of(&json).unwrap_or_default()))
    }

    pub(crate) fn request(&self, method: Method, url: Url, body: Option<Json>, fresh: bool) -> Request {
        let dialect = Some(self.can.dialect);
        // A public GoTo test script sends no-cache for reads that must see earlier writes.
        let no_cache = fresh && self.can.dialect == Dialect::GotoV1;
        Request { method, url, body, dialect, if_match: None, no_cache }
    }
}

/// Those whose attribute is this text, whatever its case, with the values at `paths` only.
fn hits(
    mut found: Vec<Resource>,
    attribute: &AttributePath,
    text: &str,
    paths: &[AttributePath],
) -> Vec<Resource> {
    let name = attribute.to_string();
    found.retain(|resource| {
        resource.text(&name).is_some_and(|value| value.to_lowercase() == text.to_lowercase())
    });
    if !paths.contains(attribute) {
        found.iter_mut().for_each(|resource| drop(resource.attributes.remove(&name)));
    }
    found
}

/// `attribute eq "text"`, the text as a JSON string (RFC 7644 section 3.4.2.2).
pub(crate) fn equals(attribute: &AttributePath, text: &str) -> String {
    format!("{attribute} eq {}", Json::from(text))
}

pub(crate) fn no_id(method: &Method, url: &Url) -> GotoError {
    let detail = "the reply has no object with an id".to_owned();
    failure(Class::Protocol, Outcome::Unknown, method, url, detail)
}
