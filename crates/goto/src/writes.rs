//! Writes. Each is sent once; what a failure means for the next step is in the error.

use std::sync::atomic::Ordering;

use http::Method;
use serde_json::{Value as Json, json};
use url::Url;
use usher_scim::{AttributePath, SetError};

use crate::body;
use crate::capabilities::{Dialect, MemberPatch, Support};
use crate::error::{Class, GotoError, Outcome};
use crate::members::{self, Member, MemberKind, members_of};
use crate::resource::{Kind, Resource, ScimId, version as version_of};
use crate::service_provider::{ServiceProvider, no_id};
use crate::transport::{Reply, Request, failure};
use crate::value::Write;

/// What a PATCH changes. Servers offer it for some and not for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patched {
    User,
    Group,
    MembersAdded,
    MembersRemoved,
}

/// A change of a group's members.
pub(crate) enum MemberChange<'a> {
    Add(&'a [ScimId]),
    Remove(&'a [ScimId]),
}

impl<'a> MemberChange<'a> {
    fn people(&self) -> &'a [ScimId] {
        let (Self::Add(people) | Self::Remove(people)) = self;
        people
    }
}

impl ServiceProvider {
    /// Makes an object and returns its id, with the values at `paths` as far as the reply shows them; nothing where it was
    /// accepted and no id is to be had: there may be an object now that we do not know.
    pub async fn create(
        &self,
        kind: Kind,
        writes: &[Write],
        paths: &[AttributePath],
    ) -> Result<Option<Resource>, GotoError> {
        let url = self.transport.url(&[kind.endpoint()], &[]);
        let body =
            body::create(kind, writes, &self.can).map_err(|error| unwritable(&Method::POST, &url, &error))?;
        let reply = self.transport.once(&self.request(Method::POST, url.clone(), Some(body), false)).await?;
        let shown = |reply: &Reply| Resource::read(reply.json.as_ref()?, paths, reply.etag.clone());
        if let Some(made) = shown(&reply) {
            return Ok(Some(made));
        }
        // RFC 7644 section 3.3: what was made is at `Location`. A 202 may name a monitor of the work there (RFC 9110 section
        // 15.3.3), whose id is nobody's; and the token goes nowhere else.
        let Some(location) = reply.location.filter(|at| is_below(at, &url)) else { return Ok(None) };
        let read = self.transport.read(self.request(Method::GET, location, None, true)).await;
        Ok(read.ok().as_ref().and_then(shown))
    }

    /// Changes exactly the given attributes.
    pub async fn update(&self, kind: Kind, id: &ScimId, writes: &[Write]) -> Result<(), GotoError> {
        self.update_version(kind, id, writes, None).await
    }

    /// The same, of this version of the object and no other (RFC 7644 section 3.14): 412 where it has changed.
    pub async fn update_version(
        &self,
        kind: Kind,
        id: &ScimId,
        writes: &[Write],
        version: Option<&str>,
    ) -> Result<(), GotoError> {
        let what = match kind {
            Kind::User => Patched::User,
            Kind::Group => Patched::Group,
        };
        if self.may_patch(what) {
            let patched = self.patch_attributes(kind, id, writes, version).await;
            if !self.was_refused(what, &patched) {
                return patched;
            }
        }
        self.put_merged(kind, id, version, |resource| {
            let url = self.transport.url(&[kind.endpoint(), id.as_str()], &[]);
            let mut fill = |write: &Write| {
                usher_scim::set(resource, &write.path, write.value.to_json(self.can.boolean_as_text))
            };
            writes.iter().try_for_each(&mut fill).map_err(|error| unwritable(&Method::PUT, &url, &error))
        })
        .await
    }

    async fn patch_attributes(
        &self,
        kind: Kind,
        id: &ScimId,
        writes: &[Write],
        version: Option<&str>,
    ) -> Result<(), GotoError> {
        let url = self.transport.url(&[kind.endpoint(), id.as_str()], &[]);
        let refuse = |error: SetError| unwritable(&Method::PATCH, &url, &error);
        let body = match self.can.dialect {
            Dialect::Scim2 => {
                let now = match body::needs_a_look(writes) {
                    true => self.get_raw(kind, id).await?.1.json.unwrap_or_default(),
                    false => Json::Null,
                };
                json!(body::patch(writes, &now, &self.can).map_err(refuse)?)
            }
            Dialect::GotoV1 => {
                let mut partial = body::nested(writes, &self.can).map_err(refuse)?;
                self.complete_name(kind, id, &mut partial).await?;
                partial
            }
        };
        let mut request = self.request(Method::PATCH, url, Some(body), false);
        request.if_match = self.tag(version);
        self.write(kind, id, request).await
    }

