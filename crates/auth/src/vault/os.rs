//! The operating system's keyring, through the `keyring` crate's choice of store for the platform.

use std::sync::{Arc, Mutex, PoisonError};

use keyring::v1::Entry as FirstEntry;
use keyring_core::{CredentialStore, Entry, Error};

use super::{Entries, SERVICE};
use crate::{Secret, VaultError};

/// The store, opened on first use and opened again after a failure.
#[derive(Default)]
pub(super) struct OsEntries(Mutex<Option<Arc<CredentialStore>>>);

impl OsEntries {
    /// Runs a call on an entry; a broken connection to the keyring is opened anew once.
    fn on<T>(
        &self,
        name: &str,
        call: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<Option<T>, VaultError> {
        for last in [false, true] {
            let store = self.store()?;
            match store.build(SERVICE, name, None).and_then(|entry| call(&entry)) {
                Ok(value) => return Ok(Some(value)),
                Err(Error::NoEntry) => return Ok(None),
                // The keyring's process may have ended and come back since the store was opened.
                Err(Error::PlatformFailure(_)) if !last => self.forget(),
                Err(error) => {
                    let error = classify(&error);
                    if matches!(error, VaultError::Absent | VaultError::Other(_)) {
                        self.forget();
                    }
                    return Err(error);
                }
            }
        }
        Err(VaultError::Absent)
    }

    fn store(&self) -> Result<Arc<CredentialStore>, VaultError> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*slot {
            return Ok(store.clone());
        }
        let store = open().map_err(|error| classify(&error))?;
        Ok(slot.insert(store).clone())
    }

    fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Opens the platform's store. `keyring` does so once in a process and remembers a failure, so on
/// Linux, where a keyring can appear later, its store is opened directly from then on.
#[cfg(all(unix, not(target_os = "macos")))]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    use std::sync::atomic::{AtomicBool, Ordering};
    static FIRST: AtomicBool = AtomicBool::new(true);
    if FIRST.swap(false, Ordering::Relaxed)
        && FirstEntry::store_status().is_ok()
        && let Some(store) = keyring_core::get_default_store()
    {
        return Ok(store);
    }
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// Opens the platform's store: on Windows and macOS it is part of the system.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    match FirstEntry::store_status() {
        Ok(()) => keyring_core::get_default_store().ok_or(Error::NoDefaultStore),
        Err(_) => Err(Error::NoDefaultStore),
    }
}

impl Entries for OsEntries {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        let found = self.on(name, |entry| entry.get_secret())?;
        found
            .map(|bytes| String::from_utf8(bytes).map(Secret::new).map_err(|_| VaultError::Damaged))
            .transpose()
    }

    fn set(&self, name: &str, text: &Secret) -> Result<(), VaultError> {
        // As bytes: `set_password` would store UTF-16 on Windows and halve what fits.
        self.on(name, |entry| entry.set_secret(text.expose().as_bytes()))?.ok_or(VaultError::NotKept)
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.on(name, |entry| entry.delete_credential()).map(drop)
    }

    /// Looking for what is not there succeeds in a locked collection, too (Secret Service API, `SearchItems`): only the
    /// collection itself says that it is locked.
    #[cfg(all(unix, not(target_os = "macos")))]
    fn probe(&self) -> Result<(), VaultError> {
        use secret_service::{EncryptionType, blocking::SecretService};
        self.get("probe")?;
        let service = SecretService::connect(EncryptionType::Plain).map_err(|error| platform(&error))?;
        let locked = match service.get_default_collection() {
            Ok(collection) => collection.is_locked().map_err(|error| platform(&error))?,
            // No collection yet: the keyring makes one when the first secret is stored.
            Err(secret_service::Error::NoResult) => false,
            Err(error) => return Err(platform(&error)),
        };
        if locked { Err(VaultError::Locked) } else { Ok(()) }
    }
}

/// Which remedy a failure needs. Variants first; the D-Bus error names only where the store's own
/// error is all there is.
fn classify(error: &Error) -> VaultError {
    match error {
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => VaultError::Absent,
        Error::NoStorageAccess(_) => VaultError::Locked,
        Error::TooLong(_, limit) => VaultError::TooLong { bytes: 0, limit: *limit as usize },
        Error::Ambiguous(_) | Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultError::Damaged,
        Error::PlatformFailure(cause) => platform(&**cause),
        other => VaultError::Other(kind_of(other)),
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn platform(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    use secret_service::Error as Service;
    match cause.downcast_ref::<Service>() {
        Some(Service::Unavailable) => VaultError::Absent,
        Some(Service::Locked | Service::Prompt | Service::NoResult) => VaultError::Locked,
        Some(Service::Zbus(error)) => bus(error),
        Some(Service::ZbusFdo(error)) => bus(&zbus::Error::FDO(Box::new(error.clone()))),
        _ => VaultError::Other(cause.to_string()),
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn bus(error: &zbus::Error) -> VaultError {
    match error {
        // No bus, no address of one, or it went away.
        zbus::Error::Address(_) | zbus::Error::InputOutput(_) | zbus::Error::Connection(..) => {
            VaultError::Absent
        }
        zbus::Error::MethodError(name, ..) => match name.as_str() {
            "org.freedesktop.DBus.Error.ServiceUnknown"
            | "org.freedesktop.DBus.Error.NameHasNoOwner"
            | "org.freedesktop.DBus.Error.NoReply"
            | "org.freedesktop.DBus.Error.Spawn.ServiceNotFound" => VaultError::Absent,
            "org.freedesktop.Secret.Error.IsLocked" => VaultError::Locked,
            other => VaultError::Other(other.to_owned()),
        },
        zbus::Error::FDO(_) => VaultError::Absent,
        other => VaultError::Other(other.to_string()),
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn platform(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    VaultError::Other(cause.to_string())
}

/// Some variants hold values, so they are named rather than shown.
fn kind_of(error: &Error) -> String {
    match error {
        Error::BadStoreFormat(_) => "its store has an unknown form".to_owned(),
        Error::Invalid(what, _) => format!("it refused the {what}"),
        _ => "an error without a name".to_owned(),
    }
}
