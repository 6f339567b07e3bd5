//! Processes that end with their test, their children included.

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command};

/// A process group that is killed on drop.
pub struct Group {
    child: Child,
}

impl Group {
    /// Starts a command in a group of its own.
    pub fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child =
            command.process_group(0).spawn().with_context(|| format!("{program} could not be started"))?;
        Ok(Self { child })
    }

    /// The process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to the whole group.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let group = Pid::from_raw(i32::try_from(self.child.id())?);
        killpg(group, signal).context("the process group is gone")
    }

    /// Kills the group at once, as `kill -9` does, and waits until it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.signal(Signal::SIGKILL)?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Already gone is fine: the group is gone then, too.
        let _ = self.signal(Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// The folder of the built programs: the test's own program lies in `deps` below it.
pub fn programs() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(std::path::Path::parent).context("the test program has no folder")?;
    Ok(folder.to_path_buf())
}

/// A built program. Fails with what to do when it is missing.
pub fn program(name: &str) -> Result<PathBuf> {
    let path = programs()?.join(name);
    anyhow::ensure!(path.is_file(), "{} is not built: run `cargo xtask e2e`", path.display());
    Ok(path)
}
