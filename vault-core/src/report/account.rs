//! What an opening came to, from its first record on: every run, who opened and why, which sheets
//! were used, what was shown, who was given a login, and what it was said to be. The members' notice,
//! the minute, and what each member is told at their next unlock are all made from this.

use std::collections::BTreeMap;

use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::brought::brought_by;
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome, Step};
use crate::audit::fact::Fact;
use crate::audit::record::Record;
use crate::crypto::digest::Digest;
use crate::emergency::follow_up::Use;
use crate::emergency::register::Register;
use crate::id::{EntryId, PersonId, RecordSeq, Serial, SessionId};
use crate::person::Role;
use crate::time::Timestamp;

/// A record's words, by their names.
pub type Words = BTreeMap<String, String>;

/// An opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its first record.
    pub opening: RecordSeq,
    /// Its runs, in the order in which they stand in the log.
    pub runs: Vec<RunAccount>,
    /// What it was said to be, as far as it still holds.
    pub class: Option<Use>,
}

/// One run of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAccount {
    /// Its first and last record in this log.
    pub records: (RecordSeq, RecordSeq),
    /// Whether it was made on a copy, and brought in.
    pub elsewhere: bool,
    /// When it was asked for.
    pub asked: Timestamp,
    /// When the rule was met, if it was.
    pub released: Option<Timestamp>,
    /// Who opened, by the name that they typed.
    pub opener: Option<String>,
    /// The login tag of that name.
    pub tag: Option<Digest>,
    /// Why.
    pub reason: Option<String>,
    /// Who watched; `None` where that cannot be read.
    pub witnesses: Option<String>,
    /// The sheets that were used.
    pub sheets: Vec<Serial>,
    /// What was shown, in that order, each once.
    pub shown: Vec<Shown>,
    /// Who was given a login.
    pub made: Vec<Made>,
}

/// An entry that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub entry: EntryId,
    /// What it is called; `None` where that cannot be read.
    pub title: Option<String>,
}

/// A login that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Whose.
    pub person: PersonId,
    /// Their name; `None` where that cannot be read.
    pub name: Option<String>,
    /// As what.
    pub role: Role,
}

impl RunAccount {
    fn begun(record: &Record, at: RecordSeq) -> Self {
        Self {
            records: (at, at),
            elsewhere: false,
            asked: record.time,
            released: None,
            opener: None,
            tag: None,
            reason: None,
            witnesses: None,
            sheets: Vec::new(),
            shown: Vec::new(),
            made: Vec::new(),
        }
    }

    fn take(&mut self, record: &Record, words: &Words) {
        let said = |word: Word| words.get(word.name()).cloned();
        match (record.event, record.step, &record.actor, &record.object) {
            (Event::EnvelopeOpen, Some(Step::Requested), ..) => {
                self.tag = record.facts.iter().find_map(|fact| match fact {
                    Fact::Opener(facts) => Some(facts.tag),
                    _ => None,
                });
                self.opener = said(Word::Opener);
                self.reason = said(Word::Reason);
                // That nobody was named is known where anything can be read.
                let nobody = self.opener.is_some().then(String::new);
                self.witnesses = said(Word::Witnesses).or(nobody);
            }
            (Event::EnvelopeOpen, Some(Step::Released), ..) => {
                self.released.get_or_insert(record.time);
            }
            (Event::EnvelopeSheet, _, Actor::Sheet(serial), _) if !self.sheets.contains(serial) => {
                self.sheets.push(serial.clone());
            }
            (Event::SecretReveal, _, Actor::Escrow(_), Some(ObjectRef::Entry(entry)))
                if !self.shown.iter().any(|shown| shown.entry == *entry) =>
            {
                let (entry, title) = (*entry, said(Word::Title));
                self.shown.push(Shown { entry, title });
            }
            (Event::EnvelopeTakeover, ..) => {
                self.made
                    .extend(record.facts.iter().find_map(|fact| match fact {
                        Fact::Person(facts) => Some(Made {
                            person: facts.person,
                            name: said(Word::Name),
                            role: facts.role,
                        }),
                        _ => None,
                    }));
            }
            _ => {}
        }
    }
}

impl Account {
    /// Whether a record tells something of the opening with this first record.
    pub fn is_told_by(record: &Record, opening: RecordSeq, register: &Register) -> bool {
        let run = register.runs.get(&record.session);
        let of_run = run.is_some_and(|run| run.opening == opening);
        match record.event {
            _ if record.outcome != Outcome::Ok => false,
            Event::EnvelopeOpen | Event::EnvelopeSheet | Event::EnvelopeTakeover => of_run,
            Event::SecretReveal => of_run && matches!(record.actor, Actor::Escrow(_)),
            Event::EnvelopeClassify => record.under == Some(opening),
            Event::LogMerge => brought_by(record, None).iter().any(|there| {
                let run = register.runs.get(&there.record.session);
                run.is_some_and(|run| run.opening == opening)
            }),
            _ => false,
        }
    }

    /// The account of the opening with this first record, by the records that tell of it, in their
    /// order, with what can be read of their words.
    pub fn of<'r>(
        opening: RecordSeq,
        register: &Register,
        records: impl IntoIterator<Item = (&'r Record, &'r Words)>,
    ) -> Self {
        let mut runs = Runs::default();
        let mut class = None;
        for (record, words) in records {
            if !Self::is_told_by(record, opening, register) {
                continue;
            }
            for fact in &record.facts {
                if let Fact::Use(facts) = fact {
                    class = Some(facts.class);
                }
            }
            match record.event {
                Event::EnvelopeClassify => {}
                Event::LogMerge => {
                    let text = words.get(Word::Brought.name());
                    for there in brought_by(record, text.map(String::as_str)) {
                        if Self::is_told_by(&there.record, opening, register) {
                            runs.take(&there.record, record.seq, true, &there.words);
                        }
                    }
                    class = None;
                }
                event => {
                    runs.take(record, record.seq, false, words);
                    // What was said of it before does not hold for what is shown after it.
                    if event == Event::SecretReveal {
                        class = None;
                    }
                }
            }
        }
        Self {
            opening,
            runs: runs.0.into_iter().map(|(_, run)| run).collect(),
            class,
        }
    }

    /// The runs by which the rule was met.
    pub fn released(&self) -> impl Iterator<Item = &RunAccount> {
        self.runs.iter().filter(|run| run.released.is_some())
    }

    /// Its last record in this log.
    pub fn last(&self) -> RecordSeq {
        let last = self.runs.iter().map(|run| run.records.1).max();
        last.unwrap_or(self.opening)
    }

    /// What was shown in any run, each once.
    pub fn shown(&self) -> Vec<&Shown> {
        let mut all: Vec<&Shown> = Vec::new();
        for shown in self.runs.iter().flat_map(|run| &run.shown) {
            if !all.iter().any(|other| other.entry == shown.entry) {
                all.push(shown);
            }
        }
        all
    }
}

/// Runs in the order in which they began.
#[derive(Default)]
struct Runs(Vec<(SessionId, RunAccount)>);

impl Runs {
    /// Takes a record, which stands at `at` in this log.
    fn take(&mut self, record: &Record, at: RecordSeq, elsewhere: bool, words: &Words) {
        let known = self.0.iter().position(|(run, _)| *run == record.session);
        let place = known.unwrap_or_else(|| {
            let run = RunAccount::begun(record, at);
            self.0.push((record.session, run));
            self.0.len() - 1
        });
        if let Some((_, run)) = self.0.get_mut(place) {
            run.elsewhere |= elsewhere;
            run.records.1 = run.records.1.max(at);
            run.take(record, words);
        }
    }
}
