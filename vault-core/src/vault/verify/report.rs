//! What verifying found.

use super::comparison::{Compared, Comparison};
use super::request::Request;
use crate::audit::anchor::Anchor;
use crate::audit::pins::Pins;
use crate::audit::seen::{LastSeen, Rollback};
use crate::audit::verification::{Thoroughness, VerificationFacts};
use crate::audit::witness::Witnesses;
use crate::crypto::digest::Digest;
use crate::id::RecordSeq;

/// Where verifying began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// With the first record.
    First,
    /// After so many records, which this machine verified before and did not read again.
    After(u64),
    /// With the first record, since nothing is remembered of an earlier time.
    NothingRemembered,
    /// With the first record, since the file does not go on from the log of so many records which
    /// this machine verified before.
    OtherLog(u64),
}

/// The log's head when it had so many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many records.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
    /// What [`members`](crate::audit::pins::members) gives as of then; `None` where the log was not
    /// replayed, as in the quick verification.
    pub members: Option<Digest>,
}

/// What the clocks of a log's records say of each other. It bears on nothing that is proved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockReport {
    /// Records whose clock had gone back.
    pub back: Vec<RecordSeq>,
    /// Records that are dated later than what somebody else recorded after them, or than now.
    pub ahead: Vec<RecordSeq>,
}

/// How far verifying is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many records were looked at.
    pub done: u64,
    /// Of how many.
    pub of: u64,
}

/// A log that verified.
#[derive(Debug, Clone)]
pub struct Report {
    /// How many records it has.
    pub records: u64,
    /// Where verifying began.
    pub beginning: Beginning,
    /// How many of them stand after the last signature.
    pub unsigned_tail: u64,
    /// Whether signatures were checked.
    pub signatures_checked: bool,
    /// How many rows were compared with the log, where that was asked.
    pub rows: Option<u64>,
    /// How many records lost their words when their time was over, where words were looked at.
    pub erased: Option<u64>,
    /// Requests to erase words that nobody else has approved; nothing is erased under them.
    pub waiting_erasures: Vec<RecordSeq>,
    /// Clocks that disagree, where the log was replayed.
    pub clocks: Option<ClockReport>,
    /// The log's origin.
    pub origin: String,
    /// The leaf hash of the first record: the vault's unforgeable name.
    pub genesis: Digest,
    /// The leaf hash of the last record.
    pub last: Digest,
    /// The heads that were wanted, those of anchors and pins among them, in the order of their sizes.
    /// One that is not here is of a size that the log does not have.
    pub heads: Vec<Head>,
    /// How the log compares with each anchor that was given.
    pub anchors: Vec<(Anchor, Comparison)>,
    /// How the log compares with all pins that were given.
    pub pins: Vec<(Pins, Comparison)>,
    /// The witnesses that the policy names, or named, and what they vouched for; `None` where the log
    /// was not replayed, as in the quick verification.
    pub witnesses: Option<Witnesses>,
    /// What this machine has seen and the file does not have, where it was asked and that is so.
    pub rollback: Option<Rollback>,
    /// What this machine has seen in another place, where people worked last, and is not in this
    /// file, where it was asked and that is so.
    pub beside: Option<LastSeen>,
    /// The last signed checkpoint.
    pub checkpoint: Option<String>,
    /// The keys that may have signed checkpoints, in C2SP's text form; none after the quick
    /// verification, which knows of no keys.
    pub vkeys: Vec<String>,
}

impl Report {
    /// Compares the log with what the request has of it from elsewhere.
    pub(super) fn compare(&mut self, request: &Request) {
        let log = Compared {
            origin: &self.origin,
            genesis: self.genesis,
            heads: &self.heads,
        };
        let anchors = request.anchors.iter();
        let anchors = anchors.map(|anchor| (*anchor, log.with_anchor(anchor)));
        let pins = request.pins.iter();
        let pins = pins.map(|pins| (pins.clone(), log.with_pins(pins)));
        (self.anchors, self.pins) = (anchors.collect(), pins.collect());
    }

    /// What the log may say of this.
    pub fn facts(&self) -> VerificationFacts {
        VerificationFacts {
            size: self.records,
            since: match self.beginning {
                Beginning::After(records) => records,
                _ => 0,
            },
            depth: if self.signatures_checked {
                Thoroughness::Full
            } else {
                Thoroughness::Quick
            },
        }
    }

    /// Whether the log is what was remembered and written down of it.
    pub fn is_the_one(&self) -> bool {
        let anchors = self.anchors.iter().map(|(_, found)| found);
        let mut found = anchors.chain(self.pins.iter().map(|(_, found)| found));
        self.rollback.is_none() && found.all(|found| *found == Comparison::Same)
    }
}
