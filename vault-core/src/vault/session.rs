//! A session: the vault, unlocked by one person.

use std::rc::Rc;

use super::keyring::Keyring;
use super::turn::{Turn, Unlock};
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

/// An unlocked vault. Whatever it gives was recorded, durably, before; and that it was unlocked, also
/// where nothing came of it.
pub struct Session<'v> {
    vault: &'v mut Vault,
    person: PersonId,
    role: Role,
    keys: Rc<PersonKeys>,
    keyring: Keyring,
    words: Rc<DetailKey>,
}

/// An unlock that is not on record yet. It is recorded with the first act, and without one when
/// somebody else unlocks or the vault is closed.
pub(super) struct Pending {
    person: PersonId,
    role: Role,
    keys: Rc<PersonKeys>,
    words: Rc<DetailKey>,
    unlock: Unlock,
}

impl Pending {
    /// What its record says.
    pub(super) const fn unlock(&self) -> &Unlock {
        &self.unlock
    }
}

impl<'v> Session<'v> {
    pub(super) fn new(vault: &'v mut Vault, unlocked: Unlocked) -> Result<Self, Error> {
        let Unlocked {
            person,
            keys,
            attempt,
            unrecorded,
            raised,
            ..
        } = unlocked;
        let role = vault.ledger.person(person).map(|p| p.facts.role);
        vault.pending = Some(Pending {
            person,
            role: role.ok_or(Error::NotYourVault)?,
            keys: Rc::new(keys),
            words: Rc::new(DetailKey::generate(&mut *vault.surroundings.entropy)?),
            unlock: Unlock {
                attempt,
                unrecorded,
                raised,
            },
        });
        Self::pending(vault).ok_or(Error::Internal("a session without an unlock"))
    }

    /// The session of an unlock that is not on record yet.
    pub(super) fn pending(vault: &'v mut Vault) -> Option<Self> {
        let pending = vault.pending.as_ref()?;
        Some(Self {
            person: pending.person,
            role: pending.role,
            keys: Rc::clone(&pending.keys),
            keyring: Keyring::new(Reader::Person(pending.person)),
            words: Rc::clone(&pending.words),
            vault,
        })
    }

    /// Who unlocked the vault.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// What this person is to be told: what happened since they last unlocked that concerns all.
    pub fn news(&self) -> Vec<News> {
        let unrecorded = self
            .vault
            .pending
            .as_ref()
            .map(|pending| pending.unlock.unrecorded);
        let unrecorded = unrecorded.unwrap_or_default();
        self.ledger().news_for(self.person, unrecorded)
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
            pending,
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
            pending,
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

    /// The person's keys, and randomness.
    pub(super) fn keys_and_entropy(&mut self) -> (&PersonKeys, &mut dyn Entropy) {
        (&self.keys, &mut *self.vault.surroundings.entropy)
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
