//! The rule by which a witness cosigns, of C2SP `tlog-witness`: one head for each log, which only
//! ever grows, and of which every head before was the beginning.

use super::checkpoint::{Checkpoint, CheckpointError};
use super::consistency::verify_consistency;
use super::submission::Submission;
use crate::crypto::signature::VerifyKey;

/// Why a head is not cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The head is none of a log such as ours, or none of the keys that are trusted signed it.
    Head(CheckpointError),
    /// The proof begins beyond the head (400 in C2SP's terms).
    OldBeyondHead,
    /// The proof begins at another head than the one cosigned last (409).
    OtherOldSize {
        /// How many leaves that one has.
        kept: u64,
        /// How many the submitted one has: not fewer, and with as many it is the same head.
        size: u64,
    },
    /// The log has fewer leaves than the head cosigned last.
    Rollback {
        /// How many leaves that one has.
        kept: u64,
        /// How many the log has now.
        size: u64,
    },
    /// The log has as many leaves as the head cosigned last, and another root (409).
    Fork {
        /// How many.
        size: u64,
    },
    /// It is not shown that the log continues the head cosigned last (422).
    NotContinued {
        /// How many leaves that one has.
        kept: u64,
    },
}

impl Refused {
    /// The size that C2SP has a witness answer with: where the proof has to begin.
    pub const fn told_size(&self) -> Option<u64> {
        match self {
            Self::OtherOldSize { kept, .. } | Self::Rollback { kept, .. } => Some(*kept),
            _ => None,
        }
    }

    /// Whether a log whose head is signed as it should be is seen to take something back.
    pub const fn is_evidence(&self) -> bool {
        matches!(
            self,
            Self::Rollback { .. } | Self::Fork { .. } | Self::NotContinued { .. }
        )
    }
}

