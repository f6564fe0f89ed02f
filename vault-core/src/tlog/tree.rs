//! The tree of RFC 6962, section 2.1, grown leaf by leaf in memory of O(log n).

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::hash::{empty_root, node};
use crate::crypto::digest::Digest;

/// The most leaves with which a stored frontier is taken up: what an `i64` counts, so that growing
/// it never overflows.
pub const MAX_SIZE: u64 = u64::MAX >> 1;

/// The right-hand edge of a tree: the roots of the complete subtrees that make it up, widest first,
/// one for each bit set in the size. Enough to append and to know the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(u64, Vec<Digest>)", try_from = "(u64, Vec<Digest>)")]
pub struct Frontier {
    size: u64,
    hashes: Vec<Digest>,
}

/// Why parts are not a frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrontierError {
    /// The size is above [`MAX_SIZE`].
    TooLarge,
    /// The size demands another number of hashes.
    HashCount {
        /// The bits set in the size.
        expected: usize,
        /// The hashes given.
        found: usize,
    },
    /// Leaves that do not begin where a subtree as wide as theirs could.
    Misaligned,
}

impl Frontier {
    /// The frontier of the empty tree, with room for every hash that it will ever hold.
    pub fn new() -> Self {
        Self {
            size: 0,
            hashes: Vec::with_capacity(u64::BITS as usize),
        }
    }

    /// A frontier that was stored. Only [`root`](Self::root) shows whether the hashes are right.
    ///
    /// # Errors
    /// [`FrontierError`]: a size above [`MAX_SIZE`], or one that these hashes cannot have.
    pub fn from_parts(size: u64, hashes: &[Digest]) -> Result<Self, FrontierError> {
        if size > MAX_SIZE {
            return Err(FrontierError::TooLarge);
        }
        let (expected, found) = (size.count_ones() as usize, hashes.len());
        if expected != found {
            return Err(FrontierError::HashCount { expected, found });
        }
        let mut frontier = Self::new();
        frontier.size = size;
        frontier.hashes.extend_from_slice(hashes);
        Ok(frontier)
    }

    /// Appends a leaf: one node hash on average, and no allocation.
    pub fn push(&mut self, leaf: Digest) {
        self.push_subtree(0, leaf);
    }

    /// Appends all leaves of `right`, a tree of its own over the leaves that follow: what becomes of
    /// it is the tree that pushing them one by one would have given.
    ///
    /// # Errors
    /// [`FrontierError::Misaligned`] where the leaves here are no multiple of its widest subtree's;
    /// [`FrontierError::TooLarge`]. Nothing is appended then.
    pub fn join(&mut self, right: &Self) -> Result<(), FrontierError> {
        let size = self.size.checked_add(right.size);
        if size.is_none_or(|size| size > MAX_SIZE) {
            return Err(FrontierError::TooLarge);
        }
        let widest = right.size.checked_ilog2().map_or(1, |height| 1 << height);
        if !self.size.is_multiple_of(widest) {
            return Err(FrontierError::Misaligned);
        }
        let heights = (0..u64::BITS).rev();
        let heights = heights.filter(|height| right.size >> height & 1 == 1);
        for (height, root) in heights.zip(&right.hashes) {
            self.push_subtree(height, *root);
        }
        Ok(())
    }

    /// Appends the complete subtree with this root over `2^height` leaves, of which the leaves here
    /// are a multiple.
    fn push_subtree(&mut self, height: u32, root: Digest) {
        let completed = (self.size >> height).trailing_ones() as usize;
        let kept = self.hashes.len() - completed;
        let subtrees = self.hashes[kept..].iter().rev();
        let root = subtrees.fold(root, |right, left| node(left, &right));
        self.hashes.truncate(kept);
        self.hashes.push(root);
        self.size += 1 << height;
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root, at the cost of at most one node hash for each hash held.
    pub fn root(&self) -> Digest {
        let mut hashes = self.hashes.iter().rev();
        hashes.next().map_or_else(empty_root, |last| {
            hashes.fold(*last, |right, left| node(left, &right))
        })
    }

    /// The hashes, widest subtree first: what [`from_parts`](Self::from_parts) takes.
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }
}

impl From<Frontier> for (u64, Vec<Digest>) {
    fn from(frontier: Frontier) -> Self {
        (frontier.size, frontier.hashes)
    }
}

impl TryFrom<(u64, Vec<Digest>)> for Frontier {
    type Error = FrontierError;

    fn try_from((size, hashes): (u64, Vec<Digest>)) -> Result<Self, FrontierError> {
        Self::from_parts(size, &hashes)
    }
}

impl Default for Frontier {
    fn default() -> Self {
        Self::new()
    }
}

