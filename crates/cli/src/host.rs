//! Opens the application for a command, and finds the connection that it is about.

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;
use usher_commands::{App, Options, connections};

/// The application in the world that the command line names.
pub async fn open(arguments: &Arguments) -> Result<Arc<App>, Failure> {
    let options = Options {
        data: arguments.data_dir.clone(),
        ends_with_world: false,
        sandbox: arguments.sandbox.clone(),
        clock: None,
        memory_vault: arguments.memory_credentials,
        references: true,
        open_browser: Arc::new(|url: &Url| webbrowser::open(url.as_str()).is_ok()),
        downloads: None,
        // Of what a service tells, whoever sits at this computer hears, too.
        desktop: matches!(arguments.command, Command::Run { once: false, .. }),
        program: "usher",
        ticket: arguments.ticket.clone(),
    };
    Ok(App::open(options).await?)
}

/// Whether the text is the path of a file rather than an id or a name. A file that happens to lie in the working folder
/// under a connection's id is none.
pub fn is_file(text: &str) -> bool {
    text.ends_with(".toml") || (text.contains(std::path::is_separator) && Path::new(text).is_file())
}

/// The connection's id. A file names the connection by its id and makes it where there is none; a draft that is there stays.
pub async fn find(app: &App, text: &str) -> Result<String, Failure> {
    if !is_file(text) {
        return Ok(connections::find(app, text).await?);
    }
    let connection = connections::read_file(&read_file(Path::new(text))?)?;
    Ok(connections::place_new(app, &connection, FROM_A_FILE).await?)
}

/// The connection's id, for what works with its settings. A file becomes the draft of the connection with its id.
pub async fn take(app: &App, text: &str) -> Result<String, Failure> {
    if !is_file(text) {
        return find(app, text).await;
    }
    let connection = connections::read_file(&read_file(Path::new(text))?)?;
    Ok(connections::place(app, &connection, FROM_A_FILE).await?)
}

const FROM_A_FILE: &str = "from a file";

/// The only connection, or the one that is named.
pub async fn find_or_only(app: &Arc<App>, text: Option<&str>) -> Result<String, Failure> {
    if let Some(text) = text {
        return find(app, text).await;
    }
    let all = connections::connections(app, usher_commands::dto::Nothing {}).await?;
    match all.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(Failure::Usage(
            "there is no connection yet: `usher connection new NAME` makes one".to_owned(),
        )),
        _ => Err(Failure::Usage(
            "there are several connections: name one (`usher connection list`)".to_owned(),
        )),
    }
}

/// Reads a text file that a person named.
pub fn read_file(path: &Path) -> Result<String, Failure> {
    let unreadable = |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| unreadable(&error))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|&&byte| byte == b'\n').count() + 1;
        unreadable(&format_args!("line {line} is not UTF-8: save the file as UTF-8 and try again"))
    })
}

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the command is refused.
    Keep,
    /// It is replaced, because the person said so.
    Replace,
}

impl From<bool> for Existing {
    /// From `--force`.
    fn from(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }
}

/// Refuses before the work what would be refused after it, and one file for two things.
pub fn free<'p>(paths: impl IntoIterator<Item = &'p Path>, existing: Existing) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for path in paths {
        if existing == Existing::Keep && path.exists() {
            return Err(is_there(path));
        }
        distinct(path, &mut seen)?;
    }
    Ok(())
}

/// Refuses a path that names a file which is among those seen before.
pub fn distinct(path: &Path, seen: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let whole =
        path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    if seen.contains(&whole) {
        let path = path.display();
        return Err(Failure::Usage(format!("{path} is named twice: each of these needs a file of its own")));
    }
    seen.push(whole);
    Ok(())
}

fn is_there(path: &Path) -> Failure {
    let path = path.display();
    Failure::Usage(format!("{path} is there already; name another file, or replace it with --force"))
}

/// Writes a file that only its owner can read: plans name people.
pub fn write_file(path: &Path, text: &str, existing: Existing) -> Result<(), Failure> {
    let failed = |error: std::io::Error| anyhow::anyhow!("{}: {error}", path.display());
    // Behind a link lies what is meant. A device or a pipe is written to, never replaced.
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if place.exists() && !place.is_file() && existing == Existing::Replace {
        return Ok(std::fs::write(&place, text).map_err(failed)?);
    }
    let file = beside(&place, text).map_err(failed)?;
    match existing {
        Existing::Replace => file.persist(&place),
        Existing::Keep => file.persist_noclobber(&place),
    }
    .map(drop)
    .map_err(|problem| match problem.error {
        error if error.kind() == std::io::ErrorKind::AlreadyExists => is_there(path),
        error => failed(error).into(),
    })
}

/// A text beside the place of a file, for its owner alone. It gets its name when it is whole: a full disk leaves nothing
/// under that name, and what was there stays.
fn beside(path: &Path, text: &str) -> std::io::Result<tempfile::NamedTempFile> {
    use std::io::Write as _;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

/// Puts a text in the place of a file, as a whole: whoever reads meanwhile gets the old one or the new one.
pub fn replace_file(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| anyhow::anyhow!("{}: {error}", path.display());
    let file = beside(path, text).map_err(failed)?;
    // One that is there keeps its mode, so that an administrator can let a monitor read it.
    if let Ok(there) = std::fs::metadata(path) {
        file.as_file().set_permissions(there.permissions()).map_err(failed)?;
    }
    file.persist(path).map_err(|problem| failed(problem.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Existing, Failure, read_file, write_file};

    #[test]
    fn a_file_in_another_encoding_is_refused_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("latin1.toml");
        std::fs::write(&path, b"name = \"GoTo\"\ntitle = \"M\xfcnchen\"\n").expect("written");
        let Err(Failure::Usage(said)) = read_file(&path) else { panic!("it is refused as a mistake") };
        assert!(said.ends_with("line 2 is not UTF-8: save the file as UTF-8 and try again"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_a_device_stay_what_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "before").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        assert!(write_file(&link, "plan", Existing::Replace).is_ok());
        assert_eq!(std::fs::read_to_string(&file).expect("readable"), "plan");
        assert!(link.is_symlink());
        assert!(write_file(std::path::Path::new("/dev/null"), "plan", Existing::Replace).is_ok());
        assert!(!std::path::Path::new("/dev/null").is_file());
    }

    #[cfg(unix)]
    #[test]
    fn a_plan_file_is_its_owners_alone_also_where_an_open_one_was() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let (fresh, open) = (folder.path().join("fresh.json"), folder.path().join("open.json"));
        std::fs::write(&open, "longer than what follows").expect("written");
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o666)).expect("opened to all");
        for path in [fresh, open] {
            assert!(write_file(&path, "plan", Existing::Replace).is_ok());
            let mode = std::fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
            assert_eq!(std::fs::read_to_string(&path).expect("readable"), "plan");
            let Err(Failure::Usage(said)) = write_file(&path, "other", Existing::Keep) else {
                panic!("it is refused as a mistake")
            };
            assert!(said.contains("--force"), "{said}");
            assert_eq!(std::fs::read_to_string(&path).expect("readable"), "plan");
        }
    }
}
