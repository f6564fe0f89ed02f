//! Which records begin, continue, decide and close an incident.

use super::actor::{Actor, ObjectRef};
use super::event::{Event, Outcome, Step};
use super::fact::Fact;
use super::flaw::Flaw;
use super::ledger::Ledger;
use super::record::Record;
use crate::emergency::inspection::Found;
use crate::id::{PersonId, RecordSeq};
use crate::incident::{Incident, IncidentKind};

impl Ledger {
    /// Takes over what `record` means for the incidents.
    pub(super) fn take_incidents(&mut self, record: &Record) -> Result<(), Flaw> {
        match (record.event, record.outcome) {
            (Event::IncidentDecide, Outcome::Ok) if !record.facts.is_empty() => {
                self.take_hold(record)?;
            }
            (Event::IncidentDecide, Outcome::Ok) => {
                self.incident_under(record)?.decided = Some(record.seq);
            }
            (Event::IncidentClose, Outcome::Ok) => {
                self.incident_under(record)?.closed = Some(record.seq);
            }
            (Event::EnvelopeClassify, Outcome::Ok) => self.close_opening(record),
            _ => {
                if let Some((kind, person)) = self.incident_of(record) {
                    self.take_incident(record, kind, person);
                }
            }
        }
        Ok(())
    }

    /// The open incident whose newest record this is.
    pub fn incident_with(&self, record: RecordSeq) -> Option<RecordSeq> {
        let mut open = self.open_incidents();
        let found = open.find(|(_, incident)| incident.last() == Some(record));
        found.map(|(number, _)| number)
    }

    fn incident_under(&mut self, record: &Record) -> Result<&mut Incident, Flaw> {
        let number = record.under.ok_or(Flaw::Contradiction)?;
        let incident = self.incidents.get_mut(&number).ok_or(Flaw::Contradiction)?;
        match incident.closed {
            None => Ok(incident),
            Some(_) => Err(Flaw::Contradiction),
        }
    }

    /// A hold is put on once, and taken off once.
    fn take_hold(&mut self, record: &Record) -> Result<(), Flaw> {
        let number = record.under.ok_or(Flaw::Contradiction)?;
        let incident = self.incidents.get_mut(&number).ok_or(Flaw::Contradiction)?;
        match (record.facts.first(), incident.held) {
            (Some(Fact::Hold(true)), None) => incident.held = Some(record.seq),
            (Some(Fact::Hold(false)), Some(_)) => incident.held = None,
            _ => return Err(Flaw::Contradiction),
        }
        Ok(())
    }

    /// Saying what an opening was decides and closes its incident.
    fn close_opening(&mut self, record: &Record) {
        let about = record.under.map(ObjectRef::Record);
        for incident in self.incidents.values_mut() {
            if incident.goes_on(IncidentKind::Opening, None, about.as_ref()) {
                incident.decided = Some(record.seq);
                incident.closed = Some(record.seq);
            }
        }
    }

    /// The incident that a record is part of, and whom it concerns.
    fn incident_of(&self, record: &Record) -> Option<(IncidentKind, Option<PersonId>)> {
        let actor = match record.actor {
            Actor::Person(person) => Some(person),
            _ => None,
        };
        Some(match (record.event, record.outcome) {
            (_, Outcome::Denied) if matches!(record.object, Some(ObjectRef::Entry(_))) => {
                if self.proposes(record) {
                    return None;
                }
                (IncidentKind::RefusedAccess, actor)
            }
            (Event::EnvelopeSheet, Outcome::Denied) => (IncidentKind::BadSheet, None),
            (Event::EnvelopeCheck, Outcome::Ok) if record.facts == [Fact::Look(Found::Broken)] => {
                (IncidentKind::BrokenSeal, None)
            }
            (Event::EnvelopeDrill, Outcome::Failed) => (IncidentKind::FailedDrill, None),
            (Event::VaultUnlock, Outcome::Failed) => {
                let failures = self.person(record.subject?)?.failures;
                if failures < self.policy.failed_unlocks {
                    return None;
                }
                (IncidentKind::FailedUnlocks, record.subject)
            }
            (Event::VaultUnlock, Outcome::Ok)
                if record.unrecorded().cut_off >= self.policy.failed_unlocks =>
            {
                (IncidentKind::FailedUnlocks, actor)
            }
            (Event::EnvelopeOpen, Outcome::Ok) if record.step == Some(Step::Released) => {
                (IncidentKind::Opening, None)
            }
            (Event::LogAcceptRollback, Outcome::Ok) => (IncidentKind::Rollback, actor),
            (Event::LogFork, Outcome::Ok) => (IncidentKind::Fork, actor),
            (Event::LogMerge, Outcome::Ok) if self.opened_by(record).is_some() => {
                (IncidentKind::Opening, None)
            }
            (Event::IncidentRaise, Outcome::Ok) => match record.facts.first()? {
                Fact::Incident(facts) => (facts.kind, actor),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Whether a refused record asked for what is due in the open: `status` proposes to everybody
    /// that the password is changed, and whoever follows it has tried to see nothing.
    fn proposes(&self, record: &Record) -> bool {
        let Some(ObjectRef::Entry(entry)) = &record.object else {
            return false;
        };
        let known = self.entries.get(entry);
        let due = known.is_some_and(|known| !self.due_since(*entry, &known).is_empty());
        due && record.event == Event::SecretRotate
    }

    fn take_incident(&mut self, record: &Record, kind: IncidentKind, person: Option<PersonId>) {
        // An opening is one incident, however many epochs and runs it takes.
        let object = match (kind, self.opened_by(record).or(record.under)) {
            (IncidentKind::Opening, Some(opening)) => Some(ObjectRef::Record(opening)),
            _ => record.object.clone(),
        };
        let known = self
            .incidents
            .values_mut()
            .find(|incident| incident.goes_on(kind, person, object.as_ref()));
        if let Some(incident) = known {
            incident.records.push(record.seq);
            incident.latest = record.time;
            // What was decided was decided of less.
            incident.decided = None;
            return;
        }
        let incident = Incident {
            kind,
            person,
            object,
            began: record.time,
            latest: record.time,
            records: vec![record.seq],
            decided: None,
            closed: None,
            held: None,
        };
        self.incidents.insert(record.seq, incident);
    }
}
