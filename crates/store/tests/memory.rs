//! What a connection remembers, and what it refuses.

use jiff::Timestamp;
use usher_store::{
    AuditEntry, Choice, ConnectionId, DataFolder, Failing, Holder, JournalRecord, Kind, Link, LinkOrigin,
    LogEntry, LogQuery, MemberChange, NewRun, Pointers, Removal, RunId, RunLock, SCHEDULE_LOCK, SavedPlan,
    SourceChange, SourceRow, Store, StoreError, Watermark, World,
};

struct Fixture {
    folder: DataFolder,
    store: Store,
    id: ConnectionId,
    _home: tempfile::TempDir,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("in range")
}

fn me() -> Holder {
    Holder { pid: std::process::id(), host: "here".to_owned(), program: "test".to_owned(), since: at(0) }
}

fn fixture() -> Fixture {
    let home = tempfile::tempdir().expect("a folder");
    let folder = DataFolder::open(home.path().join("usher")).expect("opens");
    let id = ConnectionId::new("contoso").expect("an id");
    let store = folder.create(&id, World::Practice, at(0)).expect("makes");
    Fixture { folder, store, id, _home: home }
}

fn link(source: &str, target: &str) -> Link {
    Link {
        kind: Kind::User,
        source: source.to_owned(),
        target: target.to_owned(),
        origin: LinkOrigin::Created,
        active: true,
        managed: true,
        key: Some(format!("{source}@x.example")),
    }
}

fn line(operation: u32, state: &str) -> JournalRecord {
    JournalRecord {
        operation,
        part: 0,
        state: state.to_owned(),
        attempt: 1,
        key: None,
        precondition: None,
        payload: format!("{{\"operation\":{operation}}}"),
        at: at(0),
    }
}

fn begin(store: &Store, plan: Option<&str>) -> RunId {
    let run = NewRun {
        cycle: "initial".to_owned(),
        runner: "local".to_owned(),
        began: at(0),
        plan: plan.map(str::to_owned),
    };
    store.begin_run(&run).expect("begins")
}

#[test]
fn ids_are_narrow() {
    for good in ["a", "contoso-goto", "7", &"x".repeat(64)] {
        assert!(ConnectionId::new(good).is_ok(), "{good}");
    }
    for bad in ["", "-a", "A", "a/b", "..", "a.b", "con", "lpt1", "ä", &"x".repeat(65)] {
        assert!(matches!(ConnectionId::new(bad), Err(StoreError::BadId { .. })), "{bad}");
    }
}

#[test]
fn two_editors_do_not_overwrite_each_other() {
    let fixture = fixture();
    let other = fixture.folder.connection(&fixture.id, World::Practice).expect("opens twice");
    let first = fixture.store.save_draft(None, "one", "set up", at(1)).expect("saves");
    assert_eq!(first.number, 1);
    let conflict = other.save_draft(None, "two", "", at(2));
    assert!(matches!(conflict, Err(StoreError::Conflict { expected: None, found: Some(1) })), "{conflict:?}");
    let second = other.save_draft(Some(1), "two", "", at(2)).expect("saves after reading");
    assert_eq!(other.save_draft(Some(2), "two", "again", at(3)).expect("the same").number, second.number);
    fixture.store.set_live(1).expect("points");
    assert_eq!(other.pointers().expect("reads"), Pointers { draft: Some(2), live: Some(1), base: None });
    assert!(matches!(other.set_live(9), Err(StoreError::NoSuch { what: "revision", .. })));
    let numbers: Vec<_> = other.revisions(None, 10).expect("lists").iter().map(|one| one.number).collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(first.hash, "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed");
}

#[test]
fn practice_and_live_never_mix() {
    let fixture = fixture();
    let refused = fixture.folder.connection(&fixture.id, World::Live);
    assert!(matches!(refused, Err(StoreError::OtherWorld { stored: World::Practice, .. })), "{refused:?}");
    let again = fixture.folder.create(&fixture.id, World::Live, at(1));
    assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");
}

