//! OAuth clients, codes and tokens, and who a bearer token stands for.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::keys::{Key, Mint};
use super::super::state::State;

/// Lifetime of an access token (GoTo's guide: 60 minutes).
pub const ACCESS_SECONDS: i64 = 3600;
/// Lifetime of a code and of a sign-in attempt.
pub const CODE_MINUTES: i64 = 10;
/// Lifetime of a refresh token, from its issue.
pub const REFRESH_DAYS: i64 = 30;

/// A registered OAuth client.
#[derive(Debug, Clone)]
pub struct Client {
    /// The client id, in UUID form.
    pub id: String,
    /// The secret; none for a public client.
    pub secret: Option<String>,
    /// The name on the consent page.
    pub name: String,
    /// The redirect URIs, compared byte by byte.
    pub redirect_uris: Vec<String>,
    /// The scopes configured on the client.
    pub scopes: BTreeSet<String>,
}

/// One sign-in that is under way in a browser.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub client: String,
    pub redirect_uri: String,
    pub state: String,
    pub scopes: BTreeSet<String>,
    pub challenge: String,
    pub expires: Timestamp,
    pub user_name: Option<String>,
    pub user: Option<Key>,
}

/// A code that waits for its exchange.
#[derive(Debug, Clone)]
pub struct Code {
    pub client: String,
    pub redirect_uri: String,
    pub scopes: BTreeSet<String>,
    pub challenge: String,
    pub user: Key,
    pub expires: Timestamp,
    /// The tokens it gave; a second exchange takes them back (RFC 6749 section 4.1.2).
    pub given: Option<(String, String)>,
}

/// What a token stands for.
#[derive(Debug, Clone)]
pub struct Token {
    pub client: String,
    pub user: Key,
    pub scopes: BTreeSet<String>,
    pub issued: Timestamp,
    pub expires: Timestamp,
    pub revoked: bool,
}

/// Everything the sign-in service remembers.
#[derive(Debug)]
pub struct Grants {
    /// The clients by id.
    pub clients: BTreeMap<String, Client>,
    /// The client that an Usher installation uses.
    pub usher_client: String,
    /// The same without a secret.
    pub public_client: String,
    /// The client of Microsoft's connector.
    pub connector_client: String,
    pub(super) attempts: BTreeMap<String, Attempt>,
    pub(super) codes: BTreeMap<String, Code>,
    pub(super) access: BTreeMap<String, Token>,
    pub(super) refresh: BTreeMap<String, Token>,
    pub(super) personal: BTreeMap<String, Token>,
    signature: String,
    next_token: u64,
}

/// Whom a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer {
    /// The static token: everything is allowed, nobody is signed in.
    Static,
    /// A user with these scopes.
    User {
        /// The user key.
        key: Key,
        /// The granted scopes.
        scopes: BTreeSet<String>,
    },
}

impl Bearer {
    /// Whether the token carries this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        match self {
            Self::Static => true,
            Self::User { scopes, .. } => scopes.contains(scope),
        }
    }
}

/// Why a bearer token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// No token was sent.
    Missing,
    /// The token is unknown, revoked, or its user is gone or suspended.
    Invalid,
    /// The token is past its hour.
    Expired,
}

impl Grants {
    /// The three clients: Usher's with a secret, Usher's without, Microsoft's connector.
    pub fn new(mint: &mut Mint, connector_redirects: &[String]) -> Self {
        // GoTo matches redirect URIs as text, so the registered client carries one fixed port and two spares.
        let loopback: Vec<String> = [47113, 47114, 47115]
            .iter()
            .map(|port| format!("http://localhost:{port}/goto/callback"))
            .collect();
        let scopes = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let all = ["identity:", "identity:scim.me", "identity:scim.org"];
        let usher = Client {
            id: mint.uuid("client"),
            secret: Some(mint.secret("client secret")),
            name: "Usher (practice)".to_owned(),
            redirect_uris: loopback.clone(),
            scopes: scopes(&all),
        };
        let public = Client {
            id: mint.uuid("client"),
            secret: None,
            name: "Usher (practice, public client)".to_owned(),
            redirect_uris: loopback,
            scopes: scopes(&all),
        };
        let connector = Client {
            id: mint.uuid("client"),
            secret: Some(mint.secret("client secret")),
            name: "Microsoft Entra provisioning (practice)".to_owned(),
            redirect_uris: connector_redirects.to_vec(),
            scopes: scopes(&["identity:scim.me", "identity:scim.org"]),
        };
        Self {
            usher_client: usher.id.clone(),
            public_client: public.id.clone(),
            connector_client: connector.id.clone(),
            clients: [usher, public, connector]
                .into_iter()
                .map(|client| (client.id.clone(), client))
                .collect(),
            attempts: BTreeMap::new(),
            codes: BTreeMap::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            personal: BTreeMap::new(),
            signature: mint.secret("token signature"),
            next_token: 0,
        }
    }

