//! Passwords that had to be changed and were not.

use std::collections::{BTreeMap, BTreeSet};

use super::super::actor::{Actor, ObjectRef};
use super::super::dated::Clocks;
use super::super::event::{Event, Outcome};
use super::super::fact::Fact;
use super::super::ledger::{Entry, Ledger};
use super::super::record::Record;
use super::Exception;
use crate::id::RecordSeq;
use crate::time::Timestamp;

/// Days within which a password has to be changed once it is due. The policies say immediately
/// (clause 4.1.4); a week leaves a clerk who works on two days of it one of them.
pub const GRACE_DAYS: i64 = 7;

/// The same in seconds.
pub(super) const GRACE: i64 = GRACE_DAYS * 24 * 3600;

/// When each record was made by which a password may have become due.
#[derive(Default)]
pub(super) struct Overdue(BTreeMap<RecordSeq, Timestamp>);

impl Overdue {
    /// Takes the next record; whether it shows a password that should have been changed by then.
    pub(super) fn take(
        &mut self,
        record: &Record,
        before: &Ledger,
        clocks: &Clocks,
    ) -> Option<Exception> {
        if may_make_due(record) {
            self.0.insert(record.seq, record.time);
        }
        let Some(ObjectRef::Entry(entry)) = &record.object else {
            return None;
        };
        if record.event != Event::SecretReveal || record.outcome != Outcome::Ok {
            return None;
        }
        let known = before.entries.get(entry)?;
        if is_of_pending(record, &known) {
            return None;
        }
        let causes = before.due_since(*entry, &known);
        // Whoever sets a clock back is late all the same.
        let now = clocks
            .reached()
            .map_or(record.time, |it| it.max(record.time));
        let late = |(_, cause): &(_, RecordSeq)| self.is_over(*cause, now, clocks);
        causes.iter().any(late).then_some(Exception::NotChanged)
    }

    /// The records that made an entry due which is still due at `now`, after the days of grace.
    pub(super) fn left(
        &self,
        now: Timestamp,
        after: &Ledger,
        clocks: &Clocks,
    ) -> impl Iterator<Item = RecordSeq> + use<> {
        let due = after.entries.iter();
        let causes = due.flat_map(|(id, known)| after.due_since(id, &known));
        let late = causes.filter(|(_, cause)| self.is_over(*cause, now, clocks));
        let causes: BTreeSet<RecordSeq> = late.map(|(_, cause)| cause).collect();
        causes.into_iter()
    }

    fn is_over(&self, cause: RecordSeq, now: Timestamp, clocks: &Clocks) -> bool {
        let since = self.0.get(&cause);
        since.is_some_and(|since| clocks.age(cause, *since, now).may_exceed(GRACE))
    }
}

/// Whether a record shows the password that will take the place of the one in use, which is how that
/// is changed.
pub(super) fn is_of_pending(record: &Record, known: &Entry) -> bool {
    let pending = known.pending.map(|(version, _)| version);
    pending.is_some() && record.version == pending
}

/// Whether a password may be due because of this record: a suspicion, a membership that ended, an
/// opening that showed it, here or on a copy, or an entry that was made with somebody's first
/// password.
fn may_make_due(record: &Record) -> bool {
    let ends = |fact: &Fact| matches!(fact, Fact::Membership(_) | Fact::Entry(_));
    match (record.event, &record.actor) {
        (Event::IncidentRaise | Event::LogMerge, _) | (Event::SecretReveal, Actor::Escrow(_)) => {
            true
        }
        _ => record.facts.iter().any(ends),
    }
}
