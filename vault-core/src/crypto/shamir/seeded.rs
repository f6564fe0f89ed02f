//! Reproducible bytes for the tests of this folder.

use crate::crypto::digest::Digest;
use crate::crypto::random::{Entropy, NoEntropy};

/// SHA-256 of a seed and a counter.
pub(super) struct Seeded {
    seed: u64,
    counter: u64,
}

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, counter: 0 }
    }
}

impl Entropy for Seeded {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in buffer.chunks_mut(32) {
            self.counter += 1;
            let block = Digest::of(&[&self.seed.to_be_bytes(), &self.counter.to_be_bytes()]);
            chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