    /// What `If-Match` says. Where versions are not kept, a tag is the web framework's and speaks of bytes.
    fn tag(&self, version: Option<&str>) -> Option<String> {
        let kept = self.can.etag.may_try() && !self.tags_refused.load(Ordering::Relaxed);
        version.filter(|_| kept).map(str::to_owned)
    }

    /// Whether PATCH is worth a try.
    fn may_patch(&self, what: Patched) -> bool {
        self.can.patch != Support::No && !self.patch_refused[what as usize].load(Ordering::Relaxed)
    }

    /// Whether PATCH is not offered for this. RFC 7644 section 3.5.2 makes it optional, and not every server without it, or
    /// with half of it, says so beforehand. It is remembered as long as this client lives, and objects are written whole
    /// instead.
    fn was_refused<T>(&self, what: Patched, patched: &Result<T, GotoError>) -> bool {
        let refused = patched.as_ref().is_err_and(|error| matches!(error.status, Some(405 | 501)));
        self.patch_refused[what as usize].fetch_or(refused, Ordering::Relaxed);
        refused
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
        self.delete_version(kind, id, None).await
    }

    /// The same, of this version of the object and no other.
    pub async fn delete_version(
        &self,
        kind: Kind,
        id: &ScimId,
        version: Option<&str>,
    ) -> Result<(), GotoError> {
        let url = self.transport.url(&[kind.endpoint(), id.as_str()], &[]);
        let mut request = self.request(Method::DELETE, url, None, false);
        request.if_match = self.tag(version);
        self.write(kind, id, request).await
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
        let (people, limit) = (change.people(), self.can.members_per_request);
        if people.is_empty() {
            return Ok(());
        }
        if people.len() > limit {
            let detail = format!("{} members in one request, at most {limit} are taken", people.len());
            return Err(self.too_many(group, detail));
        }
        let by_patch = matches!(
            (self.can.member_patch, change),
            (MemberPatch::AddsAndRemoves, _) | (MemberPatch::Adds, MemberChange::Add(_))
        );
        let what = match change {
            MemberChange::Add(_) => Patched::MembersAdded,
            MemberChange::Remove(_) => Patched::MembersRemoved,
        };
        if by_patch && self.may_patch(what) {
            let patched = self.patch_members(group, change).await;
            // Who takes `members[value eq "..."]` for no path (RFC 7644 section 3.5.2.2) may still take the whole group.
            let no_path = what == Patched::MembersRemoved
                && self.can.dialect == Dialect::Scim2
                && patched.as_ref().is_err_and(|error| error.status == Some(400));
            if no_path {
                let put = self.put_members(group, change).await;
                let no_put = put.as_ref().is_err_and(|error| matches!(error.status, Some(405 | 501)));
                return if no_put { patched } else { put };
            }
            if !self.was_refused(what, &patched) {
                return patched;
            }
        }
        self.put_members(group, change).await
    }

    fn too_many(&self, group: &ScimId, detail: String) -> GotoError {
        let url = self.transport.url(&[Kind::Group.endpoint(), group.as_str()], &[]);
        let class = Class::TooManyMembers { limit: self.can.members_per_request };
        failure(class, Outcome::NotProcessed, &Method::PATCH, &url, detail)
    }

    /// Sends the change by itself.
    pub(crate) async fn patch_members(
        &self,
        group: &ScimId,
        change: &MemberChange<'_>,
    ) -> Result<(), GotoError> {
        let body = match (self.can.dialect, change) {
            (Dialect::Scim2, MemberChange::Add(people)) => json!(members::add(people)),
            (Dialect::Scim2, MemberChange::Remove(people)) => json!(members::remove(people)),
            (Dialect::GotoV1, MemberChange::Add(people)) => {
                let add: Vec<Member> = people.iter().map(person).collect();
                json!({ "members": members::written(&add, Dialect::GotoV1) })
            }
            // SCIM 1.1 section 3.3.1: a member with `operation: delete` is taken out.
            (Dialect::GotoV1, MemberChange::Remove(people)) => {
                let gone: Json = people
                    .iter()
                    .map(|id| json!({ "type": "user", "value": id.as_str(), "operation": "delete" }))
                    .collect();
                json!({ "members": gone })
            }
        };
        let url = self.transport.url(&[Kind::Group.endpoint(), group.as_str()], &[]);
        self.sent(Kind::Group, group, self.request(Method::PATCH, url, Some(body), false)).await
    }

