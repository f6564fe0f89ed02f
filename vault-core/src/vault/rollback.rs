//! Accepting that records which this machine has seen are lost: the way out when an older copy of
//! the file is all that is left. It is on record, and a second person confirms it.

use super::Session;
use crate::access::Act as Asked;
use crate::audit::event::Event;
use crate::audit::fact::{Fact, RollbackFacts};
use crate::error::{Error, LogRefused};
use crate::id::RecordSeq;
use crate::store::draft::Draft;

/// A loss that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The record of it.
    pub record: RecordSeq,
    /// Whether a second person has yet to confirm it; until then nothing else is done on the file.
    pub waits: bool,
}

impl Session<'_> {
    /// Accepts that the records up to the head that this machine last saw are lost. Confirmed, it
    /// holds on every machine that saw exactly that head last.
    ///
    /// # Errors
    /// [`Error::Invalid`] where nothing is lost; [`Error::Denied`], with the refusal on record.
    pub fn accept_rollback(&mut self) -> Result<Accepted, Error> {
        let rollback = self.rollback().ok_or(LogRefused::NothingLost)?;
        let (size, last) = (rollback.seen.size, rollback.seen.last);
        let draft = || Draft::new(Event::LogAcceptRollback);
        let turn = self.turn_anyway()?;
        let (mut turn, permit) = turn.allow(Asked::AcceptRollback, draft())?;
        let accepted = draft().permission(permit.permission());
        let record = turn.record(accepted.fact(Fact::Rollback(RollbackFacts { size, last })))?;
        let waits = turn.ledger().unconfirmed.contains_key(&record);
        turn.commit()?;
        Ok(Accepted { record, waits })
    }
}
