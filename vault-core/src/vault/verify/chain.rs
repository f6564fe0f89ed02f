//! The quick way: hashes alone. Each line stands in its place and follows the one before, and the
//! last checkpoint is that of these lines. Who signed, who was entitled and what the words are is
//! not looked at.

use std::collections::BTreeSet;

use super::report::{Beginning, Head, Progress, Report};
use super::request::Request;
use super::{bad, parts};
use crate::audit::fact::Fact;
use crate::audit::flaw::Flaw;
use crate::audit::ledger::{NO_LEAF, leaf_of};
use crate::audit::record::Record;
use crate::crypto::digest::Digest;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::{Store, StoreError};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::Note;
use crate::tlog::tree::Frontier;

/// After how many lines it is said how far this is.
const OFTEN: u64 = 4096;

/// Where the last checkpoint ends, and of which sizes the roots are wanted, that one among them.
pub(super) struct Marks {
    pub(super) noted: u64,
    pub(super) sizes: BTreeSet<u64>,
}

/// One pass over lines that follow each other.
pub(super) struct Chain<'m> {
    marks: &'m Marks,
    /// How many lines stand before these.
    start: u64,
    /// The tree over these lines.
    pub(super) frontier: Frontier,
    /// The leaf hash of the last line.
    pub(super) last: Digest,
    /// What the first line of all says: its leaf hash and the log's origin.
    pub(super) first: Option<(Digest, String)>,
    /// The tree over these lines at each mark among them.
    pub(super) marked: Vec<(u64, Frontier)>,
}

/// The whole log.
pub(super) struct Whole {
    pub(super) size: u64,
    pub(super) last: Digest,
    pub(super) genesis: Digest,
    pub(super) origin: String,
    /// The root at each mark that the log reaches.
    pub(super) roots: Vec<(u64, Digest)>,
}

/// Follows the lines from the first to the last: several threads a part each, where there are so many
/// that it pays. Whether anything is wrong they show, and which record is the first that one thread
/// does.
///
/// # Errors
/// [`StoreError::Log`] names the first bad record.
pub(super) fn follow(
    store: &Store,
    request: &Request,
    tell: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    store.read_once()?;
    let _snapshot = store.snapshot()?;
    let (noted, note) = store.last_checkpoint()?.unwrap_or_default();
    let wanted = request.sizes();
    let mut sizes = wanted.clone();
    sizes.insert(noted);
    let marks = Marks { noted, sizes };
    let end = store.end()?;
    let together = parts::follow(store, end, &marks, request, tell);
    let whole = match together {
        Some(whole) => whole,
        None => alone(store, end, &marks, tell)?,
    };
    report(&whole, note, noted, &wanted)
}

/// One thread follows all lines.
pub(super) fn alone(
    store: &Store,
    end: u64,
    marks: &Marks,
    tell: &mut dyn FnMut(Progress),
) -> Result<Whole, Error> {
    let mut chain = Chain::new(marks, 0, NO_LEAF);
    store.lines(0, |line| {
        chain.take(line)?;
        if chain.size().is_multiple_of(OFTEN) {
            let done = chain.size();
            tell(Progress { done, of: end });
        }
        Ok::<_, Error>(())
    })?;
    Whole::of([chain]).ok_or_else(|| StoreError::NotAVault.into())
}

impl<'m> Chain<'m> {
    /// The lines after the first `start`, the last of which has this leaf hash.
    pub(super) fn new(marks: &'m Marks, start: u64, last: Digest) -> Self {
        Self {
            marks,
            start,
            frontier: Frontier::new(),
            last,
            first: None,
            marked: Vec::new(),
        }
    }

    /// How many lines there are up to here.
    fn size(&self) -> u64 {
        self.start + self.frontier.size()
    }

    /// Takes the next line.
    pub(super) fn take(&mut self, line: &[u8]) -> Result<(), Error> {
        let seq = RecordSeq::new(self.size());
        if !self.is_next(line) {
            return Err(bad(seq, self.flaw_of(line)));
        }
        let leaf = leaf_of(line);
        if seq.get() == 0 {
            let origin = origin_of(line).ok_or_else(|| bad(seq, Flaw::NotARecord))?;
            self.first = Some((leaf, origin));
        }
        // Only what nobody could sign may stand after the last signature.
        if seq.get() >= self.marks.noted {
            let record = Record::from_line(line);
            let (record, _) = record.map_err(|_| bad(seq, Flaw::NotARecord))?;
            if !record.is_loose() {
                return Err(bad(seq, Flaw::NotCovered));
            }
        }
        self.frontier.push(leaf);
        self.last = leaf;
        if self.marks.sizes.contains(&self.size()) {
            self.marked.push((self.size(), self.frontier.clone()));
        }
        Ok(())
    }

