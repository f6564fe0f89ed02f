//! Judges records, one after another, by what stands before each.

use std::sync::mpsc::{Receiver, Sender};

use super::reading::Hashed;
use super::{Asked, Depth, SessionKey, bad};
use crate::audit::fact::Fact;
use crate::audit::ledger::Ledger;
use crate::audit::replay::{Flaw, Scrutiny};
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::StoreError;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{Name, Note};

/// What the records have come to so far.
pub(super) struct Judge {
    depth: Depth,
    pub(super) ledger: Ledger,
    origin: Option<Name>,
    pub(super) details: u64,
    pub(super) checkpoints: u64,
    /// The size of the last checkpoint that matched.
    pub(super) covered: u64,
    asked: Option<Sender<Asked>>,
}

impl Judge {
    pub(super) fn new(depth: Depth, asked: Sender<Asked>) -> Self {
        Self {
            depth,
            ledger: Ledger::default(),
            origin: None,
            details: 0,
            checkpoints: 0,
            covered: 0,
            asked: Some(asked),
        }
    }

    /// Judges until there are no more records, or a bad one.
    pub(super) fn judge_all(mut self, batches: &Receiver<Vec<Hashed>>) -> Result<Self, Error> {
        for batch in batches {
            for hashed in &batch {
                self.judge(hashed)?;
            }
        }
        self.asked = None;
        Ok(self)
    }

    fn judge(&mut self, hashed: &Hashed) -> Result<(), Error> {
        let scrutiny = match self.depth {
            Depth::Full => Scrutiny::Full,
            Depth::Quick => Scrutiny::Quick,
        };
        let read = self.ledger.read_hashed(&hashed.line, hashed.leaf, scrutiny);
        let record = read.map_err(StoreError::Log)?;
        // The encrypted words and the session's key are those that the record was made with.
        if hashed.details != record.sealed {
            return Err(bad(record.seq, Flaw::Details));
        }
        self.details += u64::from(hashed.details.is_some());
        if let Some(digest) = record.detail_key {
            let (seq, session) = (record.seq, record.session);
            self.ask(Asked::Key(SessionKey {
                seq,
                session,
                digest,
            }));
        }
        for fact in &record.facts {
            if let Fact::Cosignature(facts) = fact {
                self.ask(Asked::Head(record.seq, facts.clone()));
            }
        }
        match &hashed.note {
            Some((note, root)) => self.checkpoint(record.seq, note, *root),
            None => Ok(()),
        }
    }

    fn ask(&self, asked: Asked) {
        if let Some(asks) = &self.asked {
            // Nobody listens where the reading found something bad, which stands before all that
            // follows.
            drop(asks.send(asked));
        }
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
