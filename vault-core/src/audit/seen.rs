//! The newest heads that one machine has seen of a vault, and how the file compares with them.

use serde::{Deserialize, Serialize};

use super::backups::Mark;
use super::fact::Head;
use super::ledger::Ledger;
use crate::crypto::digest::Digest;
use crate::time::Timestamp;

/// The form of the text.
const SCHEMA: &str = "coffer.last-seen/2";

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
    /// Where the file stood, as people read it.
    pub file: String,
    /// What the file said of itself.
    pub mark: Option<Mark>,
}

/// What one machine has seen of a vault, before its file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// In the place where the file stands.
    pub here: Option<LastSeen>,
    /// Where people last worked with it, if that is another place.
    pub elsewhere: Option<LastSeen>,
}

/// What the file has to lead to, and what it need not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due<'s> {
    /// A file that does not lead to this is an older one, or went another way.
    pub bound: Option<&'s LastSeen>,
    /// People worked with another file last, which this one need not lead to.
    pub beside: Option<&'s LastSeen>,
}

impl Seen {
    /// Whether nothing was seen of the vault.
    pub const fn is_none(&self) -> bool {
        self.here.is_none() && self.elsewhere.is_none()
    }

    /// What a file that says this of itself has to lead to. A place keeps what was seen in it; in a
    /// place where nothing was, the vault must be the one that people work with, unless it says that
    /// it is a copy: that is looked into, and harms nobody.
    pub fn due(&self, mark: Option<Mark>) -> Due<'_> {
        let here = self.here.as_ref().filter(|here| here.binds(mark));
        let elsewhere = self.elsewhere.as_ref();
        match (here, mark) {
            (None, None) => Due {
                bound: elsewhere,
                beside: None,
            },
            _ => Due {
                bound: here,
                beside: elsewhere,
            },
        }
    }
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
    /// Where the file stands, as people read it.
    pub file: String,
}

/// How the vault file compares with what this machine has seen of the vault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// How it falls short, where it does.
    pub rollback: Option<Rollback>,
    /// What was seen in another place, where people worked last, and is not in this file.
    pub beside: Option<LastSeen>,
    /// What the file says of itself.
    pub mark: Option<Mark>,
}

impl Rollback {
    /// Whether the newer file stood in another place.
    pub fn is_elsewhere(&self) -> bool {
        self.seen.file != self.file
    }

    /// Whether the file has fewer records than were seen; otherwise it went another way.
    pub const fn is_behind(&self) -> bool {
        self.size < self.seen.size
    }
}

impl LastSeen {
    /// Whether a file in the same place, which says this of itself, has to lead here. A copy is
    /// replaced by another one, or by the vault itself; the vault is replaced by nothing.
    pub fn binds(&self, mark: Option<Mark>) -> bool {
        self.mark.is_none() || self.mark == mark
    }

    /// The head of what `ledger` has read from `file`, which says this of itself; `None` before the
    /// first record.
    pub fn of(ledger: &Ledger, file: String, mark: Option<Mark>) -> Option<Self> {
        (ledger.size > 0).then(|| Self {
            schema: SCHEMA.to_owned(),
            origin: ledger.origin.clone(),
            genesis: ledger.genesis,
            size: ledger.size,
            last: ledger.last,
            time: ledger.last_time,
            file,
            mark,
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
    use crate::audit::fact::CopyKind;
    use crate::id::RecordSeq;

    #[test]
    fn a_head_comes_back_and_a_damaged_one_is_none() {
        let ledger = Ledger {
            size: 3,
            origin: "example/vault/0001020304050607".to_owned(),
            ..Ledger::default()
        };
        let file = || "/srv/coffer.vault".to_owned();
        let seen = LastSeen::of(&ledger, file(), None).expect("a head");
        let text = seen.to_text();
        assert_eq!(LastSeen::from_bytes(text.as_bytes()), Some(seen));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(LastSeen::from_bytes(&bytes), None, "byte {at}");
            let cut = &text.as_bytes()[..at];
            assert_eq!(LastSeen::from_bytes(cut), None, "cut at {at}");
        }
        assert_eq!(LastSeen::of(&Ledger::default(), file(), None), None);
    }

    #[test]
    fn a_place_binds_but_a_copys_place_only_that_copy() {
        let ledger = Ledger {
            size: 3,
            ..Ledger::default()
        };
        let mark = |record| {
            Some(Mark {
                kind: CopyKind::Kit,
                record: RecordSeq::new(record),
            })
        };
        let seen = |mark| LastSeen::of(&ledger, "v".to_owned(), mark);
        let (original, kit) = (seen(None), seen(mark(1)));
        let bound = |here: &Option<LastSeen>, elsewhere: &Option<LastSeen>, mark| {
            let (here, elsewhere) = (here.clone(), elsewhere.clone());
            let seen = Seen { here, elsewhere };
            let due = seen.due(mark);
            (due.bound.cloned(), due.beside.cloned())
        };
        for mark in [None, mark(1), mark(2)] {
            // Whatever is put in the place of the vault has to lead to what was seen there.
            assert_eq!(bound(&original, &None, mark), (original.clone(), None));
        }
        assert_eq!(
            bound(&kit, &original, mark(1)),
            (kit.clone(), original.clone())
        );
        assert_eq!(bound(&kit, &original, mark(2)), (None, original.clone()));
        assert_eq!(bound(&kit, &original, None), (original.clone(), None));
        assert_eq!(bound(&None, &original, None), (original.clone(), None));
        assert_eq!(bound(&None, &original, mark(1)), (None, original.clone()));
    }
}
