//! The whole way: one thread reads and hashes, one judges records in their order, and as many as the
//! machine runs at once check signatures.

use std::sync::Arc;
use std::sync::mpsc::{channel, sync_channel};
use std::thread::ScopedJoinHandle;

use super::bad;
use super::judge::{Judge, Others};
use super::reading::{Read, Reading};
use super::report::{Beginning, Progress, Report};
use super::request::{Depth, Request, State};
use super::signatures::{Lowest, check_all, first_bad, queue};
use crate::audit::flaw::{BadRecord, Flaw};
use crate::audit::ledger::Ledger;
use crate::audit::memory::Verified;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::{Store, StoreError};
use crate::tlog::note::{Name, Verifier};
use crate::tlog::tree::Frontier;

/// How many batches the reading may be ahead: what is held in memory does not grow with the log.
const AHEAD: usize = 8;

/// What somebody verified, with its tree.
type Found = (Report, Verified);

/// Reads every record again, and remembers nothing of it; or those after the ones that this machine
/// verified before, where that is asked and known.
///
/// # Errors
/// As [`verify`](super::verify).
pub(super) fn verify(
    store: &Store,
    request: &Request,
    tell: &mut dyn FnMut(Progress),
) -> Result<Found, Error> {
    let _snapshot = store.snapshot()?;
    let beginning = if request.depth == Depth::SinceLast {
        match store.verified()? {
            None => Beginning::NothingRemembered,
            Some((known, false)) => Beginning::OtherLog(known.ledger.size),
            Some((known, true)) if is_asked_about(&known, request) => Beginning::First,
            Some((known, true)) => match after(store, request, known, tell)? {
                Some(found) => return Ok(found),
                None => Beginning::NothingRemembered,
            },
        }
    } else {
        Beginning::First
    };
    if request.depth != Depth::Quick || request.state == State::Checked {
        store.check_structure()?;
    }
    let nothing = Verified {
        ledger: Ledger::default(),
        frontier: Frontier::new(),
    };
    recompute(store, request, (nothing, beginning), tell)
}

/// Whether a head is wanted that stands before the end of what is known.
fn is_asked_about(known: &Verified, request: &Request) -> bool {
    let sizes = request.sizes();
    sizes.first().is_some_and(|size| *size <= known.ledger.size)
}

/// Verifies what follows the records that are known. `None` where what is remembered of them was
/// not what had been written down, or seems not to fit: whether it is wrong or the file, the file
/// alone has to show.
fn after(
    store: &Store,
    request: &Request,
    known: Verified,
    tell: &mut dyn FnMut(Progress),
) -> Result<Option<Found>, Error> {
    if request.state == State::Checked {
        store.check_structure()?;
    }
    let beginning = Beginning::After(known.ledger.size);
    match recompute(store, request, (known, beginning), tell) {
        Ok((_, verified)) if !verified.ledger.is_sound() => Ok(None),
        Err(Error::Store(StoreError::Log(_))) => Ok(None),
        found => found.map(Some),
    }
}

/// Reads and judges what follows `known`.
fn recompute(
    store: &Store,
    request: &Request,
    (known, beginning): (Verified, Beginning),
    tell: &mut dyn FnMut(Progress),
) -> Result<Found, Error> {
    let from = known.ledger.size;
    let checks_signatures = request.depth != Depth::Quick;
    let threads = if checks_signatures {
        request.threads()
    } else {
        0
    };
    let (sender, batches) = sync_channel(AHEAD);
    let (asked, named) = channel();
    let (claims, queue) = queue();
    let (queue, lowest) = (Arc::new(queue), Lowest::new());
    let wanted = request.sizes();
    let reading = Reading {
        store,
        frontier: known.frontier,
        from,
        wanted: &wanted,
        batches: sender,
        named,
        tell,
    };
    let (read, judged, found) = std::thread::scope(|scope| {
        let checking: Vec<_> = (0..threads)
            .map(|_| {
                let queue = Arc::clone(&queue);
                scope.spawn(|| check_all(queue, &lowest))
            })
            .collect();
        // Where all of them broke off, the judge is told so and waits for nobody.
        drop(queue);
        let others = Others {
            claims: checks_signatures.then_some(claims),
            lowest: &lowest,
            named: asked,
        };
        let judge = Judge::new(known.ledger);
        let wanted = &wanted;
        let judge = scope.spawn(move || judge.judge_all(batches, wanted, others));
        let read = reading.read_all();
        let judged = judge.join();
        let found: Result<Vec<_>, _> = checking.into_iter().map(ScopedJoinHandle::join).collect();
        (read, judged, found)
    });
    let gone = |_| Error::Internal("a thread that did not come back");
    let (judged, found) = (judged.map_err(gone)?, found.map_err(gone)?);
    let (read, judged) = first_of(read, judged, found)?;
    let (mut report, verified) = end(store, request, judged, (from, read))?;
    report.beginning = beginning;
    if request.state == State::Checked {
        report.rows = Some(store.check_rows(&verified.ledger)?);
    }
    Ok((report, verified))
}

