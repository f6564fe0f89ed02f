//! Reads the log as it is stored, and hashes it.

use std::sync::mpsc::{Receiver, SyncSender};

use super::{Asked, bad};
use crate::audit::ledger::leaf_of;
use crate::audit::replay::Flaw;
use crate::crypto::digest::Digest;
use crate::error::Error;
use crate::store::Store;
use crate::store::log::Leaf;
use crate::tlog::tree::Frontier;

/// How many records are handed over at once.
const BATCH: usize = 128;

/// A record with the hashes that were made of what is stored.
pub(super) struct Hashed {
    pub(super) line: Vec<u8>,
    pub(super) leaf: Digest,
    /// The digest of its encrypted words.
    pub(super) details: Option<Digest>,
    /// The checkpoint that ends with it, and the root that it must have.
    pub(super) note: Option<(String, Digest)>,
}

/// One pass over the stored records.
pub(super) struct Reading<'s> {
    store: &'s Store,
    frontier: Frontier,
    batch: Vec<Hashed>,
    batches: SyncSender<Vec<Hashed>>,
    /// The keys of sessions, and heads, that records name.
    asked: Receiver<Asked>,
    found: u64,
}

/// Nobody takes what is read any more: the judge has found a bad record.
fn unwanted<T>(_: T) -> Error {
    Error::Internal("a reading that nobody follows")
}

impl<'s> Reading<'s> {
    pub(super) fn new(
        store: &'s Store,
        batches: SyncSender<Vec<Hashed>>,
        asked: Receiver<Asked>,
    ) -> Self {
        Self {
            store,
            frontier: Frontier::new(),
            batch: Vec::with_capacity(BATCH),
            batches,
            asked,
            found: 0,
        }
    }

    /// Reads every record; how many keys of sessions were found as they should be.
    pub(super) fn read_all(mut self) -> Result<u64, Error> {
        let store = self.store;
        let read = store.leaves(|leaf| self.take(&leaf));
        let handed = self.hand_over();
        let Self {
            batches,
            asked,
            mut found,
            ..
        } = self;
        // Now the judge comes to an end, and with it what is asked.
        drop(batches);
        for asked in asked {
            found += check(store, &asked)?;
        }
        read.and(handed).map(|()| found)
    }

    fn take(&mut self, leaf: &Leaf<'_>) -> Result<(), Error> {
        let hash = leaf_of(leaf.line);
        self.frontier.push(hash);
        let root = |note: &str| (note.to_owned(), self.frontier.root());
        self.batch.push(Hashed {
            line: leaf.line.to_vec(),
            leaf: hash,
            details: leaf.details.map(|words| Digest::of(&[words])),
            note: leaf.note.map(root),
        });
        if self.batch.len() == BATCH {
            self.hand_over()?;
        }
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), Error> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.batches.send(batch).map_err(unwanted)?;
        while let Ok(asked) = self.asked.try_recv() {
            self.found += check(self.store, &asked)?;
        }
        Ok(())
    }
}

/// What a record names is there as it says; how many keys of sessions were so found.
fn check(store: &Store, asked: &Asked) -> Result<u64, Error> {
    match asked {
        Asked::Key(key) if store.detail_key_digest(key.session)? == Some(key.digest) => Ok(1),
        Asked::Key(key) => Err(bad(key.seq, Flaw::Details)),
        // The head's own checkpoint was judged before the record that speaks of it.
        Asked::Head(_, head) if store.noted_root(head.size)? == Some(head.root) => Ok(0),
        Asked::Head(seq, _) => Err(bad(*seq, Flaw::Cosignature)),
    }
}
