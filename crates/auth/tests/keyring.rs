//! The vault against a real gnome-keyring in a D-Bus session of its own, with a home folder of its own.
//! The developer's keyring is never touched: every command runs inside `dbus-run-session`.
#![cfg(target_os = "linux")]

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::provider::Server;

/// A private place: home, runtime folder, lock folder.
struct Place(tempfile::TempDir);

struct Output {
    ok: bool,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        for folder in ["home/.local/share", "run", "locks"] {
            std::fs::create_dir_all(place.0.path().join(folder)).expect("a folder");
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn isolated(&self, program: &str) -> Command {
        // A prompt that nobody can answer must not hold the tests up.
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", "60", program]);
        // Nothing of the developer's session may shine through: no bus, no display, no home.
        command
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env("XDG_DATA_HOME", self.path("home/.local/share"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("VAULT", helper())
            .env("LOCKS", self.path("locks"))
            .env("PLACE", self.0.path())
            .current_dir(self.0.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs a shell script in a session with an unlocked keyring.
    fn unlocked(&self, script: &str) -> Output {
        let start = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null\n\
                     gdbus wait --session --timeout 20 org.freedesktop.secrets\n";
        self.session(&format!("{start}{script}"))
    }

    /// Runs a shell script in a session of its own that nothing else shares.
    fn session(&self, script: &str) -> Output {
        let mut command = self.isolated("dbus-run-session");
        command.args(["--", "sh", "-eu", "-c", script]);
        run(command)
    }
}

fn run(mut command: Command) -> Output {
    let output = command.output().expect("dbus-run-session runs: install it with `cargo xtask test`");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Output { ok: output.status.success(), out: text(&output.stdout), err: text(&output.stderr) }
}

impl Output {
    #[track_caller]
    fn succeeded(self) -> String {
        assert!(self.ok, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self.out
    }
}

/// The program of `examples/vault.rs`, which cargo builds beside the tests.
fn helper() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let folder = test.parent().and_then(Path::parent).expect("target/debug");
    let helper = folder.join("examples/vault");
    assert!(
        helper.is_file(),
        "{} is missing: run `cargo xtask test`, or the tests of the whole package (a run of one test file does not build it)",
        helper.display()
    );
    helper
}

#[test]
fn a_secret_is_stored_listed_read_by_others_and_deleted_without_a_trace() {
    let place = Place::new();
    let long: String = "éa7-".chars().cycle().take(4000).collect();
    std::fs::File::create(place.path("secret"))
        .and_then(|mut f| f.write_all(long.as_bytes()))
        .expect("a file");
    let out = place
        .unlocked(
            r#"
            "$VAULT" "$LOCKS" set < secret
            "$VAULT" "$LOCKS" get > again; cmp secret again
            "$VAULT" "$LOCKS" list
            secret-tool search --all service Usher > found 2>&1
            printf 'entries %s\n' "$(grep -c '^attribute.service = Usher' found)"
            # A shorter one replaces it, and the parts of the longer one go.
            printf short | "$VAULT" "$LOCKS" set
            "$VAULT" "$LOCKS" get; echo
            printf 'entries %s\n' "$(secret-tool search --all service Usher 2>&1 | grep -c '^attribute.service = Usher')"
            "$VAULT" "$LOCKS" delete
            printf 'left <%s>\n' "$(secret-tool search --all service Usher 2>&1)"
            "#,
        )
        .succeeded();
    // 4,000 characters, some of two bytes: 6 or 7 parts and a manifest, and the index with its own.
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "practice-1/bearer-token https://api.example.org");
    let many: usize = lines[1].strip_prefix("entries ").and_then(|n| n.parse().ok()).expect("a number");
    assert!(many >= 8, "{out}");
    assert_eq!(lines[2..], ["short", "entries 4", "left <>"], "{out}");
    for entry in walk(&place.path("locks")) {
        assert_eq!(
            std::fs::metadata(&entry).expect("a file").len(),
            0,
            "{} holds something",
            entry.display()
        );
    }
}

#[test]
fn sixty_four_kilobytes_survive_a_restart_of_the_keyring() {
    let place = Place::new();
    let secret: String = (0..64 * 1024).map(|i| char::from(b'!' + (i * 7 % 90) as u8)).collect();
    std::fs::write(place.path("secret"), &secret).expect("a file");
    place.unlocked(r#""$VAULT" "$LOCKS" set < secret"#).succeeded();
    let out = place
        .unlocked(
            r#"
            "$VAULT" "$LOCKS" get > again; cmp secret again
            "$VAULT" "$LOCKS" delete-all
            printf 'left <%s>\n' "$(secret-tool search --all service Usher 2>&1)"
            "#,
        )
        .succeeded();
    assert_eq!(out, "left <>\n");
    std::fs::write(place.path("secret"), format!("{secret}x")).expect("a file");
    let refused = place.unlocked(r#""$VAULT" "$LOCKS" set < secret"#);
    assert_eq!(refused.err.lines().last(), Some("TooLong { bytes: 65537, limit: 65536 }"), "{}", refused.err);
}

const LOCK: &str = "gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
                    --method org.freedesktop.Secret.Service.Lock \"['/org/freedesktop/secrets/collection/login']\" >/dev/null\n";

#[test]
fn a_locked_keyring_is_said_for_reading_and_writing() {
    let place = Place::new();
    let script = format!(
        r#"printf kept | "$VAULT" "$LOCKS" set
           {LOCK}
           "$VAULT" "$LOCKS" get || true
           printf other | "$VAULT" "$LOCKS" set || true
           "$VAULT" "$LOCKS" delete || true"#
    );
    let output = place.unlocked(&script);
    // The session bus and the password window, which has no display, write there too.
    let errors: Vec<&str> = output.err.lines().filter(|line| line.starts_with("Locked")).collect();
    assert_eq!(errors.len(), 3, "{}{}", output.out, output.err);
    assert_eq!(place.unlocked(r#""$VAULT" "$LOCKS" get"#).succeeded(), "kept", "nothing was lost");
}

#[test]
fn no_bus_and_no_service_are_absent() {
    let place = Place::new();
    let mut command = place.isolated("sh");
    command.args(["-c", r#""$VAULT" "$LOCKS" probe"#]);
    let output = run(command);
    assert_eq!((output.ok, output.err.trim()), (false, "Absent"), "no bus");
    // A bus without any service files: nothing can be started on demand.
    let config = place.path("bus.conf");
    std::fs::write(
        &config,
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
            "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
           <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
           <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
           <allow own="*"/></policy></busconfig>"#,
    )
    .expect("a file");
    let mut command = place.isolated("dbus-run-session");
    command.arg(format!("--config-file={}", config.display()));
    command.args(["--", "sh", "-c", r#""$VAULT" "$LOCKS" probe"#]);
    let output = run(command);
    assert_eq!((output.ok, output.err.lines().last()), (false, Some("Absent")), "no service: {}", output.err);
}

#[test]
fn a_keyring_that_appears_later_or_comes_back_is_used_without_a_restart() {
    let place = Place::new();
    let config = place.path("bus.conf");
    std::fs::write(
        &config,
        r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
           <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
           <allow own="*"/></policy></busconfig>"#,
    )
    .expect("a file");
    let mut command = place.isolated("dbus-run-session");
    command.arg(format!("--config-file={}", config.display()));
    let script = r#"
        mkfifo ask; "$VAULT" "$LOCKS" probe-lines < ask > answers & exec 3> ask
        wait_for() { n=0; while [ "$(wc -l < answers)" -lt "$1" ]; do n=$((n+1)); [ $n -lt 400 ] || exit 9; sleep 0.05; done; }
        keyring() { printf pw | gnome-keyring-daemon --unlock --components=secrets > /dev/null 3>&-
                    gdbus wait --session --timeout 20 org.freedesktop.secrets; }
        echo >&3; wait_for 1
        keyring; echo >&3; wait_for 2
        pid=$(gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
            --method org.freedesktop.DBus.GetConnectionUnixProcessID org.freedesktop.secrets | sed 's/[^0-9 ]//g;s/.* //')
        kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
        echo >&3; wait_for 3
        keyring; echo >&3; wait_for 4
        exec 3>&-; wait; cat answers"#;
    command.args(["--", "bash", "-eu", "-c", script]);
    let out = run(command).succeeded();
    assert_eq!(out.lines().collect::<Vec<_>>(), ["Err(Absent)", "Ok(())", "Err(Absent)", "Ok(())"]);
}

#[tokio::test]
async fn two_processes_refresh_in_turn() {
    let place = Place::new();
    let server = Server::start().await;
    server.with(|seen| seen.slow = std::time::Duration::from_millis(20));
    let token = server.root.join("token").expect("an address");
    let script = format!(
        r#""$VAULT" "$LOCKS" keep-session {token}
           "$VAULT" "$LOCKS" refresh {token} 5 > one & first=$!
           "$VAULT" "$LOCKS" refresh {token} 5 > two & second=$!
           wait $first; wait $second; cat one two"#
    );
    let out =
        tokio::task::spawn_blocking(move || place.unlocked(&script)).await.expect("no panic").succeeded();
    assert_eq!(out.lines().count(), 10, "every request got its token: {out}");
    let (used, most) = server.with(|seen| {
        (seen.tokens.iter().map(|form| form["refresh_token"].clone()).collect::<Vec<_>>(), seen.most_busy)
    });
    let expected: Vec<String> = (0..10).map(|number| format!("refresh-{number}")).collect();
    assert_eq!(used, expected, "no refresh token was used twice");
    assert_eq!(most, 1, "never two at a time");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}
