//! From a name and a passphrase to a person's keys, in time that does not tell whether the name
//! exists. A try is put down before anything is derived, and what came of it is on record.

use super::{Session, Vault};
use crate::access::Denial;
use crate::access::attempts::AttemptStart;
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome};
use crate::audit::row::RowKey;
use crate::audit::unrecorded::UnrecordedFacts;
use crate::crypto::kdf::{self, KdfParams};
use crate::crypto::random;
use crate::error::Error;
use crate::id::{PersonId, RecordSeq};
use crate::keys::{PersonKeys, Pins};
use crate::person::{Role, Standing, login_tag};
use crate::secret::{Key, SecretString};
use crate::store::StoreError;
use crate::store::act::{DetailKey, Moment};
use crate::store::attempts::Attempt;
use crate::store::draft::{Draft, Signer};
use crate::store::rows::{CredentialRow, PersonRow};

/// A person whose passphrase was right, which is not on record yet.
pub struct Unlocked {
    pub(super) person: PersonId,
    pub(super) keys: PersonKeys,
    pub(super) pins: Pins,
    /// The try, where it could be put down.
    pub(super) attempt: Attempt,
    /// Tries before it that left no record.
    pub(super) unrecorded: UnrecordedFacts,
    /// Their credential as the policy asks for it, where it cost less to try.
    pub(super) raised: Option<CredentialRow>,
}

