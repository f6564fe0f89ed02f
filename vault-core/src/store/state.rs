//! The state as a whole: the tables hold every row that the log names, each as the log last gave
//! it, and no other.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::rows::{self, Row};
use super::{Store, StoreError, copy};
use crate::audit::ledger::Ledger;
use crate::audit::row::RowKey;
use crate::id::write_hex;

impl Store {
    /// Checks that the store's rows are what the log says, where `ledger` is the whole log. Gives how
    /// many there are; each is read once and given to nobody.
    ///
    /// # Errors
    /// [`StoreError::RowChanged`] names the first row, table by table in the order of their keys,
    /// that was changed, added or put back, and after those of its table the first that is missing;
    /// [`StoreError::Damaged`] for a row that has no key, and for a mark of a copy that is none.
    pub fn check_rows(&self, ledger: &Ledger) -> Result<u64, StoreError> {
        copy::check(self.connection())?;
        rows::check_tables(self.connection(), ledger)
    }
}

/// Checks each row of one table, and that none is missing.
pub(super) fn check_table<R: Row>(
    connection: &Connection,
    ledger: &Ledger,
) -> Result<u64, StoreError> {
    let (columns, table, order) = (
        R::COLUMNS.join(", "),
        R::TABLE,
        R::COLUMNS[..R::KEY].join(", "),
    );
    let sql = format!("SELECT {columns} FROM {table} ORDER BY {order}");
    let mut statement = connection.prepare(&sql)?;
    let mut stored = statement.query([])?;
    let mut found = 0;
    while let Some(row) = stored.next()? {
        let key = key_of::<R>(row)?;
        let row = R::from_sql(row).map_err(|error| rows::damaged(error, key))?;
        rows::checked(Some(row), &key, ledger)?;
        found += 1;
    }
    let named = || {
        ledger
            .row_keys()
            .filter(|key| rows::table_of(key) == R::TABLE)
    };
    if found == named().count() {
        return u64::try_from(found).map_err(|_| StoreError::Damaged);
    }
    let mut keys: Vec<RowKey> = named().collect();
    keys.sort_unstable();
    for key in keys {
        rows::get::<R>(connection, &key, ledger)?;
    }
    // More rows than keys, and each key's row is right: the table has a key twice.
    Err(StoreError::Damaged)
}

/// The name in the log of a row whose other columns may be anything.
fn key_of<R: Row>(row: &rusqlite::Row<'_>) -> Result<RowKey, StoreError> {
    let mut name = R::TABLE.to_owned();
    for at in 0..R::KEY {
        name.push('/');
        match row.get_ref(at)? {
            ValueRef::Integer(number) => name.push_str(&number.to_string()),
            ValueRef::Text(text) => {
                name.push_str(std::str::from_utf8(text).map_err(|_| StoreError::Damaged)?);
            }
            ValueRef::Blob(id) => name.push_str(&Hex(id).to_string()),
            _ => return Err(StoreError::Damaged),
        }
    }
    let key: RowKey = name.parse().map_err(|_| StoreError::Damaged)?;
    // One key has one spelling.
    if key.to_string() == name {
        Ok(key)
    } else {
        Err(StoreError::Damaged)
    }
}

struct Hex<'b>(&'b [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_hex(f, self.0)
    }
}
