//! Deletes that wait for their day, and those that an administrator took back.

use jiff::Timestamp;
use rusqlite::{Row, Transaction};

use crate::database::{instant, stamp};
use crate::{AuditEntry, Kind, Store, StoreError, audit};

/// One delete that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDelete {
    /// Person or group.
    pub kind: Kind,
    /// The object in Entra.
    pub source: String,
    /// The account or group that is to be deleted: from the link.
    pub target: String,
    /// The matching value of the link, usually the user name.
    pub key: Option<String>,
    /// A name to show.
    pub display: String,
    /// Why, as a code.
    pub code: String,
    /// Since when.
    pub since: Timestamp,
    /// Not before.
    pub due: Timestamp,
    /// Who keeps the account, and since when; nobody while it waits.
    pub kept: Option<(String, Timestamp)>,
}

/// A delete that begins to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPendingDelete {
    /// Person or group.
    pub kind: Kind,
    /// The object in Entra.
    pub source: String,
    /// A name to show.
    pub display: String,
    /// Why, as a code.
    pub code: String,
    /// Since when.
    pub since: Timestamp,
    /// Not before.
    pub due: Timestamp,
}

/// What a settled run says about who is to be deleted, and who is managed at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leavers {
    /// These begin to wait. Who waits already keeps the day that was told.
    pub begin: Vec<NewPendingDelete>,
    /// These are off the list.
    pub end: Vec<(Kind, String)>,
    /// These are no longer managed.
    pub let_go: Vec<(Kind, String)>,
    /// These are managed, again if they were not.
    pub managed: Vec<(Kind, String)>,
}

/// What an administrator decides about a delete that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<'a> {
    /// The account is kept until further notice.
    Keep {
        /// Who decides.
        by: &'a str,
    },
    /// It waits again until the day that was told.
    Release {
        /// Until then, where that day has passed: whoever releases gets time to think again.
        due: Timestamp,
    },
}

const COLUMNS: &str =
    "link.kind, link.source, link.target, link.key, display, code, since, due, kept_by, kept_at
    FROM pending_delete JOIN link ON link.kind = pending_delete.kind AND link.source = pending_delete.source";

impl Store {
    /// Every delete that waits or was taken back: the next ones first.
    pub fn pending_deletes(&self) -> Result<Vec<PendingDelete>, StoreError> {
        let database = self.database();
        let sql = format!("SELECT {COLUMNS} ORDER BY due, link.kind DESC, link.source");
        let mut statement = database.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(pending(row)?);
        }
        Ok(found)
    }

    /// How many deletes wait, those that were taken back apart.
    pub fn count_pending_deletes(&self) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM pending_delete WHERE kept_by IS NULL";
        Ok(self.database().prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// Whose day has come.
    pub fn due_deletes(&self, now: Timestamp) -> Result<Vec<(Kind, String)>, StoreError> {
        let mut all = self.pending_deletes()?;
        all.retain(|one| one.kept.is_none() && one.due <= now);
        Ok(all.into_iter().map(|one| (one.kind, one.source)).collect())
    }

    /// Notes who begins to wait, who no longer does, who is let go and who is managed again, in one transaction.
    /// Whoever has no link any more was deleted by the run itself.
    pub fn note_leavers(&self, leavers: &Leavers) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut begin = transaction.prepare_cached(
                "INSERT OR IGNORE INTO pending_delete (kind, source, display, code, since, due)
                 SELECT kind, source, ?3, ?4, ?5, ?6 FROM link WHERE kind = ?1 AND source = ?2",
            )?;
            for new in &leavers.begin {
                let (since, due) = (stamp(new.since), stamp(new.due));
                begin.execute((new.kind.as_str(), &new.source, &new.display, &new.code, since, due))?;
            }
            let mut end =
                transaction.prepare_cached("DELETE FROM pending_delete WHERE kind = ?1 AND source = ?2")?;
            for (kind, source) in &leavers.end {
                end.execute((kind.as_str(), source))?;
            }
            let mut manage = transaction.prepare_cached(
                "UPDATE link SET managed = ?3 WHERE kind = ?1 AND source = ?2 AND managed <> ?3",
            )?;
            for (kind, source) in &leavers.let_go {
                manage.execute((kind.as_str(), source, false))?;
            }
            if unmanaged(transaction)? {
                for (kind, source) in &leavers.managed {
                    manage.execute((kind.as_str(), source, true))?;
                }
            }
            Ok(())
        })
    }

    /// Decides about deletes that wait, with an entry of the audit for each: all of them or none. A decision that holds
    /// already changes nothing and is not noted again.
    pub fn decide_pending_deletes(
        &self,
        about: &[(Kind, String)],
        decision: Decision<'_>,
        at: Timestamp,
        entry: impl Fn(&PendingDelete) -> AuditEntry,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            for (kind, source) in about {
                let sql = format!("SELECT {COLUMNS} WHERE link.kind = ?1 AND link.source = ?2");
                let mut statement = transaction.prepare_cached(&sql)?;
                let mut rows = statement.query((kind.as_str(), source))?;
                let row = rows.next()?;
                let row = row.ok_or(StoreError::NoSuch { what: "pending delete", which: source.clone() })?;
                let before = pending(row)?;
                let changed = match decision {
                    Decision::Keep { by } if before.kept.is_none() => transaction.execute(
                        "UPDATE pending_delete SET kept_by = ?3, kept_at = ?4 WHERE kind = ?1 AND source = ?2",
                        (kind.as_str(), source, by, stamp(at)),
                    )?,
                    Decision::Release { due } if before.kept.is_some() => transaction.execute(
                        "UPDATE pending_delete SET kept_by = NULL, kept_at = NULL, due = ?3
                         WHERE kind = ?1 AND source = ?2",
                        (kind.as_str(), source, stamp(if before.due > at { before.due } else { due })),
                    )?,
                    Decision::Keep { .. } | Decision::Release { .. } => 0,
                };
                if changed > 0 {
                    audit::append(transaction, &entry(&before))?;
                }
            }
            Ok(())
        })
    }
}

