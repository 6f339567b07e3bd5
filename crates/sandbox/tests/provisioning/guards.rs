//! Guards, end to end: in each of these worlds a naive engine would have taken people's access away. The practice world's
//! Graph misbehaves in exactly one way; what GoTo was sent and what it holds is asked there.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use usher_mapping::{FilterClause, FilterGroup};
use usher_plan::{Counts, Plan};
use usher_runner::{Report, Revision, RunError, Watch, Work, run};
use usher_sandbox::{ClockMode, Dialect, Options};
use usher_store::Kind;

use crate::help::local::Local;
use crate::help::practice_with;

/// A world in which everybody arrived who can, and what a cycle over everybody says of it.
struct Provisioned {
    local: Local,
    in_step: Counts,
}

/// Who is active at GoTo, and who is in which group.
type Standing = (BTreeMap<String, bool>, BTreeMap<String, BTreeSet<String>>);

fn options() -> Options {
    let clock = ClockMode::Pinned("2026-01-05T08:00:00Z".parse().expect("a literal timestamp"));
    Options { clock, goto_rate: None, ..Options::default() }
}

async fn provisioned(options: Options) -> Provisioned {
    let dialect = options.dialect;
    let local = Local::of(practice_with(options).await, dialect);
    local.run().await.expect("the first cycle ends");
    let again = local.cycle(true).await.expect("the second cycle ends");
    let provisioned = Provisioned { local, in_step: again.plan.counts };
    assert!(provisioned.managed() > 25, "{} people are too few to lose", provisioned.managed());
    provisioned
}

impl Provisioned {
    /// How many people have access through Usher.
    fn managed(&self) -> u32 {
        let links =
            self.local.reading.memory.now(|store| store.links(Kind::User).expect("links can be read"));
        u32::try_from(links.iter().filter(|link| link.active).count()).expect("a few people")
    }

    async fn standing(&self) -> Standing {
        (self.local.world.goto_users().await, self.local.world.goto_members().await)
    }

    async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        self.local.world.control(method, path, body).await.1
    }

    /// Objects per page of every listing.
    async fn pages_of(&self, size: usize) {
        let body = json!({ "page_size": size, "largest_page": size });
        self.control(Method::PATCH, "/graph", Some(body)).await;
    }

    /// How many pages a whole read of a collection has.
    async fn pages(&self, path: &str) -> u32 {
        let mark = self.local.world.journal_mark().await;
        self.whole_again(path).await;
        let asked =
            self.control(Method::GET, &format!("/journal?since={mark}&path_contains={path}"), None).await;
        u32::try_from(asked["requests"].as_array().expect("a list").len()).expect("a few pages")
    }

    /// A cycle over everybody while these faults are set. Whatever it says: nobody lost anything, and unless it ended well
    /// nothing was sent.
    async fn faulty(&self, faults: &[Value]) -> Result<Report, RunError> {
        self.cycle_with(true, faults).await
    }

    async fn cycle_with(&self, everything: bool, faults: &[Value]) -> Result<Report, RunError> {
        let before = self.standing().await;
        let mark = self.local.world.journal_mark().await;
        for fault in faults {
            let text = fault.to_string().replace("{graph}", &self.local.world.endpoints().graph);
            let fault = serde_json::from_str(&text).expect("it is JSON still");
            self.control(Method::POST, "/faults", Some(fault)).await;
        }
        let result = self.local.cycle(everything).await;
        self.control(Method::DELETE, "/faults", None).await;
        let writes = self.local.world.goto_writes_since(mark).await;
        assert!(result.is_ok() || writes.is_empty(), "{faults:?}: {writes:?}");
        assert_eq!(self.standing().await, before, "{faults:?}");
        result
    }

    /// Once a fault is gone, a cycle over everybody finds what it found before.
    async fn whole_again(&self, after: &str) {
        let report = self.local.cycle(true).await.unwrap_or_else(|error| panic!("after {after}: {error:?}"));
        assert_eq!(report.plan.counts, self.in_step, "after {after}");
    }

    /// Entra denies everybody whom it leaves out of its lists also when it is asked for them by id. Nothing is left to
    /// notice it by but the guards, and their plan says what a naive engine would have done.
    fn denials(&self) -> Vec<Value> {
        let ids =
            self.local.reading.memory.now(|store| {
                [Kind::User, Kind::Group].map(|kind| store.links(kind).expect("links can be read"))
            });
        let ids = ids.into_iter().flatten().map(|link| link.source);
        ids.map(|id| json!({ "service": "graph", "path_contains": format!("s/{id}"), "effect": { "status": { "status": 404 } } }))
            .collect()
    }
}

