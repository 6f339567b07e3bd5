//! The person at the practice world's sign-in pages, played over HTTP: reads each form, fills it in, presses a button.

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, redirect};
use url::Url;

/// Which button is pressed on the consent page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// The one that agrees.
    Agree,
    /// The one that refuses.
    Refuse,
}

/// Where a visit ended.
pub enum Visit {
    /// Back at the program that began the sign-in: the callback's address and the last page.
    Back {
        /// The callback with its parameters.
        callback: Url,
        /// The last page's text.
        page: String,
    },
    /// At a page without a form: the sign-in cannot go on.
    Stuck {
        /// The page's status.
        status: u16,
        /// The page's text.
        page: String,
    },
}

impl Visit {
    /// The last page of a visit that came back.
    pub fn back(self) -> Result<String> {
        match self {
            Self::Back { page, .. } => Ok(page),
            Self::Stuck { status, page } => {
                bail!("the sign-in stopped at a page with status {status}: {page}")
            }
        }
    }
}

/// Somebody with a user name and a password.
pub struct Person {
    /// User name.
    pub user_name: String,
    /// Password.
    pub password: String,
    /// What they think of the consent page.
    pub consent: Consent,
}

/// Redirects and pages until the callback; a sign-in has about six.
const PAGES: usize = 20;

impl Person {
    /// Opens the address and goes on until the browser is back, or cannot go on.
    pub async fn visit(&self, address: &str) -> Result<Visit> {
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build()?;
        let mut at: Url = address.parse()?;
        let mut response = client.get(at.clone()).send().await?;
        for _ in 0..PAGES {
            let status = response.status();
            if status.is_redirection() {
                let location = response.headers().get("location").context("a redirect says where to")?;
                at = at.join(location.to_str()?)?;
                response = client.get(at.clone()).send().await?;
                if is_callback(&at) {
                    return Ok(Visit::Back { page: response.text().await?, callback: at });
                }
                continue;
            }
            let page = response.text().await?;
            let Some((action, fields)) = self.fill_in(&page) else {
                return Ok(Visit::Stuck { status: status.as_u16(), page });
            };
            at = at.join(&action)?;
            response = client.post(at.clone()).form(&fields).send().await?;
        }
        bail!("the sign-in pages do not come to an end")
    }

    /// The form's address and its fields. The pages are the practice world's own and simple, so string searches do.
    fn fill_in(&self, page: &str) -> Option<(String, Vec<(String, String)>)> {
        let form = page.split_once("<form ")?.1.split_once("</form>")?.0;
        let mut fields = Vec::new();
        let mut buttons = Vec::new();
        for tag in form.split('<').skip(1) {
            let Some(name) = attribute(tag, "name") else { continue };
            let value = attribute(tag, "value").unwrap_or_default();
            match (tag.split([' ', '>']).next()?, name.as_str()) {
                ("button", _) => buttons.push((name, value)),
                ("input", "password") => fields.push((name, self.password.clone())),
                ("input", "user_name" | "username") if value.is_empty() => {
                    fields.push((name, self.user_name.clone()));
                }
                ("input", _) => fields.push((name, value)),
                _ => {}
            }
        }
        let agrees = |value: &str| !matches!(value, "cancel" | "deny");
        let wanted = self.consent == Consent::Agree;
        // Only the consent page offers a choice; elsewhere there is one way on.
        let pressed = if buttons.len() > 1 {
            buttons.into_iter().find(|(_, value)| agrees(value) == wanted)
        } else {
            buttons.pop()
        };
        fields.extend(pressed);
        Some((attribute(form, "action")?, fields))
    }
}

fn is_callback(url: &Url) -> bool {
    url.host_str() == Some("localhost") && url.query_pairs().any(|(name, _)| name == "state")
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let rest = tag.split_once(&format!("{name}=\""))?.1;
    Some(rest.split('"').next()?.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"))
}
