//! The nine mappings as a programmer would write them in Rust for these fields.

use std::borrow::Cow;

use regex::Regex;

use crate::people::Person;

/// One mapping.
pub type Closure = Box<dyn for<'p> Fn(&'p Person) -> Option<Cow<'p, str>>>;

/// In the order of `mappings::ALL`.
pub fn closures() -> Vec<Closure> {
    let digits = Regex::new("[^0-9+]").expect("a constant pattern");
    vec![
        Box::new(|person| Some(person.user_principal_name.as_str().into())),
        Box::new(|person| person.given_name.as_deref().map(Cow::Borrowed)),
        Box::new(|person| person.surname.as_deref().map(Cow::Borrowed)),
        Box::new(|person| Some(if person.is_soft_deleted { "False" } else { "True" }.into())),
        Box::new(|person| {
            let first = person.preferred_name.as_deref().or(person.given_name.as_deref());
            Some(match (first, person.surname.as_deref()) {
                (Some(first), Some(last)) => format!("{first} {last}").into(),
                (one, other) => one.or(other).unwrap_or_default().into(),
            })
        }),
        Box::new(|person| Some(person.department.as_deref().unwrap_or("Unassigned").into())),
        Box::new(|person| Some(person.display_name.replace(' ', ".").to_lowercase().into())),
        Box::new(move |person| Some(digits.replace_all(person.telephone_number.as_deref()?, ""))),
        Box::new(|person| {
            let mail = person.mail.as_deref()?;
            let host = &mail[mail.find('@')?..];
            let end = host.char_indices().nth(64).map_or(host.len(), |(end, _)| end);
            Some(host[..end].into())
        }),
    ]
}
