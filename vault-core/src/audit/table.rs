//! A sorted table of fixed-width records, of which the greater part stays where it is stored. A
//! look-up reads one page; what has changed since stands apart. So neither reading a remembered
//! table nor asking it costs more for many records.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::crypto::digest::Digest;

/// How many records make a page.
const PAGE: usize = 64;

/// Bytes that never change, read a part at a time.
pub trait Source: Send + Sync {
    /// `len` bytes from `at` on; `None` where they cannot be read.
    fn read(&self, at: u64, len: usize) -> Option<Vec<u8>>;
}

/// A source, and whether all that was read from it so far was what had been stored there.
#[derive(Clone)]
pub(super) struct Shelf {
    source: Arc<dyn Source>,
    broken: Arc<AtomicBool>,
}

impl Shelf {
    pub(super) fn new(source: Arc<dyn Source>) -> Self {
        Self {
            source,
            broken: Arc::default(),
        }
    }

    pub(super) fn is_sound(&self) -> bool {
        !self.broken.load(Ordering::Relaxed)
    }
}

/// `K` bytes of key and `W` bytes of value for each record.
#[derive(Clone, Default)]
pub(super) struct Table<const K: usize, const W: usize> {
    stored: Option<Stored<K, W>>,
    /// What has been put or taken away since; it stands before what is stored.
    changes: BTreeMap<[u8; K], Option<[u8; W]>>,
    /// How many keys there are.
    len: usize,
}

/// Records in the order of their keys, without gaps.
#[derive(Clone)]
struct Stored<const K: usize, const W: usize> {
    shelf: Shelf,
    start: u64,
    len: usize,
    /// The first key of each page, and the digest of the page.
    index: Arc<[([u8; K], Digest)]>,
    /// The pages that were read; none where a page was not what had been stored.
    pages: Vec<OnceLock<Option<Box<[u8]>>>>,
}

impl<const K: usize, const W: usize> Table<K, W> {
    /// The records as bytes, and their index: for each page its first key and its digest.
    pub(super) fn to_bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let mut bytes = Vec::with_capacity(self.len * (K + W));
        for (key, value) in self.iter() {
            bytes.extend_from_slice(&key);
            bytes.extend_from_slice(&value);
        }
        let mut index = Vec::new();
        for page in bytes.chunks(PAGE * (K + W)) {
            index.extend_from_slice(&page[..K]);
            index.extend_from_slice(Digest::of(&[page]).as_bytes());
        }
        (bytes, index)
    }

    /// The table of `len` records that stands on a shelf from `start` on, by its index.
    pub(super) fn stored(shelf: Shelf, start: u64, len: usize, index: &[u8]) -> Option<Self> {
        let pages = len.div_ceil(PAGE);
        let entry = |bytes: &[u8]| {
            let (key, digest) = bytes.split_first_chunk::<K>()?;
            Some((*key, Digest::from_bytes(*digest.first_chunk::<32>()?)))
        };
        let index: Arc<[_]> = index.chunks(K + 32).map(entry).collect::<Option<_>>()?;
        (index.len() == pages).then(|| Self {
            stored: Some(Stored {
                shelf,
                start,
                len,
                index,
                pages: vec![OnceLock::new(); pages],
            }),
            changes: BTreeMap::new(),
            len,
        })
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// How many bytes the records take.
    pub(super) const fn width(&self) -> u64 {
        (self.len * (K + W)) as u64
    }

    /// Whether all that was read so far was what had been stored.
    pub(super) fn is_sound(&self) -> bool {
        let stored = self.stored.as_ref();
        stored.is_none_or(|stored| stored.shelf.is_sound())
    }

    pub(super) fn get(&self, key: &[u8; K]) -> Option<[u8; W]> {
        match self.changes.get(key) {
            Some(changed) => *changed,
            None => self.stored.as_ref()?.get(key),
        }
    }

    /// Puts a value and gives the one that stood there.
    pub(super) fn insert(&mut self, key: [u8; K], value: [u8; W]) -> Option<[u8; W]> {
        let before = self.get(&key);
        self.len += usize::from(before.is_none());
        self.changes.insert(key, Some(value));
        before
    }

    /// Takes a value away and gives it.
    pub(super) fn remove(&mut self, key: &[u8; K]) -> Option<[u8; W]> {
        let before = self.get(key)?;
        self.len = self.len.saturating_sub(1);
        self.changes.insert(*key, None);
        Some(before)
    }

    /// Every key with its value, in the order of the keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = ([u8; K], [u8; W])> + '_ {
        let stored = self.stored.iter();
        let mut stored = stored.flat_map(|stored| (0..stored.len).filter_map(|at| stored.at(at)));
        let mut changes = self.changes.iter();
        let (mut next, mut change) = (stored.next(), changes.next());
        std::iter::from_fn(move || {
            loop {
                let Some((key, value)) = change else {
                    return std::mem::replace(&mut next, stored.next());
                };
                if let Some((first, _)) = next
                    && first < *key
                {
                    return std::mem::replace(&mut next, stored.next());
                }
                if next.is_some_and(|(first, _)| first == *key) {
                    next = stored.next();
                }
                change = changes.next();
                if let Some(value) = value {
                    return Some((*key, *value));
                }
            }
        })
    }
}

