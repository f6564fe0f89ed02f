//! Verifying the log by recomputing: every line, the chain, the tree, every checkpoint, every
//! signature, and who was entitled to what. It needs no person and appends nothing.

use std::path::Path;

use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::audit::replay::{BadRecord, Flaw, Scrutiny};
use crate::audit::seen::Rollback;
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::{Store, StoreError};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{Name, Note, Verifier};
use crate::tlog::tree::Frontier;

/// How much is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Depth {
    /// Everything.
    Full,
    /// Everything but signatures and the structure of the file.
    Quick,
}

/// A log that verified.
#[derive(Debug, Clone)]
pub struct Report {
    /// How many records it has.
    pub records: u64,
    /// How many of them stand after the last signature.
    pub unsigned_tail: u64,
    /// Whether signatures were checked.
    pub signatures_checked: bool,
    /// The log's origin.
    pub origin: String,
    /// The leaf hash of the first record: the vault's unforgeable name.
    pub genesis: Digest,
    /// The leaf hash of the last record.
    pub last: Digest,
    /// What this machine has seen and the file does not have, where it was asked and that is so.
    pub rollback: Option<Rollback>,
    /// The last signed checkpoint.
    pub checkpoint: Option<String>,
    /// The keys that may have signed checkpoints, in C2SP's text form.
    pub vkeys: Vec<String>,
}

/// Verifies the log of the vault at `path`, by the file alone.
///
/// # Errors
/// [`StoreError::Log`] names the first bad record and what is wrong with it;
/// [`StoreError::Damaged`] where the file's own structure, its indices among it, is not whole.
pub fn verify(path: &Path, depth: Depth) -> Result<Report, Error> {
    recompute(&Store::open(path)?, depth).map(|(report, _)| report)
}

/// The same, and compares the file with what this machine remembers in `state` of having seen; a
/// file that continues that is remembered.
///
/// # Errors
/// [`StoreError::Log`].
pub fn verify_and_compare(path: &Path, depth: Depth, state: &Path) -> Result<Report, Error> {
    let store = Store::open(path)?.with_memory(state)?;
    // Before the head is read: what others append meanwhile makes the file no shorter.
    let seen = store.remembered()?.and_then(|remembered| remembered.seen);
    let (mut report, ledger) = recompute(&store, depth)?;
    if let Some(seen) = seen {
        report.rollback = store.compare(&seen, &ledger)?;
    }
    store.remember(&ledger);
    Ok(report)
}

/// Reads every record again, and remembers nothing of it.
fn recompute(store: &Store, depth: Depth) -> Result<(Report, Ledger), Error> {
    let _snapshot = store.snapshot()?;
    if depth == Depth::Full {
        store.check_structure()?;
    }
    let mut pass = Pass {
        store,
        depth,
        ledger: Ledger::default(),
        frontier: Frontier::new(),
        details: 0,
        detail_keys: 0,
        checkpoints: 0,
        covered: 0,
    };
    store.lines(0, |line| pass.line(line))?;
    pass.end()
}

/// One pass over the records.
struct Pass<'s> {
    store: &'s Store,
    depth: Depth,
    ledger: Ledger,
    frontier: Frontier,
    details: u64,
    detail_keys: u64,
    checkpoints: u64,
    /// The size of the last checkpoint that matched.
    covered: u64,
}

