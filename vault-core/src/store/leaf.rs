//! The log as it is verified: each record with what stands beside it.

use super::log::sqlite_integer;
use super::{Store, StoreError};
use crate::audit::flaw::{BadRecord, Flaw};
use crate::id::RecordSeq;

/// A record as it is stored, and what stands beside it.
pub struct Leaf<'r> {
    /// Its line.
    pub line: &'r [u8],
    /// Its encrypted words.
    pub details: Option<&'r [u8]>,
    /// The checkpoint that ends with it.
    pub note: Option<&'r str>,
}

impl<'r> Leaf<'r> {
    fn from_sql(row: &'r rusqlite::Row<'_>, place: RecordSeq) -> Result<Self, StoreError> {
        let number: i64 = row.get(0)?;
        if u64::try_from(number) != Ok(place.get()) {
            let (seq, flaw) = (place, Flaw::WrongPlace);
            return Err(StoreError::Log(BadRecord { seq, flaw }));
        }
        let flawed = |flaw| StoreError::Log(BadRecord { seq: place, flaw });
        Ok(Self {
            line: row
                .get_ref(1)?
                .as_blob()
                .map_err(|_| flawed(Flaw::NotARecord))?,
            details: row
                .get_ref(2)?
                .as_blob_or_null()
                .map_err(|_| flawed(Flaw::Details))?,
            note: row
                .get_ref(3)?
                .as_str_or_null()
                .map_err(|_| flawed(Flaw::Checkpoint))?,
        })
    }
}

/// How much of the log's tables there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Records.
    pub records: u64,
    /// Records with words.
    pub details: u64,
    /// Checkpoints.
    pub checkpoints: u64,
    /// Sessions with a key for their words; `None` where the log was counted in part, to no part of
    /// which they belong.
    pub detail_keys: Option<u64>,
}

impl Store {
    /// Calls `each` with every record from `from` on, in order, and what stands beside it, until it
    /// fails. What stands before the first place counts as the first.
    ///
    /// # Errors
    /// [`StoreError`], also where a number is missing.
    pub fn leaves<E: From<StoreError>>(
        &self,
        from: u64,
        mut each: impl FnMut(Leaf<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = "SELECT record.seq, line, box, note FROM record \
                   LEFT JOIN detail ON detail.seq = record.seq \
                   LEFT JOIN checkpoint ON size = record.seq + 1 \
                   WHERE record.seq >= ? ORDER BY record.seq";
        let statement = self.connection().prepare(sql);
        let mut statement = statement.map_err(StoreError::from)?;
        let rows = statement.query([lowest(from, 0)?]);
        let mut rows = rows.map_err(StoreError::from)?;
        let mut place = RecordSeq::new(from);
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            each(Leaf::from_sql(row, place)?)?;
            place = place.next();
        }
        Ok(())
    }

    /// How much there is from the record `from` on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn counts(&self, from: u64) -> Result<Counts, StoreError> {
        let count = |sql: &str, from: &[i64]| -> Result<u64, StoreError> {
            let from = rusqlite::params_from_iter(from);
            let count: i64 = self.connection().query_row(sql, from, |row| row.get(0))?;
            u64::try_from(count).map_err(|_| StoreError::Damaged)
        };
        let (seq, size) = ([lowest(from, 0)?], [lowest(from, 1)?]);
        let keys = || count("SELECT count(*) FROM detail_key", &[]);
        Ok(Counts {
            records: count("SELECT count(*) FROM record WHERE seq >= ?", &seq)?,
            details: count("SELECT count(*) FROM detail WHERE seq >= ?", &seq)?,
            checkpoints: count("SELECT count(*) FROM checkpoint WHERE size >= ?", &size)?,
            detail_keys: (from == 0).then(keys).transpose()?,
        })
    }
}

/// The lowest number of a row that belongs to the records from `from` on, where that of the record
/// itself is `beyond` its place.
fn lowest(from: u64, beyond: u64) -> Result<i64, StoreError> {
    match from {
        0 => Ok(i64::MIN),
        from => sqlite_integer(from + beyond),
    }
}