fn refused(result: Result<Report, RunError>) -> RunError {
    match result {
        Ok(report) => panic!("it should have been refused: {:?}", report.plan.counts),
        Err(error) => error,
    }
}

/// The plan that a guard holds back, with the codes of the guards.
fn held_back(result: Result<Report, RunError>) -> (Box<Plan>, Vec<String>) {
    match refused(result) {
        RunError::Guarded(plan) => {
            let codes = plan.guards.iter().map(|finding| finding.guard.clone()).collect();
            (plan, codes)
        }
        other => panic!("no guard: {other:?}"),
    }
}

/// How a page of a collection can be broken.
#[derive(Debug, Clone, Copy)]
enum Broken {
    /// The connection is cut in the middle of the body, however often it is asked for.
    Cut,
    /// 503, however often it is asked for.
    Unavailable,
    /// It does not say where the next page is, or the next read of changes.
    NoNext,
    /// The collection seems to end before it.
    EndsEarly,
    /// It has no objects; the pages after it are whole.
    Hole,
}

impl Broken {
    fn fault(self, collection: &str, page: u32) -> Value {
        // The client takes links to Graph itself alone; nobody follows this one.
        let early = format!("{{graph}}/v1.0/{collection}?$deltatoken=early");
        let (times, effect) = match self {
            Self::Cut => (None, json!("truncate_body")),
            Self::Unavailable => (None, json!({ "status": { "status": 503 } })),
            Self::NoNext => {
                (Some(1), json!({ "merge": { "@odata.nextLink": null, "@odata.deltaLink": null } }))
            }
            Self::EndsEarly if collection.ends_with("delta") => (
                Some(1),
                json!({ "merge": { "value": [], "@odata.nextLink": null, "@odata.deltaLink": early } }),
            ),
            Self::EndsEarly => (Some(1), json!({ "merge": { "value": [], "@odata.nextLink": null } })),
            Self::Hole => (Some(1), json!({ "merge": { "value": [] } })),
        };
        json!({ "service": "graph", "path_contains": collection, "skip": page - 1, "times": times, "effect": effect })
    }
}

const PEOPLE: &str = "users/delta";
const GROUPS: &str = "groups/delta";
const ASSIGNMENTS: &str = "appRoleAssignedTo";

#[tokio::test]
async fn a_broken_page_of_people_takes_nothing_away_whichever_it_is() {
    let world = provisioned(options()).await;
    world.pages_of(16).await;
    let pages = world.pages(PEOPLE).await;
    assert_eq!(pages, 4);
    for page in 1..=pages {
        for broken in [Broken::Cut, Broken::Unavailable, Broken::NoNext] {
            let error = refused(world.faulty(&[broken.fault(PEOPLE, page)]).await);
            assert_eq!(error.code(), "entra-not-read", "{broken:?} {page}: {error:?}");
        }
        for broken in [Broken::EndsEarly, Broken::Hole] {
            let fault = broken.fault(PEOPLE, page);
            let error = refused(world.faulty(std::slice::from_ref(&fault)).await);
            assert_eq!(error.code(), "incomplete-read", "{broken:?} {page}: {error:?}");
            let all = [vec![fault], world.denials()].concat();
            let (plan, codes) = held_back(world.faulty(&all).await);
            assert!(codes.contains(&"people-losing-access".to_owned()), "{broken:?} {page}: {codes:?}");
            assert!(plan.counts.disable > 3, "{broken:?} {page}: {:?}", plan.counts);
        }
        world.whole_again(&format!("page {page}")).await;
    }
}

