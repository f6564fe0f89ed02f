//! Bringing in the journal of an opening that was made on a copy of the vault. Until then the
//! opening is not known here; from then on it has the duties of one that was made here.

use super::Session;
use super::reveal::reason_line;
use super::turn::Turn;
use crate::access::{Act as Asked, Permit};
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::audit::fork::{Followed, ForkFacts, Head};
use crate::audit::ledger::leaf_of;
use crate::audit::record::{ObjectRef, Record};
use crate::error::{BadJournal, Error, Flaw};
use crate::id::{RecordSeq, SessionId};
use crate::store::draft::Draft;
use crate::tlog::prover::Prover;

/// One record brings at most so many bytes of lines, so that its own line, in which they are
/// escaped, stays within what is read.
const MOST_AT_ONCE: usize = 1024 * 1024;

/// An opening that was brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BroughtIn {
    /// The record of the fork.
    pub fork: RecordSeq,
    /// The record that brings the lines, the last where there are several.
    pub record: RecordSeq,
    /// The first record of the opening here; its duties go by this number.
    pub opening: RecordSeq,
    /// How many lines were brought in, and how many had been before or stand in this log.
    pub lines: (usize, usize),
    /// How many records both ways share.
    pub shared: u64,
    /// The copy's last record that is known now.
    pub head: Head,
    /// How many sheets were used.
    pub sheets: usize,
    /// How many entries were revealed.
    pub revealed: usize,
    /// Whether somebody took over on the copy: they have no login here.
    pub took_over: bool,
    /// Whether a last line was left out, of which only a part was written.
    pub torn: bool,
}

/// The lines of a journal.
struct Journal {
    lines: Vec<String>,
    records: Vec<Record>,
    torn: bool,
}

impl Journal {
    /// Reads whole lines. What a power cut left of the last one is no line.
    fn parse(bytes: &[u8]) -> Result<Self, BadJournal> {
        let mut journal = Self {
            lines: Vec::new(),
            records: Vec::new(),
            torn: false,
        };
        let ends = bytes.split_inclusive(|byte| *byte == b'\n');
        for (at, line) in ends.enumerate() {
            let whole = line.strip_suffix(b"\n");
            let read = Record::from_line(whole.unwrap_or(line));
            let text = String::from_utf8(whole.unwrap_or(line).to_vec());
            match (read, text) {
                (Ok((record, _)), Ok(line)) => {
                    journal.lines.push(line);
                    journal.records.push(record);
                }
                _ if whole.is_none() => journal.torn = true,
                _ if at == 0 => return Err(BadJournal::NotAJournal),
                _ => return Err(bad_line(at, Flaw::NotARecord)),
            }
        }
        if journal.lines.is_empty() {
            Err(BadJournal::NotAJournal)
        } else {
            Ok(journal)
        }
    }

    fn session(&self) -> SessionId {
        self.records[0].session
    }
}

const fn bad_line(at: usize, flaw: Flaw) -> BadJournal {
    BadJournal::Line { line: at + 1, flaw }
}

impl Session<'_> {
    /// Brings in what `journal` holds, where all of it could stand on a copy of this vault.
    ///
    /// # Errors
    /// [`Error::BadJournal`], after which nothing is recorded; [`Error::Denied`], with the refusal
    /// on record.
    pub fn merge_opening(
        &mut self,
        journal: &[u8],
        reason: Option<&str>,
    ) -> Result<BroughtIn, Error> {
        let reason = reason_line(reason)?;
        let journal = Journal::parse(journal)?;
        let turn = self.turn_anyway()?;
        let (mut turn, permit) = turn.allow(Asked::MergeOpening, Draft::new(Event::LogMerge))?;
        let known = turn.known_lines(&journal)?;
        let lines = &journal.lines[known..];
        let from = Head {
            size: journal.records[known].seq.get(),
            last: journal.records[known].prev,
        };
        let followed = turn.followed(from, lines, known)?;
        let mut brought = BroughtIn {
            fork: turn.ledger().next(),
            record: turn.ledger().next(),
            opening: turn.ledger().next(),
            lines: (lines.len(), known),
            shared: 0,
            head: from,
            sheets: 0,
            revealed: followed.revealed().count(),
            took_over: followed
                .records
                .iter()
                .any(|r| r.event == Event::EnvelopeTakeover),
            torn: journal.torn,
        };
        for lines in at_once(lines) {
            (brought.record, brought.head, brought.shared) =
                turn.bring(brought.head, lines, &permit, &reason)?;
        }
        let register = &turn.ledger().envelope;
        if let Some(run) = register.runs.get(&journal.session()) {
            brought.opening = run.opening;
            brought.sheets = run.sheets.len();
        }
        turn.commit()?;
        Ok(brought)
    }
}

