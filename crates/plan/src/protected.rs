//! Accounts whose access no plan takes away: those that Usher itself signs in as, and those that the connection names,
//! such as accounts for emergencies (Microsoft Learn, "Manage emergency access accounts in Microsoft Entra ID").

use crate::fold;
use crate::request::Request;
use crate::snapshot::{Attribute, TargetObject};

/// The source attribute that patterns are compared with.
const USER_PRINCIPAL_NAME: &str = "userPrincipalName";
/// The target attribute that patterns are compared with.
const USER_NAME: &str = "userName";

impl Request<'_> {
    /// Whether this person's access stays, whatever the source says. Either name suffices: somebody whom Entra no longer
    /// lists, or lists under another name, is known by the account alone.
    pub(crate) fn protects(&self, source: &str, account: Option<TargetObject<'_>>) -> bool {
        if self.acting.is_empty() && self.guards.protected.is_empty() {
            return false;
        }
        let user = self.source.user(source);
        let name = user.map_or(Attribute::Absent, |user| user.attribute(USER_PRINCIPAL_NAME));
        let user_name = account.map_or(Attribute::Absent, |account| account.attribute(USER_NAME));
        let mut names = [name, user_name].into_iter().filter_map(|name| match name {
            Attribute::Text(text) => Some(text),
            _ => None,
        });
        self.acting.iter().any(|own| own == source)
            || names.any(|name| {
                self.acting.iter().any(|own| fold::same(own, name))
                    || self.guards.protected.iter().any(|pattern| fits(pattern, name))
            })
    }
}

/// Whether a name fits a pattern, in which `*` stands for any characters or none. Capitals do not count.
///
/// Hand-written: the pattern languages of crates give meaning to more characters, which a name may well contain.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts = rest.split('*');
    let last = parts.next_back().unwrap_or_default();
    for part in parts {
        // The earliest place leaves the most for the parts that follow.
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_characters_and_capitals_do_not_count() {
        for (pattern, name, expected) in [
            ("ana@contoso.com", "Ana@Contoso.com", true),
            ("ana@contoso.com", "ana@contoso.com.au", false),
            ("break-glass*@contoso.com", "break-glass@contoso.com", true),
            ("break-glass*@contoso.com", "Break-Glass-02@contoso.com", true),
            ("break-glass*@contoso.com", "break-glass-02@fabrikam.com", false),
            ("break-glass*@contoso.com", "not-break-glass@contoso.com", false),
            ("*@contoso.com", "@contoso.com", true),
            ("*", "", true),
            ("a*b*b", "ab", false),
            ("a*b*b", "abb", true),
            ("a*b*b", "a-b-b-b", true),
            ("aba*ba", "aba", false),
            ("**x**", "x", true),
            ("*.[admin]?@contoso.com", "ana.[ADMIN]?@contoso.com", true),
            ("*.[admin]?@contoso.com", "ana.d@contoso.com", false),
            ("", "", true),
            ("", "ana", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
