//! The log for somebody else: every line as it is, the words that whoever exports it may read with
//! the salts that let anybody recompute their digests, the keys, and proofs of some lines.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use super::log::{DetailKeys, LogLine, Names};
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::details::{Details, Word};
use crate::audit::event::{Event, Outcome};
use crate::audit::fact::Fact;
use crate::audit::ledger::leaf_of;
use crate::audit::record::{Actor, Record};
use crate::audit::retention::Ages;
use crate::collection::CollectionKind;
use crate::crypto::signature::VerifyKey;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::StoreError;
use crate::store::draft::Draft;
use crate::tlog::note::{Name, Verifier};
use crate::tlog::proof::Proof;
use crate::tlog::prover::Prover;

/// At most so many lines are proved.
const PROOFS: u64 = 25;

/// So many lines are in memory at a time.
const BATCH: usize = 64;

/// A log that is being exported. Its last record is signed by whoever exports it, so that nothing
/// stands after the last signature.
pub struct LogExport<'t> {
    turn: Turn<'t>,
    size: u64,
    origin: Name,
    checkpoint: String,
    names: Option<Names>,
    ages: Ages,
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
    /// Proofs of the first line, the last, and others spread evenly between.
    pub proofs: Vec<Proof>,
    /// How many records have words that whoever exports may not read, or cannot.
    pub unread: u64,
    /// How many records lost their words when their time was over, by the records that say so.
    pub erased: BTreeMap<RecordSeq, u64>,
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
        let record = self.note(Asked::ExportLog, || {
            Draft::new(Event::LogExport).word(Word::File, place)
        })?;
        let begun = LogExport::begin(self).map_err(E::from);
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
    fn begin(session: &'t mut Session<'_>) -> Result<Self, Error> {
        let size = session.known_size();
        let mut turn = session.turn()?;
        let checkpoint = turn.act.checkpoint(size)?;
        let log = turn.built_in(CollectionKind::AccessLog)?;
        let reads_words = turn.collection_key(log)?.is_some();
        let origin = turn.ledger().origin.parse();
        Ok(Self {
            size,
            origin: origin.map_err(|_| Error::Internal("an origin that is no name"))?,
            checkpoint: checkpoint.ok_or(Error::Internal("an export without a checkpoint"))?,
            names: reads_words.then(Names::default),
            ages: Ages::default(),
            turn,
        })
    }

    /// How many records are exported.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The log's origin.
    pub const fn origin(&self) -> &Name {
        &self.origin
    }

    /// Whether whoever exports may read the log's words; without that the export names nobody.
    pub const fn has_words(&self) -> bool {
        self.names.is_some()
    }

    /// The checkpoint over every record of the export.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Gives `each` every record, in order, a few at a time in memory.
    ///
    /// # Errors
    /// [`Error::Store`], and those of `each`.
    pub fn records<E: From<Error>>(
        &mut self,
        mut each: impl FnMut(ExportedRecord) -> Result<(), E>,
    ) -> Result<ExportSummary, E> {
        let prover = Prover::new(sample(self.size), self.size);
        let mut prover = prover.map_err(|_| Error::Internal("a sample beyond the log"))?;
        let mut keys = Keys::new(self.origin.clone());
        let mut detail_keys = DetailKeys::new();
        let (mut unread, mut erased) = (0, BTreeMap::new());
        for first in (0..self.size).step_by(BATCH) {
            let range = first..self.size.min(first + BATCH as u64);
            let lines = self.turn.act.lines_within(range).map_err(Error::from)?;
            for line in lines {
                prover.push(leaf_of(&line));
                let exported = self.record(line, &mut detail_keys)?;
                let record = &exported.shown.record;
                keys.learn(record, exported.checkpoint.is_some())?;
                match exported.shown.erased {
                    Some(under) => *erased.entry(under).or_default() += 1,
                    None if exported.details.is_some() => {}
                    None => unread += u64::from(record.sealed.is_some()),
                }
                each(exported)?;
            }
        }
        let proofs = prover.proofs().map(|(index, hashes)| Proof {
            index,
            hashes,
            checkpoint: self.checkpoint.clone(),
        });
        Ok(ExportSummary {
            log_keys: keys.signed,
            members: keys.members,
            proofs: proofs.collect(),
            unread,
            erased,
        })
    }

    fn record(&mut self, line: Vec<u8>, keys: &mut DetailKeys) -> Result<ExportedRecord, Error> {
        let (record, _) = Record::from_line(&line).map_err(|_| StoreError::Damaged)?;
        let checkpoint = self.turn.act.checkpoint(record.seq.get() + 1)?;
        let day = self.ages.day_of(&record);
        let words = match self.names {
            Some(_) => self.turn.details_of(&record, day, keys)?,
            None => self.turn.unread(&record, day)?,
        };
        let shown = match &mut self.names {
            Some(names) => {
                names.learn(&record, &words.spoken());
                names.line(&mut self.turn, record, &words)?
            }
            None => LogLine {
                erased: words.erased_under(),
                ..LogLine::by_ids(record)
            },
        };
        Ok(ExportedRecord {
            line,
            shown,
            details: words.into_details(),
            checkpoint,
        })
    }
}

