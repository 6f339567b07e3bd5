//! Links: which account belongs to which person or group. What is not linked is never disabled or removed.

use rusqlite::{OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// Person or group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A person.
    User,
    /// A group.
    Group,
}

impl Kind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Group => "group",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Kind, StoreError> {
        match text {
            "user" => Ok(Kind::User),
            "group" => Ok(Kind::Group),
            other => Err(StoreError::content("kind", other)),
        }
    }
}

/// How a link came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkOrigin {
    /// Usher made the account.
    Created,
    /// The account was already there.
    Adopted,
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Person or group.
    pub kind: Kind,
    /// The object in Entra.
    pub source: String,
    /// The object at the service provider.
    pub target: String,
    /// How it came to be.
    pub origin: LinkOrigin,
    /// `active` as it was last written.
    pub active: bool,
    /// Whether it is still managed: not after the person was unassigned or filtered out.
    pub managed: bool,
    /// The matching value at that time. Saved without one, the link keeps the one that it has.
    pub key: Option<String>,
}

const COLUMNS: &str = "kind, source, target, origin, active, key, managed";

impl Store {
    /// Saves links in one transaction. The latest one counts, for the person and for the account.
    pub fn put_links(&self, links: &[Link]) -> Result<(), StoreError> {
        self.write(|transaction| put(transaction, links))
    }

    /// Drops the link of a person or group; says whether there was one.
    pub fn remove_link(&self, kind: Kind, source: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM link WHERE kind = ?1 AND source = ?2";
        self.write(|transaction| Ok(transaction.execute(sql, (kind.as_str(), source))? > 0))
    }

    /// Drops every link (Graph: the reset scope `Full`). Whoever is in scope is matched again.
    pub fn forget_links(&self) -> Result<(), StoreError> {
        self.write(|transaction| Ok(transaction.execute("DELETE FROM link", []).map(drop)?))
    }

    /// Every link of a kind, sorted by the object in Entra.
    pub fn links(&self, kind: Kind) -> Result<Vec<Link>, StoreError> {
        let database = self.database();
        let mut statement = database
            .prepare_cached(&format!("SELECT {COLUMNS} FROM link WHERE kind = ?1 ORDER BY source"))?;
        let mut rows = statement.query([kind.as_str()])?;
        let mut links = Vec::new();
        while let Some(row) = rows.next()? {
            links.push(link(row)?);
        }
        Ok(links)
    }

    /// The link of an object in Entra.
    pub fn link_of_source(&self, kind: Kind, source: &str) -> Result<Option<Link>, StoreError> {
        self.one_link(&format!("SELECT {COLUMNS} FROM link WHERE kind = ?1 AND source = ?2"), kind, source)
    }

    /// The link of an account.
    pub fn link_of_target(&self, kind: Kind, target: &str) -> Result<Option<Link>, StoreError> {
        self.one_link(&format!("SELECT {COLUMNS} FROM link WHERE kind = ?1 AND target = ?2"), kind, target)
    }

    /// How many people are linked and were last written active, and how many groups are linked.
    pub fn count_links(&self) -> Result<(u32, u32), StoreError> {
        let sql = "SELECT coalesce(sum(links) FILTER (WHERE kind = 'user' AND active), 0),
                          coalesce(sum(links) FILTER (WHERE kind = 'group'), 0) FROM link_count";
        Ok(self.database().prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    fn one_link(&self, sql: &str, kind: Kind, id: &str) -> Result<Option<Link>, StoreError> {
        let found = self
            .database()
            .prepare_cached(sql)?
            .query_row((kind.as_str(), id), |row| Ok(link(row)))
            .optional()?;
        found.transpose()
    }
}

pub(crate) fn put(transaction: &Transaction<'_>, links: &[Link]) -> Result<(), StoreError> {
    let mut forget =
        transaction.prepare_cached("DELETE FROM link WHERE kind = ?1 AND target = ?2 AND source <> ?3")?;
    let mut put = transaction.prepare_cached(
        "INSERT INTO link (kind, source, target, origin, active, key, managed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (kind, source) DO UPDATE SET target = excluded.target, origin = excluded.origin,
           active = excluded.active, key = coalesce(excluded.key, key), managed = excluded.managed",
    )?;
    for link in links {
        let origin = match link.origin {
            LinkOrigin::Created => "created",
            LinkOrigin::Adopted => "adopted",
        };
        let kind = link.kind.as_str();
        forget.execute((kind, &link.target, &link.source))?;
        put.execute((kind, &link.source, &link.target, origin, link.active, &link.key, link.managed))?;
    }
    Ok(())
}

fn link(row: &Row<'_>) -> Result<Link, StoreError> {
    Ok(Link {
        kind: Kind::parse(&row.get::<_, String>(0)?)?,
        source: row.get(1)?,
        target: row.get(2)?,
        origin: match row.get::<_, String>(3)?.as_str() {
            "created" => LinkOrigin::Created,
            // An unknown word counts as the weaker claim.
            _ => LinkOrigin::Adopted,
        },
        active: row.get(4)?,
        key: row.get(5)?,
        managed: row.get(6)?,
    })
}
