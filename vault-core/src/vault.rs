//! The vault: what people do with it. Decision, record and secret meet here, in one transaction.
//!
//! A [`Vault`] is locked: it can be verified, its status can be seen, its envelope can be opened
//! with enough sheets. A person's passphrase makes it a [`Session`].

pub mod account;
pub mod approvals;
pub mod backup;
pub mod collections;
pub mod copy;
pub mod drills;
pub mod duties;
pub mod enrolment;
pub mod entries;
pub mod envelope;
pub mod export;
pub mod extract;
pub mod follow_up;
pub mod forget;
pub mod founding;
pub mod history;
pub mod import;
pub mod incidents;
pub mod issue;
pub mod log;
pub mod merge;
pub mod minutes;
pub mod opened;
pub mod opening;
pub mod passphrase;
pub mod people;
pub mod reports;
pub mod restore;
pub mod retire;
pub mod reveal;
pub mod rollback;
pub mod rotate;
pub mod sample;
pub mod session;
pub mod status;
pub mod takeover;
pub mod typing;
pub mod verification;
pub mod verify;
pub mod witnesses;

mod cover;
mod keyring;
mod names;
mod reading;
mod roster;
mod sheets;
mod turn;
mod unlock;
mod used;
mod way;

use std::path::{Path, PathBuf};

use crate::audit::ledger::Ledger;
use crate::audit::seen::Compared;
pub use crate::audit::seen::{LastSeen, Rollback};
pub use crate::crypto::kdf::KdfParams;
use crate::crypto::random::Entropy;
use crate::error::Error;
use crate::id::VaultId;
pub use crate::store::Remembered;
use crate::store::Store;
pub use crate::store::looking::{Unsettled, unsettled};
use crate::time::Clock;
pub use session::Session;
pub use unlock::Unlocked;
use verify::{Depth, Request, State};

/// What the vault takes from the world.
pub struct Surroundings {
    /// Tells the time of records.
    pub clock: Box<dyn Clock>,
    /// Gives randomness.
    pub entropy: Box<dyn Entropy>,
    /// The machine's name, for the records.
    pub host: String,
    /// The folder in which this machine remembers what it has seen; without one it does not.
    pub state: Option<PathBuf>,
}

/// A locked vault.
pub struct Vault {
    store: Store,
    ledger: Ledger,
    surroundings: Surroundings,
    compared: Compared,
    pending: Option<session::Pending>,
}

impl Vault {
    /// Opens the vault at `path` and reads what its log says.
    ///
    /// # Errors
    /// [`Error::Store`]; [`StoreError::RolledBack`](crate::store::StoreError::RolledBack) where
    /// this machine has seen records that the file does not have.
    pub fn open(path: &Path, surroundings: Surroundings) -> Result<Self, Error> {
        let whole = Request {
            state: State::Checked,
            ..Request::default()
        };
        let store = open_store(path, surroundings.state.as_deref(), &whole)?;
        Self::read(store, surroundings)
    }

    /// Opens the vault at `path` only to look: neither the file nor what lies beside it is written
    /// to. Whoever unlocks it so cannot act.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn look(path: &Path, surroundings: Surroundings) -> Result<Self, Error> {
        let store = remembering(Store::look(path)?, surroundings.state.as_deref())?;
        Self::read(store, surroundings)
    }

    /// The same, even where this machine has seen records that the file does not have.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn look_even_rolled_back(path: &Path, surroundings: Surroundings) -> Result<Self, Error> {
        let store = remembering(Store::look(path)?, surroundings.state.as_deref())?;
        Self::read(store.even_rolled_back(), surroundings)
    }

    /// The same as [`Self::open`], even where this machine has seen records that the file does not
    /// have. The log can then be read, what is lost be accepted, and the envelope be opened; nothing else.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn inspect(path: &Path, surroundings: Surroundings) -> Result<Self, Error> {
        // On the day of need a damaged row must not stop what the others allow.
        let store = open_store(
            path,
            surroundings.state.as_deref(),
            &Request::from(Depth::Quick),
        )?;
        Self::read(store.even_rolled_back(), surroundings)
    }

    fn read(store: Store, surroundings: Surroundings) -> Result<Self, Error> {
        let mut vault = Self {
            store,
            ledger: Ledger::default(),
            surroundings,
            compared: Compared::default(),
            pending: None,
        };
        vault.refresh()?;
        vault.id()?;
        Ok(vault)
    }

    /// What this machine has seen and the file does not have, where that is so.
    pub const fn rollback(&self) -> Option<&Rollback> {
        self.compared.rollback.as_ref()
    }

    /// What this machine has seen in another place, where people worked last, and this file does not
    /// have: a newer file than a copy, or another way than a file that it knows.
    pub const fn beside(&self) -> Option<&LastSeen> {
        self.compared.beside.as_ref()
    }

    /// What this machine remembers of the vault; `None` where it has no folder for that.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn remembered(&self) -> Result<Option<Remembered>, Error> {
        Ok(self.store.remembered()?)
    }

    /// What the log says, as last read; empty after an act that failed, until the next one.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Reads again what the log says, where an act that failed has taken it along.
    fn refresh(&mut self) -> Result<(), Error> {
        self.compared = self.store.catch_up(&mut self.ledger)?;
        Ok(())
    }

    /// The vault's id.
    fn id(&self) -> Result<VaultId, Error> {
        id_of(&self.ledger)
    }
}

/// The store at `path`, to be written to, with the memory in `state` where there is one. Where an act
/// was cut off it is undone in a private copy first, and in the file only if the copy is then whole:
/// a journal that belongs to another file would spoil this one.
fn open_store(path: &Path, state: Option<&Path>, whole: &Request) -> Result<Store, Error> {
    if unsettled(path)?.is_some() {
        verify::verify(path, whole.clone())?;
    }
    remembering(Store::open(path)?, state)
}

fn remembering(store: Store, state: Option<&Path>) -> Result<Store, Error> {
    Ok(match state {
        Some(folder) => store.with_memory(folder)?,
        None => store,
    })
}

/// The id of the vault whose log this is.
fn id_of(ledger: &Ledger) -> Result<VaultId, Error> {
    let facts = ledger.vault.as_ref();
    facts
        .map(|facts| facts.vault)
        .ok_or(Error::Store(crate::store::StoreError::NotAVault))
}
