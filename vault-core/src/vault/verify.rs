//! Verifying the log by recomputing: every line, the chain, the tree, every checkpoint, every
//! signature, and who was entitled to what. It needs no person and appends nothing.

mod chain;
mod judge;
mod reading;
pub mod vouched;

use std::path::Path;
use std::sync::mpsc::{channel, sync_channel};

use crate::audit::ledger::Ledger;
use crate::audit::replay::{BadRecord, Flaw};
use crate::audit::seen::Rollback;
use crate::audit::witness::{CosignatureFacts, Witnesses};
use crate::crypto::digest::Digest;
use crate::error::Error;
use crate::id::{RecordSeq, SessionId};
use crate::store::{Store, StoreError};
use crate::tlog::note::{Name, Verifier};
use judge::Judge;
use reading::Reading;

/// How many batches the reading may be ahead: what is held in memory does not grow with the log.
const AHEAD: usize = 8;

/// The key of a session's words, as the first record that has words names it.
struct SessionKey {
    seq: RecordSeq,
    session: SessionId,
    digest: Digest,
}

/// What the records name and the reading has to look up.
enum Asked {
    /// The key of a session's words.
    Key(SessionKey),
    /// A head that a witness vouched for, by the record that says so.
    Head(RecordSeq, CosignatureFacts),
}

/// How much is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Depth {
    /// Everything.
    Full,
    /// Hashes alone: the lines, their chain, the tree and the last checkpoint's root. Where the
    /// state is compared too, everything but signatures.
    Quick,
}

/// Whether what is not part of the log is compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// The log alone.
    Unchecked,
    /// Every row, and the structure of the file.
    Checked,
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
    /// How many rows were compared with the log, where that was asked.
    pub rows: Option<u64>,
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
    /// The witnesses that the policy names, and what each vouched for; `None` where that was not
    /// looked at.
    pub witnesses: Option<Witnesses>,
}

/// Verifies the log of the vault at `path`, by the file alone.
///
/// # Errors
/// [`StoreError::Log`] names the first bad record and what is wrong with it;
/// [`StoreError::Damaged`] where the file's own structure, its indices among it, is not whole.
pub fn verify(path: &Path, depth: Depth) -> Result<Report, Error> {
    let store = Store::open(path)?;
    match depth {
        Depth::Quick => chain::follow(&store),
        Depth::Full => recompute(&store, depth, State::Unchecked).map(|(report, _)| report),
    }
}

/// The same, and that the store is what the log says: no row changed, added, put back or missing,
/// and a file whose structure is sound.
///
/// # Errors
/// [`StoreError::Damaged`] where the structure is not sound; [`StoreError::Log`]; then
/// [`StoreError::RowChanged`] names the first bad row.
pub fn verify_state(path: &Path, depth: Depth) -> Result<Report, Error> {
    recompute(&Store::open(path)?, depth, State::Checked).map(|(report, _)| report)
}

/// The one or the other, and compares the file with what this machine remembers in `folder` of
/// having seen; a file that continues that is remembered.
///
/// # Errors
/// As above.
pub fn verify_and_compare(
    path: &Path,
    depth: Depth,
    state: State,
    folder: &Path,
) -> Result<Report, Error> {
    let store = Store::open(path)?.with_memory(folder)?;
    // Before the head is read: what others append meanwhile makes the file no shorter.
    let seen = store.remembered()?.and_then(|remembered| remembered.seen);
    if (depth, state) == (Depth::Quick, State::Unchecked) {
        let report = chain::follow(&store)?;
        let head = (report.records, report.origin.as_str());
        if seen
            .as_ref()
            .map_or(Ok(true), |seen| store.continues(seen, head))?
        {
            return Ok(report);
        }
        // Whether somebody has accepted that records are lost takes a replay.
    }
    let (mut report, ledger) = recompute(&store, depth, state)?;
    if let Some(seen) = seen {
        report.rollback = store.compare(&seen, &ledger)?;
    }
    store.remember(&ledger);
    Ok(report)
}

/// Reads every record again, and remembers nothing of it. One thread reads and hashes, another
/// judges.
fn recompute(store: &Store, depth: Depth, state: State) -> Result<(Report, Ledger), Error> {
    let _snapshot = store.snapshot()?;
    if depth == Depth::Full || state == State::Checked {
        store.check_structure()?;
    }
    let (sender, batches) = sync_channel(AHEAD);
    let (asked, keys) = channel();
    let (read, judged) = std::thread::scope(|scope| {
        let judge = scope.spawn(move || Judge::new(depth, asked).judge_all(&batches));
        let read = Reading::new(store, sender, keys).read_all();
        (read, judge.join())
    });
    let judged = judged.map_err(|_| Error::Internal("a judge that did not come back"))?;
    let detail_keys = first_of(read, judged.as_ref().err())?;
    let (mut report, ledger) = end(store, judged?, detail_keys, depth)?;
    if state == State::Checked {
        report.rows = Some(store.check_rows(&ledger)?);
    }
    Ok((report, ledger))
}

/// What was read, unless it went wrong before what was judged did.
fn first_of<T>(read: Result<T, Error>, judged: Option<&Error>) -> Result<Option<T>, Error> {
    let place = |error: &Error| match error {
        Error::Store(StoreError::Log(bad)) => Some(bad.seq),
        _ => None,
    };
    match (read, judged) {
        (Ok(read), _) => Ok(Some(read)),
        // A reading that breaks off with the judgement has nothing to add.
        (Err(error), Some(judged)) if place(&error).is_none() || place(&error) >= place(judged) => {
            Ok(None)
        }
        (Err(error), _) => Err(error),
    }
}

/// Whether anything stands in the file that belongs to no record.
fn end(
    store: &Store,
    judged: Judge,
    detail_keys: Option<u64>,
    depth: Depth,
) -> Result<(Report, Ledger), Error> {
    let ledger = judged.ledger;
    let size = ledger.size;
    let last = RecordSeq::new(size.saturating_sub(1));
    if ledger.vault.is_none() {
        return Err(StoreError::NotAVault.into());
    }
    let last_checkpoint = store.last_checkpoint()?;
    let noted = last_checkpoint.as_ref().map_or(0, |(size, _)| *size);
    if noted > size {
        return Err(bad(RecordSeq::new(size), Flaw::Missing));
    }
    let signed = ledger.signed.map_or(0, |(_, size)| size);
    if judged.covered < signed {
        return Err(bad(RecordSeq::new(signed - 1), Flaw::NotCovered));
    }
    // Words and keys that belong to no record were put there by somebody else.
    let [records, details, keys, checkpoints] = store.log_counts()?;
    if records != size {
        return Err(bad(RecordSeq::new(0), Flaw::WrongPlace));
    }
    if (details, Some(keys)) != (judged.details, detail_keys) {
        return Err(bad(last, Flaw::Details));
    }
    if checkpoints != judged.checkpoints {
        return Err(bad(last, Flaw::Checkpoint));
    }
    let report = Report {
        rows: None,
        records: size,
        unsigned_tail: size - judged.covered,
        signatures_checked: depth == Depth::Full,
        genesis: ledger.genesis,
        checkpoint: last_checkpoint.map(|(_, note)| note),
        vkeys: vkeys(&ledger),
        origin: ledger.origin.clone(),
        last: ledger.last,
        rollback: None,
        witnesses: Some(ledger.witnesses.clone()),
    };
    Ok((report, ledger))
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
