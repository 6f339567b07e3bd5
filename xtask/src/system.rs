//! System packages: installed where we can (Debian, Ubuntu), named exactly where we cannot.

use crate::step::{command, output, sh, step, succeeds};
use anyhow::{Result, bail};
use std::process::Stdio;

/// What a build of the desktop application needs.
const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libsoup-3.0-dev",
    "libjavascriptcoregtk-4.1-dev",
];

/// What the tests need besides: a real screen, keyring, browser and Python for the independent peers.
const TEST: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "libglib2.0-bin",
    "libsecret-tools",
    "fonts-liberation",
    "fonts-noto-core",
    "fonts-wqy-zenhei",
    "xdotool",
    "chromium",
    "chromium-driver",
    "procps",
    "curl",
    "python3",
    "python3-venv",
    "python3-pip",
    "python3-gi",
    "gir1.2-atspi-2.0",
];

/// Which packages are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// To build and run.
    Run,
    /// To run every test as well.
    Test,
}

/// Installs what is missing, or says what to install.
pub fn packages(want: Want) -> Result<()> {
    if !cfg!(target_os = "linux") || !succeeds("apt-get", &["--version"]) {
        println!("==> System packages\n    {}", advice());
        return Ok(());
    }
    let mut wanted = BUILD.to_vec();
    if want == Want::Test {
        wanted.extend(TEST);
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let what = format!("System packages: {}", missing.join(" "));
    let remedy = format!("run `apt-get install {}` as root, then start again", missing.join(" "));
    step(&what, &remedy, || install(&missing))
}

fn installed(package: &str) -> bool {
    output("dpkg-query", &["-W", "-f=${Status}", package])
        .is_ok_and(|status| status == "install ok installed")
}

fn install(missing: &[&str]) -> Result<()> {
    let root = output("id", &["-u"])?.trim() == "0";
    if !root && !succeeds("sudo", &["--version"]) {
        bail!("these packages can only be installed by root, and there is no sudo");
    }
    if !root {
        println!("    Usher's window needs WebKitGTK, its tests need a keyring, a browser and a screen.");
        println!(
            "    sudo may now ask for your password, to run apt-get for the packages above and nothing else."
        );
    }
    let apt = |args: &[&str]| {
        let mut all =
            vec!["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"];
        all.extend(args);
        let mut command = command(if root { "env" } else { "sudo" }, &all);
        if !root {
            command.stdin(Stdio::inherit());
        }
        sh(&mut command)
    };
    apt(&["update"])?;
    let mut args = vec!["install", "-y", "--no-install-recommends"];
    args.extend(missing);
    apt(&args)
}

fn advice() -> &'static str {
    if cfg!(target_os = "macos") {
        "macOS: install the Xcode command line tools (`xcode-select --install`). Nothing else is needed to run."
    } else if cfg!(windows) {
        "Windows: install the Microsoft C++ Build Tools and, on Windows 10, the WebView2 runtime."
    } else if succeeds("dnf", &["--version"]) {
        "Fedora: sudo dnf install gcc pkgconf webkit2gtk4.1-devel gtk3-devel librsvg2-devel libsoup3-devel \
         gnome-keyring libsecret webkit2gtk-driver xorg-x11-server-Xvfb dbus-x11 chromium chromedriver python3"
    } else if succeeds("pacman", &["--version"]) {
        "Arch: sudo pacman -S --needed base-devel webkit2gtk-4.1 gtk3 librsvg libsoup3 gnome-keyring libsecret \
         xorg-server-xvfb dbus chromium python"
    } else {
        "Install your system's development packages of WebKitGTK 4.1, GTK 3, librsvg and libsoup 3."
    }
}
