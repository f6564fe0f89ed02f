//! What a second person had to confirm and nobody did.

use std::collections::BTreeMap;

use super::super::dated::Clocks;
use super::super::event::{Event, Outcome};
use super::super::ledger::Ledger;
use super::super::record::Record;
use super::overdue::GRACE;
use crate::id::RecordSeq;
use crate::time::Timestamp;

/// When each record was made that has to be confirmed.
#[derive(Default)]
pub(super) struct Waiting(BTreeMap<RecordSeq, Timestamp>);

impl Waiting {
    /// Takes the next record.
    pub(super) fn take(&mut self, record: &Record) {
        let waits = matches!(
            record.event,
            Event::PersonEnrol
                | Event::EnvelopeTakeover
                | Event::EnvelopeSeal
                | Event::LogAcceptRollback
                | Event::LogForget
        );
        if waits && record.outcome == Outcome::Ok {
            self.0.insert(record.seq, record.time);
        }
    }

    /// The records that still wait at `now`, after the days of grace.
    pub(super) fn left(
        &self,
        now: Timestamp,
        after: &Ledger,
        clocks: &Clocks,
    ) -> impl Iterator<Item = RecordSeq> + use<> {
        let late = |record: &RecordSeq| {
            let since = self.0.get(record);
            since.is_some_and(|since| clocks.age(*record, *since, now).may_exceed(GRACE))
        };
        let left = after.unconfirmed.keys().copied().filter(late);
        left.collect::<Vec<_>>().into_iter()
    }
}
