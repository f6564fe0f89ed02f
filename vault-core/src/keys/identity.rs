//! A person's own keys, and the pins by which they recognise their vault.

use super::KeyRefused;
use crate::crypto::aead;
use crate::crypto::digest::Digest;
use crate::crypto::random::{self, Entropy, NoEntropy};
use crate::crypto::recipient::{Identity, Recipient};
use crate::crypto::signature::{SigningKey, VerifyKey};
use crate::encoding::{Decoder, Encoder, KeyName, Object, Part, Place};
use crate::id::{PersonId, VaultId};
use crate::secret::Key;

/// What a person's identity remembers of the vault: a log with another first record, or with
/// another key for this person, is not theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pins {
    /// The vault.
    pub vault: VaultId,
    /// The leaf hash of the log's first record.
    pub genesis: Digest,
}

/// A person's private keys.
pub struct PersonKeys {
    age: Key,
    seed: Key,
    identity: Identity,
    signing: SigningKey,
}

impl PersonKeys {
    /// Fresh keys.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, NoEntropy> {
        let age = random::key(entropy)?;
        let seed = random::key(entropy)?;
        Ok(Self::from_parts(age, seed))
    }

    fn from_parts(age: Key, seed: Key) -> Self {
        Self {
            identity: Identity::from_key(&age),
            signing: SigningKey::from_seed(&seed),
            age,
            seed,
        }
    }

    /// Opens what is wrapped to this person.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Signs what this person does.
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// Receives keys for this person.
    pub fn recipient(&self) -> Recipient {
        self.identity.recipient()
    }

    /// Verifies what this person signs.
    pub fn verify_key(&self) -> VerifyKey {
        self.signing.verify_key()
    }

    /// Encrypts the keys and pins under the unlock key.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn seal(
        &self,
        unlock: &Key,
        person: PersonId,
        pins: &Pins,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let plain = Encoder::unlabelled(256)
            .bytes(self.age.expose())
            .bytes(self.seed.expose())
            .bytes(pins.vault.as_bytes())
            .bytes(pins.genesis.as_bytes())
            .bytes(self.verify_key().as_bytes())
            .finish_secret();
        aead::seal(unlock, &place(pins.vault, person), plain.expose(), entropy)
    }

    /// Opens what [`Self::seal`] sealed. The caller compares the pins with the log.
    ///
    /// # Errors
    /// [`KeyRefused`], also where the pinned verify key is not that of the signing key.
    pub fn open(
        unlock: &Key,
        vault: VaultId,
        person: PersonId,
        sealed: &[u8],
    ) -> Result<(Self, Pins), KeyRefused> {
        let plain = aead::open(unlock, &place(vault, person), sealed)?;
        let mut fields = Decoder::new(plain.expose());
        let age = Key::from_slice(fields.bytes()?).ok_or(KeyRefused)?;
        let seed = Key::from_slice(fields.bytes()?).ok_or(KeyRefused)?;
        let pins = Pins {
            vault: VaultId::from_bytes(fields.array()?),
            genesis: Digest::from_bytes(fields.array()?),
        };
        let verify_key = VerifyKey::from_bytes(fields.array()?);
        fields.end()?;
        let keys = Self::from_parts(age, seed);
        if keys.verify_key() == verify_key && pins.vault == vault {
            Ok((keys, pins))
        } else {
            Err(KeyRefused)
        }
    }
}

fn place(vault: VaultId, person: PersonId) -> Place {
    Place {
        vault,
        object: Object::Credential(person),
        version: 1,
        part: Part::Identity,
        key: KeyName::sole(*person.as_bytes()),
    }
}
