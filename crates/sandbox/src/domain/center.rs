//! The Organization Center: a page for a person, with the domains, their codes, a Verify button and the users.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, Method, StatusCode, header};

use super::state::{NotSeen, Seen, Status};
use crate::goto::wire::{self, Call, escape_html, page, value_of};
use crate::world::{Service, World, lock};

const COOKIE: &str = "practice_center";

/// The Organization Center page.
pub fn organization_center_router(world: Arc<World>) -> Router {
    Router::new().fallback(move |request: Request| {
        let world = world.clone();
        async move {
            match Call::read(request).await {
                Ok(call) => answer(&world, &call),
                Err(status) => wire::empty(status),
            }
        }
    })
}

fn answer(world: &World, call: &Call) -> Response {
    if call.method == Method::POST && !same_origin(world, call) {
        return sign_in_page(world, Some("The form came from another page. Try again here."));
    }
    let user = session(world, call);
    match (&call.method, call.path.as_str(), user) {
        (&Method::POST, "/sign-in", _) => sign_in(world, call),
        (&Method::GET | &Method::POST, _, None) => sign_in_page(world, None),
        (&Method::GET, "/", Some(user)) => overview(world, &user, None),
        (&Method::POST, "/domains", Some(user)) => add(world, call, &user),
        (&Method::POST, "/verify", Some(user)) => verify(world, call, &user),
        (&Method::POST, "/remove", Some(user)) => remove(world, call, &user),
        (&Method::POST, "/sign-out", Some(_)) => sign_out(world, call),
        _ => page(StatusCode::NOT_FOUND, "Page not found", "<p><a href=\"/\">Back to the overview</a></p>"),
    }
}

/// Browsers send Origin with a POST; a form of another site is refused.
fn same_origin(world: &World, call: &Call) -> bool {
    call.header(header::ORIGIN.as_str())
        .is_none_or(|origin| origin == "null" || origin == world.endpoints().organization_center)
}