    /// Lets this client come back to one more address (the portal's port is known only after it is bound).
    pub fn add_redirect(&mut self, client: &str, uri: &str) {
        if let Some(client) = self.clients.get_mut(client)
            && !client.redirect_uris.iter().any(|known| known == uri)
        {
            client.redirect_uris.push(uri.to_owned());
        }
    }

    /// A new access token, in the shape of a JWT; clients must treat it as opaque.
    pub(super) fn give_access(
        &mut self,
        client: &str,
        user: Key,
        scopes: &BTreeSet<String>,
        now: Timestamp,
    ) -> String {
        self.next_token += 1;
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let issued = now.as_second();
        let token = format!(
            "{}.{}.{}",
            part(json!({"alg": "none", "typ": "JWT"})),
            part(json!({
                "sc": scopes_text(scopes), "sub": user.to_string(), "ls": self.signature[..8],
                "typ": "a", "jti": format!("{}-{}", &self.signature[8..16], self.next_token),
                "iat": issued, "exp": issued + ACCESS_SECONDS,
            })),
            self.signature,
        );
        let expires = now + SignedDuration::from_secs(ACCESS_SECONDS);
        self.access.insert(token.clone(), token_for(client, user, scopes, now, expires));
        token
    }

    pub(super) fn give_refresh(
        &mut self,
        token: String,
        client: &str,
        user: Key,
        scopes: &BTreeSet<String>,
        now: Timestamp,
    ) -> String {
        let expires = now + SignedDuration::from_hours(24 * REFRESH_DAYS);
        self.refresh.insert(token.clone(), token_for(client, user, scopes, now, expires));
        token
    }

    /// Makes a personal access token for a user; it lives until it is revoked.
    pub fn give_personal(&mut self, token: String, user: Key, now: Timestamp) -> String {
        let scopes =
            self.clients.get(&self.usher_client).map(|client| client.scopes.clone()).unwrap_or_default();
        let client = self.usher_client.clone();
        self.personal.insert(token.clone(), token_for(&client, user, &scopes, now, Timestamp::MAX));
        token
    }

    /// An access token of Usher's client for a user, without the pages; with all its scopes or only these.
    pub fn sign_in(&mut self, user: Key, scopes: Option<&[String]>, now: Timestamp) -> String {
        let client = self.usher_client.clone();
        let scopes = match scopes {
            Some(scopes) => scopes.iter().cloned().collect(),
            None => self.clients.get(&client).map(|client| client.scopes.clone()).unwrap_or_default(),
        };
        self.give_access(&client, user, &scopes, now)
    }

    /// Revokes tokens of every kind that `which` picks; returns how many.
    pub fn revoke_where(&mut self, which: Which) -> usize {
        let mut count = 0;
        let access = matches!(which, Which::Access | Which::All);
        let refresh = matches!(which, Which::Refresh | Which::All);
        let personal = matches!(which, Which::All);
        for (wanted, tokens) in
            [(access, &mut self.access), (refresh, &mut self.refresh), (personal, &mut self.personal)]
        {
            for token in tokens.values_mut().filter(|token| wanted && !token.revoked) {
                token.revoked = true;
                count += 1;
            }
        }
        count
    }
}

/// Which tokens to revoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    /// Access tokens only.
    Access,
    /// Refresh tokens only.
    Refresh,
    /// Every token, personal ones too.
    All,
}

fn token_for(
    client: &str,
    user: Key,
    scopes: &BTreeSet<String>,
    issued: Timestamp,
    expires: Timestamp,
) -> Token {
    Token { client: client.to_owned(), user, scopes: scopes.clone(), issued, expires, revoked: false }
}

/// Scopes as the space-separated list of RFC 6749 section 3.3.
pub fn scopes_text(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

impl State {
    /// Whom this bearer token stands for.
    pub fn bearer(&self, token: Option<&str>, now: Timestamp) -> Result<Bearer, Refused> {
        let token = token.ok_or(Refused::Missing)?;
        if token == self.scim_token {
            return Ok(Bearer::Static);
        }
        let known = self.grants.access.get(token).ok_or(Refused::Invalid)?;
        let user = self.users.get(&known.user).ok_or(Refused::Invalid)?;
        if known.revoked || !user.active() {
            return Err(Refused::Invalid);
        }
        if known.expires <= now {
            return Err(Refused::Expired);
        }
        Ok(Bearer::User { key: known.user, scopes: known.scopes.clone() })
    }
}
