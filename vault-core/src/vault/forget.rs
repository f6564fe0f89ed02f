//! Erasing words whose time is over. Records, digests, signatures and proofs stay as they are.

use super::reveal::reason_line;
use super::turn::Turn;
use super::{Session, Vault};
use crate::access::Act as Asked;
use crate::audit::event::Event;
use crate::audit::record::Record;
use crate::audit::retention::{Class, Erasure, Sieve};
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::StoreError;
use crate::store::draft::Draft;
use crate::time::day::Day;

/// What erasing would do, or what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// The record of it; `None` where nothing was left to erase, or nothing was erased yet.
    pub record: Option<RecordSeq>,
    /// How many records lose their words.
    pub records: u64,
    /// How many are as old and keep them, for an incident.
    pub held: u64,
    /// Words of daily work that are older than this day go.
    pub ordinary: Day,
    /// Words that are kept longer go where they are older than this day.
    pub long: Day,
    /// The last day before which words of daily work may go today.
    pub limit: Day,
}

impl Vault {
    /// What [`Session::forget`] would erase. It needs no person and records nothing.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn forgettable(&mut self, before: Day) -> Result<Forgotten, Error> {
        self.refresh()?;
        let today = Day::of(self.surroundings.clock.now());
        let policy = &self.ledger.policy;
        let limit = Class::Ordinary.limit(policy, today);
        let ordinary = before.min(limit);
        let long = before.min(Class::Long.limit(policy, today));
        let mut sieve = Sieve::new(&self.ledger, ordinary, long);
        self.store.lines(0, |line| {
            let (record, _) = Record::from_line(line).map_err(|_| StoreError::Damaged)?;
            sieve.take(&record);
            Ok::<_, StoreError>(())
        })?;
        let erasure = sieve.end();
        let mut records = 0;
        for seq in &erasure.records {
            records += u64::from(self.store.has_words(*seq)?);
        }
        Ok(Forgotten {
            record: None,
            records,
            held: erasure.held,
            ordinary,
            long,
            limit,
        })
    }
}

impl Session<'_> {
    /// Erases the words of records that are older than `before`, as far as the council's rule lets
    /// them go today, and writes the file anew so that nothing of them is left in it. A second
    /// person confirms it. Repeated, it erases what is left, if anything, and rebuilds the file.
    ///
    /// # Errors
    /// [`Error::Denied`], with the refusal on record, among others where the rule keeps words of
    /// daily work longer; [`Error::NotRebuilt`] where they are erased and the file could not be
    /// written anew.
    pub fn forget(&mut self, before: Day, reason: Option<&str>) -> Result<Forgotten, Error> {
        let reason = reason_line(reason)?;
        let turn = self.turn()?;
        let today = Day::of(turn.now());
        let policy = &turn.ledger().policy;
        let limit = Class::Ordinary.limit(policy, today);
        let (ordinary, long) = (before, before.min(Class::Long.limit(policy, today)));
        let asked = Asked::Forget {
            ordinary,
            long,
            today,
        };
        let (mut turn, _) = turn.allow(asked, Draft::new(Event::LogForget))?;
        let erasure = turn.erasure(ordinary, long)?;
        let done = turn.erase(&erasure, (ordinary, long), &reason)?;
        turn.commit()?;
        let record = done.map(|(record, _)| record);
        let rebuilt = self.store().rebuild();
        rebuilt.map_err(|why| Error::NotRebuilt { record, why })?;
        Ok(Forgotten {
            record,
            records: done.map_or(0, |(_, records)| records),
            held: erasure.held,
            ordinary,
            long,
            limit,
        })
    }
}

impl Turn<'_> {
    fn erasure(&self, ordinary: Day, long: Day) -> Result<Erasure, Error> {
        let mut sieve = Sieve::new(self.ledger(), ordinary, long);
        self.act.records(|record| {
            sieve.take(&record);
            Ok(())
        })?;
        Ok(sieve.end())
    }
}
