//! What a cycle of the local runner sends, counted in the practice world's journal of requests: exactly so many writes as
//! there are changes, and reads by the page, never people times groups.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use usher_plan::ObjectKind;
use usher_runner::{Report, Work, known_capabilities};
use usher_sandbox::{ClockMode, Dialect, Options};

use crate::help::local::Local;
use crate::help::practice_with;

/// Objects per page, and members per request.
const HUNDRED: usize = 100;

/// Requests that find out what the service provider can do, once, and how long its lists are.
const PROBE: usize = 10;

/// A membership that changed: its group before and after it is written, and whoever joins.
const READS_OF_A_CHANGE: usize = 3;

/// How the service provider takes members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Members {
    /// RFC 7644.
    Scim2,
    /// GoTo's dialect; earlier writes showed that PATCH adds and removes members.
    Proven,
    /// GoTo's dialect; earlier writes showed that it does not, so that groups are written whole.
    Whole,
    /// GoTo's dialect, with nothing found out yet.
    Untried,
}

/// A tenant of exactly these people and groups, everybody in scope.
struct Tenant {
    local: Local,
    people: Vec<String>,
    groups: Vec<String>,
    /// Accounts at the service provider before the first cycle.
    before: usize,
}

/// What was sent to the service provider: how often each method met each kind of address.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sent {
    reads: usize,
    writes: BTreeMap<String, usize>,
    bodies: Vec<Value>,
}

fn pages(objects: usize) -> usize {
    objects.div_ceil(HUNDRED).max(1)
}

/// `PATCH Groups/ID`
fn address(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let mut parts = text("path").split('/').skip_while(|part| !matches!(*part, "Users" | "Groups"));
    let kind = parts.next().unwrap_or("elsewhere");
    format!("{} {kind}{}", text("method"), if parts.next().is_some() { "/ID" } else { "" })
}

impl Tenant {
    /// Each group has the people with these numbers.
    async fn new(members: Members, people: usize, groups: &[std::ops::Range<usize>]) -> Self {
        let dialect = if members == Members::Scim2 { Dialect::Scim2 } else { Dialect::GotoV1 };
        let clock = ClockMode::Pinned("2026-01-05T08:00:00Z".parse().expect("a literal timestamp"));
        let options = Options { users: 0, groups: 0, dialect, clock, goto_rate: None, ..Options::default() };
        let mut local = Local::of(practice_with(options).await, dialect);
        local.connection.scope.assigned_only = false;
        let (mut ids, mut teams) = (Vec::new(), Vec::new());
        for n in 0..people {
            let person = json!({ "userPrincipalName": format!("person{n}@northwind.example"), "givenName": "Person",
                "displayName": format!("Person {n}"), "surname": format!("Number {n}") });
            ids.push(id(&local.world.control(Method::POST, "/people", Some(person)).await.1));
        }
        for (n, members) in groups.iter().enumerate() {
            let group = json!({ "displayName": format!("Team {n}"), "members": ids[members.clone()] });
            teams.push(id(&local.world.control(Method::POST, "/groups", Some(group)).await.1));
        }
        match members {
            Members::Proven => local.knows_of_member_patch("addsAndRemoves").await,
            Members::Whole => local.knows_of_member_patch("no").await,
            Members::Scim2 | Members::Untried => {}
        }
        let before = local.world.goto_users().await.len();
        Self { local, people: ids, groups: teams, before }
    }

    /// One cycle over what changed, with what it sent.
    async fn cycle(&self) -> (Report, Sent) {
        self.cycle_of(Work::Cycle { everything: false }).await
    }

    async fn cycle_of(&self, work: Work<'_>) -> (Report, Sent) {
        let mark = self.local.world.journal_mark().await;
        let report = self.local.work(work).await.expect("a cycle ends");
        let mut sent = Sent::default();
        for entry in self.local.world.goto_requests_since(mark).await {
            if entry["method"] == "GET" {
                sent.reads += 1;
            } else {
                *sent.writes.entry(address(&entry)).or_default() += 1;
                sent.bodies.push(entry["body"].clone());
            }
        }
        (report, sent)
    }

