//! Who calls, and what they may do.

use http::{HeaderMap, header};

use super::GraphError;
use crate::entra::{Account, Token};
use crate::world::{World, lock};

/// The token of a call, when it is one that this tenant's sign-in gave out and it still works.
pub fn bearer(world: &World, headers: &HeaderMap) -> Result<Token, GraphError> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(value) = value.and_then(|value| value.strip_prefix("Bearer ")) else {
        return Err(GraphError::token("Access token is empty."));
    };
    let entra = lock(&world.entra);
    match entra.grants.access.get(value) {
        None => Err(GraphError::token("Access token validation failure. Invalid audience.")),
        Some(token) if token.revoked => {
            Err(GraphError::token("Continuous access evaluation revoked the token."))
        }
        Some(token) if token.expires <= world.clock.now() => {
            Err(GraphError::token("Lifetime validation failed, the token is expired."))
        }
        Some(token) => Ok(token.clone()),
    }
}

/// Refuses unless the token holds one of the permissions: of the first list for people, the second for applications.
pub fn need(token: &Token, delegated: &[&str], application: &[&str]) -> Result<(), GraphError> {
    let list = if token.user.is_some() { delegated } else { application };
    if list.iter().any(|permission| token.permissions.contains(*permission)) {
        Ok(())
    } else {
        Err(GraphError::denied())
    }
}

/// The account of a signed-in person.
pub fn account(world: &World, token: &Token) -> Option<Account> {
    let user = token.user.as_ref()?;
    lock(&world.entra).accounts.iter().find(|account| account.id == *user).cloned()
}

/// For changes of applications: a person also needs a directory role that administers them.
pub fn need_role(world: &World, token: &Token) -> Result<(), GraphError> {
    match account(world, token) {
        Some(account) if account.administers_applications() => Ok(()),
        None if token.user.is_none() => Ok(()),
        _ => Err(GraphError::denied()),
    }
}

/// Synchronization paths. With a strong directory role a read succeeds whatever was consented to
/// (microsoft/zerotrustassessment#1382); a write needs scope and role.
pub fn sync(world: &World, token: &Token, write: bool) -> Result<(), GraphError> {
    let scope = |names: &[&str]| names.iter().any(|name| token.permissions.contains(*name));
    let allowed = if token.user.is_none() {
        scope(&[
            "Application.ReadWrite.OwnedBy",
            "Application.ReadWrite.All",
            "Synchronization.ReadWrite.All",
        ]) || (!write && scope(&["Synchronization.Read.All"]))
    } else {
        let strong = account(world, token).is_some_and(|account| account.administers_applications());
        strong && (!write || scope(&["Synchronization.ReadWrite.All"]))
    };
    if allowed { Ok(()) } else { Err(GraphError::sync_unknown()) }
}
