//! A notice on the desktop, through the system's own notification service.

use std::time::Duration;

/// A service that does not answer holds nobody up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Shows a notice. Where nobody can see it (a server without a desktop), nothing happens.
pub(super) async fn show(title: String, body: String) {
    let (done, shown) = tokio::sync::oneshot::channel();
    // A thread of its own: the call blocks, and a runtime that ends must not wait for it.
    let thread = std::thread::Builder::new().name("notice".to_owned()).spawn(move || {
        let result = notify_rust::Notification::new().appname("Usher").summary(&title).body(&body).show();
        // Nobody listens any more when the patience ran out.
        let _ = done.send(result.map(drop));
    });
    if let Err(error) = thread {
        tracing::warn!(%error, "no desktop notice could be shown");
        return;
    }
    match tokio::time::timeout(PATIENCE, shown).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => tracing::info!(%error, "no desktop notice could be shown"),
        Ok(Err(_)) | Err(_) => tracing::info!("the desktop did not answer"),
    }
}
