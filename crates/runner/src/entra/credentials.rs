//! The portal's Authorize page, and the proof that it worked.
//!
//! GoTo's gallery connector is authorised with Microsoft's own OAuth client, in the portal only (Microsoft Learn,
//! "Configure GoTo for automatic user provisioning", step 5). What can be done from here is to ask the job to try the
//! credentials that it has.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;
use usher_graph::{GraphErrorKind, Patience, ServicePrincipal};

use super::{EntraError, JobAt};
use crate::config::Connection;

/// The page of the portal on which provisioning is authorised. In practice mode it is the sandbox's page.
#[must_use]
pub fn authorize_link(connection: &Connection, application: &ServicePrincipal) -> Url {
    let mut link = connection.source.portal.clone();
    if connection.practice {
        link.set_path(&format!("/provisioning/{}", application.id));
        return link;
    }
    let fragment = format!(
        "view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Provisioning/objectId/{}/appId/{}",
        application.id, application.app_id
    );
    link.set_fragment(Some(&fragment));
    link
}

/// Asks the job to try the credentials that it has stored.
///
/// [`EntraError::NotAuthorized`] when they do not work; other errors say that it could not be found out.
pub async fn prove_authorization(at: &JobAt) -> Result<(), EntraError> {
    use GraphErrorKind::*;
    match at.graph.validate_saved_credentials(&at.application, &at.job).await {
        Ok(()) => Ok(()),
        // How Graph says that credentials do not work is not documented; every refusal of a call that was allowed
        // to be made is taken as that, with its own words.
        Err(error) if matches!(error.kind, Invalid | Conflict) => {
            Err(EntraError::NotAuthorized { message: error.message })
        }
        Err(error) => Err(error.into()),
    }
}

/// Tries again and again until the credentials work, `patience` ends, or a person cancels. What only a person can
/// mend (sign-in, roles, a job that is gone) ends the wait at once.
pub async fn wait_for_authorization(
    at: &JobAt,
    patience: Patience,
    cancel: &CancellationToken,
) -> Result<(), EntraError> {
    let began = Instant::now();
    let mut pause = patience.first;
    loop {
        let tried = tokio::select! {
            tried = prove_authorization(at) => tried,
            () = cancel.cancelled() => return Err(EntraError::Cancelled),
        };
        let error = match tried {
            Ok(()) => return Ok(()),
            Err(error) if may_pass(&error) => error,
            Err(error) => return Err(error),
        };
        if began.elapsed() + pause > patience.cap {
            return Err(error);
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = cancel.cancelled() => return Err(EntraError::Cancelled),
        }
        pause = (pause * 2).min(patience.longest).max(Duration::from_millis(1));
    }
}

fn may_pass(error: &EntraError) -> bool {
    match error {
        EntraError::NotAuthorized { .. } => true,
        EntraError::Graph(error) => error.is_transient(),
        _ => false,
    }
}