    /// Pages of a whole reading, with so many groups at the service provider.
    async fn whole_reading(&self) -> usize {
        let groups = self.local.world.control(Method::GET, "/goto/groups", None).await.1;
        pages(self.local.world.goto_users().await.len()) + pages(groups.as_array().expect("a list").len())
    }

    /// People who get an account: the tenant's administrators are people, too.
    async fn arriving(&self) -> usize {
        let there = self.local.world.goto_users().await;
        let enabled = self.local.world.enabled().await;
        assert!(enabled.iter().all(|name| there.contains_key(name)), "everybody arrived");
        there.len() - self.before
    }

    async fn change_members(&self, group: usize, add: &[usize], remove: &[usize]) {
        let ids = |numbers: &[usize]| numbers.iter().map(|n| self.people[*n].clone()).collect::<Vec<_>>();
        let path = format!("/groups/{}/members", self.groups[group]);
        let change = json!({ "add": ids(add), "remove": ids(remove) });
        self.local.world.control(Method::POST, &path, Some(change)).await;
    }

    /// How many members each group has at the service provider, by its number.
    async fn sizes(&self) -> BTreeMap<usize, usize> {
        let groups = self.local.world.control(Method::GET, "/goto/groups", None).await.1;
        let size = |group: &Value| {
            let name = group["attributes"]["displayName"].as_str()?.strip_prefix("Team ")?.parse().ok()?;
            Some((name, group["members"].as_array()?.len()))
        };
        groups.as_array().expect("a list").iter().filter_map(size).collect()
    }
}

impl Local {
    /// As if earlier writes had shown what PATCH does with members.
    async fn knows_of_member_patch(&self, found: &str) {
        let now = (self.reading.clock)();
        let memory = &self.reading.memory;
        known_capabilities(&self.provider, &self.connection, memory, now).await.expect("it is probed");
        memory.now(|store| {
            let mut kept: Value = store.state("capabilities").expect("readable").expect("it is kept");
            assert_eq!(kept["record"]["memberPatch"], "no", "nothing is built on a guess");
            kept["record"]["memberPatch"] = found.into();
            kept["member_patch_tried"] = true.into();
            store.set_state("capabilities", &kept).expect("writable");
        });
    }
}

fn id(made: &Value) -> String {
    made["id"].as_str().expect("it has an id").to_owned()
}

fn writes<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| (name.to_owned(), count))
        .collect()
}

/// Members that a PATCH adds or takes away.
fn named(body: &Value) -> usize {
    let operations = body["Operations"].as_array();
    match operations {
        Some(operations) => operations.iter().map(|one| one["value"].as_array().map_or(1, Vec::len)).sum(),
        None => body["members"].as_array().map_or(0, Vec::len),
    }
}

/// 200 people, each of them in each of 200 groups: 40,000 memberships.
async fn everybody_in_every_group(members: Members) {
    let tenant = Tenant::new(members, 200, &vec![0..200; 200]).await;
    let (_, first) = tenant.cycle().await;
    let people = tenant.arriving().await;
    let expected = [("POST Users", people), ("POST Groups", 200), ("PATCH Groups/ID", 200 * pages(200))];
    assert_eq!(first.writes, writes(expected));
    assert_eq!(tenant.sizes().await.values().sum::<usize>(), 200 * 200);
    let whole = tenant.whole_reading().await;
    assert!(first.reads <= PROBE + 2 * whole, "{} reads, a whole reading has {whole}", first.reads);

    let (_, second) = tenant.cycle().await;
    assert_eq!((second.reads, second.writes), (0, writes([])), "nothing changed, nothing is asked");

    tenant.change_members(17, &[], &[3]).await;
    let (_, third) = tenant.cycle().await;
    assert_eq!(third.writes, writes([("PATCH Groups/ID", 1)]), "one membership changed");
    assert_eq!(third.bodies.iter().map(named).collect::<Vec<_>>(), [1], "{:?}", third.bodies);
    assert!(third.reads <= READS_OF_A_CHANGE, "{} reads", third.reads);
    assert_eq!(tenant.sizes().await[&17], 199);
}

