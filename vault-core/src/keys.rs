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

pub mod catalogue_key;
pub mod collection_key;
pub mod data_key;
pub mod escrow;
pub mod identity;

use crate::audit::row::Reader;
use crate::collection::GenerationFacts;
use crate::encoding::{KeyName, Object, Part, Place};
use crate::id::VaultId;
pub use catalogue_key::CatalogueKey;
pub use collection_key::CollectionKey;
pub use data_key::DataKey;
pub use escrow::EscrowKeys;
pub use identity::{PersonKeys, Pins};

/// Bytes that do not open with the key at hand, or open to something that is not what it claims
/// to be: damaged, moved, or made by somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRefused;

/// Where a generation's key that is wrapped to a reader belongs.
fn wrap_place(vault: VaultId, facts: &GenerationFacts, part: Part, reader: Reader) -> Place {
    Place {
        vault,
        object: match reader {
            Reader::Person(person) => Object::Person(person),
            Reader::Escrow(epoch) => Object::Escrow(epoch),
        },
        version: facts.generation.get(),
        part,
        key: KeyName::collection(facts.collection, facts.generation),
    }
}

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
