//! How long the words of records are kept, and which missing ones the log accounts for. Records
//! themselves, their digests and signatures are kept for good.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::event::{Event, Outcome};
use super::ledger::Ledger;
use super::record::{Actor, ObjectRef, Record};
use crate::id::{RecordSeq, SessionId};
use crate::incident::{Incident, IncidentKind};
use crate::policy::Policy;
use crate::time::Timestamp;
use crate::time::day::Day;

/// How long a record's words are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Class {
    /// Daily work.
    Ordinary,
    /// Envelopes, openings, people who leave, incidents: whatever is asked after years later.
    Long,
}

impl Class {
    /// The class of a record. It goes by the record alone, so that anybody can tell.
    pub const fn of(record: &Record) -> Self {
        let concerns_the_envelope = matches!(record.actor, Actor::Sheet(_) | Actor::Escrow(_))
            || matches!(
                record.event,
                Event::EnvelopeIssue
                    | Event::EnvelopeSeal
                    | Event::EnvelopeSheet
                    | Event::EnvelopeOpen
                    | Event::EnvelopeTakeover
                    | Event::EnvelopeCheck
                    | Event::EnvelopeDrill
                    | Event::EnvelopeRevoke
                    | Event::EnvelopeClose
                    | Event::EnvelopeClassify
            );
        let is_asked_after = matches!(
            record.event,
            Event::PersonSuspend
                | Event::PersonRemove
                | Event::IncidentRaise
                | Event::IncidentDecide
                | Event::IncidentClose
                | Event::LogAcceptRollback
                | Event::LogFork
                | Event::LogMerge
        );
        match record.outcome {
            Outcome::Ok if !concerns_the_envelope && !is_asked_after => Self::Ordinary,
            // What was refused or failed is, or may become, an incident.
            _ => Self::Long,
        }
    }

    /// The last day before which, on `today`, words of this class may be erased.
    pub fn limit(self, policy: &Policy, today: Day) -> Day {
        today.months_before(match self {
            Self::Ordinary => policy.words_months,
            Self::Long => policy.long_words_months,
        })
    }
}

/// What the log says of words that were erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgottenFacts {
    /// Those of daily work that are older than this day.
    pub ordinary: Day,
    /// The others that are older than this day.
    pub long: Day,
    /// How many records lost their words.
    pub records: u64,
}

impl ForgottenFacts {
    /// The day before which words of this class are gone.
    pub const fn before(&self, class: Class) -> Day {
        match class {
            Class::Ordinary => self.ordinary,
            Class::Long => self.long,
        }
    }
}

/// Tells the age of records that come in their order. A record is no older than the latest time
/// that it or any before it claims: a clock that ran back makes nothing look old.
#[derive(Debug, Clone, Copy)]
pub struct Ages(Timestamp);

impl Default for Ages {
    fn default() -> Self {
        Self(Timestamp::EPOCH)
    }
}

impl Ages {
    /// The day by which the next record counts.
    pub fn day_of(&mut self, record: &Record) -> Day {
        self.0 = self.0.max(record.time);
        Day::of(self.0)
    }
}

impl Ledger {
    /// The record under which words of this class and age were erased; `None` where they should be
    /// there.
    pub fn erased_under(&self, class: Class, day: Day) -> Option<RecordSeq> {
        let mut forgettings = self.forgettings.iter();
        let found = forgettings.find(|(_, forgotten)| day < forgotten.before(class));
        found.map(|(seq, _)| *seq)
    }

    /// The incidents for whose sake words are kept beyond their time.
    fn holds(&self) -> Holds<'_> {
        let keeps = |(_, incident): &(&RecordSeq, &Incident)| {
            incident.closed.is_none() || incident.held.is_some()
        };
        Holds(self.incidents.iter().filter(keeps).collect())
    }
}

/// Incidents that keep words.
struct Holds<'l>(Vec<(&'l RecordSeq, &'l Incident)>);

impl Holds<'_> {
    fn keep(&self, record: &Record) -> bool {
        let mut holds = self.0.iter();
        holds.any(|(number, incident)| {
            belongs(record, **number, incident)
                || incident.held.is_some() && concerns(record, incident)
        })
    }
}

