//! What is said of the envelope in words: who asked for an opening and why, and the numbers of the
//! bags.

use std::collections::BTreeMap;

use super::line::LogLine;
use super::records;
use super::table::Cell;
use crate::audit::details::Word;
use crate::audit::event::{Event, Step};
use crate::audit::record::{ObjectRef, Record};
use crate::id::{RecordSeq, Serial};

/// The words, as far as whoever reads may see them.
#[derive(Debug, Default)]
pub struct EnvelopeWords {
    /// Who asked for each opening; why, and who saw it.
    requests: BTreeMap<RecordSeq, (Cell, Cell)>,
    /// The last number of each sheet's bag.
    bags: BTreeMap<Serial, String>,
}

impl EnvelopeWords {
    /// Whether a record may hold such words.
    pub fn are_in(record: &Record) -> bool {
        is_request(record) || record.details.contains_key(Word::Bag.name())
    }

    /// Takes the next record.
    pub fn take(&mut self, line: &LogLine) {
        let record = &line.record;
        if is_request(record) {
            let opener = Cell::text(line.word(Word::Opener.name()));
            let why = records::said(line, &[Word::Witnesses]);
            self.requests.insert(record.seq, (opener, why));
        }
        if let (Some(ObjectRef::Sheet(serial)), Some(bag)) =
            (&record.object, line.word(Word::Bag.name()))
        {
            self.bags.insert(serial.clone(), bag.to_owned());
        }
    }

    /// Who asked for the opening that began with this record; why, and who saw it.
    pub fn of_request(&self, first: RecordSeq) -> (Cell, Cell) {
        let said = self.requests.get(&first).cloned();
        said.unwrap_or((Cell::Nothing, Cell::Nothing))
    }

    /// The number of a sheet's bag.
    pub fn bag(&self, serial: &Serial) -> Cell {
        Cell::text(self.bags.get(serial).map(String::as_str))
    }
}

fn is_request(record: &Record) -> bool {
    record.event == Event::EnvelopeOpen && record.step == Some(Step::Requested)
}
