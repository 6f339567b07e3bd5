//! New files in the person's folder for downloads: the window has no downloads of its own.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::dto::{CommandError, ErrorCode, Message, SavedFile};
use crate::problem::error;

/// Writes a new file that only its owner can read. What is there already stays: the next free number is taken.
pub(super) fn new_file(app: &App, name: &str, ending: &str, text: &str) -> Result<SavedFile, CommandError> {
    let folder = app.downloads().ok_or_else(|| not_saved("no home folder"))?;
    std::fs::create_dir_all(&folder).map_err(not_saved)?;
    let (path, mut file) = open_new(&folder, name, ending).map_err(not_saved)?;
    if let Err(problem) = file.write_all(text.as_bytes()) {
        drop(file);
        // Half a file is none, and the next try shall have its name.
        let _ = std::fs::remove_file(&path);
        return Err(not_saved(problem));
    }
    Ok(SavedFile { path: path.display().to_string() })
}

fn open_new(folder: &Path, name: &str, ending: &str) -> std::io::Result<(PathBuf, File)> {
    let mut number = 1;
    loop {
        let file = if number == 1 { format!("{name}.{ending}") } else { format!("{name}-{number}.{ending}") };
        let path = folder.join(file);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(problem) if problem.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(problem) => return Err(problem),
        }
    }
}

fn not_saved(problem: impl ToString) -> CommandError {
    error(ErrorCode::Storage, Message::new("error-not-saved").text("detail", problem.to_string()))
}
