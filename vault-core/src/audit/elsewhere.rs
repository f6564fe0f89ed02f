//! The copies of the vault that went ways of their own, as far as this log knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fact::Head;
use crate::crypto::digest::Digest;
use crate::emergency::register::Run;
use crate::id::{RecordSeq, SessionId};

/// What is known of a record of a copy.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// How many records the copy had with it.
    size: u64,
    /// How many of them it shares with this log.
    shared: u64,
    /// The record that told of it.
    merged: RecordSeq,
    /// Whether its line was brought in, and not its hash alone.
    whole: bool,
}

/// The copies that went ways of their own, as far as their records were brought in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// Their records, by leaf hash.
    records: BTreeMap<Digest, Known>,
    /// The runs of openings, as they stood there.
    pub(super) runs: BTreeMap<SessionId, Run>,
}

impl Elsewhere {
    /// The record by which the line with this leaf hash was brought in.
    pub fn brought(&self, leaf: &Digest) -> Option<RecordSeq> {
        let known = self.records.get(leaf).filter(|known| known.whole);
        known.map(|known| known.merged)
    }

    /// Whether this is a head of a copy that was brought in up to there.
    pub fn reaches(&self, head: Head) -> bool {
        self.shared_at(head).is_some()
    }

    /// How many records a copy shares with this log that was brought in up to this head.
    pub(super) fn shared_at(&self, head: Head) -> Option<u64> {
        let known = self.records.get(&head.last);
        known
            .filter(|known| known.size == head.size)
            .map(|known| known.shared)
    }

    pub(super) fn take(&mut self, head: Head, (shared, merged): (u64, RecordSeq), whole: bool) {
        let known = self.records.entry(head.last).or_insert(Known {
            size: head.size,
            shared,
            merged,
            whole,
        });
        known.whole |= whole;
    }
}