    /// Whether a line begins as the next one must.
    fn is_next(&self, line: &[u8]) -> bool {
        let mut digits = [0; DIGITS];
        line.strip_prefix(b"{\"v\":1,\"seq\":")
            .and_then(|rest| rest.strip_prefix(decimal(self.size(), &mut digits)))
            .and_then(|rest| rest.strip_prefix(b",\"prev\":\""))
            .and_then(|rest| rest.strip_prefix(&self.last.to_hex()))
            .is_some_and(|rest| rest.starts_with(b"\","))
    }

    /// What is wrong with a line that does not begin as it must.
    fn flaw_of(&self, line: &[u8]) -> Flaw {
        match Record::from_line(line) {
            Err(_) => Flaw::NotARecord,
            Ok((record, _)) if record.seq.get() != self.size() => Flaw::WrongPlace,
            Ok(_) => Flaw::BrokenChain,
        }
    }
}

impl Whole {
    /// What the parts come to, in their order; `None` where there is no first line, or they are not
    /// parts of one log.
    pub(super) fn of<'m>(parts: impl IntoIterator<Item = Chain<'m>>) -> Option<Self> {
        let (mut frontier, mut last, mut first) = (Frontier::new(), NO_LEAF, None);
        let mut roots = Vec::new();
        for part in parts {
            for (size, marked) in &part.marked {
                let mut tree = frontier.clone();
                tree.join(marked).ok()?;
                roots.push((*size, tree.root()));
            }
            frontier.join(&part.frontier).ok()?;
            last = part.last;
            first = first.or(part.first);
        }
        let (genesis, origin) = first?;
        Some(Self {
            size: frontier.size(),
            last,
            genesis,
            origin,
            roots,
        })
    }

    fn root(&self, size: u64) -> Option<Digest> {
        let mut roots = self.roots.iter();
        roots.find(|(at, _)| *at == size).map(|(_, root)| *root)
    }
}

/// Whether the last checkpoint is of these lines.
fn report(
    whole: &Whole,
    note: String,
    noted: u64,
    wanted: &BTreeSet<u64>,
) -> Result<Report, Error> {
    let size = whole.size;
    let missing = || bad(RecordSeq::new(size), Flaw::Missing);
    let root = whole.root(noted).ok_or_else(missing)?;
    let last_noted = RecordSeq::new((size - 1).min(noted - 1));
    let flawed = || bad(last_noted, Flaw::Checkpoint);
    let text = Note::parse(note.as_bytes()).map_err(|_| flawed())?;
    let checkpoint = Checkpoint::parse(text.text()).map_err(|_| flawed())?;
    let is_this = checkpoint.origin.to_string() == whole.origin
        && checkpoint.size == noted
        && checkpoint.root == root;
    if !is_this {
        return Err(flawed());
    }
    let head = |size: &u64| {
        let (size, root, members) = (*size, whole.root(*size)?, None);
        Some(Head {
            size,
            root,
            members,
        })
    };
    Ok(Report {
        erased: None,
        waiting_erasures: Vec::new(),
        clocks: None,
        records: size,
        beginning: Beginning::First,
        unsigned_tail: size - noted,
        signatures_checked: false,
        rows: None,
        heads: wanted.iter().filter_map(head).collect(),
        anchors: Vec::new(),
        pins: Vec::new(),
        witnesses: None,
        origin: whole.origin.clone(),
        genesis: whole.genesis,
        last: whole.last,
        rollback: None,
        beside: None,
        checkpoint: Some(note),
        vkeys: Vec::new(),
    })
}

/// How many digits the largest number has.
const DIGITS: usize = u64::MAX.ilog10() as usize + 1;

/// A number in decimal, as a line spells it; for each of many lines, where formatting would be most
/// of the work.
fn decimal(number: u64, digits: &mut [u8; DIGITS]) -> &[u8] {
    let (mut rest, mut start) = (number, DIGITS);
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b"0123456789"[(rest % 10) as usize];
        (rest, start) = (rest / 10, at);
        if rest == 0 {
            break;
        }
    }
    &digits[start..]
}

/// The log's origin, by its first line.
fn origin_of(line: &[u8]) -> Option<String> {
    let Ok((record, _)) = Record::from_line(line) else {
        return None;
    };
    record.facts.iter().find_map(|fact| match fact {
        Fact::Vault(vault) => Some(vault.origin()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_decimal_is_what_formatting_gives() {
        let near = (0..20).map(|power| 10_u64.pow(power));
        let near = near.flat_map(|power| [power - 1, power, power + 1]);
        for number in near.chain([u64::MAX]) {
            let mut digits = [0; DIGITS];
            assert_eq!(decimal(number, &mut digits), number.to_string().as_bytes());
        }
    }
}
