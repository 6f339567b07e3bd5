//! The pages that a person sees. Plain HTML, no script except for `form_post`, and each says that it is practice.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::entra::Account;
use crate::world::World;

/// Text made safe for HTML, attributes included.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A page. The body is HTML already.
pub fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} – Practice sign-in</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>body{{font:16px system-ui,sans-serif;margin:0;\
         background:#eef2f6;color:#1b1b1b}}main{{max-width:26rem;margin:8vh auto;background:#fff;padding:2rem;\
         border-radius:6px;box-shadow:0 2px 12px #0002}}.practice{{background:#fff4ce;padding:.5rem 1rem;margin:0;\
         text-align:center}}input{{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;margin:.3rem 0 1rem}}\
         button{{font:inherit;padding:.5rem 1.2rem;margin-right:.5rem}}.error{{color:#a80000}}h2{{font-size:1rem;\
         margin:2rem 0 .5rem}}.account{{margin:.4rem 0}}.account button{{padding:.3rem .6rem;margin-right:.6rem}}\
         .account span{{display:block;font-size:.85rem;margin:.2rem 0 .7rem}}code{{overflow-wrap:anywhere}}</style></head><body>\
         <p class=\"practice\">Practice sign-in – this is not Microsoft. Only practice accounts work here.</p>\
         <main><h1>{title}</h1>{body}</main></body></html>",
        title = escape(title),
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// A page with an error for the person.
pub fn error_page(status: StatusCode, text: &str) -> Response {
    page(status, "Sorry, that did not work", &alert(Some(text)))
}

/// The form for the user name. Nobody can know the invented people: each is one click away.
pub fn user_name(action: &str, flow: &str, typed: &str, known: &[Account], error: Option<&str>) -> Response {
    let flow = escape(flow);
    let hidden = format!("<input type=\"hidden\" name=\"flow\" value=\"{flow}\">");
    let choices: String = known
        .iter()
        .map(|account| {
            let roles = account.roles.join(", ");
            let roles = if roles.is_empty() { "No administrator role" } else { roles.as_str() };
            format!(
                "<form method=\"post\" action=\"{action}\" class=\"account\">{hidden}<button name=\"user_name\" \
                 value=\"{name}\" type=\"submit\">{name}</button><span>{roles}</span></form>",
                name = escape(&account.user_name),
                roles = escape(roles),
            )
        })
        .collect();
    let body = format!(
        "{}<form method=\"post\" action=\"{action}\">{hidden}<label>User name<input id=\"user_name\" \
         name=\"user_name\" type=\"email\" value=\"{}\" autocomplete=\"off\" required autofocus></label>\
         <button id=\"next\" type=\"submit\">Next</button></form><h2>Practice accounts</h2>{choices}",
        alert(error),
        escape(typed),
    );
    page(status(error), "Sign in", &body)
}

/// The form for the password, which is there already: it is invented too.
pub fn password(action: &str, flow: &str, account: &Account, error: Option<&str>) -> Response {
    let (flow, name, password) = (escape(flow), escape(&account.user_name), escape(&account.password));
    let body = format!(
        "{}<p>{name}</p><form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"flow\" \
         value=\"{flow}\"><input type=\"hidden\" name=\"user_name\" value=\"{name}\"><label>Password\
         <input id=\"password\" type=\"password\" name=\"password\" value=\"{password}\" autocomplete=\"off\" \
         required autofocus></label><p>The password of this practice account is filled in: \
         <code>{password}</code></p><button id=\"sign-in\" type=\"submit\">Sign in</button></form>",
        alert(error),
    );
    page(status(error), "Sign in", &body)
}

fn alert(error: Option<&str>) -> String {
    error.map_or_else(String::new, |text| format!("<p class=\"error\" role=\"alert\">{}</p>", escape(text)))
}

fn status(error: Option<&str>) -> StatusCode {
    if error.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK }
}

/// The consent form.
pub fn consent<'a>(
    action: &str,
    flow: &str,
    user_name: &str,
    scopes: impl Iterator<Item = &'a String>,
    may_accept: bool,
) -> Response {
    let list: String = scopes.map(|scope| format!("<li><code>{}</code></li>", escape(scope))).collect();
    let (title, accept) = if may_accept {
        (
            "Permissions requested",
            "<button id=\"accept\" name=\"decision\" value=\"accept\" type=\"submit\">Accept</button>",
        )
    } else {
        ("Need admin approval", "<p>Ask an administrator to grant these permissions.</p>")
    };
    let body = format!(
        "<p>{} – the app <b>Usher (practice)</b> would like to:</p><ul>{list}</ul><form method=\"post\" \
         action=\"{action}\"><input type=\"hidden\" name=\"flow\" value=\"{}\">{accept}\
         <button id=\"cancel\" name=\"decision\" value=\"cancel\" type=\"submit\">Cancel</button></form>",
        escape(user_name),
        escape(flow),
    );
    page(StatusCode::OK, title, &body)
}

/// The start page.
pub async fn home(State(world): State<Arc<World>>) -> Response {
    let tenant = crate::entra::tenant_id(&world);
    let body = format!("<p>The practice tenant is <code>{tenant}</code>, {}.</p>", crate::entra::DOMAIN);
    page(StatusCode::OK, "Practice Entra sign-in", &body)
}

/// After signing out.
pub async fn signed_out() -> Response {
    page(StatusCode::OK, "You signed out", "<p>You can close this window.</p>")
}

/// Any other address.
pub async fn not_found() -> Response {
    error_page(StatusCode::NOT_FOUND, "There is no such page.")
}
