//! The envelope's rows: sealed shares.

use super::{Column, Row, number};
use crate::audit::row::RowKey;
use crate::id::Epoch;

/// A share of an escrow secret, as an age file to one or more sheets.
pub struct ShareRow {
    /// Which epoch.
    pub epoch: Epoch,
    /// The share's place in the scheme's order.
    pub place: u64,
    /// The age file.
    pub file: Vec<u8>,
}

impl Row for ShareRow {
    const TABLE: &'static str = "share";
    const COLUMNS: &'static [&'static str] = &["epoch", "place", "file"];
    const KEY: usize = 2;

    fn key(&self) -> RowKey {
        RowKey::Share(self.epoch, self.place)
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::Integer(self.epoch.get()),
            Column::Integer(self.place),
            Column::Blob(&self.file),
        ]
    }

    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            epoch: Epoch::new(number(row, 0)?),
            place: number(row, 1)?,
            file: row.get(2)?,
        })
    }
}
