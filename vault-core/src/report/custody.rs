//! Who holds what today: collections and their members, entries and when their passwords were last
//! changed, paper, and what the envelope has of it.

use std::collections::BTreeMap;

use super::changes::Change;
use super::envelope_words::EnvelopeWords;
use super::line::LogLine;
use super::names::Names;
use super::registers;
use super::story::Story;
use super::table::{Cell, Column, Cover, Table, TableId, Term};
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome};
use crate::audit::ledger::{Collection, Entry, Ledger};
use crate::audit::row::Reader;
use crate::collection::Permission;
use crate::entry::{EntryKind, EntryState};
use crate::id::{EntryId, PersonId, RecordSeq, Serial};
use crate::text::fold;

/// An entry, as far as the reader may see it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Which.
    pub entry: EntryId,
    /// What it is for.
    pub kind: Option<EntryKind>,
    /// How far its password can be relied on, by the log and then by its catalogue.
    pub state: Option<EntryState>,
    /// Why its password has to be changed.
    pub due: Vec<&'static str>,
}

/// In which state each entry was made, with the record that says so.
pub type StatesMade = BTreeMap<EntryId, (RecordSeq, EntryState)>;

/// The state in which a record makes an entry, where its words can be read.
pub fn state_made(line: &LogLine) -> Option<(EntryId, (RecordSeq, EntryState))> {
    let record = &line.record;
    let Some(ObjectRef::Entry(entry)) = record.object else {
        return None;
    };
    let makes = record.event == Event::SecretCreate && record.outcome == Outcome::Ok;
    if !makes || line.words.is_empty() {
        return None;
    }
    let state = match line.word(Word::State.name()) {
        Some(word) => EntryState::named(word)?,
        None => EntryState::InUse,
    };
    Some((entry, (record.seq, state)))
}

impl Kept {
    /// What the log alone tells of an entry that the reader does not see.
    pub fn by_log(entry: EntryId, known: &Entry, made: &StatesMade, ledger: &Ledger) -> Self {
        let made = made.get(&entry);
        let state = if known.is_suspected() {
            Some(EntryState::SuspectedCompromised)
        } else {
            match made {
                Some((record, state)) if *record == known.changed => Some(*state),
                // Whoever changes a password chooses one.
                Some(_) => Some(EntryState::InUse),
                None => None,
            }
        };
        let mut due = ledger.due(entry, known);
        if let Some(of_state) = state.and_then(EntryState::due)
            && !due.contains(&of_state)
        {
            due.insert(0, of_state);
        }
        Self {
            entry,
            kind: None,
            state,
            due,
        }
    }
}

/// The tables.
pub fn tables(
    kept: &[Kept],
    story: &Story,
    after: &Ledger,
    (names, words): (&Names, &EnvelopeWords),
) -> Vec<Table> {
    let newest = story.envelopes.seals.values().next_back();
    let sealed = |serial: &Serial, _: &_| newest.is_some_and(|seal| seal.sheets.contains(serial));
    vec![
        collections(after, names),
        members(story, after, names),
        entries(kept, story, after, names),
        registers::sheets(story, after, (names, words), sealed),
    ]
}

/// The council's own collections, built-in ones aside, in the order of their names.
fn own<'l>(after: &'l Ledger, names: &Names) -> Vec<(String, &'l Collection)> {
    let own = after.collections.values();
    let own = own.filter(|collection| !collection.facts.kind.is_built_in());
    let mut own: Vec<_> = own
        .map(|collection| (names.collection(collection.facts.collection), collection))
        .collect();
    own.sort_by(|(one, _), (other, _)| one.cmp(other));
    own
}

/// What the envelope has of a collection.
fn cover(collection: &Collection, after: &Ledger) -> Cover {
    match after.envelope.current() {
        _ if !collection.facts.in_scope => Cover::OutOfScope,
        None => Cover::NoEnvelope,
        Some(seal) => {
            let reader = Reader::Escrow(seal.facts.epoch);
            if after.is_wrapped_to(collection, reader) {
                Cover::Covered
            } else {
                Cover::Missing
            }
        }
    }
}

fn collections(after: &Ledger, names: &Names) -> Table {
    let columns = &[
        Column::Collection,
        Column::Kind,
        Column::Members,
        Column::Entries,
        Column::Envelope,
    ];
    let row = |(name, collection): (String, &Collection)| {
        let id = collection.facts.collection;
        let entries = after.entries.iter();
        let entries = entries.filter(|(_, known)| known.collection == id && !known.retired);
        [
            Cell::Text(name),
            Cell::Term(Term::Collection(collection.facts.kind)),
            Cell::count(collection.members.len()),
            Cell::count(entries.count()),
            Cell::Term(Term::Cover(cover(collection, after))),
        ]
    };
    let rows = own(after, names).into_iter().map(row);
    Table::new(TableId::Collections, columns, rows)
}

fn members(story: &Story, after: &Ledger, names: &Names) -> Table {
    let columns = &[
        Column::Collection,
        Column::Who,
        Column::Role,
        Column::Standing,
        Column::Permission,
        Column::Since,
        Column::By,
    ];
    let mut rows = Vec::new();
    for (name, collection) in own(after, names) {
        let mut members: Vec<(String, PersonId, Permission)> = collection
            .members
            .iter()
            .map(|(person, permission)| (names.person(*person), *person, *permission))
            .collect();
        members.sort();
        for (who, person, permission) in members {
            let known = after.person(person).map(|known| &known.facts);
            let held = story
                .memberships
                .standing(collection.facts.collection, person);
            rows.push([
                Cell::Text(name.clone()),
                Cell::Text(who),
                Cell::term(known.map(|facts| Term::Role(facts.role))),
                Cell::term(known.map(|facts| Term::Standing(facts.standing))),
                Cell::Term(Term::Permission(permission)),
                Cell::time(held.map(|held| held.from.time)),
                held.map_or(Cell::Nothing, |held| names.by(&held.from)),
            ]);
        }
    }
    Table::new(TableId::Members, columns, rows)
}

fn entries(kept: &[Kept], story: &Story, after: &Ledger, names: &Names) -> Table {
    let columns = &[
        Column::Collection,
        Column::Title,
        Column::Kind,
        Column::State,
        Column::ChangedAt,
        Column::By,
        Column::Pending,
        Column::Due,
        Column::Envelope,
    ];
    let mut rows = Vec::with_capacity(kept.len());
    for kept in kept {
        let Some(known) = after.entries.get(&kept.entry) else {
            continue;
        };
        let (collection, title) = (names.collection(known.collection), names.entry(kept.entry));
        let place = (fold(&collection), fold(&title));
        let last = story.changes.of(kept.entry).map(Change::last);
        let envelope = after.collection(known.collection);
        let envelope = envelope.map(|collection| Term::Cover(cover(collection, after)));
        let due = kept.due.iter().copied().map(Term::Due);
        let row = [
            Cell::Text(collection),
            Cell::Text(title),
            kept.kind
                .map_or(Cell::Hidden, |kind| Cell::Term(Term::Entry(kind))),
            kept.state
                .map_or(Cell::Hidden, |it| Cell::Term(Term::State(it))),
            Cell::time(last.map(|mark| mark.time)),
            last.map_or(Cell::Nothing, |mark| names.by(mark)),
            known.pending.map_or(Cell::Nothing, |(version, record)| {
                Cell::By(format!("version {version}"), record)
            }),
            Cell::Terms(due.collect()),
            Cell::term(envelope),
        ];
        rows.push((place, row));
    }
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let rows = rows.into_iter().map(|(_, row)| row);
    Table::new(TableId::Entries, columns, rows)
}
