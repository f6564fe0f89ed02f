//! When each entry came, was changed, and went.

use std::collections::BTreeMap;

use super::mark::Mark;
use crate::audit::actor::ObjectRef;
use crate::audit::event::{Event, Outcome, Step};
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::id::{CollectionId, EntryId, RecordSeq};
use crate::time::Timestamp;

/// What the records tell of one entry's password.
#[derive(Debug, Clone)]
pub struct Change {
    /// The record that made the entry.
    pub made: Mark,
    /// Each change: the record that proposed the new password, and the one that confirmed it.
    pub confirmed: Vec<(RecordSeq, Mark)>,
    /// The record that retired it, where it was not brought back.
    pub retired: Option<Mark>,
}

impl Change {
    /// When the password in use came into use.
    pub fn last(&self) -> &Mark {
        self.confirmed.last().map_or(&self.made, |(_, mark)| mark)
    }

    /// When what the entry held at `record` was of no use any more: it was changed to what was
    /// proposed later, or retired.
    pub fn made_good(&self, record: RecordSeq) -> Option<Timestamp> {
        let mut all = self.confirmed.iter();
        let changed = all.find(|(proposed, _)| *proposed > record);
        let changed = changed.map(|(_, mark)| mark.time);
        changed.or_else(|| self.retired.as_ref().map(|mark| mark.time))
    }
}

/// What the records tell of every entry's password.
#[derive(Debug, Default)]
pub struct Changes(BTreeMap<EntryId, Change>);

impl Changes {
    /// Takes the next record.
    pub fn take(&mut self, record: &Record, before: &Ledger) {
        let Some(ObjectRef::Entry(entry)) = &record.object else {
            return;
        };
        if record.outcome != Outcome::Ok {
            return;
        }
        let mark = Mark::of(record);
        match (record.event, record.step) {
            (Event::SecretCreate, _) => {
                let made = Change {
                    made: mark,
                    confirmed: Vec::new(),
                    retired: None,
                };
                self.0.insert(*entry, made);
            }
            (Event::SecretRotate, Some(Step::Confirmed)) => {
                let pending = before.entries.get(entry).and_then(|known| known.pending);
                if let (Some(change), Some((_, proposed))) = (self.0.get_mut(entry), pending) {
                    change.confirmed.push((proposed, mark));
                }
            }
            (Event::SecretArchive, step) => {
                if let Some(change) = self.0.get_mut(entry) {
                    change.retired = (step == Some(Step::Retired)).then_some(mark);
                }
            }
            _ => {}
        }
    }

    /// What is told of one entry.
    pub fn of(&self, entry: EntryId) -> Option<&Change> {
        self.0.get(&entry)
    }

    /// The entries that a collection had at `record` and that were not retired then.
    pub fn standing_at<'a>(
        &'a self,
        collection: CollectionId,
        record: RecordSeq,
        after: &'a Ledger,
    ) -> impl Iterator<Item = (EntryId, &'a Change)> + 'a {
        let here = move |entry: &EntryId| after.collection_of(*entry) == Some(collection);
        let all = self.0.iter().filter(move |(entry, _)| here(entry));
        let there = all.filter(move |(_, change)| {
            let retired = change.retired.as_ref().map(|mark| mark.record);
            change.made.record < record && retired.is_none_or(|retired| retired > record)
        });
        there.map(|(entry, change)| (*entry, change))
    }
}