#[test]
fn a_link_is_one_to_one() {
    let fixture = fixture();
    fixture.store.put_links(&[link("a", "1"), link("b", "2")]).expect("saves");
    fixture.store.put_links(&[Link { active: false, ..link("a", "1") }, link("c", "2")]).expect("saves");
    let links = fixture.store.links(Kind::User).expect("reads");
    let pairs: Vec<_> =
        links.iter().map(|one| (one.source.as_str(), one.target.as_str(), one.active)).collect();
    assert_eq!(pairs, [("a", "1", false), ("c", "2", true)]);
    assert_eq!(fixture.store.link_of_target(Kind::User, "2").expect("reads").expect("there").source, "c");
    assert_eq!(fixture.store.link_of_source(Kind::Group, "a").expect("reads"), None);
    assert!(fixture.store.remove_link(Kind::User, "a").expect("removes"));
    assert!(!fixture.store.remove_link(Kind::User, "a").expect("nothing left"));
}

#[test]
fn links_are_counted_as_they_come_change_and_go() {
    let fixture = fixture();
    let store = &fixture.store;
    let group = |source: &str, target: &str| Link { kind: Kind::Group, ..link(source, target) };
    let off = |link: Link| Link { active: false, ..link };
    let counted = |expected: (u32, u32)| {
        let people = store.links(Kind::User).expect("reads").iter().filter(|link| link.active).count();
        let groups = store.links(Kind::Group).expect("reads").len();
        assert_eq!((people, groups), (expected.0 as usize, expected.1 as usize), "what is there");
        assert_eq!(store.count_links().expect("counts"), expected);
    };
    counted((0, 0));
    store.put_links(&[link("a", "1"), link("b", "2"), off(link("c", "3")), group("g", "4")]).expect("saves");
    counted((2, 1));
    store
        .put_links(&[link("a", "1"), off(group("g", "4"))])
        .expect("the same again, and a group like a person");
    counted((2, 1));
    store.put_links(&[link("d", "1")]).expect("another has the account");
    counted((2, 1));
    store
        .put_links(&[off(link("b", "2")), link("c", "3"), link("d", "5")])
        .expect("one turned off, one on, one moved");
    counted((2, 1));
    store.remove_link(Kind::User, "b").expect("one of no account");
    store.remove_link(Kind::User, "c").expect("one who counts");
    counted((1, 1));
    let nobody = store.append_journal(RunId(99), &[line(1, "intended")], &[link("e", "6")]);
    assert!(nobody.is_err(), "a journal belongs to a run");
    counted((1, 1));
    store.forget_links().expect("forgets");
    counted((0, 0));
}

#[test]
fn the_journal_keeps_order_and_its_links_in_one_transaction() {
    let fixture = fixture();
    let run = begin(&fixture.store, None);
    let intents = [line(1, "intended"), line(2, "intended")];
    fixture.store.append_journal(run, &intents, &[]).expect("appends");
    fixture.store.append_journal(run, &[line(1, "accepted")], &[link("a", "1")]).expect("appends");
    let states: Vec<_> =
        fixture.store.journal(run).expect("reads").into_iter().map(|line| line.state).collect();
    assert_eq!(states, ["intended", "intended", "accepted"]);
    let latest = fixture.store.latest_journal(run).expect("reads");
    let latest: Vec<_> = latest.iter().map(|line| (line.operation, line.state.as_str())).collect();
    assert_eq!(latest, [(1, "accepted"), (2, "intended")]);
    assert!(fixture.store.link_of_source(Kind::User, "a").expect("reads").is_some());
    let nobody = fixture.store.append_journal(RunId(99), &[line(1, "intended")], &[link("b", "2")]);
    assert!(nobody.is_err(), "a journal belongs to a run");
    assert_eq!(fixture.store.link_of_source(Kind::User, "b").expect("reads"), None, "all or nothing");
}

#[test]
fn a_run_that_never_ended_is_found() {
    let fixture = fixture();
    let killed = begin(&fixture.store, Some("hash"));
    let ended = begin(&fixture.store, None);
    fixture.store.end_run(ended, at(5), "{}", "{\"create\":1}").expect("ends");
    let open: Vec<_> =
        fixture.store.unfinished_runs().expect("reads").into_iter().map(|run| run.id).collect();
    assert_eq!(open, [killed]);
    assert_eq!(fixture.store.run(ended).expect("reads").ended, Some(at(5)));
    assert_eq!(fixture.store.runs(None, 1).expect("reads")[0].id, ended);
    assert_eq!(fixture.store.runs(Some(ended), 9).expect("reads")[0].plan.as_deref(), Some("hash"));
}

