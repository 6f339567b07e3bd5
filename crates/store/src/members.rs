//! Who is in which group of Entra, as it was read last: asked from the group's side and from the member's.

use std::collections::HashMap;

use rusqlite::{Statement, Transaction};

use crate::{Store, StoreError};

/// A change of who is in which group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberChange {
    /// Whether this is all there is: memberships that are not in `groups` go.
    pub replace: bool,
    /// By group: members, and whether they are in it now.
    pub groups: Vec<(String, Vec<(String, bool)>)>,
    /// Groups that are gone, with all of their memberships.
    pub gone: Vec<String>,
}

/// Numbers of ids, made when they are first needed.
struct Numbers<'t> {
    known: HashMap<String, i64>,
    add: Statement<'t>,
    find: Statement<'t>,
}

impl<'t> Numbers<'t> {
    fn new(transaction: &'t Transaction<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            known: HashMap::new(),
            add: transaction.prepare("INSERT OR IGNORE INTO source_id (id) VALUES (?1)")?,
            find: transaction.prepare("SELECT number FROM source_id WHERE id = ?1")?,
        })
    }

    fn of(&mut self, id: &str) -> Result<i64, StoreError> {
        if let Some(number) = self.known.get(id) {
            return Ok(*number);
        }
        self.add.execute([id])?;
        let number = self.find.query_row([id], |row| row.get(0))?;
        self.known.insert(id.to_owned(), number);
        Ok(number)
    }
}

pub(crate) fn change(transaction: &Transaction<'_>, change: &MemberChange) -> Result<(), StoreError> {
    if change.replace {
        transaction.execute_batch("DELETE FROM source_member; DELETE FROM source_id")?;
    }
    let mut numbers = Numbers::new(transaction)?;
    let mut clear = transaction.prepare("DELETE FROM source_member WHERE team = ?1")?;
    for group in &change.gone {
        clear.execute([numbers.of(group)?])?;
    }
    let mut add =
        transaction.prepare("INSERT OR IGNORE INTO source_member (team, member) VALUES (?1, ?2)")?;
    let mut remove = transaction.prepare("DELETE FROM source_member WHERE team = ?1 AND member = ?2")?;
    for (group, members) in &change.groups {
        let group = numbers.of(group)?;
        for (member, present) in members {
            let pair = (group, numbers.of(member)?);
            if *present {
                add.execute(pair)?
            } else {
                remove.execute(pair)?
            };
        }
    }
    Ok(())
}

impl Store {
    /// Every membership, group by group.
    pub fn each_member(&self, mut hear: impl FnMut(String, String)) -> Result<(), StoreError> {
        let database = self.database();
        let mut statement = database.prepare_cached(
            "SELECT team.id, member.id FROM source_member
             JOIN source_id team ON team.number = source_member.team
             JOIN source_id member ON member.number = source_member.member",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            hear(row.get(0)?, row.get(1)?);
        }
        Ok(())
    }

    /// The direct members of a group.
    pub fn members_of(&self, group: &str) -> Result<Vec<String>, StoreError> {
        self.ids(
            "SELECT member.id FROM source_id team
             JOIN source_member ON source_member.team = team.number
             JOIN source_id member ON member.number = source_member.member WHERE team.id = ?1",
            group,
        )
    }

    /// The groups that somebody, or some group, is a direct member of.
    pub fn groups_of(&self, member: &str) -> Result<Vec<String>, StoreError> {
        self.ids(
            "SELECT team.id FROM source_id member
             JOIN source_member ON source_member.member = member.number
             JOIN source_id team ON team.number = source_member.team WHERE member.id = ?1",
            member,
        )
    }

    /// How many direct members a group has.
    pub fn count_members(&self, group: &str) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM source_id team
                   JOIN source_member ON source_member.team = team.number WHERE team.id = ?1";
        Ok(self.database().prepare_cached(sql)?.query_row([group], |row| row.get(0))?)
    }

    fn ids(&self, sql: &str, of: &str) -> Result<Vec<String>, StoreError> {
        let database = self.database();
        let mut statement = database.prepare_cached(sql)?;
        let rows = statement.query_map([of], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
