//! A long secret as several small entries: cut, verified, replaced without a moment of mixture.
//!
//! For a secret called `name` there is a manifest entry `name` and chunk entries `name#generation.index`.
//! A write goes: manifest says "generation g+1 is garbage until further notice"; chunks of g+1 are
//! written and read back; the manifest changes to g+1 in one entry, with the old generation as garbage;
//! the garbage goes; the manifest forgets it. Wherever a crash falls, the manifest names either the old
//! or the new generation whole, and names what is left over, so the next write or delete removes it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Entries;
use crate::{Secret, VaultError};

/// Base64 characters in one entry. Windows takes 2,560 bytes and some callers store UTF-16, two bytes
/// for each of these; 1,000 leaves room on every keyring.
pub(crate) const CHUNK: usize = 1000;
/// The longest secret: tokens have a few kilobytes; this is a bound against a runaway, not a need.
pub(crate) const LIMIT: usize = 64 * 1024;

/// What a name's manifest entry says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    /// The form of this entry.
    v: u32,
    /// What a reader gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current: Option<Generation>,
    /// What is to be removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    garbage: Vec<Generation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Generation {
    id: u64,
    chunks: usize,
    /// SHA-256 of the secret, base64url: tells a mixture from a whole.
    sum: String,
}

const FORM: u32 = 1;

pub(super) fn read(entries: &dyn Entries, name: &str) -> Result<Option<Secret>, VaultError> {
    // A writer in another process may remove the generation between the two reads: look again.
    for last in [false, false, true] {
        let Some(current) = manifest(entries, name)?.and_then(|manifest| manifest.current) else {
            return Ok(None);
        };
        match assemble(entries, name, &current) {
            Err(VaultError::Damaged) if !last => {}
            other => return other.map(Some),
        }
    }
    Err(VaultError::Damaged)
}

pub(super) fn write(entries: &dyn Entries, name: &str, secret: &Secret) -> Result<(), VaultError> {
    let bytes = secret.expose().len();
    if bytes > LIMIT {
        return Err(VaultError::TooLong { bytes, limit: LIMIT });
    }
    let mut state = collect(entries, name)?;
    let text = Secret::new(URL_SAFE_NO_PAD.encode(secret.expose()));
    let new = Generation {
        id: state.current.as_ref().map_or(0, |current| current.id) + 1,
        chunks: text.expose().len().div_ceil(CHUNK),
        sum: sum(secret),
    };
    state.garbage = vec![new.clone()];
    put(entries, name, &state)?;
    for (index, chunk) in text.expose().as_bytes().chunks(CHUNK).enumerate() {
        let chunk = std::str::from_utf8(chunk).map_err(|_| VaultError::Damaged)?;
        entries.set(&chunk_name(name, new.id, index), &Secret::new(chunk))?;
    }
    assemble(entries, name, &new).map_err(|error| match error {
        VaultError::Damaged => VaultError::NotKept,
        other => other,
    })?;
    state.garbage = state.current.replace(new).into_iter().collect();
    put(entries, name, &state)?;
    // The secret is kept from here on. What fails below is tidied up by the next write or delete.
    if let Err(error) = collect(entries, name) {
        tracing::warn!(%error, "old parts of a secret are still in the keyring");
    }
    Ok(())
}

pub(super) fn delete(entries: &dyn Entries, name: &str) -> Result<(), VaultError> {
    match manifest(entries, name) {
        Ok(None) => return Ok(()),
        Ok(Some(mut state)) => {
            state.garbage.extend(state.current.take());
            put(entries, name, &state)?;
            collect(entries, name)?;
        }
        // A manifest that nobody can read must not keep its owner from forgetting it.
        Err(VaultError::Damaged) => {}
        Err(error) => return Err(error),
    }
    entries.remove(name)
}

/// Removes left-over generations and returns what then stands.
fn collect(entries: &dyn Entries, name: &str) -> Result<Manifest, VaultError> {
    let mut state = match manifest(entries, name) {
        Ok(state) => state.unwrap_or(Manifest { v: FORM, ..Manifest::default() }),
        Err(VaultError::Damaged) => Manifest { v: FORM, ..Manifest::default() },
        Err(error) => return Err(error),
    };
    if state.garbage.is_empty() {
        return Ok(state);
    }
    for old in &state.garbage {
        for index in 0..old.chunks {
            entries.remove(&chunk_name(name, old.id, index))?;
        }
    }
    state.garbage.clear();
    if state.current.is_some() {
        put(entries, name, &state)?;
    }
    Ok(state)
}

fn assemble(entries: &dyn Entries, name: &str, generation: &Generation) -> Result<Secret, VaultError> {
    let mut text = String::with_capacity(generation.chunks.min(LIMIT) * CHUNK);
    for index in 0..generation.chunks {
        let chunk = entries.get(&chunk_name(name, generation.id, index))?.ok_or(VaultError::Damaged)?;
        text.push_str(chunk.expose());
    }
    let text = Secret::new(text);
    let bytes = URL_SAFE_NO_PAD.decode(text.expose()).map_err(|_| VaultError::Damaged)?;
    let secret = Secret::new(String::from_utf8(bytes).map_err(|_| VaultError::Damaged)?);
    if sum(&secret) == generation.sum { Ok(secret) } else { Err(VaultError::Damaged) }
}

fn manifest(entries: &dyn Entries, name: &str) -> Result<Option<Manifest>, VaultError> {
    let Some(text) = entries.get(name)? else { return Ok(None) };
    let found: Manifest = serde_json::from_str(text.expose()).map_err(|_| VaultError::Damaged)?;
    if found.v == FORM { Ok(Some(found)) } else { Err(VaultError::Damaged) }
}

fn put(entries: &dyn Entries, name: &str, manifest: &Manifest) -> Result<(), VaultError> {
    let text = serde_json::to_string(manifest).map_err(|_| VaultError::Damaged)?;
    entries.set(name, &Secret::new(text))
}

fn sum(secret: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.expose()))
}

fn chunk_name(name: &str, generation: u64, index: usize) -> String {
    format!("{name}#{generation}.{index}")
}

/// The names that a connection has stored. Keyrings cannot all be searched by prefix, so we keep the list.
pub(super) fn index(entries: &dyn Entries, connection: &str) -> Result<Vec<String>, VaultError> {
    match read(entries, &index_name(connection))? {
        None => Ok(Vec::new()),
        Some(text) => serde_json::from_str(text.expose()).map_err(|_| VaultError::Damaged),
    }
}

pub(super) fn index_add(entries: &dyn Entries, connection: &str, short: &str) -> Result<(), VaultError> {
    let mut names = index(entries, connection)?;
    if names.iter().any(|name| name == short) {
        return Ok(());
    }
    names.push(short.to_owned());
    names.sort();
    write_index(entries, connection, &names)
}

pub(super) fn index_remove(entries: &dyn Entries, connection: &str, short: &str) -> Result<(), VaultError> {
    let mut names = index(entries, connection)?;
    names.retain(|name| name != short);
    if names.is_empty() {
        return delete(entries, &index_name(connection));
    }
    write_index(entries, connection, &names)
}

fn write_index(entries: &dyn Entries, connection: &str, names: &[String]) -> Result<(), VaultError> {
    let text = serde_json::to_string(names).map_err(|_| VaultError::Damaged)?;
    write(entries, &index_name(connection), &Secret::new(text))
}

fn index_name(connection: &str) -> String {
    format!("{connection}/index")
}
