//! Incidents: raising them, saying what they were, closing them, and reading what is known.

use std::collections::BTreeMap;

use super::Session;
use super::log::Told;
use super::reveal::reason_line;
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::audit::record::Record;
use crate::audit::row::RowKey;
use crate::audit::versions::Deed;
use crate::error::{Error, IncidentRefused, Invalid, NameRefused, Noun, ReasonRefused};
use crate::id::{EntryId, RecordSeq};
use crate::incident::{Incident, IncidentFacts, IncidentKind};
use crate::report::done_by::DoneBy;
pub use crate::report::incidents::IncidentSummary;
use crate::store::draft::Draft;
use crate::store::rows::EntryRow;
use crate::text::Line;

/// What an incident that somebody raises is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About<'a> {
    /// An entry that somebody may know: it is due to be changed.
    Entry(&'a str),
    /// A device that could reach the vault.
    Device(&'a str),
    /// Anything else; the reason says what.
    Other,
}

impl Session<'_> {
    /// Raises an incident; its number.
    ///
    /// # Errors
    /// [`Error::Denied`] for an entry that the person does not see; [`ReasonRefused::Missing`].
    pub fn raise_incident(
        &mut self,
        about: About<'_>,
        reason: Option<&str>,
    ) -> Result<RecordSeq, Error> {
        let reason = given(reason)?;
        let device = match about {
            About::Device(text) => Some(
                Line::parse(text, Line::LONG)
                    .map_err(|why| Invalid::Name(NameRefused::Line(Noun::Incident, why)))?,
            ),
            _ => None,
        };
        let mut turn = self.turn()?;
        let (entry, kind) = match about {
            About::Entry(name) => (Some(turn.find_entry(name)?.entry), IncidentKind::Compromise),
            About::Device(_) => (None, IncidentKind::Device),
            About::Other => (None, IncidentKind::Other),
        };
        let draft = || {
            let draft = Draft::new(Event::IncidentRaise);
            match entry {
                Some(entry) => draft.object(ObjectRef::Entry(entry)),
                None => draft,
            }
        };
        let (mut turn, _) = turn.allow(Asked::RaiseIncident(entry), draft())?;
        let raised = draft()
            .fact(Fact::Incident(IncidentFacts { kind }))
            .word(Word::Device, device.as_ref().map_or("", Line::as_str))
            .word(Word::Reason, &reason);
        let number = turn.record(raised)?;
        turn.commit()?;
        Ok(number)
    }

    /// Says what an incident was and what follows from it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] where it concerns the person, among others;
    /// [`ReasonRefused::Missing`], [`IncidentRefused::Closed`], [`IncidentRefused::ClassifyInstead`].
    pub fn decide_incident(
        &mut self,
        number: RecordSeq,
        reason: Option<&str>,
    ) -> Result<RecordSeq, Error> {
        let reason = given(reason)?;
        let asked = Asked::DecideIncident(number);
        self.judge(Event::IncidentDecide, asked, number, &reason)
    }

    /// Closes an incident whose consequences are done.
    ///
    /// # Errors
    /// As [`Session::decide_incident`], and [`Error::Denied`] before it was decided.
    pub fn close_incident(
        &mut self,
        number: RecordSeq,
        reason: Option<&str>,
    ) -> Result<RecordSeq, Error> {
        let reason = reason_line(reason)?;
        let asked = Asked::CloseIncident(number);
        self.judge(Event::IncidentClose, asked, number, &reason)
    }

    /// Keeps the words about an incident's person and entry, and those of the incident, beyond their
    /// time, until that is taken back; closed incidents too.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] where it concerns the person, among others;
    /// [`ReasonRefused::Missing`], [`IncidentRefused::Held`] where it stands as asked.
    pub fn hold_incident(
        &mut self,
        number: RecordSeq,
        hold: bool,
        reason: Option<&str>,
    ) -> Result<RecordSeq, Error> {
        let reason = given(reason)?;
        let turn = self.turn()?;
        let incident = turn.ledger().incidents.get(&number);
        let incident = incident.ok_or(Error::NotFound(Noun::Incident))?;
        if incident.held.is_some() == hold {
            return Err(IncidentRefused::Held(hold).into());
        }
        let draft = || {
            Draft::new(Event::IncidentDecide)
                .object(ObjectRef::Record(number))
                .under(number)
        };
        let (mut turn, _) = turn.allow(Asked::HoldIncident(number), draft())?;
        let said = draft().fact(Fact::Hold(hold)).word(Word::Reason, &reason);
        let record = turn.record(said)?;
        turn.commit()?;
        Ok(record)
    }

    fn judge(
        &mut self,
        event: Event,
        asked: Asked,
        number: RecordSeq,
        reason: &str,
    ) -> Result<RecordSeq, Error> {
        let turn = self.turn()?;
        let incident = turn.ledger().incidents.get(&number);
        let incident = incident.ok_or(Error::NotFound(Noun::Incident))?;
        if incident.closed.is_some() {
            return Err(IncidentRefused::Closed.into());
        }
        if incident.kind == IncidentKind::Opening {
            return Err(IncidentRefused::ClassifyInstead.into());
        }
        let draft = || {
            Draft::new(event)
                .object(ObjectRef::Record(number))
                .under(number)
        };
        let (mut turn, _) = turn.allow(asked, draft())?;
        let record = turn.record(draft().word(Word::Reason, reason))?;
        turn.commit()?;
        Ok(record)
    }

    /// Every incident, oldest first. Their words are the log's: that it was read is on record.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`] and [`Error::KeyRefused`].
    pub fn incidents(&mut self) -> Result<Vec<IncidentSummary>, Error> {
        let turn = self.turn()?;
        let incidents = turn.ledger().incidents.clone();
        turn.tell_incidents(incidents)
    }

    /// One incident.
    ///
    /// # Errors
    /// As [`Session::incidents`]; [`Error::NotFound`].
    pub fn incident(&mut self, number: RecordSeq) -> Result<IncidentSummary, Error> {
        let turn = self.turn()?;
        let incident = turn.ledger().incidents.get(&number).cloned();
        let incident = incident.ok_or(Error::NotFound(Noun::Incident))?;
        let told = turn.tell_incidents(BTreeMap::from([(number, incident)]))?;
        let mut told = told.into_iter();
        told.next().ok_or(Error::NotFound(Noun::Incident))
    }
}

