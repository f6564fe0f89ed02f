//! A witness: another machine that keeps one head of each log, and cosigns nothing that takes back
//! what it has cosigned before. It needs no vault, only the two small files that go to and fro.
//!
//! What it keeps stands in one folder. A head is compared and stored under a lock, and stored
//! durably before its cosignature leaves this module, so that a witness that is stopped at any
//! moment has never signed two heads of one size, nor a shorter log after a longer one.

mod error;
mod folder;
mod secret_key;
mod signing;
mod trust;

use std::path::{Path, PathBuf};

pub use self::error::{Kept, Refusal, WitnessError};
use self::folder::Folder;
pub use self::signing::KeptHead;
pub use self::trust::{KnownLog, Trust, Trusted};
use crate::crypto::random::{self, Entropy};
use crate::crypto::signature::SigningKey;
use crate::tlog::cosignature::Cosigner;
use crate::tlog::note::Name;

/// A witness's folder with its key.
pub struct Witness {
    folder: Folder,
    name: Name,
    key: SigningKey,
}

impl Witness {
    /// Makes a witness with a fresh key in `folder`, which is made where there is none.
    ///
    /// # Errors
    /// [`WitnessError::Founded`] where there is one already.
    pub fn found(
        folder: &Path,
        name: &Name,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, WitnessError> {
        let folder = Folder::make(folder)?;
        let _lock = folder.locked()?;
        if folder::read(&folder.key())?.is_some() {
            return Err(WitnessError::Founded);
        }
        let seed = random::key(entropy).map_err(|_| WitnessError::NoEntropy)?;
        let text = secret_key::to_text(name, &seed);
        folder.replace(&folder.key(), text.expose().as_bytes())?;
        Ok(Self {
            folder,
            name: name.clone(),
            key: SigningKey::from_seed(&seed),
        })
    }

    /// The witness in `folder`.
    ///
    /// # Errors
    /// [`WitnessError::NotFounded`]; [`WitnessError::Damaged`] where its key cannot be read.
    pub fn open(folder: &Path) -> Result<Self, WitnessError> {
        let folder = Folder::at(folder);
        let path = folder.key();
        let text = folder::read(&path)?.ok_or(WitnessError::NotFounded)?;
        let read = secret_key::from_text(&text);
        let (name, key) = read.ok_or(WitnessError::Damaged(path))?;
        Ok(Self { folder, name, key })
    }

    /// Its name and public key.
    pub fn cosigner(&self) -> Cosigner {
        Cosigner {
            name: self.name.clone(),
            key: self.key.verify_key(),
        }
    }

    /// Where it keeps what it keeps.
    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

#[cfg(test)]
mod tests;
