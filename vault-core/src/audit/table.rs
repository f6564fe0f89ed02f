//! A sorted table of fixed-width records, held as the bytes that it is stored as. Reading it back
//! builds nothing: a look-up is a binary search, and what has changed since stands apart.

use std::collections::BTreeMap;

/// `K` bytes of key and `W` bytes of value for each record.
#[derive(Clone, Default)]
pub(super) struct Table<const K: usize, const W: usize> {
    /// Keys and values in the order of the keys, without gaps.
    sorted: Vec<u8>,
    /// What has been put or taken away since; it stands before `sorted`.
    changes: BTreeMap<[u8; K], Option<[u8; W]>>,
    /// How many keys there are.
    len: usize,
}

impl<const K: usize, const W: usize> Table<K, W> {
    /// The table that was stored as these bytes; `None` for bytes that are no such table.
    pub(super) fn from_bytes(sorted: Vec<u8>) -> Option<Self> {
        let len = sorted.len() / (K + W);
        let whole = sorted.len() == len * (K + W);
        whole.then_some(Self {
            sorted,
            changes: BTreeMap::new(),
            len,
        })
    }

    /// The bytes to store.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len * (K + W));
        for (key, value) in self.iter() {
            bytes.extend_from_slice(&key);
            bytes.extend_from_slice(&value);
        }
        bytes
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, key: &[u8; K]) -> Option<[u8; W]> {
        match self.changes.get(key) {
            Some(changed) => *changed,
            None => self.stored(key),
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
        self.len -= 1;
        self.changes.insert(*key, None);
        Some(before)
    }

    /// Every key with its value, in the order of the keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = ([u8; K], [u8; W])> + '_ {
        let mut stored = (0..self.sorted.len() / (K + W)).filter_map(|at| self.at(at));
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

    /// The stored record at a place.
    fn at(&self, place: usize) -> Option<([u8; K], [u8; W])> {
        let record = self.sorted.get(place * (K + W)..(place + 1) * (K + W))?;
        let (key, value) = record.split_first_chunk::<K>()?;
        Some((*key, *value.first_chunk::<W>()?))
    }

    fn stored(&self, key: &[u8; K]) -> Option<[u8; W]> {
        let (mut low, mut high) = (0, self.sorted.len() / (K + W));
        while low < high {
            let middle = low.midpoint(high);
            let (found, value) = self.at(middle)?;
            match found.cmp(key) {
                std::cmp::Ordering::Equal => return Some(value),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table and a map to which the same is done, stored and read back now and then.
    #[test]
    fn a_table_answers_like_a_map_whenever_it_is_stored() {
        let mut table: Table<2, 1> = Table::default();
        let mut map = BTreeMap::new();
        let mut random = 7_u32;
        for turn in 0..4_000_u32 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [key, value, act, _] = random.to_be_bytes();
            let key = [key % 16, value % 16];
            if act % 3 == 0 {
                assert_eq!(table.remove(&key), map.remove(&key));
            } else {
                assert_eq!(table.insert(key, [act]), map.insert(key, [act]));
            }
            if turn % 97 == 0 {
                table = Table::from_bytes(table.to_bytes()).expect("a table");
            }
            assert_eq!(table.len(), map.len());
            assert_eq!(table.get(&key), map.get(&key).copied());
            assert!(table.iter().eq(map.iter().map(|(k, v)| (*k, *v))));
        }
    }

    #[test]
    fn bytes_that_break_off_are_no_table() {
        assert!(Table::<2, 1>::from_bytes(vec![0; 7]).is_none());
    }
}
