//! What a copy of the vault recorded of openings since its way parted from this log's, as its
//! journals tell it, or the copy itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::turn::Turn;
use crate::audit::details::Details;
use crate::audit::fact::Head;
use crate::audit::fork::is_of_an_opening;
use crate::audit::ledger::{Ledger, NO_LEAF, leaf_of};
use crate::audit::record::Record;
use crate::crypto::digest::Digest;
use crate::error::{BadJournal, Error, Flaw};
use crate::id::RecordSeq;
use crate::store::{Store, StoreError};

/// A line of a copy that is not known here.
pub(super) struct NewLine {
    pub(super) text: String,
    pub(super) record: Record,
    /// Which line of its journal it is, from 1; 0 where the copy itself was read.
    pub(super) line: usize,
    /// Its words, where they were read on the copy.
    pub(super) words: Option<Details>,
}

impl NewLine {
    /// What is wrong with it.
    pub(super) const fn flawed(&self, flaw: Flaw) -> BadJournal {
        BadJournal::Line {
            line: self.line,
            record: self.record.seq,
            flaw,
        }
    }
}

/// What a copy has after the records that are known here.
pub(super) enum Part {
    /// A record of an opening.
    Line(Box<NewLine>),
    /// Others, which are not brought in, up to here.
    Passed(Head),
}

impl Part {
    /// As it stands in the record that brings it in.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Line(line) => line.text.clone(),
            Self::Passed(head) => head.to_string(),
        }
    }

    /// The new lines among them.
    pub(super) fn lines(parts: &[Self]) -> impl Iterator<Item = &NewLine> {
        parts.iter().filter_map(|part| match part {
            Self::Line(line) => Some(&**line),
            Self::Passed(_) => None,
        })
    }
}

/// The way of one copy.
pub(super) struct Way {
    /// Its last record that is known here.
    pub(super) from: Head,
    /// How it went on.
    pub(super) parts: Vec<Part>,
    to: Head,
}

impl Way {
    const fn from(head: Head) -> Self {
        Self {
            from: head,
            parts: Vec::new(),
            to: head,
        }
    }

    fn goes_on(&mut self, line: NewLine, leaf: Digest) {
        let before = Head {
            size: line.record.seq.get(),
            last: line.record.prev,
        };
        if self.to != before {
            self.parts.push(Part::Passed(before));
        }
        self.to = Head::after(line.record.seq, leaf);
        self.parts.push(Part::Line(Box::new(line)));
    }
}

/// What was found of copies.
#[derive(Default)]
pub(super) struct Ways {
    /// Those that went on.
    pub(super) new: Vec<Way>,
    /// How many lines are known here.
    pub(super) known: usize,
    /// Where they stand: the first of those that this log has, or who brought the others in.
    pub(super) known_by: Option<BadJournal>,
    /// Whether a last line was left out, of which only a part was written.
    pub(super) torn: bool,
    /// What is wrong after all this.
    pub(super) bad: Option<BadJournal>,
}

impl Ways {
    fn knows(&mut self, by: BadJournal) {
        self.known += 1;
        // Of an opening of this very file it is told where that begins.
        if !matches!(self.known_by, Some(BadJournal::RecordedHere(_))) {
            self.known_by = Some(by);
        }
    }
}

/// A line of a journal.
struct Read {
    text: String,
    record: Record,
    leaf: Digest,
    line: usize,
}

/// Reads whole lines. What a power cut left of the last one is no line.
fn lines_of(bytes: &[u8], torn: &mut bool) -> Result<Vec<Read>, BadJournal> {
    let mut lines = Vec::new();
    let ends = bytes.split_inclusive(|byte| *byte == b'\n');
    for (line, written) in (1..).zip(ends) {
        let whole = written.strip_suffix(b"\n");
        let text = whole.unwrap_or(written);
        let read = Record::from_line(text);
        match (read, String::from_utf8(text.to_vec())) {
            (Ok((record, _)), Ok(text)) => lines.push(Read {
                leaf: leaf_of(text.as_bytes()),
                text,
                record,
                line,
            }),
            _ if whole.is_none() => *torn = true,
            _ if lines.is_empty() => return Err(BadJournal::NotAJournal),
            _ => {
                let (record, flaw) = (RecordSeq::new(0), Flaw::NotARecord);
                return Err(BadJournal::Line { line, record, flaw });
            }
        }
    }
    if lines.is_empty() {
        return Err(BadJournal::NotAJournal);
    }
    Ok(lines)
}

