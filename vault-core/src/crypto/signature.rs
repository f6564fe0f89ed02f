//! Ed25519 (RFC 8032), verified strictly: no small-order keys, no second valid encoding.

use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::Signer;

use super::digest::Digest;
use crate::id::{InvalidId, parse_hex, write_hex};
use crate::secret::Key;

/// The length of a signature in bytes.
pub const SIGNATURE: usize = 64;

/// A private signing key: a person's, a sheet's or an escrow epoch's.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The signing key with this seed.
    pub fn from_seed(seed: &Key) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed.expose()))
    }

    /// The public half.
    pub fn verify_key(&self) -> VerifyKey {
        VerifyKey(self.0.verifying_key().to_bytes())
    }

    /// Signs `message`.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

/// How many keys each thread keeps the points of.
const KNOWN_POINTS: usize = 8;

thread_local! {
    /// The points of the keys that were last used, newest last. A log is signed by few keys, each of
    /// them often, and finding a key's point takes an eighth of a verification.
    static POINTS: RefCell<Vec<(VerifyKey, Option<ed25519_dalek::VerifyingKey>)>> =
        const { RefCell::new(Vec::new()) };
}

/// A public verification key; hexadecimal in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyKey([u8; 32]);

impl VerifyKey {
    /// A key that was stored. Whether it is a point on the curve shows when it verifies.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key's SHA-256 in five groups of four hexadecimal digits, for two people to compare.
    pub fn fingerprint(&self) -> String {
        let digest = Digest::of(&[&self.0]).to_string();
        let groups = digest.as_bytes().chunks(4).take(5);
        let groups = groups.map(|group| String::from_utf8_lossy(group).into_owned());
        groups.collect::<Vec<_>>().join("-")
    }

    /// Whether `signature` over `message` is this key's, by `verify_strict`.
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        self.point().is_some_and(|key| {
            let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
            key.verify_strict(message, &signature).is_ok()
        })
    }

    /// The key's point; `None` where the bytes are no point on the curve.
    fn point(&self) -> Option<ed25519_dalek::VerifyingKey> {
        POINTS.with_borrow_mut(|points| {
            if let Some((_, point)) = points.iter().find(|(key, _)| key == self) {
                return *point;
            }
            let point = ed25519_dalek::VerifyingKey::from_bytes(&self.0).ok();
            if points.len() == KNOWN_POINTS {
                points.remove(0);
            }
            points.push((*self, point));
            point
        })
    }
}

impl fmt::Display for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyKey({self})")
    }
}

impl FromStr for VerifyKey {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        parse_hex(text).map(Self)
    }
}
crate::id::serde_as_text!(VerifyKey);

/// A signature; standard base64 in text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; SIGNATURE]);

impl Signature {
    /// A signature that was stored.
    pub const fn from_bytes(bytes: [u8; SIGNATURE]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; SIGNATURE] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl FromStr for Signature {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| InvalidId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidId)
    }
}
