//! Steps with progress: each says what it does, how long it took, and on failure which step, why and what to do.

use anyhow::{Context as _, Result, bail};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs `work` as one named step.
pub fn step<T>(what: &str, on_failure: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let began = Instant::now();
    println!("==> {what}");
    std::io::stdout().flush().ok();
    match work() {
        Ok(value) => {
            println!("    done in {:.1} s", began.elapsed().as_secs_f32());
            Ok(value)
        }
        Err(error) => {
            Err(error.context(format!("the step \"{what}\" failed\n  what to do: {on_failure}\n  why")))
        }
    }
}

/// A command that shows its output.
pub fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null());
    command
}

/// Runs a command to its end, showing its output; fails when it fails.
pub fn sh(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// Runs a command quietly and tells whether it succeeded.
pub fn succeeds(program: &str, args: &[&str]) -> bool {
    command(program, args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a command and returns what it printed.
pub fn output(program: &str, args: &[&str]) -> Result<String> {
    let mut command = command(program, args);
    let shown = show(&command);
    let out = command.output().with_context(|| format!("`{shown}` could not be started"))?;
    if !out.status.success() {
        bail!("`{shown}` ended with {}: {}", out.status, String::from_utf8_lossy(&out.stderr));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

fn show(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text
}

/// The cargo that runs us.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
