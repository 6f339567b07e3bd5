//! Pages of a collection, followed to the end with proof that the end was reached.

use std::collections::HashSet;
use std::collections::VecDeque;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{GraphError, GraphErrorKind};
use crate::http::{Call, Graph, problem};

/// So many pages in a row without one item are no collection. Graph gives a few: of a delta query whose changes are filtered
/// out, and of a list while it is being put together.
const MOST_EMPTY: u32 = 1_000;

/// Where the next incremental read of a collection starts. Opaque: it is stored and used whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeltaLink(pub String);

impl std::fmt::Debug for DeltaLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeltaLink(..)")
    }
}

/// How a chain of pages ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// A list ended with a page that names no next one.
    End,
    /// A delta query ended and named where the next one starts.
    Delta(DeltaLink),
}

/// A whole collection. Only a chain that was followed to its end makes one, so holding it is the proof of
/// completeness that removals need.
#[derive(Debug, Clone)]
pub struct Complete<T> {
    items: Vec<T>,
    closed: Closed,
}

impl<T> Complete<T> {
    /// Everything that was read.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// Gives up the proof and keeps the items.
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// How the chain ended.
    pub fn closed(&self) -> &Closed {
        &self.closed
    }

    /// Where the next delta query starts, if this was one.
    pub fn delta_link(&self) -> Option<&DeltaLink> {
        match &self.closed {
            Closed::Delta(link) => Some(link),
            Closed::End => None,
        }
    }
}

/// A collection that is being read, page by page.
#[derive(Debug)]
pub struct Pages<T> {
    graph: Graph,
    next: Option<Url>,
    kind: Kind,
    eventual: bool,
    seen: HashSet<String>,
    empty: u32,
    closed: Option<Closed>,
    total: Option<u64>,
    item: PhantomData<fn() -> T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    List,
    Delta,
}

#[derive(Deserialize)]
struct Page<T> {
    value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    delta: Option<String>,
    #[serde(rename = "@odata.count")]
    count: Option<u64>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(graph: &Graph, first: Url, kind: Kind, eventual: bool) -> Self {
        Self {
            graph: graph.clone(),
            next: Some(first),
            kind,
            eventual,
            seen: HashSet::new(),
            empty: 0,
            closed: None,
            total: None,
            item: PhantomData,
        }
    }

    /// The next page; nothing once the chain is closed. When the future is dropped or fails, the next call asks for
    /// the same page again.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, GraphError> {
        let Some(url) = self.next.clone() else { return Ok(None) };
        let mut call = Call::get(url.clone());
        call.eventual = self.eventual;
        let page: Page<T> = self.graph.json(call).await?;
        self.total = self.total.or(page.count);
        let broken = |message: &str| problem(GraphErrorKind::Protocol, &url, message.to_owned());
        self.empty = if page.value.is_empty() { self.empty + 1 } else { 0 };
        let next = match (page.next, page.delta) {
            (Some(_), _) if self.empty >= MOST_EMPTY => {
                return Err(broken("the pages do not end: 1,000 in a row were empty"));
            }
            (Some(next), _) => {
                let next = self.graph.link(&next)?;
                self.seen.insert(url.to_string());
                if self.seen.contains(next.as_str()) {
                    return Err(broken("the pages run in a circle"));
                }
                Some(next)
            }
            (None, Some(delta)) => {
                self.graph.link(&delta)?;
                self.closed = Some(Closed::Delta(DeltaLink(delta)));
                None
            }
            (None, None) if self.kind == Kind::Delta => {
                return Err(broken("the pages ended without saying where the next read starts"));
            }
            (None, None) => {
                self.closed = Some(Closed::End);
                None
            }
        };
        self.next = next;
        Ok(Some(page.value))
    }

    /// How the chain ended; nothing while pages are missing.
    pub fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    /// How many objects there are, where the service said so on the first page.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Reads to the end.
    pub async fn all(mut self) -> Result<Complete<T>, GraphError> {
        let mut items = Vec::new();
        while let Some(page) = self.next().await? {
            items.extend(page);
        }
        match self.closed {
            Some(closed) => Ok(Complete { items, closed }),
            None => unreachable!("the last page closes the chain"),
        }
    }

    /// Reads to the end as single items, holding one page at a time.
    pub fn items(self) -> Items<T> {
        Items { pages: self, waiting: VecDeque::new() }
    }
}

/// The items of [`Pages`], one by one.
#[derive(Debug)]
pub struct Items<T> {
    pages: Pages<T>,
    waiting: VecDeque<T>,
}

impl<T: DeserializeOwned> Items<T> {
    /// The next item; nothing once all were read.
    pub async fn next(&mut self) -> Result<Option<T>, GraphError> {
        while self.waiting.is_empty() {
            match self.pages.next().await? {
                Some(page) => self.waiting.extend(page),
                None => return Ok(None),
            }
        }
        Ok(self.waiting.pop_front())
    }

    /// How the chain ended; nothing while items are missing.
    pub fn closed(&self) -> Option<&Closed> {
        self.pages.closed().filter(|_| self.waiting.is_empty())
    }
}
