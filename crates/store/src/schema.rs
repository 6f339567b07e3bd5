//! The database's format: an application id, a version, and the steps from each version to the next.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::StoreError;

/// `application_id` of SQLite's header: "Ushr". A file without it is not ours.
pub(crate) const APPLICATION_ID: i64 = 0x5573_6872;

/// Steps from version n to n + 1. Never change one that was released; add another.
pub(crate) const STEPS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
];

/// Brings a database to the newest version, all steps in one transaction.
pub(crate) fn migrate(connection: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), StoreError> {
    // Looked at without a lock first: who only lists connections must not wait for a run that writes.
    if version(connection)? == (APPLICATION_ID, steps.len() as i64) {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (application, found) = version(&transaction)?;
    let known = steps.len() as i64;
    if application != APPLICATION_ID && !is_blank(&transaction)? {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    if found == known {
        return Ok(());
    }
    for step in &steps[usize::try_from(found).unwrap_or(0)..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// Whether nobody has put anything into it.
pub(crate) fn is_blank(connection: &Connection) -> Result<bool, StoreError> {
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(version(connection)? == (0, 0) && tables == 0)
}

/// The application id and the version.
fn version(connection: &Connection) -> Result<(i64, i64), StoreError> {
    let application = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok((application, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version")
    }

    #[test]
    fn steps_build_on_each_other_and_keep_what_is_there() {
        let path = Path::new("test");
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection, path, &["CREATE TABLE a (x)"]).expect("version 1");
        connection.execute("INSERT INTO a VALUES (7)", []).expect("row");
        let steps = ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y DEFAULT 1", "CREATE TABLE b (z)"];
        migrate(&mut connection, path, &steps).expect("version 3");
        assert_eq!(version(&connection), 3);
        let row: (i64, i64) = connection
            .query_row("SELECT x, y FROM a", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("kept");
        assert_eq!(row, (7, 1));
        migrate(&mut connection, path, &steps).expect("nothing to do");
        assert_eq!(version(&connection), 3);
    }

    #[test]
    fn plans_and_the_number_of_links_outlive_the_step_to_version_6() {
        let path = Path::new("test");
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection, path, &STEPS[..5]).expect("version 5");
        connection
            .execute_batch(
                "INSERT INTO link (kind, source, target, origin, active, managed) VALUES
                   ('user', 'a', '1', 'created', 1, 1), ('user', 'b', '2', 'created', 0, 0), ('group', 'g', '3', 'adopted', 1, 1);
                 INSERT INTO plan (hash, made_at, body) VALUES ('p', '2026', '{}'), ('purged', '2025', '');
                 INSERT INTO approval (plan, who, at) VALUES ('p', 'anna', '2026'), ('purged', 'anna', '2025');",
            )
            .expect("rows");
        migrate(&mut connection, path, &STEPS[..6]).expect("version 6");
        let texts = |sql: &str| -> Vec<String> {
            let mut statement = connection.prepare(sql).expect("SQL");
            let rows = statement.query_map([], |row| row.get(0)).expect("rows");
            rows.collect::<Result<_, _>>().expect("texts")
        };
        assert_eq!(texts("SELECT hash FROM plan ORDER BY hash"), ["p", "purged"]);
        assert_eq!(texts("SELECT hash || body FROM plan_content"), ["p{}"]);
        assert_eq!(texts("SELECT plan || who FROM approval ORDER BY plan"), ["panna", "purgedanna"]);
        let counted = texts("SELECT kind || active || links FROM link_count ORDER BY kind, active");
        assert_eq!(counted, ["group11", "user01", "user11"]);
        assert!(texts("SELECT 'broken ' || \"table\" FROM pragma_foreign_key_check").is_empty());
        let renamed = connection.execute("UPDATE link SET kind = 'group' WHERE source = 'a'", []);
        assert!(renamed.is_err(), "nothing would count it");
    }

    #[test]
    fn a_failing_step_leaves_the_version_before() {
        let path = Path::new("test");
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection, path, &["CREATE TABLE a (x)"]).expect("version 1");
        let failed = migrate(&mut connection, path, &["", "CREATE TABLE b (z)", "NOT SQL"]);
        assert!(matches!(failed, Err(StoreError::Database(_))), "{failed:?}");
        assert_eq!(version(&connection), 1);
        let b: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'b'", [], |row| row.get(0))
            .expect("count");
        assert_eq!(b, 0, "the step before the failing one is undone too");
    }

    #[test]
    fn a_newer_file_and_a_foreign_file_are_refused() {
        let path = Path::new("test");
        let mut newer = Connection::open_in_memory().expect("memory");
        migrate(&mut newer, path, &["", ""]).expect("version 2");
        assert!(matches!(
            migrate(&mut newer, path, &[""]),
            Err(StoreError::Newer { found: 2, known: 1, .. })
        ));
        let mut foreign = Connection::open_in_memory().expect("memory");
        foreign.execute_batch("CREATE TABLE theirs (x)").expect("table");
        assert!(matches!(migrate(&mut foreign, path, &[""]), Err(StoreError::Foreign { .. })));
    }
}
