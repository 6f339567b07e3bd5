//! A small program over the vault of this session, as a second process for the tests.
//!
//! `vault LOCKS probe | get | delete | list | delete-all`, `vault LOCKS set < SECRET`,
//! `vault LOCKS refresh TOKEN_ENDPOINT COUNT`. One connection, one key. Results go to standard output;
//! an error goes to standard error as its variant, with exit code 1.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use usher_auth::{
    Client, Http, Key, Need, Provider, Purpose, Secret, Session, SessionConfig, TokenSource, Vault,
};

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args).await {
        Ok(text) => {
            print!("{text}");
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(args: &[&str]) -> Result<String, String> {
    let [locks, command, rest @ ..] = args else { return Err("usage: vault LOCKS COMMAND".to_owned()) };
    let patience = std::env::var("VAULT_PATIENCE_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(20_000);
    let vault = Vault::os(&PathBuf::from(locks)).with_patience(Duration::from_millis(patience));
    let origin = "https://api.example.org".parse().map_err(debug)?;
    let key = Key::new("practice-1", Purpose::BearerToken, &origin).map_err(debug)?;
    match (*command, rest) {
        ("probe", []) => vault.probe().await.map(|()| "ok\n".to_owned()).map_err(debug),
        // Stays alive while the keyring comes and goes: one answer for each line of input.
        ("probe-lines", []) => {
            for line in std::io::stdin().lines() {
                line.map_err(debug)?;
                println!("{:?}", vault.probe().await);
            }
            Ok(String::new())
        }
        ("set", []) => {
            let mut secret = String::new();
            std::io::stdin().read_to_string(&mut secret).map_err(debug)?;
            vault.set(&key, &Secret::new(secret)).await.map(|()| String::new()).map_err(debug)
        }
        ("get", []) => match vault.get(&key).await.map_err(debug)? {
            Some(secret) => Ok(secret.expose().to_owned()),
            None => Err("nothing stored".to_owned()),
        },
        ("delete", []) => vault.delete(&key).await.map(|()| String::new()).map_err(debug),
        ("delete-all", []) => vault.delete_all("practice-1").await.map(|()| String::new()).map_err(debug),
        ("list", []) => {
            let keys = vault.list("practice-1").await.map_err(debug)?;
            Ok(keys.iter().map(|key| format!("{key:?}\n")).collect())
        }
        ("keep-session", [token_endpoint]) => {
            let config = config(token_endpoint, locks)?;
            let now = (config.clock)();
            let grant = usher_auth::Grant {
                access_token: Secret::new("access-0"),
                refresh_token: Some(Secret::new("refresh-0")),
                expires_at: now,
                issued_at: now,
                scopes: Vec::new(),
                identity: usher_auth::Identity::default(),
            };
            let http = Http::new().map_err(debug)?;
            Session::keep(config, grant, &http, &vault).await.map(|_| String::new()).map_err(debug)
        }
        ("refresh", [token_endpoint, count]) => {
            let http = Http::new().map_err(debug)?;
            let mut tokens = String::new();
            for _ in 0..count.parse::<usize>().map_err(debug)? {
                let session = Session::open(config(token_endpoint, locks)?, &http, &vault).map_err(debug)?;
                tokens += session.token(Need::Fresh).await.map_err(debug)?.expose();
                tokens += "\n";
            }
            Ok(tokens)
        }
        _ => Err("unknown command".to_owned()),
    }
}

fn config(token_endpoint: &str, locks: &str) -> Result<SessionConfig, String> {
    let token: url::Url = token_endpoint.parse().map_err(debug)?;
    let mut provider = Provider::goto(&["api"]);
    provider.token = token;
    Ok(SessionConfig {
        connection: "practice-1".to_owned(),
        origin: "https://api.example.org".parse().map_err(debug)?,
        provider,
        client: Client { id: "client-1".to_owned(), secret: Some(Secret::new("s")) },
        locks: PathBuf::from(locks),
        clock: Arc::new(jiff::Timestamp::now),
    })
}

fn debug(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}
