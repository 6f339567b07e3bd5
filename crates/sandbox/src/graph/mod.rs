//! Microsoft Graph v1.0, the part that provisioning needs, checked strictly: an unknown path, query option or body
//! field is an error, never ignored.

mod applications;
pub mod assignments;
mod auth;
mod batch;
mod call;
mod delta;
mod error;
mod filter;
mod groups;
mod me;
mod page;
mod routes;
pub mod sync;
mod users;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::response::Response;

pub use call::{Answer, Call};
pub use error::GraphError;

use crate::world::World;

/// What Graph remembers besides the directory itself.
#[derive(Debug)]
pub struct State {
    /// Positions in listings and delta queries, by opaque token.
    pub cursors: BTreeMap<String, page::Cursor>,
    /// Objects per page where `$top` is not given.
    pub page_size: usize,
    /// Objects per page at most, whatever `$top` asks for.
    pub largest_page: usize,
    /// The recent calls of `auditLogs` and `provisionOnDemand`, for their own limits.
    pub recent: BTreeMap<&'static str, Vec<jiff::Timestamp>>,
    /// Fresh jobs look as older pages show them: `NotConfigured` and an interval that overflows naive parsers.
    pub legacy_jobs: bool,
    /// On-demand provisioning answers with a type name and a list, as the cross-tenant page shows it.
    pub on_demand_list: bool,
    /// The provisioning log, oldest first.
    pub provisioning_log: Vec<serde_json::Value>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            cursors: BTreeMap::new(),
            page_size: 100,
            largest_page: 999,
            recent: BTreeMap::new(),
            legacy_jobs: false,
            on_demand_list: false,
            provisioning_log: Vec::new(),
        }
    }
}

/// The service.
pub fn router(world: Arc<World>) -> Router {
    Router::new().fallback(serve).with_state(world)
}

async fn serve(Shared(world): Shared<Arc<World>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, 16 * 1024 * 1024).await.unwrap_or_default();
    let call = Call::read(&parts, &bytes);
    let client_request_id = parts.headers.get("client-request-id").cloned();
    let outcome = match call {
        Ok(call) => answer(&world, &call).await,
        Err(error) => Err(error),
    };
    call::response(&world, outcome, client_request_id)
}

async fn answer(world: &Arc<World>, call: &Call) -> Result<Answer, GraphError> {
    if call.path() == ["$batch"] {
        return batch::run(world, call).await;
    }
    routes::dispatch(world, call).await
}
