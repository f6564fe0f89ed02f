//! A cell as one line of text: what a terminal and a spreadsheet are given.

use vault_core::report::table::{Cell, Term};

use super::event::HIDDEN;
use super::report;
use crate::output::for_people;

/// The cell in words; empty where there is nothing.
pub(crate) fn text(cell: &Cell) -> String {
    match cell {
        Cell::Hidden => HIDDEN.to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Texts(texts) => texts.join(", "),
        Cell::Number(number) => number.to_string(),
        Cell::Record(record) => record.to_string(),
        Cell::Records(records) => joined(records.iter().map(ToString::to_string)),
        Cell::Time(time) => for_people(*time),
        Cell::Times(times) => times
            .iter()
            .map(|time| for_people(*time))
            .collect::<Vec<_>>()
            .join("; "),
        Cell::Term(term) => report::term(*term).to_owned(),
        Cell::Terms(terms) => joined(
            terms
                .iter()
                .map(|term: &Term| report::term(*term).to_owned()),
        ),
        Cell::By(who, record) => format!("{who} (record {record})"),
        Cell::Said(reason, others) => {
            let others = others
                .iter()
                .map(|(name, word)| format!("{}: {word}", label(name)));
            let said: Vec<String> = reason.iter().cloned().chain(others).collect();
            said.join("; ")
        }
        Cell::Nothing => String::new(),
    }
}

/// What a word beside a reason is called.
pub(crate) fn label(name: &str) -> String {
    name.replace('_', " ")
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}