impl Extend<Digest> for Frontier {
    fn extend<I: IntoIterator<Item = Digest>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

/// The root of the tree with these leaves, in constant memory.
pub fn root(leaves: impl IntoIterator<Item = Digest>) -> Digest {
    let mut frontier = Frontier::new();
    frontier.extend(leaves);
    frontier.root()
}

/// The roots of the subtrees over these ranges, each of which lies within `leaves`.
pub(super) fn roots(leaves: &[Digest], ranges: &[Range<u64>]) -> Vec<Digest> {
    let place = |index| usize::try_from(index).expect("an index within a slice is a usize");
    ranges
        .iter()
        .map(|range| root(leaves[place(range.start)..place(range.end)].iter().copied()))
        .collect()
}

/// Where RFC 6962 splits the tree over a range of two leaves or more: after the largest power of
/// two that is smaller than their number.
pub(super) fn split(tree: &Range<u64>) -> u64 {
    tree.start + (1 << (tree.end - tree.start - 1).ilog2())
}

impl fmt::Display for FrontierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the tree's size is out of bounds"),
            Self::HashCount { expected, found } => {
                write!(
                    f,
                    "the tree's edge has {found} hashes instead of {expected}"
                )
            }
            Self::Misaligned => f.write_str("the leaves do not begin where they must"),
        }
    }
}

impl std::error::Error for FrontierError {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::tlog::hash::leaf;

    /// Leaves that all differ.
    pub(crate) fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|n| leaf(&n.to_be_bytes())).collect()
    }

    /// The definition in RFC 6962, section 2.1, word for word.
    fn defined_root(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node(&defined_root(left), &defined_root(right))
            }
        }
    }

    #[test]
    fn the_root_is_the_defined_one_at_every_size() {
        let leaves = leaves(130);
        let mut frontier = Frontier::new();
        for size in 0..=leaves.len() {
            assert_eq!(frontier.size(), size as u64);
            assert_eq!(
                frontier.root(),
                defined_root(&leaves[..size]),
                "size {size}"
            );
            assert_eq!(root(leaves[..size].iter().copied()), frontier.root());
            frontier.extend(leaves.get(size).copied());
        }
    }

    #[test]
    fn a_stored_frontier_grows_as_if_it_had_never_been_stored() {
        let leaves = leaves(130);
        let mut kept = Frontier::new();
        for leaf in leaves {
            let mut stored = Frontier::from_parts(kept.size(), kept.hashes()).expect("own parts");
            assert_eq!(stored, kept);
            kept.push(leaf);
            stored.push(leaf);
            assert_eq!(stored, kept);
        }
    }

    #[test]
    fn trees_that_are_joined_are_the_tree_over_all_their_leaves() {
        let leaves = leaves(70);
        let over = |leaves: &[Digest]| {
            let mut frontier = Frontier::new();
            frontier.extend(leaves.iter().copied());
            frontier
        };
        for at in 0..=leaves.len() {
            for end in at..=leaves.len() {
                let mut joined = over(&leaves[..at]);
                let right = over(&leaves[at..end]);
                let widest = right
                    .hashes()
                    .first()
                    .map_or(1, |_| 1 << (end - at).ilog2());
                let done = joined.join(&right);
                if at % widest == 0 {
                    assert_eq!(done, Ok(()));
                    assert_eq!(joined, over(&leaves[..end]), "{at} and {end}");
                } else {
                    assert_eq!(done, Err(FrontierError::Misaligned));
                    assert_eq!(joined, over(&leaves[..at]));
                }
            }
        }
        let [mut huge, more] = [MAX_SIZE & !1, 2].map(|size| {
            let count = size.count_ones() as usize;
            Frontier::from_parts(size, &leaves[..count]).expect("within bounds")
        });
        assert_eq!(huge.join(&more), Err(FrontierError::TooLarge));
    }

    #[test]
    fn growing_never_moves_the_hashes_in_memory() {
        let mut frontier = Frontier::from_parts(0, &[]).expect("the empty tree");
        let before = frontier.hashes().as_ptr();
        frontier.extend(leaves(1000));
        assert_eq!(frontier.hashes().as_ptr(), before);
    }

    #[test]
    fn a_number_of_hashes_that_the_size_denies_is_refused() {
        let hashes = leaves(64);
        for size in [0, 1, 2, 3, 7, 8, 130, MAX_SIZE] {
            let expected = size.count_ones() as usize;
            for (found, _) in hashes
                .iter()
                .enumerate()
                .filter(|(found, _)| *found != expected)
            {
                assert_eq!(
                    Frontier::from_parts(size, &hashes[..found]),
                    Err(FrontierError::HashCount { expected, found })
                );
            }
        }
    }

    #[test]
    fn a_size_beyond_counting_is_refused_and_the_largest_can_still_grow() {
        let hashes = leaves(64);
        for (size, count) in [(u64::MAX, 64), (MAX_SIZE + 1, 1)] {
            assert_eq!(
                Frontier::from_parts(size, &hashes[..count]),
                Err(FrontierError::TooLarge)
            );
        }
        let mut largest = Frontier::from_parts(MAX_SIZE, &hashes[..63]).expect("within bounds");
        largest.push(hashes[63]);
        assert_eq!((largest.size(), largest.hashes().len()), (MAX_SIZE + 1, 1));
    }
}
