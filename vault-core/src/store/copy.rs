//! What a file says of itself: that it is a copy of the vault, and made for what. Nobody signs it,
//! and whoever has the file can change it: messages and reminders follow it, and nothing else does.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::{Store, StoreError, connection, log};
use crate::audit::backups::Mark;
use crate::audit::event::{Event, Outcome};
use crate::audit::fact::{CopyKind, Fact};
use crate::audit::record::Record;
use crate::id::RecordSeq;

impl Store {
    /// The mark of the file with the record that it names. `None` where the file is no copy, and
    /// where its mark is not one that this program makes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mark(&self) -> Result<Option<(Mark, Record)>, StoreError> {
        match stored(self.connection())? {
            Some(Stored::Mark(mark)) => named(self.connection(), mark),
            _ => Ok(None),
        }
    }
}

/// What stands in the table.
enum Stored {
    Mark(Mark),
    Other,
}

fn stored(connection: &Connection) -> Result<Option<Stored>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT kind, record FROM copy")?;
    let row = statement
        .query_row([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    Ok(row.map(
        |(kind, record)| match (CopyKind::from_name(&kind), u64::try_from(record)) {
            (Some(kind), Ok(record)) => Stored::Mark(Mark {
                kind,
                record: RecordSeq::new(record),
            }),
            _ => Stored::Other,
        },
    ))
}

/// The mark with the record that it names, where that is one which it can name.
fn named(connection: &Connection, mark: Mark) -> Result<Option<(Mark, Record)>, StoreError> {
    let Some(line) = log::line(connection, mark.record.get())? else {
        return Ok(None);
    };
    let (record, _) = Record::from_line(&line).map_err(|_| StoreError::Damaged)?;
    let begins = record.event == Event::VaultBackup
        && record.outcome == Outcome::Ok
        && record.facts == [Fact::Copy(mark.kind)];
    Ok((begins || !mark.kind.is_recorded()).then_some((mark, record)))
}

/// Checks that the table holds nothing, or one mark that names a record which it can name.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let fits = match stored(connection)? {
        None => true,
        Some(Stored::Other) => false,
        Some(Stored::Mark(mark)) => named(connection, mark)?.is_some(),
    };
    if fits {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}

/// Gives the file at `path`, which nobody else has open, this mark, or none.
pub(super) fn put(path: &Path, mark: Option<&Mark>) -> Result<(), StoreError> {
    let connection = connection::connect(path)?;
    let transaction = connection.unchecked_transaction()?;
    transaction.execute("DELETE FROM copy", [])?;
    // Tries that run while a copy is made end in the file that it was made of.
    transaction.execute("DELETE FROM attempt", [])?;
    if let Some(mark) = mark {
        let record = log::sqlite_integer(mark.record.get())?;
        let sql = "INSERT INTO copy (id, kind, record) VALUES (1, ?, ?)";
        transaction.execute(sql, (mark.kind.name(), record))?;
    }
    Ok(transaction.commit()?)
}
