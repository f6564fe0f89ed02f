//! The catalogue key of a generation: it opens what may be seen of a collection without revealing
//! anything, and in the directory the names of people and collections.

use super::{KeyRefused, wrap_place};
use crate::audit::row::Reader;
use crate::collection::GenerationFacts;
use crate::crypto::aead;
use crate::crypto::digest::{self, Digest};
use crate::crypto::random::{Entropy, NoEntropy};
use crate::crypto::recipient::{self, Identity, Recipient, WrapFailed};
use crate::encoding::{KeyName, Label, Object, Part, Place};
use crate::entry::{Catalogue, VersionCatalogue};
use crate::id::{CollectionId, EntryId, Generation, PersonId, VaultId, Version};
use crate::secret::{Key, SecretBytes};

/// Reads and writes what may be seen of a collection without revealing it.
pub struct CatalogueKey {
    vault: VaultId,
    collection: CollectionId,
    generation: Generation,
    key: Key,
}

impl CatalogueKey {
    /// The catalogue key that a collection key yields.
    pub(super) const fn new(
        vault: VaultId,
        collection: CollectionId,
        generation: Generation,
        key: Key,
    ) -> Self {
        Self {
            vault,
            collection,
            generation,
            key,
        }
    }

    /// What the key is publicly committed to; it tells nothing of the key.
    pub fn commitment(&self) -> Digest {
        let info = Label::CatalogueCommit.numbered(self.generation.get());
        let derived = digest::derive(self.key.expose(), self.vault.as_bytes(), &info);
        Digest::from_bytes(*derived.expose())
    }

    fn checked(self, facts: &GenerationFacts) -> Result<Self, KeyRefused> {
        if self.commitment() == facts.catalogue {
            Ok(self)
        } else {
            Err(KeyRefused)
        }
    }

    /// The generation.
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    fn place(&self, object: Object, version: u64, part: Part) -> Place {
        Place {
            vault: self.vault,
            object,
            version,
            part,
            key: KeyName::collection(self.collection, self.generation),
        }
    }

    /// Wraps the catalogue key alone to `reader`.
    ///
    /// # Errors
    /// [`WrapFailed`].
    pub fn wrap(
        &self,
        facts: &GenerationFacts,
        reader: Reader,
        to: &Recipient,
    ) -> Result<Vec<u8>, WrapFailed> {
        let place = wrap_place(self.vault, facts, Part::CatalogueKey, reader);
        recipient::wrap(&[to], &place, self.key.expose())
    }

    /// Opens what [`Self::wrap`] wrapped.
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
        let place = wrap_place(vault, facts, Part::CatalogueKey, reader);
        let bytes = identity.unwrap(&place, file)?;
        let key = Self {
            vault,
            collection: facts.collection,
            generation: facts.generation,
            key: Key::from_slice(bytes.expose()).ok_or(KeyRefused)?,
        };
        key.checked(facts)
    }

    /// Encrypts the catalogue key of the generation before.
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
        let key = Self {
            vault: self.vault,
            collection: self.collection,
            generation: facts.generation,
            key: Key::from_slice(bytes.expose()).ok_or(KeyRefused)?,
        };
        key.checked(facts)
    }

    fn predecessor_place(&self) -> Place {
        let object = Object::Collection(self.collection);
        self.place(
            object,
            self.generation.get() - 1,
            Part::PredecessorCatalogue,
        )
    }

    /// Encrypts a person's name; the key is the directory's.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn seal_person_name(
        &self,
        person: PersonId,
        name: &str,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let place = self.place(Object::Person(person), 1, Part::Name);
        aead::seal(&self.key, &place, name.as_bytes(), entropy)
    }

    /// Opens a person's name.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn open_person_name(&self, person: PersonId, sealed: &[u8]) -> Result<String, KeyRefused> {
        self.open_text(&self.place(Object::Person(person), 1, Part::Name), sealed)
    }

    /// Encrypts a collection's name; the key is the directory's.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn seal_collection_name(
        &self,
        collection: CollectionId,
        name: &str,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let place = self.place(Object::Collection(collection), 1, Part::Name);
        aead::seal(&self.key, &place, name.as_bytes(), entropy)
    }

    /// Opens a collection's name.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn open_collection_name(
        &self,
        collection: CollectionId,
        sealed: &[u8],
    ) -> Result<String, KeyRefused> {
        let place = self.place(Object::Collection(collection), 1, Part::Name);
        self.open_text(&place, sealed)
    }

    fn open_text(&self, place: &Place, sealed: &[u8]) -> Result<String, KeyRefused> {
        let bytes = aead::open(&self.key, place, sealed)?;
        std::str::from_utf8(bytes.expose())
            .map(str::to_owned)
            .map_err(|_| KeyRefused)
    }

    /// Encrypts an entry's catalogue, in its `revision`th form.
    ///
    /// # Errors
    /// [`NoEntropy`].
    ///
    /// # Panics
    /// Never: a catalogue has a JSON form.
    pub fn seal_catalogue(
        &self,
        entry: EntryId,
        revision: u64,
        catalogue: &Catalogue,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let json = SecretBytes::new(serde_json::to_vec(catalogue).expect("it has a JSON form"));
        let place = self.place(Object::Entry(entry), revision, Part::Catalogue);
        aead::seal(&self.key, &place, json.expose(), entropy)
    }

    /// Opens an entry's catalogue.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn open_catalogue(
        &self,
        entry: EntryId,
        revision: u64,
        sealed: &[u8],
    ) -> Result<Catalogue, KeyRefused> {
        let place = self.place(Object::Entry(entry), revision, Part::Catalogue);
        let json = aead::open(&self.key, &place, sealed)?;
        serde_json::from_slice(json.expose()).map_err(|_| KeyRefused)
    }

    /// Encrypts what may be seen of one version.
    ///
    /// # Errors
    /// [`NoEntropy`].
    ///
    /// # Panics
    /// Never: a version's catalogue has a JSON form.
    pub fn seal_version(
        &self,
        entry: EntryId,
        version: Version,
        catalogue: &VersionCatalogue,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let json = SecretBytes::new(serde_json::to_vec(catalogue).expect("it has a JSON form"));
        let place = self.version_place(entry, version);
        aead::seal(&self.key, &place, json.expose(), entropy)
    }

    /// Opens what may be seen of one version.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn open_version(
        &self,
        entry: EntryId,
        version: Version,
        sealed: &[u8],
    ) -> Result<VersionCatalogue, KeyRefused> {
        let json = aead::open(&self.key, &self.version_place(entry, version), sealed)?;
        serde_json::from_slice(json.expose()).map_err(|_| KeyRefused)
    }

    fn version_place(&self, entry: EntryId, version: Version) -> Place {
        // The data key's place has another part, so the two never serve for each other.
        self.place(Object::Entry(entry), version.get(), Part::VersionCatalogue)
    }
}
