//! One line under a note.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::verifier::{KEY_ID, KeyType, Name, key_id};
use crate::crypto::signature::{SIGNATURE, Signature, VerifyKey};

/// What stands before the name.
pub(super) const DASH: &str = "\u{2014} ";

/// One signature as it was read: a claim, until somebody who has the key has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tlog) struct SignatureLine {
    pub(in crate::tlog) name: Name,
    pub(in crate::tlog) key_id: [u8; KEY_ID],
    pub(in crate::tlog) signature: Vec<u8>,
}

impl SignatureLine {
    /// Reads a line without its newline.
    pub(in crate::tlog) fn parse(line: &str) -> Option<Self> {
        let (name, bytes) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = BASE64_STANDARD.decode(bytes).ok()?;
        let (key_id, signature) = bytes.split_first_chunk()?;
        (!signature.is_empty()).then_some(Self {
            name: name.parse().ok()?,
            key_id: *key_id,
            signature: signature.to_vec(),
        })
    }

    /// Whether it is a note's own signature, by `key`.
    pub(super) fn is_by(&self, key: &VerifyKey, text: &str) -> bool {
        key_id(KeyType::Note, &self.name, key) == self.key_id
            && <[u8; SIGNATURE]>::try_from(self.signature.as_slice())
                .is_ok_and(|bytes| key.verifies(text.as_bytes(), &Signature::from_bytes(bytes)))
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_id, self.signature.as_slice()].concat();
        write!(f, "{DASH}{} {}", self.name, BASE64_STANDARD.encode(bytes))
    }
}
