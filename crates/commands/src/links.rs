//! Every page that Usher can open in the browser, in one table: the window names a key, never an address.
//!
//! Microsoft's and GoTo's pages are opened over https on their own hosts only. In practice mode the pages of the
//! practice world take the place of the consoles; documentation stays documentation.

use url::Url;

/// One page.
pub struct Link {
    /// The key that window and terminal use.
    pub key: &'static str,
    /// Its address. `{tenant}`, `{application}` and `{app}` are filled in.
    pub address: &'static str,
    /// Which page of the practice world stands in for it: `portal`, `organization-center` or none.
    pub practice: Option<&'static str>,
}

const fn page(key: &'static str, address: &'static str) -> Link {
    Link { key, address, practice: None }
}

const fn console(key: &'static str, address: &'static str, practice: &'static str) -> Link {
    Link { key, address, practice: Some(practice) }
}

/// Microsoft's tutorial for the GoTo connector.
const GUIDE: &str = "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial";

/// The table.
pub const LINKS: &[Link] = &[
    page("guide", GUIDE),
    page(
        "guide-sign-in",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#prerequisites",
    ),
    page(
        "guide-plan",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-1-plan-your-provisioning-deployment",
    ),
    page(
        "guide-prepare-goto",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-2-configure-goto-to-support-provisioning-with-microsoft-entra-id",
    ),
    page(
        "guide-application",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-3-add-goto-from-the-microsoft-entra-application-gallery",
    ),
    page(
        "guide-people",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-4-define-who-is-in-scope-for-provisioning",
    ),
    page(
        "guide-connect",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-5-configure-automatic-user-provisioning-to-goto",
    ),
    page(
        "guide-user-attributes",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-5-configure-automatic-user-provisioning-to-goto",
    ),
    page(
        "guide-group-attributes",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-5-configure-automatic-user-provisioning-to-goto",
    ),
    page(
        "guide-scoping-filters",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-5-configure-automatic-user-provisioning-to-goto",
    ),
    page(
        "guide-preview",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-5-configure-automatic-user-provisioning-to-goto",
    ),
    page(
        "guide-turn-on",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/goto-provisioning-tutorial#step-6-monitor-your-deployment",
    ),
    page(
        "guide-gotomeeting",
        "https://learn.microsoft.com/en-us/entra/identity/saas-apps/citrixgotomeeting-provisioning-tutorial",
    ),
    page(
        "guide-how",
        "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/how-provisioning-works",
    ),
    page(
        "guide-app-registration",
        "https://learn.microsoft.com/en-us/entra/identity-platform/quickstart-register-app",
    ),
    page(
        "guide-roles",
        "https://learn.microsoft.com/en-us/entra/identity-platform/howto-add-app-roles-in-apps",
    ),
    page(
        "guide-quarantine",
        "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-quarantine-status",
    ),
    page(
        "guide-deletions",
        "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/accidental-deletions",
    ),
    page(
        "guide-mappings",
        "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/customize-application-attributes",
    ),
    page("guide-goto-oauth", "https://developer.goto.com/guides/Authentication/02_HOW_createClient/"),
    page("guide-user-sync", "https://support.goto.com/meeting/help/set-up-and-run-user-sync"),
    console("entra", "https://entra.microsoft.com/", "portal"),
    console(
        "entra-app-registrations",
        "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
        "portal",
    ),
    console(
        "entra-roles",
        "https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles",
        "portal",
    ),
    console(
        "entra-application",
        "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/{application}",
        "portal",
    ),
    console(
        "entra-people",
        "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Users/objectId/{application}",
        "portal",
    ),
    console(
        "entra-connect",
        "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Provisioning/objectId/{application}",
        "portal",
    ),
    console(
        "entra-user-attributes",
        "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Provisioning/objectId/{application}",
        "portal",
    ),
    console(
        "entra-group-attributes",
        "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Provisioning/objectId/{application}",
        "portal",
    ),
    console(
        "entra-scoping-filters",
        "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Provisioning/objectId/{application}",
        "portal",
    ),
    console(
        "entra-turn-on",
        "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Provisioning/objectId/{application}",
        "portal",
    ),
    console("organization-center", "https://organization.logmeininc.com/", "organization-center"),
    console("goto-oauth-clients", "https://developer.logmeininc.com/clients", "organization-center"),
    console("goto-admin", "https://admin.goto.com/", "organization-center"),
];

