//! The key of one version of one entry, so that giving it away gives away exactly one value.

use super::{CollectionKey, KeyRefused};
use crate::crypto::aead;
use crate::crypto::random::{self, Entropy, NoEntropy};
use crate::encoding::{Decoder, Encoder, KeyName, Object, Part, Place};
use crate::entry::field::{self, Field};
use crate::id::{EntryId, VaultId, Version};
use crate::secret::{Key, SecretBytes};

/// Seals and opens the secret fields of one version.
pub struct DataKey {
    vault: VaultId,
    entry: EntryId,
    version: Version,
    key: Key,
}

impl DataKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn generate(
        vault: VaultId,
        entry: EntryId,
        version: Version,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, NoEntropy> {
        Ok(Self {
            vault,
            entry,
            version,
            key: random::key(entropy)?,
        })
    }

    /// Encrypts this key under the collection's.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn seal(
        &self,
        collection: &CollectionKey,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        collection.seal_data_key(self.entry, self.version, &self.key, entropy)
    }

    /// Opens what [`Self::seal`] sealed.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn open(
        vault: VaultId,
        entry: EntryId,
        version: Version,
        collection: &CollectionKey,
        sealed: &[u8],
    ) -> Result<Self, KeyRefused> {
        let key = collection.open_data_key(entry, version, sealed)?;
        Ok(Self {
            vault,
            entry,
            version,
            key,
        })
    }

    /// Encrypts each field apart, padded, and bound to its place among them.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn seal_fields(
        &self,
        fields: &[Field],
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let mut sealed = Encoder::unlabelled(256 * fields.len());
        for (place, field) in (0..).zip(fields) {
            let padded = field::pad(&field.value);
            let place = self.place(place);
            sealed = sealed.bytes(&aead::seal(&self.key, &place, padded.expose(), entropy)?);
        }
        Ok(sealed.finish())
    }

    /// Opens the field at `place`.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn open_field(&self, sealed: &[u8], place: u32) -> Result<SecretBytes, KeyRefused> {
        let mut fields = Decoder::new(sealed);
        for _ in 0..place {
            fields.bytes()?;
        }
        let padded = aead::open(&self.key, &self.place(place), fields.bytes()?)?;
        field::unpad(&padded).ok_or(KeyRefused)
    }

    fn place(&self, place: u32) -> Place {
        Place {
            vault: self.vault,
            object: Object::Entry(self.entry),
            version: self.version.get(),
            part: Part::Secret(place),
            key: KeyName::sole(*self.entry.as_bytes()),
        }
    }
}
