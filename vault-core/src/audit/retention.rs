//! How long the words of records are kept, and which missing ones the log accounts for. Records
//! themselves, their digests and signatures are kept for good.

use std::collections::{BTreeMap, BTreeSet};

use super::actor::{Actor, ObjectRef};
use super::dated::person_of;
use super::event::{Event, Outcome};
use super::fact::{ForgetFacts, ForgottenFacts};
use super::ledger::{Ledger, Unconfirmed};
use super::record::Record;
use crate::id::{PersonId, RecordSeq, SessionId};
use crate::incident::{Incident, IncidentKind};
use crate::policy::Policy;
use crate::time::Timestamp;
use crate::time::day::Day;

/// How long a record's words are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

impl ForgetFacts {
    /// What of this the council's rule lets go at `time`.
    #[must_use]
    pub fn allowed_at(self, policy: &Policy, time: Timestamp) -> Self {
        let today = Day::of(time);
        Self {
            ordinary: self.ordinary.min(Class::Ordinary.limit(policy, today)),
            long: self.long.min(Class::Long.limit(policy, today)),
        }
    }
}

impl ForgottenFacts {
    /// The record before which words of this class are gone.
    pub const fn before(&self, class: Class) -> RecordSeq {
        match class {
            Class::Ordinary => self.ordinary_before,
            Class::Long => self.long_before,
        }
    }
}

/// Finds the first record that may be younger than a day.
///
/// No single clock makes a record look old: what a record claims counts, and so does every claim
/// before it, for it is no older than those. Nor does a single clock keep anything for ever: a claim
/// counts for nothing where two people who count still claimed a day before that one after it.
#[derive(Debug)]
pub struct Older {
    before: Timestamp,
    /// The last record of each in which they claimed a time before that.
    claimed: BTreeMap<PersonId, RecordSeq>,
    /// The records that claim that time or a later one.
    younger: Vec<RecordSeq>,
    size: u64,
}

impl Older {
    /// Than `day`.
    pub fn than(day: Day) -> Self {
        Self {
            before: day.begins(),
            claimed: BTreeMap::new(),
            younger: Vec::new(),
            size: 0,
        }
    }

    /// Takes the next record; `counts` says whether its author counts as a second person.
    pub fn take(&mut self, record: &Record, counts: bool) {
        self.size = record.seq.get() + 1;
        if record.time >= self.before {
            self.younger.push(record.seq);
        } else if let Some(person) = person_of(record).filter(|_| counts) {
            self.claimed.insert(person, record.seq);
        }
    }

    /// The first record that may be younger; what is before it is older.
    pub fn end(self) -> RecordSeq {
        let mut last: Vec<RecordSeq> = self.claimed.into_values().collect();
        last.sort_unstable();
        let by_two = last.len().checked_sub(2).map(|second| last[second]);
        let mut younger = self.younger.into_iter();
        let first = younger.find(|record| by_two.is_none_or(|by_two| *record > by_two));
        first.unwrap_or(RecordSeq::new(self.size))
    }
}

impl Ledger {
    /// The record under which the words of `record` were erased; `None` where they should be there.
    pub fn erased_under(&self, record: &Record) -> Option<RecordSeq> {
        self.erased_before(Class::of(record), record.seq)
    }

    fn erased_before(&self, class: Class, record: RecordSeq) -> Option<RecordSeq> {
        let mut forgettings = self.forgettings.iter();
        let found = forgettings.find(|(_, erased)| record < erased.facts.before(class));
        found.map(|(seq, _)| *seq)
    }

