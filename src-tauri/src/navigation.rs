//! Where the web view may go.

use url::Url;

/// The web view never leaves the bundled pages: everything else opens in the system browser, by command.
pub fn stays_inside(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => {
            url.host_str() == Some("tauri.localhost") || (cfg!(debug_assertions) && is_dev_server(url))
        }
        _ => false,
    }
}

fn is_dev_server(url: &Url) -> bool {
    url.host_str() == Some("localhost") && url.port() == Some(5173)
}
