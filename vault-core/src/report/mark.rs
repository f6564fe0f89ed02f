//! Where on record something stands.

use crate::audit::actor::Actor;
use crate::audit::record::Record;
use crate::id::RecordSeq;
use crate::time::Timestamp;

/// The record of something: its number, its time, and who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The record.
    pub record: RecordSeq,
    /// When it was made, by the clock of its machine.
    pub time: Timestamp,
    /// Who acted.
    pub by: Actor,
}

impl Mark {
    /// That of `record`.
    pub fn of(record: &Record) -> Self {
        Self {
            record: record.seq,
            time: record.time,
            by: record.actor.clone(),
        }
    }
}
