//! A host for tests only: the same commands as the desktop's, over HTTP on loopback, so that each screen also runs in
//! Chromium. It comes from the bridge table like the others; a command that it forgot would not compile.

use axum::Router;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use tower_http::services::ServeDir;
use usher_commands::App;
use usher_commands::dto::CommandError;

macro_rules! routes {
    ($(#[doc = $doc:literal] $name:ident ($module:ident): $request:ty => $response:ty,)*) => {
        mod table {
            use super::{App, Arc, Json, Router, State, answer, post};
            use usher_commands::dto::*;

            pub fn router() -> Router<Arc<App>> {
                Router::new()
                $(.route(
                    concat!("/call/", stringify!($name)),
                    post(|State(app): State<Arc<App>>, Json(request): Json<$request>| async move {
                        answer(usher_commands::$module::$name(&app, request).await)
                    }),
                ))*
            }
        }
    };
}

usher_commands::for_each_command!(routes);

fn answer<T: Serialize>(result: Result<T, CommandError>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response(),
    }
}

/// Serves the built UI and every command on a free loopback port; returns the address. Ends with the runtime.
pub async fn serve(app: Arc<App>) -> anyhow::Result<String> {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist");
    anyhow::ensure!(pages.join("index.html").is_file(), "the UI is not built: run `cargo xtask e2e`");
    let router = table::router().with_state(app).fallback_service(ServeDir::new(pages));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}