#[tokio::test]
async fn a_broken_page_of_groups_takes_nothing_away_whichever_it_is() {
    let world = provisioned(options()).await;
    world.pages_of(2).await;
    let pages = world.pages(GROUPS).await;
    assert_eq!(pages, 3);
    let (mut noticed, mut would_lose) = (0, 0);
    for page in 1..=pages {
        for broken in [Broken::Cut, Broken::Unavailable, Broken::NoNext] {
            let error = refused(world.faulty(&[broken.fault(GROUPS, page)]).await);
            assert_eq!(error.code(), "entra-not-read", "{broken:?} {page}: {error:?}");
        }
        for broken in [Broken::EndsEarly, Broken::Hole] {
            // A page may hold groups that nobody has GoTo through: then nothing is missed, and nothing is lost.
            let fault = broken.fault(GROUPS, page);
            if let Err(error) = world.faulty(std::slice::from_ref(&fault)).await {
                assert_eq!(error.code(), "incomplete-read", "{broken:?} {page}: {error:?}");
                noticed += 1;
            }
            world.whole_again(&format!("{broken:?} {page}")).await;
            let all = [vec![fault], world.denials()].concat();
            if let Err(error) = world.faulty(&all).await {
                let (plan, codes) = held_back(Err(error));
                assert!(codes.contains(&"people-losing-access".to_owned()), "{broken:?} {page}: {codes:?}");
                would_lose += plan.counts.disable;
            }
        }
        world.whole_again(&format!("page {page}")).await;
    }
    assert!(noticed >= pages && would_lose > world.managed() / 2, "{noticed} {would_lose}");
}

#[tokio::test]
async fn a_broken_page_of_assignments_takes_nothing_away_whichever_it_is() {
    // Without groups everybody is assigned directly.
    let world = provisioned(Options { groups: 0, ..options() }).await;
    world.pages_of(15).await;
    let pages = world.pages(ASSIGNMENTS).await;
    assert_eq!(pages, 4);
    for page in 1..=pages {
        for broken in [Broken::Cut, Broken::Unavailable] {
            let error = refused(world.faulty(&[broken.fault(ASSIGNMENTS, page)]).await);
            assert_eq!(error.code(), "entra-not-read", "{broken:?} {page}: {error:?}");
        }
        // A list has no delta link at its end, so one that ends early looks like a whole one.
        for broken in [Broken::NoNext, Broken::EndsEarly, Broken::Hole] {
            if matches!(broken, Broken::NoNext) && page == pages {
                continue;
            }
            for everything in [true, false] {
                // Assignments have no delta query: they are read whole each time.
                let fault = broken.fault(ASSIGNMENTS, page);
                let (plan, codes) = held_back(world.cycle_with(everything, &[fault]).await);
                assert!(codes.contains(&"people-losing-access".to_owned()), "{broken:?} {page}: {codes:?}");
                assert!(plan.counts.disable > 3, "{broken:?} {page}: {:?}", plan.counts);
                let most = everything && page == 1 && !matches!(broken, Broken::Hole);
                let fewer = codes.contains(&"implausible-shrinkage-assignments".to_owned());
                assert!(fewer || !most, "{broken:?} {page}: {codes:?}");
            }
        }
        world.whole_again(&format!("page {page}")).await;
    }
}

#[tokio::test]
async fn entra_that_knows_nobody_any_more_is_not_believed() {
    let world = provisioned(options()).await;
    let empty: Vec<Value> = [PEOPLE, GROUPS, ASSIGNMENTS]
        .map(|collection| {
            let effect = json!({ "merge": { "value": [] } });
            json!({ "service": "graph", "path_contains": collection, "effect": effect })
        })
        .into();
    // The links to the changes are gone, so that everything is read again: from a directory that seems empty.
    world.control(Method::POST, "/entra/revoke", Some(json!({ "delta_links": true }))).await;
    let error = refused(world.cycle_with(false, &empty).await);
    assert_eq!(error.code(), "incomplete-read", "{error:?}");
    let managed = world.managed();
    let (plan, codes) = held_back(world.cycle_with(false, &[empty, world.denials()].concat()).await);
    assert_eq!(plan.counts.disable, managed, "everybody");
    for code in ["implausible-shrinkage", "people-losing-access"] {
        assert!(codes.contains(&code.to_owned()), "{codes:?}");
    }
    world.whole_again("an empty directory").await;
}