    /// Reads the group and writes it whole, with the change made.
    pub(crate) async fn put_members(
        &self,
        group: &ScimId,
        change: &MemberChange<'_>,
    ) -> Result<(), GotoError> {
        let (dialect, limit) = (self.can.dialect, self.can.members_per_request);
        self.put_merged(Kind::Group, group, None, |resource| {
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
                let detail =
                    format!("the group would have {} members, at most {limit} can be written", now.len());
                return Err(self.too_many(group, detail));
            }
            let url = self.transport.url(&[Kind::Group.endpoint(), group.as_str()], &[]);
            usher_scim::set(resource, &AttributePath::simple("members"), members::written(&now, dialect))
                .map_err(|error| unwritable(&Method::PUT, &url, &error))
        })
        .await
    }

    /// Reads an object, changes it and writes it whole, bound to the version that is meant, or else to the one that was read.
    async fn put_merged(
        &self,
        kind: Kind,
        id: &ScimId,
        version: Option<&str>,
        change: impl FnOnce(&mut Json) -> Result<(), GotoError>,
    ) -> Result<(), GotoError> {
        let (url, reply) = self.get_raw(kind, id).await?;
        let Some(mut resource) = reply.json else { return Err(no_id(&Method::GET, &url)) };
        change(&mut resource)?;
        if let Some(object) = resource.as_object_mut() {
            // Read-only parts (RFC 7643 section 3.1), and GoTo's entitlements, which are not ours to write.
            object.retain(|key, _| {
                !["meta", "id", "groups"].iter().any(|ours| key.eq_ignore_ascii_case(ours))
                    && !key.contains(":extension:getgo:")
                    && !key.contains(":extension:jive:")
            });
        }
        let mut request = self.request(Method::PUT, url, Some(resource), false);
        request.if_match = self.tag(version.or(reply.etag.as_deref()));
        self.write(kind, id, request).await
    }

    /// Sends one write. Where the service provider insists on being told which version is meant (RFC 6585 section 3), once
    /// more with the version that stands there now. Where it refuses the very version that stands there, once more
    /// without: a weak tag never matches by the letter of RFC 9110 section 13.1.1, and RFC 7644 section 3.14 uses them so.
    async fn sent(&self, kind: Kind, id: &ScimId, mut request: Request) -> Result<(), GotoError> {
        let refused = match self.transport.once(&request).await {
            Err(error)
                if matches!((error.status, &request.if_match), (Some(428), None) | (Some(412), Some(_))) =>
            {
                error
            }
            other => return other.map(drop),
        };
        let Ok((_, now)) = self.get_raw(kind, id).await else { return Err(refused) };
        // RFC 7644 section 3.14: the tag is in the header, in `meta.version`, or in both.
        let shown = now.json.as_ref().and_then(version_of);
        let tags = [now.etag.as_deref(), shown];
        request.if_match = match &request.if_match {
            Some(meant) if !tags.contains(&Some(meant.as_str())) => return Err(refused),
            Some(_) => {
                tracing::debug!(
                    "the service provider does not match its own versions: they are no longer sent"
                );
                self.tags_refused.store(true, Ordering::Relaxed);
                None
            }
            None => match tags.into_iter().flatten().next() {
                Some(tag) => Some(tag.to_owned()),
                None => return Err(refused),
            },
        };
        self.pacer().turn().await;
        self.transport.once(&request).await.map(drop)
    }

    /// Sends one write about an object.
    ///
    /// GoTo's description has 401 also for "group not in organisation". Where the reply does not say that it is about
    /// the role, a look at the group tells: a group that is gone must not stop a whole run.
    async fn write(&self, kind: Kind, id: &ScimId, request: Request) -> Result<(), GotoError> {
        let mut error = match self.sent(kind, id, request).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let unclear =
            error.class == Class::NeedsOrganisationRole && error.code.as_deref() != Some("not.authorized");
        if kind == Kind::Group && unclear {
            let look = self.get_raw(kind, id).await;
            if look.is_err_and(|look| look.class == Class::NotFound) {
                error.class = Class::NotFound;
            }
        }
        Err(error)
    }
}

/// Whether an address is that of an object in this collection.
fn is_below(at: &Url, collection: &Url) -> bool {
    let id = at.path().strip_prefix(collection.path()).and_then(|rest| rest.strip_prefix('/'));
    at.origin() == collection.origin() && id.is_some_and(|id| !id.is_empty())
}

fn person(id: &ScimId) -> Member {
    Member { id: id.clone(), kind: MemberKind::User }
}

fn unwritable(method: &Method, url: &Url, error: &SetError) -> GotoError {
    failure(Class::Invalid, Outcome::NotProcessed, method, url, error.to_string())
}
