//! Erasing words whose time is over: one person asks for it, and with a second person's approval it is
//! done. Records, digests, signatures and proofs stay as they are.

use super::reveal::reason_line;
use super::turn::Turn;
use super::{Session, Vault};
use crate::access::Act as Asked;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::{Fact, ForgetFacts, ForgottenFacts};
use crate::audit::ledger::{Ledger, Unconfirmed};
use crate::audit::record::Record;
use crate::audit::retention::{Class, Erasure, Older, Sieve};
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::StoreError;
use crate::store::draft::Draft;
use crate::time::Timestamp;
use crate::time::day::Day;

/// What erasing would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgettable {
    /// The record that asks for it; `None` where nothing was asked, or nothing is left to erase.
    pub record: Option<RecordSeq>,
    /// How many records would lose their words.
    pub records: u64,
    /// How many are as old and keep them, for an incident.
    pub held: u64,
    /// Words of daily work that are older than this day.
    pub ordinary: Day,
    /// Words that are kept longer, where they are older than this day.
    pub long: Day,
    /// The last day before which words of daily work may go today.
    pub limit: Day,
}

impl Vault {
    /// What [`Session::ask_to_forget`] would ask for. It needs no person and records nothing.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn forgettable(&mut self, before: Day) -> Result<Forgettable, Error> {
        self.refresh()?;
        let now = self.surroundings.clock.now();
        let limit = Class::Ordinary.limit(&self.ledger.policy, Day::of(now));
        let asked = ForgetFacts {
            ordinary: before,
            long: before,
        };
        let asked = asked.allowed_at(&self.ledger.policy, now);
        let records = |each: &mut dyn FnMut(&Record)| {
            self.store.lines(0, |line| {
                let (record, _) = Record::from_line(line).map_err(|_| StoreError::Damaged)?;
                each(&record);
                Ok::<_, StoreError>(())
            })
        };
        let (_, erasure) = erasure(asked, self.ledger.next(), &self.ledger, records)?;
        let mut records = 0;
        for seq in &erasure.records {
            records += u64::from(self.store.has_words(*seq)?);
        }
        Ok(Forgettable {
            record: None,
            records,
            held: erasure.held,
            ordinary: asked.ordinary,
            long: asked.long,
            limit,
        })
    }

    /// What was erased under the record of an approval.
    pub fn erased_in(&self, approval: RecordSeq) -> Option<ForgottenFacts> {
        self.ledger.forgettings.get(&approval).map(|it| it.facts)
    }
}

impl Session<'_> {
    /// Asks for the words of records to be erased that are older than `before`, as far as the
    /// council's rule lets them go today. They stand until a second person has approved it; where
    /// nothing is left to erase, nothing is asked, and the file is written anew.
    ///
    /// # Errors
    /// [`Error::Denied`], with the refusal on record, among others where nobody else could approve it,
    /// or where the rule keeps words of daily work longer; [`Error::NotRebuilt`].
    pub fn ask_to_forget(
        &mut self,
        before: Day,
        reason: Option<&str>,
    ) -> Result<Forgettable, Error> {
        let reason = reason_line(reason)?;
        let turn = self.turn()?;
        let today = Day::of(turn.now());
        let policy = &turn.ledger().policy;
        let limit = Class::Ordinary.limit(policy, today);
        let (ordinary, long) = (before, before.min(Class::Long.limit(policy, today)));
        let act = Asked::Forget {
            ordinary,
            long,
            today,
        };
        let (mut turn, _) = turn.allow(act, Draft::new(Event::LogForget))?;
        let asked = ForgetFacts { ordinary, long };
        let until = turn.ledger().next();
        let (_, erasure) = turn.erasure(asked, until)?;
        let mut records = 0;
        for seq in &erasure.records {
            records += u64::from(turn.act.sealed_details(*seq)?.is_some());
        }
        let draft = Draft::new(Event::LogForget).fact(Fact::Forget(asked));
        let draft = draft.word(Word::Reason, &reason);
        let record = (records > 0).then(|| turn.record(draft)).transpose()?;
        turn.commit()?;
        if record.is_none() {
            self.write_anew(None)?;
        }
        Ok(Forgettable {
            record,
            records,
            held: erasure.held,
            ordinary,
            long,
            limit,
        })
    }

    /// Nothing of erased words is left in the file after this.
    pub(super) fn write_anew(&mut self, record: Option<RecordSeq>) -> Result<(), Error> {
        let rebuilt = self.store().rebuild();
        rebuilt.map_err(|why| Error::NotRebuilt { record, why })
    }
}

/// What a request comes to that waits.
pub(super) fn asked_in(request: RecordSeq, ledger: &Ledger) -> Option<(Timestamp, ForgetFacts)> {
    match ledger.unconfirmed.get(&request)? {
        Unconfirmed::Forgetting { at, asked, .. } => Some((*at, *asked)),
        _ => None,
    }
}

/// The approval by which a request was carried out, where it was.
pub(super) fn erased_for(request: RecordSeq, ledger: &Ledger) -> Option<RecordSeq> {
    let mut done = ledger.forgettings.iter();
    let done = done.find(|(_, erased)| erased.asked_in == request);
    done.map(|(approval, _)| *approval)
}

impl Turn<'_> {
    /// Erases what was asked for at `at`, as far as the rule lets it go then and now, and approves the
    /// request with that.
    pub(super) fn erase_as_asked(
        &mut self,
        request: RecordSeq,
        (at, asked): (Timestamp, ForgetFacts),
    ) -> Result<RecordSeq, Error> {
        let asked = asked.allowed_at(&self.ledger().policy, at.min(self.now()));
        let (facts, erasure) = self.erasure(asked, request)?;
        self.erase(&erasure, request, facts)
    }

    fn erasure(
        &self,
        asked: ForgetFacts,
        until: RecordSeq,
    ) -> Result<(ForgottenFacts, Erasure), StoreError> {
        erasure(asked, until, self.ledger(), |each| {
            self.act.records(|record| {
                each(&record);
                Ok(())
            })
        })
    }
}

/// What is to be erased of the records before `until`, which `read` gives each time it is called.
fn erasure<E>(
    asked: ForgetFacts,
    until: RecordSeq,
    ledger: &Ledger,
    read: impl Fn(&mut dyn FnMut(&Record)) -> Result<(), E>,
) -> Result<(ForgottenFacts, Erasure), E> {
    let (mut ordinary, mut long) = (Older::than(asked.ordinary), Older::than(asked.long));
    read(&mut |record| {
        let counts = ledger.counts_as_author(record);
        ordinary.take(record, counts);
        long.take(record, counts);
    })?;
    let facts = ForgottenFacts {
        ordinary: asked.ordinary,
        ordinary_before: ordinary.end().min(until),
        long: asked.long,
        long_before: long.end().min(until),
        records: 0,
    };
    let mut sieve = Sieve::new(ledger, facts.ordinary_before, facts.long_before);
    read(&mut |record| sieve.take(record))?;
    Ok((facts, sieve.end()))
}
