//! From a name and a passphrase to a person's keys, in time that does not tell whether the name
//! exists; every failure is on record.

use super::{Session, Vault};
use crate::audit::event::{Event, Outcome};
use crate::audit::row::RowKey;
use crate::crypto::kdf::{self, KdfParams};
use crate::crypto::random;
use crate::error::Error;
use crate::id::PersonId;
use crate::keys::PersonKeys;
use crate::person::{Standing, login_tag};
use crate::secret::{Key, SecretString};
use crate::store::StoreError;
use crate::store::act::{DetailKey, Moment};
use crate::store::draft::{Draft, Signer};
use crate::store::rows::{CredentialRow, PersonRow};

/// A person whose passphrase was right.
pub(super) struct Unlocked {
    pub(super) person: PersonId,
    pub(super) keys: PersonKeys,
}

impl Vault {
    /// Unlocks the vault for an active person. The unlock is recorded with their first act.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`], also for an unknown name; [`Error::Paused`] after too many of
    /// them; [`Error::Standing`] for somebody who is not active.
    pub fn unlock(&mut self, name: &str, passphrase: &SecretString) -> Result<Session<'_>, Error> {
        let unlocked = self.identify(name, passphrase)?;
        let facts = self.ledger.person(unlocked.person);
        let facts = &facts.ok_or(Error::NotYourVault)?.facts;
        match facts.standing {
            Standing::Active => Session::new(self, unlocked),
            standing => Err(Error::Standing(standing)),
        }
    }

    /// Finds the person, derives their unlock key and opens their identity.
    pub(super) fn identify(
        &mut self,
        name: &str,
        passphrase: &SecretString,
    ) -> Result<Unlocked, Error> {
        self.refresh()?;
        let vault = self.id()?;
        let Some(row) = self.person_named(name)? else {
            // The same work as for a person who exists, so that the time tells nothing.
            let salt = random::array(&mut *self.surroundings.entropy)?;
            kdf::unlock_key(passphrase, &salt, KdfParams::usual(), vault)?;
            return Err(self.record_failure(None));
        };
        let person = row.person;
        self.check_pause(person)?;
        let credential = RowKey::Credential(person);
        // The digest is compared before deriving: changed parameters are never "wrong passphrase".
        let row: Option<CredentialRow> = self.store.row(&credential, &self.ledger)?;
        let row = row.ok_or(StoreError::RowChanged(credential))?;
        let params = row.params();
        let params = params.map_err(|_| StoreError::RowChanged(credential))?;
        let unlock = kdf::unlock_key(passphrase, &row.salt, params, vault)?;
        let expected = Key::from_slice(&row.commitment);
        if !expected.is_some_and(|expected| expected.same_as(&unlock.commitment)) {
            return Err(self.record_failure(Some(person)));
        }
        let (keys, pins) = PersonKeys::open(&unlock.key, vault, person, &row.identity)?;
        let known = self.ledger.person(person).map(|p| p.facts.verify_key);
        if pins.genesis != self.ledger.genesis || known != Some(keys.verify_key()) {
            return Err(Error::NotYourVault);
        }
        Ok(Unlocked { person, keys })
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

    fn check_pause(&self, person: PersonId) -> Result<(), Error> {
        let known = self.ledger.person(person);
        let Some((person, last)) = known.and_then(|p| Some((p, p.last_failure?))) else {
            return Ok(());
        };
        let pause = self.ledger.policy.pause_after(person.failures);
        let passed = self.surroundings.clock.now().since(last);
        let seconds = pause - passed;
        // A failure in the future was dated by a clock that was wrong: it delays nobody until then.
        if passed >= 0 && seconds > 0 {
            return Err(Error::Paused { seconds });
        }
        Ok(())
    }

    /// Records a failed unlock, as far as the file can be written.
    fn record_failure(&mut self, person: Option<PersonId>) -> Error {
        let recorded = self.try_record_failure(person);
        Error::WrongPassphrase {
            recorded: recorded.is_ok(),
        }
    }

    fn try_record_failure(&mut self, person: Option<PersonId>) -> Result<(), Error> {
        let Self {
            store,
            ledger,
            surroundings,
            ..
        } = self;
        let words = DetailKey::generate(&mut *surroundings.entropy)?;
        let mut act = store.begin(std::mem::take(ledger))?;
        let mut draft = Draft::new(Event::VaultUnlock)
            .outcome(Outcome::Failed)
            .word(crate::audit::details::Word::Host, &surroundings.host);
        if let Some(person) = person {
            draft = draft.subject(person);
        }
        let mut moment = Moment {
            now: surroundings.clock.now(),
            entropy: &mut *surroundings.entropy,
        };
        act.record(draft, &Signer::NOBODY, &words, &mut moment)?;
        *ledger = act.commit(None)?;
        Ok(())
    }
}
