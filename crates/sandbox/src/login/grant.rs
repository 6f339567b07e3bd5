//! Scopes and what a grant turns into: access, refresh and id tokens.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::OAuthError;
use crate::entra::tokens::{Grants, Refresh, Token};
use crate::entra::{State, tenant_id};
use crate::world::{Service, World};

/// Scopes that need no administrator.
const FREE: [&str; 9] = [
    "openid",
    "profile",
    "email",
    "offline_access",
    "User.Read",
    "User.ReadBasic.All",
    "LicenseAssignment.Read.All",
    ".default",
    "User.ReadWrite",
];

/// Delegated scopes of Graph that the practice tenant knows.
const KNOWN: [&str; 21] = [
    "Application.Read.All",
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "AuditLog.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "Organization.Read.All",
    "Policy.Read.All",
    "Policy.ReadWrite.ApplicationConfiguration",
    "ProvisioningLog.Read.All",
    "RoleManagement.Read.Directory",
    "Synchronization.Read.All",
    "Synchronization.ReadWrite.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Domain.Read.All",
    "Group.ReadBasic.All",
    "Reports.Read.All",
];

/// Reads a scope parameter. A resource prefix is taken off.
pub fn scopes(text: &str) -> Result<BTreeSet<String>, OAuthError> {
    let mut scopes = BTreeSet::new();
    for word in text.split_ascii_whitespace() {
        let name = word.rsplit_once('/').map_or(word, |(_, name)| name);
        let known = FREE.iter().chain(&KNOWN).find(|known| known.eq_ignore_ascii_case(name));
        let Some(known) = known else {
            let text = format!("The scope '{word}' is not valid or does not exist.");
            return Err(OAuthError::new("invalid_scope", 70_011, text));
        };
        scopes.insert((*known).to_owned());
    }
    Ok(scopes)
}

/// Whether only an administrator may consent.
pub fn needs_admin(scopes: &BTreeSet<String>) -> bool {
    scopes.iter().any(|scope| !FREE.contains(&scope.as_str()))
}

/// The scopes that consent really gives.
pub fn granted(grants: &Grants, asked: &BTreeSet<String>) -> BTreeSet<String> {
    asked.difference(&grants.withheld_scopes).cloned().collect()
}

/// So many seconds from now, on the virtual clock.
pub fn after(world: &World, seconds: i64) -> Timestamp {
    world.clock.now().saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// Access tokens live for about an hour.
pub const ACCESS_SECONDS: i64 = 3599;

/// Gives out an access token.
pub fn access_token(
    world: &World,
    grants: &mut Grants,
    user: Option<String>,
    permissions: BTreeSet<String>,
) -> String {
    let value = world.issue(Service::Login, "access_token", world.random.token("practice-entra-at."));
    let expires = after(world, ACCESS_SECONDS);
    grants.access.insert(value.clone(), Token { user, permissions, expires, revoked: false });
    value
}

/// Everything that a signed-in person's grant yields.
pub fn delegated(
    world: &World,
    state: &mut State,
    client_id: &str,
    user: &str,
    scopes: &BTreeSet<String>,
    nonce: Option<&str>,
) -> Value {
    let access = access_token(world, &mut state.grants, Some(user.to_owned()), scopes.clone());
    let shown: Vec<&str> =
        scopes.iter().map(String::as_str).filter(|scope| *scope != "offline_access").collect();
    let mut body = json!({
        "token_type": "Bearer",
        "scope": shown.join(" "),
        "expires_in": ACCESS_SECONDS,
        "ext_expires_in": ACCESS_SECONDS,
        "access_token": access,
    });
    if scopes.contains("offline_access") {
        // Real refresh tokens are long: more than one entry of the Windows credential store.
        let value =
            (0..32).fold(String::from("practice-entra-rt."), |value, _| value + &world.random.token(""));
        let value = world.issue(Service::Login, "refresh_token", value);
        let refresh = Refresh {
            client_id: client_id.to_owned(),
            user: user.to_owned(),
            scopes: scopes.clone(),
            expires: after(world, 90 * 24 * 3600),
            revoked: false,
        };
        state.grants.refresh.insert(value.clone(), refresh);
        body["refresh_token"] = value.into();
    }
    if scopes.contains("openid") {
        let token = world.signer.sign(&claims(world, state, client_id, user, nonce));
        body["id_token"] = world.issue(Service::Login, "id_token", token).into();
    }
    body
}

fn claims(world: &World, state: &State, client_id: &str, user: &str, nonce: Option<&str>) -> Value {
    let tenant = tenant_id(world);
    let now = world.clock.now().as_second();
    let person = state.directory.users.get(user);
    let text = |name: &str| person.and_then(|person| person.text(name)).unwrap_or_default().to_owned();
    let mut claims = json!({
        "aud": client_id,
        "iss": format!("{}/{tenant}/v2.0", world.endpoints().login),
        "iat": now, "nbf": now, "exp": now + ACCESS_SECONDS,
        "name": text("displayName"),
        "oid": user,
        "preferred_username": text("userPrincipalName"),
        "sub": crate::entra::hex(&world.random.bytes(&format!("sub/{client_id}/{user}"))[..16]),
        "tid": tenant,
        "ver": "2.0",
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    claims
}
