//! The pages a person sees while signing in.

use axum::response::Response;
use http::StatusCode;

use super::super::wire::{escape_html, filled_in, page};
use super::grants::{Attempt, Client};

/// The start page: nothing to do here without an application.
pub fn home() -> Response {
    page(
        StatusCode::OK,
        "GoTo sign-in (practice)",
        "<p>Start the sign-in from the application that wants to use GoTo.</p>",
    )
}

/// Something is wrong with the request; the person stays here, because the address to return to is not trusted.
pub fn refused(what: &str, next: &str) -> Response {
    page(
        StatusCode::BAD_REQUEST,
        "The sign-in cannot start",
        &format!("<p class=\"error\" role=\"alert\">{}</p><p>{}</p>", escape_html(what), escape_html(next)),
    )
}

/// First page: the user name. Nobody can know the invented administrator: the name is there already.
pub fn user_name(attempt: &str, administrator: &str, problem: Option<&str>) -> Response {
    page(
        StatusCode::OK,
        "Sign in to GoTo (practice)",
        &format!(
            "{}<form method=\"post\" action=\"/login\">{}\
             <label for=\"username\">Email address</label>\
             <input type=\"text\" id=\"username\" name=\"username\" value=\"{name}\" autocomplete=\"off\" \
             autofocus required>{}<button type=\"submit\" id=\"next\">Next</button></form>",
            error(problem),
            hidden(attempt),
            filled_in("The practice administrator", administrator),
            name = escape_html(administrator),
        ),
    )
}

/// Second page: the password, which is there already: it is invented too.
pub fn password(attempt: &str, user_name: &str, password: &str, problem: Option<&str>) -> Response {
    page(
        StatusCode::OK,
        "Enter your password (practice)",
        &format!(
            "{}<p>Signing in as <strong>{}</strong></p><form method=\"post\" action=\"/login/password\">{}\
             <label for=\"password\">Password</label>\
             <input type=\"password\" id=\"password\" name=\"password\" value=\"{password}\" \
             autocomplete=\"off\" autofocus required>{}<button type=\"submit\" id=\"submit\">Sign in</button></form>",
            error(problem),
            escape_html(user_name),
            hidden(attempt),
            filled_in("The password of this practice account", password),
            password = escape_html(password),
        ),
    )
}

/// Third page: consent.
pub fn consent(id: &str, attempt: &Attempt, client: &Client) -> Response {
    let scopes: String = attempt
        .scopes
        .iter()
        .map(|scope| format!("<li><code>{}</code> {}</li>", escape_html(scope), meaning(scope)))
        .collect();
    page(
        StatusCode::OK,
        "Allow access? (practice)",
        &format!(
            "<p><strong>{}</strong> wants to use GoTo as <strong>{}</strong>. It asks for:</p><ul>{scopes}</ul>\
             <form method=\"post\" action=\"/oauth/approve\">{}\
             <button type=\"submit\" id=\"allow\" name=\"decision\" value=\"allow\">Allow</button>\
             <button type=\"submit\" id=\"deny\" name=\"decision\" value=\"deny\">Deny</button></form>",
            escape_html(&client.name),
            escape_html(attempt.user_name.as_deref().unwrap_or_default()),
            hidden(id)
        ),
    )
}

fn meaning(scope: &str) -> &'static str {
    match scope {
        "identity:scim.org" => "Manage the users and groups of your organisation",
        "identity:" => "Manage users across products",
        "identity:scim.me" => "Read your profile",
        _ => "",
    }
}

fn hidden(attempt: &str) -> String {
    format!("<input type=\"hidden\" name=\"attempt\" value=\"{}\">", escape_html(attempt))
}

fn error(problem: Option<&str>) -> String {
    problem.map_or_else(String::new, |text| {
        format!("<p class=\"error\" role=\"alert\">{}</p>", escape_html(text))
    })
}
