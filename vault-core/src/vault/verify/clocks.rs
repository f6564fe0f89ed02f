//! Clocks that disagree, as a verification comes upon them.

use super::report::ClockReport;
use crate::audit::exception::Clock;
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::id::RecordSeq;
use crate::time::Timestamp;

/// The clocks of the records that were read.
#[derive(Default)]
pub(super) struct ClocksRead {
    clock: Clock,
    back: Vec<RecordSeq>,
}

impl ClocksRead {
    /// Takes the next record.
    pub(super) fn take(&mut self, record: &Record, before: &Ledger) {
        if self.clock.take(record, before).is_some() {
            self.back.push(record.seq);
        }
    }

    /// What they say of each other, looked at `now`.
    pub(super) fn report(&self, now: Option<Timestamp>) -> ClockReport {
        let latest = Timestamp::EPOCH.plus(i64::MAX);
        let mut ahead: Vec<RecordSeq> = self.clock.left(now.unwrap_or(latest)).collect();
        ahead.sort_unstable();
        ahead.dedup();
        ClockReport {
            back: self.back.clone(),
            ahead,
        }
    }
}
