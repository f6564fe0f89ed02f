//! Judges records, one after another, by what stands before each.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender};

use super::bad;
use super::clocks::ClocksRead;
use super::reading::{Hashed, Named};
use super::report::Head;
use super::signatures::{Claim, Claims, Lowest};
use crate::audit::fact::Fact;
use crate::audit::flaw::Flaw;
use crate::audit::ledger::Ledger;
use crate::audit::pins;
use crate::audit::record::Record;
use crate::audit::retention::Missing;
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::error::Error;
use crate::id::{RecordSeq, SessionId};
use crate::store::StoreError;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{Name, Note};

/// What the records have come to so far.
pub(super) struct Judge {
    pub(super) ledger: Ledger,
    pub(super) details: u64,
    /// Words that are not there.
    pub(super) missing: Missing,
    pub(super) clocks: ClocksRead,
    /// Sessions whose first words are missing.
    emptied: BTreeSet<SessionId>,
    pub(super) checkpoints: u64,
    /// The size of the last checkpoint that matched.
    pub(super) covered: u64,
    /// The heads that were wanted.
    pub(super) heads: Vec<Head>,
    origin: Option<Name>,
}

/// Where the judge sends what others look into.
pub(super) struct Others<'o> {
    /// Those who check signatures; `None` where no signature is checked.
    pub(super) claims: Option<Claims>,
    /// The first bad signature that they found.
    pub(super) lowest: &'o Lowest,
    /// Whoever reads, and finds what records name.
    pub(super) named: Sender<Named>,
}

impl Judge {
    /// Goes on from what `ledger` says, which is of a log that was verified.
    pub(super) fn new(ledger: Ledger) -> Self {
        Self {
            covered: ledger.signed.map_or(0, |(_, size)| size),
            ledger,
            details: 0,
            missing: Missing::default(),
            clocks: ClocksRead::default(),
            emptied: BTreeSet::new(),
            checkpoints: 0,
            heads: Vec::new(),
            origin: None,
        }
    }

    /// Judges until there are no more records, a bad one, or one after a bad signature: what is
    /// judged then is of no use to anybody.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "dropped when judging ends, by which the reading breaks off"
    )]
    pub(super) fn judge_all(
        mut self,
        batches: Receiver<Vec<Hashed>>,
        wanted: &BTreeSet<u64>,
        mut others: Others<'_>,
    ) -> Result<Self, Error> {
        let judged = batches.iter().flatten().try_for_each(|hashed| {
            if others.lowest.is_below(self.ledger.next()) {
                return Err(Error::Internal("a record after a bad one"));
            }
            self.judge(&hashed, &mut others)?;
            self.take_head(&hashed, wanted);
            Ok(())
        });
        // What stands before a bad record is checked to its end.
        let handed = others.claims.as_mut().map_or(Ok(()), Claims::hand_over);
        judged.and(handed).map(|()| self)
    }

    fn judge(&mut self, hashed: &Hashed, others: &mut Others<'_>) -> Result<(), Error> {
        let record = self.read(hashed, others)?;
        self.clocks.take(&record, &self.ledger);
        let key = self.take_words(&record, hashed.details)?;
        for named in key.into_iter().chain(heads_in(&record)) {
            // Nobody listens where the reading found something bad, which stands before all that
            // follows.
            drop(others.named.send(named));
        }
        match &hashed.note {
            Some((note, root)) => self.checkpoint(record.seq, note, *root, others),
            None => Ok(()),
        }
    }

    /// The encrypted words and the session's key are those that the record was made with. Whether
    /// missing ones were erased, a later record says. Gives the key that has to be there.
    fn take_words(
        &mut self,
        record: &Record,
        found: Option<Digest>,
    ) -> Result<Option<Named>, Error> {
        let gone = record.sealed.is_some() && found.is_none();
        if gone {
            self.missing.note(record);
        } else if found != record.sealed {
            return Err(bad(record.seq, Flaw::Details));
        }
        self.details += u64::from(found.is_some());
        let session = record.session;
        if record.detail_key.is_some() && gone {
            self.emptied.insert(session);
        }
        // A key goes with the last words of its session, and not before.
        let needed = found.is_some() && self.emptied.remove(&session);
        let asked = record.detail_key.is_some() || needed;
        Ok(asked.then_some(Named::SessionKey {
            seq: record.seq,
            session,
            digest: record.detail_key,
            may_be_gone: gone,
        }))
    }

    fn read(&mut self, hashed: &Hashed, others: &mut Others<'_>) -> Result<Record, Error> {
        let mut noted = Ok(());
        let read = self
            .ledger
            .read_claiming(&hashed.line, hashed.leaf, |_, claim, origin| {
                if let Some(claims) = &mut others.claims {
                    noted = claims.note(origin, Claim::Record(claim));
                }
                true
            });
        noted?;
        Ok(read.map_err(StoreError::Log)?)
    }

    /// A checkpoint of this size was signed by whoever made this record, over these lines.
    fn checkpoint(
        &mut self,
        seq: RecordSeq,
        note: &str,
        root: Digest,
        others: &mut Others<'_>,
    ) -> Result<(), Error> {
        let size = self.ledger.size;
        let flawed = || bad(seq, Flaw::Checkpoint);
        let signer = self.ledger.signed.filter(|(_, signed)| *signed == size);
        let (key, _) = signer.ok_or_else(flawed)?;
        match &mut others.claims {
            Some(claims) => claims.note(&self.ledger.origin, claim(seq, key, note, root))?,
            None if self.says(note, size, root) => {}
            None => return Err(flawed()),
        }
        self.covered = size;
        self.checkpoints += 1;
        Ok(())
    }

    /// Whether the text of a note, whoever signed it, is this checkpoint's.
    fn says(&mut self, note: &str, size: u64, root: Digest) -> bool {
        if self.origin.is_none() {
            self.origin = self.ledger.origin.parse().ok();
        }
        let text = Note::parse(note.as_bytes());
        let checkpoint = text.map(|note| Checkpoint::parse(note.text()));
        matches!((checkpoint, &self.origin), (Ok(Ok(checkpoint)), Some(origin))
            if checkpoint == Checkpoint { origin: origin.clone(), size, root })
    }

    fn take_head(&mut self, hashed: &Hashed, wanted: &BTreeSet<u64>) {
        let size = self.ledger.size;
        if let (true, Some(root)) = (wanted.contains(&size), hashed.root) {
            let members = Some(pins::members(&self.ledger));
            self.heads.push(Head {
                size,
                root,
                members,
            });
        }
    }
}

/// The earlier heads that a record names.
fn heads_in(record: &Record) -> impl Iterator<Item = Named> {
    let seq = record.seq;
    record.facts.iter().filter_map(move |fact| match fact {
        Fact::Cosignature(facts) => Some(Named::Checkpoint(seq, facts.size, facts.root)),
        _ => None,
    })
}

fn claim(seq: RecordSeq, key: VerifyKey, note: &str, root: Digest) -> Claim {
    let note = note.to_owned();
    Claim::Checkpoint {
        seq,
        key,
        note,
        root,
    }
}
