//! The vault: what people do with it. Decision, record and secret meet here, in one transaction.
//!
//! A [`Vault`] is locked: it can be verified, its status can be seen, its envelope can be opened
//! with enough sheets. A person's passphrase makes it a [`Session`].

pub mod approvals;
pub mod collections;
pub mod enrolment;
pub mod entries;
pub mod envelope;
pub mod founding;
pub mod history;
pub mod import;
pub mod incidents;
pub mod log;
pub mod opened;
pub mod opening;
pub mod people;
pub mod retire;
pub mod reveal;
pub mod rotate;
pub mod session;
pub mod status;
pub mod typing;
pub mod verify;

mod cover;
mod keyring;
mod names;
mod sheets;
mod turn;
mod unlock;

use std::path::Path;

use crate::audit::ledger::Ledger;
pub use crate::crypto::kdf::KdfParams;
use crate::crypto::random::Entropy;
use crate::error::Error;
use crate::id::VaultId;
use crate::store::Store;
use crate::time::Clock;
pub use session::Session;

/// What the vault takes from the world.
pub struct Surroundings {
    /// Tells the time of records.
    pub clock: Box<dyn Clock>,
    /// Gives randomness.
    pub entropy: Box<dyn Entropy>,
    /// The machine's name, for the records.
    pub host: String,
}

/// A locked vault.
pub struct Vault {
    store: Store,
    ledger: Ledger,
    surroundings: Surroundings,
}

impl Vault {
    /// Opens the vault at `path` and reads what its log says.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn open(path: &Path, surroundings: Surroundings) -> Result<Self, Error> {
        let mut vault = Self {
            store: Store::open(path)?,
            ledger: Ledger::default(),
            surroundings,
        };
        vault.refresh()?;
        vault.id()?;
        Ok(vault)
    }

    /// What the log says, as last read; empty after an act that failed, until the next one.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Reads again what the log says, where an act that failed has taken it along.
    fn refresh(&mut self) -> Result<(), Error> {
        Ok(self.store.catch_up(&mut self.ledger)?)
    }

    /// The vault's id.
    fn id(&self) -> Result<VaultId, Error> {
        id_of(&self.ledger)
    }
}

/// The id of the vault whose log this is.
fn id_of(ledger: &Ledger) -> Result<VaultId, Error> {
    let facts = ledger.vault.as_ref();
    facts
        .map(|facts| facts.vault)
        .ok_or(Error::Store(crate::store::StoreError::NotAVault))
}
