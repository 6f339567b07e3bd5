//! What only other processes can show: permissions under any umask, locks, kills.
//!
//! Each test starts this test program again with `USHER_STORE_HOME` set; the copy then plays the other part.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use jiff::Timestamp;
use usher_store::{ConnectionId, DataFolder, Holder, JournalRecord, NewRun, Store, StoreError, World};

fn other_part() -> Option<PathBuf> {
    std::env::var_os("USHER_STORE_HOME").map(PathBuf::from)
}

/// This program again, playing the other part of the named test, under a umask that closes nothing.
fn other_process(test: &str, home: &Path) -> Other {
    let child = Command::new("sh")
        .args(["-c", "umask 000; exec \"$0\" --exact \"$1\" --nocapture"])
        .arg(std::env::current_exe().expect("a path"))
        .arg(test)
        .env("USHER_STORE_HOME", home)
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    Other(child)
}

/// The other process; it does not outlive its test.
struct Other(Child);

impl Other {
    fn kill(&mut self) {
        self.0.kill().expect("kills");
        self.0.wait().expect("ends");
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn wait_for(other: &mut Other, word: &str) {
    let output = BufReader::new(other.0.stdout.take().expect("piped"));
    for line in output.lines() {
        if line.expect("readable").contains(word) {
            return;
        }
    }
    panic!("the other process never said {word}");
}

fn now() -> Timestamp {
    Timestamp::from_second(1_780_000_000).expect("in range")
}

fn id() -> ConnectionId {
    ConnectionId::new("contoso").expect("an id")
}

fn me() -> Holder {
    Holder { pid: std::process::id(), host: "here".to_owned(), program: "test".to_owned(), since: now() }
}

fn open(home: &Path) -> (DataFolder, Store) {
    let folder = DataFolder::open(home).expect("opens");
    let store = match folder.create(&id(), World::Live, now()) {
        Err(StoreError::Exists { .. }) => folder.connection(&id(), World::Live).expect("opens"),
        made => made.expect("makes"),
    };
    (folder, store)
}

fn line(operation: u32) -> JournalRecord {
    JournalRecord {
        operation,
        part: 0,
        state: "intended".to_owned(),
        attempt: 0,
        key: None,
        precondition: None,
        payload: "{}".to_owned(),
        at: now(),
    }
}

fn begin(store: &Store) -> usher_store::RunId {
    let run = NewRun {
        cycle: "initial".to_owned(),
        runner: "local".to_owned(),
        began: now(),
        plan: Some("p".to_owned()),
    };
    store.begin_run(&run).expect("begins")
}

/// Says a word and waits to be killed.
fn say_and_wait(word: &str) {
    std::io::Write::write_all(&mut std::io::stdout(), format!("{word}\n").as_bytes()).expect("says it");
    loop {
        std::thread::park();
    }
}

#[test]
fn nothing_is_readable_by_others() {
    if let Some(home) = other_part() {
        let (_folder, store) = open(&home);
        store.back_up().expect("copies");
        let _lock = store.run_lock(&me()).expect("takes");
        let run = begin(&store);
        store.append_journal(run, &[line(1)], &[]).expect("appends");
        return say_and_wait("written");
    }
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path().join("usher");
    let mut other = other_process("nothing_is_readable_by_others", &home);
    wait_for(&mut other, "written");
    let mut seen = Vec::new();
    let mut folders = vec![home.clone()];
    while let Some(folder) = folders.pop() {
        let mode = std::fs::metadata(&folder).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "{folder:?} is {mode:o}");
        for entry in std::fs::read_dir(&folder).expect("lists") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mode = std::fs::metadata(&path).expect("there").permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{path:?} is {mode:o}");
            seen.push(path.file_name().expect("a name").to_string_lossy().into_owned());
        }
    }
    other.kill();
    seen.sort();
    let expected = [
        "run.holder.json",
        "run.lock",
        "usher.backup.sqlite",
        "usher.sqlite",
        "usher.sqlite-shm",
        "usher.sqlite-wal",
    ];
    assert_eq!(seen, expected, "each of the files was looked at");
}

#[test]
fn the_second_process_hears_who_holds_the_lock_and_gets_it_when_that_one_dies() {
    if let Some(home) = other_part() {
        let (_folder, store) = open(&home);
        let _lock = store.run_lock(&me()).expect("takes");
        return say_and_wait("held");
    }
    let home = tempfile::tempdir().expect("a folder");
    let (_folder, store) = open(home.path());
    let mut other = other_process(
        "the_second_process_hears_who_holds_the_lock_and_gets_it_when_that_one_dies",
        home.path(),
    );
    wait_for(&mut other, "held");
    let holder = match store.run_lock(&me()) {
        Err(StoreError::Held { holder: Some(holder) }) => holder,
        other => panic!("{other:?}"),
    };
    assert_eq!(holder.pid, other.0.id());
    assert_eq!(store.run_holder().expect("reads"), Some(holder));
    other.kill();
    assert_eq!(store.run_holder().expect("reads"), None, "a note that nobody stands behind is not believed");
    let lock = store.run_lock(&me()).expect("the lock died with its owner");
    assert_eq!(store.run_holder().expect("reads"), Some(me()));
    drop(lock);
    assert_eq!(store.run_holder().expect("reads"), None);
}

#[test]
fn a_killed_process_leaves_what_it_had_committed() {
    if let Some(home) = other_part() {
        let (folder, store) = open(&home);
        let run = begin(&store);
        for operation in 1..=100 {
            store.append_journal(run, &[line(operation)], &[]).expect("appends");
        }
        // Half a transaction by other means: killed before it commits.
        let raw =
            rusqlite::Connection::open(folder.connection_path(&id()).join("usher.sqlite")).expect("opens");
        raw.execute_batch("BEGIN IMMEDIATE; DELETE FROM link; INSERT INTO state VALUES ('half', '1')")
            .expect("writes");
        return say_and_wait("committed");
    }
    let home = tempfile::tempdir().expect("a folder");
    let mut other = other_process("a_killed_process_leaves_what_it_had_committed", home.path());
    wait_for(&mut other, "committed");
    other.kill();
    let (_folder, store) = open(home.path());
    let open = store.unfinished_runs().expect("reads");
    assert_eq!(open.len(), 1);
    assert_eq!(store.journal(open[0].id).expect("reads").len(), 100);
    assert_eq!(store.state::<u32>("half").expect("reads"), None, "what was not committed is not there");
    store.check().expect("whole");
    store.append_journal(open[0].id, &[line(101)], &[]).expect("goes on");
}
