//! Checks signatures on as many threads as the machine runs at once, while records are still being
//! judged in their order.
//!
//! Each signature is checked by itself. Checking many in one equation would be faster, but two
//! signatures whose parts of small order cancel out pass it together, and neither passes alone.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::audit::flaw::{BadRecord, Flaw};
use crate::audit::replay;
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::Name;

/// How many signatures are handed over at once.
const BATCH: usize = 32;

/// How many batches may wait: what is held in memory does not grow with the log.
const WAITING: usize = 16;

/// Something that a signature has to confirm.
pub(super) enum Claim {
    /// That a record is its actor's.
    Record(replay::Claim),
    /// That the key of the record `seq` signed the checkpoint that ends with it.
    Checkpoint {
        seq: RecordSeq,
        key: VerifyKey,
        note: String,
        /// Of the tree over these records.
        root: Digest,
    },
}

/// Claims that were made in the log of one origin.
pub(super) struct Batch {
    origin: Arc<str>,
    claims: Vec<Claim>,
}

/// Where claims are handed over.
pub(super) struct Claims {
    origin: Option<Arc<str>>,
    waiting: Vec<Claim>,
    sender: SyncSender<Batch>,
}

/// Where whoever checks takes them.
pub(super) type Queue = Mutex<Receiver<Batch>>;

/// A way from the one who judges to those who check.
pub(super) fn queue() -> (Claims, Queue) {
    let (sender, receiver) = sync_channel(WAITING);
    let claims = Claims {
        origin: None,
        waiting: Vec::with_capacity(BATCH),
        sender,
    };
    (claims, Mutex::new(receiver))
}

impl Claims {
    /// Takes note of a claim, in the log of this origin, which is one throughout.
    pub(super) fn note(&mut self, origin: &str, claim: Claim) -> Result<(), Error> {
        self.origin.get_or_insert_with(|| origin.into());
        self.waiting.push(claim);
        if self.waiting.len() < BATCH {
            return Ok(());
        }
        self.hand_over()
    }

    /// Hands over what was noted.
    pub(super) fn hand_over(&mut self) -> Result<(), Error> {
        let Some(origin) = &self.origin else {
            return Ok(());
        };
        let batch = Batch {
            origin: Arc::clone(origin),
            claims: std::mem::replace(&mut self.waiting, Vec::with_capacity(BATCH)),
        };
        let gone = |_| Error::Internal("signatures that nobody checks");
        self.sender.send(batch).map_err(gone)
    }
}

/// The lowest number of a record with a bad signature, as far as was found.
pub(super) struct Lowest(AtomicU64);

impl Lowest {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(u64::MAX))
    }

    /// Whether a record before the one with this number has a bad signature.
    pub(super) fn is_below(&self, seq: RecordSeq) -> bool {
        self.0.load(Ordering::Relaxed) < seq.get()
    }
}

/// Checks claims until no more come. Gives the first bad record that this thread found: others may
/// have found an earlier one. Nothing before the lowest that anybody found is left out.
#[expect(
    clippy::needless_pass_by_value,
    reason = "when the last of them is dropped, the judge is told that nobody checks any more"
)]
pub(super) fn check_all(queue: Arc<Queue>, lowest: &Lowest) -> Option<BadRecord> {
    let mut first: Option<BadRecord> = None;
    loop {
        // A thread that broke off while it waited has taken nothing.
        let taken = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Batch { origin, claims }) = taken else {
            return first;
        };
        for claim in claims {
            let seq = claim.seq();
            if lowest.is_below(seq) {
                continue;
            }
            if let Err(flaw) = claim.check(&origin) {
                lowest.0.fetch_min(seq.get(), Ordering::Relaxed);
                first = first_bad(first, Some(BadRecord { seq, flaw }));
            }
        }
    }
}

impl Claim {
    fn seq(&self) -> RecordSeq {
        match self {
            Self::Record(claim) => claim.seq,
            Self::Checkpoint { seq, .. } => *seq,
        }
    }

    fn check(&self, origin: &str) -> Result<(), Flaw> {
        let (holds, flaw) = match self {
            Self::Record(claim) => (claim.holds(origin), Flaw::WrongSignature),
            Self::Checkpoint {
                seq,
                key,
                note,
                root,
            } => {
                let size = seq.get() + 1;
                let holds = is_checkpoint(note, origin, *key, (size, *root));
                (holds, Flaw::Checkpoint)
            }
        };
        if holds { Ok(()) } else { Err(flaw) }
    }
}

/// Whether a note is the checkpoint of this head, signed by `key`.
fn is_checkpoint(note: &str, origin: &str, key: VerifyKey, head: (u64, Digest)) -> bool {
    let Ok(origin) = origin.parse::<Name>() else {
        return false;
    };
    Checkpoint::verify(note.as_bytes(), &origin, &[key])
        .is_ok_and(|(checkpoint, _)| (checkpoint.size, checkpoint.root) == head)
}

/// The one with the lower number; of two about one record, what is looked at first: its signature,
/// itself, its checkpoint.
pub(super) fn first_bad(one: Option<BadRecord>, other: Option<BadRecord>) -> Option<BadRecord> {
    let order = |bad: &BadRecord| {
        let turn = match bad.flaw {
            Flaw::WrongSignature => 0,
            Flaw::Checkpoint => 2,
            _ => 1,
        };
        (bad.seq, turn)
    };
    one.into_iter().chain(other).min_by_key(order)
}
