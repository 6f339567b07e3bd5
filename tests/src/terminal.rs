//! The terminal host as a person or a script calls it.

use crate::bus::Session;
use crate::process::program;
use anyhow::Result;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a call printed, and how it ended.
pub struct Said {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// The JSON on standard output.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_str(&self.out)
            .map_err(|error| anyhow::anyhow!("{error}\nstdout: {}\nstderr: {}", self.out, self.err))
    }
}

/// A command line of `usher` with its own data folder.
pub fn usher(data: &Path, session: Option<&Session>, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(program("usher")?);
    command.arg("--data-dir").arg(data).args(arguments).stdin(Stdio::null());
    if let Some(session) = session {
        command.envs(session.environment());
    }
    Ok(command)
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Result<Said> {
    let out = command.output()?;
    Ok(Said {
        code: out.status.code().unwrap_or(-1),
        out: String::from_utf8(out.stdout)?,
        err: String::from_utf8(out.stderr)?,
    })
}