    /// The requests to erase words that wait.
    pub fn waiting_erasures(&self) -> impl Iterator<Item = RecordSeq> + '_ {
        let asks = |waiting: &Unconfirmed| matches!(waiting, Unconfirmed::Forgetting { .. });
        let waiting = self.unconfirmed.iter();
        waiting
            .filter(move |(_, waiting)| asks(waiting))
            .map(|(record, _)| *record)
    }

    /// Whether a record is by somebody who counts as a second person.
    pub fn counts_as_author(&self, record: &Record) -> bool {
        person_of(record).is_some_and(|person| self.does_count(person))
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
    let last = incident.last().unwrap_or(number);
    let within = number <= record.seq && record.seq <= last;
    let part = match (incident.kind, &incident.object) {
        (IncidentKind::FailedUnlocks, _) => {
            within && record.event == Event::VaultUnlock && record.subject == incident.person
        }
        (IncidentKind::Opening, Some(ObjectRef::Record(opening))) => {
            about(*opening) || within && record.event == Event::LogMerge
        }
        _ => false,
    };
    about(number) || incident.records.contains(&record.seq) || part
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
    ordinary: RecordSeq,
    long: RecordSeq,
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
    /// Finds what stands before `ordinary`, or for what is kept longer before `long`.
    pub fn new(ledger: &'l Ledger, ordinary: RecordSeq, long: RecordSeq) -> Self {
        Self {
            ledger,
            holds: ledger.holds(),
            ordinary,
            long,
            kept: BTreeSet::new(),
            emptied: BTreeSet::new(),
            erased: Erasure::default(),
        }
    }

    /// Takes the next record.
    pub fn take(&mut self, record: &Record) {
        if record.sealed.is_none() {
            return;
        }
        let class = Class::of(record);
        let gone = self.ledger.erased_under(record).is_some();
        let before = match class {
            Class::Ordinary => self.ordinary,
            Class::Long => self.long,
        };
        let is_old = record.seq < before;
        if is_old && !self.holds.keep(record) {
            self.erased.records.push(record.seq);
            self.emptied.insert(record.session);
            return;
        }
        self.erased.held += u64::from(is_old && !gone);
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
/// in the log.
#[derive(Debug, Default)]
pub struct Missing(BTreeMap<Class, Vec<RecordSeq>>);

impl Missing {
    /// The words of `record` are not there.
    pub fn note(&mut self, record: &Record) {
        let of_class = self.0.entry(Class::of(record)).or_default();
        of_class.push(record.seq);
    }

    /// How many records lack their words.
    pub fn count(&self) -> u64 {
        self.0.values().map(|of_class| of_class.len() as u64).sum()
    }

    /// The first record whose words are missing though no record says that they were erased; or,
    /// where more are missing than were ever erased, the last.
    pub fn unaccounted(&self, ledger: &Ledger) -> Option<RecordSeq> {
        let bare = self.0.iter().filter_map(|(class, records)| {
            let mut records = records.iter().copied();
            records.find(|record| ledger.erased_before(*class, *record).is_none())
        });
        if let Some(first) = bare.min() {
            return Some(first);
        }
        let erased: u64 = ledger.forgettings.values().map(|it| it.facts.records).sum();
        let last = self.0.values().filter_map(|records| records.last());
        last.max().copied().filter(|_| self.count() > erased)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::example;

    const ANN: PersonId = PersonId::from_bytes([1; 16]);
    const BEN: PersonId = PersonId::from_bytes([2; 16]);
    const CAT: PersonId = PersonId::from_bytes([3; 16]);
    /// Somebody who does not count.
    const STRAW: PersonId = PersonId::from_bytes([9; 16]);

    /// How many of these records, which claim these days, are older than the hundredth.
    fn older(records: &[(PersonId, i64)]) -> u64 {
        let day = |day: i64| Timestamp::EPOCH.plus(day * 24 * 3600);
        let mut older = Older::than(Day::of(day(100)));
        for (seq, (by, on)) in (0..).zip(records) {
            let mut record = example::record(*by, Event::SecretReveal);
            (record.seq, record.time) = (RecordSeq::new(seq), day(*on));
            older.take(&record, *by != STRAW);
        }
        older.end().get()
    }

    #[test]
    fn what_claims_an_earlier_day_is_older_until_something_claims_a_later_one() {
        assert_eq!(older(&[]), 0);
        assert_eq!(older(&[(ANN, 98), (ANN, 99), (ANN, 100), (ANN, 101)]), 2);
        assert_eq!(older(&[(ANN, 98), (BEN, 99)]), 2);
    }

    #[test]
    fn one_record_from_the_future_keeps_nothing_for_ever() {
        let records = [
            (ANN, 10),
            (CAT, 9999),
            (ANN, 20),
            (BEN, 20),
            (ANN, 30),
            (BEN, 120),
        ];
        assert_eq!(older(&records), 5);
        let own = [(ANN, 10), (ANN, 9999), (ANN, 20), (BEN, 20), (ANN, 120)];
        assert_eq!(older(&own), 4, "though only two people ever act");
    }

    #[test]
    fn one_clock_that_is_set_back_makes_nothing_look_old() {
        // Ann's clock stands in the past for ever after; Ben's is right.
        let records = [
            (ANN, 90),
            (BEN, 95),
            (BEN, 110),
            (ANN, 20),
            (BEN, 120),
            (ANN, 20),
        ];
        assert_eq!(older(&records), 2);
        let alone = [(ANN, 90), (ANN, 110), (ANN, 20)];
        assert_eq!(older(&alone), 1);
        let with_a_straw = [(ANN, 90), (BEN, 110), (STRAW, 20), (ANN, 20), (STRAW, 20)];
        assert_eq!(older(&with_a_straw), 1);
    }
}
