//! A ledger as bytes, so that the next start need not replay the log from its beginning. It is one
//! machine's alone, may be thrown away at any time, and is evidence of nothing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::holdings::Entries;
use super::ledger::Ledger;
use super::table::Shelf;
pub use super::table::Source;
use crate::crypto::digest::Digest;
use crate::tlog::tree::Frontier;

/// The form, with the program that wrote it: another program may read records otherwise, and
/// replays them itself.
const FORM: &str = concat!("coffer.memory/1 ", env!("CARGO_PKG_VERSION"), "\n");

/// Form, length of the head, and its digest.
const FRAME: usize = FORM.len() + 8 + 32;

/// The longest head that is read.
const LONGEST_HEAD: u64 = 64 * 1024 * 1024;

/// What is read at once.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head<L> {
    /// Everything but the tables of entries.
    ledger: L,
    /// Of entries and of their rows: how many records, and how many bytes of index.
    tables: [(usize, usize); 2],
    /// The hashes of the tree's frontier, where the log was verified up to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frontier: Option<Vec<Digest>>,
}

/// A log that was verified, every record of it: what it said then, and its tree.
pub struct Verified {
    /// What it said.
    pub ledger: Ledger,
    /// The tree, of as many leaves as the ledger has read records.
    pub frontier: Frontier,
}

impl Verified {
    /// What [`encode`] gives of the ledger, with the tree.
    pub fn encode(&self) -> Option<Vec<u8>> {
        encode_with(&self.ledger, Some(self.frontier.hashes().to_vec()))
    }

    /// Reads [`Self::encode`] back; `None` for anything else.
    pub fn decode(source: Arc<dyn Source>) -> Option<Self> {
        let (ledger, hashes) = decode_with(source)?;
        let frontier = Frontier::from_parts(ledger.size, &hashes?).ok()?;
        Some(Self { ledger, frontier })
    }
}

/// `form ‖ length of the head ‖ its SHA-256 ‖ head ‖ entries ‖ rows`, where the head is a line of
/// JSON and the indexes of the two tables. `None` where the ledger rests on a memory that could
/// not be read.
///
pub fn encode(ledger: &Ledger) -> Option<Vec<u8>> {
    encode_with(ledger, None)
}

fn encode_with(ledger: &Ledger, frontier: Option<Vec<Digest>>) -> Option<Vec<u8>> {
    let (entries, entry_index) = ledger.entries.table().to_bytes();
    let (rows, row_index) = ledger.rows.of_entries().to_bytes();
    if !ledger.is_sound() {
        return None;
    }
    let head = Head {
        ledger,
        tables: [
            (ledger.entries.len(), entry_index.len()),
            (ledger.rows.of_entries().len(), row_index.len()),
        ],
        frontier,
    };
    let mut line = serde_json::to_vec(&head).expect("every member has a JSON form");
    line.push(b'\n');
    let head = [line, entry_index, row_index].concat();
    let length = (head.len() as u64).to_be_bytes();
    let digest = Digest::of(&[&head]);
    let frame = [FORM.as_bytes(), &length, digest.as_bytes()].concat();
    Some([frame, head, entries, rows].concat())
}

/// Reads [`encode`] back, the tables a page at a time when they are asked. `None` for anything
/// else: the log is then replayed.
pub fn decode(source: Arc<dyn Source>) -> Option<Ledger> {
    decode_with(source).map(|(ledger, _)| ledger)
}