/// The head that is to be cosigned and kept, by the keys that are trusted for its log and the head
/// that is kept of it; `None` where none was ever cosigned.
///
/// # Errors
/// [`Refused`].
pub fn judge(
    submission: &Submission,
    keys: &[VerifyKey],
    kept: Option<&Checkpoint>,
) -> Result<Checkpoint, Refused> {
    let claimed = Checkpoint::parse(submission.note.text()).map_err(Refused::Head)?;
    let signed = Checkpoint::signed(&submission.note, &claimed.origin, keys);
    let (head, _) = signed.map_err(Refused::Head)?;
    let kept_size = kept.map_or(0, |kept| kept.size);
    if head.size < kept_size {
        let (kept, size) = (kept_size, head.size);
        return Err(Refused::Rollback { kept, size });
    }
    if let Some(kept) = kept
        && kept.size == head.size
        && kept.root != head.root
    {
        return Err(Refused::Fork { size: head.size });
    }
    if submission.old_size > head.size {
        return Err(Refused::OldBeyondHead);
    }
    if submission.old_size != kept_size {
        let (kept, size) = (kept_size, head.size);
        return Err(Refused::OtherOldSize { kept, size });
    }
    let proof = &submission.proof;
    let continued = match kept {
        // The empty log is the beginning of every log, and nothing is to be shown.
        None => proof.is_empty(),
        Some(kept) => {
            let (old, new) = (&kept.root, &head.root);
            verify_consistency(kept.size, head.size, old, new, proof).is_ok()
        }
    };
    if continued {
        Ok(head)
    } else {
        Err(Refused::NotContinued { kept: kept_size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::digest::Digest;
    use crate::crypto::signature::SigningKey;
    use crate::secret::Key;
    use crate::tlog::consistency::prove_consistency;
    use crate::tlog::hash::leaf;
    use crate::tlog::note::{Note, NoteError};
    use crate::tlog::tree::root;
    use crate::tlog::tree::tests::leaves;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&Key::from_slice(&[seed; 32]).expect("32 bytes"))
    }

    fn head(leaves: &[Digest]) -> Checkpoint {
        Checkpoint {
            origin: "example/vault/00".parse().expect("a name"),
            size: leaves.len() as u64,
            root: root(leaves.iter().copied()),
        }
    }

    /// A submission of the head of `leaves`, with their own proof from `old` on.
    fn submission(leaves: &[Digest], old: u64, seed: u8) -> Submission {
        let note = head(leaves).sign(&key(seed)).into_bytes();
        Submission {
            old_size: old,
            proof: prove_consistency(old, leaves).unwrap_or_default(),
            note: Note::parse(&note).expect("a note"),
        }
    }

    fn judged(submission: &Submission, kept: Option<&Checkpoint>) -> Result<Checkpoint, Refused> {
        judge(submission, &[key(1).verify_key()], kept)
    }

    #[test]
    fn a_first_head_and_every_continuation_are_cosigned() {
        let leaves = leaves(20);
        assert_eq!(judged(&submission(&leaves, 0, 1), None), Ok(head(&leaves)));
        for old in 1..=20 {
            let kept = head(&leaves[..old]);
            let next = submission(&leaves, old as u64, 1);
            assert_eq!(judged(&next, Some(&kept)), Ok(head(&leaves)));
        }
    }

    #[test]
    fn a_head_by_a_key_that_is_not_trusted_is_refused_before_anything_else() {
        let leaves = leaves(9);
        let unsigned = Refused::Head(CheckpointError::Note(NoteError::NotSigned));
        for kept in [None, Some(head(&leaves[..4])), Some(head(&leaves))] {
            let refused = judged(&submission(&leaves, 0, 2), kept.as_ref());
            assert_eq!(refused, Err(unsigned));
        }
        assert!(!unsigned.is_evidence());
    }

    #[test]
    fn fewer_leaves_are_a_rollback_whatever_the_proof_begins_at() {
        let leaves = leaves(9);
        let kept = head(&leaves);
        for size in 1..9 {
            for old in [0, 1, size as u64, 9, 10] {
                let refused = judged(&submission(&leaves[..size], old, 1), Some(&kept));
                let (kept, size) = (9, size as u64);
                assert_eq!(refused, Err(Refused::Rollback { kept, size }));
            }
        }
    }

    #[test]
    fn as_many_leaves_with_another_root_are_a_fork_whatever_the_proof_begins_at() {
        let leaves = leaves(9);
        let mut other = leaves.clone();
        other[4] = leaf(b"another");
        for old in [0, 4, 9, 10] {
            let refused = judged(&submission(&other, old, 1), Some(&head(&leaves)));
            assert_eq!(refused, Err(Refused::Fork { size: 9 }));
        }
    }

    #[test]
    fn more_leaves_that_went_another_way_are_not_a_continuation() {
        let leaves = leaves(20);
        let mut other = leaves.clone();
        other[4] = leaf(b"another");
        for old in 5..20 {
            let kept = head(&leaves[..old]);
            let refused = judged(&submission(&other, old as u64, 1), Some(&kept));
            let kept = old as u64;
            assert_eq!(refused, Err(Refused::NotContinued { kept }));
        }
    }

    #[test]
    fn a_proof_that_begins_elsewhere_is_told_where_to_begin() {
        let leaves = leaves(9);
        for (old, kept) in [(0, 4), (3, 4), (5, 4), (9, 4), (1, 0)] {
            let head = (kept > 0).then(|| head(&leaves[..kept]));
            let refused = judged(&submission(&leaves, old, 1), head.as_ref());
            let (kept, size) = (kept as u64, 9);
            assert_eq!(refused, Err(Refused::OtherOldSize { kept, size }));
        }
        let refused = judged(&submission(&leaves, 10, 1), Some(&head(&leaves[..4])));
        assert_eq!(refused, Err(Refused::OldBeyondHead));
    }

    #[test]
    fn a_proof_too_many_too_few_or_changed_is_refused() {
        let leaves = leaves(9);
        for (old, kept) in [
            (0, None),
            (9, Some(head(&leaves))),
            (4, Some(head(&leaves[..4]))),
        ] {
            let good = submission(&leaves, old, 1);
            assert!(judged(&good, kept.as_ref()).is_ok());
            let mut longer = good.clone();
            longer.proof.push(leaves[0]);
            let mut shorter = good.clone();
            let mut changed = good.clone();
            let cut = shorter.proof.pop().is_some();
            if let Some(hash) = changed.proof.first_mut() {
                *hash = leaf(b"another");
            }
            let refused = Err(Refused::NotContinued { kept: old });
            assert_eq!(judged(&longer, kept.as_ref()), refused);
            if cut {
                assert_eq!(judged(&shorter, kept.as_ref()), refused);
                assert_eq!(judged(&changed, kept.as_ref()), refused);
            }
        }
    }

    #[test]
    fn what_is_no_head_of_a_log_is_refused() {
        let note = Note::sign("a text\n", &"a".parse().expect("a name"), &key(1));
        let submission = Submission {
            old_size: 0,
            proof: Vec::new(),
            note: note.expect("a note"),
        };
        let refused = judged(&submission, None);
        assert_eq!(refused, Err(Refused::Head(CheckpointError::Lines)));
    }
}
