//! What another administrator changes at the service provider between the plan and its write.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value as Json, json};
use usher_engine::{Refusal, Reply, Target as _, Write};
use usher_mapping::{ObjectType, compile};
use usher_plan::{ObjectKind, Operation};
use usher_runner::target::{Paths, Writer};
use usher_runner::{Extent, Revision, Watch, preview};
use usher_sandbox::Dialect;

use crate::help::local::Local;

/// Somebody whose family name is wrong at the service provider, and what the plan would do about it.
struct Stage {
    local: Local,
    operation: Operation,
    name: String,
}

impl Stage {
    async fn new(dialect: Dialect) -> Self {
        let local = Local::new(dialect).await;
        local.run().await.expect("the first cycle ends");
        let (id, name) = local.world.assigned_directly().await.remove(0);
        edit(&local, &name, json!({ "name": { "familyName": "Wrong" } })).await;
        let revision = Revision { connection: &local.connection, hash: "0" };
        let everyone = Extent::Everyone { reread: true };
        let seen = preview(&local.reading, revision, everyone, &Watch::silent()).await;
        let operations = seen.expect("both sides can be read").plan.operations.into_iter();
        let mut about =
            operations.filter(|operation| operation.source.as_ref().is_some_and(|it| it.as_str() == id));
        let operation = about.next().expect("the name is to be mended");
        Self { local, operation, name }
    }

    async fn edit(&self, attributes: Json) {
        edit(&self.local, &self.name, attributes).await;
    }

    async fn family_name(&self) -> Json {
        self.local.world.goto_user(&self.name).await["attributes"]["name"]["familyName"].clone()
    }

    fn writer(&self) -> Arc<Writer> {
        let connection = &self.local.connection;
        let table = |object, mapping| {
            compile(connection.profile, object, mapping).table.expect("the mapping can be used")
        };
        let users = table(ObjectType::User, &connection.mappings.users);
        let groups = table(ObjectType::Group, &connection.mappings.groups);
        let paths = Paths::of(&users, &groups);
        Writer::new(self.local.provider.clone(), self.local.reading.memory.clone(), paths)
    }

    async fn carry_out(&self) -> Reply {
        let Operation { target, changes, version, .. } = self.operation.clone();
        let target = target.expect("the account is known");
        let kind = ObjectKind::User;
        self.writer().write(Write::Update { kind, target, changes, disables: false, version }).await
    }

    async fn delete(&self) -> Reply {
        let Operation { target, version, .. } = self.operation.clone();
        let target = target.expect("the account is known");
        self.writer().write(Write::Delete { kind: ObjectKind::User, target, version }).await
    }
}

async fn edit(local: &Local, name: &str, attributes: Json) {
    let change = Some(json!({ "attributes": attributes }));
    let (status, said) = local.world.control(Method::PATCH, &format!("/goto/users/{name}"), change).await;
    assert_eq!(status, 200, "{said}");
}

fn changed(reply: &Reply) -> bool {
    matches!(reply, Reply::Refused { class: Refusal::Changed, .. })
}

#[tokio::test]
async fn what_nobody_touched_is_written() {
    let stage = Stage::new(Dialect::Scim2).await;
    assert!(stage.operation.version.is_some(), "the practice world keeps versions in this dialect");
    assert!(matches!(stage.carry_out().await, Reply::Done { .. }));
    assert_ne!(stage.family_name().await, "Wrong");
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_not_overwritten() {
    let stage = Stage::new(Dialect::Scim2).await;
    stage.edit(json!({ "name": { "familyName": "Their own" } })).await;
    let reply = stage.carry_out().await;
    assert!(changed(&reply), "{reply:?}");
    assert_eq!(stage.family_name().await, "Their own");
    stage.local.cycle(true).await.expect("the next cycle ends");
    assert_ne!(stage.family_name().await, "Their own", "the next plan has seen it");
}

#[tokio::test]
async fn another_attribute_of_the_same_person_does_not_stand_in_the_way() {
    let stage = Stage::new(Dialect::Scim2).await;
    stage.edit(json!({ "nickName": "Al" })).await;
    assert!(matches!(stage.carry_out().await, Reply::Done { .. }));
    assert_ne!(stage.family_name().await, "Wrong");
    let account = stage.local.world.goto_user(&stage.name).await;
    assert_eq!(account["attributes"]["nickName"], "Al", "both changes are there");
}

#[tokio::test]
async fn an_account_that_somebody_changed_meanwhile_is_not_deleted() {
    let stage = Stage::new(Dialect::Scim2).await;
    stage.edit(json!({ "nickName": "Somebody else's now" })).await;
    let reply = stage.delete().await;
    assert!(changed(&reply), "{reply:?}");
    assert_eq!(stage.family_name().await, "Wrong", "the account is there");
}

#[tokio::test]
async fn gotos_own_dialect_keeps_no_versions() {
    let stage = Stage::new(Dialect::GotoV1).await;
    assert_eq!(stage.operation.version, None);
    assert!(matches!(stage.carry_out().await, Reply::Done { .. }));
}
