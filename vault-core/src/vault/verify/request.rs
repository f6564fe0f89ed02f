//! What is to be verified.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::audit::anchor::Anchor;
use crate::audit::pins::Pins;
use crate::time::Timestamp;

/// How much of the log is verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// Everything.
    #[default]
    Full,
    /// Everything of the records since this machine last verified everything, at a cost that does
    /// not grow with the log. Where it remembers no such time, everything.
    SinceLast,
    /// Hashes alone: the lines, their chain, the tree and the last checkpoint's root. Where the
    /// state is compared too, everything but signatures.
    Quick,
}

/// Whether what is not part of the log is compared with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// The log alone.
    #[default]
    Unchecked,
    /// Every row, and the structure of the file: the store is what the log says, no row changed,
    /// added, put back or missing.
    Checked,
}

/// What is to be verified, and how.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// How much of the log.
    pub depth: Depth,
    /// Whether the rest of the file is compared with it.
    pub state: State,
    /// Where this machine remembers what it has seen: the file is compared with that, and one that
    /// continues it is remembered. `None` goes by the file alone.
    pub memory: Option<PathBuf>,
    /// The sizes of which the heads are wanted, none of them 0.
    pub heads: BTreeSet<u64>,
    /// Heads that were written down elsewhere, with which the log is compared.
    pub anchors: Vec<Anchor>,
    /// Pins that were written down elsewhere, with which the log is compared. They take a replay,
    /// also in the quick verification; without signatures they show little.
    pub pins: Vec<Pins>,
    /// What time it is, where records that are dated later are to be told of.
    pub now: Option<Timestamp>,
    /// How many threads hash or check signatures; `None` for as many as the machine runs at once,
    /// where the log is so long that it pays.
    pub threads: Option<NonZeroUsize>,
}

impl Request {
    /// The sizes of all heads that are needed.
    pub(super) fn sizes(&self) -> BTreeSet<u64> {
        let anchors = self.anchors.iter().map(Anchor::size);
        let pins = self.pins.iter().map(|pins| pins.size);
        let wanted = self.heads.iter().copied();
        wanted.chain(anchors).chain(pins).collect()
    }

    /// Whether following hashes is enough.
    pub(super) fn is_of_hashes(&self) -> bool {
        (self.depth, self.state) == (Depth::Quick, State::Unchecked) && self.pins.is_empty()
    }

    pub(super) fn threads(&self) -> usize {
        let threads = self
            .threads
            .map_or_else(std::thread::available_parallelism, Ok);
        threads.map_or(1, NonZeroUsize::get)
    }
}

impl From<Depth> for Request {
    fn from(depth: Depth) -> Self {
        Self {
            depth,
            ..Self::default()
        }
    }
}

impl From<State> for Request {
    /// Everything, and the state where that is to be checked.
    fn from(state: State) -> Self {
        Self {
            state,
            ..Self::default()
        }
    }
}
