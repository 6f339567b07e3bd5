//! Attribute names and paths, resolved against the schemas (RFC 7644 sections 3.10 and 3.5.2).

use super::super::model::ENTERPRISE;
use super::filter::{self, Filter};
use super::schema::{Attribute, Table};

/// An attribute, or a part of one: where it is and what it is.
#[derive(Debug, Clone)]
pub struct Place {
    /// The key of the extension object; none for the core.
    pub extension: Option<&'static str>,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The part of it.
    pub part: Option<&'static Attribute>,
}

impl Place {
    /// What is at the end of the path.
    pub fn target(&self) -> &'static Attribute {
        self.part.unwrap_or(self.attribute)
    }
}

/// Resolves `userName`, `name.familyName`, `urn:…:User:department` and the like.
pub fn place(text: &str, table: Table<'_>) -> Option<Place> {
    let (extension, rest) = split_urn(text, table)?;
    let (name, part) = match rest.split_once('.') {
        Some((name, part)) => (name, Some(part)),
        None => (rest, None),
    };
    let attribute = match extension {
        Some(_) => table.extension_attribute(name)?,
        None => table.core_attribute(name)?,
    };
    let part = match part {
        Some(part) => Some(attribute.sub(part)?),
        None => None,
    };
    Some(Place { extension, attribute, part })
}

/// Takes the schema URN off; the URN of the core schema is allowed and means nothing.
fn split_urn<'t>(text: &'t str, table: Table<'_>) -> Option<(Option<&'static str>, &'t str)> {
    if !text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")) {
        return Some((None, text));
    }
    for urn in [ENTERPRISE, table.core] {
        if let Some(start) = text.get(..urn.len())
            && start.eq_ignore_ascii_case(urn)
            && let Some(rest) = text[urn.len()..].strip_prefix(':')
        {
            let extension = if urn == table.core { None } else { Some(table.extension(urn)?) };
            return Some((extension, rest));
        }
    }
    None
}

/// The target of a PATCH operation.
#[derive(Debug, Clone)]
pub enum Target {
    /// A whole extension.
    Extension(&'static str),
    /// An attribute or a part of one; with a filter, the values of a multi-valued attribute that pass.
    Attribute {
        /// Where.
        place: Place,
        /// Which values.
        filter: Option<Filter>,
    },
}

/// Reads `attribute`, `attribute.part`, `attribute[filter]`, `attribute[filter].part` or a URN.
pub fn target(text: &str, table: Table<'_>) -> Result<Target, String> {
    let text = text.trim();
    if let Some(extension) = table.extension(text) {
        return Ok(Target::Extension(extension));
    }
    let unknown = || format!("The path {text} names no attribute.");
    let Some(open) = text.find('[') else {
        return place(text, table).map(|place| Target::Attribute { place, filter: None }).ok_or_else(unknown);
    };
    let close = text.rfind(']').filter(|close| *close > open).ok_or_else(unknown)?;
    let mut place = place(&text[..open], table).ok_or_else(unknown)?;
    if !place.attribute.multi_valued || place.part.is_some() {
        return Err(format!("{} does not hold several values.", &text[..open]));
    }
    let filter = filter::parse_values(&text[open + 1..close], place.attribute)?;
    match &text[close + 1..] {
        "" => {}
        rest => {
            let part = rest.strip_prefix('.').and_then(|part| place.attribute.sub(part));
            place.part = Some(part.ok_or_else(unknown)?);
        }
    }
    Ok(Target::Attribute { place, filter: Some(filter) })
}
