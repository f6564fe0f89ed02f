//! A year in numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::line::LogLine;
use super::names::Names;
use super::reasons::Reasons;
use super::table::{Cell, Column, Table, TableId, Term};
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::event::{Event, Outcome};
use crate::audit::exception::Exception;
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::id::{CollectionId, EntryId};

/// What one person or opened envelope did.
#[derive(Debug, Default)]
struct Doings {
    who: String,
    role: Option<Term>,
    shown: u64,
    changes: u64,
    refused: u64,
    failed: u64,
    exceptions: u64,
}

/// How often one collection was used.
#[derive(Debug, Default)]
struct Use {
    entries: BTreeSet<EntryId>,
    shown: u64,
    refused: u64,
}

/// Counts records.
#[derive(Debug, Default)]
pub struct Tally {
    events: BTreeMap<&'static str, (Option<Event>, [u64; 3])>,
    people: BTreeMap<String, Doings>,
    uses: BTreeMap<CollectionId, Use>,
    reasons: Reasons,
}

impl Tally {
    /// Counts a record, which is an exception for these reasons; `after` knows where entries stand.
    pub fn take(&mut self, line: &LogLine, exceptions: &[Exception], after: &Ledger) {
        let record = &line.record;
        let outcome = match record.outcome {
            Outcome::Ok => 0,
            Outcome::Denied => 1,
            Outcome::Failed => 2,
        };
        let event = self.events.entry(record.event.name()).or_default();
        event.0 = Some(record.event);
        event.1[outcome] += 1;
        self.reasons.take(record.seq, exceptions);
        self.take_person(line, !exceptions.is_empty());
        self.take_use(record, after);
    }

    fn take_person(&mut self, line: &LogLine, is_exception: bool) {
        let record = &line.record;
        // Whose unlock failed could not sign; it counts for whom it was tried.
        let (id, who) = match (&record.actor, record.subject) {
            (Actor::Nobody, Some(person)) => {
                let id = Actor::Person(person).to_string();
                (id, line.subject.clone())
            }
            (Actor::Nobody | Actor::Sheet(_), _) => return,
            (actor, _) => (actor.to_string(), line.actor.clone()),
        };
        let doings = self.people.entry(id).or_default();
        doings.who = who.unwrap_or_default();
        if let Some(role) = record.role {
            doings.role = Some(Term::Role(role));
        }
        doings.exceptions += u64::from(is_exception);
        match (record.outcome, record.event) {
            (Outcome::Denied, _) => doings.refused += 1,
            (Outcome::Failed, _) => doings.failed += 1,
            (Outcome::Ok, Event::SecretReveal) => doings.shown += 1,
            (Outcome::Ok, _) => doings.changes += u64::from(changes(record)),
        }
    }

    fn take_use(&mut self, record: &Record, after: &Ledger) {
        let Some(ObjectRef::Entry(entry)) = record.object else {
            return;
        };
        let Some(collection) = after.collection_of(entry) else {
            return;
        };
        let used = self.uses.entry(collection).or_default();
        match (record.event, record.outcome) {
            (_, Outcome::Denied) => used.refused += 1,
            (Event::SecretReveal, Outcome::Ok) => {
                used.shown += 1;
                used.entries.insert(entry);
            }
            _ => {}
        }
    }

    /// For each reason, which records are exceptions.
    pub fn reasons(&self) -> Table {
        self.reasons.table()
    }

    /// How many records there are, for each event.
    pub fn events(&self) -> Table {
        let columns = &[Column::Event, Column::Done, Column::Refused, Column::Failed];
        let row = |(event, [done, refused, failed]): &(Option<Event>, [u64; 3])| {
            [
                Cell::term(event.map(|event| Term::Event(event, None, None))),
                Cell::Number(*done),
                Cell::Number(*refused),
                Cell::Number(*failed),
            ]
        };
        Table::new(TableId::Events, columns, self.events.values().map(row))
    }

    /// What each person did, in numbers; those who were shown most first.
    pub fn people(&self) -> Table {
        let columns = &[
            Column::Who,
            Column::Role,
            Column::Shown,
            Column::Changes,
            Column::Refused,
            Column::Failed,
            Column::Exceptions,
        ];
        let mut people: Vec<&Doings> = self.people.values().collect();
        people.sort_by_key(|doings| std::cmp::Reverse((doings.shown, doings.changes)));
        let row = |doings: &Doings| {
            [
                Cell::text(Some(doings.who.as_str()).filter(|who| !who.is_empty())),
                Cell::term(doings.role),
                Cell::Number(doings.shown),
                Cell::Number(doings.changes),
                Cell::Number(doings.refused),
                Cell::Number(doings.failed),
                Cell::Number(doings.exceptions),
            ]
        };
        Table::new(TableId::People, columns, people.into_iter().map(row))
    }

    /// How often each collection was used.
    pub fn uses(&self, names: &Names) -> Table {
        let columns = &[
            Column::Collection,
            Column::EntriesShown,
            Column::Shown,
            Column::Refused,
        ];
        let row = |(collection, used): (&CollectionId, &Use)| {
            [
                Cell::Text(names.collection(*collection)),
                Cell::count(used.entries.len()),
                Cell::Number(used.shown),
                Cell::Number(used.refused),
            ]
        };
        Table::new(TableId::CollectionsUsed, columns, self.uses.iter().map(row))
    }
}

/// Whether a record changed anything but the log.
fn changes(record: &Record) -> bool {
    !record.facts.is_empty() || !record.rows.is_empty()
}
