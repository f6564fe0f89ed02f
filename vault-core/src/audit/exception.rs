//! What a reviewer looks at first. An exception accuses nobody: it is a record that somebody should
//! be able to explain.

pub mod hours;
mod overdue;
mod pace;
mod rules;

use std::collections::BTreeSet;

pub use self::overdue::GRACE_DAYS;
use self::overdue::Overdue;
use self::pace::Pace;
pub use self::pace::{MANY_ENTRIES, WINDOW_MINUTES};
pub use self::rules::CLOCK_SLACK_SECONDS;
use super::event::{Event, Outcome, Step};
use super::fact::Fact;
use super::ledger::Ledger;
use super::record::{Actor, ObjectRef, Record};
use crate::collection::Permission;
use crate::id::{CollectionId, EntryId, PersonId, RecordSeq};
use crate::time::Timestamp;

/// Why a record stands among the exceptions. They are listed in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Exception {
    /// It belongs to an opening of the envelope.
    Opening,
    /// The file was replaced by an older one, or records that are lost were accepted as lost, or
    /// two ways that one log went were brought together.
    Rollback,
    /// Something was refused.
    Refused,
    /// Somebody whose access had ended tried again.
    AfterAccessEnded,
    /// Many unlocks failed, within minutes or in a row.
    ManyFailures,
    /// It belongs to an incident.
    Incident,
    /// Somebody approved, decided or closed what concerned themselves.
    OwnApproval,
    /// A second person should have confirmed something before, and had not.
    NotConfirmed,
    /// A reason is wanted, and none was given.
    NoReason,
    /// An opening was asked for, and no witness was named.
    NoWitness,
    /// A password that had to be changed was still in use after the days of grace.
    NotChanged,
    /// One person was shown many different entries within minutes.
    ManyAtOnce,
    /// A password was shown, or access changed, outside office hours.
    OutOfHours,
    /// A person was shown an entry for the first time, which they had not made.
    FirstAccess,
    /// Somebody was given access to a collection.
    AccessGiven,
    /// The clock had gone back.
    ClockBack,
    /// An unlock, or something that was begun, failed.
    Failed,
}

impl Exception {
    /// Every one of them, in order.
    pub const ALL: [Self; 17] = [
        Self::Opening,
        Self::Rollback,
        Self::Refused,
        Self::AfterAccessEnded,
        Self::ManyFailures,
        Self::Incident,
        Self::OwnApproval,
        Self::NotConfirmed,
        Self::NoReason,
        Self::NoWitness,
        Self::NotChanged,
        Self::ManyAtOnce,
        Self::OutOfHours,
        Self::FirstAccess,
        Self::AccessGiven,
        Self::ClockBack,
        Self::Failed,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Rollback => "rollback",
            Self::Refused => "refused",
            Self::AfterAccessEnded => "after-access-ended",
            Self::ManyFailures => "many-failures",
            Self::Incident => "incident",
            Self::OwnApproval => "own-approval",
            Self::NotConfirmed => "not-confirmed",
            Self::NoReason => "no-reason",
            Self::NoWitness => "no-witness",
            Self::NotChanged => "not-changed",
            Self::ManyAtOnce => "many-at-once",
            Self::OutOfHours => "out-of-hours",
            Self::FirstAccess => "first-access",
            Self::AccessGiven => "access-given",
            Self::ClockBack => "clock-back",
            Self::Failed => "failed",
        }
    }
}

/// Finds the exceptions of a log whose records are given to it in order. It holds what recent
/// records said and who has had which entry, and no record.
#[derive(Default)]
pub struct Exceptions {
    pace: Pace,
    overdue: Overdue,
    /// Who has made, changed or been shown which entry.
    had: BTreeSet<(PersonId, EntryId)>,
    /// Who could ever read which collection.
    readers: BTreeSet<(PersonId, CollectionId)>,
}

impl Exceptions {
    /// Takes the next record, with what the log said `before` it; why it is an exception, in order
    /// and each reason once.
    pub fn take(&mut self, record: &Record, before: &Ledger) -> Vec<Exception> {
        let mut found: BTreeSet<Exception> = rules::stated(record, &before.policy).collect();
        found.extend(rules::judged(record, before));
        found.extend(hours::is_out_of_hours(record).then_some(Exception::OutOfHours));
        found.extend(self.pace.take(record, before));
        found.extend(self.overdue.take(record, before));
        found.extend(self.of_past(record, before));
        found.into_iter().collect()
    }

    /// What stands among the exceptions because nothing followed until `now`: the records that made
    /// a password due which nobody has changed, by what the log says at its end.
    pub fn left(&self, now: Timestamp, after: &Ledger) -> BTreeSet<(RecordSeq, Exception)> {
        let causes = self.overdue.left(now, after);
        causes.map(|cause| (cause, Exception::NotChanged)).collect()
    }

    /// What is one because of what this person had before, or had no more.
    fn of_past(&mut self, record: &Record, before: &Ledger) -> Option<Exception> {
        self.remember_readers(record);
        let (Actor::Person(person), Some(ObjectRef::Entry(entry))) =
            (&record.actor, &record.object)
        else {
            return None;
        };
        let has = (*person, *entry);
        match (record.event, record.step, record.outcome) {
            (Event::SecretReveal, _, Outcome::Ok) => {
                self.had.insert(has).then_some(Exception::FirstAccess)
            }
            (Event::SecretCreate, _, Outcome::Ok)
            | (Event::SecretRotate, Some(Step::Pending), Outcome::Ok) => {
                self.had.insert(has);
                None
            }
            (_, _, Outcome::Denied) => {
                let collection = before.collection_of(*entry)?;
                let once = self.readers.contains(&(*person, collection));
                once.then_some(Exception::AfterAccessEnded)
            }
            _ => None,
        }
    }

    fn remember_readers(&mut self, record: &Record) {
        for fact in &record.facts {
            if let Fact::Membership(facts) = fact
                && facts
                    .permission
                    .is_some_and(Permission::holds_collection_key)
            {
                self.readers.insert((facts.person, facts.collection));
            }
        }
    }
}

#[cfg(test)]
mod tests;
