//! `usher sign-in`, `usher authorize`, `usher forget`: the system browser does the work.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{find, open, take};
use crate::output::{json, line, progress};
use crate::practice::interrupted;
use std::sync::Arc;
use usher_commands::dto::{AttemptRef, BeginSignIn, CloudName, ConnectionRef, ForgetCredentials, Message};
use usher_commands::{App, connections, sign_in};

/// Signs in at Microsoft Entra.
pub async fn entra(connection: &str, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    browser(&app, &id, CloudName::Entra, arguments).await
}

/// Authorizes at GoTo.
pub async fn goto(connection: &str, secret: Option<&str>, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    if let Some(reference) = secret {
        sign_in::store_secret_reference(&app, &id, reference).await?;
    }
    match browser(&app, &id, CloudName::Goto, arguments).await {
        Err(Failure::Command(mut refused)) if refused.message.id == "error-client-refused" => {
            let stored = connections::connection(&app, ConnectionRef { id }).await?.goto_secret_stored;
            if !stored {
                refused.hint = Some(Message::new("error-goto-secret-missing-remedy"));
            }
            Err(Failure::Command(refused))
        }
        done => done,
    }
}

async fn browser(app: &Arc<App>, id: &str, cloud: CloudName, arguments: &Arguments) -> Result<u8, Failure> {
    let attempt = sign_in::sign_in_begin(app, BeginSignIn { id: id.to_owned(), cloud }).await?;
    let reference = AttemptRef { attempt: attempt.attempt.clone() };
    let address = sign_in::sign_in_address(app, reference.clone()).await?;
    if attempt.opened {
        progress("Finish in your browser; Usher is waiting. If no page opened, open this address:");
    } else {
        progress("No browser could be opened. Open this address in a browser on this computer:");
    }
    progress(&format!("  {}", address.url));
    let signed_in = tokio::select! {
        result = sign_in::sign_in_wait(app, reference.clone()) => result?,
        () = interrupted() => {
            sign_in::sign_in_cancel(app, reference).await?;
            progress("Cancelled. Nothing was stored.");
            if let Some(callback) = redirect_uri(&address.url) {
                progress("If the page did not accept the redirect URI, register exactly this one and try again:");
                progress(&format!("  {callback}"));
            }
            return Ok(1);
        }
    };
    if arguments.json {
        json(&signed_in)?;
    } else {
        line(&format!("Signed in as {}.", signed_in.account.user_name));
    }
    Ok(0)
}

/// Where the browser should have come back: a page that refuses it does not say so to us.
fn redirect_uri(address: &str) -> Option<String> {
    let address = url::Url::parse(address).ok()?;
    let found = address.query_pairs().find(|(name, _)| name == "redirect_uri");
    found.map(|(_, uri)| uri.into_owned())
}

/// Forgets everything stored for a connection.
pub async fn forget(connection: &str, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    let view = sign_in::credentials_forget(&app, ForgetCredentials { id, cloud: None }).await?;
    if arguments.json {
        json(&view.kept)?;
    } else {
        line("Forgotten. Provisioning stops at the next cycle until somebody signs in again.");
    }
    Ok(0)
}