/// Finds a page.
#[must_use]
pub fn find(key: &str) -> Option<&'static Link> {
    LINKS.iter().find(|link| link.key == key)
}

/// The address with its parts filled in.
///
/// Parts are ids that Entra made; anything else in them is percent-encoded, so that they cannot change the address.
#[must_use]
pub fn address(link: &Link, tenant: &str, application: &str) -> Option<Url> {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let text =
        link.address.replace("{tenant}", &encode(tenant)).replace("{application}", &encode(application));
    Url::parse(&text).ok().filter(|url| url.scheme() == "https")
}

/// Whether a page is Microsoft's or GoTo's, over https.
///
/// A connection file from elsewhere names the sign-in service and the portal, and people type their password where Usher
/// sends them: only hosts that are known here are opened.
#[must_use]
pub fn is_ours(url: &Url) -> bool {
    let Some(host) = url.host_str().filter(|_| url.scheme() == "https" && url.port().is_none()) else {
        return false;
    };
    let linked = |link: &Link| Url::parse(link.address).ok().as_ref().and_then(Url::host_str) == Some(host);
    crate::draft::is_cloud_page(host)
        || usher_auth::GOTO_ISSUER_HOSTS.contains(&host)
        || LINKS.iter().any(linked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The hosts of Microsoft's and GoTo's own pages; nothing else is ever opened outside practice mode.
    const HOSTS: &[&str] = &[
        "learn.microsoft.com",
        "entra.microsoft.com",
        "organization.logmeininc.com",
        "developer.logmeininc.com",
        "developer.goto.com",
        "support.goto.com",
        "admin.goto.com",
    ];

    #[test]
    fn every_page_is_https_on_a_known_host_and_has_its_own_key() {
        let keys: BTreeSet<_> = LINKS.iter().map(|link| link.key).collect();
        assert_eq!(keys.len(), LINKS.len());
        for link in LINKS {
            let url = address(link, "tenant", "application").expect("a valid address");
            assert!(HOSTS.contains(&url.host_str().unwrap_or_default()), "{url}");
        }
    }

    #[test]
    fn only_microsofts_and_gotos_own_pages_are_opened() {
        let check = |text: &str, expected: bool| {
            assert_eq!(is_ours(&Url::parse(text).expect("an address")), expected, "{text}");
        };
        for page in [
            "https://login.microsoftonline.com/t/oauth2/v2.0/authorize?a=b",
            "https://login.partner.microsoftonline.cn/",
            "https://entra.microsoft.us/#view/x",
            "https://identity.goto.com/oauth/authorize",
            "https://learn.microsoft.com/en-us/entra/",
        ] {
            check(page, true);
        }
        for page in [
            "http://login.microsoftonline.com/",
            "https://login.microsoftonline.com:8443/",
            "https://login.microsoftonline.com.example.org/",
            "https://login.microsoftonline.com@example.org/",
            "https://example.org/login.microsoftonline.com",
            "http://localhost:8080/",
            "file:///etc/passwd",
            "javascript:alert(1)",
        ] {
            check(page, false);
        }
    }

    #[test]
    fn a_part_cannot_change_the_address() {
        let link = find("entra-application").expect("in the table");
        let url = address(link, "", "x/../../evil?y=1#z").expect("still an address");
        assert_eq!(url.host_str(), Some("entra.microsoft.com"));
        assert!(url.as_str().ends_with("objectId/x%2F..%2F..%2Fevil%3Fy%3D1%23z"), "{url}");
    }
}