#[tokio::test]
async fn everybody_in_every_group_over_scim2() {
    everybody_in_every_group(Members::Scim2).await;
}

#[tokio::test]
async fn everybody_in_every_group_over_goto_v1() {
    everybody_in_every_group(Members::Proven).await;
}

/// 5,000 groups, every second one empty.
async fn five_thousand_groups(members: Members) {
    let groups: Vec<_> = (0..5000).map(|n| if n % 2 == 0 { 0..2 } else { 0..0 }).collect();
    let tenant = Tenant::new(members, 5, &groups).await;
    let (_, first) = tenant.cycle().await;
    let people = tenant.arriving().await;
    let expected = [("POST Users", people), ("POST Groups", 5000), ("PATCH Groups/ID", 2500)];
    assert_eq!(first.writes, writes(expected));
    let whole = tenant.whole_reading().await;
    assert_eq!(whole, 51);
    assert!(first.reads <= PROBE + 2 * whole, "{} reads, a whole reading has {whole}", first.reads);

    tenant.change_members(4001, &[4], &[]).await;
    let (_, second) = tenant.cycle().await;
    assert_eq!(second.writes, writes([("PATCH Groups/ID", 1)]), "one membership changed");
    assert_eq!(second.bodies.iter().map(named).collect::<Vec<_>>(), [1], "{:?}", second.bodies);
    assert!(second.reads <= READS_OF_A_CHANGE, "{} reads", second.reads);
}

#[tokio::test]
async fn five_thousand_groups_over_scim2() {
    five_thousand_groups(Members::Scim2).await;
}

#[tokio::test]
async fn five_thousand_groups_over_goto_v1() {
    five_thousand_groups(Members::Proven).await;
}

const SIZES: [usize; 4] = [99, 100, 101, 2001];

async fn sized_groups(members: Members) -> Tenant {
    Tenant::new(members, 2002, &SIZES.map(|size| 0..size)).await
}

/// Groups around the limit of one request, where members are added and removed by PATCH.
async fn groups_around_the_limit(members: Members) {
    let tenant = sized_groups(members).await;
    let (report, first) = tenant.cycle().await;
    assert_eq!(report.plan.failures, []);
    let people = tenant.arriving().await;
    let parts = SIZES.iter().map(|size| size.div_ceil(HUNDRED)).sum();
    let expected = [("POST Users", people), ("POST Groups", 4), ("PATCH Groups/ID", parts)];
    assert_eq!(first.writes, writes(expected));
    assert!(first.bodies.iter().map(named).all(|members| members <= HUNDRED), "the limit of one request");
    assert_eq!(tenant.sizes().await.into_values().collect::<Vec<_>>(), SIZES);
    let whole = tenant.whole_reading().await;
    assert!(first.reads <= PROBE + 2 * whole, "{} reads, a whole reading has {whole}", first.reads);

    for group in 0..SIZES.len() {
        tenant.change_members(group, &[2001], &[0]).await;
    }
    let (_, second) = tenant.cycle().await;
    assert_eq!(
        second.writes,
        writes([("PATCH Groups/ID", 2 * SIZES.len())]),
        "one joins each, and one leaves each"
    );
    assert!(second.bodies.iter().all(|body| named(body) == 1), "{:?}", second.bodies);
    assert!(second.reads <= SIZES.len() * READS_OF_A_CHANGE, "{} reads", second.reads);

    // Whoever looks at everyone reads every page once, and sends nothing.
    let everyone = tenant.cycle_of(Work::Cycle { everything: true }).await.1;
    assert_eq!(everyone.writes, writes([]));
    assert!(everyone.reads <= whole + 1, "{} reads, a whole reading has {whole}", everyone.reads);
    assert_eq!(tenant.sizes().await.into_values().collect::<Vec<_>>(), SIZES);
}

#[tokio::test]
async fn groups_around_the_limit_over_scim2() {
    groups_around_the_limit(Members::Scim2).await;
}