impl Vault {
    /// Unlocks the vault for an active person. The unlock is recorded with their first act, and
    /// without one when the vault is closed.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`], also for an unknown name; [`Error::Paused`] after too many of
    /// them; [`Error::Standing`] for somebody who is not active; [`Error::Denied`] for somebody whose
    /// every membership was ended.
    pub fn unlock(&mut self, name: &str, passphrase: &SecretString) -> Result<Session<'_>, Error> {
        let unlocked = self.identify(name, passphrase)?;
        self.session(unlocked)
    }

    /// The session of somebody whose passphrase was right.
    ///
    /// # Errors
    /// [`Error::Standing`] for somebody who is not active, [`Error::Denied`] for somebody whose every
    /// membership was ended; that they tried is on record.
    pub fn session(&mut self, unlocked: Unlocked) -> Result<Session<'_>, Error> {
        let facts = self.ledger.person(unlocked.person);
        let standing = facts.ok_or(Error::NotYourVault)?.facts.standing;
        let ended = self.ledger.has_ended(unlocked.person);
        if standing == Standing::Active && !ended {
            self.store.used_by(self.id()?, unlocked.person);
            return Session::new(self, unlocked);
        }
        let record = self.record_vain(unlocked.attempt, Outcome::Denied)?;
        Err(match standing {
            Standing::Active => Error::Denied {
                denial: Denial::Ended,
                record,
                incident: None,
            },
            standing => Error::Standing(standing),
        })
    }

    /// The one person who can unlock the vault, where there is no other, and their role.
    pub fn only_person(&self) -> Option<(PersonId, Role)> {
        let mut active = self.active();
        active.next().filter(|_| active.next().is_none())
    }

    /// Who last unlocked the vault on this machine, where that is remembered and they still can.
    pub fn last_person(&self) -> Option<(PersonId, Role)> {
        let last = self.store.last_person(self.id().ok()?)?;
        self.active().find(|(person, _)| *person == last)
    }

    fn active(&self) -> impl Iterator<Item = (PersonId, Role)> {
        let people = self.ledger.people.values().map(|known| &known.facts);
        let active = people.filter(|facts| facts.standing == Standing::Active);
        active.map(|facts| (facts.person, facts.role))
    }

    /// Finds the person, derives their unlock key and opens their identity.
    ///
    /// # Errors
    /// As [`Vault::unlock`], but for their standing.
    pub fn identify(&mut self, name: &str, passphrase: &SecretString) -> Result<Unlocked, Error> {
        self.record_pending()?;
        self.refresh()?;
        let vault = self.id()?;
        let person = self.person_named(name)?.map(|row| row.person);
        let id = random::array(&mut *self.surroundings.entropy)?;
        let attempt = Attempt { person, id };
        let unrecorded = self.begin_attempt(attempt)?;
        let Some(person) = person else {
            // The same work as for a person who exists, so that the time tells nothing.
            let salt = random::array(&mut *self.surroundings.entropy)?;
            kdf::unlock_key(passphrase, &salt, self.ledger.policy.kdf, vault)?;
            return Err(self.wrong_passphrase(attempt));
        };
        let credential = RowKey::Credential(person);
        // The digest is compared before deriving: changed parameters are never "wrong passphrase".
        let row: Option<CredentialRow> = self.store.row(&credential, &self.ledger)?;
        let row = row.ok_or(StoreError::RowChanged(credential))?;
        let params = row.params();
        let params = params.map_err(|_| StoreError::RowChanged(credential))?;
        let unlock = kdf::unlock_key(passphrase, &row.salt, params, vault)?;
        let expected = Key::from_slice(&row.commitment);
        if !expected.is_some_and(|expected| expected.same_as(&unlock.commitment)) {
            return Err(self.wrong_passphrase(attempt));
        }
        let (keys, pins) = PersonKeys::open(&unlock.key, vault, person, &row.identity)?;
        let known = self.ledger.person(person).map(|p| p.facts.verify_key);
        if pins.genesis != self.ledger.genesis || known != Some(keys.verify_key()) {
            return Err(Error::NotYourVault);
        }
        let mut unlocked = Unlocked {
            person,
            keys,
            pins,
            attempt,
            unrecorded,
            raised: None,
        };
        unlocked.raised = self.raised(&unlocked, passphrase, params);
        Ok(unlocked)
    }

    /// The credential of an active person, raised to what the policy asks for. Whoever has not the
    /// memory for that on this computer goes on without.
    fn raised(
        &mut self,
        unlocked: &Unlocked,
        passphrase: &SecretString,
        params: KdfParams,
    ) -> Option<CredentialRow> {
        let Unlocked {
            person, keys, pins, ..
        } = unlocked;
        let known = self.ledger.person(*person)?;
        if known.facts.standing != Standing::Active {
            return None;
        }
        let raised = params.raised_to(self.ledger.policy.kdf)?;
        let mut moment = Moment {
            now: self.surroundings.clock.now(),
            entropy: &mut *self.surroundings.entropy,
        };
        let made =
            super::founding::credential(*person, keys, pins, passphrase, raised, &mut moment);
        made.ok()
    }

    /// Records an unlock with which nothing was done.
    fn record_pending(&mut self) -> Result<(), Error> {
        match Session::pending(self) {
            Some(mut session) => session.turn_anyway()?.commit(),
            None => Ok(()),
        }
    }

    /// A person's row by their name, or by their id.
    fn person_named(&self, name: &str) -> Result<Option<PersonRow>, Error> {
        if let Ok(id) = name.trim().to_lowercase().parse::<PersonId>()
            && self.ledger.person(id).is_some()
        {
            return Ok(self.store.row(&RowKey::Person(id), &self.ledger)?);
        }
        let tag = login_tag(self.id()?, name);
        Ok(self.store.person_by_login(&tag, &self.ledger)?)
    }

    /// Puts a try down, as far as the file can be written; gives what left no record before it.
    fn begin_attempt(&mut self, attempt: Attempt) -> Result<UnrecordedFacts, Error> {
        let clock = &self.surroundings.clock;
        let now = || clock.now();
        match self.store.begin_attempt(&mut self.ledger, attempt, &now) {
            Ok(AttemptStart::Begun(unrecorded)) => Ok(unrecorded),
            Ok(AttemptStart::Paused(seconds)) => Err(Error::Paused { seconds }),
            Ok(AttemptStart::Full) => Err(StoreError::Busy.into()),
            // That a passphrase is wrong is said on a file that cannot be written, too.
            Err(StoreError::Unwritable | StoreError::Full) => {
                self.refresh()?;
                Ok(UnrecordedFacts::default())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Records a failed unlock, as far as the file can be written.
    fn wrong_passphrase(&mut self, attempt: Attempt) -> Error {
        let recorded = self.record_vain(attempt, Outcome::Failed);
        Error::WrongPassphrase {
            recorded: recorded.is_ok(),
        }
    }

    /// Records a try of which nothing came, by nobody: whoever made it could not sign, or may not.
    pub(super) fn record_vain(
        &mut self,
        attempt: Attempt,
        outcome: Outcome,
    ) -> Result<RecordSeq, Error> {
        let Self {
            store,
            ledger,
            surroundings,
            ..
        } = self;
        let words = DetailKey::generate(&mut *surroundings.entropy)?;
        let mut act = store.begin(std::mem::take(ledger))?;
        let mut moment = Moment {
            now: surroundings.clock.now(),
            entropy: &mut *surroundings.entropy,
        };
        let unrecorded = act.end_attempt(attempt, outcome, moment.now)?;
        let draft = Draft::new(Event::VaultUnlock)
            .outcome(outcome)
            .word(Word::Host, &surroundings.host)
            .unrecorded(unrecorded);
        let draft = attempt.person.into_iter().fold(draft, Draft::subject);
        let record = act.record(draft, &Signer::NOBODY, &words, &mut moment)?;
        *ledger = act.commit(None)?;
        Ok(record)
    }
}

impl Drop for Vault {
    /// A right passphrase is on record, whatever came of it. What cannot be recorded is counted by
    /// the next record as a try that was cut off.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(self.record_pending());
        }
    }
}
