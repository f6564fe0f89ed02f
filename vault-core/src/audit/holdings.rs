//! What grows with the number of entries: the entries, and the digests of the store's rows. Both
//! are held as tables of bytes, so that reading a remembered state costs no more for many of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fact::EntryFacts;
use super::row::RowKey;
use super::table::{Shelf, Table};
use crate::crypto::digest::Digest;
use crate::entry::EntryState;
use crate::id::{CollectionId, EntryId, RecordSeq, Version};

/// An entry, as the log knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub collection: CollectionId,
    /// The newest version, confirmed or not; numbers are never used twice.
    pub latest: Version,
    /// The record that proposed the current version.
    pub changed: RecordSeq,
    /// The version that waits to be confirmed, and the record that proposed it.
    pub pending: Option<(Version, RecordSeq)>,
    /// The last record that says that somebody may know what it holds.
    pub suspected: Option<RecordSeq>,
    /// How far the password in use could be relied on when it was made.
    pub state: EntryState,
    /// Whether it was retired.
    pub retired: bool,
}

/// Collection, newest version, record that proposed the current one, waiting version (0 for none)
/// and the record that proposed it, record of a suspicion (0 for none), state, whether retired.
const ENTRY_WIDTH: usize = 16 + 5 * 8 + 1 + 1;

/// The states in which an entry can be made, as they are held.
const STATES: [EntryState; 4] = [
    EntryState::InUse,
    EntryState::Default,
    EntryState::Initial,
    EntryState::SuspectedCompromised,
];

impl Entry {
    /// Whether an entry can be made in this state.
    pub(super) fn can_begin(state: EntryState) -> bool {
        STATES.contains(&state)
    }

    /// An entry that this record made in a collection.
    pub(super) const fn made(facts: &EntryFacts, record: RecordSeq) -> Self {
        Self {
            collection: facts.collection,
            latest: Version::new(1),
            changed: record,
            pending: None,
            suspected: None,
            state: facts.state,
            retired: false,
        }
    }

    /// Whether somebody raised a compromise of what it holds now.
    pub fn is_suspected(&self) -> bool {
        self.suspected.is_some_and(|raised| raised > self.changed)
    }

    fn to_bytes(self) -> [u8; ENTRY_WIDTH] {
        let (waiting, record) = match self.pending {
            Some((version, record)) => (version.get(), record.get()),
            None => (0, 0),
        };
        // The first record founds the vault and suspects nobody.
        let suspected = self.suspected.map_or(0, RecordSeq::get);
        let numbers = [
            self.latest.get(),
            self.changed.get(),
            waiting,
            record,
            suspected,
        ];
        let mut bytes = [0; ENTRY_WIDTH];
        bytes[..16].copy_from_slice(self.collection.as_bytes());
        for (place, number) in bytes[16..].chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        let state = (0..).zip(STATES).find(|(_, state)| *state == self.state);
        bytes[ENTRY_WIDTH - 2] = state.map_or(0, |(number, _)| number);
        bytes[ENTRY_WIDTH - 1] = u8::from(self.retired);
        bytes
    }

    fn from_bytes(bytes: &[u8; ENTRY_WIDTH]) -> Self {
        let [latest, changed, waiting, record, suspected] =
            [16, 24, 32, 40, 48].map(|at| number(bytes, at));
        Self {
            collection: CollectionId::from_bytes(part(bytes, 0)),
            latest: Version::new(latest),
            changed: RecordSeq::new(changed),
            pending: (waiting != 0).then_some((Version::new(waiting), RecordSeq::new(record))),
            suspected: (suspected != 0).then_some(RecordSeq::new(suspected)),
            state: STATES[usize::from(bytes[ENTRY_WIDTH - 2]) % STATES.len()],
            retired: bytes[ENTRY_WIDTH - 1] != 0,
        }
    }
}

/// `N` bytes of a record from `at` on.
fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}

fn number(bytes: &[u8], at: usize) -> u64 {
    u64::from_be_bytes(part(bytes, at))
}

/// Every entry.
#[derive(Clone, Default)]
pub struct Entries(Table<16, ENTRY_WIDTH>);

impl Entries {
    /// An entry.
    pub fn get(&self, id: &EntryId) -> Option<Entry> {
        self.0.get(id.as_bytes()).map(|it| Entry::from_bytes(&it))
    }

    /// Whether an entry is on record as used no more.
    pub fn is_retired(&self, id: EntryId) -> bool {
        self.get(&id).is_some_and(|entry| entry.retired)
    }

    /// Puts an entry and gives what was known of it.
    pub fn insert(&mut self, id: EntryId, entry: Entry) -> Option<Entry> {
        let before = self.0.insert(*id.as_bytes(), entry.to_bytes());
        before.map(|it| Entry::from_bytes(&it))
    }

    /// Every entry, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (EntryId, Entry)> + '_ {
        let each = self.0.iter();
        each.map(|(id, entry)| (EntryId::from_bytes(id), Entry::from_bytes(&entry)))
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) const fn table(&self) -> &Table<16, ENTRY_WIDTH> {
        &self.0
    }

    pub(super) fn stored(shelf: Shelf, start: u64, len: usize, index: &[u8]) -> Option<Self> {
        Table::stored(shelf, start, len, index).map(Self)
    }
}

