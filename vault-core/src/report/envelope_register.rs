//! Everything that was ever done with the council's envelopes: sheets, seals, openings, drills.

use super::envelope_words::EnvelopeWords;
use super::names::Names;
use super::registers;
use super::story::Story;
use super::table::Table;
use crate::audit::ledger::Ledger;

/// The tables.
pub fn tables(story: &Story, after: &Ledger, names: &Names, words: &EnvelopeWords) -> Vec<Table> {
    vec![
        registers::sheets(story, after, (names, words), |_, _| true),
        registers::seals(story, names, |_, _| true),
        registers::openings(story, (names, words), |_| true),
        registers::drills(story, names),
    ]
}
