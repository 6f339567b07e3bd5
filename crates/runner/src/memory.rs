//! The store for asynchronous callers: every call runs on the runtime's blocking threads.

use std::sync::{Arc, Mutex, PoisonError};

use usher_store::{Place, Store, StoreError};

/// A shared, open connection database.
#[derive(Clone)]
pub struct Memory {
    store: Arc<Mutex<Store>>,
    place: Place,
}

impl Memory {
    /// Wraps an open store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { place: store.place().clone(), store: Arc::new(Mutex::new(store)) }
    }

    /// Whether it is still the connection that the data folder holds: somebody else may have removed it.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.place.is_current()
    }

    /// Runs a call on a blocking thread.
    pub async fn with<T, E>(&self, call: impl FnOnce(&Store) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = Arc::clone(&self.store);
        // A panic inside SQLite's caller leaves no half-done transaction: rusqlite rolls back on drop.
        let work = move || call(&store.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    /// Runs a call on this thread, for callers that are not asynchronous.
    pub fn now<T>(&self, call: impl FnOnce(&Store) -> T) -> T {
        call(&self.store.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
