//! Since when a connection is switched off, and why: what a person said at switching off is shown until it is on again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use usher_store::{Store, StoreError};

use crate::dto::CommandError;
use crate::loaded::Loaded;

const OFF: &str = "off";

/// A person's switching off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Off {
    pub since: Timestamp,
    /// Empty where nothing was said.
    pub reason: String,
}

/// Who has been switched off by a person, and not on again.
pub(crate) fn read(store: &Store) -> Result<Option<Off>, StoreError> {
    store.state(OFF)
}

/// Notes that a person has switched it off, or, without one, on.
pub(crate) async fn note(loaded: &Loaded, off: Option<Off>) -> Result<(), CommandError> {
    Ok(loaded
        .memory
        .with(move |store| match off {
            Some(off) => store.set_state(OFF, &off),
            None => store.remove_state(OFF),
        })
        .await?)
}
