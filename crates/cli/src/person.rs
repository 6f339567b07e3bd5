//! The practice person: plays the practice world's sign-in pages for the unattended demo, as a browser would.

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, Response, header, redirect};
use url::Url;

/// How a person signs in.
#[derive(Clone)]
pub struct Person {
    /// User name.
    pub user_name: String,
    /// Practice password.
    pub password: String,
}

/// Pages until the callback; a sign-in has four.
const PAGES: usize = 12;

impl Person {
    /// Opens the address, fills in what each page asks for, and ends when the browser would be back at Usher.
    pub async fn visit(&self, address: &Url) -> Result<()> {
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build()?;
        let mut at = address.clone();
        let mut response = client.get(at.clone()).send().await?;
        for _ in 0..PAGES {
            if response.status().is_redirection() {
                at = at.join(location(&response)?)?;
                // Back at Usher, or at the portal, which asked GoTo on Microsoft's behalf.
                let usher = at.host_str() == Some("localhost");
                let back =
                    usher && (at.path() == "/goto/callback" || (at.path() == "/" && at.query().is_some()));
                response = client.get(at.clone()).send().await?;
                if back || at.path() == "/callback" {
                    return Ok(());
                }
                continue;
            }
            let page = response.text().await?;
            let Some(form) = Form::find(&page) else { return Ok(()) };
            at = at.join(&form.action)?;
            response = client.post(at.clone()).form(&self.answers(&form)).send().await?;
        }
        bail!("the sign-in pages do not come to an end")
    }

    fn answers(&self, form: &Form) -> Vec<(String, String)> {
        let mut all = form.hidden.clone();
        for field in &form.asked {
            match field.as_str() {
                "password" => all.push((field.clone(), self.password.clone())),
                "user_name" | "username" => all.push((field.clone(), self.user_name.clone())),
                _ => {}
            }
        }
        all.extend(form.accept.clone());
        all
    }
}

fn location(response: &Response) -> Result<&str> {
    let value = response.headers().get(header::LOCATION).context("a redirect without an address")?;
    let text = value.to_str()?;
    ensure!(!text.is_empty(), "a redirect without an address");
    Ok(text)
}

/// A form of the practice pages. They are ours and simple, so a few string searches read them.
struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    asked: Vec<String>,
    accept: Option<(String, String)>,
}

impl Form {
    fn find(page: &str) -> Option<Self> {
        let form = page.split_once("<form ")?.1.split_once("</form>")?.0;
        let mut found =
            Self { action: attribute(form, "action")?, hidden: Vec::new(), asked: Vec::new(), accept: None };
        for tag in form.split('<').skip(1) {
            let (Some(name), tag_name) =
                (attribute(tag, "name"), tag.split([' ', '>']).next().unwrap_or_default())
            else {
                continue;
            };
            let value = attribute(tag, "value").unwrap_or_default();
            match (tag_name, attribute(tag, "type").as_deref()) {
                ("input", Some("hidden")) => found.hidden.push((name, value)),
                ("input", _) => found.asked.push(name),
                // The first button says yes, the second no.
                ("button", _) if found.accept.is_none() => found.accept = Some((name, value)),
                _ => {}
            }
        }
        Some(found)
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let rest = tag.split_once(&format!("{name}=\""))?.1;
    Some(rest.split('"').next()?.replace("&quot;", "\"").replace("&amp;", "&"))
}
