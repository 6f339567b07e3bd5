//! Notices by mail, through a mail server that is not ours: what it takes, what it refuses, and one mail for each change.

use crate::files::{ENTRA_SECRET, File, SCIM_TOKEN, arg};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;
use usher_tests::mail::{MailServer, NOBODY, PASSWORD, USER};
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

/// Where the tests put the password.
const MAIL_PASSWORD: &str = "USHER_MAIL_PASSWORD";
const TWO: &str = "nobody@northwind.example\", \"identity-team@northwind.example";
const TO: &str = "identity-team@northwind.example";

/// A practice Entra, a GoTo of the practice world, and a connection between them that writes mails.
struct Stage {
    sandbox: Sandbox,
    folder: TempDir,
}

/// One way to send, and what comes of it.
struct Case {
    what: &'static str,
    security: &'static str,
    server: &'static str,
    port: u16,
    to: &'static str,
    password: &'static str,
    trusted: Option<std::path::PathBuf>,
}

impl Stage {
    async fn new() -> Result<Self> {
        let sandbox = Sandbox::start(&["--users", "60", "--groups", "3", "--rate", "0"])?;
        sandbox.control("PATCH", "goto/switches", Some(json!({ "verified_domains_only": false }))).await?;
        Ok(Self { sandbox, folder: tempfile::tempdir()? })
    }

    /// Writes the connection file with this mail server.
    fn file(&self, case: &Case) -> Result<std::path::PathBuf> {
        let base_url = self.sandbox.text("/scim");
        let file = File {
            id: "told",
            profile: "goto",
            base_url: &base_url,
            dialect: "goto-v1",
            practice: false,
            rate: 0,
        };
        let user = if case.security == "none" { "" } else { USER };
        let mut text = file.text(&self.sandbox);
        text.push_str(&format!(
            "\n[notice]\nemail = [\"{}\"]\non_failure = true\n\
             smtp = {{ server = \"{}\", port = {}, security = \"{}\", user = \"{user}\", from = \"{USER}\", \
             password = \"env:{MAIL_PASSWORD}\" }}\n",
            case.to, case.server, case.port, case.security
        ));
        let path = self.folder.path().join("told.toml");
        std::fs::write(&path, text)?;
        Ok(path)
    }

    fn usher(&self, case: &Case, arguments: &[&str]) -> Result<Said> {
        let mut command = usher(&self.folder.path().join("data"), None, arguments)?;
        command.env(ENTRA_SECRET, self.sandbox.text("/entra/client_secret"));
        command.env(SCIM_TOKEN, self.sandbox.text("/scim_token")).env(MAIL_PASSWORD, case.password);
        // Whose certificates are trusted: the computer's, or these.
        for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
            command.env_remove(name);
        }
        if let Some(trusted) = &case.trusted {
            command.env("SSL_CERT_FILE", trusted);
        }
        run(&mut command)
    }
}

fn port_of_nobody() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[tokio::test]
async fn a_test_mail_says_what_the_server_answered() -> Result<()> {
    let stage = Stage::new().await?;
    let servers = ["starttls", "tls", "plain"].map(MailServer::start);
    let [starttls, tls, plain] = servers;
    let (starttls, tls, plain) = (starttls?, tls?, plain?);
    let good = |what, security, server: &MailServer| Case {
        what,
        security,
        server: "localhost",
        port: server.port,
        to: TO,
        password: PASSWORD,
        trusted: Some(server.certificate()),
    };
    let usual = || good("STARTTLS and a sign-in", "starttls", &starttls);
    let cases: [(Case, i32, &[&str]); 9] = [
        (usual(), 0, &[]),
        (good("TLS from the first byte", "tls", &tls), 0, &[]),
        (good("to this computer without protection", "none", &plain), 0, &[]),
        (
            Case { what: "a wrong password", password: "guessed", ..usual() },
            4,
            &["did not accept the user name and password", "535"],
        ),
        (
            Case { what: "nobody is there", port: port_of_nobody()?, ..usual() },
            1,
            &["No mail server answers at localhost", "firewall"],
        ),
        (
            Case { what: "an unknown certificate", trusted: None, ..usual() },
            1,
            &["certificate of localhost is not trusted", "nothing was sent"],
        ),
        (
            Case { what: "another name than the certificate's", server: "127.0.0.1", ..usual() },
            1,
            &["certificate of 127.0.0.1 is not trusted"],
        ),
        (
            good("a server without STARTTLS", "starttls", &plain),
            1,
            &["doesn't offer what is needed", "TLS in place of STARTTLS"],
        ),
        (
            Case { what: "somebody unknown", to: NOBODY, ..usual() },
            1,
            &["did not take the mail", "nobody of this name"],
        ),
    ];
    for (case, code, told) in cases {
        let file = stage.file(&case)?;
        let said = stage.usher(&case, &["notices", arg(&file), "--test"])?;
        ensure!(
            !said.out.contains(PASSWORD) && !said.err.contains(PASSWORD),
            "{}: the password shows",
            case.what
        );
        let said = said.ended(code).and_then(|said| said.told(told)).context(case.what)?;
        ensure!(code != 0 || said.out.contains("250 2.0.0 taken by aiosmtpd"), "{}: {}", case.what, said.out);
    }
    for (server, safe) in [(&starttls, true), (&tls, true), (&plain, false)] {
        let mails = server.mails()?;
        ensure!(mails.len() == 1, "one mail each: {mails:?}");
        // Who did not log in is told as nothing.
        let login = mails[0]["login"].as_bool().unwrap_or_default();
        ensure!(login == safe && mails[0]["tls"] == safe, "{}", mails[0]);
        ensure!(mails[0]["to"] == json!([TO]) && mails[0]["from"] == USER, "{}", mails[0]);
        let text = mails[0]["data"].as_str().unwrap_or_default();
        for shown in ["Subject: Usher: A test: This is a test", "Auto-Submitted: auto-generated", "told"] {
            ensure!(text.contains(shown), "{shown}: {text}");
        }
    }
    let case = Case { what: "one of two is unknown", to: TWO, ..usual() };
    let said = stage.usher(&case, &["notices", arg(&stage.file(&case)?), "--test"])?.ended(0)?;
    ensure!(said.out.contains(&format!("not to {NOBODY}")), "{}", said.out);
    let mails = starttls.mails()?;
    ensure!(mails.len() == 2 && mails[1]["to"] == json!([TO]), "the other one is told: {mails:?}");
    Ok(())
}

