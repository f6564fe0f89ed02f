//! The log as it is read for somebody else: every line under one signed head, in one snapshot, with
//! the words and names that whoever reads it may see.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Session;
use super::log::{DetailKeys, LogLine, Names, Words};
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::details::Details;
use crate::audit::event::Event;
use crate::audit::exception::{Exception, Exceptions};
use crate::audit::ledger::{Ledger, leaf_of};
use crate::audit::record::Record;
use crate::audit::replay::Scrutiny;
use crate::collection::CollectionKind;
use crate::error::{BadRecord, Error, Flaw};
use crate::id::RecordSeq;
use crate::report::mask::Mask;
use crate::store::StoreError;
use crate::store::draft::Draft;
use crate::tlog::note::Name;

/// So many lines are in memory at a time.
const BATCH: u64 = 64;

/// A log that is being read. The records of whoever reads it stand in it already.
pub(super) struct Reading<'t> {
    pub(super) turn: Turn<'t>,
    /// How many records are read.
    pub(super) size: u64,
    /// The log's origin.
    pub(super) origin: Name,
    /// The signed head over all of them.
    pub(super) checkpoint: String,
    names: Option<Names>,
    keys: DetailKeys,
}

/// What a replay of the records tells.
pub(super) struct Replayed {
    /// What the log says at its end.
    pub(super) ledger: Ledger,
    /// The exceptions, by record.
    pub(super) exceptions: BTreeMap<RecordSeq, Vec<Exception>>,
}

/// A record that was read.
pub(super) struct Told {
    /// What it says.
    pub(super) line: LogLine,
    /// Its words with their salts, where they can be read.
    pub(super) details: Option<Details>,
    /// Whether words of it were left out because somebody else is named in them.
    pub(super) masked: bool,
}

impl<'t> Reading<'t> {
    /// Begins where the session's last act ended, which was signed.
    pub(super) fn begin(session: &'t mut Session<'_>) -> Result<Self, Error> {
        let size = session.known_size();
        let turn = session.turn()?;
        let checkpoint = turn.act.checkpoint(size)?;
        let checkpoint = checkpoint.ok_or(Error::Internal("a reading without a checkpoint"))?;
        Self::of(turn, size, checkpoint)
    }

    /// Begins in a turn in which it is on record that the log is read. What was read may be given
    /// once that turn is [committed](Turn::commit), which makes the head stand.
    pub(super) fn recorded(session: &'t mut Session<'_>) -> Result<Self, Error> {
        let draft = || Draft::new(Event::LogRead);
        let (mut turn, _) = session.turn()?.allow(Asked::ReadLog, draft())?;
        turn.record(draft())?;
        turn.settle()?;
        let checkpoint = turn.act.head(turn.keys.signing())?;
        let size = turn.ledger().size;
        Self::of(turn, size, checkpoint)
    }

    fn of(mut turn: Turn<'t>, size: u64, checkpoint: String) -> Result<Self, Error> {
        let log = turn.built_in(CollectionKind::AccessLog)?;
        let reads_words = turn.collection_key(log)?.is_some();
        let names = reads_words.then(|| Names::of(&mut turn)).transpose()?;
        let origin = turn.ledger().origin.parse();
        Ok(Self {
            size,
            origin: origin.map_err(|_| Error::Internal("an origin that is no name"))?,
            checkpoint,
            names,
            keys: DetailKeys::new(),
            turn,
        })
    }

    /// The council's full name.
    pub(super) fn council(&self) -> &str {
        let vault = self.turn.ledger().vault.as_ref();
        vault.map_or("", |facts| facts.council.as_str())
    }

    /// Whether whoever reads may read the log's words; without that nobody is named.
    pub(super) const fn has_words(&self) -> bool {
        self.names.is_some()
    }

