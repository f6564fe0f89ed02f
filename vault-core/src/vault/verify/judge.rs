//! Judges records, one after another, by what stands before each.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender};

use super::reading::Hashed;
use super::{Depth, SessionKey, bad};
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::audit::replay::{Flaw, Scrutiny};
use crate::audit::retention::Missing;
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::error::Error;
use crate::id::{RecordSeq, SessionId};
use crate::store::StoreError;
use crate::time::day::Day;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{Name, Note};

/// What the records have come to so far.
pub(super) struct Judge {
    depth: Depth,
    pub(super) ledger: Ledger,
    origin: Option<Name>,
    pub(super) details: u64,
    pub(super) missing: Missing,
    /// Sessions whose first words are missing.
    emptied: BTreeSet<SessionId>,
    pub(super) checkpoints: u64,
    /// The size of the last checkpoint that matched.
    pub(super) covered: u64,
    keys: Option<Sender<SessionKey>>,
}

impl Judge {
    pub(super) fn new(depth: Depth, keys: Sender<SessionKey>) -> Self {
        Self {
            depth,
            ledger: Ledger::default(),
            origin: None,
            details: 0,
            missing: Missing::default(),
            emptied: BTreeSet::new(),
            checkpoints: 0,
            covered: 0,
            keys: Some(keys),
        }
    }

    /// Judges until there are no more records, or a bad one.
    pub(super) fn judge_all(mut self, batches: &Receiver<Vec<Hashed>>) -> Result<Self, Error> {
        for batch in batches {
            for hashed in &batch {
                self.judge(hashed)?;
            }
        }
        self.keys = None;
        Ok(self)
    }

    fn judge(&mut self, hashed: &Hashed) -> Result<(), Error> {
        let scrutiny = match self.depth {
            Depth::Full => Scrutiny::Full,
            Depth::Quick => Scrutiny::Quick,
        };
        let read = self.ledger.read_hashed(&hashed.line, hashed.leaf, scrutiny);
        let record = read.map_err(StoreError::Log)?;
        self.take_words(&record, hashed.details)?;
        match &hashed.note {
            Some((note, root)) => self.checkpoint(record.seq, note, *root),
            None => Ok(()),
        }
    }

    /// The encrypted words and the session's key are those that the record was made with. Whether
    /// missing ones were erased, a later record says.
    fn take_words(&mut self, record: &Record, found: Option<Digest>) -> Result<(), Error> {
        let gone = record.sealed.is_some() && found.is_none();
        if gone {
            let day = Day::of(self.ledger.latest_time);
            self.missing.note(record, day);
        } else if found != record.sealed {
            return Err(bad(record.seq, Flaw::Details));
        }
        self.details += u64::from(found.is_some());
        let session = record.session;
        let named = record.detail_key;
        if named.is_some() && gone {
            self.emptied.insert(session);
        }
        // A key goes with the last words of its session, and not before.
        let needed = found.is_some() && self.emptied.remove(&session);
        if let Some(keys) = self.keys.as_ref().filter(|_| named.is_some() || needed) {
            let seq = record.seq;
            // Nobody listens where the reading found a bad key, which stands before all that follows.
            drop(keys.send(SessionKey {
                seq,
                session,
                digest: named,
                may_be_gone: gone,
            }));
        }
        Ok(())
    }

    /// A checkpoint of this size was signed by whoever made this record, over these lines.
    fn checkpoint(&mut self, seq: RecordSeq, note: &str, root: Digest) -> Result<(), Error> {
        let size = self.ledger.size;
        let flawed = || bad(seq, Flaw::Checkpoint);
        let signer = self.ledger.signed.filter(|(_, signed)| *signed == size);
        let (key, _) = signer.ok_or_else(flawed)?;
        let checkpoint = self.read_checkpoint(note, key).ok_or_else(flawed)?;
        if checkpoint.size != size || checkpoint.root != root {
            return Err(flawed());
        }
        self.covered = size;
        self.checkpoints += 1;
        Ok(())
    }

    fn read_checkpoint(&mut self, note: &str, key: VerifyKey) -> Option<Checkpoint> {
        if self.origin.is_none() {
            self.origin = self.ledger.origin.parse().ok();
        }
        let origin = self.origin.as_ref()?;
        if self.depth == Depth::Full {
            let checked = Checkpoint::verify(note.as_bytes(), origin, &[key]);
            return checked.ok().map(|(checkpoint, _)| checkpoint);
        }
        let note = Note::parse(note.as_bytes()).ok()?;
        let checkpoint = Checkpoint::parse(note.text()).ok()?;
        (checkpoint.origin == *origin).then_some(checkpoint)
    }
}
