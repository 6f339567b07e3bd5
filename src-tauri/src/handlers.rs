//! One handler for each command of the bridge table: it forwards, nothing more.

use std::sync::Arc;
use usher_commands::App;

macro_rules! handlers {
    ($(#[doc = $doc:literal] $name:ident ($module:ident): $request:ty => $response:ty,)*) => {
        mod generated {
            use super::{App, Arc};
            use tauri::State;
            use usher_commands::dto::*;

            $(
                #[doc = $doc]
                #[tauri::command]
                pub async fn $name(app: State<'_, Arc<App>>, request: $request) -> Result<$response, CommandError> {
                    usher_commands::$module::$name(&app, request).await
                }
            )*
        }

        /// Registers every command.
        pub fn register(builder: tauri::Builder<tauri::Wry>) -> tauri::Builder<tauri::Wry> {
            builder.invoke_handler(tauri::generate_handler![$(generated::$name),*])
        }
    };
}

usher_commands::for_each_command!(handlers);
