//! References to secrets in a connection file: `env:USHER_…` and `file:…`, by explicit choice only.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::Secret;

/// A key file holds one line; anything larger is not a secret.
const LARGEST_FILE: u64 = 64 * 1024;

/// Where a headless run finds a secret. Only the reference is ever written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretReference {
    /// An environment variable whose name begins with `USHER_`.
    Variable(String),
    /// A file that only its owner can read.
    File(PathBuf),
}

/// Why a reference gives no secret. The secret itself is never part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Neither `env:` nor `file:`: most likely the secret itself was written there.
    #[error("write env:USHER_NAME or file:PATH here, never the secret itself")]
    NotAReference,
    /// Other variables may hold other programs' secrets.
    #[error("the variable's name must begin with USHER_ and hold only capital letters, digits and _")]
    ForeignVariable,
    /// The variable is not set, empty, or not text.
    #[error("the variable {name} is not set or is empty")]
    NoVariable {
        /// The variable.
        name: String,
    },
    /// The path is relative, so it would mean another file in another folder.
    #[error("{path} must be a whole path", path = path.display())]
    NotAbsolute {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened or read.
    #[error("{path} cannot be read: {kind}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        kind: std::io::ErrorKind,
    },
    /// A link could be pointed elsewhere by somebody else.
    #[error("{path} is a link; name the file itself", path = path.display())]
    IsALink {
        /// The file.
        path: PathBuf,
    },
    /// A folder, pipe or device.
    #[error("{path} is not a regular file", path = path.display())]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// The file belongs to another user.
    #[error("{path} belongs to another user", path = path.display())]
    NotYours {
        /// The file.
        path: PathBuf,
    },
    /// Others may read or write the file.
    #[error("{path} is open to other users (mode {mode:o}); run: chmod 600 {path}", path = path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Empty, too large, or not one line of UTF-8 text.
    #[error("{path} must hold the secret as one line of text", path = path.display())]
    NotOneLine {
        /// The file.
        path: PathBuf,
    },
}

impl FromStr for SecretReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        if let Some(name) = text.strip_prefix("env:") {
            let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let ours = name.strip_prefix("USHER_").is_some_and(|rest| !rest.is_empty());
            if !ours || !name.chars().all(plain) {
                return Err(ReferenceError::ForeignVariable);
            }
            return Ok(Self::Variable(name.to_owned()));
        }
        let path = text
            .strip_prefix("file:")
            .filter(|path| !path.is_empty())
            .ok_or(ReferenceError::NotAReference)?;
        let path = PathBuf::from(path);
        if path.is_absolute() { Ok(Self::File(path)) } else { Err(ReferenceError::NotAbsolute { path }) }
    }
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl SecretReference {
    /// Reads the secret. Call it in the terminal host only, where the person chose the reference.
    pub fn resolve(&self) -> Result<Secret, ReferenceError> {
        match self {
            Self::Variable(name) => {
                // As with a file: the line break that a shell or an editor leaves is no part of the secret.
                let value = std::env::var(name).ok();
                let value = value.map(|value| value.trim_end_matches(['\r', '\n']).to_owned());
                let value = value.filter(|value| !value.is_empty());
                value.map(Secret::new).ok_or_else(|| ReferenceError::NoVariable { name: name.clone() })
            }
            Self::File(path) => read(path),
        }
    }
}

fn read(path: &Path) -> Result<Secret, ReferenceError> {
    use std::io::Read;
    let here = || path.to_owned();
    let unreadable = |error: std::io::Error| ReferenceError::Unreadable { path: here(), kind: error.kind() };
    let named = std::fs::symlink_metadata(path).map_err(unreadable)?;
    if named.file_type().is_symlink() {
        return Err(ReferenceError::IsALink { path: here() });
    }
    if !named.is_file() {
        return Err(ReferenceError::NotAFile { path: here() });
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    // The opened file is judged, not the name: the name may point elsewhere by now.
    let opened = file.metadata().map_err(unreadable)?;
    private(path, &named, &opened)?;
    let mut text = zeroize::Zeroizing::new(String::new());
    let not_one_line = || ReferenceError::NotOneLine { path: here() };
    if opened.len() > LARGEST_FILE {
        return Err(not_one_line());
    }
    file.take(LARGEST_FILE).read_to_string(&mut text).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => not_one_line(),
        _ => unreadable(error),
    })?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || line.contains(['\n', '\r', '\0']) {
        return Err(not_one_line());
    }
    Ok(Secret::new(line))
}

/// Regular, the same file as was named, owned by this user and closed to all others.
#[cfg(unix)]
fn private(path: &Path, named: &std::fs::Metadata, opened: &std::fs::Metadata) -> Result<(), ReferenceError> {
    use std::os::unix::fs::MetadataExt;
    let here = || path.to_owned();
    if (named.dev(), named.ino()) != (opened.dev(), opened.ino()) || !opened.is_file() {
        return Err(ReferenceError::IsALink { path: here() });
    }
    if opened.uid() != own_uid().map_err(|kind| ReferenceError::Unreadable { path: here(), kind })? {
        return Err(ReferenceError::NotYours { path: here() });
    }
    let mode = opened.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(ReferenceError::OpenToOthers { path: here(), mode });
    }
    Ok(())
}

/// Windows: files in a profile are closed to other users by their inherited access list, which the
/// standard library cannot read; that the file is regular and no link is checked above.
#[cfg(not(unix))]
fn private(
    path: &Path,
    _named: &std::fs::Metadata,
    opened: &std::fs::Metadata,
) -> Result<(), ReferenceError> {
    if opened.is_file() { Ok(()) } else { Err(ReferenceError::NotAFile { path: path.to_owned() }) }
}

/// The user of this process, without unsafe code: whoever owns a file that we just made.
#[cfg(unix)]
fn own_uid() -> Result<u32, std::io::ErrorKind> {
    use std::os::unix::fs::MetadataExt;
    // On Linux the process's own folder belongs to it; elsewhere a new anonymous file does.
    if let Ok(own) = std::fs::metadata("/proc/self") {
        return Ok(own.uid());
    }
    let file = tempfile::tempfile().map_err(|error| error.kind())?;
    file.metadata().map(|own| own.uid()).map_err(|error| error.kind())
}
