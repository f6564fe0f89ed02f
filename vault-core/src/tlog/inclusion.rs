//! Proofs that a leaf stands at a place in a tree (RFC 6962, section 2.1.1).

use std::fmt;
use std::ops::Range;

use super::hash::node;
use super::tree::{roots, split};
use crate::crypto::digest::Digest;

/// Why a proof, of inclusion or of consistency, is refused or cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofError {
    /// The tree has no leaf at this index.
    IndexBeyondTree,
    /// The older tree is empty, hence the beginning of every tree: a proof would say nothing.
    OldTreeEmpty,
    /// The older tree is larger than the newer one.
    OldTreeLarger,
    /// The sizes demand another number of hashes.
    WrongLength {
        /// The hashes demanded.
        expected: usize,
        /// The hashes given.
        found: usize,
    },
    /// The proof leads to another root than that of the tree, or of the newer tree.
    WrongRoot,
    /// The proof leads to another root than that of the older tree.
    WrongOldRoot,
}

/// Checks that `leaf` is the leaf at `index` of the tree of `size` leaves that has this `root`.
///
/// # Errors
/// [`ProofError`]: `proof` is not exactly the path from that leaf to that root.
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
    root: &Digest,
) -> Result<(), ProofError> {
    let path = subtrees(index, size)?;
    check_length(&path, proof)?;
    let siblings = path.iter().zip(proof);
    let reached = siblings.fold(*leaf, |hash, (range, sibling)| {
        if range.start > index {
            node(&hash, sibling)
        } else {
            node(sibling, &hash)
        }
    });
    if reached == *root {
        Ok(())
    } else {
        Err(ProofError::WrongRoot)
    }
}

/// The proof that the leaf at `index` is in the tree of these leaves: the roots of its
/// [`subtrees`], for whoever has every leaf in memory.
///
/// # Errors
/// [`ProofError::IndexBeyondTree`].
pub fn prove_inclusion(index: u64, leaves: &[Digest]) -> Result<Vec<Digest>, ProofError> {
    Ok(roots(leaves, &subtrees(index, leaves.len() as u64)?))
}

/// The leaves under each hash of the proof for `index` in a tree of `size` leaves, in the proof's
/// order: `PATH` of RFC 6962. With stored nodes a proof costs O(log n) by these.
///
/// # Errors
/// [`ProofError::IndexBeyondTree`].
pub fn subtrees(index: u64, size: u64) -> Result<Vec<Range<u64>>, ProofError> {
    if index >= size {
        return Err(ProofError::IndexBeyondTree);
    }
    let (mut tree, mut path) = (0..size, Vec::new());
    while tree.end - tree.start > 1 {
        let middle = split(&tree);
        if index < middle {
            path.push(middle..tree.end);
            tree.end = middle;
        } else {
            path.push(tree.start..middle);
            tree.start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Refuses a proof that has not one hash for each subtree of its path.
pub(super) fn check_length(path: &[Range<u64>], proof: &[Digest]) -> Result<(), ProofError> {
    let (expected, found) = (path.len(), proof.len());
    if expected == found {
        Ok(())
    } else {
        Err(ProofError::WrongLength { expected, found })
    }
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IndexBeyondTree => f.write_str("the tree has no leaf at this index"),
            Self::OldTreeEmpty => f.write_str("the older tree is empty"),
            Self::OldTreeLarger => f.write_str("the older tree is larger than the newer one"),
            Self::WrongLength { expected, found } => {
                write!(f, "the proof has {found} hashes instead of {expected}")
            }
            Self::WrongRoot => f.write_str("the proof does not lead to the tree's root"),
            Self::WrongOldRoot => f.write_str("the proof does not lead to the older tree's root"),
        }
    }
}

impl std::error::Error for ProofError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::hash::leaf;
    use crate::tlog::tree::root;
    use crate::tlog::tree::tests::leaves;

    /// Calls `check` with each leaf of each tree up to 64 leaves: leaf, index, size, proof, root.
    fn every_place(mut check: impl FnMut(&Digest, u64, u64, &[Digest], &Digest)) {
        let leaves = leaves(64);
        for size in 1..=leaves.len() {
            let tree = &leaves[..size];
            let root = root(tree.iter().copied());
            for (index, leaf) in (0..).zip(tree) {
                let proof = prove_inclusion(index, tree).expect("the index is within the tree");
                check(leaf, index, size as u64, &proof, &root);
            }
        }
    }

    #[test]
    fn every_leaf_of_every_tree_is_proved() {
        every_place(|leaf, index, size, proof, root| {
            assert_eq!(verify_inclusion(leaf, index, size, proof, root), Ok(()));
        });
    }

    #[test]
    fn a_proof_with_one_hash_changed_is_refused() {
        every_place(|leaf, index, size, proof, root| {
            for place in 0..proof.len() {
                let mut forged = proof.to_vec();
                forged[place] = node(&forged[place], &forged[place]);
                let verdict = verify_inclusion(leaf, index, size, &forged, root);
                assert_eq!(verdict, Err(ProofError::WrongRoot), "{index} of {size}");
            }
        });
    }

    #[test]
    fn a_proof_with_one_hash_dropped_or_added_is_refused() {
        every_place(|leaf, index, size, proof, root| {
            let expected = proof.len();
            let refused = |forged: &[Digest]| {
                let found = forged.len();
                assert_eq!(
                    verify_inclusion(leaf, index, size, forged, root),
                    Err(ProofError::WrongLength { expected, found })
                );
            };
            for place in 0..=expected {
                let mut longer = proof.to_vec();
                longer.insert(place, *leaf);
                refused(&longer);
                if place < expected {
                    let mut shorter = proof.to_vec();
                    shorter.remove(place);
                    refused(&shorter);
                }
            }
        });
    }

    #[test]
    fn a_proof_serves_no_other_leaf_no_other_place_and_no_other_root() {
        every_place(|leaf, index, size, proof, root| {
            let other = node(leaf, root);
            let verdict = verify_inclusion(&other, index, size, proof, root);
            assert_eq!(verdict, Err(ProofError::WrongRoot));
            let verdict = verify_inclusion(leaf, index, size, proof, &other);
            assert_eq!(verdict, Err(ProofError::WrongRoot));
            for elsewhere in (0..size).filter(|elsewhere| *elsewhere != index) {
                assert!(verify_inclusion(leaf, elsewhere, size, proof, root).is_err());
            }
        });
    }

    #[test]
    fn an_index_beyond_the_tree_is_refused() {
        let leaves = leaves(5);
        let root = root(leaves.iter().copied());
        for (index, size) in [(0, 0), (5, 5), (u64::MAX, 5), (u64::MAX, u64::MAX)] {
            assert_eq!(
                verify_inclusion(&leaves[0], index, size, &[], &root),
                Err(ProofError::IndexBeyondTree)
            );
        }
        assert_eq!(
            prove_inclusion(5, &leaves),
            Err(ProofError::IndexBeyondTree)
        );
        assert_eq!(prove_inclusion(0, &[]), Err(ProofError::IndexBeyondTree));
    }

    #[test]
    fn the_largest_sizes_are_judged_like_any_other() {
        let hash = leaf(b"");
        for (index, expected) in [(0, 64), (u64::MAX / 2, 64), (u64::MAX - 1, 63)] {
            assert_eq!(
                verify_inclusion(&hash, index, u64::MAX, &[], &hash),
                Err(ProofError::WrongLength { expected, found: 0 })
            );
        }
    }
}
