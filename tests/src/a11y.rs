//! What assistive technology is told: the AT-SPI tree of the session, read by the desktop's own library.

use crate::bus::Session;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::process::Command;

/// Role, name and description of everything that is in the windows of a session, one a line, parted by tabs.
///
/// The system's Python reads it: the library's introspection data are part of the system (packages `python3-gi` and
/// `gir1.2-atspi-2.0`), which the tests' own Python does not see.
pub fn tree(session: &Session) -> Result<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/atspi/tree.py");
    let read = Command::new("/usr/bin/python3").arg(script).envs(session.environment()).output();
    let read = read.context("the system's python3")?;
    let complaint = String::from_utf8_lossy(&read.stderr);
    anyhow::ensure!(read.status.success(), "the accessibility tree could not be read: {complaint}");
    Ok(String::from_utf8_lossy(&read.stdout).into_owned())
}

/// Whether something has this role (any when empty), and this in its name or description.
pub fn has(tree: &str, role: &str, words: &str) -> bool {
    tree.lines().any(|line| {
        let mut parts = line.splitn(2, '\t');
        let of_role = parts.next().is_some_and(|found| role.is_empty() || found == role);
        of_role && parts.next().is_some_and(|rest| rest.contains(words))
    })
}
