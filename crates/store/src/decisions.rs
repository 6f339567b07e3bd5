//! What a person decided about accounts that were there before Usher.

use jiff::Timestamp;
use rusqlite::Row;

use crate::database::{instant, stamp};
use crate::{Kind, Store, StoreError};

/// What becomes of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Usher keeps it from now on.
    Adopt,
    /// Usher never writes to it.
    Leave,
    /// Nothing is done with it until somebody decides.
    Later,
}

impl Choice {
    fn as_str(self) -> &'static str {
        match self {
            Self::Adopt => "adopt",
            Self::Leave => "leave",
            Self::Later => "later",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// A person's account or a group.
    pub kind: Kind,
    /// Its id at the service provider.
    pub target: String,
    /// What was decided.
    pub choice: Choice,
    /// Who decided.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Every decision, sorted.
    pub fn decisions(&self) -> Result<Vec<Decided>, StoreError> {
        let database = self.database();
        let mut statement = database
            .prepare_cached("SELECT kind, target, choice, who, at FROM decision ORDER BY kind, target")?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(decided(row)?);
        }
        Ok(all)
    }

    /// Notes decisions in one transaction; without a choice it is forgotten that there was one.
    pub fn decide(
        &self,
        decisions: &[(Kind, String, Option<Choice>)],
        who: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut forget = transaction.prepare("DELETE FROM decision WHERE kind = ?1 AND target = ?2")?;
            let mut put = transaction.prepare(
                "INSERT INTO decision (kind, target, choice, who, at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (kind, target) DO UPDATE SET choice = excluded.choice, who = excluded.who,
                   at = excluded.at",
            )?;
            for (kind, target, choice) in decisions {
                match choice {
                    Some(choice) => {
                        put.execute((kind.as_str(), target, choice.as_str(), who, stamp(at)))?;
                    }
                    None => {
                        forget.execute((kind.as_str(), target))?;
                    }
                }
            }
            Ok(())
        })
    }
}

fn decided(row: &Row<'_>) -> Result<Decided, StoreError> {
    Ok(Decided {
        kind: Kind::parse(&row.get::<_, String>(0)?)?,
        target: row.get(1)?,
        choice: match row.get::<_, String>(2)?.as_str() {
            "adopt" => Choice::Adopt,
            // An unknown word counts as the one that touches nothing.
            "later" => Choice::Later,
            _ => Choice::Leave,
        },
        who: row.get(3)?,
        at: instant(&row.get::<_, String>(4)?)?,
    })
}
