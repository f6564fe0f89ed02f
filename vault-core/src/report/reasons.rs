//! For each reason, which records are exceptions.

use std::collections::BTreeMap;

use super::table::{Cell, Column, Table, TableId, Term};
use crate::audit::exception::Exception;
use crate::id::RecordSeq;

/// The records, by reason.
#[derive(Debug, Default)]
pub struct Reasons(BTreeMap<Exception, Vec<RecordSeq>>);

impl Reasons {
    /// Takes a record with the reasons for which it is one.
    pub fn take(&mut self, record: RecordSeq, exceptions: &[Exception]) {
        for exception in exceptions {
            self.0.entry(*exception).or_default().push(record);
        }
    }

    /// The table, the gravest reason first.
    pub fn table(&self) -> Table {
        let columns = &[Column::Reason, Column::Count, Column::RecordList];
        let row = |(reason, records): (&Exception, &Vec<RecordSeq>)| {
            [
                Cell::Term(Term::Exception(*reason)),
                Cell::count(records.len()),
                Cell::Records(records.clone()),
            ]
        };
        Table::new(TableId::Reasons, columns, self.0.iter().map(row))
    }
}
