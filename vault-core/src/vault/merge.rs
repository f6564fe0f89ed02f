//! Bringing in openings that were made on a copy of the vault, by their journals or by the copy
//! itself. Until then they are not known here; from then on they have the duties of one that was
//! made here.

use std::collections::BTreeSet;
use std::path::Path;

use super::Session;
use super::reveal::reason_line;
use super::turn::Turn;
use super::way::{Part, Way, Ways};
use crate::access::{Act as Asked, Permit};
use crate::audit::actor::ObjectRef;
use crate::audit::brought;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::{Fact, ForkFacts, Head};
use crate::audit::fork::Followed;
use crate::audit::ledger::leaf_of;
use crate::error::{BadJournal, Error};
use crate::id::{EntryId, RecordSeq, Serial, SessionId};
use crate::store::draft::Draft;
use crate::tlog::prover::Prover;

/// One record brings at most so many bytes of lines, so that its own line, in which they are
/// escaped, stays within what is read.
const MOST_AT_ONCE: usize = 1024 * 1024;

/// What was brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtIn {
    /// The record of the fork, the first where there are several.
    pub fork: RecordSeq,
    /// The record that brings the lines, the last where there are several.
    pub record: RecordSeq,
    /// The first record of the opening here; its duties go by this number. `None` where nothing was
    /// opened.
    pub opening: Option<RecordSeq>,
    /// How many lines were brought in, and how many had been before or stand in this log.
    pub lines: (usize, usize),
    /// How many records of the copy were passed over: no opening made them.
    pub left_out: u64,
    /// How many records both ways share.
    pub shared: u64,
    /// The copy's last record that is known now.
    pub head: Head,
    /// How many runs opened something, and how many came to nothing.
    pub runs: (usize, usize),
    /// The sheets that were used.
    pub sheets: BTreeSet<Serial>,
    /// The entries that were revealed.
    pub revealed: BTreeSet<EntryId>,
    /// Whether somebody took over on the copy: they have no login here.
    pub took_over: bool,
    /// Whether a last line was left out, of which only a part was written.
    pub torn: bool,
    /// Of how many of the lines the words were brought in too, of those that have any.
    pub words: (usize, usize),
}

impl Session<'_> {
    /// Brings in what one journal holds, where all of it could stand on a copy of this vault.
    ///
    /// # Errors
    /// [`Error::BadJournal`], after which nothing is recorded; [`Error::Denied`], with the refusal
    /// on record.
    pub fn merge_opening(
        &mut self,
        journal: &[u8],
        reason: Option<&str>,
    ) -> Result<BroughtIn, Error> {
        self.merge_journals(&[journal.to_vec()], reason)
    }

    /// Brings in what journals hold together, in any order: of several copies, of runs one after
    /// another or at the same time, of those that came to nothing too.
    ///
    /// # Errors
    /// As [`Self::merge_opening`].
    pub fn merge_journals(
        &mut self,
        journals: &[Vec<u8>],
        reason: Option<&str>,
    ) -> Result<BroughtIn, Error> {
        self.merge(|turn| turn.ways_of_journals(journals), reason)
    }

    /// Brings in what the copy of this vault at `path` recorded of openings, with who opened, why,
    /// and who saw it, where whoever brings it in may read the log's words.
    ///
    /// # Errors
    /// As [`Self::merge_opening`]; [`Error::BadCopy`] where the copy cannot be read.
    pub fn merge_copy(&mut self, path: &Path, reason: Option<&str>) -> Result<BroughtIn, Error> {
        self.merge(|turn| turn.way_of_copy(path), reason)
    }

    fn merge(
        &mut self,
        find: impl FnOnce(&mut Turn<'_>) -> Result<Ways, Error>,
        reason: Option<&str>,
    ) -> Result<BroughtIn, Error> {
        let reason = reason_line(reason)?;
        let turn = self.turn_anyway()?;
        let (mut turn, permit) = turn.allow(Asked::MergeOpening, Draft::new(Event::LogMerge))?;
        let found = find(&mut turn)?;
        let mut brought = turn.weighed(&found)?;
        for way in &found.new {
            let mut from = way.from;
            for parts in at_once(&way.parts) {
                from = turn.bring(from, parts, (&permit, &reason), &mut brought)?;
            }
        }
        turn.commit()?;
        Ok(brought)
    }
}

