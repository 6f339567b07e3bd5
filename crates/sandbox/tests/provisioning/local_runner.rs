//! The local runner against the practice world over real connections: random, redacted and role values arrive, and
//! nothing that is hidden stays behind in plans, journal or log.

use reqwest::Method;
use serde_json::{Value, json};
use usher_mapping::Apply;
use usher_plan::{Action, ObjectKind};
use usher_runner::{Revision, RunError, Watch, Work, run};
use usher_sandbox::Dialect;

use crate::help::local::{Local, accounts, updates};

const SHIFT: &str = "Night shift 4711";
const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn open_values_arrive(dialect: Dialect) {
    let mut local = Local::new(dialect).await;
    let before = accounts(&local.world).await;
    let names: Vec<String> =
        local.world.should_be_in_goto().await.into_iter().filter(|name| !before.contains_key(name)).collect();
    for name in &names[..2] {
        let change = json!({ "department": SHIFT });
        local.world.control(Method::PATCH, &format!("/people/{name}"), Some(change)).await;
    }
    local.map(&format!("{EXTENSION}:department"), "Redact([department])", Apply::Always);
    local.map(&format!("{EXTENSION}:costCenter"), "Guid()", Apply::OnlyDuringCreation);
    let password = "Redact(RandomString(16, 2, 2, 2, 2))";
    local.map(&format!("{EXTENSION}:division"), password, Apply::OnlyDuringCreation);
    local.map("title", "SingleAppRoleAssignment([appRoleAssignments])", Apply::Always);

    let report = local.run().await.expect("a cycle ends");
    let there = accounts(&local.world).await;
    let kept = local.kept(&report);
    assert!(!kept.contains(SHIFT), "a redacted value stayed behind");
    let mut drawn = std::collections::BTreeSet::new();
    for name in &names[..2] {
        let user = &there[name];
        let enterprise = &user[EXTENSION];
        assert_eq!((&enterprise["department"], &user["title"]), (&json!(SHIFT), &json!("User")), "{user}");
        let (guid, secret) = (&enterprise["costCenter"], &enterprise["division"]);
        let (guid, secret) = (guid.as_str().expect("it was drawn"), secret.as_str().expect("it was drawn"));
        assert_eq!((guid.len(), secret.chars().count()), (36, 16), "{user}");
        assert!(kept.contains(guid), "a random value is in the journal, to be sent again after a kill");
        let written = serde_json::to_string(secret).expect("it is a text");
        assert!(!kept.contains(secret) && !kept.contains(&written), "a hidden random value stayed behind");
        assert!(drawn.insert(guid.to_owned()) && drawn.insert(secret.to_owned()), "each is drawn anew");
    }

    // Nothing changed: nothing is drawn again. Whom GoTo refused, it refuses again.
    let second = local.run().await.expect("a cycle ends");
    assert_eq!(updates(&second), Vec::<String>::new());
    assert_eq!(accounts(&local.world).await, there);

    // A redacted value that changes is one update, and neither value is kept.
    let change = json!({ "department": "Day shift 0815" });
    local.world.control(Method::PATCH, &format!("/people/{}", names[0]), Some(change)).await;
    let third = local.run().await.expect("a cycle ends");
    let kept = local.kept(&third);
    assert!(!kept.contains("shift"), "a redacted value stayed behind");
    let enterprise = &accounts(&local.world).await[&names[0]][EXTENSION];
    assert_eq!(enterprise["department"], "Day shift 0815");
    assert_eq!(updates(&third), [format!("{EXTENSION}:department")]);
}

#[tokio::test]
async fn open_values_arrive_and_nothing_hidden_stays_behind() {
    open_values_arrive(Dialect::GotoV1).await;
}

#[tokio::test]
async fn open_values_arrive_and_nothing_hidden_stays_behind_over_scim2() {
    open_values_arrive(Dialect::Scim2).await;
}