impl FromIterator<(EntryId, Entry)> for Entries {
    fn from_iter<I: IntoIterator<Item = (EntryId, Entry)>>(all: I) -> Self {
        let mut entries = Self::default();
        for (id, entry) in all {
            entries.insert(id, entry);
        }
        entries
    }
}

/// An entry's id, which of its rows (0 the catalogue, 1 a version), and the version.
const ROW_KEY_WIDTH: usize = 16 + 1 + 8;
/// The record that last named the row, and the digest that it gave it.
const ROW_WIDTH: usize = 8 + 32;

/// The digest of each row in the latest record that names it, with that record.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// Those of entries and their versions.
    #[serde(skip)]
    of_entries: Table<ROW_KEY_WIDTH, ROW_WIDTH>,
    /// All others, which are few.
    others: BTreeMap<RowKey, (RecordSeq, Digest)>,
}

impl Rows {
    /// What the log says of a row.
    pub fn get(&self, row: &RowKey) -> Option<(RecordSeq, Digest)> {
        match narrow(row) {
            Some(key) => self.of_entries.get(&key).map(|it| row_from(&it)),
            None => self.others.get(row).copied(),
        }
    }

    /// Whether the log says that the row stands in the store.
    pub fn contains_key(&self, row: &RowKey) -> bool {
        self.get(row).is_some()
    }

    /// Takes over what a record says of a row.
    pub fn insert(&mut self, row: RowKey, said: (RecordSeq, Digest)) {
        match narrow(&row) {
            Some(key) => {
                let mut bytes = [0; ROW_WIDTH];
                bytes[..8].copy_from_slice(&said.0.get().to_be_bytes());
                bytes[8..].copy_from_slice(said.1.as_bytes());
                self.of_entries.insert(key, bytes);
            }
            None => {
                self.others.insert(row, said);
            }
        }
    }

    /// Takes over that a record deleted a row.
    pub fn remove(&mut self, row: &RowKey) {
        match narrow(row) {
            Some(key) => {
                self.of_entries.remove(&key);
            }
            None => {
                self.others.remove(row);
            }
        }
    }

    /// The names of all rows.
    pub fn keys(&self) -> impl Iterator<Item = RowKey> + '_ {
        let of_entries = self.of_entries.iter().map(|(key, _)| {
            let entry = EntryId::from_bytes(part(&key, 0));
            match key[16] {
                0 => RowKey::Entry(entry),
                _ => RowKey::Version(entry, Version::new(number(&key, 17))),
            }
        });
        self.others.keys().copied().chain(of_entries)
    }

    pub(super) const fn of_entries(&self) -> &Table<ROW_KEY_WIDTH, ROW_WIDTH> {
        &self.of_entries
    }

    /// Puts the rows of entries beside the others.
    pub(super) fn place(&mut self, on: Shelf, start: u64, len: usize, index: &[u8]) -> Option<()> {
        self.of_entries = Table::stored(on, start, len, index)?;
        Some(())
    }
}

/// The key of an entry's row in its table.
fn narrow(row: &RowKey) -> Option<[u8; ROW_KEY_WIDTH]> {
    let (entry, kind, version) = match row {
        RowKey::Entry(entry) => (entry, 0, 0),
        RowKey::Version(entry, version) => (entry, 1, version.get()),
        _ => return None,
    };
    let mut key = [0; ROW_KEY_WIDTH];
    key[..16].copy_from_slice(entry.as_bytes());
    key[16] = kind;
    key[17..].copy_from_slice(&version.to_be_bytes());
    Some(key)
}

fn row_from(bytes: &[u8; ROW_WIDTH]) -> (RecordSeq, Digest) {
    let digest = Digest::from_bytes(part(bytes, 8));
    (RecordSeq::new(number(bytes, 0)), digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_and_its_rows_are_held_as_they_were_given() {
        let id = EntryId::from_bytes([7; 16]);
        let record = RecordSeq::new(9);
        let entry = Entry {
            collection: CollectionId::from_bytes([3; 16]),
            latest: Version::new(2),
            changed: RecordSeq::new(4),
            pending: Some((Version::new(2), record)),
            suspected: Some(RecordSeq::new(5)),
            state: EntryState::Initial,
            retired: true,
        };
        let mut entries = Entries::default();
        assert_eq!(entries.insert(id, entry), None);
        let settled = Entry {
            pending: None,
            suspected: None,
            retired: false,
            ..entry
        };
        assert_eq!(entries.insert(id, settled), Some(entry));
        assert_eq!(entries.iter().collect::<Vec<_>>(), [(id, settled)]);

        let said = (record, Digest::from_bytes([5; 32]));
        let names = [
            RowKey::Collection(entry.collection),
            RowKey::Entry(id),
            RowKey::Version(id, Version::new(1)),
            RowKey::Version(id, Version::new(2)),
        ];
        let mut rows = Rows::default();
        for name in names {
            assert!(!rows.contains_key(&name));
            rows.insert(name, said);
        }
        rows.remove(&names[2]);
        assert_eq!(
            rows.keys().collect::<Vec<_>>(),
            [names[0], names[1], names[3]]
        );
        assert_eq!(rows.get(&names[3]), Some(said));
    }
}
