//! Which records concern one person: what they did, what was done to them or for them, and what is
//! about something of theirs.

use super::actor::{Actor, ObjectRef};
use super::event::{Event, Outcome};
use super::fact::Fact;
use super::ledger::{Ledger, Unconfirmed};
use super::record::Record;
use crate::crypto::digest::Digest;
use crate::emergency::Holder;
use crate::id::{PersonId, Serial};

/// A person whom records may concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concern {
    /// Who.
    pub person: PersonId,
    /// The login tag of their name: whoever opens an envelope is known by the name they type.
    pub tag: Digest,
}

impl Concern {
    /// Whether it was they who acted, with their own key or with their sheet.
    pub fn acted(&self, record: &Record, before: &Ledger) -> bool {
        match &record.actor {
            Actor::Person(person) => *person == self.person,
            Actor::Sheet(serial) => self.holds(serial, before),
            Actor::Escrow(_) | Actor::Nobody => false,
        }
    }

    /// Whether `record`, made on top of what the log said `before`, concerns them.
    pub fn is_of(&self, record: &Record, before: &Ledger) -> bool {
        self.acted(record, before)
            || record.subject == Some(self.person)
            || self.is_object(record, before)
            || self.is_under(record, before)
            || record.facts.iter().any(|fact| self.is_in(fact))
    }

    fn holds(&self, serial: &Serial, before: &Ledger) -> bool {
        let sheet = before.envelope.sheets.get(serial);
        sheet.is_some_and(|sheet| sheet.facts.holder == Holder::Person(self.person))
    }

    fn is_object(&self, record: &Record, before: &Ledger) -> bool {
        match &record.object {
            Some(ObjectRef::Person(person)) => *person == self.person,
            Some(ObjectRef::Sheet(serial)) => self.holds(serial, before),
            _ => false,
        }
    }

    /// Whether it rests on their enrolment, or on an incident that is about them.
    fn is_under(&self, record: &Record, before: &Ledger) -> bool {
        let Some(under) = record.under else {
            return false;
        };
        match record.event {
            Event::AccessApprove => match before.unconfirmed.get(&under) {
                Some(Unconfirmed::Membership { whose, .. }) => whose.person == self.person,
                waiting => waiting.and_then(Unconfirmed::admits) == Some(self.person),
            },
            Event::IncidentDecide | Event::IncidentClose => {
                let incident = before.incidents.get(&under);
                incident.is_some_and(|incident| incident.person == Some(self.person))
            }
            _ => false,
        }
    }

    fn is_in(&self, fact: &Fact) -> bool {
        let holds = |holder: &Holder| *holder == Holder::Person(self.person);
        match fact {
            Fact::Person(facts) => facts.person == self.person,
            Fact::Membership(facts) => facts.person == self.person,
            Fact::Withdrawal(facts) => facts.person == self.person,
            Fact::Sheet(facts) => holds(&facts.holder),
            Fact::Rule(facts) => facts.holders.iter().any(holds),
            Fact::Opener(facts) => facts.tag == self.tag,
            Fact::Use(facts) => facts.tag == self.tag,
            _ => false,
        }
    }
}

/// Whether a record says who may do what, or how somebody came and went: what a report on a person
/// tells of their standing.
pub fn is_of_standing(record: &Record) -> bool {
    let standing = |fact: &Fact| matches!(fact, Fact::Person(_) | Fact::Membership(_));
    record.outcome == Outcome::Ok && record.facts.iter().any(standing)
}
