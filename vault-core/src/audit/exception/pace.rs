//! Much within little time: passwords shown to one person, and unlocks that failed.

use std::collections::{BTreeMap, VecDeque};

use super::super::actor::{Actor, ObjectRef};
use super::super::event::{Event, Outcome};
use super::super::ledger::Ledger;
use super::super::record::Record;
use super::super::unrecorded::UnrecordedFacts;
use super::Exception;
use super::overdue::is_of_pending;
use crate::id::{EntryId, PersonId};
use crate::time::Timestamp;

/// What happens within so many minutes counts together.
pub const WINDOW_MINUTES: i64 = 10;

/// So many different entries are many. One login takes a user name, a password and a code, which
/// are one entry; a morning's work takes two or three.
pub const MANY_ENTRIES: usize = 5;

/// What happened within the last minutes.
#[derive(Default)]
pub(super) struct Pace {
    /// When each person was last shown each entry.
    shown: BTreeMap<PersonId, BTreeMap<EntryId, Timestamp>>,
    /// When unlocks failed, of whomever.
    failures: VecDeque<Timestamp>,
}

impl Pace {
    /// Takes the next record; why it is an exception.
    pub(super) fn take(&mut self, record: &Record, before: &Ledger) -> Option<Exception> {
        match (record.event, record.outcome, &record.actor, &record.object) {
            (
                Event::SecretReveal,
                Outcome::Ok,
                Actor::Person(person),
                Some(ObjectRef::Entry(entry)),
            ) => {
                let known = before.entries.get(entry);
                if known.is_some_and(|known| is_of_pending(record, &known)) {
                    return None;
                }
                let shown = self.shown.entry(*person).or_default();
                shown.insert(*entry, record.time);
                shown.retain(|_, at| is_recent(*at, record.time));
                (shown.len() >= MANY_ENTRIES).then_some(Exception::ManyAtOnce)
            }
            (Event::VaultUnlock, Outcome::Failed, ..) => {
                self.failures.push_back(record.time);
                self.failures.retain(|at| is_recent(*at, record.time));
                let many = usize::try_from(before.policy.failed_unlocks).unwrap_or(usize::MAX);
                let in_a_row = record.subject.and_then(|id| before.person(id));
                let in_a_row = in_a_row.map_or(0, |person| person.failures);
                let found = self.failures.len() >= many
                    || in_a_row.saturating_add(1) >= before.policy.failed_unlocks;
                found.then_some(Exception::ManyFailures)
            }
            (Event::VaultUnlock, ..) => {
                let UnrecordedFacts { cut_off, paused } = record.unrecorded();
                let many = cut_off.saturating_add(paused) >= before.policy.failed_unlocks;
                many.then_some(Exception::ManyFailures)
            }
            _ => None,
        }
    }
}

/// What a clock that was set back dates later than `now` counts too: setting it back hides nothing.
const fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    now.since(at) <= WINDOW_MINUTES * 60
}
