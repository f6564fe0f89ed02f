//! What is said of the envelope in words: who asked for an opening and why, and the numbers of the
//! bags.

use std::collections::{BTreeMap, BTreeSet};

use super::line::LogLine;
use super::records;
use super::table::Cell;
use crate::audit::actor::ObjectRef;
use crate::audit::brought::Brought;
use crate::audit::details::Word;
use crate::audit::event::{Event, Step};
use crate::audit::record::Record;
use crate::id::{RecordSeq, Serial};

/// The words, as far as whoever reads may see them.
#[derive(Debug, Default)]
pub struct EnvelopeWords {
    /// Who asked for an opening by each record; why, and who saw it.
    requests: BTreeMap<RecordSeq, Vec<(Option<String>, Cell)>>,
    /// The last number of each sheet's bag.
    bags: BTreeMap<Serial, String>,
}

impl EnvelopeWords {
    /// Whether a record may hold such words.
    pub fn are_in(record: &Record) -> bool {
        is_request(record)
            || record.event == Event::LogMerge
            || record.details.contains_key(Word::Bag.name())
    }

    /// Takes the next record.
    pub fn take(&mut self, line: &LogLine) {
        let record = &line.record;
        if is_request(record) {
            let opener = line.word(Word::Opener.name()).map(str::to_owned);
            let why = records::said(line, &[Word::Witnesses]);
            let said = vec![(opener, why)];
            self.requests.insert(record.seq, said);
        }
        let there = line.brought.iter().filter(|it| is_request(&it.record));
        let there: Vec<_> = there.map(asked_there).collect();
        if !there.is_empty() {
            self.requests.insert(record.seq, there);
        }
        if let (Some(ObjectRef::Sheet(serial)), Some(bag)) =
            (&record.object, line.word(Word::Bag.name()))
        {
            self.bags.insert(serial.clone(), bag.to_owned());
        }
    }

    /// Who asked for an opening by these records, of which there is one for each run or copy; why, and
    /// who saw it.
    pub fn of_requests(&self, asked: &BTreeSet<RecordSeq>) -> (Cell, Cell) {
        let said = asked.iter().filter_map(|record| self.requests.get(record));
        let said: Vec<_> = said.flatten().collect();
        let mut openers = BTreeSet::new();
        let names = said.iter().filter_map(|(opener, _)| opener.clone());
        let names: Vec<String> = names.filter(|name| openers.insert(name.clone())).collect();
        let who = match &names[..] {
            [] => Cell::Nothing,
            [one] => Cell::Text(one.clone()),
            _ => Cell::Texts(names),
        };
        let why = said.into_iter().map(|(_, why)| why.clone());
        (who, why.reduce(together).unwrap_or(Cell::Nothing))
    }

    /// The number of a sheet's bag.
    pub fn bag(&self, serial: &Serial) -> Cell {
        Cell::text(self.bags.get(serial).map(String::as_str))
    }
}

/// Who asked on a copy, and why, as far as that was brought in.
fn asked_there(brought: &Brought) -> (Option<String>, Cell) {
    let word = |word: Word| brought.word(word.name()).map(str::to_owned);
    let witnesses = word(Word::Witnesses).map(|said| (Word::Witnesses.name().to_owned(), said));
    let why = Cell::Said(word(Word::Reason), witnesses.into_iter().collect());
    (word(Word::Opener), why)
}

/// What was said twice, as one.
fn together(one: Cell, other: Cell) -> Cell {
    let (Cell::Said(reason, mut words), Cell::Said(other, more)) = (one, other) else {
        return Cell::Nothing;
    };
    let reason = match (reason, other) {
        (Some(reason), Some(other)) if reason != other => Some(format!("{reason}; {other}")),
        (reason, other) => reason.or(other),
    };
    words.extend(more);
    words.dedup();
    Cell::Said(reason, words)
}

fn is_request(record: &Record) -> bool {
    record.event == Event::EnvelopeOpen && record.step == Some(Step::Requested)
}
