//! Verifying the log by recomputing: every line, the chain, the tree, every checkpoint, every
//! signature, and who was entitled to what. It needs no person and appends nothing.

mod chain;
mod clocks;
mod comparison;
mod full;
mod judge;
mod parts;
mod reading;
mod report;
mod request;
mod signatures;
pub mod vouched;

use std::path::Path;

use crate::audit::flaw::{BadRecord, Flaw};
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::{Store, StoreError};
pub use comparison::Comparison;
pub use report::{Beginning, ClockReport, Head, Progress, Report};
pub use request::{Depth, Request, State};

/// Verifies the log of the vault at `path`.
///
/// # Errors
/// [`StoreError::Log`] names the first bad record and what is wrong with it;
/// [`StoreError::Damaged`] where the file's own structure, its indices among it, is not whole. Where
/// the state is compared, [`StoreError::RowChanged`] names the first bad row.
pub fn verify(path: &Path, request: impl Into<Request>) -> Result<Report, Error> {
    verify_telling(path, &request.into(), &mut |_| ())
}

/// The same, and says now and then how far it is.
///
/// # Errors
/// As [`verify`].
pub fn verify_telling(
    path: &Path,
    request: &Request,
    tell: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    let store = Store::look(path)?;
    let store = match &request.memory {
        Some(folder) => store.with_memory(folder)?,
        None => store,
    };
    // Before the head is read: what others append meanwhile makes the file no shorter. Where the
    // vault cannot be told from its first record, verifying says so.
    let remembered = store.remembered();
    if request.is_of_hashes() {
        let mut report = chain::follow(&store, request, tell)?;
        report.compare(request);
        let head = (report.records, report.origin.as_str());
        let seen = match &remembered {
            Ok(Some(remembered)) => Some(&remembered.seen),
            _ => None,
        };
        if seen.map_or(Ok(true), |seen| store.continues(seen, head))? {
            return Ok(report);
        }
        // Whether somebody has accepted that records are lost takes a replay.
    }
    let (mut report, verified) = full::verify(&store, request, tell)?;
    if let Some(remembered) = remembered? {
        let compared = store.compare(&remembered.seen, &verified.ledger)?;
        (report.rollback, report.beside) = (compared.rollback, compared.beside);
    }
    report.compare(request);
    store.remember(&verified.ledger)?;
    if report.signatures_checked && report.is_the_one() {
        store.remember_verified(&verified);
    }
    Ok(report)
}

fn bad(seq: RecordSeq, flaw: Flaw) -> Error {
    StoreError::Log(BadRecord { seq, flaw }).into()
}
