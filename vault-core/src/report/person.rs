//! What the log holds on one person, without other people.

use super::envelope_words::EnvelopeWords;
use super::line::LogLine;
use super::mask::ANOTHER;
use super::names::Names;
use super::story::Story;
use super::table::{Cell, Column, Table, TableId, Term};
use super::{records, registers};
use crate::audit::actor::Actor;
use crate::audit::exception::Exception;
use crate::audit::ledger::Ledger;
use crate::emergency::Holder;
use crate::id::PersonId;

/// A report on a person, whose lines are given to it in order.
pub struct OnePerson {
    person: PersonId,
    did: Vec<[Cell; 9]>,
    concerning: Vec<[Cell; 9]>,
    words: EnvelopeWords,
}

impl OnePerson {
    /// On `person`.
    pub fn new(person: PersonId) -> Self {
        Self {
            person,
            did: Vec::new(),
            concerning: Vec::new(),
            words: EnvelopeWords::default(),
        }
    }

    /// Takes a record that concerns the person, masked; `acted` says whether it is their own.
    pub fn take(&mut self, line: &LogLine, exceptions: &[Exception], acted: bool) {
        self.words.take(line);
        let row = records::row(line, exceptions);
        if acted {
            self.did.push(row);
        } else {
            self.concerning.push(row);
        }
    }

    /// The tables. `names` knows no other person.
    pub fn tables(self, story: &Story, after: &Ledger, names: &Names) -> Vec<Table> {
        let holder = Holder::Person(self.person);
        vec![
            self.standing(after, names),
            self.memberships(story, names),
            registers::sheets(story, after, (names, &self.words), |_, sheet| {
                sheet.holder == holder
            }),
            records::table(TableId::Did, self.did),
            records::table(TableId::Concerning, self.concerning),
        ]
    }

    fn standing(&self, after: &Ledger, names: &Names) -> Table {
        let columns = &[Column::Who, Column::Id, Column::Role, Column::Standing];
        let known = after.person(self.person);
        let row = known.map(|known| {
            [
                Cell::Text(names.person(self.person)),
                Cell::Text(self.person.to_string()),
                Cell::Term(Term::Role(known.facts.role)),
                Cell::Term(Term::Standing(known.facts.standing)),
            ]
        });
        Table::new(TableId::Person, columns, row)
    }

    fn memberships(&self, story: &Story, names: &Names) -> Table {
        let columns = &[
            Column::Collection,
            Column::Permission,
            Column::Since,
            Column::By,
            Column::Until,
        ];
        let theirs = story.memberships.iter();
        let theirs = theirs.filter(|membership| membership.person == self.person);
        let rows = theirs.map(|membership| {
            let from = &membership.from;
            let by = match from.by {
                Actor::Person(person) if person != self.person => {
                    Cell::By(ANOTHER.to_owned(), from.record)
                }
                _ => names.by(from),
            };
            [
                Cell::Text(names.collection(membership.collection)),
                Cell::Term(Term::Permission(membership.permission)),
                Cell::Time(from.time),
                by,
                Cell::time(membership.until.as_ref().map(|mark| mark.time)),
            ]
        });
        Table::new(TableId::Memberships, columns, rows)
    }
}
