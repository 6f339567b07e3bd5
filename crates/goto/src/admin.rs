//! GoTo's Admin API: who is signed in, and the licences of an account. Read only.

use std::sync::Arc;

use http::Method;
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use url::Url;
use usher_auth::TokenSource;

use crate::capabilities::Dialect;
use crate::error::{Class, GotoError, Outcome};
use crate::list::Complete;
use crate::pacer::Pacer;
use crate::transport::{Request, Retry, Transport, failure};

/// A client for the Admin API.
#[derive(Clone)]
pub struct Admin {
    transport: Transport,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin").field("base", &self.transport.base().as_str()).finish_non_exhaustive()
    }
}

/// The signed-in administrator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminMe {
    /// Key of the person; text, it exceeds 2^53.
    #[serde(deserialize_with = "key")]
    pub key: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether the person administers the organisation. Only `false` was seen on a live system: `true` may also mean
    /// the read-only role, so only a write proves the right to write.
    pub org_admin: Option<bool>,
    /// Roles in the account, such as `SUPER_USER`.
    #[serde(default)]
    pub admin_roles: Vec<String>,
    /// Products.
    #[serde(default)]
    pub products: Vec<String>,
    /// The accounts the person belongs to. With several, a person chooses.
    #[serde(default)]
    pub accounts: Vec<Account>,
}

impl AdminMe {
    /// Whether the person may manage licences.
    pub fn may_manage_licences(&self) -> bool {
        let has = |role: &str| self.admin_roles.iter().any(|held| held == role);
        has("SUPER_USER") || (has("MANAGE_USERS") && has("MANAGE_SEATS"))
    }

    /// Whether the person has a role in an account, apart from the organisation.
    pub fn administers_products(&self) -> bool {
        !self.admin_roles.is_empty()
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Key.
    #[serde(deserialize_with = "key")]
    pub key: String,
    /// Name.
    pub name: Option<String>,
}

/// A licence of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Licence {
    /// Key.
    #[serde(deserialize_with = "key")]
    pub key: String,
    /// Text.
    pub description: Option<String>,
    /// Seats bought. With concurrent licences the difference to `user_count` is not the number of free seats, so
    /// both are shown.
    pub seats: Option<i64>,
    /// People on it.
    pub user_count: Option<i64>,
    /// Whether it is in force.
    pub enabled: Option<bool>,
    /// Present where the seats are shared by whoever works at the moment.
    #[serde(default, deserialize_with = "concurrent")]
    pub concurrent_license_key: Option<String>,
    /// Whether its seats are of devices, not of people.
    pub devices_only: Option<bool>,
    /// Product codes, such as `G2M`.
    #[serde(default)]
    pub products: Vec<String>,
}

impl Licence {
    /// Seats that nobody has. Unknown where a number is missing, and where seats are shared: what GoTo counts there is not
    /// described.
    pub fn free(&self) -> Option<u32> {
        if self.concurrent_license_key.is_some() {
            return None;
        }
        let free = self.seats?.saturating_sub(self.user_count?);
        Some(u32::try_from(free.max(0)).unwrap_or(u32::MAX))
    }
}

/// The key of a concurrent licence; 0 in GoTo's own example, and null, mean that there is none.
fn concurrent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Json::deserialize(deserializer)? {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text).filter(|text| !text.is_empty() && text != "0")),
        Json::Number(number) => Ok(Some(number.to_string()).filter(|text| text != "0")),
        _ => Err(serde::de::Error::custom("a key is text or a number")),
    }
}

fn key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Json::deserialize(deserializer)? {
        Json::String(text) => Ok(text),
        Json::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("a key is text or a number")),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    results: Vec<Licence>,
    to_index: Option<u64>,
    total: Option<u64>,
}

impl Admin {
    /// A client for the base address, such as `https://api.getgo.com/admin/rest/v1`.
    pub fn new(base: Url, tokens: Arc<dyn TokenSource>, pacer: Arc<Pacer>) -> Result<Self, GotoError> {
        Self::with_retry(base, tokens, pacer, Retry::default())
    }

    /// The same with other bounds for repeating reads.
    pub fn with_retry(
        base: Url,
        tokens: Arc<dyn TokenSource>,
        pacer: Arc<Pacer>,
        retry: Retry,
    ) -> Result<Self, GotoError> {
        Ok(Self { transport: Transport::new(base, tokens, pacer, retry)? })
    }

    /// The signed-in administrator.
    pub async fn me(&self) -> Result<AdminMe, GotoError> {
        self.get(&["me"], &[]).await
    }

    /// All licences of an account.
    pub async fn licences(&self, account: &str) -> Result<Complete<Licence>, GotoError> {
        let path = ["accounts", account, "licenses"];
        let mut items: Vec<Licence> = Vec::new();
        loop {
            let offset = items.len().to_string();
            let page: Page = self.get(&path, &[("offset", &offset), ("pageSize", "200")]).await?;
            let received = page.results.len();
            items.extend(page.results);
            let have = items.len() as u64;
            match page.total {
                Some(total) if have < total && received > 0 => {}
                Some(total) if have < total => {
                    let url = self.transport.url(&path, &[]);
                    let detail = format!("{have} of {total} licences were sent");
                    return Err(failure(
                        Class::Incomplete,
                        Outcome::NotProcessed,
                        &Method::GET,
                        &url,
                        detail,
                    ));
                }
                // Without a total, the index of the last row tells whether the page was the last.
                None if page.to_index.is_some_and(|last| last + 1 > have) && received > 0 => {}
                _ => return Ok(Complete::proven(items)),
            }
        }
    }

    async fn get<T: serde::de::DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, GotoError> {
        let url = self.transport.url(path, query);
        let request = Request {
            method: Method::GET,
            url: url.clone(),
            body: None,
            dialect: Some(Dialect::GotoV1),
            if_match: None,
            no_cache: false,
        };
        let reply = self.transport.read(request).await?;
        serde_json::from_value(reply.json.unwrap_or(Json::Null)).map_err(|error| {
            let detail = format!("the reply cannot be read: {error}");
            failure(Class::Protocol, Outcome::NotProcessed, &Method::GET, &url, detail)
        })
    }
}