#[test]
fn runs_with_open_units_are_found_and_their_journal_kept() {
    let fixture = fixture();
    let store = &fixture.store;
    let [settled, stopped, killed, recent] = [0; 4].map(|_| begin(store, None));
    let whole = [line(1, "intended"), line(1, "accepted"), line(1, "verified"), line(2, "parked")];
    store.append_journal(settled, &whole, &[]).expect("appends");
    store.append_journal(recent, &whole, &[]).expect("appends");
    store.append_journal(stopped, &[line(1, "verified"), line(2, "unknown")], &[]).expect("appends");
    store.append_journal(killed, &[line(1, "intended")], &[]).expect("appends");
    for (run, ended) in [(settled, 10), (stopped, 10), (recent, 100)] {
        store.end_run(run, at(ended), "{}", "{}").expect("ends");
    }
    assert_eq!(store.unsettled_runs().expect("reads"), [stopped, killed]);
    assert_eq!(store.purge_journal(at(50)).expect("purges"), 4);
    let left = [settled, stopped, killed, recent].map(|run| store.journal(run).expect("reads").len());
    assert_eq!(left, [0, 2, 1, 4]);
    store.append_journal(stopped, &[line(2, "parked")], &[]).expect("settles");
    assert_eq!(store.unsettled_runs().expect("reads"), [killed]);
    store.note_settled().expect("it is not so yet");
    assert_eq!(store.unsettled_runs().expect("reads"), [killed], "nothing is forgotten");
    store.append_journal(killed, &[line(1, "parked")], &[]).expect("settles");
    store.end_run(killed, at(101), "{}", "{}").expect("ends");
    store.note_settled().expect("notes");
    let next = begin(store, None);
    store.append_journal(next, &[line(1, "sent")], &[]).expect("appends");
    assert_eq!(store.unsettled_runs().expect("reads"), [next], "later ones are found");
}

