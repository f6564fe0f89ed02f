//! The three hashes of RFC 6962, section 2.1. The first byte keeps leaves and nodes apart.

use crate::crypto::digest::Digest;

/// `SHA-256(0x00 ‖ line)`: the leaf of a line, taken byte for byte.
pub fn leaf(line: &[u8]) -> Digest {
    Digest::of(&[&[0x00], line])
}

/// `SHA-256(0x01 ‖ left ‖ right)`: the root above two roots.
pub fn node(left: &Digest, right: &Digest) -> Digest {
    let mut spelled = [0x01; 65];
    spelled[1..33].copy_from_slice(left.as_bytes());
    spelled[33..].copy_from_slice(right.as_bytes());
    Digest::of(&[&spelled])
}

/// `SHA-256("")`: the root of the tree that has no leaves.
pub fn empty_root() -> Digest {
    Digest::of(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    // The published roots of RFC 6962 implementations for no leaf and for one empty leaf.
    #[test]
    fn the_empty_tree_and_the_empty_leaf_have_their_published_hashes() {
        assert_eq!(
            empty_root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            leaf(b"").to_string(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
    }

    #[test]
    fn a_line_that_spells_a_node_is_not_that_node() {
        let (left, right) = (leaf(b"left"), leaf(b"right"));
        let spelled = [&[0x01][..], left.as_bytes(), right.as_bytes()].concat();
        assert_ne!(leaf(&spelled), node(&left, &right));
        assert_ne!(leaf(&spelled[1..]), node(&left, &right));
        assert_ne!(node(&left, &right), node(&right, &left));
    }
}
