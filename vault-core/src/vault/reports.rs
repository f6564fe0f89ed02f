//! Gathers what a report says. Whoever makes one has read the log: that is on record before anything
//! of it is given.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use super::reading::{Reading, Replayed, parsed};
use crate::audit::actor::ObjectRef;
use crate::audit::anchor::Anchor;
use crate::audit::concern::Concern;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::in_period::InPeriod;
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::error::{Error, LogRefused};
use crate::id::{EntryId, RecordSeq};
use crate::report::accesses::Accesses;
use crate::report::custody::{self, Kept, StatesMade};
use crate::report::envelope_words::EnvelopeWords;
use crate::report::line::LogLine;
use crate::report::mask::Mask;
use crate::report::names::Names;
use crate::report::person::OnePerson;
use crate::report::story::Story;
use crate::report::table::Table;
use crate::report::year::FinancialYear;
use crate::report::{Kind, Report, envelope_register, incidents};
use crate::tlog::checkpoint::Checkpoint;

/// What a report is about.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// The accesses of a financial year; of the present one where none is named.
    Accesses(Option<FinancialYear>),
    /// Who holds what today.
    Custody,
    /// Everything that was ever done with the envelopes.
    Envelopes,
    /// What somebody had to look into.
    Incidents,
    /// What the log holds on this person.
    Person(&'a str),
}

impl Session<'_> {
    /// Makes a report.
    ///
    /// # Errors
    /// [`Error::NotFound`] of a person, with nothing on record; [`Error::Denied`];
    /// [`LogRefused::NoSuchYear`]; [`Error::Store`] and [`Error::KeyRefused`].
    pub fn report(&mut self, about: About<'_>) -> Result<Report, Error> {
        match about {
            About::Accesses(year) => self.report_on_accesses(year),
            About::Custody => self.report_on_custody(),
            About::Envelopes => self.report_on_envelopes(),
            About::Incidents => self.report_on_incidents(),
            About::Person(name) => self.report_on_person(name),
        }
    }

    fn report_on_accesses(&mut self, year: Option<FinancialYear>) -> Result<Report, Error> {
        let year = year.or_else(|| FinancialYear::of(self.now()));
        let year = year.ok_or(LogRefused::NoSuchYear)?;
        let mut reading = Reading::recorded(self)?;
        let (story, replayed) = reading.story()?;
        let mut names = reading.names(&replayed.ledger)?;
        let of_year = InPeriod::of(
            (Some(year.from()), Some(year.until())),
            &story.claims,
            reading.turn.now(),
        );
        let mut accesses = Accesses::new(of_year.clone());
        reading.each_told(
            |record| {
                of_year.has(record.seq) || makes_entry(record) || EnvelopeWords::are_in(record)
            },
            None,
            |line| {
                learn(&mut names, &line);
                let why = replayed.exceptions.get(&line.record.seq);
                let why = line.noted(why.map_or(&[][..], Vec::as_slice));
                accesses.take(line, &why, &replayed.ledger);
            },
        )?;
        let tables = accesses.tables(&story, &replayed.ledger, &names);
        let mut report = reading.report(Kind::Accesses, tables)?;
        report.year = Some(year);
        report.population = Some(of_year.population());
        Ok(report)
    }

    fn report_on_custody(&mut self) -> Result<Report, Error> {
        let mut reading = Reading::recorded(self)?;
        let (story, replayed) = reading.story()?;
        let mut names = reading.all_names(&replayed.ledger)?;
        let (mut words, mut made) = (EnvelopeWords::default(), StatesMade::new());
        let wanted = |record: &Record| makes_entry(record) || EnvelopeWords::are_in(record);
        reading.each_told(wanted, None, |line| {
            learn(&mut names, &line);
            words.take(&line);
            made.extend(custody::state_made(&line));
        })?;
        let kept = reading.kept(&replayed.ledger, &mut names, &made)?;
        let tables = custody::tables(&kept, &story, &replayed.ledger, (&names, &words));
        reading.report(Kind::Custody, tables)
    }

    fn report_on_envelopes(&mut self) -> Result<Report, Error> {
        let mut reading = Reading::recorded(self)?;
        let (story, replayed) = reading.story()?;
        let names = reading.names(&replayed.ledger)?;
        let mut words = EnvelopeWords::default();
        reading.each_told(EnvelopeWords::are_in, None, |line| words.take(&line))?;
        let tables = envelope_register::tables(&story, &replayed.ledger, &names, &words);
        reading.report(Kind::Envelopes, tables)
    }

    fn report_on_incidents(&mut self) -> Result<Report, Error> {
        let mut reading = Reading::recorded(self)?;
        let known = reading.turn.ledger().incidents.clone();
        let table = incidents::table(reading.turn.summaries(known)?);
        reading.report(Kind::Incidents, vec![table])
    }

    fn report_on_person(&mut self, name: &str) -> Result<Report, Error> {
        let mut turn = self.turn()?;
        let whom = turn.concern(name)?;
        let mask = turn.mask(whom.person)?;
        drop(turn);
        let mut reading = Reading::recorded(self)?;
        let (found, story, replayed) = reading.concerning(&whom)?;
        let mut names = reading.names(&replayed.ledger)?;
        names.people.retain(|person, _| *person == whom.person);
        let collections = &mut names.collections;
        collections.retain(|_, name| mask.keeps(Word::Name.name(), name));
        let mut one = OnePerson::new(whom.person);
        let wanted = |record: &Record| found.contains_key(&record.seq);
        reading.each_told(wanted, Some(&mask), |line| {
            let (seq, why) = (line.record.seq, replayed.exceptions.get(&line.record.seq));
            let acted = found.get(&seq) == Some(&true);
            let why = line.noted(why.map_or(&[][..], Vec::as_slice));
            one.take(&line, &why, acted);
        })?;
        let who = names.person(whom.person);
        let tables = one.tables(&story, &replayed.ledger, &names);
        let mut report = reading.report(Kind::Person, tables)?;
        report.by = report.by.filter(|by| *by == who);
        report.person = Some(who);
        Ok(report)
    }
}

