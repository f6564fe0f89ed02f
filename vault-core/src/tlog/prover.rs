//! Several proofs of inclusion from one pass over the leaves.

use std::collections::BTreeMap;
use std::ops::Range;

use super::inclusion::{ProofError, subtrees};
use super::tree::Frontier;
use crate::crypto::digest::Digest;

/// Proves the inclusion of some leaves in a tree whose leaves come one after another. It holds one
/// [`Frontier`] for each subtree that a proof needs, and subtrees that several proofs share once:
/// O(proofs · log² n) in memory, and no leaf.
pub struct Prover {
    proofs: Vec<(u64, Vec<Range<u64>>)>,
    subtrees: BTreeMap<(u64, u64), Frontier>,
    next: u64,
}

impl Prover {
    /// A prover for the leaves at `indices` of a tree of `size` leaves.
    ///
    /// # Errors
    /// [`ProofError::IndexBeyondTree`].
    pub fn new(indices: impl IntoIterator<Item = u64>, size: u64) -> Result<Self, ProofError> {
        let mut proofs = Vec::new();
        let mut needed = BTreeMap::new();
        for index in indices {
            let path = subtrees(index, size)?;
            let ranges = path.iter().map(|it| ((it.start, it.end), Frontier::new()));
            needed.extend(ranges);
            proofs.push((index, path));
        }
        Ok(Self {
            proofs,
            subtrees: needed,
            next: 0,
        })
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: Digest) {
        let at = self.next;
        // Those that begin after the leaf stand behind the others.
        for ((_, end), frontier) in self.subtrees.range_mut(..=(at, u64::MAX)) {
            if at < *end {
                frontier.push(leaf);
            }
        }
        self.next += 1;
    }

    /// The proofs, each with its index, in the order in which they were asked for. They are those
    /// of the tree once every leaf was pushed.
    pub fn proofs(&self) -> impl Iterator<Item = (u64, Vec<Digest>)> {
        let root = |range: &Range<u64>| {
            let frontier = self.subtrees.get(&(range.start, range.end));
            frontier.map(Frontier::root)
        };
        self.proofs
            .iter()
            .map(move |(index, path)| (*index, path.iter().filter_map(root).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::inclusion::prove_inclusion;
    use crate::tlog::tree::tests::leaves;

    #[test]
    fn proofs_made_in_one_pass_are_those_made_from_all_leaves() {
        let leaves = leaves(130);
        for size in 1..=leaves.len() {
            let tree = &leaves[..size];
            let mut prover = Prover::new(0..size as u64, size as u64).expect("within the tree");
            for leaf in tree {
                prover.push(*leaf);
            }
            let mut proofs = 0;
            for (index, proof) in prover.proofs() {
                assert_eq!(Ok(proof), prove_inclusion(index, tree), "{index} of {size}");
                proofs += 1;
            }
            assert_eq!(proofs, size);
        }
    }

    #[test]
    fn a_leaf_beyond_the_tree_is_not_proved() {
        for (index, size) in [(0, 0), (1, 1), (130, 7)] {
            let prover = Prover::new([index], size);
            assert!(matches!(prover, Err(ProofError::IndexBeyondTree)));
        }
    }
}
