//! The job's access to GoTo: what the portal's Authorize stored, renewed when it is old or refused.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use usher_auth::{Need, Origin, Secret, SignInAgainReason, TokenError, TokenSource};

use crate::service::credentials::{renew, secrets};
use crate::world::World;

/// GoTo's access tokens live 60 minutes (developer.goto.com, "How to use an access token").
const RENEWED_AFTER: SignedDuration = SignedDuration::from_mins(55);

/// The tokens of one application.
pub struct JobTokens {
    world: Arc<World>,
    sp: String,
    origin: Origin,
    /// The token that was handed out last.
    last: Mutex<Option<String>>,
}

impl JobTokens {
    /// The tokens that are stored for a service principal, for this origin only.
    pub fn new(world: &Arc<World>, sp: &str, origin: Origin) -> Arc<Self> {
        Arc::new(Self { world: world.clone(), sp: sp.to_owned(), origin, last: Mutex::default() })
    }

    async fn get(&self, need: Need) -> Result<Secret, TokenError> {
        let mut last = self.last.lock().await;
        let stored = secrets(&self.world, &self.sp);
        if let Some(token) = stored.get("SecretToken").filter(|token| !token.is_empty()) {
            return match need {
                Need::Current => Ok(Secret::new(token.as_str())),
                Need::Fresh => Err(TokenError::StaticTokenRefused { origin: self.origin.clone() }),
            };
        }
        let made = stored.get("Oauth2AccessTokenCreationTime").and_then(|at| at.parse::<Timestamp>().ok());
        let old = made.is_some_and(|made| self.world.clock.now().duration_since(made) > RENEWED_AFTER);
        let current = stored.get("Oauth2AccessToken").cloned();
        // Somebody may have authorised again since the token was handed out that was refused.
        let refused = need == Need::Fresh && (last.is_none() || *last == current);
        let token = if old || refused || current.is_none() {
            renew(&self.world, &self.sp).await.map_err(|why| self.sign_in_again(&why))?;
            secrets(&self.world, &self.sp).remove("Oauth2AccessToken")
        } else {
            current
        };
        let token = token.ok_or_else(|| self.sign_in_again("nothing is stored"))?;
        *last = Some(token.clone());
        Ok(Secret::new(token))
    }

    fn sign_in_again(&self, why: &str) -> TokenError {
        tracing::info!(application = %self.sp, why, "the practice job's credentials do not work");
        TokenError::SignInAgain { origin: self.origin.clone(), reason: SignInAgainReason::NotSignedIn }
    }
}

impl TokenSource for JobTokens {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn token(&self, need: Need) -> BoxFuture<'_, Result<Secret, TokenError>> {
        self.get(need).boxed()
    }
}