/// Which lines of a log of `size` are proved.
fn sample(size: u64) -> BTreeSet<u64> {
    let last = size.saturating_sub(1);
    (0..PROOFS)
        .map(|nth| u64::try_from(u128::from(last) * u128::from(nth) / u128::from(PROOFS - 1)))
        .filter_map(Result::ok)
        .filter(|index| *index < size)
        .collect()
}

/// The keys that the records give.
struct Keys {
    origin: Name,
    /// With which key each actor signs now.
    current: BTreeMap<String, VerifyKey>,
    members: Vec<MemberKey>,
    signed: Vec<Verifier>,
}

impl Keys {
    const fn new(origin: Name) -> Self {
        Self {
            origin,
            current: BTreeMap::new(),
            members: Vec::new(),
            signed: Vec::new(),
        }
    }

    /// Takes over the keys that a record establishes, and the one that signed a checkpoint after it.
    fn learn(&mut self, record: &Record, checkpoint: bool) -> Result<(), Error> {
        let actor = record.actor.to_string();
        // Whoever enrols signs that with the key that they had; the founder had none before.
        let before = self.current.get(&actor).copied();
        for fact in &record.facts {
            match fact {
                Fact::Person(facts) => {
                    let actor = Actor::Person(facts.person);
                    self.stands(&actor, facts.verify_key, facts.role.name(), record.seq);
                }
                Fact::Sheet(facts) => {
                    let actor = Actor::Sheet(facts.serial.clone());
                    let holder = facts.holder.to_string();
                    self.stands(&actor, facts.verify_key, &holder, record.seq);
                }
                Fact::Seal(facts) => {
                    let actor = Actor::Escrow(facts.epoch);
                    self.stands(&actor, facts.verify_key, facts.rule.name(), record.seq);
                }
                _ => {}
            }
        }
        if checkpoint {
            let key = before.or_else(|| self.current.get(&actor).copied());
            let key = key.ok_or(Error::Internal("a checkpoint signed by nobody"))?;
            let verifier = self.verifier(key);
            if !self.signed.contains(&verifier) {
                self.signed.push(verifier);
            }
        }
        Ok(())
    }

    fn stands(&mut self, actor: &Actor, key: VerifyKey, role: &str, record: RecordSeq) {
        let actor = actor.to_string();
        if self.current.insert(actor.clone(), key) == Some(key) {
            return;
        }
        self.members.push(MemberKey {
            key: self.verifier(key),
            actor,
            role: role.to_owned(),
            record,
        });
    }

    fn verifier(&self, key: VerifyKey) -> Verifier {
        let name = self.origin.clone();
        Verifier { name, key }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_has_the_first_and_the_last_line_and_others_between() {
        assert!(sample(0).is_empty());
        assert_eq!(sample(1), BTreeSet::from([0]));
        assert_eq!(sample(3), BTreeSet::from([0, 1, 2]));
        for size in [25, 26, 1000, u64::MAX] {
            let sample = sample(size);
            assert_eq!(sample.len(), 25, "{size}");
            assert_eq!(sample.first(), Some(&0));
            assert_eq!(sample.last(), Some(&(size - 1)));
        }
    }
}
