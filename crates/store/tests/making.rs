//! A connection is there whole or not at all, and one whose database was emptied is damaged.

use jiff::Timestamp;
use usher_store::{ConnectionId, DataFolder, Store, StoreError, World};

struct Fixture {
    folder: DataFolder,
    store: Store,
    id: ConnectionId,
    _home: tempfile::TempDir,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("in range")
}

fn fixture() -> Fixture {
    let home = tempfile::tempdir().expect("a folder");
    let folder = DataFolder::open(home.path().join("usher")).expect("opens");
    let id = ConnectionId::new("contoso").expect("an id");
    let store = folder.create(&id, World::Practice, at(0)).expect("makes");
    Fixture { folder, store, id, _home: home }
}

#[test]
fn a_connection_whose_making_was_killed_is_not_listed_and_can_be_made() {
    let Fixture { folder, .. } = &fixture();
    let half = ConnectionId::new("half").expect("an id");
    let path = folder.connection_path(&half);
    std::fs::create_dir(&path).expect("makes");
    assert_eq!(folder.connections().expect("lists").len(), 1, "a folder without a database");
    for rest in ["usher.new.sqlite", "usher.new.sqlite-journal"] {
        std::fs::write(path.join(rest), b"half of it").expect("writes");
    }
    assert_eq!(folder.connections().expect("lists").len(), 1, "a database without its name");
    assert!(matches!(folder.any_connection(&half), Err(StoreError::NotFound { .. })));
    folder.create(&half, World::Live, at(1)).expect("makes");
    let mut rest: Vec<_> =
        std::fs::read_dir(&path).expect("lists").flatten().map(|file| file.file_name()).collect();
    rest.sort();
    assert_eq!(rest, ["run.lock", "usher.sqlite"]);
    assert_eq!(folder.connections().expect("lists").len(), 2);
}

#[test]
fn a_database_that_was_emptied_is_damaged_and_not_new() {
    let Fixture { folder, store, id, _home } = fixture();
    let again = folder.create(&id, World::Practice, at(1)).map(drop);
    assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");
    drop(store);
    let path = folder.connection_path(&id).join("usher.sqlite");
    let empty = || std::fs::write(&path, b"").expect("writes");
    let bare = || {
        empty();
        let raw = rusqlite::Connection::open(&path).expect("opens");
        raw.pragma_update(None, "journal_mode", "WAL").expect("a header and nothing else");
    };
    let nobodys = || {
        empty();
        drop(folder.create(&ConnectionId::new("other").expect("an id"), World::Live, at(1)).expect("makes"));
        let other = folder.connection_path(&ConnectionId::new("other").expect("an id")).join("usher.sqlite");
        rusqlite::Connection::open(&other)
            .and_then(|raw| raw.execute("DELETE FROM connection", ()))
            .expect("empties");
        std::fs::rename(other, &path).expect("moves");
    };
    for damage in [&empty as &dyn Fn(), &bare, &nobodys] {
        damage();
        let found = folder.any_connection(&id).map(drop);
        assert!(matches!(found, Err(StoreError::Corrupt { .. })), "{found:?}");
        let again = folder.create(&id, World::Practice, at(1)).map(drop);
        assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");
        let listed = folder.connections().expect("lists");
        let listed = listed.iter().find(|found| found.id == id).expect("people see it");
        assert!(matches!(listed.world, Err(StoreError::Corrupt { .. })), "{listed:?}");
    }
}
