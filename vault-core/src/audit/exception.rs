//! What a reviewer looks at first. An exception accuses nobody: it is a record that somebody should
//! be able to explain.

mod clock;
pub mod hours;
mod overdue;
mod pace;
mod rules;
mod waiting;

use std::collections::BTreeSet;

pub use self::clock::Clock;
pub use self::overdue::GRACE_DAYS;
use self::overdue::Overdue;
use self::pace::Pace;
pub use self::pace::{MANY_ENTRIES, WINDOW_MINUTES};
use self::waiting::Waiting;
use super::actor::{Actor, ObjectRef};
pub use super::dated::CLOCK_SLACK_SECONDS;
use super::event::{Event, Outcome, Step};
use super::fact::Fact;
use super::ledger::Ledger;
use super::record::Record;
use crate::collection::Permission;
use crate::id::{CollectionId, EntryId, PersonId, RecordSeq};
use crate::time::Timestamp;

/// Why a record stands among the exceptions. They are listed in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Erasing words was asked for, or done.
    Erasure,
    /// A second person should have confirmed something before, and had not.
    NotConfirmed,
    /// A reason is wanted, and none was given.
    NoReason,
    /// An opening was asked for with fewer witnesses than the council's rules ask for.
    FewWitnesses,
    /// A password that had to be changed was still in use after the days of grace.
    NotChanged,
    /// One person was shown many different entries within minutes.
    ManyAtOnce,
    /// A password was shown, or access changed, outside office hours.
    OutOfHours,
    /// A person was shown an entry for the first time, which they had not made.
    FirstAccess,
    /// It calls its entry by a title that is not the entry's.
    OtherTitle,
    /// The access log is taken from somebody who reviews it.
    LogTaken,
    /// Somebody was given access to a collection.
    AccessGiven,
    /// The council's rules were changed: who opens the envelope, which witnesses are asked.
    RulesChanged,
    /// It is dated later than what was recorded after it, or than the moment it is looked at.
    ClockAhead,
    /// The clock had gone back.
    ClockBack,
    /// An unlock, or something that was begun, failed.
    Failed,
}

impl Exception {
    /// Every one of them, in order.
    pub const ALL: [Self; 22] = [
        Self::Opening,
        Self::Rollback,
        Self::Refused,
        Self::AfterAccessEnded,
        Self::ManyFailures,
        Self::Incident,
        Self::OwnApproval,
        Self::Erasure,
        Self::NotConfirmed,
        Self::NoReason,
        Self::FewWitnesses,
        Self::NotChanged,
        Self::ManyAtOnce,
        Self::OutOfHours,
        Self::FirstAccess,
        Self::OtherTitle,
        Self::LogTaken,
        Self::AccessGiven,
        Self::RulesChanged,
        Self::ClockAhead,
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
            Self::Erasure => "erasure",
            Self::NotConfirmed => "not-confirmed",
            Self::NoReason => "no-reason",
            Self::FewWitnesses => "few-witnesses",
            Self::NotChanged => "not-changed",
            Self::ManyAtOnce => "many-at-once",
            Self::OutOfHours => "out-of-hours",
            Self::FirstAccess => "first-access",
            Self::OtherTitle => "other-title",
            Self::LogTaken => "log-taken",
            Self::AccessGiven => "access-given",
            Self::RulesChanged => "rules-changed",
            Self::ClockAhead => "dated-ahead",
            Self::ClockBack => "clock-back",
            Self::Failed => "failed",
        }
    }
}

/// Finds the exceptions of a log whose records are given to it in order. It holds what recent
/// records said and who has had which entry, and no record.
#[derive(Default)]
pub struct Exceptions {
    clock: Clock,
    pace: Pace,
    overdue: Overdue,
    waiting: Waiting,
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
        found.extend(self.clock.take(record, before));
        found.extend(self.pace.take(record, before));
        found.extend(self.overdue.take(record, before, &self.clock.clocks));
        found.extend(self.of_past(record, before));
        self.waiting.take(record);
        found.into_iter().collect()
    }

    /// What stands among the exceptions because nothing followed until `now`, by what the log says at
    /// its end: the records that made a password due which nobody has changed, those that nobody has
    /// confirmed, and those that are dated ahead.
    pub fn left(&self, now: Timestamp, after: &Ledger) -> BTreeSet<(RecordSeq, Exception)> {
        let clocks = &self.clock.clocks;
        let causes = self.overdue.left(now, after, clocks);
        let causes = causes.map(|cause| (cause, Exception::NotChanged));
        let waiting = self.waiting.left(now, after, clocks);
        let waiting = waiting.map(|record| (record, Exception::NotConfirmed));
        let ahead = self.clock.left(now);
        let ahead = ahead.map(|record| (record, Exception::ClockAhead));
        causes.chain(waiting).chain(ahead).collect()
    }

    /// What is one because of what this person had before, or had no more.
    fn of_past(&mut self, record: &Record, before: &Ledger) -> Option<Exception> {
        self.remember_readers(record);
        let Actor::Person(person) = record.actor else {
            return None;
        };
        if record.outcome == Outcome::Denied {
            let lost = self.has_lost(person, collection_of(record, before)?, before);
            return lost.then_some(Exception::AfterAccessEnded);
        }
        let Some(ObjectRef::Entry(entry)) = record.object else {
            return None;
        };
        match (record.event, record.step, record.outcome) {
            (Event::SecretReveal, _, Outcome::Ok) => {
                let first = self.had.insert((person, entry));
                first.then_some(Exception::FirstAccess)
            }
            // Only what came into use: what was proposed and taken back showed nobody the password.
            (Event::SecretCreate, _, Outcome::Ok)
            | (Event::SecretRotate, Some(Step::Confirmed), Outcome::Ok) => {
                self.had.insert((person, entry));
                None
            }
            _ => None,
        }
    }

    /// Whether somebody could read a collection once and no longer can.
    fn has_lost(&self, person: PersonId, collection: CollectionId, before: &Ledger) -> bool {
        let now = before.collection(collection);
        let now = now.and_then(|collection| collection.members.get(&person));
        self.readers.contains(&(person, collection))
            && !now.is_some_and(|permission| permission.holds_collection_key())
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

/// The collection that a record is about, or in which the entry stands that it is about.
fn collection_of(record: &Record, before: &Ledger) -> Option<CollectionId> {
    match record.object {
        Some(ObjectRef::Entry(entry)) => before.collection_of(entry),
        Some(ObjectRef::Collection(collection)) => Some(collection),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