#[tokio::test]
async fn a_read_of_changes_that_breaks_off_loses_neither_people_nor_changes() {
    let world = provisioned(options()).await;
    let before = world.standing().await;
    let name =
        world.local.world.should_be_in_goto().await.into_iter().find(|name| before.0.contains_key(name));
    let name = name.expect("somebody arrived");
    world.control(Method::PATCH, &format!("/people/{name}"), Some(json!({ "surname": "Afterwards" }))).await;
    for broken in [Broken::Cut, Broken::Unavailable, Broken::NoNext] {
        for collection in [PEOPLE, GROUPS] {
            let error = refused(world.cycle_with(false, &[broken.fault(collection, 1)]).await);
            assert_eq!(error.code(), "entra-not-read", "{broken:?} {collection}: {error:?}");
        }
    }
    let report = world.local.run().await.expect("it can be read again");
    assert_eq!(report.plan.cycle, usher_plan::Cycle::Incremental, "the watermark is where it was");
    assert_eq!(world.standing().await, before);
    let family = world.local.world.goto_user(&name).await["attributes"]["name"]["familyName"].take();
    assert_eq!(family, "Afterwards");
}

#[tokio::test]
async fn another_tenant_is_refused_before_anything_is_read() {
    let mut world = provisioned(options()).await;
    let other = practice_with(Options { seed: 2, ..options() }).await;
    let own = (world.local.reading.graph.clone(), world.local.connection.clone());
    let tenants = (own.1.source.tenant.clone(), other.connection().source.tenant);
    assert_ne!(tenants.0, tenants.1);
    let managed = world.managed();
    let wrong = |error: RunError| match error {
        RunError::WrongTenant { wanted, found } => (wanted, found),
        error => panic!("{error:?}"),
    };
    world.local.reading.graph = other.graph.clone();
    // As it is; with the domain that both tenants say is theirs; and with a connection that was changed to fit.
    let mut fits = own.1.clone();
    fits.source.tenant.clone_from(&tenants.1);
    fits.scope.application = other.connection().scope.application;
    let mut by_domain = own.1.clone();
    by_domain.source.tenant = "northwind.example".to_owned();
    for connection in [&own.1, &by_domain, &fits] {
        world.local.connection = connection.clone();
        let mark = other.journal_mark().await;
        let error = refused(world.faulty(&[]).await);
        assert_eq!(error.code(), "wrong-tenant");
        assert_eq!(wrong(error), tenants, "{}", connection.source.tenant);
        let path = format!("/journal?since={mark}&service=graph");
        let asked = other.control(Method::GET, &path, None).await.1["requests"].take();
        let asked: Vec<&Value> = asked.as_array().expect("a list").iter().map(|one| &one["path"]).collect();
        assert_eq!(asked, ["/v1.0/organization"]);
    }
    // Who does not remember which tenant it was takes everybody's access away.
    world.local.reading.memory.now(|store| store.remove_state("settled-read").expect("it can be forgotten"));
    let (plan, codes) = held_back(world.faulty(&[]).await);
    assert_eq!((plan.counts.disable, codes[0].as_str()), (managed, "people-losing-access"));
    // Its groups have the same names, and other members.
    assert!(codes[1..].iter().all(|code| code == "members-leaving-group"), "{codes:?}");
    (world.local.reading.graph, world.local.connection) = own;
    world.whole_again("another tenant").await;
}

#[tokio::test]
async fn an_application_that_may_not_read_its_tenant_goes_on_until_the_connection_names_another() {
    let mut world = provisioned(options()).await;
    let denied = json!({ "service": "graph", "path_contains": "/organization", "effect": { "status": { "status": 403 } } });
    let report = world.faulty(std::slice::from_ref(&denied)).await.expect("the tenant is the same");
    assert_eq!(report.plan.counts, world.in_step);
    let own = std::mem::replace(&mut world.local.connection.source.tenant, "fabrikam.example".to_owned());
    let error = refused(world.faulty(&[denied]).await);
    assert_eq!(error.code(), "entra-not-read", "{error:?}");
    world.local.connection.source.tenant = own;
    world.whole_again("a permission that was missing").await;
}

