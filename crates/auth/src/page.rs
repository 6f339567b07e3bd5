//! The pages that the loopback listener shows: self-contained, no script, nothing from elsewhere.

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

const STYLE: &str = "body{font:16px/1.5 'Segoe UI',system-ui,sans-serif;margin:0;display:grid;min-height:100vh;\
place-items:center;background:#fafafa;color:#242424}main{max-width:32rem;padding:2rem}h1{font-size:1.5rem;\
font-weight:600;margin:0 0 .5rem}p{margin:.5rem 0}@media(prefers-color-scheme:dark){body{background:#1f1f1f;color:#fff}}";

/// The texts of the pages, so that a host can show them in the person's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTexts {
    /// The language tag of the texts (BCP 47).
    pub lang: String,
    /// Heading after a successful sign-in.
    pub done: String,
    /// What to do then.
    pub close: String,
    /// Heading after a failed one; the reason follows.
    pub failed: String,
    /// What to do then.
    pub return_to_usher: String,
    /// Heading for a request that does not belong to this sign-in.
    pub stray: String,
    /// Its explanation.
    pub stray_why: String,
}

impl Default for PageTexts {
    fn default() -> Self {
        Self {
            lang: "en".to_owned(),
            done: "You are signed in".to_owned(),
            close: "You can close this tab and go back to Usher.".to_owned(),
            failed: "The sign-in did not work".to_owned(),
            return_to_usher: "Close this tab and go back to Usher to try again.".to_owned(),
            stray: "This page does not belong to the sign-in that Usher is waiting for".to_owned(),
            stray_why: "Nothing was accepted. Usher still waits for the sign-in that it started.".to_owned(),
        }
    }
}

impl PageTexts {
    pub(crate) fn done(&self) -> Response {
        self.page(StatusCode::OK, &self.done, &[&self.close])
    }

    pub(crate) fn failed(&self, reason: &str) -> Response {
        self.page(StatusCode::OK, &self.failed, &[reason, &self.return_to_usher])
    }

    pub(crate) fn stray(&self, status: StatusCode) -> Response {
        self.page(status, &self.stray, &[&self.stray_why])
    }

    fn page(&self, status: StatusCode, heading: &str, paragraphs: &[&str]) -> Response {
        let body: String = paragraphs.iter().map(|text| format!("<p>{}</p>", escape(text))).collect();
        let html = format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>Usher</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
             <body><main><h1>{}</h1>{body}</main></body></html>",
            escape(&self.lang),
            escape(heading),
        );
        // The style is allowed by its hash, so that an injected one would not apply.
        let csp = format!(
            "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            STANDARD.encode(Sha256::digest(STYLE))
        );
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        let fixed = |text| HeaderValue::from_static(text);
        headers.insert(header::CONTENT_TYPE, fixed("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, fixed("no-store"));
        // The address of this page holds the code: it must not travel on as a Referer.
        headers.insert(header::REFERRER_POLICY, fixed("no-referrer"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
        headers.insert(header::CONNECTION, fixed("close"));
        if let Ok(csp) = HeaderValue::from_str(&csp) {
            headers.insert(header::CONTENT_SECURITY_POLICY, csp);
        }
        response
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_is_shown_as_text() {
        assert_eq!(escape("<b a='1' b=\"2\">&"), "&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;");
    }
}
