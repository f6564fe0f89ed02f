//! Proofs from one pass over the leaves, which come one after another and are not kept.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::inclusion::ProofError;
use super::tree::Frontier;
use super::{consistency, inclusion};
use crate::crypto::digest::Digest;

/// The subtrees whose roots are wanted, each once. Of two, one holds the other or they have no leaf
/// in common, so that at any leaf few grow: O(log n) of them, however many are wanted.
#[derive(Default)]
struct Subtrees {
    /// Those that have not begun, first to last.
    waiting: BTreeSet<Place>,
    /// Those that grow, each within the one before it.
    growing: Vec<(Place, Frontier)>,
    roots: BTreeMap<Place, Digest>,
    next: u64,
}

/// Where a subtree begins and ends. Of those that begin together the largest comes first.
type Place = (u64, Reverse<u64>);

const fn place(range: &Range<u64>) -> Place {
    (range.start, Reverse(range.end))
}

impl Subtrees {
    fn want(&mut self, path: &[Range<u64>]) {
        self.waiting.extend(path.iter().map(place));
    }

    /// Takes the next leaf.
    fn push(&mut self, leaf: Digest) {
        while let Some(first) = self
            .waiting
            .first()
            .filter(|(start, _)| *start == self.next)
        {
            self.growing.push((*first, Frontier::new()));
            self.waiting.pop_first();
        }
        for (_, frontier) in &mut self.growing {
            frontier.push(leaf);
        }
        self.next += 1;
        let ends = |((_, Reverse(end)), _): &(Place, Frontier)| *end == self.next;
        while self.growing.last().is_some_and(ends) {
            let grown = self.growing.pop();
            self.roots
                .extend(grown.map(|(place, tree)| (place, tree.root())));
        }
    }

    fn roots(&self, path: &[Range<u64>]) -> Vec<Digest> {
        let roots = path
            .iter()
            .filter_map(|range| self.roots.get(&place(range)));
        roots.copied().collect()
    }
}

/// Proves the inclusion of some leaves in a tree whose leaves come one after another. It holds the
/// root of each subtree that a proof needs, and those that several proofs share once: O(proofs ·
/// log n) in memory, and no leaf.
pub struct Prover {
    proofs: Vec<(u64, Vec<Range<u64>>)>,
    subtrees: Subtrees,
}

impl Prover {
    /// A prover for the leaves at `indices` of a tree of `size` leaves.
    ///
    /// # Errors
    /// [`ProofError::IndexBeyondTree`].
    pub fn new(indices: impl IntoIterator<Item = u64>, size: u64) -> Result<Self, ProofError> {
        let mut proofs = Vec::new();
        let mut subtrees = Subtrees::default();
        for index in indices {
            let path = inclusion::subtrees(index, size)?;
            subtrees.want(&path);
            proofs.push((index, path));
        }
        Ok(Self { proofs, subtrees })
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: Digest) {
        self.subtrees.push(leaf);
    }

    /// The proofs, each with its index, in the order in which they were asked for. They are those
    /// of the tree once every leaf was pushed.
    pub fn proofs(&self) -> impl Iterator<Item = (u64, Vec<Digest>)> {
        let proof = |(index, path): &(u64, Vec<_>)| (*index, self.subtrees.roots(path));
        self.proofs.iter().map(proof)
    }
}

/// Proves that an older tree is the beginning of a newer one, and gives both roots, from the leaves
/// of the newer tree one after another: O(log² n) in memory.
pub struct ConsistencyProver {
    sizes: (u64, u64),
    path: Vec<Range<u64>>,
    subtrees: Subtrees,
    tree: Frontier,
    old_root: Digest,
}

impl ConsistencyProver {
    /// A prover for the trees of these sizes. The empty tree is the beginning of every tree, by an
    /// empty proof.
    ///
    /// # Errors
    /// [`ProofError::OldTreeLarger`].
    pub fn new(old_size: u64, new_size: u64) -> Result<Self, ProofError> {
        let path = match old_size {
            0 => Vec::new(),
            _ => consistency::subtrees(old_size, new_size)?,
        };
        let mut subtrees = Subtrees::default();
        subtrees.want(&path);
        let tree = Frontier::new();
        Ok(Self {
            sizes: (old_size, new_size),
            old_root: tree.root(),
            path,
            subtrees,
            tree,
        })
    }

    /// Takes the next leaf; those beyond the newer tree are passed over.
    pub fn push(&mut self, leaf: Digest) {
        let (old_size, new_size) = self.sizes;
        if self.tree.size() == new_size {
            return;
        }
        self.subtrees.push(leaf);
        self.tree.push(leaf);
        if self.tree.size() == old_size {
            self.old_root = self.tree.root();
        }
    }

    /// The root of the older tree.
    pub const fn old_root(&self) -> &Digest {
        &self.old_root
    }

    /// The root of the newer tree; `None` while leaves of it are missing.
    pub fn new_root(&self) -> Option<Digest> {
        (self.tree.size() == self.sizes.1).then(|| self.tree.root())
    }

    /// The proof, once every leaf was pushed.
    pub fn proof(&self) -> Vec<Digest> {
        self.subtrees.roots(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::consistency::{prove_consistency, verify_consistency};
    use crate::tlog::inclusion::prove_inclusion;
    use crate::tlog::tree::root;
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

    #[test]
    fn consistency_proved_in_one_pass_is_that_proved_from_all_leaves() {
        let leaves = leaves(70);
        for new in 1..=64 {
            for old in 0..=new {
                let mut prover =
                    ConsistencyProver::new(old as u64, new as u64).expect("sizes in order");
                for (pushed, leaf) in leaves.iter().enumerate() {
                    assert_eq!(prover.new_root().is_some(), pushed >= new);
                    prover.push(*leaf);
                }
                let [old_root, new_root] = [old, new].map(|n| root(leaves[..n].iter().copied()));
                assert_eq!(*prover.old_root(), old_root, "{old} of {new}");
                assert_eq!(prover.new_root(), Some(new_root));
                let proof = prover.proof();
                if old == 0 {
                    assert_eq!(proof, []);
                    continue;
                }
                let (old_size, new_size) = (old as u64, new as u64);
                let verdict = verify_consistency(old_size, new_size, &old_root, &new_root, &proof);
                assert_eq!(verdict, Ok(()));
                assert_eq!(Ok(proof), prove_consistency(old_size, &leaves[..new]));
            }
        }
        let larger = ConsistencyProver::new(2, 1);
        assert!(matches!(larger, Err(ProofError::OldTreeLarger)));
    }
}
