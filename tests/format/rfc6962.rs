//! RFC 6962: the vectors of transparency-dev/merkle, and the crate `ct-merkle` as a second opinion.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use vault_core::crypto::digest::Digest;
use vault_core::tlog::consistency::{prove_consistency, verify_consistency};
use vault_core::tlog::hash::{empty_root, leaf};
use vault_core::tlog::inclusion::{prove_inclusion, verify_inclusion};
use vault_core::tlog::tree::root;

/// The vectors in each of the two folders, and how many of them are valid proofs.
const VECTORS: usize = 98;
const VALID: usize = 6;

/// What stands for a hash where the vector's verdict does not depend on it.
const PLACEHOLDER: &[u8] = b"don't care";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

/// Every vector under a folder of the published ones; none, with a word about it, where they are
/// not at hand.
fn vectors<T: DeserializeOwned>(folder: &str) -> Option<Vec<T>> {
    let what = format!("RFC 6962 vectors of {folder}");
    let root = harness::shared("vectors/rfc6962/testdata", VECTORS, &what)?;
    let files = files_under(&root.join(folder));
    let read = |path: &PathBuf| {
        let bytes = fs::read(path).expect("a readable vector");
        serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    Some(files.iter().map(read).collect())
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    entries
        .map(|entry| entry.expect("a readable folder").path())
        .flat_map(|path| {
            if path.is_dir() {
                files_under(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The hash that a vector gives, or nothing where it has not 32 bytes: our functions take no other.
fn hash(text: &str) -> Option<Digest> {
    let bytes = BASE64_STANDARD.decode(text).expect("base64");
    if bytes.starts_with(PLACEHOLDER) {
        return Some(Digest::of(&[&bytes]));
    }
    bytes.try_into().ok().map(Digest::from_bytes)
}

fn hashes(texts: Option<&Vec<String>>) -> Option<Vec<Digest>> {
    texts.into_iter().flatten().map(|text| hash(text)).collect()
}

#[test]
fn every_published_inclusion_proof_is_judged_as_published() {
    let Some(vectors) = vectors::<Inclusion>("inclusion") else {
        return;
    };
    let accepted = |vector: &Inclusion| {
        let (leaf, root) = (hash(&vector.leaf_hash)?, hash(&vector.root)?);
        let proof = hashes(vector.proof.as_ref())?;
        verify_inclusion(&leaf, vector.leaf_idx, vector.tree_size, &proof, &root).ok()
    };
    for vector in &vectors {
        let verdict = accepted(vector).is_some();
        assert_eq!(verdict, !vector.want_err, "{}", vector.desc);
    }
    assert_eq!(vectors.len(), VECTORS);
    assert_eq!(vectors.iter().filter(|v| !v.want_err).count(), VALID);
}

#[test]
fn every_published_consistency_proof_is_judged_as_published() {
    let Some(vectors) = vectors::<Consistency>("consistency") else {
        return;
    };
    let accepted = |vector: &Consistency| {
        let (old, new) = (hash(&vector.root1)?, hash(&vector.root2)?);
        let proof = hashes(vector.proof.as_ref())?;
        verify_consistency(vector.size1, vector.size2, &old, &new, &proof).ok()
    };
    for vector in &vectors {
        let verdict = accepted(vector).is_some();
        assert_eq!(verdict, !vector.want_err, "{}", vector.desc);
    }
    assert_eq!(vectors.len(), VECTORS);
    assert_eq!(vectors.iter().filter(|v| !v.want_err).count(), VALID);
}

type Peer = MemoryBackedTree<Sha256, Vec<u8>>;

/// The same lines in a tree of the peer's, and as leaf hashes of ours.
fn lines(count: usize) -> (Peer, Vec<Digest>) {
    let lines = (0..count).map(|n| format!("{{\"seq\":{n}}}").into_bytes());
    let mut peer = Peer::new();
    let hash_and_push = |line: Vec<u8>| {
        let hash = leaf(&line);
        peer.push(line);
        hash
    };
    let leaves = lines.map(hash_and_push).collect();
    (peer, leaves)
}

fn concatenated(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(Digest::as_bytes).copied().collect()
}

fn digests(bytes: &[u8]) -> Vec<Digest> {
    let (hashes, rest) = bytes.as_chunks();
    assert!(rest.is_empty());
    hashes.iter().copied().map(Digest::from_bytes).collect()
}

fn peer_root(root: &Digest, size: usize) -> RootHash<Sha256> {
    RootHash::new((*root.as_bytes()).into(), size as u64)
}

#[test]
fn a_peer_computes_the_same_roots() {
    for size in 0..=130 {
        let (peer, leaves) = lines(size);
        let ours = root(leaves);
        assert_eq!(peer.root().as_bytes().as_slice(), ours.as_bytes());
    }
    assert_eq!(root([]), empty_root());
}

#[test]
fn a_peer_makes_and_accepts_the_same_inclusion_proofs() {
    for size in 1..=70 {
        let (peer, leaves) = lines(size);
        let root = root(leaves.iter().copied());
        for (index, leaf) in leaves.iter().enumerate() {
            let ours = prove_inclusion(index as u64, &leaves).expect("the index is in the tree");
            let theirs = peer.prove_inclusion(index);
            assert_eq!(ours, digests(theirs.as_bytes()), "{index} of {size}");
            let theirs = digests(theirs.as_bytes());
            let verdict = verify_inclusion(leaf, index as u64, size as u64, &theirs, &root);
            assert_eq!(verdict, Ok(()));

            let ours = InclusionProof::try_from_bytes(concatenated(&ours)).expect("whole hashes");
            let line = peer.get(index).expect("the index is in the tree");
            let verdict = peer_root(&root, size).verify_inclusion(line, index as u64, &ours);
            assert!(verdict.is_ok(), "{index} of {size}");
        }
    }
}

#[test]
fn a_peer_makes_and_accepts_the_same_consistency_proofs() {
    for new in 1..=70 {
        let (peer, leaves) = lines(new);
        let new_root = root(leaves.iter().copied());
        for old in 1..=new {
            let old_root = root(leaves[..old].iter().copied());
            let ours = prove_consistency(old as u64, &leaves).expect("sizes in order");
            let theirs = digests(peer.prove_consistency(new - old).as_bytes());
            assert_eq!(ours, theirs, "{old} to {new}");
            assert_eq!(
                verify_consistency(old as u64, new as u64, &old_root, &new_root, &theirs),
                Ok(())
            );

            let ours = ConsistencyProof::try_from_bytes(concatenated(&ours)).expect("whole hashes");
            let verdict =
                peer_root(&new_root, new).verify_consistency(&peer_root(&old_root, old), &ours);
            assert!(verdict.is_ok(), "{old} to {new}");
        }
    }
}
