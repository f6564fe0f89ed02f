//! Where a copy of the vault went a way of its own, and what an opening there comes to here.
//!
//! The copy's lines are embedded in a record, so that a stranger can check their signatures. They
//! are read by the rules of every log, as the copy's program read them: on the ledger as it stood
//! where the ways part. What they come to is then taken over as if it had been recorded here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{Event, Step};
use super::ledger::Ledger;
use super::record::{Actor, ObjectRef, Record};
use super::replay::{Flaw, Scrutiny};
use crate::crypto::digest::Digest;
use crate::emergency::register::{Opening, Register, Run};
use crate::id::{EntryId, RecordSeq, SessionId};
use crate::incident::IncidentKind;
use crate::tlog::inclusion::verify_inclusion;

/// A head of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many records there are.
    pub size: u64,
    /// The leaf hash of the last of them.
    pub last: Digest,
}

/// What the log says of a copy that went a way of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForkFacts {
    /// The last record that this log has too; or the last of the copy's own that was brought in.
    pub from: Head,
    /// That the first of these is in this log: the proof of inclusion of RFC 6962 in the tree of
    /// the records before this one. None for the second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proof: Vec<Digest>,
    /// The last record of the copy that is brought in.
    pub to: Head,
}

/// A copy of the log with records of its own, as far as they were brought in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// How many records it shares with this log.
    pub shared: u64,
    /// Its last record that is known.
    pub head: Head,
    /// The record by which that was brought in.
    pub merged: RecordSeq,
    /// The runs of openings there.
    runs: BTreeMap<SessionId, Run>,
    /// The opening whose duties were not done there.
    opening: Option<Opening>,
}

impl Branch {
    /// Whether it has records of this run.
    pub fn has(&self, run: SessionId) -> bool {
        self.runs.contains_key(&run)
    }
}

/// What lines of a copy come to.
pub struct Followed {
    /// The records, in order.
    pub records: Vec<Record>,
    session: SessionId,
    branch: Option<usize>,
    shared: u64,
    register: Register,
}

impl Followed {
    /// The run that the records are of, as it stood on the copy.
    fn run(&self) -> Option<&Run> {
        self.register.runs.get(&self.session)
    }

    /// Whether the rule was met by the sheets accepted in the run.
    pub fn is_released(&self) -> bool {
        self.run().is_some_and(|run| run.released.is_some())
    }

    /// The entries that were revealed.
    pub fn revealed(&self) -> impl Iterator<Item = EntryId> {
        let revealed = |record: &Record| match (record.event, &record.object) {
            (Event::SecretReveal, Some(ObjectRef::Entry(entry))) => Some(*entry),
            _ => None,
        };
        self.records.iter().filter_map(revealed)
    }

    /// Whether the records meet the rule, or use what it gave; ending an opening is neither.
    fn opens(&self) -> bool {
        self.records.iter().any(|record| {
            let ends = record.step == Some(Step::Closed);
            let uses = matches!(record.actor, Actor::Escrow(_)) && !ends;
            uses || record.step == Some(Step::Released)
        })
    }
}

impl Ledger {
    /// How many records this log shares with the copy; `None` where it is not shown that the copy
    /// comes from this log.
    pub fn shared_with(&self, fork: &ForkFacts) -> Option<u64> {
        if let Some(branch) = self.branches.iter().find(|b| b.head == fork.from) {
            return fork.proof.is_empty().then_some(branch.shared);
        }
        let Head { size, last } = fork.from;
        let index = size.checked_sub(1)?;
        let root = self.tree.root();
        let proved = verify_inclusion(&last, index, self.size, &fork.proof, &root);
        proved.is_ok().then_some(size)
    }

