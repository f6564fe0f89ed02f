//! Some records of the log for somebody else, each with the proof that it stands in the log: those
//! of one person, one entry, one period, or a sample.

use std::collections::BTreeSet;

use super::Session;
use super::export::LogExport;
use super::names::Use;
use super::reading::Reading;
use super::turn::Turn;
use crate::audit::concern::Concern;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::in_period::{Claims, InPeriod, Period};
use crate::audit::selection::Selection;
use crate::collection::CollectionKind;
use crate::error::{Error, Noun};
use crate::id::{EntryId, PersonId, RecordSeq};
use crate::person::login_tag;
use crate::report::mask::Mask;
use crate::store::draft::Draft;
use crate::time::Timestamp;

/// Which records are asked for: those that are all of what is given here.
#[derive(Debug, Clone, Default)]
pub struct Extract<'a> {
    /// They concern the person of this name; other people are left out of what is read.
    pub person: Option<&'a str>,
    /// They are about the entry of this title.
    pub entry: Option<&'a str>,
    /// They [belong](InPeriod::of) to the period that begins with this time.
    pub from: Option<Timestamp>,
    /// They belong to the period that ends before this time.
    pub until: Option<Timestamp>,
    /// They are among these.
    pub records: Option<BTreeSet<RecordSeq>>,
    /// They are proved under the head that was signed over so many records, instead of the newest.
    pub under: Option<u64>,
}

impl Session<'_> {
    /// Records that an extract is made, to `place`, of what is described `in_words`, and lets
    /// `write` have it. What `write` cannot finish is on record as failed.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Ambiguous`] of a name, with nothing on record;
    /// [`Error::Denied`]; [`Error::Store`]; [`Noun::Record`] where no record is what was asked for;
    /// [`NoSuchHead`](crate::error::LogRefused::NoSuchHead); those of `write`.
    pub fn extract_log<T, E: From<Error>>(
        &mut self,
        place: &str,
        in_words: &str,
        asked: &Extract<'_>,
        write: impl FnOnce(&mut LogExport<'_>) -> Result<T, E>,
    ) -> Result<(RecordSeq, T), E> {
        let (selection, mask) = self.turn()?.select(asked)?;
        let draft = || {
            Draft::new(Event::LogExport)
                .word(Word::File, place)
                .word(Word::Selection, in_words)
        };
        let (period, under) = ((asked.from, asked.until), asked.under);
        self.written_out(
            draft,
            |reading| chosen(reading, &selection, period, mask)?.under(under),
            write,
        )
    }
}

/// The lines of a selection that belong to a period.
fn chosen<'t>(
    reading: Reading<'t>,
    selection: &Selection,
    period: Period,
    mask: Option<Mask>,
) -> Result<LogExport<'t>, Error> {
    let (mut chosen, mut claims) = (BTreeSet::new(), Claims::default());
    let replayed = reading.replay(|record, before, _| {
        claims.take(record);
        if selection.takes(record, before) {
            chosen.insert(record.seq);
        }
    })?;
    let of_period = InPeriod::of(period, &claims, reading.turn.now());
    chosen.retain(|record| of_period.has(*record));
    if chosen.is_empty() {
        return Err(Error::NotFound(Noun::Record));
    }
    let exceptions = replayed.exceptions;
    let by_period = period.0.is_some() || period.1.is_some();
    let population = by_period.then(|| of_period.population());
    let chosen = (chosen, population);
    Ok(LogExport::extract(reading, exceptions, chosen, mask))
}

impl Turn<'_> {
    /// What is asked for by names, by ids; and whom to mask.
    fn select(&mut self, asked: &Extract<'_>) -> Result<(Selection, Option<Mask>), Error> {
        let person = asked.person.map(|name| self.concern(name)).transpose()?;
        let mask = person.map(|whom| self.mask(whom.person)).transpose()?;
        let entry = asked.entry.map(|title| self.entry_of_log(title));
        let selection = Selection {
            person,
            entry: entry.transpose()?,
            records: asked.records.clone(),
        };
        Ok((selection, mask))
    }

    /// The person called `name`, as records may concern them.
    pub(super) fn concern(&mut self, name: &str) -> Result<Concern, Error> {
        let person = self.find_person(name)?;
        let name = self.directory_name(person)?;
        let tag = login_tag(self.vault()?, &name);
        Ok(Concern { person, tag })
    }

    /// What hides everybody but `person`.
    pub(super) fn mask(&mut self, person: PersonId) -> Result<Mask, Error> {
        let people: Vec<PersonId> = self.ledger().people.keys().copied().collect();
        let mut others = Vec::with_capacity(people.len());
        for other in people.into_iter().filter(|other| *other != person) {
            others.push(self.directory_name(other)?);
        }
        let name = self.directory_name(person)?;
        Ok(Mask::new(person, &name, others.iter().map(String::as_str)))
    }

    /// The entry called `title`, among those that the person sees; whoever reads the log's words
    /// knows every title.
    fn entry_of_log(&mut self, title: &str) -> Result<EntryId, Error> {
        if let Ok(id) = title.trim().to_lowercase().parse::<EntryId>()
            && self.ledger().entries.get(&id).is_some()
        {
            return Ok(id);
        }
        let log = self.built_in(CollectionKind::AccessLog)?;
        let reads_words = self.collection_key(log)?.is_some();
        let mut rows = self.entries_called(title)?;
        rows.retain(|row| reads_words || self.sees(row.collection));
        Use::InUse.choose(&mut rows, self.ledger());
        if let [_, _, ..] = rows[..] {
            let candidates = self.candidates(&rows)?;
            return Err(Error::Ambiguous(Noun::Entry, candidates));
        }
        let row = rows.pop().ok_or(Error::NotFound(Noun::Entry))?;
        Ok(row.entry)
    }
}