/// Whether a record is one of an incident.
fn belongs(record: &Record, number: RecordSeq, incident: &Incident) -> bool {
    let about = |seq| record.seq == seq || record.under == Some(seq);
    let within = number <= record.seq && record.seq <= incident.last;
    let by_them = matches!(record.actor, Actor::Person(p) if incident.person == Some(p));
    let part = match (incident.kind, &incident.object) {
        (IncidentKind::RefusedAccess, _) => {
            let about_entry = matches!(record.object, Some(ObjectRef::Entry(_)));
            within && by_them && about_entry && record.outcome == Outcome::Denied
        }
        (IncidentKind::FailedUnlocks, _) => {
            within && record.event == Event::VaultUnlock && record.subject == incident.person
        }
        (IncidentKind::BadSheet, object) => {
            within && record.event == Event::EnvelopeSheet && record.object == *object
        }
        (IncidentKind::Opening, Some(ObjectRef::Record(opening))) => {
            about(*opening) || within && record.event == Event::LogMerge
        }
        (IncidentKind::Fork, object) => {
            within && record.event == Event::LogFork && record.object == *object
        }
        _ => false,
    };
    about(number) || part
}

/// Whether a record is about the person or the entry that an incident is about.
fn concerns(record: &Record, incident: &Incident) -> bool {
    let them = incident.person;
    let person = match record.actor {
        Actor::Person(actor) => them == Some(actor),
        _ => false,
    };
    let subject = them.is_some() && record.subject == them;
    let entry = matches!(incident.object, Some(ObjectRef::Entry(_)));
    person || subject || entry && record.object == incident.object
}

/// What is to be erased, found record by record.
pub struct Sieve<'l> {
    ledger: &'l Ledger,
    holds: Holds<'l>,
    ordinary: Day,
    long: Day,
    ages: Ages,
    kept: BTreeSet<SessionId>,
    emptied: BTreeSet<SessionId>,
    erased: Erasure,
}

/// Words that are to be erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Whose words, in their order; some may have lost them before.
    pub records: Vec<RecordSeq>,
    /// The sessions of which no words are left: their keys go too.
    pub sessions: Vec<SessionId>,
    /// How many records are as old and keep their words for an incident.
    pub held: u64,
}

impl<'l> Sieve<'l> {
    /// Finds what is older than `ordinary`, or for what is kept longer than `long`.
    pub fn new(ledger: &'l Ledger, ordinary: Day, long: Day) -> Self {
        Self {
            ledger,
            holds: ledger.holds(),
            ordinary,
            long,
            ages: Ages::default(),
            kept: BTreeSet::new(),
            emptied: BTreeSet::new(),
            erased: Erasure::default(),
        }
    }

    /// Takes the next record.
    pub fn take(&mut self, record: &Record) {
        let day = self.ages.day_of(record);
        if record.sealed.is_none() {
            return;
        }
        let class = Class::of(record);
        let gone = self.ledger.erased_under(class, day).is_some();
        let before = match class {
            Class::Ordinary => self.ordinary,
            Class::Long => self.long,
        };
        let is_held = self.holds.keep(record);
        if day < before && !is_held {
            self.erased.records.push(record.seq);
            self.emptied.insert(record.session);
            return;
        }
        self.erased.held += u64::from(day < before && !gone);
        self.kept.insert(record.session);
    }

    /// What is to be erased, once every record was taken.
    pub fn end(self) -> Erasure {
        let emptied = self.emptied.difference(&self.kept);
        Erasure {
            sessions: emptied.copied().collect(),
            ..self.erased
        }
    }
}

/// Words that are not there, as a verification comes upon them. What accounts for them stands later
/// in the log: so they are counted day by day.
#[derive(Debug, Default)]
pub struct Missing(BTreeMap<(Class, Day), (RecordSeq, u64)>);

impl Missing {
    /// The words of `record`, which counts by `day`, are not there.
    pub fn note(&mut self, record: &Record, day: Day) {
        let first = (record.seq, 0);
        let (_, count) = self.0.entry((Class::of(record), day)).or_insert(first);
        *count += 1;
    }

    /// How many records lack their words.
    pub fn count(&self) -> u64 {
        self.0.values().map(|(_, count)| count).sum()
    }

    /// The first record whose words are missing though no record says that they were erased; or,
    /// where more are missing than were ever erased, the last.
    pub fn unaccounted(&self, ledger: &Ledger) -> Option<RecordSeq> {
        let days = self.0.iter();
        let bare = days.filter(|((class, day), _)| ledger.erased_under(*class, *day).is_none());
        if let Some(first) = bare.map(|(_, (first, _))| *first).min() {
            return Some(first);
        }
        let erased: u64 = ledger.forgettings.values().map(|f| f.records).sum();
        let last = self.0.values().map(|(first, _)| *first).max();
        last.filter(|_| self.count() > erased)
    }
}
