//! A log beside what was written down of it elsewhere.

use super::report::Head;
use crate::audit::anchor::Anchor;
use crate::audit::pins::Pins;
use crate::crypto::digest::Digest;

/// How a log that verified compares with what was written down of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// It is that log, or a continuation of it.
    Same,
    /// It has fewer records than were written down: some were removed, or the file is an old copy.
    Ended,
    /// The records up to there are others.
    OtherRecords,
    /// It is the log of another vault, or of one that was founded anew.
    OtherLog,
    /// The members had other keys, roles or standings.
    OtherKeys,
}

/// A log as far as it can be compared.
pub(super) struct Compared<'l> {
    pub(super) origin: &'l str,
    pub(super) genesis: Digest,
    pub(super) heads: &'l [Head],
}

impl Compared<'_> {
    fn head(&self, size: u64) -> Option<&Head> {
        self.heads.iter().find(|head| head.size == size)
    }

    pub(super) fn with_anchor(&self, anchor: &Anchor) -> Comparison {
        match self.head(anchor.size()) {
            None => Comparison::Ended,
            Some(head) if anchor.matches(&head.root) => Comparison::Same,
            Some(_) => Comparison::OtherRecords,
        }
    }

    pub(super) fn with_pins(&self, pins: &Pins) -> Comparison {
        if (self.origin, self.genesis) != (pins.origin.as_str(), pins.genesis) {
            return Comparison::OtherLog;
        }
        match self.head(pins.size) {
            None => Comparison::Ended,
            Some(head) if head.members == Some(pins.members) => Comparison::Same,
            Some(_) => Comparison::OtherKeys,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_in_which_a_log_is_not_the_one_written_down_is_told_apart() {
        let [genesis, root, members, other] =
            [1, 2, 3, 4].map(|byte| Digest::from_bytes([byte; 32]));
        let heads = [Head {
            size: 7,
            root,
            members: Some(members),
        }];
        let log = Compared {
            origin: "example/vault/0001020304050607",
            genesis,
            heads: &heads,
        };
        for (size, root, expected) in [
            (7, root, Comparison::Same),
            (7, other, Comparison::OtherRecords),
            (8, root, Comparison::Ended),
        ] {
            assert_eq!(log.with_anchor(&Anchor::of(size, &root)), expected);
        }
        let pins = Pins {
            origin: log.origin.parse().expect("a name"),
            size: 7,
            genesis,
            members,
        };
        let with = |change: &dyn Fn(&mut Pins)| {
            let mut pins = pins.clone();
            change(&mut pins);
            log.with_pins(&pins)
        };
        assert_eq!(with(&|_| ()), Comparison::Same);
        let elsewhere = |pins: &mut Pins| pins.origin = "example/vault/00".parse().expect("a name");
        assert_eq!(with(&elsewhere), Comparison::OtherLog);
        assert_eq!(with(&|pins| pins.genesis = other), Comparison::OtherLog);
        assert_eq!(with(&|pins| pins.members = other), Comparison::OtherKeys);
        assert_eq!(with(&|pins| pins.size = 8), Comparison::Ended);
    }
}
