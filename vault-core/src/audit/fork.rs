//! Where a copy of the vault went a way of its own, and what openings there come to here.
//!
//! The copy's lines are embedded in a record, so that a stranger can check their signatures. They
//! are read by the rules of every log, as the copy's program read them: on the ledger as it stood
//! where the ways part. What they come to is then taken over as if it had been recorded here.

use std::collections::BTreeMap;

use super::actor::{Actor, ObjectRef};
use super::event::{Event, Step};
use super::fact::{Fact, ForkFacts, Head};
use super::flaw::Flaw;
use super::ledger::{Ledger, leaf_of};
use super::record::Record;
use super::replay::Scrutiny;
use crate::crypto::digest::Digest;
use crate::emergency::register::{Opening, Register, Run};
use crate::id::{EntryId, RecordSeq, SessionId};
use crate::tlog::inclusion::verify_inclusion;

/// What lines of a copy come to.
pub struct Followed {
    /// The records, in order, each with its leaf hash.
    pub records: Vec<(Record, Digest)>,
    /// How many records of the copy were passed over.
    pub left_out: u64,
    register: Register,
}

impl Followed {
    /// The runs that the records are of, as they stood on the copy.
    pub fn runs(&self) -> BTreeMap<SessionId, &Run> {
        let sessions = self.records.iter().map(|(record, _)| record.session);
        let run = |session| Some((session, self.register.runs.get(&session)?));
        sessions.filter_map(run).collect()
    }

    /// The entries that were revealed in a run.
    pub fn revealed(&self, run: SessionId) -> impl Iterator<Item = EntryId> {
        let revealed = move |(record, _): &(Record, Digest)| match (record.event, &record.object) {
            (Event::SecretReveal, Some(ObjectRef::Entry(entry))) if record.session == run => {
                Some(*entry)
            }
            _ => None,
        };
        self.records.iter().filter_map(revealed)
    }

    /// Whether the records of a run meet the rule, or use what it gave; ending it is neither, nor is
    /// a try that came to nothing.
    pub fn opens(&self, run: SessionId) -> bool {
        let mut of_run = self.records.iter().map(|(record, _)| record);
        of_run.any(|record| {
            let ends = record.step == Some(Step::Closed);
            let uses = matches!(record.actor, Actor::Escrow(_)) && !ends;
            record.session == run && (uses || record.step == Some(Step::Released))
        })
    }
}

impl Ledger {
    /// How many records this log shares with the copy; `None` where it is not shown that the copy
    /// comes from this log.
    pub fn shared_with(&self, fork: &ForkFacts) -> Option<u64> {
        if let Some(shared) = self.elsewhere.shared_at(fork.from) {
            return fork.proof.is_empty().then_some(shared);
        }
        let Head { size, last } = fork.from;
        let index = size.checked_sub(1)?;
        let root = self.tree.root();
        let proved = verify_inclusion(&last, index, self.size, &fork.proof, &root);
        proved.is_ok().then_some(size)
    }

    /// Reads what the copy recorded of openings, each text a line, or a head where records are
    /// passed over; with the fork, how many records [both ways share](Self::shared_with).
    ///
    /// # Errors
    /// The first text that could not stand there, counted from 0, and what is wrong with it.
    pub fn follow(
        &self,
        (fork, shared): (&ForkFacts, u64),
        lines: &[String],
    ) -> Result<Followed, (usize, Flaw)> {
        let mut there = Self {
            size: fork.from.size,
            last: fork.from.last,
            envelope: self.register_there(shared),
            forked: None,
            ..self.clone()
        };
        let (mut records, mut left_out) = (Vec::with_capacity(lines.len()), 0);
        for (at, text) in lines.iter().enumerate() {
            if let Ok(head) = text.parse::<Head>() {
                left_out += there.pass_to(head).ok_or((at, Flaw::WrongPlace))?;
                continue;
            }
            let read = there.read_of_opening(text.as_bytes());
            records.push(read.map_err(|flaw| (at, flaw))?);
        }
        let reached = Head {
            size: there.size,
            last: there.last,
        };
        if records.is_empty() || reached != fork.to {
            return Err((lines.len().saturating_sub(1), Flaw::Missing));
        }
        Ok(Followed {
            records,
            left_out,
            register: there.envelope,
        })
    }

