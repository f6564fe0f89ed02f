//! The tables, as an append-only list of migrations, and the comparison of what a file has with
//! what this program makes: an altered schema is refused before anything is read through it.

use std::path::Path;

use rusqlite::Connection;

use super::StoreError;

/// `cofr` in ASCII.
const APPLICATION_ID: i64 = 0x636f_6672;

/// Each migration brings the schema from its place in the list to the next version.
const MIGRATIONS: [&[&str]; 1] = [&[
    // The log. Edits are refused here as a guard against our own mistakes; what counts as
    // evidence are the chain, the signatures and memory outside the file.
    "CREATE TABLE record (seq INTEGER PRIMARY KEY, line BLOB NOT NULL) STRICT",
    "CREATE TRIGGER record_is_appended BEFORE INSERT ON record \
     WHEN new.seq <> (SELECT coalesce(max(seq), -1) + 1 FROM record) \
     BEGIN SELECT raise(ABORT, 'records are appended'); END",
    "CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record \
     BEGIN SELECT raise(ABORT, 'records are not changed'); END",
    "CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record \
     BEGIN SELECT raise(ABORT, 'records are not deleted'); END",
    "CREATE TABLE detail (seq INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT",
    "CREATE TABLE detail_key (session BLOB PRIMARY KEY, generation INTEGER NOT NULL, \
     file BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT",
    "CREATE TABLE frontier (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, \
     hashes BLOB NOT NULL) STRICT",
    // People.
    "CREATE TABLE person (id BLOB PRIMARY KEY, login_tag BLOB NOT NULL, \
     generation INTEGER NOT NULL, name BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX person_by_login ON person (login_tag)",
    "CREATE TABLE credential (person BLOB PRIMARY KEY, memory_kib INTEGER NOT NULL, \
     passes INTEGER NOT NULL, lanes INTEGER NOT NULL, salt BLOB NOT NULL, \
     commitment BLOB NOT NULL, identity BLOB NOT NULL) STRICT, WITHOUT ROWID",
    // Tries to unlock that have no record yet; no record names this row.
    "CREATE TABLE attempt (person BLOB PRIMARY KEY, running BLOB NOT NULL, \
     excused BLOB NOT NULL, cut_off INTEGER NOT NULL, paused INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    // Collections.
    "CREATE TABLE collection (id BLOB PRIMARY KEY, generation INTEGER NOT NULL, \
     name BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE generation (collection BLOB NOT NULL, generation INTEGER NOT NULL, \
     predecessor BLOB, predecessor_catalogue BLOB, PRIMARY KEY (collection, generation)) \
     STRICT, WITHOUT ROWID",
    "CREATE TABLE wrap (collection BLOB NOT NULL, generation INTEGER NOT NULL, \
     part TEXT NOT NULL, reader TEXT NOT NULL, file BLOB NOT NULL, \
     PRIMARY KEY (collection, generation, part, reader)) STRICT, WITHOUT ROWID",
    // Entries.
    "CREATE TABLE entry (id BLOB PRIMARY KEY, collection BLOB NOT NULL, \
     title_tag BLOB NOT NULL, generation INTEGER NOT NULL, revision INTEGER NOT NULL, \
     current INTEGER NOT NULL, pending INTEGER, catalogue BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX entry_by_title ON entry (title_tag)",
    "CREATE INDEX entry_by_collection ON entry (collection)",
    "CREATE TABLE version (entry BLOB NOT NULL, version INTEGER NOT NULL, \
     generation INTEGER NOT NULL, catalogue BLOB NOT NULL, data_key BLOB NOT NULL, \
     secrets BLOB NOT NULL, PRIMARY KEY (entry, version)) STRICT, WITHOUT ROWID",
    // The envelope.
    "CREATE TABLE share (epoch INTEGER NOT NULL, place INTEGER NOT NULL, file BLOB NOT NULL, \
     PRIMARY KEY (epoch, place)) STRICT, WITHOUT ROWID",
    // What the file says of itself: nothing, or that it is a copy.
    "CREATE TABLE copy (id INTEGER PRIMARY KEY CHECK (id = 1), kind TEXT NOT NULL, \
     record INTEGER NOT NULL) STRICT",
]];

/// The version that this program writes.
const NEWEST: i64 = 1;

/// Makes the tables in an empty file.
pub(super) fn install(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    for statement in MIGRATIONS.iter().copied().flatten() {
        connection.execute(statement, [])?;
    }
    connection.pragma_update(None, "user_version", NEWEST)?;
    Ok(())
}

/// Compares the application id, version and schema of the file at `path` with the compiled-in ones.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let pragma = |name: &str| -> Result<i64, StoreError> {
        Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
    };
    if pragma("application_id")? != APPLICATION_ID {
        return Err(StoreError::NotAVault);
    }
    let version = pragma("user_version")?;
    if version > NEWEST {
        return Err(StoreError::TooNew(version));
    }
    if version < NEWEST {
        return Err(StoreError::Damaged);
    }
    check_length(connection, path)?;
    let mut expected: Vec<&str> = MIGRATIONS.iter().copied().flatten().copied().collect();
    // SQLite's own indexes for primary keys are the only things without a text.
    let mut statement = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE type <> 'index' OR sql IS NOT NULL")?;
    let mut found: Vec<Option<String>> = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    expected.sort_unstable();
    found.sort_unstable();
    if found
        .iter()
        .map(Option::as_deref)
        .eq(expected.into_iter().map(Some))
    {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}

/// A file is a whole number of pages. SQLite would read a page that was cut off as if it ended in
/// zeros.
fn check_length(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let length = std::fs::metadata(path)?.len();
    let page = u64::try_from(page).map_err(|_| StoreError::Damaged)?;
    if page > 0 && length % page == 0 {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}