fn decode_with(source: Arc<dyn Source>) -> Option<(Ledger, Option<Vec<Digest>>)> {
    let frame = source.read(0, FRAME)?;
    let rest = frame.strip_prefix(FORM.as_bytes())?;
    let (length, digest) = rest.split_first_chunk::<8>()?;
    let length = Some(u64::from_be_bytes(*length)).filter(|length| *length <= LONGEST_HEAD)?;
    let bytes = source.read(FRAME as u64, usize::try_from(length).ok()?)?;
    if Digest::of(&[&bytes]).as_bytes() != digest {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let head: Head<Ledger> = serde_json::from_slice(&bytes[..end]).ok()?;
    let [(entries, entry_index), (rows, row_index)] = head.tables;
    let indexes = &bytes[end + 1..];
    let of_entries = indexes.get(..entry_index)?;
    let of_rows = indexes.get(entry_index..entry_index.checked_add(row_index)?)?;
    let shelf = Shelf::new(source);
    let start = FRAME as u64 + length;
    let mut ledger = head.ledger;
    ledger.entries = Entries::stored(shelf.clone(), start, entries, of_entries)?;
    let start = start + ledger.entries.table().width();
    ledger.rows.place(shelf, start, rows, of_rows)?;
    Some((ledger, head.frontier))
}

impl Ledger {
    /// Whether what it remembers is what was written down, as far as that was read. Where it is
    /// not, what it says of entries and rows is not to be relied on.
    pub fn is_sound(&self) -> bool {
        self.entries.table().is_sound() && self.rows.of_entries().is_sound()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::holdings::Entry;
    use crate::audit::row::RowKey;
    use crate::audit::table::bytes::Bytes;
    use crate::entry::EntryState;
    use crate::id::{CollectionId, EntryId, RecordSeq, Version};

    const COLLECTION: CollectionId = CollectionId::from_bytes([1; 16]);

    fn ledger() -> Ledger {
        let mut ledger = Ledger {
            size: 12,
            ..Ledger::default()
        };
        for number in 0..9 {
            let id = EntryId::from_bytes([number; 16]);
            let entry = Entry {
                collection: COLLECTION,
                latest: Version::new(1),
                changed: RecordSeq::new(2),
                pending: None,
                suspected: None,
                state: EntryState::InUse,
                retired: false,
            };
            ledger.entries.insert(id, entry);
            let said = (RecordSeq::new(2), Digest::from_bytes([number; 32]));
            ledger.rows.insert(RowKey::Entry(id), said);
            ledger.rows.insert(RowKey::Collection(COLLECTION), said);
        }
        ledger
    }

    fn decoded(bytes: &[u8]) -> Option<Ledger> {
        decode(Arc::new(Bytes(bytes.to_vec())))
    }

    #[test]
    fn what_is_remembered_is_what_was_known() {
        let bytes = encode(&ledger()).expect("sound");
        let again = decoded(&bytes).expect("a memory");
        assert_eq!(encode(&again).as_ref(), Some(&bytes));
        assert_eq!((again.size, again.entries.len()), (12, 9));
        assert_eq!(again.rows.keys().count(), 10);
    }

    #[test]
    fn any_changed_bit_and_any_cut_is_noticed_before_it_is_relied_on() {
        let bytes = encode(&ledger()).expect("sound");
        let noticed = |damaged: &[u8]| {
            decoded(damaged).is_none_or(|ledger| encode(&ledger).is_none() && !ledger.is_sound())
        };
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert!(noticed(&damaged), "byte {at}");
            assert!(noticed(&bytes[..at]), "cut at {at}");
        }
    }

    #[test]
    fn a_verified_log_is_remembered_with_its_tree_or_not_at_all() {
        let mut frontier = Frontier::new();
        frontier.extend((0..12).map(|number| Digest::of(&[&[number]])));
        let ledger = ledger();
        let bytes = Verified { ledger, frontier }.encode().expect("sound");
        let source = |bytes: &[u8]| Arc::new(Bytes(bytes.to_vec()));
        let again = Verified::decode(source(&bytes)).expect("a memory");
        assert_eq!(again.encode().as_ref(), Some(&bytes));
        assert_eq!(again.frontier.size(), 12);
        let without = encode(&again.ledger).expect("sound");
        assert!(Verified::decode(source(&without)).is_none());
    }

    #[test]
    fn another_programs_memory_is_not_read() {
        let text = FORM.replace("memory/1 ", "memory/1 9");
        let bytes = encode(&ledger()).expect("sound");
        let bytes = [text.as_bytes(), &bytes[FORM.len()..]].concat();
        assert!(decoded(&bytes).is_none());
    }
}
