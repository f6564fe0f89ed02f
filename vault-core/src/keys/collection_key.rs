//! The key of a collection, one a generation, and the catalogue key derived from it.

use super::{CatalogueKey, KeyRefused, wrap_place};
use crate::audit::row::Reader;
use crate::collection::GenerationFacts;
use crate::crypto::aead;
use crate::crypto::digest::{self, Digest};
use crate::crypto::random::{self, Entropy, NoEntropy};
use crate::crypto::recipient::{self, Identity, Recipient, WrapFailed};
use crate::encoding::{KeyName, Label, Object, Part, Place};
use crate::id::{CollectionId, EntryId, Generation, VaultId, Version};
use crate::secret::{Key, SecretBytes};

/// Reads and writes what a collection holds.
pub struct CollectionKey {
    vault: VaultId,
    collection: CollectionId,
    generation: Generation,
    key: Key,
}

impl CollectionKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn generate(
        vault: VaultId,
        collection: CollectionId,
        generation: Generation,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, NoEntropy> {
        Ok(Self {
            vault,
            collection,
            generation,
            key: random::key(entropy)?,
        })
    }

    /// The collection.
    pub const fn collection(&self) -> CollectionId {
        self.collection
    }

    /// The generation.
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    /// What the log says of this generation.
    pub fn facts(&self) -> GenerationFacts {
        GenerationFacts {
            collection: self.collection,
            generation: self.generation,
            commitment: self.commitment(),
            catalogue: self.catalogue_key().commitment(),
            deposit: self.deposit().recipient(),
        }
    }

    /// `HKDF(key, salt = vault, label ‖ generation)`.
    fn derive(&self, label: Label) -> Key {
        let info = label.numbered(self.generation.get());
        digest::derive(self.key.expose(), self.vault.as_bytes(), &info)
    }

    /// What the key is publicly committed to; it tells nothing of the key.
    pub fn commitment(&self) -> Digest {
        Digest::from_bytes(*self.derive(Label::CollectionCommit).expose())
    }

    /// The catalogue key of this generation.
    pub fn catalogue_key(&self) -> CatalogueKey {
        CatalogueKey::new(
            self.vault,
            self.collection,
            self.generation,
            self.derive(Label::Catalogue),
        )
    }

    /// Receives what is sealed to the collection by people who cannot read it.
    pub fn deposit(&self) -> Identity {
        Identity::from_key(&self.derive(Label::Deposit))
    }

    /// The key of the vault's title tags, from the first key of the directory.
    pub fn tag_key(&self) -> Key {
        self.derive(Label::TitleTag)
    }

    /// The key under which an import recognises what it brought in before.
    pub fn import_key(&self) -> Key {
        self.derive(Label::Import)
    }

    fn name(&self) -> KeyName {
        KeyName::collection(self.collection, self.generation)
    }

    /// Wraps the key to `reader`.
    ///
    /// # Errors
    /// [`WrapFailed`].
    pub fn wrap(&self, reader: Reader, to: &Recipient) -> Result<Vec<u8>, WrapFailed> {
        let place = wrap_place(self.vault, &self.facts(), Part::CollectionKey, reader);
        recipient::wrap(&[to], &place, self.key.expose())
    }

    /// Opens what [`Self::wrap`] wrapped, and compares it with the commitment in the log.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn unwrap(
        vault: VaultId,
        facts: &GenerationFacts,
        reader: Reader,
        identity: &Identity,
        file: &[u8],
    ) -> Result<Self, KeyRefused> {
        let place = wrap_place(vault, facts, Part::CollectionKey, reader);
        Self::checked(vault, facts, &identity.unwrap(&place, file)?)
    }

    fn checked(
        vault: VaultId,
        facts: &GenerationFacts,
        bytes: &SecretBytes,
    ) -> Result<Self, KeyRefused> {
        let key = Self {
            vault,
            collection: facts.collection,
            generation: facts.generation,
            key: Key::from_slice(bytes.expose()).ok_or(KeyRefused)?,
        };
        if key.facts() == *facts {
            Ok(key)
        } else {
            Err(KeyRefused)
        }
    }

    fn predecessor_place(&self) -> Place {
        Place {
            vault: self.vault,
            object: Object::Collection(self.collection),
            version: self.generation.get() - 1,
            part: Part::Predecessor,
            key: self.name(),
        }
    }

    /// Encrypts the key of the generation before, so that readers of this one can walk back.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn seal_predecessor(
        &self,
        predecessor: &Self,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let place = self.predecessor_place();
        aead::seal(&self.key, &place, predecessor.key.expose(), entropy)
    }

    /// Opens what [`Self::seal_predecessor`] sealed, and compares it with the log.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn open_predecessor(
        &self,
        facts: &GenerationFacts,
        sealed: &[u8],
    ) -> Result<Self, KeyRefused> {
        let bytes = aead::open(&self.key, &self.predecessor_place(), sealed)?;
        Self::checked(self.vault, facts, &bytes)
    }

    /// Encrypts the data key of one version of an entry.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub(super) fn seal_data_key(
        &self,
        entry: EntryId,
        version: Version,
        key: &Key,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let place = self.data_key_place(entry, version);
        aead::seal(&self.key, &place, key.expose(), entropy)
    }

    /// Opens the data key of one version of an entry.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub(super) fn open_data_key(
        &self,
        entry: EntryId,
        version: Version,
        sealed: &[u8],
    ) -> Result<Key, KeyRefused> {
        let bytes = aead::open(&self.key, &self.data_key_place(entry, version), sealed)?;
        Key::from_slice(bytes.expose()).ok_or(KeyRefused)
    }

    fn data_key_place(&self, entry: EntryId, version: Version) -> Place {
        Place {
            vault: self.vault,
            object: Object::Entry(entry),
            version: version.get(),
            part: Part::DataKey,
            key: self.name(),
        }
    }
}