impl Turn<'_> {
    /// The ways of which these journals tell. Journals of runs that went on at the same time tell of
    /// one way together; alone, each lacks what stands between its lines.
    pub(super) fn ways_of_journals(&self, journals: &[Vec<u8>]) -> Result<Ways, Error> {
        let mut found = Ways::default();
        let read = journals
            .iter()
            .map(|bytes| lines_of(bytes, &mut found.torn));
        let read: Vec<Vec<Read>> = read.collect::<Result<_, _>>()?;
        let all: Vec<BTreeSet<Digest>> = read
            .iter()
            .map(|lines| lines.iter().map(|line| line.leaf).collect())
            .collect();
        let mut in_order = BTreeMap::new();
        for (journal, lines) in read.into_iter().enumerate() {
            let others = |leaf: &Digest| {
                let mut others = all
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != journal);
                others.any(|(_, leaves)| leaves.contains(leaf))
            };
            let mut before = None;
            for line in lines {
                let prev = line.record.prev;
                if before != Some(prev) && !others(&prev) && !self.knows(&line.record)? {
                    let (number, record) = (line.line, line.record.seq);
                    let bad = match before {
                        None => BadJournal::Foreign(record.get()),
                        Some(_) => BadJournal::Line {
                            line: number,
                            record,
                            flaw: Flaw::BrokenChain,
                        },
                    };
                    found.bad.get_or_insert(bad);
                    break;
                }
                before = Some(line.leaf);
                in_order.insert((line.record.seq, line.leaf), line);
            }
        }
        for line in in_order.into_values() {
            self.place(line, &mut found)?;
        }
        Ok(found)
    }

    /// Whether the record before this one is known here.
    fn knows(&self, record: &Record) -> Result<bool, Error> {
        let before = head_before(record);
        let here = match before.size.checked_sub(1) {
            Some(last) => self.act.leaf(last)? == Some(before.last),
            None => before.last == NO_LEAF,
        };
        Ok(here || self.ledger().elsewhere.reaches(before))
    }

    /// Puts a line where it belongs. Lines come in the order of their numbers.
    fn place(&self, line: Read, found: &mut Ways) -> Result<(), Error> {
        let (seq, leaf) = (line.record.seq, line.leaf);
        if self.act.leaf(seq.get())? == Some(leaf) {
            found.knows(BadJournal::RecordedHere(seq));
            return Ok(());
        }
        if let Some(by) = self.ledger().elsewhere.brought(&leaf) {
            found.knows(BadJournal::BroughtIn(by));
            return Ok(());
        }
        let before = head_before(&line.record);
        let known = self.knows(&line.record)?;
        let line = NewLine {
            text: line.text,
            record: line.record,
            line: line.line,
            words: None,
        };
        let mut ways = found.new.iter_mut();
        if let Some(way) = ways.find(|way| way.to == before) {
            way.goes_on(line, leaf);
        } else if known {
            let mut way = Way::from(before);
            way.goes_on(line, leaf);
            found.new.push(way);
        } else {
            found.bad.get_or_insert(BadJournal::Foreign(seq.get()));
        }
        Ok(())
    }

    /// The way of the copy of the vault at `path`, with the words that this person may read.
    pub(super) fn way_of_copy(&mut self, path: &Path) -> Result<Ways, Error> {
        let copy = Store::look(path).map_err(of_copy)?;
        let shared = self.shared_with(&copy)?;
        let Some(last) = shared.checked_sub(1) else {
            return Err(BadJournal::OtherVault.into());
        };
        let last = copy.leaf(last).map_err(of_copy)?;
        let last = last.ok_or(StoreError::Damaged)?;
        let mut found = Ways::default();
        let mut way = Way::from(Head { size: shared, last });
        let mut end = way.from;
        copy.lines(shared, |bytes| {
            let line = line_of_copy(bytes, end)?;
            let leaf = leaf_of(bytes);
            end = Head::after(line.record.seq, leaf);
            if let Some(by) = self.ledger().elsewhere.brought(&leaf) {
                found.knows(BadJournal::BroughtIn(by));
                if way.parts.is_empty() {
                    way = Way::from(end);
                }
            } else if is_of_an_opening(&line.record) {
                way.goes_on(line, leaf);
            }
            Ok::<_, Error>(())
        })
        .map_err(|error| match error {
            Error::Store(why) => of_copy(why),
            other => other,
        })?;
        if way.parts.is_empty() {
            return Ok(found);
        }
        if way.to != end {
            way.parts.push(Part::Passed(end));
        }
        for part in &mut way.parts {
            if let Part::Line(line) = part {
                line.words = self.words_on(&copy, &line.record)?;
            }
        }
        found.new.push(way);
        Ok(found)
    }

    /// How many records this log and the copy share.
    fn shared_with(&self, copy: &Store) -> Result<u64, Error> {
        let there = copy.end().map_err(of_copy)?;
        let same = |place: u64| {
            let leaf = copy.leaf(place).map_err(of_copy)?;
            Ok::<_, Error>(leaf.is_some() && leaf == self.act.leaf(place)?)
        };
        shared(there.min(self.ledger().size), same)
    }

    /// A record's words on the copy, where this person may read the log's and they are the record's.
    fn words_on(&mut self, copy: &Store, record: &Record) -> Result<Option<Details>, Error> {
        let sealed = copy.sealed_details(record.seq).map_err(of_copy)?;
        let key = copy.sealed_detail_key(record.session);
        let (Some(sealed), Some(key)) = (sealed, key.map_err(of_copy)?) else {
            return Ok(None);
        };
        let key = self.detail_key(record.session, &key)?;
        let place = crate::audit::details::place(self.vault()?, record.seq, record.session);
        Ok(key.and_then(|key| Details::open(&key, &place, &sealed, &record.details).ok()))
    }
}