#[test]
fn whoever_names_somebody_as_manager_is_found_without_a_look_at_everybody() {
    let fixture = fixture();
    let row = |id: &str, manager: &str| SourceRow {
        id: id.to_owned(),
        body: format!("{{\"id\":\"{id}\",\"manager\":{manager}}}"),
    };
    let put = vec![
        row("b", r#"{"id":"m"}"#),
        row("a", r#"{"id":"m"}"#),
        row("c", "null"),
        row("m", r#"{"id":"n"}"#),
    ];
    let users = SourceChange { kind: "users".to_owned(), put, ..SourceChange::default() };
    // Rows of other kinds need not be JSON.
    let other = SourceRow { id: "a".to_owned(), body: "role-1 role-2".to_owned() };
    let others = SourceChange { kind: "assignments".to_owned(), put: vec![other], ..SourceChange::default() };
    fixture.store.change_source(&[users, others], &MemberChange::default()).expect("saves");
    let reports = |manager: &str| fixture.store.reports_of(manager).expect("reads");
    assert_eq!(
        (reports("m"), reports("n"), reports("a")),
        (vec!["a".into(), "b".into()], vec!["m".into()], vec![])
    );
    let moved =
        SourceChange { kind: "users".to_owned(), put: vec![row("b", "null")], ..SourceChange::default() };
    fixture.store.change_source(&[moved], &MemberChange::default()).expect("saves");
    assert_eq!(reports("m"), ["a"]);
    let raw = rusqlite::Connection::open(fixture.folder.connection_path(&fixture.id).join("usher.sqlite"));
    let plan: String = raw
        .expect("opens")
        .query_row(
            "EXPLAIN QUERY PLAN SELECT id FROM source_row
             WHERE kind = 'users' AND json_extract(body, '$.manager.id') = ?1 ORDER BY id",
            ["m"],
            |row| row.get(3),
        )
        .expect("a plan");
    assert!(plan.contains("source_manager"), "{plan}");
}

#[test]
fn rows_and_watermark_move_together() {
    let fixture = fixture();
    let row = |id: &str| SourceRow { id: id.to_owned(), body: format!("{{\"id\":\"{id}\"}}") };
    let mark = |link: &str| Some(Watermark { delta_link: link.to_owned(), taken_at: at(1) });
    let users = SourceChange {
        kind: "users".to_owned(),
        replace: true,
        put: vec![row("a"), row("b")],
        watermark: mark("one"),
        ..SourceChange::default()
    };
    let groups = SourceChange { kind: "groups".to_owned(), put: vec![row("a")], ..SourceChange::default() };
    fixture.store.change_source(&[users.clone(), groups], &MemberChange::default()).expect("saves");
    let delta = SourceChange {
        kind: "users".to_owned(),
        put: vec![row("c")],
        remove: vec!["a".to_owned()],
        watermark: mark("two"),
        ..SourceChange::default()
    };
    fixture.store.change_source(&[delta], &MemberChange::default()).expect("saves");
    assert_eq!(fixture.store.source_rows("users").expect("reads"), [row("b"), row("c")]);
    assert_eq!(fixture.store.source_rows("groups").expect("reads"), [row("a")], "another kind");
    assert_eq!(fixture.store.watermark("users").expect("reads"), mark("two"));
    assert_eq!(fixture.store.watermark("groups").expect("reads"), None);
    fixture
        .store
        .change_source(&[SourceChange { put: vec![row("z")], ..users }], &MemberChange::default())
        .expect("saves");
    assert_eq!(fixture.store.source_rows("users").expect("reads"), [row("z")], "a full read replaces");
    fixture.store.clear_source().expect("clears");
    assert_eq!(fixture.store.source_rows("users").expect("reads"), []);
    assert_eq!(fixture.store.watermark("users").expect("reads"), None);
}

#[test]
fn members_are_found_from_both_sides_and_go_with_their_group() {
    let store = fixture().store;
    let all = |groups: &[(&str, &[(&str, bool)])], replace: bool, gone: &[&str]| MemberChange {
        replace,
        groups: groups
            .iter()
            .map(|(group, members)| {
                let members = members.iter().map(|(member, present)| ((*member).to_owned(), *present));
                ((*group).to_owned(), members.collect())
            })
            .collect(),
        gone: gone.iter().map(|group| (*group).to_owned()).collect(),
    };
    let change = |change| store.change_source(&[], &change).expect("saves");
    change(all(&[("g", &[("a", true), ("b", true)]), ("h", &[("b", true), ("g", true)])], true, &[]));
    assert_eq!(store.groups_of("b").expect("reads"), ["g", "h"]);
    assert_eq!(store.groups_of("g").expect("reads"), ["h"], "a group is a member, too");
    assert_eq!(
        (store.members_of("g").expect("reads"), store.count_members("h").expect("reads")),
        (vec!["a".to_owned(), "b".to_owned()], 2)
    );
    change(all(&[("g", &[("a", false), ("c", true), ("c", true)])], false, &[]));
    assert_eq!(store.members_of("g").expect("reads"), ["b", "c"]);
    change(all(&[], false, &["h"]));
    assert_eq!(
        (store.groups_of("b").expect("reads"), store.count_members("h").expect("reads")),
        (vec!["g".to_owned()], 0)
    );
    change(all(&[("k", &[("a", true)])], true, &[]));
    assert_eq!(store.members_of("g").expect("reads"), Vec::<String>::new(), "a full read replaces");
    let mut pairs = Vec::new();
    store.each_member(|group, member| pairs.push((group, member))).expect("reads");
    assert_eq!(pairs, [("k".to_owned(), "a".to_owned())]);
}

#[test]
fn who_fails_is_counted_until_it_no_longer_does() {
    let store = fixture().store;
    let note = |now: i64, failed: &[&str], looked_at: Option<&[&str]>| {
        let own = |id: &&str| (*id).to_owned();
        let failed: Vec<_> = failed.iter().map(|id| (Kind::User, own(id), "refused".to_owned())).collect();
        let looked_at = looked_at.map(|ids| ids.iter().map(|id| (Kind::User, own(id))).collect());
        let cycle = Failing { failed: &failed, looked_at: looked_at.as_ref(), now: at(now) };
        store.note_failing(&cycle, |failures| at(now + i64::from(failures) * 100)).expect("notes");
        let all = store.retries().expect("reads").into_iter();
        all.map(|retry| (retry.source, retry.failures, retry.since, retry.due)).collect::<Vec<_>>()
    };
    let one = |id: &str, failures, since, due| (id.to_owned(), failures, at(since), at(due));
    assert_eq!(note(0, &["a", "b"], None), [one("a", 1, 0, 100), one("b", 1, 0, 100)]);
    assert_eq!(note(10, &["a"], Some(&["a"])), [one("a", 2, 0, 210), one("b", 1, 0, 100)]);
    assert_eq!(note(20, &[], Some(&["b"])), [one("a", 2, 0, 210)], "b was looked at and is well");
    assert_eq!(note(30, &[], None), [], "everyone was looked at");
    note(40, &["c"], None);
    store.retry_now(at(60)).expect("writes");
    let due: Vec<_> =
        store.retries().expect("reads").into_iter().map(|retry| (retry.failures, retry.due)).collect();
    assert_eq!(due, [(1, at(60))], "in the next cycle, with the failures that were counted");
    store.forget_retries().expect("forgets");
    assert_eq!(store.retries().expect("reads"), []);
}

fn entry(number: i64) -> LogEntry {
    LogEntry {
        at: at(number),
        run: None,
        kind: "user".to_owned(),
        action: if number % 2 == 0 { "create" } else { "update" }.to_owned(),
        status: if number % 5 == 0 { "failure" } else { "success" }.to_owned(),
        source: Some(format!("e-{number}")),
        target: Some(format!("t-{number}")),
        display: format!("Person {number} 100%"),
        body: "{}".to_owned(),
    }
}

#[test]
fn the_log_is_paged_newest_first_and_filtered() {
    let fixture = fixture();
    let entries: Vec<_> = (1..=25).map(entry).collect();
    fixture.store.append_log(&entries).expect("saves");
    let all = LogQuery::default();
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = fixture.store.log(&all, before, 10).expect("reads");
        seen.extend(page.records.iter().map(|record| record.entry.clone()));
        // What is written while someone pages does not shift the pages.
        fixture.store.append_log(&[entry(99)]).expect("saves");
        match page.next {
            Some(next) => before = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, entries.iter().rev().cloned().collect::<Vec<_>>());
    let check = |query: LogQuery, expected: u64| {
        assert_eq!(fixture.store.count_log(&query).expect("counts"), expected, "{query:?}");
        let page = fixture.store.log(&query, None, 1000).expect("reads");
        assert_eq!(page.records.len() as u64, expected, "{query:?}");
        assert_eq!(page.next, None);
    };
    let to_25 = LogQuery { until: Some(at(26)), ..LogQuery::default() };
    check(to_25.clone(), 25);
    check(LogQuery { since: Some(at(21)), ..to_25.clone() }, 5);
    check(LogQuery { statuses: vec!["failure".to_owned()], ..to_25.clone() }, 5);
    check(
        LogQuery {
            actions: vec!["create".to_owned()],
            statuses: vec!["failure".to_owned()],
            ..to_25.clone()
        },
        2,
    );
    check(LogQuery { object: Some("t-7".to_owned()), ..LogQuery::default() }, 1);
    check(LogQuery { text: Some("PERSON 2".to_owned()), ..to_25.clone() }, 7);
    check(LogQuery { text: Some("%".to_owned()), ..to_25.clone() }, 25);
    check(LogQuery { text: Some("_".to_owned()), ..to_25.clone() }, 0);
    check(LogQuery { text: Some("' OR 1=1 --".to_owned()), ..to_25.clone() }, 0);
    assert_eq!(fixture.store.purge_log(at(11)).expect("purges"), 10);
    check(to_25, 15);
}

#[test]
fn an_approval_is_for_one_plan_and_one_run() {
    let fixture = fixture();
    let plan = |hash: &str| SavedPlan { hash: hash.to_owned(), made_at: at(0), body: "{}".to_owned() };
    assert!(matches!(fixture.store.approve("p", "anna", Some(19), at(1)), Err(StoreError::NoSuch { .. })));
    fixture.store.put_plan(&plan("p")).expect("saves");
    let later = SavedPlan { made_at: at(4), ..plan("p") };
    fixture.store.put_plan(&later).expect("made again");
    assert_eq!(fixture.store.plan("p").expect("reads"), Some(later));
    fixture.store.put_plan(&plan("q")).expect("saves");
    fixture.store.approve("p", "anna", Some(19), at(1)).expect("approves");
    let run = begin(&fixture.store, Some("p"));
    let used = |plan: &str, since| fixture.store.use_approval(plan, run, since).expect("asks");
    assert_eq!(used("q", at(0)), None, "another plan");
    assert_eq!(used("p", at(2)), None, "too old");
    let approval = used("p", at(0)).expect("approved");
    assert_eq!((approval.who.as_str(), approval.typed, approval.used_by), ("anna", Some(19), Some(run)));
    assert_eq!(used("p", at(0)), None, "used up");
    fixture.store.approve("p", "berta", None, at(3)).expect("approves again");
    assert_eq!(fixture.store.withdraw_approvals("q").expect("asks"), 0, "another plan");
    assert_eq!(fixture.store.withdraw_approvals("p").expect("takes back"), 1);
    assert_eq!(used("p", at(0)), None, "taken back");
    assert_eq!(fixture.store.approvals("p").expect("reads"), [approval], "what a run used stays on record");
    // What a run has in hand stays, and what somebody names, and what was approved lately.
    let purge = |keep: &[&str]| {
        let keep: Vec<String> = keep.iter().map(|hash| (*hash).to_owned()).collect();
        fixture.store.purge_plans(at(9), &keep).expect("purges")
    };
    let body = |hash| fixture.store.plan(hash).expect("reads").map(|saved| saved.body);
    fixture.store.put_plan(&plan("r")).expect("saves");
    fixture.store.approve("r", "anna", None, at(20)).expect("approves");
    assert_eq!(purge(&["q"]), 0);
    assert_eq!(purge(&[]), 1, "the one that nobody has any use for");
    assert_eq!((body("p").is_some(), body("q"), body("r").is_some()), (true, None, true));
    fixture.store.end_run(run, at(5), "{}", "{}").expect("ends");
    assert_eq!(purge(&[]), 1, "the run has ended");
    assert_eq!(body("p"), None);
    assert_eq!(fixture.store.approvals("p").expect("reads").len(), 1, "who approved it stays");
    assert!(fixture.store.approve("p", "anna", None, at(21)).is_err(), "nobody can see what it said");
    fixture.store.put_plan(&plan("p")).expect("saves");
    assert!(body("p").is_some(), "made again, it is there again");
}

#[test]
fn what_is_append_only_stays() {
    let fixture = fixture();
    fixture.store.save_draft(None, "one", "", at(0)).expect("saves");
    let entry = AuditEntry {
        at: at(1),
        who: "anna".to_owned(),
        action: "switched-on".to_owned(),
        ticket: Some("CHG-1".to_owned()),
        plan: None,
        body: "{}".to_owned(),
    };
    fixture.store.append_audit(&entry).expect("appends");
    let run = begin(&fixture.store, None);
    fixture.store.append_journal(run, &[line(1, "intended")], &[]).expect("appends");
    let raw = rusqlite::Connection::open(fixture.folder.connection_path(&fixture.id).join("usher.sqlite"));
    let raw = raw.expect("opens");
    for forgery in [
        "UPDATE revision SET content = 'x'",
        "DELETE FROM revision",
        "UPDATE audit SET who = 'x'",
        "DELETE FROM audit",
        "UPDATE journal SET state = 'verified'",
        "UPDATE connection SET world = 'live'",
    ] {
        assert!(raw.execute(forgery, []).is_err(), "{forgery}");
    }
    assert_eq!(fixture.store.audit(None, 10).expect("reads")[0].entry, entry);
}

#[test]
fn a_store_is_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&fixture().store);
}

#[test]
fn facts_are_changed_without_a_lost_update() {
    let fixture = fixture();
    assert_eq!(fixture.store.state::<u32>("n").expect("reads"), None);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let own = fixture.folder.connection(&fixture.id, World::Practice).expect("opens");
                for _ in 0..25 {
                    own.update_state("n", |n: &mut u32| *n += 1).expect("adds");
                }
            });
        }
    });
    assert_eq!(fixture.store.state::<u32>("n").expect("reads"), Some(100));
    fixture.store.set_state("n", &"text").expect("saves");
    assert!(matches!(fixture.store.state::<u32>("n"), Err(StoreError::Content { .. })));
    fixture.store.remove_state("n").expect("removes");
    assert_eq!(fixture.store.state::<u32>("n").expect("reads"), None);
}