/// A reason that must be given.
fn given(reason: Option<&str>) -> Result<String, Error> {
    let reason = reason_line(reason)?;
    if reason.is_empty() {
        return Err(ReasonRefused::Missing.into());
    }
    Ok(reason)
}

impl Turn<'_> {
    fn tell_incidents(
        self,
        incidents: BTreeMap<RecordSeq, Incident>,
    ) -> Result<Vec<IncidentSummary>, Error> {
        let (mut turn, _) = self.allow(Asked::ReadLog, Draft::new(Event::LogRead))?;
        turn.record(Draft::new(Event::LogRead))?;
        let summaries = turn.summaries(incidents)?;
        turn.commit()?;
        Ok(summaries)
    }

    /// Incidents with what is said of them, by somebody whose reading is on record.
    pub(super) fn summaries(
        &mut self,
        incidents: BTreeMap<RecordSeq, Incident>,
    ) -> Result<Vec<IncidentSummary>, Error> {
        let told = self.tell(|record| {
            incidents
                .iter()
                .any(|(number, incident)| belongs(record, *number, incident))
        })?;
        let mut summaries = Vec::with_capacity(incidents.len());
        for (number, incident) in incidents {
            summaries.push(self.tell_incident(number, incident, &told)?);
        }
        Ok(summaries)
    }

    fn tell_incident(
        &mut self,
        number: RecordSeq,
        incident: Incident,
        told: &Told,
    ) -> Result<IncidentSummary, Error> {
        let person = incident.person.map(|id| self.person_name(id)).transpose()?;
        // What was said at an opening stands in its request.
        let began = match (incident.kind, &incident.object) {
            (IncidentKind::Opening, Some(ObjectRef::Record(opening))) => *opening,
            _ => number,
        };
        let word = |seq: RecordSeq, name: &str| told.get(&seq)?.1.get(name).cloned();
        let about = match &incident.object {
            Some(ObjectRef::Entry(entry)) => Some(self.title_of(*entry, told)?),
            Some(ObjectRef::Sheet(serial)) => Some(format!("sheet {serial}")),
            Some(ObjectRef::Record(last)) if incident.kind == IncidentKind::Fork => {
                Some(format!("a copy that went on by itself after record {last}"))
            }
            Some(ObjectRef::Record(opening)) => Some(format!("the opening in record {opening}")),
            _ => word(number, Word::Device.name()),
        };
        let reason = word(began, Word::Reason.name());
        let decision = incident.decided.and_then(|seq| {
            let (record, words) = told.get(&seq)?;
            words
                .get(Word::Reason.name())
                .cloned()
                .or_else(|| class_of(record))
        });
        Ok(IncidentSummary {
            number,
            person,
            about,
            reason,
            decided: self.judged(incident.decided, told)?,
            decision,
            closed: self.judged(incident.closed, told)?,
            incident,
        })
    }

    /// Who made the record with this number.
    fn judged(&mut self, seq: Option<RecordSeq>, told: &Told) -> Result<Option<DoneBy>, Error> {
        let Some((record, _)) = seq.and_then(|seq| told.get(&seq)) else {
            return Ok(None);
        };
        let Actor::Person(by) = record.actor else {
            return Ok(None);
        };
        let deed = Deed {
            by,
            at: record.time,
            record: record.seq,
        };
        self.done_by(&deed).map(Some)
    }

    /// An entry's title where the person sees it or reads it in the log; its id otherwise.
    fn title_of(&mut self, entry: EntryId, told: &Told) -> Result<String, Error> {
        let made = told.values().find(|(record, _)| makes(record, entry));
        if let Some(title) = made.and_then(|(_, words)| words.get(Word::Title.name())) {
            return Ok(title.clone());
        }
        let row: Option<EntryRow> = self.act.row(&RowKey::Entry(entry))?;
        let Some(row) = row.filter(|row| self.sees(row.collection)) else {
            return Ok(entry.to_string());
        };
        match self.catalogue_of(&row) {
            Ok(catalogue) => Ok(catalogue.title),
            Err(Error::KeyRefused(_)) => Ok(entry.to_string()),
            Err(other) => Err(other),
        }
    }
}

/// Whether something about an incident stands in `record`.
fn belongs(record: &Record, number: RecordSeq, incident: &Incident) -> bool {
    let own = [Some(number), incident.decided, incident.closed];
    let about = match incident.object {
        Some(ObjectRef::Entry(entry)) => makes(record, entry),
        Some(ObjectRef::Record(opening)) => record.seq == opening,
        _ => false,
    };
    own.contains(&Some(record.seq)) || about
}

/// Whether `record` is that of an entry's making, where its title stands.
fn makes(record: &Record, entry: EntryId) -> bool {
    record.event == Event::SecretCreate && record.object == Some(ObjectRef::Entry(entry))
}

/// What an opening was said to be.
fn class_of(record: &Record) -> Option<String> {
    record.facts.iter().find_map(|fact| match fact {
        Fact::Use(facts) => Some(facts.class.name().to_owned()),
        _ => None,
    })
}
