//! The service provider: one client for both dialects.

use std::sync::Arc;

use http::Method;
use serde_json::{Value as Json, json};
use url::Url;
use usher_auth::TokenSource;
use usher_scim::{AttributePath, SetError};

use crate::body;
use crate::capabilities::{Capabilities, Dialect, MemberPatch, Support};
use crate::error::{Class, GotoError, Outcome};
use crate::list::{Complete, Progress, Step, envelope};
use crate::members::{self, Member, MemberKind, members_of};
use crate::pacer::Pacer;
use crate::resource::{Kind, Resource, ScimId};
use crate::transport::{Reply, Request, Retry, Transport, failure};
use crate::value::Write;

/// GoTo, or another SCIM service provider. Cloning is cheap; dropping any of its futures ends the call (a write may
/// have arrived by then: its outcome is unknown).
#[derive(Clone)]
pub struct ServiceProvider {
    pub(crate) transport: Transport,
    can: Arc<Capabilities>,
}

impl std::fmt::Debug for ServiceProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let base = self.transport.base().as_str();
        f.debug_struct("ServiceProvider").field("base", &base).field("can", &self.can).finish_non_exhaustive()
    }
}

/// Which members a change leaves, for servers that only take whole groups.
enum MemberChange<'a> {
    Add(&'a [ScimId]),
    Remove(&'a [ScimId]),
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
        Ok(Self { transport: Transport::new(base, tokens, pacer, retry)?, can: Arc::new(can) })
    }

    /// What the service provider can do, as far as it is known.
    pub fn capabilities(&self) -> &Capabilities {
        &self.can
    }

    /// The same client with what a probe found.
    pub fn with_capabilities(&self, can: Capabilities) -> Self {
        Self { transport: self.transport.clone(), can: Arc::new(can) }
    }

    /// The pacer that reads wait for.
    pub fn pacer(&self) -> &Arc<Pacer> {
        self.transport.pacer()
    }

    /// Every object of a kind, with the values at the given paths.
    pub async fn list(&self, kind: Kind, paths: &[AttributePath]) -> Result<Complete<Resource>, GotoError> {
        match self.read_list(kind, None, paths).await {
            // People come and go while a long list is read; a second pass mostly meets a quiet moment.
            Err(error) if error.class == Class::Incomplete => self.read_list(kind, None, paths).await,
            other => other,
        }
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
        let mut found = self.read_list(kind, Some(&filter), &wanted).await?.into_items();
        let name = attribute.to_string();
        found.retain(|resource| {
            resource.text(&name).is_some_and(|value| value.to_lowercase() == text.to_lowercase())
        });
        if !paths.contains(attribute) {
            found.iter_mut().for_each(|resource| drop(resource.attributes.remove(&name)));
        }
        Ok(found)
    }

    async fn read_list(
        &self,
        kind: Kind,
        filter: Option<&str>,
        paths: &[AttributePath],
    ) -> Result<Complete<Resource>, GotoError> {
        let mut progress = Progress::default();
        let mut items = Vec::new();
        let mut start = 1;
        loop {
            let (at, count) = (start.to_string(), self.can.page_size.max(1).to_string());
            let mut query = vec![("startIndex", at.as_str()), ("count", &count)];
            query.extend(filter.map(|filter| ("filter", filter)));
            let url = self.transport.url(&[kind.endpoint()], &query);
            let request = self.request(Method::GET, url.clone(), None, filter.is_some());
            let reply = self.transport.read(request).await?;
            let broken = |class, detail: &str| {
                failure(class, Outcome::NotProcessed, &Method::GET, &url, detail.to_owned())
            };
            let Some((rows, total)) = reply.json.and_then(envelope) else {
                return Err(broken(Class::Protocol, "the reply is not a list"));
            };
            let page: Option<Vec<Resource>> =
                rows.iter().map(|row| Resource::read(row, paths, None)).collect();
            let Some(page) = page else {
                return Err(broken(Class::Protocol, "an object in the list has no id"));
            };
            let ids: Vec<String> = page.iter().map(|resource| resource.id.0.clone()).collect();
            match progress.page(&ids, total) {
                Step::Next(next) => start = next,
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

    async fn get_raw(&self, kind: Kind, id: &ScimId) -> Result<(Url, Reply), GotoError> {
        let url = self.transport.url(&[kind.endpoint(), id.as_str()], &[]);
        let reply = self.transport.read(self.request(Method::GET, url.clone(), None, true)).await?;
        Ok((url, reply))
    }

    /// Makes an object and returns its id, with the values at `paths` as far as the reply shows them.
    pub async fn create(
        &self,
        kind: Kind,
        writes: &[Write],
        paths: &[AttributePath],
    ) -> Result<Resource, GotoError> {
        let url = self.transport.url(&[kind.endpoint()], &[]);
        let body =
            body::create(kind, writes, &self.can).map_err(|error| unwritable(&Method::POST, &url, &error))?;
        let reply = self.transport.once(&self.request(Method::POST, url.clone(), Some(body), false)).await?;
        let found = reply.json.as_ref().and_then(|json| Resource::read(json, paths, reply.etag.clone()));
        // Accepted without an id: there may be an object now that we do not know.
        found.ok_or_else(|| no_id(&Method::POST, &url))
    }

    /// Changes exactly the given attributes.
    pub async fn update(&self, kind: Kind, id: &ScimId, writes: &[Write]) -> Result<(), GotoError> {
        let url = self.transport.url(&[kind.endpoint(), id.as_str()], &[]);
        let refuse = |error: SetError| unwritable(&Method::PATCH, &url, &error);
        if self.can.patch == Support::No {
            return self
                .put_merged(kind, id, |resource| {
                    let mut fill = |write: &Write| {
                        usher_scim::set(resource, &write.path, write.value.to_json(self.can.boolean_as_text))
                    };
                    writes
                        .iter()
                        .try_for_each(&mut fill)
                        .map_err(|error| unwritable(&Method::PUT, &url, &error))
                })
                .await;
        }
        let body = match self.can.dialect {
            Dialect::Scim2 => json!(body::patch(writes, &self.can).map_err(refuse)?),
            Dialect::GotoV1 => {
                let mut partial = body::nested(writes, &self.can).map_err(refuse)?;
                self.complete_name(kind, id, &mut partial).await?;
                partial
            }
        };
        self.transport.once(&self.request(Method::PATCH, url, Some(body), false)).await.map(|_| ())
    }

    /// GoTo's description requires both parts of `name` wherever it is sent; the missing one is read first.
    async fn complete_name(&self, kind: Kind, id: &ScimId, partial: &mut Json) -> Result<(), GotoError> {
        let Some(name) = partial.get_mut("name").and_then(Json::as_object_mut) else { return Ok(()) };
        if name.contains_key("givenName") && name.contains_key("familyName") {
            return Ok(());
        }
        let (_, reply) = self.get_raw(kind, id).await?;
        for part in ["givenName", "familyName"] {
            let current = reply.json.as_ref().and_then(|json| json.get("name")?.get(part)).cloned();
            if let (false, Some(current)) = (name.contains_key(part), current) {
                name.insert(part.to_owned(), current);
            }
        }
        Ok(())
    }

    /// Deactivates a person: the account stays, access ends.
    pub async fn disable(&self, id: &ScimId) -> Result<(), GotoError> {
        if self.can.active == Support::No {
            let url = self.transport.url(&[Kind::User.endpoint(), id.as_str()], &[]);
            let detail = "people cannot be deactivated there".to_owned();
            return Err(failure(Class::Unsupported, Outcome::NotProcessed, &Method::PATCH, &url, detail));
        }
        let write = Write { path: AttributePath::simple("active"), value: false.into(), had_value: true };
        self.update(Kind::User, id, &[write]).await
    }

    /// Deletes an object. One that is gone already is the caller's to judge (`NotFound`).
    pub async fn delete(&self, kind: Kind, id: &ScimId) -> Result<(), GotoError> {
        let url = self.transport.url(&[kind.endpoint(), id.as_str()], &[]);
        self.transport.once(&self.request(Method::DELETE, url, None, false)).await.map(|_| ())
    }

    /// Reads a group's members.
    pub async fn members(&self, group: &ScimId) -> Result<Complete<Member>, GotoError> {
        let (url, reply) = self.get_raw(Kind::Group, group).await?;
        let Some(json) = reply.json else { return Err(no_id(&Method::GET, &url)) };
        // RFC 7643 section 2.5: an empty list may be left out.
        Ok(Complete::proven(members_of(&json).unwrap_or_default()))
    }

    /// Adds people to a group with one write. At most [`Capabilities::members_per_request`] at a time.
    pub async fn add_members(&self, group: &ScimId, people: &[ScimId]) -> Result<(), GotoError> {
        self.change_members(group, &MemberChange::Add(people)).await
    }

    /// Removes people from a group with one write. At most [`Capabilities::members_per_request`] at a time.
    pub async fn remove_members(&self, group: &ScimId, people: &[ScimId]) -> Result<(), GotoError> {
        self.change_members(group, &MemberChange::Remove(people)).await
    }

    async fn change_members(&self, group: &ScimId, change: &MemberChange<'_>) -> Result<(), GotoError> {
        let url = self.transport.url(&[Kind::Group.endpoint(), group.as_str()], &[]);
        let limit = self.can.members_per_request;
        let (MemberChange::Add(people) | MemberChange::Remove(people)) = change;
        if people.is_empty() {
            return Ok(());
        }
        let too_many = |detail: String| {
            failure(Class::TooManyMembers { limit }, Outcome::NotProcessed, &Method::PATCH, &url, detail)
        };
        if people.len() > limit {
            return Err(too_many(format!(
                "{} members in one request, at most {limit} are taken",
                people.len()
            )));
        }
        let patch = self.can.patch != Support::No;
        let body = match (self.can.dialect, self.can.member_patch, change) {
            (Dialect::Scim2, MemberPatch::Adds | MemberPatch::AddsAndRemoves, MemberChange::Add(people))
                if patch =>
            {
                Some(json!(members::add(people)))
            }
            (Dialect::Scim2, MemberPatch::AddsAndRemoves, MemberChange::Remove(people)) if patch => {
                Some(json!(members::remove(people)))
            }
            (Dialect::GotoV1, MemberPatch::Adds | MemberPatch::AddsAndRemoves, MemberChange::Add(people))
                if patch =>
            {
                let add: Vec<Member> = people.iter().map(person).collect();
                Some(json!({ "members": members::written(&add, Dialect::GotoV1) }))
            }
            // SCIM 1.1 section 3.3.1: a member with `operation: delete` is taken out.
            (Dialect::GotoV1, MemberPatch::AddsAndRemoves, MemberChange::Remove(people)) if patch => {
                let gone: Json = people
                    .iter()
                    .map(|id| json!({ "type": "user", "value": id.as_str(), "operation": "delete" }))
                    .collect();
                Some(json!({ "members": gone }))
            }
            _ => None,
        };
        if let Some(body) = body {
            return self
                .transport
                .once(&self.request(Method::PATCH, url, Some(body), false))
                .await
                .map(|_| ());
        }
        let dialect = self.can.dialect;
        self.put_merged(Kind::Group, group, |resource| {
            let mut now = members_of(resource).unwrap_or_default();
            match change {
                MemberChange::Add(people) => {
                    let fresh: Vec<Member> = people
                        .iter()
                        .map(person)
                        .filter(|new| !now.iter().any(|old| old.id == new.id))
                        .collect();
                    now.extend(fresh);
                }
                MemberChange::Remove(people) => now.retain(|member| !people.contains(&member.id)),
            }
            if now.len() > limit {
                return Err(too_many(format!(
                    "the group would have {} members, at most {limit} can be written",
                    now.len()
                )));
            }
            if let Some(object) = resource.as_object_mut() {
                object.insert("members".to_owned(), members::written(&now, dialect));
            }
            Ok(())
        })
        .await
    }

    /// Reads an object, changes it and writes it whole, bound to the version that was read where there is one.
    async fn put_merged(
        &self,
        kind: Kind,
        id: &ScimId,
        change: impl FnOnce(&mut Json) -> Result<(), GotoError>,
    ) -> Result<(), GotoError> {
        let (url, reply) = self.get_raw(kind, id).await?;
        let Some(mut resource) = reply.json else { return Err(no_id(&Method::GET, &url)) };
        change(&mut resource)?;
        if let Some(object) = resource.as_object_mut() {
            // Read-only parts (RFC 7643 section 3.1), and GoTo's entitlements, which are not ours to write.
            object.retain(|key, _| {
                !["meta", "id", "groups"].contains(&key.as_str())
                    && !key.contains(":extension:getgo:")
                    && !key.contains(":extension:jive:")
            });
        }
        let mut request = self.request(Method::PUT, url, Some(resource), false);
        request.if_match = reply.etag;
        self.transport.once(&request).await.map(|_| ())
    }

    pub(crate) fn request(&self, method: Method, url: Url, body: Option<Json>, fresh: bool) -> Request {
        let dialect = Some(self.can.dialect);
        // A public GoTo test script sends no-cache for reads that must see earlier writes.
        let no_cache = fresh && self.can.dialect == Dialect::GotoV1;
        Request { method, url, body, dialect, if_match: None, no_cache }
    }
}

fn person(id: &ScimId) -> Member {
    Member { id: id.clone(), kind: MemberKind::User }
}

/// `attribute eq "text"`, the text as a JSON string (RFC 7644 section 3.4.2.2).
pub(crate) fn equals(attribute: &AttributePath, text: &str) -> String {
    format!("{attribute} eq {}", Json::from(text))
}

fn no_id(method: &Method, url: &Url) -> GotoError {
    let detail = "the reply has no object with an id".to_owned();
    failure(Class::Protocol, Outcome::Unknown, method, url, detail)
}

fn unwritable(method: &Method, url: &Url, error: &SetError) -> GotoError {
    failure(Class::Invalid, Outcome::NotProcessed, method, url, error.to_string())
}
