//! Small facts by name: capabilities, probe results, the memory of cycles.

use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Store, StoreError};

impl Store {
    /// Reads a fact.
    pub fn state<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let body: Option<String> = self
            .database()
            .prepare_cached("SELECT body FROM state WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        body.map(|body| serde_json::from_str(&body).map_err(|error| StoreError::content(key, error)))
            .transpose()
    }

    /// Saves a fact.
    pub fn set_state<T: Serialize>(&self, key: &str, value: &T) -> Result<(), StoreError> {
        let body = serde_json::to_string(value).map_err(|error| StoreError::content(key, error))?;
        self.write(|transaction| {
            transaction.execute("INSERT OR REPLACE INTO state (key, body) VALUES (?1, ?2)", (key, body))?;
            Ok(())
        })
    }

    /// Reads, changes and saves a fact in one transaction, so that two processes never overwrite each other.
    pub fn update_state<T, R>(&self, key: &str, change: impl FnOnce(&mut T) -> R) -> Result<R, StoreError>
    where
        T: Serialize + DeserializeOwned + Default,
    {
        self.write(|transaction| {
            let body: Option<String> = transaction
                .query_row("SELECT body FROM state WHERE key = ?1", [key], |row| row.get(0))
                .optional()?;
            let mut value: T = match body {
                Some(body) => serde_json::from_str(&body).map_err(|error| StoreError::content(key, error))?,
                None => T::default(),
            };
            let result = change(&mut value);
            let body = serde_json::to_string(&value).map_err(|error| StoreError::content(key, error))?;
            transaction.execute("INSERT OR REPLACE INTO state (key, body) VALUES (?1, ?2)", (key, body))?;
            Ok(result)
        })
    }

    /// Forgets a fact.
    pub fn remove_state(&self, key: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM state WHERE key = ?1", [key])?;
            Ok(())
        })
    }
}
