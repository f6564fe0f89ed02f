//! What a witness answers instead of cosigning.

use std::io::ErrorKind;
use std::path::PathBuf;

use crate::time::Timestamp;
use crate::tlog::checkpoint::CheckpointError;
use crate::tlog::note::Name;
use crate::tlog::submission::SubmissionError;
use crate::tlog::witness::Refused;

/// Why a witness did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessError {
    /// There is no witness in that folder.
    NotFounded,
    /// There is one already: a second key under its name would be another witness.
    Founded,
    /// The request cannot be read.
    Request(SubmissionError),
    /// What the request submits is no head of a log.
    Head(CheckpointError),
    /// No keys are trusted for the log that the request names.
    UnknownLog(Name),
    /// A line of a file of keys, counted from 1, is no key of a log.
    NotAKey(usize),
    /// The file of keys has none.
    NoKeys,
    /// The file of keys has more than can be taken.
    TooManyKeys,
    /// The head is not cosigned.
    Refused(Box<Refusal>),
    /// A file of the witness's own cannot be read as what it must be. Nothing is signed then: what
    /// was kept before is not known.
    Damaged(PathBuf),
    /// Another process is at work in the folder.
    Busy,
    /// A file of the folder cannot be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        kind: ErrorKind,
    },
    /// The operating system gave no randomness.
    NoEntropy,
}

/// A head that a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Of which log.
    pub origin: Name,
    /// Why.
    pub why: Refused,
    /// The head that is kept of that log.
    pub kept: Option<Kept>,
    /// Where the request was put as evidence, or why it could not be; `None` where it is none.
    pub evidence: Option<Result<PathBuf, ErrorKind>>,
}

/// What a witness tells of a head that it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// How many records the log had.
    pub size: u64,
    /// When it was cosigned.
    pub time: Timestamp,
}