#[tokio::test]
async fn mail_without_protection_to_another_computer_is_refused_in_the_file() -> Result<()> {
    let stage = Stage::new().await?;
    let case = Case {
        what: "unprotected",
        security: "none",
        server: "smtp.northwind.example",
        port: 25,
        to: TO,
        password: PASSWORD,
        trusted: None,
    };
    let file = stage.file(&case)?;
    let said = stage.usher(&case, &["connection", "check", arg(&file)])?.ended(2)?;
    let all = said.out + &said.err;
    ensure!(all.contains("notice.smtp.security") && all.contains("this computer only"), "{all}");
    Ok(())
}

/// The subjects of what a server took.
fn subjects(server: &MailServer) -> Result<Vec<String>> {
    let subject = |mail: &Value| {
        let text = mail["data"].as_str().unwrap_or_default().replace("\r\n ", " ");
        let line = text.lines().find_map(|line| line.strip_prefix("Subject: Usher: A test: "));
        line.unwrap_or_default().to_owned()
    };
    Ok(server.mails()?.iter().map(subject).collect())
}

async fn unassign(stage: &Stage, count: usize) -> Result<()> {
    let mut taken = 0;
    for application in stage.sandbox.list("applications").await? {
        for assignment in application["assignments"].as_array().into_iter().flatten() {
            if taken < count {
                let id = assignment["id"].as_str().context("an assignment has an id")?;
                stage.sandbox.control("DELETE", &format!("assignments/{id}"), None).await?;
                taken += 1;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn each_change_is_told_once_and_a_mail_that_did_not_go_is_sent_with_the_next_cycle() -> Result<()> {
    let stage = Stage::new().await?;
    let server = MailServer::start("starttls")?;
    let case = Case {
        what: "notices",
        security: "starttls",
        server: "localhost",
        port: server.port,
        to: TO,
        password: PASSWORD,
        trusted: Some(server.certificate()),
    };
    let file = stage.file(&case)?;
    let once = || stage.usher(&case, &["run", "--once", arg(&file)]);
    let first = once()?;
    ensure!(matches!(first.code, 0 | 5), "{}\n{}", first.code, first.err);
    ensure!(server.mails()?.is_empty(), "a cycle that does its work is no news");

    // Everybody would lose access: a guard stops it, and one mail says so, however often the cycle comes again.
    unassign(&stage, 1000).await?;
    for _ in 0..2 {
        once()?.ended(3)?;
    }
    let guarded = ["A guard stopped a cycle before anything was written, and cycles wait for a decision"];
    ensure!(subjects(&server)? == guarded, "{:?}", subjects(&server)?);
    let mail = server.mails()?[0]["data"].as_str().unwrap_or_default().to_owned();
    for person in stage.sandbox.list("people").await? {
        for name in ["userPrincipalName", "displayName"] {
            let name = person[name].as_str().unwrap_or_default();
            ensure!(!name.is_empty() && !mail.contains(name), "{name} is in the mail");
        }
    }
    ensure!(!mail.contains(PASSWORD), "the password is in the mail");

    // Entra can't be read, and the mail server is away: the cycle's own code stays, and the mail waits.
    let (port, certificate) = (server.port, server.certificate());
    let trusted = stage.folder.path().join("trusted.pem");
    std::fs::copy(&certificate, &trusted)?;
    drop(server);
    let broken = json!({ "service": "graph", "effect": { "status": { "status": 400 } } });
    stage.sandbox.control("POST", "faults", Some(broken)).await?;
    let case = Case { trusted: Some(trusted.clone()), port, ..case };
    let failed = stage.usher(&case, &["run", "--once", arg(&file)])?;
    ensure!(failed.code == 1, "{}\n{}", failed.code, failed.err);
    let shown = stage.usher(&case, &["notices", "told"])?.ended(0)?.out;
    for text in ["No mail server answers", "Not sent yet: A cycle failed", "Told: "] {
        ensure!(shown.contains(text), "{text}: {shown}");
    }

    // The next cycle fails, too: no new mail, but the one that waited goes.
    let server = MailServer::start_at("starttls", port)?;
    std::fs::copy(server.certificate(), &trusted)?;
    for _ in 0..2 {
        stage.usher(&case, &["run", "--once", arg(&file)])?.ended(1)?;
    }
    let all = subjects(&server)?;
    ensure!(all.len() == 1 && all[0].starts_with("A cycle failed: "), "{all:?}");
    let shown = stage.usher(&case, &["--json", "notices", "told"])?.ended(0)?.json()?;
    ensure!(shown["waiting"] == json!([]) && shown["last"]["answer"].is_string(), "{shown}");
    ensure!(!holds(stage.folder.path(), PASSWORD)?, "the password was written down");
    Ok(())
}

/// Whether a text is in any file below a folder.
fn holds(folder: &Path, text: &str) -> Result<bool> {
    let mut files = std::collections::BTreeMap::new();
    crate::stage::read_all(folder, &mut files)?;
    Ok(files.values().any(|bytes| memchr::memmem::find(bytes, text.as_bytes()).is_some()))
}
