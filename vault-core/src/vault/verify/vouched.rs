//! A head that a witness itself gave out, compared with the log.

use std::path::Path;

use super::Report;
use crate::audit::witness::Witnesses;
use crate::error::Error;
use crate::store::Store;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::Note;

/// How a head compares with a log that verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Compared {
    /// The log begins so.
    Same {
        /// How many records the head counts.
        size: u64,
        /// Whether a witness that the log names, or named, vouches for it; `None` where that was
        /// not looked at.
        vouched: Option<bool>,
    },
    /// The log has fewer records.
    Ahead {
        /// How many records the head counts.
        kept: u64,
        /// How many of the log are signed for.
        size: u64,
    },
    /// The log's first records are others.
    Elsewhere {
        /// How many records the head counts.
        size: u64,
    },
    /// It is no head of this log.
    Foreign,
}

/// Compares the log of the vault at `path`, which verified as `report` says, with the head in
/// `note`, by hashing the records once more.
///
/// # Errors
/// [`Error::Store`].
pub fn compare(path: &Path, report: &Report, note: &Note) -> Result<Compared, Error> {
    let Ok(head) = Checkpoint::parse(note.text()) else {
        return Ok(Compared::Foreign);
    };
    if head.origin.as_str() != report.origin {
        return Ok(Compared::Foreign);
    }
    let signed = report.records - report.unsigned_tail;
    if head.size > signed {
        let (kept, size) = (head.size, signed);
        return Ok(Compared::Ahead { kept, size });
    }
    let size = head.size;
    if Store::look(path)?.prove(0, size)?.new_root != head.root {
        return Ok(Compared::Elsewhere { size });
    }
    let by_known = |known: &Witnesses| {
        let mut lines = note.cosignatures();
        lines.any(|line| known.made(note.text(), &line))
    };
    let vouched = report.witnesses.as_ref().map(by_known);
    Ok(Compared::Same { size, vouched })
}
