//! Processes that end with their test, their children included.

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command};

/// A process group that is killed on drop, with every descendant that made a group of its own, as browsers do.
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
        // Already gone is fine: the group is gone then, too. The tree is read before its root is gone.
        let tree = descendants(self.child.id());
        let _ = self.signal(Signal::SIGKILL);
        for id in tree {
            if let Ok(id) = i32::try_from(id) {
                let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
            }
        }
        let _ = self.child.wait();
    }
}

/// The processes that a process started, and theirs.
pub fn descendants(root: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // proc(5): the name in parentheses may hold anything; after it come the state and the parent.
        let rest = stat.rsplit(')').next().unwrap_or_default();
        let parent = rest.split_whitespace().nth(1).and_then(|parent| parent.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (id, parent)));
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        next += 1;
    }
    found.remove(0);
    found
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
