//! The log for somebody else: every line as it is, the words that whoever exports it may read with
//! the salts that let anybody recompute their digests, the keys, and proofs of some lines. An
//! [extract](super::extract) holds some of the lines, and a proof of each.

mod keys;

use std::collections::{BTreeMap, BTreeSet};

use self::keys::Keys;
use super::Session;
use super::log::LogLine;
use super::reading::{Reading, Told, parsed};
use crate::access::Act as Asked;
use crate::audit::details::{Details, Word};
use crate::audit::event::{Event, Outcome};
use crate::audit::exception::Exception;
use crate::audit::in_period::Population;
use crate::audit::ledger::leaf_of;
use crate::error::{Error, LogRefused};
use crate::id::RecordSeq;
use crate::report::mask::Mask;
use crate::store::draft::Draft;
use crate::tlog::note::{Name, Verifier};
use crate::tlog::proof::Proof;
use crate::tlog::prover::Prover;

/// At most so many lines of a whole log are proved.
const PROOFS: u64 = 25;

/// A log that is being exported. Its last record is signed by whoever exports it, so that nothing
/// stands after the last signature.
pub struct LogExport<'t> {
    reading: Reading<'t>,
    /// The head under which lines are proved, and how many records it is over.
    head: (u64, String),
    exceptions: BTreeMap<RecordSeq, Vec<Exception>>,
    /// The lines of an extract; all where it is none.
    chosen: Option<BTreeSet<RecordSeq>>,
    /// How all records lie about the period of an extract by period.
    population: Option<Population>,
    /// Hides other people in an extract about one.
    mask: Option<Mask>,
}

/// One record of an export.
pub struct ExportedRecord {
    /// The line as it is stored: the leaf of the tree.
    pub line: Vec<u8>,
    /// What it says, with names where whoever exports may read the log's words, else with ids.
    pub shown: LogLine,
    /// Its words with their salts, where they can be read.
    pub details: Option<Details>,
    /// The checkpoint that was signed over this and all lines before.
    pub checkpoint: Option<String>,
    /// Why a reviewer looks at it first.
    pub exceptions: Vec<Exception>,
}

/// A key with which records were signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberKey {
    /// The key in C2SP's text form.
    pub key: Verifier,
    /// Whose it is, as records name their actor.
    pub actor: String,
    /// A person's role, a sheet's holder, an epoch's rule.
    pub role: String,
    /// The record by which it stands.
    pub record: RecordSeq,
}

/// What is known of an export once every record was read.
pub struct ExportSummary {
    /// The keys that signed checkpoints, in the order of their first.
    pub log_keys: Vec<Verifier>,
    /// The keys of people, sheets and epochs, in the order in which they came to stand.
    pub members: Vec<MemberKey>,
    /// Proofs of the first line, the last, and others spread evenly between; in an extract, of
    /// every line.
    pub proofs: Vec<Proof>,
    /// How many records have words that whoever exports may not read, or cannot.
    pub unread: u64,
    /// How many records lost their words when their time was over, by the records that say so.
    pub erased: BTreeMap<RecordSeq, u64>,
    /// How many records have words that were left out because somebody else is named in them.
    pub masked: u64,
}

