//! What the ledger takes over from records of unlocks.

use super::actor::Actor;
use super::event::Outcome;
use super::ledger::{Ledger, Person};
use super::record::Record;
use super::unrecorded::UnrecordedFacts;
use crate::person::Standing;

impl Ledger {
    pub(super) fn take_unlock(&mut self, record: &Record) {
        let (whom, failed) = match (&record.actor, record.outcome) {
            (Actor::Person(person), Outcome::Ok) => (Some(*person), false),
            (_, Outcome::Failed) => (record.subject, true),
            _ => return,
        };
        let Some(person) = whom.and_then(|id| self.people.get_mut(&id)) else {
            return;
        };
        if !failed {
            person.has_unlocked();
            person.last_unlock = Some(record.seq);
            self.forget_what_all_know();
            return;
        }
        person.failures = person.failures.saturating_add(1);
        person.last_failure = Some(record.time);
        person.unrecorded = person.unrecorded.and(record.unrecorded());
    }

    /// What everybody who is active was told of an opening is nobody's news any more.
    fn forget_what_all_know(&mut self) {
        let active = self
            .people
            .values()
            .filter(|person| person.facts.standing == Standing::Active);
        let all_since = active.map(|person| person.last_unlock).min().flatten();
        let untold = &mut self.envelope.untold;
        untold.retain(|_, last| all_since < Some(*last));
    }
}

impl Person {
    /// What failed before is over.
    pub(super) fn has_unlocked(&mut self) {
        self.failures = 0;
        self.last_failure = None;
        self.unrecorded = UnrecordedFacts::default();
    }
}
