//! The desktop shell: one window, one set of commands, nothing of its own.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod handlers;
mod navigation;

use anyhow::Context as _;
use clap::Parser;
use std::path::PathBuf;
use std::sync::Arc;
use tauri::webview::NewWindowResponse;
use tauri::{WebviewUrl, WebviewWindowBuilder};
use url::Url;
use usher_commands::{App, Options};

/// Usher sets up and runs automatic user provisioning from Microsoft Entra ID to GoTo.
#[derive(Parser)]
#[command(name = "usher-desktop", version)]
struct Arguments {
    /// Practise on an embedded practice world; nothing leaves this computer.
    #[arg(long)]
    practice: bool,
    /// Practise on a practice world that is already running: the control address that `usher sandbox --json` prints.
    #[arg(long, value_name = "URL")]
    sandbox: Option<Url>,
    /// Where Usher keeps its connections, instead of the platform's data folder.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("USHER_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    tauri::async_runtime::set(runtime.handle().clone());
    let opened = runtime.block_on(open(&arguments))?;
    let app = Arc::clone(&opened.app);
    let builder = handlers::register(tauri::Builder::default()).manage(Arc::clone(&app)).setup(|shell| {
        window(shell)?;
        Ok(())
    });
    let shell = builder.build(tauri::generate_context!()).context("starting the window")?;
    let handle = runtime.handle().clone();
    shell.run(move |_, event| {
        if let tauri::RunEvent::Exit = event {
            // Lets a write that is in flight finish, and forgets what belongs to the practice world.
            handle.block_on(app.close());
        }
    });
    Ok(())
}

/// The application and, in practice mode, the embedded world that lives as long as it does.
struct Opened {
    app: Arc<App>,
    _world: Option<usher_sandbox::Running>,
}

async fn open(arguments: &Arguments) -> anyhow::Result<Opened> {
    let mut world = None;
    let mut control = arguments.sandbox.clone();
    if arguments.practice && control.is_none() {
        let options = usher_sandbox::Options::default();
        let running = usher_sandbox::start(options).await.context("starting the practice world")?;
        control = Some(running.endpoints.control.parse().context("the practice world's address")?);
        world = Some(running);
    }
    let options = Options {
        data: arguments.data_dir.clone(),
        ends_with_world: world.is_some(),
        sandbox: control,
        open_browser: Arc::new(open_browser),
        desktop: true,
        ..Options::default()
    };
    let app =
        App::open(options).await.map_err(|error| anyhow::anyhow!(usher_commands::words(&error.message)))?;
    app.start_scheduler();
    Ok(Opened { app, _world: world })
}

/// Opens the system browser. The caller has checked the address.
fn open_browser(url: &Url) -> bool {
    webbrowser::open(url.as_str()).is_ok()
}

fn window(shell: &tauri::App) -> tauri::Result<()> {
    WebviewWindowBuilder::new(shell.handle(), "main", WebviewUrl::App("index.html".into()))
        .title("Usher")
        .inner_size(1280.0, 800.0)
        .min_inner_size(1024.0, 700.0)
        // Ctrl and plus, minus and 0, as in a browser.
        .zoom_hotkeys_enabled(true)
        .on_navigation(navigation::stays_inside)
        // One window is all there is: some web views would open another for `window.open`, past the rule above.
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}
