//! Files and folders that only their owner can read, whatever the umask.
//!
//! On Windows the user's profile folder is closed to others by its inherited access list; nothing is changed there.

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use crate::StoreError;

/// Makes a folder and those above it; the folder itself is closed to others, also when it was there before.
pub fn private_dir(path: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(StoreError::io("make the folder", path))?;
    restrict(path, 0o700)
}

/// Opens a file for reading and writing, making it if needed; it is closed to others from its first instant.
pub fn private_file(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(StoreError::io("open", path))?;
    restrict(path, 0o600)?;
    Ok(file)
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::metadata(path).map_err(StoreError::io("look at", path))?.permissions();
    if found.mode() & 0o777 != mode {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
            .map_err(StoreError::io("close to others", path))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> Result<(), StoreError> {
    Ok(())
}
