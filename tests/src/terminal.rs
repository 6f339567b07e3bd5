//! The terminal host as a person or a script calls it.

use crate::bus::Session;
use crate::process::{Group, program};
use crate::wait;
use anyhow::{Context as _, Result};
use nix::sys::signal::Signal;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

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

    /// Fails with both streams unless the call ended with this code.
    pub fn ended(self, code: i32) -> Result<Self> {
        anyhow::ensure!(
            self.code == code,
            "exit code {} instead of {code}\nstdout: {}\nstderr: {}",
            self.code,
            self.out,
            self.err
        );
        Ok(self)
    }

    /// Fails with both streams unless standard error has all of these texts.
    pub fn told(self, texts: &[&str]) -> Result<Self> {
        for text in texts {
            anyhow::ensure!(
                self.err.contains(text),
                "{text:?} was not said\nstdout: {}\nstderr: {}",
                self.out,
                self.err
            );
        }
        Ok(self)
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

type Text = Arc<Mutex<Vec<u8>>>;

/// A command that runs, in a process group of its own, while the test looks on.
pub struct Live {
    group: Group,
    out: (Text, JoinHandle<()>),
    err: (Text, JoinHandle<()>),
}

impl Live {
    /// Starts it.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut group = Group::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let out = collect(group.child().stdout.take().context("a pipe")?);
        let err = collect(group.child().stderr.take().context("a pipe")?);
        Ok(Self { group, out, err })
    }

    /// Its process group.
    pub fn group(&mut self) -> &mut Group {
        &mut self.group
    }

    /// What it has said on standard output so far.
    pub fn out(&self) -> String {
        text(&self.out.0)
    }

    /// What it has said on standard error so far.
    pub fn err(&self) -> String {
        text(&self.err.0)
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> Result<bool> {
        Ok(self.group.child().try_wait()?.is_none())
    }

    /// Waits for the address that a person shall open, on a line of its own on standard error.
    pub async fn address(&mut self) -> Result<String> {
        wait::until("the address of the sign-in", || {
            let said = self.err();
            // A line counts when it is complete.
            let lines = said.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            let found = lines.map(str::trim).find(|line| line.starts_with("http")).map(str::to_owned);
            let gone = found.is_none() && !matches!(self.group.child().try_wait(), Ok(None));
            async move {
                anyhow::ensure!(!gone, "the command ended: {said}");
                Ok(found)
            }
        })
        .await
    }

    /// Waits until it ends by itself.
    pub async fn end(mut self) -> Result<Said> {
        let status = wait::until("the command's end", || {
            let status = self.group.child().try_wait();
            async move { Ok(status?) }
        })
        .await;
        let status = status.with_context(|| format!("it said: {}", text(&self.err.0)))?;
        let Self { group, out, err } = self;
        drop(group);
        let finished = |(text_of, reader): (Text, JoinHandle<()>)| {
            // Everything is read before it is looked at.
            let _ = reader.join();
            text(&text_of)
        };
        Ok(Said { code: status.code().unwrap_or(-1), out: finished(out), err: finished(err) })
    }

    /// Waits until a line of JSON on standard output fits; gives the first that does, from this line on.
    pub async fn line(
        &mut self,
        what: &str,
        from: usize,
        fits: impl Fn(&serde_json::Value) -> bool,
    ) -> Result<(usize, serde_json::Value)> {
        wait::until(what, || {
            let (out, err) = (self.out(), self.err());
            let gone = !matches!(self.group.child().try_wait(), Ok(None));
            let whole = out.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            let lines = whole.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap_or_default());
            let found = lines.enumerate().skip(from).find(|(_, line)| fits(line));
            async move {
                anyhow::ensure!(found.is_some() || !gone, "the command ended: {out}\n{err}");
                Ok(found.map(|(at, line)| (at + 1, line)))
            }
        })
        .await
    }

    /// Sends SIGTERM, as a service manager does, and waits for the end.
    pub async fn terminate(self) -> Result<Said> {
        self.group.signal(Signal::SIGTERM)?;
        self.end().await
    }

    /// Presses Ctrl+C and waits for the end.
    pub async fn interrupt(self) -> Result<Said> {
        self.group.signal(Signal::SIGINT)?;
        self.end().await
    }
}

fn collect(mut from: impl Read + Send + 'static) -> (Text, JoinHandle<()>) {
    let text = Text::default();
    let into = Arc::clone(&text);
    let reader = std::thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut part) {
            into.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&part[..length]);
        }
    });
    (text, reader)
}

fn text(of: &Text) -> String {
    String::from_utf8_lossy(&of.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}