/// What was read and judged, unless something is bad: then the first of it, whoever found it.
fn first_of(
    read: Result<Read, Error>,
    judged: Result<Judge, Error>,
    found: Vec<Option<BadRecord>>,
) -> Result<(Read, Judge), Error> {
    let of = |error: Option<&Error>| match error {
        Some(Error::Store(StoreError::Log(bad))) => Some(*bad),
        _ => None,
    };
    let places = [of(read.as_ref().err()), of(judged.as_ref().err())];
    let first = places.into_iter().chain(found).fold(None, first_bad);
    match (first, read, judged) {
        (Some(first), ..) => Err(StoreError::Log(first).into()),
        (None, Ok(read), Ok(judged)) => Ok((read, judged)),
        // What went wrong otherwise: a reading that broke off with the judgement has nothing to add.
        (None, _, Err(error)) | (None, Err(error), _) => Err(error),
    }
}

/// Whether anything stands in the file that belongs to no record.
fn end(
    store: &Store,
    request: &Request,
    judged: Judge,
    (from, read): (u64, Read),
) -> Result<Found, Error> {
    let ledger = judged.ledger;
    let size = ledger.size;
    let last = RecordSeq::new(size.saturating_sub(1));
    if ledger.vault.is_none() {
        return Err(StoreError::NotAVault.into());
    }
    let last_checkpoint = store.last_checkpoint()?;
    if last_checkpoint
        .as_ref()
        .is_some_and(|(noted, _)| *noted > size)
    {
        return Err(bad(RecordSeq::new(size), Flaw::Missing));
    }
    let signed = ledger.signed.map_or(0, |(_, size)| size);
    if judged.covered < signed {
        return Err(bad(RecordSeq::new(signed - 1), Flaw::NotCovered));
    }
    if let Some(seq) = judged.missing.unaccounted(&ledger) {
        return Err(bad(seq, Flaw::Details));
    }
    // Words and keys that belong to no record were put there by somebody else.
    let counts = store.counts(from)?;
    if counts.records != size - from {
        return Err(bad(RecordSeq::new(0), Flaw::WrongPlace));
    }
    let keys = counts
        .detail_keys
        .is_none_or(|keys| keys == read.detail_keys);
    if counts.details != judged.details || !keys {
        return Err(bad(last, Flaw::Details));
    }
    if counts.checkpoints != judged.checkpoints {
        return Err(bad(last, Flaw::Checkpoint));
    }
    let report = Report {
        rows: None,
        erased: Some(judged.missing.count()),
        waiting_erasures: ledger.waiting_erasures().collect(),
        clocks: Some(judged.clocks.report(request.now)),
        beginning: Beginning::First,
        records: size,
        unsigned_tail: size - judged.covered,
        signatures_checked: request.depth != Depth::Quick,
        genesis: ledger.genesis,
        checkpoint: last_checkpoint.map(|(_, note)| note),
        vkeys: vkeys(&ledger),
        origin: ledger.origin.clone(),
        last: ledger.last,
        heads: judged.heads,
        anchors: Vec::new(),
        pins: Vec::new(),
        witnesses: Some(ledger.witnesses.clone()),
        rollback: None,
        beside: None,
    };
    let frontier = read.frontier;
    Ok((report, Verified { ledger, frontier }))
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