/// Whether a record tells an entry's title for the first time.
fn makes_entry(record: &Record) -> bool {
    record.event == Event::SecretCreate
}

/// What the entry of a record is called.
fn learn(names: &mut Names, line: &LogLine) {
    if let (Some(object @ ObjectRef::Entry(entry)), Some(title)) =
        (&line.record.object, &line.object)
        && *title != object.to_string()
    {
        names.entries.insert(*entry, title.clone());
    }
}

impl Reading<'_> {
    /// The stories that the records tell.
    fn story(&self) -> Result<(Story, Replayed), Error> {
        let mut story = Story::default();
        let replayed = self.replay(|record, before, _| story.take(record, before))?;
        Ok((story, replayed))
    }

    /// The same, with the records that concern somebody, and whether each is their own.
    fn concerning(
        &self,
        whom: &Concern,
    ) -> Result<(BTreeMap<RecordSeq, bool>, Story, Replayed), Error> {
        let mut story = Story::default();
        let mut found = BTreeMap::new();
        let replayed = self.replay(|record, before, _| {
            story.take(record, before);
            if whom.is_of(record, before) {
                found.insert(record.seq, whom.acted(record, before));
            }
        })?;
        Ok((found, story, replayed))
    }

    /// Gives `each` the records that are `wanted`, with their words.
    fn each_told(
        &mut self,
        wanted: impl Fn(&Record) -> bool,
        mask: Option<&Mask>,
        mut each: impl FnMut(LogLine),
    ) -> Result<(), Error> {
        for batch in self.batches() {
            for line in self.turn.act.lines_within(batch)? {
                let record = parsed(&line)?;
                if wanted(&record) {
                    each(self.tell(record, mask)?.line);
                } else {
                    self.pass_over(&record)?;
                }
            }
        }
        Ok(())
    }

    /// The names of people and collections, where whoever reads may read the log's words.
    fn names(&mut self, ledger: &Ledger) -> Result<Names, Error> {
        if self.has_words() {
            self.all_names(ledger)
        } else {
            Ok(Names::default())
        }
    }

    /// The names of people and collections, which everybody who is active may know.
    fn all_names(&mut self, ledger: &Ledger) -> Result<Names, Error> {
        let mut names = Names::default();
        for person in ledger.people.keys() {
            names
                .people
                .insert(*person, self.turn.person_name(*person)?);
        }
        for collection in ledger.collections.keys() {
            let name = self.turn.collection_name(*collection)?;
            names.collections.insert(*collection, name);
        }
        Ok(names)
    }

    /// Every entry that is in use, with what whoever reads may see of it.
    fn kept(
        &mut self,
        ledger: &Ledger,
        names: &mut Names,
        made: &StatesMade,
    ) -> Result<Vec<Kept>, Error> {
        let in_use = ledger.entries.iter().filter(|(_, known)| !known.retired);
        let mut left: BTreeSet<EntryId> = in_use.map(|(entry, _)| entry).collect();
        let mut kept = Vec::with_capacity(left.len());
        for seen in self.turn.list()? {
            if left.remove(&seen.entry) {
                names.entries.insert(seen.entry, seen.catalogue.title);
                kept.push(Kept {
                    entry: seen.entry,
                    kind: Some(seen.catalogue.kind),
                    state: Some(seen.state),
                    due: seen.due,
                });
            }
        }
        for entry in left {
            if let Some(known) = ledger.entries.get(&entry) {
                kept.push(Kept::by_log(entry, &known, made, ledger));
            }
        }
        Ok(kept)
    }

    /// The report with these tables, once it is durable that the log was read for it.
    fn report(mut self, kind: Kind, tables: Vec<Table>) -> Result<Report, Error> {
        let text = self.checkpoint.split_once("\n\n");
        let text = text.map(|(text, _)| format!("{text}\n"));
        let head = text.and_then(|text| Checkpoint::parse(&text).ok());
        let by = if self.has_words() || kind == Kind::Custody {
            self.turn.person_name(self.turn.person)?
        } else {
            self.turn.person.to_string()
        };
        let (made, has_words) = (self.turn.now(), self.has_words());
        let council = self.council().to_owned();
        self.turn.commit()?;
        Ok(Report {
            kind,
            council,
            origin: self.origin.as_str().to_owned(),
            records: self.size,
            anchor: head.map(|head| Anchor::of(head.size, &head.root)),
            made,
            by: Some(by),
            has_words,
            checkpoint: self.checkpoint,
            year: None,
            population: None,
            person: None,
            tables,
        })
    }
}
