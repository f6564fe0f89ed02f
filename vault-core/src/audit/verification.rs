//! What the log says of its own verifications.

use serde::{Deserialize, Serialize};

/// How closely a log was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Thoroughness {
    /// Every signature, and who was entitled to what.
    Full,
    /// Not the signatures.
    Quick,
}

/// Somebody verified the log, and found nothing wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationFacts {
    /// How many records it had.
    pub size: u64,
    /// How many of them were not read again, since the same machine had verified them before.
    pub since: u64,
    /// How closely the others were looked at.
    pub depth: Thoroughness,
}

impl VerificationFacts {
    /// Whether a record with the number `seq` can say so: of the records before it, and not the same
    /// ones as read and as left out.
    pub(super) fn fit(&self, seq: u64) -> bool {
        (1..=seq).contains(&self.size) && self.since <= self.size
    }
}