/// A line of a copy, which follows what stands before it there.
fn line_of_copy(bytes: &[u8], before: Head) -> Result<NewLine, BadJournal> {
    let record = RecordSeq::new(before.size);
    let bad = |flaw| BadJournal::Line {
        line: 0,
        record,
        flaw,
    };
    let read = Record::from_line(bytes);
    let (record, _) = read.map_err(|_| bad(Flaw::NotARecord))?;
    let text = String::from_utf8(bytes.to_vec());
    let text = text.map_err(|_| bad(Flaw::NotARecord))?;
    if head_before(&record) != before {
        return Err(bad(Flaw::BrokenChain));
    }
    Ok(NewLine {
        text,
        record,
        line: 0,
        words: None,
    })
}

/// What is wrong with the copy is told apart from what is wrong with the vault.
const fn of_copy(why: StoreError) -> Error {
    Error::BadCopy(why)
}

fn head_before(record: &Record) -> Head {
    Head {
        size: record.seq.get(),
        last: record.prev,
    }
}

/// How many of the first `most` records two logs share, of which `same` compares those in one place. Each
/// record holds the hash of the one before, so that what is shared at one place is shared before it too.
fn shared<E>(most: u64, same: impl Fn(u64) -> Result<bool, E>) -> Result<u64, E> {
    let (mut least, mut most) = (0, most);
    while least < most {
        let middle = least + (most - least).div_ceil(2);
        if same(middle - 1)? {
            least = middle;
        } else {
            most = middle - 1;
        }
    }
    Ok(least)
}

/// The first record of an opening on the copy that would be lost with the vault in whose place the copy
/// is to stand: both went ways of their own, and the vault does not know it yet.
///
/// # Errors
/// [`StoreError`].
pub(super) fn first_unknown(copy: &Store, here: &Store) -> Result<Option<RecordSeq>, StoreError> {
    let (there, size) = (copy.end()?, here.end()?);
    let same = |place: u64| Ok::<_, StoreError>(copy.leaf(place)? == here.leaf(place)?);
    let shared = shared(there.min(size), same)?;
    if shared == 0 || shared == size || shared == there {
        return Ok(None);
    }
    let mut ledger = Ledger::default();
    here.catch_up(&mut ledger)?;
    let mut first = None;
    copy.lines(shared, |bytes| {
        let known = ledger.elsewhere.brought(&leaf_of(bytes)).is_some();
        if let (None, false, Ok((record, _))) = (first, known, Record::from_line(bytes)) {
            first = is_of_an_opening(&record).then_some(record.seq);
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(first)
}
