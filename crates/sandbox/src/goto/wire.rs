//! A request as GoTo's services read it: decoded path segments, query pairs and body, and small builders for answers.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

/// Bodies above this are refused: no provisioning request comes near it (100 members are about 8 KiB).
const BODY_LIMIT: usize = 1024 * 1024;

/// One received request, read to its end.
#[derive(Debug, Clone)]
pub struct Call {
    /// The HTTP method.
    pub method: Method,
    /// The path as sent, without the query.
    pub path: String,
    /// The query as sent, empty where there is none.
    pub raw_query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What `+` means in a query. GoTo's Admin API does not read it as a space; form encoding does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plus {
    /// `+` is a plus sign.
    Literal,
    /// `+` is a space.
    Space,
}

impl Call {
    /// Reads a request; a body over the limit becomes the 413 answer.
    pub async fn read(request: Request) -> Result<Self, StatusCode> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, BODY_LIMIT).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        Ok(Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            raw_query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body,
        })
    }

    /// The path below `prefix`, as decoded segments; `None` where the path is not below it.
    pub fn below(&self, prefix: &str) -> Option<Vec<String>> {
        let rest = self.path.strip_prefix(prefix)?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        rest.split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode(part, Plus::Literal))
            .collect()
    }

    /// The query as pairs; `None` where an escape is broken.
    pub fn query(&self, plus: Plus) -> Option<Vec<(String, String)>> {
        pairs(&self.raw_query, plus)
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The bearer token; `None` where there is none or another scheme was used.
    pub fn bearer(&self) -> Option<&str> {
        let value = self.header(header::AUTHORIZATION.as_str())?;
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
    }

    /// The media type of the body, lower-case and without parameters.
    pub fn media_type(&self) -> String {
        self.header(header::CONTENT_TYPE.as_str())
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// The form fields of the body, or `None` where it is not a well-formed form or names a field twice.
    pub fn form(&self) -> Option<Vec<(String, String)>> {
        if self.media_type() != "application/x-www-form-urlencoded" {
            return None;
        }
        let fields = pairs(std::str::from_utf8(&self.body).ok()?, Plus::Space)?;
        // RFC 6749 section 3.2: parameters must not be included more than once.
        let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).all(|two| two[0] != two[1]).then_some(fields)
    }
}

/// The value of the first pair of this name.
pub fn value_of<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn pairs(text: &str, plus: Plus) -> Option<Vec<(String, String)>> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((percent_decode(name, plus)?, percent_decode(value, plus)?))
        })
        .collect()
}

/// Decodes percent escapes; `None` for a broken escape or text that is not UTF-8.
pub fn percent_decode(text: &str, plus: Plus) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                out.push(u8::try_from(high * 16 + low).ok()?);
            }
            b'+' if plus == Plus::Space => out.push(b' '),
            other => out.push(other),
        }
    }
    String::from_utf8(out).ok()
}

/// Text made safe for HTML content and double-quoted attributes.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// An answer with a JSON body of this media type.
pub fn json_as(status: StatusCode, media_type: &'static str, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

/// An answer with an `application/json` body.
pub fn json(status: StatusCode, body: &Value) -> Response {
    json_as(status, "application/json", body)
}

/// An answer without a body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// An HTML page without scripts, never cached, never framed.
pub fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = escape_html(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head>\n<body><main>\n\
         <p class=\"practice\" role=\"note\">Practice world. This is not GoTo. It knows only practice accounts: \
         never type a real password here.</p>\n<h1>{title}</h1>\n{body}\n</main></body></html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        // No form-action: Chromium applies it to the redirect that follows the form, which goes to the app's listener.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f4f4f6;color:#1b1b1f}\
main{max-width:44rem;margin:2rem auto;padding:1.5rem 2rem;background:#fff;border:1px solid #d0d0d8;border-radius:8px}\
.practice{background:#fff4ce;border:1px solid #8a6100;padding:.5rem .75rem;border-radius:4px;color:#3d2b00}\
.error{background:#fde7e9;border:1px solid #a4262c;padding:.5rem .75rem;border-radius:4px;color:#6e0811}\
label{display:block;margin:.75rem 0 .25rem}input[type=text],input[type=password]{width:100%;padding:.5rem;font:inherit;box-sizing:border-box}\
button{margin:1rem .5rem 0 0;padding:.5rem 1.25rem;font:inherit;cursor:pointer}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .5rem;border-bottom:1px solid #d0d0d8}\
code{background:#f0f0f3;padding:.1rem .3rem;overflow-wrap:anywhere}";

/// Says that a field of a form is filled in already, with what.
pub fn filled_in(what: &str, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    format!("<p>{what} is filled in: <code>{}</code></p>", escape_html(value))
}

/// Notes in the journal why this was answered.
pub fn because(mut response: Response, why: &str) -> Response {
    response.extensions_mut().insert(crate::world::Reason(why.to_owned()));
    response
}
