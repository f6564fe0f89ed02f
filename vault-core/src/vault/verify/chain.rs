//! The quick way: hashes alone. Each line stands in its place and follows the one before, and the
//! last checkpoint is that of these lines. Who signed, who was entitled and what the words are is
//! not looked at.

use std::fmt::Write;

use super::{Report, bad};
use crate::audit::fact::Fact;
use crate::audit::ledger::{NO_LEAF, leaf_of};
use crate::audit::record::Record;
use crate::audit::replay::Flaw;
use crate::crypto::digest::Digest;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::{Store, StoreError};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::Note;
use crate::tlog::tree::Frontier;

/// One pass over the lines.
struct Chain {
    frontier: Frontier,
    last: Digest,
    genesis: Digest,
    origin: String,
    /// Where the last checkpoint ends, and its root there.
    noted: u64,
    root: Option<Digest>,
    /// How a line must begin; kept, so that it is not made anew for each.
    begins: String,
}

/// Follows the lines from the first to the last.
///
/// # Errors
/// [`StoreError::Log`] names the first bad record.
pub(super) fn follow(store: &Store) -> Result<Report, Error> {
    let _snapshot = store.snapshot()?;
    let (noted, note) = store.last_checkpoint()?.unwrap_or_default();
    let mut chain = Chain {
        frontier: Frontier::new(),
        last: NO_LEAF,
        genesis: NO_LEAF,
        origin: String::new(),
        noted,
        root: None,
        begins: String::new(),
    };
    store.lines(0, |line| chain.take(line))?;
    chain.end(note)
}

impl Chain {
    fn size(&self) -> u64 {
        self.frontier.size()
    }

    fn take(&mut self, line: &[u8]) -> Result<(), Error> {
        let seq = RecordSeq::new(self.size());
        self.begins.clear();
        let (begins, last) = (&mut self.begins, self.last);
        write!(begins, "{{\"v\":1,\"seq\":{seq},\"prev\":\"{last}\",").expect("text takes text");
        if !line.starts_with(self.begins.as_bytes()) {
            return Err(bad(seq, self.flaw_of(line)));
        }
        let leaf = leaf_of(line);
        if self.size() == 0 {
            self.genesis = leaf;
            self.origin = origin_of(line).ok_or_else(|| bad(seq, Flaw::NotARecord))?;
        }
        // Only what nobody could sign may stand after the last signature.
        if self.size() >= self.noted {
            let record = Record::from_line(line);
            let (record, _) = record.map_err(|_| bad(seq, Flaw::NotARecord))?;
            if !record.is_loose() {
                return Err(bad(seq, Flaw::NotCovered));
            }
        }
        self.frontier.push(leaf);
        self.last = leaf;
        if self.size() == self.noted {
            self.root = Some(self.frontier.root());
        }
        Ok(())
    }

    /// What is wrong with a line that does not begin as it must.
    fn flaw_of(&self, line: &[u8]) -> Flaw {
        match Record::from_line(line) {
            Err(_) => Flaw::NotARecord,
            Ok((record, _)) if record.seq.get() != self.size() => Flaw::WrongPlace,
            Ok(_) => Flaw::BrokenChain,
        }
    }

    fn end(self, note: String) -> Result<Report, Error> {
        let Some(last) = self.size().checked_sub(1) else {
            return Err(StoreError::NotAVault.into());
        };
        let missing = || bad(RecordSeq::new(self.size()), Flaw::Missing);
        let root = self.root.ok_or_else(missing)?;
        let flawed = || bad(RecordSeq::new(last.min(self.noted - 1)), Flaw::Checkpoint);
        let text = Note::parse(note.as_bytes()).map_err(|_| flawed())?;
        let checkpoint = Checkpoint::parse(text.text()).map_err(|_| flawed())?;
        let is_this = checkpoint.origin.to_string() == self.origin
            && checkpoint.size == self.noted
            && checkpoint.root == root;
        if !is_this {
            return Err(flawed());
        }
        Ok(Report {
            records: self.size(),
            unsigned_tail: self.size() - self.noted,
            signatures_checked: false,
            rows: None,
            origin: self.origin,
            genesis: self.genesis,
            last: self.last,
            rollback: None,
            checkpoint: Some(note),
            vkeys: Vec::new(),
            witnesses: None,
        })
    }
}

/// The log's origin, by its first line.
fn origin_of(line: &[u8]) -> Option<String> {
    let Ok((record, _)) = Record::from_line(line) else {
        return None;
    };
    record.facts.iter().find_map(|fact| match fact {
        Fact::Vault(vault) => Some(vault.origin()),
        _ => None,
    })
}
