//! Clocks that went back, and records that are dated ahead.

use std::collections::BTreeMap;

use super::super::dated::{Clocks, is_before, person_of};
use super::super::ledger::Ledger;
use super::super::record::Record;
use super::Exception;
use crate::id::{PersonId, RecordSeq};
use crate::time::Timestamp;

/// The clocks of a log, and how far each person's had come.
#[derive(Default)]
pub struct Clock {
    pub(super) clocks: Clocks,
    /// The latest time that each has claimed, and the last; `None` is whoever could not sign.
    claimed: BTreeMap<Option<PersonId>, (Timestamp, Timestamp)>,
}

impl Clock {
    /// Takes the next record; whether its clock had gone back since its author's records before, or
    /// is behind what two people had reached: of many that lag behind, the first.
    ///
    /// Where only somebody else's record claims a later time, it is that one which is dated ahead.
    pub fn take(&mut self, record: &Record, before: &Ledger) -> Option<Exception> {
        let (who, time) = (person_of(record), record.time);
        let reached = self.clocks.reached();
        let known = self.claimed.get(&who).copied();
        let (latest, last) = known.unwrap_or((time, time));
        let goal = reached.map_or(latest, |reached| reached.max(latest));
        let lagged = known.is_some() && is_before(last, goal);
        let back = is_before(time, last) || (is_before(time, goal) && !lagged);
        self.claimed.insert(who, (latest.max(time), time));
        let counts = who
            .and_then(|who| before.person(who))
            .is_some_and(|it| it.counts);
        self.clocks.take(record, counts, true);
        back.then_some(Exception::ClockBack)
    }

    /// The records that are dated later than what somebody else recorded after them, or than `now`.
    pub fn left(&self, now: Timestamp) -> impl Iterator<Item = RecordSeq> + '_ {
        self.clocks.ahead_of(now)
    }
}
