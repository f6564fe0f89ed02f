//! The words of a record: titles, reasons, names. They are erasable and encrypted; the leaf holds
//! only the digest of `["salt","name","value"]` with 128 random bits of salt (after RFC 9901), so
//! that a word can be confirmed by whoever is shown it and guessed by nobody.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::crypto::aead;
use crate::crypto::digest::Digest;
use crate::crypto::random::{self, Entropy, NoEntropy};
use crate::encoding::{KeyName, Object, Part, Place};
use crate::id::{RecordSeq, SessionId, VaultId};
use crate::secret::{Key, SecretBytes};

/// What a word is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// An entry's title.
    Title,
    /// A field's name.
    Field,
    /// Why.
    Reason,
    /// A person's or collection's name.
    Name,
    /// The machine.
    Host,
    /// Who opened an envelope.
    Opener,
    /// Who saw it.
    Witnesses,
    /// Which file was read or written.
    File,
    /// Which device an incident is about.
    Device,
    /// Which records were written out.
    Selection,
    /// The number of the bag that a sheet is in.
    Bag,
    /// The words of a copy's records that were brought in.
    Brought,
    /// How far the password of a new entry can be relied on.
    State,
}

impl Word {
    /// The name under which the digest stands in the leaf.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Field => "field",
            Self::Reason => "reason",
            Self::Name => "name",
            Self::Host => "host",
            Self::Opener => "opener",
            Self::Witnesses => "witnesses",
            Self::File => "file",
            Self::Device => "device",
            Self::Selection => "selection",
            Self::Bag => "bag",
            Self::Brought => "brought",
            Self::State => "state",
        }
    }
}

/// Salted words, each under its name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Details(BTreeMap<String, (String, String)>);

/// Details that do not decrypt, are not of the form written here, or do not match the leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetailsDamaged;

impl Details {
    /// Salts each of `words`.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn salted(words: &[(Word, String)], entropy: &mut dyn Entropy) -> Result<Self, NoEntropy> {
        let mut details = BTreeMap::new();
        for (word, value) in words {
            let salt: [u8; 16] = random::array(entropy)?;
            let salt = BASE64_URL_SAFE_NO_PAD.encode(salt);
            details.insert(word.name().to_owned(), (salt, value.clone()));
        }
        Ok(Self(details))
    }

    /// The digests that the leaf carries.
    pub fn digests(&self) -> BTreeMap<String, Digest> {
        self.0
            .iter()
            .map(|(name, (salt, value))| (name.clone(), digest(salt, name, value)))
            .collect()
    }

    /// Whether these are all the words that such digests are of.
    pub fn are_of(&self, digests: &BTreeMap<String, Digest>) -> bool {
        self.digests() == *digests
    }

    /// The word called `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|(_, value)| value.as_str())
    }

    /// The words, by name.
    pub fn words(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, (_, value))| (name.as_str(), value.as_str()))
    }

    /// The words with what makes their digests: name, salt and value.
    pub fn salted_words(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0
            .iter()
            .map(|(name, (salt, value))| (name.as_str(), salt.as_str(), value.as_str()))
    }

    /// The words that `keeps` takes, by name and value. The leaf still has the digests of the others.
    #[must_use]
    pub fn only(mut self, keeps: impl Fn(&str, &str) -> bool) -> Self {
        self.0.retain(|name, (_, value)| keeps(name, value));
        self
    }

    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Encrypts the words of record `seq` under its session's detail key.
    ///
    /// # Errors
    /// [`NoEntropy`].
    ///
    /// # Panics
    /// Never: a map of texts has a JSON form.
    pub fn seal(
        &self,
        key: &Key,
        place: &Place,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, NoEntropy> {
        let json = SecretBytes::new(serde_json::to_vec(&self.0).expect("texts have a JSON form"));
        aead::seal(key, place, json.expose(), entropy)
    }

    /// Opens what [`Self::seal`] sealed and compares it with the leaf's digests.
    ///
    /// # Errors
    /// [`DetailsDamaged`].
    pub fn open(
        key: &Key,
        place: &Place,
        sealed: &[u8],
        digests: &BTreeMap<String, Digest>,
    ) -> Result<Self, DetailsDamaged> {
        let json = aead::open(key, place, sealed).map_err(|_| DetailsDamaged)?;
        let details = serde_json::from_slice(json.expose()).map_err(|_| DetailsDamaged)?;
        let details = Self(details);
        if details.are_of(digests) {
            Ok(details)
        } else {
            Err(DetailsDamaged)
        }
    }
}

/// `SHA-256(["salt","name","value"])`, the array as compact JSON.
fn digest(salt: &str, name: &str, value: &str) -> Digest {
    let array = serde_json::to_vec(&[salt, name, value]).expect("texts have a JSON form");
    Digest::of(&[&array])
}

/// Where the details of record `seq` belong.
pub fn place(vault: VaultId, seq: RecordSeq, session: SessionId) -> Place {
    Place {
        vault,
        object: Object::Record(seq),
        version: 1,
        part: Part::Details,
        key: KeyName::sole(*session.as_bytes()),
    }
}

/// Where a session's sealed detail key belongs.
pub fn key_place(vault: VaultId, session: SessionId) -> Place {
    Place {
        vault,
        object: Object::Session(session),
        version: 1,
        part: Part::DetailKey,
        key: KeyName::sole(*session.as_bytes()),
    }
}