fn unmanaged(transaction: &Transaction<'_>) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM link WHERE managed = 0)";
    Ok(transaction.query_row(sql, [], |row| row.get(0))?)
}

fn pending(row: &Row<'_>) -> Result<PendingDelete, StoreError> {
    let (by, at): (Option<String>, Option<String>) = (row.get(8)?, row.get(9)?);
    let kept = by.zip(at).map(|(by, at)| Ok::<_, StoreError>((by, instant(&at)?))).transpose()?;
    Ok(PendingDelete {
        kind: Kind::parse(&row.get::<_, String>(0)?)?,
        source: row.get(1)?,
        target: row.get(2)?,
        key: row.get(3)?,
        display: row.get(4)?,
        code: row.get(5)?,
        since: instant(&row.get::<_, String>(6)?)?,
        due: instant(&row.get::<_, String>(7)?)?,
        kept,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConnectionId, DataFolder, Link, LinkOrigin, World};

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + 86_400 * day).expect("in range")
    }

    /// A store in which Ana (`u1`) and Bo (`u2`) are linked and Ana waits since day 0 until day 30.
    fn waiting() -> (Store, tempfile::TempDir) {
        let home = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(home.path().join("usher")).expect("opens");
        let id = ConnectionId::new("contoso").expect("an id");
        let store = folder.create(&id, World::Practice, day(0)).expect("makes");
        let link = |source: &str, target: &str| Link {
            kind: Kind::User,
            source: source.to_owned(),
            target: target.to_owned(),
            origin: LinkOrigin::Created,
            active: false,
            managed: true,
            key: Some(format!("{source}@x.example")),
        };
        store.put_links(&[link("u1", "t1"), link("u2", "t2")]).expect("saves");
        store.note_leavers(&Leavers { begin: vec![new("u1", 0)], ..Leavers::default() }).expect("notes");
        (store, home)
    }

    fn new(source: &str, since: i64) -> NewPendingDelete {
        NewPendingDelete {
            kind: Kind::User,
            source: source.to_owned(),
            display: source.to_uppercase(),
            code: "hard-deleted".to_owned(),
            since: day(since),
            due: day(since + 30),
        }
    }

    fn user(source: &str) -> Vec<(Kind, String)> {
        vec![(Kind::User, source.to_owned())]
    }

    fn decide(
        store: &Store,
        about: &[(Kind, String)],
        decision: Decision<'_>,
        at: i64,
    ) -> Result<(), StoreError> {
        store.decide_pending_deletes(about, decision, day(at), |before| AuditEntry {
            at: day(at),
            who: "anna".to_owned(),
            action: "decided".to_owned(),
            ticket: None,
            plan: None,
            body: before.source.clone(),
        })
    }

    fn dues(store: &Store) -> Vec<(String, Timestamp, bool)> {
        let all = store.pending_deletes().expect("reads").into_iter();
        all.map(|one| (one.source, one.due, one.kept.is_some())).collect()
    }

    #[test]
    fn the_day_that_was_told_stays_and_who_has_no_link_never_waits() {
        let (store, _home) = waiting();
        let again = Leavers { begin: vec![new("u1", 5), new("u9", 5)], ..Leavers::default() };
        store.note_leavers(&again).expect("notes");
        assert_eq!(dues(&store), [("u1".to_owned(), day(30), false)]);
        assert_eq!(store.due_deletes(day(29)).expect("reads"), []);
        assert_eq!(store.due_deletes(day(30)).expect("reads"), user("u1"));
        let ended = Leavers { end: user("u1"), ..Leavers::default() };
        store.note_leavers(&ended).expect("notes");
        assert_eq!(store.count_pending_deletes().expect("counts"), 0);
    }

    #[test]
    fn a_delete_waits_no_longer_than_its_link_lives() {
        let (store, _home) = waiting();
        let mut link = store.link_of_source(Kind::User, "u1").expect("reads").expect("is there");
        (link.active, link.key) = (true, None);
        store.put_links(std::slice::from_ref(&link)).expect("saves");
        let waits = store.pending_deletes().expect("reads");
        let key = waits.first().and_then(|one| one.key.as_deref());
        assert_eq!(key, Some("u1@x.example"), "a change of the link leaves it waiting, and known by name");
        link.source = "u3".to_owned();
        store.put_links(&[link]).expect("saves");
        assert_eq!(dues(&store), [], "somebody else has the account");
        let (store, _home) = waiting();
        store.remove_link(Kind::User, "u1").expect("removes");
        assert_eq!(dues(&store), []);
    }

    #[test]
    fn decisions_are_all_or_none_and_each_is_in_the_audit() {
        let (store, _home) = waiting();
        let both = [user("u1"), user("u2")].concat();
        let refused = decide(&store, &both, Decision::Keep { by: "anna" }, 1);
        assert!(matches!(refused, Err(StoreError::NoSuch { what: "pending delete", .. })), "{refused:?}");
        assert!(store.audit(None, 9).expect("reads").is_empty() && !dues(&store)[0].2);
        for _ in 0..2 {
            decide(&store, &user("u1"), Decision::Keep { by: "anna" }, 1).expect("keeps");
        }
        assert_eq!(store.pending_deletes().expect("reads")[0].kept, Some(("anna".to_owned(), day(1))));
        assert_eq!(store.due_deletes(day(99)).expect("reads"), []);
        assert_eq!(store.audit(None, 9).expect("reads").len(), 1, "the same again is no decision");
    }

    #[test]
    fn a_release_gives_the_day_that_was_told_or_time_to_think_again() {
        for (released, expected) in [(2, 30), (40, 70)] {
            let (store, _home) = waiting();
            decide(&store, &user("u1"), Decision::Keep { by: "anna" }, 1).expect("keeps");
            let release = Decision::Release { due: day(released + 30) };
            decide(&store, &user("u1"), release, released).expect("releases");
            assert_eq!(dues(&store), [("u1".to_owned(), day(expected), false)]);
            assert_eq!(store.audit(None, 9).expect("reads").len(), 2);
        }
    }

    #[test]
    fn who_is_let_go_is_no_longer_managed_until_found_in_step_again() {
        let (store, _home) = waiting();
        let managed = || store.link_of_source(Kind::User, "u2").expect("reads").expect("is there").managed;
        store.note_leavers(&Leavers { let_go: user("u2"), ..Leavers::default() }).expect("notes");
        assert!(!managed());
        store.note_leavers(&Leavers { managed: user("u2"), ..Leavers::default() }).expect("notes");
        assert!(managed());
    }
}
