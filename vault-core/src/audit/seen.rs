//! The newest head that one machine has seen of a vault, and how the file compares with it.

use serde::{Deserialize, Serialize};

use super::fork::Head;
use super::ledger::Ledger;
use crate::crypto::digest::Digest;
use crate::time::Timestamp;

/// The form of the text.
const SCHEMA: &str = "coffer.last-seen/1";

/// A head of the log. Each record holds the leaf hash of the one before, so that the last leaf
/// stands for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastSeen {
    schema: String,
    /// The log's origin.
    pub origin: String,
    /// The leaf hash of the first record.
    pub genesis: Digest,
    /// How many records there were; at least one.
    pub size: u64,
    /// The leaf hash of the last of them.
    pub last: Digest,
    /// When the last of them was made, by the clock of whoever made it.
    pub time: Timestamp,
}

/// The vault file is not a continuation of what this machine has seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// What was seen.
    pub seen: LastSeen,
    /// How many records there are now.
    pub size: u64,
    /// The leaf hash of the last of them.
    pub last: Digest,
}

impl Rollback {
    /// Whether the file has fewer records than were seen; otherwise it went another way.
    pub const fn is_behind(&self) -> bool {
        self.size < self.seen.size
    }
}

impl LastSeen {
    /// The head of what `ledger` has read; `None` before the first record.
    pub fn of(ledger: &Ledger) -> Option<Self> {
        (ledger.size > 0).then(|| Self {
            schema: SCHEMA.to_owned(),
            origin: ledger.origin.clone(),
            genesis: ledger.genesis,
            size: ledger.size,
            last: ledger.last,
            time: ledger.last_time,
        })
    }

    /// One line of JSON, and the SHA-256 of it on a second one.
    ///
    /// # Panics
    /// Never: every member has a JSON form.
    pub fn to_text(&self) -> String {
        let line = serde_json::to_string(self).expect("every member has a JSON form");
        let digest = Digest::of(&[line.as_bytes()]);
        format!("{line}\n{digest}\n")
    }

    /// Reads [`Self::to_text`] back. `None` for anything else: a damaged memory is none, and never
    /// an accusation.
    pub fn from_bytes(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (line, digest) = text.strip_suffix('\n')?.split_once('\n')?;
        let seen: Self = serde_json::from_str(line).ok()?;
        let sound = digest.parse() == Ok(Digest::of(&[line.as_bytes()]));
        (sound && seen.schema == SCHEMA && seen.size > 0).then_some(seen)
    }
}

impl Ledger {
    /// Whether giving up what was seen has been accepted, and takes effect; or whether nothing is
    /// given up, since what was seen was a copy whose records were brought in.
    pub fn accepts(&self, seen: &LastSeen) -> bool {
        let head = Head {
            size: seen.size,
            last: seen.last,
        };
        self.accepted_rollbacks.contains(&(seen.size, seen.last)) || self.elsewhere.reaches(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_comes_back_and_a_damaged_one_is_none() {
        let ledger = Ledger {
            size: 3,
            origin: "example/vault/0001020304050607".to_owned(),
            ..Ledger::default()
        };
        let seen = LastSeen::of(&ledger).expect("a head");
        let text = seen.to_text();
        assert_eq!(LastSeen::from_bytes(text.as_bytes()), Some(seen));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(LastSeen::from_bytes(&bytes), None, "byte {at}");
            let cut = &text.as_bytes()[..at];
            assert_eq!(LastSeen::from_bytes(cut), None, "cut at {at}");
        }
        assert_eq!(LastSeen::of(&Ledger::default()), None);
    }
}
