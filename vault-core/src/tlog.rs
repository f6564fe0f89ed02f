//! The transparency log's mechanisms: a Merkle tree over lines, proofs about it, and signed heads.
//!
//! Trees, roots and proofs are those of RFC 6962, section 2.1, with SHA-256; the verification
//! algorithms are those of RFC 9162, section 2.1. Heads are C2SP `tlog-checkpoint`s in C2SP
//! `signed-note`s. Nothing here knows what a line says or who may sign it.
//!
//! A proof speaks of a root, and a size only says which path leads there: two sizes may share
//! one. Take size and root together, from one verified [`Checkpoint`](checkpoint::Checkpoint).

pub mod answer;
pub mod checkpoint;
pub mod consistency;
pub mod cosignature;
pub mod hash;
pub mod inclusion;
pub mod note;
pub mod proof;
pub mod prover;
pub mod submission;
pub mod tree;
pub mod witness;