impl Pass<'_> {
    fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        let scrutiny = match self.depth {
            Depth::Full => Scrutiny::Full,
            Depth::Quick => Scrutiny::Quick,
        };
        let record = self.ledger.read(line, scrutiny).map_err(StoreError::Log)?;
        self.frontier.push(self.ledger.last);
        self.details(&record)?;
        self.checkpoint(&record)
    }

    /// The encrypted words and the session's key are those that the record was made with.
    fn details(&mut self, record: &Record) -> Result<(), Error> {
        let stored = self.store.details_digest(record.seq)?;
        let key = match record.detail_key {
            None => None,
            Some(_) => self.store.detail_key_digest(record.session)?,
        };
        if stored != record.sealed || key != record.detail_key {
            return Err(bad(record.seq, Flaw::Details));
        }
        self.details += u64::from(stored.is_some());
        self.detail_keys += u64::from(key.is_some());
        Ok(())
    }

    /// A checkpoint of this size was signed by whoever made this record, over these lines.
    fn checkpoint(&mut self, record: &Record) -> Result<(), Error> {
        let size = self.ledger.size;
        let Some(note) = self.store.checkpoint(size)? else {
            return Ok(());
        };
        let flawed = || bad(record.seq, Flaw::Checkpoint);
        let signer = self.ledger.signed.filter(|(_, signed)| *signed == size);
        let (key, _) = signer.ok_or_else(flawed)?;
        let checkpoint = self.read_checkpoint(&note, key).ok_or_else(flawed)?;
        if checkpoint.size != size || checkpoint.root != self.frontier.root() {
            return Err(flawed());
        }
        self.covered = size;
        self.checkpoints += 1;
        Ok(())
    }

    fn read_checkpoint(&self, note: &str, key: VerifyKey) -> Option<Checkpoint> {
        let origin: Name = self.ledger.origin.parse().ok()?;
        if self.depth == Depth::Full {
            let checked = Checkpoint::verify(note.as_bytes(), &origin, &[key]);
            return checked.ok().map(|(checkpoint, _)| checkpoint);
        }
        let note = Note::parse(note.as_bytes()).ok()?;
        let checkpoint = Checkpoint::parse(note.text()).ok()?;
        (checkpoint.origin == origin).then_some(checkpoint)
    }

    fn end(self) -> Result<(Report, Ledger), Error> {
        let size = self.ledger.size;
        let last = RecordSeq::new(size.saturating_sub(1));
        if self.ledger.vault.is_none() {
            return Err(StoreError::NotAVault.into());
        }
        let last_checkpoint = self.store.last_checkpoint()?;
        let noted = last_checkpoint.as_ref().map_or(0, |(size, _)| *size);
        if noted > size {
            return Err(bad(RecordSeq::new(size), Flaw::Missing));
        }
        let signed = self.ledger.signed.map_or(0, |(_, size)| size);
        if self.covered < signed {
            return Err(bad(RecordSeq::new(signed - 1), Flaw::NotCovered));
        }
        // Words and keys that belong to no record were put there by somebody else.
        let [records, details, keys, checkpoints] = self.store.log_counts()?;
        if records != size {
            return Err(bad(RecordSeq::new(0), Flaw::WrongPlace));
        }
        if [details, keys] != [self.details, self.detail_keys] {
            return Err(bad(last, Flaw::Details));
        }
        if checkpoints != self.checkpoints {
            return Err(bad(last, Flaw::Checkpoint));
        }
        let report = Report {
            records: size,
            unsigned_tail: size - self.covered,
            signatures_checked: self.depth == Depth::Full,
            genesis: self.ledger.genesis,
            checkpoint: last_checkpoint.map(|(_, note)| note),
            vkeys: vkeys(&self.ledger),
            origin: self.ledger.origin.clone(),
            last: self.ledger.last,
            rollback: None,
        };
        Ok((report, self.ledger))
    }
}

fn bad(seq: RecordSeq, flaw: Flaw) -> Error {
    StoreError::Log(BadRecord { seq, flaw }).into()
}

/// People's keys, then the epochs'.
fn vkeys(ledger: &Ledger) -> Vec<String> {
    let Ok(name) = ledger.origin.parse::<Name>() else {
        return Vec::new();
    };
    let people = ledger.people.values().map(|p| p.facts.verify_key);
    let seals = ledger.envelope.seals.values();
    let epochs = seals.map(|seal| seal.facts.verify_key);
    people
        .chain(epochs)
        .map(|key| {
            let name = name.clone();
            Verifier { name, key }.to_string()
        })
        .collect()
}