    /// The places of all records, a few at a time.
    pub(super) fn batches(&self) -> impl Iterator<Item = Range<u64>> + use<> {
        let size = self.size;
        let batch = usize::try_from(BATCH).unwrap_or(usize::MAX);
        (0..size)
            .step_by(batch)
            .map(move |first| first..size.min(first + BATCH))
    }

    /// Replays the records, and gives `each` one with what the log said before it and why it is an
    /// exception, as far as that is known then.
    pub(super) fn replay(
        &self,
        mut each: impl FnMut(&Record, &Ledger, &[Exception]),
    ) -> Result<Replayed, Error> {
        let mut ledger = Ledger::default();
        let mut finder = Exceptions::default();
        let mut exceptions: BTreeMap<RecordSeq, Vec<Exception>> = BTreeMap::new();
        for batch in self.batches() {
            for line in self.turn.act.lines_within(batch)? {
                // Who signed was looked into before; that these are the same lines, below.
                let read = ledger.read_telling(&line, Scrutiny::Quick, |record, before| {
                    let found = finder.take(record, before);
                    each(record, before, &found);
                    if !found.is_empty() {
                        exceptions.insert(record.seq, found);
                    }
                });
                read.map_err(StoreError::Log)?;
            }
        }
        self.ends_where_the_turn_does(&ledger)?;
        for (record, late) in finder.left(self.turn.now(), &ledger) {
            let found = exceptions.entry(record).or_default();
            found.push(late);
            found.sort_unstable();
            found.dedup();
        }
        Ok(Replayed { ledger, exceptions })
    }

    /// What was read leads to the head that this turn stands on, by which alone it is known who signed
    /// it: a record in the middle that somebody changed is found by its hash.
    fn ends_where_the_turn_does(&self, read: &Ledger) -> Result<(), Error> {
        let mut last = read.last;
        for line in self
            .turn
            .act
            .lines_within(self.size..self.turn.ledger().size)?
        {
            let record = parsed(&line)?;
            let (seq, flaw) = (record.seq, Flaw::BrokenChain);
            if record.prev != last {
                return Err(StoreError::Log(BadRecord { seq, flaw }).into());
            }
            last = leaf_of(&line);
        }
        let (seq, flaw) = (
            RecordSeq::new(self.size.saturating_sub(1)),
            Flaw::BrokenChain,
        );
        if last == self.turn.ledger().last {
            Ok(())
        } else {
            Err(StoreError::Log(BadRecord { seq, flaw }).into())
        }
    }

    /// Passes a record over whose words are not wanted, and keeps what those after it need: the key
    /// of its session.
    pub(super) fn pass_over(&mut self, record: &Record) -> Result<(), Error> {
        if self.has_words() && record.detail_key.is_some() {
            self.turn.details_of(record, &mut self.keys)?;
        }
        Ok(())
    }

    /// A record with its names and words; behind a mask, without other people. Every record is
    /// either told or passed over, in order.
    pub(super) fn tell(&mut self, record: Record, mask: Option<&Mask>) -> Result<Told, Error> {
        let Some(names) = &mut self.names else {
            let words = self.turn.unread(&record)?;
            return Ok(Told {
                line: LogLine {
                    erased: words.erased_under(),
                    hidden: matches!(words, Words::Hidden),
                    ..LogLine::by_ids(record)
                },
                details: None,
                masked: false,
            });
        };
        let mut words = self.turn.details_of(&record, &mut self.keys)?;
        let all = words.spoken().len();
        if let Some(mask) = mask {
            words = words.only(|name, word| mask.keeps(name, word));
        }
        let spoken = words.spoken();
        let line = names.line(&mut self.turn, record, &words)?;
        Ok(Told {
            line: match mask {
                Some(mask) => mask.masked(line),
                None => line,
            },
            details: words.into_details(),
            masked: spoken.len() < all,
        })
    }
}

/// A line of the file as a record.
pub(super) fn parsed(line: &[u8]) -> Result<Record, Error> {
    let parsed = Record::from_line(line);
    Ok(parsed.map_err(|_| StoreError::Damaged)?.0)
}