#[test]
fn damaged_foreign_and_newer_files_are_named() {
    let fixture = fixture();
    fixture.store.save_draft(None, "kept", "", at(0)).expect("saves");
    fixture.store.back_up().expect("copies");
    fixture.store.check().expect("whole");
    let Fixture { folder, store, id, _home } = fixture;
    drop(store);
    let path = folder.connection_path(&id).join("usher.sqlite");
    let good = std::fs::read(&path).expect("reads");

    std::fs::write(
        &path,
        b"this is not a database, whatever its name says; it is long enough to have a header ......",
    )
    .expect("writes");
    let found = folder.connections().expect("lists");
    assert!(matches!(found[0].world, Err(StoreError::Foreign { .. })), "{found:?}");
    assert!(found[0].has_backup);

    std::fs::write(&path, &good).expect("writes");
    let raw = rusqlite::Connection::open(&path).expect("opens");
    raw.pragma_update(None, "user_version", 99).expect("writes");
    drop(raw);
    let newer = folder.any_connection(&id);
    assert!(matches!(newer, Err(StoreError::Newer { found: 99, .. })), "{newer:?}");

    let mut broken = good.clone();
    for byte in &mut broken[100..4096] {
        *byte = 0xff;
    }
    std::fs::write(&path, broken).expect("writes");
    let corrupt = folder.any_connection(&id);
    assert!(matches!(corrupt, Err(StoreError::Corrupt { .. })), "{corrupt:?}");

    let restored = folder.restore_backup(&id, &me()).expect("restores");
    assert_eq!(restored.revision(1).expect("reads").content, "kept");
}