#[tokio::test]
async fn a_lost_reply_makes_no_second_account_and_no_second_value() {
    let mut local = Local::new(Dialect::GotoV1).await;
    local.map(&format!("{EXTENSION}:costCenter"), "Guid()", Apply::OnlyDuringCreation);
    local.map(&format!("{EXTENSION}:division"), "Redact(Guid())", Apply::OnlyDuringCreation);
    let before = accounts(&local.world).await;
    let lost = json!({ "service": "goto_api", "method": "POST", "path_contains": "/Users", "times": 3,
        "effect": "lose_reply" });
    local.world.control(Method::POST, "/faults", Some(lost)).await;
    let report = local.run().await.expect("a cycle ends");
    let kept = local.kept(&report);
    let there = accounts(&local.world).await;
    let made: Vec<&Value> =
        there.iter().filter(|(name, _)| !before.contains_key(*name)).map(|(_, user)| user).collect();
    let is_person = |unit: &&usher_engine::OperationOutcome| {
        let operation = &report.plan.operations[unit.unit.operation as usize - 1];
        operation.kind == ObjectKind::User && operation.action == Action::Create
    };
    let verified = |unit: &&usher_engine::OperationOutcome| unit.end == usher_engine::UnitEnd::Verified;
    let verified = report.outcome.units.iter().filter(is_person).filter(verified).count();
    assert_eq!(made.len(), verified, "each was made once, and shows what was written");
    for user in made {
        let guid = user[EXTENSION]["costCenter"].as_str().expect("it was drawn");
        assert!(kept.contains(guid), "what stands there is what the journal has");
    }
}

#[tokio::test]
async fn a_run_that_is_killed_and_the_next_one_make_one_account_and_one_value_for_each() {
    let mut local = Local::new(Dialect::GotoV1).await;
    local.map(&format!("{EXTENSION}:costCenter"), "Guid()", Apply::OnlyDuringCreation);
    local.map(&format!("{EXTENSION}:department"), "Redact([department])", Apply::Always);
    let before = accounts(&local.world).await;
    let mark = local.world.journal_mark().await;
    let some_are_made = async {
        while local.world.goto_writes_since(mark).await.len() < 5 {
            tokio::task::yield_now().await;
        }
    };
    // Dropping a run between two of its steps is what a kill is to everything that it left behind.
    tokio::select! {
        report = local.run() => panic!("it should have been killed: {:?}", report.map(|report| report.outcome.totals)),
        () = some_are_made => {}
    }
    let report = local.run().await.expect("the next cycle ends");
    let kept = local.kept(&report);
    let there = accounts(&local.world).await;
    let made: Vec<_> = there.iter().filter(|(name, _)| !before.contains_key(*name)).collect();
    assert!(made.len() > 20, "{} people are too few", made.len());
    for (name, user) in made {
        let guid = user[EXTENSION]["costCenter"].as_str().unwrap_or_else(|| panic!("{name} has none"));
        assert!(kept.contains(guid), "{name}: what stands there is what one of the journals has");
    }
    assert_eq!(updates(&local.run().await.expect("a third cycle ends")), Vec::<String>::new());
}

#[tokio::test]
async fn an_approved_plan_with_a_redacted_value_that_changed_is_out_of_date() {
    let mut local = Local::new(Dialect::GotoV1).await;
    local.map(&format!("{EXTENSION}:department"), "Redact([department])", Apply::Always);
    let name = local.world.should_be_in_goto().await.into_iter().next().expect("there are people");
    let change = async |department: &str| {
        let change = json!({ "department": department });
        local.world.control(Method::PATCH, &format!("/people/{name}"), Some(change)).await;
    };
    change(SHIFT).await;
    let revision = Revision { connection: &local.connection, hash: "0" };
    let pass = usher_runner::Extent::Everyone { reread: false };
    let plan =
        usher_runner::preview(&local.reading, revision, pass, &Watch::silent()).await.expect("a plan").plan;
    let file = serde_json::to_string(&plan).expect("a plan has text keys");
    assert!(!file.contains(SHIFT), "the file is shown to people");
    let plan: usher_plan::Plan = serde_json::from_str(&file).expect("it is read back");
    change("Day shift").await;
    let mark = local.world.journal_mark().await;
    let work = Work::Approved { plan: Box::new(plan), by: "ana" };
    let refused = run(&local.reading, &local.provider, revision, work, &local.lock, &Watch::silent()).await;
    assert!(matches!(refused, Err(RunError::Stale { .. })), "{:?}", refused.err());
    assert_eq!(local.world.goto_writes_since(mark).await, [], "nothing was sent");
    let cycles = local.reading.memory.now(|store| store.cycles(10).expect("they can be read"));
    assert_eq!(cycles, [], "a refusal is no cycle");
}