impl<const K: usize, const W: usize> Stored<K, W> {
    fn get(&self, key: &[u8; K]) -> Option<[u8; W]> {
        let after = self.index.partition_point(|(first, _)| first <= key);
        let page = self.page(after.checked_sub(1)?)?;
        let (mut low, mut high) = (0, page.len() / (K + W));
        while low < high {
            let middle = low.midpoint(high);
            let (found, value) = record(page, middle)?;
            match found.cmp(key) {
                std::cmp::Ordering::Equal => return Some(value),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The record at a place.
    fn at(&self, place: usize) -> Option<([u8; K], [u8; W])> {
        record(self.page(place / PAGE)?, place % PAGE)
    }

    /// A page, read once. What is not what had been stored is no page, and noted.
    fn page(&self, number: usize) -> Option<&[u8]> {
        let read = || {
            let at = number * PAGE;
            let len = (self.len - at).min(PAGE) * (K + W);
            let at = self.start + (at * (K + W)) as u64;
            let page = self.shelf.source.read(at, len);
            let page = page.filter(|page| Digest::of(&[page]) == self.index[number].1);
            if page.is_none() {
                self.shelf.broken.store(true, Ordering::Relaxed);
            }
            page.map(Vec::into_boxed_slice)
        };
        self.pages.get(number)?.get_or_init(read).as_deref()
    }
}

fn record<const K: usize, const W: usize>(page: &[u8], at: usize) -> Option<([u8; K], [u8; W])> {
    let record = page.get(at * (K + W)..(at + 1) * (K + W))?;
    let (key, value) = record.split_first_chunk::<K>()?;
    Some((*key, *value.first_chunk::<W>()?))
}

#[cfg(test)]
pub(super) mod bytes {
    use super::*;

    /// Bytes in memory as a source.
    pub(in super::super) struct Bytes(pub(in super::super) Vec<u8>);

    impl Source for Bytes {
        fn read(&self, at: u64, len: usize) -> Option<Vec<u8>> {
            let at = usize::try_from(at).ok()?;
            self.0.get(at..at + len).map(<[u8]>::to_vec)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bytes::Bytes;
    use super::*;

    fn again(table: &Table<2, 1>, harm: impl FnOnce(&mut Vec<u8>)) -> Option<Table<2, 1>> {
        let (mut bytes, index) = table.to_bytes();
        harm(&mut bytes);
        let shelf = Shelf::new(Arc::new(Bytes(bytes)));
        Table::stored(shelf, 0, table.len(), &index)
    }

    /// A table and a map to which the same is done, stored and read back now and then.
    #[test]
    fn a_table_answers_like_a_map_whenever_it_is_stored() {
        let mut table: Table<2, 1> = Table::default();
        let mut map = BTreeMap::new();
        let mut random = 7_u32;
        for turn in 0..4_000_u32 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [key, value, act, _] = random.to_be_bytes();
            let key = [key % 32, value % 16];
            if act % 3 == 0 {
                assert_eq!(table.remove(&key), map.remove(&key));
            } else {
                assert_eq!(table.insert(key, [act]), map.insert(key, [act]));
            }
            if turn % 97 == 0 {
                table = again(&table, |_| ()).expect("a table");
            }
            assert_eq!(table.len(), map.len());
            assert_eq!(table.get(&key), map.get(&key).copied());
            assert!(table.iter().eq(map.iter().map(|(k, v)| (*k, *v))));
        }
        assert!(map.len() > 2 * PAGE, "{} records", map.len());
        assert!(table.is_sound());
    }

    #[test]
    fn a_changed_page_is_no_page_and_is_noted_when_it_is_read() {
        let mut table: Table<2, 1> = Table::default();
        for key in 0..200 {
            table.insert([0, key], [key]);
        }
        let table = again(&table, |bytes| bytes[3 * 130] ^= 1).expect("a table");
        assert_eq!(table.get(&[0, 5]), Some([5]));
        assert!(table.is_sound());
        assert_eq!(table.get(&[0, 150]), None);
        assert!(!table.is_sound());
    }

    #[test]
    fn an_index_of_another_length_is_no_tables() {
        let mut table: Table<2, 1> = Table::default();
        table.insert([0, 0], [0]);
        let (bytes, index) = table.to_bytes();
        let shelf = Shelf::new(Arc::new(Bytes(bytes)));
        for (len, index) in [(1, &index[1..]), (65, &index[..]), (0, &index[..])] {
            assert!(Table::<2, 1>::stored(shelf.clone(), 0, len, index).is_none());
        }
    }
}
