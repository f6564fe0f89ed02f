//! A ledger as bytes, so that the next start need not replay the log from its beginning. It is one
//! machine's alone, may be thrown away at any time, and is evidence of nothing.

use super::holdings::Entries;
use super::ledger::Ledger;
use crate::crypto::digest::Digest;

/// The form, with the program that wrote it: another program may read records otherwise, and
/// replays them itself.
const FORM: &str = concat!("coffer.memory/1 ", env!("CARGO_PKG_VERSION"), "\n");

/// `entries ‖ rows ‖ the rest as JSON ‖ length of entries ‖ length of rows ‖ digest ‖ form`.
/// The lengths are eight bytes each, and the digest is the SHA-256 of all before it. The tables
/// stand first, so that reading them back moves no byte of the first one.
///
/// # Panics
/// Never: every member has a JSON form.
pub fn encode(ledger: &Ledger) -> Vec<u8> {
    let mut bytes = ledger.entries.to_bytes();
    let entries = bytes.len() as u64;
    let rows = ledger.rows.of_entries_to_bytes();
    bytes.extend_from_slice(&rows);
    let rest = serde_json::to_vec(ledger).expect("every member has a JSON form");
    bytes.extend_from_slice(&rest);
    bytes.extend_from_slice(&entries.to_be_bytes());
    bytes.extend_from_slice(&(rows.len() as u64).to_be_bytes());
    let digest = Digest::of(&[&bytes]);
    bytes.extend_from_slice(digest.as_bytes());
    bytes.extend_from_slice(FORM.as_bytes());
    bytes
}

/// Reads [`encode`] back. `None` for anything else, a single changed bit included: the log is then
/// replayed.
pub fn decode(mut bytes: Vec<u8>) -> Option<Ledger> {
    let rest = bytes.strip_suffix(FORM.as_bytes())?;
    let (rest, digest) = rest.split_last_chunk::<32>()?;
    if *Digest::of(&[rest]).as_bytes() != *digest {
        return None;
    }
    let (rest, rows) = rest.split_last_chunk::<8>()?;
    let (rest, entries) = rest.split_last_chunk::<8>()?;
    let entries = usize::try_from(u64::from_be_bytes(*entries)).ok()?;
    let rows = usize::try_from(u64::from_be_bytes(*rows)).ok()?;
    let tables = entries.checked_add(rows)?;
    let mut ledger: Ledger = serde_json::from_slice(rest.get(tables..)?).ok()?;
    bytes.truncate(tables);
    ledger.rows = ledger
        .rows
        .with_those_of_entries(bytes.split_off(entries))?;
    ledger.entries = Entries::from_bytes(bytes)?;
    Some(ledger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::holdings::Entry;
    use crate::audit::row::RowKey;
    use crate::id::{CollectionId, EntryId, RecordSeq, Version};

    fn ledger() -> Ledger {
        let mut ledger = Ledger {
            size: 12,
            ..Ledger::default()
        };
        for number in 0..9 {
            let id = EntryId::from_bytes([number; 16]);
            let entry = Entry {
                collection: CollectionId::from_bytes([1; 16]),
                latest: Version::new(1),
                pending: None,
            };
            ledger.entries.insert(id, entry);
            let said = (RecordSeq::new(2), Digest::from_bytes([number; 32]));
            ledger.rows.insert(RowKey::Entry(id), said);
            ledger
                .rows
                .insert(RowKey::Collection(entry.collection), said);
        }
        ledger
    }

    #[test]
    fn what_is_remembered_is_what_was_known() {
        let bytes = encode(&ledger());
        let again = decode(bytes.clone()).expect("a memory");
        assert_eq!(encode(&again), bytes);
        assert_eq!((again.size, again.entries.len()), (12, 9));
        assert_eq!(again.rows.keys().count(), 10);
    }

    #[test]
    fn any_changed_bit_and_any_cut_is_noticed() {
        let bytes = encode(&ledger());
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert!(decode(damaged).is_none(), "byte {at}");
            assert!(decode(bytes[..at].to_vec()).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn another_programs_memory_is_not_read() {
        let text = FORM.replace("memory/1 ", "memory/1 9");
        let bytes = encode(&ledger());
        let bytes = [&bytes[..bytes.len() - FORM.len()], text.as_bytes()].concat();
        assert!(decode(bytes).is_none());
    }
}
