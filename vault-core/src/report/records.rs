//! Records as rows.

use super::line::{LogLine, OTHER_TITLE};
use super::table::{Cell, Column, Table, TableId, Term};
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::exception::Exception;
use crate::audit::nuance::Nuance;

/// The columns of a table of records.
pub const COLUMNS: [Column; 9] = [
    Column::Record,
    Column::Time,
    Column::Event,
    Column::Outcome,
    Column::Who,
    Column::What,
    Column::Whom,
    Column::Why,
    Column::Noted,
];

/// What is said in a record beside its reason, in this order. What something is called stands in a
/// column of its own, and which machine it was on belongs to no report.
const OTHERS: [Word; 7] = [
    Word::Field,
    Word::Device,
    Word::Bag,
    Word::Opener,
    Word::Witnesses,
    Word::File,
    Word::Selection,
];

/// One record.
pub fn row(line: &LogLine, exceptions: &[Exception]) -> [Cell; 9] {
    let record = &line.record;
    [
        Cell::Record(record.seq),
        Cell::Time(record.time),
        Cell::Term(Term::Event(record.event, record.step, Nuance::of(record))),
        Cell::Term(Term::Outcome(record.outcome)),
        Cell::text(line.actor.as_deref()),
        Cell::text(line.object.as_deref()),
        Cell::text(whom(line)),
        said(line, &OTHERS),
        noted(exceptions),
    ]
}

/// Whom it concerns, where that is not what it is about.
fn whom(line: &LogLine) -> Option<&str> {
    let record = &line.record;
    let is_object =
        matches!(record.object, Some(ObjectRef::Person(id)) if Some(id) == record.subject);
    line.subject.as_deref().filter(|_| !is_object)
}

/// A table of these rows.
pub fn table(id: TableId, rows: Vec<[Cell; 9]>) -> Table {
    Table::new(id, &COLUMNS, rows)
}

/// Why, and what else was said.
pub(super) fn said(line: &LogLine, others: &[Word]) -> Cell {
    let reason = line.word(Word::Reason.name()).map(str::to_owned);
    let others = others.iter().filter_map(|word| {
        let said = line.word(word.name())?;
        Some((word.name().to_owned(), said.to_owned()))
    });
    let about_words = [UNREADABLE, OTHER_TITLE].into_iter();
    let about_words =
        about_words.filter_map(|name| Some((name.to_owned(), line.word(name)?.to_owned())));
    let others = others.chain(about_words);
    let erased = line.erased.map(|under| under.to_string());
    let others = others.chain(erased.map(|under| (ERASED.to_owned(), under)));
    let others: Vec<(String, String)> = others.collect();
    if line.hidden && reason.is_none() && others.is_empty() {
        return Cell::Hidden;
    }
    Cell::Said(reason, others)
}

/// The name under which it stands that an author's words do not open.
pub const UNREADABLE: &str = "unreadable";

/// The name under which the record stands that says that the words were erased.
pub const ERASED: &str = "erased_under_record";

/// Why a record is an exception.
pub(super) fn noted(exceptions: &[Exception]) -> Cell {
    let terms = exceptions.iter().copied().map(Term::Exception);
    Cell::Terms(terms.collect())
}