#[tokio::test]
async fn a_slip_in_a_filter_that_leaves_nobody_in_asks_first() {
    let mut world = provisioned(options()).await;
    let clause = FilterClause {
        attribute: "userPrincipalName".to_owned(),
        operator: "ENDS_WITH".to_owned(),
        values: vec!["@northwind.exmaple".to_owned()],
    };
    let slip = FilterGroup { name: "Ours".to_owned(), clauses: vec![clause] };
    world.local.connection.mappings.users.scope = vec![slip];
    let managed = world.managed();
    let (plan, codes) = held_back(world.faulty(&[]).await);
    assert_eq!((plan.counts.disable, codes), (managed, vec!["people-losing-access".to_owned()]));
    let why = plan.operations.iter().find(|one| one.action == usher_plan::Action::Disable);
    assert_eq!(why.expect("everybody is disabled").reason.with["value"], "@northwind.exmaple");
    world.local.connection.mappings.users.scope[0].clauses[0].operator = "IS NOT NULL".to_owned();
    world.local.connection.mappings.users.scope[0].clauses[0].values.clear();
    world.whole_again("a slip in a filter").await;
}

#[tokio::test]
async fn a_directory_that_lost_more_than_half_asks_although_nobody_is_linked() {
    let world = practice_with(options()).await;
    let nobody = world.custom_application().await;
    let mut local = Local::of(world, Dialect::default());
    local.connection.scope.application = nobody;
    assert!(local.cycle(true).await.expect("it ends").plan.is_empty());
    let people = local.world.control(Method::GET, "/people", None).await.1["people"].take();
    let ids: Vec<&str> =
        people.as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    let (half, more) = (ids.len() / 2, ids.len() / 4 + 1);
    let purge = async |ids: &[&str]| {
        for id in ids {
            local.world.control(Method::DELETE, &format!("/people/{id}?purge=true"), None).await;
        }
    };
    purge(&ids[..half]).await;
    assert!(local.cycle(true).await.expect("half of them may be gone").plan.is_empty());
    purge(&ids[half..half + more]).await;
    let (plan, codes) = held_back(local.cycle(true).await);
    assert!(plan.is_empty() && codes == ["implausible-shrinkage"], "{codes:?}");
    let left = u32::try_from(ids.len() - half).expect("a few");
    assert_eq!((plan.guards[0].of, plan.guards[0].limit), (left, left / 2));
    // It asks until a person says that it is right, and then no more.
    let _ = held_back(local.cycle(true).await);
    let revision = Revision { connection: &local.connection, hash: "0" };
    let work = Work::Approved { plan, by: "ana" };
    run(&local.reading, &local.provider, revision, work, &local.lock, &Watch::silent())
        .await
        .expect("approved");
    assert!(local.cycle(true).await.expect("it is as it was approved").plan.is_empty());
}

#[tokio::test]
async fn who_is_protected_keeps_access_and_groups() {
    let mut world = provisioned(options()).await;
    let arrived = world.standing().await.0;
    let direct = world.local.world.assigned_directly().await;
    let mut direct = direct.into_iter().filter(|(_, name)| arrived.get(name) == Some(&true));
    let [(_, loses), (_, named), (_, acts), (_, stays)] =
        std::array::from_fn(|_| direct.next().expect("four people"));
    let groups = world.control(Method::GET, "/groups", None).await["groups"].take();
    let team = groups.as_array().expect("a list").iter().find(|one| one["displayName"] == "GoTo – Product");
    let team = format!("/groups/{}/members", team.expect("the group")["id"].as_str().expect("an id"));
    let mut ids = BTreeMap::new();
    for name in [&loses, &named, &acts, &stays] {
        let person = world.control(Method::GET, &format!("/people/{name}"), None).await;
        ids.insert(name.clone(), person["id"].as_str().expect("an id").to_owned());
    }
    let all: Vec<&String> = ids.values().collect();
    world.control(Method::POST, &team, Some(json!({ "add": all }))).await;
    world.local.run().await.expect("they join");
    let members =
        async |world: &Provisioned| world.standing().await.1.remove("GoTo – Product").expect("the group");
    let there = members(&world).await;
    assert!(ids.keys().all(|name| there.contains(name)), "{there:?}");
    // Guards that changed are a reason to look at everyone once; afterwards it is about changes again.
    world.local.connection.guards.protected = vec![format!("{}*", named.to_uppercase()), stays.clone()];
    world.local.reading.acting = vec![ids[&acts].clone()];
    world.local.run().await.expect("nothing is to be done");
    world.control(Method::POST, &team, Some(json!({ "remove": all }))).await;
    // Who stays assigned leaves the group alone.
    for id in ids.iter().filter(|(name, _)| **name != stays).map(|(_, id)| id) {
        world.control(Method::DELETE, &format!("/assignments/{id}"), None).await;
    }
    let report = world.local.run().await.expect("within the limits");
    let (active, _) = world.standing().await;
    assert_eq!([&loses, &named, &acts, &stays].map(|name| active[name]), [false, true, true, true]);
    assert_eq!(report.plan.cycle, usher_plan::Cycle::Incremental);
    let there = members(&world).await;
    assert_eq!([&loses, &named, &acts, &stays].map(|name| there.contains(name)), [false, true, true, true]);
    let skipped = report.plan.skips.iter().filter(|skip| skip.reason.code == "protected-account");
    let skipped: BTreeSet<&str> = skipped.map(|skip| skip.source.as_str()).collect();
    assert_eq!(skipped, BTreeSet::from([ids[&named].as_str(), ids[&acts].as_str()]));
}

