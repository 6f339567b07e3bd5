//! The local runner from the practice world's Graph to SCIM service providers that are not ours.

mod cycles;
mod differences;
mod drift;
mod plans;

use crate::files::{File, arg, with_secrets};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use tempfile::TempDir;
use usher_tests::peer::{Peer, Server};
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

/// People who have the application, one by one.
const PEOPLE: usize = 40;

/// A practice Entra with exactly so many people assigned, a strange service provider, and a connection between them.
struct Stage {
    sandbox: Sandbox,
    peer: Peer,
    folder: TempDir,
    file: PathBuf,
    people: Vec<Value>,
}

impl Stage {
    async fn new(server: Server) -> Result<Self> {
        let sandbox = Sandbox::start(&["--users", "60", "--groups", "4", "--rate", "0"])?;
        let peer = Peer::start(server)?;
        for application in sandbox.list("applications").await? {
            for assignment in application["assignments"].as_array().into_iter().flatten() {
                let id = assignment["id"].as_str().context("an assignment has an id")?;
                sandbox.control("DELETE", &format!("assignments/{id}"), None).await?;
            }
        }
        let mut people = sandbox.list("people").await?;
        people.retain(|person| person["accountEnabled"] == true && person["userType"] == "Member");
        people.truncate(PEOPLE);
        assert_eq!(people.len(), PEOPLE, "the world has enough people");
        for person in &people {
            let body = json!({ "principalId": person["id"], "role": "User" });
            sandbox.control("POST", "assignments", Some(body)).await?;
        }
        for (name, members) in [("Pilot", &people[20..30]), ("Sales", &people[25..40])] {
            let members: Vec<&Value> = members.iter().map(|person| &person["id"]).collect();
            let group = json!({ "displayName": name, "securityEnabled": true, "members": members });
            let made = sandbox.control("POST", "groups", Some(group)).await?;
            let body = json!({ "principalId": made["id"], "role": "User" });
            sandbox.control("POST", "assignments", Some(body)).await?;
        }
        let folder = tempfile::tempdir()?;
        let file = File {
            id: "peer",
            profile: "scim",
            base_url: &peer.base,
            dialect: "auto",
            practice: false,
            rate: 0,
        };
        let file = file.write(&sandbox, folder.path())?;
        Ok(Self { sandbox, peer, folder, file, people })
    }

    fn usher(&self, arguments: &[&str]) -> Result<Said> {
        let mut command = usher(&self.folder.path().join("data"), None, arguments)?;
        run(with_secrets(&mut command, &self.sandbox, self.peer.token))
    }

    fn run_once(&self) -> Result<Said> {
        self.usher(&["run", "--once", arg(&self.file)])
    }

    async fn unassign(&self, people: &[Value]) -> Result<()> {
        for person in people {
            self.sandbox.control("DELETE", &format!("assignments/{}", id(person)), None).await?;
        }
        Ok(())
    }

    /// Previews into a file.
    fn plan(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        self.usher(&["preview", "peer", "--out", arg(&path)])?.ended(0)?;
        Ok(path)
    }

    /// Writes in the peer's journal since there were so many.
    fn new_writes(&self, before: usize) -> Result<Vec<Value>> {
        Ok(self.peer.writes()?.split_off(before))
    }
}

/// The id of a person, a group or a resource.
fn id(of: &Value) -> &str {
    of["id"].as_str().expect("everything has an id")
}

fn names(people: &[Value], field: &str) -> BTreeSet<String> {
    people.iter().map(|person| person[field].as_str().unwrap_or_default().to_lowercase()).collect()
}
