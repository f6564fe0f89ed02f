//! The store: one SQLite file, and the only SQL.
//!
//! Its interface is narrow on purpose. A change is an [`Act`](act::Act): one transaction that holds
//! the records, the rows they bind and the new signed checkpoint. A secret's ciphertext comes out
//! of one operation, [`Act::disclose`](act::Act::disclose), which records the access and commits
//! before it gives anything; only then is there a [`Recorded`](recorded::Recorded) permit.

pub mod act;
pub mod connection;
pub mod disclosure;
pub mod draft;
pub mod error;
pub mod log;
pub mod recorded;
pub mod rows;
pub mod schema;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction};

use crate::audit::ledger::Ledger;
use crate::audit::replay::Scrutiny;
use crate::audit::row::RowKey;
pub use error::StoreError;
use rows::StoredRow;

/// Moves a finished file to its place, where there must be none.
///
/// # Errors
/// [`StoreError::Exists`] and the device's own.
pub fn publish(draft: &Path, path: &Path) -> Result<(), StoreError> {
    connection::publish(draft, path)
}

/// Removes what an unfinished founding left behind.
pub fn discard(draft: &Path) {
    connection::discard(draft);
}

/// One state of the file, while it is held.
pub struct Snapshot<'s>(
    #[expect(dead_code, reason = "held for what its end does")] Transaction<'s>,
);

/// An open vault file.
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Makes an empty store at `path`, which must not exist; nobody but its owner may read it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::create(path)?;
        schema::install(&connection)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }

    /// Opens the store at `path`, to be written where the file can be.
    ///
    /// # Errors
    /// [`StoreError`]; among others for a file whose application id, version or schema is not
    /// exactly what this program makes.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::open(path)?;
        schema::check(&connection)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the records that `ledger` does not know yet, and checks that the last signed
    /// checkpoint is that of the last record which could be signed, over the very lines read.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Log`] names the first bad record.
    pub fn catch_up(&self, ledger: &mut Ledger) -> Result<(), StoreError> {
        let _snapshot = self.snapshot()?;
        log::catch_up(&self.connection, ledger, Scrutiny::Acting)?;
        log::frontier(&self.connection, ledger).map(|_| ())
    }

    /// One state of the file for several reads: what others commit meanwhile is not seen, and
    /// those who commit wait until it is dropped.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        Ok(Snapshot(self.connection.unchecked_transaction()?))
    }

    /// The row with this key, where its digest is the one that the log last gave it.
    ///
    /// # Errors
    /// [`StoreError::RowChanged`] for a row that was changed, removed, added or put back by
    /// anybody but this program.
    pub fn row<R: StoredRow>(
        &self,
        key: &RowKey,
        ledger: &Ledger,
    ) -> Result<Option<R>, StoreError> {
        rows::get(&self.connection, key, ledger)
    }

    /// Checks every page of the file, and every index against its table.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn check_structure(&self) -> Result<(), StoreError> {
        check_structure(&self.connection, "1")
    }

    /// The connection, for the other rooms of this floor.
    pub(in crate::store) const fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// SQLite's own check of what `what` names: a table in quotes, or with a number the whole file up
/// to so many faults.
fn check_structure(connection: &Connection, what: &str) -> Result<(), StoreError> {
    let sql = format!("PRAGMA integrity_check({what})");
    let said: String = connection.query_row(&sql, [], |row| row.get(0))?;
    if said == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}