fn cookie(call: &Call) -> Option<&str> {
    let cookies = call.header(header::COOKIE.as_str())?;
    cookies
        .split(';')
        .filter_map(|one| one.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}

fn session(world: &World, call: &Call) -> Option<String> {
    lock(&world.domain).sessions.get(cookie(call)?).cloned()
}

fn sign_in_page(world: &World, problem: Option<&str>) -> Response {
    let (name, password) = administrator(world);
    page(
        StatusCode::OK,
        "Organization Center (practice)",
        &format!(
            "{}<form method=\"post\" action=\"/sign-in\"><label for=\"username\">Email address</label>\
             <input type=\"text\" id=\"username\" name=\"username\" value=\"{}\" autocomplete=\"off\" required>{}\
             <label for=\"password\">Password</label>\
             <input type=\"password\" id=\"password\" name=\"password\" value=\"{}\" autocomplete=\"off\" \
             required>{}<button type=\"submit\" id=\"submit\">Sign in</button></form>",
            notice(problem, "error", "alert"),
            escape_html(&name),
            wire::filled_in("The practice administrator", &name),
            escape_html(&password),
            wire::filled_in("The password of this practice account", &password),
        ),
    )
}

/// Nobody can know the invented administrator: name and password are there already.
fn administrator(world: &World) -> (String, String) {
    let goto = lock(&world.goto);
    let name = goto.admin_user_name().unwrap_or_default();
    let password = goto.passwords.get(&name.to_lowercase());
    (name.to_owned(), password.cloned().unwrap_or_default())
}

fn notice(text: Option<&str>, class: &str, role: &str) -> String {
    text.map_or_else(String::new, |text| {
        format!("<p class=\"{class}\" role=\"{role}\">{}</p>", escape_html(text))
    })
}

fn sign_in(world: &World, call: &Call) -> Response {
    let form = call.form().unwrap_or_default();
    let name = value_of(&form, "username").unwrap_or_default().trim().to_owned();
    let right = {
        let goto = lock(&world.goto);
        let known = goto.passwords.get(&name.to_lowercase());
        known.is_some_and(|password| Some(password.as_str()) == value_of(&form, "password"))
            && goto.user_by_name(&name).is_some_and(|user| user.active())
    };
    if !right {
        return sign_in_page(
            world,
            Some("The email address or the password is not right. Only practice accounts can sign in here."),
        );
    }
    let id = world.issue(Service::OrganizationCenter, "session", world.random.token("center_"));
    lock(&world.domain).sessions.insert(id.clone(), name);
    let mut response = home();
    if let Ok(value) = HeaderValue::from_str(&format!("{COOKIE}={id}; HttpOnly; SameSite=Strict; Path=/")) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

fn sign_out(world: &World, call: &Call) -> Response {
    if let Some(id) = cookie(call) {
        lock(&world.domain).sessions.remove(id);
    }
    home()
}

fn home() -> Response {
    let mut response = wire::empty(StatusCode::SEE_OTHER);
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
    response
}

fn named(call: &Call) -> Option<String> {
    let form = call.form()?;
    let name = value_of(&form, "domain")?.trim().trim_end_matches('.').to_lowercase();
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    (name.len() <= 253 && name.contains('.') && name.split('.').all(label)).then_some(name)
}

/// "Accept no real domain": only names that can never exist (RFC 2606, RFC 6761).
fn is_practice(name: &str) -> bool {
    [".example", ".test", ".invalid"].iter().any(|end| name.ends_with(end))
}

fn add(world: &World, call: &Call, user: &str) -> Response {
    match named(call).filter(|name| is_practice(name)) {
        None => overview(
            world,
            user,
            Some("Practice domains end in .example, .test or .invalid; real ones are not accepted."),
        ),
        Some(name) => {
            lock(&world.domain).add(&name, world);
            home()
        }
    }
}

fn verify(world: &World, call: &Call, user: &str) -> Response {
    let name = named(call).unwrap_or_default();
    // Both are held, the organisation first: its list of domains follows the centre.
    let result = {
        let mut goto = lock(&world.goto);
        let mut domain = lock(&world.domain);
        let result = domain.verify(&name, world.clock.now());
        goto.verified_domains = domain.verified();
        result
    };
    let text = match result {
        Ok(Seen::Already) => format!("{name} was verified before."),
        Ok(Seen::Dns) => format!("{name} is verified by its TXT record."),
        Ok(Seen::Web) => format!("{name} is verified by its web file."),
        Err(NotSeen::UnknownDomain) => "This domain was not added here.".to_owned(),
        Err(NotSeen::Expired) => format!("The code for {name} has expired. Use the new one below."),
        Err(NotSeen::NoCode) => {
            format!(
                "Neither a TXT record at {name} nor its web file holds the code. Check both and try again."
            )
        }
    };
    overview(world, user, Some(&text))
}

fn remove(world: &World, call: &Call, user: &str) -> Response {
    let name = named(call).unwrap_or_default();
    let mut state = lock(&world.domain);
    let verified = state.domains.get(&name).is_some_and(|domain| domain.status == Status::Verified);
    if verified {
        drop(state);
        return overview(world, user, Some("A verified domain cannot be deleted."));
    }
    state.domains.remove(&name);
    drop(state);
    home()
}

fn overview(world: &World, user: &str, text: Option<&str>) -> Response {
    let mut body = notice(text, "practice", "status");
    let _ = write!(
        body,
        "<p>Signed in as <strong>{}</strong></p><form method=\"post\" action=\"/sign-out\"><button>Sign out</button></form>\
         <h2>Domains</h2><table><thead><tr><th>Domain</th><th>Status</th><th>Text to publish</th><th></th></tr></thead><tbody>",
        escape_html(user)
    );
    {
        let mut state = lock(&world.domain);
        state.renew(world);
        for (name, domain) in &state.domains {
            let name = escape_html(name);
            let status = match domain.status {
                Status::Pending => "Pending",
                Status::Verified => "Verified",
                Status::Expired => "Expired",
            };
            let button = |action: &str, label: &str| {
                format!(
                    "<form method=\"post\" action=\"/{action}\"><input type=\"hidden\" name=\"domain\" value=\"{name}\">\
                     <button aria-label=\"{label} {name}\">{label}</button></form>"
                )
            };
            let buttons = match domain.status {
                Status::Verified => String::new(),
                _ => button("verify", "Verify") + &button("remove", "Delete"),
            };
            let _ = write!(
                body,
                "<tr data-domain=\"{name}\"><td>{name}</td><td class=\"status\">{status}</td>\
                 <td><code>{}</code></td><td>{buttons}</td></tr>",
                escape_html(&domain.value)
            );
        }
    }
    body.push_str(
        "</tbody></table><p>Publish the text as a TXT record at the domain, or as the file \
         <code>http://DOMAIN/goto-verification-code.txt</code>. A code is good for ten days.</p>\
         <form method=\"post\" action=\"/domains\"><label for=\"domain\">Add a domain</label>\
         <input type=\"text\" id=\"domain\" name=\"domain\" autocomplete=\"off\" required>\
         <button id=\"add\">Add</button></form>\
         <h2>Users</h2><table><thead><tr><th>Name</th><th>Email address</th><th>Role</th><th>Status</th></tr></thead><tbody>",
    );
    let goto = lock(&world.goto);
    for user in goto.users.values() {
        let _ = write!(
            body,
            "<tr><td>{} {}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape_html(user.name_part("givenName")),
            escape_html(user.name_part("familyName")),
            escape_html(user.user_name()),
            escape_html(user.role.label()),
            if user.active() { "Active" } else { "Suspended" }
        );
    }
    body.push_str("</tbody></table>");
    page(StatusCode::OK, "Organization Center (practice)", &body)
}
