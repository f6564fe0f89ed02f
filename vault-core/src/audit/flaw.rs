//! What can be wrong with a record.

use crate::access::Denial;
use crate::id::RecordSeq;

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The line is not a record of this version.
    NotARecord,
    /// It does not bear the number of its place.
    WrongPlace,
    /// It does not follow the record before it.
    BrokenChain,
    /// It lacks the signature that such a record has.
    Unsigned,
    /// Its signature is not its actor's, or it has one where nobody could sign.
    WrongSignature,
    /// Its actor had no right to it.
    Unentitled(Unentitled),
    /// What it says contradicts what was recorded before.
    Contradiction,
    /// A details row does not match it, or is missing.
    Details,
    /// A checkpoint of this size does not match the records.
    Checkpoint,
    /// No witness that is named signed the head that it speaks of, or that head is not this log's.
    Cosignature,
    /// The log ends before a record that a signed checkpoint counts.
    Missing,
    /// What it brings in from a copy of the log could not stand there.
    Brought,
    /// It is not covered by a signed checkpoint, and is not of a kind that may wait for one.
    NotCovered,
}

/// The first bad record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadRecord {
    /// Which.
    pub seq: RecordSeq,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// Why a record is not entitled to stand as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unentitled {
    /// The actor had no right to it.
    Denied(Denial),
    /// An actor of this kind never makes such a record.
    Actor,
    /// Its members, facts or rows are not those of such a record.
    Form,
}