impl Session<'_> {
    /// Records that the log is exported, to `place` in words, and lets `write` have it. What `write`
    /// cannot finish is on record as failed, as far as the vault can be written.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`], and those of `write`.
    pub fn export_log<T, E: From<Error>>(
        &mut self,
        place: &str,
        write: impl FnOnce(&mut LogExport<'_>) -> Result<T, E>,
    ) -> Result<(RecordSeq, T), E> {
        let draft = || Draft::new(Event::LogExport).word(Word::File, place);
        self.written_out(draft, |reading| LogExport::whole(reading), write)
    }

    /// Records that something of the log is written out, and lets `write` have it.
    pub(super) fn written_out<T, E: From<Error>>(
        &mut self,
        draft: impl Fn() -> Draft,
        prepare: impl FnOnce(Reading<'_>) -> Result<LogExport<'_>, Error>,
        write: impl FnOnce(&mut LogExport<'_>) -> Result<T, E>,
    ) -> Result<(RecordSeq, T), E> {
        let record = self.note(Asked::ExportLog, draft)?;
        let begun = Reading::begin(self).and_then(prepare).map_err(E::from);
        match begun.and_then(|mut export| write(&mut export)) {
            Ok(written) => Ok((record, written)),
            Err(error) => {
                // The first record over-reports where this one cannot be written either.
                drop(self.note(Asked::ExportLog, || {
                    Draft::new(Event::LogExport).outcome(Outcome::Failed)
                }));
                Err(error)
            }
        }
    }
}

impl<'t> LogExport<'t> {
    /// Of every line.
    fn whole(reading: Reading<'t>) -> Result<Self, Error> {
        let replayed = reading.replay(|_, _, _| ())?;
        Ok(Self {
            head: (reading.size, reading.checkpoint.clone()),
            reading,
            exceptions: replayed.exceptions,
            chosen: None,
            population: None,
            mask: None,
        })
    }

    /// Of some lines, where there is a mask without other people.
    pub(super) fn extract(
        reading: Reading<'t>,
        exceptions: BTreeMap<RecordSeq, Vec<Exception>>,
        (chosen, population): (BTreeSet<RecordSeq>, Option<Population>),
        mask: Option<Mask>,
    ) -> Self {
        Self {
            head: (reading.size, reading.checkpoint.clone()),
            reading,
            exceptions,
            chosen: Some(chosen),
            population,
            mask,
        }
    }

    /// The same, proved under the head of this size.
    ///
    /// # Errors
    /// [`LogRefused::NoSuchHead`].
    pub(super) fn under(mut self, size: Option<u64>) -> Result<Self, Error> {
        if let Some(size) = size {
            let note = self.reading.turn.act.checkpoint(size)?;
            self.head = (size, note.ok_or(LogRefused::NoSuchHead)?);
        }
        Ok(self)
    }

    /// How many records stand under the head.
    pub const fn size(&self) -> u64 {
        self.head.0
    }

    /// How many of them are written out.
    pub fn count(&self) -> u64 {
        let chosen = self.chosen.as_ref();
        chosen.map_or(self.size(), |chosen| chosen.len() as u64)
    }

    /// How all records of the log lie about the period, in an extract by period.
    pub const fn population(&self) -> Option<Population> {
        self.population
    }

    /// The log's origin.
    pub const fn origin(&self) -> &Name {
        &self.reading.origin
    }

    /// The council's full name.
    pub fn council(&self) -> &str {
        self.reading.council()
    }

    /// Whether whoever exports may read the log's words; without that the export names nobody.
    pub const fn has_words(&self) -> bool {
        self.reading.has_words()
    }

    /// The head under which lines are proved: that over every record of the log, or the one that a
    /// sample was drawn from.
    pub fn checkpoint(&self) -> &str {
        &self.head.1
    }

    /// Which of the records that are written out a reviewer looks at first, and why.
    pub fn exceptions(&self) -> impl Iterator<Item = (RecordSeq, &[Exception])> {
        let found = self.exceptions.iter();
        found
            .filter(|(record, _)| self.takes(**record))
            .map(|(record, why)| (*record, why.as_slice()))
    }

    fn takes(&self, record: RecordSeq) -> bool {
        let chosen = self.chosen.as_ref();
        chosen.is_none_or(|chosen| chosen.contains(&record))
    }

    /// Gives `each` every record that is written out, in order, a few at a time in memory.
    ///
    /// # Errors
    /// [`Error::Store`], and those of `each`.
    pub fn records<E: From<Error>>(
        &mut self,
        mut each: impl FnMut(ExportedRecord) -> Result<(), E>,
    ) -> Result<ExportSummary, E> {
        let size = self.size();
        let places = match &self.chosen {
            Some(chosen) => chosen.iter().map(|record| record.get()).collect(),
            None => spread(size),
        };
        let prover = Prover::new(places, size);
        let mut prover = prover.map_err(|_| Error::Internal("a proof beyond the log"))?;
        let mut keys = Keys::new(self.origin().clone());
        let (mut unread, mut masked, mut erased) = (0, 0, BTreeMap::new());
        for batch in self.reading.batches() {
            let lines = self.reading.turn.act.lines_within(batch);
            for line in lines.map_err(Error::from)? {
                let record = parsed(&line)?;
                if record.seq.get() < size {
                    prover.push(leaf_of(&line));
                }
                let checkpoint = self.reading.turn.act.checkpoint(record.seq.get() + 1);
                let checkpoint = checkpoint.map_err(Error::from)?;
                keys.learn(&record, checkpoint.is_some())?;
                if !self.takes(record.seq) {
                    self.reading.pass_over(&record)?;
                    continue;
                }
                keys.uses(&record);
                let has_words = record.sealed.is_some();
                let exceptions = self.exceptions.get(&record.seq);
                let exceptions = exceptions.cloned().unwrap_or_default();
                let told = self.reading.tell(record, self.mask.as_ref())?;
                let Told { line: shown, .. } = told;
                match shown.erased {
                    Some(under) => *erased.entry(under).or_default() += 1,
                    None if told.details.is_some() => {}
                    None => unread += u64::from(has_words),
                }
                masked += u64::from(told.masked);
                each(ExportedRecord {
                    line,
                    exceptions: shown.noted(&exceptions),
                    shown,
                    details: told.details,
                    checkpoint,
                })?;
            }
        }
        Ok(ExportSummary {
            proofs: self.proofs(&prover),
            members: match self.chosen {
                Some(_) => keys.used(),
                None => keys.members,
            },
            log_keys: keys.signed,
            unread,
            erased,
            masked,
        })
    }

    fn proofs(&self, prover: &Prover) -> Vec<Proof> {
        let proofs = prover.proofs().map(|(index, hashes)| Proof {
            index,
            hashes,
            checkpoint: self.checkpoint().to_owned(),
        });
        proofs.collect()
    }
}

/// Which lines of a log of `size` are proved where all are written out.
fn spread(size: u64) -> BTreeSet<u64> {
    let last = size.saturating_sub(1);
    (0..PROOFS)
        .map(|nth| u64::try_from(u128::from(last) * u128::from(nth) / u128::from(PROOFS - 1)))
        .filter_map(Result::ok)
        .filter(|index| *index < size)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proved_has_the_first_and_the_last_line_and_others_between() {
        assert!(spread(0).is_empty());
        assert_eq!(spread(1), BTreeSet::from([0]));
        assert_eq!(spread(3), BTreeSet::from([0, 1, 2]));
        for size in [25, 26, 1000, u64::MAX] {
            let spread = spread(size);
            assert_eq!(spread.len(), 25, "{size}");
            assert_eq!(spread.first(), Some(&0));
            assert_eq!(spread.last(), Some(&(size - 1)));
        }
    }
}
