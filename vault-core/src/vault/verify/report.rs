//! What verifying found.

use crate::audit::seen::Rollback;
use crate::crypto::digest::Digest;

/// Where verifying began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Beginning {
    /// With the first record.
    First,
    /// After so many records, which this machine verified before and did not read again.
    After(u64),
    /// With the first record, since nothing is remembered of an earlier time.
    NothingRemembered,
    /// With the first record, since the file does not go on from the log of so many records which
    /// this machine verified before.
    OtherLog(u64),
}

/// The log's head when it had so many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many records.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
    /// What [`members`](crate::audit::pins::members) gives as of then; `None` where the log was not
    /// replayed, as in the quick verification.
    pub members: Option<Digest>,
}

/// How far verifying is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many records were looked at.
    pub done: u64,
    /// Of how many.
    pub of: u64,
}

/// A log that verified.
#[derive(Debug, Clone)]
pub struct Report {
    /// How many records it has.
    pub records: u64,
    /// Where verifying began.
    pub beginning: Beginning,
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
    /// The heads that were wanted, in the order of their sizes. One that is not here is of a size
    /// that the log does not have.
    pub heads: Vec<Head>,
    /// What this machine has seen and the file does not have, where it was asked and that is so.
    pub rollback: Option<Rollback>,
    /// The last signed checkpoint.
    pub checkpoint: Option<String>,
    /// The keys that may have signed checkpoints, in C2SP's text form; none after the quick
    /// verification, which knows of no keys.
    pub vkeys: Vec<String>,
}

impl Report {
    /// The head of this size, where it was wanted and the log has so many records.
    pub fn head(&self, size: u64) -> Option<&Head> {
        self.heads.iter().find(|head| head.size == size)
    }
}
