//! Proofs that one tree is the beginning of another (RFC 6962, section 2.1.2).

use std::ops::Range;

use super::hash::node;
use super::inclusion::{ProofError, check_length};
use super::tree::{roots, split};
use crate::crypto::digest::Digest;

/// Checks that the tree of `old_size` leaves with `old_root` is the beginning of the tree of
/// `new_size` leaves with `new_root`: nothing was altered, dropped or put in between.
///
/// # Errors
/// [`ProofError`]: `proof` does not show it. Equal sizes want equal roots and an empty proof; an
/// empty older tree is always refused.
pub fn verify_consistency(
    old_size: u64,
    new_size: u64,
    old_root: &Digest,
    new_root: &Digest,
    proof: &[Digest],
) -> Result<(), ProofError> {
    let path = subtrees(old_size, new_size)?;
    check_length(&path, proof)?;
    let mut siblings = path.iter().zip(proof).peekable();
    // Both roots are reached from the last complete subtree of the older tree. Only that one ends
    // where the older tree does; it is left out of the proof where it is the whole older tree.
    let start = siblings
        .next_if(|(range, _)| range.end == old_size)
        .map_or(*old_root, |(_, hash)| *hash);
    let (mut old, mut new) = (start, start);
    for (range, sibling) in siblings {
        if range.start < old_size {
            old = node(sibling, &old);
            new = node(sibling, &new);
        } else {
            new = node(&new, sibling);
        }
    }
    match (old == *old_root, new == *new_root) {
        (true, true) => Ok(()),
        (false, _) => Err(ProofError::WrongOldRoot),
        (true, false) => Err(ProofError::WrongRoot),
    }
}

/// The proof that the first `old_size` of these leaves made up an older tree: the roots of its
/// [`subtrees`], for whoever has every leaf in memory.
///
/// # Errors
/// [`ProofError::OldTreeEmpty`], [`ProofError::OldTreeLarger`].
pub fn prove_consistency(old_size: u64, leaves: &[Digest]) -> Result<Vec<Digest>, ProofError> {
    Ok(roots(leaves, &subtrees(old_size, leaves.len() as u64)?))
}

/// The leaves under each hash of the proof between two sizes, in the proof's order: `PROOF` of
/// RFC 6962. With stored nodes a proof costs O(log n) by these.
///
/// # Errors
/// [`ProofError::OldTreeEmpty`], [`ProofError::OldTreeLarger`].
pub fn subtrees(old_size: u64, new_size: u64) -> Result<Vec<Range<u64>>, ProofError> {
    if old_size == 0 {
        return Err(ProofError::OldTreeEmpty);
    }
    if old_size > new_size {
        return Err(ProofError::OldTreeLarger);
    }
    let (mut tree, mut path) = (0..new_size, Vec::new());
    while tree.end != old_size {
        let middle = split(&tree);
        if old_size <= middle {
            path.push(middle..tree.end);
            tree.end = middle;
        } else {
            path.push(tree.start..middle);
            tree.start = middle;
        }
    }
    if tree.start > 0 {
        path.push(tree);
    }
    path.reverse();
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::hash::{empty_root, leaf};
    use crate::tlog::tree::root;
    use crate::tlog::tree::tests::leaves;

    /// Two trees, one the beginning of the other, and the proof of it.
    struct Pair {
        sizes: (u64, u64),
        roots: (Digest, Digest),
        proof: Vec<Digest>,
    }

    impl Pair {
        fn verify(&self, proof: &[Digest]) -> Result<(), ProofError> {
            let (old, new) = self.sizes;
            verify_consistency(old, new, &self.roots.0, &self.roots.1, proof)
        }
    }

    /// Every pair of sizes up to 64.
    fn every_pair() -> impl Iterator<Item = Pair> {
        let leaves = leaves(64);
        (1..=64).flat_map(move |new| {
            let newer = leaves[..new].to_vec();
            (1..=new).map(move |old| Pair {
                sizes: (old as u64, new as u64),
                roots: (
                    root(newer[..old].iter().copied()),
                    root(newer.iter().copied()),
                ),
                proof: prove_consistency(old as u64, &newer).expect("the sizes are in order"),
            })
        })
    }

    #[test]
    fn every_tree_is_proved_to_begin_every_later_one() {
        for pair in every_pair() {
            assert_eq!(pair.verify(&pair.proof), Ok(()), "{:?}", pair.sizes);
        }
        assert_eq!(every_pair().count(), 64 * 65 / 2);
    }

    #[test]
    fn a_proof_with_one_hash_changed_is_refused() {
        for pair in every_pair() {
            for place in 0..pair.proof.len() {
                let mut forged = pair.proof.clone();
                forged[place] = node(&forged[place], &forged[place]);
                assert!(
                    matches!(
                        pair.verify(&forged),
                        Err(ProofError::WrongRoot | ProofError::WrongOldRoot)
                    ),
                    "hash {place} between {:?}",
                    pair.sizes
                );
            }
        }
    }

    #[test]
    fn a_proof_with_one_hash_dropped_or_added_is_refused() {
        for pair in every_pair() {
            let expected = pair.proof.len();
            let refused = |forged: &[Digest]| {
                let found = forged.len();
                let length = ProofError::WrongLength { expected, found };
                assert_eq!(pair.verify(forged), Err(length));
            };
            for place in 0..=expected {
                let mut longer = pair.proof.clone();
                longer.insert(place, pair.roots.0);
                refused(&longer);
                if place < expected {
                    let mut shorter = pair.proof.clone();
                    shorter.remove(place);
                    refused(&shorter);
                }
            }
        }
    }

    #[test]
    fn a_proof_serves_no_other_roots() {
        for pair in every_pair() {
            let (old, new) = pair.sizes;
            let (old_root, new_root) = &pair.roots;
            let other = node(old_root, new_root);
            assert_eq!(
                verify_consistency(old, new, old_root, &other, &pair.proof),
                Err(ProofError::WrongRoot)
            );
            assert!(verify_consistency(old, new, &other, new_root, &pair.proof).is_err());
            if old != new {
                assert!(verify_consistency(old, new, new_root, old_root, &pair.proof).is_err());
            }
        }
    }

    #[test]
    fn a_history_with_one_leaf_altered_cannot_be_proved_to_be_continued() {
        let honest = leaves(20);
        let mut altered = honest.clone();
        altered[6] = leaf(b"another");
        for old in 1..=20 {
            let old_root = root(honest[..old].iter().copied());
            let proof = prove_consistency(old as u64, &altered).expect("the sizes are in order");
            let new_root = root(altered.iter().copied());
            let verdict = verify_consistency(old as u64, 20, &old_root, &new_root, &proof);
            assert_eq!(verdict.is_ok(), old <= 6, "older size {old}");
        }
    }

    #[test]
    fn sizes_out_of_order_are_refused() {
        let leaves = leaves(3);
        let root = root(leaves.iter().copied());
        let empty = empty_root();
        for (old, new, old_root, error) in [
            (0, 0, &empty, ProofError::OldTreeEmpty),
            (0, 3, &empty, ProofError::OldTreeEmpty),
            (4, 3, &root, ProofError::OldTreeLarger),
            (u64::MAX, 3, &root, ProofError::OldTreeLarger),
        ] {
            assert_eq!(
                verify_consistency(old, new, old_root, &root, &[]),
                Err(error)
            );
        }
        assert_eq!(prove_consistency(0, &leaves), Err(ProofError::OldTreeEmpty));
        assert_eq!(
            prove_consistency(4, &leaves),
            Err(ProofError::OldTreeLarger)
        );
    }
}
