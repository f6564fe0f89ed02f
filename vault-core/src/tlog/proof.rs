//! C2SP `tlog-proof`: the proof that a line stands in a log, to be checked by whoever has the line
//! and the log's keys, and nothing else.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::crypto::digest::Digest;

/// A proof in its text form, without extra data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The place of the line, counted from 0.
    pub index: u64,
    /// The hashes from the leaf's sibling up to the root's child.
    pub hashes: Vec<Digest>,
    /// The signed checkpoint, as it is.
    pub checkpoint: String,
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "c2sp.org/tlog-proof@v1\nindex {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", BASE64_STANDARD.encode(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_has_its_index_its_hashes_an_empty_line_and_the_checkpoint() {
        let checkpoint = "example/vault/00\n1\nAAAA\n\n\u{2014} example/vault/00 AAAA\n";
        let mut proof = Proof {
            index: 0,
            hashes: Vec::new(),
            checkpoint: checkpoint.to_owned(),
        };
        let head = "c2sp.org/tlog-proof@v1\nindex 0\n";
        assert_eq!(proof.to_string(), format!("{head}\n{checkpoint}"));
        proof.hashes = vec![Digest::from_bytes([0; 32])];
        let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        assert_eq!(proof.to_string(), format!("{head}{hash}\n\n{checkpoint}"));
    }
}