    /// Reads what the copy recorded, which must be of one run of an opening; with the fork, how
    /// many records [both ways share](Self::shared_with).
    ///
    /// # Errors
    /// The first line that could not stand there, counted from 0, and what is wrong with it.
    pub fn follow(
        &self,
        (fork, shared): (&ForkFacts, u64),
        lines: &[String],
    ) -> Result<Followed, (usize, Flaw)> {
        let first = lines.first().ok_or((0, Flaw::Missing))?;
        let (first, _) = Record::from_line(first.as_bytes()).map_err(|_| (0, Flaw::NotARecord))?;
        let branch = self.branches.iter().position(|b| b.head == fork.from);
        let mut there = Self {
            size: fork.from.size,
            last: fork.from.last,
            envelope: self.register_there(shared, branch, &first),
            forked: None,
            ..self.clone()
        };
        let mut records = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            let read = there.read(line.as_bytes(), Scrutiny::Full);
            let record = read.map_err(|bad| (at, bad.flaw))?;
            if !is_of_an_opening(&record) || record.session != first.session {
                return Err((at, Flaw::Contradiction));
            }
            records.push(record);
        }
        let reached = Head {
            size: there.size,
            last: there.last,
        };
        if reached != fork.to {
            return Err((lines.len() - 1, Flaw::Missing));
        }
        Ok(Followed {
            records,
            session: first.session,
            branch,
            shared,
            register: there.envelope,
        })
    }

    /// The envelope's register as the copy had it: what was recorded here after the ways parted is
    /// not known there.
    fn register_there(&self, shared: u64, branch: Option<usize>, first: &Record) -> Register {
        let mut register = self.envelope.clone();
        let known = |record: RecordSeq| record.get() < shared;
        register.seals.retain(|_, seal| known(seal.record));
        register.sheets.retain(|_, sheet| known(sheet.record));
        for sheet in register.sheets.values_mut() {
            sheet.lost = sheet.lost.filter(|(_, record)| known(*record));
        }
        if let Some(branch) = branch.and_then(|at| self.branches.get(at)) {
            register.runs.clone_from(&branch.runs);
            register.opening.clone_from(&branch.opening);
            return register;
        }
        register.runs.retain(|run, _| *run == first.session);
        let continued = first.under.filter(|opening| {
            let about = Some(ObjectRef::Record(*opening));
            let mut openings = self.incidents.values();
            known(*opening)
                && openings.any(|i| i.kind == IncidentKind::Opening && i.object == about)
        });
        register.opening = continued.map(Opening::begun);
        register
    }

    /// Takes over what a copy recorded of an opening as if it had been recorded here, now.
    pub(super) fn take_merge(&mut self, record: &Record) -> Result<(), Flaw> {
        let (fork, shared) = self.forked.take().ok_or(Flaw::Contradiction)?;
        let Some(super::fact::Fact::Merge(lines)) = record.facts.first() else {
            return Err(Flaw::Contradiction);
        };
        let followed = self.follow((&fork, shared), lines);
        let followed = followed.map_err(|_| Flaw::Brought)?;
        let run = followed.run().filter(|run| run.released.is_some());
        let run = run.ok_or(Flaw::Brought)?;
        if followed.opens() {
            let revealed: Vec<EntryId> = followed.revealed().collect();
            self.envelope
                .take_elsewhere(followed.session, run, &revealed, record);
            for entry in revealed {
                if self.entries.get(&entry).is_some_and(|known| known.retired) {
                    self.envelope.excuse(entry);
                }
            }
        } else if let Some(here) = self.envelope.runs.get_mut(&followed.session) {
            here.closed = true;
        }
        let branch = Branch {
            shared: followed.shared,
            head: fork.to,
            merged: record.seq,
            runs: followed.register.runs,
            opening: followed.register.opening,
        };
        match followed.branch.and_then(|at| self.branches.get_mut(at)) {
            Some(known) => *known = branch,
            None => self.branches.push(branch),
        }
        Ok(())
    }

    /// The first record of the opening that was brought in by `record`.
    pub(super) fn opened_in(&self, record: RecordSeq) -> Option<RecordSeq> {
        let opening = self.envelope.opening.as_ref();
        let brought = self.branches.iter().any(|branch| branch.merged == record);
        let opening = opening.filter(|opening| brought && opening.released == record);
        opening.map(|opening| opening.record)
    }
}

/// What the run of an opening records: nobody with a login has a part in it.
fn is_of_an_opening(record: &Record) -> bool {
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
