//! Who was shown what, when, why and on whose leave, in one financial year; what a reviewer looks at
//! first; and the registers of the envelope and of those whose access ended.

use std::collections::BTreeSet;

use super::envelope_words::EnvelopeWords;
use super::envelopes::{OpeningStory, SealStory};
use super::line::LogLine;
use super::names::Names;
use super::story::Story;
use super::table::{Cell, Column, Table, TableId, Term};
use super::tally::Tally;
use super::{records, registers};
use crate::audit::actor::ObjectRef;
use crate::audit::brought::Brought;
use crate::audit::details::Word;
use crate::audit::event::{Event, Step};
use crate::audit::exception::Exception;
use crate::audit::in_period::InPeriod;
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::id::Serial;

/// A report on accesses, whose lines are given to it in order.
pub struct Accesses {
    year: InPeriod,
    tally: Tally,
    exceptions: Vec<[Cell; 9]>,
    lines: Vec<(LogLine, Vec<Exception>)>,
    words: EnvelopeWords,
}

impl Accesses {
    /// Of `year`.
    pub fn new(year: InPeriod) -> Self {
        Self {
            year,
            tally: Tally::default(),
            exceptions: Vec::new(),
            lines: Vec::new(),
            words: EnvelopeWords::default(),
        }
    }

    /// Takes a record of the year, or one with [words of the envelope](EnvelopeWords), which is an exception for these reasons; `after` is what the
    /// whole log says.
    pub fn take(&mut self, line: LogLine, exceptions: &[Exception], after: &Ledger) {
        self.words.take(&line);
        let record = &line.record;
        if !self.year.has(record.seq) {
            return;
        }
        self.tally.take(&line, exceptions, after);
        if !exceptions.is_empty() {
            self.exceptions.push(records::row(&line, exceptions));
        }
        if is_access(record.event, record.step) {
            self.lines.push((line, exceptions.to_vec()));
        }
    }

    /// The tables: what needs a look first, then the year on one page, then everything.
    pub fn tables(self, story: &Story, after: &Ledger, names: &Names) -> Vec<Table> {
        let newest = story.envelopes.seals.values().next_back();
        let newest = newest.map_or_else(BTreeSet::new, |seal| seal.sheets.clone());
        let year = &self.year;
        let of_year =
            |serial: &Serial, sheet: &_| registers::is_of_year(serial, sheet, year, &newest);
        let sealed = |_, seal: &SealStory| year.has(seal.sealed.record);
        let asked = |opening: &OpeningStory| year.has(opening.requested.record);
        let told = (names, &self.words);
        vec![
            self.tally.reasons(),
            self.tally.people(),
            self.tally.uses(names),
            self.tally.events(),
            registers::sheets(story, after, told, of_year),
            registers::seals(story, names, sealed),
            registers::openings(story, told, asked),
            registers::leavers(story, names, year, after),
            records::table(TableId::Exceptions, self.exceptions),
            accesses(&self.lines, story, names),
        ]
    }
}

/// Whether it shows what is kept, or was meant to.
fn is_access(event: Event, step: Option<Step>) -> bool {
    match event {
        Event::SecretReveal | Event::TransferExport | Event::LogMerge => true,
        Event::EnvelopeOpen => step == Some(Step::Listed),
        _ => false,
    }
}

fn accesses(lines: &[(LogLine, Vec<Exception>)], story: &Story, names: &Names) -> Table {
    let columns = &[
        Column::Record,
        Column::Time,
        Column::Who,
        Column::What,
        Column::Field,
        Column::Why,
        Column::ApprovedBy,
        Column::Outcome,
        Column::Noted,
    ];
    let row = |(line, exceptions): &(LogLine, Vec<Exception>)| {
        let record = &line.record;
        let own = [
            Cell::Record(record.seq),
            Cell::Time(record.time),
            Cell::text(line.actor.as_deref()),
            Cell::text(line.about()),
            Cell::text(line.word(Word::Field.name())),
            records::said(line, &[]),
            story.leaves.cell(record.seq, names),
            Cell::Term(Term::Outcome(record.outcome)),
            records::noted(exceptions),
        ];
        let shown = line
            .brought
            .iter()
            .filter(|it| is_access(it.record.event, it.record.step));
        let shown = shown.map(|brought| shown_there(brought, record, names));
        [own].into_iter().chain(shown).collect::<Vec<_>>()
    };
    Table::new(TableId::Accesses, columns, lines.iter().flat_map(row))
}

/// What was shown on a copy, under the record that brought it in, at the time that is said there.
fn shown_there(brought: &Brought, by: &Record, names: &Names) -> [Cell; 9] {
    let there = &brought.record;
    let title = match &there.object {
        Some(ObjectRef::Entry(entry)) => names.entry(*entry),
        Some(object) => object.to_string(),
        None => String::new(),
    };
    [
        Cell::Record(by.seq),
        Cell::Time(there.time),
        Cell::text(names.actor(&there.actor)),
        Cell::Text(title),
        Cell::Nothing,
        Cell::Nothing,
        Cell::Nothing,
        Cell::Term(Term::Outcome(there.outcome)),
        Cell::Terms(vec![Term::Exception(Exception::Opening)]),
    ]
}