#[test]
fn a_folder_copied_under_another_name_is_refused() {
    let fixture = fixture();
    let other = ConnectionId::new("copy").expect("an id");
    let path = fixture.folder.connection_path(&other);
    std::fs::create_dir(&path).expect("makes");
    fixture.store.back_up().expect("copies");
    let copy = fixture.folder.connection_path(&fixture.id).join("usher.backup.sqlite");
    std::fs::copy(copy, path.join("usher.sqlite")).expect("copies");
    let refused = fixture.folder.any_connection(&other);
    assert!(matches!(refused, Err(StoreError::Foreign { .. })), "{refused:?}");
}

#[test]
fn forget_leaves_nothing_and_waits_for_the_runner() {
    let fixture = fixture();
    let removal = || fixture.folder.removal(&fixture.id, &me());
    let between = fixture.folder.connection_path(&fixture.id).join(SCHEDULE_LOCK);
    for lock in [fixture.store.run_lock(&me()), RunLock::acquire(&between, &me())] {
        let lock = lock.expect("takes");
        let refused = removal().map(drop);
        assert!(matches!(refused, Err(StoreError::Held { holder: Some(_) })), "{refused:?}");
        drop(lock);
    }
    drop(removal().expect("nobody else has it"));
    assert!(fixture.store.place().is_current(), "it stays until it is said for good");
    let place = fixture.store.place().clone();
    drop(fixture.store);
    removal().and_then(Removal::finish).expect("forgets");
    assert!(!place.is_current());
    let rest = std::fs::read_dir(fixture.folder.path().join("connections")).expect("lists").count();
    assert_eq!(rest, 0);
    assert!(matches!(fixture.folder.any_connection(&fixture.id), Err(StoreError::NotFound { .. })));
    assert!(fixture.folder.connections().expect("lists").is_empty());
}

