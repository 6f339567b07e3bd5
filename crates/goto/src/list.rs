//! Lists that are read to their end, with proof that nothing is missing.

use std::collections::HashSet;

use serde_json::Value as Json;

/// A whole list. Only a read that reached the end makes one, so holding it is the proof of completeness that
/// removals need.
#[derive(Debug, Clone)]
pub struct Complete<T> {
    items: Vec<T>,
}

impl<T> Complete<T> {
    pub(crate) fn proven(items: Vec<T>) -> Self {
        Self { items }
    }

    /// Everything that was read.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// For what is known of the items besides; none comes or goes.
    pub(crate) fn items_mut(&mut self) -> &mut [T] {
        &mut self.items
    }

    /// Gives up the proof and keeps the items.
    pub fn into_items(self) -> Vec<T> {
        self.items
    }
}

/// The rows of a list reply, and how many there are in all where it says so. GoTo writes `resources`, RFC 7644
/// section 3.4.2 `Resources`; names have no case (RFC 7643 section 2.1). An empty list may have neither.
pub(crate) fn envelope(mut json: Json) -> Option<(Vec<Json>, Option<u64>)> {
    let total = usher_scim::member(&json, "totalResults").and_then(Json::as_u64);
    let rows = json.as_object_mut()?.iter_mut().find_map(|(name, value)| match value {
        Json::Array(rows) if name.eq_ignore_ascii_case("resources") => Some(std::mem::take(rows)),
        _ => None,
    });
    match (rows, total) {
        (Some(rows), total) => Some((rows, total)),
        (None, Some(0)) => Some((Vec::new(), Some(0))),
        (None, _) => None,
    }
}

/// The cursor of the next page, where pages are told so (RFC 9865 section 2): without one this page is the last.
pub(crate) fn next_cursor(json: &Json) -> Option<String> {
    let cursor = usher_scim::member(json, "nextCursor").and_then(Json::as_str);
    cursor.filter(|cursor| !cursor.is_empty()).map(str::to_owned)
}

/// No organisation has more pages; a server that sends more is broken.
const MOST_PAGES: usize = 20_000;

/// What is known while the pages of a list come in. Decides without any effects.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    received: usize,
    pages: usize,
    seen: HashSet<String>,
    total: Option<u64>,
    first_of_last_page: Option<String>,
    /// The cursor that was asked for last.
    cursor: Option<String>,
}

/// What to do after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Keep the rows and ask for the page that starts here (1-based).
    Next(usize),
    /// Keep the rows and ask for the page at this cursor.
    NextAt(String),
    /// Keep the rows; that was all.
    Done,
    /// The page repeats the last one, so the server ignores paging: drop its rows, what was read before is all.
    DoneWithoutThisPage,
    /// The list cannot be read completely this way.
    Broken(&'static str),
}