impl Turn<'_> {
    /// How many of the first lines this log has, or has brought in before.
    fn known_lines(&self, journal: &Journal) -> Result<usize, Error> {
        let mut here = 0;
        for (line, record) in journal.lines.iter().zip(&journal.records) {
            if self.act.leaf(record.seq.get())? != Some(leaf_of(line.as_bytes())) {
                break;
            }
            here += 1;
        }
        if here == journal.lines.len() {
            return Err(BadJournal::RecordedHere(journal.records[0].seq).into());
        }
        let branches = self.ledger().branches.iter();
        let mut of_the_run = branches.filter(|branch| branch.has(journal.session()));
        let Some(branch) = of_the_run.next() else {
            return Ok(here);
        };
        let mut lines = journal.lines.iter();
        let last = lines.position(|line| leaf_of(line.as_bytes()) == branch.head.last);
        // A shorter or another journal of the same run tells nothing that is not known.
        match last.map(|last| last + 1) {
            Some(known) if known < journal.lines.len() => Ok(known),
            _ => Err(BadJournal::BroughtIn(branch.merged).into()),
        }
    }

    /// What the lines come to; they must follow from this log, and open something.
    fn followed(&self, from: Head, lines: &[String], known: usize) -> Result<Followed, Error> {
        let fork = self.fork(from, lines)?;
        let Some(shared) = self.ledger().shared_with(&fork) else {
            return Err(BadJournal::Foreign(from.size).into());
        };
        let followed = self.ledger().follow((&fork, shared), lines);
        let followed = followed.map_err(|(at, flaw)| bad_line(known + at, flaw))?;
        if followed.is_released() {
            Ok(followed)
        } else {
            Err(BadJournal::NothingOpened.into())
        }
    }

    /// Records the fork and what stands behind it.
    fn bring(
        &mut self,
        from: Head,
        lines: &[String],
        permit: &Permit,
        reason: &str,
    ) -> Result<(RecordSeq, Head, u64), Error> {
        let facts = self.fork(from, lines)?;
        let shared = self.ledger().shared_with(&facts);
        let shared = shared.ok_or(Error::Internal("a fork that was found is not there"))?;
        let head = facts.to;
        let last = RecordSeq::new(shared.saturating_sub(1));
        let fork = Draft::new(Event::LogFork)
            .object(ObjectRef::Record(last))
            .permission(permit.permission())
            .fact(Fact::Fork(facts));
        let fork = self.record(fork)?;
        let merge = Draft::new(Event::LogMerge)
            .object(ObjectRef::Record(fork))
            .under(fork)
            .permission(permit.permission())
            .fact(Fact::Merge(lines.to_vec()))
            .word(Word::Reason, reason);
        Ok((self.record(merge)?, head, shared))
    }

    /// The fork at `from`, with the proof that it is one of this log.
    fn fork(&self, from: Head, lines: &[String]) -> Result<ForkFacts, Error> {
        let last = lines.last().ok_or(BadJournal::NotAJournal)?;
        let to = Head {
            size: from.size + lines.len() as u64,
            last: leaf_of(last.as_bytes()),
        };
        let known = self.ledger().branches.iter().any(|b| b.head == from);
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

/// The lines in parts that one record each can bring.
fn at_once(lines: &[String]) -> Vec<&[String]> {
    let mut parts = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        if at > first && bytes + line.len() > MOST_AT_ONCE {
            parts.push(&lines[first..at]);
            (first, bytes) = (at, 0);
        }
        bytes += line.len();
    }
    parts.push(&lines[first..]);
    parts
}
