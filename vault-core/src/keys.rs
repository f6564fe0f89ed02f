//! The hierarchy of keys in one picture.
//!
//! ```text
//! passphrase ─Argon2id─► unlock key ─AEAD─► a person's identity: age X25519 + Ed25519 + pins
//! person's recipient ─age─┐
//! escrow recipient E_n ───┴─► collection key, generation g ─HKDF─► catalogue key, deposit identity
//!                                │        └─AEAD─► data key of one version ─AEAD─► secret fields
//!                                └─ the predecessor's collection key
//! catalogue key ─AEAD─► title, user name, URL, dates; in the directory: names
//! sheet words ─HKDF─► sheet identity ─age─► share of S;  enough shares ─► S ─HKDF─► escrow identity
//! ```

pub mod collection_key;
pub mod data_key;
pub mod escrow;
pub mod identity;

pub use collection_key::{CatalogueKey, CollectionKey};
pub use data_key::DataKey;
pub use escrow::EscrowKeys;
pub use identity::{PersonKeys, Pins};

/// Bytes that do not open with the key at hand, or open to something that is not what it claims
/// to be: damaged, moved, or made by somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRefused;

impl From<crate::crypto::aead::Unopenable> for KeyRefused {
    fn from(_: crate::crypto::aead::Unopenable) -> Self {
        Self
    }
}

impl From<crate::crypto::recipient::NotForUs> for KeyRefused {
    fn from(_: crate::crypto::recipient::NotForUs) -> Self {
        Self
    }
}

impl From<crate::encoding::Malformed> for KeyRefused {
    fn from(_: crate::encoding::Malformed) -> Self {
        Self
    }
}