#[test]
fn listing_does_not_wait_for_a_writer() {
    let fixture = fixture();
    let raw = rusqlite::Connection::open(fixture.folder.connection_path(&fixture.id).join("usher.sqlite"));
    let raw = raw.expect("opens");
    raw.execute_batch("BEGIN IMMEDIATE; INSERT INTO state VALUES ('writing', '1')").expect("writes");
    let began = std::time::Instant::now();
    let found = fixture.folder.connections().expect("lists");
    assert!(matches!(found[0].world, Ok(World::Practice)), "{found:?}");
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "it waited for the writer");
}

#[test]
fn decisions_about_accounts_are_kept_changed_and_taken_back() {
    let fixture = fixture();
    let store = &fixture.store;
    let decide = |target: &str, choice: Option<Choice>, second: i64| {
        store.decide(&[(Kind::User, target.to_owned(), choice)], "ana", at(second)).expect("it is noted");
    };
    decide("t2", Some(Choice::Leave), 1);
    decide("t1", Some(Choice::Later), 2);
    decide("t1", Some(Choice::Adopt), 3);
    let all = store.decisions().expect("they can be read");
    let told: Vec<_> = all.iter().map(|one| (one.target.as_str(), one.choice, one.at)).collect();
    assert_eq!(told, [("t1", Choice::Adopt, at(3)), ("t2", Choice::Leave, at(1))]);
    decide("t1", None, 4);
    decide("t9", None, 4);
    assert_eq!(store.decisions().expect("they can be read").len(), 1);
    let entry = fixture.folder.any_connection(&fixture.id).map(|store| store.decisions());
    assert!(entry.is_ok_and(|all| all.is_ok_and(|all| all.len() == 1)), "another process sees the same");
}