    /// Passes over records that are not brought in; how many.
    fn pass_to(&mut self, head: Head) -> Option<u64> {
        const LARGEST: u64 = i64::MAX.unsigned_abs();
        let passed = head.size.checked_sub(self.size);
        let passed = passed.filter(|n| *n > 0 && head.size <= LARGEST)?;
        (self.size, self.last) = (head.size, head.last);
        Some(passed)
    }

    /// Reads a line of a copy. It is of an opening, by nobody with a login, and new here.
    fn read_of_opening(&mut self, line: &[u8]) -> Result<(Record, Digest), Flaw> {
        let leaf = leaf_of(line);
        let (record, _) = Record::from_line(line).map_err(|_| Flaw::NotARecord)?;
        if !is_of_an_opening(&record) || self.elsewhere.brought(&leaf).is_some() {
            return Err(Flaw::Contradiction);
        }
        if record.step == Some(Step::Requested) {
            // Which opening had not ended there, the copy alone knows.
            self.envelope.opening = record.under.map(Opening::begun);
        }
        let read = self.read_hashed(line, leaf, Scrutiny::Full);
        Ok((read.map_err(|bad| bad.flaw)?, leaf))
    }

    /// The envelope's register as the copy had it: what was recorded here after the ways parted is
    /// not known there.
    fn register_there(&self, shared: u64) -> Register {
        let mut register = self.envelope.clone();
        let known = |record: RecordSeq| record.get() < shared;
        register.seals.retain(|_, seal| known(seal.record));
        register.sheets.retain(|_, sheet| known(sheet.record));
        for sheet in register.sheets.values_mut() {
            sheet.lost = sheet.lost.filter(|(_, record)| known(*record));
        }
        register.runs.retain(|_, run| known(run.began));
        register.runs.extend(self.elsewhere.runs.clone());
        register
    }

    /// Takes over what a copy recorded of openings as if it had been recorded here, now.
    pub(super) fn take_merge(&mut self, record: &Record) -> Result<(), Flaw> {
        let (fork, shared) = self.forked.take().ok_or(Flaw::Contradiction)?;
        let Some(Fact::Merge(lines)) = record.facts.first() else {
            return Err(Flaw::Contradiction);
        };
        let followed = self.follow((&fork, shared), lines);
        let followed = followed.map_err(|_| Flaw::Brought)?;
        for (session, run) in followed.runs() {
            if followed.opens(session) {
                let revealed: Vec<EntryId> = followed.revealed(session).collect();
                self.envelope
                    .take_elsewhere(session, run, &revealed, record);
                for entry in revealed {
                    self.excuse(entry);
                }
            } else {
                self.envelope.take_try_elsewhere(session, run, record);
            }
            self.elsewhere.runs.insert(session, run.clone());
        }
        let known = (shared, record.seq);
        for (there, leaf) in &followed.records {
            self.elsewhere
                .take(Head::after(there.seq, *leaf), known, true);
        }
        self.elsewhere.take(fork.to, known, false);
        Ok(())
    }

    /// The first record of the opening that `record`, which brought lines in, began or goes on with.
    pub(super) fn opened_by(&self, record: &Record) -> Option<RecordSeq> {
        let opening = self.envelope.opening.as_ref();
        let merges = record.event == Event::LogMerge;
        let opening = opening.filter(|opening| merges && opening.released == record.seq);
        opening.map(|opening| opening.record)
    }
}

/// What the run of an opening records: nobody with a login has a part in it.
pub fn is_of_an_opening(record: &Record) -> bool {
    let nobody_named = !matches!(record.actor, Actor::Person(_));
    nobody_named
        && matches!(
            record.event,
            Event::EnvelopeOpen
                | Event::EnvelopeSheet
                | Event::EnvelopeTakeover
                | Event::SecretReveal
        )
}
