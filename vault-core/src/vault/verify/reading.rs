//! Reads the log as it is stored, and hashes it.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, SyncSender};

use super::bad;
use super::report::Progress;
use crate::audit::flaw::Flaw;
use crate::audit::ledger::leaf_of;
use crate::crypto::digest::Digest;
use crate::error::Error;
use crate::id::{RecordSeq, SessionId};
use crate::store::Store;
use crate::store::leaf::Leaf;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::Note;
use crate::tlog::tree::Frontier;

/// How many records are handed over at once, and how many bytes of lines at most, but for the last.
const BATCH: usize = 128;
const BATCH_BYTES: usize = 256 * 1024;

/// What a record names that stands elsewhere in the file.
pub(super) enum Named {
    /// The key of the session's words: the first record that has words names it; or it has to be
    /// there, whichever it is, where that record's own words are gone and those of this one are not.
    SessionKey {
        seq: RecordSeq,
        session: SessionId,
        digest: Option<Digest>,
        may_be_gone: bool,
    },
    /// An earlier checkpoint, of this size and root: what a witness vouched for.
    Checkpoint(RecordSeq, u64, Digest),
}

/// A record with the hashes that were made of what is stored.
pub(super) struct Hashed {
    pub(super) line: Vec<u8>,
    pub(super) leaf: Digest,
    /// The digest of its encrypted words.
    pub(super) details: Option<Digest>,
    /// The checkpoint that ends with it, and the root that it must have.
    pub(super) note: Option<(String, Digest)>,
    /// The root of the tree that ends with it, where that was asked.
    pub(super) root: Option<Digest>,
}

/// One pass over the stored records.
pub(super) struct Reading<'r> {
    pub(super) store: &'r Store,
    /// The tree before the first record that is read.
    pub(super) frontier: Frontier,
    /// How many records it has.
    pub(super) from: u64,
    /// The sizes of which the roots are wanted.
    pub(super) wanted: &'r BTreeSet<u64>,
    pub(super) batches: SyncSender<Vec<Hashed>>,
    /// What records name.
    pub(super) named: Receiver<Named>,
    pub(super) tell: &'r mut dyn FnMut(Progress),
}

/// What a pass comes to.
pub(super) struct Read {
    /// The tree over all records.
    pub(super) frontier: Frontier,
    /// How many keys of sessions were found as they should be.
    pub(super) detail_keys: u64,
}

/// Nobody takes what is read any more: the judge has found a bad record.
fn unwanted<T>(_: T) -> Error {
    Error::Internal("a reading that nobody follows")
}

impl Reading<'_> {
    /// Reads every record from where the tree ends.
    pub(super) fn read_all(mut self) -> Result<Read, Error> {
        let store = self.store;
        let mut detail_keys = 0;
        let read = self.hand_over_all(&mut detail_keys);
        // Now the judge comes to an end, and with it what records name.
        drop(self.batches);
        for named in self.named {
            detail_keys += check(store, &named)?;
        }
        let frontier = self.frontier;
        read.map(|()| Read {
            frontier,
            detail_keys,
        })
    }

    fn hand_over_all(&mut self, detail_keys: &mut u64) -> Result<(), Error> {
        let of = self.store.end()?.saturating_sub(self.frontier.size());
        let mut batch = Vec::with_capacity(BATCH);
        let mut bytes = 0;
        let store = self.store;
        let read = store.leaves(self.frontier.size(), |leaf| {
            bytes += leaf.line.len();
            batch.push(self.hash(&leaf));
            if batch.len() == BATCH || bytes > BATCH_BYTES {
                bytes = 0;
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                self.hand_over(full, of, detail_keys)?;
            }
            Ok(())
        });
        // What was read before something went wrong is judged too.
        let handed = self.hand_over(batch, of, detail_keys);
        read.and(handed)
    }

    fn hash(&mut self, leaf: &Leaf<'_>) -> Hashed {
        let hash = leaf_of(leaf.line);
        self.frontier.push(hash);
        let root = || self.frontier.root();
        let is_wanted = self.wanted.contains(&self.frontier.size());
        Hashed {
            line: leaf.line.to_vec(),
            leaf: hash,
            details: leaf.details.map(|words| Digest::of(&[words])),
            note: leaf.note.map(|note| (note.to_owned(), root())),
            root: is_wanted.then(root),
        }
    }

    fn hand_over(
        &mut self,
        batch: Vec<Hashed>,
        of: u64,
        detail_keys: &mut u64,
    ) -> Result<(), Error> {
        self.batches.send(batch).map_err(unwanted)?;
        let done = self.frontier.size() - self.from;
        (self.tell)(Progress { done, of });
        while let Ok(named) = self.named.try_recv() {
            *detail_keys += check(self.store, &named)?;
        }
        Ok(())
    }
}

/// What stands there is what the record was made with. Gives how many keys that were.
fn check(store: &Store, named: &Named) -> Result<u64, Error> {
    match named {
        Named::SessionKey {
            seq,
            session,
            digest,
            may_be_gone,
        } => match (store.detail_key_digest(*session)?, digest) {
            (Some(found), Some(named)) if found == *named => Ok(1),
            (Some(_), None) => Ok(0),
            (None, Some(_)) if *may_be_gone => Ok(0),
            _ => Err(bad(*seq, Flaw::Details)),
        },
        Named::Checkpoint(seq, size, root) => {
            let flawed = || bad(*seq, Flaw::Cosignature);
            let note = store.checkpoint(*size)?.ok_or_else(flawed)?;
            let note = Note::parse(note.as_bytes()).map_err(|_| flawed())?;
            let head = Checkpoint::parse(note.text()).map_err(|_| flawed())?;
            if (head.size, head.root) == (*size, *root) {
                Ok(0)
            } else {
                Err(flawed())
            }
        }
    }
}
