//! A session: the vault, unlocked by one person.

use super::keyring::Keyring;
use super::turn::Turn;
use super::unlock::Unlocked;
use super::{Rollback, Vault};
use crate::audit::ledger::Ledger;
use crate::audit::news::News;
use crate::audit::row::Reader;
use crate::crypto::random::Entropy;
use crate::error::Error;
use crate::id::PersonId;
use crate::keys::PersonKeys;
use crate::person::Role;
use crate::store::act::DetailKey;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// An unlocked vault. Whatever it gives was recorded, durably, before.
pub struct Session<'v> {
    vault: &'v mut Vault,
    person: PersonId,
    role: Role,
    keys: PersonKeys,
    keyring: Keyring,
    words: DetailKey,
    unlock_recorded: bool,
}

impl<'v> Session<'v> {
    pub(super) fn new(vault: &'v mut Vault, unlocked: Unlocked) -> Result<Self, Error> {
        let Unlocked { person, keys } = unlocked;
        let role = vault.ledger.person(person).map(|p| p.facts.role);
        Ok(Self {
            role: role.ok_or(Error::NotYourVault)?,
            words: DetailKey::generate(&mut *vault.surroundings.entropy)?,
            vault,
            person,
            keys,
            keyring: Keyring::new(Reader::Person(person)),
            unlock_recorded: false,
        })
    }

    /// Who unlocked the vault.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// What this person is to be told: what happened since they last unlocked that concerns all.
    pub fn news(&self) -> Vec<News> {
        self.ledger().news_for(self.person)
    }

    /// Begins an act.
    ///
    /// # Errors
    /// [`StoreError::RolledBack`] where this machine has seen records that the file does not have.
    pub(super) fn turn(&mut self) -> Result<Turn<'_>, Error> {
        match self.vault.rollback() {
            Some(rollback) => Err(StoreError::RolledBack(Box::new(rollback.clone())).into()),
            None => self.turn_anyway(),
        }
    }

    /// Begins one of the few acts that are also done on a file that lacks what was seen.
    pub(super) fn turn_anyway(&mut self) -> Result<Turn<'_>, Error> {
        let Vault {
            store,
            ledger,
            surroundings,
            compared,
        } = &mut *self.vault;
        let act = store.begin(std::mem::take(ledger))?;
        Turn {
            act,
            person: self.person,
            role: self.role,
            keys: &self.keys,
            keyring: &mut self.keyring,
            words: &self.words,
            surroundings,
            home: ledger,
            unlock_recorded: &mut self.unlock_recorded,
            rolled_back: compared.rollback.is_some(),
        }
        .begin()
    }

    /// The machine's claim of the time.
    pub(super) fn now(&self) -> Timestamp {
        self.vault.surroundings.clock.now()
    }

    /// What this machine has seen and the file does not have.
    pub(super) const fn rollback(&self) -> Option<&Rollback> {
        self.vault.rollback()
    }

    /// The vault.
    pub(super) const fn vault_ref(&self) -> &Vault {
        self.vault
    }

    /// The file.
    pub(super) const fn store(&self) -> &Store {
        &self.vault.store
    }

    /// What the log said after the session's last act.
    pub(super) const fn ledger(&self) -> &Ledger {
        self.vault.ledger()
    }

    /// How many records the log had after the session's last act.
    pub(super) const fn known_size(&self) -> u64 {
        self.vault.ledger.size
    }

    /// Randomness.
    pub(super) fn entropy(&mut self) -> &mut dyn Entropy {
        &mut *self.vault.surroundings.entropy
    }

    /// The keys that this session has opened.
    pub(super) const fn keyring(&self) -> &Keyring {
        &self.keyring
    }
}