#[tokio::test]
async fn a_service_provider_that_lists_nobody_any_more_is_not_believed() {
    let world = provisioned(options()).await;
    let before = world.standing().await;
    let managed = world.managed();
    let empty =
        json!({ "merge": { "totalResults": 0, "itemsPerPage": 0, "resources": [], "Resources": [] } });
    let nobody =
        json!({ "service": "goto_api", "method": "GET", "path_contains": "/Users?", "effect": empty });
    // Asked for by id, everybody is there: a naive engine makes everybody a second time.
    world.cycle_with(true, std::slice::from_ref(&nobody)).await.expect("nothing is wrong but the list");
    let denied = json!({ "service": "goto_api", "method": "GET", "path_contains": "/Users/",
        "effect": { "status": { "status": 404 } } });
    let (plan, codes) = held_back(world.cycle_with(true, &[nobody, denied]).await);
    assert!(plan.counts.create >= managed, "a naive engine makes everybody a second time");
    assert_eq!(codes, ["accounts-gone"]);
    assert_eq!(world.standing().await, before);
    world.whole_again("a list without anybody").await;
}

#[tokio::test]
async fn links_are_of_the_address_where_they_were_made() {
    let mut local = Local::of(practice_with(options()).await, options().dialect);
    // The practice world's address says nothing: it changes with every start.
    local.connection.practice = false;
    local.run().await.expect("the first cycle ends");
    let before = local.world.goto_writes_since(0).await.len();
    let url = local.connection.target.base_url.clone();
    local.connection.target.base_url = "https://staging.example/scim".parse().expect("an address");
    for everything in [false, true] {
        let (_, codes) = held_back(local.cycle(everything).await);
        assert_eq!(codes, ["other-target"], "everything: {everything}");
    }
    assert_eq!(local.world.goto_writes_since(0).await.len(), before);
    local.connection.target.base_url = url;
    local.cycle(true).await.expect("it is where it was");
}

#[tokio::test]
async fn what_is_left_out_of_one_answer_is_written_again_when_it_shows() {
    let world = provisioned(options()).await;
    let name = world.local.world.should_be_in_goto().await.into_iter().next().expect("somebody");
    let rename = async |surname: &str| {
        let change = json!({ "surname": surname });
        world.control(Method::PATCH, &format!("/people/{name}"), Some(change)).await;
    };
    let family = async || world.local.world.goto_user(&name).await["attributes"]["name"]["familyName"].take();
    let left_out = json!({ "merge": { "name": { "familyName": null } } });
    let fault =
        json!({ "service": "goto_api", "method": "GET", "path_contains": "/Users/", "effect": left_out });
    rename("Once").await;
    world.control(Method::POST, "/faults", Some(fault)).await;
    world.local.run().await.expect("the cycle ends");
    world.control(Method::DELETE, "/faults", None).await;
    rename("Twice").await;
    world.local.run().await.expect("it is seen that it shows");
    world.local.run().await.expect("it is written");
    assert_eq!(family().await, "Twice");
}