#[tokio::test]
async fn groups_around_the_limit_over_goto_v1() {
    groups_around_the_limit(Members::Proven).await;
}

#[tokio::test]
async fn groups_that_can_only_be_written_whole_are_refused_above_the_limit() {
    let tenant = sized_groups(Members::Whole).await;
    let (report, first) = tenant.cycle().await;
    let refused: BTreeSet<(String, String)> = report
        .plan
        .failures
        .iter()
        .map(|failure| {
            assert_eq!((failure.kind, failure.reason.code.as_ref()), (ObjectKind::Group, "group-too-large"));
            assert_eq!(failure.reason.with["limit"], "100");
            (failure.display.clone(), failure.reason.with["members"].clone())
        })
        .collect();
    let reasons =
        [("Team 2", "101"), ("Team 3", "2001")].map(|(name, size)| (name.to_owned(), size.to_owned()));
    assert_eq!(refused, BTreeSet::from(reasons));
    let people = tenant.arriving().await;
    assert_eq!(first.writes, writes([("POST Users", people), ("POST Groups", 4), ("PUT Groups/ID", 2)]));
    assert_eq!(tenant.sizes().await.into_values().collect::<Vec<_>>(), [99, 100, 0, 0], "never half a group");

    // A full group, in which one takes another's place.
    tenant.change_members(1, &[2001], &[0]).await;
    let (_, second) = tenant.cycle().await;
    assert_eq!(second.writes, writes([("PUT Groups/ID", 2)]));
    assert_eq!(tenant.sizes().await[&1], 100);
}

/// Nothing is known of PATCH and members, and GoTo's description does not say: the first group that can show it does.
async fn found_out(switch: &str, first: [(&str, usize); 4], second: [(&str, usize); 1], large: usize) {
    let tenant = Tenant::new(Members::Untried, 150, &[0..1, 0..4, 0..150]).await;
    let switches = json!({ "patch_members": switch });
    tenant.local.world.control(Method::PATCH, "/goto/switches", Some(switches)).await;
    let (report, sent) = tenant.cycle().await;
    let people = tenant.arriving().await;
    let mut expected = writes(first);
    expected.insert("POST Users".to_owned(), people);
    assert_eq!(sent.writes, expected, "{switch}");
    assert_eq!(report.plan.failures.len(), 1, "the large group is refused as long as nothing is known");
    assert_eq!(tenant.sizes().await.into_values().collect::<Vec<_>>(), [1, 4, 0], "{switch}");
    // Whoever failed is tried again a little later.
    tenant.local.world.advance(60).await;
    let (_, sent) = tenant.cycle().await;
    assert_eq!(sent.writes, writes(second), "{switch}");
    assert_eq!(tenant.sizes().await.into_values().collect::<Vec<_>>(), [1, 4, large], "{switch}");
    // PATCH is not tried again where it does not do it.
    tenant.change_members(1, &[7], &[0]).await;
    let (_, sent) = tenant.cycle().await;
    let by = if large > 0 { "PATCH Groups/ID" } else { "PUT Groups/ID" };
    assert_eq!(sent.writes, writes([(by, 2)]), "{switch}");
    assert_eq!(tenant.sizes().await[&1], 4);
}

#[tokio::test]
async fn what_patch_does_with_members_is_found_out_on_a_group_that_nobody_is_in() {
    let posts = ("POST Groups", 3);
    // One joins, three join, one leaves, one joins; the group of one is written whole.
    let added = [posts, ("PATCH Groups/ID", 4), ("PUT Groups/ID", 1), ("", 0)];
    found_out("add", added, [("PATCH Groups/ID", 2)], 150).await;
    // The second PATCH shows that the first one's member is gone: the group is written whole.
    let replaced = [posts, ("PATCH Groups/ID", 2), ("PUT Groups/ID", 2), ("", 0)];
    found_out("replace", replaced, [("", 0)], 0).await;
    let refused = [posts, ("PATCH Groups/ID", 1), ("PUT Groups/ID", 2), ("", 0)];
    found_out("unsupported", refused, [("", 0)], 0).await;
}
