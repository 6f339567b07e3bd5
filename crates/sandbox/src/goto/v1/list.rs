//! Sorting, paging and the envelope of lists.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Asks, Problem};

/// The query options of every list.
pub const OPTIONS: [&str; 5] = ["filter", "count", "startIndex", "sortBy", "sortOrder"];

/// A row: what it is of, and the attribute it can be sorted by.
pub struct Row<'s, T> {
    /// What is sent, once it is on the page.
    pub of: &'s T,
    /// The value of the `sortBy` attribute, lower-case.
    pub sort: String,
}

/// The attribute to sort by, from those that can be sorted by.
pub fn sort_by(asks: &Asks<'_>, attributes: &[&'static str]) -> Result<Option<&'static str>, Problem> {
    match asks.option("sortBy") {
        None if asks.option("sortOrder").is_some() => Err(Problem::bad("sortOrder needs sortBy.")),
        None => Ok(None),
        Some(name) => attributes
            .iter()
            .find(|known| known.eq_ignore_ascii_case(name))
            .copied()
            .map(Some)
            .ok_or_else(|| Problem::bad(format!("Cannot sort by {name}."))),
    }
}

/// The page of these rows that was asked for.
pub fn answer<T>(
    mut rows: Vec<Row<'_, T>>,
    asks: &Asks<'_>,
    paging: bool,
    render: impl Fn(&T) -> Value,
) -> Answer {
    if asks.option("sortBy").is_some() {
        rows.sort_by(|one, other| one.sort.cmp(&other.sort));
        match asks.option("sortOrder") {
            None | Some("ascending") => {}
            Some("descending") => rows.reverse(),
            Some(_) => return Err(Problem::bad("sortOrder must be ascending or descending.")),
        }
    }
    let start = number(asks, "startIndex", 1)?.unwrap_or(1);
    let count = number(asks, "count", 0)?;
    let total = rows.len();
    let (before, most) = if paging { (start - 1, count.unwrap_or(usize::MAX)) } else { (0, usize::MAX) };
    let page: Vec<Value> = rows.into_iter().skip(before).take(most).map(|row| render(row.of)).collect();
    Ok((StatusCode::OK, json!({"totalResults": total, "resources": page})))
}

fn number(asks: &Asks<'_>, name: &str, least: usize) -> Result<Option<usize>, Problem> {
    asks.option(name)
        .map(|text| {
            text.parse()
                .ok()
                .filter(|value| *value >= least)
                .ok_or_else(|| Problem::bad(format!("{name} must be a whole number of at least {least}.")))
        })
        .transpose()
}
