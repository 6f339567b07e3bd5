//! Queries, by URL or by `POST .search` (RFC 7644 sections 3.4.2 and 3.4.3).

use serde_json::{Value, json};

use super::super::model::Object;
use super::error::Problem;
use super::filter::{self, found};
use super::path;
use super::resource::{Shown, Wanted, show};
use super::schema::Table;

/// The page size where `count` is absent.
const COUNT_DEFAULT: usize = 100;
/// The largest page.
pub const COUNT_MAX: usize = 200;

const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// The parameters of a query as they were sent.
#[derive(Debug, Clone, Default)]
pub struct Query {
    attributes: Option<String>,
    excluded_attributes: Option<String>,
    filter: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    start_index: Option<i64>,
    count: Option<i64>,
}

impl Query {
    /// From the URL; `listing` says whether more than the attributes may be chosen.
    pub fn from_url(pairs: &[(String, String)], listing: bool) -> Result<Self, Problem> {
        let mut query = Self::default();
        for (at, (name, value)) in pairs.iter().enumerate() {
            if pairs[..at].iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
                return Err(Problem::syntax(format!("{name} is given twice.")));
            }
            query.set(name, &Value::String(value.clone()), listing)?;
        }
        query.checked()
    }

    /// From the body of a `.search`.
    pub fn from_body(body: &Object) -> Result<Self, Problem> {
        let mut query = Self::default();
        let mut named = false;
        for (name, value) in body {
            if name == "schemas" {
                named = *value == json!([SEARCH_REQUEST]);
            } else {
                query.set(name, value, true)?;
            }
        }
        if !named {
            return Err(Problem::syntax(format!("schemas must be {SEARCH_REQUEST}.")));
        }
        query.checked()
    }

    fn set(&mut self, name: &str, value: &Value, listing: bool) -> Result<(), Problem> {
        let text = || match value {
            Value::String(text) => Ok(Some(text.clone())),
            Value::Array(items) => {
                Ok(Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")))
            }
            _ => Err(Problem::value(format!("{name} must be text."))),
        };
        let number = || {
            value
                .as_i64()
                .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
                .map(Some)
                .ok_or_else(|| Problem::value(format!("{name} must be a whole number.")))
        };
        match name.to_ascii_lowercase().as_str() {
            "attributes" => self.attributes = text()?,
            "excludedattributes" => self.excluded_attributes = text()?,
            "filter" if listing => self.filter = text()?,
            "sortby" if listing => self.sort_by = text()?,
            "sortorder" if listing => self.sort_order = text()?,
            "startindex" if listing => self.start_index = number()?,
            "count" if listing => self.count = number()?,
            _ => return Err(Problem::syntax(format!("The query option {name} is not known."))),
        }
        Ok(())
    }

    fn checked(self) -> Result<Self, Problem> {
        if self.attributes.is_some() && self.excluded_attributes.is_some() {
            return Err(Problem::value("attributes and excludedAttributes exclude each other."));
        }
        if self.sort_order.as_deref().is_some_and(|order| !["ascending", "descending"].contains(&order)) {
            return Err(Problem::value("sortOrder must be ascending or descending."));
        }
        Ok(self)
    }

    /// Which attributes of this type to return.
    pub fn shown(&self, table: Table<'_>) -> Result<Shown, Problem> {
        match (&self.attributes, &self.excluded_attributes) {
            (Some(names), _) => wanted(names, table).map(Shown::Only),
            (_, Some(names)) => wanted(names, table).map(Shown::Without),
            _ => Ok(Shown::All),
        }
    }

    /// The resources of one type that pass, in the asked order, with the keys to merge types by.
    pub fn select(&self, all: Vec<Object>, table: Table<'_>) -> Result<Vec<Value>, Problem> {
        let filter = self
            .filter
            .as_deref()
            .map(|text| filter::parse(text, table))
            .transpose()
            .map_err(Problem::filter)?;
        let mut rows: Vec<Object> = all
            .into_iter()
            .filter(|resource| filter.as_ref().is_none_or(|filter| filter.passes(resource)))
            .collect();
        if let Some(name) = &self.sort_by {
            let place =
                path::place(name, table).ok_or_else(|| Problem::path(format!("Cannot sort by {name}.")))?;
            let key = |resource: &Object| {
                let values = found(resource, &place);
                let first = values
                    .iter()
                    .find(|value| super::accept::is_primary(value))
                    .or(values.first())
                    .map(|value| value.get("value").unwrap_or(value));
                let text = first.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                let text =
                    text.map(|text| if place.target().case_exact { text } else { text.to_lowercase() });
                // Resources without the attribute come last when ascending (RFC 7644 section 3.4.2.3).
                (text.is_none(), text)
            };
            rows.sort_by_cached_key(key);
            if self.sort_order.as_deref() == Some("descending") {
                rows.reverse();
            }
        }
        let shown = self.shown(table)?;
        Ok(rows.into_iter().map(|resource| show(resource, &shown)).collect())
    }

    /// How many rows come before the page, and how many it has at most.
    fn window(&self) -> (usize, usize) {
        // Below 1 counts as 1, a negative count as 0 (RFC 7644 section 3.4.2.4).
        let start = usize::try_from(self.start_index.unwrap_or(1).max(1)).unwrap_or(usize::MAX);
        let count = self
            .count
            .map_or(COUNT_DEFAULT, |count| usize::try_from(count.max(0)).unwrap_or(COUNT_MAX))
            .min(COUNT_MAX);
        (start - 1, count)
    }

    /// The same where no other row has to be looked at to know which ones are on the page.
    pub fn plain_window(&self) -> Option<(usize, usize)> {
        (self.filter.is_none() && self.sort_by.is_none()).then(|| self.window())
    }

    /// The page of these rows as a ListResponse.
    pub fn page(&self, rows: Vec<Value>) -> Value {
        let ((before, count), total) = (self.window(), rows.len());
        self.envelope(total, rows.into_iter().skip(before).take(count).collect())
    }

    /// A page of so many rows in all as a ListResponse.
    pub fn envelope(&self, total: usize, page: Vec<Value>) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": total,
            "startIndex": self.window().0 + 1,
            "itemsPerPage": page.len(),
            "Resources": page,
        })
    }
}

fn wanted(names: &str, table: Table<'_>) -> Result<Vec<Wanted>, Problem> {
    names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| {
            table
                .extension(name)
                .map(Wanted::Extension)
                .or_else(|| path::place(name, table).map(Wanted::Place))
                .ok_or_else(|| Problem::value(format!("The attribute {name} is not known.")))
        })
        .collect()
}
