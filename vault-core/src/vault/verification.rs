//! Putting on record that somebody verified the log. The verifying itself needs nobody and records
//! nothing.

use super::Session;
use super::verify::Report;
use crate::access::Act as Asked;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::audit::ledger::leaf_of;
use crate::error::{Error, LogRefused};
use crate::id::RecordSeq;
use crate::store::draft::Draft;

impl Session<'_> {
    /// Records that this person verified the log and found what `report` says.
    ///
    /// # Errors
    /// [`LogRefused::OtherThanVerified`] where the log is not the one of the report, or a continuation
    /// of it, or not the one that was written down of it; [`Error::Denied`], with the refusal on record.
    pub fn record_verification(&mut self, report: &Report) -> Result<RecordSeq, Error> {
        let turn = self.turn()?;
        let (mut turn, _) = turn.allow(Asked::VerifyLog, Draft::new(Event::LogVerify))?;
        let size = report.records;
        if !report.is_the_one() || size == 0 || size > turn.ledger().size {
            return Err(LogRefused::OtherThanVerified.into());
        }
        let last = turn.act.lines_within(size - 1..size)?;
        if last.first().map(|line| leaf_of(line)) != Some(report.last) {
            return Err(LogRefused::OtherThanVerified.into());
        }
        let fact = Fact::Verified(report.facts());
        let record = turn.record(Draft::new(Event::LogVerify).fact(fact))?;
        turn.commit()?;
        Ok(record)
    }
}