impl Turn<'_> {
    /// What the ways come to. All of it must follow from this log, and something must be new.
    fn weighed(&self, found: &Ways) -> Result<BroughtIn, Error> {
        let next = self.ledger().next();
        let mut brought = BroughtIn {
            fork: next,
            record: next,
            opening: None,
            lines: (0, found.known),
            left_out: 0,
            shared: u64::MAX,
            head: Head {
                size: self.ledger().size,
                last: self.ledger().last,
            },
            runs: (0, 0),
            sheets: BTreeSet::new(),
            revealed: BTreeSet::new(),
            took_over: false,
            torn: found.torn,
            words: (0, 0),
        };
        let (mut opened, mut tried) = (BTreeSet::new(), BTreeSet::new());
        for way in &found.new {
            let followed = self.followed(way)?;
            brought.left_out += followed.left_out;
            brought.lines.0 += followed.records.len();
            for (session, run) in followed.runs() {
                if followed.opens(session) {
                    opened.insert(session);
                    brought.sheets.extend(run.sheets.iter().cloned());
                    brought.revealed.extend(followed.revealed(session));
                } else if run.released.is_none() {
                    tried.insert(session);
                }
            }
            let mut events = followed.records.iter().map(|(record, _)| record.event);
            brought.took_over |= events.any(|event| event == Event::EnvelopeTakeover);
        }
        tried.retain(|run: &SessionId| !opened.contains(run));
        brought.runs = (opened.len(), tried.len());
        if let Some(bad) = found.bad {
            return Err(bad.into());
        }
        if found.new.is_empty() {
            return Err(found.known_by.unwrap_or(BadJournal::NothingThere).into());
        }
        Ok(brought)
    }

    /// What a way comes to, by the rules of every log.
    fn followed(&self, way: &Way) -> Result<Followed, Error> {
        let fork = self.fork(way.from, &way.parts)?;
        let Some(shared) = self.ledger().shared_with(&fork) else {
            return Err(BadJournal::Foreign(way.from.size).into());
        };
        let texts: Vec<String> = way.parts.iter().map(Part::text).collect();
        let followed = self.ledger().follow((&fork, shared), &texts);
        followed.map_err(|(at, flaw)| {
            let line = Part::lines(&way.parts[at..]).next();
            match line.or_else(|| Part::lines(&way.parts).last()) {
                Some(line) => line.flawed(flaw).into(),
                None => Error::Internal("a way without a line"),
            }
        })
    }

    /// Records a fork and what stands behind it; gives the copy's last record that is known then.
    fn bring(
        &mut self,
        from: Head,
        parts: &[Part],
        (permit, reason): (&Permit, &str),
        brought: &mut BroughtIn,
    ) -> Result<Head, Error> {
        let facts = self.fork(from, parts)?;
        let shared = self.ledger().shared_with(&facts);
        let shared = shared.ok_or(Error::Internal("a fork that was found is not there"))?;
        let head = facts.to;
        let last = RecordSeq::new(shared.saturating_sub(1));
        let fork = Draft::new(Event::LogFork)
            .object(ObjectRef::Record(last))
            .permission(permit.permission())
            .fact(Fact::Fork(facts));
        let fork = self.record(fork)?;
        let mut merge = Draft::new(Event::LogMerge)
            .object(ObjectRef::Record(fork))
            .under(fork)
            .permission(permit.permission())
            .fact(Fact::Merge(parts.iter().map(Part::text).collect()))
            .word(Word::Reason, reason);
        let with_words = Part::lines(parts).filter(|line| line.record.sealed.is_some());
        let words = Part::lines(parts).filter_map(|it| Some((it.record.seq, it.words.clone()?)));
        let words: Vec<_> = words.collect();
        brought.words.0 += words.len();
        brought.words.1 += with_words.count();
        if !words.is_empty() {
            merge = merge.word(Word::Brought, &brought::to_text(words));
        }
        let record = self.record(merge)?;
        if brought.shared == u64::MAX {
            brought.fork = fork;
        }
        (brought.record, brought.head) = (record, head);
        brought.shared = brought.shared.min(shared);
        let opening = self.ledger().envelope.opening.as_ref();
        let opening = opening.filter(|opening| opening.released == record);
        brought.opening = opening.map(|opening| opening.record).or(brought.opening);
        Ok(head)
    }

    /// The fork at `from`, with the proof that it is one of this log.
    fn fork(&self, from: Head, parts: &[Part]) -> Result<ForkFacts, Error> {
        let to = match parts.last().ok_or(BadJournal::NotAJournal)? {
            Part::Passed(head) => *head,
            Part::Line(line) => Head::after(line.record.seq, leaf_of(line.text.as_bytes())),
        };
        let known = self.ledger().elsewhere.reaches(from);
        let index = from.size.checked_sub(1).filter(|_| !known);
        let size = self.ledger().size;
        let mut proof = Vec::new();
        if let Some(index) = index.filter(|index| *index < size) {
            let prover = Prover::new([index], size);
            let mut prover = prover.map_err(|_| Error::Internal("a proof beyond the log"))?;
            self.act.leaves(|leaf| prover.push(leaf))?;
            proof = prover.proofs().flat_map(|(_, hashes)| hashes).collect();
        }
        Ok(ForkFacts { from, proof, to })
    }
}

/// The parts that one record each can bring; every one of them begins or goes on with a line.
fn at_once(parts: &[Part]) -> Vec<&[Part]> {
    let mut pieces = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for (at, part) in parts.iter().enumerate() {
        let Part::Line(line) = part else { continue };
        if bytes > 0 && bytes + line.text.len() > MOST_AT_ONCE {
            pieces.push(&parts[first..at]);
            (first, bytes) = (at, 0);
        }
        bytes += line.text.len();
    }
    pieces.push(&parts[first..]);
    pieces
}
