//! Entries in memory: for practice mode, and by explicit choice where there is no keyring.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Entries;
use crate::{Secret, VaultError};

#[derive(Default)]
pub(super) struct MemoryEntries(Mutex<BTreeMap<String, Secret>>);

impl MemoryEntries {
    fn map(&self) -> MutexGuard<'_, BTreeMap<String, Secret>> {
        // A panic elsewhere cannot leave the map half-changed: every change is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn names(&self) -> Vec<String> {
        self.map().keys().cloned().collect()
    }
}

impl Entries for MemoryEntries {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.map().get(name).cloned())
    }

    fn set(&self, name: &str, text: &Secret) -> Result<(), VaultError> {
        self.map().insert(name.to_owned(), text.clone());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.map().remove(name);
        Ok(())
    }
}
