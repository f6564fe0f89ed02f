//! Follows a long log in parts, on several threads: each thread has its own connection and takes one
//! part after another. A part's lines are the leaves of a whole subtree, so that the parts join to the
//! tree over all.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::chain::{Chain, Marks, Whole};
use super::report::Progress;
use super::request::Request;
use crate::audit::ledger::NO_LEAF;
use crate::error::Error;
use crate::store::{Store, StoreError};

/// The fewest lines for which a thread and a connection are worth their while, as a power of two.
const FEWEST: u32 = 12;

/// How many parts there are for each thread at least, so that none waits long for the others.
const PARTS: u64 = 8;

/// What the threads share.
struct Work<'w> {
    marks: &'w Marks,
    /// Where the log ends.
    end: u64,
    /// How many lines a part has, as a power of two.
    height: u32,
    /// The number of the next part that nobody has taken.
    next: AtomicU64,
    /// How many lines were followed.
    done: AtomicU64,
    /// Whether something is wrong, so that what the others still do is of no use.
    failed: AtomicBool,
}

/// Parts with their numbers.
type Parts<'w> = Vec<(u64, Chain<'w>)>;

/// Follows the lines up to `end`. `None` where they are too few for more than one thread, or where
/// anything is wrong with them: then they are to be followed again, by one thread, which shows what.
pub(super) fn follow(
    store: &Store,
    end: u64,
    marks: &Marks,
    request: &Request,
    tell: &mut dyn FnMut(Progress),
) -> Option<Whole> {
    let threads = request.threads();
    let parts = PARTS * u64::try_from(threads).ok()?;
    let height = (end / parts).checked_ilog2()?;
    if threads < 2 || height < FEWEST && request.threads.is_none() {
        return None;
    }
    follow_in_parts(store, (end, height), marks, threads, tell)
}

fn follow_in_parts(
    store: &Store,
    (end, height): (u64, u32),
    marks: &Marks,
    threads: usize,
    tell: &mut dyn FnMut(Progress),
) -> Option<Whole> {
    let work = Work {
        marks,
        end,
        height,
        next: AtomicU64::new(0),
        done: AtomicU64::new(0),
        failed: AtomicBool::new(false),
    };
    let mut parts = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .filter_map(|_| match store.companion() {
                Ok(companion) => Some(scope.spawn(|| work.help(companion))),
                Err(_) => None,
            })
            .collect();
        let mut parts = work.follow(store, tell);
        for other in others {
            match other.join() {
                Ok(more) => parts.extend(more),
                Err(_) => work.failed.store(true, Ordering::Relaxed),
            }
        }
        parts
    });
    if work.failed.into_inner() {
        return None;
    }
    // The last part may have been another's.
    tell(Progress { done: end, of: end });
    parts.sort_unstable_by_key(|(number, _)| *number);
    Whole::of(parts.into_iter().map(|(_, part)| part)).filter(|whole| whole.size == end)
}

impl<'w> Work<'w> {
    /// Follows parts by a connection of its own. Where that does not see the same log, or cannot see
    /// it now, the parts are left to the others.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a connection is one thread's, and ends with its work"
    )]
    fn help(&self, store: Store) -> Parts<'w> {
        let (Ok(()), Ok(_snapshot)) = (store.read_once(), store.snapshot()) else {
            return Parts::new();
        };
        match store.end() {
            Ok(end) if end == self.end => self.follow(&store, &mut |_| ()),
            _ => Parts::new(),
        }
    }

    /// Takes parts until there are no more, or something is wrong.
    fn follow(&self, store: &Store, tell: &mut dyn FnMut(Progress)) -> Parts<'w> {
        let mut parts = Parts::new();
        while !self.failed.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let start = number << self.height;
            if start >= self.end {
                break;
            }
            let end = self.end.min(start + (1 << self.height));
            let Ok(part) = self.part(store, start, end) else {
                self.failed.store(true, Ordering::Relaxed);
                break;
            };
            parts.push((number, part));
            let done = self.done.fetch_add(end - start, Ordering::Relaxed) + end - start;
            tell(Progress { done, of: self.end });
        }
        parts
    }

    fn part(&self, store: &Store, start: u64, end: u64) -> Result<Chain<'w>, Error> {
        // The line before belongs to another part: here it tells what the first line follows.
        let last = match start.checked_sub(1) {
            None => NO_LEAF,
            Some(before) => store.leaf(before)?.ok_or(StoreError::Damaged)?,
        };
        let mut part = Chain::new(self.marks, start, last);
        store.lines_of(start..end, |line| part.take(line))?;
        Ok(part)
    }
}
