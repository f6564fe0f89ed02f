//! Who did something.

use crate::id::RecordSeq;
use crate::time::Timestamp;

/// Who did something, when, and where it is on record.
#[derive(Debug, Clone)]
pub struct DoneBy {
    /// A person's name.
    pub by: String,
    /// When, by the clock of their machine.
    pub at: Timestamp,
    /// The record.
    pub record: RecordSeq,
}