impl Progress {
    /// Judges a page by the ids of its rows, and by the cursor of the next one.
    pub fn page(&mut self, ids: &[String], total: Option<u64>, next: Option<String>) -> Step {
        self.pages += 1;
        if self.pages > MOST_PAGES {
            return Step::Broken("the list does not end");
        }
        if self.pages > 1 && total != self.total {
            return Step::Broken("the list changed while it was read");
        }
        self.total = total;
        if ids.is_empty() && next.is_none() {
            return match total {
                Some(total) if self.received as u64 != total => Step::Broken("the list ended early"),
                _ => Step::Done,
            };
        }
        if !ids.is_empty() && self.first_of_last_page.as_ref() == ids.first() {
            return match (total, &self.cursor) {
                (None, None) => Step::DoneWithoutThisPage,
                _ => Step::Broken("the server repeats the same page"),
            };
        }
        self.first_of_last_page = ids.first().cloned();
        self.received += ids.len();
        if !ids.iter().all(|id| self.seen.insert(id.clone())) {
            // Rows moved between pages: one that came twice stands for one that was missed.
            return Step::Broken("the list changed while it was read");
        }
        let missing = total.map(|total| total.checked_sub(self.received as u64));
        match (missing, next) {
            (Some(None), _) => Step::Broken("there are more rows than the total says"),
            (_, Some(next)) if self.cursor.as_ref() == Some(&next) => {
                Step::Broken("the server repeats the same page")
            }
            (_, Some(next)) => {
                self.cursor = Some(next.clone());
                Step::NextAt(next)
            }
            (Some(Some(0)), None) => Step::Done,
            // RFC 9865 section 2: only the last page has no cursor.
            (None, None) if self.cursor.is_some() => Step::Done,
            (Some(_), None) if self.cursor.is_some() => Step::Broken("the list ended early"),
            _ => Step::Next(self.received + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(pages: &[(&[&str], Option<u64>)], expected: &[Step]) {
        let mut progress = Progress::default();
        for ((ids, total), step) in pages.iter().zip(expected) {
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            assert_eq!(&progress.page(&ids, *total, None), step, "{pages:?}");
        }
        assert_eq!(pages.len(), expected.len());
    }

    #[test]
    fn the_end_is_proven_or_the_list_is_broken() {
        use Step::*;
        check(&[(&["a", "b"], Some(3)), (&["c"], Some(3))], &[Next(3), Done]);
        check(&[(&["a", "b"], Some(2))], &[Done]);
        check(&[(&[], Some(0))], &[Done]);
        check(&[(&["a"], None), (&["b"], None), (&[], None)], &[Next(2), Next(3), Done]);
        check(&[(&["a", "b"], None), (&["a", "b"], None)], &[Next(3), DoneWithoutThisPage]);
        check(&[(&["a"], Some(3)), (&[], Some(3))], &[Next(2), Broken("the list ended early")]);
        check(
            &[(&["a"], Some(2)), (&["a"], Some(2))],
            &[Next(2), Broken("the server repeats the same page")],
        );
        let changed = "the list changed while it was read";
        check(&[(&["a", "b"], Some(4)), (&["b", "c"], Some(4))], &[Next(3), Broken(changed)]);
        check(&[(&["a"], Some(2)), (&["b"], Some(3))], &[Next(2), Broken(changed)]);
        check(&[(&["a", "b"], Some(1))], &[Broken("there are more rows than the total says")]);
    }

    /// RFC 9865 section 2.
    #[test]
    fn pages_with_cursors_end_where_no_cursor_is_told() {
        let check = |pages: &[(&[&str], Option<u64>, &str)], expected: Step| {
            let mut progress = Progress::default();
            let steps = pages.iter().map(|(ids, total, next)| {
                let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
                progress.page(&ids, *total, next_cursor(&json!({ "nextCursor": next })))
            });
            assert_eq!(steps.last(), Some(expected), "{pages:?}");
        };
        check(&[(&["a"], Some(2), "x")], Step::NextAt("x".to_owned()));
        check(&[(&["a"], Some(2), "x"), (&["b"], Some(2), "")], Step::Done);
        check(&[(&["a"], None, "x"), (&[], None, "y"), (&["b"], None, "")], Step::Done);
        check(&[(&["a"], Some(1), "x"), (&[], Some(1), "")], Step::Done);
        check(&[(&["a"], Some(3), "x"), (&["b"], Some(3), "")], Step::Broken("the list ended early"));
        let repeats = || Step::Broken("the server repeats the same page");
        check(&[(&["a"], None, "x"), (&["a"], None, "")], repeats());
        check(&[(&["a"], None, "x"), (&["b"], None, "x")], repeats());
        check(
            &[(&["a"], Some(1), "x"), (&["b"], Some(1), "")],
            Step::Broken("there are more rows than the total says"),
        );
        assert_eq!(next_cursor(&json!({"NEXTCURSOR": "x"})).as_deref(), Some("x"));
        assert_eq!(next_cursor(&json!({"nextCursor": null})), None);
    }

    #[test]
    fn envelopes_of_both_dialects() {
        let rows = |json: Json| envelope(json).map(|(rows, total)| (rows.len(), total));
        assert_eq!(rows(json!({"totalResults": 2, "resources": [{}, {}]})), Some((2, Some(2))));
        assert_eq!(rows(json!({"totalResults": 1, "Resources": [{}]})), Some((1, Some(1))));
        assert_eq!(rows(json!({"TOTALRESULTS": 1, "RESOURCES": [{}]})), Some((1, Some(1))));
        assert_eq!(rows(json!({"totalResults": 0})), Some((0, Some(0))));
        assert_eq!(rows(json!({"Resources": []})), Some((0, None)));
        assert_eq!(rows(json!({"totalResults": 5})), None);
        assert_eq!(rows(json!({"message": "hello"})), None);
    }
}
